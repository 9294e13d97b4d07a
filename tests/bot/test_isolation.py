"""Bytes from strangers are opened in a process that can be killed, and the next letter never notices."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.isolation import CannotStart, Child, Died, Failed, Limits, MemoryOver, More, TimeOver

QUICK = Limits(seconds=2.0, most_seconds=4.0, memory_mb=512)


def work(more: More, what: str, argument: float = 0) -> object:
    """What the child runs; it is imported there by name."""
    if what == "pid":
        return os.getpid()
    if what == "spin":
        while True:
            pass
    if what == "sleep":
        time.sleep(argument)
        return "rested"
    if what == "ask, then sleep":
        more(argument)
        time.sleep(argument)
        return "rested"
    if what == "eat":
        return len(bytearray(int(argument) * 1024 * 1024))
    if what == "die":
        os.kill(os.getpid(), signal.SIGKILL)
    if what == "keep":
        KEPT.append(bytearray(os.urandom(1024) * 1024 * int(argument)))
        return os.getpid()
    if what == "start a child":
        return subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]).pid
    raise ValueError(what)


KEPT: list[bytearray] = []


@pytest.fixture
def child() -> Iterator[Child]:
    with Child(work, QUICK) as made:
        yield made


def test_one_process_serves_many_calls(child: Child) -> None:
    """The child is reused: starting an interpreter for each letter would cost more than the letter."""
    assert child.call("pid") == child.call("pid") != os.getpid()


@pytest.mark.parametrize("what", ["spin", "sleep"])
def test_work_past_its_time_is_killed_and_the_next_call_is_served(child: Child, what: str) -> None:
    """Neither a busy loop nor a wait outlives the limit, and the queue goes on in a new process."""
    first = child.call("pid")
    begun = time.monotonic()
    with pytest.raises(TimeOver):
        child.call(what, 60)
    assert time.monotonic() - begun < 10
    assert child.call("pid") != first
    assert not _runs(first)


def test_a_conversion_can_ask_for_more_time_up_to_a_limit(child: Child) -> None:
    """A letter that needs a conversion gets longer; one that always asks for more does not get for ever."""
    assert child.call("ask, then sleep", 2.2) == "rested"
    with pytest.raises(TimeOver):
        child.call("ask, then sleep", 60)


@pytest.mark.skipif(
    sys.platform == "win32", reason="Windows has no memory limit for a process in the standard library"
)
def test_work_that_wants_too_much_memory_is_refused_it(child: Child) -> None:
    """512 MB and no more: a bomb ends its own call, not the machine."""
    with pytest.raises(MemoryOver):
        child.call("eat", 700)
    assert child.call("eat", 50) == 50 * 1024 * 1024


def test_a_crash_is_an_answer(child: Child) -> None:
    """A process that dies of a letter is said to have died, and the next letter is served."""
    with pytest.raises(Died):
        child.call("die")
    assert child.call("pid") != os.getpid()


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGTERM to hear")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_stop_of_the_service_does_not_reach_the_letter_in_hand(
    child: Child, number: signal.Signals
) -> None:
    """A service manager signals every process of a service; the child finishes, and its parent decides."""
    process = child.call("pid")
    os.kill(process, number)
    assert child.call("pid") == process


def test_an_error_is_named_and_not_quoted(child: Child) -> None:
    """An exception's words may quote a letter, so only its kind comes across; the child lives on."""
    first = child.call("pid")
    with pytest.raises(Failed, match=r"^ValueError$"):
        child.call("no such work")
    assert child.call("pid") == first


def test_what_a_killed_child_had_started_is_killed_too(child: Child) -> None:
    """The whole session ends: a converter never outlives the letter it was started for."""
    grandchild = child.call("start a child")
    assert _runs(grandchild)
    with pytest.raises(TimeOver):
        child.call("sleep", 60)
    assert _gone(grandchild)


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="memory in use is read from /proc")
def test_a_child_that_has_grown_is_replaced() -> None:
    """Growth of memory over many letters is cut short by a new process."""
    with Child(work, Limits(seconds=20, growth_mb=20)) as child:
        first = child.call("keep", 1)
        assert child.call("pid") == first
        assert child.call("keep", 40) == first
        assert child.call("pid") != first


def test_a_child_is_replaced_after_so_many_calls() -> None:
    """Where memory cannot be read, the count of calls bounds it."""
    with Child(work, Limits(seconds=20, calls=2)) as child:
        first = child.call("pid")
        assert child.call("pid") == first
        assert child.call("pid") != first


def test_closing_ends_the_child(child: Child) -> None:
    """Nothing is left running behind."""
    process = child.call("pid")
    child.close()
    assert _gone(process)


def test_a_child_that_cannot_be_started_is_not_blamed_on_the_work() -> None:
    """A function that the child cannot import is our computer's trouble: no letter is set aside for it."""
    with Child(NotThere(), QUICK) as child, pytest.raises(CannotStart):
        child.call("pid")


class NotThere:
    """Cannot be brought to a child."""

    def __call__(self, more: More) -> None: ...

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return __import__, ("no_such_module_of_ours",)


def _runs(process: int) -> bool:
    with contextlib.suppress(OSError):
        return "Z" not in Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    return False


def _gone(process: int) -> bool:
    until = time.monotonic() + 10
    while _runs(process) and time.monotonic() < until:
        os.sched_yield()
    return not _runs(process)
