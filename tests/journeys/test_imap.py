"""The bot on an IMAP mailbox (Dovecot) that sends by SMTP (aiosmtpd): the same end as on folders, whatever is killed."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest

import mail
from bot.clock import SetClock
from bot.composition import build
from bot.flows.delivery import LEASE
from bot.settings import Settings, load
from mail.imap import ImapMailbox, SentFolder
from mail.smtp import SmtpPostbox
from store import OutboxState
from tests.journeys import test_killed_anywhere as killing
from tests.journeys.faults import Faults, KillableStore, Killed
from tests.journeys.westhaven import DEMO, NOW, lay_out, run_once, seen
from tests.mail import smtp_sink
from tests.mail.imap.dovecot import PASSWORD, User
from tests.mail.smtp_sink import Sink
from tests.store_fixtures import Database

pytestmark = pytest.mark.needs("dovecot")
SHARDS = 2
STRIDE = 17  # no divisor of anything that repeats in the steps
LATER = LEASE + timedelta(seconds=1)
TOML = """
[council]
name = "Westhaven Council"
inbox_address = "school.admissions@westhaven.example"
[database]
url = "{url}"
key = "file:moves.key"
[[mailboxes]]
kind = "imap"
name = "admissions"
host = "127.0.0.1"
port = {imap}
user = "{user}"
password = "file:imap.password"
ca_file = "{imap_ca}"
trusted_server = "mx.westhaven.example"
[sending]
kind = "smtp"
host = "127.0.0.1"
port = {smtp}
user = "{sender}"
password = "file:smtp.password"
ca_file = "{smtp_ca}"
sent_mailbox = "admissions"
[schools]
gias = "gias-extract.csv"
contacts = "contacts.csv"
"""


@pytest.fixture
def sink(tmp_path: Path) -> Iterator[Sink]:
    with smtp_sink.running(tmp_path / "smtp", data_size_limit=30_000_000) as server:
        yield server


def deliver(user: User, *names: str) -> None:
    """Sample letters come to the inbox, each when its topmost Received header says."""
    for path in [DEMO / "inbox" / f"{name}.eml" for name in names] or sorted((DEMO / "inbox").glob("*.eml")):
        raw = path.read_bytes()
        user.deliver(raw, mail.received_time(raw, NOW))


def read(raw: bytes) -> tuple[str, str]:
    letter = message_from_bytes(raw, policy=policy.default)
    return str(letter["To"]), str(letter["Subject"])


# ------------------------------------------------------------------ the whole sample inbox


@dataclass
class Council:
    """A folder with `moves.toml`, the account that it names, and the server that it sends by."""

    folder: Path
    user: User
    sink: Sink
    database: Database
    letters: bool = True  # whether the sample letters wait there

    def __post_init__(self) -> None:
        lay_out(self.folder, self.database)
        if self.letters:
            deliver(self.user)
        (self.folder / "imap.password").write_text(PASSWORD, encoding="utf-8")
        (self.folder / "smtp.password").write_text(smtp_sink.PASSWORD, encoding="utf-8")
        text = TOML.format(
            url=self.database.url,
            imap=self.user.server.tls_port,
            user=self.user.name,
            imap_ca=self.user.server.certificates.ca,
            smtp=self.sink.port,
            sender=smtp_sink.USER,
            smtp_ca=self.sink.certificates.ca,
        )
        (self.folder / "moves.toml").write_text(text, encoding="utf-8")

    @property
    def settings(self) -> Settings:
        return load(self.folder)

    def process(self, life: int = 0) -> "subprocess.Popen[bytes]":
        """`moves run --once` as a process of its own; by the next life the dead one's claims have ended."""
        return subprocess.Popen(
            [sys.executable, "-m", "bot", "run", "--once", "--folder", str(self.folder)],
            env={**os.environ, "MOVES_SERVICE__CLOCK": (NOW + life * LATER).isoformat()},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )

    def live(self, life: int) -> None:
        """A life that is left alone."""
        process = self.process(life)
        _, errors = process.communicate(timeout=100)
        assert process.returncode == 0, errors.decode()

    def progress(self) -> int:
        """Traces of work done: letters moved, posts and letters out."""
        moved = [
            file
            for name in (".Processed", ".Set aside")
            for part in ("new", "cur")
            for file in (self.user.maildir / name / part).glob("*")
        ]
        return len(moved) + self.posts() + len(self.sink.letters)

    def posts(self) -> int:
        """How many posts lie in the channel's folder."""
        return sum(not file.name.startswith(".") for file in (self.folder / "channel").glob("*.json"))

    def outside(self) -> dict[str, Any]:
        """What can be seen in the account and at the schools."""
        folders = {
            name: Counter(self.user.letters(name)) for name in ("INBOX", "Sending", "Processed", "Set aside")
        }
        return folders | {
            "Sent": Counter(map(read, self.user.letters("Sent"))),
            "taken": Counter(read(taken.raw) for taken in self.sink.letters),
        }


def in_the_database(folder: Path, url: str) -> dict[str, Any]:
    """What became of the letters, and all that the team sees."""
    found = seen(folder, url)
    return {part: value for part, value in found.items() if part not in {"mailbox", "sent"}}


@dataclass(frozen=True)
class Ending:
    """How it ends on folders, where nothing goes wrong."""

    database: dict[str, Any]
    processed: Counter[bytes]
    aside: Counter[bytes]
    sent: Counter[tuple[str, str]]

    @property
    def outside(self) -> dict[str, Any]:
        """The same as it is seen in an IMAP account and at the schools."""
        return {
            "INBOX": Counter(),
            "Sending": Counter(),
            "Processed": self.processed,
            "Set aside": self.aside,
            "Sent": self.sent,
            "taken": self.sent,
        }


@pytest.fixture
def on_folders(database_of: Callable[[str], Database], tmp_path: Path) -> Ending:
    settings = lay_out(tmp_path / "on-folders", database_of("sqlite"))
    run_once(settings)
    found = seen(settings.folder, settings.database.url)

    def letters(name: str) -> Counter[bytes]:
        return Counter(file.read_bytes() for file in (settings.folder / "mailbox" / name).iterdir())

    return Ending(
        in_the_database(settings.folder, settings.database.url),
        letters("processed"),
        letters("set-aside"),
        found["sent"],
    )


@pytest.fixture(params=["user", "bare_user"])
def either_user(request: pytest.FixtureRequest) -> User:
    user: User = request.getfixturevalue(request.param)
    return user


def test_the_sample_inbox_ends_as_it_does_in_a_folder(
    either_user: User, sink: Sink, database_of: Callable[[str], Database], on_folders: Ending, tmp_path: Path
) -> None:
    """17 letters: the same cases, conclusions, posts and answers; 14 processed, three set aside, none left, none twice."""
    council = Council(tmp_path / "council", either_user, sink, database_of("sqlite"))
    for life in range(2):
        run_once(council.settings, NOW + life * LATER)
        assert in_the_database(council.folder, council.database.url) == on_folders.database
        assert council.outside() == on_folders.outside
    assert (sum(on_folders.processed.values()), sum(on_folders.aside.values())) == (14, 3)


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is POSIX")
@pytest.mark.timeout(300)
@pytest.mark.parametrize(("account", "kind"), [("bare_user", "sqlite"), ("user", "postgresql")])
def test_a_killed_process_started_again_ends_the_same(  # noqa: PLR0917 - fixtures
    account: str,
    kind: str,
    request: pytest.FixtureRequest,
    sink: Sink,
    database_of: Callable[[str], Database],
    on_folders: Ending,
    tmp_path: Path,
) -> None:
    """`moves run` killed with SIGKILL while it files letters and while it posts and sends, then left alone."""
    user: User = request.getfixturevalue(account)
    council = Council(tmp_path / "council", user, sink, database_of(kind))
    killed = [_killed_after(council, much, life) for life, much in enumerate((5, 16, 30))]
    assert any(killed)  # else the machine was too slow to look, and nothing was shown
    for life in (3, 4):
        council.live(life)
    outside = council.outside()
    assert set(outside["taken"].values()) == {1}
    undecided = outside.pop("Sending")  # killed in the very moment of handing over: see the test below
    if not undecided:
        assert outside | {"Sending": undecided} == on_folders.outside
        assert in_the_database(council.folder, council.database.url) == on_folders.database


def _killed_after(council: Council, much: int, life: int) -> bool:
    process = council.process(life)
    until = time.monotonic() + 60
    while process.poll() is None and council.progress() < much and time.monotonic() < until:
        time.sleep(0.005)  # the process is another one: nothing here can be waited for but time
    alive = process.poll() is None
    if alive:
        os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    return alive


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is POSIX")
@pytest.mark.timeout(300)
def test_a_process_killed_in_the_moment_of_handing_over_never_sends_twice(
    user: User, sink: Sink, database_of: Callable[[str], Database], on_folders: Ending, tmp_path: Path
) -> None:
    """The server has taken an answer, and the process dies before it hears so: it waits for a person, who decides."""
    council = Council(tmp_path / "council", user, sink, database_of("sqlite"))
    process = council.process()
    sink.before_answer = lambda _: os.kill(process.pid, signal.SIGKILL)
    process.communicate(timeout=100)
    assert (process.returncode, len(sink.letters)) == (-signal.SIGKILL, 1)

    sink.before_answer = None
    for life in (1, 2):
        council.live(life)
    assert council.outside()["taken"] == on_folders.sent
    with build(council.settings, SetClock(NOW)) as moves:
        (waiting,) = moves.outbox.all(OutboxState.WAITING)
        assert waiting.ask_first
        assert "“Sending”" in waiting.reason

    with user.client("Sending") as client:  # the officer sees that it went
        client.move(client.search(["ALL"]), "Sent")
    council.live(life=20)
    assert council.outside() == on_folders.outside
    assert in_the_database(council.folder, council.database.url) == on_folders.database


# ------------------------------------------------------------------ killed between the steps


@dataclass
class ServedWorld(killing.World):
    """Four letters in an account; servers, channel and database outlive a killed process."""

    user: User = field(kw_only=True)
    sink: Sink = field(kw_only=True)

    def __post_init__(self) -> None:
        super().__post_init__()
        deliver(self.user, *killing.LETTERS)

    def live(self, at: datetime, faults: Faults) -> None:
        with ExitStack() as closing:
            store = self.database.open()
            closing.callback(store.close)
            inbox = ImapMailbox(self.user.settings, "admissions")
            postbox = SmtpPostbox(self.sink.settings(), SentFolder(self.user.settings))
            closing.callback(inbox.close)
            closing.callback(postbox.close)
            self.inbox, self.postbox = inbox, postbox  # type: ignore[assignment]
            killing._worker(self, KillableStore(store, faults), SetClock(at), faults).run_once()

    def result(self) -> dict[str, Any]:
        self.inbox, self.postbox = killing.InMemoryInbox(), killing.InMemoryPostbox()
        names = ("INBOX", "Processed", "Set aside", "Sending")
        return super().result() | {
            "folders": [sorted(self.user.letters(name)) for name in names],
            "copies": sorted(map(read, self.user.letters("Sent"))),
            "taken": sorted(read(taken.raw) for taken in self.sink.letters),
        }


@pytest.mark.timeout(600)
@pytest.mark.parametrize("shard", range(SHARDS))
def test_a_kill_between_the_steps_changes_nothing_of_the_result(
    shard: int, either_user: User, database_of: Callable[[str], Database], tmp_path: Path
) -> None:
    """Before and after calls to mailbox and postbox and round commits: nothing lost, nothing twice."""
    with smtp_sink.running(tmp_path / "undisturbed") as sink:
        world, faults = ServedWorld(database_of("sqlite"), user=either_user, sink=sink), Faults()
        world.live(NOW, faults)
        expected = world.result()
    assert faults.steps > 150
    assert len(expected["taken"]) == len(expected["copies"]) == 5
    for at in range(2 + STRIDE * shard, faults.steps, STRIDE * SHARDS):
        with smtp_sink.running(tmp_path / f"{at}") as sink:
            world = ServedWorld(database_of("sqlite"), user=either_user.server.user(), sink=sink)
            with pytest.raises(Killed):
                world.live(NOW, Faults(at))
            world.live(NOW + LATER, Faults())
            assert world.result() == expected, f"killed at step {at}"
