"""A process that is killed (SIGKILL) at the worst moment loses nothing and leaves nothing half done."""

import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from store import Letters, Outbox, OutboxState
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


WORKER = """
import os, signal
from pathlib import Path

destination, name, hours, deaths = Path(sys.argv[3]), sys.argv[4], int(sys.argv[5]), sys.argv[6]
outbox, now, begun = Outbox(store), MONDAY + timedelta(hours=hours), 0

def die(where):
    if f"{where} {begun}" == deaths:
        os.kill(os.getpid(), signal.SIGKILL)

while claimed := outbox.claim(name, now, timedelta(minutes=2)):
    begun += 1
    die("before")
    gone = claimed.ask_first and f"{claimed.message.key}\\n" in destination.read_text().splitlines(keepends=True)
    if not gone:
        with destination.open("a") as accepted:
            accepted.write(f"{claimed.message.key}\\n")
    die("after")
    outbox.sent(claimed, "", now)
"""
ROUNDS = (("before 3", "after 5"), ("after 1", "after 4"), ("before 1", "before 6"), ("never", "never"))


def test_nothing_is_lost_or_sent_twice(database: Database, tmp_path: Path) -> None:
    """Two workers, sixty messages, six kills: before the destination took a message, and after it took it but before
    the worker could note so. Each message arrives exactly once, because the next worker asks before it sends.
    """
    destination = tmp_path / "destination"
    destination.touch()
    keys = [f"m{number}" for number in range(60)]
    outbox = Outbox(database.open())
    outbox.put([Message(key=key, road=Road.LETTER, kind="answer", payload={}) for key in keys], MONDAY)

    for hours, deaths in enumerate(ROUNDS):
        workers = [
            run_worker(database, destination, f"worker {number}", hours, death)
            for number, death in enumerate(deaths)
        ]
        ends = [worker.wait() for worker in workers]
        assert ends == [0 if death == "never" else -signal.SIGKILL for death in deaths]
    assert sorted(destination.read_text().split()) == sorted(keys)
    assert {line.state for line in outbox.all()} == {OutboxState.SENT}


def run_worker(
    database: Database, destination: Path, name: str, hours: int, death: str
) -> subprocess.Popen[bytes]:
    key = (database.key or b"").hex()
    arguments = [database.url, key, str(destination), name, str(hours), death]
    return subprocess.Popen(
        [sys.executable, "-c", PRELUDE + WORKER, *arguments],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
