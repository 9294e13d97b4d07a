"""Drawn things: text boxes read once, pictures noted, ovals put on the word they stand on."""

import pytest

from forms import word
from tests.forms.word.building import docx, p, r, shown, tbl, tr

EMU = 12_700


def shape(inside: str, *, geometry: str = "rect", left: int | None = 0, width: int = 30) -> str:
    """A DrawingML shape at so many points from the left of the text."""
    at = (
        ""
        if left is None
        else f'<wp:positionH relativeFrom="column"><wp:posOffset>{left * EMU}</wp:posOffset></wp:positionH>'
    )
    return (
        f'<w:drawing><wp:anchor behindDoc="0">{at}<wp:extent cx="{width * EMU}" cy="200000"/><wp:docPr id="1" name="x"/>'
        '<a:graphic><a:graphicData uri="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"><wps:wsp>'
        f'<wps:cNvSpPr/><wps:spPr><a:prstGeom prst="{geometry}"><a:avLst/></a:prstGeom></wps:spPr>{inside}'
        "</wps:wsp></a:graphicData></a:graphic></wp:anchor></w:drawing>"
    )


def box(content: str) -> str:
    """The text of a text box."""
    return f"<wps:txbx><w:txbxContent>{content}</w:txbxContent></wps:txbx>"


def vml(content: str) -> str:
    """A VML text box."""
    return (
        '<w:pict><v:shape style="position:absolute;width:200pt;height:50pt"><v:textbox>'
        f"<w:txbxContent>{content}</w:txbxContent></v:textbox></v:shape></w:pict>"
    )


def both(content: str) -> str:
    """A text box as Word writes it: DrawingML, and VML for older programs."""
    return (
        f'<w:r><mc:AlternateContent><mc:Choice Requires="wps">{shape(box(content))}</mc:Choice>'
        f"<mc:Fallback>{vml(content)}</mc:Fallback></mc:AlternateContent></w:r>"
    )


PICTURE = (
    '<w:r><w:drawing><wp:inline><wp:extent cx="1" cy="1"/><a:graphic><a:graphicData><pic:pic><pic:blipFill>'
    '<a:blip r:embed="rId9"/></pic:blipFill></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>'
)
LINKED = PICTURE.replace("r:embed", "r:link")

CASES = {
    "a text box": (
        p("Reason:", both(p("He is unhappy."))) + p("After"),
        "Reason:\ntext box: He is unhappy.\nAfter",
    ),
    "a table in a text box": (p(both(tbl(tr("a", "b")))), "\ntext box: text box: a | text box: b"),
    "a VML text box": (p("Reason:", f"<w:r>{vml(p('Unhappy'))}</w:r>"), "Reason:\ntext box: Unhappy"),
    "a text box in a text box": (p(both(p("outer", both(p("inner"))))), "\ntext box: outer\ntext box: inner"),
    "a text box in a cell": (
        tbl(tr(f"<w:tc>{p('Reason', both(p('Unhappy')))}</w:tc>")),
        "Reason / text box: Unhappy",
    ),
    "a text box's paragraphs": (p(both(p("One") + p("Two"))), "\ntext box: One\ntext box: Two"),
    "a picture": (p("Signed: ", PICTURE), "Signed: (image)"),
    "a linked picture is not opened": (p("Signed: ", LINKED), "Signed: (image)"),
    "a VML picture": (p('<w:r><w:pict><v:shape><v:imagedata r:id="x"/></v:shape></w:pict></w:r>'), "(image)"),
    "a hidden text box": (
        p("a", f"<w:r><w:rPr><w:vanish/></w:rPr>{shape(box(p('secret')))}</w:r>"),
        "a",
    ),
}


@pytest.mark.parametrize(("body", "expected"), CASES.values(), ids=CASES)
def test_a_text_box_is_read_once(body: str, expected: str) -> None:
    """Of a box's two drawings one is read; its blocks follow the paragraph it hangs on. Pictures are only noted."""
    assert shown(word.read(docx(body))) == expected


def test_a_word_file_of_pictures_is_taken_for_a_scan() -> None:
    """Pages photographed into a Word file are no evidence that something is missing; a signed form is no scan."""
    scan = word.read(docx(p(PICTURE) + p(PICTURE)))
    form = word.read(
        docx(p("Managed move referral. Name of the pupil: Ann Marsh. Date of birth: 14/02/2013") + p(PICTURE))
    )
    assert (scan.recognised, len(scan.warnings)) == (True, 1)
    assert (form.recognised, form.warnings) == (False, [])


def oval(left: int | None, width: int = 25) -> str:
    """A run with a drawn oval."""
    return f"<w:r>{shape('', geometry='ellipse', left=left, width=width)}</w:r>"


def frame(left: int, inside: str = "") -> str:
    """A run with an empty rectangle, or with a picture in it."""
    drawn = shape(inside, geometry="rect", left=left, width=25).replace(
        "</wps:spPr>", "<a:noFill/></wps:spPr>"
    )
    return f"<w:r>{drawn}</w:r>"


def from_anchor(left: int) -> str:
    """A run with an oval placed from the character that it is anchored at."""
    return oval(left).replace('relativeFrom="column"', 'relativeFrom="character"')


def vml_oval(left: int) -> str:
    """A run with a VML oval."""
    style = f"position:absolute;margin-left:{left}pt;margin-top:2pt;width:25pt;height:15pt;z-index:1"
    return f'<w:r><w:pict><v:oval style="{style}" filled="f"/></w:pict></w:r>'


OVALS = {
    # By the place of the drawing: "Yes / No" at about 5.5 points a letter has Yes at 0-17 and No at 33-44.
    "drawn over the first word": (p(oval(1), "Yes / No"), "(shape)Yes{OVAL} / No"),
    "drawn over the second word": (p(oval(28), "Yes / No"), "(shape)Yes / No{OVAL}"),
    "VML over the second word": (p(vml_oval(28), "Yes / No"), "(shape)Yes / No{OVAL}"),
    "a VML shape of an oval's type": (
        p(vml_oval(28).replace("<v:oval", '<v:shape type="#_x0000_t3"'), "Yes / No"),
        "(shape)Yes / No{OVAL}",
    ),
    "a frame of a word's size": (p(frame(28), "Yes / No"), "(shape)Yes / No{OVAL}"),
    "a picture's own rectangle": (p(frame(28, '<a:blip r:embed="x"/>'), "Yes / No"), "(image)Yes / No"),
    # By the anchor, where the drawing's place says nothing.
    "anchored behind a word": (p("EHCP? ", "Yes", oval(None), " / No"), "EHCP? Yes{OVAL}(shape) / No"),
    "anchored before a word": (p("EHCP? ", "Yes / ", oval(None), "No"), "EHCP? Yes / (shape)No{OVAL}"),
    "drawn over the second word in a large font": (p(oval(56), "Yes / No"), "(shape)Yes / No{OVAL}"),
    "drawn from its anchor": (p("EHCP? ", from_anchor(35), "Yes / No"), "EHCP? (shape)Yes / No{OVAL}"),
    "drawn from nowhere": (p("Yes / ", oval(0), "No"), "Yes / (shape)No{OVAL}"),
    "placed far outside": (p("Yes / ", oval(900), "No"), "Yes / (shape)No{OVAL}"),
    "on no word": (p(oval(1)), "(shape)"),
}


@pytest.mark.parametrize(("body", "expected"), OVALS.values(), ids=OVALS)
def test_an_oval_marks_the_word_it_stands_on(body: str, expected: str) -> None:
    """A circled word has the mark; without a place of its own the oval goes to the word beside its anchor."""
    assert shown(word.read(docx(body))) == expected


def test_an_oval_keeps_the_marks_of_its_word() -> None:
    """The mark is added to what the word has already."""
    page = word.read(docx(p(oval(1), r("Yes", "<w:b/>"), " / No")))
    assert shown(page) == "(shape)Yes{BOLD|OVAL} / No"
