"""Which questions stand where: labels found on a page, letter for letter or but for capitals and punctuation."""

import re
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from forms.definition import Definition, FieldSpec, ListSpec, TicksSpec, vocabulary
from forms.mapping.layout import Layout, Place, cut, is_bold
from forms.mapping.words import LONGEST_LABEL, key
from forms.page import Kind, Mark, Para

EXACT, NORMALISED, SYNONYM = 1.0, 0.98, 0.95


@dataclass(slots=True, eq=False)
class Anchor:
    """A label on the page."""

    key: str
    place: Place
    line: int  # among the place's lines
    start: int  # characters of that line
    end: int
    label: str  # in their words
    factor: float = NORMALISED
    taken: bool = False

    @property
    def at(self) -> tuple[int, int, int]:
        """Its position in reading order."""
        return self.place.order, self.line, self.start

    @property
    def bold(self) -> bool:
        """Whether it is printed in bold."""
        spans = cut(self.place.lines[self.line], self.start, self.end)
        return all(
            span.marks is not Mark.NONE and Mark.BOLD in span.marks for span in spans if span.text.strip()
        )

    @property
    def whole_line(self) -> bool:
        """Whether nothing but the label stands in its line."""
        text = self.place.texts[self.line]
        return not text[: self.start].strip() and not text[self.end :].strip(" \t:?*.\u00a0")


_BREAK = re.compile(
    r"[:?(]|[\t\n]|[ \u00a0]{2,}|_{2,}|\.{4,}|…+|[☐☒☑□]|(?<!\w)[Yy](?:es|ES)?\s*[/|-]\s*[Nn]|(?<=[?:)]) +(?=\w)"
)
_MAY_BREAK = re.compile(r"[:?(\t\n_…☐☒☑□\u00a0]|  |\.{4}|[Yy](?:es|ES)?\s*[/|-]\s*[Nn]")
_CHOICE_ALONE = re.compile(r"(?i)[\s☐☒/|-]*yes[\s☐☒/|-]+no[\s☐☒/|-]*")
_CLOSES = frozenset(":?(")
_LONG = 300
"""Characters. A paragraph longer than this is prose: a label is looked for at its start only."""

Cut = tuple[int, int, str]  # start, end, key


def cuts(line: Para, text: str) -> tuple[Cut, ...]:
    """The parts of a line that could be a label, whole line first."""
    if not text or text.isspace():
        return ()
    turns = _turns(line) if len(line.spans) > 1 else ()
    return _parted(text, turns) if len(text) <= LONGEST_LABEL else _cut_up(text, turns)


def _turns(line: Para) -> tuple[int, ...]:
    """Where a line begins to look or to be something else: bold ends, a control begins."""
    found: list[int] = []
    at = 0
    before: tuple[bool, Kind, str] | None = None
    for span in line.spans:
        look = (is_bold(span), span.kind, span.control)
        if before is not None and look != before:
            found.append(at)
        before = look
        at += 1 if span.kind is Kind.CHECK else len(span.text)
    return tuple(found)


def _cut_up(text: str, turns: tuple[int, ...]) -> tuple[Cut, ...]:
    found: list[Cut] = []
    whole = key(text)
    if whole:
        found.append((0, len(text), whole))
    if _CHOICE_ALONE.fullmatch(text):
        return tuple(found)
    if not turns:
        match = _MAY_BREAK.search(text, 0, _LONG)
        if match is None or (whole and match.start() >= len(text.rstrip()) - 1):
            return tuple(found)  # one piece: nothing parts it, or its own question mark does
    starts, ends = _edges(text, turns)
    for start in starts:
        for end in ends:
            if start < end <= start + LONGEST_LABEL and (start or end < len(text)):
                part = key(text[start:end])
                if part:
                    found.append((start, end, part))
    return tuple(found)


_parted = lru_cache(maxsize=2048)(_cut_up)
"""The same labels stand on every copy of a form; they are parted once."""


def _edges(text: str, turns: Iterable[int]) -> tuple[list[int], list[int]]:
    starts, ends = {0, *turns}, {len(text), *turns}
    for match in _BREAK.finditer(text, 0, _LONG):
        ends.add(match.start())
        if match.group() not in _CLOSES:
            starts.add(match.end())
    if len(text) > _LONG:
        starts = {0}
    return sorted(starts), sorted(ends)


Question = FieldSpec | ListSpec | TicksSpec


class Index:
    """A definition made ready for looking up: made once, kept with the definition."""

    def __init__(self, definition: Definition) -> None:
        self.definition = definition
        self.questions: tuple[Question, ...] = tuple(definition.questions)
        self.printed = {label for question in self.questions for label in question.labels}
        self.labels: dict[str, list[int]] = {}
        for number, question in enumerate(self.questions):
            for label in question.labels:
                self._add(key(label), number)
        self.sections = {
            key(section.title): section.title for section in definition.sections if section.title
        }
        self.ignore = {key(sentence) or sentence for sentence in definition.ignore}
        self.known: set[str] = set(self.labels) | set(self.sections)
        self.numbers = {question.id: number for number, question in enumerate(self.questions)}
        self.declared = frozenset(name for field in definition.fields for name in field.controls)
        self.controls = {
            name: self.numbers[field.id]
            for field in definition.fields
            for name in (field.id, *field.controls)
        }
        self.title = key(definition.title)

    def _add(self, label: str, number: int) -> None:
        held = self.labels.setdefault(label, [])
        if label and number not in held:
            held.append(number)

    @cached_property
    def synonyms(self) -> Mapping[str, list[int]]:
        """Wordings of the vocabulary, each for the one question of this form that it can mean."""
        found: dict[str, list[int]] = {}
        for number, question in enumerate(self.questions):
            term = vocabulary().get(question.id)
            for wording in term.synonyms if term else ():
                found.setdefault(key(wording), []).append(number)
        return {word: held for word, held in found.items() if len(held) == 1 and word not in self.known}


@dataclass(slots=True)
class Sighting:
    """The parts of a page that could be labels, made once for every definition that is tried."""

    layout: Layout
    cuts: list[tuple[Place, int, tuple[Cut, ...]]] = field(
        default_factory=list
    )  # place, number of the line, its parts
    keys: set[str] = field(default_factory=set)


def sight(layout: Layout) -> Sighting:
    """Cut a page into what could be labels."""
    seen = Sighting(layout)
    keys = seen.keys
    for place in layout.places:
        for number, text in enumerate(place.texts):
            if text and (parts := cuts(place.lines[number], text)):
                seen.cuts.append((place, number, parts))
                for part in parts:
                    keys.add(part[2])
        place.key = key(place.texts[0] if len(place.texts) == 1 else " ".join(place.texts))
    keys.update(
        key(entry.label) for entry in layout.page.fields if entry.label
    )  # told to a screen reader only
    keys.update(key(entry.label) for entry in layout.page.fields)
    keys.discard("")
    return seen


def anchors(seen: Sighting, index: Index) -> list[Anchor]:
    """The labels of a definition on a page, in reading order; the longest wins where several begin."""
    return _found(seen, index.known, index.printed)


def _found(seen: Sighting, known: Container[str], printed: Container[str]) -> list[Anchor]:
    found: list[Anchor] = []
    for place, number, line in seen.cuts:
        for start, end, part in _best(line, known):
            label = place.texts[number][start:end].strip(" \t\u00a0_")
            factor = EXACT if label in printed else NORMALISED
            found.append(Anchor(part, place, number, start, end, label, factor))
    return found


def _best(line: Sequence[Cut], known: Container[str]) -> Sequence[Cut]:
    if len(line) == 1:
        return line if line[0][2] in known else ()
    fitting = [part for part in line if part[2] in known]
    if len(fitting) < 2:  # noqa: PLR2004 - one label or none: nothing to choose
        return fitting
    chosen: list[Cut] = []
    for part in sorted(fitting, key=lambda part: (part[0] - part[1], part[0])):
        if all(part[1] <= other[0] or part[0] >= other[1] for other in chosen):
            chosen.append(part)
    return sorted(chosen)


def headings(found: Iterable[Anchor], index: Index) -> list[Anchor]:
    """The labels found that are headings of sections. Where a heading reads like one of the questions ("4. Current
    school" over "Current school"), it is the one outside tables that stands first of several.
    """
    titles = [anchor for anchor in found if anchor.key in index.sections and anchor.whole_line]
    several = {anchor.key for anchor in titles if sum(other.key == anchor.key for other in titles) > 1}
    kept: list[Anchor] = []
    for anchor in titles:
        first = (
            anchor.key in several
            and anchor.place.grid is None
            and anchor.key not in {one.key for one in kept}
        )
        if anchor.key not in index.labels or first:
            kept.append(anchor)
    return kept
