"""A letter too large for one request, taken apart: the letter without its files, and the files."""

from dataclasses import dataclass, field
from email.generator import BytesGenerator
from email.message import Message
from email.parser import BytesParser
from email.policy import compat32
from email.utils import getaddresses
from io import BytesIO


@dataclass(frozen=True, slots=True)
class File:
    """A file to attach to a draft."""

    name: str
    media_type: str
    data: bytes = field(repr=False)


def taken_apart(raw: bytes) -> tuple[bytes, tuple[File, ...]]:
    """The letter with its header and its words but without its files, and those. A letter without files stays as it is."""
    message = BytesParser(policy=compat32).parsebytes(raw)
    if message.get_content_type() != "multipart/mixed":
        return raw, ()
    parts = [part for part in message.get_payload() if isinstance(part, Message)]
    files = [part for part in parts if part.get_content_disposition() == "attachment"]
    message.set_payload([part for part in parts if part not in files])
    return _written(message), tuple(map(_file, files))


def header(raw: bytes, name: str) -> str:
    """One field of a letter's header, "" when it has none."""
    return " ".join(str(BytesParser(policy=compat32).parsebytes(raw, headersonly=True).get(name, "")).split())


def addressees(raw: bytes) -> set[str]:
    """The addresses that a letter's header sends it to, in lower case."""
    message = BytesParser(policy=compat32).parsebytes(raw, headersonly=True)
    fields = [str(value) for name in ("To", "Cc", "Bcc") for value in message.get_all(name, [])]
    return {address.casefold() for _, address in getaddresses(fields) if address}


def _file(part: Message) -> File:
    data = part.get_payload(decode=True)
    return File(
        part.get_filename() or "file", part.get_content_type(), data if isinstance(data, bytes) else b""
    )


def _written(message: Message) -> bytes:
    """With the header lines as they were: a Message-ID that is folded anew breaks the thread."""
    out = BytesIO()
    BytesGenerator(out, mangle_from_=False, maxheaderlen=0, policy=compat32.clone(linesep="\r\n")).flatten(
        message
    )
    return out.getvalue()
