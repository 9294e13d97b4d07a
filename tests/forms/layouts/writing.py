"""Word forms as authorities lay them out: tables of any shape, typed ticks, prompts, boxes for the office."""

import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from docx import Document
from docx.enum.text import WD_COLOR_INDEX
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.shared import Cm, Pt
from docx.text.paragraph import Paragraph

from forms.reading import AnswerState, Value


@dataclass(frozen=True)
class Given:
    """What a school wrote, and how it is to be understood."""

    raw: str
    value: Value = None
    state: AnswerState = AnswerState.ANSWERED


def given(raw: str, value: Value = None, state: AnswerState = AnswerState.ANSWERED) -> Given:
    """An answer: a text stands for itself unless its meaning is told."""
    return Given(raw, raw if value is None and state is AnswerState.ANSWERED else value, state)


@dataclass(frozen=True)
class Sample:
    """One filled form of a layout: its bytes, what it says, and the same form before anybody wrote on it."""

    definition: str
    filled: bytes
    blank: bytes
    answers: dict[str, Given]
    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)


@dataclass(frozen=True)
class Run:
    """Words with a look: b bold, i italic, s struck out, u underlined, h highlighted, w Wingdings, o ringed."""

    text: str
    look: str = ""


@dataclass(frozen=True)
class Cell:
    """A table cell; `span` columns wide, shaded if it says so."""

    content: "Content"
    span: int = 1
    shade: str = ""


Content = str | Run | Sequence[str | Run]


def bold(text: str) -> Run:
    """A printed label."""
    return Run(text, "b")


class Paper:
    """A form being written."""

    def __init__(self, title: str = "") -> None:
        self.document = Document()
        normal = self.document.styles["Normal"]
        normal.font.name, normal.font.size = "Arial", Pt(10)
        for section in self.document.sections:
            section.left_margin = section.right_margin = Cm(1.8)
        if title:
            self.say(Run(title, "b"))

    def say(self, *content: str | Run) -> "Paper":
        """A paragraph."""
        _fill(self.document.add_paragraph(), content)
        return self

    def heading(self, text: str) -> "Paper":
        """A heading of Word's own."""
        self.document.add_heading(text, 1)
        return self

    def table(self, *rows: Sequence["Content | Cell"]) -> "Paper":
        """A table; rows may differ in how their cells span its columns."""
        cells = [[each if isinstance(each, Cell) else Cell(each) for each in row] for row in rows]
        columns = max(sum(cell.span for cell in row) for row in cells)
        table = self.document.add_table(rows=len(cells), cols=columns, style="Table Grid")
        for row, line in zip(table.rows, cells, strict=True):
            at = 0
            for cell in line:
                place = row.cells[at]
                if cell.span > 1:
                    place = place.merge(row.cells[at + cell.span - 1])
                _write(place, cell)
                at += cell.span
        self.document.add_paragraph()
        return self

    def done(self) -> bytes:
        """The file."""
        out = io.BytesIO()
        self.document.save(out)
        return out.getvalue()


def _write(place: Any, cell: Cell) -> None:
    if cell.shade:
        shading = f'<w:shd {nsdecls("w")} w:val="clear" w:color="auto" w:fill="{cell.shade}"/>'
        place._tc.get_or_add_tcPr().append(parse_xml(shading))
    parts = [cell.content] if isinstance(cell.content, str | Run) else list(cell.content)
    paragraphs: list[list[str | Run]] = [[]]
    for part in parts:
        text, look = (part, "") if isinstance(part, str) else (part.text, part.look)
        first, *more = text.split("\n")
        paragraphs[-1].append(Run(first, look))
        paragraphs += [[Run(line, look)] for line in more]
    _fill(place.paragraphs[0], paragraphs[0])
    for content in paragraphs[1:]:
        _fill(place.add_paragraph(), content)


def _fill(paragraph: Paragraph, content: Sequence[str | Run]) -> None:
    for part in content:
        text, look = (part, "") if isinstance(part, str) else (part.text, part.look)
        if "o" in look:
            paragraph._p.append(parse_xml(_ring(len(paragraph.text), len(text))))
        if "w" in look:
            symbol = f'<w:r {nsdecls("w")}><w:sym w:font="Wingdings" w:char="{text}"/></w:r>'
            paragraph._p.append(parse_xml(symbol))
            continue
        run = paragraph.add_run(text)
        run.bold, run.italic = "b" in look, "i" in look
        run.font.strike, run.underline = "s" in look, "u" in look
        if "h" in look:
            run.font.highlight_color = WD_COLOR_INDEX.YELLOW


_WPS = "http://schemas.microsoft.com/office/word/2010/wordprocessingShape"
_LETTER = 4.46 * 12_700  # the width of a letter of this line as printed, measured on its print, in EMU


def _ring(before: int, letters: int) -> str:
    """An oval drawn by hand round the next letters of a line."""
    left, wide = int(before * _LETTER), int(letters * _LETTER)
    return f"""
<w:r {nsdecls("w", "wp", "a")} xmlns:wps="{_WPS}"><w:drawing>
<wp:anchor distT="0" distB="0" distL="0" distR="0" simplePos="0" relativeHeight="1" behindDoc="0" locked="0"
 layoutInCell="1" allowOverlap="1"><wp:simplePos x="0" y="0"/>
<wp:positionH relativeFrom="column"><wp:posOffset>{left}</wp:posOffset></wp:positionH>
<wp:positionV relativeFrom="paragraph"><wp:posOffset>0</wp:posOffset></wp:positionV>
<wp:extent cx="{wide}" cy="200000"/><wp:wrapNone/><wp:docPr id="77" name="Oval"/>
<a:graphic><a:graphicData uri="{_WPS}"><wps:wsp><wps:cNvSpPr/><wps:spPr>
<a:xfrm><a:off x="0" y="0"/><a:ext cx="{wide}" cy="200000"/></a:xfrm>
<a:prstGeom prst="ellipse"><a:avLst/></a:prstGeom><a:noFill/>
<a:ln w="12700"><a:solidFill><a:srgbClr val="000000"/></a:solidFill></a:ln></wps:spPr><wps:bodyPr/></wps:wsp>
</a:graphicData></a:graphic></wp:anchor></w:drawing></w:r>"""
