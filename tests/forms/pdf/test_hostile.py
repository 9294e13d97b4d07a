"""PDFs that are broken or built to do harm: each ends in a page or a named refusal, soon."""

import contextlib
import random
import zlib

import pytest

from forms import pdf, refusals
from forms.pdf import strokes
from tests.forms.pdf.building import Drawing
from tests.forms.pdf.building import pdf as made

GOOD = made(Drawing().grid((70, 200, 500), (100, 120)).text(76, 114, "UPN").text(206, 114, "B801200005001"))


def test_nothing_is_refused() -> None:
    """A file without bytes is named as empty."""
    with pytest.raises(refusals.EmptyFile):
        pdf.page(b"")


@pytest.mark.parametrize("data", [b"%PDF-1.7\n", b"%PDF-1.7\n" + bytes(range(256)) * 40, b"hello"])
def test_what_is_no_pdf_inside_is_damaged(data: bytes) -> None:
    """A signature alone makes no PDF."""
    with pytest.raises(refusals.Damaged):
        pdf.page(data)


def test_a_file_too_big_is_not_opened() -> None:
    """The size is looked at first."""
    with pytest.raises(refusals.TooBig):
        pdf.page(b"%PDF-1.7" + b" " * pdf.LARGEST)


def test_more_sheets_than_any_form_are_refused() -> None:
    """A book is not a form."""
    with pytest.raises(refusals.TooBig):
        pdf.page(made(*(Drawing() for _ in range(pdf.MOST_SHEETS + 1))))


def test_more_strokes_than_any_form_are_refused() -> None:
    """A drawing of a hundred thousand strokes is stopped."""
    sheet = Drawing()
    sheet.steps = ["1 1 m 9 9 l S"] * (strokes.MOST_OBJECTS + 2)
    with pytest.raises(refusals.TooBig):
        pdf.page(made(sheet))


def test_more_characters_than_any_form_are_refused() -> None:
    """A sheet of a hundred thousand characters is stopped."""
    sheet = Drawing()
    for at in range(700):
        sheet.text(1, 1 + at, "x" * 100, size=1)
    with pytest.raises(refusals.TooBig):
        pdf.page(made(sheet))


def test_a_stream_that_swells_is_harmless() -> None:
    """200 MB of spaces in 200 kB end in a page or a refusal."""
    body = zlib.compress(b" " * (200 << 20), 9)
    data = (
        GOOD.replace(b"endstream", b"endstream", 1)
        + b"\n9 0 obj\n<< /Filter /FlateDecode /Length %d >>\nstream\n" % (len(body))
        + body
        + b"\nendstream\nendobj\n"
    )
    ends_well(data)


def test_every_cut_ends_in_a_page_or_a_refusal() -> None:
    """A file cut short anywhere never ends in an unnamed error."""
    for end in range(0, len(GOOD), max(1, len(GOOD) // 60)):
        ends_well(GOOD[:end] or b"%")


def test_changed_bytes_end_in_a_page_or_a_refusal() -> None:
    """Two hundred files with a few changed bytes each (seeded) never end in an unnamed error."""
    sheet = Drawing().text(72, 100, "Surname")
    good = made(
        sheet.note("/Widget", sheet.place(150, 90, 200, 14), FT="/Tx", T="s", V="Quill"),
        form={"DA": "/F 0 Tf"},
    )
    dice = random.Random(20261121)
    for _ in range(200):
        data = bytearray(good)
        for _ in range(dice.randint(1, 12)):
            data[dice.randrange(len(data))] = dice.randrange(256)
        ends_well(bytes(data))


def test_what_stands_on_a_broken_form_is_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    """pypdf would report a broken object with its bytes, names of children among them."""
    data = GOOD.replace(b"/Catalog", b"/Pages \x9b Quillfeather")
    ends_well(data)
    assert caplog.records == []


def ends_well(data: bytes) -> None:
    """The file is read, or refused by name; any other error fails the test that asks."""
    with contextlib.suppress(refusals.FormError):
        pdf.page(data)
