"""Time on the wall and instants. What is planned is a local date and time; its instant follows from the zone."""

from datetime import UTC, date, datetime, time
from functools import lru_cache
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
END_OF_DAY = time(23, 59, 59, 999999)
"""The last instant of a day: what arrives at it has still arrived that day."""


@lru_cache(maxsize=8192)  # a diary asks for the same mornings over and over
def instant(wall: datetime, zone: ZoneInfo = LONDON) -> datetime:
    """The instant, in UTC, at which a clock in the zone shows this (naive) date and time."""
    return wall.replace(tzinfo=zone).astimezone(UTC)


def end_of(day: date, zone: ZoneInfo = LONDON) -> datetime:
    """The last instant of a day in the zone."""
    return instant(datetime.combine(day, END_OF_DAY), zone)


def day_of(moment: datetime, zone: ZoneInfo = LONDON) -> date:
    """The date that a calendar on the wall shows at an (aware) instant."""
    return moment.astimezone(zone).date()
