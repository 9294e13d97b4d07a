"""The sample inbox in an Exchange mailbox: as through the folder, whatever the server does and whenever we are killed."""

import re
import shutil
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from itertools import takewhile
from pathlib import Path
from typing import Any

import pytest

import mail
from bot.clock import SetClock
from bot.composition import build
from bot.flows.delivery import LEASE
from bot.settings import Settings, load
from mail.exchange import ExchangeMailbox, ExchangePostbox
from tests.journeys import test_killed_anywhere as killed_anywhere
from tests.journeys.faults import Faults, Killed
from tests.journeys.test_killed_anywhere import World
from tests.journeys.test_sigkill import Process
from tests.journeys.westhaven import DEMO, NOW, lay_out, run_once, seen
from tests.mail.exchange.loopback import PASSWORD, BusyFault, CutAfter, CutBefore, LoopbackExchange, Trouble
from tests.store_fixtures import Database

STEP = 6
"""One kill in so many steps, from another beginning in each shard: together they kill at every one."""

TOML = """
[council]
name = "Westhaven Council"
inbox_address = "school.admissions@westhaven.example"
[database]
url = "{url}"
key = "file:moves.key"
[[mailboxes]]
name = "admissions"
kind = "exchange"
trusted_server = "mx.westhaven.example"
address = "school.admissions@westhaven.example"
endpoint = "{endpoint}"
access = "delegate"
login = "basic"
user = 'WESTHAVEN\\moves'
password = "file:password"
[sending]
kind = "mailbox"
[schools]
gias = "gias-extract.csv"
contacts = "contacts.csv"
"""
MAILBOX = ("SyncFolderItems", "GetItem", "FindFolder", "CreateFolder", "MoveItem")


@pytest.fixture
def exchange() -> Iterator[LoopbackExchange]:
    """The council's Exchange server, the sample letters in the inbox."""
    with LoopbackExchange() as server:
        for file in sorted((DEMO / "inbox").glob("*.eml")):
            deliver(server, file)
        yield server
    assert server.wrong == []


def deliver(server: LoopbackExchange, file: Path) -> None:
    raw = file.read_bytes()
    server.inbox.deliver(raw, mail.received_time(raw, NOW))


def settings_for(server: LoopbackExchange, folder: Path, database: Database) -> Settings:
    """The sample council, with its letters in Exchange and leaving by it."""
    laid_out = lay_out(folder, database)
    shutil.rmtree(folder / "mailbox")
    (folder / "moves.toml").write_text(TOML.format(url=database.url, endpoint=server.url), encoding="utf-8")
    (folder / "password").write_text(PASSWORD, encoding="utf-8")
    return load(laid_out.folder)


def through_a_folder(settings: Settings) -> dict[str, Any]:
    """What is seen of the same letters from a folder, places in the mailbox by the letters' bytes."""
    run_once(settings)
    found = seen(settings.folder, settings.database.url)
    box = settings.folder / "mailbox"
    for name in ("processed", "set-aside"):
        found[name] = Counter(file.read_bytes() for file in (box / name).glob("*.eml"))
    return {key: value for key, value in found.items() if key != "mailbox"}


def through_exchange(server: LoopbackExchange, settings: Settings) -> dict[str, Any]:
    """What is seen of the letters in Exchange."""
    found = seen(settings.folder, settings.database.url)
    found["sent"] = Counter(
        (str(letter["To"]), str(letter["Subject"]))
        for letter in (
            message_from_bytes(raw, policy=policy.default) for raw in server.inbox.named("Sent Items")
        )
    )
    found["processed"] = Counter(server.inbox.named("Processed"))
    found["set-aside"] = Counter(server.inbox.named("Set aside"))
    return {key: value for key, value in found.items() if key != "mailbox"}


def test_the_sample_letters_end_as_through_a_folder(
    exchange: LoopbackExchange, database_of: Callable[[str], Database], tmp_path: Path
) -> None:
    """The same cases, posts and letters out, each letter once in the folder it belongs to, and an empty inbox."""
    expected = through_a_folder(lay_out(tmp_path / "folder", database_of("sqlite")))
    settings = settings_for(exchange, tmp_path / "exchange", database_of("sqlite"))
    run_once(settings)
    assert through_exchange(exchange, settings) == expected
    assert exchange.inbox.named("Inbox") == []


def test_what_exchange_sends_threads_and_says_that_a_machine_wrote_it(
    exchange: LoopbackExchange, database_of: Callable[[str], Database], tmp_path: Path
) -> None:
    """Every letter out has our signed Message-ID and `Auto-Submitted`; an answer names the letter it answers."""
    settings = settings_for(exchange, tmp_path / "exchange", database_of("sqlite"))
    run_once(settings)
    sent = [message_from_bytes(raw, policy=policy.default) for raw in exchange.inbox.named("Sent Items")]
    assert sent
    assert {str(letter["Auto-Submitted"]) for letter in sent} <= {"auto-replied", "auto-generated"}
    assert {str(letter["Message-ID"]).strip()[:4] for letter in sent} == {"<mm."}
    theirs = {str(message_from_bytes(raw)["Message-ID"]) for raw in exchange.inbox.named("Processed")}
    assert {str(letter["In-Reply-To"]) for letter in sent} & theirs


def test_a_stumbling_server_delays_and_doubles_nothing(
    exchange: LoopbackExchange, database_of: Callable[[str], Database], tmp_path: Path
) -> None:
    """Every operation is cut before and after it was done and told to wait; the rounds go on until all is done."""
    expected = through_a_folder(lay_out(tmp_path / "folder", database_of("sqlite")))
    settings = settings_for(exchange, tmp_path / "exchange", database_of("sqlite"))
    for operation in (*MAILBOX, "FindItem", "CreateItem"):
        stumbling: list[Trouble] = [
            CutAfter(),
            CutBefore(),
            CutBefore(),
            CutBefore(),
            CutAfter(),
            BusyFault(1),
        ]
        exchange.troubles[operation] = stumbling
    for hour in range(8):
        with build(settings, SetClock(NOW + hour * timedelta(hours=1))) as moves:
            moves.worker.run_once()
    assert not any(exchange.troubles.values())
    found = through_exchange(exchange, settings)
    for same in ("processed", "set-aside"):
        assert found[same] == expected[same]
    assert _but_for_references(found["sent"]) == _but_for_references(expected["sent"])
    assert len(found["cases"]) == len(expected["cases"])
    assert set(found["posts"].values()) == {1}


def _but_for_references(sent: Counter[tuple[str, str]]) -> Counter[tuple[str, str]]:
    """A letter that could not be read in the first round gets a later number."""
    return Counter((to, re.sub(r"MM-26-\d{4}", "MM", subject)) for to, subject in sent.elements())


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is POSIX")
@pytest.mark.timeout(300)
def test_the_real_process_killed_and_started_again_ends_the_same(
    exchange: LoopbackExchange, database_of: Callable[[str], Database], tmp_path: Path
) -> None:
    """SIGKILL while letters are moved in Exchange, and again while letters leave through it."""
    expected = through_a_folder(lay_out(tmp_path / "folder", database_of("sqlite")))
    settings = settings_for(exchange, tmp_path / "exchange", database_of("sqlite"))

    def progress() -> int:
        return sum(len(exchange.inbox.named(name)) for name in ("Processed", "Set aside", "Sent Items"))

    killed = [Process(settings.folder).killed_after(progress, much) for much in (5, 20)]
    assert any(killed)  # else the machine was too slow to look, and nothing was shown
    Process(settings.folder).ended()
    assert through_exchange(exchange, settings) == expected
    assert exchange.inbox.named("Inbox") == []


class ExchangeWorld(World):
    """A world whose mailbox and sent mail are Exchange's; each life begins with new connections."""

    def __init__(self, database: Database, server: LoopbackExchange) -> None:
        self.server = server
        super().__init__(database)

    def live(self, at: datetime, faults: Faults) -> None:
        inbox = ExchangeMailbox(self.server.access(), "admissions", now=lambda: NOW)
        postbox = ExchangePostbox(self.server.access())
        self.inbox, self.postbox = inbox, postbox  # type: ignore[assignment]  # the ports, not their fakes
        try:
            super().live(at, faults)
        finally:
            inbox.close()
            postbox.close()

    def end(self) -> dict[str, Any]:
        """All that can be seen in the end, Exchange's part by bytes and by Message-ID."""
        self.inbox, self.postbox = _Nothing(), _Nothing()  # type: ignore[assignment]
        box = self.server.inbox
        sent = [message_from_bytes(raw) for raw in box.named("Sent Items")]
        return self.result() | {
            "processed": Counter(box.named("Processed")),
            "aside": Counter(box.named("Set aside")),
            "waiting": box.named("Inbox"),
            "sent": Counter((str(letter["To"]), str(letter["Message-ID"])) for letter in sent),
        }


class _Nothing:
    """What the base class looks at, where Exchange is looked at instead."""

    processed: tuple[str, ...] = ()
    aside: tuple[str, ...] = ()
    letters: tuple[Any, ...] = ()

    def waiting(self) -> tuple[Any, ...]:
        return ()


@pytest.fixture(scope="module")
def world_of() -> Iterator[Callable[[Database], ExchangeWorld]]:
    """Makes a world with an Exchange server of its own."""
    made: list[LoopbackExchange] = []

    def make(database: Database) -> ExchangeWorld:
        server = LoopbackExchange().start()
        made.append(server)
        world = ExchangeWorld(database, server)
        for name in killed_anywhere.LETTERS:
            deliver(server, DEMO / "inbox" / f"{name}.eml")
        return world

    yield make
    for server in made:
        server.stop()
        assert server.wrong == []


@pytest.mark.timeout(600)
@pytest.mark.parametrize("shard", range(STEP))
def test_a_kill_at_any_step_changes_nothing_of_the_result(
    shard: int, database_of: Callable[[str], Database], world_of: Callable[[Database], ExchangeWorld]
) -> None:
    """Before and after every call to Exchange and round every commit: the same end, nothing lost, nothing twice."""
    kill_at_each(range(shard + 1, 10_000, STEP), lambda: world_of(database_of("sqlite")))


@pytest.mark.timeout(600)
def test_kills_on_postgresql_end_the_same(
    database_of: Callable[[str], Database], world_of: Callable[[Database], ExchangeWorld]
) -> None:
    """Every 31st step on PostgreSQL, whose locks and rollbacks are its own: it does not use a letter's number again."""
    kill_at_each(range(7, 10_000, 31), lambda: world_of(database_of("postgresql")), _but_for_numbers)


def _but_for_numbers(end: dict[str, Any]) -> dict[str, Any]:
    """The end without the letters' numbers, which are also in the keys of what is sent about them."""
    return {key: end[key] for key in ("processed", "aside", "waiting")} | {
        "cases": sorted(
            (case["reference"], case["stage"], case["home_school"]["urn"]) for case in end["cases"]
        ),
        "outbox": Counter(state for _, state in end["outbox"]),
        "sent": Counter(to for to, _ in end["sent"].elements()),
        "posts": Counter(text for _, _, text in end["posts"]),
    }


def kill_at_each(
    at_steps: range,
    new_world: Callable[[], ExchangeWorld],
    looked_at: Callable[[dict[str, Any]], dict[str, Any]] = dict,
) -> None:
    """Kill a life at each of these steps, as far as there are so many, and let the next one end the work."""
    undisturbed = new_world()
    undisturbed.live(NOW, counted := Faults())
    expected = undisturbed.end()
    assert set(expected["sent"].values()) == {1}
    assert expected["waiting"] == []
    for at in takewhile(lambda step: step <= counted.steps, at_steps):
        world = new_world()
        with pytest.raises(Killed):
            world.live(NOW, Faults(at))
        world.live(NOW + LEASE + timedelta(seconds=1), Faults())
        assert looked_at(world.end()) == looked_at(expected), f"killed at step {at}"
        world.server.stop()
