"""By when, and to which panel (R27): deadlines from panel dates, and the panel a referral goes to."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import NamedTuple, get_args

from store.protocol.calendar import SchoolCalendar
from store.protocol.case import Case, Kind, PanelOutcome, Stage
from store.protocol.context import Context
from store.protocol.rulebook import Deadline, Protocol, Weekday
from store.protocol.wall import day_of, end_of, instant

NO_PANEL_DATE = "no_panel_date"
"""Attention: no panel date is known to which the case could go."""


_BOUND_FOR_A_PANEL = frozenset(
    {
        Stage.RECEIVED,
        Stage.INCOMPLETE,
        Stage.HELD,
        Stage.READY,
        Stage.DEFERRED,
        Stage.MORE_INFORMATION,
        Stage.ON_AGENDA,
    }
)


def has_been_to_panel(case: Case) -> bool:
    """Whether no panel waits for the case any more: one has recommended it or not, or it has been placed or closed."""
    return case.stage not in _BOUND_FOR_A_PANEL or case.recommendation is PanelOutcome.RECOMMENDED


class Course(NamedTuple):
    """Where a case is bound: its panel, by when it must be complete for it, and whether it came complete too late.

    `deadline` is None where none applies: an out-of-borough report (R46), a recorded crisis (R21), no panel.
    """

    panel: date | None = None
    deadline: datetime | None = None
    late: bool = False


def deadline(panel: date, protocol: Protocol, calendar: SchoolCalendar) -> datetime | None:
    """The last instant, in UTC, at which a referral for a panel is in time; None when the protocol sets none."""
    rule = protocol.deadline
    if rule is None:
        return None
    return instant(datetime.combine(_deadline_day(panel, rule, calendar), rule.cut_off), protocol.tz)


def course(case: Case, context: Context) -> Course:
    """The panel a case goes to, judged by when it came and when it was complete, not by when it was read (R14).

    - complete: the first panel whose deadline had not passed when what made it complete arrived;
    - incomplete: the first panel whose deadline has not passed now;
    - crisis (R21): the first panel not yet held, whatever its deadline;
    - out of borough (R46): the first panel after the day it came.

    A panel that has been held is never given. Late is a plain fact, crisis or not.
    """
    if context.protocol.panel is None:
        return Course()
    if case.kind in (Kind.OUT_OF_BOROUGH, Kind.REINTEGRATION):
        return Course(next(_to_come(context, after=day_of(case.received, context.protocol.tz)), None))
    late = _late(case, context)
    if case.crisis:
        return Course(next(_to_come(context), None), late=late)
    return _by_deadline(case.completed or context.now, context)._replace(late=late)


def is_over(panel: date, context: Context) -> bool:
    """Whether the day of a panel is over."""
    return context.now > end_of(panel, context.protocol.tz)


def deadline_passed(case: Case, context: Context) -> bool:
    """Whether the deadline of the case's panel has passed."""
    return case.deadline is not None and context.now > case.deadline


def _by_deadline(moment: datetime, context: Context) -> Course:
    for panel in _to_come(context):
        by = deadline(panel, context.protocol, context.calendar)
        if by is None or moment <= by:
            return Course(panel, by)
    return Course()


def _late(case: Case, context: Context) -> bool:
    """Whether it came complete after the deadline of the first panel on or after its arrival (R27)."""
    arrived = day_of(case.received, context.protocol.tz)
    nearest = next((panel for panel in context.panels if panel >= arrived), None)
    if nearest is None or case.completed is None:
        return False
    by = deadline(nearest, context.protocol, context.calendar)
    return by is not None and case.completed > by


def _to_come(context: Context, after: date = date.min) -> Iterator[date]:
    return (panel for panel in context.panels if panel > after and panel >= context.today)


def _deadline_day(panel: date, rule: Deadline, calendar: SchoolCalendar) -> date:
    day = _named_day(panel, rule, calendar)
    if rule.closed_day == "previous school day" and not calendar.is_school_day(day):
        return calendar.school_days_before(day, 1).day
    return day


def _named_day(panel: date, rule: Deadline, calendar: SchoolCalendar) -> date:
    if rule.school_days_before is not None:
        return calendar.school_days_before(panel, rule.school_days_before).day
    weekday = get_args(Weekday).index(rule.weekday)
    day = panel + timedelta(days=weekday - panel.weekday(), weeks=-rule.weeks_before)
    return day if day < panel else day - timedelta(weeks=1)  # "before" is never the panel's own day
