"""The real process, killed with SIGKILL while it handles the sample inbox, and started again."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.journeys.westhaven import NOW, lay_out, run_once, seen, settings_of
from tests.store_fixtures import Database

TOML = """
[council]
name = "Westhaven Council"
inbox_address = "school.admissions@westhaven.example"
[database]
url = "{url}"
key = "file:moves.key"
[[mailboxes]]
name = "admissions"
trusted_server = "mx.westhaven.example"
[schools]
gias = "gias-extract.csv"
contacts = "contacts.csv"
"""


class Process:
    """`moves run --once` as a process of its own, at a clock that stands: no lease ever ends there by itself."""

    def __init__(self, folder: Path) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "bot", "run", "--once", "--folder", str(folder)],
            env={**os.environ, "MOVES_SERVICE__CLOCK": NOW.isoformat()},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )

    def killed_after(self, progress: Callable[[], int], much: int) -> bool:
        """Kill it once it has made so much progress; whether it was still alive."""
        until = time.monotonic() + 60
        while self._process.poll() is None and progress() < much and time.monotonic() < until:
            time.sleep(0.002)  # the process is another one: nothing here can be waited for but time
        alive = self._process.poll() is None
        if alive:
            os.kill(self._process.pid, signal.SIGKILL)
        self._process.communicate()
        return alive

    def ended(self) -> None:
        _, errors = self._process.communicate(timeout=100)
        assert self._process.returncode == 0, errors.decode()


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is POSIX")
@pytest.mark.timeout(300)
@pytest.mark.parametrize("seed", range(2))
def test_a_killed_process_started_again_ends_the_same(
    seed: int, database_of: Callable[[str], Database], tmp_path: Path
) -> None:
    """Killed once while it takes letters in and once while it posts and sends, then left alone: as if nothing had been."""
    undisturbed = lay_out(tmp_path / "undisturbed", database_of("sqlite"))
    run_once(undisturbed)

    database = database_of("sqlite")
    folder = tmp_path / "killed"
    lay_out(folder, database)
    (folder / "moves.toml").write_text(TOML.format(url=database.url), encoding="utf-8")
    chance = random.Random(seed)
    killed = [
        Process(folder).killed_after(lambda: _progress(folder), much)
        for much in sorted((chance.randrange(1, 17), chance.randrange(18, 40)))
    ]
    assert any(killed)  # else the machine was too slow to look, and nothing was shown
    Process(folder).ended()

    assert seen(settings_of(folder, database.url).folder, database.url) == seen(
        undisturbed.folder, undisturbed.database.url
    )


def _progress(folder: Path) -> int:
    """Traces of work done: letters moved, posts and letters out."""
    places = ("mailbox/processed", "mailbox/set-aside", "channel", "sent")
    return sum(1 for place in places for file in (folder / place).glob("*") if not file.name.startswith("."))


@pytest.mark.skipif(sys.platform == "win32", reason="SIGTERM is POSIX")
def test_a_service_that_is_stopped_ends_the_step_in_hand_and_goes(
    database_of: Callable[[str], Database], tmp_path: Path
) -> None:
    """`moves run` ends with code 0 on SIGTERM, and the next start goes on where it stood."""
    database = database_of("sqlite")
    folder = tmp_path / "stopped"
    lay_out(folder, database)
    toml = TOML.format(url=database.url) + '[channel]\nkind = "local"\npage_port = 0\n'
    (folder / "moves.toml").write_text(toml, encoding="utf-8")
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "run", "--folder", str(folder)],
        env={**os.environ, "MOVES_SERVICE__CLOCK": NOW.isoformat()},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert process.stdout is not None
    process.stdout.readline()  # it serves: from here on a stop is heard
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=60)
    assert process.returncode == 0

    Process(folder).ended()
    undisturbed = lay_out(tmp_path / "undisturbed", database_of("sqlite"))
    run_once(undisturbed)
    assert seen(folder, database.url) == seen(undisturbed.folder, undisturbed.database.url)
