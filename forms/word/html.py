"""A web page embedded in a form, as blocks. Only its words and tables: nothing in it is fetched or run."""

import re
from dataclasses import dataclass, field

from lxml import etree

from forms.page import Block, Cell, Kind, Mark, Para, Region, Row, Span, Table
from forms.refusals import Damaged, TooBig
from forms.word import glyphs
from forms.word.line import Line
from forms.word.names import Element, number
from forms.word.tables import MAX_SPAN

_MAX_MARKUP = 300_000
_SPACE = re.compile(r"[ \t\r\n\f]+")
_UNSEEN = frozenset(("head", "script", "style", "template", "noscript", "title", "object", "iframe", "del"))
_BREAKS = frozenset(
    (
        *(
            "p",
            "div",
            "li",
            "ul",
            "ol",
            "dl",
            "dt",
            "dd",
            "h1",
            "h2",
            "h3",
            "h4",
            "h5",
            "h6",
            "blockquote",
            "pre",
        ),
        *(
            "section",
            "article",
            "header",
            "footer",
            "form",
            "fieldset",
            "body",
            "html",
            "center",
            "hr",
            "address",
        ),
    )
)
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_MARKS = {
    "b": Mark.BOLD, "strong": Mark.BOLD, "i": Mark.ITALIC, "em": Mark.ITALIC, "u": Mark.UNDERLINE, "ins": Mark.UNDERLINE,
    "s": Mark.STRIKE, "strike": Mark.STRIKE, "mark": Mark.HIGHLIGHT,
}  # fmt: skip


def blocks(data: bytes, path: str, region: Region) -> list[Block]:
    """The paragraphs and tables of a web page."""
    if data.count(b"<") > _MAX_MARKUP:
        raise TooBig
    parser = etree.HTMLParser(
        no_network=True, remove_comments=True, remove_pis=True, encoding=_encoding(data)
    )
    try:
        root: Element | None = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Damaged from error
    flow = _Flow(path, region)
    if root is not None:  # a page of nothing but comments has none
        flow.element(root)
    return flow.done()


def _encoding(data: bytes) -> str | None:
    """UTF-8 when the bytes are; libxml2 would take an undeclared page for Latin-1."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return "utf-8"


@dataclass(slots=True)
class _Flow:
    path: str
    region: Region
    made: list[Block] = field(default_factory=list)
    line: Line = field(default_factory=Line)
    marks: Mark = Mark.NONE
    heading: bool = False
    paragraphs: int = 0
    tables: int = 0

    def element(self, element: Element) -> None:
        """Read an element and all in it."""
        tag = element.tag
        if tag in _UNSEEN:
            return
        if tag == "table":
            self._table(element)
        elif tag == "br":
            self.line.add("\n", self.marks.value)
        elif tag == "input":
            self._input(element)
        elif tag == "img":
            self.line.put(Span("", Kind.IMAGE))
        else:
            self._container(element, tag)

    def done(self) -> list[Block]:
        """What was read."""
        self._break()
        return self.made

    def _container(self, element: Element, tag: str) -> None:
        outer = self.marks, self.heading
        if tag in _BREAKS:
            self._break()
            self.heading = tag in _HEADINGS
        self.marks |= _MARKS.get(tag, Mark.NONE)
        self._children(element)
        if tag in _BREAKS:
            self._break()
        self.marks, self.heading = outer

    def _children(self, element: Element) -> None:
        self._text(element.text)
        for child in element:
            self.element(child)
            self._text(child.tail)

    def _text(self, text: str | None) -> None:
        words = _SPACE.sub(" ", text or "")
        if not self.line.spans:
            words = words.lstrip(" ")
        for piece, ticked in glyphs.pieces(words):
            if ticked is None:
                self.line.add(piece, self.marks.value)
            else:
                self.line.put(Span(piece, Kind.CHECK, marks=self.marks, checked=ticked))

    def _input(self, element: Element) -> None:
        kind = (element.get("type") or "text").lower()
        name = element.get("name") or ""
        if kind in {"checkbox", "radio"}:
            ticked = "checked" in element.attrib
            self.line.put(Span("☒" if ticked else "☐", Kind.CHECK, control=name, checked=ticked))
        elif kind == "text":
            self.line.put(Span(element.get("value") or "", control=name))

    def _break(self) -> None:
        self.line.settle()
        if not self.line.spans:
            return
        self.paragraphs += 1
        self.made.append(
            Para(self.line.spans, f"{self.path}/p{self.paragraphs}", self.region, heading=self.heading)
        )
        self.line = Line()

    def _table(self, table: Element) -> None:
        self._break()
        self.tables += 1
        path = f"{self.path}/t{self.tables}"
        rows = [self._row(row, f"{path}/r{place}") for place, row in enumerate(_rows(table), 1)]
        self.made.append(Table(rows, path, self.region))

    def _row(self, row: Element, path: str) -> Row:
        made = Row([], path)
        column = 0
        for place, cell in enumerate(row.iterchildren("td", "th"), 1):
            flow = _Flow(f"{path}/c{place}", self.region, marks=self.marks)
            flow._children(cell)
            columns = min(max(number(cell.get("colspan"), 1), 1), MAX_SPAN)
            made.cells.append(Cell(flow.done(), flow.path, column, columns))
            column += columns
        return made


def _rows(table: Element) -> list[Element]:
    return [
        row
        for part in (table, *table.iterchildren("thead", "tbody", "tfoot"))
        for row in part.iterchildren("tr")
    ]
