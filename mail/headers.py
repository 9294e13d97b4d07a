"""Header fields of a letter as they really come: 8-bit bytes, broken encoded words, lists of ids, impossible dates."""

import base64
import binascii
import quopri
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime

from mail.characters import decode, one_line
from mail.letter import Address

LONGEST_VALUE = 20_000  # characters of one header that are looked at: a To line of 400 addresses fits
MOST_KEPT = 300
MOST_IDS = 100
_ENCODED_WORD = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?([^?]*)\?=")
_MESSAGE_ID = re.compile(r"<([^<>\s]{1,250})>")
_EMAIL = re.compile(r"[^\s@<>\"(),:;\[\]\\]{1,64}@[^\s@<>\"(),:;\\]{1,255}")
_FIRST_YEAR, _LAST_YEAR = 1990, 2100


class Headers:
    """The header fields of one message or part, read without ever raising."""

    def __init__(self, message: Message) -> None:
        self._fields: dict[str, list[str]] = {}
        self.cut = False
        for name, value in message.raw_items():
            kept = self._fields.setdefault(name.lower(), [])
            self.cut = self.cut or len(value) > LONGEST_VALUE or len(kept) >= MOST_KEPT
            if len(kept) < MOST_KEPT:
                kept.append(str(value)[:LONGEST_VALUE])

    def raw(self, name: str) -> list[str]:
        """Every value of this field, from the top, unfolded, 8-bit bytes read, encoded words left alone."""
        return [unfolded(value) for value in self._fields.get(name.lower(), [])]

    def first(self, name: str) -> str:
        """The topmost value of this field on one line, decoded; "" without one."""
        values = self.raw(name)
        return text_of(values[0]) if values else ""

    @property
    def any(self) -> bool:
        """Whether there is a field at all."""
        return bool(self._fields)

    def has(self, name: str) -> bool:
        """Whether this field occurs."""
        return name.lower() in self._fields

    def addresses(self, name: str) -> tuple[Address, ...]:
        """Every usable address of this field."""
        return tuple(found for value in self.raw(name) for found in addresses_of(value))

    def ids(self, name: str) -> tuple[str, ...]:
        """The Message-IDs of this field in their angle brackets, as written; the last ones of a very long list."""
        return tuple(f"<{found}>" for value in self.raw(name) for found in _MESSAGE_ID.findall(value))[
            -MOST_IDS:
        ]

    def date(self, name: str) -> datetime | None:
        """The instant of this field, in UTC; None when it holds none that can be."""
        return instant_of(self.first(name))

    def kept(self) -> Iterator[tuple[str, str]]:
        """Field names and values on one line, to be kept with the letter; no more of them than anyone reads."""
        pairs = ((name, text_of(unfolded(v))) for name, values in self._fields.items() for v in values)
        for number, pair in enumerate(pairs):
            if number == MOST_KEPT:
                self.cut = True
                return
            yield pair


def unfolded(value: str) -> str:
    """A raw value with its 8-bit bytes read as UTF-8 or Windows-1252."""
    if value.isascii():
        return value
    return decode(value.encode("utf-8", "surrogateescape"), "")[0]


def text_of(value: str) -> str:
    """An unfolded value as people read it, on one line (RFC 2047; words of a broken kind stay as they are)."""
    pieces: list[str] = []
    pending, pending_charset = b"", ""  # neighbouring words of a charset may share a character between them
    end = 0
    for found in _ENCODED_WORD.finditer(value):
        charset, data = found[1].partition("*")[0].lower(), _word_bytes(found[2], found[3])
        between = value[end : found.start()]
        if end == 0 or between.strip() or charset != pending_charset or data is None:
            pieces.append(decode(pending, pending_charset)[0])
            pending = b""
            pieces.append(between if end == 0 or between.strip() else "")
        end = found.end()
        if data is None:
            pieces.append(found[0])
        pending, pending_charset = pending + (data or b""), charset
    pieces += [decode(pending, pending_charset)[0], value[end:]]
    return one_line("".join(pieces))


def _word_bytes(encoding: str, text: str) -> bytes | None:
    if encoding in "qQ":
        return quopri.decodestring(text.encode("utf-8", "replace"), header=True)
    try:
        return base64.b64decode(text.encode("ascii") + b"==")
    except (binascii.Error, ValueError):
        return None


def addresses_of(value: str) -> tuple[Address, ...]:
    """The usable addresses of an unfolded address field."""
    try:
        pairs = getaddresses([value.replace("\n", " ").replace("\r", " ")])
    except (RecursionError, ValueError, IndexError):  # nested comments without end
        pairs = [("", found) for found in _EMAIL.findall(value)]
    usable = [Address(_email(email), text_of(name)) for name, email in pairs]
    if not any(address.email for address in usable) and "=?" in value:
        # Some writers encode the whole field, address and all.
        usable = [Address(found.lower()) for found in _EMAIL.findall(text_of(value))]
    return tuple(address for address in usable if address.email)


def _email(text: str) -> str:
    address = one_line(text).lower()
    return address if _EMAIL.fullmatch(address) else ""


def emails_in(text: str) -> list[str]:
    """Addresses that stand in running text, lower case, each once."""
    return list(dict.fromkeys(found.strip(".'").lower() for found in _EMAIL.findall(text)))


def instant_of(value: str) -> datetime | None:
    """The instant of a mail date, in UTC; None for nonsense. A date without its zone is read as UTC (RFC 5322, -0000)."""
    try:
        moment = parsedate_to_datetime(value[:200])
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
    return moment if _FIRST_YEAR <= moment.year <= _LAST_YEAR else None
