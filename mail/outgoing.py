"""Letters of our own → bytes. The same letter gives the same bytes, so that a retry sends what was stored."""

import hashlib
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.headerregistry import Address as HeaderAddress
from email.message import EmailMessage
from email.policy import SMTP, EmailPolicy
from email.utils import format_datetime

from mail.characters import one_line
from mail.errors import BadAddress, MailError
from mail.letter import Address

CASE_HEADER = "X-Managed-Moves-Case"
_EMAIL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[A-Za-z0-9]([A-Za-z0-9.-]{0,250}[A-Za-z0-9])?")
_MESSAGE_ID = re.compile(r"<[^<>\s]{1,250}>")
_FIELD_NAME = re.compile(r"X-[A-Za-z0-9-]{1,60}")
_AUTO_SUBMITTED = frozenset({"auto-replied", "auto-generated"})
_MOST_REFERENCES = 20
_ID_FIELDS = frozenset({"message-id", "in-reply-to", "references"})


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A file to send with a letter, under a name of ours."""

    name: str
    media_type: str
    data: bytes = field(repr=False)
    params: tuple[tuple[str, str], ...] = ()  # of its media type, e.g. an invitation's method


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A letter to send. `automatic` is what RFC 3834 calls it: an answer (auto-replied) or an act of ours."""

    sender: Address
    recipients: tuple[Address, ...]
    subject: str
    text: str = field(repr=False)
    date: datetime
    message_id: str
    html: str = field(default="", repr=False)
    cc: tuple[Address, ...] = ()
    reply_to: Address | None = None  # the inbox, where the sender is another address
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    attachments: tuple[Enclosure, ...] = ()
    automatic: str = "auto-replied"
    case: str = ""  # its reference, repeated in a header of ours
    headers: tuple[tuple[str, str], ...] = ()  # more of ours, X- names only

    @property
    def everyone(self) -> tuple[str, ...]:
        """The addresses of all recipients, each once."""
        return tuple(dict.fromkeys(address.email for address in (*self.recipients, *self.cc)))


class _Folding(EmailPolicy):
    """Never encodes a Message-ID: the standard library does so to one that is longer than a line, and the thread breaks."""

    def fold(self, name: str, value: str) -> str:
        if name.lower() in _ID_FIELDS:
            return f"{name}: " + f"{self.linesep} ".join(str(value).split()) + self.linesep
        return str(super().fold(name, value))

    def fold_binary(self, name: str, value: str) -> bytes:
        if name.lower() in _ID_FIELDS:
            return self.fold(name, value).encode("ascii")
        return super().fold_binary(name, value)


_POLICY = _Folding(linesep=SMTP.linesep)


def compose(letter: Outgoing) -> bytes:
    """The letter as it goes out: lines end in CRLF, every header is on our terms. Raises `MailError` on a bad address."""
    message = EmailMessage(policy=_POLICY)
    _write_headers(message, letter)
    message.set_content(letter.text, cte="quoted-printable")
    if letter.html:
        message.add_alternative(letter.html, subtype="html", cte="quoted-printable")
    for file in letter.attachments:
        main, _, sub = file.media_type.partition("/")
        message.add_attachment(
            file.data,
            maintype=main,
            subtype=sub,
            filename=one_line(file.name),
            params=dict(file.params) or None,
        )
    _settle_boundaries(message, letter.message_id)
    return message.as_bytes()


def _write_headers(message: EmailMessage, letter: Outgoing) -> None:
    if not letter.recipients:
        raise MailError("A letter needs a recipient.")
    if letter.automatic not in _AUTO_SUBMITTED:
        raise MailError("A letter of ours is auto-replied or auto-generated.")
    for name, value in _fields(letter):
        message[name] = value
    for name, text in letter.headers:
        if not _FIELD_NAME.fullmatch(name):
            raise MailError("Only X- headers can be added to a letter.")
        message[name] = one_line(text)


def _fields(letter: Outgoing) -> list[tuple[str, str | tuple[HeaderAddress, ...]]]:
    """The header fields in their order; those that would be empty are left out."""
    references = " ".join(_ids(letter.references, letter.in_reply_to)[-_MOST_REFERENCES:])
    fields: list[tuple[str, str | tuple[HeaderAddress, ...]]] = [
        ("Date", format_datetime(letter.date.astimezone(UTC))),
        ("From", _written((letter.sender,))),
        ("To", _written(letter.recipients)),
        ("Cc", _written(letter.cc)),
        ("Reply-To", _written((letter.reply_to or letter.sender,))),
        ("Subject", one_line(letter.subject)),
        ("Message-ID", "".join(_ids((letter.message_id,)))),
        ("In-Reply-To", "".join(_ids((letter.in_reply_to,)))),
        ("References", references),
        ("Auto-Submitted", letter.automatic),
        ("X-Auto-Response-Suppress", "All"),
        (CASE_HEADER, one_line(letter.case)),
    ]
    return [(name, value) for name, value in fields if value]


def _ids(ids: tuple[str, ...], *last: str) -> list[str]:
    """The ids that are ids, each once: one of theirs that is not cannot be answered by."""
    return [each for each in dict.fromkeys((*ids, *last)) if each.isascii() and _MESSAGE_ID.fullmatch(each)]


def _written(addresses: tuple[Address, ...]) -> tuple[HeaderAddress, ...]:
    return tuple(_header_address(address) for address in addresses)


def _header_address(address: Address) -> HeaderAddress:
    if not _EMAIL.fullmatch(address.email):
        raise BadAddress
    local, _, domain = address.email.rpartition("@")
    return HeaderAddress(one_line(address.name), local, domain)


def _settle_boundaries(message: EmailMessage, message_id: str) -> None:
    """Boundaries from the Message-ID in place of random ones."""
    for number, part in enumerate(part for part in message.walk() if part.is_multipart()):
        digest = hashlib.sha256(f"{message_id}/{number}".encode()).hexdigest()[:32]
        part.set_boundary(f"=_{digest}_=")
