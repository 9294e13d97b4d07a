"""What goes on from sheet to sheet: running heads and feet, and tables that the foot of a sheet cut in two."""

from collections.abc import Sequence
from typing import Final

from forms.page import Block, Cell, Para, Region, Row, Span, Table
from forms.pdf.layout import Placed

_DEEPEST: Final = 4
_NEAR: Final = 4.0


def joined(sheets: Sequence[list[Placed]]) -> list[Block]:
    """The blocks of all sheets as one text."""
    mark_running([[each.block for each in sheet] for sheet in sheets])
    above: Placed | None = None
    for sheet in sheets:
        if above is not None:
            _join_tables(above, sheet)
        above = _last(sheet) or above
    return [each.block for sheet in sheets for each in sheet]


def mark_running(sheets: Sequence[Sequence[Block]]) -> None:
    """Mark as header or footer what stands at the edge of every sheet with the same words, numbers aside."""
    if len(sheets) < 2:  # noqa: PLR2004  (one sheet repeats nothing)
        return
    for region, places in ((Region.HEADER, range(_DEEPEST)), (Region.FOOTER, range(-1, -_DEEPEST - 1, -1))):
        for place in places:
            if not _mark(sheets, place, region):
                break


def _mark(sheets: Sequence[Sequence[Block]], place: int, region: Region) -> bool:
    wanted = place + 1 if place >= 0 else -place
    edge = [sheet[place] for sheet in sheets if len(sheet) > wanted]
    texts = {"".join(sign for sign in block.text if not sign.isdigit()).strip() for block in edge}
    if len(edge) < len(sheets) or len(texts) > 1 or not all(isinstance(block, Para) for block in edge):
        return False
    for block in edge:
        block.region = region
    return True


def _join_tables(above: Placed, sheet: list[Placed]) -> None:
    """A table at the foot of one sheet and one of the same columns at the head of the next are one table."""
    below = _first(sheet)
    if below is None or not _same_columns(above.columns, below.columns):
        return
    upper, lower = above.block, below.block
    if not isinstance(upper, Table) or not isinstance(lower, Table):
        return
    rows = _new_rows(upper, lower)
    if rows and _broken(upper.rows[-1], rows[0]):
        _finish(upper.rows[-1], rows[0])
        rows = rows[1:]
    upper.rows += rows
    sheet.remove(below)


def _new_rows(upper: Table, lower: Table) -> list[Row]:
    """The lower part's rows without a heading that is repeated on each sheet."""
    repeated = len(upper.rows) > 1 and bool(lower.rows) and _texts(lower.rows[0]) == _texts(upper.rows[0])
    return lower.rows[1:] if repeated else lower.rows


def _first(sheet: Sequence[Placed]) -> Placed | None:
    return next((each for each in sheet if each.block.region is Region.BODY), None)


def _last(sheet: Sequence[Placed]) -> Placed | None:
    return _first(list(reversed(sheet)))


def _same_columns(one: Sequence[float], other: Sequence[float]) -> bool:
    pairs = zip(one, other, strict=False)
    return bool(one) and len(one) == len(other) and all(abs(a - b) <= _NEAR for a, b in pairs)


def _texts(row: Row) -> list[str]:
    return [cell.text for cell in row.cells]


def _broken(last: Row, first: Row) -> bool:
    """Whether a row was broken by the sheet's end: its rest has no words in the first cell, or goes on in mid-sentence."""
    if len(last.cells) != len(first.cells) or len(first.cells) < 2:  # noqa: PLR2004  (one cell cannot tell)
        return False
    texts = [text.strip() for text in _texts(first)]
    if not any(texts) or not last.cells[0].text.strip():
        return False
    return not texts[0] or any(_goes_on(text) for text in texts)


def _goes_on(text: str) -> bool:
    """Whether words begin in mid-sentence."""
    return text[:1].islower() or text.startswith("(")


def _finish(last: Row, rest: Row) -> None:
    for cell, more in zip(last.cells, rest.cells, strict=True):
        _add(cell, more)


def _add(cell: Cell, more: Cell) -> None:
    rest = [block for block in more.blocks if block.text.strip()]
    last = cell.blocks[-1] if cell.blocks else None
    if rest and isinstance(last, Para) and isinstance(rest[0], Para) and _goes_on(rest[0].text):
        last.spans += [Span(" "), *rest[0].spans]
        rest = rest[1:]
    cell.blocks += rest
