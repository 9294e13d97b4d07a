"""What stands between and around runs: wrappers, links, signs, numbers."""

import pytest

from forms import word
from tests.forms.word.building import docx, p, part, r, shown

SMART = '<w:smartTag w:uri="urn:schemas-microsoft-com:office:smarttags" w:element="place">{}</w:smartTag>'
CHOICE = '<mc:AlternateContent><mc:Choice Requires="w14">{}</mc:Choice><mc:Fallback>{}</mc:Fallback></mc:AlternateContent>'

CASES = {
    "a hyperlink": (p("See ", '<w:hyperlink r:id="rIdNone">' + r("here") + "</w:hyperlink>"), "See here"),
    "a smart tag": (p(SMART.format(SMART.format(r("Salford")))), "Salford"),
    "inline customXml": (p('<w:customXml w:element="name">' + r("Ann") + "</w:customXml>"), "Ann"),
    "customXml round paragraphs": ('<w:customXml w:element="x">' + p("Ann") + "</w:customXml>", "Ann"),
    "bdo and dir": (p('<w:bdo w:val="rtl"><w:dir w:val="ltr">' + r("Ann") + "</w:dir></w:bdo>"), "Ann"),
    "a non-breaking hyphen": (p("<w:r><w:t>0161</w:t><w:noBreakHyphen/><w:t>496</w:t></w:r>"), "0161-496"),
    "a soft hyphen": (p("<w:r><w:t>sus</w:t><w:softHyphen/><w:t>pension</w:t></w:r>"), "suspension"),
    "a tab and a break": (p("<w:r><w:t>a</w:t><w:tab/><w:t>b</w:t><w:br/><w:t>c</w:t></w:r>"), "a\tb\nc"),
    "alternatives of runs": (p(CHOICE.format(r("new"), r("old"))), "new"),
    "alternatives in a run": (
        p("<w:r>" + CHOICE.format("<w:t>new</w:t>", "<w:t>old</w:t>") + "</w:r>"),
        "new",
    ),
    "alternatives round paragraphs": (CHOICE.format(p("new"), p("old")), "new"),
    "only a fallback": (
        p("<mc:AlternateContent><mc:Fallback>" + r("old") + "</mc:Fallback></mc:AlternateContent>"),
        "old",
    ),
    "ruby": (
        p("<w:r><w:ruby><w:rt>" + r("x") + "</w:rt><w:rubyBase>" + r("Ann") + "</w:rubyBase></w:ruby></w:r>"),
        "Ann",
    ),
    "a formula": (p("n = ", "<m:oMath><m:r><m:t>2</m:t></m:r></m:oMath>"), "n = 2"),
    "an unknown element": (p('<w:unheard w:of="it">' + r("x") + "</w:unheard>", "Ann"), "Ann"),
    "comments and instructions of XML": (p("<!-- x --><?pi y?>" + r("Ann")), "Ann"),
}


@pytest.mark.parametrize(("body", "expected"), CASES.values(), ids=CASES)
def test_text_is_read_through_what_is_around_it(body: str, expected: str) -> None:
    """Wrappers let their text through; of alternatives one is read."""
    assert shown(word.read(docx(body))) == expected


def level(place: int, kind: str, text: str, more: str = "") -> str:
    """A level of a list."""
    start = '<w:start w:val="1"/>'
    return (
        f'<w:lvl w:ilvl="{place}">{start}<w:numFmt w:val="{kind}"/>{more}<w:lvlText w:val="{text}"/></w:lvl>'
    )


NUMBERING = part(
    "w:numbering",
    f'<w:abstractNum w:abstractNumId="0">{level(0, "decimal", "%1.")}{level(1, "decimal", "%1.%2")}'
    f"{level(2, 'lowerRoman', '(%3)')}</w:abstractNum>"
    f'<w:abstractNum w:abstractNumId="1">{level(0, "upperLetter", "Part %1")}{level(1, "bullet", "·")}'
    f"{level(2, 'decimal', '%1.%3', '<w:isLgl/>')}</w:abstractNum>"
    '<w:abstractNum w:abstractNumId="2"><w:numStyleLink w:val="Mine"/></w:abstractNum>'
    f'<w:abstractNum w:abstractNumId="3"><w:styleLink w:val="Mine"/>{level(0, "ordinal", "%1")}</w:abstractNum>'
    '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
    '<w:num w:numId="2"><w:abstractNumId w:val="1"/></w:num>'
    '<w:num w:numId="3"><w:abstractNumId w:val="0"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="7"/></w:lvlOverride></w:num>'
    '<w:num w:numId="4"><w:abstractNumId w:val="2"/></w:num>'
    '<w:num w:numId="5"><w:abstractNumId w:val="0"/></w:num>',
)
STYLES = (
    '<w:style w:type="paragraph" w:styleId="Question"><w:name w:val="Question"/>'
    '<w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
)


def numbered(*questions: str, style: str = "") -> bytes:
    """A document of questions, each in a list ("1/0": list 1, level 0) or of the numbered style ("")."""
    made = ""
    for question in questions:
        key, _, depth = question.partition("/")
        inside = f'<w:numPr><w:ilvl w:val="{depth}"/><w:numId w:val="{key}"/></w:numPr>' if key else ""
        made += p("x", properties=f'<w:pStyle w:val="{style}"/>{inside}' if style else inside)
    beside = {"word/numbering.xml": NUMBERING}
    return docx(made, beside=beside, styles=STYLES, related=[("rIdN", "numbering", "numbering.xml")])


NUMBERS = {
    "counting": (["1/0", "1/0"], ["1.", "2."]),
    "levels": (["1/0", "1/1", "1/1", "1/2", "1/0", "1/1"], ["1.", "1.1", "1.2", "(i)", "2.", "2.1"]),
    "a level without its parents": (["1/1"], ["1.1"]),
    "letters, bullets, figures throughout": (["2/0", "2/1", "2/2"], ["Part A", "", "1.1"]),
    "a list that begins anew": (["1/0", "3/0", "3/0"], ["1.", "7.", "8."]),
    "lists of one definition count on": (["1/0", "5/0"], ["1.", "2."]),
    "a linked list style": (["4/0", "4/0"], ["1st", "2nd"]),
    "no list": (["0/0", "99/0"], ["", ""]),
    "a depth that is nonsense": (["1/99"], [""]),
}


@pytest.mark.parametrize(("questions", "expected"), NUMBERS.values(), ids=NUMBERS)
def test_automatic_numbers_are_counted(questions: list[str], expected: list[str]) -> None:
    """The number before a question stands in no text; it is counted as Word counts it."""
    page = word.read(numbered(*questions))
    assert [block.number for block in page.blocks] == expected  # type: ignore[union-attr]


def test_a_style_may_number_its_paragraphs() -> None:
    """A numbered style numbers; a paragraph that states "no list" is free of it."""
    page = word.read(numbered("", "", "0/0", "", style="Question"))
    assert [block.number for block in page.blocks] == ["1.", "2.", "", "3."]  # type: ignore[union-attr]
