"""CPU time of listing and fetching letters through Graph, from a server in another process, beside the folder mailbox.

Each letter has 52 KB, as a referral with its form does. `make bench` prints each row as a multiple of the quickest one. A
real Graph is far away: there the network's time is what counts (one request a letter, one for each page of 50).
"""

import multiprocessing
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from pathlib import Path

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from bot.ports import Inbox
from mail import FolderMailbox
from mail.graph import Graph, GraphAccess, GraphMailbox
from tests.mail.graph.loopback import LoopbackGraph

LETTERS = 40
RAW = b"From: Head <head@oakfield.example>\r\nSubject: A move\r\n\r\n" + b"eHh4\r\n" * 8_700
TIME = datetime(2026, 11, 30, 9, tzinfo=UTC)

pytestmark = pytest.mark.benchmark(
    group=f"{LETTERS} letters of {len(RAW) // 1000} KB from Graph and from a folder",
    timer=time.process_time,
    min_rounds=7,
    warmup=True,
)


@pytest.fixture(autouse=True)
def only_by_make_bench(request: pytest.FixtureRequest) -> None:
    """Outside of `make bench` nothing here is worth its time."""
    if not request.config.getoption("benchmark_enable"):
        pytest.skip("measured by `make bench`")


def serve(pipe: Connection, folder: Path) -> None:
    """The server's process."""
    with LoopbackGraph() as cloud:
        for _ in range(LETTERS):
            cloud.mailbox.deliver(RAW, TIME)
        pipe.send(cloud.access(folder))
        pipe.recv()


@pytest.fixture
def access(tmp_path: Path) -> Iterator[GraphAccess]:
    """A server with letters."""
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=serve, args=(theirs, tmp_path))
    process.start()
    yield ours.recv()
    ours.send("stop")
    process.join(30)


def fetch_all(inbox: Inbox) -> int:
    """List and fetch all there is; the bytes that came."""
    return sum(len(inbox.fetch(waiting.id).raw) for waiting in inbox.waiting())


def test_letters_from_graph(access: GraphAccess, benchmark: BenchmarkFixture) -> None:
    """Signed in, on connections that are kept: every round is a whole listing, for no place is saved."""
    graph = Graph(access)
    inbox = GraphMailbox(graph)
    assert benchmark(fetch_all, inbox) == LETTERS * len(RAW)
    graph.close()
    _say_letters(benchmark)


def test_letters_from_a_folder(tmp_path: Path, benchmark: BenchmarkFixture) -> None:
    """The same letters as files."""
    inbox = FolderMailbox(tmp_path)
    inbox.prepare()
    for number in range(LETTERS):
        (tmp_path / "arrivals" / f"{number}.eml").write_bytes(RAW)
    assert benchmark(fetch_all, inbox) == LETTERS * len(RAW)
    _say_letters(benchmark)


def _say_letters(benchmark: BenchmarkFixture) -> None:
    benchmark.extra_info["letters per CPU-second"] = round(LETTERS / benchmark.stats.stats.median)
