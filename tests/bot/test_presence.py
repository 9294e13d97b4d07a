"""A worker that died on this computer is known to be gone; of all others nothing is assumed."""

import os
import socket
import subprocess
import sys

import pytest

from bot.presence import is_gone, new_name

HOST = socket.gethostname()


def test_a_worker_of_this_process_is_there() -> None:
    """Each has a name of its own, also two in one process."""
    one, other = new_name(), new_name()
    assert one != other
    assert not is_gone(one)


@pytest.mark.skipif(sys.platform == "win32", reason="a process cannot be asked for without ending it there")
def test_a_process_that_has_ended_is_gone() -> None:
    """Its number names nobody any more."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    assert is_gone(f"{HOST}/{process.pid}/abcd")


def test_our_own_number_under_another_name_was_another_process() -> None:
    """In a container every start has the same number."""
    assert is_gone(f"{HOST}/{os.getpid()}/from-before")


@pytest.mark.parametrize(
    "name", [f"{HOST}/{os.getppid()}/abcd", "elsewhere/999999/abcd", "worker", f"{HOST}/x/y", ""]
)
def test_nothing_is_assumed_of_others(name: str) -> None:
    """A process that runs, another computer, a name of another make: the lease decides."""
    assert not is_gone(name)
