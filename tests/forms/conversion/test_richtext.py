"""Tick boxes of rich text; the codes are those of the RTF 1.9.1 specification, "Form Fields"."""

import pytest

import forms
from forms import richtext


def box(result: int, default: int = 0) -> bytes:
    """A tick box as Word writes it."""
    return (
        rb"{\field{\*\fldinst { FORMCHECKBOX }{\*\formfield{\fftype1\ffres%d\fftypetxt0\ffhps20"
        rb"{\*\ffname a\}b}\ffdefres%d}}}{\fldrslt }}" % (result, default)
    )


LOST = rb"{\field{\*\fldinst { FORMCHECKBOX }}{\fldrslt {}}}"
"""A tick box as LibreOffice writes it."""


@pytest.mark.needs("libreoffice")
def test_boxes_written_by_word_keep_their_ticks() -> None:
    """Ticked, unticked, and untouched (result 25), where the default holds."""
    states = ((1, 0), (0, 1), (25, 1), (25, 0))
    page = forms.page(b"{\\rtf1\\ansi " + b" and ".join(box(*state) for state in states) + b"}")
    assert page.blocks[0].text.split(" and ") == ["☒", "☐", "☒", "☐"]
    assert not page.recognised


def test_a_box_with_its_state_is_not_lost() -> None:
    """Braces in a name do not end the field before its time."""
    assert not richtext.has_lost_ticks(b"{\\rtf1 Yes " + box(1) + b" No}")


def test_one_box_without_its_state_is_enough() -> None:
    """LibreOffice writes boxes without their state; the file says nothing about ticks then."""
    assert richtext.has_lost_ticks(b"{\\rtf1 " + box(1) + b" Yes " + LOST + b" No}")


@pytest.mark.parametrize(
    "data", [b"{\\rtf1 FORMCHECKBOX", b"{\\rtf1 {\\field{ FORMCHECKBOX", b"{\\rtf1 text}"]
)
def test_text_without_whole_fields_has_no_boxes(data: bytes) -> None:
    """A word that looks like a field, or a field that never ends, is no box."""
    assert not richtext.has_lost_ticks(data)
