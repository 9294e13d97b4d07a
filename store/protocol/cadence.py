"""On which days a panel meets where its dates are not listed: every so many weeks, each month, each half-term."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import groupby
from typing import get_args

from store.protocol.calendar import SchoolCalendar
from store.protocol.settings import Cadence, Panel, Weekday

DAY = timedelta(days=1)


def coming_panels(
    panel: Panel | None, listed: tuple[date, ...], calendar: SchoolCalendar
) -> tuple[date, ...]:
    """The panel dates: those that are listed, else those that the cadence gives within the known terms.

    A panel that falls on a day without school meets on the next one with it.
    """
    if listed or panel is None or panel.cadence is None:
        return listed
    days = _every_weeks if panel.cadence.unit == "weeks" else _every_part
    return tuple(dict.fromkeys(days(panel.cadence, calendar)))


def _every_weeks(cadence: Cadence, calendar: SchoolCalendar) -> Iterator[date]:
    day = _on(cadence.first or calendar.first, cadence.weekday)
    while day <= calendar.last:
        if day >= calendar.first:
            moved = day if calendar.is_school_day(day) else calendar.school_days_after(day, 1).day
            if moved <= calendar.last:
                yield moved
        day += DAY * 7 * cadence.every


def _every_part(cadence: Cadence, calendar: SchoolCalendar) -> Iterator[date]:
    """The nth such weekday with school of every (second, third, …) month or half-term; none where it has so few."""
    number = get_args(Weekday).index(cadence.weekday)
    months = cadence.unit == "months"
    parts = [
        [day for day in days if day.weekday() == number]
        for _, days in groupby(calendar.school_days(), key=_month if months else calendar.half_term_of)
    ]
    for part in parts[:: cadence.every]:
        yield from part[cadence.nth - 1 : cadence.nth]


def _month(day: date) -> tuple[int, int]:
    return day.year, day.month


def _on(day: date, weekday: str) -> date:
    """The first such weekday from a day on."""
    return day + DAY * ((get_args(Weekday).index(weekday) - day.weekday()) % 7)
