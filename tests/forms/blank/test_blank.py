"""A fresh form from a definition: it reads back, empty and filled, and people with a screen reader can use it."""

import io
import zipfile
from datetime import date

import pytest
from docx import Document
from docx.oxml.ns import qn
from lxml import etree

from forms import AnswerState, Definition, Library, read
from forms.blank import make
from forms.definition import FieldSpec, FieldType

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"
SHIPPED = {definition.id: definition for definition in Library.shipped()}
TYPED = {
    FieldType.TEXT: ("Some words", "Some words"),
    FieldType.SIGNATURE: ("B. Lowe", "B. Lowe"),
    FieldType.DATE: ("20/11/2026", date(2026, 11, 20)),
    FieldType.COUNT: ("9", 9),
    FieldType.NUMBER: ("82.4", 82.4),
    FieldType.UPN: ("P207000016049", "P207000016049"),
    FieldType.POSTCODE: ("OK5 8BP", "OK5 8BP"),
    FieldType.PHONE: ("0161 496 0827", "0161 496 0827"),
    FieldType.EMAIL: ("a.b@mail.example", "a.b@mail.example"),
}


@pytest.fixture(scope="module", params=sorted(SHIPPED))
def definition(request: pytest.FixtureRequest) -> Definition:
    """Every definition that ships."""
    return SHIPPED[request.param]


@pytest.fixture(scope="module")
def made(definition: Definition) -> bytes:
    """Its fresh form."""
    return make(definition)


def main_part(data: bytes) -> etree._Element:
    """The root of a document's main part."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return etree.fromstring(package.read("word/document.xml"))


def packed(data: bytes, root: etree._Element) -> bytes:
    """The document with another main part."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            new.writestr(name, etree.tostring(root) if name == "word/document.xml" else old.read(name))
    return out.getvalue()


def test_an_empty_form_reads_back_as_itself_and_empty(definition: Definition, made: bytes) -> None:
    """Every question is found, none answered, by its own definition."""
    reading = read(made, library=Library.of([definition]))
    assert (reading.definition, reading.coverage) == (definition.id, 1.0)
    states = {answer.state for answer in reading.answers.values()}
    assert states <= {AnswerState.BLANK, AnswerState.PLACEHOLDER}
    assert {entry.id for entry in (*definition.lists, *definition.ticks)} == set(reading.rows)


def fill_controls(root: etree._Element, definition: Definition) -> dict[str, object]:
    """Fill every control as Word does, tick every second "Yes"; the values to expect."""
    expected: dict[str, object] = {}
    fields = {field.id: field for field in definition.fields}
    for control in root.iter(f"{W}sdt"):
        properties = control.find(f"{W}sdtPr")
        tag = properties.find(f"{W}tag").get(f"{W}val")
        field = fields.get(tag)
        if field is None:
            continue
        if field.type is FieldType.YES_NO:
            yes = expected.setdefault(tag, len(expected) % 2 == 0)
            first = properties.find(f"{W}alias").get(f"{W}val").startswith("Yes")
            if first is yes:
                properties.find(f"{W14}checkbox/{W14}checked").set(f"{W14}val", "1")
                next(control.iter(f"{W}t")).text = "☒"
            continue
        text, value = (field.options[-1],) * 2 if field.options else TYPED[field.type]
        expected[tag] = value
        properties.remove(properties.find(f"{W}showingPlcHdr"))
        run = next(control.iter(f"{W}r"))
        run.remove(run.find(f"{W}rPr"))
        next(run.iter(f"{W}t")).text = text
    return expected


def test_a_form_filled_in_its_controls_reads_back_whole(definition: Definition, made: bytes) -> None:
    """Every control filled by its tag."""
    root = main_part(made)
    expected = fill_controls(root, definition)
    assert len(expected) == len(definition.fields)
    answers = read(packed(made, root), library=Library.of([definition])).answers
    assert {name: answers[name].value for name in expected} == expected


def test_a_form_typed_over_reads_back_whole(definition: Definition, made: bytes) -> None:
    """Someone deletes the controls and types into the cells, as many do; two parents are asked in the same words."""
    document = Document(io.BytesIO(made))
    asked: dict[str, list[FieldSpec]] = {}
    for field in definition.fields:
        asked.setdefault(field.labels[0], []).append(field)
    expected: dict[str, object] = {}
    for table in document.tables:
        for row in table.rows:
            waiting = asked.get(row.cells[0].text.removesuffix(" *"))
            if not waiting or len(row.cells) != 2:
                continue
            field = waiting.pop(0)
            text, value = (
                ("No", False) if field.type is FieldType.YES_NO else TYPED.get(field.type, ("Words", "Words"))
            )
            if field.options:
                text = value = field.options[0]
            for paragraph in row.cells[1].paragraphs:
                for child in list(paragraph._p):
                    paragraph._p.remove(child)
            row.cells[1].paragraphs[0].add_run(text)
            expected[field.id] = value
    out = io.BytesIO()
    document.save(out)
    answers = read(out.getvalue(), library=Library.of([definition])).answers
    assert {name: answers[name].value for name in expected} == expected
    assert expected.keys() == answers.keys() - {"pupil.name"} | (expected.keys() & {"pupil.name"})


def test_the_form_can_be_used_with_a_screen_reader(definition: Definition, made: bytes) -> None:
    """A title and a language, headings in order, heads in the first row (repeated) or column of each table, a name on every control, no merged cells."""
    document = Document(io.BytesIO(made))
    assert document.core_properties.title == definition.title
    assert document.core_properties.language == "en-GB"
    assert {lang.get(qn("w:val")) for lang in document.styles.element.iter(qn("w:lang"))} == {"en-GB"}
    headings = [
        paragraph.style.name
        for paragraph in document.paragraphs
        if paragraph.style.name.startswith(("Title", "Heading"))
    ]
    assert headings[0] == "Title"
    titled = [section.title for section in definition.sections if section.title]
    assert [p.text for p in document.paragraphs if p.style.name == "Heading 1"] == titled
    for table in document.tables:
        look = table._tbl.tblPr.find(qn("w:tblLook"))
        repeated = table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
        heads = (look.get(qn("w:firstRow")), look.get(qn("w:firstColumn")))
        assert heads == (("1", "0") if repeated else ("0", "1"))
    root = main_part(made)
    aliases = [control.find(f"{W}sdtPr/{W}alias").get(f"{W}val") for control in root.iter(f"{W}sdt")]
    assert aliases
    assert all(aliases)
    numbers = [control.find(f"{W}sdtPr/{W}id").get(f"{W}val") for control in root.iter(f"{W}sdt")]
    assert len(numbers) == len(set(numbers))
    assert not list(root.iter(f"{W}gridSpan", f"{W}vMerge"))
