"""The letters in a folder of sent mail, as their recipients see them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import parsedate_to_datetime
from pathlib import Path

from bot.text import dates


@dataclass(frozen=True, slots=True)
class SentLetter:
    """One letter of ours; `at` is its date in words. `enclosed` are the names of what came with it, which we gave ourselves."""

    at: str
    to: tuple[str, ...]
    cc: tuple[str, ...]
    subject: str
    text: str
    enclosed: tuple[str, ...] = ()


def read_letter(raw: bytes) -> SentLetter:
    """One letter of ours."""
    return _seen(BytesParser(policy=policy.default).parsebytes(raw))


def sent_letters(folder: Path) -> Iterator[SentLetter]:
    """Every letter in the folder, oldest first."""
    parser = BytesParser(policy=policy.default)
    letters = [parser.parsebytes(file.read_bytes()) for file in sorted(folder.glob("*.eml"))]
    for letter in sorted(letters, key=_when):
        yield _seen(letter)


def _when(letter: EmailMessage) -> tuple[str, str]:
    written = parsedate_to_datetime(letter["Date"]).astimezone(UTC).isoformat() if letter["Date"] else ""
    return written, str(letter["Subject"])


def _seen(letter: EmailMessage) -> SentLetter:
    body = letter.get_body(preferencelist=("plain",))
    return SentLetter(
        at=dates.moment(parsedate_to_datetime(letter["Date"])) if letter["Date"] else "",
        to=_addresses(letter, "To"),
        cc=_addresses(letter, "Cc"),
        subject=str(letter["Subject"]),
        text=str(body.get_content()) if body is not None else "",
        enclosed=tuple(part.get_filename() or "" for part in letter.iter_attachments()),
    )


def _addresses(letter: EmailMessage, header: str) -> tuple[str, ...]:
    value = letter[header]
    return tuple(address.addr_spec for address in value.addresses) if value is not None else ()
