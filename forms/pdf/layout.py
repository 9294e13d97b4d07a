"""A sheet of words and lines made into paragraphs and tables again."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from forms.page import Block, Cell, Para, Row, Table
from forms.pdf.columns import folded
from forms.pdf.grid import Area, Grid, grids
from forms.pdf.items import Box, Item, Sheet
from forms.pdf.lines import Line, Measure, lines, paragraphs

_PADDING: Final = 5.4  # Word's own, in points


@dataclass(frozen=True, slots=True)
class Placed:
    """A block and how far down its sheet it begins; a table has the places of its column lines too."""

    block: Block
    top: float
    columns: tuple[float, ...] = ()


def placed(sheet: Sheet, number: int) -> list[Placed]:
    """What stands on a sheet, from top to bottom. Paths begin with the sheet: `s2/b4`, `s2/t1/r3/c2`."""
    tables = grids(sheet.across, sheet.down)
    inside, outside = _sorted_in(sheet.items, tables)
    found = [
        Placed(_table(grid, inside[at], sheet.shades, f"s{number}/t{at + 1}"), grid.box.top, _columns(grid))
        for at, grid in enumerate(tables)
    ]
    found += _prose(outside, tables, sheet, f"s{number}")
    return sorted(found, key=lambda block: block.top)


def _columns(grid: Grid) -> tuple[float, ...]:
    return tuple(sorted({area.box.left for area in grid.areas} | {area.box.right for area in grid.areas}))


def _sorted_in(items: Iterable[Item], tables: Sequence[Grid]) -> tuple[list[list[Item]], list[Item]]:
    inside: list[list[Item]] = [[] for _ in tables]
    outside: list[Item] = []
    for item in items:
        at = next((at for at, grid in enumerate(tables) if grid.box.holds(item.box.middle)), None)
        (outside if at is None else inside[at]).append(item)
    return inside, outside


def _prose(items: Iterable[Item], tables: Sequence[Grid], sheet: Sheet, path: str) -> Iterable[Placed]:
    """Paragraphs outside tables; a table between two lines parts them."""
    found = lines(items)
    measure = Measure.of_page(found, sheet.width)
    count = 0
    for run in _runs(found, tables):
        made = paragraphs(folded(run), measure, f"{path}/b{count}")
        top = run[0].box.top
        for para in made:
            count += 1
            para.path = f"{path}/b{count}"
            yield Placed(para, top)
            top += 0.001  # keeps their order among what stands at one height


def _runs(found: Sequence[Line], tables: Sequence[Grid]) -> Iterable[list[Line]]:
    run: list[Line] = []
    for line in found:
        if run and any(run[-1].box.top <= grid.box.top <= line.box.top for grid in tables):
            yield run
            run = []
        run.append(line)
    if run:
        yield run


def _table(grid: Grid, items: Sequence[Item], shades: Sequence[Box], path: str) -> Table:
    held = _by_area(grid, items)
    padding = _padding(grid, held)
    rows: dict[int, Row] = {}
    for at, area in enumerate(grid.areas):
        row = rows.setdefault(area.row, Row([], f"{path}/r{area.row + 1}"))
        row.cells.append(_cell(area, held[at], padding, shades, f"{row.path}/c{len(row.cells) + 1}"))
    return Table([rows[at] for at in sorted(rows)], path)


def _by_area(grid: Grid, items: Iterable[Item]) -> list[list[Item]]:
    held: list[list[Item]] = [[] for _ in grid.areas]
    for item in items:
        at = next((at for at, area in enumerate(grid.areas) if area.box.holds(item.box.middle)), None)
        if at is not None:
            held[at].append(item)
    return held


def _padding(grid: Grid, held: Sequence[Sequence[Item]]) -> float:
    """The space between a cell's edge and its text, the same in a whole table."""
    gaps = [
        min(item.box.left for item in items) - area.box.left
        for area, items in zip(grid.areas, held, strict=True)
        if items
    ]
    return min([_PADDING, *(gap for gap in gaps if gap > 0)])


def _cell(area: Area, items: Sequence[Item], padding: float, shades: Sequence[Box], path: str) -> Cell:
    measure = Measure(area.box.left + padding, area.box.right - padding)
    paras = paragraphs(lines(items), measure, path) or [Para([], f"{path}/p1")]
    shaded = any(shade.covers(_core(area.box)) for shade in shades)
    return Cell(list(paras), path, area.column, area.columns, area.rows, shaded)


def _core(box: Box) -> Box:
    """The middle of a cell: shading may stop short of its edges."""
    x, y = box.middle
    return Box(x - box.width / 4, y - box.height / 4, x + box.width / 4, y + box.height / 4)
