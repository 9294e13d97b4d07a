"""How the database is reached: SQLite as one encrypted file, or PostgreSQL by URL."""

import os
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import sqlcipher3.dbapi2  # type: ignore[import-untyped]
from sqlalchemy.pool import ConnectionPoolEntry

from store.columns import to_json
from store.errors import StoreUnavailable

KEY_BYTES = 32
WAIT_FOR_LOCK_MS = 20_000
READING = "moves_reading"  # execution option: this transaction will not write


def connect(url: str, *, key: bytes | None) -> sa.Engine:
    """An engine for a database URL. Raises `StoreUnavailable` in plain words for a URL that cannot be used."""
    try:
        parsed = sa.make_url(url)
    except sa.exc.ArgumentError:
        raise StoreUnavailable("The database address is not a URL such as sqlite:///cases.db.") from None
    if parsed.get_backend_name() == "sqlite":
        return _sqlite(parsed, key)
    if parsed.get_backend_name() in ("postgresql", "postgres"):
        return _postgresql(parsed)
    raise StoreUnavailable("The database address must begin with sqlite:/// or postgresql://.")


def sqlite_file(engine: sa.Engine) -> Path | None:
    """The file behind an engine, None on PostgreSQL."""
    if engine.dialect.name != "sqlite":
        return None
    return Path(engine.url.database or "")


def sqlcipher(path: Path, key: bytes) -> Any:
    """An open connection to an encrypted file, which is made (mode 0600) if it is not there."""
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        path.chmod(0o600)  # SQLite gives -wal and -shm the same mode
    except OSError as error:
        raise StoreUnavailable(f"The case database {path} cannot be opened: {error.strerror}.") from error
    connection = sqlcipher3.dbapi2.connect(str(path), check_same_thread=False, isolation_level=None)
    unlock(connection, key)
    return connection


def unlock(connection: Any, key: bytes) -> None:
    """Give a fresh connection its key, and see whether it fits. Raises `StoreUnavailable` when it does not."""
    connection.execute("PRAGMA cipher_log_level = NONE")  # a wrong key is told below, not on stderr
    connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
    try:
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlcipher3.dbapi2.OperationalError:
        connection.close()
        raise
    except sqlcipher3.dbapi2.DatabaseError:
        connection.close()
        raise StoreUnavailable(
            "The case database does not open with this key: either the key is another one's, or the file is no case database."
        ) from None


def _sqlite(url: sa.URL, key: bytes | None) -> sa.Engine:
    path = _usable_file(url)
    if key is None or len(key) != KEY_BYTES:
        raise StoreUnavailable(f"The case database is encrypted: it needs its key of {KEY_BYTES} bytes.")
    engine = sa.create_engine(
        url.set(drivername="sqlite", query={}),
        module=sqlcipher3.dbapi2,
        creator=lambda: sqlcipher(path, key),
        json_serializer=to_json,
        hide_parameters=True,  # an error's text may reach a log
    )
    sa.event.listen(engine, "connect", _prepare_sqlite)
    sa.event.listen(engine, "begin", _begin_sqlite)
    return engine


def _usable_file(url: sa.URL) -> Path:
    if not url.database or url.database == ":memory:":
        raise StoreUnavailable("The case database must be a file, for example sqlite:///cases.db.")
    path = Path(url.database)
    if not path.parent.is_dir():
        raise StoreUnavailable(f"The folder of the case database does not exist: {path.parent}.")
    return path


def _prepare_sqlite(connection: Any, _: ConnectionPoolEntry) -> None:
    for pragma in (
        f"busy_timeout = {WAIT_FOR_LOCK_MS}",
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
        "secure_delete = ON",
        "temp_store = MEMORY",  # nothing about a child in a temporary file
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: sa.Connection) -> None:
    # A transaction that will write takes the lock at once: taken halfway it may be refused without waiting.
    reading = connection.get_execution_options().get(READING, False)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


def _postgresql(url: sa.URL) -> sa.Engine:
    return sa.create_engine(
        url.set(drivername="postgresql+psycopg"),
        connect_args={"connect_timeout": 10, "options": "-c timezone=UTC -c lock_timeout=20s"},
        pool_pre_ping=True,
        json_serializer=to_json,
        hide_parameters=True,
    )
