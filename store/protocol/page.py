"""The page of one case in the diary: prompts are entered on it, put off where they are snoozed, and read in order."""

from collections.abc import Callable
from datetime import date, datetime, time
from functools import lru_cache
from operator import attrgetter
from typing import TypeAlias
from zoneinfo import ZoneInfo

from store.protocol.calendar import SchoolCalendar
from store.protocol.case import Case
from store.protocol.context import Context
from store.protocol.dues import ESCALATES, Due, DueKind
from store.protocol.rulebook import Cite
from store.protocol.wall import instant

_IN_ORDER = attrgetter("on")


class Page:
    """Gathers what is due for a case. Prompts without a citation are not entered: no document asks for them."""

    Maker: TypeAlias = Callable[["Page"], None]

    def __init__(self, case: Case, context: Context) -> None:
        self.case = case
        self.context = context
        self._entries: list[Due] = []

    def enter(
        self, kind: DueKind, wall: datetime, cite: Cite, *, about: date, expires: datetime | None = None
    ) -> None:
        """Enter what is due at a time on the wall."""
        on = instant(wall, self.context.protocol.tz)
        self._add(kind, wall, on, cite, about=about, expires=expires)

    def prompt(
        self, kind: DueKind, day: date, cite: Cite | None, *, about: date, expires: datetime | None = None
    ) -> None:
        """Enter a prompt on the first school day from a day on, or from the day until which it is snoozed."""
        if cite is None:
            return
        for snooze in self.case.snoozes:
            if snooze.kind == ESCALATES.get(kind, kind):
                day = max(day, snooze.until)
        protocol = self.context.protocol
        wall, on = _school_morning(self.context.calendar, day, protocol.prompts.at, protocol.tz)
        self._add(kind, wall, on, cite, about=about, expires=expires)

    def after(self, day: date, school_days: int) -> date:
        """The school day so many school days after a day."""
        return _school_day_after(self.context.calendar, day, school_days)

    def before(self, day: date, school_days: int) -> date:
        """The school day so many school days before a day."""
        return self.context.calendar.school_days_before(day, school_days).day

    def entries(self) -> list[Due]:
        """What was entered, in order."""
        self._entries.sort(key=_IN_ORDER)
        return self._entries

    def _add(
        self,
        kind: DueKind,
        wall: datetime,
        on: datetime,
        cite: Cite,
        *,
        about: date,
        expires: datetime | None,
    ) -> None:
        source = self.context.protocol.source(cite)
        self._entries.append(Due(kind, on, wall, self.case.reference, cite.rule, source, expires, about))


# Thousands of cases share their days: each is worked out once for a calendar.


@lru_cache(maxsize=8192)
def _school_morning(
    calendar: SchoolCalendar, day: date, at: time, zone: ZoneInfo
) -> tuple[datetime, datetime]:
    """On the wall and as an instant: the first school day from a day on."""
    open_day = day if calendar.is_school_day(day) else calendar.school_days_after(day, 1).day
    wall = datetime.combine(open_day, at)
    return wall, instant(wall, zone)


@lru_cache(maxsize=8192)
def _school_day_after(calendar: SchoolCalendar, day: date, school_days: int) -> date:
    return calendar.school_days_after(day, school_days).day
