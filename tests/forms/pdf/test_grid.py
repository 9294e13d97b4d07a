"""Tables from ruling lines: whatever was drawn cell by cell is found again, cell by cell."""

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from forms.pdf.grid import grids
from forms.pdf.items import Box

WIDE, HIGH = 40.0, 20.0


@st.composite
def tables(draw: st.DrawFn) -> list[tuple[int, int, int, int]]:
    """Cells as (row, column, rows, columns): rows parted at random, some cells reaching over two rows."""
    columns = draw(st.integers(1, 6))
    cells: list[tuple[int, int, int, int]] = []
    row = 0
    for _ in range(draw(st.integers(1, 6))):
        high = draw(st.integers(1, 2))
        cuts = sorted({0, columns, *draw(st.sets(st.integers(0, columns)))})
        for left, right in pairwise(cuts):
            whole = high == 1 or draw(st.booleans())
            cells += [(row, left, high, right - left)] if whole else [
                (row + at, left, 1, right - left) for at in range(high)
            ]  # fmt: skip
        row += high
    return cells


def edges(cells: list[tuple[int, int, int, int]], jitter: float) -> tuple[list[Box], list[Box]]:
    """The four edges of each cell, as Word prints them: every inner line twice, not quite in one place."""
    across, down = [], []
    for number, (row, column, rows, columns) in enumerate(cells):
        off = jitter if number % 2 else 0
        left, top = 60 + column * WIDE + off, 100 + row * HIGH + off
        right, bottom = left + columns * WIDE, top + rows * HIGH
        across += [Box(left, top, right, top), Box(left, bottom, right, bottom)]
        down += [Box(left, top, left, bottom), Box(right, top, right, bottom)]
    return across, down


def reduced(cells: list[tuple[int, int, int, int]]) -> set[tuple[int, int, int, int]]:
    """The cells counted by the lines that are there: a line that no cell ends at is no line."""
    rows = sorted({edge for row, _, high, _ in cells for edge in (row, row + high)})
    columns = sorted({edge for _, column, _, wide in cells for edge in (column, column + wide)})
    return {
        (
            rows.index(row),
            columns.index(column),
            rows.index(row + high) - rows.index(row),
            columns.index(column + wide) - columns.index(column),
        )
        for row, column, high, wide in cells
    }


@settings(deadline=None, database=None)
@given(cells=tables(), jitter=st.sampled_from((0.0, 0.4, 0.9)))
def test_every_cell_is_found_with_its_extent(cells: list[tuple[int, int, int, int]], jitter: float) -> None:
    """Rows and columns are counted by the lines, and merged cells stand once."""
    (grid,) = grids(*edges(cells, jitter))
    found = {(area.row, area.column, area.rows, area.columns) for area in grid.areas}
    assert found == reduced(cells)


def test_a_frame_round_tables_is_no_table() -> None:
    """A border round the whole page does not swallow what stands in it."""
    across, down = edges([(0, 0, 1, 1), (0, 1, 1, 1)], 0)
    across += [Box(20, 20, 500, 20), Box(20, 700, 500, 700)]
    down += [Box(20, 20, 20, 700), Box(500, 20, 500, 700)]
    assert [len(grid.areas) for grid in grids(across, down)] == [2]


def test_two_tables_are_two() -> None:
    """Lines that do not meet belong to different tables, from top to bottom."""
    upper = edges([(0, 0, 1, 2)], 0)
    lower = edges([(5, 0, 1, 1), (5, 1, 1, 1)], 0)
    found = grids([*lower[0], *upper[0]], [*lower[1], *upper[1]])
    assert [len(grid.areas) for grid in found] == [1, 2]


def test_a_drawing_of_many_lines_is_no_table() -> None:
    """Hatching of thousands of lines is left alone, and soon."""
    across = [Box(0, y, 500, y) for y in range(0, 8000, 8)]
    down = [Box(x, 0, x, 8000) for x in range(0, 8000, 8)]
    assert grids(across, down) == []
