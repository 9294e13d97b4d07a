"""A message's tree of parts: its words on one side, what is enclosed on the other. Nothing here raises on content."""

import binascii
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import Message

from mail.characters import clean, decode, one_line
from mail.headers import Headers, text_of, unfolded
from mail.kinds import kind_of
from mail.letter import Attachment, AttachmentKind, Damage
from mail.plain import from_html, pictures_shown

LONGEST_TEXT = 1_000_000  # characters of one text part that are looked at
MOST_PARTS = 1_000
_LONGEST_NAME = 150
# A logo is small. A photograph of a signed form, sent from a telephone, is shown in the text too, and is a document.
_LARGEST_LOGO = 256_000
_OUTLOOK_PICTURE = re.compile(r"image\d{3}\.(png|jpe?g|gif|bmp|emz|wmz)", re.IGNORECASE)
_REPORTS = frozenset(
    {
        "message/delivery-status",
        "message/disposition-notification",
        "text/rfc822-headers",
        "message/feedback-report",
    }
)


@dataclass(slots=True)
class Parts:
    """What a message is made of. `reports` are its machine-readable parts, `enclosed` the letters within it."""

    plain: list[str] = field(default_factory=list)
    html: list[str] = field(default_factory=list)
    files: list[tuple[Attachment, str]] = field(default_factory=list)  # with its Content-ID
    reports: list[Message] = field(default_factory=list)
    enclosed: list[Message] = field(default_factory=list)
    types: set[str] = field(default_factory=set)
    damage: set[Damage] = field(default_factory=set)

    @property
    def words(self) -> str:
        """All that is written in it: the plain text, or the HTML's words where there is no plain text."""
        plain = "\n\n".join(text for text in map(str.strip, self.plain) if text)
        return plain or "\n\n".join(from_html(markup) for markup in self.html).strip()

    @property
    def attachments(self) -> tuple[Attachment, ...]:
        """What is enclosed, in its order, the text's own pictures marked."""
        shown = frozenset().union(*(pictures_shown(markup) for markup in self.html))
        return tuple(_marked(file, content_id, shown) for file, content_id in self.files)


def parts_of(message: Message) -> Parts:
    """Sort the parts of a message."""
    parts = Parts()
    for number, part in enumerate(_leaves(message)):
        if number == MOST_PARTS:
            parts.damage.add(Damage.TOO_NESTED)
            break
        _sort_in(part, parts)
    return parts


def _leaves(message: Message) -> Iterator[Message]:
    """The parts that hold something, in order; a letter within the letter is one part."""
    waiting = [message]
    while waiting:
        part = waiting.pop()
        payload = part.get_payload()
        if part.get_content_maintype() == "multipart" and isinstance(payload, list):
            waiting.extend(reversed([p for p in payload if isinstance(p, Message)]))
        else:
            yield part


def _sort_in(part: Message, parts: Parts) -> None:
    declared = part.get_content_type()
    parts.types.add(declared)
    name, disposition = _name(part), _disposition(part)
    if declared in _REPORTS:
        parts.reports.append(part)
    elif declared in ("text/plain", "text/html") and not name and disposition != "attachment":
        _add_text(part, declared, parts)
    else:
        _add_file(part, name, declared, parts)


def _add_text(part: Message, declared: str, parts: Parts) -> None:
    text, known = decode(data_of(part, parts.damage), _charset(part))
    if not known:
        parts.damage.add(Damage.UNKNOWN_CHARSET)
    if len(text) > LONGEST_TEXT:
        parts.damage.add(Damage.TEXT_CUT)
    (parts.html if declared == "text/html" else parts.plain).append(clean(text[:LONGEST_TEXT]))


def _add_file(part: Message, name: str, declared: str, parts: Parts) -> None:
    if declared == "message/rfc822" and (letter := _enclosed(part)) is not None:
        parts.enclosed.append(letter)
        data, kind = _as_bytes(letter, parts.damage), AttachmentKind.LETTER
    else:
        data = data_of(part, parts.damage)
        part.set_payload("")  # an attachment of 30 MB is not kept twice
        kind = kind_of(data, declared, name)
    digest = hashlib.sha256(data).hexdigest()
    content_id = Headers(part).first("content-id").strip("<> ").lower()
    parts.files.append((Attachment(name, declared, kind, data, digest), content_id))


def _marked(file: Attachment, content_id: str, shown: frozenset[str]) -> Attachment:
    """The attachment, marked as inline where it is a small picture that the text shows or that Outlook named."""
    small_picture = file.kind is AttachmentKind.IMAGE and len(file.data) <= _LARGEST_LOGO
    is_shown = bool(content_id) and content_id in shown
    if small_picture and (is_shown or (content_id and _OUTLOOK_PICTURE.fullmatch(file.name))):
        return Attachment(file.name, file.declared, file.kind, file.data, file.sha256, inline=True)
    return file


def data_of(part: Message, damage: set[Damage]) -> bytes:
    """A part's bytes with its transfer encoding undone as far as it can be."""
    try:
        data = _from_base64(part) or part.get_payload(decode=True)
    except Exception:  # noqa: BLE001 - whatever the standard library stumbles over, the rest of the letter stands
        damage.add(Damage.BROKEN_PART)
        return b""
    if part.defects:
        damage.add(Damage.BROKEN_PART)
    return data if isinstance(data, bytes) else b""


def _from_base64(part: Message) -> bytes:
    """The bytes of a part in sound base64, b"" of any other: the standard library takes four times the memory."""
    encoding, payload = str(part.get("content-transfer-encoding", "")), part.get_payload()
    if encoding.strip().lower() != "base64" or not isinstance(payload, str):
        return b""
    try:
        return binascii.a2b_base64(payload)
    except ValueError:  # among them binascii.Error, and a character that is not ASCII
        return b""


def _enclosed(part: Message) -> Message | None:
    payload = part.get_payload()
    return payload[0] if isinstance(payload, list) and payload and isinstance(payload[0], Message) else None


def _as_bytes(message: Message, damage: set[Damage]) -> bytes:
    try:
        return message.as_bytes()
    except Exception:  # noqa: BLE001 - a letter too broken to be written again is still listed
        damage.add(Damage.BROKEN_PART)
        return b""


def _charset(part: Message) -> str:
    try:
        return str(part.get_content_charset() or "")
    except (LookupError, ValueError, UnicodeError):
        return "unknown"


def _disposition(part: Message) -> str:
    return Headers(part).first("content-disposition").partition(";")[0].strip().lower()


def _name(part: Message) -> str:
    """The file's name as sent: its last component, on one line, of a length that a screen can hold."""
    try:
        name = part.get_filename("")
    except (LookupError, ValueError, UnicodeError, TypeError, AttributeError):
        return ""
    last = re.split(r"[\\/]", text_of(unfolded(str(name))))[-1]
    return one_line(last)[-_LONGEST_NAME:]
