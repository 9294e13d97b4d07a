"""Letters as bytes, for tests of the mail room."""

from datetime import UTC, datetime

import mail
from mail.letter import Letter

SERVER = "mx.westhaven.example"
AT = datetime(2026, 11, 23, 9, 12, tzinfo=UTC)
PERSON = "From: Hana Gill <inclusion@oakfield.example>"


def raw(*headers: str, body: str = "Hello", eol: str = "\r\n") -> bytes:
    """A letter with these header lines; Latin-1, so that any byte can be written."""
    return (eol.join(headers) + eol * 2 + body).encode("latin-1")


def parsed(*headers: str, body: str = "Hello") -> Letter:
    """That letter, parsed."""
    return mail.parse(raw(*headers, body=body), received=AT, trusted_server=SERVER)


def multipart(*parts: str, kind: str = "mixed", headers: tuple[str, ...] = (PERSON,)) -> bytes:
    """A multipart letter; each part is its headers, an empty line and its body."""
    body = "".join(f"--B\r\n{part}\r\n" for part in parts) + "--B--\r\n"
    content_type = f'Content-Type: multipart/{kind}; boundary="B"'
    return raw(*headers, "MIME-Version: 1.0", content_type, body=body)
