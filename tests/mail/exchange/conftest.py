"""An Exchange server for a test, and mailboxes on it. What the schema finds wrong in any request or answer fails the test."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import Any

import pytest

from mail.exchange import ExchangeMailbox, ExchangePostbox
from mail.exchange.line import Line
from mail.exchange.patience import Patience
from tests.mail.exchange.loopback import LoopbackExchange

NOW = datetime(2026, 12, 3, 17, tzinfo=UTC)


class Watch:
    """A clock that stands still, and the pauses that were asked for."""

    def __init__(self) -> None:
        self.seconds = 1000.0
        self.pauses: list[float] = []

    def __call__(self) -> float:
        return self.seconds

    def pause(self, seconds: float) -> None:
        self.pauses.append(seconds)


@pytest.fixture
def exchange() -> Iterator[LoopbackExchange]:
    """A server with one mailbox."""
    with LoopbackExchange() as server:
        yield server
    assert server.wrong == []


@pytest.fixture
def watch() -> Watch:
    """The clock of `open_box` and `open_postbox`."""
    return Watch()


@pytest.fixture
def closing(exchange: LoopbackExchange) -> Iterator[ExitStack]:
    """Closed before the server is."""
    with ExitStack() as stack:
        yield stack


@pytest.fixture
def open_box(exchange: LoopbackExchange, watch: Watch, closing: ExitStack) -> Callable[..., ExchangeMailbox]:
    """Opens a mailbox on the server, with what is changed of the access or of the mailbox."""

    def opened(largest: int = 1_000_000, **changed: Any) -> ExchangeMailbox:
        access = exchange.access(**changed)
        line = Line(access, Patience(watch), watch.pause)
        box = ExchangeMailbox(access, now=lambda: NOW, largest=largest, line=line)
        closing.callback(box.close)
        return box

    return opened


@pytest.fixture
def open_postbox(
    exchange: LoopbackExchange, watch: Watch, closing: ExitStack
) -> Callable[..., ExchangePostbox]:
    """Opens a postbox on the server."""

    def opened(**changed: Any) -> ExchangePostbox:
        access = exchange.access(**changed)
        postbox = ExchangePostbox(access, line=Line(access, Patience(watch), watch.pause))
        closing.callback(postbox.close)
        return postbox

    return opened
