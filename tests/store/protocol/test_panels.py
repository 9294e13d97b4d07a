"""Deadlines and the panel that a referral goes to (R27), against dates worked out by hand."""

from datetime import date, timedelta

import pytest

from store.protocol import Protocol, deadline
from store.protocol.case import Stage
from store.protocol.commands import FileOutOfBoroughReport, RecordCrisis
from store.protocol.wall import LONDON
from tests.store.protocol.given import (
    OFFICER,
    PANELS,
    SCHOOL,
    after,
    at,
    calendar,
    context,
    correcting,
    filed,
    referral,
    salford,
)


def with_deadline(**setting: object) -> Protocol:
    """Salford's protocol with another deadline rule."""
    assert salford().deadline is not None
    rule = type(salford().deadline).model_validate({"cite": salford().deadline.cite, **setting})
    return salford().model_copy(update={"deadline": rule})


@pytest.mark.parametrize(
    ("panel", "day"),
    [
        (date(2026, 12, 10), date(2026, 12, 2)),  # a Thursday
        (date(2026, 11, 2), date(2026, 10, 28)),  # a Monday; the Wednesday is in half-term
        (date(2027, 1, 4), date(2026, 12, 30)),  # over New Year
        (date(2027, 4, 1), date(2027, 3, 24)),  # the week of Easter Monday
        (date(2026, 12, 6), date(2026, 11, 25)),  # a Sunday belongs to the week that began on Monday
    ],
)
def test_r27_the_wednesday_of_the_week_before(panel: date, day: date) -> None:
    """R27: "by the Weds of the week prior to panel"; no hour is stated, so to the end of that day."""
    last = deadline(panel, salford(), calendar())
    assert last is not None
    assert last.astimezone(LONDON).date() == day
    assert (last + timedelta(microseconds=1)).astimezone(LONDON).date() == day + timedelta(days=1)


@pytest.mark.parametrize(
    ("setting", "panel", "expected"),
    [
        ({"weekday": "monday", "cut_off": "12:00"}, date(2026, 12, 10), "2026-12-07 12:00"),
        ({"weekday": "monday", "cut_off": "12:00"}, date(2026, 12, 7), "2026-11-30 12:00"),
        (
            {"weekday": "wednesday", "weeks_before": 1, "cut_off": "16:00", "closed_day": "previous school day"},
            date(2026, 11, 2),
            "2026-10-23 16:00",
        ),
        ({"school_days_before": 5, "cut_off": "17:00"}, date(2027, 1, 14), "2027-01-07 17:00"),
    ],
)  # fmt: skip
def test_other_authorities_say_it_in_other_ways(
    setting: dict[str, object], panel: date, expected: str
) -> None:
    """Noon on the Monday before (never the panel's own Monday), the previous school day, N school days before."""
    assert deadline(panel, with_deadline(**setting), calendar()) == at(expected)


@pytest.mark.parametrize(
    ("panel", "utc"),
    [
        (date(2026, 11, 2), "2026-10-28T23:59:59.999999+00:00"),  # clocks went back on 25 October
        (date(2026, 10, 29), "2026-10-21T22:59:59.999999+00:00"),  # still summer time
        (date(2027, 4, 8), "2027-03-31T22:59:59.999999+00:00"),  # clocks went forward on 28 March
        (date(2027, 4, 1), "2027-03-24T23:59:59.999999+00:00"),
    ],
)
def test_the_instant_of_a_deadline_follows_the_clock_on_the_wall(panel: date, utc: str) -> None:
    """The end of Wednesday is another instant in UTC in summer than in winter."""
    last = deadline(panel, salford(), calendar())
    assert last is not None
    assert last.isoformat() == utc


@pytest.mark.parametrize(
    ("received", "panel", "late"),
    [
        ("2026-12-02 23:59:59.999999", date(2026, 12, 10), False),
        ("2026-12-03 00:00:00", date(2027, 1, 14), True),
    ],
)
def test_r27_the_last_instant_of_the_day_is_in_time(received: str, panel: date, late: bool) -> None:
    """R27: the boundary is the end of Wednesday, to the microsecond."""
    case = filed(received)
    assert (case.panel, case.late) == (panel, late)


def test_a_panel_that_has_met_is_never_given() -> None:
    """A bot that was off for two weeks sends what came in time for a past panel to the next one."""
    case = filed("2026-11-23 09:12", where=context(at("2026-12-14 09:00")))
    assert case.panel == date(2027, 1, 14)


def test_r21_a_crisis_puts_a_late_referral_on_the_earliest_panel() -> None:
    """R21, R27: only a recorded crisis does; that it came late stays on record."""
    crisis = RecordCrisis(
        reference="MM-26-0001", by=OFFICER, why="Incident on 2 December", when=at("2026-12-02 14:00")
    )
    case = after(filed("2026-12-03 08:55"), crisis)
    assert (case.panel, case.deadline, case.late) == (date(2026, 12, 10), None, True)


def test_r46_a_report_that_comes_on_the_day_of_a_panel_goes_to_the_next() -> None:
    """R46: the next panel after it came."""
    now = context(at("2026-12-10 10:00"))
    report = FileOutOfBoroughReport(letter=1, received=at("2026-12-10 08:00"), home_school=SCHOOL)
    assert after(None, report, now).panel == date(2027, 1, 14)


def test_without_a_panel_date_the_officer_is_told() -> None:
    """When the known panel dates run out, the case waits and says so."""
    case = filed("2026-12-03 08:55", where=context(panels=PANELS[:2]))
    assert (case.stage, case.panel, case.deadline) == (Stage.READY, None, None)
    assert case.attention == ("no_panel_date",)


def test_a_correction_after_the_deadline_keeps_a_complete_case_on_its_panel() -> None:
    """R27: it was complete in time; a later improvement does not make it late."""
    case = filed("2026-11-23 09:12")
    later = after(case, correcting(at("2026-12-03 10:00"), referral()))
    assert (later.panel, later.completed, later.late) == (date(2026, 12, 10), at("2026-11-23 09:12"), False)


def test_gaps_closed_after_the_deadline_are_late() -> None:
    """R27: it arrived in time with gaps, and was complete only on the day after."""
    case = filed("2026-11-25 08:30", referral(without=("pupil.dob",)))
    later = after(case, correcting(at("2026-12-03 10:00"), referral()))
    assert (later.panel, later.late) == (date(2027, 1, 14), True)
