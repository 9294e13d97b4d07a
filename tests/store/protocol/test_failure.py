"""A placement that did not work, and how cases end (R37-R41, R51, R55)."""

from datetime import date

import pytest

from store.errors import NotAllowed, NotNow
from store.protocol import Context, load
from store.protocol.case import Case, PanelOutcome, Stage
from store.protocol.commands import (
    CloseCase,
    CorrectReferral,
    DeclineCase,
    RecordDelivery,
    RecordFailureReport,
    RecordFollowUp,
    RecordReintegrationMeeting,
    RecordReturn,
    ReportAtRisk,
    SnoozeReminder,
    WithdrawCase,
)
from store.protocol.events import (
    CaseWithdrawn,
    FailureReportDelivered,
    FailureReported,
    PlacementAtRisk,
    PlacementFailed,
    Reportable,
    ReportedToPanel,
)
from store.protocol.failure import Recipient, Suspension
from store.protocol.life import MOVES
from store.protocol.stages import ENDED, UNDECIDED
from store.protocol.suspension_codes import CODES, nearest
from tests.store.protocol.given import after, at, correcting, filed, referral
from tests.store.protocol.moves import (
    ALL_THERE,
    BY,
    events_of,
    failed,
    failure,
    final_meeting,
    gathering,
    on_agenda,
    one,
    placed,
    recommendation,
    reviewed,
    when,
)

MONDAY = when("2027-02-08 10:05")
LATER = when("2027-02-12 10:00")
# The following term after February 2027 is the summer term, which ends on Wednesday 21 July 2027.
END_OF_SUMMER = date(2027, 7, 21)


def refused(command: object, case: Case, where: Context, says: str, error: type = NotAllowed) -> str:
    """The rule of a refusal that says this."""
    with pytest.raises(error, match=says) as caught:
        events_of(command, case, where)
    assert caught.value.source
    return caught.value.rule


def report(**more: object) -> RecordFailureReport:
    said: dict[str, object] = {
        "codes": ("db",),
        "summary": "Repeated disruption of lessons.",
        "evidence": ("behaviour log",),
    }
    return RecordFailureReport(**BY, **{**said, **more})


def delivery(recipient: Recipient, **more: object) -> RecordDelivery:
    return RecordDelivery(**BY, recipient=recipient, **{"on": date(2027, 2, 11), "how": "by e-mail", **more})


def meeting(held: date = date(2027, 2, 9)) -> RecordReintegrationMeeting:
    return RecordReintegrationMeeting(**BY, held=held, attendance=ALL_THERE)


# ---------------------------------------------------------------- at risk, notice


def test_r37_a_placement_at_risk_is_reported_beforehand() -> None:
    """R37: who and why; the officer is told whether there was such contact."""
    risk = ReportAtRisk(**BY, on=date(2027, 2, 1), who="Head of Year", why="Three incidents.")
    case, events = events_of(risk, placed(), MONDAY)
    assert one(events, PlacementAtRisk).rule == "R37"
    assert case.at_risk is not None
    assert case.at_risk.who == "Head of Year"
    assert refused(risk.model_copy(update={"why": ""}), placed(), MONDAY, "Say who") == "R37"
    silent = failure("2027-02-08 10:00", date(2027, 2, 9), advance_contact=False)
    assert "no_advance_contact" in after(placed(), silent, MONDAY).attention
    assert "no_advance_contact" not in failed().attention


@pytest.mark.parametrize(
    ("noticed", "meeting_on", "earliest"),
    [
        ("2027-02-08 10:00", date(2027, 2, 8), "9 February"),  # Monday: Tuesday at the earliest
        ("2027-02-05 16:00", date(2027, 2, 7), "8 February"),  # Friday: not at the weekend
        ("2027-02-12 09:00", date(2027, 2, 19), "22 February"),  # the half-term is 15 to 19 February
    ],
)
def test_r38_the_home_school_has_one_school_days_notice(
    noticed: str, meeting_on: date, earliest: str
) -> None:
    """R38: a shorter notice is refused, with the earliest day for the re-integration meeting."""
    now = when("2027-02-22 12:00")
    says = f"{earliest} 2027 at the earliest"
    assert refused(failure(noticed, meeting_on), placed(), now, says) == "R38"
    allowed = date(2027, 2, int(earliest.split(maxsplit=1)[0]))
    case, events = events_of(failure(noticed, allowed), placed(), now)
    assert one(events, PlacementFailed).meeting == allowed
    assert case.stage is Stage.FAILED


def test_r38_the_unit_of_the_notice_is_the_protocols() -> None:
    """R38: "one day" as a plain day: noticed on Friday, the meeting may be on Saturday."""
    salford = load("salford")
    assert salford.failure_notice is not None
    plain = salford.failure_notice.model_copy(update={"unit": "days"})
    where = when("2027-02-08 10:00", salford.model_copy(update={"failure_notice": plain}))
    command = failure("2027-02-05 16:00", date(2027, 2, 6))
    assert after(placed(), command, where).stage is Stage.FAILED
    assert refused(failure("2027-02-05 16:00", date(2027, 2, 5)), placed(), where, "6 February") == "R38"


def test_r38_notice_is_not_recorded_before_it_is_given() -> None:
    """Nothing is recorded before it happened."""
    early = failure("2027-02-08 11:00", date(2027, 2, 9))
    assert refused(early, placed(), MONDAY, "before it is given") == "R38"


def test_r39_admission_refused_that_day_is_a_suspension() -> None:
    """R39: then the notice may be shorter, and the suspension is recorded with its national code."""
    today = date(2027, 2, 8)
    bare = failure("2027-02-08 08:30", today, admission_refused=True)
    assert refused(bare, placed(), MONDAY, "records a suspension") == "R39"
    suspended = Suspension(start=today, days=1, codes=("PA",))
    case = after(placed(), bare.model_copy(update={"suspension": suspended}), MONDAY)
    assert case.failure is not None
    assert (case.failure.suspension, case.failure.earliest) == (suspended, today)
    for wrong, says in (
        ({"codes": ()}, "at least one national code"),
        ({"days": 0}, "at least one day"),
        ({"codes": ("XX",)}, "no national code"),
    ):
        bad = bare.model_copy(update={"suspension": suspended.model_copy(update=wrong)})
        assert refused(bad, placed(), MONDAY, says) == "R39"


def test_r42_a_failure_goes_before_the_panel() -> None:
    """R42: as every move does."""
    _, events = events_of(failure("2027-02-08 10:00", date(2027, 2, 9)), placed(), MONDAY)
    assert one(events, ReportedToPanel).what is Reportable.FAILURE


# ---------------------------------------------------------------- the report


def test_there_are_sixteen_national_codes() -> None:
    """Domain 4.4: these, and no "Other"."""
    assert set(CODES) == {
        "PP",
        "PA",
        "VP",
        "VA",
        "OW",
        "BU",
        "RA",
        "LG",
        "DS",
        "SM",
        "DA",
        "DM",
        "TH",
        "DB",
        "MT",
        "PH",
    }


@pytest.mark.parametrize(
    ("wrong", "right"),
    # Invented by some systems: the same letters, else a letter in its place; alphabetical where two are as near.
    [("AR", "RA"), ("SR", "SM"), ("VR", "VA"), ("LD", "LG"), ("CB", "DB"), ("MP", "MT"), (" bd ", "DB")],
)
def test_r40_a_wrong_code_is_refused_with_the_nearest(wrong: str, right: str) -> None:
    """R40, domain 4.4: the codes that are seen and are none."""
    assert nearest(wrong) == right
    assert refused(report(codes=(wrong,)), failed(), LATER, f"The nearest is {right}") == "R40"


@pytest.mark.parametrize(
    ("said", "says"),
    [
        ({"codes": ()}, "why there is none"),
        ({"summary": " "}, "summary"),
        ({"evidence": ()}, "evidence"),
        ({"evidence": (" ",)}, "evidence"),
        ({"codes": ("PP", "PA", "VP", "VA")}, "At most 3"),
    ],
)
def test_r40_the_report_has_a_reason_a_summary_and_evidence(said: dict[str, object], says: str) -> None:
    """R40: refused when any is absent."""
    assert refused(report(**said), failed(), LATER, says) == "R40"


def test_r40_a_code_or_why_there_is_none() -> None:
    """R40: "where possible"; a code is kept in capitals."""
    case, events = events_of(report(), failed(), LATER)
    assert case.failure is not None
    assert case.failure.report is not None
    assert case.failure.report.codes == ("DB",)
    assert "report" in one(events, FailureReported).private
    none = report(codes=(), no_code_because="No incident: the pupil asked to go back.")
    assert after(failed(), none, LATER).failure is not None
    assert refused(report(), case, LATER, "already", NotNow) == "R40"


def test_r40_both_recipients_have_the_report() -> None:
    """R40: home school and officer; each delivery is recorded once, and not before the report."""
    home = delivery(Recipient.HOME_SCHOOL)
    assert refused(home, failed(), LATER, "not recorded yet", NotNow) == "R40"
    case = after(failed(), report(), LATER)
    assert refused(delivery(Recipient.OFFICER, how=""), case, LATER, "how") == "R40"
    case, events = events_of(home, case, LATER)
    assert one(events, FailureReportDelivered).recipient is Recipient.HOME_SCHOOL
    assert refused(home, case, LATER, "has the report already", NotNow) == "R40"
    case = after(case, delivery(Recipient.OFFICER), LATER)
    assert case.failure is not None
    assert case.failure.delivered_to == set(Recipient)


# ---------------------------------------------------------------- back at the home school


def test_r38_r51_meeting_and_return_follow_the_notice() -> None:
    """R38: not before the day after the notice; R51: the pupil goes back to the home school."""
    early = date(2027, 2, 8)
    assert refused(meeting(early), failed(), LATER, "could not be before 9 February") == "R38"
    assert refused(RecordReturn(**BY, on=early), failed(), LATER, "had no notice") == "R38"
    case = after(failed(), meeting(), LATER)
    case = after(case, RecordReturn(**BY, on=date(2027, 2, 10)), LATER)
    assert case.failure is not None
    assert (case.failure.met, case.failure.returned) == (date(2027, 2, 9), date(2027, 2, 10))
    assert refused(meeting(), case, LATER, "already", NotNow) == "R38"
    assert refused(RecordReturn(**BY, on=date(2027, 2, 10)), case, LATER, "already", NotNow) == "R38"


def test_r41_the_home_school_is_reviewed_at_the_end_of_the_following_term() -> None:
    """R41: failed in the spring, reviewed at the end of the summer term; what went well is captured."""
    case = failed()
    assert case.failure is not None
    assert case.failure.follow_up == END_OF_SUMMER
    july = when("2027-07-20 15:00")
    follow = RecordFollowUp(**BY, held=date(2027, 7, 19), impact="She has stayed out of trouble.")
    # Ten school days before Wednesday 21 July: Wednesday 7 July.
    assert refused(follow.model_copy(update={"held": date(2027, 7, 6)}), case, july, "7 July 2027") == "R41"
    assert refused(follow.model_copy(update={"impact": ""}), case, july, "for the better") == "R41"
    done = after(case, follow, july)
    assert done.failure is not None
    assert (done.failure.followed_up, done.failure.impact) == (follow.held, follow.impact)
    assert refused(follow, done, july, "No follow-up", NotNow) == "R41"


def test_r41_past_the_known_terms_the_date_is_put_before_the_officer() -> None:
    """R41: a summer failure: the autumn term is not in the calendar yet."""
    case = after(placed(), failure("2027-06-14 10:00", date(2027, 6, 15)), when("2027-06-14 10:05"))
    assert "beyond_known_terms" in case.attention


def test_r38_r40_r41_r51_a_failure_is_closed_when_all_of_it_is_done() -> None:
    """Each step is asked for, in the order in which it is due."""
    july, case = when("2027-07-21 15:00"), failed()
    steps = (
        (report(), "reason, summary and evidence", "R40"),
        (delivery(Recipient.HOME_SCHOOL), "home school has not had", "R40"),
        (delivery(Recipient.OFFICER), "officer has not had", "R40"),
        (meeting(), "re-integration meeting", "R38"),
        (RecordReturn(**BY, on=date(2027, 2, 10)), "return to the home school", "R38"),
        (RecordFollowUp(**BY, held=END_OF_SUMMER, impact="Much."), "follow-up", "R41"),
    )
    for command, says, rule in steps:
        assert refused(CloseCase(**BY), case, july, says, NotNow) == rule
        case = after(case, command, july)
    assert after(case, CloseCase(**BY), july).stage is Stage.CLOSED


def test_a_document_without_notice_and_report_asks_for_neither() -> None:
    """R51: Southwark says that the child returns to the home school, and no more."""
    now = when("2027-02-08 10:05", "southwark")
    case = after(placed("southwark"), failure("2027-02-08 10:00", date(2027, 2, 8)), now)
    assert refused(CloseCase(**BY), case, now, "re-integration meeting", NotNow) == "R51"
    bare = report(codes=(), summary="", evidence=())
    assert after(case, bare, now).failure is not None
    case = after(after(case, meeting(date(2027, 2, 8)), now), RecordReturn(**BY, on=date(2027, 2, 8)), now)
    assert after(case, CloseCase(**BY), now).stage is Stage.CLOSED


# ---------------------------------------------------------------- endings


def test_r55_a_case_is_withdrawn_or_declined_from_anywhere_with_a_reason() -> None:
    """R55: a move is voluntary at every stage before it has worked or not; the reason stays out of the timeline."""
    now = when("2027-01-11 16:00")
    for case in (filed("2026-11-23 09:12"), on_agenda(), gathering(), placed()):
        for command, stage in ((WithdrawCase, Stage.WITHDRAWN), (DeclineCase, Stage.DECLINED)):
            ended, events = events_of(command(**BY, reason="The family has moved."), case, now)
            assert ended.stage is stage
            assert ended.ending is not None
            assert ended.ending.reason == "The family has moved."
            assert "reason" in events[0].private
            assert refused(command(**BY, reason=" "), case, now, "Say why") == "R55"
    assert set(Stage) - ENDED - {Stage.SUCCEEDED, Stage.FAILED} == UNDECIDED


def test_what_has_ended_stays_ended() -> None:
    """Neither a form nor a click wakes it."""
    case = after(on_agenda(), WithdrawCase(**BY, reason="-"), MONDAY)
    with pytest.raises(NotNow, match="was withdrawn, so one cannot"):
        events_of(correcting(at("2026-12-01 09:00"), referral()), case, MONDAY)
    assert not [move.name for move in MOVES.values() if move.at & ENDED and move.to]
    assert CorrectReferral in MOVES
    assert CaseWithdrawn.private


def test_a_move_that_is_not_over_is_not_closed() -> None:
    """R18, R36, R51: a placement goes on; a success without the permanent roll is none."""
    may = when("2027-05-04 10:00")
    assert refused(CloseCase(**BY), placed(), may, "its placement goes on", NotNow) == "R36"
    done = after(reviewed(), final_meeting(date(2027, 5, 4)), may)
    assert refused(CloseCase(**BY), done, may, "new roll for good", NotNow) == "R36"
    no = recommendation(PanelOutcome.NOT_SUPPORTED, reason="Early help first.")
    case = after(on_agenda(), no, when("2026-12-10 16:00"))
    assert after(case, CloseCase(**BY), may).stage is Stage.CLOSED


def test_a_reminder_is_put_off_to_a_day_to_come_and_a_deadline_is_not() -> None:
    """Reminders can be snoozed; what the protocol fixes cannot."""
    off = SnoozeReminder(**BY, kind="review", until=date(2027, 3, 1))
    assert after(placed(), off, MONDAY).snoozes[0].until == date(2027, 3, 1)
    again = after(after(placed(), off, MONDAY), off.model_copy(update={"until": date(2027, 3, 8)}), MONDAY)
    assert [snooze.until for snooze in again.snoozes] == [date(2027, 3, 8)]
    for wrong, says in (
        ({"kind": "deadline reminder"}, "cannot be put off"),
        ({"until": date(2027, 2, 8)}, "to come"),
    ):
        assert refused(off.model_copy(update=wrong), placed(), MONDAY, says) == "R14"
