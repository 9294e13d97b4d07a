"""Printed characters, joined to words that carry the marks by which people answer.

A printed form has lost its strike-throughs, underlines and highlights as such: they are lines through and under, and
colour behind, the characters. Here they become marks again.
"""

import ctypes
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pypdfium2.raw as pdfium

from forms.page import Mark
from forms.pdf.items import Box, Item, tick_box, word
from forms.pdf.strokes import Strokes
from forms.pdf.turning import Turn
from forms.refusals import TooBig
from forms.word import glyphs as signs

MOST: Final = 60_000
"""Characters on one sheet; a dense form has some five thousand."""

MOST_MARKS: Final = 3_000
"""Lines, colours and rings on a sheet that may mark words; with more of them it is a drawing."""

_LIGATURES: Final = frozenset("ﬀﬁﬂﬃﬄﬅﬆ")  # one sign for two or three letters, as Word prints "office"
_SOFT_HYPHEN: Final = "\x02"  # pdfium's sign for a hyphen at a line's end


@dataclass(frozen=True, slots=True)
class _Style:
    """What the characters of one printed run have in common."""

    marks: Mark
    font: str = ""  # of a symbol font, by the name that `forms.word.glyphs` knows it by
    hidden: bool = False
    size: float = 0  # in points; 0 when it is not upright or not known

    def reach(self, base: float) -> tuple[float, float]:
        """How far down and up its characters may reach from the line on which they stand, whatever letter it is."""
        return base - _BELOW * self.size, base + _ABOVE * self.size


@dataclass(slots=True)
class _Glyph:
    text: str
    box: Box
    style: _Style
    marks: Mark
    apart: bool = False  # pdfium saw a gap before it that no space character fills


class _Bands:
    """The characters by height, so that a line is compared with those near it only."""

    _HIGH: Final = 24.0

    def __init__(self, glyphs: Iterable[_Glyph]) -> None:
        self._bands: dict[int, list[_Glyph]] = {}
        for glyph in glyphs:
            self._bands.setdefault(int(glyph.box.middle[1] // self._HIGH), []).append(glyph)

    def near(self, box: Box) -> list[_Glyph]:
        """The characters in whose band, or the next, a box lies."""
        first, last = int(box.top // self._HIGH) - 1, int(box.bottom // self._HIGH) + 1
        wanted = (band for band in self._bands if first <= band <= last)
        return [glyph for band in sorted(wanted) for glyph in self._bands[band]]


def words(text_page: Any, turn: Turn, strokes: Strokes, *, keep_hidden: bool) -> list[Item]:
    """The words of a sheet in the order in which they were printed; lines that mark words leave `strokes.across`.

    `keep_hidden` keeps text that is laid invisibly over a scanned picture. Raises TooBig.
    """
    glyphs = [glyph for glyph in _glyphs(text_page, turn) if keep_hidden or not glyph.style.hidden]
    bands = _Bands(glyphs)
    if len(strokes.across) + len(strokes.fills) + len(strokes.ovals) <= MOST_MARKS:
        strokes.across = [line for line in strokes.across if not _draw_line(bands.near(line), line)]
        strokes.fills = [fill for fill in strokes.fills if not _highlight(bands.near(fill), fill)]
        strokes.ovals = [oval for oval in strokes.ovals if not _circle(bands.near(oval), oval)]
    return list(_joined(glyphs))


def _glyphs(text_page: Any, turn: Turn) -> list[_Glyph]:
    count = pdfium.FPDFText_CountChars(text_page)
    if count > MOST:
        raise TooBig("more is printed on one sheet than on any form")
    styles: dict[int, _Style] = {}
    rect, x, base = pdfium.FS_RECTF(), ctypes.c_double(), ctypes.c_double()
    found: list[_Glyph] = []
    apart = False
    for at in range(count):
        code = pdfium.FPDFText_GetUnicode(text_page, at)
        if code in {0, 0xFFFE, 0xFFFF} or pdfium.FPDFText_IsGenerated(text_page, at) == 1:
            apart = True
            continue
        pdfium.FPDFText_GetLooseCharBox(text_page, at, rect)
        pdfium.FPDFText_GetCharOrigin(text_page, at, x, base)
        style = _style_of(text_page, at, styles)
        low, high = style.reach(base.value) if style.size else (rect.bottom, rect.top)
        box = turn.box(rect.left, low, rect.right, high)
        found.append(_Glyph(chr(code), box, style, style.marks, apart))
        apart = False
    return found


def _style_of(text_page: Any, at: int, known: dict[int, _Style]) -> _Style:
    thing = pdfium.FPDFText_GetTextObject(text_page, at)
    address = ctypes.addressof(thing.contents) if thing else 0
    if address not in known:
        known[address] = _style(thing) if thing else _Style(Mark.NONE)
    return known[address]


_ABOVE: Final = 0.78
_BELOW: Final = 0.22
_SIZES: Final = (3.0, 80.0)
_BOLD: Final = 600
_VIVID: Final = 60


def _style(thing: Any) -> _Style:
    name, weight = _font(thing)
    marks = Mark.NONE
    if weight >= _BOLD or any(sign in name for sign in ("bold", "black", "heavy")):
        marks |= Mark.BOLD
    if "italic" in name or "oblique" in name:
        marks |= Mark.ITALIC
    if _coloured(thing):
        marks |= Mark.COLOUR
    hidden = pdfium.FPDFTextObj_GetTextRenderMode(thing) == pdfium.FPDF_TEXTRENDERMODE_INVISIBLE
    return _Style(marks, _symbol_font(name), hidden, _size(thing))


def _symbol_font(name: str) -> str:
    """The symbol font behind a printed font's name ("ABCDEF+Wingdings2")."""
    plain = name.rpartition("+")[2].replace(" ", "").replace("-", "")
    known = {font.replace(" ", ""): font for font in signs.SYMBOL_FONTS}
    return next(
        (known[short] for short in sorted(known, key=len, reverse=True) if plain.startswith(short)), ""
    )


def _size(thing: Any) -> float:
    size, matrix = ctypes.c_float(), pdfium.FS_MATRIX()
    pdfium.FPDFTextObj_GetFontSize(thing, size)
    pdfium.FPDFPageObj_GetMatrix(thing, matrix)
    upright = abs(matrix.b) + abs(matrix.c) < abs(matrix.d)
    high = abs(size.value * matrix.d)
    return high if upright and _SIZES[0] <= high <= _SIZES[1] else 0


def _font(thing: Any) -> tuple[str, int]:
    font = pdfium.FPDFTextObj_GetFont(thing)
    if not font:
        return "", 0
    size = pdfium.FPDFFont_GetBaseFontName(font, None, 0)
    buffer = ctypes.create_string_buffer(max(1, min(size, 256)))
    pdfium.FPDFFont_GetBaseFontName(font, buffer, len(buffer))
    return buffer.value.decode("utf-8", "replace").lower(), pdfium.FPDFFont_GetWeight(font)


def _coloured(thing: Any) -> bool:
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    pdfium.FPDFPageObj_GetFillColor(thing, red, green, blue, alpha)
    tints = (red.value, green.value, blue.value)
    return max(tints) - min(tints) > _VIVID


_EDGE: Final = 2.0
_THROUGH: Final = (0.3, 0.72)
_UNDER: Final = (0.72, 1.1)


def _draw_line(glyphs: Sequence[_Glyph], line: Box) -> bool:
    """Mark what a line strikes out or underlines; False when it is a ruling line.

    A mark is as long as its words; a table's border goes on beyond them.
    """
    met = _stretch(glyphs, line)
    if not met:
        return False
    first = met[0].box
    depth = (line.middle[1] - first.top) / max(first.height, 0.1)
    if _THROUGH[0] <= depth <= _THROUGH[1]:
        return _mark(met, Mark.STRIKE)
    if _UNDER[0] < depth <= _UNDER[1]:
        return _mark(met, Mark.UNDERLINE)
    return False


def _stretch(glyphs: Sequence[_Glyph], line: Box) -> list[_Glyph]:
    """The characters over which a line lies, when together they are as long as the line."""
    height = line.middle[1]
    met = [
        glyph
        for glyph in glyphs
        if line.left - 1 <= glyph.box.middle[0] <= line.right + 1
        and glyph.box.top <= height <= glyph.box.bottom + 0.1 * glyph.box.height
    ]
    if not met:
        return []
    left, right = min(glyph.box.left for glyph in met), max(glyph.box.right for glyph in met)
    return met if left - _EDGE <= line.left and line.right <= right + _EDGE else []


def _highlight(glyphs: Sequence[_Glyph], fill: Box) -> bool:
    """Mark words on a colour of just their size; False when the colour fills more: a heading's band, a cell."""
    met = [glyph for glyph in glyphs if fill.holds(glyph.box.middle)]
    if not met:
        return False
    left, right = min(glyph.box.left for glyph in met), max(glyph.box.right for glyph in met)
    tall = fill.height > 1.7 * met[0].box.height
    if tall or fill.left < left - 2 * _EDGE or fill.right > right + 2 * _EDGE:
        return False
    return _mark(met, Mark.HIGHLIGHT)


_RING: Final = (160.0, 60.0)


def _circle(glyphs: Sequence[_Glyph], oval: Box) -> bool:
    """Mark the words in a ring of about their size."""
    if oval.width > _RING[0] or oval.height > _RING[1]:
        return False
    return _mark([glyph for glyph in glyphs if oval.holds(glyph.box.middle)], Mark.OVAL)


def _mark(met: Iterable[_Glyph], mark: Mark) -> bool:
    any_met = False
    for glyph in met:
        glyph.marks |= mark
        any_met = True
    return any_met


_JUMP: Final = 0.35


def _joined(glyphs: Iterable[_Glyph]) -> Iterable[Item]:
    """Words: characters without a space, a jump or a change of marks between them."""
    last: _Glyph | None = None
    item: Item | None = None
    for glyph in glyphs:
        if glyph.text.isspace():
            if item is not None:
                item.closed = True
            item, last = None, None
            continue
        follows = last is not None and not glyph.apart and _follows(last.box, glyph.box)
        last, (ticked, text) = glyph, _read(glyph)
        if ticked is not None:
            item = None
            yield tick_box(glyph.box, checked=ticked, shown=text)
        elif item is not None and follows and item.span.marks == glyph.marks:
            item.span.text += text
            item.box = item.box.with_(glyph.box)
        else:
            item = word(text, glyph.box, marks=glyph.marks, glued=follows)
            yield item


def _follows(before: Box, after: Box) -> bool:
    same_line = before.top <= after.middle[1] <= before.bottom
    gap = after.left - before.right
    size = max(before.height, after.height)
    return same_line and -size < gap < _JUMP * size


def _read(glyph: _Glyph) -> tuple[bool | None, str]:
    """Whether a character is a box, ticked or not, else None; and its text."""
    text = "-" if glyph.text == _SOFT_HYPHEN else signs.drawn(glyph.text, glyph.style.font)
    if text in signs.UNTICKED or text in signs.TICKED:
        return text in signs.TICKED, text
    return None, unicodedata.normalize("NFKC", text) if text in _LIGATURES else text
