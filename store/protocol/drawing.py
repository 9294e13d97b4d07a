"""The life of a case as a picture, drawn from the table that refuses: `python -m store.protocol.drawing > docs/case-life.svg`.

Each arrow bears the number of its move; the list beside it says what stands in the move's way, by rule, in the words
of the guards. A test fails when the picture in `docs/` is no longer the table's.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from itertools import chain

from store.protocol.case import Stage
from store.protocol.guards import by_an_officer
from store.protocol.life import ASSESSED, MOVES, Move
from store.protocol.stages import UNDECIDED

COLUMN, ROW, WIDTH, HEIGHT = 250, 86, 170, 38
LEFT, TOP = 40, 80
BEND = 60
"""How far an arrow swings out that passes other boxes."""
LEGEND, LINE = 3 * COLUMN + LEFT + 20, 17
CHARACTERS = 96
"""So many characters of a guard's sentence fit on a line of the list."""

PLACES: dict[Stage, tuple[int, int]] = {
    Stage.RECEIVED: (1, 0),
    Stage.INCOMPLETE: (0, 0),
    Stage.HELD: (2, 0),
    Stage.READY: (1, 1),
    Stage.DEFERRED: (0, 2),
    Stage.ON_AGENDA: (1, 2),
    Stage.MORE_INFORMATION: (0, 1),
    Stage.NOT_SUPPORTED: (0, 4),
    Stage.RECOMMENDED: (1, 3),
    Stage.GATHERING: (1, 4),
    Stage.ARRANGED: (1, 5),
    Stage.PLACED: (1, 6),
    Stage.EXTENDED: (2, 6),
    Stage.SUCCEEDED: (1, 7),
    Stage.FAILED: (2, 7),
    Stage.CLOSED: (1, 8),
    Stage.WITHDRAWN: (2, 3),
    Stage.DECLINED: (2, 4),
}
"""Where each stage stands: column and row."""


@dataclass(frozen=True, slots=True)
class Arrow:
    """An arrow of the picture, with the number of its move in the list."""

    number: int
    start: Stage
    end: Stage


def draw() -> str:
    """The picture as SVG."""
    listed = list(_listed())
    legend = list(chain.from_iterable(_entry(number, name, lines) for number, name, lines in listed))
    height = max(TOP + ROW * 9 + 60, TOP + LINE * (len(legend) + 2))
    parts = [
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1500 {height}" role="img" '
            'aria-labelledby="title desc" font-family="sans-serif" font-size="13">'
        ),
        '<title id="title">The life of a case</title>',
        '<desc id="desc">Stages as boxes, moves as numbered arrows; the list says what stands in their way.</desc>',
        (
            '<defs><marker id="tip" viewBox="0 0 10 10" refX="10" refY="5" markerWidth="8" markerHeight="8" '
            'orient="auto"><path d="M0 0 10 5 0 10z"/></marker></defs>'
        ),
        f'<rect width="1500" height="{height}" fill="#fff"/>',
        _text(LEFT, 34, "The life of a case", size=20, weight="bold"),
        *(_arrow(arrow) for arrow in _arrows()),
        *(_box(stage) for stage in Stage),
        _text(LEFT + 2 * COLUMN, TOP + ROW * 3 - 22, _from_anywhere(), size=11),
        *_legend(legend),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _listed() -> Iterator[tuple[int, str, list[str]]]:
    """The moves in the order of the table, numbered from 1, each with what stands in its way."""
    for number, move in enumerate(MOVES.values(), start=1):
        yield number, move.name, [_first_line(guard) for guard in move.guards if guard is not by_an_officer]


def _arrows() -> Iterator[Arrow]:
    for start, end in ASSESSED:
        yield Arrow(0, start, end)
    for number, move in enumerate(MOVES.values(), start=1):
        if not _from_everywhere(move):
            for start, end in move.drawn():
                yield Arrow(number, start, end)


def _from_everywhere(move: Move) -> bool:
    """Withdrawing and declining would draw an arrow from every stage: they are said in words."""
    return move.at == UNDECIDED


def _from_anywhere() -> str:
    names = " or ".join(move.name for move in MOVES.values() if _from_everywhere(move))
    return f"From any stage before an end: {names}."


def _entry(number: int, name: str, lines: list[str]) -> list[tuple[str, str]]:
    return [(f"{number}. {name}", "bold"), *((f"– {line}", "normal") for line in lines)]


def _first_line(guard: object) -> str:
    said = " ".join((guard.__doc__ or "").split("\n\n", maxsplit=1)[0].split())
    return said if len(said) <= CHARACTERS else f"{said[: CHARACTERS - 1].rstrip()}…"


def _legend(lines: list[tuple[str, str]]) -> Iterator[str]:
    yield _text(LEGEND, 34, "What stands in the way of each move", size=15, weight="bold")
    yield _text(LEGEND, TOP - 18, f"Every one that a person asks: {_first_line(by_an_officer)}", size=11)
    for row, (said, weight) in enumerate(lines):
        yield _text(LEGEND, TOP + row * LINE, said, size=11, weight=weight)


def _box(stage: Stage) -> str:
    x, y = _corner(stage)
    box = f'<rect x="{x}" y="{y}" width="{WIDTH}" height="{HEIGHT}" rx="8" fill="#eef3f8" stroke="#1d3b5a"/>'
    return box + _text(x + WIDTH // 2, y + HEIGHT // 2 + 5, str(stage), anchor="middle")


def _arrow(arrow: Arrow) -> str:
    (x1, y1), (x2, y2) = _edge(arrow.start, arrow.end), _edge(arrow.end, arrow.start)
    bend = BEND if _passes_others(arrow) else 0
    curve = f"C{x1 + bend} {y1} {x2 + bend} {y2} {x2} {y2}" if bend else f"L{x2} {y2}"
    line = f'<path d="M{x1} {y1} {curve}" fill="none" stroke="#555" marker-end="url(#tip)"/>'
    if not arrow.number:
        return line
    # A third of the way along: on the curve, two thirds of the bend aside (Bézier at t = 1/3).
    x, y = (2 * x1 + x2) // 3 + bend * 2 // 3, (20 * y1 + 7 * y2) // 27 if bend else (2 * y1 + y2) // 3
    dot = f'<circle cx="{x}" cy="{y}" r="9" fill="#fff" stroke="#555"/>'
    return line + dot + _text(x, y + 4, str(arrow.number), size=10, anchor="middle")


def _passes_others(arrow: Arrow) -> bool:
    """Whether a straight line would run through the boxes between."""
    (column, row), (to_column, to_row) = PLACES[arrow.start], PLACES[arrow.end]
    return column == to_column and abs(to_row - row) > 1


def _edge(stage: Stage, towards: Stage) -> tuple[int, int]:
    """Where an arrow leaves a box: below or above it within a column, else at the side."""
    (column, row), (to_column, to_row) = PLACES[stage], PLACES[towards]
    x, y = _corner(stage)
    if column == to_column and abs(to_row - row) > 1:
        return x + WIDTH, y + HEIGHT // 2
    if column == to_column:
        return x + WIDTH // 2, y + (HEIGHT if to_row > row else 0)
    return x + (WIDTH if to_column > column else 0), y + HEIGHT // 2


def _corner(stage: Stage) -> tuple[int, int]:
    column, row = PLACES[stage]
    return LEFT + column * COLUMN, TOP + row * ROW


def _text(x: int, y: int, said: str, *, size: int = 13, weight: str = "normal", anchor: str = "start") -> str:
    return (
        f'<text x="{x}" y="{y}" font-size="{size}" font-weight="{weight}" text-anchor="{anchor}">'
        f"{escape(said)}</text>"
    )


if __name__ == "__main__":  # pragma: no cover
    sys.stdout.write(draw())
