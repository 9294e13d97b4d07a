"""What was typed after `/moves`, as typed values."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Help:
    """`help`, or nothing at all."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """Words that are no command. They are not kept: they may hold a name."""


@dataclass(frozen=True, slots=True)
class Cases:
    """`cases`."""


@dataclass(frozen=True, slots=True)
class OneCase:
    """`case REF`; the reference in capitals, whether or not there is such a case."""

    reference: str


@dataclass(frozen=True, slots=True)
class Panel:
    """`panel [date]`; without a date the next one."""

    on: date | None = None


@dataclass(frozen=True, slots=True)
class NoDate:
    """`panel` with something that is no date."""


Command: TypeAlias = Help | Unknown | Cases | OneCase | Panel | NoDate

_REFERENCE = re.compile(r"[A-Z]{2}-\d{2}-\d{4,9}")
_WAYS_TO_WRITE_A_DATE = ("%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y", "%d %B %Y", "%d %b %Y")


def parse(text: str) -> Command:
    """What a person asks for."""
    word, _, rest = " ".join(text.split()).partition(" ")
    match (word.lower(), rest):
        case ("" | "help", _):
            return Help()
        case ("cases", ""):
            return Cases()
        case ("case", reference) if _REFERENCE.fullmatch(reference.upper()):
            return OneCase(reference.upper())
        case ("panel", ""):
            return Panel()
        case ("panel", written):
            on = _date(written)
            return Panel(on) if on else NoDate()
    return Unknown()


def _date(written: str) -> date | None:
    for way in _WAYS_TO_WRITE_A_DATE:
        try:
            return datetime.strptime(written, way).date()  # noqa: DTZ007 - a day, not an instant
        except ValueError:
            continue
    return None
