"""IMAP on Dovecot: CPU time of listing, fetching and filing letters, and how soon a new letter is noticed.

Each letter has 52 KB, as a referral with its form does. The first group is our own CPU time; the bound is one session of
IMAPClient that fetches the same letters in a single command, as no intake that survives a crash could. The second is the
clock's time from a letter's arrival in the mailbox to the card in the channel's folder, with IDLE and with a look every
five seconds (the least that the settings allow; a minute is the default).
"""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Thread

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

import mail
from bot.clock import SetClock
from bot.composition import build
from bot.flows.listening import listening
from bot.settings import load
from mail.imap import ImapMailbox
from tests.journeys.test_imap import Council
from tests.journeys.westhaven import DEMO, NOW
from tests.mail import smtp_sink
from tests.mail.imap.dovecot import User
from tests.mail.imap.dovecot import dovecot as dovecot  # noqa: PLC0414 - fixtures
from tests.mail.imap.dovecot import user as user  # noqa: PLC0414
from tests.store_fixtures import *  # noqa: F403 - the fixtures are named in its __all__
from tests.store_fixtures import Database

pytestmark = pytest.mark.needs("dovecot")
LETTERS = 40
RAW = b"From: Head <head@oakfield.example>\r\nSubject: A move\r\n\r\n" + b"eHh4\r\n" * 8_700
TIME = datetime(2026, 11, 20, 9, tzinfo=UTC)
ROUNDS = 5

in_cpu_time = pytest.mark.benchmark(
    group=f"{LETTERS} letters of {len(RAW) // 1000} KB from Dovecot, CPU time", timer=time.process_time
)
by_the_clock = pytest.mark.benchmark(group="from arrival to card, by the clock", timer=time.perf_counter)


@pytest.fixture(autouse=True)
def measured(request: pytest.FixtureRequest) -> None:
    if not request.config.getoption("benchmark_enable"):
        pytest.skip("measured by `make bench`")


def filled(user: User) -> tuple[tuple[User], dict[str, object]]:
    """A fresh account of the same server, with letters."""
    fresh = user.server.user()
    for number in range(LETTERS):
        fresh.deliver(f"Message-ID: <{number}@oakfield.example>\r\n".encode() + RAW, TIME)
    return (fresh,), {}


def at_once(user: User) -> int:
    """The least that anyone must do: all letters in one answer."""
    with user.client() as client:
        return len(client.fetch(client.search(["ALL"]), ["BODY.PEEK[]"]))


def one_by_one(user: User) -> int:
    """List, fetch each letter, file it."""
    inbox = ImapMailbox(user.settings)
    waiting = inbox.waiting()
    for one in waiting:
        inbox.fetch(one.id)
        inbox.file_processed(one.id)
    inbox.close()
    return len(waiting)


@in_cpu_time
@pytest.mark.parametrize("take", [at_once, one_by_one])
def test_letters_taken(benchmark: BenchmarkFixture, user: User, take: Callable[[User], int]) -> None:
    """Divide the number of letters by the row's time for letters a second."""
    assert benchmark.pedantic(take, setup=lambda: filled(user), rounds=ROUNDS) == LETTERS


@pytest.fixture
def serving(
    user: User, database_of: Callable[[str], Database], tmp_path: Path
) -> Iterator[Callable[[bool], Council]]:
    """A bot that runs, with an empty mailbox: hearing the mailbox (IDLE), or only looking every five seconds."""
    with ExitStack() as closing:

        def serve(hears: bool) -> Council:
            sink = closing.enter_context(smtp_sink.running(tmp_path / "smtp", data_size_limit=30_000_000))
            council = Council(tmp_path / "council", user, sink, database_of("sqlite"), letters=False)
            toml = council.folder / "moves.toml"
            toml.write_text(toml.read_text() + "[service]\npoll_seconds = 5\n", encoding="utf-8")
            moves = closing.enter_context(build(load(council.folder), SetClock(NOW)))
            stop = Event()
            thread = Thread(target=moves.worker.run, args=(stop,))
            if hears:
                closing.enter_context(listening([*moves.roads.listeners()], moves.worker.wake))
            thread.start()
            closing.callback(thread.join)
            closing.callback(stop.set)
            return council

        yield serve


@by_the_clock
@pytest.mark.timeout(300)
@pytest.mark.parametrize("hears", [True, False], ids=["IDLE", "a look every 5 s"])
def test_arrival_to_card(
    benchmark: BenchmarkFixture, serving: Callable[[bool], Council], hears: bool
) -> None:
    """A sample referral with its form, read, decided and posted."""
    council = serving(hears)
    names = iter(
        ["01-complete", "02-no-parent-agreement", "03-gaps", "05-looked-after", "06-ehcp", "07-late"]
    )

    def arrive() -> None:
        raw = (DEMO / "inbox" / f"{next(names)}.eml").read_bytes()
        posts = council.posts()
        council.user.deliver(raw, mail.received_time(raw, NOW))
        until = time.monotonic() + 60
        while council.posts() == posts and time.monotonic() < until:
            time.sleep(0.005)  # the channel is a folder: nothing there can be waited for but time
        assert council.posts() > posts

    def rest() -> None:
        """Until the round before is over: a letter leads to more than one post."""
        posts, since = council.posts(), time.monotonic()
        while time.monotonic() - since < 1.3:
            time.sleep(0.01)  # the same
            if council.posts() != posts:
                posts, since = council.posts(), time.monotonic()

    arrive()  # the child that opens letters has started by now
    benchmark.pedantic(arrive, setup=rest, rounds=5)
