"""A fresh Word form from a definition, for a busy person to fill in on screen and for everybody to read.

Content controls are named by field ids; headings, heads of tables, a language and a title serve a screen reader; one
question a row keeps its reading order that of the eye.
"""

import re
from collections.abc import Iterator, Sequence
from io import BytesIO
from itertools import count
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from docx import Document
from docx.document import Document as DocxDocument
from docx.enum.style import WD_STYLE_TYPE
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
_LIST_PROMPT = "\u2002" * 3  # an empty row shows no words: five prompts in each would drown the form
_PROMPT_GREY = RGBColor(0x59, 0x59, 0x59)  # 7:1 on white
_INK = RGBColor(0x1F, 0x2A, 0x44)  # 14:1 on white
_RULE, _BAND = "B7BDC9", "EEF1F6"  # lines between rows, and the ground behind questions
_WIDTH = 16.8  # centimetres; the margins leave 17, and cells begin a little further in
_QUESTION = 6.5
_NARROW = 2.6
_LINE = 0.5  # centimetres a line of an answer
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
            section.page_width, section.page_height = Cm(21), Cm(29.7)
            section.left_margin = section.right_margin = Cm(2)
            section.top_margin, section.bottom_margin = Cm(1.8), Cm(1.8)
            self._foot(section.footer.paragraphs[0])

    def _foot(self, paragraph: Paragraph) -> None:
        paragraph.add_run(f"{self._definition.title} · page ")
        _count(paragraph, "PAGE")
        paragraph.add_run(" of ")
        _count(paragraph, "NUMPAGES")
        for run in paragraph.runs:
            run.font.size, run.font.color.rgb = Pt(9), _PROMPT_GREY

    def _styles(self) -> None:
        styles = self._document.styles
        for language in styles.element.iter(qn("w:lang")):
            language.set(qn("w:val"), _LANGUAGE)
        prompt = styles.add_style("Placeholder Text", WD_STYLE_TYPE.CHARACTER)
        prompt.font.color.rgb = _PROMPT_GREY
        for name, size, before, after in _STYLES:
            style = styles[name]
            _set_font(style, size)
            style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(before), Pt(after)
            if name != "Normal":
                style.font.color.rgb, style.font.bold = _INK, True
        for border in styles["Title"].element.iter(qn("w:pBdr")):
            border.getparent().remove(border)
            break

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
        table = self._bare_table(rows=len(fields), widths=(_QUESTION, _WIDTH - _QUESTION))
        _mark_heads(table, first_row=False, first_column=True)
        for row, field in zip(table.rows, fields, strict=True):
            _write(row.cells[0], _printed(field))
            _shade(row.cells[0])
            row.height = Cm(max(_LINE * field.lines, _LINE) + 0.2)
            self._answer(row.cells[1].paragraphs[0], field)
        self._gap()

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
        self._gap()

    def _answer(self, paragraph: Paragraph, field: FieldSpec) -> None:
        if field.type is FieldType.YES_NO:
            for option in ("Yes", "No"):
                self._box(paragraph, field.id, f"{option}: {field.labels[0]}")
                paragraph.add_run(f" {option}   ")
            return
        paragraph._p.append(self._control(field.id, field.labels[0], field.type, field.options))  # noqa: SLF001 - python-docx has no public way to add a control

    def _list(self, entry: ListSpec) -> None:
        if entry.labels:
            self._document.add_heading(entry.labels[0], level=2)
        heads = tuple(_head(column) for column in entry.columns)
        table = self._table(heads, rows=len(entry.rows) or _EMPTY_ROWS, widths=_widths(entry.columns))
        for number, row in enumerate(table.rows[1:], start=1):
            for place, (cell, column) in enumerate(zip(row.cells, entry.columns, strict=True)):
                if entry.rows and place == 0:
                    _write(cell, entry.rows[number - 1])
                else:
                    label = f"{_head(column)}, row {number}"
                    self._cell(cell.paragraphs[0], f"{entry.id}.{number}.{column.id}", label, column)
        self._gap()

    def _cell(self, paragraph: Paragraph, tag: str, label: str, column: Column) -> None:
        if column.type is FieldType.YES_NO:
            for option in ("Yes", "No"):
                self._box(paragraph, tag, f"{option}: {label}")
                paragraph.add_run(f" {option}  ")
        else:
            paragraph._p.append(self._control(tag, label, column.type, (), prompt=_LIST_PROMPT))  # noqa: SLF001 - as above

    def _ticks(self, ticks: TicksSpec) -> None:
        if ticks.labels:
            self._document.add_heading(ticks.labels[0], level=2)
        for number, option in enumerate(ticks.options, start=1):
            paragraph = self._document.add_paragraph()
            self._box(paragraph, f"{ticks.id}.{number}", option)
            paragraph.add_run(f" {option}")

    def _table(self, heads: Sequence[str], *, rows: int, widths: Sequence[float] = ()) -> Table:
        even = [_WIDTH / len(heads)] * len(heads)
        table = self._bare_table(rows=rows + 1, widths=widths or even)
        _mark_heads(table, first_row=True, first_column=False)
        for cell, head in zip(table.rows[0].cells, heads, strict=True):
            _write(cell, head)
            _shade(cell)
        properties = table.rows[0]._tr.get_or_add_trPr()  # noqa: SLF001 - python-docx has no public way to repeat a head
        properties.append(OxmlElement("w:tblHeader"))
        return table

    def _bare_table(self, *, rows: int, widths: Sequence[float]) -> Table:
        table: Table = self._document.add_table(rows=rows, cols=len(widths), style="Table Grid")
        table.autofit = False
        _rule(table)
        for column, width in zip(table.columns, widths, strict=True):
            column.width = Cm(width)
            for cell in column.cells:
                cell.width = Cm(width)
        for row in table.rows:
            row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))  # noqa: SLF001 - nor to keep a row whole
            for cell in row.cells:
                cell.paragraphs[0].paragraph_format.space_after = Pt(0)
        return table

    def _gap(self) -> None:
        """Word joins tables that touch."""
        self._document.add_paragraph().paragraph_format.space_after = Pt(0)

    # ------------------------------------------------------------ controls

    def _control(
        self, tag: str, label: str, kind: FieldType, options: Sequence[str], *, prompt: str = ""
    ) -> Any:
        content, usual = _CONTROLS.get(kind, ('<w:text w:multiLine="1"/>', TEXT_PROMPT))
        if options:
            items = "".join(
                f"<w:listItem w:displayText={quoteattr(one)} w:value={quoteattr(one)}/>" for one in options
            )
            content, usual = f"<w:dropDownList>{items}</w:dropDownList>", CHOICE_PROMPT
        return parse_xml(
            f"<w:sdt {_NAMESPACES}><w:sdtPr><w:alias w:val={quoteattr(_legal(label))}/><w:tag w:val={quoteattr(tag)}/>"
            f'<w:id w:val="{next(self._numbers)}"/><w:showingPlcHdr/>{content}</w:sdtPr><w:sdtContent><w:r><w:rPr>'
            f'<w:rStyle w:val="PlaceholderText"/><w:color w:val="{_PROMPT_GREY}"/></w:rPr><w:t xml:space="preserve">{escape(prompt or usual)}</w:t></w:r></w:sdtContent></w:sdt>'
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


_STYLES = (
    ("Normal", 10.5, 0, 6),
    ("Title", 20, 0, 8),
    ("Heading 1", 13, 10, 4),
    ("Heading 2", 11, 6, 4),
)
"""Name, size, space above and below, in points."""


def _set_font(style: Any, size: float) -> None:
    style.font.name, style.font.size = "Arial", Pt(size)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for kind in (
        "asciiTheme",
        "hAnsiTheme",
        "eastAsiaTheme",
        "cstheme",
    ):  # a theme's font would win over the name
        fonts.attrib.pop(qn(f"w:{kind}"), None)


def _count(paragraph: Paragraph, field: str) -> None:
    """A page number that Word fills in."""
    look = f'<w:rPr><w:color w:val="{_PROMPT_GREY}"/><w:sz w:val="18"/></w:rPr>'
    element = parse_xml(
        f'<w:fldSimple {_NAMESPACES} w:instr="{field}"><w:r>{look}<w:t>1</w:t></w:r></w:fldSimple>'
    )
    paragraph._p.append(element)  # noqa: SLF001 - python-docx has no public way to add a field


def _widths(columns: Sequence[Column]) -> list[float]:
    """Dates and ticks need little room; what is told in words shares the rest."""
    narrow = [column.type in _SLIM or column.id == "frequency" for column in columns]
    if all(narrow):
        return [_WIDTH / len(columns)] * len(columns)
    rest = (_WIDTH - _NARROW * sum(narrow)) / narrow.count(False)
    return [_NARROW if slim else rest for slim in narrow]


_SLIM = frozenset((FieldType.DATE, FieldType.YES_NO, FieldType.COUNT))


def _shade(cell: _Cell) -> None:
    band = parse_xml(f'<w:shd {_NAMESPACES} w:val="clear" w:color="auto" w:fill="{_BAND}"/>')
    cell._tc.get_or_add_tcPr().append(band)  # noqa: SLF001 - python-docx cannot shade


def _rule(table: Table) -> None:
    """Thin grey lines, and air between a cell's edge and its words."""
    lines = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="{_RULE}"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    air = "".join(
        f'<w:{side} w:w="{width}" w:type="dxa"/>'
        for side, width in (("top", 55), ("left", 110), ("bottom", 55), ("right", 110))
    )
    _set(table, f'<w:tblInd {_NAMESPACES} w:w="115" w:type="dxa"/>')
    _set(table, f"<w:tblBorders {_NAMESPACES}>{lines}</w:tblBorders>")
    _set(table, f"<w:tblCellMar {_NAMESPACES}>{air}</w:tblCellMar>")


def _mark_heads(table: Table, *, first_row: bool, first_column: bool) -> None:
    """Which cells head the others, for a screen reader."""
    row, column = int(first_row), int(first_column)
    value = f"{0x0600 | 0x20 * row | 0x80 * column:04X}"
    _set(
        table,
        f'<w:tblLook {_NAMESPACES} w:val="{value}" w:firstRow="{row}" w:lastRow="0" w:firstColumn="{column}" '
        'w:lastColumn="0" w:noHBand="1" w:noVBand="1"/>',
    )


_TABLE_ORDER = ("tblStyle", "tblW", "jc", "tblInd", "tblBorders", "shd", "tblLayout", "tblCellMar", "tblLook")
"""The order in which Word wants a table's properties (ECMA-376, 17.4.59)."""


def _set(table: Table, xml: str) -> None:
    """Put a property in its place, instead of one of its kind."""
    new, properties = parse_xml(xml), table._tbl.tblPr  # noqa: SLF001 - python-docx has no public way to it
    for old in properties.findall(new.tag):
        properties.remove(old)
    after = {qn(f"w:{name}") for name in _TABLE_ORDER[_TABLE_ORDER.index(new.tag.partition("}")[2]) + 1 :]}
    later = next((child for child in properties if child.tag in after), None)
    if later is None:
        properties.append(new)
    else:
        later.addprevious(new)


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
    cell.paragraphs[0].add_run(text).bold = True


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
