"""Files that are small and well-formed and would take for ever in a careless reader: each is read or refused in time."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.forms.hostile.alone import MEASURED, MOST_MEMORY, MOST_SECONDS, outcome
from tests.forms.word.building import docx, p, part, r, rels, sdt, zipped

pytestmark = MEASURED

BEGIN = '<w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:textInput/></w:ffData></w:fldChar></w:r>'
SEPARATE = '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
END = '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
OVAL = (
    '<w:r><w:drawing><wp:anchor><a:graphic><a:graphicData><wps:wsp><wps:spPr><a:prstGeom prst="ellipse"/></wps:spPr></wps:wsp>'
    "</a:graphicData></a:graphic></wp:anchor></w:drawing></w:r>"
)
DELETED_END = '<w:rPr><w:del w:id="1" w:author="x"/></w:rPr>'


def bound_controls() -> bytes:
    """Many bound controls over much data."""
    data = "<f>" + "<a>x</a>" * 30_000 + "</f>"
    control = sdt(r("x"), '<w:dataBinding w:xpath="/f[1]/a[999]" w:storeItemID=""/><w:text/>')
    return docx(p(control * 40_000), beside={"customXml/item1.xml": data})


def embedded_again_and_again() -> bytes:
    """One embedded file, merged in thousands of times."""
    inside = docx(p("x") * 2_000)
    related = [(f"a{n}", "aFChunk", "chunk.docx") for n in range(3_000)]
    return docx(
        "".join(f'<w:altChunk r:id="a{n}"/>' for n in range(3_000)),
        beside={"word/chunk.docx": inside},
        related=related,
    )


def controls_of_one_part() -> bytes:
    """One ActiveX part, shown by thousands of controls."""
    body = p('<w:r><w:object><w:control r:id="x" w:name="c"/></w:object></w:r>' * 20_000)
    return docx(body, beside={"word/a.xml": "<ocx/>"}, related=[("x", "control", "a.xml")])


def headers_of_one_part() -> bytes:
    """One header, related thousands of times."""
    related = [(f"h{n}", "header", "header1.xml") for n in range(20_000)]
    return docx(p("x"), beside={"word/header1.xml": part("w:hdr", p("Header"))}, related=related)


def long_numbers() -> bytes:
    """A number whose text is a book."""
    level = f'<w:lvl w:ilvl="0"><w:lvlText w:val="{"%1" * 400_000}"/></w:lvl>'
    numbering = part(
        "w:numbering",
        f'<w:abstractNum w:abstractNumId="0">{level}</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>',
    )
    body = p("x", properties='<w:numPr><w:numId w:val="1"/></w:numPr>') * 20_000
    return docx(body, beside={"word/numbering.xml": numbering}, related=[("n", "numbering", "numbering.xml")])


def styles_in_a_ring() -> bytes:
    """Styles based on one another, and as many names of styles as there are runs."""
    ring = "".join(
        f'<w:style w:type="character" w:styleId="s{n}"><w:basedOn w:val="s{(n + 1) % 2000}"/></w:style>'
        for n in range(2_000)
    )
    return docx(p("".join(r("x", f'<w:rStyle w:val="s{n % 3000}"/>') for n in range(60_000))), styles=ring)


def page_of_lines() -> bytes:
    """Embedded text that is all line ends."""
    return docx(
        '<w:altChunk r:id="a"/>',
        beside={"word/c.txt": "a" + "\n" * 30_000_000},
        related=[("a", "aFChunk", "c.txt")],
    )


def deep_drawing() -> bytes:
    """A drawing of many parts at a great depth."""
    depth = 200
    inside = "<a:x>" * depth + "<a:y/>" * 300_000 + "</a:x>" * depth
    return docx(p(f"<w:r><w:drawing>{inside}</w:drawing></w:r>"))


SLOW: dict[str, Callable[[], bytes]] = {
    "200,000 runs of a paragraph": lambda: docx(p(r("0123456789") * 200_000)),
    "a part full of boxes": lambda: docx(p(*(r("☐" * 3_000_000) for _ in range(4)))),
    "90,000 paragraphs joined": lambda: docx(p(r("x"), r("y", "<w:b/>"), properties=DELETED_END) * 90_000),
    "fields in fields": lambda: docx(p((BEGIN + SEPARATE + r("x")) * 40_000 + END * 40_000)),
    "fields that never end": lambda: docx(p(BEGIN * 100_000) + p("after")),
    "20,000 ovals": lambda: docx(p(OVAL * 20_000, "Yes / No " * 1_000)),
    "controls in controls": lambda: docx(
        p("<w:sdt><w:sdtContent>" * 110 + r("x") + "</w:sdtContent></w:sdt>" * 110)
    ),
    "150,000 controls": lambda: docx(p(sdt("", "<w:text/>") * 150_000)),
    "bound controls over much data": bound_controls,
    "embedded again and again": embedded_again_and_again,
    "controls of one part": controls_of_one_part,
    "headers of one part": headers_of_one_part,
    "long numbers": long_numbers,
    "styles in a ring": styles_in_a_ring,
    "a page of lines": page_of_lines,
    "a deep drawing": deep_drawing,
    "a zip of comments": lambda: zipped(
        {"_rels/.rels": rels(), "word/document.xml": "<!--" + "x" * 30_000_000 + "-->"}
    ),
}


@pytest.mark.parametrize("make", SLOW.values(), ids=SLOW)
def test_a_file_made_to_be_slow_ends_in_time(make: Callable[[], bytes], tmp_path: Path) -> None:
    """A page or a refusal, within ten seconds of CPU and 300 MB, with nothing asked of the machine."""
    result = outcome(make(), tmp_path)
    assert result["seconds"] < MOST_SECONDS
    assert result["memory"] < MOST_MEMORY
    assert result["asked"] == []
