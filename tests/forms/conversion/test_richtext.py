"""Tick boxes of rich text; the codes are those of the RTF 1.9.1 specification, "Form Fields"."""

import pytest

from forms import richtext


def box(result: int, default: int = 0) -> bytes:
    """A tick box as Word writes it."""
    return (
        rb"{\field{\*\fldinst {FORMCHECKBOX {\*\ffdata\fftype1\ffres%d\fftypetxt0\ffhps20"
        rb"{\*\ffname a\}b}\ffdefres%d}}}{\fldrslt}}" % (result, default)
    )


@pytest.mark.parametrize(
    ("result", "default", "sign"), [(1, 0, 9746), (0, 1, 9744), (25, 1, 9746), (25, 0, 9744)]
)
def test_a_box_is_printed_as_it_was_left(result: int, default: int, sign: int) -> None:
    """Result 25 means that nobody touched it: the default holds."""
    made, whole = richtext.with_printed_boxes(b"{\\rtf1 Yes " + box(result, default) + b" No}")
    assert made == b"{\\rtf1 Yes {\\uc1\\u%d?} No}" % sign
    assert whole


def test_a_box_without_its_data_says_nothing() -> None:
    """LibreOffice writes boxes without their state; the file is left as it is and is no evidence."""
    data = rb"{\rtf1 {\field{\*\fldinst { FORMCHECKBOX }}{\fldrslt {}}} Yes}"
    assert richtext.with_printed_boxes(data) == (data, False)


@pytest.mark.parametrize(
    "data", [b"{\\rtf1 FORMCHECKBOX", b"{\\rtf1 {\\field{ FORMCHECKBOX", b"{\\rtf1 text}"]
)
def test_text_without_whole_fields_is_left_alone(data: bytes) -> None:
    """A word that looks like a field, or a field that never ends, changes nothing."""
    assert richtext.with_printed_boxes(data) == (data, True)
