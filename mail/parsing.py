"""The bytes of a letter → a `Letter`. Never raises on content: what was got over is listed in `Letter.damage`.

`email.policy.default` raised on 64 of 2,141 awkward public letters, `compat32` on none (`docs/decisions/0008`): so compat32,
with tolerant reading of our own above it.
"""

import re
from datetime import datetime
from email.message import Message
from email.parser import BytesFeedParser, BytesHeaderParser
from email.policy import compat32

from mail.authenticity import authenticity
from mail.bounces import bounce_of
from mail.headers import Headers, instant_of
from mail.letter import Address, Attachment, Authenticity, Damage, Letter
from mail.machines import automatic_sign
from mail.parts import Parts, parts_of
from mail.protection import protection_of
from mail.replies import written_now

_LARGEST_HEADER_BLOCK = 256_000
_MOST_MULTIPARTS = 200
_PIECE = 100_000  # bytes looked at together, so that there is no second copy of 30 MB
_MULTIPART = re.compile(rb"^content-type:\s{0,5}(?:multipart|message)/", re.IGNORECASE | re.MULTILINE)
_END_OF_HEADERS = re.compile(rb"\r?\n\r?\n|\r\r")
_NOBODY = Address("")


def parse(raw: bytes, *, received: datetime, trusted_server: str = "") -> Letter:
    """The letter in these bytes, as the mailbox received it at `received` (aware).

    `trusted_server` is the authserv-id of the council's own mail server: only its Authentication-Results are believed.
    """
    message, damage = _message(raw)
    headers, parts = Headers(message), parts_of(message)
    sender, several = _sender(headers)
    full_text = parts.words
    return Letter(
        sender=sender,
        received=received,
        message_id=next(iter(headers.ids("Message-ID")), ""),
        in_reply_to=headers.ids("In-Reply-To"),
        references=headers.ids("References"),
        reply_to=headers.addresses("Reply-To"),
        to=headers.addresses("To"),
        cc=headers.addresses("Cc"),
        subject=headers.first("Subject"),
        written=headers.date("Date"),
        text=written_now(full_text),
        full_text=full_text,
        attachments=parts.attachments,
        automatic=automatic_sign(headers, sender, _types(message, parts)),
        bounce=bounce_of(headers, sender, parts),
        invitation="text/calendar" in parts.types,
        protection=protection_of(parts),
        authenticity=Authenticity.NONE if several else authenticity(headers, sender, trusted_server),
        headers=tuple(headers.kept()),
        damage=_damage(raw, headers, sender, damage | parts.damage, several=several),
    )


def enclosed_documents(raw: bytes) -> tuple[Attachment, ...]:
    """What a letter that was itself enclosed brings with it. Its own words and its sender's claims count for nothing."""
    message, _ = _message(raw)
    return tuple(file for file in parts_of(message).attachments if file.is_document)


def received_time(raw: bytes, file_time: datetime) -> datetime:
    """When the mailbox took a letter that lies in a folder (R14): its topmost Received header, else Date, else the file.

    All are aware. Only the header block is read.
    """
    headers = Headers(_headers_only(raw))
    topmost = next(iter(headers.raw("Received")), "").rpartition(";")[2]
    return instant_of(topmost.strip()) or headers.date("Date") or file_time


def _message(raw: bytes) -> tuple[Message, set[Damage]]:
    """The parsed message; where its parts nest so deep that parsing them would be an attack, its headers alone."""
    deep = _nests_deep(raw)
    if not deep:
        try:
            return _parsed(raw), set()
        except Exception:  # noqa: BLE001, S110 - a fault of the parser is the letter's damage, never the queue's
            pass
    return _headers_only(raw), {Damage.TOO_NESTED if deep else Damage.BROKEN_PART}


def _parsed(raw: bytes) -> Message:
    """The standard library's message, fed in pieces: handed over whole, it takes four bytes for each of the letter's."""
    parser = BytesFeedParser(policy=compat32)
    for at in range(0, len(raw), _PIECE):
        parser.feed(raw[at : at + _PIECE])
    return parser.close()


def _nests_deep(raw: bytes) -> bool:
    """Whether so many parts hold parts that the parser, which calls itself for each, would not come back."""
    pieces = (raw[at : at + _PIECE].lower() for at in range(0, len(raw), _PIECE))
    mentioned = sum(piece.count(b"multipart/") + piece.count(b"message/") for piece in pieces)
    return mentioned > _MOST_MULTIPARTS // 2 and sum(1 for _ in _MULTIPART.finditer(raw)) > _MOST_MULTIPARTS


def _headers_only(raw: bytes) -> Message:
    end = _END_OF_HEADERS.search(raw, 0, _LARGEST_HEADER_BLOCK)
    block = raw[: end.end() if end else _LARGEST_HEADER_BLOCK]
    try:
        return BytesHeaderParser(policy=compat32).parsebytes(block)
    except Exception:  # noqa: BLE001 - as above; an empty message has no sender and is set aside as such
        return Message(policy=compat32)


def _sender(headers: Headers) -> tuple[Address, bool]:
    """Who wrote, and whether the letter names more than one author (a way to get past the check of the domain)."""
    authors = headers.addresses("From")
    several = len({author.email for author in authors}) > 1 or len(headers.raw("From")) > 1
    return (authors[0] if authors else _name_alone(headers)), several


def _name_alone(headers: Headers) -> Address:
    """A From field without a usable address still holds a name, by which a mail system may be known."""
    return Address("", headers.first("From").partition("<")[0].strip(' "')[:200])


def _types(message: Message, parts: Parts) -> set[str]:
    return parts.types | {message.get_content_type()}


def _damage(
    raw: bytes, headers: Headers, sender: Address, found: set[Damage], *, several: bool
) -> tuple[Damage, ...]:
    said = {
        Damage.EMPTY_FILE: not raw.strip(),
        Damage.NO_HEADERS: bool(raw.strip()) and not headers.any,
        Damage.NO_SENDER: not sender.email,
        Damage.SEVERAL_SENDERS: several,
        Damage.HEADERS_CUT: headers.cut,
    }
    return tuple(mark for mark in Damage if mark in found or said.get(mark))
