"""A mailbox in a tenant as Microsoft Graph shows it: folders, letters, ids that move, a list of changes that expires."""

import base64
import binascii
import itertools
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

WELL_KNOWN = ("inbox", "sentitems", "drafts", "outbox", "deleteditems")
NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)


class Refused(Exception):
    """Graph's refusal of a request."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(code)
        self.status = status
        self.code = code


@dataclass
class Mail:
    """A letter in the mailbox. Its immutable id stays; the other one changes at each move."""

    immutable: str
    folder: str
    raw: bytes
    received: datetime
    draft: bool = False
    moves: int = 0
    message_id: str = ""
    attachments: list[tuple[str, bytes]] = field(default_factory=list)

    @property
    def mutable(self) -> str:
        return f"{self.immutable}-at-{self.moves}"

    def id(self, *, immutable: bool) -> str:
        return self.immutable if immutable else self.mutable


@dataclass
class Round:
    """One walk through a list of changes: what is still to be told, and where the next one begins."""

    folder: str
    rows: list[tuple[str, bool]]  # the letter and whether it was removed
    until: int
    generation: int


class Mailbox:
    """The mailbox. `moved_twice` shows a letter twice in the changes after a move, as happens (docs #3611)."""

    def __init__(self) -> None:
        self.letters: dict[str, Mail] = {}
        self.folders: dict[str, tuple[str, str]] = {name: (name, "msgfolderroot") for name in WELL_KNOWN}
        self.changes: list[tuple[str, str, bool]] = []  # folder, letter, removed
        self.rounds: dict[str, Round] = {}
        self.generation = 0
        self.told_twice = False
        self.numbers = itertools.count(1)

    # ------------------------------------------------------------------ from the test

    def deliver(self, raw: bytes, received: datetime = NOON) -> str:
        """A letter comes to the inbox; its immutable id."""
        return self.add("inbox", raw, received).immutable

    def in_folder(self, name: str) -> list[bytes]:
        """The letters in a folder, by its name, in the order in which they were added to the mailbox."""
        ids = {each for each, (shown, _) in self.folders.items() if shown == name}
        return [mail.raw for mail in self.letters.values() if mail.folder in ids]

    def expire_changes(self) -> None:
        """Links given out so far are of no use any more."""
        self.generation += 1

    def move(self, letter: str, folder: str) -> Mail:
        """Somebody, or the application, puts a letter into another folder."""
        mail = self.letters[letter]
        self.changes += [(mail.folder, letter, True), (folder, letter, False)]
        mail.folder = folder
        mail.moves += 1
        return mail

    def remove(self, letter: str) -> None:
        self.changes.append((self.letters.pop(letter).folder, letter, True))

    # ------------------------------------------------------------------ folders

    def folder(self, name: str) -> str:
        if name not in self.folders:
            raise Refused(404, "ErrorItemNotFound")
        return name

    def children(self, parent: str) -> dict[str, str]:
        return {each: name for each, (name, above) in self.folders.items() if above == parent}

    def make_folder(self, parent: str, name: str) -> str:
        if name in self.children(parent).values():
            raise Refused(409, "ErrorFolderExists")
        made = f"folder-{next(self.numbers)}"
        self.folders[made] = (name, parent)
        return made

    # ------------------------------------------------------------------ letters

    def add(self, folder: str, raw: bytes, received: datetime, *, draft: bool = False) -> Mail:
        mail = Mail(f"letter-{next(self.numbers)}", folder, raw, received, draft)
        mail.message_id = str(message_from_bytes(raw).get("Message-ID") or "").strip()
        self.letters[mail.immutable] = mail
        self.changes.append((folder, mail.immutable, False))
        return mail

    def find(self, letter: str) -> Mail:
        for mail in self.letters.values():
            if letter in (mail.immutable, mail.mutable):
                return mail
        raise (
            Refused(404, "ErrorItemNotFound")
            if letter.startswith("letter-")
            else Refused(400, "ErrorInvalidIdMalformed")
        )

    def lying_in(self, folder: str) -> list[Mail]:
        return sorted(
            (mail for mail in self.letters.values() if mail.folder == folder),
            key=lambda mail: (mail.received, mail.immutable),
        )

    # ------------------------------------------------------------------ changes

    def begin_round(self, folder: str, since: int | None) -> str:
        """A token for a walk: over everything in the folder, or over what has changed since a point."""
        if since is None:
            rows = [(mail.immutable, False) for mail in self.lying_in(folder)]
        else:
            rows = self._changed(folder, since)
        if self.told_twice:
            rows += [row for row in rows if not row[1]]
        token = f"round-{next(self.numbers)}"
        self.rounds[token] = Round(folder, rows, len(self.changes), self.generation)
        return token

    def take(self, token: str, most: int) -> tuple[list[tuple[str, bool]], str, str]:
        """The rows of a page, the token of the next page or "", and the token of the changes to come or ""."""
        walk = self.rounds[token]
        if walk.generation != self.generation:
            raise Refused(410, "SyncStateNotFound")
        page, rest = walk.rows[:most], walk.rows[most:]
        if not rest:
            return page, "", f"{walk.folder}~{walk.until}~{walk.generation}"
        onward = f"round-{next(self.numbers)}"
        self.rounds[onward] = Round(walk.folder, rest, walk.until, walk.generation)
        return page, onward, ""

    def resume(self, token: str) -> str:
        folder, until, generation = token.split("~")
        if int(generation) != self.generation:
            raise Refused(410, "SyncStateNotFound")
        return self.begin_round(folder, int(until))

    def _changed(self, folder: str, since: int) -> list[tuple[str, bool]]:
        """Immutable ids hide a return: what was moved out and back is told as removed only (docs-contrib #72)."""
        removed: dict[str, bool] = {}
        for where, letter, gone in self.changes[since:]:
            if where == folder:
                removed[letter] = removed.get(letter, False) or gone
        return list(removed.items())

    # ------------------------------------------------------------------ sending

    def draft_of_mime(self, body: bytes, reply_to: str = "") -> Mail:
        raw = mime_of(body)
        if reply_to and b"in-reply-to:" not in raw.lower():
            raw = f"In-Reply-To: {self.find(reply_to).message_id}\r\n".encode() + raw
        return self.add("drafts", raw, NOON, draft=True)

    def submit(self, mail: Mail) -> None:
        """The draft leaves; its copy lies in Sent Items, whole."""
        mail.raw, mail.attachments, mail.draft = _whole(mail), [], False
        self.move(mail.immutable, "sentitems")


def mime_of(body: bytes) -> bytes:
    """The letter in a request, as Exchange takes it: `Auto-Submitted` does not survive."""
    try:
        raw = base64.b64decode(body, validate=True)
    except binascii.Error:
        raise Refused(400, "ErrorMimeContentInvalidBase64String") from None
    head, gap, rest = raw.partition(b"\r\n\r\n")
    return (
        re.sub(rb"(?im)^auto-submitted:.*\r\n(?:[ \t].*\r\n)*", b"", head + b"\r\n").rstrip(b"\r\n")
        + gap
        + rest
    )


def refuse_bad_headers(message: dict[str, Any]) -> None:
    """JSON headers must be X- ones."""
    for each in message.get("internetMessageHeaders", []):
        if not each["name"].lower().startswith("x-"):
            raise Refused(400, "InvalidInternetMessageHeader")


def _whole(mail: Mail) -> bytes:
    if not mail.attachments:
        return mail.raw
    message = message_from_bytes(mail.raw, policy=policy.SMTP)
    assert isinstance(message, EmailMessage)
    for name, data in mail.attachments:
        message.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    return message.as_bytes()
