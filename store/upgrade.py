"""Brings a database to the version of this code when it is opened, after a backup copy where it is a file."""

import os
from contextlib import closing
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from store.engine import sqlcipher, sqlite_file
from store.errors import StoreUnavailable

SCRIPTS = Path(__file__).parent / "migrations"
_UPGRADE_LOCK = 0x6D6F766573  # "moves": one process upgrades a PostgreSQL database at a time


def upgrade(engine: sa.Engine, *, key: bytes | None) -> None:
    """Run the migrations that are missing. Raises `StoreUnavailable` for a database newer than this code."""
    scripts = ScriptDirectory(str(SCRIPTS))
    known = {script.revision for script in scripts.walk_revisions()}
    with engine.connect() as connection:
        at = _revision(connection)
        if at is not None and at not in known:
            raise StoreUnavailable(
                f"The case database was written by a newer version of Managed Moves (its version is {at}). "
                "Nothing was changed: install that version, or a later one."
            )
    wanted = scripts.get_current_head()
    if at != wanted:
        _run(engine, key, wanted)


def back_up(engine: sa.Engine, *, key: bytes, label: str) -> Path | None:
    """Copy a database file beside itself as "cases.db.at-LABEL", under the same key; None on PostgreSQL."""
    path = sqlite_file(engine)
    if path is None:
        return None
    copy = path.with_name(f"{path.name}.at-{label}")
    unfinished = copy.with_name(f"{copy.name}.part")
    unfinished.unlink(missing_ok=True)
    with closing(sqlcipher(path, key)) as source, closing(sqlcipher(unfinished, key)) as target:
        source.backup(target)
    unfinished.replace(copy)
    if hasattr(os, "O_DIRECTORY"):  # the name is on the disk before the original changes
        folder = os.open(copy.parent, os.O_RDONLY | os.O_DIRECTORY)
        os.fsync(folder)
        os.close(folder)
    return copy


def configuration(connection: sa.Connection) -> Config:
    """Alembic's configuration for one connection; there is no ini file."""
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def _revision(connection: sa.Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _run(engine: sa.Engine, key: bytes | None, wanted: str | None) -> None:
    with engine.connect() as connection:
        sqlite = engine.dialect.name == "sqlite"
        if (
            sqlite
        ):  # a table that is rebuilt must not take its children with it; only works outside a transaction
            _raw(connection, "PRAGMA foreign_keys = OFF")
        try:
            with connection.begin():  # on SQLite this alone keeps every other writer out
                if not sqlite:
                    connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_UPGRADE_LOCK)))
                _run_locked(connection, key, wanted)
        finally:
            if sqlite:
                _raw(connection, "PRAGMA foreign_keys = ON")


def _run_locked(connection: sa.Connection, key: bytes | None, wanted: str | None) -> None:
    at = _revision(connection)
    if at == wanted:  # another worker was first
        return
    if at is not None and key is not None:
        back_up(connection.engine, key=key, label=at)
    command.upgrade(configuration(connection), "head")
    _refuse_orphans(connection)


def _refuse_orphans(connection: sa.Connection) -> None:
    if connection.dialect.name == "sqlite" and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
        raise StoreUnavailable(
            "The upgrade of the case database would have left loose ends; nothing was changed."
        )


def _raw(connection: sa.Connection, statement: str) -> None:
    driver = connection.connection.driver_connection
    assert driver is not None
    driver.execute(statement)
