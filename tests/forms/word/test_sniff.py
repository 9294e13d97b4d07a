"""What a file is, by its bytes."""

import pytest

import forms
from forms import refusals
from forms.sniff import Format, sniff
from tests.forms.word.building import compound, docx, p, shown, zipped

ODT = zipped({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "<x/>"})

KINDS = {
    "a Word file": (docx(p("x")), Format.WORD),
    "a PDF": (b"%PDF-1.7\n", Format.PDF),
    "a PDF behind junk": (b"\0junk from a scanner\r\n%PDF-1.4\n", Format.PDF),
    "an old Word file": (compound("WordDocument"), Format.DOC),
    "rich text": (b"{\\rtf1\\ansi x}", Format.RTF),
    "rich text behind a mark": (b"\xef\xbb\xbf\r\n{\\rtf1 x}", Format.RTF),
    "OpenDocument text": (ODT, Format.ODT),
    "a PNG": (b"\x89PNG\r\n\x1a\n", Format.IMAGE),
    "a JPEG": (b"\xff\xd8\xff\xe0", Format.IMAGE),
    "a TIFF": (b"II*\0", Format.IMAGE),
    "a WebP": (b"RIFF\0\0\0\0WEBPVP8 ", Format.IMAGE),
}


@pytest.mark.parametrize(("data", "kind"), KINDS.values(), ids=KINDS)
def test_bytes_say_what_a_file_is(data: bytes, kind: Format) -> None:
    """Every kind that some reader takes is known by its first bytes, or by its directory."""
    assert sniff(data) is kind


@pytest.mark.parametrize("name", ["form.pdf", "form.doc", "form", "form.docx.exe", "../form.txt"])
def test_a_name_decides_nothing(name: str) -> None:
    """A Word file is read as one whatever it is called."""
    assert shown(forms.page(docx(p("Name: Ann")), name=name)) == "Name: Ann"


def test_a_name_in_the_text_of_an_old_file_is_no_directory_entry() -> None:
    """Only an aligned entry of the directory counts: a .doc that speaks of EncryptedPackage is a .doc."""
    data = compound("WordDocument") + b"x" + "EncryptedPackage\0".encode("utf-16-le")
    assert sniff(data) is Format.DOC


def test_another_office_file_is_unsupported() -> None:
    """An old presentation is not a damaged Word file."""
    with pytest.raises(refusals.Unsupported):
        sniff(compound("PowerPoint Document"))


def test_every_refusal_has_a_code_and_a_sentence_of_its_own() -> None:
    """What is said of a file to people is found by its code."""
    kinds = refusals.FormError.__subclasses__()
    codes = {kind.code for kind in kinds} | {refusals.FormError.code}
    assert len(codes) == len(kinds) + 1
    assert all(str(kind()).endswith(".") for kind in kinds)
