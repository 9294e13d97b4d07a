"""The diary: what falls due is done once, and a late start catches up without a flood."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import select

from store import Casebook, Outbox, PanelAgenda, Store
from store.errors import BadProtocol
from store.messages import Message, Road
from store.protocol import PanelDue, load
from store.protocol.case import Case, School, Stage
from store.protocol.commands import CorrectReferral, PutOnPanel
from store.tables import DueRow, DueState
from tests.store.cases import (
    NEXT_PANEL,
    OFFICER,
    PANEL,
    PANELS,
    PUPIL,
    casebook,
    filing,
    referral,
    to_a_placement,
)
from tests.store_fixtures import Database

# The deadline of the panel of Thursday 10 December is Wednesday 2 December; two school days before it is Monday
# 30 November, 09:00 (GMT, so also UTC). The same for 14 January: Wednesday 6 January; Monday 4 January is no school
# day, so two before are Tuesday 5 January and, across the holiday, Friday 18 December.
FRIDAY = datetime(2026, 11, 27, 9, 0, tzinfo=UTC)
REMINDER = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)
AFTER_DEADLINE = datetime(2026, 12, 3, 0, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def incomplete(book: Casebook, letter: int = 1) -> str:
    events = book.handle(filing(letter, received=FRIDAY, referral=referral(pupil__views=None)), FRIDAY)
    return events[0].reference


def happened(book: Casebook, reference: str) -> list[str]:
    return [entry.event for entry in book.timeline(reference)][2:]


def diary(store: Store) -> list[tuple[str, str, DueState]]:
    with store.reading() as session:
        rows = session.exec(select(DueRow)).all()
    return sorted((row.kind, row.wall, row.state) for row in rows)


def test_a_reminder_comes_when_it_is_due_and_once(store: Store) -> None:
    """Not a second before 09:00 on the wall, and not again at the next tick."""
    book = casebook(store)
    reference = incomplete(book)
    assert book.tick(REMINDER - SECOND) == 0
    assert book.tick(REMINDER) == 1
    assert book.tick(REMINDER) == 0
    assert book.tick(REMINDER + timedelta(hours=5)) == 0
    assert happened(book, reference) == ["DeadlineNear"]


def test_nothing_due_leaves_the_cases_alone(store: Store) -> None:
    """A tick without work writes nothing: version, timeline and diary stand as they were."""
    book = casebook(store)
    reference = incomplete(book)
    before = (book.case(reference), book.timeline(reference), diary(store), Outbox(store).all())
    assert book.tick(FRIDAY + timedelta(hours=1)) == 0
    assert (book.case(reference), book.timeline(reference), diary(store), Outbox(store).all()) == before


def test_an_incomplete_case_goes_to_the_next_panel(store: Store) -> None:
    """At the first instant after the deadline (R27); its diary is then that of the next panel."""
    book = casebook(store)
    reference = incomplete(book)
    book.tick(REMINDER)
    book.tick(AFTER_DEADLINE - timedelta(microseconds=1))
    assert book.case(reference).panel == PANEL
    assert book.tick(AFTER_DEADLINE) == 1
    assert book.case(reference).panel == NEXT_PANEL
    assert diary(store) == [
        ("deadline reminder", "2026-11-30T09:00:00", DueState.DONE),
        ("deadline reminder", "2026-12-18T09:00:00", DueState.PLANNED),
        ("next panel", "2026-12-03T00:00:00", DueState.DONE),
        ("next panel", "2027-01-07T00:00:00", DueState.PLANNED),
    ]


def test_a_late_start_brings_no_flood(store: Store) -> None:
    """Off from Friday until 20 January: two deadlines and two reminders have passed, and no reminder goes at all."""
    book = casebook(store)
    reference = incomplete(book)
    late = datetime(2027, 1, 20, 9, 0, tzinfo=UTC)
    while book.tick(late):
        pass
    assert happened(book, reference) == ["PanelMoved"]
    assert book.case(reference).panel == date(2027, 2, 11)
    reminders = [state for kind, _, state in diary(store) if kind == "deadline reminder"]
    assert DueState.DONE not in reminders


def test_what_is_settled_is_not_reminded_of(store: Store) -> None:
    """A correction that closes the gaps takes the reminder out of the diary."""
    book = casebook(store)
    reference = incomplete(book)
    book.handle(
        CorrectReferral(
            reference=reference,
            letter=2,
            form="1",
            received=FRIDAY + timedelta(hours=1),
            pupil=PUPIL,
            referral=referral(),
        ),
        FRIDAY + timedelta(hours=1),
    )
    assert book.tick(REMINDER) == 0
    assert happened(book, reference) == ["ReferralCorrected", "ReferralAssessed"]


def test_an_entry_that_is_no_longer_true_is_skipped(store: Store) -> None:
    """Should the diary hold one all the same, the rules are asked again at its time, and nothing goes out."""
    book = casebook(store)
    reference = book.handle(filing(received=FRIDAY), FRIDAY)[0].reference
    sent = len(Outbox(store).all())
    with store.writing() as session:
        session.add(
            DueRow(
                subject=reference,
                reference=reference,
                kind="deadline reminder",
                due=REMINDER,
                wall="2026-11-30T09:00:00",
                zone="Europe/London",
                expires=None,
            )
        )
    assert book.tick(REMINDER) == 0
    assert ("deadline reminder", "2026-11-30T09:00:00", DueState.SKIPPED) in diary(store)
    assert len(Outbox(store).all()) == sent


def test_a_review_is_prompted_on_its_day(store: Store) -> None:
    """09:00 on the wall is 08:00 UTC once the clocks have gone forward; each review is prompted once."""
    book = casebook(store)
    reference = book.handle(filing(received=FRIDAY), FRIDAY)[0].reference
    for command, moment in to_a_placement(
        reference, School(urn="999103", name="Riverside Academy"), date(2027, 1, 11)
    ):
        book.handle(command, moment)
    placement = book.case(reference).placement
    assert placement is not None
    with store.reading() as session:
        planned = {row.wall: row.due for row in session.exec(select(DueRow).where(DueRow.kind == "review"))}
    assert sorted(planned) == sorted(f"{day}T09:00:00" for day in placement.reviews)
    for wall, due in planned.items():
        summer = wall >= "2027-03-28"
        assert due == datetime.fromisoformat(wall).replace(tzinfo=UTC) - timedelta(hours=summer)
    for number, due in enumerate(sorted(planned.values()), start=1):
        book.tick(due)
        assert book.tick(due) == 0
        assert happened(book, reference).count("ReviewDue") == number


def test_two_workers_do_each_thing_once(database: Database) -> None:
    """Eight cases fall due at one instant, three workers tick: eight reminders, none of them twice."""
    stores = [database.open() for _ in range(3)]
    books = [casebook(each) for each in stores]
    references = [incomplete(books[0], number) for number in range(1, 9)]

    with ThreadPoolExecutor(3) as pool:
        done = sum(pool.map(lambda book: book.tick(REMINDER), books))
    assert done == 8
    for reference in references:
        assert happened(books[0], reference) == ["DeadlineNear"]


def test_a_tick_takes_no_more_than_its_share(store: Store) -> None:
    """Five are due and two are done at once; the rest comes at the next ticks."""
    book = casebook(store)
    for number in range(1, 6):
        incomplete(book, number)
    assert [book.tick(REMINDER, at_once=2) for _ in range(4)] == [2, 2, 1, 0]


def test_one_failure_does_not_stop_the_rest(store: Store) -> None:
    """A reminder that cannot be rendered is reported after the others went, and tried again later."""
    plain = casebook(store)
    for number in range(1, 4):
        incomplete(plain, number)

    def fails_for_the_first(event: Any, case: Case) -> list[Message]:
        if case.reference == "MM-26-0001":
            raise RuntimeError("rendering failed")
        return []

    with pytest.raises(RuntimeError, match="rendering failed"):
        casebook(store, compose=fails_for_the_first).tick(REMINDER)
    assert [happened(plain, f"MM-26-000{number}") for number in (1, 2, 3)] == [
        [],
        ["DeadlineNear"],
        ["DeadlineNear"],
    ]
    assert plain.tick(REMINDER) == 1


def test_a_case_whose_protocol_is_missing_waits_for_it(store: Store) -> None:
    """What falls due for it is not lost: it is done once the protocol it started under can be read again."""
    first = load("salford").model_copy(update={"version": 99})
    incomplete(casebook(store, protocol=first))
    with pytest.raises(BadProtocol):
        casebook(store).tick(REMINDER)
    assert casebook(store, earlier=[first]).tick(REMINDER) == 1


def agenda_post(due: PanelDue, agenda: PanelAgenda) -> Iterator[Message]:
    listed = [case.reference for case in agenda.at(Stage.ON_AGENDA)]
    yield Message(
        key=f"panel/{due.panel}/{due.school_days}",
        road=Road.CHANNEL,
        kind="post",
        payload={"listed": listed},
        expires=due.expires,
    )


def test_a_panel_is_announced_once_at_each_time(database: Database) -> None:
    """Five and one school days before Thursday 10 December: Thursday 3 and Wednesday 9, at 09:00, with its agenda."""
    stores = [database.open() for _ in range(2)]
    books = [casebook(each, compose=lambda *_: (), compose_panel=agenda_post) for each in stores]
    reference = books[0].handle(filing(received=FRIDAY), FRIDAY)[0].reference
    books[0].handle(PutOnPanel(reference=reference, by=OFFICER), FRIDAY)

    posts: list[tuple[str, list[str]]] = []
    for at in (
        datetime(2026, 12, 3, 8, 59, tzinfo=UTC),
        datetime(2026, 12, 3, 9, 0, tzinfo=UTC),
        datetime(2026, 12, 8, 9, 0, tzinfo=UTC),
        datetime(2026, 12, 9, 9, 0, tzinfo=UTC),
    ):
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(lambda book, at=at: book.tick(at), books))
        posts.append((at.isoformat(), [line.key for line in Outbox(stores[0]).all()]))
    assert posts == [
        ("2026-12-03T08:59:00+00:00", []),
        ("2026-12-03T09:00:00+00:00", ["panel/2026-12-10/5"]),
        ("2026-12-08T09:00:00+00:00", ["panel/2026-12-10/5"]),
        ("2026-12-09T09:00:00+00:00", ["panel/2026-12-10/5", "panel/2026-12-10/1"]),
    ]
    assert Outbox(stores[0]).message("panel/2026-12-10/1").payload == {"listed": [reference]}


def test_a_missed_panel_reminder_is_not_made_up_after_the_panel(store: Store) -> None:
    """Started the day before, only the newest reminder goes; started after the panel, none."""
    book = casebook(store, compose_panel=agenda_post)
    book.tick(datetime(2026, 12, 9, 12, 0, tzinfo=UTC))
    assert [line.key for line in Outbox(store).all()] == ["panel/2026-12-10/1"]
    assert book.tick(datetime(2026, 12, 11, 12, 0, tzinfo=UTC)) == 0


def test_new_panel_dates_reach_waiting_cases(store: Store) -> None:
    """A case for which no panel date was known goes to the first one that is added; its diary follows."""
    without = casebook(store, panels=())
    reference = incomplete(without)
    assert without.case(reference).panel is None
    book = casebook(store, panels=PANELS)
    assert book.replan(FRIDAY) == 1
    assert book.case(reference).panel == PANEL
    assert ("deadline reminder", "2026-11-30T09:00:00", DueState.PLANNED) in diary(store)
    version = book.case(reference).version
    assert book.replan(FRIDAY) == 1
    assert book.case(reference).version == version
