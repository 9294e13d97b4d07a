"""Killed at any point and started again, the result is the same: nothing is lost, nothing is done twice."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from itertools import count
from typing import Any

import pytest

import mail
from bot.clock import SetClock
from bot.composition import MEGABYTE
from bot.correspondence import Letterbook, Writer
from bot.fakes import InMemoryInbox, InMemoryPostbox
from bot.fakes_channel import InMemoryChannel
from bot.flows.delivery import LEASE, Delivery, ToChannel, ToPostbox
from bot.flows.desk import Rulebook
from bot.flows.intake import Intake, Source
from bot.flows.opening import OpenedLetter, Opening, mark_form, open_letter
from bot.flows.ticking import Ticking
from bot.messages import Composer
from bot.settings import Council
from bot.worker import Worker
from store import Casebook, Directory, KeptLetter, Letters, Outbox, OutboxState
from store.messages import Road
from store.protocol import SchoolCalendar, load, panel_dates
from store.protocol.term_files import read_toml
from tests.journeys.faults import Faults, KillableStore, Killed, Port
from tests.journeys.westhaven import DEMO, NOW
from tests.store_fixtures import Database

# A form with gaps and its correction, a looked-after child's with its notices, and a protected file with its answer:
# every kind of thing that a letter can lead to.
LETTERS = ("13-password-protected", "03-gaps", "05-looked-after", "04-gaps-corrected")
SHARDS = 8
COUNCIL = Council(name="Westhaven Council", inbox_address="school.admissions@westhaven.example")


@dataclass
class World:
    """What outlives a killed process: the mailbox, the channel, the sent mail and the database."""

    database: Database
    inbox: InMemoryInbox = field(default_factory=lambda: InMemoryInbox("admissions"))
    channel: InMemoryChannel = field(default_factory=InMemoryChannel)
    postbox: InMemoryPostbox = field(default_factory=InMemoryPostbox)

    def __post_init__(self) -> None:
        for name in LETTERS:
            raw = (DEMO / "inbox" / f"{name}.eml").read_bytes()
            self.inbox.deliver(raw, mail.received_time(raw, NOW))
        opened = self.database.open()
        directory = Directory(opened)
        directory.load_schools((DEMO / "gias-extract.csv").read_bytes())
        directory.load_contacts((DEMO / "contacts.csv").read_bytes())
        opened.close()

    def live(self, at: datetime, faults: Faults) -> None:
        """One life of the process: start, do all that waits, end."""
        store = self.database.open()
        try:
            _worker(self, KillableStore(store, faults), SetClock(at), faults).run_once()
        finally:
            store.close()

    def result(self) -> dict[str, Any]:
        """All that can be seen in the end, times left out."""
        store = self.database.open()
        casebook = _casebook(store, SetClock(NOW))
        found = {
            "letters": [_seen_letter(one) for one in Letters(store).all()],
            "cases": [case.model_dump(exclude={"told"}) for case in casebook.cases()],
            "outbox": sorted((line.key, line.state) for line in Outbox(store).all()),
            "processed": sorted(self.inbox.processed),
            "aside": sorted(self.inbox.aside),
            "waiting": self.inbox.waiting(),
            "sent": sorted((one.recipients, one.message_id) for one in self.postbox.letters),
            "posts": sorted(
                (post.key, self._card(post.thread), post.content["text"]) for post in self.channel.posts
            ),
        }
        store.close()
        return found

    def _card(self, place: str) -> str:
        return next((post.key for post in self.channel.posts if post.place == place), "")


class InProcess:
    """Opens letters here. Opening is a function of the bytes, so that a letter is parsed once in all lives."""

    def start(self) -> None: ...

    def __call__(self, kept: KeptLetter, raw: bytes, how: Opening) -> OpenedLetter:
        return _opened(raw, kept.received, how)

    def mark(self, kept: KeptLetter, raw: bytes, how: Opening, number: int, paths: tuple[str, ...]) -> bytes:
        return _marked(raw, kept.received, how, number, paths)


@cache
def _marked(raw: bytes, received: datetime, how: Opening, number: int, paths: tuple[str, ...]) -> bytes:
    return mark_form(lambda _seconds: None, raw, received, how, number, paths)


@cache
def _opened(raw: bytes, received: datetime, how: Opening) -> OpenedLetter:
    return open_letter(lambda _seconds: None, raw, received, how)


def _casebook(store: Any, clock: SetClock) -> Casebook:
    terms = read_toml(DEMO / "terms.toml")
    protocol, calendar, panels = load("salford"), SchoolCalendar.from_data(terms), panel_dates(terms)
    letterbook = Letterbook(Writer(COUNCIL, protocol), Directory(store), clock, b"a secret")
    composer = Composer(letterbook, Rulebook(protocol, calendar, panels, clock).allowed)
    return Casebook(store, protocol, calendar, panels, composer, compose_panel=composer.for_panel)


def _worker(world: World, store: KillableStore, clock: SetClock, faults: Faults) -> Worker:
    casebook, outbox = _casebook(store, clock), Outbox(store)
    intake = Intake(
        letters=Letters(store), casebook=casebook, people=Directory(store), opener=InProcess(),
        messages=casebook._compose, clock=clock,  # type: ignore[arg-type]
    )  # fmt: skip
    source = Source(
        Port(world.inbox, faults), Opening(trusted_server="mx.westhaven.example"), largest=MEGABYTE
    )
    roads = {
        Road.CHANNEL: ToChannel(Port(world.channel, faults), outbox.place),
        Road.LETTER: ToPostbox(Port(world.postbox, faults)),
    }
    delivery = Delivery(outbox, roads, clock, worker=f"life {next(_LIVES)}")
    return Worker([source], intake, Ticking(casebook, clock), delivery)


_LIVES = count(1)


def _seen_letter(kept: KeptLetter) -> tuple[Any, ...]:
    assert kept.outcome is not None
    return kept.id, kept.duplicate_of, kept.moved_at is not None, kept.outcome.conclusion


def after_a_kill(database: Database, at: int) -> tuple[dict[str, Any], World, bool]:
    """The result of a life killed at a step and of the next life, which begins once the dead one's claims have ended."""
    world, killed = World(database), False
    try:
        world.live(NOW, Faults(at))
    except Killed:
        killed = True
        world.live(NOW + LEASE + timedelta(seconds=1), Faults())
    return world.result(), world, killed


def steps_of(database: Database) -> int:
    faults = Faults()
    World(database).live(NOW, faults)
    return faults.steps


def assert_nothing_doubled(world: World) -> None:
    assert set(Counter(post.key for post in world.channel.posts).values()) == {1}
    assert set(Counter(letter.message_id for letter in world.postbox.letters).values()) == {1}


@pytest.mark.timeout(600)
@pytest.mark.parametrize("shard", range(SHARDS))
def test_a_kill_at_any_step_changes_nothing_of_the_result(
    shard: int, database_of: Callable[[str], Database]
) -> None:
    """Before and after every call to mailbox, channel and postbox, and round every commit: the same end, nothing twice."""
    expected, world, _ = after_a_kill(database_of("sqlite"), at=0)
    assert_nothing_doubled(world)
    assert len(world.postbox.letters) == len({"04", "05", "virtual school", "social care", "13"})
    steps = steps_of(database_of("sqlite"))
    assert steps > 150
    for at in range(shard + 1, steps + 1, SHARDS):
        result, world, killed = after_a_kill(database_of("sqlite"), at)
        assert killed
        assert result == expected, f"killed at step {at}"
        assert_nothing_doubled(world)


@pytest.mark.timeout(600)
def test_kills_on_postgresql_end_the_same(database_of: Callable[[str], Database]) -> None:
    """Every 17th step on PostgreSQL, whose locks and rollbacks are its own."""
    expected, _, _ = after_a_kill(database_of("postgresql"), at=0)
    for at in range(5, steps_of(database_of("postgresql")), 17):
        result, world, _ = after_a_kill(database_of("postgresql"), at)
        assert result == expected, f"killed at step {at}"
        assert_nothing_doubled(world)


def test_a_life_that_is_killed_again_and_again_gets_there(database_of: Callable[[str], Database]) -> None:
    """Ten lives, each killed a little further on, then one that is left alone: the same end."""
    expected, _, _ = after_a_kill(database_of("sqlite"), at=0)
    world = World(database_of("sqlite"))
    for life in range(10):
        with pytest.raises(Killed):
            world.live(NOW + life * 2 * LEASE, Faults(at=9 + 4 * life))
    world.live(NOW + 30 * LEASE, Faults())
    assert world.result() == expected
    assert_nothing_doubled(world)


def test_the_outbox_ends_empty(database_of: Callable[[str], Database]) -> None:
    """Everything queued has gone or was withdrawn because it was no longer true."""
    result, _, _ = after_a_kill(database_of("sqlite"), at=0)
    assert {state for _, state in result["outbox"]} == {OutboxState.SENT, OutboxState.WITHDRAWN}
