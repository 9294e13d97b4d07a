"""Mailboxes as an Exchange server holds them: folders, letters whose ids end with a move, and a feed of changes."""

import base64
import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from email import message_from_bytes
from email.message import Message
from email.parser import BytesHeaderParser

WELL_KNOWN = {"inbox": "Inbox", "sentitems": "Sent Items", "outbox": "Outbox", "root": "Root"}
_numbers = itertools.count(1)


def new_id(kind: str) -> str:
    """An id as Exchange writes them."""
    return base64.b64encode(f"{kind}/{next(_numbers):012d}".encode()).decode()


@dataclass
class Letter:
    """A letter in a folder. `broken`: the server cannot convert it; `half`: its subject has half a character."""

    raw: bytes
    received: datetime
    folder: str
    id: str = field(default_factory=lambda: new_id("letter"))
    broken: bool = False
    spoilt_files: bool = False  # and its files neither
    half: bool = False
    size: int = 0  # said; 0: as many bytes as it has
    kind: str = "Message"

    @property
    def head(self) -> Message:
        return BytesHeaderParser().parsebytes(self.raw)

    @property
    def message_id(self) -> str:
        """Its Message-ID, which may stand on a line of its own."""
        return str(self.head.get("Message-ID", "")).strip()

    @property
    def parts(self) -> list[Message]:
        """Its text and its files."""
        return [part for part in message_from_bytes(self.raw).walk() if not part.is_multipart()]

    @property
    def words(self) -> str:
        """Its text."""
        texts = (part for part in self.parts if not part.get_filename())
        return next((str(part.get_payload(decode=True), "utf-8") for part in texts), "")  # type: ignore[arg-type]

    @property
    def files(self) -> dict[str, Message]:
        """Its files, by ids of their own."""
        named = [part for part in self.parts if part.get_filename()]
        return {base64.b64encode(f"{self.id}/{at}".encode()).decode(): part for at, part in enumerate(named)}

    @property
    def said_size(self) -> int:
        return self.size or len(self.raw)


@dataclass
class Folder:
    """A folder of letters."""

    name: str
    parent: str = ""
    id: str = field(default_factory=lambda: new_id("folder"))


@dataclass(frozen=True)
class Change:
    """A letter came to a folder, or left it."""

    folder: str
    letter: str
    came: bool


class Mailbox:
    """One mailbox with its folders."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.well_known = {known: Folder(name) for known, name in WELL_KNOWN.items()}
        self.folders = {folder.id: folder for folder in self.well_known.values()}
        self.letters: dict[str, Letter] = {}
        self.feed: list[Change] = []
        self.epoch = 0  # a state of another epoch has expired

    def deliver(self, raw: bytes, received: datetime, folder: str = "inbox") -> Letter:
        """Put a letter into a well-known folder."""
        letter = Letter(raw, received, self.well_known[folder].id)
        self._place(letter)
        return letter

    def move(self, letter: Letter, folder: str) -> Letter:
        """Move a letter: from then on it has another id."""
        self.remove(letter)
        letter.id, letter.folder = new_id("letter"), folder
        self._place(letter)
        return letter

    def remove(self, letter: Letter, *, told: bool = True) -> None:
        """Take a letter out; untold, the feed does not say so (yet)."""
        del self.letters[letter.id]
        if told:
            self.feed.append(Change(letter.folder, letter.id, came=False))

    def within(self, folder: str) -> list[Letter]:
        """The letters in a folder."""
        return [letter for letter in self.letters.values() if letter.folder == folder]

    def named(self, name: str) -> list[bytes]:
        """The bytes of the letters in the folders of that name."""
        ids = [folder.id for folder in self.folders.values() if folder.name == name]
        return [letter.raw for folder in ids for letter in self.within(folder)]

    def make_folder(self, name: str, parent: str) -> Folder | None:
        """A new folder, None when there is one of that name (in whatever case)."""
        if any(child.name.casefold() == name.casefold() for child in self.under(parent)):
            return None
        folder = Folder(name, parent)
        self.folders[folder.id] = folder
        return folder

    def under(self, parent: str) -> Iterator[Folder]:
        """The folders just under one."""
        return (folder for folder in self.folders.values() if folder.parent == parent)

    def _place(self, letter: Letter) -> None:
        self.letters[letter.id] = letter
        self.feed.append(Change(letter.folder, letter.id, came=True))
