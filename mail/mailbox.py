"""What every mailbox hands over, whatever kind it is."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol


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


class SyncState(Protocol):
    """Where a mailbox keeps its place in the server's list of changes. Losing it costs one whole listing, no letter."""

    def load(self) -> str:
        """What was saved last, "" when nothing was."""
        ...

    def save(self, state: str) -> None:
        """Keep this in place of what was saved before."""
        ...
