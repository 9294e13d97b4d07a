"""Ticks and boxes: the homes of a tick besides content controls and form fields."""

import struct

import pytest

from forms import word
from forms.word import activex
from tests.forms.word.building import docx, p, r, rels, shown

WINGDINGS = '<w:rFonts w:ascii="Wingdings" w:hAnsi="Wingdings"/>'
WINGDINGS_2 = '<w:rFonts w:ascii="Wingdings 2" w:hAnsi="Wingdings 2"/>'


def sym(font: str, char: str) -> str:
    """A symbol."""
    return f'<w:r><w:sym w:font="{font}" w:char="{char}"/></w:r>'


def emoji(char: str) -> str:
    """A sign picked from a font of emoji, as Word 2016 and later keep it: twice, and neither as a w:sym."""
    fonts = (
        '<mc:AlternateContent><mc:Choice Requires="w16se"/><mc:Fallback>'
        '<w:rFonts w:ascii="Segoe UI Emoji" w:hAnsi="Segoe UI Emoji"/></mc:Fallback></mc:AlternateContent>'
    )
    sign = f'<w16se:symEx w16se:font="Segoe UI Emoji" w16se:char="{char}"/>'
    return (
        f'<w:r><w:rPr>{fonts}</w:rPr><mc:AlternateContent><mc:Choice Requires="w16se">{sign}</mc:Choice>'
        f"<mc:Fallback><w:t>&#x{char};</w:t></mc:Fallback></mc:AlternateContent></w:r>"
    )


CASES = {
    "typed": (p("☐ Yes ☒ No ☑ Other"), "☐ Yes ☒ No ☑ Other".replace("☑", "☒")),
    "a typed tick": (p("Yes √"), "Yes ☒"),
    "ticks of other shapes": (p("✓ ✔ ✗ □"), "☒ ☒ ☒ ☐"),
    "with a variation selector": (p("✔\ufe0f Yes"), "☒ Yes"),
    "private use in Wingdings": (
        p(r("\uf0fe", WINGDINGS), " Yes ", r("\uf0a8", WINGDINGS), " No"),
        "☒ Yes ☐ No",
    ),
    "private use in no font": (p("\uf0fe Yes \uf06f No"), "☒ Yes ☐ No"),
    "letters of Wingdings": (p(r("ü", WINGDINGS), " Yes ", r("o", WINGDINGS), " No"), "☒ Yes ☐ No"),
    "a thorn of Wingdings": (p(r("þ", WINGDINGS), " Yes ", r("¨", WINGDINGS), " No"), "☒ Yes ☐ No"),
    "letters of Wingdings 2": (p(r("P", WINGDINGS_2), " Yes ", r("£", WINGDINGS_2), " No"), "☒ Yes ☐ No"),
    "the same letters in Arial": (p(r("ü þ P", '<w:rFonts w:ascii="Arial"/>')), "ü þ P"),
    "a symbol": (p(sym("Wingdings", "F0FE"), " Yes ", sym("Wingdings", "F0A8"), " No"), "☒ Yes ☐ No"),
    "a symbol without the private part": (p(sym("Wingdings", "00FC"), " Yes"), "☒ Yes"),
    "a symbol of Unicode": (p(sym("MS Gothic", "2612"), " Yes"), "☒ Yes"),
    "a symbol of a font of emoji": (p(emoji("2611"), " Yes ", emoji("1F5F9"), " No"), "☒ Yes ☒ No"),
    "a symbol whose first choice is empty": (
        p(emoji("2611").replace('<w16se:symEx w16se:font="Segoe UI Emoji" w16se:char="2611"/>', ""), " Yes"),
        "☒ Yes",
    ),
    "a symbol that is nonsense": (p(sym("Wingdings", "zz"), sym("Wingdings", "FFFFFFFF"), " Yes"), " Yes"),
    "a square root in a Symbol font": (
        p(r("\uf0d6", '<w:rFonts w:ascii="Symbol" w:hAnsi="Symbol"/>'), " Yes"),
        "☒ Yes",
    ),
}


@pytest.mark.parametrize(("body", "expected"), CASES.values(), ids=CASES)
def test_a_tick_is_read_in_every_home(body: str, expected: str) -> None:
    """A box or tick is a box with a state, whether typed, a symbol or a letter of a symbol font."""
    assert shown(word.read(docx(body))) == expected


def test_a_symbol_font_may_come_from_a_style() -> None:
    """A run in a style set in Wingdings shows symbols; its own font of letters overrides the style."""
    styles = f'<w:style w:type="character" w:styleId="Tick"><w:name w:val="Tick"/><w:rPr>{WINGDINGS}</w:rPr></w:style>'
    own = '<w:rStyle w:val="Tick"/><w:rFonts w:ascii="Arial"/>'
    body = p(r("ü", '<w:rStyle w:val="Tick"/>'), " Yes ", r("ü", own))
    assert shown(word.read(docx(body, styles=styles))) == "☒ Yes ü"


CHECK_BOX = "{8BD21D40-EC42-11CE-9E0D-00AA006002F3}"
TEXT_BOX = "{8BD21D10-EC42-11CE-9E0D-00AA006002F3}"
BUTTON = "{D7053240-CE69-11CD-A777-00DD01143C57}"


def with_control(control: str, beside: dict[str, str | bytes] | None = None) -> bytes:
    """A document with an ActiveX control, as Word keeps one: an object with a picture of itself, and a part."""
    body = p(
        '<w:r><w:object w:dxaOrig="225" w:dyaOrig="225"><v:shape style="width:108pt;height:18pt">'
        '<v:imagedata r:id="rIdNone"/></v:shape><w:control r:id="rIdX" w:name="CheckBox1" w:shapeid="_x0000_i1025"/>'
        "</w:object></w:r>"
    )
    parts: dict[str, str | bytes] = {"word/activeX/activeX1.xml": control} | (beside or {})
    return docx(body, beside=parts, related=[("rIdX", "control", "activeX/activeX1.xml")])


def ocx(classid: str, **properties: str) -> str:
    """A control kept as a bag of properties."""
    bag = "".join(f'<ax:ocxPr ax:name="{name}" ax:value="{value}"/>' for name, value in properties.items())
    return (
        '<ax:ocx xmlns:ax="http://schemas.microsoft.com/office/2006/activeX" '
        f'ax:classid="{classid}" ax:persistence="persistPropertyBag">{bag}</ax:ocx>'
    )


ACTIVEX = {
    "ticked": (ocx(CHECK_BOX, Value="1", Caption="Yes"), "CheckBox1=☒ Yes"),
    "not ticked": (ocx(CHECK_BOX, Value="0", Caption="Yes"), "CheckBox1=☐ Yes"),
    "no caption": (ocx(CHECK_BOX, Value="1"), "CheckBox1=☒"),
    "a text": (ocx(TEXT_BOX, Value="Ann"), "CheckBox1=Ann"),
    "a button holds no answer": (ocx(BUTTON, Caption="Send"), ""),
}


@pytest.mark.parametrize(("control", "expected"), ACTIVEX.values(), ids=ACTIVEX)
def test_an_activex_control_is_read_from_its_part(control: str, expected: str) -> None:
    """State and caption of the control are in a part of its own; nothing of it is run."""
    assert shown(word.read(with_control(control))) == expected


def record(value: str, caption: str) -> bytes:
    """The binary record of a check box ([MS-OFORMS] 2.2.5): class, version 2.0, mask, fixed block, size, strings."""
    compressed = 0x8000_0000
    mask = 1 << 0 | 1 << 6 | 1 << 8 | 1 << 22 | 1 << 23 | 1 << 31
    fixed = struct.pack("<IB3xII", 0x2C80081B, 4, compressed | len(value), compressed | len(caption))
    strings = b"".join(
        text.encode("latin-1").ljust(-(-len(text) // 4) * 4, b"\0") for text in (value, caption)
    )
    block = fixed + struct.pack("<II", 3810, 635) + strings
    return bytes(16) + struct.pack("<BBHQ", 0, 2, len(block) + 8, mask) + block


def test_an_activex_control_may_be_a_binary_record() -> None:
    """Word's usual way of keeping a control is a record in a part beside the control's own."""
    control = ocx(CHECK_BOX).replace("persistPropertyBag", "persistStreamInit")
    beside = {
        "word/activeX/_rels/activeX1.xml.rels": rels(("rId1", "activeXControlBinary", "activeX1.bin")),
        "word/activeX/activeX1.bin": record("1", "Looked after"),
    }
    assert shown(word.read(with_control(control, beside))) == "CheckBox1=☒ Looked after"


def test_a_control_that_cannot_be_read_is_no_empty_box() -> None:
    """A state that is not known is not "not ticked": the control is left out, and the officer is told."""
    page = word.read(with_control(ocx(CHECK_BOX).replace("persistPropertyBag", "persistStorage")))
    assert shown(page) == ""
    assert len(page.warnings) == 1


@pytest.mark.parametrize("cut", [0, 10, 20, 30, 45])
def test_a_cut_record_says_nothing(cut: int) -> None:
    """A damaged control is an empty one, not an error."""
    assert activex.binary(record("1", "Yes")[:cut]).get("Value", "") == ""


def test_a_control_whose_part_is_missing_is_left_out() -> None:
    """A dangling relationship costs the control, not the form."""
    body = p('<w:r><w:object><w:control r:id="rIdX" w:name="C"/></w:object></w:r>', r("Text"))
    assert shown(word.read(docx(body, related=[("rIdX", "control", "gone.xml")]))) == "Text"
