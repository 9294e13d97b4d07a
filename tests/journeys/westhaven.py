"""Westhaven, the invented council: its sample inbox laid out in a folder, and what the bot made of it."""

import json
import re
import shutil
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path
from typing import Any

import sqlalchemy as sa

import bot.demo
from bot.clock import LONDON, SetClock
from bot.composition import Moves, build
from bot.local.folder import FolderChannel, Post
from bot.settings import Settings, checked
from store.letters import KeptLetter
from tests.store_fixtures import Database

DEMO = Path(bot.demo.__file__).parent
NOW = datetime(2026, 12, 3, 17, 0, tzinfo=LONDON)
EXPECTED: dict[str, dict[str, Any]] = tomllib.loads((DEMO / "expected.toml").read_text(encoding="utf-8"))


def lay_out(folder: Path, database: Database) -> Settings:
    """Lists, key and letters in a folder, and the settings that lead to them."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("gias-extract.csv", "contacts.csv", "terms.toml"):
        shutil.copyfile(DEMO / name, folder / name)
    if database.key is not None:
        (folder / "moves.key").write_text(database.key.hex(), encoding="ascii")
    shutil.copytree(DEMO / "inbox", folder / "mailbox" / "arrivals")
    return settings_of(folder, database.url)


def settings_of(folder: Path, url: str) -> Settings:
    """The settings of a folder that was laid out."""
    return checked(
        {
            "folder": folder,
            "council": {"name": "Westhaven Council", "inbox_address": "school.admissions@westhaven.example"},
            "database": {"url": url, "key": f"file:{folder / 'moves.key'}"},
            "mailboxes": [{"name": "admissions", "trusted_server": "mx.westhaven.example"}],
            "schools": {"gias": "gias-extract.csv", "contacts": "contacts.csv"},
        }
    )


def run_once(settings: Settings, at: datetime = NOW) -> None:
    """`moves run --once` in this process."""
    with build(settings, SetClock(at)) as moves:
        done = moves.worker.run_once()
    assert done.troubles == []


@dataclass(frozen=True)
class Story:
    """What the bot made of the sample inbox: looked at from outside as far as that goes."""

    moves: Moves
    folder: Path

    def letter(self, name: str) -> KeptLetter:
        """What became of a sample letter, found by its bytes."""
        raw = (DEMO / "inbox" / f"{name}.eml").read_bytes()
        return next(kept for kept in self.moves.letters.all() if self.moves.letters.raw(kept.id) == raw)

    def sent(self) -> list[EmailMessage]:
        """The letters in the folder of sent mail."""
        parser = BytesParser(policy=policy.default)
        return [parser.parsebytes(file.read_bytes()) for file in sorted((self.folder / "sent").glob("*.eml"))]  # type: ignore[misc]

    def sent_to(self, address: str) -> list[EmailMessage]:
        """The letters that went to an address."""
        return [letter for letter in self.sent() if address in str(letter["To"])]

    def channel(self) -> list[Post]:
        """The posts of the channel's folder."""
        return list(FolderChannel(self.folder / "channel").posts())


def rows(moves: Moves) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table."""
    engine = moves.store.engine
    with engine.connect() as connection:
        return {
            name: sorted(
                (tuple(map(str, row)) for row in connection.execute(sa.text(f'SELECT * FROM "{name}"'))),
            )
            for name in sa.inspect(engine).get_table_names()
        }


def files(folder: Path) -> dict[str, bytes]:
    """Every file of the mailbox, the channel and the sent mail, with its bytes."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for part in ("mailbox", "channel", "sent")
        for path in sorted((folder / part).rglob("*"))
        if path.is_file()
    }


def seen(folder: Path, url: str) -> dict[str, Any]:
    """All that can be seen in the end, times left out; each post and each letter counted."""
    with build(settings_of(folder, url), SetClock(NOW)) as moves:
        story = Story(moves, folder)
        return {
            "cases": [case.model_dump(exclude={"told"}) for case in moves.casebook.cases()],
            "letters": [(one.id, one.outcome and one.outcome.conclusion) for one in moves.letters.all()],
            "outbox": sorted((line.key, line.state) for line in moves.outbox.all()),
            "posts": Counter((post.key, post.content["text"]) for post in story.channel()),
            "sent": Counter((str(letter["To"]), str(letter["Subject"])) for letter in story.sent()),
            "mailbox": sorted(str(file.relative_to(folder)) for file in (folder / "mailbox").rglob("*.eml")),
        }


def secrets_of_children() -> Iterator[str]:
    """Every name, date of birth (as written and in other ways) and UPN of the sample forms."""
    for file in (DEMO / "forms").glob("*.json"):
        truth = json.loads(file.read_text("utf-8"))["truth"]
        yield from (truth[field] for field in ("surname", "forename", "upn") if truth[field])
        if truth["dob"]:
            day, month, year = truth["dob"].split("/")
            yield from (
                truth["dob"],
                f"{year}-{month}-{day}",
                f"{day}.{month}.{year}",
                f"{int(day)}/{int(month)}/{year}",
            )


def mentions(text: str) -> set[str]:
    """Which of the children's secrets a text mentions, as words of their own in any case."""
    return {
        secret
        for secret in secrets_of_children()
        if re.search(rf"(?<!\w){re.escape(secret)}(?!\w)", text, re.IGNORECASE)
    }
