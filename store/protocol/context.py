"""What a decision rests on besides the case itself: the protocol, the calendar, the panel dates and the time."""

from dataclasses import dataclass
from datetime import date, datetime

from store.protocol.calendar import SchoolCalendar
from store.protocol.exemption import EarlierMove, Exemption
from store.protocol.rulebook import Protocol
from store.protocol.wall import day_of


@dataclass(frozen=True, slots=True)
class Context:
    """Given to every decision. `panels` are in order; `now` is aware; `reference` is the one a new case is to have.

    `exemptions` are all that are known (R20); `earlier` are the other moves of the case's pupil (R16).
    """

    protocol: Protocol
    calendar: SchoolCalendar
    panels: tuple[date, ...]
    now: datetime
    reference: str = ""
    exemptions: tuple[Exemption, ...] = ()
    earlier: tuple[EarlierMove, ...] = ()

    def __post_init__(self) -> None:
        if self.now.tzinfo is None:
            raise ValueError("the time of a decision must be aware")
        object.__setattr__(self, "panels", tuple(sorted(self.panels)))

    @property
    def today(self) -> date:
        """The date on the wall where the protocol applies."""
        return day_of(self.now, self.protocol.tz)
