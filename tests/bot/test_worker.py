"""The loop: letters before answers, no part's failure stops another, and a stop is heard between two steps."""

import os
import signal
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
import structlog.testing

from bot.fakes import InMemoryInbox
from bot.flows.delivery import Delivered
from bot.flows.intake import Source, TakenIn
from bot.worker import Worker, stopped_by_signals


@dataclass
class Parts:
    """The worker's parts in memory: they note their turns and fail where they are told to."""

    turns: list[str] = field(default_factory=list)
    broken: set[str] = field(default_factory=set)
    after: dict[str, Callable[[], None]] = field(default_factory=dict)

    def _turn(self, name: str) -> None:
        self.turns.append(name)
        if name in self.broken:
            raise RuntimeError("Zephyrine Quillfeather")
        self.after.get(name, lambda: None)()

    def take_in(self, source: Source, stopping: Callable[[], bool]) -> TakenIn:
        self._turn(source.inbox.name)
        return TakenIn(kept=1, concluded=1)

    def begin(self) -> int:
        if "begin" not in self.turns:  # of the diary; then of the outbox
            self._turn("begin")
        return 0

    def tick(self) -> int:
        self._turn("tick")
        return 3

    def deliver(self, stopping: Callable[[], bool]) -> Delivered:
        if not stopping():
            self._turn("deliver")
        return Delivered(sent=2)

    def worker(self, *mailboxes: str) -> Worker:
        sources = [Source(InMemoryInbox(name)) for name in mailboxes]
        return Worker(sources, self, self, self, poll_seconds=3600)  # type: ignore[arg-type]


@pytest.fixture
def parts() -> Parts:
    return Parts()


def test_all_letters_are_taken_in_before_anything_goes_out(parts: Parts) -> None:
    """An answer that a later letter makes untrue is withdrawn before it is sent."""
    done = parts.worker("one", "two").run_once()
    assert parts.turns == ["begin", "one", "two", "tick", "deliver"]
    assert (sorted(done.mailboxes), done.ticked, done.delivered.sent, done.troubles) == (
        ["one", "two"],
        3,
        2,
        [],
    )


@pytest.mark.parametrize("broken", ["begin", "one", "tick", "deliver"])
def test_a_failing_part_does_not_stop_the_others(parts: Parts, broken: str) -> None:
    """One bad mailbox, or a busy database, is reported under a reference and tried again at the next round."""
    parts.broken = {broken}
    with structlog.testing.capture_logs() as lines:
        done = parts.worker("one", "two").run_once()
    assert parts.turns == ["begin", "one", "two", "tick", "deliver"]
    assert [line["reference"] for line in lines] == done.troubles
    assert "Quillfeather" not in str(lines)


def test_a_stop_is_heard_between_two_steps(parts: Parts) -> None:
    """The step in hand is finished and nothing new is begun."""
    stop = threading.Event()
    parts.after["one"] = stop.set
    parts.worker("one", "two").run(stop)
    assert parts.turns == ["begin", "one", "tick"]


def test_a_call_ends_the_waiting(parts: Parts) -> None:
    """A pressed button is not kept waiting for the next poll, an hour away here."""
    stop = threading.Event()
    worker = parts.worker("one")
    rounds = iter([worker.wake, stop.set])

    def end_of_round() -> None:
        next(rounds)()

    parts.after["deliver"] = end_of_round
    worker.run(stop)
    assert parts.turns.count("deliver") == 2


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_the_loop_cleanly(parts: Parts, number: signal.Signals) -> None:
    """SIGTERM and Ctrl+C end the run after the step in hand; the handlers from before are put back."""
    before = signal.getsignal(number)
    stop = threading.Event()
    parts.after["one"] = lambda: os.kill(os.getpid(), number)
    with stopped_by_signals(stop):
        parts.worker("one").run(stop)
    assert stop.is_set()
    assert signal.getsignal(number) is before
