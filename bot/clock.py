"""The one place that reads the clock. Everything else is told the time."""

from datetime import UTC, date, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")


class Clock(Protocol):
    """Tells the time: aware, in UTC, and today's date as a person in London sees it."""

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        ...

    def today_london(self) -> date:
        """The date on the wall in London."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        return datetime.now(UTC)  # noqa: TID251 - the one place

    def today_london(self) -> date:
        """The date on the wall in London."""
        return self.now().astimezone(LONDON).date()


class SetClock:
    """A clock that stands where it was put: the demo's, and the tests'."""

    def __init__(self, at: datetime) -> None:
        if at.tzinfo is None:
            at = at.replace(tzinfo=LONDON)
        self._now = at.astimezone(UTC)

    def now(self) -> datetime:
        """The instant it was put at."""
        return self._now

    def today_london(self) -> date:
        """The London date of that instant."""
        return self._now.astimezone(LONDON).date()

    def put(self, at: datetime) -> None:
        """Put the clock at an aware instant."""
        if at.tzinfo is None:
            msg = "the clock takes aware times only"
            raise ValueError(msg)
        self._now = at.astimezone(UTC)

    def advance(self, by: timedelta) -> None:
        """Move the clock on."""
        self._now += by
