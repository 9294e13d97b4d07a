"""A PDF opened by its two readers, sheet by sheet, within limits."""

import io
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

import pypdfium2
import pypdfium2.raw as pdfium
from pypdf import PdfReader

from forms.page import Block, Field, Para, Region, Span
from forms.pdf import widgets
from forms.pdf.items import Sheet
from forms.pdf.layout import placed
from forms.pdf.running import joined
from forms.pdf.sheets import read_sheet
from forms.refusals import Damaged, PasswordProtected, TooBig, TookTooLong, Unsupported

LARGEST: Final = 40 << 20
"""The largest PDF taken, in bytes."""

MOST_SHEETS: Final = 100

SECONDS: Final = 10
"""Looked at between sheets; one sheet that never ends is for the worker that can be killed."""

ONE_AT_A_TIME: Final = threading.Lock()
"""Held by whoever uses pdfium: it keeps one global state and is not made for threads."""

_PICTURED: Final = "Page {} is a picture: what is written on it was not read."
_LAYERED: Final = "Page {} was scanned: its text is what a scanner made of it."


@dataclass(slots=True)
class Opened:
    """A PDF's contents. `fields` are its form fields, which have a name but no place in the text."""

    blocks: list[Block] = field(default_factory=list)
    fields: list[Field] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    sheets: list[Sheet] = field(default_factory=list)

    @property
    def is_pictures(self) -> bool:
        """Whether it is a scan: every sheet a picture, and no text of any kind."""
        return all(sheet.pictured for sheet in self.sheets) and not self.fields

    @property
    def partly_pictures(self) -> bool:
        """Whether something may stand on it that was not read, or was recognised by somebody's scanner."""
        return any(sheet.pictured or sheet.layered for sheet in self.sheets)


def read(data: bytes) -> Opened:
    """All that the two readers find. Raises the refusals of `forms.pdf.page`."""
    with ONE_AT_A_TIME, _document(data) as document:
        reader = _reader(data, needed=document.get_formtype() != pdfium.FORMTYPE_NONE)
        found = Opened()
        _read_sheets(found, document, reader)
        pages = [placed(sheet, number) for number, sheet in enumerate(found.sheets, 1)]
        found.blocks = [*joined(pages), *_comments(found.sheets)]
        found.warnings += _warnings(found.sheets)
        return found


def _read_sheets(found: Opened, document: pypdfium2.PdfDocument, reader: PdfReader | None) -> None:
    until = time.monotonic() + SECONDS
    for number in range(1, len(document) + 1):
        other = reader.pages[number - 1] if reader is not None and number <= len(reader.pages) else None
        sheet, fields = read_sheet(document[number - 1], other, number)
        found.sheets.append(sheet)
        found.fields += fields
        if time.monotonic() > until:
            raise TookTooLong


def _warnings(sheets: Iterable[Sheet]) -> Iterator[str]:
    for number, sheet in enumerate(sheets, 1):
        if sheet.pictured or sheet.layered:
            yield (_LAYERED if sheet.layered else _PICTURED).format(number)


def _comments(sheets: Iterable[Sheet]) -> Iterator[Para]:
    for number, sheet in enumerate(sheets, 1):
        for at, text in enumerate(sheet.comments, 1):
            yield Para([Span(text)], f"s{number}/note{at}", Region.COMMENT)


@contextmanager
def _document(data: bytes) -> Iterator[pypdfium2.PdfDocument]:
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if error.err_code in {pdfium.FPDF_ERR_PASSWORD, pdfium.FPDF_ERR_SECURITY}:
            raise PasswordProtected from error
        raise Damaged from error
    try:
        if len(document) == 0:
            raise Damaged
        if len(document) > MOST_SHEETS:
            raise TooBig
        yield document
    except pypdfium2.PdfiumError as error:  # a sheet that is announced and cannot be loaded
        raise Damaged from error
    finally:
        document.close()


def _reader(data: bytes, *, needed: bool) -> PdfReader | None:
    """The same bytes in pypdf; None for a file without a form that only pdfium can open.

    Raises Unsupported for a form that Adobe's reader alone draws; Damaged when a form's fields cannot be read, because
    its answers would then look blank.
    """
    try:
        reader = PdfReader(io.BytesIO(data), strict=False)
        if reader.is_encrypted:
            reader.decrypt("")
        count, adobe = len(reader.pages), widgets.wants_adobe(reader)
    except Exception as error:  # broken files make it raise nearly anything
        if needed:
            raise Damaged from error
        return None
    if adobe:
        raise Unsupported("an XFA form, which only Adobe Reader draws")
    return reader if count else None
