"""Waiting for notices of arrivals. Only a hint: what really lies in the inbox is asked of the change feed."""

from collections.abc import Callable
from threading import Event, Lock, Thread

from mail.errors import MailError
from mail.exchange.line import Line

STREAM = 5
"""Minutes after which a stream of notices is begun anew, so that a dead one is found out."""

BREATH = 5.0
"""Seconds between two streams; the server keeps what happens meanwhile. One that ends streams at once is not flooded."""

PAUSE = 60.0
"""Seconds before listening is tried again after it failed; the inbox is looked at meanwhile as ever."""


class Listener:
    """Listens on a connection of its own, since a stream keeps one to itself, from the first `wait` on."""

    def __init__(self, line: Callable[[], Line]) -> None:
        self._make_line = line
        self._lock = Lock()
        self._thread: Thread | None = None
        self._news = Event()
        self._closing = Event()

    def wait(self, seconds: float) -> bool:
        """True as soon as something may have arrived since the last True, False after so many seconds without a sign."""
        self._begin()
        heard = self._news.wait(seconds)
        if heard:
            self._news.clear()
        return heard

    def close(self) -> None:
        """Stop. A stream that is open ends with its next word from the server; nobody waits for it."""
        self._closing.set()
        self._news.set()  # whoever waits, waits no more

    def _begin(self) -> None:
        with self._lock:
            if self._thread is None and not self._closing.is_set():
                self._line = self._make_line()
                self._thread = Thread(
                    target=self._listen, args=(self._line,), name="exchange-notices", daemon=True
                )
                self._thread.start()

    def _listen(self, line: Line) -> None:
        while not self._closing.is_set():
            try:
                subscription = line.subscribe()
                self._news.set()  # nothing was heard until now
                self._hear(line, subscription)
            except MailError:
                self._news.set()  # something may have arrived while nothing was heard
                self._closing.wait(PAUSE)
        line.close()

    def _hear(self, line: Line, subscription: str) -> None:
        """Stream after stream on one subscription, until it fails or the end."""
        while not self._closing.is_set():
            for arrived in line.notices(subscription, STREAM):
                if arrived:
                    self._news.set()
                if self._closing.is_set():
                    return
            self._closing.wait(BREATH)
