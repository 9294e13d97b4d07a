"""The loop: take letters in, let time pass, deliver. Stops cleanly between steps, and no failure ends it."""

import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from threading import Event, current_thread, main_thread
from types import FrameType

import structlog

from bot.flows.delivery import Delivered, Delivery
from bot.flows.incidents import incident
from bot.flows.intake import Intake, Source, TakenIn
from bot.flows.ticking import Ticking

_log = structlog.get_logger()


@dataclass(slots=True)
class Round:
    """What one round came to. `troubles` are references of what went wrong; the log says more under each."""

    mailboxes: dict[str, TakenIn] = field(default_factory=dict)
    ticked: int = 0
    delivered: Delivered = field(default_factory=Delivered)
    troubles: list[str] = field(default_factory=list)


class Worker:
    """Does what waits, over and over."""

    def __init__(
        self,
        sources: Sequence[Source],
        intake: Intake,
        ticking: Ticking,
        delivery: Delivery,
        *,
        poll_seconds: float = 60.0,
    ) -> None:
        self._sources = sources
        self._intake = intake
        self._ticking = ticking
        self._delivery = delivery
        self._poll_seconds = poll_seconds
        self._wake = Event()
        self._begun = False

    def run_once(self, stopping: Callable[[], bool] = lambda: False) -> Round:
        """Everything that waits, once.

        All letters are taken in before anything goes out, so that an answer which a later letter makes untrue is
        withdrawn before it is sent.
        """
        done = Round()
        self._begin(done)
        for source in self._sources:
            self._guarded(done, "mailbox", partial(self._take_in, source, done, stopping))
        self._guarded(done, "diary", partial(self._tick, done))
        self._guarded(done, "outbox", partial(self._deliver, done, stopping))
        return done

    def run(self, stop: Event) -> None:
        """Round after round until `stop` is set; then the step in hand is finished and nothing new is begun."""
        while not stop.is_set():
            done = self.run_once(stop.is_set)
            _log.debug("round", ticked=done.ticked, sent=done.delivered.sent, troubles=len(done.troubles))
            self._rest(stop)

    def wake(self) -> None:
        """There is something to do now: do not wait for the next poll (a button was pressed, a mailbox called)."""
        self._wake.set()

    def _rest(self, stop: Event) -> None:
        """Until the next poll, a call, or the end, whichever comes first."""
        waited = 0.0
        while waited < self._poll_seconds and not stop.is_set() and not self._wake.wait(_STEP):
            waited += _STEP
        self._wake.clear()

    def _begin(self, done: Round) -> None:
        if not self._begun:
            self._guarded(done, "diary", self._ticking.begin)
            self._guarded(done, "outbox", self._delivery.begin)
            self._begun = True

    def _take_in(self, source: Source, done: Round, stopping: Callable[[], bool]) -> None:
        if not stopping():
            taken = self._intake.take_in(source, stopping)
            done.mailboxes[source.inbox.name] = taken
            done.troubles += taken.troubles

    def _tick(self, done: Round) -> None:
        done.ticked = self._ticking.tick()

    def _deliver(self, done: Round, stopping: Callable[[], bool]) -> None:
        done.delivered = self._delivery.deliver(stopping)

    def _guarded(self, done: Round, part: str, step: Callable[[], object]) -> None:
        """A mailbox that is down, or a database that is busy, is tried again at the next round."""
        try:
            step()
        except Exception as error:  # noqa: BLE001 - the other parts must have their turn
            done.troubles.append(incident(_log, "could not be done", error, part=part))


_STEP = 0.5  # seconds; a stop is heard this soon


@contextmanager
def stopped_by_signals(stop: Event) -> Iterator[None]:
    """SIGTERM and Ctrl+C set `stop` while this holds; the handlers from before are put back after it."""
    if current_thread() is not main_thread():
        yield  # only the main thread may set handlers
        return

    def on_signal(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    numbers = (signal.SIGTERM, signal.SIGINT)
    before = {number: signal.signal(number, on_signal) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
