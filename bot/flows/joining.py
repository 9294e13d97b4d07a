"""Which case a form belongs to, and whose school it is: a new referral, a correction, or a question for the officer."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.flows import reading
from bot.flows.dispositions import Attention, Reason
from bot.flows.hearing import Hearing
from bot.flows.opening import OpenedForm
from bot.flows.phrases import Sign
from bot.flows.senders import KnownPeople, as_school
from forms.reading import Reading
from store.errors import NoSuchCase
from store.protocol import Identity, compare
from store.protocol.case import Case, Pupil, School, Stage
from store.protocol.commands import CorrectReferral, FileReferral

REFERENCE = re.compile(r"\b[A-Z]{2}-\d{2}-\d{4,9}\b")
"""A case reference in a subject line; it counts only together with a sender who belongs to the case."""

OPEN_TO_CORRECTION = frozenset(
    {
        Stage.INCOMPLETE,
        Stage.READY,
        Stage.HELD,
        Stage.ON_AGENDA,
        Stage.DEFERRED,
        Stage.MORE_INFORMATION,
    }
)


class KnownCases(Protocol):
    """What intake asks the casebook (`store.Casebook`)."""

    def case(self, reference: str) -> Case:
        """The case with this reference. Raises `NoSuchCase`."""
        ...

    def find_thread(self, message_ids: Iterable[str]) -> tuple[str, ...]:
        """References of the cases whose thread holds one of these Message-IDs."""
        ...

    def find_pupil(self, school: School | None, pupil: Pupil) -> tuple[str, ...]:
        """References of the cases of this school that may be about this pupil, newest first."""
        ...


@dataclass(frozen=True, slots=True)
class Filing:
    """What to do about one form: a command, or None and the reason why a person must say."""

    command: FileReferral | CorrectReferral | None
    reason: Reason


@dataclass(frozen=True, slots=True)
class Home:
    """The home school of a form, and what the officer must look at about it."""

    school: School
    attention: tuple[Attention, ...] = ()


class Joining:
    """Finds the case of a form."""

    def __init__(self, cases: KnownCases, people: KnownPeople) -> None:
        self._cases = cases
        self._people = people

    def cases_of(self, hearing: Hearing) -> Iterator[tuple[Case, Reason]]:
        """The cases that a letter says it is about: by its thread, newest first, then by a reference in its subject."""
        letter = hearing.letter
        for case in self._cases_named(self._cases.find_thread(letter.thread)):
            yield case, Reason.SAME_CASE_BY_THREAD
        for case in self._cases_named(REFERENCE.findall(letter.subject)):
            if hearing.sender.of(case.home_school):
                yield case, Reason.SAME_CASE_BY_REFERENCE

    def of_letter(self, message_id: str) -> tuple[str, ...]:
        """References of the cases that a letter of ours was about."""
        return self._cases.find_thread([message_id]) if message_id else ()

    def file(self, hearing: Hearing, form: OpenedForm) -> Filing:
        """Decide about one form of a letter."""
        assert form.reading is not None
        home = self._home(hearing, form.reading)
        pupil = reading.pupil(form.reading)
        named = [(case, why) for case, why in self.cases_of(hearing) if case.home_school == home.school]
        alike = self._cases.find_pupil(home.school, pupil) if home.school.urn else ()
        same = [
            (case, Reason.SAME_PUPIL) for case in self._cases_named(alike) if worth_asking(case.pupil, pupil)
        ]
        return self._choose(hearing, form, home, pupil, [*named, *same])

    def _choose(
        self,
        hearing: Hearing,
        form: OpenedForm,
        home: Home,
        pupil: Pupil,
        cases: Sequence[tuple[Case, Reason]],
    ) -> Filing:
        """The first case that fits takes it; a contradiction stops everything; strangers' threads are only noted."""
        notes: list[Attention] = []
        for case, why in cases:
            identity = compare(case.pupil, pupil)
            if identity is Identity.CONFLICT:
                return Filing(None, Reason.IDENTITY_CONFLICT)
            if not _fits(identity, why):
                notes.append(Attention.OTHER_PUPIL_IN_THREAD)
            elif case.stage not in OPEN_TO_CORRECTION:
                notes.append(Attention.EARLIER_CASE)
            elif not hearing.sender.of(case.home_school):
                return Filing(None, Reason.SENDER_NOT_OF_SCHOOL)
            else:
                return Filing(_correct(hearing, form, case, pupil), why)
        return Filing(_file(hearing, form, home, pupil, notes), Reason.FORM_READ)

    def _home(self, hearing: Hearing, read: Reading) -> Home:
        """By the form's own words through the directory, checked against the sender."""
        name, number = (_words(read, f"home_school.{part}") for part in ("name", "number"))
        named = self._named_school(name, number)
        sender = hearing.sender.school
        if named is None and sender is None:
            return Home(School(name=""), (Attention.SCHOOL_NOT_KNOWN,))
        if named is not None and (sender is None or sender.urn == named.urn):
            return Home(named)
        if named is None and not (name or number):
            return Home(sender or School(name=""))
        return Home(named or sender or School(name=""), (Attention.SCHOOL_MISMATCH,))

    def _named_school(self, name: str, number: str) -> School | None:
        """Name or number alone will do, unless they name two schools."""
        found = [
            school
            for asked in ({"name": name}, {"number": number})
            if any(asked.values()) and (school := as_school(self._people.find_school(**asked))) is not None
        ]
        return found[0] if len({school.urn for school in found}) == 1 else None

    def _cases_named(self, references: Iterable[str]) -> Iterator[Case]:
        for reference in dict.fromkeys(references):
            try:
                yield self._cases.case(reference)
            except NoSuchCase:
                continue


def one_a_pupil(forms: Sequence[OpenedForm]) -> tuple[OpenedForm, ...]:
    """The forms of a letter, one a pupil: the same form enclosed as Word and as PDF is one referral, the fuller one."""
    kept: list[OpenedForm] = []
    for form in sorted(forms, key=_fullness, reverse=True):
        if not any(_same_form(form, other) for other in kept):
            kept.append(form)
    return tuple(sorted(kept, key=lambda form: form.number))


def _fullness(form: OpenedForm) -> tuple[bool, int, int]:
    assert form.reading is not None
    return form.reading.evidence, reading.answered(form.reading), -form.number


def _same_form(one: OpenedForm, other: OpenedForm) -> bool:
    assert one.reading is not None
    assert other.reading is not None
    return (
        one.sha256 == other.sha256
        or compare(reading.pupil(one.reading), reading.pupil(other.reading)) is Identity.SAME
    )


def worth_asking(one: Pupil, other: Pupil) -> bool:
    """Whether a new form is held against an old case of no thread in common: a shared birthday alone is not enough."""
    identity = compare(one, other)
    if identity is not Identity.CONFLICT:
        return identity is Identity.SAME
    return compare(*(pupil.model_copy(update={"dob": None}) for pupil in (one, other))) is not Identity.OTHER


def _fits(identity: Identity, why: Reason) -> bool:
    """A thread or a reference needs no more than that nothing contradicts; without them the pupil must be the same."""
    return identity is Identity.SAME or (identity is Identity.COMPATIBLE and why is not Reason.SAME_PUPIL)


def _file(
    hearing: Hearing, form: OpenedForm, home: Home, pupil: Pupil, notes: Sequence[Attention]
) -> FileReferral:
    assert form.reading is not None
    return FileReferral(
        letter=hearing.kept.id,
        form=str(form.number),
        received=hearing.letter.received,
        home_school=home.school,
        contact=_contact(hearing, home.school),
        message_id=hearing.letter.message_id,
        pupil=pupil,
        referral=reading.referral(form.reading, other_documents=_has_others(hearing, form)),
        attention=_attention(hearing, form, home.school, (*home.attention, *notes)),
    )


def _correct(hearing: Hearing, form: OpenedForm, case: Case, pupil: Pupil) -> CorrectReferral:
    assert form.reading is not None
    return CorrectReferral(
        reference=case.reference,
        letter=hearing.kept.id,
        form=str(form.number),
        received=hearing.letter.received,
        contact=_contact(hearing, case.home_school),
        message_id=hearing.letter.message_id,
        pupil=pupil,
        referral=reading.referral(form.reading, other_documents=_has_others(hearing, form)),
        attention=_attention(hearing, form, case.home_school, ()),
    )


def _contact(hearing: Hearing, school: School) -> str:
    return "" if hearing.capped else hearing.sender.contact_for(school)


def _attention(
    hearing: Hearing, form: OpenedForm, school: School, more: Iterable[Attention]
) -> tuple[str, ...]:
    assert form.reading is not None
    sender = hearing.sender
    found = {
        Attention.SENDER_NOT_KNOWN: not (sender.listed and sender.of(school)),
        Attention.SENDER_NOT_VERIFIED: not sender.authentic,
        Attention.ANSWERS_CAPPED: hearing.capped,
        Attention.DOCUMENT_NOT_READ: bool(hearing.refused or hearing.opened.unread),
        Attention.POSSIBLE_PRESSURE: Sign.PRESSURE in hearing.signs,
        Attention.FROM_A_SCAN: not form.reading.evidence,
    }
    return tuple(dict.fromkeys([*more, *(code for code, holds in found.items() if holds)]))


def _has_others(hearing: Hearing, form: OpenedForm) -> bool:
    """Whether something else came with it that an answer "see attached" can mean. Another pupil's form is not that."""
    others = [one for one in hearing.opened.forms if one.number != form.number and not one.recognised]
    return bool(others or hearing.opened.unread)


def _words(read: Reading, field: str) -> str:
    value = read.value(field)
    return str(value).strip() if value is not None else ""
