"""What falls due, when on the wall and in which instant, and when it is silent (R15, R27, R29)."""

from datetime import date, datetime

import pytest

from store.protocol import DueKind, decide, due, panel_due
from store.protocol.case import Case, Referral
from store.protocol.commands import AskSchool, MoveToNextPanel, PutOnPanel, RecordPlacement, Remind
from store.protocol.events import DeadlineNear, PanelMoved, ReviewDue
from tests.store.protocol.given import (
    OFFICER,
    PANELS,
    after,
    answered,
    at,
    context,
    correcting,
    filed,
    referral,
)
from tests.store.protocol.moves import CASTLE_PARK, arranged

REF = "MM-26-0001"
INCOMPLETE = referral(without=("pupil.views",))
EARLY = context(at("2026-11-24 10:00"))


def waiting(said: Referral = INCOMPLETE) -> Case:
    """An incomplete referral of 24 November, bound for 10 December, deadline 2 December."""
    return filed("2026-11-24 09:00", said, EARLY)


def entries(case: Case, now: str) -> list[tuple[DueKind, datetime]]:
    return [(entry.kind, entry.on) for entry in due(case, context(at(now)))]


def test_r27_an_incomplete_referral_is_reminded_two_school_days_before_and_then_moves() -> None:
    """R27: Monday 30 November at 09:00, and the instant after Wednesday 2 December."""
    assert entries(waiting(), "2026-11-25 09:00") == [
        (DueKind.DEADLINE_REMINDER, at("2026-11-30 09:00")),
        (DueKind.NEXT_PANEL, at("2026-12-03 00:00")),
    ]


def test_each_entry_has_its_wall_time_its_rule_and_its_source() -> None:
    """R27: "why?" always has an answer."""
    reminder, move = due(waiting(), EARLY)
    assert (reminder.wall, reminder.rule, reminder.source) == (
        datetime(2026, 11, 30, 9),  # noqa: DTZ001 - a time on the wall
        "R27",
        "Salford 3.1 Referral",
    )
    assert reminder.expires == at("2026-12-02 23:59:59.999999")
    assert move.expires is None


def test_r27_over_christmas_the_reminder_comes_before_the_holiday() -> None:
    """Two school days before Wednesday 6 January 2027: Tuesday the 5th is one, Friday 18 December two."""
    case = filed("2026-12-03 10:00", INCOMPLETE)
    assert entries(case, "2026-12-03 17:00")[0] == (DueKind.DEADLINE_REMINDER, at("2026-12-18 09:00"))


def test_a_reminder_for_a_passed_deadline_never_goes() -> None:
    """R27: the bot was off; only the move is left to do."""
    assert entries(waiting(), "2026-12-03 09:00") == [(DueKind.NEXT_PANEL, at("2026-12-03 00:00"))]
    remind = Remind(reference=REF, kind="deadline reminder", on=at("2026-11-30 09:00"))
    assert decide(remind, waiting(), context(at("2026-12-03 09:00"))) == []


def test_a_complete_referral_is_not_reminded() -> None:
    """The matter is settled; only its panel's day remains, should it not be put on the agenda."""
    assert entries(waiting(referral()), "2026-11-25 09:00") == [(DueKind.NEXT_PANEL, at("2026-12-11 00:00"))]


def test_a_school_that_was_written_to_since_is_not_reminded_of_the_same() -> None:
    """A referral that comes after 09:00 on the day of the reminder has just been answered; so has one asked again."""
    late = filed("2026-11-30 10:00", INCOMPLETE, context(at("2026-11-30 10:05")))
    asked = after(waiting(), AskSchool(reference=REF, by=OFFICER), context(at("2026-11-30 09:30")))
    for case in (late, asked):
        assert [kind for kind, _ in entries(case, "2026-11-30 11:00")] == [DueKind.NEXT_PANEL]


def test_r57_nobody_is_pressed_on_a_parents_no() -> None:
    """R57: where the parent's No is all that stands open, no reminder goes."""
    case = waiting(referral({"parent.agrees": answered(value=False)}))
    assert [kind for kind, _ in entries(case, "2026-11-25 09:00")] == [DueKind.NEXT_PANEL]


def test_what_we_could_not_read_is_not_the_schools_to_be_reminded_of() -> None:
    """A scan waits for the officer."""
    case = waiting(Referral(evidence=False))
    assert [kind for kind, _ in entries(case, "2026-11-25 09:00")] == [DueKind.NEXT_PANEL]


def test_a_case_on_an_agenda_has_nothing_in_its_diary() -> None:
    """R15: it waits for its panel."""
    case = after(waiting(referral()), PutOnPanel(reference=REF, by=OFFICER), EARLY)
    assert due(case, EARLY) == []


def test_r27_a_due_reminder_becomes_an_event_when_its_time_has_come() -> None:
    """R27: not a second before."""
    reminder = due(waiting(), EARLY)[0].command()
    assert decide(reminder, waiting(), context(at("2026-11-30 08:59:59"))) == []
    (event,) = decide(reminder, waiting(), context(at("2026-11-30 09:00")))
    assert isinstance(event, DeadlineNear)
    assert (event.deadline, event.rule) == (at("2026-12-02 23:59:59.999999"), "R27")


def test_r27_a_due_move_moves() -> None:
    """The entry's command, or a reminder of its kind, leads to the same."""
    entry = due(waiting(), EARLY)[1]
    assert entry.command() == MoveToNextPanel(reference=REF)
    same = Remind(reference=REF, kind="next panel", on=entry.on)
    for command in (entry.command(), same):
        (event,) = decide(command, waiting(), context(entry.on))
        assert isinstance(event, PanelMoved)


def test_a_correction_after_the_move_goes_back_to_the_earlier_panel_if_it_came_in_time() -> None:
    """R14: the tick moved it while the correcting letter, come in time, was still unread."""
    moved = after(waiting(), MoveToNextPanel(reference=REF), context(at("2026-12-03 00:00")))
    assert moved.panel == date(2027, 1, 14)
    corrected = after(moved, correcting(at("2026-12-02 16:00"), referral()), context(at("2026-12-03 08:00")))
    assert (corrected.panel, corrected.late) == (date(2026, 12, 10), False)


def placed(start: date, now: str) -> Case:
    return after(
        arranged(),
        RecordPlacement(reference=REF, by=OFFICER, school=CASTLE_PARK, start=start),
        context(at(now)),
    )


def test_r29_reviews_fall_due_at_nine_on_the_wall_in_winter_and_summer() -> None:
    """R29: 5 March is 09:00 UTC, 5 May 08:00 UTC: the clocks went forward on 28 March 2027."""
    case = placed(date(2027, 1, 18), "2027-01-18 09:00")
    found = due(case, context(at("2027-01-18 09:00")))
    assert [entry.on.isoformat() for entry in found if entry.kind is DueKind.REVIEW] == [
        "2027-03-05T09:00:00+00:00",
        "2027-05-05T08:00:00+00:00",
    ]


def test_r29_a_review_becomes_an_event_on_its_day() -> None:
    """R29: the prompt names the day."""
    case = placed(date(2027, 1, 18), "2027-01-18 09:00")
    found = due(case, context(at("2027-03-05 09:00")))
    command = next(entry for entry in found if entry.kind is DueKind.REVIEW).command()
    (event,) = decide(command, case, context(at("2027-03-05 09:00")))
    assert isinstance(event, ReviewDue)
    assert event.on == date(2027, 3, 5)


@pytest.mark.parametrize(
    ("panel", "expected"),
    [
        # clocks go back on Sunday 25 October 2026: five school days before Tuesday 3 November, over half-term
        (date(2026, 11, 3), ["2026-10-20T08:00:00+00:00", "2026-11-02T09:00:00+00:00"]),
        # clocks go forward on Sunday 28 March 2027: 30, then 25, 24, 23, 22 March (Good Friday, Easter Monday)
        (date(2027, 3, 31), ["2027-03-22T09:00:00+00:00", "2027-03-30T08:00:00+00:00"]),
    ],
)
def test_panel_reminders_are_at_nine_on_the_wall_across_both_clock_changes(
    panel: date, expected: list[str]
) -> None:
    """R15: five and one school days before, 09:00 in London, whatever that is in UTC."""
    found = panel_due([panel], context(at("2026-09-10 09:00")))
    assert [(entry.school_days, entry.on.isoformat()) for entry in found] == list(
        zip([5, 1], expected, strict=True)
    )


def test_of_two_overdue_panel_reminders_only_the_newest_is_left() -> None:
    """The bot was off for a week: one reminder, not two; and none once the panel's day is over."""
    panel = date(2026, 12, 10)
    assert [entry.school_days for entry in panel_due([panel], context(at("2026-12-03 17:00")))] == [5, 1]
    assert [entry.school_days for entry in panel_due([panel], context(at("2026-12-09 10:00")))] == [1]
    assert panel_due([panel], context(at("2026-12-11 00:00"))) == []


def test_panel_reminders_of_all_panels_come_in_order() -> None:
    """Each expires with its panel's day."""
    found = panel_due(reversed(PANELS), context(at("2026-12-03 17:00")))
    assert [entry.on for entry in found] == sorted(entry.on for entry in found)
    assert found[0].expires == at("2026-12-10 23:59:59.999999")
