"""Fixtures for an open case database. A conftest takes them with `from tests.store_fixtures import *`.

`store` runs a test on both databases; `sqlite_store` and `postgresql_store` on one. Each test has a database of its
own, copied from one that was migrated once.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import pytest

from store import Store, open_store
from tests.postgres import create_database, drop_database, running_server

__all__ = [
    "database",
    "database_of",
    "postgresql_store",
    "postgresql_template",
    "sqlite_store",
    "sqlite_template",
    "store",
]

KEY = bytes(range(32))
BOTH = ("sqlite", "postgresql")


@dataclass(frozen=True)
class Database:
    """An address and, for SQLite, the key."""

    kind: str
    url: str
    key: bytes | None
    opened: list[Store] = field(default_factory=list)

    def open(self) -> Store:
        """Open it, as another process would; it is closed at the end of the test."""
        self.opened.append(open_store(self.url, key=self.key))
        return self.opened[-1]


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "cases.db"
    open_store(f"sqlite:///{path}", key=KEY).close()
    return path


@pytest.fixture(scope="session")
def postgresql_template(worker_id: str, testrun_uid: str) -> Iterator[tuple[str, str]]:
    with running_server(testrun_uid) as address:
        name = f"template_{worker_id}_{os.getpid()}_{next(_serial)}"  # each conftest that takes this has one
        open_store(create_database(address, name), key=None).close()
        yield address, name


@pytest.fixture
def database_of(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[str], Database]]:
    """A function that makes a fresh migrated database of a kind, "sqlite" or "postgresql"."""
    numbers = count()

    def sqlite() -> Database:
        path = tmp_path / f"cases-{next(numbers)}.db"
        shutil.copyfile(request.getfixturevalue("sqlite_template"), path)
        return Database("sqlite", f"sqlite:///{path}", KEY)

    def postgresql() -> Database:
        address, template = request.getfixturevalue("postgresql_template")
        name = f"test_{os.getpid()}_{next(_serial)}"
        url = create_database(address, name, template=template)
        ending.callback(drop_database, address, name)
        return Database("postgresql", url, None)

    def make(kind: str) -> Database:
        database = {"sqlite": sqlite, "postgresql": postgresql}[kind]()
        ending.callback(lambda: [store.close() for store in database.opened])
        return database

    with ExitStack() as ending:
        yield make


_serial = count()


@pytest.fixture(params=BOTH)
def database(request: pytest.FixtureRequest, database_of: Callable[[str], Database]) -> Database:
    """A fresh database of each kind in turn."""
    return database_of(request.param)


@pytest.fixture
def store(database: Database) -> Store:
    """An open case database, of each kind in turn."""
    return database.open()


@pytest.fixture
def sqlite_store(database_of: Callable[[str], Database]) -> Store:
    return database_of("sqlite").open()


@pytest.fixture
def postgresql_store(database_of: Callable[[str], Database]) -> Store:
    return database_of("postgresql").open()
