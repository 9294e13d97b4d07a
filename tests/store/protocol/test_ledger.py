"""The equity ledger: told from events alone, the same however it was made (R9, R10, R18, R47)."""

from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.protocol.case import School
from store.protocol.commands import RecordPermanentRoll, ReverseCredit
from store.protocol.events import (
    CreditEntered,
    CreditReversed,
    Event,
    MadePermanent,
    PlacementFailed,
    PlacementRecorded,
)
from store.protocol.failure import Failure
from store.protocol.ledger import Column, Ledger, account_of, authority_account, postings
from store.protocol.placement import Placement
from tests.store.protocol.given import OFFICER, SCHOOL, at
from tests.store.protocol.moves import (
    BY,
    CASTLE_PARK,
    START,
    arranged,
    events_of,
    failure,
    final_meeting,
    placed,
    reviewed,
    start,
    when,
)

MAY = when("2027-05-04 10:00")
HOME, NEW = account_of(SCHOOL), account_of(CASTLE_PARK)


def of_a_success() -> Iterator[Event]:
    """What happened from the start to a reversed credit."""
    yield from events_of(start(), arranged(), when("2027-01-11 09:00"))[1]
    case, events = events_of(final_meeting(date(2027, 5, 4)), reviewed(), MAY)
    yield from events
    case, events = events_of(RecordPermanentRoll(**BY, on=date(2027, 5, 4)), case, MAY)
    yield from events


def test_r9_a_success_is_counted_at_both_schools() -> None:
    """R9, R18: tried, taken and credited at the one; sent from the other."""
    ledger = Ledger.rebuilt(of_a_success())
    assert ledger.sums() == {
        (NEW, Column.TRIED): 1,
        (NEW, Column.TAKEN): 1,
        (NEW, Column.CREDIT): 1,
        (HOME, Column.SENT): 1,
    }
    assert ledger.accounts() == tuple(sorted({HOME, NEW}))


def test_r9_a_failure_is_counted_where_it_failed() -> None:
    """R9: tried and failed; nobody was taken or sent for good."""
    _, begun = events_of(start(), arranged(), when("2027-01-11 09:00"))
    _, ended = events_of(failure("2027-02-08 10:00", date(2027, 2, 9)), placed(), when("2027-02-08 10:05"))
    assert Ledger.rebuilt([*begun, *ended]).sums() == {(NEW, Column.TRIED): 1, (NEW, Column.FAILED): 1}


def test_r18_a_reversed_credit_leaves_none() -> None:
    """R18: the move itself stays counted."""
    case, _ = events_of(final_meeting(date(2027, 5, 4)), reviewed(), MAY)
    case, _ = events_of(RecordPermanentRoll(**BY, on=date(2027, 5, 4)), case, MAY)
    _, events = events_of(ReverseCredit(**BY, why="Left the area."), case, MAY)
    ledger = Ledger.rebuilt([*of_a_success(), *events])
    assert (ledger.figure(NEW, Column.CREDIT), ledger.figure(NEW, Column.TAKEN)) == (0, 1)


def test_r9_figures_are_per_hundred_on_roll() -> None:
    """R9: by hand: 5 taken, 2 sent, 840 on roll: 3 × 100 / 840 = 5/14."""
    ledger = Ledger()
    for number in range(7):
        taken = number < 5
        school, other = (CASTLE_PARK, SCHOOL) if taken else (SCHOOL, CASTLE_PARK)
        for entry in postings(permanent(f"MM-26-{number:04}", other, school)):
            ledger.enter(entry)
    line = ledger.line(NEW, roll=840)
    assert (line.taken, line.sent, line.per_hundred) == (5, 2, Fraction(5, 14))
    assert ledger.line(NEW).per_hundred is None
    assert ledger.line(NEW, roll=0).per_hundred is None


def test_r47_the_balance_with_another_authority() -> None:
    """R47: what comes from Bolton is taken, what goes there is sent."""
    events = [
        permanent("MM-26-0001", SCHOOL, CASTLE_PARK, authority="Bolton", incoming=True),
        permanent("MM-26-0002", CASTLE_PARK, SCHOOL, authority="Bolton"),
        permanent("MM-26-0003", CASTLE_PARK, SCHOOL, authority="Bury"),
    ]
    ledger = Ledger.rebuilt(events)
    bolton, bury = authority_account("Bolton"), authority_account("Bury")
    assert [ledger.figure(bolton, column) for column in (Column.TAKEN, Column.SENT)] == [1, 1]
    assert [ledger.figure(bury, column) for column in (Column.TAKEN, Column.SENT)] == [0, 1]


def permanent(reference: str, home: School, school: School, **more: object) -> MadePermanent:
    fields: dict[str, object] = {"on": date(2027, 5, 4), "left_home": None, "by": OFFICER}
    return MadePermanent(reference=reference, home_school=home, school=school, **{**fields, **more})


schools = st.sampled_from([School(urn=f"99910{number}", name=f"School {number}") for number in range(4)])
references = st.integers(1, 9).map(lambda number: f"MM-26-{number:04}")
points = st.integers(0, 3)
ON = date(2027, 5, 4)
events = st.one_of(
    st.builds(permanent, references, schools, schools, authority=st.sampled_from(["", "Bolton"])),
    st.builds(
        lambda reference, school: PlacementRecorded(
            reference=reference, placement=Placement(school=school, start=START), by=OFFICER
        ),
        references,
        schools,
    ),
    st.builds(
        lambda reference, home, school: PlacementFailed(
            reference=reference,
            failure=Failure(noticed=at("2027-02-08 10:00"), meeting=ON, earliest=ON, advance_contact=True),
            home_school=home,
            school=school,
            meeting=ON,
            follow_up=None,
            by=OFFICER,
        ),
        references,
        schools,
        schools,
    ),
    st.builds(
        lambda reference, school, worth: CreditEntered(
            reference=reference, school=school, points=worth, on=ON
        ),
        references,
        schools,
        points,
    ),
    st.builds(
        lambda reference, school, worth: CreditReversed(
            reference=reference, school=school, points=worth, on=ON, why="-", by=OFFICER
        ),
        references,
        schools,
        points,
    ),
)


@pytest.mark.rules("R45")
@given(happened=st.lists(events, max_size=40), seed=st.integers())
def test_r10_rebuilt_from_events_equals_stored(happened: list[Event], seed: int) -> None:
    """R10: kept as events came, made anew from all of them, or in another order: the same ledger."""
    stored = Ledger()
    for event in happened:
        for entry in postings(event):
            stored.enter(entry)
    assert Ledger.rebuilt(happened) == stored
    shuffled = list(happened)
    Random(seed).shuffle(shuffled)
    assert Ledger.rebuilt(shuffled) == stored


@given(happened=st.lists(events, max_size=40))
def test_r9_every_pupil_taken_was_sent_by_a_school(happened: list[Event]) -> None:
    """R9: over all schools, in and out are equal; nothing is counted twice."""
    ledger = Ledger.rebuilt(happened)
    local = [account for account in ledger.accounts() if not account.startswith("authority/")]
    moves = sum(isinstance(event, MadePermanent) for event in happened)
    for column in (Column.TAKEN, Column.SENT):
        assert sum(ledger.figure(account, column) for account in local) == moves


def test_two_ledgers_are_told_apart() -> None:
    """One posting makes them differ; a ledger is nothing else than a ledger."""
    one = Ledger.rebuilt(of_a_success())
    assert one != Ledger()
    assert one != "a ledger"
