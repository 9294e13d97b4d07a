"""The nine filled sample forms: every field, row and box as their truth files say, and every blank where it is."""

import pytest

from forms import AnswerState, Library, read
from forms.reading import Reading
from forms.scoring import Truth, same, truth_of
from tests.forms.mapping.surgery import SAMPLES, sample

FILLED = sorted(path.stem for path in SAMPLES.glob("*.json"))
_EMPTY = {AnswerState.BLANK, AnswerState.PLACEHOLDER}


@pytest.fixture(scope="module", params=FILLED)
def pair(request: pytest.FixtureRequest) -> tuple[Reading, Truth]:
    """A sample's reading and its truth."""
    return read(sample(request.param)), truth_of((SAMPLES / f"{request.param}.json").read_text())


def test_there_are_nine_filled_samples() -> None:
    """The samples have not gone missing."""
    assert len(FILLED) == 9


def test_every_field_is_read_right(pair: tuple[Reading, Truth]) -> None:
    """What was given is answered with that value; what was left empty is blank, and not another word."""
    reading, truth = pair
    assert len(truth.fields) == 53
    for name, value in truth.fields.items():
        answer = reading.answers[name]
        if value is None:
            assert answer.state in _EMPTY, name
            assert answer.value is None, name
        else:
            assert (answer.state, same(answer.value, value)) == (AnswerState.ANSWERED, True), (name, answer)


def test_every_row_and_box_is_read_right(pair: tuple[Reading, Truth]) -> None:
    """Interventions, attainment and the eight agencies, row by row."""
    reading, truth = pair
    for name, rows in truth.rows.items():
        assert [dict(row) for row in reading.rows[name]] == [dict(row) for row in rows]


def test_every_answer_has_label_section_place_and_path(pair: tuple[Reading, Truth]) -> None:
    """In the words of their form, for empty answers too; nothing on a complete sample is unsure."""
    reading, truth = pair
    for name in truth.fields:
        answer = reading.answers[name]
        assert answer.label, name
        assert answer.section.startswith("Section "), name
        assert answer.where.startswith(("table ", "paragraph ", "text box")), name
        assert answer.path.startswith("b/"), name
        assert answer.sure, name


@pytest.mark.parametrize(
    ("name", "definition"),
    [
        ("blank-A", "westhaven-a"),
        ("blank-B", "westhaven-b"),
        ("blank-C", "westhaven-c"),
        ("blank-D", "westhaven-d"),
        ("castlepark-ehcp", "westhaven-a"),
        ("riverside-no-parent-agreement", "westhaven-b"),
        ("weaver-gaps", "westhaven-c"),
        ("northgate-looked-after", "westhaven-d"),
    ],
)
def test_the_house_style_is_recognised(name: str, definition: str) -> None:
    """Each by all of its questions, though two styles share their labels."""
    reading = read(sample(name))
    assert (reading.definition, reading.coverage) == (definition, 1.0)


@pytest.mark.parametrize("style", "ABCD")
def test_a_blank_form_has_no_answer_at_all(style: str) -> None:
    """Every question is found and empty; no row of a list is filled and no box is ticked."""
    reading = read(sample(f"blank-{style}"))
    assert {answer.state for answer in reading.answers.values()} <= _EMPTY
    assert reading.rows["interventions"] == reading.rows["attainment"] == ()
    assert [row["involved"] for row in reading.rows["agencies"]] == [False] * 8


def test_a_report_is_no_known_form_and_nothing_is_guessed_or_called_missing() -> None:
    """An out-of-borough report in prose: unknown, every question not found, no value, no row."""
    reading = read(sample("farbrook-report"))
    assert reading.definition == ""
    assert reading.coverage < 0.6
    assert {answer.state for answer in reading.answers.values()} == {AnswerState.QUESTION_NOT_FOUND}
    assert all(answer.value is None for answer in reading.answers.values())
    assert not reading.rows


def test_two_boxes_for_a_name_give_the_joined_name_too() -> None:
    """First name, then surname."""
    answer = read(sample("oakfield-complete")).answers["pupil.name"]
    assert answer.value == "Zephyrine Quillfeather"


def test_a_reading_is_printed_in_the_shape_of_the_field_document() -> None:
    """ISO dates, true and false, null for what is not answered, and only what JSON knows."""
    import json

    told = read(sample("weaver-gaps")).to_json("weaver-gaps.docx")
    assert json.loads(json.dumps(told)) == told
    assert told["file"] == "weaver-gaps.docx"
    assert told["definition"] == "westhaven-c"
    fields = told["fields"]
    assert isinstance(fields, dict)
    assert fields["pupil.dob"] == {
        "state": "blank",
        "value": None,
        "raw": "",
        "label": "DOB",
        "section": "Section 1: Pupil details",
        "where": "table 1, row 2, cell 2",
        "path": "b/t1/r2/c2",
        "confidence": 0.97,
        "how": "text beside the label",
        "rivals": [],
        "doubts": [],
    }
    assert fields["move.start"]["value"] == "2027-01-18"
    assert fields["pupil.looked_after"]["value"] is False


def test_a_folder_of_definitions_wins_over_a_shipped_one_of_the_same_id(tmp_path: object) -> None:
    """An authority that corrects a shipped definition gets its own."""
    from pathlib import Path

    folder = Path(str(tmp_path))
    (folder / "own.toml").write_text(
        'id = "westhaven-c"\ntitle = "Ours"\n[[section]]\n[[section.field]]\nid = "pupil.upn"\nlabels = "UPN"\n'
    )
    library = Library.shipped().with_folder(folder)
    assert library["westhaven-c"].title == "Ours"
    assert library["westhaven-d"] == Library.shipped()["westhaven-d"]
