"""Where things stand on a page: every cell and every paragraph outside a table as a place, tables as grids."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from forms.page import Cell, Kind, Mark, Page, Para, Region, Span, State, Table

ACCEPTED = frozenset({Region.BODY, Region.TEXT_BOX})
"""Only what stands here is taken for an answer; a header or a comment is reported."""


@dataclass(slots=True, eq=False)
class Place:
    """A cell, or a paragraph outside tables: it holds a label, an answer, or both."""

    order: int
    lines: list[Para]
    path: str
    region: Region
    grid: "Grid | None" = None
    row: int = -1  # in the grid
    spot: int = -1  # among the row's cells
    column: int = 0  # grid column of its left edge
    columns: int = 1
    rows: int = 1
    shaded: bool = False
    section: str = ""
    paragraph: int = 0  # running number of a paragraph outside tables
    texts: list[str] = field(default_factory=list)
    key: str = ""  # of all its words, for looking up

    @property
    def text(self) -> str:
        """Its words, a line a paragraph."""
        return "\n".join(self.texts)

    @property
    def blank(self) -> bool:
        """Whether nothing is printed or typed here."""
        return not any(text.strip() for text in self.texts)

    @property
    def where(self) -> str:
        """The place in words, as a person would count."""
        if self.grid is not None:
            return f"table {self.grid.number}, row {self.row + 1}, cell {self.spot + 1}"
        box = "text box, " if self.region is Region.TEXT_BOX else ""
        return f"{box}paragraph {self.paragraph}"


@dataclass(slots=True, eq=False)
class Grid:
    """A table's places by row."""

    number: int
    rows: list[list[Place]]
    path: str = ""
    order: int = 0  # of its first place
    row_paths: list[str] = field(default_factory=list)

    def beside(self, place: Place) -> Place | None:
        """The next cell to the right."""
        row = self.rows[place.row]
        return row[place.spot + 1] if place.spot + 1 < len(row) else None

    def below(self, place: Place) -> Place | None:
        """The cell under this one's left edge."""
        return self.at(place.row + place.rows, place.column)

    def at(self, row: int, column: int) -> Place | None:
        """The cell that covers a grid column of a row."""
        if 0 <= row < len(self.rows):
            for place in self.rows[row]:
                if place.column <= column < place.column + place.columns:
                    return place
        return None


@dataclass(slots=True, eq=False)
class Layout:
    """A page's places in reading order, what stands in other regions, and the controls that have a name."""

    page: Page
    places: list[Place] = field(default_factory=list)
    grids: list[Grid] = field(default_factory=list)
    aside: list[Place] = field(default_factory=list)  # headers, footers, notes, comments
    controls: dict[str, list[Place]] = field(default_factory=dict)


def lay_out(page: Page) -> Layout:
    """Find the places of a page."""
    return _Surveyor(page).layout


class _Surveyor:
    def __init__(self, page: Page) -> None:
        self.layout = Layout(page)
        self._paragraphs = 0
        for block in page.blocks:
            if isinstance(block, Table):
                self._table(block)
            else:
                self._para(block)

    def _para(self, para: Para) -> None:
        accepted = para.region in ACCEPTED
        if accepted:
            self._paragraphs += 1
        place = Place(
            len(self.layout.places),
            [para],
            para.path,
            para.region,
            paragraph=self._paragraphs,
            texts=[text_of(para)],
        )
        if accepted:
            self._keep(place)
        else:
            self.layout.aside.append(place)

    def _table(self, table: Table) -> None:
        aside = table.region not in ACCEPTED
        grid = Grid(len(self.layout.grids) + 1, [], table.path, len(self.layout.places))
        if not aside:
            self.layout.grids.append(grid)
        for number, row in enumerate(table.rows):
            places: list[Place] = []
            grid.rows.append(places)
            grid.row_paths.append(row.path)
            for spot, cell in enumerate(row.cells):
                place = self._cell(cell, table.region)
                place.grid, place.row, place.spot = grid, number, spot
                places.append(place)
                (self.layout.aside.append if aside else self._keep)(place)
                for block in cell.blocks:
                    if isinstance(block, Table):
                        self._table(block)

    def _cell(self, cell: Cell, region: Region) -> Place:
        lines = [block for block in cell.blocks if isinstance(block, Para)]
        return Place(
            len(self.layout.places),
            lines,
            cell.path,
            region,
            column=cell.column,
            columns=cell.columns,
            rows=cell.rows,
            shaded=cell.shaded,
            texts=[text_of(line) for line in lines],
        )

    def _keep(self, place: Place) -> None:
        self.layout.places.append(place)
        controls = self.layout.controls
        for line in place.lines:
            for span in line.spans:
                if span.control:
                    held = controls.setdefault(span.control, [])
                    if not held or held[-1] is not place:
                        held.append(place)


def text_of(line: Para) -> str:
    """`Para.text`, quickly: most paragraphs are one plain span."""
    spans = line.spans
    if not spans:
        return ""
    if len(spans) == 1 and spans[0].kind is Kind.TEXT:
        return spans[0].text
    return line.text


def shown(span: Span) -> str:
    """A span's characters as `Para.text` shows them."""
    if span.kind is Kind.CHECK:
        return "☒" if span.checked else "☐"
    return span.text


def cut(line: Para, start: int, end: int) -> list[Span]:
    """The spans that show characters `start` to `end` of a paragraph, those at the edges cut."""
    found: list[Span] = []
    at = 0
    for span in line.spans:
        size = 1 if span.kind is Kind.CHECK else len(span.text)
        left, right = max(start - at, 0), min(end - at, size)
        if left < right or (size == 0 and start <= at <= end):
            found.append(span if right - left == size else _part(span, left, right))
        at += size
        if at > end:
            break
    return found


def _part(span: Span, left: int, right: int) -> Span:
    return Span(
        span.text[left:right], span.kind, span.state, span.marks, span.control, span.checked, span.options
    )


def fillable(spans: list[Span]) -> bool:
    """Whether something here is there to be filled: a box, a drop-down, a prompt, a named control, underscores."""
    return any(
        span.kind is not Kind.TEXT or span.state is not State.TYPED or span.control or "__" in span.text
        for span in spans
    )


def is_bold(span: Span) -> bool:
    """Whether a span is bold. Most bear no mark at all, and asking a flag is dear."""
    return span.marks is not Mark.NONE and Mark.BOLD in span.marks


def bold(place: Place) -> bool:
    """Whether all the words of a place are bold, as a printed label's often are."""
    spans = [span for line in place.lines for span in line.spans if span.text.strip()]
    return bool(spans) and all(is_bold(span) and span.kind is Kind.TEXT for span in spans)


def all_spans(place: Place) -> Iterator[Span]:
    """Every span of a place."""
    for line in place.lines:
        yield from line.spans
