"""The equity ledger: what each school has taken, sent, tried and seen fail, told from events alone (R9, R10, R18, R47).

Each event leads to postings; a balance is their sum. So a ledger that was kept as events came and one that is made anew
from all events are equal, and every figure can be explained by the cases behind it.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

from store.protocol.events import (
    CreditEntered,
    CreditReversed,
    Event,
    MadePermanent,
    PlacementFailed,
    PlacementRecorded,
)
from store.protocol.frozen import School


class Column(StrEnum):
    """What is counted."""

    TRIED = "tried"  # a placement started here
    FAILED = "failed"  # a placement here did not work
    TAKEN = "in"  # a pupil was taken on the roll for good
    SENT = "out"  # a pupil left the roll for good
    CREDIT = "credit"


@dataclass(frozen=True, slots=True)
class Posting:
    """One entry. `account` is a school's number or name, or "authority/NAME" for the balance with an authority (R47)."""

    account: str
    column: Column
    amount: int
    on: date
    reference: str


@dataclass(frozen=True, slots=True)
class Line:
    """A school's figures, and what it has taken net of what it has sent per 100 pupils on roll (None: roll unknown)."""

    taken: int
    sent: int
    tried: int
    failed: int
    credit: int
    per_hundred: Fraction | None


def account_of(school: School) -> str:
    """What a school's figures stand under: its number, else its name."""
    return school.urn or school.name.casefold()


def authority_account(authority: str) -> str:
    """What the balance with another authority stands under (R47)."""
    return f"authority/{authority}"


def postings(event: Event) -> Iterator[Posting]:
    """What an event adds to the ledger."""
    if isinstance(event, PlacementRecorded):
        yield _posting(event.placement.school, Column.TRIED, 1, event.placement.start, event)
    elif isinstance(event, PlacementFailed):
        yield _posting(event.school, Column.FAILED, 1, event.meeting, event)
    elif isinstance(event, MadePermanent):
        yield from _of_a_permanent_move(event)
    elif isinstance(event, CreditEntered):
        yield _posting(event.school, Column.CREDIT, event.points, event.on, event)
    elif isinstance(event, CreditReversed):
        yield _posting(event.school, Column.CREDIT, -event.points, event.on, event)


class Ledger:
    """The sums of postings, by account and column."""

    def __init__(self, entries: Iterable[Posting] = ()) -> None:
        self._sums: Counter[tuple[str, Column]] = Counter()
        for entry in entries:
            self.enter(entry)

    @classmethod
    def rebuilt(cls, events: Iterable[Event]) -> "Ledger":
        """The ledger as all events together make it."""
        return cls(entry for event in events for entry in postings(event))

    def enter(self, entry: Posting) -> None:
        """Add one posting."""
        self._sums[entry.account, entry.column] += entry.amount

    def figure(self, account: str, column: Column) -> int:
        """One figure; 0 where nothing was entered."""
        return self._sums[account, column]

    def line(self, account: str, roll: int | None = None) -> Line:
        """A school's figures; `roll` is the number of pupils there."""
        taken, sent = self.figure(account, Column.TAKEN), self.figure(account, Column.SENT)
        return Line(
            taken,
            sent,
            self.figure(account, Column.TRIED),
            self.figure(account, Column.FAILED),
            self.figure(account, Column.CREDIT),
            Fraction(100 * (taken - sent), roll) if roll else None,
        )

    def accounts(self) -> tuple[str, ...]:
        """Every account in which something was entered, in order."""
        return tuple(sorted({account for account, _ in self.sums()}))

    def sums(self) -> Mapping[tuple[str, Column], int]:
        """Every figure that is not nought."""
        return {key: amount for key, amount in self._sums.items() if amount}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Ledger) and self.sums() == other.sums()

    __hash__ = None  # type: ignore[assignment]  # it changes as postings are entered


def _of_a_permanent_move(event: MadePermanent) -> Iterator[Posting]:
    yield _posting(event.school, Column.TAKEN, 1, event.on, event)
    yield _posting(event.home_school, Column.SENT, 1, event.on, event)
    if event.authority:
        # Seen from here: a pupil who comes from another authority is one that we have taken from it.
        column = Column.TAKEN if event.incoming else Column.SENT
        yield Posting(authority_account(event.authority), column, 1, event.on, event.reference)


def _posting(school: School, column: Column, amount: int, on: date, event: Event) -> Posting:
    return Posting(account_of(school), column, amount, on, event.reference)
