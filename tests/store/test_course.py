"""Any course that a case can take reads back as the rules made it."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from itertools import count

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from store import Casebook, Store
from store.errors import CaseworkError
from store.protocol import Context, SchoolCalendar, decide, evolve, load
from store.protocol.case import Case, School
from store.protocol.commands import (
    AskSchool,
    Command,
    CorrectReferral,
    MoveToNextPanel,
    PutOnPanel,
    RecordCrisis,
    RecordPlacement,
)
from tests.store.cases import (
    MONDAY,
    OFFICER,
    PANELS,
    PUPIL,
    TERMS,
    casebook,
    filing,
    referral,
    to_a_placement,
)

SALFORD, CALENDAR = load("salford"), SchoolCalendar.from_data(TERMS)
LETTERS = count(100)
GAPS = st.sampled_from([{}, {"pupil__views": None}, {"parent__agrees": False}, {"send__ehcp": True}])
RECEIVER = School(urn="999103", name="Riverside Academy")


LaterCommand = CorrectReferral | RecordCrisis | AskSchool | PutOnPanel | MoveToNextPanel | RecordPlacement


def correction(reference: str, changed: dict[str, bool | None], now: datetime) -> CorrectReferral:
    letter = next(LETTERS)
    return CorrectReferral(
        reference=reference,
        letter=letter,
        form="1",
        received=now,
        message_id=f"<{letter}@oakfield.example>",
        pupil=PUPIL,
        referral=referral(**changed),
    )


STEPS = st.one_of(
    GAPS.map(lambda changed: lambda reference, now: correction(reference, changed, now)),
    st.just(lambda reference, now: RecordCrisis(reference=reference, by=OFFICER, why="incident", when=now)),
    st.just(lambda reference, _: AskSchool(reference=reference, by=OFFICER)),
    st.just(lambda reference, _: PutOnPanel(reference=reference, by=OFFICER)),
    st.just(lambda reference, _: MoveToNextPanel(reference=reference)),
    st.just(
        lambda reference, _: RecordPlacement(
            reference=reference, by=OFFICER, school=RECEIVER, start=date(2027, 1, 11)
        )
    ),
)
COURSES = st.lists(st.tuples(STEPS, st.integers(0, 20 * 24)), max_size=8)


def by_the_rules(case: Case | None, command: Command, now: datetime, reference: str) -> Case | str:
    """The case as the pure rules make it, or the name of their refusal."""
    try:
        events = decide(command, case, Context(SALFORD, CALENDAR, PANELS, now, reference))
    except CaseworkError as refused:
        return type(refused).__name__
    for event in events:
        case = evolve(case, event)
    assert case is not None
    return case


def by_the_book(book: Casebook, command: LaterCommand, now: datetime) -> Case | str:
    """The case as the casebook gives it back after the command, or the name of its refusal."""
    try:
        book.handle(command, now)
    except CaseworkError as refused:
        return type(refused).__name__
    return book.case(command.reference)


@given(first=GAPS, course=COURSES)
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_records_follow_the_rules(
    sqlite_store: Store,
    first: dict[str, bool | None],
    course: list[tuple[Callable[[str, datetime], LaterCommand], int]],
) -> None:
    """After each command, done or refused, the case read from the records is the one that the rules made in memory."""
    book, now = casebook(sqlite_store, protocol=SALFORD, calendar=CALENDAR), MONDAY
    opening = filing(next(LETTERS), referral=referral(**first))
    reference = book.handle(opening, now)[0].reference
    expected = by_the_rules(None, opening, now, reference)
    assert isinstance(expected, Case)
    assert book.case(reference) == expected
    for step, hours in course:
        now += timedelta(hours=hours)
        command = step(reference, now)
        outcome = by_the_rules(expected, command, now, reference)
        assert by_the_book(book, command, now) == outcome
        expected = expected if isinstance(outcome, str) else outcome
        assert book.case(reference) == expected


def test_the_course_reaches_a_placement() -> None:
    """The property above does not pass for want of cases: a complete referral can go all the way."""
    reference = "MM-26-0001"
    case = by_the_rules(None, filing(1), MONDAY, reference)
    for command, moment in to_a_placement(reference, RECEIVER, date(2027, 1, 11)):
        case = by_the_rules(case, command, moment, reference)
        assert isinstance(case, Case)
    assert case.placement is not None


def test_the_records_follow_a_whole_move(sqlite_store: Store) -> None:
    """From referral to a start, command by command, the case read from the records is the one made in memory."""
    book = casebook(sqlite_store, protocol=SALFORD, calendar=CALENDAR)
    opening = filing(next(LETTERS))
    reference = book.handle(opening, MONDAY)[0].reference
    expected = by_the_rules(None, opening, MONDAY, reference)
    for command, moment in to_a_placement(reference, RECEIVER, date(2027, 1, 11)):
        assert isinstance(expected, Case)
        book.handle(command, moment)
        expected = by_the_rules(expected, command, moment, reference)
        assert book.case(reference) == expected
