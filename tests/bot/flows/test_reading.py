"""What `forms` read becomes what the rules use, and nothing is added on the way."""

from datetime import date

import pytest

from bot.flows.reading import pupil, referral, upn
from forms.reading import Answer, AnswerState, Reading, Value
from store.protocol.case import FactState


def read(**answers: Value) -> Reading:
    named = {name.replace("__", "."): value for name, value in answers.items()}
    return Reading(
        format="docx",
        definition="style-a",
        answers={n: Answer(n, AnswerState.ANSWERED, v, raw=str(v), label=n) for n, v in named.items()},
    )


@pytest.mark.parametrize("state", AnswerState)
def test_every_state_of_an_answer_has_its_counterpart(state: AnswerState) -> None:
    """The two rooms share words and not types: none of the words may be missing on the other side."""
    facts = referral(
        Reading("docx", answers={"a": Answer("a", state, raw="x", label="A", section="S", where="w")})
    ).facts
    assert facts["a"].state is FactState(state.value)
    assert (facts["a"].raw, facts["a"].label, facts["a"].section, facts["a"].where) == ("x", "A", "S", "w")


def test_values_keep_their_kind_and_dates_become_iso_text() -> None:
    """Yes and No stay true and false, counts stay numbers."""
    facts = referral(read(a=True, b=3, c=91.5, d=date(2015, 6, 30), e="text")).facts
    assert [facts[name].value for name in "abcde"] == [True, 3, 91.5, "2015-06-30", "text"]


def test_a_doubtful_answer_stays_doubtful() -> None:
    """What a person must look at is not made sure by being handed on."""
    sure = Answer("a", AnswerState.ANSWERED, True, confidence=0.9)
    drawn = Answer("b", AnswerState.ANSWERED, True, confidence=0.5)
    facts = referral(Reading("docx", answers={"a": sure, "b": drawn})).facts
    assert (facts["a"].sure, facts["b"].sure) == (True, False)


def test_lists_scans_and_other_documents_are_told() -> None:
    """Rows with their heading, whether it is evidence, and whether "see attached" can mean something."""
    rows = ({"what": "Mentoring", "outcome": None},)
    scan = Reading(
        "pdf",
        definition="d",
        rows={"interventions": rows},
        row_labels={"interventions": "Support"},
        evidence=False,
    )
    told = referral(scan, other_documents=True)
    assert (told.lists["interventions"], told.list_labels) == (rows, {"interventions": "Support"})
    assert (told.definition, told.evidence, told.other_documents) == ("d", False, True)


def test_the_pupil_is_taken_from_the_form_as_far_as_it_says() -> None:
    """Blank stays blank, and what is no year group is none."""
    full = read(
        pupil__surname=" Byron ", pupil__forename="Ada", pupil__dob=date(2013, 2, 14), pupil__year_group=9
    )
    found = pupil(full)
    assert (found.surname, found.forename, found.dob, found.year_group, found.upn) == (
        "Byron",
        "Ada",
        date(2013, 2, 14),
        9,
        "",
    )
    assert (
        pupil(read(pupil__year_group=2013, pupil__dob="about 2013")).model_dump(exclude_defaults=True) == {}
    )


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("B999410819707", "B999410819707"),
        ("b9994 1081 9707", "B999410819707"),
        ("M35540001203A", "M35540001203A"),
        ("not known", ""),
        ("B99941081970", ""),
    ],
)
def test_a_unique_pupil_number_is_compared_without_the_blanks_people_put_in(
    written: str, number: str
) -> None:
    """Thirteen places: a letter, eleven digits, a digit or a letter (temporary numbers)."""
    assert upn(written) == number
