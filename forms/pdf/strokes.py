"""Strokes and fills: the ruling lines of tables, boxes drawn to be ticked, and marks drawn on or behind words."""

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Final, TypeAlias

import pypdfium2.raw as pdfium

from forms.pdf.items import Box
from forms.pdf.turning import Matrix, Turn, times
from forms.refusals import TooBig

Point: TypeAlias = tuple[float, float]

THIN: Final = 3.0
"""A stroke or fill narrower than this is a line, in points."""

MOST_OBJECTS: Final = 40_000
"""Drawn things on one sheet; a form has some hundreds."""

_MOST_SEGMENTS: Final = 200_000
_DEEPEST: Final = 8
_STRAIGHT: Final = 0.6
_PALE: Final = 246


@dataclass(slots=True)
class Strokes:
    """Everything drawn on a sheet that may mean something."""

    across: list[Box] = field(default_factory=list)
    down: list[Box] = field(default_factory=list)
    slanted: list[Box] = field(default_factory=list)
    fills: list[Box] = field(default_factory=list)
    squares: list[Box] = field(default_factory=list)
    ovals: list[Box] = field(default_factory=list)
    blots: list[Box] = field(default_factory=list)
    pictures: list[Box] = field(default_factory=list)
    unseen_text: bool = False


@dataclass(slots=True)
class _Path:
    """One drawn outline: its points, in order, and whether any part of it is curved."""

    points: list[Point]
    curved: bool = False

    @property
    def box(self) -> Box:
        across = [x for x, _ in self.points]
        down = [y for _, y in self.points]
        return Box(min(across), min(down), max(across), max(down))


def read(raw_page: Any, turn: Turn) -> Strokes:
    """What is drawn on a sheet. Raises TooBig for a sheet with more strokes than any form has."""
    strokes = Strokes()
    segments = 0
    for seen, (thing, kind, matrix) in enumerate(_objects(raw_page)):
        if kind == pdfium.FPDF_PAGEOBJ_PATH:
            segments += pdfium.FPDFPath_CountSegments(thing)
            _add_path(strokes, thing, matrix, turn)
        elif kind == pdfium.FPDF_PAGEOBJ_IMAGE:
            strokes.pictures.append(turn.box_of(_corners(thing, matrix)))
        elif kind == pdfium.FPDF_PAGEOBJ_TEXT and not strokes.unseen_text:
            mode = pdfium.FPDFTextObj_GetTextRenderMode(thing)
            strokes.unseen_text = mode == pdfium.FPDF_TEXTRENDERMODE_INVISIBLE
        if seen > MOST_OBJECTS or segments > _MOST_SEGMENTS:
            raise TooBig("more is drawn on one sheet than on any form")
    return strokes


def most_dots(raw_page: Any) -> int:
    """The size of the largest picture on a sheet, in dots, as the file states it."""
    wide, high = ctypes.c_uint(), ctypes.c_uint()
    most = 0
    for thing, kind, _ in _objects(raw_page):
        if kind == pdfium.FPDF_PAGEOBJ_IMAGE and pdfium.FPDFImageObj_GetImagePixelSize(thing, wide, high):
            most = max(most, wide.value * high.value)
    return most


def _objects(raw_page: Any) -> Iterator[tuple[Any, int, Matrix]]:
    """The things on a page, groups opened, each with the matrix from its own space to the page's."""
    for at in range(pdfium.FPDFPage_CountObjects(raw_page)):
        yield from _opened(pdfium.FPDFPage_GetObject(raw_page, at), Matrix(), 0)


def _opened(thing: Any, outer: Matrix, depth: int) -> Iterator[tuple[Any, int, Matrix]]:
    kind = pdfium.FPDFPageObj_GetType(thing)
    matrix = times(_matrix(thing), outer)
    if kind != pdfium.FPDF_PAGEOBJ_FORM:
        yield thing, kind, matrix
    elif depth < _DEEPEST:
        for at in range(pdfium.FPDFFormObj_CountObjects(thing)):
            yield from _opened(pdfium.FPDFFormObj_GetObject(thing, at), matrix, depth + 1)


def _matrix(thing: Any) -> Matrix:
    raw = pdfium.FS_MATRIX()
    if not pdfium.FPDFPageObj_GetMatrix(thing, raw):
        return Matrix()
    return Matrix(raw.a, raw.b, raw.c, raw.d, raw.e, raw.f)


def _corners(_picture: Any, matrix: Matrix) -> list[Point]:
    # A picture is drawn into the unit square.
    return [matrix.on(point) for point in ((0, 0), (1, 0), (0, 1), (1, 1))]


def _add_path(strokes: Strokes, thing: Any, matrix: Matrix, turn: Turn) -> None:
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDFPath_GetDrawMode(thing, fill, stroke)
    filled = bool(fill.value) and _visible_fill(thing)
    for path in _outlines(thing, matrix, turn):
        if stroke.value:
            _add_outline(strokes, path)
        if filled:
            _add_fill(strokes, path)


def _visible_fill(thing: Any) -> bool:
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    pdfium.FPDFPageObj_GetFillColor(thing, red, green, blue, alpha)
    return bool(alpha.value) and min(red.value, green.value, blue.value) < _PALE


def _outlines(thing: Any, matrix: Matrix, turn: Turn) -> Iterator[_Path]:
    path = _Path([])
    x, y = ctypes.c_float(), ctypes.c_float()
    for at in range(pdfium.FPDFPath_CountSegments(thing)):
        segment = pdfium.FPDFPath_GetPathSegment(thing, at)
        kind = pdfium.FPDFPathSegment_GetType(segment)
        if kind == pdfium.FPDF_SEGMENT_MOVETO:
            if path.points:
                yield path
            path = _Path([])
        pdfium.FPDFPathSegment_GetPoint(segment, x, y)
        path.points.append(turn.on(matrix.on((x.value, y.value))))
        path.curved = path.curved or kind == pdfium.FPDF_SEGMENT_BEZIERTO
        if pdfium.FPDFPathSegment_GetClose(segment) and not path.curved:
            path.points.append(path.points[0])
    if path.points:
        yield path


_SQUARE_SIDES: Final = (5.0, 18.0)
_SQUARISH: Final = 1.3
_CORNERS: Final = 4


def _add_outline(strokes: Strokes, path: _Path) -> None:
    box = path.box
    if path.curved:
        strokes.ovals.append(box)
    elif len(path.points) >= _CORNERS and _is_square(box):
        strokes.squares.append(box)
    else:
        for start, end in pairwise(path.points):
            _add_line(strokes, start, end)


def _is_square(box: Box) -> bool:
    low, high = _SQUARE_SIDES
    sides = sorted((box.width, box.height))
    return low <= sides[0] and sides[1] <= high and sides[1] <= sides[0] * _SQUARISH


def _add_line(strokes: Strokes, start: Point, end: Point) -> None:
    box = Box(min(start[0], end[0]), min(start[1], end[1]), max(start[0], end[0]), max(start[1], end[1]))
    if box.height <= _STRAIGHT:
        strokes.across.append(box)
    elif box.width <= _STRAIGHT:
        strokes.down.append(box)
    else:
        strokes.slanted.append(box)


def _add_fill(strokes: Strokes, path: _Path) -> None:
    box = path.box
    if box.height <= THIN:
        strokes.across.append(box)
    elif box.width <= THIN:
        strokes.down.append(box)
    else:
        (strokes.blots if path.curved else strokes.fills).append(box)
