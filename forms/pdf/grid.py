"""Tables found again from their ruling lines.

Lines that cross belong together; between the lines lie cells, and where a piece of line is missing two cells are one.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from forms.pdf.items import Box
from forms.refusals import TooBig

NEAR: Final = 3.0
"""Lines closer than this are one line, in points (Word draws a border once for each cell it bounds)."""

MOST_CELLS: Final = 5_000
MOST_CROSSINGS: Final = 250_000
_SHORTEST: Final = 8.0


@dataclass(frozen=True, slots=True)
class Area:
    """One cell as it is seen, in grid units and in points."""

    row: int
    column: int
    rows: int
    columns: int
    box: Box


@dataclass(frozen=True, slots=True)
class Grid:
    """One table: its outline and its cells from left to right, top to bottom."""

    box: Box
    areas: tuple[Area, ...]


def grids(across: Iterable[Box], down: Iterable[Box]) -> list[Grid]:
    """The tables drawn on a sheet, from top to bottom; a frame round other tables is not one. Raises TooBig."""
    level = _merged(across, vertical=False)
    upright = _merged(down, vertical=True)
    if len(level) * len(upright) > MOST_CROSSINGS:
        return []  # a drawing, not a table
    found = [_grid(lines, posts) for lines, posts in _crossing(level, upright)]
    tables = [grid for grid in found if grid is not None]
    whole = [grid for grid in tables if not _is_frame(grid, tables)]
    return sorted(whole, key=lambda grid: (grid.box.top, grid.box.left))


def _is_frame(grid: Grid, others: Sequence[Grid]) -> bool:
    around = (other is not grid and grid.box.covers(other.box) for other in others)
    return len(grid.areas) == 1 and any(around)


def _merged(lines: Iterable[Box], *, vertical: bool) -> list[Box]:
    """Pieces of one line joined, and near doubles made one."""
    merged: list[Box] = []
    for near in _alike(lines, vertical=vertical):
        line = near[0]
        for piece in near[1:]:
            if _from(piece, vertical=vertical) <= _to(line, vertical=vertical) + NEAR:
                line = line.with_(piece)
            else:
                merged.append(line)
                line = piece
        merged.append(line)
    return [line for line in merged if (line.height if vertical else line.width) >= _SHORTEST]


def _alike(lines: Iterable[Box], *, vertical: bool) -> Iterable[list[Box]]:
    """Lines at about the same height (or across), each set from its beginning to its end."""
    group: list[Box] = []
    for line in sorted(lines, key=lambda box: _at(box, vertical=vertical)):
        if group and _at(line, vertical=vertical) - _at(group[0], vertical=vertical) > NEAR:
            yield sorted(group, key=lambda box: _from(box, vertical=vertical))
            group = []
        group.append(line)
    if group:
        yield sorted(group, key=lambda box: _from(box, vertical=vertical))


def _at(box: Box, *, vertical: bool) -> float:
    return box.middle[0] if vertical else box.middle[1]


def _from(box: Box, *, vertical: bool) -> float:
    return box.top if vertical else box.left


def _to(box: Box, *, vertical: bool) -> float:
    return box.bottom if vertical else box.right


def _crossing(level: Sequence[Box], upright: Sequence[Box]) -> list[tuple[list[Box], list[Box]]]:
    """Lines sorted into sets that hang together by crossing."""
    lines = [*level, *upright]
    owner = list(range(len(lines)))

    def root(at: int) -> int:
        while owner[at] != at:
            owner[at] = owner[owner[at]]
            at = owner[at]
        return at

    for one, line in enumerate(level):
        for other, post in enumerate(upright, len(level)):
            if _cross(line, post):
                owner[root(one)] = root(other)
    sets: dict[int, tuple[list[Box], list[Box]]] = {}
    for at, line in enumerate(lines):
        sets.setdefault(root(at), ([], []))[at >= len(level)].append(line)
    return [both for both in sets.values() if len(both[0]) > 1 and len(both[1]) > 1]


def _cross(line: Box, post: Box) -> bool:
    x, y = post.middle[0], line.middle[1]
    return line.left - NEAR <= x <= line.right + NEAR and post.top - NEAR <= y <= post.bottom + NEAR


def _grid(lines: Sequence[Box], posts: Sequence[Box]) -> Grid | None:
    xs, ys = _stops([post.middle[0] for post in posts]), _stops([line.middle[1] for line in lines])
    columns, rows = len(xs) - 1, len(ys) - 1
    if columns < 1 or rows < 1:
        return None
    if columns * rows > MOST_CELLS:
        raise TooBig("more cells on one sheet than on any form")
    areas = tuple(_areas(xs, ys, lines, posts))
    return Grid(Box(xs[0], ys[0], xs[-1], ys[-1]), areas)


def _stops(values: Iterable[float]) -> list[float]:
    stops: list[float] = []
    for value in sorted(values):
        if not stops or value - stops[-1] > NEAR:
            stops.append(value)
    return stops


def _areas(
    xs: Sequence[float], ys: Sequence[float], lines: Sequence[Box], posts: Sequence[Box]
) -> Iterable[Area]:
    """The cells, each grown to the right and then down as long as no line stands in the way."""
    across, down = list(pairwise(xs)), list(pairwise(ys))
    walls = {
        (row, column)
        for row, (top, bottom) in enumerate(down)
        for column in range(1, len(across))
        if _stands(posts, xs[column], (top + bottom) / 2)
    }
    floors = {
        (row, column)
        for column, (left, right) in enumerate(across)
        for row in range(1, len(down))
        if _lies(lines, (left + right) / 2, ys[row])
    }
    taken: set[tuple[int, int]] = set()
    for row in range(len(down)):
        for column in range(len(across)):
            if (row, column) in taken:
                continue
            wide, high = _extent(row, column, (len(across), len(down)), walls, floors)
            taken |= {(r, c) for r in range(row, row + high) for c in range(column, column + wide)}
            box = Box(xs[column], ys[row], xs[column + wide], ys[row + high])
            yield Area(row, column, high, wide, box)


def _extent(
    row: int,
    column: int,
    size: tuple[int, int],
    walls: set[tuple[int, int]],
    floors: set[tuple[int, int]],
) -> tuple[int, int]:
    wide = high = 1
    while column + wide < size[0] and (row, column + wide) not in walls:
        wide += 1
    while row + high < size[1] and not any((row + high, c) in floors for c in range(column, column + wide)):
        high += 1
    return wide, high


def _stands(posts: Iterable[Box], x: float, y: float) -> bool:
    return any(abs(post.middle[0] - x) <= NEAR and post.top <= y <= post.bottom for post in posts)


def _lies(lines: Iterable[Box], x: float, y: float) -> bool:
    return any(abs(line.middle[1] - y) <= NEAR and line.left <= x <= line.right for line in lines)
