"""What people type where a form wants a date, a number or a code; and words that are not an answer."""

from datetime import date

import pytest

from forms import Answer, AnswerState, read
from forms.normalise import (
    read_count,
    read_date,
    read_email,
    read_number,
    read_phone,
    read_postcode,
    read_upn,
    upn_letter,
)
from forms.reading import Value
from tests.forms.mapping.surgery import Sheet, paragraph, run

ANSWERED = AnswerState.ANSWERED


def typed(label: str, field: str, *lines: str) -> Answer:
    """The answer when this was typed beside a label of a complete form (style C)."""
    sheet = Sheet("weaver-corrected").type_beside(label, *(paragraph(run(line)) for line in lines))
    return read(sheet.bytes()).answers[field]


SECOND_OF_DECEMBER = ["02/12/2012", "2/12/12", "2.12.2012", "02-12-2012", "2 Dec 2012", "2nd December 2012", "2nd of Dec. 2012", "December 2nd, 2012",
                      "Dec 2 2012", "Sunday 2 December 2012", "2012-12-02", "02122012", "02 12 2012", "2/12/2012 (aged 13)", "02 / 12 / 2012"]  # fmt: skip


@pytest.mark.parametrize("text", SECOND_OF_DECEMBER)
def test_a_date_is_read_day_first_in_every_common_shape(text: str) -> None:
    """All of these are the second of December 2012."""
    assert read_date(text).value == date(2012, 12, 2)


@pytest.mark.parametrize(
    ("text", "value", "doubt"),
    [
        ("5th November 2026", date(2026, 11, 5), ()),
        ("12/25/2012", date(2012, 12, 25), ("read as month first",)),
        ("1/9/59", date(2059, 9, 1), ()),
        ("1/9/60", date(1960, 9, 1), ()),
        ("March 2024", None, ("not a full date",)),
        ("2024", None, ("not a full date",)),
        ("31/02/2012", None, ("no such date",)),
        ("last week", None, ("not a date",)),
        ("1/9/2024 and 2/9/2024", None, ("more than one date",)),
    ],
)
def test_what_is_no_full_date_is_a_doubt(text: str, value: date | None, doubt: tuple[str, ...]) -> None:
    """A month alone, two dates, or a day that never was is not guessed at."""
    meaning = read_date(text)
    assert (meaning.value, meaning.doubts) == (value, doubt)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("4", 4),
        ("Year 10", 10),
        ("Y9", 9),
        ("Yr 11", 11),
        ("four", 4),
        ("None", 0),
        ("nil", 0),
        ("twice", 2),
        ("4 (9 days)", 4),
        ("9 days", 9),
        ("2½", 2.5),
        ("9.5", 9.5),
        ("1,200", 1200),
        ("4-5", None),
        ("Year 9/10", None),
        ("lots", None),
    ],
)
def test_a_count_is_read_from_figures_and_words(text: str, value: float | None) -> None:
    """Two numbers are not one; a half day of suspension stays half."""
    assert read_count(text).value == value


@pytest.mark.parametrize(
    ("text", "value"), [("82.4", 82.4), ("82.4%", 82.4), ("82,4 %", 82.4), ("about 80", 80.0)]
)
def test_a_percentage_is_a_number(text: str, value: float) -> None:
    """With or without its sign, with a comma for the point."""
    assert read_number(text).value == value


@pytest.mark.parametrize("upn", ["B801200005001", "U355400012034", "M35540001203A", "P207000016049"])
def test_a_upn_with_its_right_letter_raises_no_doubt(upn: str) -> None:
    """The numbers recomputed in the domain notes (4.5), a temporary one among them."""
    assert (read_upn(upn).value, read_upn(upn).doubts) == (upn, ())


def test_the_example_that_two_vendors_publish_is_wrong_and_is_only_doubted() -> None:
    """They sum 267; the sum is 266, remainder 13, so the letter is P."""
    digits = "207000016049"
    assert sum(int(sign) * place for place, sign in enumerate(digits, start=2)) == 266
    assert upn_letter("Q" + digits) == "P"
    meaning = read_upn("Q207000016049")
    assert (meaning.value, meaning.doubts) == ("Q207000016049", ("the check letter of the UPN does not fit",))


@pytest.mark.parametrize("text", ["q207 0000 16049", "12345", "O801200005001", "B80120000500O"])
def test_a_upn_out_of_shape_is_kept_with_a_doubt(text: str) -> None:
    """Never refused: the officer sees what was written."""
    meaning = read_upn(text)
    assert meaning.value
    assert meaning.doubts


def test_codes_and_addresses_are_kept_and_doubted() -> None:
    """A postcode gets its capitals and its space; telephone and e-mail stay as written."""
    assert (read_postcode("ok58bp").value, read_postcode("OK5 8BP").doubts) == ("OK5 8BP", ())
    assert read_postcode("Westhaven").doubts
    assert read_phone("07700 900693").doubts == ()
    assert read_phone("+44 (0)161 496 0827").doubts == ()
    assert read_phone("0161 496 0827 / 07700 900693").doubts == ()
    assert read_phone("ask at the office").doubts
    assert (read_email("a.b@mail.example").value, read_email("a.b@mail.example").doubts) == (
        "a.b@mail.example",
        (),
    )
    assert read_email("a@mail.example, b@mail.example").doubts
    assert read_email("none given").doubts


STATES: list[tuple[str, str, str, AnswerState, Value]] = [
    ("DOB", "pupil.dob", "N/A", AnswerState.NOT_APPLICABLE, None),
    ("DOB", "pupil.dob", "TBC", AnswerState.AMBIGUOUS, None),
    ("DOB", "pupil.dob", "dd/mm/yyyy", AnswerState.PLACEHOLDER, None),
    ("DOB", "pupil.dob", "--/--/----", AnswerState.PLACEHOLDER, None),
    ("DOB", "pupil.dob", "March 2013", AnswerState.AMBIGUOUS, None),
    ("Medical information", "pupil.medical", "None", ANSWERED, "None"),
    ("Medical information", "pupil.medical", "None known", ANSWERED, "None known"),
    ("Medical information", "pupil.medical", "n/a", AnswerState.NOT_APPLICABLE, None),
    ("Medical information", "pupil.medical", "Not applicable", AnswerState.NOT_APPLICABLE, None),
    ("Medical information", "pupil.medical", "-", AnswerState.NOT_APPLICABLE, None),
    ("Medical information", "pupil.medical", "..................", AnswerState.BLANK, None),
    ("Medical information", "pupil.medical", "_______", AnswerState.BLANK, None),
    ("Medical information", "pupil.medical", "See attached", AnswerState.SEE_ATTACHED, None),
    ("Medical information", "pupil.medical", "please see attached report", AnswerState.SEE_ATTACHED, None),
    ("Medical information", "pupil.medical", "See EHCP attached", AnswerState.SEE_ATTACHED, None),
    ("Medical information", "pupil.medical", "Care plan is enclosed.", AnswerState.SEE_ATTACHED, None),
    ("Medical information", "pupil.medical", "She is attached", AnswerState.ANSWERED, "She is attached"),
    ("Medical information", "pupil.medical", "see appendix A", AnswerState.SEE_ATTACHED, None),
    (
        "Medical information",
        "pupil.medical",
        "Asthma, see attached plan",
        ANSWERED,
        "Asthma, see attached plan",
    ),
    ("E-mail", "parent.email", "none", AnswerState.NOT_APPLICABLE, None),
    ("EHA status", "preparation.early_help", "No", ANSWERED, "No"),
    ("EHA status", "preparation.early_help", "e.g. offered, declined", AnswerState.AMBIGUOUS, None),
    ("EHA status", "preparation.early_help", "Offered twice:", ANSWERED, "Offered twice:"),
    ("Suspensions", "record.suspensions", "none", ANSWERED, 0),
    ("Pupil surname", "pupil.surname", "Click or tap here to enter text.", AnswerState.PLACEHOLDER, None),
    ("Gender", "pupil.sex", "Choose an item.", AnswerState.PLACEHOLDER, None),
    ("Gender", "pupil.sex", "Male / Female", AnswerState.BLANK, None),
    ("Gender", "pupil.sex", "Non-binary", ANSWERED, "Non-binary"),
    ("NC Year", "pupil.year_group", "Reception", AnswerState.AMBIGUOUS, None),
]


@pytest.mark.parametrize(("label", "field", "text", "state", "value"), STATES)
def test_words_that_are_not_an_answer_have_states_of_their_own(
    label: str, field: str, text: str, state: AnswerState, value: Value
) -> None:
    """Prompts, lines, "N/A", "none", "see attached" and "TBC", by the table in docs/fields.md."""
    answer = typed(label, field, text)
    assert (answer.state, answer.value) == (state, value)


def test_a_form_dated_in_autumn_2026_doubts_a_year_that_does_not_fit_the_birth() -> None:
    """Born in December 2012, a child is in year 9 in 2026/27 (it turns 14 in that school year); this form says year 7."""
    answer = typed("DOB", "pupil.dob", "02/12/2012")
    assert (answer.value, answer.doubts) == (date(2012, 12, 2), ("does not fit year 7",))


def test_impossible_figures_are_doubted_and_kept() -> None:
    """182 per cent of attendance; nine days of suspension without a suspension."""
    assert (typed("Attendance %", "record.attendance", "182").value) == 182
    assert typed("Attendance %", "record.attendance", "182").doubts == ("not between 0 and 100",)
    assert typed("Suspensions", "record.suspensions", "0").doubts == ()
    days = read(Sheet("weaver-corrected").type_beside("Suspensions", paragraph(run("0"))).bytes()).answers
    assert days["record.suspension_days"].doubts == ("days of suspension, but no suspension",)


def test_words_that_are_a_label_elsewhere_are_still_an_answer() -> None:
    """The contact's role is "Head teacher"; a reason has lines that begin like questions."""
    assert typed("Job title", "home_school.role", "Head teacher").value == "Head teacher"
    reason = typed("Reasons for request:", "move.reason", "Suspensions", "Attendance %: 40", "UPN: none yet")
    assert reason.value == "Suspensions\nAttendance %: 40\nUPN: none yet"
    assert typed("Job title", "record.attendance", "Attendance %").value == 82.4


@pytest.mark.parametrize(
    ("style", "printed", "damaged", "field"),
    [
        ("riverside-no-parent-agreement", "Date of birth", "Date of brith", "pupil.dob"),
        ("riverside-no-parent-agreement", "Date of birth", "DATE OF BIRTH:", "pupil.dob"),
        ("riverside-no-parent-agreement", "Date of birth", "1. Date of birth (please state)", "pupil.dob"),
        ("riverside-no-parent-agreement", "Telephone", "Telephne", "parent.phone"),
        ("riverside-no-parent-agreement", "Surname", "Legal surname", "pupil.surname"),
    ],
)
def test_a_label_with_a_slip_or_in_other_known_words_is_found(
    style: str, printed: str, damaged: str, field: str
) -> None:
    """The value is the same as under the right label; only the confidence is less, and the label is as they print it."""
    before = read(Sheet(style).bytes()).answers[field]
    after = read(Sheet(style).rename(printed, damaged).bytes()).answers[field]
    assert (after.state, after.value) == (before.state, before.value)
    assert after.confidence <= before.confidence
    assert after.label.rstrip(":") in damaged


@pytest.mark.parametrize(
    ("printed", "other", "field"),
    [
        ("First preference school", "Third preference school", "move.preference1"),
        ("Date signed by parent", "Date signed by pupil", "signoff.parent_date"),
        (
            "Has the parent/carer agreed to this referral?",
            "Has the pupil agreed to this referral?",
            "parent.agrees",
        ),
        ("Number of suspensions", "Number of days", "record.suspensions"),
    ],
)
def test_a_question_that_asks_for_something_else_is_not_taken_for_it(
    printed: str, other: str, field: str
) -> None:
    """One word apart, another meaning: the question is not found, which is never "you left it out"."""
    answer = read(Sheet("riverside-no-parent-agreement").rename(printed, other).bytes()).answers[field]
    assert (answer.state, answer.value) == (AnswerState.QUESTION_NOT_FOUND, None)


def test_a_question_that_is_not_on_the_form_is_not_found_and_its_neighbours_are() -> None:
    """An older copy without the row of date of birth and gender."""
    answers = read(Sheet("weaver-corrected").drop_row("DOB").bytes()).answers
    assert answers["pupil.dob"].state is answers["pupil.sex"].state is AnswerState.QUESTION_NOT_FOUND
    assert answers["pupil.surname"].value == "Ravensworth"
    assert answers["pupil.upn"].value == "X999410419749"


LINES = [
    ("two lines", {"runs": (run(" 163 Station Close"),), "then": (paragraph(run("Westhaven")),)}, "163 Station Close\nWesthaven"),
    ("below the line", {"runs": (run(" "),), "then": (paragraph(run("163 Station Close")),)}, "163 Station Close"),
    ("on underscores", {"runs": (run("\t____163 Station Close___"),)}, "163 Station Close"),
    ("in bold", {"runs": (run(" 163 Station Close", "<w:b/>"),)}, "163 Station Close"),
    ("without a space", {"runs": (run("163 Station Close"),)}, "163 Station Close"),
    ("with a struck word", {"runs": (run(" 9 Mill Road", "<w:strike/>"), run(" 163 Station Close"))}, "163 Station Close"),
]  # fmt: skip


@pytest.mark.parametrize(("made", "value"), [line[1:] for line in LINES], ids=[line[0] for line in LINES])
def test_an_answer_on_a_numbered_line_is_read_however_it_was_typed(
    made: dict[str, tuple[str, ...]], value: str
) -> None:
    """And the next question is not touched by it."""
    sheet = Sheet("hollylane-second-pupil").type_after(
        "Home address:", *made["runs"], then=made.get("then", ())
    )
    answers = read(sheet.bytes()).answers
    assert answers["pupil.address"].value == value
    assert answers["pupil.postcode"].value == "OK8 4DL"


def test_a_control_typed_over_or_emptied_is_read_as_it_stands() -> None:
    """Someone deleted the control and typed; someone deleted it and left nothing; someone left the prompt."""
    sheet = Sheet("oakfield-complete")
    assert (
        read(sheet.type_beside("UPN", paragraph(run("B999410819707"))).bytes()).answers["pupil.upn"].value
        == "B999410819707"
    )
    assert read(sheet.type_beside("UPN", paragraph()).bytes()).answers["pupil.upn"].state is AnswerState.BLANK
    assert read(Sheet("blank-A").bytes()).answers["pupil.upn"].state is AnswerState.PLACEHOLDER
