"""A process that can be killed, for work on bytes that strangers sent.

A thread cannot be stopped and an alarm does not interrupt C code, so a letter is opened in a child: it has its own
session, limited memory and processor time, and is killed, whole, when its time is over. It is reused, because starting
one costs more than opening a letter, and is replaced after a kill, after many calls, or when it has grown.
"""

import contextlib
import multiprocessing
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from types import TracebackType
from typing import Any, Self

MEGABYTE = 1024 * 1024
_POSIX = os.name == "posix"


class Stopped(Exception):
    """The work was stopped."""


class TimeOver(Stopped):
    """It took longer than it was given."""


class MemoryOver(Stopped):
    """It wanted more memory than it was given."""


class Died(Stopped):
    """The process died of it."""


class CannotStart(Exception):
    """No child can be started: the computer's trouble, not the work's."""


class Failed(Exception):
    """The function raised; the text names the kind of error only, since its words may quote a letter."""


@dataclass(frozen=True, slots=True)
class Limits:
    """`seconds` for a call, of which `more()` can be had up to `most_seconds`; memory in MB."""

    seconds: float = 10.0
    most_seconds: float = 140.0  # a letter with two conversions of 60 s
    memory_mb: int = 512
    growth_mb: int = 96  # a child that has grown by so much is replaced
    calls: int = 500  # and so is one after so many calls


_START_SECONDS = 60.0  # starting an interpreter on a busy computer; it is not taken off the work's time

More = Callable[[float], None]
"""Given to the function as its first argument: asks for so many seconds more, before a conversion is started."""


class Child:
    """Runs one importable function, call after call, in a child process. Not for several threads at once."""

    def __init__(self, function: Callable[..., Any], limits: Limits | None = None) -> None:
        self._function = function
        self._limits = limits or Limits()
        self._context = multiprocessing.get_context("spawn")
        self._process: BaseProcess | None = None
        self._pipe: Connection | None = None
        self._calls = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def pid(self) -> int | None:
        """The child's process id, None while there is none."""
        return self._process.pid if self._process else None

    def call(self, *arguments: Any) -> Any:
        """What the function returns. Raises `TimeOver`, `MemoryOver`, `Died`, or `Failed` when it raised."""
        pipe = self._ready()
        self._calls += 1
        try:
            pipe.send(arguments)
            said, value, grown = self._answer(pipe)
        except (EOFError, OSError) as error:
            raise self._obituary() from error
        except BaseException:
            self.close()  # a late answer must never be taken for the next call's
            raise
        if grown or self._calls >= self._limits.calls or said == "memory":
            self.close()
        return _unpacked(said, value)

    def close(self) -> None:
        """End the child and everything it started. It is started anew by the next call."""
        process, pipe = self._process, self._pipe
        self._process = self._pipe = None
        self._calls = 0
        if pipe is not None:
            pipe.close()
        if process is not None:
            _end(process)

    def start(self) -> None:
        """Have a child ready. Raises `CannotStart`; so does `call`."""
        self._ready()

    def _ready(self) -> Connection:
        if self._process is None or self._pipe is None or not self._process.is_alive():
            self.close()
            self._start()
        assert self._pipe is not None
        return self._pipe

    def _start(self) -> None:
        ours, theirs = self._context.Pipe()
        process = self._context.Process(
            target=_serve, args=(theirs, self._function, self._limits), name="moves-reader", daemon=True
        )
        try:
            process.start()
            theirs.close()
            _hear(ours, _START_SECONDS)
        except (EOFError, OSError) as error:
            ours.close()
            _end(process)
            raise CannotStart from error
        self._process, self._pipe = process, ours

    def _answer(self, pipe: Connection) -> tuple[str, Any, bool]:
        start = time.monotonic()
        until = start + self._limits.seconds
        while pipe.poll(max(0.0, until - time.monotonic())):
            said, value, grown = pipe.recv()
            if said != "more":
                return said, value, grown
            until = min(until + value, start + self._limits.most_seconds)
        raise TimeOver

    def _obituary(self) -> Stopped:
        process = self._process
        if process is not None:
            process.join(5)
        code = process.exitcode if process is not None else None
        self.close()
        return TimeOver() if _POSIX and code == -signal.SIGXCPU else Died()


def _hear(pipe: Connection, seconds: float) -> None:
    if not pipe.poll(seconds):
        raise EOFError
    pipe.recv()


def _unpacked(said: str, value: Any) -> Any:
    if said == "memory":
        raise MemoryOver
    if said == "error":
        raise Failed(value)
    return value


def _end(process: BaseProcess) -> None:
    """Kill the child's whole session, so that nothing it started outlives it."""
    if process.pid is None:
        return  # it was never started
    if _POSIX:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    if process.is_alive():
        process.kill()
    process.join(10)
    with contextlib.suppress(ValueError):
        process.close()


# ------------------------------------------------------------------ in the child


def _serve(pipe: Connection, function: Callable[..., Any], limits: Limits) -> None:
    _enclose(limits)
    _say(pipe, ("ready", None, False))
    size_at_first = 0.0
    for arguments in _calls(pipe):
        _limit_processor(limits.most_seconds)
        said, value = _outcome(function, _asker(pipe), arguments)
        size_at_first = size_at_first or _size_mb()
        if not _say(pipe, (said, value, _size_mb() - size_at_first > limits.growth_mb)):
            return


def _calls(pipe: Connection) -> Iterator[tuple[Any, ...]]:
    while True:
        try:
            yield pipe.recv()
        except (EOFError, OSError):
            return  # the parent has gone


def _asker(pipe: Connection) -> More:
    def more(seconds: float) -> None:
        _say(pipe, ("more", seconds, False))

    return more


def _outcome(function: Callable[..., Any], more: More, arguments: tuple[Any, ...]) -> tuple[str, Any]:
    try:
        return "value", function(more, *arguments)
    except MemoryError:
        return "memory", None
    except Exception as error:  # noqa: BLE001 - whatever a stranger's bytes provoke is an answer, not a crash
        return "error", type(error).__name__


def _say(pipe: Connection, message: tuple[str, Any, bool]) -> bool:
    try:
        pipe.send(message)
    except OSError:
        return False
    return True


def _enclose(limits: Limits) -> None:
    """Own session, so that the whole family can be killed. Ctrl+C and a service's stop are the parent's to hear.

    Both may reach this process too; were it to die of them, the letter in hand would be blamed for it.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    if sys.platform == "win32":
        return  # the time limit holds there too; the memory limit has no equal in the standard library
    import resource

    with contextlib.suppress(OSError):
        os.setsid()
    # The soft limit only: a converter that this process starts has a larger one of its own (`forms/conversion`).
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (_within(limits.memory_mb * MEGABYTE, hard), hard))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a core file would hold a pupil's data


def _limit_processor(seconds: float) -> None:
    """Second line behind the parent's clock, should the parent itself be stopped."""
    if sys.platform == "win32":
        return
    import resource

    used = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    allowed = int(used.ru_utime + used.ru_stime + seconds) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (_within(allowed, hard), hard))


def _within(wanted: int, hard: int) -> int:
    return wanted if hard < 0 else min(wanted, hard)  # -1 is "no limit"


def _size_mb() -> float:
    """Memory in use now, 0 where the system does not say (then only the count of calls replaces a child)."""
    try:
        with open("/proc/self/statm", encoding="ascii") as file:  # noqa: PTH123 - read at each call; cheap
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / MEGABYTE
    except (OSError, ValueError, IndexError):
        return 0.0
