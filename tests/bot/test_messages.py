"""One table says what is sent for each thing that can happen; keys are the same however often it is made."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any, get_args

import pytest

from bot.flows.deciding import Verdict
from bot.flows.desk import Action
from bot.flows.dispositions import Disposition, Reason
from bot.flows.senders import Sender
from bot.letters.moving import MoveLetter, Side
from bot.messages import ROUTES, Composer
from store.casebook import PanelAgenda
from store.messages import Message, Road, Withdrawal
from store.protocol.case import (
    Actor,
    Case,
    Crisis,
    Gap,
    GapKind,
    Hold,
    Level,
    Placement,
    Pupil,
    School,
    Stage,
)
from store.protocol.diary import PanelDue
from store.protocol.events import (
    CaseHeld,
    CaseOpened,
    CrisisRecorded,
    DeadlineNear,
    Event,
    LookedAfterChildReferred,
    PanelMoved,
    PlacementRecorded,
    PutOnAgenda,
    ReferralAssessed,
    ReviewDue,
    SchoolAsked,
)
from tests.bot.flows.given import A_LETTER

NOON = datetime(2026, 12, 3, 12, tzinfo=UTC)
WEAVER = School(urn="999104", name="The Weaver School")
OFFICER = Actor(id="U1", name="Ines Marlow", role="officer")
REF = "MM-26-0003"


class Letters:
    """A correspondence that writes one recognisable letter for each occasion."""

    def _letter(self, kind: str, key: str) -> Message:
        return Message(key=key, road=Road.LETTER, kind=kind, payload={"raw": ""})

    def answer(self, case: Case, *, key: str) -> Message | None:
        return self._letter("answer", key) if case.contact else None

    def answer_for_head(self, case: Case, *, key: str) -> Message | None:
        return None

    def asked_again(self, case: Case, *, key: str) -> Message | None:
        return self._letter("ask", key)

    def reminder(self, case: Case, deadline: datetime, *, key: str) -> Message | None:
        return self._letter("reminder", key)

    def notices(self, case: Case, *, key: str) -> list[Message]:
        return [self._letter("notice", f"{key}/{role}") for role in ("virtual school", "social care")]

    def how_to_resend(self, to: str, reason: Reason, letter: int, *, key: str) -> Message | None:
        return self._letter("resend", key)

    def to_heads(self, letter: MoveLetter, case: Case, *, key: str) -> list[Message]:
        return [self._letter("move", f"{key}/{side}") for side in letter.to]

    def silent_sides(self, case: Case) -> tuple[Side, ...]:
        return (Side.RECEIVING,)


@pytest.fixture
def composer() -> Composer:
    return Composer(Letters(), lambda _case: (Action.ASK_SCHOOL,))


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
        reference=REF, stage=Stage.INCOMPLETE, version=3, protocol="salford/1", home_school=WEAVER,
        contact="office@weaver.example", received=NOON, gaps=(gap,), letters=(7,), panel=date(2026, 12, 10),
        pupil=Pupil(forename="Ottoline", surname="Ravensworth", dob=date(2015, 6, 30), upn="X999410419749"),
    )  # fmt: skip
    return case.model_copy(update=changes)


def assessed(**changes: Any) -> ReferralAssessed:
    facts = {
        "gaps": a_case().gaps, "complete": False, "late": False, "completed": None,
        "panel": date(2026, 12, 10), "deadline": NOON,
    }  # fmt: skip
    return ReferralAssessed(reference=REF, **{**facts, **changes})


def sent(composer: Composer, event: Event, case: Case) -> Iterator[str]:
    """What an event sends, as road and kind; a withdrawal as its slot."""
    for queued in composer(event, case):
        yield f"withdraw {queued.slot}" if isinstance(queued, Withdrawal) else f"{queued.road} {queued.kind}"


def test_every_event_has_its_place_in_the_table() -> None:
    """A reader sees all that can happen on one page; an event without a row would be silence by mistake."""
    assert set(ROUTES) == set(get_args(Event))


PLACEMENT = Placement(school=School(name="Oakfield High School"), start=date(2027, 1, 11))
CRISIS = Crisis(who="Ines Marlow", why="an incident", when=NOON)


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        (CaseOpened(reference=REF, case=a_case(), letter=7), ["channel card", "channel thread"]),
        (
            assessed(),
            [
                "channel card", "channel thread", f"withdraw answer/{REF}", f"withdraw answer/{REF}/head", f"withdraw reminder/{REF}",
                "letter answer",
            ],
        ),
        (CaseHeld(reference=REF, hold=Hold.SEN_CASEWORKER), ["channel card", "channel thread"]),
        (LookedAfterChildReferred(reference=REF), ["letter notice", "letter notice"]),
        (CrisisRecorded(reference=REF, crisis=CRISIS, by=OFFICER), ["channel card", "channel thread"]),
        (SchoolAsked(reference=REF, by=OFFICER, serial=3), ["channel card", "channel thread", "letter ask"]),
        (PutOnAgenda(reference=REF, panel=date(2026, 12, 10), by=OFFICER), ["channel card", "channel thread"]),
        (PanelMoved(reference=REF, was=None, panel=date(2027, 1, 14), deadline=NOON), ["channel card", "channel thread"]),
        (PlacementRecorded(reference=REF, placement=PLACEMENT, by=OFFICER), ["channel card", "channel thread", "letter move", "letter move"]),
        (DeadlineNear(reference=REF, deadline=NOON), ["letter reminder", "channel thread"]),
        (ReviewDue(reference=REF, on=date(2027, 2, 12)), ["channel post", "letter move", "letter move"]),
    ],
)  # fmt: skip
@pytest.mark.rules("R31")
def test_what_each_event_sends(composer: Composer, event: Event, expected: list[str]) -> None:
    """The channel hears of every change; the school hears what it is asked; the services hear what R2 says."""
    assert list(sent(composer, event, a_case())) == expected


def test_an_answer_that_cannot_be_given_still_withdraws_the_older_one(composer: Composer) -> None:
    """A correction from an unproven sender makes the waiting gap letter untrue, even if nobody may be answered."""
    assert "letter answer" not in list(sent(composer, assessed(), a_case(contact="")))
    assert f"withdraw answer/{REF}" in list(sent(composer, assessed(), a_case(contact="")))


def test_a_check_that_no_letter_started_is_not_answered(composer: Composer) -> None:
    """A recorded crisis is assessed anew; the school is not written to for it."""
    assert "letter answer" not in list(sent(composer, assessed(acknowledge=False), a_case()))


def test_the_same_event_gives_the_same_keys(composer: Composer) -> None:
    """Made again after a crash it is queued once; another version of the case is another message."""
    once, again = (
        [m.key for m in composer(assessed(), a_case()) if isinstance(m, Message)] for _ in range(2)
    )
    later = [m.key for m in composer(assessed(), a_case(version=4)) if isinstance(m, Message)]
    assert once == again
    assert set(once).isdisjoint(later)


def test_nothing_of_the_child_reaches_the_channel(composer: Composer) -> None:
    """Cards and lines hold the reference, the school, the public stage, dates and a number."""
    drawn = [
        str(m.payload)
        for m in composer(assessed(late=True), a_case(attention=("x",)))
        if isinstance(m, Message)
    ]
    for secret in ("Ottoline", "Ravensworth", "2015", "X999410419749", "DOB"):
        assert all(secret not in text for text in drawn)


def test_a_reminder_is_worth_nothing_after_its_deadline(composer: Composer) -> None:
    """It expires unsent (R27)."""
    reminder = next(
        m for m in composer(DeadlineNear(reference=REF, deadline=NOON), a_case()) if isinstance(m, Message)
    )
    assert (reminder.expires, reminder.slot) == (NOON, f"reminder/{REF}")


def test_the_reminder_of_a_panel_expires_with_the_panel(composer: Composer) -> None:
    """A late start does not announce a panel that has met."""
    due = PanelDue(date(2026, 12, 10), 5, NOON, NOON.replace(tzinfo=None), NOON, "R15", "Salford 2.4")
    (post,) = composer.for_panel(due, PanelAgenda(date(2026, 12, 10), NOON, (a_case(),)))
    assert (post.key, post.expires, REF in str(post.payload)) == ("panel/2026-12-10/5", NOON, True)


SENDER = Sender("office@weaver.example", WEAVER, listed=True, authentic=True)


@pytest.mark.parametrize(
    ("verdict", "expected"),
    [
        (Verdict(Disposition.SET_ASIDE, Reason.PROTECTED, tell=True, officer=True), ["letter/7", "resend/7"]),
        (
            Verdict(Disposition.FOR_OFFICER, Reason.QUESTION, references=(REF,), officer=True),
            ["letter/7", f"thread/{REF}/letter/7"],
        ),
        (
            Verdict(Disposition.REPLY, Reason.SAME_CASE_BY_THREAD, references=(REF,)),
            [f"thread/{REF}/letter/7"],
        ),
        (Verdict(Disposition.AUTOMATIC, Reason.MACHINE), []),
        (Verdict(Disposition.DUPLICATE, Reason.DELIVERED_TWICE), []),
    ],
)
def test_what_a_letter_itself_leads_to(composer: Composer, verdict: Verdict, expected: list[str]) -> None:
    """The officer's post, the line on its case, the answer to its sender; nothing at all for machines and copies."""
    assert [message.key for message in composer.for_letter(A_LETTER, verdict, SENDER)] == expected


def test_a_forged_sender_does_not_bring_a_school_into_the_channel(composer: Composer) -> None:
    """The post about a spoofed letter names no school: it was not that school's letter."""
    verdict = Verdict(Disposition.SET_ASIDE, Reason.FAILED_AUTHENTICATION, officer=True)
    forged, real = (
        composer.for_letter(A_LETTER, verdict, replace(SENDER, spoofed=spoofed)) for spoofed in (True, False)
    )
    assert "Weaver" not in str(forged[0].payload)
    assert "Weaver" in str(real[0].payload)
