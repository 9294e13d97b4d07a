"""Notices of arrivals: a hint that comes at once, on a connection of its own."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from mail.exchange import ExchangeMailbox, listening
from tests.mail.exchange.loopback import Code, CutBefore, LoopbackExchange

MONDAY = datetime(2026, 11, 30, 9, tzinfo=UTC)
LONG = 10.0  # seconds; a notice that does not come by then never comes
Open = Callable[..., ExchangeMailbox]


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Between two streams, and after a failure."""
    monkeypatch.setattr(listening, "BREATH", 0.01)
    monkeypatch.setattr(listening, "PAUSE", 0.01)


def deliver(exchange: LoopbackExchange) -> None:
    with exchange.changed:
        exchange.inbox.deliver(b"From: a@b.example\r\n\r\nx", MONDAY)
        exchange.changed.notify_all()


def listened(exchange: LoopbackExchange, streams: int = 1) -> bool:
    with exchange.changed:
        return exchange.changed.wait_for(lambda: exchange.streams >= streams, LONG)


def test_an_arrival_is_told_at_once(exchange: LoopbackExchange, open_box: Open) -> None:
    """The first wait ends when listening begins: what came before was not heard. Then each arrival ends one."""
    box = open_box()
    assert box.wait(LONG)
    assert listened(exchange)
    for number in (1, 2):
        deliver(exchange)
        assert box.wait(LONG)
        assert len(box.waiting()) == number


def test_without_an_arrival_the_wait_ends_by_itself(exchange: LoopbackExchange, open_box: Open) -> None:
    """So that the inbox is looked at all the same."""
    box = open_box()
    assert box.wait(LONG)
    assert not box.wait(0.05)


def test_what_arrives_between_two_waits_is_told_by_the_next(
    exchange: LoopbackExchange, open_box: Open
) -> None:
    """Listening goes on while the worker works, and the mailbox can be used meanwhile."""
    box = open_box()
    assert box.wait(LONG)
    assert listened(exchange)
    assert box.waiting() == []
    deliver(exchange)
    assert box.wait(LONG)


@pytest.mark.parametrize("trouble", [CutBefore(), Code("ErrorSubscriptionNotFound")])
def test_a_stream_that_fails_is_begun_anew(
    trouble: CutBefore | Code, exchange: LoopbackExchange, open_box: Open
) -> None:
    """With a new subscription; and since nothing was heard meanwhile, the wait ends."""
    exchange.troubles["GetStreamingEvents"] = [trouble]
    box = open_box()
    assert box.wait(LONG)
    assert listened(exchange)
    assert len(exchange.asked("Subscribe")) == 2
    deliver(exchange)
    assert box.wait(LONG)


def test_a_server_without_notices_is_looked_at_as_ever(exchange: LoopbackExchange, open_box: Open) -> None:
    """Some proxies let no streams through."""
    exchange.troubles["Subscribe"] = [Code("ErrorAccessDenied")] * 3
    box = open_box()
    assert box.wait(LONG)
    deliver(exchange)
    assert len(box.waiting()) == 1


def test_a_wrong_password_is_not_tried_by_listening_either(
    exchange: LoopbackExchange, open_box: Open
) -> None:
    """One login, one patience."""
    box = open_box(password="wrong")
    for _ in range(5):
        assert box.wait(LONG)
    assert exchange.logins == [False]
