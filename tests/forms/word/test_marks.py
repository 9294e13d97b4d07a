"""Yes / No by formatting: every way in which people mark one of two words."""

import pytest

from forms import word
from tests.forms.word.building import docx, p, r, shown, tbl, tc, tr

STYLES = (
    '<w:docDefaults><w:rPrDefault><w:rPr><w:sz w:val="22"/></w:rPr></w:rPrDefault></w:docDefaults>'
    '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style>'
    '<w:style w:type="character" w:styleId="Strong"><w:name w:val="Strong"/><w:rPr><w:b/></w:rPr></w:style>'
    '<w:style w:type="character" w:styleId="Stronger"><w:name w:val="S"/><w:basedOn w:val="Strong"/><w:rPr><w:i/></w:rPr></w:style>'
    '<w:style w:type="character" w:styleId="Gone"><w:name w:val="Gone"/><w:rPr><w:vanish/></w:rPr></w:style>'
    '<w:style w:type="character" w:styleId="Ring"><w:basedOn w:val="Ring"/><w:rPr><w:b/></w:rPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="Bold"><w:name w:val="Bold"/><w:rPr><w:b/></w:rPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="Heading1"><w:name w:val="heading 1"/><w:rPr><w:b/></w:rPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="Level"><w:name w:val="Mine"/><w:pPr><w:outlineLvl w:val="1"/></w:pPr></w:style>'
)

CASES = {
    "strike": ("<w:strike/>", "STRIKE"),
    "double strike": ("<w:dstrike/>", "DOUBLE_STRIKE"),
    "highlight": ('<w:highlight w:val="yellow"/>', "HIGHLIGHT"),
    "shading": ('<w:shd w:val="clear" w:color="auto" w:fill="FFFF00"/>', "SHADING"),
    "shading by pattern": ('<w:shd w:val="pct15" w:color="auto" w:fill="FFFFFF"/>', "SHADING"),
    "text border": ('<w:bdr w:val="single" w:sz="4" w:space="0" w:color="auto"/>', "BORDER"),
    "bold": ("<w:b/><w:bCs/>", "BOLD"),
    "bold by style": ('<w:rStyle w:val="Strong"/>', "BOLD"),
    "bold by the style of a style": ('<w:rStyle w:val="Stronger"/>', "BOLD|ITALIC"),
    "bold by a style based on itself": ('<w:rStyle w:val="Ring"/>', "BOLD"),
    "underline": ('<w:u w:val="single"/>', "UNDERLINE"),
    "italic": ("<w:i/>", "ITALIC"),
    "colour": ('<w:color w:val="FF0000"/>', "COLOUR"),
}
NO_MARKS = {
    "switched off": '<w:b w:val="0"/><w:strike w:val="false"/><w:i w:val="off"/>',
    "no line": '<w:u w:val="none"/><w:highlight w:val="none"/><w:bdr w:val="nil"/>',
    "a white highlighter": '<w:highlight w:val="white"/>',
    "no fill": '<w:shd w:val="clear" w:color="auto" w:fill="auto"/>',
    "white": '<w:shd w:val="clear" w:color="auto" w:fill="FFFFFF"/>',
    "black": '<w:color w:val="000000"/>',
    "automatic": '<w:color w:val="auto"/>',
    "layout": '<w:rFonts w:ascii="Arial"/><w:sz w:val="20"/><w:lang w:val="en-GB"/><w:rPrChange><w:rPr><w:b/></w:rPr></w:rPrChange>',
    "bold style switched off": '<w:rStyle w:val="Strong"/><w:b w:val="0"/>',
    "unknown style": '<w:rStyle w:val="NoSuchStyle"/>',
}


@pytest.mark.parametrize(("properties", "mark"), CASES.values(), ids=CASES)
def test_a_marked_word_is_told_from_its_neighbour(properties: str, mark: str) -> None:
    """The mark is on the word that has it, and on no other."""
    data = docx(p(r("Yes", properties), " / No"), styles=STYLES)
    assert shown(word.read(data)) == f"Yes{{{mark}}} / No"


@pytest.mark.parametrize("properties", NO_MARKS.values(), ids=NO_MARKS)
def test_what_does_not_show_is_no_mark(properties: str) -> None:
    """Properties that are off, white, black or layout mark nothing."""
    assert shown(word.read(docx(p(r("Yes", properties), " / No"), styles=STYLES))) == "Yes / No"


def test_a_cell_is_marked_by_its_shading() -> None:
    """A shaded cell says so, and so do its words."""
    page = word.read(docx(tbl(tr(tc("Yes", properties='<w:shd w:val="clear" w:fill="FFFF00"/>'), "No"))))
    assert shown(page) == "Yes{CELL_SHADING} | No"
    assert [cell.shaded for cell in page.blocks[0].rows[0].cells] == [True, False]  # type: ignore[union-attr]


def test_a_nested_table_s_cells_are_not_shaded_by_the_cell_around_it() -> None:
    """Each cell answers for its own shading."""
    inner = tbl(tr("Yes"), columns=1)
    body = tbl(tr(tc(inner, p("x"), properties='<w:shd w:val="clear" w:fill="FFFF00"/>')))
    assert shown(word.read(docx(body))) == "[Yes] / x{CELL_SHADING}"


def test_bold_of_paragraph_style_and_character_style_cancel() -> None:
    """Toggles given by both styles cancel, as Word draws them (ECMA-376 17.7.3)."""
    data = docx(
        p(r("Yes", '<w:rStyle w:val="Strong"/>'), " / No", properties='<w:pStyle w:val="Bold"/>'),
        styles=STYLES,
    )
    assert shown(word.read(data)) == "Yes / No{BOLD}"


def test_runs_with_equal_marks_are_joined() -> None:
    """Word splits words over runs ("Y" + "es"); they come back whole, up to where a mark changes."""
    body = p(
        r("Y", "<w:b/>"),
        '<w:proofErr w:type="spellStart"/>',
        r("es", '<w:b/><w:sz w:val="20"/>'),
        r(" / "),
        r("No"),
    )
    assert shown(word.read(docx(body))) == "Yes{BOLD} / No"


@pytest.mark.parametrize(
    "properties", ["<w:vanish/>", '<w:rStyle w:val="Gone"/>'], ids=["directly", "by style"]
)
def test_hidden_text_is_left_out(properties: str) -> None:
    """Text that nobody sees is no answer."""
    assert shown(word.read(docx(p("Name: ", r("secret", properties), "Ann"), styles=STYLES))) == "Name: Ann"


@pytest.mark.parametrize("style", ["Heading1", "Level"])
def test_a_heading_is_known_by_the_name_or_the_level_of_its_style(style: str) -> None:
    """Headings part the sections of a form."""
    page = word.read(
        docx(p("Section 1", properties=f'<w:pStyle w:val="{style}"/>') + p("Name"), styles=STYLES)
    )
    assert [block.heading for block in page.blocks] == [True, False]  # type: ignore[union-attr]
