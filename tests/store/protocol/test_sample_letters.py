"""The nine sample letters with a referral or a report, as `expected.toml` says at 3 December 2026, 17:00 London."""

from datetime import date

from store.protocol import decide
from store.protocol.case import Hold, Kind, School, Stage
from store.protocol.commands import FileOutOfBoroughReport
from store.protocol.events import LookedAfterChildReferred
from tests.store.protocol.given import (
    SCHOOL,
    after,
    answered,
    at,
    context,
    correcting,
    filed,
    filing,
    referral,
)

THIS_PANEL, NEXT_PANEL = date(2026, 12, 10), date(2027, 1, 14)
FIVE_GAPS = (
    "pupil.dob",
    "record.attendance",
    "pupil.views",
    "signoff.headteacher",
    "signoff.headteacher_date",
)


def test_letter_01_complete_goes_to_the_panel_of_10_december() -> None:
    """R26, R27: complete on 23 November, so for the panel whose deadline is 2 December."""
    case = filed("2026-11-23 09:12")
    assert (case.stage, case.gaps, case.panel) == (Stage.READY, (), THIS_PANEL)
    assert case.deadline == at("2026-12-02 23:59:59.999999")
    assert not case.late


def test_letter_02_a_parents_no_is_an_answer_and_the_blank_view_a_gap() -> None:
    """R55, R63: not agreed is refused, not blank; not complete by 2 December, so for 14 January."""
    said = referral({"parent.agrees": answered(value=False)}, without=("parent.views",))
    case = filed("2026-11-24 15:47", said)
    assert [(gap.field, gap.kind) for gap in case.must_gaps] == [
        ("parent.agrees", "refused"),
        ("parent.views", "missing"),
    ]
    assert (case.stage, case.panel, case.late) == (Stage.INCOMPLETE, NEXT_PANEL, False)
    assert case.attention == ("parent_does_not_agree",)


def test_letter_03_names_exactly_the_five_gaps() -> None:
    """R26: the headteacher named on the form is not the headteacher's sign-off, and its date is a gap of its own."""
    case = filed("2026-11-25 08:30", referral(without=FIVE_GAPS))
    assert {gap.field for gap in case.must_gaps} == set(FIVE_GAPS)
    assert case.panel == NEXT_PANEL


def test_letter_04_completes_03_in_time_though_both_are_read_after_the_deadline() -> None:
    """R14, R27: what made it complete arrived on 1 December; when the bot read it does not matter."""
    case = filed("2026-11-25 08:30", referral(without=FIVE_GAPS))
    corrected = after(case, correcting(at("2026-12-01 16:05"), referral()))
    assert (corrected.stage, corrected.panel, corrected.late) == (Stage.READY, THIS_PANEL, False)
    assert corrected.completed == at("2026-12-01 16:05")


def test_letter_05_a_looked_after_child_is_held_and_told_of_and_keeps_its_panel() -> None:
    """R2, R4: the Virtual School is told at once; the case waits for the Virtual School Head's decision."""
    said = filing(at("2026-11-26 11:00"), referral({"pupil.looked_after": answered(value=True)}))
    events = decide(said, None, context())
    case = after(None, said)
    assert [event.rule for event in events if isinstance(event, LookedAfterChildReferred)] == ["R2"]
    assert (case.stage, case.holds, case.panel) == (Stage.HELD, (Hold.VIRTUAL_SCHOOL_HEAD,), THIS_PANEL)


def test_letter_06_a_plan_is_held_for_the_sen_caseworker() -> None:
    """R56: the SEN caseworker must also consent."""
    case = filed("2026-11-27 13:20", referral({"send.ehcp": answered(value=True)}))
    assert (case.stage, case.holds, case.panel) == (Stage.HELD, (Hold.SEN_CASEWORKER,), THIS_PANEL)


def test_letter_07_late_goes_to_the_next_panel() -> None:
    """R27: complete, but on the day after the deadline."""
    case = filed("2026-12-03 08:55")
    assert (case.stage, case.panel, case.late) == (Stage.READY, NEXT_PANEL, True)


def test_letter_08_two_pupils_are_judged_each_on_its_own() -> None:
    """R26: one form is complete, the other lacks its reason."""
    first = filed("2026-11-30 10:10")
    second = filed("2026-11-30 10:10", referral(without=("move.reason",)))
    assert (first.panel, second.panel) == (THIS_PANEL, NEXT_PANEL)
    assert [gap.field for gap in second.must_gaps] == ["move.reason"]


def test_letter_09_an_out_of_borough_report_goes_to_the_next_panel_without_deadline() -> None:
    """R46: presented at the next panel after it came; no deadline is stated."""
    report = FileOutOfBoroughReport(
        letter=9, received=at("2026-11-25 12:40"), home_school=School(name="Farbrook High")
    )
    case = after(None, report)
    assert (case.kind, case.stage) == (Kind.OUT_OF_BOROUGH, Stage.READY)
    assert (case.panel, case.deadline) == (THIS_PANEL, None)
    assert case.home_school != SCHOOL
