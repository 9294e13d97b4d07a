"""The questions of a blank form that nobody has described: what looks like a label beside a place to write."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from forms.definition import FieldType, Position
from forms.mapping.layout import Grid, Layout, Place, bold
from forms.mapping.words import key, tidy
from forms.page import Kind, Para, Span, State

_SPOT = "\0"
_LONGEST_HEADING = 100
_PIECE = re.compile(
    r"(?P<label>[^\0_\t☐☒…]*?[^\0_\t☐☒…\s.:?](?:\s*\([^()]*\))?\s*[:?*]*)\s*"
    r"(?P<spot>(?:[\0_\t☐☒…]|\.{4,}| {3,}|(?<!\w)(?:yes|y)\s*[/|-]?\s*[☐☒\0]*\s*(?:no|n)(?!\w))"
    r"(?:[\0_\t☐☒…\s]|\.{4,}|(?<!\w)(?:yes|y|no|n)(?!\w)|[/|])*)(?=$|\S)",
    re.IGNORECASE,
)
_YES_NO = re.compile(r"(?i)(?<!\w)(?:yes|y)\W{1,8}(?:no|n)(?!\w)")
_ALTERNATIVES = re.compile(
    r"(?i)(?:male|m|boy)\s*/\s*(?:female|f|girl)(?:\s*/\s*(?:other|non-binary))?|(?:female|f|girl)\s*/\s*(?:male|m|boy)(?:\s*/\s*other)?"
)
_MASK = re.compile(r"[-–_. ]*(?:/[-–_. ]*){2}|(?i:dd\W?mm\W?yy(?:yy)?)")


Piece = tuple[str, int, int]
"""A label and the characters of its line, as `_shown` counts them, where the answer stands."""


@dataclass(slots=True)
class Asked:
    """A question found on a blank form."""

    label: str
    label_place: Place
    answer_place: Place
    position: Position
    section: str = ""
    type: FieldType | None = None  # as the place to write says; None when it is a plain space
    options: tuple[str, ...] = ()
    controls: tuple[str, ...] = ()
    placeholders: tuple[str, ...] = ()
    column: str = ""


@dataclass(slots=True)
class AskedRows:
    """A table to be filled row by row."""

    label: str
    grid: Grid
    heads: tuple[str, ...]
    rows: tuple[str, ...] = ()  # first cells that the form prints
    section: str = ""


@dataclass(slots=True)
class AskedTicks:
    """Boxes with words beside them."""

    label: str
    place: Place
    options: list[str] = field(default_factory=list)
    section: str = ""


Asking = Asked | AskedRows | AskedTicks


@dataclass(slots=True)
class Survey:
    """What a blank form asks, in its order, and the sentences that it only prints."""

    asked: list[Asking] = field(default_factory=list)
    printed: list[str] = field(default_factory=list)
    sections: list[str] = field(default_factory=list)


def survey(layout: Layout) -> Survey:
    """Find the questions of a blank form."""
    return _Walk(layout).survey


class _Walk:
    def __init__(self, layout: Layout) -> None:
        self.survey = Survey(sections=[""])
        self._layout = layout
        self._done: set[int] = set()
        self._heading: Place | None = None  # words above a table or a space, not yet used
        self._ticks: AskedTicks | None = None
        for place in layout.places:
            if place.order in self._done or place.region.value not in ("body", "text box"):
                continue
            if place.grid is None:
                self._paragraph(place)
            elif place.row == 0 and place.spot == 0:
                self._table(place.grid)
        self._flush()

    # ------------------------------------------------------------ paragraphs

    def _paragraph(self, place: Place) -> None:
        if place.blank:
            return
        if ticked := tick_words(place):
            self._tick(place, ticked)
            return
        pieces = list(pieces_of(place.lines[0]))
        if spot_of([place.lines[0]]) is not None and not pieces:
            self._write_under(place)
            return
        self._flush(spare=place.lines[0].heading or bold(place))
        if pieces:
            self._pieces(place, place.lines[0], pieces)
        else:
            self._heading = place

    def _write_under(self, place: Place) -> None:
        """A line to write on: it belongs to the words above it."""
        if self._heading is not None:
            self._ask(self._heading.text, self._heading, place, Position.UNSTATED, _lines_of(place))
            self._heading = None

    def _pieces(self, place: Place, line: Para, pieces: Sequence[Piece]) -> None:
        for label, start, end in pieces:
            position = Position.SAME if place.grid is not None else Position.UNSTATED
            self._ask(label, place, place, position, [_part(line, start, end)])

    def _flush(self, *, spare: bool = False) -> None:
        """Words above that nothing answered: a heading when they look so, a question when they ask, else printed words."""
        del spare
        held, self._heading = self._heading, None
        self._ticks = None
        if held is None:
            return
        text = held.text.strip()
        if text.endswith((":", "?")) and not held.lines[0].heading:
            self._ask(text, held, held, Position.UNSTATED, [])
        elif (held.lines[0].heading or bold(held) or held.shaded) and len(text) <= _LONGEST_HEADING:
            self.survey.sections.append(text)
        else:
            self.survey.printed.append(text)

    # ------------------------------------------------------------ tables

    def _table(self, grid: Grid) -> None:
        number = 0
        while number < len(grid.rows):
            number += self._rows_of_list(grid, number) or self._row(grid, number)

    def _row(self, grid: Grid, number: int) -> int:
        row = grid.rows[number]
        for place in row:
            if place.order in self._done or place.blank:
                continue
            if ticked := tick_words(place):
                self._tick(place, ticked)
            elif spot_of(place.lines) is None:
                self._cell(grid, place, alone=len(row) == 1)
            elif len(row) == 1 and self._heading is not None:
                self._write_under(place)
        if len(row) == 1 and row[0].blank and self._heading is not None and row[0].order not in self._done:
            self._write_under(row[0])
        self._done.update(place.order for place in row)
        return 1

    def _cell(self, grid: Grid, place: Place, *, alone: bool) -> None:
        beside, under = grid.beside(place), grid.below(place)
        inside = [(line, list(pieces_of(line))) for line in place.lines]
        for answer, position in ((beside, Position.RIGHT), (under, Position.BELOW)):
            if (
                answer is None
                or answer.order in self._done
                or spot_of(answer.lines) is None
                or tick_words(answer)
            ):
                continue
            if sum(len(pieces) for _, pieces in inside) > 1:
                break
            self._flush()
            self._done.add(answer.order)
            self._ask(place.text.strip().split("\n")[0], place, answer, position, answer.lines)
            return
        if any(pieces for _, pieces in inside) or place.text.rstrip().endswith((":", "?")):
            self._flush()
            self._in_cell(place, inside)
        elif alone:
            self._flush()
            self._heading = place
        else:
            self.survey.printed.append(place.text.strip())

    def _in_cell(self, place: Place, inside: Sequence[tuple[Para, list[Piece]]]) -> None:
        for line, pieces in inside:
            if pieces:
                self._pieces(place, line, pieces)
            elif line.text.rstrip().endswith((":", "?")):
                self._ask(line.text.strip(), place, place, Position.SAME, [])

    def _rows_of_list(self, grid: Grid, number: int) -> int:
        """Rows used when a list begins here: a row of heads over rows to fill; 0 when none does."""
        heads = grid.rows[number]
        if len(heads) < 2 or any(tick_words(place) or pieces_in(place) for place in heads):  # noqa: PLR2004
            return 0
        named = [place for place in heads if not place.blank and spot_of(place.lines) is None]
        if (
            len(named) < len(heads) - 1
            or (heads[0] not in named and len(named) < 2)
            or heads[-1] not in named
        ):  # noqa: PLR2004
            return 0
        filled = list(self._rows_under(grid, number, len(heads)))
        if len(filled) < 2:  # noqa: PLR2004 - heads over one row: questions side by side
            return 0
        firsts = [row[0].text.strip() for row in filled]
        preprinted = all(firsts) and all(spot_of(row[0].lines) is None for row in filled)
        if not preprinted and len(named) < len(heads):
            return 0
        if preprinted and len(heads) == _PAIR and not _LISTED.search(heads[0].text):
            self._flush()  # "Question" over questions and "Answer" over answers
            self.survey.printed += [head.text.strip() for head in named]
            self._done.update(place.order for place in heads)
            return 1
        self._list(grid, heads, filled, firsts if preprinted else [])
        self._done.update(place.order for row in (heads, *filled) for place in row)
        return 1 + len(filled)

    def _rows_under(self, grid: Grid, number: int, width: int) -> Iterator[list[Place]]:
        for row in grid.rows[number + 1 :]:
            if (
                len(row) != width
                or any(spot_of(place.lines) is None for place in row[1:])
                or tick_words(row[0])
            ):
                return
            yield row

    def _list(
        self, grid: Grid, heads: Sequence[Place], filled: Sequence[Sequence[Place]], firsts: Sequence[str]
    ) -> None:
        names = tuple(head.text.strip() for head in heads)
        if firsts and sum(bool(_PERSON.search(name)) for name in names[1:]) > 1:
            self._flush()
            self._side_by_side(heads, filled)
        elif firsts and any(key(name) in ("yes", "no") for name in names[1:]) and len(names) <= _LABEL_YES_NO:
            self._flush()
            for row in filled:
                self._ask(row[0].text.strip(), row[0], row[1], Position.RIGHT, row[1].lines, FieldType.YES_NO)
        else:
            label = self._heading.text.strip() if self._heading is not None else ""
            self._heading = None
            self._ticks = None
            self.survey.asked.append(AskedRows(label, grid, names, tuple(firsts), self.survey.sections[-1]))

    def _side_by_side(self, heads: Sequence[Place], filled: Sequence[Sequence[Place]]) -> None:
        for row in filled:
            for head, place in zip(heads[1:], row[1:], strict=True):
                self._ask(
                    row[0].text.strip(), row[0], place, Position.RIGHT, place.lines, column=head.text.strip()
                )

    # ------------------------------------------------------------ what was found

    def _tick(self, place: Place, words: list[str]) -> None:
        if self._ticks is None:
            label = self._heading.text.strip() if self._heading is not None else ""
            self._heading = None
            self._ticks = AskedTicks(label, place, section=self.survey.sections[-1])
            self.survey.asked.append(self._ticks)
        self._ticks.options += words

    def _ask(
        self,
        label: str,
        label_place: Place,
        answer: Place,
        position: Position,
        lines: Sequence[Para],
        kind: FieldType | None = None,
        column: str = "",
    ) -> None:
        self._ticks = None
        words = " ".join(label.split()).strip(" \0")
        if not key(words):
            return
        spot = spot_of(lines) or Spot()
        self.survey.asked.append(
            Asked(
                words,
                label_place,
                answer,
                position,
                self.survey.sections[-1],
                kind or spot.type,
                spot.options,
                spot.controls,
                spot.placeholders,
                column,
            )
        )


_PAIR = 2
_LISTED = re.compile(r"(?i)agenc|service|professional|organisation|intervention|strateg|measure|subject")
_PERSON = re.compile(r"(?i)\b(?:parent|carer|mother|father|guardian)\b")
_LABEL_YES_NO = 3


def _lines_of(place: Place) -> list[Para]:
    return place.lines


# ---------------------------------------------------------------- places to write


@dataclass(frozen=True, slots=True)
class Spot:
    """A place to write, and what it says about the answer."""

    type: FieldType | None = None
    options: tuple[str, ...] = ()
    controls: tuple[str, ...] = ()
    placeholders: tuple[str, ...] = ()


def spot_of(lines: Sequence[Para]) -> Spot | None:
    """What a place to write says; None when words stand there that nobody is to write over."""
    spans = [span for line in lines for span in line.spans]
    words = tidy("\n".join("".join(_words(span) for span in line.spans) for line in lines))
    options: tuple[str, ...] = ()
    if words and not _YES_NO.fullmatch(words.strip(" ☐☒()*")) and not _MASK.fullmatch(words):
        if not _ALTERNATIVES.fullmatch(words):
            return None
        options = tuple(word.strip() for word in words.split("/"))
    kinds = {span.kind for span in spans}
    kind: FieldType | None = None
    if "yes" in key(words).split() or _YES_NO.search(words):
        kind, options = FieldType.YES_NO, ()
    elif Kind.DATE in kinds or _MASK.fullmatch(words):
        kind = FieldType.DATE
    elif Kind.CHOICE in kinds:
        kind, options = FieldType.CHOICE, _offered(spans)
    elif options:
        kind = FieldType.CHOICE
    prompts = dict.fromkeys(span.text.strip() for span in spans if _is_prompt(span))
    names = dict.fromkeys(span.control for span in spans if span.control and span.kind is not Kind.CHECK)
    return Spot(kind, options, tuple(names), tuple(prompt for prompt in prompts if prompt))


def _words(span: Span) -> str:
    if span.state is not State.TYPED or span.kind in (Kind.CHOICE, Kind.DATE, Kind.SHAPE, Kind.IMAGE):
        return " "
    return "☐" if span.kind is Kind.CHECK else span.text


def _is_prompt(span: Span) -> bool:
    return span.state is State.PLACEHOLDER and span.kind is not Kind.CHECK


def _offered(spans: Sequence[Span]) -> tuple[str, ...]:
    """The choices of a drop-down, without the prompt that stands first among them."""
    prompts = {key(span.text) for span in spans if span.state is not State.TYPED} | {"choose an item", ""}
    found = (option.strip() for span in spans for option in span.options)
    return tuple(option for option in dict.fromkeys(found) if key(option) not in prompts)


def _part(line: Para, start: int, end: int) -> Para:
    """The spans of a line that show these characters, text cut to them."""
    spans: list[Span] = []
    at = 0
    for span in line.spans:
        size = len(_shown(span))
        left, right = max(start - at, 0), min(end - at, size)
        if left < right:
            plain = span.kind is Kind.TEXT and span.state is State.TYPED
            spans.append(replace(span, text=span.text[left:right]) if plain else span)
        at += size
    return Para(spans, line.path)


def pieces_of(line: Para) -> Iterator[Piece]:
    """The labels of a line that are each followed by a place to write."""
    shown = "".join(_shown(span) for span in line.spans)
    if not any(sign in shown for sign in ("\0", "_", "\t", "☐", "…", "....", "   ")) and not _YES_NO.search(
        shown
    ):
        return
    at = 0
    while match := _PIECE.match(shown, at):
        yield match["label"], *match.span("spot")
        at = match.end()
    rest = shown[at:].strip()
    if at and rest.endswith(":"):
        yield rest, len(shown), len(shown)


def pieces_in(place: Place) -> bool:
    """Whether a cell holds labels with places to write of their own."""
    return any(True for line in place.lines for _ in pieces_of(line))


def _shown(span: Span) -> str:
    if span.kind is Kind.CHECK:
        return "☐"
    if span.state is not State.TYPED or span.kind in (Kind.CHOICE, Kind.DATE):
        return _SPOT * max(1, len(span.text))
    return span.text


_BOX_WORDS = re.compile(r"☐\s*(?P<after>[^☐]+)|(?P<before>[^☐]+?)\s*☐")


def tick_words(place: Place) -> list[str]:
    """The words beside boxes, where they are choices of their own and not "Yes" and "No"."""
    found: list[str] = []
    for line in place.lines:
        text = "".join(_shown(span) for span in line.spans).replace("□", "☐").strip()
        if "☐" not in text or _YES_NO.search(text):
            continue
        boxes_first = text.startswith("☐")
        words = re.findall(r"☐\s*([^☐]+)" if boxes_first else r"([^☐]+?)\s*☐", text)
        found += [" ".join(word.split()).strip(" ,;") for word in words if key(word) and _SPOT not in word]
    return (
        found
        if found and all(len(word) <= _LONGEST_OPTION and not word.endswith((":", "?")) for word in found)
        else []
    )


_LONGEST_OPTION = 60
