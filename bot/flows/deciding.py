"""What a letter means: an ordered list of questions, the first that applies decides. Nothing is done here.

The order is the safety: what may be forged or a machine's is settled before anything enclosed is believed.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from bot.flows.dispositions import TELLABLE, Attention, Disposition, Reason
from bot.flows.hearing import Hearing
from bot.flows.joining import Filing, Joining, KnownCases, one_a_pupil
from bot.flows.phrases import Sign
from bot.flows.senders import KnownPeople
from mail import LetterKind
from mail.letter import Authenticity
from store.protocol.case import School
from store.protocol.commands import Command, FileOutOfBoroughReport, FileReferral


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of a letter and why, with the commands that follow from it.

    `tell` is set where the verified sender is told how to send it again; `about` are addresses that a bounce concerns;
    `officer` is set where it is put before the officer in a post of its own; `last_post` where more letters like it
    get none for a day.
    """

    becomes: Disposition
    reason: Reason
    commands: tuple[Command, ...] = ()
    references: tuple[str, ...] = ()
    about: tuple[str, ...] = ()
    tell: bool = False
    officer: bool = False
    last_post: bool = False


def set_aside(reason: Reason, *, tell: bool = False) -> Verdict:
    """Not acted on; the officer sees that it came and why it was set aside."""
    return Verdict(Disposition.SET_ASIDE, reason, tell=tell, officer=True)


def for_officer(reason: Reason, *references: str) -> Verdict:
    """A person must read it."""
    return Verdict(Disposition.FOR_OFFICER, reason, references=references, officer=True)


class Deciding:
    """Decides about letters, asking the casebook and the directory."""

    def __init__(self, cases: KnownCases, people: KnownPeople) -> None:
        self._joining = Joining(cases, people)
        self._questions: tuple[Callable[[Hearing], Verdict | None], ...] = (
            _delivered_again,
            _reuses_an_id,
            _spoofed,
            _from_ourselves,
            self._bounced,
            _from_a_machine,
            _cannot_be_opened,
            _brings_untrusted_macros,
            self._brings_forms,
            _brings_unreadable_documents,
            self._reports_from_elsewhere,
            _announces_a_failure(self._references),
            self._replies,
            _speaks_of_pressure,
            _brings_something_else,
        )

    def decide(self, hearing: Hearing) -> Verdict:
        """The verdict on a letter."""
        for question in self._questions:
            verdict = question(hearing)
            if verdict is not None:
                return verdict
        return for_officer(Reason.QUESTION)

    def _brings_forms(self, hearing: Hearing) -> Verdict | None:
        forms = one_a_pupil(hearing.recognised)
        return _filed([self._joining.file(hearing, form) for form in forms]) if forms else None

    def _reports_from_elsewhere(self, hearing: Hearing) -> Verdict | None:
        """A head of another authority writes with a report (R46): nobody of ours, a document, and words that say so."""
        sender = hearing.sender
        if sender.school is not None or sender.listed or not hearing.unrecognised:
            return None
        if Sign.OUT_OF_BOROUGH not in hearing.signs or self._references(hearing):
            return None
        report = FileOutOfBoroughReport(
            letter=hearing.kept.id,
            received=hearing.letter.received,
            home_school=School(name=_school_elsewhere(hearing)),
            contact="",  # nobody outside the contact list is written to
            message_id=hearing.letter.message_id,
            attention=() if sender.authentic else (Attention.SENDER_NOT_VERIFIED,),
        )
        return Verdict(Disposition.OUT_OF_BOROUGH, Reason.WRITTEN_REPORT, commands=(report,))

    def _replies(self, hearing: Hearing) -> Verdict | None:
        """Writes about a case without a form: only someone of its school is taken for a party to it."""
        cases = [case for case, _ in self._joining.cases_of(hearing)]
        if not cases:
            return None
        references = tuple(dict.fromkeys(case.reference for case in cases))
        if Sign.PRESSURE in hearing.signs:
            return for_officer(Reason.POSSIBLE_PRESSURE, *references)
        if not all(hearing.sender.of(case.home_school) for case in cases):
            return for_officer(Reason.QUESTION, *references)
        return Verdict(Disposition.REPLY, Reason.SAME_CASE_BY_THREAD, references=references)

    def _bounced(self, hearing: Hearing) -> Verdict | None:
        """Shown against the addresses it names, and on the case whose letter it returns."""
        if hearing.opened.sorting.kind is not LetterKind.BOUNCE:
            return None
        bounce = hearing.letter.bounce
        returned = bounce.original_message_id if bounce else ""
        return Verdict(
            Disposition.BOUNCE,
            Reason.UNDELIVERED,
            references=self._joining.of_letter(returned),
            about=bounce.recipients if bounce else (),
        )

    def _references(self, hearing: Hearing) -> tuple[str, ...]:
        return tuple(dict.fromkeys(case.reference for case, _ in self._joining.cases_of(hearing)))


def _filed(filings: list[Filing]) -> Verdict:
    """One verdict on all forms of a letter. A form that a person must judge never holds up the others."""
    commands = tuple(filing.command for filing in filings if filing.command is not None)
    asked = next((filing.reason for filing in filings if filing.command is None), None)
    if not commands:
        return for_officer(asked or Reason.UNKNOWN_FORM)
    opens = any(isinstance(command, FileReferral) for command in commands)
    return Verdict(
        Disposition.REFERRAL if opens else Disposition.CORRECTION,
        asked or filings[0].reason,
        commands=commands,
        officer=asked is not None,
    )


def _delivered_again(hearing: Hearing) -> Verdict | None:
    if hearing.kept.duplicate_of is None:
        return None
    return Verdict(Disposition.DUPLICATE, Reason.DELIVERED_TWICE)


def _reuses_an_id(hearing: Hearing) -> Verdict | None:
    """The same Message-ID with other stable parts: another letter, and suspicious."""
    return set_aside(Reason.REUSED_MESSAGE_ID) if hearing.id_used_before else None


def _spoofed(hearing: Hearing) -> Verdict | None:
    """Fails its domain's authentication: from a domain we know, or with something enclosed, it is not acted on.

    A plain question is still read by a person: forwarding breaks many a parent's mail.
    """
    failed = hearing.letter.authenticity is Authenticity.FAIL
    if hearing.sender.spoofed or (failed and hearing.letter.documents):
        return set_aside(Reason.FAILED_AUTHENTICATION)
    return None


def _from_ourselves(hearing: Hearing) -> Verdict | None:
    if hearing.opened.sorting.kind is not LetterKind.OWN:
        return None
    return Verdict(Disposition.OWN, Reason.OUR_OWN)


def _from_a_machine(hearing: Hearing) -> Verdict | None:
    """Never answered, never a case by itself; but a form that a photocopier or a portal sends must not be lost."""
    if hearing.opened.sorting.kind is not LetterKind.AUTOMATIC:
        return None
    if hearing.recognised:
        return for_officer(Reason.MACHINE_WITH_FORM)
    return Verdict(Disposition.AUTOMATIC, Reason.MACHINE)


_SORTED_OUT = {
    LetterKind.PROTECTED: Reason.PROTECTED,
    LetterKind.SUSPICIOUS: Reason.SUSPICIOUS,
    LetterKind.UNREADABLE: Reason.UNREADABLE,
}


def _cannot_be_opened(hearing: Hearing) -> Verdict | None:
    reason = _SORTED_OUT.get(hearing.opened.sorting.kind)
    if reason is None or (reason is Reason.PROTECTED and hearing.recognised):
        return None
    return set_aside(reason, tell=reason in TELLABLE and hearing.may_be_answered)


def _brings_untrusted_macros(hearing: Hearing) -> Verdict | None:
    """The text of a macro file is used only from a verified sender."""
    if hearing.sender.verified or not any(form.macros for form in hearing.opened.forms):
        return None
    return set_aside(Reason.SUSPICIOUS)


_WORST_FIRST = (
    Reason.HOSTILE,
    Reason.NOT_A_DOCUMENT,
    Reason.PROTECTED,
    Reason.TOOK_TOO_LONG,
    Reason.TOO_BIG,
    Reason.DAMAGED,
    Reason.EMPTY,
    Reason.NEEDS_CONVERSION,
    Reason.UNSUPPORTED,
    Reason.UNREADABLE,
)


def _brings_unreadable_documents(hearing: Hearing) -> Verdict | None:
    codes = {form.refusal for form in hearing.refused}
    if not codes:
        return None
    reason = next((reason for reason in _WORST_FIRST if reason in codes), Reason.UNREADABLE)
    return set_aside(reason, tell=reason in TELLABLE and hearing.may_be_answered)


_SCHOOL_NAME = re.compile(
    r"\b((?:[A-Z][A-Za-z'’.-]{1,20} ){1,4}(?:Academy|School|College|High|Grammar|UTC|Centre|Trust))\b"
)


def _school_elsewhere(hearing: Hearing) -> str:
    """The name of a school that no directory holds, for a channel.

    Free text might hold a child's name, so a name found there counts only when the mail domain confirms it; else the
    domain stands for the school.
    """
    domain = hearing.letter.sender.domain
    for name in _SCHOOL_NAME.findall(hearing.letter.text):
        words = re.sub(r"[^a-z ]", "", name.lower()).split()[:-1]
        if words and "".join(words) in re.sub(r"[^a-z]", "", domain):
            return str(name)
    return domain


def _announces_a_failure(
    references: Callable[[Hearing], tuple[str, ...]],
) -> Callable[[Hearing], Verdict | None]:
    def question(hearing: Hearing) -> Verdict | None:
        """A school says that a placement is failing (R37)."""
        if Sign.FAILURE not in hearing.signs or hearing.sender.school is None:
            return None
        return for_officer(Reason.FAILURE_NOTICE, *references(hearing))

    return question


def _speaks_of_pressure(hearing: Hearing) -> Verdict | None:
    """Wording that may mean that a parent is pressed to agree (R57): a flag for a person, whatever else is enclosed."""
    return for_officer(Reason.POSSIBLE_PRESSURE) if Sign.PRESSURE in hearing.signs else None


def _brings_something_else(hearing: Hearing) -> Verdict | None:
    """A document that is no known form, or one that was not opened."""
    if hearing.unrecognised:
        return for_officer(Reason.UNKNOWN_FORM)
    return for_officer(Reason.ENCLOSED_LETTER) if hearing.opened.unread else None
