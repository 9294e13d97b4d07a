"""What falls due from the agreements to the end of a move: each with its rule, and silent once it is settled."""

from datetime import date

import pytest

from store.protocol import Context, Due, DueKind, decide, due, load
from store.protocol.agreements import Party, Shown
from store.protocol.case import Case, Stage
from store.protocol.commands import (
    AgreeExtension,
    ArrangeInitialMeeting,
    RecordDelivery,
    RecordDirectionNotice,
    RecordFailureReport,
    RecordFollowUp,
    RecordNotifiedMove,
    RecordPermanentRoll,
    RecordReintegrationMeeting,
    Remind,
    SnoozeReminder,
    WithdrawAgreement,
    WithdrawCase,
)
from store.protocol.dues import ESCALATES, SNOOZABLE
from store.protocol.events import Prompted
from store.protocol.failure import Recipient
from tests.store.protocol.given import OFFICER, SCHOOL, after, at
from tests.store.protocol.moves import (
    ALL_THERE,
    BY,
    CASTLE_PARK,
    MET,
    START,
    agreed,
    agreement,
    arranged,
    failed,
    final_meeting,
    gathering,
    placed,
    proposal,
    recommended,
    review,
    reviewed,
    when,
)

FIRST_REVIEW = date(2027, 2, 26)
Row = tuple[DueKind, str, str]


def on_page(case: Case, where: Context) -> list[Row]:
    """Each entry: what, when on the wall, by which rule."""
    return [(entry.kind, f"{entry.wall:%Y-%m-%d %H:%M}", entry.rule) for entry in due(case, where)]


def of_kind(case: Case, where: Context, *kinds: DueKind) -> list[str]:
    return [f"{entry.wall:%Y-%m-%d}" for entry in due(case, where) if entry.kind in kinds]


def entry_of(case: Case, where: Context, kind: DueKind) -> Due:
    return next(entry for entry in due(case, where) if entry.kind is kind)


# ---------------------------------------------------------------- agreements, initial meeting


def test_r55_missing_agreements_are_asked_for_and_a_silent_head_is_told_of_once() -> None:
    """R55: proposed on Friday 11 December: three school days on is the 16th; three more are 17 and 18 December and,
    after the holiday, Tuesday 5 January 2027."""
    then = when("2026-12-14 10:00")
    assert on_page(gathering(), then) == [
        (DueKind.AGREEMENTS, "2026-12-16 09:00", "R55"),
        (DueKind.AGREEMENTS_UNANSWERED, "2027-01-05 09:00", "R55"),
    ]


def test_r55_the_officer_is_told_only_of_heads_who_have_not_answered() -> None:
    """R55, R57: a no is an answer; a family that has not answered is not pressed by an escalation."""
    then = when("2026-12-14 10:00")
    families = agreed(but=(Party.PARENT, Party.CHILD))
    assert on_page(families, then) == [(DueKind.AGREEMENTS, "2026-12-16 09:00", "R55")]
    refused = after(agreed(but=(Party.HOME_HEAD,)), agreement(Party.HOME_HEAD, agrees=False), then)
    assert on_page(refused, then) == [(DueKind.AGREEMENTS, "2026-12-16 09:00", "R55")]


def test_r32_the_initial_meeting_is_asked_for_once_all_agree_and_then_reminded_of() -> None:
    """R32: three school days after the last agreement (14 December); then the school day before the meeting."""
    then = when("2026-12-14 10:00")
    assert on_page(agreed(), then) == [(DueKind.INITIAL_MEETING, "2026-12-17 09:00", "R32")]
    fixed = after(agreed(), ArrangeInitialMeeting(**BY, on=MET), then)
    assert on_page(fixed, then) == [
        (DueKind.INITIAL_MEETING, "2026-12-15 09:00", "R32"),
        (DueKind.RECORD, "2026-12-18 09:00", "R32"),
        (DueKind.RECORD_UNANSWERED, "2027-01-07 09:00", "R32"),
    ]
    assert due(arranged(), then) == []


def test_another_proposal_begins_the_diary_anew() -> None:
    """The old reminders are gone, the new ones count from the new day: Tuesday 5 January: 8, then 13 January."""
    other = proposal(school={"name": "Marsh Lane Academy"})
    where = when("2027-01-05 10:00")
    case = after(gathering(), other, where)
    assert of_kind(case, where, DueKind.AGREEMENTS, DueKind.AGREEMENTS_UNANSWERED) == [
        "2027-01-08",
        "2027-01-13",
    ]


def test_r55_after_a_withdrawal_the_agreements_are_asked_for_anew() -> None:
    """R55: withdrawn on Tuesday 5 January, asked for again on the 8th, whatever was asked for in December."""
    where = when("2027-01-05 10:00")
    back = WithdrawAgreement(**BY, party=Party.HOME_HEAD, on=date(2027, 1, 5))
    assert of_kind(after(arranged(), back, where), where, DueKind.AGREEMENTS) == ["2027-01-08"]


# ---------------------------------------------------------------- the placement


def test_r29_r30_r43_a_placement_has_its_reviews_their_records_and_its_extension() -> None:
    """R29: 26 February and 27 April; R30: a record two school days on, the officer three more; R43: before week 12.

    Ten school weeks from 11 January: 30 days to 26 February, 19 from 1 to 25 March (Good Friday is closed, as is Easter
    Monday), and 30 March is the fiftieth; twelve end on 27 April.
    """
    assert on_page(placed(), when("2027-01-11 09:05")) == [
        (DueKind.REVIEW, "2027-02-26 09:00", "R29"),
        (DueKind.RECORD, "2027-03-02 09:00", "R30"),
        (DueKind.RECORD_UNANSWERED, "2027-03-05 09:00", "R30"),
        (DueKind.EXTENSION, "2027-03-30 09:00", "R43"),
        (DueKind.REVIEW, "2027-04-27 09:00", "R29"),
        (DueKind.EXTENSION_UNANSWERED, "2027-04-27 09:00", "R43"),
        (DueKind.RECORD, "2027-04-29 09:00", "R30"),
        (DueKind.RECORD_UNANSWERED, "2027-05-05 09:00", "R30"),
    ]


def test_r29_a_recorded_review_is_no_longer_prompted() -> None:
    """Settled: neither the review nor its record."""
    now = when("2027-02-26 16:00")
    case = after(placed(), review(FIRST_REVIEW), now)
    assert of_kind(case, now, DueKind.REVIEW, DueKind.RECORD) == ["2027-04-27", "2027-04-29"]
    assert of_kind(reviewed(), now, DueKind.REVIEW, DueKind.RECORD, DueKind.RECORD_UNANSWERED) == []


def test_r43_an_extension_that_both_heads_agreed_to_is_no_longer_prompted() -> None:
    """R43: the new end is; one head's word alone leaves the prompt."""
    where = when("2027-04-20 10:00")

    def word(head: Party) -> AgreeExtension:
        return AgreeExtension(
            **BY, head=head, until=date(2027, 5, 28), who="-", on=date(2027, 4, 20), shown=Shown.FORM
        )

    one_head = after(placed(), word(Party.HOME_HEAD), where)
    assert of_kind(one_head, where, DueKind.EXTENSION) == ["2027-03-30"]
    both = after(one_head, word(Party.RECEIVING_HEAD), where)
    assert of_kind(both, where, DueKind.EXTENSION, DueKind.EXTENSION_UNANSWERED) == []
    assert of_kind(both, where, DueKind.PLACEMENT_END) == ["2027-05-28"]


def test_r43_a_placement_that_ends_before_week_12_is_not_asked_to_be_extended() -> None:
    """R43: six weeks by agreement need none."""
    short = placed(ends=FIRST_REVIEW)
    assert of_kind(short, when("2027-01-11 09:05"), DueKind.EXTENSION, DueKind.EXTENSION_UNANSWERED) == []


def test_r50_the_end_of_a_placement_is_prompted() -> None:
    """R50: Southwark's six weeks."""
    case, where = placed("southwark"), when("2027-01-11 09:05", "southwark")
    assert (DueKind.PLACEMENT_END, "2027-02-26 09:00", "R50") in on_page(case, where)


def test_an_off_site_direction_is_reminded_of_its_notice() -> None:
    """Domain 4.1: two school days before Monday 11 January is Thursday the 7th; given, the reminder is gone."""
    where = when("2027-01-05 10:00", "norfolk")
    case = placed("norfolk")
    assert (DueKind.DIRECTION_NOTICE, "2027-01-07 09:00", "R53") in on_page(case, where)
    given = after(
        case, RecordDirectionNotice(**BY, given=date(2027, 1, 7)), when("2027-01-11 10:00", "norfolk")
    )
    assert of_kind(given, where, DueKind.DIRECTION_NOTICE) == []


def test_r59_a_place_that_is_kept_open_is_prompted() -> None:
    """R59: at the start of an informal arrangement; R52: nothing else is asked of it but its end."""
    command = RecordNotifiedMove(
        by=OFFICER,
        received=at("2027-01-08 10:00"),
        home_school=SCHOOL,
        school=CASTLE_PARK,
        start=START,
        ends=FIRST_REVIEW,
        informal=True,
    )
    where = when("2027-01-08 10:05", "southwark")
    assert on_page(after(None, command, where), where) == [
        (DueKind.HELD_PLACE, "2027-01-11 09:00", "R59"),
        (DueKind.PLACEMENT_END, "2027-02-26 09:00", "R50"),
    ]


def test_r18_the_permanent_roll_is_asked_for_after_the_final_meeting() -> None:
    """R18: five school days after Tuesday 4 May: Tuesday the 11th; gone once it is recorded."""
    may = when("2027-05-04 10:00")
    done = after(reviewed(), final_meeting(date(2027, 5, 4)), may)
    assert on_page(done, may) == [(DueKind.PERMANENT_ROLL, "2027-05-11 09:00", "R18")]
    assert due(after(done, RecordPermanentRoll(**BY, on=date(2027, 5, 4)), may), may) == []


# ---------------------------------------------------------------- failure


def test_r38_r40_r41_a_failure_has_its_meeting_evidence_and_follow_up() -> None:
    """R38: the meeting on the 9th; R40: evidence two school days after the notice of the 8th, the officer three more
    (Monday 22 February, after half-term); R41: five school days before the summer term's end on 21 July."""
    where = when("2027-02-08 10:10")
    assert on_page(failed(), where) == [
        (DueKind.REINTEGRATION, "2027-02-09 09:00", "R38"),
        (DueKind.EVIDENCE, "2027-02-10 09:00", "R40"),
        (DueKind.RECORD, "2027-02-11 09:00", "R38"),
        (DueKind.EVIDENCE_UNANSWERED, "2027-02-22 09:00", "R40"),
        (DueKind.RECORD_UNANSWERED, "2027-02-23 09:00", "R38"),
        (DueKind.FOLLOW_UP, "2027-07-14 09:00", "R41"),
    ]


def test_r40_evidence_is_settled_when_both_have_it() -> None:
    """R40: recorded alone is not delivered."""
    now = when("2027-02-12 10:00")
    report = RecordFailureReport(**BY, codes=("DB",), summary="-", evidence=("log",))
    case = after(failed(), report, now)
    for recipient in Recipient:
        assert of_kind(case, now, DueKind.EVIDENCE, DueKind.EVIDENCE_UNANSWERED) == [
            "2027-02-10",
            "2027-02-22",
        ]
        case = after(case, RecordDelivery(**BY, recipient=recipient, on=date(2027, 2, 11), how="-"), now)
    assert of_kind(case, now, DueKind.EVIDENCE, DueKind.EVIDENCE_UNANSWERED) == []


def test_r38_r41_what_was_held_is_settled() -> None:
    """R38, R41: the meeting, and the review at the end of the following term."""
    july = when("2027-07-20 10:00")
    case = after(
        failed(), RecordReintegrationMeeting(**BY, held=date(2027, 2, 9), attendance=ALL_THERE), july
    )
    assert of_kind(case, july, DueKind.REINTEGRATION, DueKind.RECORD) == []
    case = after(case, RecordFollowUp(**BY, held=date(2027, 7, 19), impact="Much."), july)
    assert of_kind(case, july, DueKind.FOLLOW_UP) == []


# ---------------------------------------------------------------- silence, snoozing, once


@pytest.mark.parametrize("protocol", ["salford", "southwark", "norfolk"])
def test_no_prompt_falls_in_a_holiday(protocol: str) -> None:
    """A day in half-term waits for the Monday after it: planned for 17 February, prompted on the 22nd."""
    where = when("2027-01-11 09:05", protocol)
    case = placed(protocol, ends=date(2027, 2, 17))
    for entry in due(case, where):
        assert where.calendar.is_school_day(entry.wall.date())
    assert of_kind(case, where, DueKind.PLACEMENT_END) == ["2027-02-22"]


def test_a_snoozed_reminder_comes_on_its_day_and_moves_its_escalation() -> None:
    """Until Saturday 13 March: on Monday the 15th; what is later anyway stays, and other kinds too."""
    now = when("2027-02-08 10:00")
    case = after(placed(), SnoozeReminder(**BY, kind="record", until=date(2027, 3, 13)), now)
    assert of_kind(case, now, DueKind.RECORD) == ["2027-03-15", "2027-04-29"]
    assert of_kind(case, now, DueKind.RECORD_UNANSWERED) == ["2027-03-15", "2027-05-05"]
    assert of_kind(case, now, DueKind.REVIEW) == ["2027-02-26", "2027-04-27"]


def test_a_prompt_becomes_an_event_when_its_time_has_come_and_not_when_it_is_settled() -> None:
    """The same words for every kind: what, about which day, by which rule; an escalation says so."""
    where = when("2027-01-05 09:00")
    entry = entry_of(gathering(), where, DueKind.AGREEMENTS_UNANSWERED)
    (event,) = decide(entry.command(), gathering(), where)
    assert isinstance(event, Prompted)
    assert (event.kind, event.on, event.escalated, event.rule, event.source) == (
        "missing agreements: no answer",
        date(2026, 12, 11),
        True,
        "R55",
        "national guidance: agreed by all",
    )
    assert decide(entry.command(), gathering(), when("2027-01-05 08:59:59")) == []
    assert decide(entry.command(), agreed(), where) == []
    first = entry_of(gathering(), where, DueKind.AGREEMENTS)
    (event,) = decide(Remind(reference="MM-26-0001", kind=first.kind, on=first.on), gathering(), where)
    assert isinstance(event, Prompted)
    assert not event.escalated


def test_a_case_that_has_ended_has_an_empty_page() -> None:
    """Withdrawn: every reminder stops."""
    now = when("2027-01-11 16:00")
    case = after(placed(), WithdrawCase(**BY, reason="-"), now)
    assert (case.stage, due(case, now)) == (Stage.WITHDRAWN, [])
    assert due(recommended(), now) == []


def test_every_entry_has_its_own_key() -> None:
    """Unique by kind and instant, so that each comes once whatever is restarted."""
    for case, protocol in ((placed(), "salford"), (placed("norfolk"), "norfolk"), (failed(), "salford")):
        entries = due(case, when("2027-02-08 12:00", protocol))
        assert len({(entry.kind, entry.on) for entry in entries}) == len(entries)


def test_a_protocol_that_does_not_ask_does_not_remind() -> None:
    """Without the rule (R32, R40), no prompt."""
    salford = load("salford")
    rules = salford.rules.model_copy(update={"initial_meeting": None, "failure_report": None})
    where = when("2026-12-14 10:00", salford.model_copy(update={"rules": rules}))
    assert due(agreed(), where) == []
    assert of_kind(failed(), where, DueKind.EVIDENCE, DueKind.EVIDENCE_UNANSWERED) == []


def test_what_can_be_put_off() -> None:
    """Everything but deadlines, panels and the escalations, which go with what they follow."""
    assert set(ESCALATES.values()) <= SNOOZABLE
    assert SNOOZABLE.isdisjoint(ESCALATES)
