"""A fresh Word form from a definition: content controls named by field ids, headings, table heads, a language, a title."""

import re
from collections.abc import Iterator, Sequence
from io import BytesIO
from itertools import count
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from docx import Document
from docx.document import Document as DocxDocument
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Cm, Pt, RGBColor
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph

from forms.definition import Column, Definition, FieldSpec, FieldType, ListSpec, Section, TicksSpec

TEXT_PROMPT = "Click or tap here to enter text."
DATE_PROMPT = "Click or tap to enter a date."
CHOICE_PROMPT = "Choose an item."
_EMPTY_ROWS = 4
_PROMPT_GREY = RGBColor(0x59, 0x59, 0x59)  # 7:1 on white
_LANGUAGE = "en-GB"
_NAMESPACES = f'{nsdecls("w")} xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"'


def make(definition: Definition) -> bytes:
    """A .docx to be filled in on screen or by typing, which reads back by the same definition."""
    return _Maker(definition).made()


class _Maker:
    def __init__(self, definition: Definition) -> None:
        self._definition = definition
        self._document: DocxDocument = Document()
        self._numbers = count(100_001)

    def made(self) -> bytes:
        """The document's bytes."""
        self._properties()
        self._styles()
        self._document.add_heading(self._definition.title, level=0)
        for sentence in self._definition.ignore:
            self._document.add_paragraph(sentence)
        if any(question.essential for question in self._definition.questions):
            self._document.add_paragraph("Questions marked * must be answered.")
        for section in self._definition.sections:
            self._section(section)
        made = BytesIO()
        self._document.save(made)
        return made.getvalue()

    # ------------------------------------------------------------ the document

    def _properties(self) -> None:
        core = self._document.core_properties
        core.title, core.language, core.author = self._definition.title, _LANGUAGE, self._definition.authority
        core.comments = ""
        for section in self._document.sections:
            section.left_margin = section.right_margin = Cm(2)

    def _styles(self) -> None:
        styles = self._document.styles
        normal = styles["Normal"]
        normal.font.name, normal.font.size = "Arial", Pt(11)
        for language in styles.element.iter(qn("w:lang")):
            language.set(qn("w:val"), _LANGUAGE)
        prompt = styles.add_style("Placeholder Text", WD_STYLE_TYPE.CHARACTER)
        prompt.font.color.rgb = _PROMPT_GREY
        for name in ("Title", "Heading 1", "Heading 2"):
            styles[name].font.color.rgb = RGBColor(0, 0, 0)

    def _section(self, section: Section) -> None:
        if section.title:
            self._document.add_heading(section.title, level=1)
        for group in _side_by_side(section.fields):
            if group[0].column:
                self._columns_table(group)
            else:
                self._fields_table(group)
        for ticks in section.ticks:
            self._ticks(ticks)
        for entry in section.lists:
            self._list(entry)

    # ------------------------------------------------------------ questions

    def _fields_table(self, fields: Sequence[FieldSpec]) -> None:
        table = self._table(("Question", "Answer"), rows=len(fields))
        for row, field in zip(table.rows[1:], fields, strict=True):
            _write(row.cells[0], _printed(field))
            self._answer(row.cells[1].paragraphs[0], field)
        self._document.add_paragraph()

    def _columns_table(self, fields: Sequence[FieldSpec]) -> None:
        """One label for several answers: two parents side by side."""
        columns = tuple(dict.fromkeys(field.column for field in fields))
        labels = tuple(dict.fromkeys(field.labels[0] for field in fields))
        table = self._table(("Question", *columns), rows=len(labels))
        for row, label in zip(table.rows[1:], labels, strict=True):
            _write(row.cells[0], label)
            for cell, column in zip(row.cells[1:], columns, strict=True):
                for field in fields:
                    if (field.labels[0], field.column) == (label, column):
                        self._answer(cell.paragraphs[0], field)
        self._document.add_paragraph()

    def _answer(self, paragraph: Paragraph, field: FieldSpec) -> None:
        if field.type is FieldType.YES_NO:
            for option in ("Yes", "No"):
                self._box(paragraph, field.id, f"{field.labels[0]} {option}")
                paragraph.add_run(f" {option}   ")
            return
        paragraph._p.append(self._control(field.id, field.labels[0], field.type, field.options))  # noqa: SLF001 - python-docx has no public way to add a control

    def _list(self, entry: ListSpec) -> None:
        if entry.labels:
            self._document.add_heading(entry.labels[0], level=2)
        heads = tuple(_head(column) for column in entry.columns)
        table = self._table(heads, rows=len(entry.rows) or _EMPTY_ROWS)
        for number, row in enumerate(table.rows[1:], start=1):
            for place, (cell, column) in enumerate(zip(row.cells, entry.columns, strict=True)):
                if entry.rows and place == 0:
                    _write(cell, entry.rows[number - 1])
                else:
                    label = f"{_head(column)}, row {number}"
                    self._cell(cell.paragraphs[0], f"{entry.id}.{number}.{column.id}", label, column)
        self._document.add_paragraph()

    def _cell(self, paragraph: Paragraph, tag: str, label: str, column: Column) -> None:
        if column.type is FieldType.YES_NO:
            for option in ("Yes", "No"):
                self._box(paragraph, tag, f"{label} {option}")
                paragraph.add_run(f" {option}  ")
        else:
            paragraph._p.append(self._control(tag, label, column.type, ()))  # noqa: SLF001 - as above

    def _ticks(self, ticks: TicksSpec) -> None:
        if ticks.labels:
            self._document.add_heading(ticks.labels[0], level=2)
        for number, option in enumerate(ticks.options, start=1):
            paragraph = self._document.add_paragraph()
            self._box(paragraph, f"{ticks.id}.{number}", option)
            paragraph.add_run(f" {option}")

    def _table(self, heads: Sequence[str], *, rows: int) -> Table:
        table = self._document.add_table(rows=rows + 1, cols=len(heads), style="Table Grid")
        for cell, head in zip(table.rows[0].cells, heads, strict=True):
            _write(cell, head)
            cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.LEFT
        properties = table.rows[0]._tr.get_or_add_trPr()  # noqa: SLF001 - python-docx has no public way to repeat a head
        properties.append(OxmlElement("w:tblHeader"))
        for row in table.rows:
            row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))  # noqa: SLF001 - nor to keep a row whole
        return table

    # ------------------------------------------------------------ controls

    def _control(self, tag: str, label: str, kind: FieldType, options: Sequence[str]) -> Any:
        content, prompt = _CONTROLS.get(kind, ('<w:text w:multiLine="1"/>', TEXT_PROMPT))
        if options:
            items = "".join(f"<w:listItem w:displayText={quoteattr(one)} w:value={quoteattr(one)}/>" for one in options)
            content, prompt = f"<w:dropDownList>{items}</w:dropDownList>", CHOICE_PROMPT
        return parse_xml(
            f"<w:sdt {_NAMESPACES}><w:sdtPr><w:alias w:val={quoteattr(_legal(label))}/><w:tag w:val={quoteattr(tag)}/>"
            f'<w:id w:val="{next(self._numbers)}"/><w:showingPlcHdr/>{content}</w:sdtPr><w:sdtContent><w:r><w:rPr>'
            f'<w:rStyle w:val="PlaceholderText"/></w:rPr><w:t>{escape(prompt)}</w:t></w:r></w:sdtContent></w:sdt>'
        )

    def _box(self, paragraph: Paragraph, tag: str, label: str) -> None:
        paragraph._p.append(  # noqa: SLF001 - python-docx has no public way to add a control
            parse_xml(
                f"<w:sdt {_NAMESPACES}><w:sdtPr><w:alias w:val={quoteattr(_legal(label))}/><w:tag w:val={quoteattr(tag)}/>"
                f'<w:id w:val="{next(self._numbers)}"/><w14:checkbox><w14:checked w14:val="0"/>'
                '<w14:checkedState w14:val="2612" w14:font="MS Gothic"/><w14:uncheckedState w14:val="2610" w14:font="MS Gothic"/>'
                "</w14:checkbox></w:sdtPr><w:sdtContent><w:r><w:t>☐</w:t></w:r></w:sdtContent></w:sdt>"
            )
        )


_DATE_CONTROL = (
    f'<w:date><w:dateFormat w:val="dd/MM/yyyy"/><w:lid w:val="{_LANGUAGE}"/>'
    '<w:storeMappedDataAs w:val="dateTime"/><w:calendar w:val="gregorian"/></w:date>'
)
_CONTROLS = {FieldType.DATE: (_DATE_CONTROL, DATE_PROMPT)}
_LONGEST_ALIAS = 64
"""Characters that Word takes for a control's title."""


def _legal(alias: str) -> str:
    return re.sub(r"\s+", " ", alias)[:_LONGEST_ALIAS]


def _printed(field: FieldSpec) -> str:
    return f"{field.labels[0]} *" if field.essential else field.labels[0]


def _head(column: Column) -> str:
    return column.labels[0] if column.labels else column.id.replace("_", " ").capitalize()


def _write(cell: _Cell, text: str) -> None:
    run = cell.paragraphs[0].add_run(text)
    run.bold = True


def _side_by_side(fields: Sequence[FieldSpec]) -> Iterator[list[FieldSpec]]:
    """Runs of questions that stand in one table: those with columns apart from those without."""
    group: list[FieldSpec] = []
    for field in fields:
        if group and bool(group[0].column) != bool(field.column):
            yield group
            group = []
        group.append(field)
    if group:
        yield group
