"""Content controls: read at every level, placeholders told from answers, bound values taken from the data."""

import pytest

from forms import word
from tests.forms.word.building import docx, p, r, rels, sdt, shown, tbl, tc, tr

LIST = (
    '<w:dropDownList><w:listItem w:displayText="Choose an item." w:value=""/>'
    '<w:listItem w:displayText="Year 9" w:value="9"/><w:listItem w:displayText="Year 10" w:value="10"/></w:dropDownList>'
)
DATE = '<w:date w:fullDate="2013-02-14T00:00:00Z"><w:dateFormat w:val="dd/MM/yyyy"/><w:lid w:val="en-GB"/></w:date>'
PLACEHOLDER = (
    '<w:placeholder><w:docPart w:val="DefaultPlaceholder"/></w:placeholder><w:showingPlcHdr/><w:text/>'
)
REPEATING = "<w15:repeatingSection/>"
PROMPT = r("Click or tap here to enter text.", '<w:rStyle w:val="PlaceholderText"/>')


def box(checked: str, glyph: str = "☐", font: str = "MS Gothic") -> tuple[str, str]:
    """The content and properties of a check box control."""
    state = f'<w14:checked{checked}/><w14:checkedState w14:val="2612" w14:font="{font}"/>'
    fonts = f'<w:rFonts w:ascii="{font}" w:hAnsi="{font}" w:hint="eastAsia"/>'
    return r(
        glyph, fonts
    ), f'<w14:checkbox>{state}<w14:uncheckedState w14:val="2610" w14:font="{font}"/></w14:checkbox>'


TICKED = box(' w14:val="1"', "☒")
UNTICKED = box(' w14:val="0"')
WINGDINGS = box(' w14:val="1"', "þ", "Wingdings")

CASES = {
    "plain text in a run": (p("Surname: ", sdt(r("Marsh"), tag="surname")), "Surname: surname=Marsh"),
    "rich text round paragraphs": (
        sdt(p("One") + p("Two"), "<w:richText/>", "reason"),
        "reason=One\nreason=Two",
    ),
    "round a table": (sdt(tbl(tr("UPN", "X1")), "", "grid"), "grid=UPN | grid=X1"),
    "in a cell, round its paragraph": (tbl(tr("UPN", tc(sdt(p("X1"), tag="upn")))), "UPN | upn=X1"),
    "in a cell, among runs": (tbl(tr("UPN", tc(p(sdt(r("X1"), tag="upn"))))), "UPN | upn=X1"),
    "round a cell": (tbl(tr("UPN", sdt(tc("X1"), tag="upn"))), "UPN | upn=X1"),
    "round a row": (
        tbl(tr("Name", "Role"), sdt(tr("Ann", "Aunt"), "", "row")),
        "Name | Role\nrow=Ann | row=Aunt",
    ),
    "repeating rows": (
        tbl(sdt(sdt(tr("Mentoring", "Weekly"), "<w15:repeatingSectionItem/>") * 2, REPEATING, "tried")),
        "tried=Mentoring | tried=Weekly\ntried=Mentoring | tried=Weekly",
    ),
    "drop-down": (p(sdt(r("Year 9"), LIST, "year")), "year=choice:Year 9"),
    "drop-down not chosen": (
        p(sdt(PROMPT, "<w:showingPlcHdr/>" + LIST, "year")),
        "year=choice:<Click or tap here to enter text.>",
    ),
    "date": (p(sdt(r("14/02") + r("/2013"), DATE, "dob")), "dob=date:14/02/2013"),
    "check box": (p(sdt(*TICKED), " Yes ", sdt(*UNTICKED), " No"), "☒ Yes ☐ No"),
    "check box without a value": (p(sdt(*box("", "☒"), tag="lac"), " Yes"), "lac=☒ Yes"),
    "check box as a cell": (tbl(tr(sdt(tc(p(TICKED[0])), TICKED[1]), "CAMHS")), "☒ | CAMHS"),
    "check box drawn by Wingdings": (p(sdt(*WINGDINGS), " Yes"), "☒ Yes"),
    "check box with no glyph": (p(sdt("", TICKED[1], "lac"), " Yes"), "lac=☒ Yes"),
    "placeholder left, in a run": (
        p("UPN: ", sdt(PROMPT, PLACEHOLDER, "upn")),
        "UPN: upn=<Click or tap here to enter text.>",
    ),
    "placeholder left, round a cell": (
        tbl(tr("UPN", sdt(tc(p(PROMPT)), PLACEHOLDER, "upn"))),
        "UPN | upn=<Click or tap here to enter text.>",
    ),
    "placeholder flag off": (p(sdt(r("X1"), '<w:showingPlcHdr w:val="0"/><w:text/>', "upn")), "upn=X1"),
    "emptied": (p("UPN: ", sdt("", tag="upn")), "UPN: upn="),
    "one in another": (
        p(sdt(r("a ") + sdt(r("b"), tag="inner"), "<w:richText/>", "outer")),
        "outer=a inner=b",
    ),
    "named by its alias alone": (p(sdt(r("X1"), '<w:alias w:val="UPN"/><w:text/>')), "UPN=X1"),
}


@pytest.mark.parametrize(("body", "expected"), CASES.values(), ids=CASES)
def test_a_control_is_read_wherever_it_stands(body: str, expected: str) -> None:
    """A content control gives its text, state and name at the level of runs, paragraphs, cells, rows and tables."""
    styles = (
        '<w:style w:type="character" w:styleId="PlaceholderText"><w:name w:val="Placeholder Text"/></w:style>'
    )
    assert shown(word.read(docx(body, styles=styles))) == expected


def test_a_drop_down_gives_its_options() -> None:
    """The choices of a drop-down come with it, as they are shown."""
    page = word.read(docx(p(sdt(r("Year 9"), LIST))))
    assert page.blocks[0].spans[0].options == ("Choose an item.", "Year 9", "Year 10")  # type: ignore[union-attr]


STORE = "{5A2B6C5E-0000-4000-8000-1234567890AB}"
NS = "urn:example:form"


def bound(
    path: str,
    cached: str,
    properties: str = "<w:text/>",
    *,
    store: str = STORE,
    prefixes: str = f"xmlns:ns0='{NS}'",
) -> bytes:
    """A document with a control bound to a path of its data."""
    binding = f'<w:dataBinding w:prefixMappings="{prefixes}" w:xpath="{path}" w:storeItemID="{store}"/>'
    data = (
        f'<form xmlns="{NS}"><pupil><name>Ann Marsh</name><dob>2013-02-14</dob><year>9</year><lac>true</lac>'
        '<upn kind="old">X1</upn><upn>X2</upn><empty/></pupil></form>'
    )
    beside = {
        "customXml/item1.xml": data,
        "customXml/_rels/item1.xml.rels": rels(("rId1", "customXmlProps", "itemProps1.xml")),
        "customXml/itemProps1.xml": (
            '<ds:datastoreItem xmlns:ds="http://schemas.openxmlformats.org/officeDocument/2006/customXml" '
            f'ds:itemID="{STORE}"/>'
        ),
        "docProps/core.xml": '<c:coreProperties xmlns:c="urn:core" xmlns:dc="urn:dc"><dc:title>The title</dc:title></c:coreProperties>',
        "_rels/.rels": rels(
            ("a", "officeDocument", "word/document.xml"),
            ("b", "metadata/core-properties", "docProps/core.xml"),
        ),
    }
    body = p(sdt(r(cached) if cached else "", binding + properties, "bound"))
    return docx(body, beside=beside, related=[("rIdC", "customXml", "../customXml/item1.xml")])


ROOT = "/ns0:form[1]/ns0:pupil[1]"
BOUND = {
    "a stale text gives way": (f"{ROOT}/ns0:name[1]", "Old Name", "<w:text/>", "bound=Ann Marsh"),
    "a placeholder gives way": (
        f"{ROOT}/ns0:name[1]",
        "Click here",
        "<w:showingPlcHdr/><w:text/>",
        "bound=Ann Marsh",
    ),
    "nothing kept": (f"{ROOT}/ns0:name[1]", "", "<w:text/>", "bound=Ann Marsh"),
    "the second of a name": (f"{ROOT}/ns0:upn[2]", "old", "<w:text/>", "bound=X2"),
    "an attribute": (f"{ROOT}/ns0:upn[1]/@kind", "new", "<w:text/>", "bound=old"),
    "a list's words": (f"{ROOT}/ns0:year[1]", "Year 10", LIST, "bound=choice:Year 9"),
    "a date in its format": (
        f"{ROOT}/ns0:dob[1]",
        "1/1/2001",
        DATE.replace("2013-02-14", "2001-01-01"),
        "bound=date:14/02/2013",
    ),
    "a date that is the same": (f"{ROOT}/ns0:dob[1]", "14.2.13", DATE, "bound=date:14.2.13"),
    "a box": (f"{ROOT}/ns0:lac[1]", "☐", UNTICKED[1], "bound=☒"),
    "an empty store proves nothing": (f"{ROOT}/ns0:empty[1]", "Kept", "<w:text/>", "bound=Kept"),
    "a path that leads nowhere": (f"{ROOT}/ns0:none[1]", "Kept", "<w:text/>", "bound=Kept"),
    "a place that cannot be": (f"{ROOT}/ns0:upn[0]", "Kept", "<w:text/>", "bound=Kept"),
    "an unknown prefix": ("/zz:form[1]", "Kept", "<w:text/>", "bound=Kept"),
    "a program is not run": ("//ns0:name", "Kept", "<w:text/>", "bound=Kept"),
    "a function is not called": ("/ns0:form[position()=1]", "Kept", "<w:text/>", "bound=Kept"),
    "rich text keeps its own": (f"{ROOT}/ns0:name[1]", "Kept", "<w:richText/>", "bound=Kept"),
}


@pytest.mark.parametrize(("path", "cached", "properties", "expected"), BOUND.values(), ids=BOUND)
def test_a_bound_control_shows_the_stored_value(
    path: str, cached: str, properties: str, expected: str
) -> None:
    """The document's data beats the text kept for it, along plain paths only; without a value the text stays."""
    assert shown(word.read(bound(path, cached, properties))) == expected


def test_a_control_may_be_bound_to_the_document_s_own_properties() -> None:
    """The built-in stores (title, author …) are read like any other."""
    core = "{6C3C8BC8-F283-45AE-878A-BAB7291924A1}"
    page = word.read(
        bound(
            "/c:coreProperties[1]/dc:title[1]",
            "old",
            store=core,
            prefixes="xmlns:c='urn:core' xmlns:dc='urn:dc'",
        )
    )
    assert shown(page) == "bound=The title"


def test_an_unreadable_store_leaves_the_text() -> None:
    """A data part that is no XML does not cost the form."""
    page = word.read(
        docx(
            p(sdt(r("Kept"), f'<w:dataBinding w:xpath="/a[1]" w:storeItemID="{STORE}"/><w:text/>', "bound")),
            beside={"customXml/item1.xml": "<broken"},
            related=[("rIdC", "customXml", "../customXml/item1.xml")],
        )
    )
    assert shown(page) == "bound=Kept"
