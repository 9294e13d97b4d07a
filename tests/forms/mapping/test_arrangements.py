"""Every way in which forms put a label and its answer on paper, each read to what was written there."""

from datetime import date

import pytest

from forms import AnswerState, Definition, Library, Reading, read
from tests.forms.word.building import docx, p, r, tbl, tc, tr

BOLD = "<w:b/>"
ANSWERED, BLANK, NOT_FOUND = AnswerState.ANSWERED, AnswerState.BLANK, AnswerState.QUESTION_NOT_FOUND


def b(text: str) -> str:
    """A cell with a printed label."""
    return tc(p(r(text, BOLD)))


def form(*fields: str, lists: str = "", section: str = "") -> Library:
    """A library of one definition; a field is "id|label|more keys in TOML"."""
    made = [f'id = "made-up"\ntitle = "Made-up form"\n[[section]]\ntitle = "{section}"']
    for field in fields:
        name, label, *more = field.split("|")
        made.append(f'[[section.field]]\nid = "{name}"\nlabels = "{label}"\n' + "\n".join(more))
    return Library.of([Definition.from_toml("\n".join(made) + "\n" + lists)])


def values(body: str, library: Library) -> dict[str, object]:
    """The values read from a document, by field id."""
    reading = read(docx(body), library=library)
    assert reading.definition
    return {name: answer.value for name, answer in reading.answers.items() if answer.state is ANSWERED}


NAMES = ("pupil.name|Name of pupil", "pupil.dob|Date of birth", "pupil.upn|UPN")
FILLED = {"pupil.name": "Ada Marsh", "pupil.dob": date(2013, 2, 14), "pupil.upn": "P207000016049"}

ARRANGEMENTS = {
    "label left, answer right": tbl(
        tr(b("Name of pupil"), "Ada Marsh"), tr(b("Date of birth"), "14/02/2013"), tr(b("UPN"), "P207000016049")
    ),
    "labels and answers in turn in one row": tbl(
        tr(b("Name of pupil"), "Ada Marsh", b("Date of birth"), "14/02/2013", b("UPN"), "P207000016049"), columns=6
    ),
    "labels in a row, answers under them": tbl(
        tr(b("Name of pupil"), b("Date of birth"), b("UPN")), tr("Ada Marsh", "14/02/2013", "P207000016049"), columns=3
    ),
    "labels in a row among labels that nobody described": tbl(
        tr(b("Name of pupil"), b("Favourite colour"), b("Date of birth"), b("UPN")),
        tr("Ada Marsh", "Blue", "14/02/2013", "P207000016049"),
        columns=4,
    ),
    "label and answer in one cell": tbl(
        tr(tc(p(r("Name of pupil: ", BOLD), "Ada Marsh")), tc(p(r("Date of birth: ", BOLD), "14/02/2013"))),
        tr(tc(p(r("UPN: ", BOLD), "P207000016049")), ""),
    ),
    "answer under its label in one cell": tbl(
        tr(tc(p(r("Name of pupil", BOLD)), p("Ada Marsh")), tc(p(r("Date of birth", BOLD)), p("14/02/2013"))),
        tr(tc(p(r("UPN", BOLD)), p("P207000016049")), ""),
    ),
    "several labels on one line": p("Name of pupil: Ada Marsh   Date of birth: 14/02/2013   UPN: P207000016049"),
    "several labels on one line parted by tabs": p(
        "Name of pupil: ",
        "<w:r><w:tab/></w:r>",
        "Ada Marsh",
        "<w:r><w:tab/></w:r>",
        "Date of birth: 14/02/2013",
        "<w:r><w:tab/></w:r>",
        "UPN: P207000016049",
    ),
    "labels on lines of their own, answers after them": p("Name of pupil: Ada Marsh")
    + p("Date of birth: 14/02/2013")
    + p("UPN: P207000016049"),
    "answers on underscores": p("Name of pupil: ____Ada Marsh______")
    + p("Date of birth: __14/02/2013__")
    + p("UPN ______P207000016049___"),
    "answers in the paragraph below": p(r("Name of pupil", BOLD))
    + p("Ada Marsh")
    + p(r("Date of birth", BOLD))
    + p("14/02/2013")
    + p(r("UPN", BOLD))
    + p("P207000016049"),
    "answers in a box below": p(r("Name of pupil", BOLD))
    + tbl(tr("Ada Marsh"), columns=1)
    + p(r("Date of birth", BOLD))
    + tbl(tr("14/02/2013"), columns=1)
    + p(r("UPN", BOLD))
    + tbl(tr("P207000016049"), columns=1),
    "full-width label rows, answers in the row below": tbl(
        tr(b("Name of pupil")),
        tr("Ada Marsh"),
        tr(b("Date of birth")),
        tr("14/02/2013"),
        tr(b("UPN")),
        tr("P207000016049"),
        columns=1,
    ),
    "a table inside a cell": tbl(
        tr(
            tc(
                tbl(tr(b("Name of pupil"), "Ada Marsh"), tr(b("Date of birth"), "14/02/2013"), tr(b("UPN"), "P207000016049")),
                p(),
            )
        ),
        columns=1,
    ),
    "labels stacked in one cell, answers stacked beside": tbl(
        tr(
            tc(p(r("Name of pupil", BOLD)), p(r("Date of birth", BOLD)), p(r("UPN", BOLD))),
            tc(p("Ada Marsh"), p("14/02/2013"), p("P207000016049")),
        )
    ),
    "labels with typed numbers": p("1. Name of pupil: Ada Marsh")
    + p("2.1 Date of birth: 14/02/2013")
    + p("c) UPN: P207000016049"),
    "hints in brackets": tbl(
        tr(tc(p(r("Name of pupil (in full)", BOLD))), "Ada Marsh"),
        tr(tc(p(r("Date of birth", BOLD), " (dd/mm/yyyy)")), "14/02/2013"),
        tr(tc(p(r("UPN (13 characters):", BOLD))), "P207000016049"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("body", ARRANGEMENTS.values(), ids=ARRANGEMENTS.keys())
def test_an_answer_is_found_wherever_the_form_puts_it(body: str) -> None:
    """Name, date of birth and UPN are the same three answers in every arrangement."""
    assert values(body, form(*NAMES)) == FILLED


EMPTIED = {
    name: body.replace("Ada Marsh", "").replace("14/02/2013", "").replace("P207000016049", "")
    for name, body in ARRANGEMENTS.items()
}


@pytest.mark.parametrize("body", EMPTIED.values(), ids=EMPTIED.keys())
def test_an_empty_place_is_blank_and_says_where_it_is(body: str) -> None:
    """The same arrangements left empty: each question is found, blank, and has a place to point at."""
    reading = read(docx(body), library=form(*NAMES))
    assert {name: answer.state for name, answer in reading.answers.items()} == dict.fromkeys(FILLED, BLANK)
    assert all(answer.where and answer.path for answer in reading.answers.values())


def test_a_second_line_of_an_answer_belongs_to_it() -> None:
    """An address over two rows, the second without a label, and one over two paragraphs."""
    library = form("pupil.address|Address", "pupil.upn|UPN")
    rows = tbl(tr(b("Address"), "1 Mill Lane"), tr("", "Westhaven"), tr(b("UPN"), "P207000016049"))
    assert values(rows, library)["pupil.address"] == "1 Mill Lane\nWesthaven"
    merged = tbl(
        tr(tc(p(r("Address", BOLD)), properties='<w:vMerge w:val="restart"/>'), "1 Mill Lane"),
        tr(tc(properties="<w:vMerge/>"), "Westhaven"),
        tr(b("UPN"), "P207000016049"),
    )
    assert values(merged, library)["pupil.address"] == "1 Mill Lane\nWesthaven"
    lines = p("Address: 1 Mill Lane") + p("Westhaven") + p("UPN: P207000016049")
    assert values(lines, library)["pupil.address"] == "1 Mill Lane\nWesthaven"


TWO_PARENTS = (
    '[[section]]\ntitle = "Parent 1"\n[[section.field]]\nid = "parent.name"\nlabels = "Name"\n[[section.field]]\nid = "parent.phone"\nlabels = "Tel No"\n'
    '[[section]]\ntitle = "Parent 2"\n[[section.field]]\nid = "parent2.name"\nlabels = "Name"\n[[section.field]]\nid = "parent2.phone"\nlabels = "Tel No"\n'
)
PARENTS = {
    "parent.name": "Jo Marsh",
    "parent.phone": "0161 496 0001",
    "parent2.name": "Al Marsh",
    "parent2.phone": "0161 496 0002",
}


def block(title: str, name: str, phone: str) -> str:
    """A parent's block under its heading."""
    return p(r(title, BOLD)) + tbl(tr(b("Name"), name, b("Tel No"), phone), columns=4)


def test_two_blocks_with_the_same_labels_are_two_parents() -> None:
    """Name and telephone under "Parent 1" and "Parent 2"."""
    library = Library.of([Definition.from_toml(f'id = "two"\ntitle = "Two"\n{TWO_PARENTS}')])
    both = block("Parent 1", "Jo Marsh", "0161 496 0001") + block("Parent 2", "Al Marsh", "0161 496 0002")
    assert values(both, library) == PARENTS
    second = block("Parent 1", "", "") + block("Parent 2", "Al Marsh", "0161 496 0002")
    assert values(second, library) == {"parent2.name": "Al Marsh", "parent2.phone": "0161 496 0002"}


def test_two_parents_side_by_side_are_read_by_their_columns() -> None:
    """One label, two columns of answers; the second parent's telephone is left empty."""
    library = form(
        'parent.name|Name|column = "Parent 1"',
        'parent2.name|Name|column = "Parent 2"',
        'parent.phone|Tel No|column = "Parent 1"',
        'parent2.phone|Tel No|column = "Parent 2"',
    )
    body = tbl(
        tr("", b("Parent 1"), b("Parent 2")),
        tr(b("Name"), "Jo Marsh", "Al Marsh"),
        tr(b("Tel No"), "0161 496 0001", ""),
        columns=3,
    )
    assert values(body, library) == {
        name: PARENTS[name] for name in ("parent.name", "parent2.name", "parent.phone")
    }


def test_a_label_that_occurs_twice_is_told_by_the_order_of_the_form() -> None:
    """Two signatures, each followed by a bare "Date"."""
    library = form(
        "signoff.headteacher|Headteacher",
        "signoff.headteacher_date|Date",
        "signoff.parent|Parent",
        "signoff.parent_date|Date",
    )
    body = p("Headteacher: B. Lowe   Date: 20/11/2026") + p("Parent: T. Doyle   Date: 19/11/2026")
    assert values(body, library) == {
        "signoff.headteacher": "B. Lowe",
        "signoff.headteacher_date": date(2026, 11, 20),
        "signoff.parent": "T. Doyle",
        "signoff.parent_date": date(2026, 11, 19),
    }


YES_NO_GRIDS = {
    "ticks under the heads Yes and No": tbl(
        tr("", b("Yes"), b("No")), tr(b("EHCP"), "", "✓"), tr(b("FSM"), "x", ""), columns=3
    ),
    "the words Yes and No in cells, one marked": tbl(
        tr(b("EHCP"), "Yes", tc(p(r("No", '<w:highlight w:val="yellow"/>')))),
        tr(b("FSM"), tc(p(r("Yes", '<w:highlight w:val="yellow"/>'))), "No"),
        columns=3,
    ),
    "a shaded cell": tbl(
        tr(b("EHCP"), "Yes", tc("No", properties='<w:shd w:val="clear" w:fill="FFFF00"/>')),
        tr(b("FSM"), tc("Yes", properties='<w:shd w:val="clear" w:fill="FFFF00"/>'), "No"),
        columns=3,
    ),
    "boxes in cells": tbl(tr(b("EHCP"), "Yes ☐", "No ☒"), tr(b("FSM"), "Yes ☒", "No ☐"), columns=3),
    "boxes after the question in its cell": tbl(tr("EHCP ☐ Yes ☒ No", "FSM ☒ Yes ☐ No")),
    "boxes after the question on its line": p("EHCP? Yes ☐ No ☒") + p("FSM? Yes ☒ No ☐"),
}


@pytest.mark.parametrize("body", YES_NO_GRIDS.values(), ids=YES_NO_GRIDS.keys())
def test_yes_and_no_are_read_in_every_grid(body: str) -> None:
    """No plan, free school meals: the same two answers in every grid."""
    assert values(body, form("send.ehcp|EHCP", "pupil.free_school_meals|FSM")) == {
        "send.ehcp": False,
        "pupil.free_school_meals": True,
    }


INTERVENTIONS = """
[[section.list]]
id = "interventions"
labels = "Measures already taken"
columns = [{ id = "what", labels = "Measure" }, { id = "start", labels = "From", type = "date" }, { id = "outcome", labels = "Level of success" }]
row_required = ["what", "outcome"]
"""
TRIED = (
    {"what": "Mentoring", "start": "2026-03-04", "outcome": "Calmer"},
    {"what": "Report card", "start": "2026-05-01", "outcome": ""},
)
HEADS = tr(b("Measure"), b("From"), b("Level of success"))


def listed(body: str, lists: str = INTERVENTIONS) -> Reading:
    """The reading of a form with one question and a list."""
    return read(docx(p("UPN: P207000016049") + body), library=form("pupil.upn|UPN", lists=lists))


def test_a_list_is_read_by_its_heads_and_empty_rows_are_no_rows() -> None:
    """Two rows of three filled; the second without its outcome, which the form wants: that is said, without content."""
    body = p("Measures already taken") + tbl(
        HEADS,
        tr("Mentoring", "4/3/26", "Calmer"),
        tr("", "", ""),
        tr("Report card", "1 May 2026", ""),
        columns=3,
    )
    reading = listed(body)
    assert reading.rows["interventions"] == TRIED
    assert reading.row_labels["interventions"] == "Measures already taken"
    assert reading.warnings == ("Measures already taken: row 2 leaves “Level of success” empty.",)


def test_a_list_with_its_heads_at_the_left_is_the_same_list() -> None:
    """Each column is an entry."""
    body = p("Measures already taken") + tbl(
        tr(b("Measure"), "Mentoring", "Report card"),
        tr(b("From"), "4/3/26", "1 May 2026"),
        tr(b("Level of success"), "Calmer", ""),
        columns=3,
    )
    assert listed(body).rows["interventions"] == TRIED


def test_an_empty_list_is_on_the_form_and_a_missing_one_is_not() -> None:
    """An empty table gives no rows and a path to its first empty row; a form without the table gives no list at all."""
    empty = listed(p("Measures already taken") + tbl(HEADS, tr("", "", ""), columns=3))
    assert empty.rows["interventions"] == ()
    assert empty.row_paths["interventions"].endswith("r2")
    assert "interventions" not in listed(p("Something else")).rows


def test_a_list_written_as_text_under_its_heading_is_one_row() -> None:
    """No table was printed: what stands under the heading is what was tried."""
    lists = '[[section.list]]\nid = "interventions"\nlabels = "Measures already taken"\ncolumns = [{ id = "what" }]\n'
    body = tbl(tr(b("Measures already taken")), tr("Mentoring, report card"), columns=1)
    assert listed(body, lists).rows["interventions"] == ({"what": "Mentoring, report card"},)


AGENCIES = """
[[section.list]]
id = "agencies"
labels = "Other agencies"
columns = [{ id = "agency", labels = "Name of service" }, { id = "contact", labels = "Contact person" }]
rows = ["CAMHS", "Police", "Social care"]
"""


def test_rows_that_the_form_prints_count_when_something_is_written_in_them() -> None:
    """Three services are printed; a contact stands beside one, and a fourth was added by hand."""
    body = p("Other agencies") + tbl(
        tr(b("Name of service"), b("Contact person")),
        tr("CAMHS", ""),
        tr("Police", "PC Holt"),
        tr("Social care", ""),
        tr("Youth club", "Jan Reed"),
    )
    assert listed(body, AGENCIES).rows["agencies"] == (
        {"agency": "CAMHS", "contact": "", "involved": False},
        {"agency": "Police", "contact": "PC Holt", "involved": True},
        {"agency": "Social care", "contact": "", "involved": False},
        {"agency": "Youth club", "contact": "Jan Reed", "involved": True},
    )


TICKS = '[[section.ticks]]\nid = "agencies"\nlabels = "Agencies (tick)"\noptions = ["CAMHS", "Police", "Social care"]\n'
TICKED = (
    {"agency": "CAMHS", "involved": False},
    {"agency": "Police", "involved": True},
    {"agency": "Social care", "involved": False},
)
TICK_LISTS = {
    "a box before each word, in cells": tbl(tr("☐ CAMHS", "☒ Police"), tr("☐ Social care", "")),
    "a box before each word, on one line": p("☐ CAMHS  ☒ Police  ☐ Social care"),
    "a box after each word, on one line": p("CAMHS ☐  Police ☑  Social care ☐"),
    "a box in the cell beside": tbl(tr("CAMHS", "☐"), tr("Police", "☒"), tr("Social care", "☐")),
    "a tick in the cell beside": tbl(tr("CAMHS", ""), tr("Police", "✓"), tr("Social care", "")),
    "a word in the cell beside": tbl(tr("CAMHS", "No"), tr("Police", "Yes"), tr("Social care", "No")),
    "a line each": p("☐ CAMHS") + p("☒ Police") + p("☐ Social care"),
}


@pytest.mark.parametrize("body", TICK_LISTS.values(), ids=TICK_LISTS.keys())
def test_boxes_with_words_are_read_in_every_arrangement(body: str) -> None:
    """Police is ticked, the others are not."""
    assert listed(p("Agencies (tick)") + body, TICKS).rows["agencies"] == TICKED


def test_words_of_a_head_or_a_comment_are_reported_and_never_an_answer() -> None:
    """The date of birth stands in the header only: the question is not found in the form, and the officer is told."""
    from tests.forms.word.building import part

    header = part("w:hdr", p("Date of birth: 14/02/2013"))
    reading = read(
        docx(
            p("Name of pupil: Ada Marsh") + p("UPN: P207000016049"),
            beside={"word/header1.xml": header},
            related=[("rId9", "header", "header1.xml")],
        ),
        library=form(*NAMES),
    )
    assert reading.answers["pupil.dob"].state is NOT_FOUND
    assert reading.warnings == (
        "A question stands in the header of the form. What is written there is not read.",
    )


SUPPORT = ("send.primary_need|Primary need", "send.support|SEN support", "pupil.name|Name of pupil")
BOLD_ANSWERS = {
    "in the cell beside the label": (
        tbl(
            tr(b("Primary need"), b("SEN support")),
            tr(b("SEN support"), "Yes"),
            tr(b("Name of pupil"), "Ada"),
        ),
        "SEN support",
    ),
    "at the end of the label's line": (
        p(r("Primary need: ", BOLD), r("SEN support", BOLD))
        + p(r("SEN support: ", BOLD), "Yes")
        + p(r("Name of pupil: ", BOLD), "Ada"),
        "SEN support",
    ),
    "which is a label, for it has a colon": (
        tbl(
            tr(b("Primary need"), b("SEN support:")),
            tr(b("SEN support"), "Yes"),
            tr(b("Name of pupil"), "Ada"),
        ),
        None,
    ),
}


@pytest.mark.parametrize(("body", "expected"), BOLD_ANSWERS.values(), ids=BOLD_ANSWERS)
def test_an_answer_in_bold_may_read_like_another_label(body: str, expected: str | None) -> None:
    """Bold alone makes no label of words that stand where an answer does; a school would be told that it left it out."""
    reading = read(docx(body), library=form(*SUPPORT))
    assert reading.answers["send.primary_need"].value == expected
    assert reading.answers["send.support"].value is True
