"""Drafts from blanks that the vocabulary was not written for: how far they come, and that they never lead astray."""

import pytest

from forms import AnswerState, Library, page, read
from forms.definition import FieldSpec
from forms.learning import draft
from forms.mapping.words import key
from tests.forms.layouts.test_layouts import SAMPLES

SHIPPED = Library.shipped()


def own(name: str) -> set[str]:
    """The ids of docs/fields.md that a layout's corrected definition asks for."""
    return {question.id for question in SHIPPED[name].questions if not question.id.startswith("other")}


@pytest.fixture(scope="module")
def drafts() -> dict[str, Library]:
    """Each layout's draft from its blank, as a library of its own."""
    return {
        name: Library.of([draft(page(sample.blank), name=name).definition])
        for name, sample in SAMPLES.items()
    }


def test_most_questions_come_under_their_own_id(drafts: dict[str, Library]) -> None:
    """Nine in ten of all layouts together; no layout below half."""
    shares = {
        name: len(own(name) & {question.id for question in next(iter(library)).questions}) / len(own(name))
        for name, library in drafts.items()
    }
    wanted = sum(len(own(name)) for name in drafts)
    assert sum(share * len(own(name)) for name, share in shares.items()) / wanted >= 0.9
    assert min(shares.values()) >= 0.5


def test_nearly_every_label_is_seen(drafts: dict[str, Library]) -> None:
    """Whatever its id, a question of the form is in the draft for a person to correct."""
    seen = wanted = 0
    for name, library in drafts.items():
        labels = {key(question.labels[0]) for question in next(iter(library)).questions if question.labels}
        asked = [field for field in SHIPPED[name].questions if isinstance(field, FieldSpec)]
        wanted += len(asked)
        seen += sum(any(key(label) in labels for label in field.labels) for field in asked)
    assert seen / wanted >= 0.9


def test_a_draft_reads_no_answer_wrong_and_invents_none(drafts: dict[str, Library]) -> None:
    """Filled forms read by the uncorrected drafts: what has a known id has its right value, or is left to a person."""
    for name, sample in SAMPLES.items():
        reading = read(sample.filled, library=drafts[name])
        for field in own(name) & reading.answers.keys():
            answer, told = reading.answers[field], sample.answers.get(field)
            if answer.state is AnswerState.ANSWERED:
                assert told is not None, (name, field, answer.value)
                assert answer.value == told.value, (name, field)
