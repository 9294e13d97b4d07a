"""A page read by a definition."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from forms.checks import doubted
from forms.definition import FieldSpec, ListSpec, TicksSpec
from forms.mapping.labels import (
    SYNONYM,
    Anchor,
    Index,
    Sighting,
    anchors,
)
from forms.mapping.layout import Place
from forms.mapping.lists import FoundRows, find_list, find_ticks, label_of
from forms.mapping.matching import Matched, labels_among, match
from forms.mapping.places import Finder, given, sections
from forms.mapping.values import Found, Values
from forms.mapping.words import key
from forms.page import Region, Span
from forms.reading import Answer, AnswerState, Reading

_CONTROL = 1.0


def read_page(seen: Sighting, index: Index, coverage: float) -> Reading:
    """The reading of a page by one definition."""
    return _Pass(seen, index).reading(coverage)


@dataclass(slots=True)
class _Pass:
    seen: Sighting
    index: Index

    def reading(self, coverage: float) -> Reading:
        index, layout = self.index, self.seen.layout
        values = Values(index.definition.placeholders)
        found = anchors(self.seen, index)
        sections(layout, found, index)
        rows, owned = self._rows(found, values)
        found = [anchor for anchor in found if anchor.place.order not in owned]
        matched = match(found, index, owned)
        rivals = self._liken(matched, found, owned)
        finder = Finder(layout, labels_among(found, matched, index, owned), index, owned)
        answers = self._answers(matched, finder, values, rivals)
        self._single_lists(rows, matched, finder, values)
        return Reading(
            layout.page.format,
            index.definition.id,
            index.definition.title,
            coverage,
            doubted(_with_name(answers)),
            {name: entry.rows for name, entry in rows.items()},
            {name: entry.label for name, entry in rows.items()},
            tuple(self._warnings(rows)),
            not layout.page.recognised,
            {name: entry.path for name, entry in rows.items()},
        )

    # ------------------------------------------------------------ lists

    def _rows(self, found: list[Anchor], values: Values) -> tuple[dict[str, FoundRows], set[int]]:
        rows: dict[str, FoundRows] = {}
        owned: set[int] = set()
        asked: tuple[ListSpec | TicksSpec, ...] = (*self.index.definition.lists, *self.index.definition.ticks)
        for spec in asked:
            label = label_of(found, self.index, spec)
            entry = (
                find_list(spec, self.seen.layout, label, values, owned)
                if isinstance(spec, ListSpec)
                else find_ticks(spec, self.seen.layout, label, owned)
            )
            if entry is not None:
                rows[spec.id] = entry
                owned |= entry.places
        return rows, owned

    def _single_lists(
        self, rows: dict[str, FoundRows], matched: Matched, finder: Finder, values: Values
    ) -> None:
        """A list without its table: what stands under its label is one row."""
        for spec in self.index.definition.lists:
            number = self.index.numbers[spec.id]
            if spec.id in rows or number not in matched:
                continue
            column = spec.columns[0]
            field = FieldSpec(id="other.list", labels=spec.labels)
            found = finder.find(matched[number], field)
            answer = values.answer(field, found)
            told = ({column.id: str(answer.value)},) if answer.state is AnswerState.ANSWERED else ()
            rows[spec.id] = FoundRows(told, found.label, answer.path, answer.where)

    # ------------------------------------------------------------ fields

    def _liken(self, matched: Matched, found: list[Anchor], owned: set[int]) -> dict[int, str]:
        """Questions found by another wording or with a slip of the pen; what is merely similar is named as rival."""
        missing = [
            number
            for number, question in enumerate(self.index.questions)
            if number not in matched and not isinstance(question, ListSpec | TicksSpec)
        ]
        if not missing:
            return {}
        from forms.mapping.slips import FUZZY_MOST, FUZZY_VALUE, likenesses  # most forms never need it

        self._by_synonym(missing, matched, owned)
        rivals: dict[int, str] = {}
        wanted = [number for number in missing if number not in matched]
        used = [*found, *matched.values()]
        for likeness in sorted(likenesses(self.seen, self.index, wanted, used), key=lambda one: -one.score):
            place = likeness.anchor.place
            if place.order in owned or any(likeness.anchor.at == other.at for other in matched.values()):
                continue
            if likeness.score >= FUZZY_VALUE:
                likeness.anchor.factor = min(FUZZY_MOST, likeness.score / 100)
                matched[likeness.question] = likeness.anchor
            else:
                rivals[likeness.question] = likeness.anchor.label
        return rivals

    def _by_synonym(self, missing: Iterable[int], matched: Matched, owned: set[int]) -> None:
        wanted = set(missing)
        words = {word: held[0] for word, held in self.index.synonyms.items() if held[0] in wanted}
        if not words.keys() & self.seen.keys:
            return
        for place, number, line in self.seen.cuts:
            for start, end, part in line:
                question = words.get(part)
                if question is None or question in matched or place.order in owned:
                    continue
                if self._in_its_section(place, question):
                    label = place.texts[number][start:end].strip(" \t_")
                    matched[question] = Anchor(part, place, number, start, end, label, SYNONYM)

    def _in_its_section(self, place: Place, question: int) -> bool:
        """A wording met elsewhere ("Role", "Telephone") may mean somebody else there."""
        section = key(self.index.questions[question].section)
        return not section or section not in self.index.sections or key(place.section) == section

    def _answers(
        self, matched: Matched, finder: Finder, values: Values, rivals: Mapping[int, str]
    ) -> dict[str, Answer]:
        located: dict[int, Found] = {}
        for number, anchor in sorted(matched.items(), key=lambda item: item[1].at):
            question = self.index.questions[number]
            if isinstance(question, FieldSpec):
                located[number] = finder.find(anchor, question)
        answers: dict[str, Answer] = {}
        for number, question in enumerate(self.index.questions):
            if not isinstance(question, FieldSpec):
                continue
            found = self._by_control(question, located.get(number), finder)
            if found is None:
                rival = (rivals[number],) if number in rivals else ()
                answers[question.id] = _not_found(question, rival)
            else:
                found.section = found.section or found.place.section
                answers[question.id] = values.answer(question, found)
        return answers

    def _by_control(self, spec: FieldSpec, found: Found | None, finder: Finder) -> Found | None:
        """The control of a question beats its label, unless the words were typed beside an empty control.

        A form made by `forms.blank` names its controls by field ids. Where the label's own place holds another
        question's control, the names have shifted (Word counts them anew), and the label is right.
        """
        if not self.seen.layout.controls and not self.seen.layout.page.fields:
            return found
        beside = {span.control for line in found.lines for span in line if span.control} if found else set()
        own = (*spec.controls, spec.id)
        for name in own:
            if found is not None and name in beside:
                return replace(found, factor=_CONTROL, how=f"in its control “{name}”, {found.how}")
            if beside & self.index.controls.keys():
                continue
            held = finder.control(name, spec) or _field(self.seen, name, spec)
            if held is not None and (found is None or given(held.lines) or not given(found.lines)):
                held.label = found.label if found else held.label
                return held
        if found is None or not given(found.lines):
            named = _field_by_label(self.seen, spec)
            if named is not None and (found is None or given(named.lines)):
                return named
        return found

    # ------------------------------------------------------------ warnings

    def _warnings(self, rows: Mapping[str, FoundRows]) -> Iterable[str]:
        yield from self.seen.layout.page.warnings
        for spec in self.index.definition.lists:
            for number, column in rows[spec.id].incomplete if spec.id in rows else ():
                yield f"{rows[spec.id].label}: row {number} leaves “{column}” empty."
        yield from self._aside()

    def _aside(self) -> Iterable[str]:
        """What stands outside the page's body is not taken for an answer, only reported."""
        regions = dict.fromkeys(place.region for place in self.seen.layout.aside if not place.blank)
        for region in regions:
            texts = [
                text for place in self.seen.layout.aside if place.region is region for text in place.texts
            ]
            if region in (Region.COMMENT, Region.FOOTNOTE):
                yield f"A {region.value} stands on the form. It is not read as an answer."
            elif any(_opens_with_label(text, self.index) for text in texts):
                yield f"A question stands in the {region.value} of the form. What is written there is not read."


def _opens_with_label(text: str, index: Index) -> bool:
    return any(key(part) in index.labels for part in (text, text.partition(":")[0]) if part.strip())


def _not_found(question: FieldSpec, rivals: tuple[str, ...]) -> Answer:
    how = "a similar question stands on the form" if rivals else ""
    return Answer(
        question.id,
        AnswerState.QUESTION_NOT_FOUND,
        label=question.labels[0],
        section=question.section,
        confidence=0.0,
        how=how,
        rivals=rivals,
    )


# ---------------------------------------------------------------- fields that have a name but no place (PDF)


def _field(seen: Sighting, name: str, spec: FieldSpec) -> Found | None:
    for entry in seen.layout.page.fields:
        if entry.name == name:
            return _placeless(
                seen, entry.span, spec.labels[0], entry.where, how=f"in its field “{name}”", factor=_CONTROL
            )
    return None


def _field_by_label(seen: Sighting, spec: FieldSpec) -> Found | None:
    wanted = {key(label) for label in spec.labels}
    for entry in seen.layout.page.fields:
        if entry.label and key(entry.label) in wanted:
            return _placeless(
                seen, entry.span, entry.label, entry.where, how="in the form field of that name", factor=0.98
            )
    return None


def _placeless(seen: Sighting, span: Span, label: str, where: str, *, how: str, factor: float) -> Found:
    place = Place(len(seen.layout.places), [], "", Region.BODY)
    return Found([[span]], place, label, "", factor, how, where=where, path=where)


# ---------------------------------------------------------------- the pupil's name


def _with_name(answers: dict[str, Answer]) -> dict[str, Answer]:
    """Two boxes for the name give the joined name too; where one box is not answered, the whole points at that one."""
    first, last = answers.get("pupil.forename"), answers.get("pupil.surname")
    if "pupil.name" in answers or first is None or last is None:
        return answers
    short = next((part for part in (last, first) if part.state is not AnswerState.ANSWERED), None)
    if short is not None:
        return {"pupil.name": replace(short, field="pupil.name"), **answers}
    joined = replace(
        last,
        field="pupil.name",
        value=f"{first.value} {last.value}",
        raw=f"{first.raw} {last.raw}",
        label=f"{first.label}, {last.label}",
        confidence=min(first.confidence, last.confidence),
        how="joined from two answers",
    )
    return {"pupil.name": joined, **answers}
