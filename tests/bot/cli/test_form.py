"""`moves form`: an authority brings its own form, checks it, and makes a fresh one."""

import json
import tomllib
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from bot.local.review import Understood, review, understood
from forms.definition import Definition
from forms.learning import draft
from forms.page import Cell, Page, Para, Row, Span, Table

DEMO = Path(__file__).parents[3] / "bot" / "demo" / "forms"


@pytest.mark.parametrize("style", ["A", "B", "C", "D"])
def test_a_learned_form_reads_a_filled_one(moves: Any, tmp_path: Path, style: str) -> None:
    """The draft of a blank form reads filled forms of that style without a mistake (notes: 48 of 48 questions).

    An empty cell cannot tell that it wants a yes or no; the officer says so for the one question that is both.
    """
    said = moves("form", "learn", DEMO / f"blank-{style}.docx", "--to", tmp_path)
    assert said.code == 0, said.err
    drafted = tmp_path / f"blank-{style.lower()}.toml"
    assert tomllib.loads(drafted.read_text(encoding="utf-8"))["id"] == f"blank-{style.lower()}"
    text = drafted.read_text(encoding="utf-8")
    typed = 'id = "preparation.behaviour_policy"\n'
    if "yesno" not in text.partition(typed)[2].partition("[[")[0]:
        drafted.write_text(text.replace(typed, typed + 'type = "yesno"\n'), encoding="utf-8")
    filled = [
        path.with_suffix(".docx")
        for path in DEMO.glob("*.json")
        if json.loads(path.read_text(encoding="utf-8"))["style"] == style
    ]
    assert filled
    checked = moves("form", "check", drafted, *filled)
    assert checked.code == 0, checked.out


def test_learning_overwrites_nothing(moves: Any, tmp_path: Path) -> None:
    """A definition that somebody has corrected is safe."""
    mine = tmp_path / "blank-a.toml"
    mine.write_text("mine", encoding="utf-8")
    said = moves("form", "learn", DEMO / "blank-A.docx", "--to", tmp_path)
    assert said.code == 1
    assert "already there" in said.err
    assert mine.read_text(encoding="utf-8") == "mine"


def test_a_definition_that_misreads_fails_its_check(moves: Any, tmp_path: Path) -> None:
    """Two questions exchanged: the score shows it and the exit code tells."""
    moves("form", "learn", DEMO / "blank-C.docx", "--to", tmp_path)
    drafted = tmp_path / "blank-c.toml"
    text = drafted.read_text(encoding="utf-8")
    swapped = text.replace('"pupil.surname"', '"?"').replace('"pupil.forename"', '"pupil.surname"')
    drafted.write_text(swapped.replace('"?"', '"pupil.forename"'), encoding="utf-8")
    assert moves("form", "check", drafted, DEMO / "weaver-gaps.docx").code == 1


def test_a_check_needs_samples_with_their_truth(moves: Any, tmp_path: Path) -> None:
    """A form without its truth proves nothing."""
    moves("form", "learn", DEMO / "blank-C.docx", "--to", tmp_path)
    said = moves("form", "check", tmp_path / "blank-c.toml", DEMO / "blank-C.docx")
    assert said.code == 1
    assert "truth" in said.err


def test_a_fresh_form_is_made_from_a_shipped_definition(moves: Any, tmp_path: Path) -> None:
    """And it is recognised as what it is."""
    target = tmp_path / "fresh.docx"
    assert moves("form", "blank", "salford-referral", "--to", target).code == 0
    read = json.loads(moves("read", target, "--json").out)
    assert read["definition"] == "salford-referral"
    assert {answer["state"] for answer in read["fields"].values()} <= {"blank", "placeholder"}


def test_an_unknown_form_is_told_with_those_there_are(moves: Any) -> None:
    """The list of ids is the help."""
    said = moves("form", "blank", "atlantis")
    assert said.code == 1
    assert "westhaven-a" in said.err


# ------------------------------------------------------------------ the page to review by


def page_with(label: str) -> Page:
    def cell(text: str, column: int) -> Cell:
        path = f"b/t1/r1/c{column + 1}"
        return Cell([Para([Span(text)], f"{path}/p1")], path, column)

    return Page("docx", [Table([Row([cell(label, 0), cell("", 1)], "b/t1/r1")], "b/t1")])


def test_the_review_shows_each_question_where_it_stands() -> None:
    """Label and place of the answer are both marked, in words and not by colour alone."""
    page = page_with("Date of birth")
    html = review(page, draft(page, name="own"))
    assert "pupil.dob" in html
    assert "answer to" in html
    assert "sure" in html


def test_what_stands_on_a_form_is_text_on_the_page() -> None:
    """A form cannot bring mark-up, scripts or addresses into the review."""
    page = page_with('Name <script>alert(1)</script> <img src="http://x.example/a">')
    html = review(page, draft(page, name="own"))
    tags: list[str] = []

    class Seen(HTMLParser):
        def handle_starttag(self, tag: str, attrs: Any) -> None:
            tags.append(tag)

    Seen().feed(html)
    assert "script" not in tags
    assert "img" not in tags


def test_how_well_a_question_was_understood() -> None:
    """An id of its own is no field id yet; a low confidence asks for a look."""
    assert understood("pupil.dob", 0.98) is Understood.SURE
    assert understood("pupil.dob", 0.85) is Understood.LOOK
    assert understood("other.shoe_size", 0.0) is Understood.UNKNOWN


def test_a_draft_read_back_from_its_file_is_the_same(moves: Any, tmp_path: Path) -> None:
    """What `learn` writes is what the reader will use."""
    moves("form", "learn", DEMO / "blank-D.docx", "--to", tmp_path)
    drafted = Definition.from_file(tmp_path / "blank-d.toml")
    assert {"pupil.upn", "move.reason", "interventions"} <= {question.id for question in drafted.questions}
