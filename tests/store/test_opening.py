"""Opening a case database: its key, its files, its version."""

import os
import sqlite3
import stat
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from store import Letters, Outbox, Store, open_store, tables
from store.columns import Table
from store.engine import sqlcipher
from store.errors import StoreUnavailable
from store.messages import Message, Road
from store.upgrade import upgrade
from tests.store.cases import MONDAY, casebook, filing
from tests.store_fixtures import KEY, Database


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_the_file_shows_nothing_of_a_child(database_of: Callable[[str], Database], tmp_path: Path) -> None:
    """No name, date of birth or UPN is in the bytes of the file or its journal; sqlite3 takes it for no database."""
    opened = database_of("sqlite").open()
    casebook(opened).handle(filing(), MONDAY)
    Letters(opened).keep("inbox", "1", b"Dear Sir, Merryn Ashdown ...", MONDAY, MONDAY)
    files = sorted(tmp_path.glob("cases-*"))
    assert [path.suffix for path in files] == [".db", ".db-shm", ".db-wal"]
    for path in files:
        raw = path.read_bytes()
        for private in (b"Merryn", b"Ashdown", b"2013-02-03", b"B999410819707", b"CREATE TABLE"):
            assert private not in raw
    with closing(sqlite3.connect(files[0])) as plain, pytest.raises(sqlite3.DatabaseError):
        plain.execute("SELECT count(*) FROM sqlite_master")


@pytest.mark.skipif(os.name == "nt", reason="file modes are POSIX's")
def test_the_files_are_the_owners_alone(tmp_path: Path) -> None:
    """Database, journal and index have mode 0600, also a file that was left open to others."""
    path = tmp_path / "cases.db"
    path.touch(mode=0o644)
    opened = open_store(f"sqlite:///{path}", key=KEY)
    opened.remember("secret", lambda: "x")
    assert {file.name: oct(mode(file)) for file in tmp_path.iterdir()} == {
        "cases.db": "0o600",
        "cases.db-shm": "0o600",
        "cases.db-wal": "0o600",
    }
    opened.close()


@pytest.mark.parametrize("key", [None, b"", b"short", b"k" * 33])
def test_a_file_is_never_opened_without_a_proper_key(tmp_path: Path, key: bytes | None) -> None:
    """The key is 32 bytes; without one nothing is made."""
    with pytest.raises(StoreUnavailable, match="key of 32 bytes"):
        open_store(f"sqlite:///{tmp_path}/cases.db", key=key)
    assert list(tmp_path.iterdir()) == []


def test_a_wrong_key_is_told_in_plain_words(database_of: Callable[[str], Database]) -> None:
    """Nothing of the driver's message, and the file stays as it is."""
    database = database_of("sqlite")
    with pytest.raises(StoreUnavailable, match="does not open with this key"):
        open_store(database.url, key=bytes(32))
    assert casebook(database.open()).cases() == ()


@pytest.mark.parametrize("content", [b"not a database at all" * 500, b"SQLite format 3\0" + bytes(4080)])
def test_another_file_is_left_alone(tmp_path: Path, content: bytes) -> None:
    """A file that is no case database is refused, and not a byte of it changes."""
    path = tmp_path / "letter.db"
    path.write_bytes(content)
    with pytest.raises(StoreUnavailable, match="no case database"):
        open_store(f"sqlite:///{path}", key=KEY)
    assert path.read_bytes() == content


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("cases.db", "not a URL"),
        ("mysql://host/cases", "must begin with"),
        ("sqlite://", "must be a file"),
        ("sqlite:///:memory:", "must be a file"),
        ("sqlite:////nowhere/at/all/cases.db", "folder of the case database does not exist"),
        ("postgresql:///cases?host=/nowhere/at/all", "does not answer"),
    ],
)
def test_an_address_that_cannot_be_used_is_told_in_plain_words(url: str, said: str) -> None:
    """Each says what is wrong with it."""
    with pytest.raises(StoreUnavailable, match=said):
        open_store(url, key=KEY)


def test_sqlite_waits_and_keeps_its_promises(database_of: Callable[[str], Database]) -> None:
    """WAL, a wait for locks, foreign keys, and every commit on the disk; synchronous 2 is FULL."""
    with database_of("sqlite").open().reading() as session:
        pragmas = ("journal_mode", "busy_timeout", "foreign_keys", "synchronous")
        found = [session.connection().exec_driver_sql(f"PRAGMA {name}").scalar() for name in pragmas]
    assert found == ["wal", 20_000, 1, 2]


def test_reading_does_not_wait_for_a_writer(database: Database) -> None:
    """While one transaction writes, another reads what was there before it."""
    one, other = database.open(), database.open()
    with one.writing() as session:
        session.add(tables.MetaRow(name="a", value="1"))
        session.flush()
        with other.reading() as reader:
            assert reader.get(tables.MetaRow, "a") is None
    with other.reading() as reader:
        assert reader.get(tables.MetaRow, "a") is not None


def test_an_error_names_no_values(database: Database) -> None:
    """What the database refuses may be a child's: the message says which rule, never which values."""
    opened = database.open()
    statement = sa.text("INSERT INTO counters (name, value) VALUES (:name, NULL)")
    with pytest.raises(StoreUnavailable) as refused, opened.writing() as session:
        session.connection().execute(statement, {"name": "Merryn Ashdown"})
    error: BaseException | None = refused.value
    while error is not None:
        assert "Merryn" not in str(error)
        error = error.__cause__
    assert refused.value.__suppress_context__


def test_a_full_disk_is_told_and_nothing_is_half_written(database_of: Callable[[str], Database]) -> None:
    """The letter that did not fit is not there at all; once there is room it is kept."""
    opened = database_of("sqlite").open()
    with opened.reading() as session:
        pages = session.connection().exec_driver_sql("PRAGMA page_count").scalar_one()

    def limit(connection: Any, *_: object) -> None:
        connection.execute(f"PRAGMA max_page_count = {pages + 20}")

    opened.close()
    sa.event.listen(opened.engine, "connect", limit)
    with pytest.raises(StoreUnavailable, match="disk is full"):
        Letters(opened).keep("inbox", "1", bytes(1_000_000), MONDAY, MONDAY)
    assert Letters(opened).all() == ()
    sa.event.remove(opened.engine, "connect", limit)
    opened.close()
    assert Letters(opened).keep("inbox", "1", bytes(1_000_000), MONDAY, MONDAY).id == 1


def test_a_row_that_is_refused_shows_no_value() -> None:
    """What does not fit a column is named by the column, never by what stood in it."""
    with pytest.raises(ValueError, match="value") as refused:
        tables.MetaRow.model_validate({"name": "a", "value": ["Merryn Ashdown"]})
    assert "Merryn" not in str(refused.value)


def test_the_migrations_make_the_tables_of_the_models(database: Database) -> None:
    """Alembic finds no difference between a migrated database and the models."""
    with database.open().engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "render_as_batch": True})
        assert compare_metadata(context, Table.metadata) == []


def test_every_check_holds_the_members_of_its_enum(database: Database) -> None:
    """Alembic does not compare CHECKs: the values each allows in the database are those of the enum in the code."""
    enums = {
        (table.name, column.name): set(column.type.enums)
        for table in Table.metadata.tables.values()
        for column in table.columns
        if isinstance(column.type, sa.Enum)
    }
    assert {("cases", "stage"), ("outbox", "state")} <= set(enums)
    engine = database.open().engine
    inspector = sa.inspect(engine)
    for (table, column), members in enums.items():
        checks = {
            str(check["name"]): str(check["sqltext"]) for check in inspector.get_check_constraints(table)
        }
        allowed = set(sa.text(checks[f"ck_{table}_{column}"]).text.split("'")[1::2])
        assert allowed == members, (table, column)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE cases SET stage = 'nonsense'",
        "UPDATE cases SET version = 0",
        """INSERT INTO timeline (reference, version, at, event, rule, source, detail)
        VALUES ('MM-99-0001', 1, '2026-01-01', 'x', '', '', '{}')""",
        """INSERT INTO letter_outcomes (letter, becomes, reason, folder, case_references, detail, at)
        VALUES (99, 'x', '', 'processed', '[]', '{}', '2026-01-01')""",
    ],
)
def test_the_database_itself_refuses_what_makes_no_sense(database: Database, statement: str) -> None:
    """A stage that does not exist, a row about no case: whoever writes it."""
    opened = database.open()
    casebook(opened).handle(filing(), MONDAY)
    with pytest.raises(StoreUnavailable, match="refused"), opened.writing() as session:
        session.connection().exec_driver_sql(statement)


def test_a_database_newer_than_the_code_is_refused(database: Database) -> None:
    """It is named, and nothing is changed."""
    opened = database.open()
    with opened.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StoreUnavailable, match=r"newer version of Managed Moves.*9999"):
        database.open()
    with opened.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar() == "9999"


LATER = '''
"""A later version."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("cases") as table:
        table.add_column(sa.Column("colour", sa.String(), nullable=False, server_default="blue"))
        table.create_check_constraint("colour", "colour in ('blue')")
    {more}
'''


def later_scripts(tmp_path: Path, more: str = "") -> Path:
    """The shipped migrations with one more that rebuilds the table of cases."""
    folder = tmp_path / "migrations"
    (folder / "versions").mkdir(parents=True)
    shipped = Path(tables.__file__).parent / "migrations"
    for path in [*shipped.glob("*.py"), *shipped.glob("versions/*.py")]:
        (folder / path.relative_to(shipped)).write_text(path.read_text())
    (folder / "versions" / "0004_later.py").write_text(LATER.format(more=more))
    return folder


def test_an_upgrade_keeps_every_row_and_makes_a_copy_first(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A table that others refer to is rebuilt with its rows; on SQLite the copy has the old version, encrypted."""
    opened = database.open()
    casebook(opened).handle(filing(), MONDAY)
    opened.close()
    monkeypatch.setattr("store.upgrade.SCRIPTS", later_scripts(tmp_path))

    later = database.open()
    case = casebook(later).case("MM-26-0001")
    assert case.referral.value("pupil.upn") == "B999410819707"
    with later.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT colour FROM cases").scalar() == "blue"
    copies = list(tmp_path.glob("*.at-0003"))
    assert len(copies) == (database.kind == "sqlite")
    for copy in copies:
        assert b"Ashdown" not in copy.read_bytes()
        assert mode(copy) == 0o600
        with closing(sqlcipher(copy, KEY)) as connection:
            assert connection.execute("SELECT version_num FROM alembic_version").fetchone() == ("0003",)
            assert connection.execute("SELECT reference FROM cases").fetchone() == ("MM-26-0001",)


def test_an_upgrade_that_fails_changes_nothing(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Halfway through it is undone as a whole, on both databases; the old code opens it as before."""
    opened = database.open()
    casebook(opened).handle(filing(), MONDAY)
    opened.close()
    with monkeypatch.context() as patched:
        patched.setattr(
            "store.upgrade.SCRIPTS", later_scripts(tmp_path, 'op.execute("UPDATE nowhere SET a = 1")')
        )
        with pytest.raises(StoreUnavailable):
            database.open()
    assert casebook(database.open()).case("MM-26-0001").reference == "MM-26-0001"


def test_an_upgrade_that_loses_a_case_is_undone(
    database_of: Callable[[str], Database], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Foreign keys cannot be watched while SQLite's tables are rebuilt, so they are checked before the commit."""
    database = database_of("sqlite")
    opened = database.open()
    casebook(opened).handle(filing(), MONDAY)
    opened.close()
    with monkeypatch.context() as patched:
        patched.setattr("store.upgrade.SCRIPTS", later_scripts(tmp_path, 'op.execute("DELETE FROM cases")'))
        with pytest.raises(StoreUnavailable, match="loose ends"):
            database.open()
    assert casebook(database.open()).case("MM-26-0001").reference == "MM-26-0001"


def test_a_place_that_cannot_hold_a_database_is_told_in_plain_words(tmp_path: Path) -> None:
    """A folder under the database's name, or under its journal's."""
    (tmp_path / "folder.db").mkdir()
    with pytest.raises(StoreUnavailable, match="cannot be opened"):
        open_store(f"sqlite:///{tmp_path}/folder.db", key=KEY)
    open_store(f"sqlite:///{tmp_path}/cases.db", key=KEY).close()
    (tmp_path / "cases.db-wal").mkdir()
    with pytest.raises(StoreUnavailable, match="does not answer"):
        open_store(f"sqlite:///{tmp_path}/cases.db", key=KEY)


def test_opening_again_changes_nothing(database: Database) -> None:
    """A second start, or a second worker, finds the database up to date and makes no copy."""
    first = database.open()
    Outbox(first).put([Message(key="a", road=Road.CHANNEL, kind="post", payload={})], MONDAY)
    upgrade(first.engine, key=database.key)
    assert [line.key for line in Outbox(database.open()).all()] == ["a"]


def test_two_workers_may_start_at_once_on_an_empty_database(tmp_path: Path) -> None:
    """Both open, one of them makes the tables."""
    from concurrent.futures import ThreadPoolExecutor

    url = f"sqlite:///{tmp_path}/cases.db"
    with ThreadPoolExecutor(3) as pool:
        opened = list(pool.map(lambda _: open_store(url, key=KEY), range(3)))
    for each in opened:
        assert Outbox(each).all() == ()
        each.close()


def test_what_is_remembered_is_made_once(database: Database) -> None:
    """The first maker's value stays, for every worker and every start."""
    one, other = database.open(), database.open()
    assert one.remember("secret", lambda: "first") == "first"
    assert other.remember("secret", lambda: "second") == "first"


def test_a_broken_connection_is_told_in_plain_words(postgresql_store: Store) -> None:
    """When the server ends a connection nothing was changed, and the next use works again."""

    def write_while_the_server_hangs_up() -> None:
        with postgresql_store.writing() as session:
            session.add(tables.MetaRow(name="a", value="1"))
            session.flush()
            pid = session.connection().exec_driver_sql("SELECT pg_backend_pid()").scalar()
            with postgresql_store.reading() as other:
                other.connection().execute(sa.select(sa.func.pg_terminate_backend(pid)))

    with pytest.raises(StoreUnavailable, match="Nothing was changed"):
        write_while_the_server_hangs_up()
    assert postgresql_store.remember("a", lambda: "2") == "2"
