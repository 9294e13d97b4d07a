"""Dates as Word's picture strings show them ("dd/MM/yyyy")."""

import re
from collections.abc import Callable
from datetime import date

_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_FIGURES: dict[str, Callable[[date], str]] = {
    "yyyy": lambda day: f"{day.year:04d}",
    "yy": lambda day: f"{day.year % 100:02d}",
    "MMMM": lambda day: _MONTHS[day.month - 1],
    "MMM": lambda day: _MONTHS[day.month - 1][:3],
    "MM": lambda day: f"{day.month:02d}",
    "M": lambda day: str(day.month),
    "dddd": lambda day: _DAYS[day.weekday()],
    "ddd": lambda day: _DAYS[day.weekday()][:3],
    "dd": lambda day: f"{day.day:02d}",
    "d": lambda day: str(day.day),
}
_FIGURE = re.compile("'([^']*)'|" + "|".join(_FIGURES))


def shown(iso: str, picture: str) -> str:
    """An ISO date in a picture string, as British readers write it when there is none; itself when it is no date."""
    try:
        day = date.fromisoformat(iso)
    except ValueError:
        return iso
    return _FIGURE.sub(lambda found: _figure(found, day), picture or "dd/MM/yyyy")


def _figure(found: re.Match[str], day: date) -> str:
    return found[1] if found[1] is not None else _FIGURES[found[0]](day)
