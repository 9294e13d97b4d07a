"""`moves demo`: the bot on a sample inbox, with no account of any kind, at a set time; the same story every time."""

import contextlib
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from threading import Event

from bot import keys
from bot.cli import console, serve, show
from bot.clock import SetClock
from bot.composition import Moves, build
from bot.local.folder import FolderChannel
from bot.local.sent import sent_letters
from bot.logs import log_to
from bot.settings import FILE_NAME, load
from bot.text import demo as words
from bot.worker import stopped_by_signals

CLOCK = datetime(2026, 12, 3, 17, 0)  # noqa: DTZ001 - London's wall time; `SetClock` makes it aware
MAILBOX, SENT = "mailbox", "sent"
_LISTS = ("gias-extract.csv", "contacts.csv", "terms.toml")


def demonstrate(folder: Path | None, clock: datetime, *, stay: bool, port: int) -> None:
    """Set the sample inbox up, run the bot over it, tell what happened; then serve the channel page while wanted."""
    log_to(sys.stderr, "warning")
    with _place(folder) as place:
        _lay_out(place, clock, port)
        with build(load(place), SetClock(clock)) as moves:
            console.say(words.introduction(clock, len(list(_sample("inbox").iterdir()))))
            moves.worker.run_once()
            _tell(moves)
            if stay:
                _stay(moves)


@contextmanager
def _place(folder: Path | None) -> Iterator[Path]:
    """The folder to work in: the one given, or a throwaway one."""
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        yield folder.absolute()
        return
    throwaway = Path(tempfile.mkdtemp(prefix="moves-demo-"))
    try:
        yield throwaway
    finally:
        shutil.rmtree(throwaway, ignore_errors=True)


def _lay_out(place: Path, clock: datetime, port: int) -> None:
    """Put settings, key, lists and letters there; letters that are there stay, so a second run is a second run."""
    settings = _sample("moves.toml.template").read_text(encoding="utf-8")
    for name, value in {"folder": str(place), "port": str(port), "clock": clock.isoformat()}.items():
        settings = settings.replace(f"{{{name}}}", value)
    (place / FILE_NAME).write_text(settings, encoding="utf-8")
    with contextlib.suppress(FileExistsError):
        keys.write_key_file(place / "key" / "moves.key", keys.new_key())
    for name in _LISTS:
        _copy(_sample(name), place / name)
    mailbox = place / MAILBOX
    if not mailbox.exists():
        for letter in _sample("inbox").iterdir():
            _copy(letter, mailbox / "arrivals" / letter.name)


def _sample(name: str) -> Traversable:
    return resources.files("bot").joinpath("demo", name)


def _copy(source: Traversable, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if not target.exists():
        target.write_bytes(source.read_bytes())


def _tell(moves: Moves) -> None:
    console.say(f"\n{words.CAME_IN}")
    show.letters(moves, as_json=False)
    console.say(f"\n{words.CASES}")
    show.cases(moves, closed=False, as_json=False)
    console.say(f"\n{words.POSTED}")
    for post in FolderChannel(moves.settings.at(moves.settings.channel.path)).posts():
        console.say(words.post(post.content["text"], in_thread=bool(post.thread)))
    console.say(f"\n{words.SENT}")
    sent = sent_letters(moves.settings.folder / SENT)
    console.table(words.SENT_HEADINGS, [(", ".join(letter.to), letter.subject) for letter in sent])


def _stay(moves: Moves) -> None:
    stop = Event()
    with stopped_by_signals(stop), serve.line_to_the_team(moves):
        moves.worker.run(stop)
