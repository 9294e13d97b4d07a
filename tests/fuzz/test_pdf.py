"""Fuzz target three, PDF: changed bytes of a form with fields and tables end in a page or in a named refusal."""

import contextlib
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

import forms
from tests.forms.pdf.building import Drawing, pdf
from tests.fuzz.corpus import fuzzing
from tests.fuzz.test_package import edited, edits

WORDS = (
    b"/Kids [1 0 R]",
    b"/Parent 7 0 R",
    b"/Rect [9 9 1e30 0]",
    b"99999999999",
    b"-1",
    b"/Off",
    b"null",
    b"[[[[",
    b"<<",
)


@cache
def seed() -> bytes:
    """A small form that has everything: fields, boxes, a ruled table, notes, a picture."""
    looks = {"N": {"Yes": {}, "Off": {}}}
    sheet = Drawing().text(72, 60, "Managed Move Referral Form", "/B").image(400, 20, 60, 40)
    sheet.grid((70, 200, 500), (100, 120, 140)).text(76, 114, "Surname").text(206, 114, "Quill").line(
        206, 111, 230, 111
    )
    sheet.box(76, 126, 9, 9).fill(300, 126, 40, 10).text(300, 134, "Yes / No").ring(298, 124, 24, 14)
    sheet.note("/Widget", sheet.place(210, 122, 80, 14), FT="/Tx", T="s", TU="UPN", V="B801200005001")
    sheet.note("/Widget", sheet.place(76, 150, 10, 10), FT="/Btn", T="b", V="/Yes", AP=looks)
    sheet.note("/Widget", sheet.place(96, 150, 40, 10), FT="/Ch", T="c", V="8", Opt=["7", "8"])
    sheet.note("/StrikeOut", sheet.place(300, 124, 20, 12)).note(
        "/FreeText", sheet.place(72, 200, 90, 12), Contents="x"
    )
    return pdf(sheet, Drawing(turned=90).text(72, 100, "Signed"), form={"DA": "/F 0 Tf"})


def ends_well(data: bytes) -> None:
    """The form is read, or refused by name."""
    with contextlib.suppress(forms.FormError):
        forms.page(data)


@pytest.mark.timeout(900)
@fuzzing
@given(changes=edits)
def test_any_change_of_a_pdf_ends_well(changes: list[tuple[float, int, bytes]]) -> None:
    """Objects, references, lengths and drawing instructions: anything may be wrong."""
    ends_well(edited(seed(), changes))


@pytest.mark.timeout(900)
@fuzzing
@given(
    place=st.floats(0, 1),
    taken=st.integers(0, 12),
    words=st.lists(st.sampled_from(WORDS), min_size=1, max_size=4),
)
def test_any_value_in_a_pdf_ends_well(place: float, taken: int, words: list[bytes]) -> None:
    """Values of the wrong kind: names for numbers, references in circles, rectangles without end."""
    ends_well(edited(seed(), [(place, taken, b" ".join(words))]))
