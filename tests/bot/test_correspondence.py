"""Letters go to addresses of the contact list and to nobody else, threaded, marked as a machine's, and the same at each try."""

import base64
from dataclasses import dataclass
from datetime import UTC, date, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest

from bot.clock import SetClock
from bot.correspondence import Letterbook, Writer
from bot.flows.dispositions import Reason
from bot.settings import Council
from mail import is_ours
from store.messages import Message
from store.protocol import load
from store.protocol.case import Case, Gap, GapKind, Kind, Level, Pupil, School, Stage

NOON = datetime(2026, 12, 3, 12, tzinfo=UTC)
SECRET = b"a secret"
INBOX = "school.admissions@westhaven.example"
WEAVER = School(urn="999104", name="The Weaver School")
SECRETS = ("Ottoline", "Ravensworth", "X999410419749", "30/06/2015", "2015-06-30")


@dataclass(frozen=True)
class Line:
    urn: str
    role: str
    name: str
    email: str


class Book:
    """A contact list in memory."""

    def __init__(self, *lines: Line) -> None:
        self.lines = lines

    def contact(self, email: str) -> Line | None:
        return next((line for line in self.lines if line.email == email), None)

    def contacts(self, urn: str | None = None, role: str | None = None) -> list[Line]:
        return [line for line in self.lines if line.urn == urn and role in (None, line.role)]


LIST = (
    Line("999104", "headteacher", "Gethin Lowe", "head@weaver.example"),
    Line("999104", "inclusion lead", "", "inclusion@weaver.example"),
    Line("999101", "office", "", "office@oakfield.example"),
    Line("", "virtual school", "", "virtual.school@westhaven.example"),
    Line("", "social care", "", "childrens.social.care@westhaven.example"),
)


def letterbook(*lines: Line, copy_head: bool = True) -> Letterbook:
    council = Council(name="Westhaven Council", inbox_address=INBOX)
    writer = Writer(council, load("salford"), copy_head=copy_head)
    return Letterbook(writer, Book(*(lines or LIST)), SetClock(NOON), SECRET)


def a_case(**changes: Any) -> Case:
    gap = Gap(
        field="pupil.dob",
        level=Level.MUST,
        kind=GapKind.MISSING,
        rule="R26",
        source="Salford 3.1",
        label="DOB",
    )
    case = Case(
        reference="MM-26-0003", stage=Stage.INCOMPLETE, protocol="salford/1", home_school=WEAVER,
        contact="inclusion@weaver.example", received=NOON, gaps=(gap,), panel=date(2027, 1, 14), deadline=NOON,
        letters=(7,), message_ids=("<first@weaver.example>", "<second@weaver.example>"),
        pupil=Pupil(forename="Ottoline", surname="Ravensworth", dob=date(2015, 6, 30), upn="X999410419749", year_group=7),
    )  # fmt: skip
    return case.model_copy(update=changes)


def seen(message: Message | None) -> EmailMessage:
    assert message is not None
    parsed = message_from_bytes(base64.b64decode(message.payload["raw"]), policy=policy.default)
    assert isinstance(parsed, EmailMessage)
    return parsed


def test_the_answer_goes_to_the_contact_with_the_head_in_copy() -> None:
    """To who wrote, copied to the headteacher, from the inbox; the envelope says the same."""
    message = letterbook().answer(a_case(), key="k")
    letter = seen(message)
    assert (letter["To"], letter["Cc"]) == ("inclusion@weaver.example", "Gethin Lowe <head@weaver.example>")
    assert INBOX in str(letter["From"])
    assert message is not None
    assert message.payload["recipients"] == ["inclusion@weaver.example", "head@weaver.example"]


def test_a_setting_leaves_the_head_out() -> None:
    """The copy to the headteacher is the council's choice."""
    assert seen(letterbook(copy_head=False).answer(a_case(), key="k"))["Cc"] is None


def test_a_head_who_wrote_is_not_copied_into_the_same_letter() -> None:
    """Nobody gets a letter twice."""
    assert seen(letterbook().answer(a_case(contact="head@weaver.example"), key="k"))["Cc"] is None


@pytest.mark.parametrize("contact", ["", "gone@weaver.example", "office@oakfield.example"])
def test_nobody_else_is_answered(contact: str) -> None:
    """No verified contact, one that has left the list since, one of another school: no letter."""
    assert letterbook().answer(a_case(contact=contact), key="k") is None
    assert letterbook().reminder(a_case(contact=contact), NOON, key="k") is None


def test_what_the_officer_asks_reaches_the_school_even_if_nobody_verified_wrote() -> None:
    """A person decided it: the school's own address on the list is written to, the head's first."""
    assert (
        seen(letterbook().asked_again(a_case(contact=""), key="k"))["To"]
        == "Gethin Lowe <head@weaver.example>"
    )
    assert letterbook(LIST[2]).asked_again(a_case(contact=""), key="k") is None
    assert letterbook().asked_again(a_case(contact="", home_school=School(name="")), key="k") is None


def test_the_letter_stands_in_the_schools_thread_under_a_subject_of_our_own() -> None:
    """Threaded by headers; the reference is in the subject and no word of theirs."""
    letter = seen(letterbook().answer(a_case(), key="k"))
    assert letter["In-Reply-To"] == "<second@weaver.example>"
    assert str(letter["References"]).split() == ["<first@weaver.example>", "<second@weaver.example>"]
    assert "MM-26-0003" in str(letter["Subject"])


def test_other_machines_are_told_that_a_machine_wrote() -> None:
    """RFC 3834: an answer is auto-replied, an act of our own auto-generated."""
    assert seen(letterbook().answer(a_case(), key="k"))["Auto-Submitted"] == "auto-replied"
    assert seen(letterbook().reminder(a_case(), NOON, key="k"))["Auto-Submitted"] == "auto-generated"


def test_the_same_key_gives_the_same_letter() -> None:
    """Made again it has the same signed Message-ID, so that the destination can be asked for it."""
    once, again, other = (letterbook().answer(a_case(), key=key) for key in ("k", "k", "another"))
    assert once == again
    assert once is not None
    assert other is not None
    assert is_ours(once.payload["message_id"], SECRET)
    assert once.payload["message_id"] != other.payload["message_id"]


@pytest.mark.rules("R2")
def test_the_virtual_school_and_social_care_are_told_one_by_one() -> None:
    """R2: both, of every looked-after child; without name, with no thread of the school's, and nobody in copy."""
    notices = letterbook().notices(a_case(), key="k")
    letters = [seen(notice) for notice in notices]
    assert [letter["To"] for letter in letters] == [
        "virtual.school@westhaven.example",
        "childrens.social.care@westhaven.example",
    ]
    assert {(letter["In-Reply-To"], letter["Cc"]) for letter in letters} == {(None, None)}
    assert [notice.key for notice in notices] == ["k/virtual school", "k/social care"]


def test_how_to_resend_goes_to_listed_senders_only() -> None:
    """Whoever has left the list meanwhile gets nothing."""
    book = letterbook()
    sent = book.how_to_resend("inclusion@weaver.example", Reason.PROTECTED, 4, key="resend/4")
    assert "password" in str(seen(sent).get_body(("plain",)))
    assert book.how_to_resend("stranger@weaver.example", Reason.PROTECTED, 4, key="resend/4") is None


@pytest.mark.parametrize("kind", [Kind.REFERRAL, Kind.OUT_OF_BOROUGH])
def test_no_letter_names_the_child(kind: Kind) -> None:
    """Initials and year group in the text, the reference in the subject; no name, birthday or number anywhere."""
    book, case = letterbook(), a_case(kind=kind)
    letters = [
        book.answer(case, key="a"),
        book.asked_again(case, key="b"),
        book.reminder(case, NOON, key="c"),
    ]
    for message in [*letters, *book.notices(case, key="d")]:
        letter = seen(message)
        everything = str(letter["Subject"]) + "".join(
            str(letter.get_body((kind,))) for kind in ("plain", "html")
        )
        assert not [secret for secret in SECRETS if secret in everything]
