"""What every mailbox hands over, whatever kind it is."""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Waiting:
    """A letter that waits in a mailbox: the mailbox's own id for it and its size in bytes."""

    id: str
    size: int


@dataclass(frozen=True, slots=True)
class Arrival:
    """A letter's bytes and the time at which the mailbox received it (R14), aware."""

    raw: bytes = field(repr=False)
    received: datetime
