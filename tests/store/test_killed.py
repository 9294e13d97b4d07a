"""A process that is killed (SIGKILL) at the worst moment loses nothing and leaves nothing half done."""

import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from store import Letters, Outbox
from store.messages import Message, Road
from tests.store.cases import MONDAY, casebook, filing
from tests.store_fixtures import Database

LEASE = timedelta(minutes=2)
ROOT = Path(__file__).parents[2]
PRELUDE = """
import sys
from datetime import timedelta
from store import Conclusion, Letters, Outbox, open_store
from tests.store.cases import MONDAY, casebook, compose, filing

def stop_here(*_):
    print("here", flush=True)
    sys.stdin.read()

store = open_store(sys.argv[1], key=bytes.fromhex(sys.argv[2]) or None)
"""
IN_A_COMMAND = "casebook(store, compose=stop_here).handle(filing(2), MONDAY)"
IN_A_CONCLUSION = """
casebook(store).conclude(1, Conclusion(becomes="referral"), [filing(1), stop_here], MONDAY)
"""
AFTER_A_CLAIM = """
Outbox(store).claim("killed", MONDAY, timedelta(minutes=2))
stop_here()
"""

pytestmark = pytest.mark.skipif(os.name == "nt", reason="SIGKILL is POSIX's")


def kill_while(database: Database, script: str) -> None:
    """Run a script in a process of its own until it stops, and kill it there."""
    process = subprocess.Popen(
        [sys.executable, "-c", PRELUDE + script, database.url, (database.key or b"").hex()],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    with process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"here\n"
        process.send_signal(signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL


def test_killed_in_a_command(database: Database) -> None:
    """Nothing of it is there, its reference is given to the next, and the database is not locked."""
    book = casebook(database.open())
    book.handle(filing(1), MONDAY)
    kill_while(database, IN_A_COMMAND)
    assert [case.reference for case in book.cases()] == ["MM-26-0001"]
    assert book.handle(filing(2), MONDAY)[0].reference == "MM-26-0002"


def test_killed_in_a_conclusion(database: Database) -> None:
    """The letter is as unsettled as before, and can be settled."""
    store = database.open()
    letter = Letters(store).keep("inbox", "1", b"letter", MONDAY, MONDAY)
    assert letter.id == 1
    kill_while(database, IN_A_CONCLUSION)
    assert [waiting.id for waiting in Letters(store).unconcluded("inbox")] == [1]
    assert casebook(store).cases() == ()
    assert Outbox(store).all() == ()


def test_killed_after_a_claim(database: Database) -> None:
    """The message is leased until the lease ends; then the next worker has it and asks first."""
    outbox = Outbox(database.open())
    outbox.put([Message(key="a", road=Road.CHANNEL, kind="post", payload={})], MONDAY)
    kill_while(database, AFTER_A_CLAIM)
    assert outbox.claim("next", MONDAY + LEASE - timedelta(seconds=1), LEASE) is None
    claimed = outbox.claim("next", MONDAY + LEASE, LEASE)
    assert claimed is not None
    assert claimed.ask_first
