"""CPU time of listing and fetching letters from an Exchange mailbox, one by one, from a server in another process.

Each letter has 52 KB, as a referral with its form does. `make bench` prints each row as a multiple of the quickest one: the
second row is the library's own way of reading an answer, a byte at a time.
"""

import multiprocessing
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from multiprocessing.connection import Connection

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from mail.exchange import ExchangeAccess, ExchangeMailbox, connection
from tests.mail.exchange import loopback

LETTERS = 40
RAW = b"From: Head <head@oakfield.example>\r\nSubject: A move\r\n\r\n" + b"eHh4\r\n" * 8_700
TIME = datetime(2026, 11, 30, 9, tzinfo=UTC)

pytestmark = pytest.mark.benchmark(
    group=f"{LETTERS} letters of {len(RAW) // 1000} KB from Exchange",
    timer=time.process_time,
    min_rounds=7,
    warmup=True,
)


def serve(pipe: Connection) -> None:
    """The server's process: unjudged, since the schema is no part of what is measured."""
    loopback.faults = lambda _element: ""
    with loopback.LoopbackExchange() as server:
        for _ in range(LETTERS):
            server.inbox.deliver(RAW, TIME)
        pipe.send(server.access())
        pipe.recv()


@pytest.fixture(scope="module")
def access() -> Iterator[ExchangeAccess]:
    """A server with letters."""
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=serve, args=(theirs,))
    process.start()
    yield ours.recv()
    ours.send("stop")
    process.join(30)


@pytest.fixture
def fetched(request: pytest.FixtureRequest) -> Iterator[Callable[[ExchangeAccess], int]]:
    """Lists and fetches all there is; the bytes that came."""
    if not request.config.getoption("benchmark_enable"):
        pytest.skip("measured by `make bench`")
    opened: list[ExchangeMailbox] = []

    def fetch_all(access: ExchangeAccess) -> int:
        box = ExchangeMailbox(access, now=lambda: TIME)
        opened.append(box)
        return sum(len(box.fetch(waiting.id).raw) for waiting in box.waiting())

    yield fetch_all
    for box in opened:
        box.close()


def test_letters_read_in_pieces(
    fetched: Callable[[ExchangeAccess], int], access: ExchangeAccess, benchmark: BenchmarkFixture
) -> None:
    """As the mailbox does."""
    assert benchmark(fetched, access) == LETTERS * len(RAW)
    _say_letters(benchmark)


def test_letters_read_a_byte_at_a_time(
    fetched: Callable[[ExchangeAccess], int],
    access: ExchangeAccess,
    benchmark: BenchmarkFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As the library does by itself."""
    monkeypatch.setattr(connection, "PIECE", 1)
    assert benchmark(fetched, access) == LETTERS * len(RAW)
    _say_letters(benchmark)


def _say_letters(benchmark: BenchmarkFixture) -> None:
    benchmark.extra_info["letters a CPU-second"] = round(LETTERS / benchmark.stats.stats.median, 1)
