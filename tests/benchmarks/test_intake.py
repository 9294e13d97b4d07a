"""Letters through the whole intake on SQLite, beside the least that any crash-safe intake must do, in the same run.

The bound keeps the bytes in one commit, parses the letter, records the outcome in another commit and renames the file;
it reads no form, knows no school and answers nobody. Seventeen letters a round: divide by the time for letters a second.
"""

import email
import shutil
import sqlite3
from collections.abc import Iterator
from hashlib import sha256
from itertools import count
from pathlib import Path

import pytest
import structlog
from pytest_benchmark.fixture import BenchmarkFixture

from bot.clock import SetClock
from bot.flows.desk import Rulebook
from bot.flows.intake import InChild, Intake, Source
from bot.flows.opening import LIMITS, Opening, work_on_letter
from bot.isolation import Child
from bot.messages import Composer
from mail import FolderMailbox
from store import Casebook, Directory, Letters, open_store
from store.protocol import SchoolCalendar, load, panel_dates
from store.protocol.term_files import read_toml
from tests.bot.flows.silence import Silence
from tests.journeys.westhaven import DEMO, NOW

pytestmark = pytest.mark.benchmark(group="seventeen letters")
ROUNDS = 5
LETTERS = 17


@pytest.fixture
def places(tmp_path: Path) -> Iterator[Path]:
    """Fresh folders, each with the sample letters waiting."""

    def fresh() -> Iterator[Path]:
        for number in count():
            folder = tmp_path / str(number)
            shutil.copytree(DEMO / "inbox", folder / "arrivals")
            yield folder

    return fresh()


@pytest.fixture
def child() -> Iterator[Child]:
    with Child(work_on_letter, LIMITS) as made:
        made.start()
        yield made


@pytest.fixture(autouse=True)
def no_log() -> Iterator[None]:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger("critical"))
    yield
    structlog.reset_defaults()


def test_lower_bound(benchmark: BenchmarkFixture, places: Iterator[Path]) -> None:
    """Keep, parse, record, rename."""

    def bare(folder: Path) -> int:
        database = sqlite3.connect(folder / "bare.db", isolation_level=None)
        database.executescript(
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE letters (k UNIQUE, raw, o)"
        )
        (folder / "processed").mkdir()
        for file in sorted((folder / "arrivals").iterdir()):
            raw = file.read_bytes()
            key = sha256(raw).hexdigest()
            database.execute("INSERT INTO letters VALUES (?, ?, NULL)", (key, raw))
            subject = email.message_from_bytes(raw)["Subject"]
            database.execute("UPDATE letters SET o = ? WHERE k = ?", (subject, key))
            file.rename(folder / "processed" / file.name)
        (done,) = database.execute("SELECT count(o) FROM letters").fetchone()
        database.close()
        return int(done)

    done = benchmark.pedantic(bare, setup=lambda: ((next(places),), {}), rounds=ROUNDS)
    assert done == LETTERS


def test_whole_intake(benchmark: BenchmarkFixture, places: Iterator[Path], child: Child) -> None:
    """List, keep, open in the child with forms read, decide, conclude with the outbox, file in the mailbox."""
    terms = read_toml(DEMO / "terms.toml")
    rules = load("salford"), SchoolCalendar.from_data(terms), panel_dates(terms)
    clock = SetClock(NOW)
    composer = Composer(Silence(), Rulebook(*rules, clock).allowed)

    def prepared() -> tuple[tuple[Intake, Source], dict[str, object]]:
        folder = next(places)
        store = open_store(f"sqlite:///{folder / 'cases.db'}", key=bytes(32))
        people = Directory(store)
        people.load_schools((DEMO / "gias-extract.csv").read_bytes())
        people.load_contacts((DEMO / "contacts.csv").read_bytes())
        casebook = Casebook(store, *rules, composer)
        intake = Intake(
            letters=Letters(store),
            casebook=casebook,
            people=people,
            opener=InChild(child),
            messages=composer,
            clock=clock,
        )
        return (
            intake,
            Source(FolderMailbox(folder, "admissions"), Opening(trusted_server="mx.westhaven.example")),
        ), {}

    def take_in(intake: Intake, source: Source) -> int:
        return intake.take_in(source).concluded

    assert benchmark.pedantic(take_in, setup=prepared, rounds=ROUNDS, warmup_rounds=1) == LETTERS
