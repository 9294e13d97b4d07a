"""A picture of a form, read by tesseract as far as it goes: to see whose form it is and who sent it.

Recognition returns some 90 % of typed words and no ticked boxes at all, so its page is marked `recognised`, and nothing
may be called missing on its strength.
"""

import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

import pypdfium2
import pypdfium2.raw as pdfium

from forms import child
from forms.page import Block, Page
from forms.pdf import strokes
from forms.pdf.items import Box, Item, Sheet, word
from forms.pdf.layout import placed
from forms.pdf.opened import ONE_AT_A_TIME
from forms.pdf.running import joined
from forms.refusals import Damaged, EmptyFile, PasswordProtected, Scanned, TooBig

LARGEST: Final = 40 << 20
"""The largest file taken, in bytes."""

SHEETS: Final = 4
"""Sheets recognised: the form's name and the sender stand on the first ones, and each takes seconds."""

DOTS: Final = 200
"""Dots to the inch at which a PDF is drawn; 300 recognised no more and took a third longer."""

LARGEST_DRAWING: Final = 20_000_000
"""Dots in one drawing, so that a sheet of ten metres is not drawn in full."""

LARGEST_PICTURE: Final = 60_000_000
"""Dots in one picture of a PDF: A4 at 600 dots to the inch has 35 million."""

_POINTS: Final = 72
_START: Final = 1024  # readers allow junk of this length before a PDF's signature
_WARNING: Final = "The form is a scan: it was recognised by machine, and its tick boxes cannot be read."
_SURE: Final = 30.0  # per cent; tesseract's own estimate, below which it is guessing at specks


def available() -> bool:
    """Whether tesseract is installed and can be held on a lead here."""
    return child.can_be_held() and _program() is not None


def page(data: bytes) -> Page:
    """A picture (PNG, JPEG, TIFF…) or a PDF of pictures as a page model of recognised words.

    Raises EmptyFile, TooBig, Damaged, PasswordProtected; Scanned where tesseract is not installed or finds no words;
    TookTooLong after a minute a sheet.
    """
    if not data:
        raise EmptyFile
    if len(data) > LARGEST:
        raise TooBig
    program = _program()
    if program is None or not child.can_be_held():
        raise Scanned
    is_pdf = b"%PDF-" in data[:_START]
    pictures = _drawn(data) if is_pdf else [data]
    blocks = _blocks(_recognised(program, picture) for picture in pictures)
    if not blocks:
        raise Scanned("no words were recognised")
    return Page("pdf" if is_pdf else "image", blocks, warnings=[_WARNING], recognised=True)


def _program() -> str | None:
    return shutil.which("tesseract")


def _blocks(sheets: Iterable[Sheet]) -> list[Block]:
    return joined([placed(sheet, number) for number, sheet in enumerate(sheets, 1)])


def _recognised(program: str, picture: bytes) -> Sheet:
    """One picture's words with their places. What tesseract cannot open gives a sheet without words."""
    with tempfile.TemporaryDirectory(prefix="moves-", ignore_cleanup_errors=True) as temporary:
        table = child.run(
            [program, "stdin", "stdout", "--dpi", str(DOTS), "--psm", "3", "tsv"],
            folder=Path(temporary).resolve(),
            stdin=picture,
            # Two threads of one run get in each other's way: 139 s instead of 14 for the same four sheets.
            environment={"OMP_THREAD_LIMIT": "1"},
        )
    return _sheet(table.decode("utf-8", "replace"))


_COLUMNS: Final = 12


def _sheet(table: str) -> Sheet:
    """Tesseract's table: level, page, block, paragraph, line, word, left, top, width, height, confidence, text."""
    rows = [row.split("\t") for row in table.splitlines()[1:]]
    items = [item for row in rows if len(row) == _COLUMNS for item in _item(row)]
    right = max((item.box.right for item in items), default=0)
    bottom = max((item.box.bottom for item in items), default=0)
    return Sheet(right, bottom, items)


_LONE_STROKE: Final = re.compile(r"[|_=~\\/—–-]+")


def _item(row: list[str]) -> Iterator[Item]:
    text = row[-1].strip()
    try:
        left, top, width, height = (int(number) * _POINTS / DOTS for number in row[6:10])
        sure = float(row[10])
    except ValueError:
        return
    if text and sure >= _SURE and not _LONE_STROKE.fullmatch(text):
        yield word(text, Box(left, top, left + width, top + height))


def _drawn(data: bytes) -> Iterator[bytes]:
    """The first sheets of a PDF as pictures."""
    with ONE_AT_A_TIME:
        try:
            document = pypdfium2.PdfDocument(data)
        except pypdfium2.PdfiumError as error:
            locked = error.err_code == pdfium.FPDF_ERR_PASSWORD
            raise (PasswordProtected if locked else Damaged) from error
        try:
            pictures = [_draw(document[at]) for at in range(min(SHEETS, len(document)))]
        finally:
            document.close()
    yield from pictures


def _draw(sheet: pypdfium2.PdfPage) -> bytes:
    """A sheet as a grey PGM picture, the plainest that tesseract takes. Raises TooBig before a huge one is unpacked."""
    if strokes.most_dots(sheet.raw) > LARGEST_PICTURE:
        raise TooBig("a picture of more dots than any scanner makes")
    width, height = sheet.get_size()
    scale = DOTS / _POINTS
    dots = width * height * scale * scale
    if dots > LARGEST_DRAWING:
        scale *= (LARGEST_DRAWING / dots) ** 0.5
    bitmap = sheet.render(scale=scale, grayscale=True)
    rows = memoryview(bitmap.buffer)
    lines = (
        bytes(rows[at * bitmap.stride : at * bitmap.stride + bitmap.width]) for at in range(bitmap.height)
    )
    return b"P5 %d %d 255\n" % (bitmap.width, bitmap.height) + b"".join(lines)
