"""Form fields and notes: what was filled into a PDF after it was printed. Entries after ISO 32000-1, 12.5 and 12.7."""

import pytest

from forms import pdf, refusals
from forms.page import Kind, Mark, Page, Para, Region, Span, State
from tests.forms.pdf.building import Drawing
from tests.forms.pdf.building import pdf as made


def spans(page: Page) -> list[Span]:
    """Every span of the page's paragraphs."""
    return [span for block in page.blocks if isinstance(block, Para) for span in block.spans]


def with_text_field(**entries: object) -> Drawing:
    """A label with a text field to its right."""
    sheet = Drawing().text(72, 100, "Surname")
    return sheet.note("/Widget", sheet.place(150, 90, 200, 14), FT="/Tx", **entries)


def with_box(**entries: object) -> Drawing:
    """A box to tick whose ticked state is called Ja, with a word beside it."""
    sheet = Drawing().text(90, 100, "CAMHS")
    looks = {"N": {"Ja": {}, "Off": {}}}
    return sheet.note("/Widget", sheet.place(72, 92, 10, 10), FT="/Btn", AP=looks, **entries)


def test_a_text_field_has_name_label_and_value() -> None:
    """The value of a field is given with its name and the words that a screen reader says for it."""
    page = pdf.page(made(with_text_field(T="s1", TU="Surname of the pupil", V="Quillfeather")))
    (field,) = page.fields
    assert (field.name, field.label, field.span.text) == ("s1", "Surname of the pupil", "Quillfeather")


def test_a_fields_value_stands_beside_its_printed_label() -> None:
    """A form whose field names say nothing is read by the labels: the value stands where it shows."""
    page = pdf.page(made(with_text_field(T="undefined_7", V="Quillfeather")))
    assert page.blocks[0].text.split() == ["Surname", "Quillfeather"]
    assert spans(page)[-1].control == "undefined_7"


def test_an_empty_field_has_a_place() -> None:
    """A gap can be pointed at: the empty field is a span with its name and no words."""
    page = pdf.page(made(with_text_field(T="s1")))
    assert [(field.name, field.span.text) for field in page.fields] == [("s1", "")]
    assert ("s1", "") in [(span.control, span.text) for span in spans(page)]


def test_a_value_that_is_the_default_is_marked() -> None:
    """What the form's author left in a field is not what the school answered."""
    page = pdf.page(made(with_text_field(T="s1", V="Please type", DV="Please type")))
    assert page.fields[0].span.state is State.DEFAULT


def test_several_lines_of_a_field_stay_apart() -> None:
    """A long answer keeps the line breaks that were typed."""
    page = pdf.page(made(with_text_field(T="s1", V="First line.\rSecond line.")))
    assert page.fields[0].span.text == "First line.\nSecond line."


@pytest.mark.parametrize(("value", "ticked"), [("/Ja", True), ("/Off", False)])
def test_a_box_is_ticked_when_its_value_is_its_own_on_state(value: str, ticked: bool) -> None:
    """The on-state of a box may have any name; the value names the state that is shown."""
    page = pdf.page(made(with_box(T="camhs", TU="CAMHS involved", V=value)))
    assert (page.fields[0].span.kind, page.fields[0].span.checked) == (Kind.CHECK, ticked)
    assert page.blocks[0].text.split() == ["☒" if ticked else "☐", "CAMHS"]


def test_a_box_never_touched_is_not_ticked() -> None:
    """A box without a value is empty."""
    assert pdf.page(made(with_box(T="camhs"))).fields[0].span.checked is False


def test_radio_buttons_give_one_choice_and_a_box_each() -> None:
    """Two buttons of one name are one question; each also stands at its place, ticked or not."""
    sheet = Drawing().text(90, 100, "Yes").text(150, 100, "No")
    for x, state in ((72, "Y"), (132, "N")):
        looks = {"N": {state: {}, "Off": {}}}
        sheet.note("/Widget", sheet.place(x, 92, 10, 10), FT="/Btn", Ff=1 << 15, T="ehcp", V="/N", AP=looks)
    page = pdf.page(made(sheet))
    assert [(field.span.kind, field.span.text) for field in page.fields] == [(Kind.CHOICE, "N")]
    assert page.blocks[0].text.split() == ["☐", "Yes", "☒", "No"]


def test_a_drop_down_gives_choice_and_options() -> None:
    """A pair in the options is what is stored and what is shown."""
    page = pdf.page(
        made(
            with_text_field(T="sex").note(
                "/Widget",
                Drawing().place(150, 150, 99, 14),
                FT="/Ch",
                T="year",
                V="9",
                Opt=[["7", "Year 7"], ["9", "Year 9"]],
            )
        )
    )
    year = page.fields[1].span
    assert (year.kind, year.text, year.options) == (Kind.CHOICE, "9", ("Year 7", "Year 9"))


def test_a_field_takes_from_its_parents_what_it_does_not_say() -> None:
    """Name parts join with dots; type and value may stand at the parent."""
    parent = {"T": "pupil", "FT": "/Tx", "V": "Quillfeather"}
    sheet = Drawing()
    sheet.note("/Widget", sheet.place(150, 90, 200, 14), T="surname", Parent=parent)
    (field,) = pdf.page(made(sheet)).fields
    assert (field.name, field.span.text) == ("pupil.surname", "Quillfeather")


@pytest.mark.parametrize(
    "entries",
    [
        {"FT": "/Btn", "Ff": 1 << 16, "T": "print"},
        {"FT": "/Tx", "F": 2, "T": "hidden", "V": "secret"},
        {"FT": "/Tx", "F": 32, "T": "not viewed", "V": "secret"},
    ],
    ids=["push button", "hidden", "not viewed"],
)
def test_what_nobody_fills_in_is_left_out(entries: dict[str, object]) -> None:
    """Push buttons and fields that are not shown are no answers."""
    sheet = Drawing().text(72, 100, "Surname")
    page = pdf.page(made(sheet.note("/Widget", sheet.place(150, 90, 60, 14), **entries)))
    assert page.fields == []
    assert page.blocks[0].text == "Surname"


def test_a_field_without_extent_is_left_out() -> None:
    """A field of no size cannot be seen or filled in."""
    sheet = Drawing().text(72, 100, "Surname")
    page = pdf.page(made(sheet.note("/Widget", sheet.place(150, 90, 0, 0), FT="/Tx", T="s", V="x")))
    assert page.fields == []


def test_a_note_typed_onto_the_sheet_is_read_where_it_stands() -> None:
    """A school that has only a viewer types its answer beside the label."""
    sheet = Drawing().text(72, 100, "Surname")
    page = pdf.page(made(sheet.note("/FreeText", sheet.place(150, 90, 200, 14), Contents="Quillfeather")))
    assert page.blocks[0].text.split() == ["Surname", "Quillfeather"]


@pytest.mark.parametrize(
    ("kind", "mark"),
    [
        ("/StrikeOut", Mark.STRIKE),
        ("/Highlight", Mark.HIGHLIGHT),
        ("/Underline", Mark.UNDERLINE),
        ("/Circle", Mark.OVAL),
    ],
)
def test_a_mark_laid_over_a_word_marks_it(kind: str, mark: Mark) -> None:
    """Yes or No struck out, highlighted, underlined or ringed with a viewer's tool."""
    sheet = Drawing().text(72, 100, "Yes / No")
    page = pdf.page(made(sheet.note(kind, sheet.place(71, 90, 20, 13))))
    assert [span.text for span in spans(page) if mark in span.marks] == ["Yes"]


def test_a_sticky_note_is_a_comment() -> None:
    """An answer in a comment is reported, not accepted."""
    sheet = Drawing().text(72, 100, "Surname")
    page = pdf.page(made(sheet.note("/Text", sheet.place(150, 90, 20, 20), Contents="Ask the head")))
    assert [block.text for block in page.blocks if block.region is Region.COMMENT] == ["Ask the head"]


def test_a_drawn_signature_is_a_picture() -> None:
    """A signature by pen or stamp is a picture at its place."""
    sheet = Drawing().text(72, 100, "Signed")
    page = pdf.page(made(sheet.note("/Ink", sheet.place(150, 85, 90, 25))))
    assert Kind.IMAGE in [span.kind for span in spans(page)]


def test_a_form_that_only_adobe_reader_draws_is_refused() -> None:
    """A dynamic XFA form has no questions on its pages; taking them for the form would lose every answer."""
    data = made(Drawing().text(72, 100, "Please wait..."), form={"XFA": "x"})
    with pytest.raises(refusals.Unsupported):
        pdf.page(data)


def test_an_xfa_form_with_ordinary_fields_is_read_by_them() -> None:
    """A static XFA form repeats its answers in ordinary fields."""
    page = pdf.page(made(with_text_field(T="s1", V="Quillfeather"), form={"XFA": "x"}))
    assert page.fields[0].span.text == "Quillfeather"


def test_a_pdf_that_asks_for_a_password_is_refused() -> None:
    """A PDF that cannot be opened without a password is named as such."""
    with pytest.raises(refusals.PasswordProtected):
        pdf.page(made(with_text_field(T="s1", V="Quillfeather"), password="swordfish"))


def test_a_pdf_that_only_restricts_printing_is_read() -> None:
    """An owner's password does not keep a reader out."""
    page = pdf.page(made(with_text_field(T="s1", V="Quillfeather"), owner="swordfish"))
    assert page.fields[0].span.text == "Quillfeather"
    assert page.blocks[0].text.startswith("Surname")
