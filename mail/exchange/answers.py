"""What we read of the server's answers. It is little, so the library's own model of letters is not used: with it one letter
that has a broken character or is of an unknown kind brings down its whole page, and a time with fractions of a second is
dropped.
"""

import base64
import binascii
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from exchangelib.util import TNS

from mail.exchange.troubles import Stale


@dataclass(frozen=True, slots=True)
class Listed:
    """A letter as the server lists it; `received` is aware, None where the server gives no time. `raw` only if asked."""

    id: str
    size: int = 0
    received: datetime | None = None
    raw: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class Changes:
    """What changed in the inbox, and the state to ask from next time. `whole`: there is no more for now."""

    there: tuple[Listed, ...]
    gone: tuple[str, ...]
    state: str
    whole: bool


@dataclass(frozen=True, slots=True)
class File:
    """A file that is attached to a letter."""

    name: str
    media_type: str
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """What the server can say of a letter that it cannot hand over. `files` has an id and a size for each."""

    address: str
    name: str
    subject: str
    message_id: str
    text: str = field(repr=False)
    files: tuple[tuple[str, int], ...]


def everything(answers: Iterable[Any]) -> list[Any]:
    """Every answer. The library hands some errors over as if they were answers."""
    found = list(answers)
    for each in found:
        if isinstance(each, Exception):
            raise each
    return [each for each in found if each is not None]


def one(answers: Iterable[Any]) -> Any:
    """The one answer there must be."""
    found = everything(answers)
    if len(found) != 1:
        raise Stale  # an answer to another question
    return found[0]


def listed(element: Any) -> Listed:
    """A letter's id, size, time and bytes, as far as they were asked for."""
    received = _time(text_of(element, "DateTimeReceived")) or _time(text_of(element, "DateTimeCreated"))
    return Listed(
        id_of(element, "ItemId"), number_of(element, "Size"), received, bytes_of(element, "MimeContent")
    )


def outlined(element: Any) -> Outline:
    """Who wrote a letter, its words and its files."""
    sender = element.find(f"{{{TNS}}}From/{{{TNS}}}Mailbox")
    files = element.iterfind(f"{{{TNS}}}Attachments/{{{TNS}}}FileAttachment")
    return Outline(
        address="" if sender is None else text_of(sender, "EmailAddress"),
        name="" if sender is None else text_of(sender, "Name"),
        subject=text_of(element, "Subject"),
        message_id=text_of(element, "InternetMessageId"),
        text=text_of(element, "TextBody"),
        files=tuple((id_of(file, "AttachmentId"), number_of(file, "Size")) for file in files),
    )


def attached(element: Any) -> File:
    """A file with its bytes."""
    return File(text_of(element, "Name"), text_of(element, "ContentType"), bytes_of(element, "Content"))


def bytes_of(element: Any, name: str) -> bytes:
    """The bytes that an element holds as base64, none where there are none or it is broken."""
    content = element.find(f"{{{TNS}}}{name}")
    try:
        return b"" if content is None or not content.text else base64.b64decode(content.text)
    except (binascii.Error, ValueError):
        return b""


def text_of(element: Any, name: str) -> str:
    """The words in an element, "" where there are none or they are no characters at all (a lone half of a pair)."""
    child = element.find(f"{{{TNS}}}{name}")
    try:
        return "" if child is None else str(child.text or "")
    except UnicodeDecodeError:
        return ""


def number_of(element: Any, name: str) -> int:
    """The number in an element, 0 where there is none."""
    text = text_of(element, name)
    return int(text) if text.isdigit() else 0


def id_of(element: Any, name: str) -> str:
    """The id that an element names."""
    return str(element.find(f"{{{TNS}}}{name}").get("Id"))


def _time(text: str) -> datetime | None:
    """A time as servers write it: with fractions of a second or without, in UTC where no zone is named."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
