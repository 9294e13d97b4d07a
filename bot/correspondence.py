"""Letters that go out: to whom, in answer to what, as the very bytes that are kept in the outbox.

Nobody is written to but addresses of the contact list: a case's verified contact, the headteacher in copy, and the
council's own services. Reply-To of what came in is never used.
"""

import base64
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol as Shape

import mail
from bot import letters
from bot.clock import Clock
from bot.flows.copies import copy_for
from bot.flows.dispositions import Reason
from bot.letters import House, Written
from bot.letters.house import CouncilSettings
from bot.letters.invitation import Invitation
from bot.letters.invitation import written as invitation_file
from bot.letters.moving import MoveLetter, Side, of_a_move, school_of
from bot.text.letters import MARKED_COPY_NAME
from mail import Address, Enclosure, Outgoing
from store.messages import Message, Road
from store.protocol.agreements import Party
from store.protocol.case import Case, Kind, School
from store.protocol.gathering import silent_heads
from store.protocol.rulebook import Protocol

HEADTEACHER = "headteacher"
NOTIFIED = ("virtual school", "social care")
"""The council's services that are told of a looked-after child (R2), by their role in the contact list."""

_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_ASKED_FIRST = (HEADTEACHER, "inclusion lead", "office")


class Entry(Shape):
    """A line of the contact list."""

    @property
    def urn(self) -> str: ...
    @property
    def role(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def email(self) -> str: ...


class AddressBook(Shape):
    """What is asked of the contact list (`store.Directory`)."""

    def contact(self, email: str) -> Entry | None:
        """The contact with this address."""
        ...

    def contacts(self, urn: str | None = None, role: str | None = None) -> Sequence[Entry]:
        """The contacts of a school ("" for the council's services), with one role or any."""
        ...


@dataclass(frozen=True, slots=True)
class Writer:
    """Who writes: the council as its settings say, and the protocol whose clauses are cited."""

    council: CouncilSettings
    protocol: Protocol
    copy_head: bool = True  # the headteacher is in copy of what their school is sent

    @property
    def house(self) -> House:
        """The council as letters present it."""
        return House.of(self.council, self.protocol)

    @property
    def sender(self) -> Address:
        """The admissions inbox, which is also where answers come to (R14)."""
        return Address(self.council.inbox_address, self.council.name)


class Letterbook:
    """Addresses and renders the letters (`bot.messages.Correspondence`)."""

    def __init__(self, writer: Writer, book: AddressBook, clock: Clock, secret: bytes) -> None:
        self._writer = writer
        self._house = writer.house
        self._book = book
        self._clock = clock
        self._secret = secret

    def answer(self, case: Case, *, key: str) -> Message | None:
        """The acknowledgement, to the verified contact who wrote."""
        to = self._contact(case)
        if to is None:
            return None
        if case.kind is Kind.OUT_OF_BOROUGH:
            return self._about(case, to, letters.out_of_borough(case, self._house), key, "auto-replied")
        copy = copy_for(case)
        written = letters.answer(case, self._house, marked_copy=bool(copy))
        return self._about(case, to, written, key, "auto-replied", copy=copy)

    def answer_for_head(self, case: Case, *, key: str) -> Message | None:
        """The same for the head where the answer itself encloses the form: that goes to its verified sender alone."""
        to = self._contact(case)
        heads = self._heads(case, to) if to is not None and copy_for(case) else []
        if not heads:
            return None
        written = letters.answer(case, self._house)
        return self._letter(written, heads, (), key=key, case=case, automatic="auto-replied")

    def asked_again(self, case: Case, *, key: str) -> Message | None:
        """The officer's asking. Where nobody verified wrote, it goes to the school's own address on the list."""
        to = self._contact(case) or self._of_school(case)
        if to is None:
            return None
        return self._about(case, to, letters.ask_again(case, self._house), key)

    def reminder(self, case: Case, deadline: datetime, *, key: str) -> Message | None:
        """The deadline is near."""
        to = self._contact(case)
        if to is None:
            return None
        return self._about(case, to, letters.reminder(case, deadline, self._house), key)

    def notices(self, case: Case, *, key: str) -> Sequence[Message]:
        """One letter to each service, so that each can be seen to have been told (R2)."""
        written = letters.notice(case, self._house)
        return [
            self._letter(written, [entry], (), key=f"{key}/{role}", case=case)
            for role in NOTIFIED
            for entry in self._book.contacts("", role)[:1]
        ]

    def how_to_resend(self, to: str, reason: Reason, letter: int, *, key: str) -> Message | None:  # noqa: ARG002 - the key tells the letter
        """To a verified sender whose file could not be read."""
        entry = self._book.contact(to)
        if entry is None:
            return None
        return self._letter(
            letters.resend(reason.value, self._house), [entry], (), key=key, automatic="auto-replied"
        )

    def to_heads(self, letter: MoveLetter, case: Case, *, key: str) -> Sequence[Message]:
        """One letter to each school of a move that has an address on the list, with its invitations (R31)."""
        entries = [(side, self._head(school_of(side, case))) for side in letter.to]
        heads = [(side, entry) for side, entry in entries if entry is not None]
        written = of_a_move(letter, case, self._house)
        files = self._invitations(letter.invitations, case, [entry.email for _, entry in heads])
        return [
            self._letter(
                written, [entry], (), key=f"{key}/{side}", case=case, thread=side is Side.HOME, files=files
            )
            for side, entry in heads
        ]

    def silent_sides(self, case: Case) -> tuple[Side, ...]:
        """The sides whose head must agree and has said neither yes nor no."""
        sides = {Party.HOME_HEAD: Side.HOME, Party.RECEIVING_HEAD: Side.RECEIVING}
        return tuple(sides[party] for party in silent_heads(case, self._writer.protocol))

    def _invitations(
        self, invitations: Iterable[Invitation], case: Case, attendees: Sequence[str]
    ) -> tuple[Enclosure, ...]:
        sender = self._writer.sender.email
        return tuple(
            Enclosure(
                f"{case.reference}-{each.what}.ics",
                "text/calendar",
                invitation_file(
                    each,
                    reference=case.reference,
                    sequence=case.version,
                    organiser=sender,
                    attendees=attendees,
                    stamp=self._clock.now(),
                ),
                (("method", each.method), ("charset", "utf-8")),
            )
            for each in invitations
        )

    # -------------------------------------------------------------- to whom

    def _head(self, school: School | None) -> Entry | None:
        """Whom a school's letters along a move go to: its headteacher, else whoever the list has for it."""
        if school is None or not school.urn:
            return None
        by_role = {entry.role: entry for entry in self._book.contacts(school.urn)}
        return next((by_role[role] for role in _ASKED_FIRST if role in by_role), None)

    def _contact(self, case: Case) -> Entry | None:
        """The case's contact, if the address is still on the list for that school."""
        entry = self._book.contact(case.contact) if case.contact else None
        return entry if entry is not None and entry.urn == case.home_school.urn else None

    def _of_school(self, case: Case) -> Entry | None:
        return self._head(case.home_school)

    def _heads(self, case: Case, to: Entry) -> list[Entry]:
        if not self._writer.copy_head or not case.home_school.urn:
            return []
        return [e for e in self._book.contacts(case.home_school.urn, HEADTEACHER) if e.email != to.email]

    # -------------------------------------------------------------- the letter

    def _about(
        self,
        case: Case,
        to: Entry,
        written: Written,
        key: str,
        automatic: str = "auto-generated",
        *,
        copy: bytes = b"",
    ) -> Message:
        """A letter of the school's own thread. With a copy of the form it goes to its sender and to nobody else."""
        copies = [] if copy else self._heads(case, to)
        return self._letter(
            written, [to], copies, key=key, case=case, thread=True, automatic=automatic, copy=copy
        )

    def _letter(
        self,
        written: Written,
        to: Iterable[Entry],
        copies: Iterable[Entry],
        *,
        key: str,
        case: Case | None = None,
        thread: bool = False,
        automatic: str = "auto-generated",
        files: tuple[Enclosure, ...] = (),
        copy: bytes = b"",
    ) -> Message:
        sender = self._writer.sender
        outgoing = Outgoing(
            sender=sender,
            recipients=tuple(_address(entry) for entry in to),
            cc=tuple(_address(entry) for entry in copies),
            subject=written.subject,
            text=written.text,
            html=written.html,
            date=self._clock.now(),
            message_id=mail.message_id(key, self._secret, sender.domain),
            automatic=automatic,
            case=case.reference if case else "",
            attachments=(*files, *((_enclosure(case.reference, copy),) if case and copy else ())),
        )
        if thread and case is not None and case.message_ids:
            outgoing = replace(outgoing, in_reply_to=case.message_ids[-1], references=case.message_ids)
        return _message(outgoing, written, key)


def _enclosure(reference: str, copy: bytes) -> Enclosure:
    return Enclosure(MARKED_COPY_NAME.format(reference=reference), _WORD, copy)


def _address(entry: Entry) -> Address:
    return Address(entry.email, entry.name)


def _message(outgoing: Outgoing, written: Written, key: str) -> Message:
    return Message(
        key=key,
        road=Road.LETTER,
        kind=written.about,
        reference=outgoing.case,
        payload={
            "raw": base64.b64encode(mail.compose(outgoing)).decode("ascii"),
            "sender": outgoing.sender.email,
            "recipients": list(outgoing.everyone),
            "message_id": outgoing.message_id,
            "subject": outgoing.subject,
            "about": written.about,
        },
    )
