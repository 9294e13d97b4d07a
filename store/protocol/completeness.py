"""Whether a referral says what the protocol asks for (R26): the table "What a referral must say", applied.

`assess` is pure and quick; the table itself is the protocol's data. Nothing is called missing on the strength of a
scan, or of a form that could not be read at all.
"""

from collections.abc import Callable, Iterator

from store.protocol.case import Fact, FactState, Gap, GapKind, Level, Referral, Row
from store.protocol.rulebook import Protocol, Requirement

_STATE_GAPS = {
    FactState.BLANK: GapKind.MISSING,
    FactState.PLACEHOLDER: GapKind.MISSING,
    FactState.DEFAULT_LEFT: GapKind.MISSING,
    FactState.AMBIGUOUS: GapKind.UNCLEAR,
    FactState.NOT_APPLICABLE: GapKind.UNCLEAR,
    FactState.SEE_ATTACHED: GapKind.ATTACHMENT,
    FactState.UNREADABLE: GapKind.UNREADABLE,
    FactState.QUESTION_NOT_FOUND: GapKind.NOT_ASKED,
}
_NOT_FOUND = Fact(state=FactState.QUESTION_NOT_FOUND)
_ASKS_SCHOOL = frozenset({GapKind.MISSING, GapKind.UNCLEAR, GapKind.NO_OUTCOME, GapKind.ATTACHMENT})


def assess(
    referral: Referral, protocol: Protocol, *, crisis: bool = False, asked: tuple[str, ...] = ()
) -> tuple[Gap, ...]:
    """The gaps of a referral, in the protocol's order; complete when none of them is a *must*.

    A crisis softens the pre-referral evidence only (R21). `asked` are questions that their form does not have and that
    the school has been asked for already: they are asked for once.
    """
    found = (
        gap for line in protocol.required for gap in _Line(line, referral, protocol, crisis=crisis).gaps()
    )
    return tuple(gap for gap in found if not (gap.kind is GapKind.NOT_ASKED and gap.field in asked))


def is_complete(gaps: tuple[Gap, ...]) -> bool:
    """Whether nothing that a referral must say is missing."""
    return all(gap.level is not Level.MUST for gap in gaps)


def school_can_close(gap: Gap) -> bool:
    """Whether the school can close this gap by sending something.

    Not what we could not read, which the officer looks at; and never a parent's No, which nobody is pressed on (R57).
    """
    return gap.level is Level.MUST and gap.kind in _ASKS_SCHOOL


def has_evidence(referral: Referral) -> bool:
    """Whether something may be called missing on the strength of this referral.

    Not of a scan, and not of a form of which no question is known.
    """
    return referral.evidence and any(map(_was_found, referral.facts.values()))


class _Line:
    """One line of the table held against a referral."""

    def __init__(self, line: Requirement, referral: Referral, protocol: Protocol, *, crisis: bool) -> None:
        self.line, self.referral, self.crisis = line, referral, crisis
        self.source = protocol.source(line.cite)

    def gaps(self) -> Iterator[Gap]:
        yield from self._row_gaps() if self.line.rows else self._answer_gaps()

    def _answer_gaps(self) -> Iterator[Gap]:
        if self._said_elsewhere():
            return
        trouble = {field: self._trouble(field) for field in self._fields_to_judge()}
        yield from (self._gap(field, kind) for field, kind in trouble.items() if kind)

    def _fields_to_judge(self) -> tuple[str, ...]:
        """The first alternative that answers the line; else the first that their form asks for; else the field."""
        alternatives = self.line.alternatives
        if self.line.instead and not any(map(self._is_asked, sum(alternatives, ()))):
            alternatives = (*alternatives, (self.line.instead,))
        answered = (fields for fields in alternatives if not any(map(self._trouble, fields)))
        asked = (fields for fields in alternatives if any(map(self._is_asked, fields)))
        return next(answered, None) or next(asked, None) or (self.line.field,)

    def _said_elsewhere(self) -> bool:
        text = str(self.referral.value(self.line.said_in) or "").casefold() if self.line.said_in else ""
        return any(words.casefold() in text for words in self.line.saying)

    def _is_asked(self, field: str) -> bool:
        return _was_found(self._fact(field))

    def _trouble(self, field: str) -> GapKind | None:
        return self._as_far_as_we_can_read(self._kind(self._fact(field)))

    def _kind(self, fact: Fact) -> GapKind | None:
        if fact.state is FactState.ANSWERED:
            return _judge_answer(fact, self.line.answer)
        if fact.state is FactState.NOT_APPLICABLE and self.line.not_applicable:
            return None
        if fact.state is FactState.SEE_ATTACHED and self.referral.other_documents:
            return None
        return _STATE_GAPS[fact.state]

    def _as_far_as_we_can_read(self, kind: GapKind | None) -> GapKind | None:
        if kind in (None, GapKind.REFUSED) or has_evidence(self.referral):
            return kind
        return GapKind.UNREADABLE

    def _row_gaps(self) -> Iterator[Gap]:
        rows = [row for row in self.referral.lists.get(self.line.field, ()) if _says_something(row)]
        if not rows:
            yield from self._no_rows()
        for number, row in enumerate(rows, start=1):
            kind = (
                None if _filled(row.get(self.line.rows)) else self._as_far_as_we_can_read(GapKind.NO_OUTCOME)
            )
            if kind:
                yield self._gap(self.line.field, kind, detail=_row_name(row, number))

    def _no_rows(self) -> Iterator[Gap]:
        fact = self.referral.facts.get(self.line.field)
        listed = self.line.field in self.referral.lists or self.line.field in self.referral.list_labels
        absent = Fact(state=FactState.BLANK if listed else FactState.QUESTION_NOT_FOUND)
        kind = self._as_far_as_we_can_read(self._kind(fact or absent))
        if kind:
            yield self._gap(self.line.field, kind)

    def _gap(self, field: str, kind: GapKind, *, detail: str = "") -> Gap:
        fact = self._fact(field)
        return Gap(
            field=field,
            level=self._level(kind),
            kind=kind,
            rule=self.line.cite.rule,
            source=self.source,
            label=fact.label or self.referral.list_labels.get(field, ""),
            section=fact.section,
            detail=detail,
        )

    def _level(self, kind: GapKind) -> Level:
        softened = self.crisis and self.line.unless_crisis
        return Level.SHOULD if softened or kind is GapKind.NOT_ASKED else self.line.level

    def _fact(self, field: str) -> Fact:
        return self.referral.facts.get(field, _NOT_FOUND)


def _was_found(fact: Fact) -> bool:
    return fact.state is not FactState.QUESTION_NOT_FOUND


def _anything(value: object) -> GapKind | None:
    return GapKind.MISSING if value is None or value == "" else None


def _yes_or_no(value: object) -> GapKind | None:
    return None if isinstance(value, bool) else GapKind.UNCLEAR


def _yes(value: object) -> GapKind | None:
    return GapKind.REFUSED if value is False else _yes_or_no(value)


_ANSWERS: dict[str, Callable[[object], GapKind | None]] = {
    "anything": _anything,
    "yes or no": _yes_or_no,
    "yes": _yes,
}


def _judge_answer(fact: Fact, wanted: str) -> GapKind | None:
    return _ANSWERS[wanted](fact.value) if fact.sure else GapKind.UNCLEAR


def _filled(value: object) -> bool:
    return value is not None and any(character.isalnum() for character in str(value))


def _says_something(row: Row) -> bool:
    return any(_filled(value) for value in row.values())


def _row_name(row: Row, number: int) -> str:
    return str(row.get("what") or "").strip() or f"row {number}"
