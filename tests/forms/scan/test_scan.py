"""Pictures of forms: recognised as far as it goes, and never evidence of a gap."""

import io
import shutil
from functools import cache
from pathlib import Path

import pypdfium2
import pytest
from pypdf import PdfWriter
from pypdf.generic import DecodedStreamObject, NameObject, NumberObject

import forms
from forms import conversion, refusals, scan
from forms.page import Page
from tests.forms.pdf.building import Drawing, pdf

SAMPLE = Path(__file__).parents[3] / "bot" / "demo" / "forms" / "weaver-corrected.docx"
recognising = pytest.mark.needs("tesseract")


@cache
def sheet() -> tuple[int, int, bytes]:
    """The first sheet of a filled form drawn at 150 dots to the inch, in grey: width, height, dots."""
    (printed,) = conversion.convert([SAMPLE.read_bytes()], "docx", "pdf")
    assert printed is not None
    document = pypdfium2.PdfDocument(printed)
    bitmap = document[0].render(scale=150 / 72, grayscale=True)
    rows = bytes(bitmap.buffer)
    dots = b"".join(rows[at * bitmap.stride :][: bitmap.width] for at in range(bitmap.height))
    document.close()
    return bitmap.width, bitmap.height, dots


def photographed() -> bytes:
    """The sheet as a picture file (PGM, the plainest kind)."""
    width, height, dots = sheet()
    return b"P5 %d %d 255\n" % (width, height) + dots


def scanned() -> bytes:
    """The sheet as a PDF that holds a picture and no text."""
    width, height, dots = sheet()
    writer = PdfWriter(clone_from=io.BytesIO(pdf(Drawing().image(0, 0, 595, 842))))
    image = writer.pages[0]["/Resources"]["/XObject"]["/Im"].get_object()
    assert isinstance(image, DecodedStreamObject)
    image.set_data(dots)
    image[NameObject("/Width")], image[NameObject("/Height")] = NumberObject(width), NumberObject(height)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def text(page: Page) -> str:
    """All its words."""
    return " ".join(" ".join(block.text for block in page.blocks).split())


@recognising
@pytest.mark.needs("libreoffice")
def test_a_scan_tells_the_form_and_the_sender() -> None:
    """Title, school and most labels are recognised."""
    page = forms.page(scanned())
    assert page.recognised
    assert page.warnings
    for words in ("Managed Move Referral Form", "The Weaver School", "Unique Pupil Number"):
        assert words in text(page)


@recognising
@pytest.mark.needs("libreoffice")
def test_a_scan_is_known_and_is_no_evidence() -> None:
    """Form and school are told from its first sheet; nothing may be called missing on its strength."""
    reading = forms.read(scanned())
    assert reading.value("home_school.name") == "The Weaver School"
    assert reading.evidence is False


@recognising
@pytest.mark.needs("libreoffice")
def test_a_photograph_is_recognised_like_a_scan() -> None:
    """A picture file gives a page of the same kind."""
    page = scan.page(photographed())
    assert (page.format, page.recognised) == ("image", True)
    assert "Managed Move Referral Form" in text(page)


@recognising
@pytest.mark.parametrize("data", [b"\x89PNG\r\n\x1a\nno picture", b"P5 4 4 255\n" + b"\xff" * 16])
def test_a_picture_without_words_is_refused(data: bytes) -> None:
    """A broken or empty picture says nothing, and that is said."""
    with pytest.raises(refusals.Scanned):
        scan.page(data)


@recognising
def test_a_picture_of_impossible_size_is_refused() -> None:
    """A header that promises ten gigadots is not believed."""
    with pytest.raises(refusals.Scanned):
        scan.page(b"P5 100000 100000 255\n" + b"\xff" * 1000)


@recognising
def test_a_sheet_of_ten_metres_is_drawn_small() -> None:
    """A PDF page may be of any size; its drawing is not."""
    with pytest.raises(refusals.Scanned):
        scan.page(pdf(Drawing((28_000, 28_000)).image(0, 0, 28_000, 28_000)))


@recognising
def test_a_huge_picture_in_a_pdf_is_not_unpacked() -> None:
    """A picture that states ten gigadots is refused before it is drawn."""
    writer = PdfWriter(clone_from=io.BytesIO(pdf(Drawing().image(0, 0, 595, 842))))
    image = writer.pages[0]["/Resources"]["/XObject"]["/Im"].get_object()
    image[NameObject("/Width")] = image[NameObject("/Height")] = NumberObject(100_000)
    out = io.BytesIO()
    writer.write(out)
    with pytest.raises(refusals.TooBig):
        scan.page(out.getvalue())


def test_without_tesseract_a_scan_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """The refusal names the trouble: the form is a picture."""
    monkeypatch.setattr(shutil, "which", lambda _: None)
    assert not scan.available()
    with pytest.raises(refusals.Scanned):
        scan.page(b"\x89PNG\r\n\x1a\n")


@pytest.mark.parametrize(
    ("data", "refusal"), [(b"", refusals.EmptyFile), (b" " * (scan.LARGEST + 1), refusals.TooBig)]
)
def test_size_is_looked_at_first(data: bytes, refusal: type[refusals.FormError]) -> None:
    """Nothing is started for what is empty or too big."""
    with pytest.raises(refusal):
        scan.page(data)


@recognising
def test_a_scan_behind_a_password_is_named() -> None:
    """A locked PDF is locked, picture or not."""
    with pytest.raises(refusals.PasswordProtected):
        scan.page(pdf(Drawing(), password="swordfish"))
