"""What the application needs of the outside, as it needs it. Each port has real adapters and an in-memory fake that
passes the same contract tests (`tests/bot/contracts/`)."""

from collections.abc import Sequence
from typing import Any, Protocol

from mail import Arrival, NotSent, SyncState, Uncertain, Waiting

SurelyNotSent = NotSent

__all__ = [
    "Arrival",
    "Channel",
    "ChannelError",
    "Inbox",
    "KeepsPlace",
    "Listens",
    "NotSent",
    "Postbox",
    "SurelyNotSent",
    "SyncState",
    "Uncertain",
    "Waiting",
]


class Inbox(Protocol):
    """A mailbox that letters come to. Nothing leaves it before the casebook has committed."""

    name: str

    def waiting(self) -> Sequence[Waiting]:
        """What has not been dealt with, oldest first. Raises `mail.MailError`."""
        ...

    def fetch(self, letter_id: str) -> Arrival:
        """The letter's bytes. Raises `mail.LetterGone` when it is no longer there, `mail.MailError` otherwise."""
        ...

    def file_processed(self, letter_id: str) -> None:
        """Move a letter to the processed folder; doing it again, or when it has gone, is no error."""
        ...

    def set_aside(self, letter_id: str) -> None:
        """Move a letter to the set-aside folder; doing it again, or when it has gone, is no error."""
        ...

    def check(self) -> str:
        """Try the mailbox; a plain sentence on success. Raises `mail.MailError` with one on failure."""
        ...


class KeepsPlace(Protocol):
    """What a mailbox that follows a list of changes offers besides; the others do without.

    After `all_kept` its `waiting` may leave out what it has listed: those letters are safe, and remembered until moved.
    """

    def all_kept(self) -> None:
        """Every letter of the last listing is committed: save the place in the list of changes (`mail.SyncState`).

        Called last in a pass, and not at all in one that could not keep a letter: the next pass then lists it again.
        """
        ...


class Listens(Protocol):
    """A mailbox that tells of new letters by itself (IDLE, streaming), on a connection of its own."""

    name: str

    def wait(self, seconds: float) -> bool:
        """Wait for at most so long; True at once when something may have arrived."""
        ...

    def close(self) -> None:
        """Stop waiting, and close the connection."""
        ...


class Postbox(Protocol):
    """Where letters are sent from. `sent()` asks the destination, by Message-ID, whether one has gone."""

    def send(self, raw: bytes, *, sender: str, recipients: Sequence[str], message_id: str) -> None:
        """Send one rendered letter. Raises `SurelyNotSent` or `Uncertain`."""
        ...

    def sent(self, message_id: str) -> bool:
        """Whether a letter with this Message-ID has gone out. Raises `Uncertain` when that cannot be told."""
        ...

    def check(self) -> str:
        """Try the road; a plain sentence on success. Raises `mail.MailError` with one on failure."""
        ...


class Channel(Protocol):
    """The team's channel. A place (Slack's `ts`) names a post; `key` finds a post whose answer was lost."""

    def post(self, content: dict[str, Any], *, key: str, thread: str = "") -> str:
        """Post text and blocks, in a thread if its place is given; its place. Raises `SurelyNotSent`, `Uncertain`."""
        ...

    def update(self, place: str, content: dict[str, Any], *, key: str) -> None:
        """Redraw a post. Doing it twice is harmless. Raises `SurelyNotSent`, `Uncertain`."""
        ...

    def find(self, key: str, *, thread: str = "") -> str:
        """The place of the post with this key, "" when there is none; a post in a thread is looked for in that thread.

        Raises `Uncertain` when that cannot be told."""
        ...

    def check(self) -> str:
        """Try the channel; a plain sentence on success. Raises `ChannelError` with one on failure."""
        ...


class ChannelError(Exception):
    """The channel cannot be used; the text says why and what to do."""
