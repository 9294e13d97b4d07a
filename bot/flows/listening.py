"""Mailboxes that tell of new letters by themselves are heard in threads of their own; the worker is woken.

What they say is a hint and no more: the worker looks into every mailbox at each poll in any case.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from threading import Event, Thread

import structlog

from bot.flows.incidents import incident
from bot.ports import Listens

A_WHILE = 5.0
"""Seconds of one wait; so soon a stop is heard. Waiting again costs nothing."""

_log = structlog.get_logger()


@contextmanager
def listening(mailboxes: Sequence[Listens], wake: Callable[[], None]) -> Iterator[None]:
    """Hear the mailboxes while this holds."""
    stop = Event()
    threads = [
        Thread(target=_hear, args=(mailbox, wake, stop), name=f"hears-{mailbox.name}", daemon=True)
        for mailbox in mailboxes
    ]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for mailbox in mailboxes:
            mailbox.close()
        for thread in threads:
            thread.join(A_WHILE)


def _hear(mailbox: Listens, wake: Callable[[], None], stop: Event) -> None:
    while not stop.is_set():
        try:
            came = mailbox.wait(A_WHILE)
        except Exception as error:  # noqa: BLE001 - the poll goes on without the hint
            if not stop.is_set():
                incident(_log, "a mailbox could not be heard", error, mailbox=mailbox.name)
            stop.wait(A_WHILE)
        else:
            if came:
                wake()
