"""Answers in rows: tables with heads above or at the left, rows that the form prints itself, boxes with words."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from forms.definition import Column, FieldType, ListSpec, TicksSpec
from forms.mapping.choices import YES_NO, Options, choose, ticks
from forms.mapping.labels import Anchor, Index
from forms.mapping.layout import Grid, Layout, Place
from forms.mapping.values import Values, plain
from forms.mapping.words import key
from forms.normalise import LONGEST, read_date
from forms.page import Span
from forms.reading import AnswerState, RowValue

Row = Mapping[str, RowValue]
_ENOUGH_HEADS = 0.6
"""Share of a list's columns whose heads make a table this list."""


@dataclass(slots=True)
class FoundRows:
    """A list on the page."""

    rows: tuple[Row, ...]
    label: str
    path: str  # the first empty row, or the whole list
    where: str
    places: set[int] = field(default_factory=set)  # orders of the places that it owns
    incomplete: tuple[tuple[int, str], ...] = ()  # row (from 1), label of a column that the form wants filled


# ---------------------------------------------------------------- tables


@dataclass(slots=True)
class _Entry:
    """One row of answers, whichever way the table runs: a place a column id."""

    cells: Mapping[str, Place | None]
    path: str
    first: Place | None


def find_list(
    spec: ListSpec, layout: Layout, label: Anchor | None, values: Values, taken: set[int]
) -> FoundRows | None:
    """The table of a list: the nearest after its label whose heads fit, else the best on the page."""
    best: tuple[tuple[bool, float, int], Grid, list[_Entry], set[int]] | None = None
    wanted = {key(label): column.id for column in spec.columns for label in column.labels}
    for grid in layout.grids:
        if grid.rows and grid.order not in taken and (shape := _shape(spec, grid, wanted)) is not None:
            share, entries, heads = shape
            after = label is not None and grid.order > label.place.order
            rank = (after, share, -grid.order)
            if best is None or rank > best[0]:
                best = rank, grid, entries, heads
    if best is None:
        return None
    _, grid, entries, owned = best
    return _read(spec, grid, entries, owned, label=label, values=values)


def _shape(
    spec: ListSpec, grid: Grid, wanted: Mapping[str, str]
) -> tuple[float, list[_Entry], set[int]] | None:
    if not any(place.key in wanted for row in grid.rows for place in row):
        return None
    least = max(1 if len(spec.columns) == 1 else 2, _ENOUGH_HEADS * len(spec.columns))
    for number, row in enumerate(grid.rows):
        heads = {wanted[place.key]: place for place in row if place.key in wanted}
        if len(heads) >= least:
            if spec.rows and spec.columns[0].id not in heads and row[0].blank:
                heads[spec.columns[0].id] = row[0]  # a grid of ratings has no head over its printed rows
            return len(heads) / len(spec.columns), *_down(grid, number, heads, wanted)
    side = [row[0] for row in grid.rows if len(row) > 1 and row[0].key in wanted]
    if len(side) >= max(2, least):
        heads = {wanted[place.key]: place for place in side}
        return len(heads) / len(spec.columns), *_across(grid, heads)
    return None


def _down(
    grid: Grid, head_row: int, heads: Mapping[str, Place], wanted: Mapping[str, str]
) -> tuple[list[_Entry], set[int]]:
    owned = {place.order for place in grid.rows[head_row]}
    entries: list[_Entry] = []
    for number in range(head_row + 1, len(grid.rows)):
        row = grid.rows[number]
        if sum(place.key in wanted for place in row) > 1:
            continue  # the heads again, on the next page
        if len(row) == 1 and len(heads) > 1:
            if not row[0].blank:
                break  # a note or another question across the table
            continue
        owned.update(place.order for place in row)
        cells = {column: grid.at(number, head.column) for column, head in heads.items()}
        entries.append(_Entry(cells, grid.row_paths[number], row[0] if row else None))
    return entries, owned


def _across(grid: Grid, heads: Mapping[str, Place]) -> tuple[list[_Entry], set[int]]:
    first = min(heads.values(), key=lambda place: place.row)
    owned = {place.order for head in heads.values() for place in grid.rows[head.row]}
    entries = []
    for beside in grid.rows[first.row][1:]:
        cells = {column: grid.at(head.row, beside.column) for column, head in heads.items()}
        entries.append(_Entry(cells, beside.path, beside))
    return entries, owned


def _read(
    spec: ListSpec,
    grid: Grid,
    entries: Sequence[_Entry],
    owned: set[int],
    *,
    label: Anchor | None,
    values: Values,
) -> FoundRows:
    rows: list[Row] = []
    incomplete: list[tuple[int, str]] = []
    empty = ""
    printed = {key(row): row for row in spec.rows}
    for entry in entries:
        row = {column.id: _cell(column, entry.cells.get(column.id), values) for column in spec.columns}
        _name_printed(row, spec, printed)
        if not _filled(row, spec, printed):
            empty = empty or entry.path
            if spec.id != _SERVICES or not _is_printed(row, spec, printed):
                continue
        if printed and spec.id == _SERVICES:
            row.setdefault("involved", _filled(row, spec, printed))
        rows.append(row)
        incomplete += [
            (len(rows), _named(spec, column))
            for column in spec.row_required
            if row.get(column) in ("", None) and not printed
        ]
    heading = label.label if label is not None else (spec.labels[0] if spec.labels else spec.id)
    return FoundRows(
        tuple(rows), heading, empty or grid.path, f"table {grid.number}", owned, tuple(incomplete)
    )


_SERVICES = "agencies"
"""The list in which a printed row that nobody filled says something too: that service is not involved."""


def _name_printed(row: dict[str, RowValue], spec: ListSpec, printed: Mapping[str, str]) -> None:
    """A printed first cell is known by its first line; a prompt may stand under it ("e.g. who lives at home")."""
    first = spec.columns[0].id
    text = str(row[first] or "")
    name = printed.get(key(text)) or printed.get(key(text.partition("\n")[0]))
    if name is not None:
        row[first] = name


def _is_printed(row: Row, spec: ListSpec, printed: Mapping[str, str]) -> bool:
    return bool(printed) and key(str(row[spec.columns[0].id])) in printed


def _filled(row: Row, spec: ListSpec, printed: Mapping[str, str]) -> bool:
    """Whether somebody wrote in the row; what the form prints itself does not count."""
    first = spec.columns[0].id
    own = _is_printed(row, spec, printed)
    return any(value not in ("", None, False) for name, value in row.items() if not (own and name == first))


def _named(spec: ListSpec, column: str) -> str:
    return next((entry.labels[0] for entry in spec.columns if entry.id == column and entry.labels), column)


def _cell(column: Column, place: Place | None, values: Values) -> RowValue:
    if place is None:
        return None if column.type is FieldType.YES_NO else ""
    if column.type is FieldType.YES_NO:
        return _ticked(list(_spans(place)))
    if place.blank:
        return ""
    text = plain([line.spans for line in place.lines])
    if not text or values.prompt(text):
        return ""
    if column.type is FieldType.DATE and len(text) <= LONGEST and (day := read_date(text).value) is not None:
        return str(day)
    return text


def _spans(place: Place) -> Iterator[Span]:
    for line in place.lines:
        yield from line.spans
        yield Span("\n")


def _ticked(spans: Sequence[Span]) -> bool | None:
    chosen = choose(spans, YES_NO)
    if chosen is not None and chosen.state is AnswerState.ANSWERED:
        return bool(chosen.value)
    text = "".join(span.text for span in spans).strip()
    if text.casefold() in ("x", "1"):
        return True
    return False if chosen is not None and chosen.state is AnswerState.BLANK else (bool(text) or None)


# ---------------------------------------------------------------- boxes with words


def find_ticks(spec: TicksSpec, layout: Layout, label: Anchor | None, taken: set[int]) -> FoundRows | None:
    """The options of a tick list with their boxes; None where the form does not hold the question."""
    names = {key(option): option for option in spec.options}
    options: Options = dict(names)
    start = label.place.order if label is not None else -1
    found: dict[str, bool] = {}
    owned: set[int] = set()
    first: Place | None = None
    for place in _tick_places(layout, start, taken, names):
        marked = _marked(place, options)
        if not marked:
            continue
        first = first or place
        owned.add(place.order)
        for option, ticked in marked.items():
            found.setdefault(option, ticked)
        if len(found) == len(names):
            break
    if label is None and len(found) < _ENOUGH_HEADS * len(names):
        return None
    rows: list[Row] = [
        {spec.key: name, spec.mark: found[option]} for option, name in names.items() if option in found
    ]
    at = first or (label.place if label is not None else None)
    assert at is not None
    return FoundRows(tuple(rows), label.label if label is not None else spec.id, at.path, at.where, owned)


def _tick_places(layout: Layout, start: int, taken: set[int], names: Mapping[str, str]) -> Iterable[Place]:
    for place in layout.places[max(start, 0) :]:
        if place.order in taken or place.blank:
            continue
        if place.key in names or any(
            ("☐" in text or "☒" in text or len(text) < _SHORT) and _mentions(text, names)
            for text in place.texts
        ):
            yield place


_SHORT = 80


def _mentions(text: str, names: Mapping[str, str]) -> bool:
    folded = key(text) or text.casefold()
    return any(name in folded for name in names)


def _marked(place: Place, options: Options) -> dict[str, bool]:
    marked = ticks(list(_spans(place)), options)
    if marked or place.grid is None:
        return marked
    own = key(place.text)
    if own in options:
        answers = [
            cell for cell in place.grid.rows[place.row][place.spot + 1 :][:1] if key(cell.text) not in options
        ]
        if answers:
            return {own: bool(_ticked(list(_spans(answers[0]))))}
    return {}


def label_of(found: Iterable[Anchor], index: Index, spec: ListSpec | TicksSpec) -> Anchor | None:
    """The heading of a list on the page."""
    number = index.numbers[spec.id]
    for anchor in found:
        if number in index.labels.get(anchor.key, ()):
            return anchor
    return None
