"""Printed PDFs: paragraphs, tables, marks and boxes found again from places on the sheet."""

import pytest

from forms import pdf, refusals, scan
from forms.page import Kind, Mark, Page, Para, Region, Table
from forms.pdf import glyphs
from forms.pdf.items import Box
from tests.forms.pdf.building import Drawing
from tests.forms.pdf.building import pdf as made


def read(*sheets: Drawing) -> Page:
    """The page model of some sheets."""
    return pdf.page(made(*sheets))


def body(page: Page) -> list[str]:
    """The words of each paragraph that is neither header nor footer."""
    return [block.text for block in page.blocks if isinstance(block, Para) and block.region is Region.BODY]


def only_table(page: Page) -> Table:
    """The one table on the page."""
    (table,) = [block for block in page.blocks if isinstance(block, Table)]
    return table


def marked(page: Page, mark: Mark) -> list[str]:
    """The words that carry a mark."""
    paras = [block for block in page.blocks if isinstance(block, Para)]
    return [
        span.text.strip() for para in paras for span in para.spans if mark in span.marks and span.text.strip()
    ]


FULL = "The pupil has been supported by a mentor since the spring and has met her weekly in the"


def test_a_line_broken_for_want_of_room_goes_on() -> None:
    """The next line's first word would not have fitted, so both lines are one paragraph."""
    page = read(Drawing().text(72, 100, FULL, size=12).text(72, 114, "library.", size=12))
    assert body(page) == [f"{FULL} library."]


def test_a_line_that_had_room_is_a_paragraph() -> None:
    """Two short lines are two paragraphs, however close they stand."""
    assert body(read(Drawing().text(72, 100, "Surname: Quill").text(72, 112, "Forename: Zeph"))) == [
        "Surname: Quill",
        "Forename: Zeph",
    ]


def test_a_numbered_line_begins_a_paragraph() -> None:
    """A number begins a new question even below a full line."""
    page = read(Drawing().text(72, 100, FULL, size=12).text(72, 114, "2. First name: Zephyrine", size=12))
    assert len(body(page)) == 2


def test_a_wide_gap_is_a_tab() -> None:
    """What stands in a column of its own is set off by a tab, as in Word."""
    assert body(read(Drawing().text(72, 100, "Name of school:").text(300, 100, "Oakfield"))) == [
        "Name of school:\tOakfield"
    ]


def unruled(*lines: tuple[str, str]) -> Drawing:
    """Questions at the left and answers at the right, twelve points apart, without ruling lines."""
    sheet = Drawing()
    for at, (left, right) in enumerate(lines):
        sheet.text(72, 100 + 12 * at, left).text(300, 100 + 12 * at, right)
    return sheet


def test_a_question_over_two_lines_is_one() -> None:
    """Beside it stands its answer, not in the middle of it."""
    sheet = unruled(
        ("Has the young person been the subject of a", "No"), ("managed move before", ""), ("UPN", "none")
    )
    assert body(read(sheet)) == [
        "Has the young person been the subject of a managed move before\tNo",
        "UPN\tnone",
    ]


def test_question_and_answer_over_two_lines_stay_apart() -> None:
    """Both columns run over: the question is whole, then the answer."""
    sheet = unruled(
        ("What has led to this referral, in the words of", "Friendships have broken down in the"),
        ("the school", "last term."),
    )
    assert body(read(sheet)) == [
        "What has led to this referral, in the words of the school\tFriendships have broken down in the last term."
    ]


def test_short_questions_are_not_run_together() -> None:
    """A question without an answer does not swallow the next one."""
    assert body(read(unruled(("Surname", "Quill"), ("Forename", ""), ("UPN", "none")))) == [
        "Surname\tQuill",
        "Forename",
        "UPN\tnone",
    ]


def test_borders_filled_as_thin_boxes_make_a_table() -> None:
    """Word prints each border as a filled strip, once for each cell that it bounds."""
    sheet = Drawing()
    for x, width in ((70, 130), (200, 300)):
        for y in (100, 120, 140):
            sheet.fill(x, y, width, 0.5, "0 0 0").fill(x, y, 0.5, 20, "0 0 0")
    sheet.fill(500, 100, 0.5, 40.5, "0 0 0")
    sheet.text(76, 114, "Surname").text(206, 114, "Quill").text(76, 134, "UPN")
    rows = [[cell.text for cell in row.cells] for row in only_table(read(sheet)).rows]
    assert rows == [["Surname", "Quill"], ["UPN", ""]]


def test_a_table_is_found_from_its_lines() -> None:
    """Words between ruling lines are cells; label and value stand side by side again."""
    sheet = Drawing().grid((70, 200, 500), (100, 120, 140))
    for y, label, value in ((114, "Surname", "Quillfeather"), (134, "UPN", "B801200005001")):
        sheet.text(76, y, label).text(206, y, value)
    rows = [[cell.text for cell in row.cells] for row in only_table(read(sheet)).rows]
    assert rows == [["Surname", "Quillfeather"], ["UPN", "B801200005001"]]


def test_a_missing_piece_of_line_makes_two_cells_one() -> None:
    """A cell over two columns stands once, with its extent."""
    sheet = Drawing().line(70, 100, 500, 100).line(70, 120, 500, 120).line(70, 140, 500, 140)
    sheet.line(70, 100, 70, 140).line(500, 100, 500, 140).line(200, 120, 200, 140)
    sheet.text(76, 114, "Section 1").text(76, 134, "Name").text(206, 134, "Zephyrine")
    top, bottom = only_table(read(sheet)).rows
    assert [(cell.text, cell.column, cell.columns) for cell in top.cells] == [("Section 1", 0, 2)]
    assert [(cell.text, cell.column, cell.columns) for cell in bottom.cells] == [
        ("Name", 0, 1),
        ("Zephyrine", 1, 1),
    ]


def test_an_empty_cell_has_a_place() -> None:
    """A gap can be pointed at: an empty cell is a cell with a path."""
    sheet = Drawing().grid((70, 200, 500), (100, 120)).text(76, 114, "UPN")
    label, gap = only_table(read(sheet)).rows[0].cells
    assert (label.text, gap.text, gap.path) == ("UPN", "", "s1/t1/r1/c2")


def test_a_word_too_long_for_its_cell_stays_whole() -> None:
    """An address of e-mail broken by a narrow cell has no space in it."""
    sheet = Drawing().grid((70, 156, 500), (100, 140))
    sheet.text(76, 114, "inclusion@oakfie").text(76, 126, "ldhigh.example")
    assert only_table(read(sheet)).rows[0].cells[0].text == "inclusion@oakfieldhigh.example"


def test_a_word_broken_at_a_hyphen_stays_whole() -> None:
    """A compound that the line's end breaks has its hyphen and no space."""
    page = read(Drawing().text(72, 100, f"{FULL} non-", size=12).text(72, 114, "attendance team.", size=12))
    assert body(page) == [f"{FULL} non-attendance team."]


def test_a_ligature_is_its_letters() -> None:
    """Word prints one sign for the letters fi: "official" is still found as a word."""
    glyph = glyphs._Glyph("\N{LATIN SMALL LIGATURE FI}", Box(0, 0, 9, 9), glyphs._Style(Mark.NONE), Mark.NONE)
    assert [item.span.text for item in glyphs._joined([glyph])] == ["fi"]


def test_a_table_cut_by_the_foot_of_a_sheet_is_one() -> None:
    """Rows on the next sheet under the same columns belong to the table; a repeated heading counts once."""
    sheets = []
    for row in ("Mentoring", "Counselling"):
        sheet = (
            Drawing().text(72, 40, "Westhaven").grid((70, 200, 500), (100, 120, 140)).text(72, 800, "page 1")
        )
        sheet.text(76, 114, "Strategy").text(206, 114, "Outcome").text(76, 134, row).text(206, 134, "Settled")
        sheets.append(sheet)
    rows = [[cell.text for cell in row.cells] for row in only_table(read(*sheets)).rows]
    assert rows == [["Strategy", "Outcome"], ["Mentoring", "Settled"], ["Counselling", "Settled"]]


def test_what_stands_on_every_sheet_is_header_and_footer() -> None:
    """Running heads and feet are marked as such, page numbers notwithstanding."""
    sheets = [
        Drawing().text(72, 40, "Westhaven Council").text(72, 200, said).text(72, 800, f"page {at}")
        for at, said in enumerate(("Surname: Quill", "Reason: a fresh start"), 1)
    ]
    page = read(*sheets)
    assert body(page) == ["Surname: Quill", "Reason: a fresh start"]
    assert [block.region for block in page.blocks].count(Region.HEADER) == 2
    assert [block.region for block in page.blocks].count(Region.FOOTER) == 2


def test_a_line_through_a_word_strikes_it_out() -> None:
    """Yes struck out leaves No."""
    assert marked(read(Drawing().text(72, 100, "Yes / No").line(72, 97, 88, 97)), Mark.STRIKE) == ["Yes"]


def test_a_line_under_a_word_underlines_it() -> None:
    """An underline is as long as its word."""
    assert marked(read(Drawing().text(72, 100, "Yes / No").line(72, 101.5, 88, 101.5)), Mark.UNDERLINE) == [
        "Yes"
    ]


def test_a_cells_border_is_no_underline() -> None:
    """A line that goes on beyond the word is a ruling line."""
    page = read(Drawing().text(72, 100, "Yes / No").line(60, 101.5, 300, 101.5))
    assert marked(page, Mark.UNDERLINE) == []


def test_a_colour_behind_a_word_highlights_it() -> None:
    """A highlight has the size of its words."""
    assert marked(read(Drawing().fill(71, 91, 18, 12).text(72, 100, "Yes / No")), Mark.HIGHLIGHT) == ["Yes"]


def test_a_band_behind_a_heading_is_no_highlight() -> None:
    """A colour across the sheet belongs to the layout."""
    page = read(Drawing().fill(60, 90, 480, 13).text(72, 100, "Section 1: Pupil"))
    assert marked(page, Mark.HIGHLIGHT) == []


def test_a_ring_round_a_word_marks_it() -> None:
    """A drawn oval circles an answer."""
    assert marked(read(Drawing().text(72, 100, "Yes / No").ring(69, 90, 22, 14)), Mark.OVAL) == ["Yes"]


def test_bold_and_italic_are_told_by_the_font() -> None:
    """One of two words in bold is an answer; the prompt in italics is not."""
    page = read(Drawing().text(72, 100, "Yes", "/B").text(100, 100, "No").text(130, 100, "please mark", "/I"))
    assert marked(page, Mark.BOLD) == ["Yes"]
    assert marked(page, Mark.ITALIC) == ["please mark"]


@pytest.mark.parametrize(("crossed", "shown"), [(False, "☐ Police"), (True, "☒ Police")])
def test_a_drawn_box_can_be_ticked(crossed: bool, shown: str) -> None:
    """A small square is a box; two strokes across it are a tick."""
    sheet = Drawing().box(72, 92, 9, 9).text(86, 100, "Police")
    if crossed:
        sheet.line(72, 92, 81, 101).line(72, 101, 81, 92)
    assert body(read(sheet)) == [shown]


def test_a_letter_in_a_drawn_box_ticks_it() -> None:
    """An X typed into a square is a tick, not a word."""
    assert body(read(Drawing().box(72, 92, 9, 9).text(74, 100, "X", size=8).text(86, 100, "Police"))) == [
        "☒ Police"
    ]


def test_a_dingbat_is_a_tick() -> None:
    """The tick of the symbol font (ZapfDingbats 34) is a ticked box."""
    assert body(read(Drawing().text(72, 100, "4", "/Z").text(86, 100, "Police"))) == ["☒ Police"]


@pytest.mark.parametrize("turned", [90, 180, 270])
def test_a_turned_page_reads_as_it_is_looked_at(turned: int) -> None:
    """A landscape page, or one scanned upside down, gives the lines and cells that a person sees."""
    sheet = Drawing((842, 595), turned=turned).text(72, 60, "Surname:").text(300, 60, "Quill")
    page = read(sheet.grid((70, 200, 500), (100, 120)).text(76, 114, "UPN").text(206, 114, "B801200005001"))
    assert body(page) == ["Surname:\tQuill"]
    assert [cell.text for cell in only_table(page).rows[0].cells] == ["UPN", "B801200005001"]


def test_text_that_is_not_drawn_is_not_read() -> None:
    """Invisible text on an ordinary sheet is nobody's answer."""
    page = read(Drawing().text(72, 100, "Surname: Quill").text(72, 130, "Agreed: Yes", mode=3))
    assert body(page) == ["Surname: Quill"]


def test_text_laid_over_a_scan_is_recognised_text() -> None:
    """A scanner's own text layer is read, and is no evidence that something is missing."""
    sheet = Drawing().image(0, 0, 595, 842).text(72, 100, "Managed Move Referral Form", mode=3)
    page = read(sheet)
    assert body(page) == ["Managed Move Referral Form"]
    assert page.recognised
    assert page.warnings


def test_one_pictured_sheet_makes_the_whole_no_evidence() -> None:
    """What stands on the pictured sheet was not read, so nothing may be called missing."""
    page = read(Drawing().text(72, 100, "Surname: Quill"), Drawing().image(0, 0, 595, 842))
    assert body(page) == ["Surname: Quill"]
    assert page.recognised


def test_a_badge_does_not_make_a_scan() -> None:
    """A picture in a corner is a picture."""
    page = read(Drawing().image(400, 30, 60, 60).text(72, 100, "Surname: Quill"))
    assert not page.recognised
    assert Kind.IMAGE in [
        span.kind for block in page.blocks if isinstance(block, Para) for span in block.spans
    ]


def test_a_pdf_of_pictures_is_handed_to_recognition(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without tesseract a scan is refused in so many words."""
    monkeypatch.setattr(scan, "_program", lambda: None)
    with pytest.raises(refusals.Scanned):
        read(Drawing().image(0, 0, 595, 842))
