"""Forms in layouts that authorities really use: each is recognised as itself and read field-exact, gaps included.

The layouts follow section 3 of the project's survey of real forms; people, schools and answers are invented.
"""

import pytest

import forms
from forms.definition import Definition, FieldSpec
from forms.reading import AnswerState, Reading
from tests.forms.layouts import (
    behaviour_service,
    dense_table,
    exclusion_notice,
    fair_access,
    inclusion_panel,
    off_site_direction,
    own_forms,
    parental_consent,
    pre_meeting,
    single_point,
)
from tests.forms.layouts.writing import Sample

LAYOUTS = (
    behaviour_service,
    dense_table,
    exclusion_notice,
    fair_access,
    inclusion_panel,
    off_site_direction,
    parental_consent,
    pre_meeting,
    single_point,
)
SAMPLES: dict[str, Sample] = {layout.SAMPLE.definition: layout.SAMPLE for layout in LAYOUTS} | {
    sample.definition: sample for sample in own_forms.SAMPLES
}
LIBRARY = forms.Library.shipped()
GAPS = {AnswerState.BLANK, AnswerState.PLACEHOLDER}

each_layout = pytest.mark.parametrize("name", SAMPLES)


def questions(definition: Definition) -> list[str]:
    """The ids of the questions with one answer."""
    return [question.id for question in definition.questions if isinstance(question, FieldSpec)]


def wrong(reading: Reading, sample: Sample) -> dict[str, tuple[object, ...]]:
    """The answers that are not what the school wrote: (state, value) read, and as it should be."""
    found = {}
    for field in questions(LIBRARY[sample.definition]):
        answer, told = reading.answers[field], sample.answers.get(field)
        if told is None and answer.state not in GAPS:
            found[field] = (answer.state, answer.value, "should be a gap")
        elif told is not None and (answer.state, answer.value) != (told.state, told.value):
            found[field] = (answer.state, answer.value, told.state, told.value)
    return found


@each_layout
def test_a_layout_is_recognised_as_itself(name: str) -> None:
    """Filled or blank, the layout's own definition is found at 0.6 or more of its labels."""
    for data in (SAMPLES[name].filled, SAMPLES[name].blank):
        definition, coverage = forms.recognise(forms.page(data), LIBRARY)
        assert definition is not None
        assert (definition.id, coverage >= 0.6) == (name, True)


@each_layout
def test_no_other_definition_comes_near(name: str) -> None:
    """Without its own definition the form is unknown, far below the bar: nothing would be guessed."""
    others = forms.Library.of(definition for definition in LIBRARY if definition.id != name)
    definition, coverage = forms.recognise(forms.page(SAMPLES[name].filled), others)
    assert definition is None
    assert coverage <= 0.5


@each_layout
def test_every_answer_is_read_exactly(name: str) -> None:
    """Each answer has the value that the school meant, and what it left empty is a gap."""
    assert wrong(forms.read(SAMPLES[name].filled), SAMPLES[name]) == {}


@each_layout
def test_every_row_is_read_exactly(name: str) -> None:
    """Lists and ticks come back row by row."""
    rows = forms.read(SAMPLES[name].filled).rows
    assert {key: [dict(row) for row in rows[key]] for key in SAMPLES[name].rows} == SAMPLES[name].rows


@each_layout
def test_a_blank_form_has_no_answers(name: str) -> None:
    """Labels, prompts, dots and unticked boxes are not taken for answers."""
    reading = forms.read(SAMPLES[name].blank)
    assert {field: answer.raw for field, answer in reading.answers.items() if answer.state not in GAPS} == {}


def test_a_ringed_level_is_put_to_a_person() -> None:
    """A ring drawn round one of four phrases is read, and is not sure."""
    answer = forms.read(behaviour_service.SAMPLE.filled).answers["pupil.social_care"]
    assert answer.value == "Early Help"
    assert not answer.sure
