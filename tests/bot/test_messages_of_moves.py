"""Along a move: invitations that update and cancel by their UID, prompts that stop, and nothing of a child in the channel."""

import base64
import json
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any, cast

import pytest
from icalendar import Calendar
from icalendar import Event as Entry

from bot.clock import SetClock
from bot.correspondence import Letterbook, Writer
from bot.letters.moving import MoveLetter
from bot.messages import Composer
from bot.settings import Council
from bot.text import letters_of_moves as words
from bot.text.digest import KINDS
from bot.text.thread_of_moves import PROMPTS
from store.messages import Message, Road, Withdrawal
from store.protocol import load
from store.protocol.agreements import Agreement, Consequence, Contribution, Contributor, Party, Shown
from store.protocol.case import Actor, Case, Hold, Kind, Pupil, School, Stage
from store.protocol.dues import ESCALATES, DueKind
from store.protocol.events import (
    AgreementRecorded,
    AgreementWithdrawn,
    CaseWithdrawn,
    ContributionRecorded,
    Event,
    InitialMeetingArranged,
    PlacementRecorded,
    PlanAmended,
    Prompted,
)
from store.protocol.placement import InitialMeeting, Placement, Review
from tests.bot.test_correspondence import Book, Line

NOON = datetime(2026, 12, 14, 12, tzinfo=UTC)
OFFICER = Actor(id="U1", name="Ines Marlow", role="officer")
WEAVER = School(urn="999104", name="The Weaver School")
CASTLE_PARK = School(urn="999107", name="Castle Park High")
REF = "MM-26-0003"
LIST = (
    Line("999104", "headteacher", "Gethin Lowe", "head@weaver.example"),
    Line("999107", "office", "", "office@castlepark.example"),
)
PLACEMENT = Placement(
    school=CASTLE_PARK, start=date(2027, 1, 11), reviews=(date(2027, 2, 26), date(2027, 4, 27))
)
SAID = (
    "Ottoline",
    "Ravensworth",
    "X999410419749",
    "looked",
    "care",
    "plan",
    "virtual",
    "parent",
    "R4",
    "R56",
)


def a_case(**changes: Any) -> Case:
    case = Case(
        reference=REF, stage=Stage.GATHERING, version=7, protocol="salford/1", home_school=WEAVER,
        received=NOON, letters=(7,), panel=date(2026, 12, 10), proposal=CASTLE_PARK,
        contact="somebody@else.example", message_ids=("<first@weaver.example>",),
        pupil=Pupil(forename="Ottoline", surname="Ravensworth", upn="X999410419749", year_group=7),
        gathering_since=date(2026, 12, 11),
    )  # fmt: skip
    return case.model_copy(update=changes)


@pytest.fixture
def composer() -> Composer:
    council = Council(name="Westhaven Council", inbox_address="admissions@westhaven.example")
    return Composer(
        Letterbook(Writer(council, load("salford")), Book(*LIST), SetClock(NOON), b"secret"), lambda _case: ()
    )


def letters(sent: Iterable[Message | Withdrawal]) -> list[EmailMessage]:
    found = [each for each in sent if isinstance(each, Message) and each.road is Road.LETTER]
    raw = [base64.b64decode(each.payload["raw"]) for each in found]
    return [cast("EmailMessage", message_from_bytes(each, policy=policy.default)) for each in raw]


def invitations(letter: EmailMessage) -> Iterator[tuple[str, Entry]]:
    for part in letter.iter_attachments():
        calendar = Calendar.from_ical(part.get_content())
        assert part.get_content_type() == "text/calendar"
        assert part.get_param("method") == calendar["METHOD"]
        yield str(calendar["METHOD"]), calendar.walk("VEVENT")[0]


def arranged(on: date) -> InitialMeetingArranged:
    return InitialMeetingArranged(reference=REF, rule="R32", source="Salford 3.1", on=on, by=OFFICER)


def test_an_invitation_is_updated_and_cancelled_by_its_uid(composer: Composer) -> None:
    """RFC 5546: the same UID, a higher sequence; a meeting put off is the same entry, and one that falls is cancelled."""
    first = letters(composer(arranged(date(2026, 12, 16)), a_case(version=7)))[0]
    again = letters(composer(arranged(date(2026, 12, 18)), a_case(version=8)))[0]
    gone = letters(
        composer(
            AgreementWithdrawn(
                reference=REF, party=Party.PARENT, on=date(2026, 12, 15), why="", by=OFFICER,
                consequence=Consequence.GATHERING, meeting=date(2026, 12, 18),
            ),
            a_case(version=9),
        )
    )[0]  # fmt: skip
    seen = [next(invitations(letter)) for letter in (first, again, gone)]
    assert [method for method, _ in seen] == ["REQUEST", "REQUEST", "CANCEL"]
    assert {str(entry["UID"]) for _, entry in seen} == {"mm-26-0003-initial-meeting@westhaven.example"}
    assert [entry["SEQUENCE"] for _, entry in seen] == [7, 8, 9]
    assert [entry.decoded("DTSTART") for _, entry in seen] == [
        date(2026, 12, 16),
        date(2026, 12, 18),
        date(2026, 12, 18),
    ]
    assert seen[2][1]["STATUS"] == "CANCELLED"


def test_a_start_invites_to_each_review(composer: Composer) -> None:
    """R29: one file a review, both heads asked, no name in it; a withdrawal cancels those to come and no other."""
    event = PlacementRecorded(
        reference=REF, rule="R29", source="Salford 3.1", placement=PLACEMENT, by=OFFICER
    )
    placed = a_case(stage=Stage.PLACED, placement=PLACEMENT)
    to = [str(letter["To"]) for letter in letters(composer(event, placed))]
    assert to == ["Gethin Lowe <head@weaver.example>", "office@castlepark.example"]
    entries = [entry for _, entry in invitations(letters(composer(event, placed))[0])]
    assert [entry.decoded("DTSTART") for entry in entries] == list(PLACEMENT.reviews)
    assert [len(entry["ATTENDEE"]) for entry in entries] == [2, 2]
    assert "Ravensworth" not in "".join(str(entry.to_ical()) for entry in entries)

    review = Review(
        of=date(2027, 2, 26),
        held=date(2027, 2, 26),
        attendance=(),
        record="-",
        pupil_views="-",
        family_views="-",
    )
    withdrawn = CaseWithdrawn(reference=REF, reason="-", on=date(2027, 3, 1), by=OFFICER)
    off = letters(composer(withdrawn, placed.model_copy(update={"reviews": (review,)})))[0]
    assert [(method, entry.decoded("DTSTART")) for method, entry in invitations(off)] == [
        ("CANCEL", date(2027, 4, 27))
    ]


def test_only_addresses_of_the_list_are_written_to(composer: Composer) -> None:
    """The contact of the letter that came is on no list: nothing goes there. A school without an address gets nothing."""
    everyone = [str(letter["To"]) for letter in letters(composer(arranged(date(2026, 12, 16)), a_case()))]
    assert not any("else.example" in address for address in everyone)
    elsewhere = a_case(proposal=School(name="Eastmoor High"))
    assert len(letters(composer(arranged(date(2026, 12, 16)), elsewhere))) == 1


def test_missing_agreements_are_asked_of_the_heads_who_are_silent(composer: Composer) -> None:
    """The home head has agreed: the letter goes to the receiving school alone."""
    yes = Agreement(
        party=Party.HOME_HEAD,
        agrees=True,
        who="G. Lowe",
        on=date(2026, 12, 14),
        shown=Shown.LETTER,
        to=CASTLE_PARK,
    )
    prompt = Prompted(reference=REF, kind=DueKind.AGREEMENTS, on=date(2026, 12, 11), rule="R55")
    asked = letters(composer(prompt, a_case(agreements=(yes,))))
    assert [str(letter["To"]) for letter in asked] == ["office@castlepark.example"]
    assert "R55" in asked[0].get_body(("plain",)).get_content()  # type: ignore[union-attr]


def test_a_prompt_that_was_settled_is_withdrawn_unsent(composer: Composer) -> None:
    """The slot of the letter to a head is withdrawn when that head answers, and not the other's."""
    prompt = Prompted(reference=REF, kind=DueKind.AGREEMENTS, on=date(2026, 12, 11))
    slots = [
        each.slot
        for each in composer(prompt, a_case())
        if isinstance(each, Message) and each.road is Road.LETTER
    ]
    yes = Agreement(
        party=Party.HOME_HEAD, agrees=True, who="-", on=date(2026, 12, 14), shown=Shown.LETTER, to=CASTLE_PARK
    )
    answered = AgreementRecorded(reference=REF, agreement=yes, party=Party.HOME_HEAD, agrees=True, by=OFFICER)
    withdrawn = [each.slot for each in composer(answered, a_case()) if isinstance(each, Withdrawal)]
    assert withdrawn == slots[:1]
    assert len(slots) == 2


def private_events() -> list[Event]:
    about: dict[str, Any] = {"reference": REF, "by": OFFICER}
    heard = Contribution(role=Contributor.CARERS, who="-", on=date(2026, 12, 14), says="-")
    return [
        ContributionRecorded(**about, contribution=heard, role=Contributor.CARERS, rule="R3"),
        PlanAmended(**about, on=date(2026, 12, 14), rule="R56"),
        AgreementWithdrawn(
            **about, party=Party.VIRTUAL_SCHOOL_HEAD, on=date(2026, 12, 14), why="", rule="R4",
            consequence=Consequence.HELD, restores=Hold.VIRTUAL_SCHOOL_HEAD,
        ),
        Prompted(reference=REF, kind=DueKind.AGREEMENTS, on=date(2026, 12, 11), rule="R4", source="Salford preamble"),
        Prompted(
            reference=REF, kind=DueKind.AGREEMENTS_UNANSWERED, on=date(2026, 12, 11), rule="R56", escalated=True
        ),
    ]  # fmt: skip


@pytest.mark.parametrize("event", private_events(), ids=lambda event: type(event).__name__)
def test_the_channel_tells_nothing_of_the_child(composer: Composer, event: Event) -> None:
    """That carers were heard, or a plan amended, says something of a child: the thread says that something was recorded."""
    case = a_case(holds=(Hold.VIRTUAL_SCHOOL_HEAD,), stage=Stage.HELD)
    posts = [
        each for each in composer(event, case) if isinstance(each, Message) and each.road is Road.CHANNEL
    ]
    said = json.dumps([each.payload for each in posts])
    assert posts
    assert [word for word in SAID if word in said] == []


def test_moves_that_are_only_told_of_bring_no_letters(composer: Composer) -> None:
    """R52: nobody need tell us; whoever does is left in peace."""
    told = a_case(kind=Kind.NOTIFIED, stage=Stage.PLACED, placement=PLACEMENT)
    event = PlacementRecorded(reference=REF, placement=PLACEMENT, by=OFFICER)
    assert letters(composer(event, told)) == []
    assert letters(composer(Prompted(reference=REF, kind=DueKind.PLACEMENT_END, on=NOON.date()), told)) == []


def test_every_kind_that_falls_due_has_its_words() -> None:
    """No prompt without words; a "no answer" is for the officer, and no letter to a school."""
    said_otherwise = {
        DueKind.DEADLINE_REMINDER,
        DueKind.NEXT_PANEL,
        DueKind.PANEL_REMINDER,
        DueKind.LAWFULNESS,
    }
    assert set(PROMPTS) == set(DueKind) - said_otherwise
    assert set(KINDS) == set(DueKind)
    assert not set(words.PROMPTS) & set(ESCALATES)


def test_letters_are_neutral_and_subjects_bear_no_name(composer: Composer) -> None:
    """R12: no word of blame; the subject has the reference alone, the text initials and year group."""
    meeting = InitialMeeting(on=date(2026, 12, 16))
    prompts = [
        Prompted(reference=REF, kind=kind, on=date(2026, 12, 16), rule="R32", source="Salford 3.1")
        for kind in words.PROMPTS
    ]
    case = a_case(initial_meeting=meeting, placement=PLACEMENT, stage=Stage.PLACED)
    found = [letter for prompt in prompts for letter in letters(composer(prompt, case))]
    assert len(found) >= len(prompts)
    for letter in found:
        text = letter.get_body(("plain",)).get_content()  # type: ignore[union-attr]
        assert "Ravensworth" not in f"{letter['Subject']} {text}"
        assert REF in str(letter["Subject"])
        assert "O.R., Year 7" in text
        assert not any(word in text.lower() for word in ("naughty", "blame", "fault", "failed"))
        assert "{" not in text


def test_a_letter_of_an_unknown_shape_is_a_mistake_of_ours(composer: Composer) -> None:
    """Words that ask for a fact which no letter has are refused, and never sent with an empty place."""
    bad = MoveLetter("bad", words.Words("bad", ("{nobody}",)))
    with pytest.raises(KeyError):
        composer.correspondence.to_heads(bad, a_case(), key="k")
