"""The bot on a mailbox in Exchange Online, on the loopback Graph: the same end as on a folder, whatever breaks on the way."""

import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest

import mail
from bot.clock import SetClock
from bot.flows.delivery import LEASE
from bot.flows.places import StoredPlace
from bot.settings import Settings, load
from mail.graph import CLOUDS, Cloud, GraphMailbox, GraphPostbox
from tests.journeys import test_killed_anywhere as killing
from tests.journeys.faults import Faults, KillableStore, Killed
from tests.journeys.westhaven import DEMO, NOW, lay_out, run_once, seen
from tests.mail.graph.answers import ADDRESS, CLIENT, SECRET, TENANT
from tests.mail.graph.loopback import Cut, LoopbackGraph, Refuse, Trouble, too_often
from tests.store_fixtures import Database

SHARDS = 4
TOML = f"""
[council]
name = "Westhaven Council"
inbox_address = "{ADDRESS}"
[database]
url = "{{url}}"
key = "file:moves.key"
[[mailboxes]]
name = "admissions"
kind = "graph"
trusted_server = "mx.westhaven.example"
address = "{ADDRESS}"
tenant = "{TENANT}"
client = "{CLIENT}"
secret = "file:app-secret"
ca_file = "loopback.pem"
[sending]
kind = "mailbox"
[schools]
gias = "gias-extract.csv"
contacts = "contacts.csv"
"""
LATER = LEASE + timedelta(seconds=1)


@pytest.fixture
def cloud() -> Iterator[LoopbackGraph]:
    with LoopbackGraph() as server:
        yield server
    assert server.complaints == []


def deliver(cloud: LoopbackGraph, *names: str) -> None:
    """Sample letters come to the inbox, each when its topmost Received header says."""
    for path in [DEMO / "inbox" / f"{name}.eml" for name in names] or sorted((DEMO / "inbox").glob("*.eml")):
        raw = path.read_bytes()
        cloud.mailbox.deliver(raw, mail.received_time(raw, NOW))


# ------------------------------------------------------------------ the whole sample inbox


def settings_for(cloud: LoopbackGraph, folder: Path, database: Database) -> Settings:
    """The sample council, with its letters in Exchange Online and leaving by it."""
    laid_out = lay_out(folder, database)
    shutil.rmtree(folder / "mailbox")
    cloud.access(folder)  # lays its certificate there
    (folder / "app-secret").write_text(SECRET, encoding="utf-8")
    (folder / "moves.toml").write_text(TOML.format(url=database.url), encoding="utf-8")
    return load(laid_out.folder)


def of_the_database(settings: Settings) -> dict[str, Any]:
    """What became of the letters, and all that the team sees. Mailbox and sent mail lie in the cloud."""
    return {
        part: found
        for part, found in seen(settings.folder, settings.database.url).items()
        if part not in {"mailbox", "sent"}
    }


def read(raw: bytes) -> tuple[str, str]:
    letter = message_from_bytes(raw, policy=policy.default)
    return str(letter["To"]), str(letter["Subject"])


def test_the_sample_inbox_ends_as_it_does_in_a_folder(
    database_of: Callable[[str], Database],
    cloud: LoopbackGraph,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """17 letters: the same cases, conclusions, posts and answers; 14 letters processed, three set aside, none left."""
    in_folder = lay_out(tmp_path / "folder", database_of("sqlite"))
    run_once(in_folder)
    expected = of_the_database(in_folder)
    sent = seen(in_folder.folder, in_folder.database.url)["sent"]

    deliver(cloud)
    here = f"https://{cloud.host}"
    monkeypatch.setitem(CLOUDS, "global", Cloud(here, here, (cloud.host,)))
    settings = settings_for(cloud, tmp_path / "graph", database_of("sqlite"))
    run_once(settings)
    assert of_the_database(settings) == expected
    cloud.calls.clear()
    run_once(settings, NOW + timedelta(minutes=1))
    assert Counter(map(read, cloud.mailbox.in_folder("sentitems"))) == sent
    assert len(cloud.mailbox.in_folder("Processed")) == 14
    assert len(cloud.mailbox.in_folder("Set aside")) == 3
    assert [cloud.mailbox.in_folder(name) for name in ("inbox", "drafts")] == [[], []]
    assert set(cloud.calls) <= {
        "tenant",
        "token",
        "folder",
        "delta",
        "list",
    }  # the second round had nothing to do


# ------------------------------------------------------------------ killed, and cut off


@dataclass
class CloudWorld(killing.World):
    """Four letters in a mailbox of Exchange Online; cloud, channel and database outlive a killed process."""

    cloud: LoopbackGraph = field(kw_only=True)
    folder: Path = field(kw_only=True)

    def __post_init__(self) -> None:
        super().__post_init__()
        deliver(self.cloud, *killing.LETTERS)

    def live(self, at: datetime, faults: Faults) -> None:
        store = self.database.open()
        killable = KillableStore(store, faults)
        try:
            with self.cloud.connected(self.folder) as graph:
                place = StoredPlace(killable, "admissions")
                self.inbox = GraphMailbox(graph, "admissions", state=place)  # type: ignore[assignment]
                self.postbox = GraphPostbox(graph)  # type: ignore[assignment]
                killing._worker(self, killable, SetClock(at), faults).run_once()
        finally:
            store.close()

    def result(self) -> dict[str, Any]:
        box = self.cloud.mailbox
        self.inbox, self.postbox = killing.InMemoryInbox(), killing.InMemoryPostbox()
        return super().result() | {
            "folders": [
                sorted(box.in_folder(name)) for name in ("inbox", "Processed", "Set aside", "drafts")
            ],
            "sent": sorted(map(read, box.in_folder("sentitems"))),
        }

    def in_the_end(self, lives: int = 3) -> dict[str, Any]:
        """The result once left alone: each life begins when the claims of the one before have ended."""
        for life in range(1, lives + 1):
            self.live(NOW + life * LATER, Faults())
        return self.result()


MakeWorld = Callable[[LoopbackGraph], CloudWorld]


@pytest.fixture
def world_of(database_of: Callable[[str], Database], tmp_path: Path) -> MakeWorld:
    return lambda cloud: CloudWorld(database_of("sqlite"), cloud=cloud, folder=tmp_path)


@pytest.fixture
def undisturbed(world_of: MakeWorld) -> tuple[dict[str, Any], int, int]:
    """The result when nothing goes wrong; how many steps the first life has, and how many calls to Graph."""
    with LoopbackGraph() as cloud:
        world, faults = world_of(cloud), Faults()
        world.live(NOW, faults)
        calls = len(cloud.calls)
        return world.in_the_end(), faults.steps, calls


def assert_nothing_doubled(world: CloudWorld) -> None:
    assert set(Counter(post.key for post in world.channel.posts).values()) == {1}
    sent = [message_from_bytes(raw)["Message-ID"] for raw in world.cloud.mailbox.in_folder("sentitems")]
    assert set(Counter(sent).values()) == {1}


@pytest.mark.timeout(600)
@pytest.mark.parametrize("shard", range(SHARDS))
def test_a_kill_between_the_steps_changes_nothing_of_the_result(
    shard: int, world_of: MakeWorld, undisturbed: tuple[dict[str, Any], int, int]
) -> None:
    """Before and after calls to mailbox and postbox and round commits, the saving of the place among them."""
    expected, steps, _ = undisturbed
    assert steps > 150
    for at in [*range(1 + shard, steps, 5 * SHARDS), *range(steps - 3 + shard % 3, steps + 1, SHARDS)]:
        with LoopbackGraph() as cloud:
            world = world_of(cloud)
            with pytest.raises(Killed):
                world.live(NOW, Faults(at))
            assert world.in_the_end(2) == expected, f"killed at step {at}"
            assert_nothing_doubled(world)


TROUBLES: dict[str, Trouble] = {
    "answer lost": Cut(done=True),
    "cut off": Cut(),
    "5xx after the fact": Refuse(500, done=True),
    "token refused": Refuse(401, "InvalidAuthenticationToken"),
}


@pytest.mark.timeout(600)
@pytest.mark.parametrize("kind", TROUBLES)
def test_a_call_that_goes_wrong_changes_nothing_of_the_result(
    kind: str, world_of: MakeWorld, undisturbed: tuple[dict[str, Any], int, int]
) -> None:
    """Three of them in each life, at every place of it in turn: the rounds after it come to the same end."""
    expected, _, calls = undisturbed
    assert calls > 30
    for at in range(len(kind) % 3, calls // 3, 3):
        with LoopbackGraph() as cloud:
            cloud.trouble_at = dict.fromkeys((at, at + calls // 3, at + 2 * calls // 3), TROUBLES[kind])
            world = world_of(cloud)
            world.live(NOW, Faults())
            assert world.in_the_end() == expected, f"{kind} at call {at}"
            assert_nothing_doubled(world)


@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    "refusal", [too_often("600"), Refuse(503), Refuse(403, "ErrorAccessDenied")], ids=str
)
def test_a_mailbox_that_refuses_from_some_call_on_loses_nothing(
    refusal: Refuse, world_of: MakeWorld, undisturbed: tuple[dict[str, Any], int, int]
) -> None:
    """For the rest of a life nothing goes through; the next ones go on from there, in the letters' order: the same cases.

    The team may have been told of a form with gaps before its correction could be fetched.
    """
    expected, _, calls = undisturbed
    told = {"posts", "outbox", "sent"}
    for at in range(0, calls, 4):
        with LoopbackGraph() as cloud:
            cloud.trouble_at = dict.fromkeys(range(at, 10_000), refusal)
            world = world_of(cloud)
            world.live(NOW, Faults())
            cloud.trouble_at.clear()
            found = world.in_the_end()
            assert {part for part in found if found[part] != expected[part]} <= told, f"from call {at} on"
            assert_nothing_doubled(world)


def test_letters_laid_back_after_the_place_was_lost_are_known(
    world_of: MakeWorld, cloud: LoopbackGraph
) -> None:
    """A whole listing shows them all again: known by their bytes, they lead to nothing new and are filed once more."""
    world = world_of(cloud)
    expected = world.in_the_end()
    cloud.mailbox.expire_changes()
    for letter in list(cloud.mailbox.letters.values()):
        if letter.folder != "sentitems":
            cloud.mailbox.move(letter.immutable, "inbox")
    world.live(NOW + 5 * LATER, Faults())
    assert world.result() == expected
    assert_nothing_doubled(world)
