"""The score: what counts as right, wrong, falsely missing and falsely answered."""

from pathlib import Path

import pytest

from forms import Answer, AnswerState, Library, Reading
from forms.scoring import END, START, Score, Tally, Truth, main, samples, score, table, truth_of, written
from tests.forms.mapping.surgery import SAMPLES

CASES = {
    "right": (AnswerState.ANSWERED, "A", "A", "right"),
    "white space apart": (AnswerState.ANSWERED, "A  b\nc", "A b c", "right"),
    "another value": (AnswerState.ANSWERED, "A", "B", "wrong"),
    "true is not one": (AnswerState.ANSWERED, True, 1, "wrong"),
    "an answer where nothing was given": (AnswerState.ANSWERED, "A", None, "false_answer"),
    "blank though given": (AnswerState.BLANK, None, "A", "false_missing"),
    "a prompt though given": (AnswerState.PLACEHOLDER, None, "A", "false_missing"),
    "not found though given": (AnswerState.QUESTION_NOT_FOUND, None, "A", "asked"),
    "put to a person": (AnswerState.AMBIGUOUS, None, "A", "asked"),
}


@pytest.mark.parametrize(("state", "value", "truth", "counted"), CASES.values(), ids=CASES.keys())
def test_an_answer_is_counted_as_what_it_is(
    state: AnswerState, value: object, truth: object, counted: str
) -> None:
    """One count only, and the right one."""
    reading = Reading("docx", "x", answers={"pupil.sex": Answer("pupil.sex", state, value)})  # type: ignore[arg-type]
    found = Score()
    found.count(reading, Truth({"pupil.sex": truth}))  # type: ignore[dict-item]
    counts = {
        name: getattr(found.total, name)
        for name in ("right", "wrong", "false_answer", "false_missing", "asked")
    }
    assert counts == {name: int(name == counted) for name in counts}


def test_precision_and_recall_are_shares_of_what_was_read_and_of_what_was_given() -> None:
    """Six right of eight read, six right of ten given."""
    tally = Tally(given=10, right=6, wrong=1, false_answer=1, false_missing=2, asked=1)
    assert (tally.precision, tally.recall) == (0.75, 0.6)


def test_a_row_too_many_and_a_row_too_few_are_seen() -> None:
    """Two cells invented; two cells lost."""
    row = {"what": "Mentoring", "outcome": "Calmer"}
    more = Score()
    more.count(Reading("docx", "x", rows={"interventions": (row, row)}), Truth({}, {"interventions": [row]}))
    assert (more.total.right, more.total.false_answer) == (2, 2)
    fewer = Score()
    fewer.count(
        Reading("docx", "x", rows={"interventions": (row,)}), Truth({}, {"interventions": [row, row]})
    )
    assert (fewer.total.right, fewer.total.false_missing) == (2, 2)


def test_the_samples_meet_the_targets() -> None:
    """No false "missing", no false answer, nothing wrong, on every form that has a truth file."""
    found = score(samples(SAMPLES), Library.shipped())
    total = found.total
    assert (found.forms, found.unknown) == (9, 0)
    assert (total.false_missing, total.false_answer, total.wrong) == (0, 0, 0)
    assert total.recall == 1.0


def test_a_truth_may_be_written_in_field_ids() -> None:
    """Dates day first, yes and no in words."""
    truth = truth_of(
        '{"fields": {"pupil.dob": "14/02/2013", "send.ehcp": "No", "pupil.upn": null}, "rows": {}}'
    )
    assert truth.fields["send.ehcp"] is False
    assert str(truth.fields["pupil.dob"]) == "2013-02-14"
    assert truth.fields["pupil.upn"] is None


def test_the_table_is_written_between_its_markers_and_nothing_else_is_touched() -> None:
    """Once and again: the second table takes the place of the first."""
    found = score(samples(SAMPLES), Library.shipped())
    once = written(f"# Forms\n\n{START}\nold\n{END}\n\nAfter.\n", found)
    assert once.startswith("# Forms\n\n")
    assert once.endswith(f"{END}\n\nAfter.\n")
    assert "old" not in once
    assert table(found) in once
    assert written(once, found) == once


def test_the_command_writes_the_document_and_fails_when_a_target_is_missed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """0 on the samples; 1 where a truth says that something was given which the form does not hold."""
    document = tmp_path / "forms.md"
    assert main([str(SAMPLES), "--write", str(document)]) == 0
    assert "| **all** |" in document.read_text(encoding="utf-8")
    (tmp_path / "gap.docx").write_bytes((SAMPLES / "blank-C.docx").read_bytes())
    (tmp_path / "gap.json").write_text('{"fields": {"pupil.surname": "Marsh"}}', encoding="utf-8")
    assert main([str(tmp_path)]) == 1
    assert "false missing" in capsys.readouterr().out


def test_the_printed_score_is_the_score() -> None:
    """The table in the documentation is what reading the samples gives today; `make score` writes it anew."""
    printed = (Path(__file__).parents[3] / "docs" / "forms.md").read_text(encoding="utf-8")
    assert written(printed, score(samples(SAMPLES), Library.shipped())) == printed
