"""The tests' own PostgreSQL: shared by a run's workers, gone after it, and reaped when a run was killed."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import psycopg
import pytest

from tests.postgres import _reap_orphans, folder_of, running_server

ROOT = Path(__file__).parents[2]
START = """
import sys
from tests.postgres import running_server
with running_server(sys.argv[1]):
    print("here", flush=True)
    sys.stdin.read()
"""

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the server's folders are POSIX's")


def test_a_killed_runs_server_is_stopped_and_its_folder_removed(tmp_path: Path) -> None:
    """The run dies by SIGKILL and leaves its server; the next one's start finds and ends it, and no other."""
    orphaned, living = f"{tmp_path}/orphaned", f"{tmp_path}/living"
    run = subprocess.Popen(
        [sys.executable, "-c", START, orphaned],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    with run, running_server(living) as address:
        assert run.stdout is not None
        assert run.stdout.readline() == b"here\n"
        server = psutil.Process(int((folder_of(orphaned) / "postmaster.pid").read_text().splitlines()[0]))
        run.send_signal(signal.SIGKILL)
        run.wait()
        assert server.is_running()

        _reap_orphans()
        server.wait(timeout=20)
        assert not folder_of(orphaned).exists()
        assert os.getpid() in json.loads((folder_of(living) / ".handle_pids.json").read_text())
        with psycopg.connect(address) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
    assert not folder_of(living).exists()
