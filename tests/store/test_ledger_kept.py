"""The ledger that is kept is the one that all events make, also in a database from before there was one."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import command
from sqlmodel import Session

from store import Store
from store.ledgers import balances, rebuilt
from store.protocol.case import School
from store.protocol.commands import Command, RecordFailure, RecordNotifiedMove, RecordPermanentRoll
from store.protocol.exemptions import EndExemption, GrantExemption, Grounds
from store.protocol.ledger import Column
from store.upgrade import configuration
from tests.store.cases import MONDAY, OAKFIELD, OFFICER, casebook, filing, to_a_placement
from tests.store_fixtures import Database

RIVERSIDE = School(urn="999103", name="Riverside Academy")
FEBRUARY = datetime(2027, 2, 8, 10, tzinfo=UTC)


def a_failed_and_a_told_move(store: Store) -> Any:
    book = casebook(store)
    reference = book.handle(filing(), MONDAY)[0].reference
    steps: list[tuple[Command, datetime]] = [
        *to_a_placement(reference, RIVERSIDE, date(2027, 1, 11)),
        (
            RecordFailure(
                reference=reference,
                by=OFFICER,
                noticed=FEBRUARY,
                meeting=date(2027, 2, 9),
                advance_contact=True,
            ),
            FEBRUARY,
        ),
    ]
    for step, moment in steps:
        book.handle(step, moment)
    told = RecordNotifiedMove(
        by=OFFICER, received=FEBRUARY, home_school=OAKFIELD, school=RIVERSIDE, start=date(2027, 2, 8)
    )
    other = book.handle(told, FEBRUARY)[0].reference
    book.handle(
        RecordPermanentRoll(reference=other, by=OFFICER, on=date(2027, 2, 8)),
        FEBRUARY,
    )
    return book


def test_the_ledger_kept_equals_the_one_rebuilt(store: Store) -> None:
    """R9: two tried at Riverside, one failed, one taken for good from Oakfield; told from the timeline alone, the same."""
    book = a_failed_and_a_told_move(store)
    kept = book.ledger()
    assert {column: kept.figure("999103", column) for column in Column} == {
        Column.TRIED: 2, Column.FAILED: 1, Column.TAKEN: 1, Column.SENT: 0, Column.CREDIT: 0,
    }  # fmt: skip
    assert kept.figure("999101", Column.SENT) == 1
    assert kept == book.rebuilt_ledger()


def test_a_lost_posting_is_seen(sqlite_store: Store) -> None:
    """The comparison is no formality: with a posting gone the two differ."""
    book = a_failed_and_a_told_move(sqlite_store)
    with sqlite_store.writing() as session:
        session.connection().execute(sa.text("DELETE FROM ledger WHERE \"column\" = 'failed'"))
    assert book.ledger() != book.rebuilt_ledger()


def test_a_filled_database_of_the_first_version_is_brought_up(database: Database, tmp_path: Path) -> None:
    """From 0001 on, with cases, diary and a placement in it: every row is kept, and the placement is in the ledger."""
    opened = database.open()
    book = casebook(opened)
    reference = book.handle(filing(), MONDAY)[0].reference
    book.handle(filing(2, home_school=School(urn="999104", name="The Weaver School")), MONDAY)
    _back_to_the_first(opened)
    _a_placement_of_before(opened, reference)
    before = _rows(opened)
    opened.close()

    later = database.open()
    with Session(later.engine) as session:
        assert balances(session) == rebuilt(session)
        assert balances(session).figure("999103", Column.TRIED) == 1
    assert {name: _rows(later)[name] for name in before} == before
    assert casebook(later).case(reference).reference == reference


def _back_to_the_first(store: Store) -> None:
    """The tables as version 0001 had them: what later versions add is taken away."""
    with store.engine.begin() as connection:
        for statement in (
            "DROP TABLE ledger",
            "DROP TABLE exemptions",
            "DROP INDEX ix_diary_done_at",
            "DROP INDEX ix_timeline_event_at",
        ):
            connection.execute(sa.text(statement))
        command.stamp(configuration(connection), "0001")


def _a_placement_of_before(store: Store, reference: str) -> None:
    detail = '{"placement": {"school": {"urn": "999103", "name": "Riverside Academy"}, "start": "2026-12-07"}, "by": {"id": "U1", "name": "A", "role": "officer"}}'
    statement = sa.text(
        "INSERT INTO timeline (reference, version, at, event, rule, source, detail) "
        "SELECT :reference, 3, max(at), 'PlacementRecorded', 'R29', '', "
        + ("CAST(:detail AS jsonb)" if store.engine.dialect.name == "postgresql" else ":detail")
        + " FROM timeline"
    )
    with store.engine.begin() as connection:
        connection.execute(statement, {"reference": reference, "detail": detail})


def _rows(store: Store) -> dict[str, int]:
    with store.engine.connect() as connection:
        return {
            name: connection.execute(sa.text(f"SELECT count(*) FROM {name}")).scalar_one()
            for name in ("cases", "answers", "timeline", "diary", "outbox")
        }


def test_exemptions_are_kept_and_ended(store: Store) -> None:
    """R19, R20: dated, with grounds and minute; ended early by a minute of its own, it holds no longer."""
    book = casebook(store)
    grant = GrantExemption(
        school=RIVERSIDE, start=date(2026, 12, 1), end=date(2027, 7, 21), grounds=Grounds.SPECIAL_MEASURES,
        minute="5 November 2026, 3", by=OFFICER,
    )  # fmt: skip
    book.exempt(grant, MONDAY)
    assert [each.end for each in book.exemptions()] == [date(2027, 7, 21)]
    book.exempt(
        EndExemption(school=RIVERSIDE, end=date(2027, 2, 11), minute="11 February 2027, 2", by=OFFICER),
        FEBRUARY,
    )
    assert [each.holds(date(2027, 2, 12)) for each in book.exemptions()] == [False]


def test_the_diary_is_told_with_its_rules(sqlite_store: Store) -> None:
    """What will happen in two weeks: the panel's two reminders, each with its rule, in order."""
    book = casebook(sqlite_store)
    told = book.diary(MONDAY, datetime(2026, 12, 11, tzinfo=UTC), MONDAY)
    assert [(each.wall.date(), each.rule) for each in told] == [
        (date(2026, 12, 3), "R15"),
        (date(2026, 12, 9), "R15"),
    ]
