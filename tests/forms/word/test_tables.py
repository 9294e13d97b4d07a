"""Tables: each merged cell once, in its column; short, empty and nested ones as they stand."""

import pytest

from forms import word
from forms.page import Table
from tests.forms.word.building import docx, p, r, shown, tbl, tc, tr

SPAN = '<w:gridSpan w:val="{}"/>'
BEGINS, GOES_ON = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"


def cell(text: str, properties: str) -> str:
    """A cell with properties."""
    return tc(text, properties=properties)


CASES = {
    "merged across": (
        tbl(tr(cell("Wide", SPAN.format(2)), "c"), tr("a", "b", "c")),
        "(2x1)Wide | c\na | b | c",
    ),
    "merged down": (
        tbl(tr(cell("Tall", BEGINS), "b"), tr(cell("", GOES_ON), "d"), tr("e", "f")),
        "(1x2)Tall | b\nd\ne | f",
    ),
    "merged down and across": (
        tbl(tr(cell("Big", SPAN.format(2) + BEGINS), "c"), tr(cell("", SPAN.format(2) + GOES_ON), "f")),
        "(2x2)Big | c\nf",
    ),
    "merged twice in a column": (
        tbl(tr(cell("A", BEGINS)), tr(cell("", GOES_ON)), tr(cell("B", BEGINS)), tr(cell("", GOES_ON))),
        "(1x2)A\n\n(1x2)B\n",
    ),
    "merging on with nothing above": (tbl(tr(cell("Alone", GOES_ON), "b")), "Alone | b"),
    "merged the old way": (
        tbl(tr(cell("Wide", '<w:hMerge w:val="restart"/>'), cell("", "<w:hMerge/>"), "c")),
        "(2x1)Wide | c",
    ),
    "nested": (tbl(tr("Label", tc(tbl(tr("a", "b")), p()))), "Label | [a | b] / "),
    "several labels in a cell": (tbl(tr(tc("Name: Ann", "Year: 9"), "b")), "Name: Ann / Year: 9 | b"),
    "a gap before": (tbl(tr("a", "b"), tr("only", properties='<w:gridBefore w:val="1"/>')), "a | b\nonly"),
    "a short row": (tbl(tr("a", "b"), tr("c")), "a | b\nc"),
    "no grid": (f"<w:tbl>{tr('a', 'b')}</w:tbl>", "a | b"),
    "a cell without a paragraph": (tbl(tr("a", "<w:tc><w:tcPr/></w:tc>", "<w:tc/>")), "a |  | "),
    "a row without cells": (tbl(tr("a"), "<w:tr/>"), "a\n"),
    "a table without rows": (tbl() + p("after"), "after"),
    "a deleted row": (
        tbl(tr("a"), tr("gone", properties='<w:del w:id="1" w:author="x" w:date="2026-01-01T00:00:00Z"/>')),
        "a",
    ),
    "a hidden row": (tbl(tr("a"), tr("gone", properties="<w:hidden/>")), "a"),
    "a deleted cell": (tbl(tr("a", cell("gone", '<w:cellDel w:id="1" w:author="x"/>'))), "a"),
    "rows in customXml": (f'<w:tbl><w:customXml w:element="x">{tr("a")}</w:customXml></w:tbl>', "a"),
}


@pytest.mark.parametrize(("body", "expected"), CASES.values(), ids=CASES)
def test_a_table_is_read_as_it_is_seen(body: str, expected: str) -> None:
    """Cells stand once, with their size; rows and cells that are gone are gone."""
    assert shown(word.read(docx(body))) == expected


COLUMNS = {
    "across": (tbl(tr(cell("a", SPAN.format(3)), "b")), [[0, 3]]),
    "a gap before": (tbl(tr("a", "b"), tr("c", properties='<w:gridBefore w:val="1"/>')), [[0, 1], [1]]),
    "beside a merge from above": (tbl(tr(cell("T", BEGINS), "b"), tr(cell("", GOES_ON), "d")), [[0, 1], [1]]),
}


@pytest.mark.parametrize(("body", "expected"), COLUMNS.values(), ids=COLUMNS)
def test_a_cell_knows_its_column(body: str, expected: list[list[int]]) -> None:
    """A cell's column is that of the grid, so that it stands under its head."""
    table = word.read(docx(body)).blocks[0]
    assert isinstance(table, Table)
    assert [[one.column for one in row.cells] for row in table.rows] == expected


def test_a_heading_row_says_so() -> None:
    """A row that repeats on each page heads the columns."""
    table = word.read(docx(tbl(tr("Subject", properties="<w:tblHeader/>"), tr("English")))).blocks[0]
    assert isinstance(table, Table)
    assert [row.header for row in table.rows] == [True, False]


@pytest.mark.parametrize("span", ["50000000", "-3", "0", "many", ""])
def test_a_senseless_span_is_held_in_bounds(span: str) -> None:
    """A cell of fifty million columns is a cell."""
    table = word.read(docx(tbl(tr(cell("a", f'<w:gridSpan w:val="{span}"/>'), "b")))).blocks[0]
    assert isinstance(table, Table)
    assert 1 <= table.rows[0].cells[0].columns <= 1000


def test_paths_name_the_place_of_every_block() -> None:
    """A path leads from the body through tables, rows, cells and boxes to a paragraph; counting begins at one."""
    body = p("x") + tbl(tr("a", tc("b", tbl(tr("n"))))) + p(r("y"))
    table = word.read(docx(body)).blocks[1]
    assert isinstance(table, Table)
    inner = table.rows[0].cells[1].blocks
    assert [table.path, inner[0].path, inner[1].path] == ["b/t1", "b/t1/r1/c2/p1", "b/t1/r1/c2/t1"]


def test_places_lead_from_a_path_to_its_element() -> None:
    """Who wants to mark a copy of the document is told where each path stands in its XML."""
    places: word.Places = {}
    word.read(docx(p("x") + tbl(tr("a", "b"))), places=places)
    cell_element = places["b/t1/r1/c2"]
    assert cell_element.tag.endswith("}tc")
    assert "".join(map(str, cell_element.itertext())) == "b"
    assert {"b/p1", "b/t1", "b/t1/r1", "b/t1/r1/c1", "b/t1/r1/c1/p1"} <= places.keys()
