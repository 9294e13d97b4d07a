"""The questions of a blank form that nobody has described: what looks like a label beside a place to write."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from forms.definition import FieldType, Position
from forms.mapping.layout import Grid, Layout, Place, bold
from forms.mapping.spots import Piece, Spot, part, pieces_in, pieces_of, spot_of, tick_words
from forms.mapping.words import key
from forms.naming import name_list
from forms.page import Para

_LONGEST_HEADING = 100


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
        self._space: Place | None = None  # an empty line under them
        self._ticks: AskedTicks | None = None
        for place in layout.places:
            if place.order in self._done or place.region.value not in ("body", "text box"):
                continue
            if place.grid is None:
                self._paragraph(place)
            elif place.row == 0 and place.spot == 0:
                self._table(place.grid)
        self._flush(room=True)

    # ------------------------------------------------------------ paragraphs

    def _paragraph(self, place: Place) -> None:
        if place.blank:
            self._space = self._space or place
            return
        if ticked := tick_words(place):
            self._tick(place, ticked)
            return
        pieces = list(pieces_of(place.lines[0]))
        if spot_of([place.lines[0]]) is not None and not pieces:
            self._write_under(place)
            return
        self._flush(room=True)
        if pieces:
            self._pieces(place, place.lines[0], pieces)
        else:
            self._heading, self._space = place, None

    def _write_under(self, place: Place) -> None:
        """A line to write on: it belongs to the words above it."""
        if self._heading is not None:
            self._ask(self._heading.text, self._heading, place, Position.UNSTATED, place.lines)
            self._heading = None

    def _pieces(self, place: Place, line: Para, pieces: Sequence[Piece]) -> None:
        for label, start, end in pieces:
            position = Position.SAME if place.grid is not None else Position.UNSTATED
            self._ask(label, place, place, position, [part(line, start, end)])

    def _flush(self, *, room: bool = False) -> None:
        """Words above that nothing answered: a heading when they look so, a question when they ask, else printed words.

        With `room`, more words follow: an empty line between bold words and them is a place to write.
        """
        held, self._heading = self._heading, None
        space, self._space = self._space, None
        self._ticks = None
        if held is None:
            return
        text = held.text.strip()
        if room and space is not None and bold(held) and not held.lines[0].heading:
            self._ask(text, held, space, Position.UNSTATED, space.lines)
        elif text.endswith((":", "?")) and not held.lines[0].heading:
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
        if len(heads) < _PAIR or any(tick_words(place) or pieces_in(place) for place in heads):
            return 0
        named = [place for place in heads if not place.blank and spot_of(place.lines) is None]
        if (
            len(named) < len(heads) - 1
            or (heads[0] not in named and len(named) < _PAIR)
            or heads[-1] not in named
        ):
            return 0
        filled = list(self._rows_under(grid, number, len(heads)))
        if not filled or (len(filled) == 1 and not _names_a_list(heads)):
            return 0  # heads over one row: questions side by side, save where the heads are a list's
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
                self._ask(
                    row[0].text.strip(), row[0], row[1], Position.RIGHT, row[1].lines, kind=FieldType.YES_NO
                )
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
        *,
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


def _names_a_list(heads: Sequence[Place]) -> bool:
    return bool(name_list("", [head.text for head in heads], used=()).id)


_PAIR = 2
_LISTED = re.compile(r"(?i)agenc|service|professional|organisation|intervention|strateg|measure|subject")
_PERSON = re.compile(r"(?i)\b(?:parent|carer|mother|father|guardian)\b")
_LABEL_YES_NO = 3
