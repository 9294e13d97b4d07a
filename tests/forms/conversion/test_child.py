"""Foreign programs on a short lead: time, memory, files, network, environment."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from forms import child
from forms.refusals import TookTooLong

pytestmark = pytest.mark.skipif(not child.can_be_held(), reason="foreign programs are started on POSIX only")

PYTHON = "/usr/bin/python3" if Path("/usr/bin/python3").exists() else sys.executable
"""An interpreter that is in sight from inside the sandbox."""


def test_what_a_program_prints_is_returned(tmp_path: Path) -> None:
    """The program gets its input and its output comes back."""
    assert child.run(["cat"], folder=tmp_path, stdin=b"said") == b"said"


def test_a_program_and_all_that_it_started_end_at_the_limit(tmp_path: Path) -> None:
    """A launcher that leaves another program running (as soffice does) is killed with it."""
    began = time.monotonic()
    with pytest.raises(TookTooLong):
        child.run(["sh", "-c", "(sleep 30; touch late) & sleep 30"], folder=tmp_path, seconds=1)
    assert time.monotonic() - began < 10
    assert not (tmp_path / "late").exists()


def ends(process: int) -> bool:
    """Whether a process is gone, or dead and waiting to be buried, before long."""
    until = time.monotonic() + 10
    while time.monotonic() < until:
        try:
            state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
        except (FileNotFoundError, ProcessLookupError):
            return True
        if state in "ZX":
            return True
        os.sched_yield()
    return False


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="processes are looked up in /proc")
def test_a_program_left_behind_ends_with_its_launcher(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a launcher leaves running is killed when the launcher is done, sandbox or not."""
    monkeypatch.setattr(child, "_shut_in", lambda _: [])
    said = child.run(["sh", "-c", "sleep 300 >/dev/null 2>&1 & echo $!"], folder=tmp_path)
    assert ends(int(said))


def test_memory_is_limited(tmp_path: Path) -> None:
    """A program that wants two gigabytes does not get them."""
    said = child.run([PYTHON, "-c", "print(len(bytearray(2 << 30)))"], folder=tmp_path)
    assert said == b""


def test_a_stricter_limit_of_ours_holds(tmp_path: Path) -> None:
    """Started from a process that is itself limited, the program gets no more than that, and still starts."""
    script = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_CPU, (9, 9));"
        "from pathlib import Path; from forms import child;"
        "sys.stdout.buffer.write(child.run(['sh', '-c', 'ulimit -t'], folder=Path(sys.argv[1])))"
    )
    command = [sys.executable, "-c", script, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, check=True, cwd=Path(__file__).parents[3])
    assert done.stdout == b"9\n"


def test_it_writes_no_endless_file(tmp_path: Path) -> None:
    """A file that grows and grows is stopped at the limit."""
    child.run(["sh", "-c", "head -c 300000000 /dev/zero > big"], folder=tmp_path)
    assert (tmp_path / "big").stat().st_size <= child.WRITTEN


def test_no_token_and_no_proxy_reach_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment holds a path, a language and two folders, nothing of ours."""
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-secret")
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example")
    said = child.run(["env"], folder=tmp_path).decode()
    assert {line.partition("=")[0] for line in said.splitlines()} <= {
        "PATH",
        "LANG",
        "HOME",
        "TMPDIR",
        "PWD",
        "SHLVL",
        "_",
    }


@pytest.mark.skipif(not child._permitted("bwrap"), reason="this system permits no sandbox (bwrap)")
def test_other_files_are_out_of_sight(tmp_path: Path) -> None:
    """Inside, there is the program's own folder and the system; no home, no data folder."""
    secret = tmp_path / "secret"
    secret.write_text("Quillfeather")
    folder = tmp_path / "own"
    folder.mkdir()
    assert (
        child.run(["sh", "-c", f"cat {secret} {Path.home()}/.* 2>/dev/null; ls /home"], folder=folder) == b""
    )


@pytest.mark.skipif(not child._shut_in(Path("/tmp")), reason="this system permits no name spaces")
def test_there_is_no_network(tmp_path: Path) -> None:
    """Inside, no interface but the loopback is there."""
    said = child.run(["cat", "/proc/net/dev"], folder=tmp_path).decode()
    assert [line.split(":")[0].strip() for line in said.splitlines() if ":" in line] == ["lo"]
