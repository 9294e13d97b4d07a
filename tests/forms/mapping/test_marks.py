"""Yes or No, however it is marked; and what is neither."""

import pytest

from forms import Answer, AnswerState, read
from tests.forms.mapping.surgery import Sheet, paragraph, run

LABEL, FIELD = "Is the child looked after?", "pupil.looked_after"
MARKS = {
    "bold": ("<w:b/>", 0.85),
    "highlight": ('<w:highlight w:val="yellow"/>', 0.85),
    "underline": ('<w:u w:val="single"/>', 0.85),
    "border": ('<w:bdr w:val="single"/>', 0.85),
    "colour": ('<w:color w:val="FF0000"/>', 0.7),
    "shading": ('<w:shd w:val="clear" w:fill="FFFF00"/>', 0.7),
}
STRIKES = {"strike": "<w:strike/>", "double strike": "<w:dstrike/>"}


def on_a_line(yes: str = "", no: str = "", between: str = " / ") -> Answer:
    """The answer on a numbered line where the two words bear these marks."""
    sheet = Sheet("hollylane-second-pupil").type_after(
        LABEL, run("  "), run("Yes", yes), run(between), run("No", no)
    )
    return read(sheet.bytes()).answers[FIELD]


def in_a_cell(*lines: str) -> Answer:
    """The answer in a cell in which this was typed."""
    sheet = Sheet("weaver-corrected").type_beside(
        "Looked after child", *(paragraph(run(line)) for line in lines)
    )
    return read(sheet.bytes()).answers[FIELD]


@pytest.mark.parametrize(("mark", "factor"), MARKS.values(), ids=MARKS.keys())
def test_the_marked_word_is_the_answer(mark: str, factor: float) -> None:
    """Trusted as far as the notes say for the kind of mark, times 0.97 for the same line."""
    yes, no = on_a_line(yes=mark), on_a_line(no=mark)
    assert (yes.state, yes.value, no.state, no.value) == (
        AnswerState.ANSWERED,
        True,
        AnswerState.ANSWERED,
        False,
    )
    assert yes.confidence == no.confidence == pytest.approx(0.97 * factor, abs=0.001)
    assert yes.sure


@pytest.mark.parametrize("strike", STRIKES.values(), ids=STRIKES.keys())
def test_the_word_that_is_not_struck_out_is_the_answer(strike: str) -> None:
    """Struck "Yes" means no."""
    assert on_a_line(yes=strike).value is False
    assert on_a_line(no=strike).value is True


@pytest.mark.parametrize("mark", ["", "<w:b/>", '<w:u w:val="single"/>'])
def test_words_marked_alike_are_untouched(mark: str) -> None:
    """Both plain, both bold or both underlined: nobody chose."""
    answer = on_a_line(yes=mark, no=mark)
    assert (answer.state, answer.value) == (AnswerState.BLANK, None)


CONTRARY = {
    "both struck out": ("<w:strike/>", "<w:strike/>"),
    "the struck word highlighted, the other underlined": (
        '<w:highlight w:val="yellow"/>',
        '<w:u w:val="single"/>',
    ),
}


@pytest.mark.parametrize(("yes", "no"), CONTRARY.values(), ids=CONTRARY.keys())
def test_contrary_marks_are_ambiguous_and_never_decided(yes: str, no: str) -> None:
    """No value, both readings named, a person is asked."""
    answer = on_a_line(yes=yes, no=no)
    assert (answer.state, answer.value, answer.rivals) == (AnswerState.AMBIGUOUS, None, ("yes", "no"))
    assert not answer.sure


def test_a_mark_and_a_strike_that_agree_are_one_answer() -> None:
    """ "Yes" highlighted and "No" struck out."""
    assert on_a_line(yes='<w:highlight w:val="yellow"/>', no="<w:strike/>").value is True


def test_a_word_split_over_runs_is_one_word() -> None:
    """Word cuts "Yes" in two when it checks the spelling."""
    bold = "<w:b/>"
    runs = (run("  "), run("Y", bold), run("es", bold), run(" / "), run("N"), run("o"))
    sheet = Sheet("hollylane-second-pupil").type_after(LABEL, *runs)
    assert read(sheet.bytes()).answers[FIELD].value is True


YES = ["Yes", "YES", "yes.", "Y", "Yes - since 2021", "Yes (section 20)", "☒ Yes ☐ No", "Yes ☒ No ☐", "☑ Yes   □ No", "[x] Yes [ ] No",
       "✓ Yes  No", "Yes ✓ / No", "X Yes   No", "Yes√  No", "Yes / No  Yes", "☐ Yes ☐ No  Yes"]  # fmt: skip
NO = [
    "No",
    "no",
    "N",
    "No.",
    "No longer",
    "☐ Yes ☒ No",
    "Yes ☐ No ☒",
    "☐ Yes ✔ No",
    "[ ] Yes [X] No",
    "Yes  No ✓",
    "Yes / ✓ No",
    "Yes / No: No",
]
UNTOUCHED = ["", " ", "Yes / No", "Yes/No", "YES  NO", "Y / N", "Y-N", "☐ Yes ☐ No", "Yes ☐ No ☐", "____", "☐ Yes ☐ No  If yes, please give details",
             "Yes / No (please delete)"]  # fmt: skip
UNCLEAR = [
    "☒ Yes ☒ No",
    "Not sure",
    "TBC",
    "Yes x No",
    "Yes / No   not at present",
    "There is no plan",
    "applied for",
    "none",
]


@pytest.mark.parametrize("typed", YES)
def test_what_says_yes(typed: str) -> None:
    """A word alone, a tick, a box, a word written after the printed ones."""
    answer = in_a_cell(typed)
    assert (answer.state, answer.value) == (AnswerState.ANSWERED, True)


@pytest.mark.parametrize("typed", NO)
def test_what_says_no(typed: str) -> None:
    """The same for no."""
    answer = in_a_cell(typed)
    assert (answer.state, answer.value) == (AnswerState.ANSWERED, False)


@pytest.mark.parametrize("typed", UNTOUCHED)
def test_what_nobody_touched_is_blank(typed: str) -> None:
    """Printed words, empty boxes and lines to write on are no answer."""
    assert in_a_cell(typed).state is AnswerState.BLANK


@pytest.mark.parametrize("typed", UNCLEAR)
def test_what_is_neither_is_put_to_a_person_and_not_called_blank(typed: str) -> None:
    """Something stands there, so nobody left it out; it is not decided either."""
    answer = in_a_cell(typed)
    assert (answer.state, answer.value) == (AnswerState.AMBIGUOUS, None)
    assert answer.raw
