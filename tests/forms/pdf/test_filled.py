"""A PDF form filled in on screen, read to its answers: by printed labels, by the labels of its fields, by its names."""

from datetime import date

import pytest

import forms
from forms.definition import Definition, FieldSpec, FieldType
from forms.reading import AnswerState, Value
from tests.forms.pdf.building import Drawing, pdf

FORM = forms.Library.shipped()["exclusion-notice"]
GIVEN: dict[FieldType, tuple[str, Value]] = {
    FieldType.DATE: ("04/11/2013", date(2013, 11, 4)),
    FieldType.COUNT: ("8", 8),
    FieldType.UPN: ("B999410819707", "B999410819707"),
    FieldType.PHONE: ("07700 900456", "07700 900456"),
}
TYPED = ("Wrexley", "Wrexley")
LEFT_EMPTY = {"other.middle_name", "home_school.admitted_on", "other.plan"}


def expected() -> dict[str, tuple[AnswerState, Value]]:
    """What the filled form says."""
    return {field.id: (AnswerState.BLANK, None) if field.id in LEFT_EMPTY else (AnswerState.ANSWERED, value_of(field))
            for field in FORM.fields}  # fmt: skip


def value_of(field: FieldSpec) -> Value:
    """The answer to a question: Yes, the last option, or something of its kind."""
    if field.type is FieldType.YES_NO:
        return True
    return field.options[-1] if field.options else GIVEN.get(field.type, TYPED)[1]


def filled() -> bytes:
    """The form as fields beside printed questions; fields are named as a form designer's program names them."""
    sheets = [Drawing()]
    top = 60
    for section in FORM.sections:
        sheets[-1].text(60, top, section.title, "/B")
        for field in section.fields:
            top += 20
            sheets[-1].text(60, top, field.labels[0])
            add(sheets[-1], field, top)
        top += 30
        if top > 600:
            sheets.append(Drawing())
            top = 60
    return pdf(*sheets)


def add(sheet: Drawing, field: FieldSpec, top: float) -> None:
    """A field's widgets and, where there are boxes, the words beside them."""
    name = f"undefined_{len(sheet.notes)}_{top}"
    if field.type is not FieldType.YES_NO and not field.options:
        text = "" if field.id in LEFT_EMPTY else GIVEN.get(field.type, TYPED)[0]
        sheet.note("/Widget", sheet.place(330, top - 10, 200, 14), FT="/Tx", T=name, V=text)
        return
    for at, option in enumerate(field.options or ("Yes", "No")):
        chosen = field.id not in LEFT_EMPTY and option in {value_of(field), "Yes"}
        looks, state = {"N": {option: {}, "Off": {}}}, f"/{option}" if chosen else "/Off"
        place = sheet.place(330 + 75 * at, top - 8, 10, 10)
        sheet.note("/Widget", place, FT="/Btn", T=f"{name}_{at}", AP=looks, V=state)
        sheet.text(343 + 75 * at, top, option)


def read(data: bytes) -> dict[str, tuple[AnswerState, Value]]:
    """State and value of each question."""
    reading = forms.read(data)
    return {
        field.id: (reading.answers[field.id].state, reading.answers[field.id].value) for field in FORM.fields
    }


def test_a_form_filled_on_screen_is_read_by_its_printed_labels() -> None:
    """Field names that say nothing do no harm; every answer and every gap is found beside its label."""
    assert read(filled()) == expected()


SAID = {"pupil.surname": "Fairweather", "pupil.dob": "04/11/2013", "pupil.upn": ""}


@pytest.mark.parametrize("key", ["T", "TU"])
def test_a_form_is_read_by_what_its_fields_are_called(key: str) -> None:
    """Nothing legible is printed: the name of a field, or what it tells a screen reader (`/TU`), is enough."""
    sheet, questions = Drawing(), ""
    for at, (field, said) in enumerate(SAID.items()):
        called = {"T": f"Text{at}", "TU": f"{field} please"}
        names = {"T": called["T"]} | ({"TU": called["TU"]} if key == "TU" else {})
        sheet.note("/Widget", sheet.place(330, 60 + 20 * at, 200, 14), FT="/Tx", V=said, **names)
        own = f'controls = "{called["T"]}"' if key == "T" else ""
        questions += f'[[section.field]]\nid = "{field}"\nlabels = "{called["TU"]}"\n{own}\n'
    form = Definition.from_toml(f'id = "own"\ntitle = "Own"\n[[section]]\n{questions}')
    reading = forms.read(pdf(sheet), library=forms.Library.of([form]))
    assert reading.value("pupil.surname") == "Fairweather"
    assert reading.value("pupil.dob") == date(2013, 11, 4)
    assert reading.answers["pupil.upn"].state is AnswerState.BLANK
