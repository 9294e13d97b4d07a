"""The four house styles printed to PDF by LibreOffice and read from the print; figures of docs/forms.md, "Other formats"."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import forms
from forms import conversion
from forms.reading import AnswerState, Reading
from tests.forms.layouts.test_layouts import SAMPLES as LAYOUTS

SAMPLES = Path(__file__).parents[3] / "bot" / "demo" / "forms"
STYLES = ("oakfield-complete", "riverside-no-parent-agreement", "weaver-gaps", "northgate-looked-after")
"""One sample of each house style, A to D."""

BLANKS = ("blank-A", "blank-B", "blank-C", "blank-D")

pytestmark = pytest.mark.needs("libreoffice")


@cache
def both(name: str) -> tuple[Reading, Reading]:
    """A sample read from Word, and read from its print."""
    word = (SAMPLES / f"{name}.docx").read_bytes()
    (printed,) = conversion.convert([word], "docx", "pdf")
    assert printed is not None
    return forms.read(word), forms.read(printed)


def differing(name: str) -> Iterator[tuple[str, object, object]]:
    """Answers that the print gives otherwise; where lines break in a long text makes no difference."""
    word, printed = both(name)
    for field, answer in word.answers.items():
        there = printed.answers[field]
        if (answer.state, _words(answer.value)) != (there.state, _words(there.value)):
            yield field, answer.value, there.value


def _words(value: object) -> object:
    """Words without spaces: LibreOffice prints a line break inside a content control as nothing at all."""
    return "".join(value.split()) if isinstance(value, str) else value


@pytest.mark.parametrize("name", [*STYLES, *BLANKS])
def test_the_print_says_what_the_word_form_says(name: str) -> None:
    """Values, boxes that are drawn, marks and gaps come back from the print, every one."""
    assert list(differing(name)) == []


@pytest.mark.parametrize("name", STYLES)
def test_rows_come_back_from_the_print(name: str) -> None:
    """Interventions, attainment and agencies are whole, over the ends of sheets too."""
    word, printed = both(name)
    assert {key: [dict(row) for row in rows] for key, rows in printed.rows.items()} == {
        key: [dict(row) for row in rows] for key, rows in word.rows.items()
    }


@pytest.mark.parametrize("name", BLANKS)
def test_a_blank_print_has_no_answers(name: str) -> None:
    """Prompts, lines to write on and untouched choices are not taken for answers."""
    _, printed = both(name)
    assert [field for field, answer in printed.answers.items() if answer.state is AnswerState.ANSWERED] == []


@cache
def printed_layouts() -> dict[str, bytes]:
    """Every layout of `tests/forms/layouts`, filled and printed."""
    made = conversion.convert([sample.filled for sample in LAYOUTS.values()], "docx", "pdf")
    return {name: data for name, data in zip(LAYOUTS, made, strict=True) if data is not None}


@pytest.mark.parametrize("name", LAYOUTS)
def test_the_print_of_any_layout_says_what_its_word_form_says(name: str) -> None:
    """Dense tables, labels in boxes, crosses, rings, prose: the print is read like the Word form, by the same definition."""
    word, printed = forms.read(LAYOUTS[name].filled), forms.read(printed_layouts()[name])
    assert printed.definition == name
    assert {
        field: (answer.state, answer.value, printed.answers[field].value)
        for field, answer in word.answers.items()
        if (answer.state, _words(answer.value))
        != (printed.answers[field].state, _words(printed.answers[field].value))
    } == {}
