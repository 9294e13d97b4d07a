"""Blocks: paragraphs, tables and what holds them, each with its path."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from forms.page import Block, Cell, Mark, Para, Region, Row, Span, Table
from forms.word import chunks, drawings
from forms.word.inline import Inline
from forms.word.names import VAL, Element, mc, number, r, w
from forms.word.styles import ParagraphStyle
from forms.word.tables import CellShape, Grid, Line, cell_shape, row_shape

if TYPE_CHECKING:
    from forms.word.document import Document


@dataclass(slots=True)
class Place:
    """Where blocks are being read to: their container's path and region, and how many there are of each kind."""

    path: str
    region: Region
    blocks: list[Block] = field(default_factory=list)
    carried: list[Span] = field(default_factory=list)  # of a paragraph whose end was deleted
    paragraphs: int = 0
    tables: int = 0
    boxes: int = 0
    embedded: int = 0


class Stated(NamedTuple):
    """What a paragraph states itself; `joined`: its end was deleted or moved away, so it runs on in the next one."""

    style: str = ""
    numbered: Element | None = None
    level: str = ""
    joined: bool = False


_NOTHING = Stated()


class Blocks:
    """The reader of one part: the body, a header, a note."""

    def __init__(self, document: "Document", part: str) -> None:
        self.document = document
        self.part = part
        self.inline = Inline(document, part)

    def read(self, container: Element, path: str, region: Region) -> list[Block]:
        """The blocks in a body, cell, text box, header or note."""
        place = Place(path, region)
        depth = self.inline.depth()
        self._fill(container, place)
        self.inline.close_fields(depth)
        if place.carried:
            self._add_paragraph(place, place.carried, container)
        return place.blocks

    def _fill(self, container: Element, place: Place) -> None:
        for child in container:
            tag = child.tag
            if tag == _P:
                self._paragraph(child, place)
            elif tag in self._beside_paragraphs:
                self._beside_paragraphs[tag](self, child, place)

    # ------------------------------------------------------------ paragraphs

    def _paragraph(self, element: Element, place: Place) -> None:
        properties = element[0] if len(element) else None
        stated = _stated(properties) if properties is not None and properties.tag == _PPR else _NOTHING
        style = self.document.styles.paragraph(stated.style)
        spans = self.inline.read(element, stated.style, style.look)
        if place.carried:
            place.carried.extend(spans)
            spans, place.carried = place.carried, []
        if stated.joined:
            place.carried = spans
        else:
            self._add_paragraph(place, spans, element)
            if stated.numbered is not None or style.numbering is not None or style.heading or stated.level:
                self._head(place.blocks[-1], stated, style)
        if self.inline.boxes:
            self._boxes(place)

    def _add_paragraph(self, place: Place, spans: list[Span], element: Element) -> None:
        place.paragraphs += 1
        path = f"{place.path}/p{place.paragraphs}"
        self.document.count_block(path, element, len(spans))
        place.blocks.append(Para(spans, path, place.region))

    def _head(self, made: Block, stated: Stated, style: ParagraphStyle) -> None:
        """Give a paragraph its number, and say whether it is a heading."""
        assert isinstance(made, Para)
        numbered = style.numbering if stated.numbered is None else stated.numbered
        if numbered is not None:
            made.number = self.document.numbering.next(numbered, style.numbering)
        made.heading = number(stated.level, _BODY) < _BODY if stated.level else style.heading

    def _boxes(self, place: Place) -> None:
        """Text boxes follow the paragraph that they are anchored in."""
        boxes, self.inline.boxes = self.inline.boxes, []
        region = Region.TEXT_BOX if place.region is Region.BODY else place.region
        control, self.inline.control = self.inline.control, None
        for box in boxes:
            place.boxes += 1
            place.blocks += self.read(box, f"{place.path}/x{place.boxes}", region)
        self.inline.control = control

    # ------------------------------------------------------------ containers

    def _sdt(self, element: Element, place: Place) -> None:
        outer, content = self.inline.enter(element)
        if content is not None:
            self._fill(content, place)
        self.inline.leave(outer)

    def _inserted(self, element: Element, place: Place) -> None:
        before = self.inline.extra
        self.inline.extra |= Mark.INSERTED.value
        self._fill(element, place)
        self.inline.extra = before

    def _alternatives(self, element: Element, place: Place) -> None:
        one = drawings.chosen(element)
        if one is not None:
            self._fill(one, place)

    def _chunk(self, element: Element, place: Place) -> None:
        """An embedded document of another format, read where it stands."""
        relation = self.document.relations(self.part).get(element.get(_ID) or "")
        if relation is None or not relation.target:
            return
        place.embedded += 1
        path = f"{place.path}/e{place.embedded}"
        place.blocks += chunks.read(self.document, relation.target, path, place.region)

    # ------------------------------------------------------------ tables

    def _table(self, element: Element, place: Place) -> None:
        place.tables += 1
        grid = Grid(f"{place.path}/t{place.tables}")
        self.document.count_block(grid.path, element, 0)
        self._rows(element, grid, place.region)
        if grid.rows:  # a table whose rows were all deleted is gone
            place.blocks.append(Table(grid.rows, grid.path, place.region))

    def _rows(self, element: Element, grid: Grid, region: Region) -> None:
        for child in element:
            tag = child.tag
            if tag == _TR:
                self._row(child, grid, region)
            elif tag == _SDT:
                outer, content = self.inline.enter(child)
                if content is not None:
                    self._rows(content, grid, region)
                self.inline.leave(outer)
            elif tag in _WRAPPERS:
                self._rows(child, grid, region)

    def _row(self, element: Element, grid: Grid, region: Region) -> None:
        shape = row_shape(element)
        if shape.gone:
            return
        line = Line(Row([], f"{grid.path}/r{len(grid.rows) + 1}", shape.header), shape.before)
        self.document.note(line.row.path, element)
        self._cells(element, grid, line, region)
        grid.rows.append(line.row)

    def _cells(self, element: Element, grid: Grid, line: Line, region: Region) -> None:
        for child in element:
            tag = child.tag
            if tag == _TC:
                self._cell(child, grid, line, region)
            elif tag == _SDT:
                outer, content = self.inline.enter(child)
                if content is not None:
                    self._cells(content, grid, line, region)
                self.inline.leave(outer)
            elif tag in _WRAPPERS:
                self._cells(child, grid, line, region)

    def _cell(self, element: Element, grid: Grid, line: Line, region: Region) -> None:
        shape = cell_shape(element)
        self.document.count_cell()
        if shape.gone:
            return
        line.count += 1
        column, line.column = line.column, line.column + shape.columns
        if not _continues(shape, column, grid, line):
            path = f"{line.row.path}/c{line.count}"
            self.document.note(path, element)
            cell = Cell(
                self._content(element, path, region, shape), path, column, shape.columns, 1, shape.shaded
            )
            line.row.cells.append(cell)
            if shape.begins:
                grid.open[column] = cell
            else:
                grid.open.pop(column, None)

    def _content(self, element: Element, path: str, region: Region, shape: CellShape) -> list[Block]:
        before = self.inline.extra
        if shape.shaded:
            self.inline.extra |= Mark.CELL_SHADING.value
        else:
            self.inline.extra &= ~Mark.CELL_SHADING.value
        made = self.read(element, path, region)
        self.inline.extra = before
        return made

    # ------------------------------------------------------------ what is read

    _beside_paragraphs: ClassVar[dict[str, Callable[["Blocks", Element, Place], None]]] = {
        w("tbl"): _table,
        w("sdt"): _sdt,
        w("altChunk"): _chunk,
        w("ins"): _inserted,
        w("moveTo"): _inserted,
        w("customXml"): _fill,
        w("smartTag"): _fill,
        mc("AlternateContent"): _alternatives,
    }
    """What may stand beside paragraphs. What is not here, deletions and move sources above all, is not read."""


def _continues(shape: CellShape, column: int, grid: Grid, line: Line) -> bool:
    """Whether a cell only continues the one above or before it, which then grows. One with nothing to continue stands."""
    if shape.down and column in grid.open:
        grid.open[column].rows += 1
        return True
    if shape.along and line.row.cells:
        line.row.cells[-1].columns += shape.columns
        return True
    return False


def _stated(properties: Element) -> Stated:
    style, numbered, level, joined = _NOTHING
    for element in properties:
        tag = element.tag
        if tag == _RPR:
            if len(element):
                joined = any(child.tag in _GONE for child in element)
        elif tag == _PSTYLE:
            style = element.get(VAL) or ""
        elif tag == _NUM_PR:
            numbered = element
        elif tag == _OUTLINE:
            level = element.get(VAL) or ""
    return (
        Stated(style, numbered, level, joined)
        if style or numbered is not None or level or joined
        else _NOTHING
    )


_BODY = 9
_P = w("p")
_PPR = w("pPr")
_RPR = w("rPr")
_PSTYLE = w("pStyle")
_NUM_PR = w("numPr")
_OUTLINE = w("outlineLvl")
_TR = w("tr")
_TC = w("tc")
_SDT = w("sdt")
_ID = r("id")
_GONE = frozenset((w("del"), w("moveFrom")))
_WRAPPERS = frozenset((w("customXml"), w("ins"), w("moveTo"), w("smartTag")))
