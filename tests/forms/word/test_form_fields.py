"""Legacy form fields of protected forms: text with its default, boxes, drop-downs; and fields in general."""

import pytest

from forms import word
from tests.forms.word.building import docx, field, p, part, r, shown, tbl, tc, tr

EMPTY = "     "  # five en spaces: what Word shows for an empty text field
NAME = '<w:name w:val="Text1"/><w:enabled/><w:calcOnExit w:val="0"/>'


def text(*result: str, default: str = "") -> str:
    """A text field."""
    inside = f'<w:textInput><w:default w:val="{default}"/></w:textInput>' if default else "<w:textInput/>"
    return field("FORMTEXT", *result, data=NAME + inside)


def box(state: str) -> str:
    """A box."""
    return field("FORMCHECKBOX", data=f"{NAME}<w:checkBox><w:sizeAuto/>{state}</w:checkBox>")


def choice(state: str) -> str:
    """A drop-down; its result is not in the text."""
    entries = "".join(f'<w:listEntry w:val="{entry}"/>' for entry in ("Please choose", "Female", "Male"))
    return field("FORMDROPDOWN", data=f"{NAME}<w:ddList>{state}{entries}</w:ddList>")


OFF = '<w:default w:val="0"/>'
CASES = {
    "text filled in": (p("Name: ", text(r("Ann "), r("Marsh"))), "Name: Text1=Ann Marsh"),
    "text left empty": (p("Name: ", text(r(EMPTY))), f"Name: Text1={EMPTY}"),
    "text without a result": (p("Name: ", text()), "Name: Text1="),
    "default left": (p(text(r("Enter the "), r("name"), default="Enter the name")), "Text1=«Enter the name»"),
    "default written over": (p(text(r("Ann"), default="Enter the name")), "Text1=Ann"),
    "default left in part, in bold": (p(text(r("En", "<w:b/>"), r("ter"), default="Enter")), "Text1=«En»{BOLD}Text1=«ter»"),
    "text beside text": (p(text(r("Ann")), text(r("Marsh"))), "Text1=AnnText1=Marsh"),
    "a box ticked": (p(box(OFF + '<w:checked w:val="1"/>'), " Yes"), "Text1=☒ Yes"),
    "a box ticked without a value": (p(box(OFF + "<w:checked/>"), " Yes"), "Text1=☒ Yes"),
    "a box not ticked": (p(box('<w:default w:val="1"/><w:checked w:val="0"/>'), " Yes"), "Text1=☐ Yes"),
    "a box ticked by default": (p(box('<w:default w:val="1"/>'), " Yes"), "Text1=☒ Yes"),
    "a box with nothing said": (p(box(""), " Yes"), "Text1=☐ Yes"),
    "a drop-down": (p(choice('<w:result w:val="2"/>')), "Text1=choice:Male"),
    "a drop-down left alone": (p(choice("")), "Text1=choice:«Please choose»"),
    "a drop-down's default left": (p(choice('<w:default w:val="1"/>')), "Text1=choice:«Female»"),
    "a drop-down beyond its list": (p(choice('<w:result w:val="9"/>')), "Text1=choice:"),
    "in a cell": (tbl(tr("Name", tc(p(text(r("Ann")))))), "Name | Text1=Ann"),
    "over two paragraphs": (
        p('<w:r><w:fldChar w:fldCharType="begin"><w:ffData>' + NAME + "<w:textInput/></w:ffData></w:fldChar></w:r>"
          '<w:r><w:instrText> FORMTEXT </w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>', r("One"))
        + p(r("Two"), '<w:r><w:fldChar w:fldCharType="end"/></w:r>', r(" after")),
        "Text1=One\nText1=Two after",
    ),
    "a hidden box": (p(box("<w:checked/>").replace("<w:r><w:fldChar", "<w:r><w:rPr><w:vanish/></w:rPr><w:fldChar"), "a"), "a"),
    "a box without separate": (
        p('<w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:checkBox><w:checked/></w:checkBox></w:ffData></w:fldChar></w:r>'
          '<w:r><w:instrText> FORMCHECKBOX </w:instrText></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>', r(" Yes")),
        "☒ Yes",
    ),
}  # fmt: skip

IN_GENERAL = {
    "a result": (p("Page ", field("PAGE", r("3"))), "Page 3"),
    "a simple field": (p('<w:fldSimple w:instr=" AUTHOR ">' + r("Ann") + "</w:fldSimple>"), "Ann"),
    "one in another": (p(field("IF x", field("REF y", r("Yes")))), "Yes"),
    "one in another's code": (
        p('<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> IF </w:instrText></w:r>', field("REF y", r("no")),
          '<w:r><w:fldChar w:fldCharType="separate"/></w:r>', r("shown"), '<w:r><w:fldChar w:fldCharType="end"/></w:r>'),
        "shown",
    ),
    "a code that never ends": (
        p('<w:r><w:fldChar w:fldCharType="begin"/></w:r>', r("lost")) + p("The rest"),
        "\nThe rest",
    ),
    "a result that never ends, in a cell": (
        tbl(tr(tc(p('<w:r><w:fldChar w:fldCharType="begin"><w:ffData>' + NAME + "<w:textInput/></w:ffData></w:fldChar></w:r>"
                    '<w:r><w:fldChar w:fldCharType="separate"/></w:r>', r("in"))), "out")),
        "Text1=in | out",
    ),
    "an end in a simple field": (p('<w:fldSimple w:instr="PAGE"><w:r><w:fldChar w:fldCharType="end"/></w:r></w:fldSimple>', "a"), "a"),
    "a beginning in a simple field": (p('<w:fldSimple w:instr="PAGE"><w:r><w:fldChar w:fldCharType="begin"/></w:r></w:fldSimple>', "a"), "a"),
    "an end without a beginning": (p('<w:r><w:fldChar w:fldCharType="end"/></w:r>', r("text")), "text"),
    "click here and type": (
        p('<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> MACROBUTTON NoMacro [Click here and type]'
          '</w:instrText></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>'),
        "<[Click here and type]>",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("body", "expected"), CASES.values(), ids=CASES)
def test_a_form_field_is_read_from_its_data(body: str, expected: str) -> None:
    """A text field gives its result, a box and a drop-down what their data say, a default is no answer."""
    assert shown(word.read(docx(body))) == expected


@pytest.mark.parametrize(("body", "expected"), IN_GENERAL.values(), ids=IN_GENERAL)
def test_a_field_shows_its_result_and_never_its_code(body: str, expected: str) -> None:
    """Results are text; codes are not; a broken field costs no more than its own paragraph or cell."""
    assert shown(word.read(docx(body))) == expected


def test_a_form_protected_for_filling_in_is_read() -> None:
    """Protection against editing keeps people from the questions, not us from the answers."""
    settings = part("w:settings", '<w:documentProtection w:edit="forms" w:enforcement="1"/>')
    data = docx(
        p(text(r("Ann"))),
        beside={"word/settings.xml": settings},
        related=[("rIdS", "settings", "settings.xml")],
    )
    assert shown(word.read(data)) == "Text1=Ann"
