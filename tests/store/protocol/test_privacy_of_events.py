"""What the timeline keeps of a whole move holds no word that anybody said, and no person's name."""

from datetime import date

import pytest

from store.protocol.agreements import Contributor, Party, Shown
from store.protocol.case import Case, Hold
from store.protocol.commands import (
    AgreeExtension,
    ArrangeInitialMeeting,
    CloseCase,
    Command,
    DeclineCase,
    RecordDelivery,
    RecordFailureReport,
    RecordFollowUp,
    RecordPermanentRoll,
    RecordReintegrationMeeting,
    RecordReturn,
    ReportAtRisk,
    ReverseCredit,
    WithdrawAgreement,
    WithdrawCase,
)
from store.protocol.events import Event
from store.protocol.failure import Recipient, Suspension
from store.protocol.placement import Attendance, Role
from tests.store.protocol.given import OFFICER
from tests.store.protocol.moves import (
    ALL_THERE,
    BY,
    MET,
    agreement,
    contribution,
    events_of,
    failed,
    failure,
    final_meeting,
    found_out,
    gathering,
    initial_meeting,
    on_agenda,
    placed,
    proposal,
    recommendation,
    recommended,
    review,
    reviewed,
    start,
    when,
)

SAID = "Zwetschge"
"""A word that stands in every free text below, and nowhere else."""

ABSENT = (*ALL_THERE, Attendance(role=Role.OTHER, name=SAID, present=False, reason=SAID))
FEBRUARY, MAY, JULY = when("2027-02-12 10:00"), when("2027-05-04 10:00"), when("2027-07-20 10:00")


def arranged() -> Case:
    """All agree, by name; the meeting has its day."""
    case, where = gathering(), when("2026-12-14 10:00")
    for party in (Party.PARENT, Party.CHILD, Party.HOME_HEAD, Party.RECEIVING_HEAD):
        case, _ = events_of(agreement(party, who=SAID, explained_by=SAID, reason=SAID), case, where)
    return events_of(ArrangeInitialMeeting(**BY, on=MET), case, where)[0]


STEPS = [
    (recommendation(reason=SAID), on_agenda(), "2026-12-10 16:00"),
    (proposal(), recommended(), "2026-12-11 10:00"),
    (found_out(looked_after=False, plan=False), recommended(), "2026-12-11 10:00"),
    (
        contribution(Contributor.CARERS).model_copy(update={"who": SAID, "says": SAID}),
        on_agenda().model_copy(update={"gates": (Hold.VIRTUAL_SCHOOL_HEAD,)}),
        "2026-12-14 10:00",
    ),
    (
        agreement(Party.PARENT, who=SAID, explained_by=SAID, reason=SAID, support=SAID),
        gathering(),
        "2026-12-14 10:00",
    ),
    (
        WithdrawAgreement(**BY, party=Party.PARENT, on=date(2026, 12, 14), why=SAID),
        arranged(),
        "2026-12-14 10:00",
    ),
    (initial_meeting(attendance=ABSENT), arranged(), "2026-12-16 16:00"),
    (
        review(date(2027, 2, 26), attendance=ABSENT, record=SAID, pupil_views=SAID, family_views=SAID),
        placed(),
        "2027-02-26 16:00",
    ),
    (
        AgreeExtension(
            **BY,
            head=Party.HOME_HEAD,
            until=date(2027, 5, 28),
            who=SAID,
            on=date(2027, 4, 20),
            shown=Shown.FORM,
        ),
        placed(),
        "2027-04-20 10:00",
    ),
    (ReportAtRisk(**BY, on=date(2027, 2, 1), who=SAID, why=SAID), placed(), "2027-02-08 10:05"),
    (
        failure(
            "2027-02-08 08:00",
            date(2027, 2, 8),
            admission_refused=True,
            suspension=Suspension(start=date(2027, 2, 8), days=1, codes=("PA",)),
        ),
        placed(),
        "2027-02-08 10:05",
    ),
    (
        RecordFailureReport(**BY, codes=("PA",), no_code_because=SAID, summary=SAID, evidence=(SAID,)),
        failed(),
        "2027-02-12 10:00",
    ),
    (
        RecordReintegrationMeeting(**BY, held=date(2027, 2, 9), attendance=ABSENT),
        failed(),
        "2027-02-12 10:00",
    ),
    (RecordReturn(**BY, on=date(2027, 2, 9)), failed(), "2027-02-12 10:00"),
    (RecordFollowUp(**BY, held=date(2027, 7, 19), impact=SAID), failed(), "2027-07-20 10:00"),
    (final_meeting(date(2027, 5, 4), attendance=ABSENT, acknowledged=SAID), reviewed(), "2027-05-04 10:00"),
    (WithdrawCase(**BY, reason=SAID), placed(), "2027-02-12 10:00"),
    (DeclineCase(**BY, reason=SAID), placed(), "2027-02-12 10:00"),
]


def kept(events: list[Event]) -> str:
    """What the timeline keeps of them."""
    return " ".join(event.model_dump_json(exclude=set(event.private)) for event in events)


@pytest.mark.parametrize(
    ("command", "case", "now"), STEPS, ids=[type(command).__name__ for command, _, _ in STEPS]
)
def test_the_timeline_keeps_no_word_that_was_said(command: Command, case: Case, now: str) -> None:
    """Neither reasons nor views nor names of people; nor the code of a suspension."""
    after, events = events_of(command, case, when(now))
    assert SAID not in kept(events)
    assert '"PA"' not in kept(events)
    assert after.version > case.version


def test_what_was_said_is_kept_in_the_case() -> None:
    """It is not lost: the case has it."""
    report = RecordFailureReport(**BY, codes=("PA",), summary=SAID, evidence=(SAID,))
    case, _ = events_of(report, failed(), FEBRUARY)
    told, _ = events_of(
        RecordDelivery(**BY, recipient=Recipient.OFFICER, on=date(2027, 2, 11), how="by hand"), case, FEBRUARY
    )
    assert SAID in told.model_dump_json()


def test_the_reason_of_a_reversed_credit_and_of_a_closing_stays_out() -> None:
    """R18: the ledger's events name schools, points and days."""
    case, _ = events_of(final_meeting(date(2027, 5, 4)), reviewed(), MAY)
    case, _ = events_of(RecordPermanentRoll(**BY, on=date(2027, 5, 4)), case, MAY)
    for command in (ReverseCredit(**BY, why=SAID), CloseCase(**BY, reason=SAID)):
        case, events = events_of(command, case, JULY)
        assert SAID not in kept(events)
    assert case.credit is not None
    assert case.credit.reversed_why == SAID


def test_a_part_time_reason_stays_out() -> None:
    """R34."""
    case, where = arranged(), when("2027-01-11 09:00")
    case, _ = events_of(initial_meeting(), case, when("2026-12-16 16:00"))
    after, events = events_of(start(full_time=False, part_time_reason=SAID), case, where)
    assert SAID not in kept(events)
    assert after.part_time_reason == SAID
    assert OFFICER.name in kept(events)  # who recorded it does stand there
