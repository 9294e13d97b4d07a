"""What every mailbox promises: the in-memory fake, the folder (files and Maildir), Exchange and Graph (on loopback servers)
and IMAP (on Dovecot, with and without its extensions) alike.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path

import pytest

from bot.fakes import InMemoryInbox
from bot.ports import Inbox
from mail import FolderMailbox, LetterGone
from mail.exchange import ExchangeMailbox
from mail.graph import GraphMailbox
from mail.imap import ImapMailbox
from tests.mail.exchange.loopback import LoopbackExchange
from tests.mail.graph.loopback import LoopbackGraph
from tests.mail.imap.dovecot import User

MONDAY, TUESDAY = datetime(2026, 11, 30, 9, tzinfo=UTC), datetime(2026, 12, 1, 9, tzinfo=UTC)


@dataclass
class Box:
    """A mailbox, how a letter is delivered to it, and what lies in its two other folders."""

    inbox: Inbox
    deliver: Callable[[bytes, datetime], object]
    processed: Callable[[], list[bytes]]
    aside: Callable[[], list[bytes]]
    close: Callable[[], None] = lambda: None


def letter(text: str, received: datetime) -> bytes:
    """A letter that carries its own time of receipt, as a server writes it."""
    return f"Received: from a by b; {format_datetime(received)}\r\nFrom: a@b.example\r\n\r\n{text}".encode()


def _in_memory(_: Path) -> Box:
    inbox = InMemoryInbox()
    return Box(
        inbox,
        inbox.deliver,
        lambda: [arrival.raw for arrival in inbox.processed.values()],
        lambda: [arrival.raw for arrival in inbox.aside.values()],
    )


def _folder(path: Path, arrivals: str = "arrivals") -> Box:
    (path / arrivals).mkdir(parents=True)
    names = iter("cbadefgh")

    def contents(name: str) -> list[bytes]:
        return [file.read_bytes() for file in (path / name).iterdir()] if (path / name).is_dir() else []

    return Box(
        FolderMailbox(path),
        lambda raw, _: (path / arrivals / f"{next(names)}.eml").write_bytes(raw),
        lambda: contents("processed"),
        lambda: contents("set-aside"),
    )


def _maildir(path: Path) -> Box:
    (path / "cur").mkdir()
    return _folder(path, "new")


def _exchange(_: Path) -> Box:
    server = LoopbackExchange().start()
    inbox = ExchangeMailbox(server.access(), now=lambda: TUESDAY)

    def close() -> None:
        inbox.close()
        server.stop()
        assert server.wrong == []

    return Box(
        inbox,
        server.inbox.deliver,
        lambda: server.inbox.named("Processed"),
        lambda: server.inbox.named("Set aside"),
        close,
    )


def _graph(path: Path) -> Box:
    closing = ExitStack()
    server = closing.enter_context(LoopbackGraph())
    inbox = GraphMailbox(closing.enter_context(server.connected(path)))

    def close() -> None:
        closing.close()
        assert server.complaints == []

    return Box(
        inbox,
        server.mailbox.deliver,
        lambda: server.mailbox.in_folder("Processed"),
        lambda: server.mailbox.in_folder("Set aside"),
        close,
    )


def _imap(user: User) -> Box:
    inbox = ImapMailbox(user.settings)
    return Box(
        inbox,
        user.deliver,
        lambda: user.letters("Processed"),
        lambda: user.letters("Set aside"),
        inbox.close,
    )


_ON_DOVECOT = [pytest.param(name, marks=pytest.mark.needs("dovecot")) for name in ("user", "bare_user")]


@pytest.fixture(params=[_in_memory, _folder, _maildir, _exchange, _graph, *_ON_DOVECOT])
def box(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Box]:
    """Each kind of mailbox, empty."""
    on_dovecot = isinstance(request.param, str)
    made: Box = _imap(request.getfixturevalue(request.param)) if on_dovecot else request.param(tmp_path)
    yield made
    made.close()


def test_a_mailbox_has_a_name_and_can_be_checked(box: Box) -> None:
    """The name keys its letters; the check is a sentence."""
    assert box.inbox.name
    assert box.inbox.check().endswith(".")


def test_letters_wait_oldest_first(box: Box) -> None:
    """A correction is read after what it corrects, in whatever order they were laid in."""
    second, first = letter("second", TUESDAY), letter("first", MONDAY)
    box.deliver(second, TUESDAY)
    box.deliver(first, MONDAY)
    arrivals = [box.inbox.fetch(waiting.id) for waiting in box.inbox.waiting()]
    assert [(arrival.raw, arrival.received) for arrival in arrivals] == [(first, MONDAY), (second, TUESDAY)]


def test_a_waiting_letter_says_its_size_before_it_is_fetched(box: Box) -> None:
    """In bytes, so that one that is too big is never read."""
    raw = letter("x" * 500, MONDAY)
    box.deliver(raw, MONDAY)
    assert [waiting.size for waiting in box.inbox.waiting()] == [len(raw)]


def test_fetching_changes_nothing(box: Box) -> None:
    """A crash between the fetching and the commit must find the letter where it was."""
    box.deliver(letter("x", MONDAY), MONDAY)
    (before,) = box.inbox.waiting()
    assert box.inbox.fetch(before.id) == box.inbox.fetch(before.id)
    assert box.inbox.waiting() == [before]


@pytest.mark.parametrize("aside", [False, True])
def test_a_letter_that_was_dealt_with_waits_no_more(box: Box, aside: bool) -> None:
    """It lies, whole and once, in the folder it was moved to; doing it again is harmless."""
    raw = letter("x", MONDAY)
    box.deliver(raw, MONDAY)
    (waiting,) = box.inbox.waiting()
    for _ in range(2):
        (box.inbox.set_aside if aside else box.inbox.file_processed)(waiting.id)
    assert box.inbox.waiting() == []
    assert (box.processed(), box.aside()) == (([], [raw]) if aside else ([raw], []))


def test_a_letter_moved_to_one_folder_is_not_moved_on_to_the_other(box: Box) -> None:
    """The first decision stands."""
    box.deliver(letter("x", MONDAY), MONDAY)
    (waiting,) = box.inbox.waiting()
    box.inbox.file_processed(waiting.id)
    box.inbox.set_aside(waiting.id)
    assert (len(box.processed()), len(box.aside())) == (1, 0)


def test_a_letter_that_has_gone_is_told_from_one_that_failed(box: Box) -> None:
    """Someone moved it by hand, or it never was."""
    box.deliver(letter("x", MONDAY), MONDAY)
    (waiting,) = box.inbox.waiting()
    box.inbox.file_processed(waiting.id)
    for letter_id in (waiting.id, "never was"):
        with pytest.raises(LetterGone):
            box.inbox.fetch(letter_id)


def test_moving_what_has_gone_is_no_error(box: Box) -> None:
    """The aim is reached: it does not wait."""
    box.inbox.file_processed("never was")
    box.inbox.set_aside("never was")
    assert box.inbox.waiting() == []
