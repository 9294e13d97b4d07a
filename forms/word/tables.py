"""Table structure: which cells stand where, each merged one once."""

from dataclasses import dataclass, field

from forms.page import Cell, Row
from forms.word.looks import shaded
from forms.word.names import VAL, Element, is_on, number, w

MAX_SPAN = 1_000  # grid columns of one cell: Word itself ends at 63, a hostile file says 50,000,000


@dataclass(slots=True)
class Grid:
    """A table in the making. `open` holds, by column, the cells that a merge from below would extend."""

    path: str
    rows: list[Row] = field(default_factory=list)
    open: dict[int, Cell] = field(default_factory=dict)


@dataclass(slots=True)
class Line:
    """A row in the making: `column` is the grid column of the next cell, `count` the cells met so far."""

    row: Row
    column: int = 0
    count: int = 0


@dataclass(slots=True)
class RowShape:
    """What a row's properties say."""

    gone: bool = False  # deleted, or hidden
    header: bool = False
    before: int = 0


@dataclass(slots=True)
class CellShape:
    """What a cell's properties say; `down` and `along`: it continues the cell above, or before."""

    gone: bool = False
    columns: int = 1
    down: bool = False
    begins: bool = False
    along: bool = False
    shaded: bool = False


_PLAIN_ROW = RowShape()
_PLAIN_CELL = CellShape()


def row_shape(row: Element) -> RowShape:
    """The shape of a `w:tr`."""
    properties = next((element for element in row if element.tag == _TRPR), None)
    if properties is None or not len(properties):
        return _PLAIN_ROW
    shape = RowShape()
    for element in properties:
        tag = element.tag
        if tag == _DEL or (tag == _HIDDEN and is_on(element)):
            shape.gone = True
        elif tag == _HEADER:
            shape.header = is_on(element)
        elif tag == _BEFORE:
            shape.before = _span(element, 0)
    return shape


def cell_shape(cell: Element) -> CellShape:
    """The shape of a `w:tc`."""
    properties = cell[0] if len(cell) else None
    if properties is None or not len(properties) or properties.tag != _TCPR:
        return _PLAIN_CELL
    shape = CellShape()
    for element in properties:
        tag = element.tag
        if tag == _GRID_SPAN:
            shape.columns = _span(element, 1)
        elif tag == _V_MERGE:
            shape.begins = element.get(VAL) == "restart"
            shape.down = not shape.begins
        elif tag == _H_MERGE:
            shape.along = element.get(VAL) != "restart"
        elif tag == _SHADING:
            shape.shaded = shaded(element)
        elif tag == _CELL_DEL:
            shape.gone = True
    return shape


def _span(element: Element, least: int) -> int:
    return min(max(number(element.get(VAL), least), least), MAX_SPAN)


_TRPR = w("trPr")
_TCPR = w("tcPr")
_DEL = w("del")
_HIDDEN = w("hidden")
_HEADER = w("tblHeader")
_BEFORE = w("gridBefore")
_GRID_SPAN = w("gridSpan")
_V_MERGE = w("vMerge")
_H_MERGE = w("hMerge")
_SHADING = w("shd")
_CELL_DEL = w("cellDel")
