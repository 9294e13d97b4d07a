"""The page model: what stands on a form, whatever file it came in.

Word, PDF and converted files all end here, and everything behind this module (mapping, drafting, `--model`)
sees only this. A span says what it is, a block says where it is; nothing here knows what a question is.

A path counts from one and leads from the container down: `b/t5/r2/c4/p1` is the first paragraph in the fourth cell of
the second row of the body's fifth table. `b` is the body, `h1` and `f1` a header and a footer, `n2`, `e2` and `k0` a
footnote, an endnote and a comment by their ids, `x1` a text box, `e1` an embedded document. Cells are counted as they
stand in their row, those that only continue a merged one included; deleted rows and cells are not.
"""

from dataclasses import dataclass, field
from enum import IntFlag, StrEnum
from typing import TypeAlias


class Kind(StrEnum):
    """What a span is."""

    TEXT = "text"
    CHECK = "check"  # a box that can be ticked; `checked` says whether it is
    CHOICE = "choice"  # a drop-down's shown value; `options` holds the rest
    DATE = "date"  # a date control's shown value
    IMAGE = "image"  # a picture: a signature, or a scan
    SHAPE = "shape"  # a drawn thing, an oval round a word


class State(StrEnum):
    """How a span came to hold what it holds."""

    TYPED = "typed"  # ordinary text of the document, or an answer typed into a control
    PLACEHOLDER = "placeholder"  # a control's prompt, never an answer
    DEFAULT = "default"  # a field still holding what the form's author put there


class Mark(IntFlag):
    """Character formatting by which people mark an answer."""

    NONE = 0
    STRIKE = 1
    DOUBLE_STRIKE = 2
    BOLD = 4
    ITALIC = 8
    UNDERLINE = 16
    HIGHLIGHT = 32
    SHADING = 64  # of the run
    BORDER = 128  # of the run
    COLOUR = 256  # a colour other than automatic or black
    CELL_SHADING = 512
    OVAL = 1024  # a drawn oval stands on it
    INSERTED = 2048  # came as a tracked insertion


class Region(StrEnum):
    """Where on the page a block stands. Only BODY and TEXT_BOX may hold an accepted answer."""

    BODY = "body"
    TEXT_BOX = "text box"
    HEADER = "header"
    FOOTER = "footer"
    FOOTNOTE = "footnote"
    COMMENT = "comment"


@dataclass(slots=True, eq=True)
class Span:
    """A run of characters of one kind, state and set of marks. Neighbours that agree in all are already joined.

    A CHECK's `text` is the sign that stands there (a bare cross, "✗", is `checked` too: forms ask for crosses), an IMAGE
    and a SHAPE have none. An empty control leaves a span without text, so that its place and name are known.
    """

    text: str
    kind: Kind = Kind.TEXT
    state: State = State.TYPED
    marks: Mark = Mark.NONE
    control: str = ""  # the control's tag, alias or field name, where it is inside one
    checked: bool | None = None  # CHECK only
    options: tuple[str, ...] = ()  # CHOICE only


@dataclass(slots=True, eq=True)
class Para:
    """A paragraph. `path` names it in its document (`b/t5/r2/c4/p1`); `number` is its automatic number ("3.2")."""

    spans: list[Span]
    path: str
    region: Region = Region.BODY
    number: str = ""
    heading: bool = False

    @property
    def text(self) -> str:
        """The paragraph's words, boxes as ☐ and ☒; placeholders are left in."""
        return "".join(_shown(span) for span in self.spans)


@dataclass(slots=True, eq=True)
class Cell:
    """A table cell as it is seen: a merged one stands once. `column` is its first grid column, counted from 0."""

    blocks: "list[Block]"
    path: str
    column: int
    columns: int = 1
    rows: int = 1
    shaded: bool = False

    @property
    def text(self) -> str:
        """The cell's words, a line a paragraph."""
        return "\n".join(block.text for block in self.blocks)


@dataclass(slots=True, eq=True)
class Row:
    """A table row; `header` when the document says that it repeats as a heading."""

    cells: list[Cell]
    path: str
    header: bool = False


@dataclass(slots=True, eq=True)
class Table:
    """A table; nested tables stand among a cell's blocks."""

    rows: list[Row]
    path: str
    region: Region = Region.BODY

    @property
    def text(self) -> str:
        """The table's words, a line a row, cells parted by tabs."""
        return "\n".join("\t".join(cell.text for cell in row.cells) for row in self.rows)


Block: TypeAlias = Para | Table


@dataclass(slots=True, eq=True)
class Page:
    """A whole document in reading order.

    `format` is what the bytes were (docx, docm, pdf, …); `fields` are form fields that have a name but no place in
    the text (AcroForm). `warnings` are sentences for the officer, without content of the form.
    """

    format: str
    blocks: list[Block]
    fields: "list[Field]" = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    converted_from: str = ""  # the format before LibreOffice, where it took part: placeholder flags are lost
    recognised: bool = False  # text by optical recognition: never evidence that something is missing


@dataclass(slots=True, eq=True)
class Field:
    """A named form field with its own value (AcroForm): `label` is the text shown for it (`/TU`)."""

    name: str
    label: str
    span: Span
    where: str


def _shown(span: Span) -> str:
    if span.kind is Kind.CHECK:
        return "☒" if span.checked else "☐"
    return span.text
