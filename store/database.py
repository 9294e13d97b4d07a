"""One open case database: short transactions to read and to write, and what the database knows of itself."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, SQLModel

from store.engine import READING, connect
from store.errors import StoreUnavailable
from store.tables import CounterRow, MetaRow
from store.upgrade import upgrade


def open_store(url: str, *, key: bytes | None) -> "Store":
    """Open a case database, making or upgrading it first. `key` is needed for a SQLite file, 32 bytes.

    Raises `StoreUnavailable`, in plain words, when it cannot be opened.
    """
    engine = connect(url, key=key)
    try:
        with _plain_words():
            upgrade(engine, key=key)
    except BaseException:
        engine.dispose()
        raise
    return Store(engine)


class Store:
    """An open case database. Safe to share between threads; every use is one short transaction."""

    def __init__(self, engine: sa.Engine) -> None:
        self.engine = engine
        self._reader = engine.execution_options(**_reading_options(engine))

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A transaction that only reads: it sees one moment, and never waits for a writer."""
        with _plain_words(), Session(self._reader, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A transaction that writes: committed at the end of the block, undone by any exception."""
        with _plain_words(), Session(self.engine, expire_on_commit=False) as session, session.begin():
            yield session

    def remember(self, name: str, make: Callable[[], str]) -> str:
        """What is kept under a name; made and kept the first time, the same for ever after."""
        with self.reading() as session:
            row = session.get(MetaRow, name)
        if row is not None:
            return row.value
        with self.writing() as session:
            insert_once(session, MetaRow.model_validate({"name": name, "value": make()}))
            return session.get_one(MetaRow, name).value

    def recall(self, name: str) -> str:
        """What was noted last under a name, "" when nothing was."""
        with self.reading() as session:
            row = session.get(MetaRow, name)
        return row.value if row else ""

    def note(self, name: str, value: str) -> None:
        """Keep a value under a name, in place of the one before."""
        with self.writing() as session:
            upsert(session, MetaRow, [{"name": name, "value": value}], key=("name",))

    def close(self) -> None:
        """Let go of every connection."""
        self.engine.dispose()


def _reading_options(engine: sa.Engine) -> dict[str, Any]:
    if engine.dialect.name == "sqlite":
        return {READING: True}
    return {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}


def insert_once(session: Session, row: SQLModel) -> Any | None:
    """Insert a row unless a unique key of it is there already: its primary key, or None when it was there."""
    table = sa.inspect(type(row)).local_table
    values = {column.name: getattr(row, key) for key, column in _columns(row) if not _unset_id(row, key)}
    statement = _insert(session, table).values(values).on_conflict_do_nothing()
    return session.connection().execute(statement.returning(*table.primary_key)).scalar()


def upsert(
    session: Session, table: type[SQLModel], rows: list[dict[str, Any]], *, key: tuple[str, ...]
) -> None:
    """Insert rows, or bring those with the same key up to date."""
    statement = _insert(session, sa.inspect(table).local_table)
    changed = {name: statement.excluded[name] for name in rows[0] if name not in key} if rows else {}
    for start in range(0, len(rows), 500):
        session.connection().execute(
            statement.on_conflict_do_update(index_elements=list(key), set_=changed), rows[start : start + 500]
        )


def next_number(session: Session, name: str) -> int:
    """The next number of a series, from 1 on. Its row stays locked until the transaction ends, so there is no gap."""
    table = sa.inspect(CounterRow).local_table
    statement = (
        _insert(session, table)
        .values(name=name, value=1)
        .on_conflict_do_update(index_elements=["name"], set_={"value": table.c.value + 1})
        .returning(table.c.value)
    )
    return int(session.connection().execute(statement).scalar_one())


def _insert(session: Session, table: sa.FromClause) -> postgresql.Insert | sqlite.Insert:
    assert isinstance(table, sa.Table)
    return sqlite.insert(table) if session.get_bind().dialect.name == "sqlite" else postgresql.insert(table)


def _columns(row: SQLModel) -> Iterator[tuple[str, sa.Column[Any]]]:
    for attribute in sa.inspect(type(row)).column_attrs:
        yield attribute.key, attribute.columns[0]


def _unset_id(row: SQLModel, key: str) -> bool:
    return key == "id" and getattr(row, key) is None


@contextmanager
def _plain_words() -> Iterator[None]:
    """A database error in words without the values of the row: those may be a child's, and errors reach logs."""
    try:
        yield
    except sa.exc.DBAPIError as error:
        raise StoreUnavailable(_describe(error)) from None


def _describe(error: sa.exc.DBAPIError) -> str:
    name = type(error.orig).__name__
    if isinstance(error, sa.exc.OperationalError):  # of the connection, the disk or a lock: it quotes no row
        said = str(error.orig).partition("\n")[0].strip().rstrip(".")
        return f"The case database does not answer, or cannot go on: {said or name}. Nothing was changed."
    constraint = getattr(getattr(error.orig, "diag", None), "constraint_name", None)
    return f"The case database refused this ({name}{f', {constraint}' if constraint else ''}). Nothing was changed."
