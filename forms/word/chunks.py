"""Embedded documents (`w:altChunk`): another Word file or a web page that Word would merge in when it opens the form.

One level deep: what an embedded document embeds is left alone.
"""

import re
from typing import TYPE_CHECKING

from forms.page import Block, Para, Region, Span
from forms.refusals import FormError, TooBig
from forms.word import html

if TYPE_CHECKING:
    from email.message import Message

    from forms.word.document import Document

_LARGEST = 5_000_000  # bytes of a web page or text
_MOST_LINES = 100_000
_WEB = re.compile(rb"<(?:!doctype html|html|body|p|div|table|h\d|ul|ol|span)\b", re.IGNORECASE)


def read(document: "Document", part: str, path: str, region: Region) -> list[Block]:
    """The blocks of an embedded part; none, and a warning, when it cannot be read."""
    if document.embedded:
        return []
    try:
        return _blocks(document, part, path, region)
    except FormError:
        document.warnings.append("A document embedded in it could not be read.")
        return []


def _blocks(document: "Document", part: str, path: str, region: Region) -> list[Block]:
    data = document.package.read(part)
    if data.startswith(b"PK"):
        return document.inside(data).body(path, region)
    if len(data) > _LARGEST or data.count(b"\n") > _MOST_LINES:
        raise TooBig
    page = _web_page(data)
    if page is not None:
        return html.blocks(page, path, region)
    if data.startswith(b"{\\rtf") or b"\0" in data:
        document.warnings.append("A document embedded in it is of a kind that is not read.")
        return []
    return _plain(data, path, region)


def _web_page(data: bytes) -> bytes | None:
    """The web page in a part: itself, or the first one of a single-file page (MHT)."""
    start = data[:2000].lower()
    if b"mime-version:" in start or b"content-type: multipart" in start:
        import email  # large, and hardly ever needed

        pages = (
            part for part in email.message_from_bytes(data).walk() if part.get_content_type() == "text/html"
        )
        return next((_payload(part) for part in pages), None)
    return data if _WEB.search(start) or start.startswith((b"\xff\xfe<\0", b"\xfe\xff\0<")) else None


def _payload(part: "Message[str, str]") -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _plain(data: bytes, path: str, region: Region) -> list[Block]:
    lines = data.decode("utf-8-sig", errors="replace").removesuffix("\n").split("\n")
    return [
        Para([Span(line)] if line.strip() else [], f"{path}/p{place}", region)
        for place, line in enumerate(lines, 1)
    ]
