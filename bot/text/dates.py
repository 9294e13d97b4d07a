"""How days, moments and counts are written."""

from datetime import date, datetime, time, timedelta

from bot.clock import LONDON

LAST_MINUTE = time(23, 59)


def day(on: date) -> str:
    """A day with its weekday, "Thu 10 December 2026"."""
    return f"{on:%a} {on.day} {on:%B %Y}"


def moment(at: datetime) -> str:
    """An aware instant on London's clock, "Thu 3 December 2026, 09:12"."""
    local = at.astimezone(LONDON)
    return f"{day(local.date())}, {local:%H:%M}"


def deadline(at: datetime) -> str:
    """A deadline; one at the stroke of midnight belongs to the day that ends (R27 states no hour)."""
    local = at.astimezone(LONDON)
    if local.time() == time.min:
        return f"end of {day(local.date() - timedelta(days=1))}"
    if local.time() >= LAST_MINUTE:
        return f"end of {day(local.date())}"
    return moment(at)


def count(number: int, one: str, many: str = "") -> str:
    """A number with its noun: "1 gap", "3 gaps", "no gaps"."""
    noun = one if number == 1 else many or f"{one}s"
    return f"{number or 'no'} {noun}"
