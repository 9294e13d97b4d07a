"""Connections to Exchange (issue 4's traps): dropped ones, busy servers, what the library would do to a whole process."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
import requests
from exchangelib.protocol import BaseProtocol, CachingProtocol

from mail.exchange import ExchangeMailbox
from mail.exchange.connection import PIECE, connect
from mail.exchange.troubles import Busy, Cut
from tests.mail.exchange.conftest import Watch
from tests.mail.exchange.loopback import (
    BusyFault,
    CutAfter,
    CutBefore,
    LoopbackExchange,
    Refuse,
)

MONDAY = datetime(2026, 11, 30, 9, tzinfo=UTC)
RAW = b"From: Head <head@oakfield.example>\r\nSubject: A move\r\nMessage-ID: <1@x>\r\n\r\nDear colleague\r\n"
READS = ("SyncFolderItems", "GetItem", "FindFolder", "CreateFolder", "MoveItem")
Open = Callable[..., ExchangeMailbox]


@pytest.mark.parametrize("operation", READS)
@pytest.mark.parametrize("cut", [CutBefore(), CutAfter()], ids=["before", "after"])
def test_a_dropped_connection_is_tried_again(
    operation: str, cut: CutBefore | CutAfter, exchange: LoopbackExchange, open_box: Open
) -> None:
    """With one connection the library gives up at the first; a letter is listed, read and moved all the same, once."""
    exchange.inbox.deliver(RAW, MONDAY)
    exchange.troubles[operation] = [cut, cut]
    box = open_box()
    (waiting,) = box.waiting()
    assert box.fetch(waiting.id).raw == RAW
    box.file_processed(waiting.id)
    assert exchange.inbox.named("Processed") == [RAW]
    assert box.waiting() == []


def test_a_server_that_keeps_cutting_is_left(exchange: LoopbackExchange, open_box: Open) -> None:
    """Three tries, then the mailbox is in trouble; the next round begins anew."""
    exchange.troubles["SyncFolderItems"] = [CutBefore()] * 3
    box = open_box()
    with pytest.raises(Cut):
        box.waiting()
    assert box.waiting() == []


def test_a_server_that_is_not_there_is_told(open_box: Open) -> None:
    """Nothing listens on port 1."""
    with pytest.raises(Cut, match="address"):
        open_box(endpoint="http://127.0.0.1:1/EWS/Exchange.asmx").check()


def test_a_short_wait_is_waited(exchange: LoopbackExchange, open_box: Open, watch: Watch) -> None:
    """ErrorServerBusy names its milliseconds, a 503 its seconds."""
    exchange.troubles["SyncFolderItems"] = [BusyFault(5000), Refuse(503, {"Retry-After": "7"})]
    assert open_box().waiting() == []
    assert watch.pauses == [5.0, 7.0]


@pytest.mark.parametrize("trouble", [BusyFault(120_000), Refuse(503, {"Retry-After": "120"})])
def test_a_long_wait_is_kept_by_leaving_the_server_alone(
    trouble: BusyFault | Refuse, exchange: LoopbackExchange, open_box: Open, watch: Watch
) -> None:
    """The worker does not stand still for it, and nothing is asked before the time has come."""
    exchange.troubles["SyncFolderItems"] = [trouble]
    box = open_box()
    for _ in range(2):
        with pytest.raises(Busy):
            box.waiting()
    assert (len(exchange.requests), watch.pauses) == (1, [])
    watch.seconds += 121
    assert box.waiting() == []


def test_the_library_holds_nothing_for_the_whole_process(exchange: LoopbackExchange) -> None:
    """Its choice of TLS and its cache of connections are process-wide; two mailboxes would share them."""
    first, second = (connect(exchange.access()) for _ in range(2))
    assert first.protocol is not second.protocol
    assert BaseProtocol.HTTP_ADAPTER_CLS is requests.adapters.HTTPAdapter
    assert not [key for key in CachingProtocol._protocol_cache if key[0] == exchange.url]


def test_bodies_are_read_in_pieces(
    exchange: LoopbackExchange, open_box: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not a byte at a time, which is what the library asks for."""
    sizes: set[int | None] = set()
    read = requests.Response.iter_content

    def spy(self: requests.Response, chunk_size: int | None = 1, decode_unicode: bool = False) -> Any:
        sizes.add(chunk_size)
        return read(self, chunk_size, decode_unicode)

    monkeypatch.setattr(requests.Response, "iter_content", spy)
    letter = exchange.inbox.deliver(RAW + b"x" * 300_000, MONDAY)
    assert len(open_box().fetch(letter.id).raw) > 300_000
    assert 1 not in sizes
    assert PIECE in sizes
