"""Answers that are small in a file and would take a careless reading for ever."""

import pytest

from forms import FormError, read
from tests.forms.mapping.surgery import Sheet, paragraph, run

LONG = {
    "thousands of boxes": "☐ " * 20_000,
    "thousands of ticks": "☒ Yes ☐ No " * 8_000,
    "thousands of dates": "01/02/2013 " * 15_000,
    "underscores": "_" * 200_000,
    "spaces": " " * 200_000,
    "dots and dashes": ". - / … " * 20_000,
    "yes and no": "Yes / No " * 20_000,
    "figures": "1,1.1 " * 30_000,
    "brackets": "(" * 100_000,
    "one endless word": "a" * 200_000,
    "an address of many": "a@" * 80_000,
    "a figure and rare spaces": "1" + "\u2028" * 50_000 + "x",
    "nothing but asides": "please see the attached enclosed separate my our " * 3_000,
}


@pytest.mark.parametrize("text", LONG.values(), ids=LONG)
@pytest.mark.timeout(10)
def test_an_answer_made_to_be_slow_is_read_or_refused_in_time(text: str) -> None:
    """Typed into a date, a yes or no, a number, an address and a text at once: a reading or a named refusal in seconds."""
    sheet = Sheet("weaver-gaps")
    for label in ("DOB", "Looked after child", "Attendance %", "Contact e-mail", "Medical information"):
        sheet.type_beside(label, paragraph(run(text)))
    try:
        assert read(sheet.bytes()).definition == "westhaven-c"
    except FormError as refused:
        assert refused.code  # noqa: PT017 - either end is right; anything else fails by itself
