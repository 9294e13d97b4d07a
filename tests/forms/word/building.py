"""Word files made for a test, part by part, as Word writes them; and a page as one readable text."""

import io
import struct
import zipfile
from collections.abc import Iterable, Mapping

from forms.page import Block, Cell, Kind, Mark, Page, Para, Region, Span, State, Table

TRANSITIONAL = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
NAMESPACES = {
    "w": TRANSITIONAL,
    "r": "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    "mc": "http://schemas.openxmlformats.org/markup-compatibility/2006",
    "w14": "http://schemas.microsoft.com/office/word/2010/wordml",
    "w15": "http://schemas.microsoft.com/office/word/2012/wordml",
    "w16se": "http://schemas.microsoft.com/office/word/2015/wordml/symex",
    "wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
    "wps": "http://schemas.microsoft.com/office/word/2010/wordprocessingShape",
    "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
    "pic": "http://schemas.openxmlformats.org/drawingml/2006/picture",
    "v": "urn:schemas-microsoft-com:vml",
    "o": "urn:schemas-microsoft-com:office:office",
    "m": "http://schemas.openxmlformats.org/officeDocument/2006/math",
}
_DECLARED = " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in NAMESPACES.items())
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml."
MAIN_TYPE = _TYPE + "document.main+xml"
SECTION = '<w:sectPr><w:pgSz w:w="11906" w:h="16838"/></w:sectPr>'

Parts = Mapping[str, str | bytes]


# ------------------------------------------------------------ packages


def part(tag: str, content: str) -> str:
    """A part with that root element, all namespaces declared."""
    return f'{_XML}<{tag} {_DECLARED} mc:Ignorable="w14 w15">{content}</{tag}>'


def document(body: str) -> str:
    """A main part."""
    return part("w:document", f"<w:body>{body}{SECTION}</w:body>")


def rels(*relations: tuple[str, str, str] | tuple[str, str, str, str]) -> str:
    """A relationships part of (id, kind, target[, mode])."""
    made = "".join(
        f'<Relationship Id="{one[0]}" Type="{_OFFICE}{one[1]}" Target="{one[2]}"'
        + (f' TargetMode="{one[3]}"/>' if len(one) > 3 else "/>")
        for one in relations
    )
    return f'{_XML}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{made}</Relationships>'


def content_types(main: str = MAIN_TYPE, name: str = "/word/document.xml") -> str:
    """The list of types, with the main part's."""
    return (
        f'{_XML}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="{name}" ContentType="{main}"/></Types>'
    )


def parts(
    body: str,
    *,
    beside: Parts | None = None,
    related: Iterable[tuple[str, ...]] = (),
    styles: str = "",
    main: str = MAIN_TYPE,
) -> dict[str, str | bytes]:
    """The parts of a document: `related` are the main part's relationships, `beside` further parts."""
    relations = [("rIdStyles", "styles", "styles.xml")] if styles else []
    made: dict[str, str | bytes] = {
        "[Content_Types].xml": content_types(main),
        "_rels/.rels": rels(("rId1", "officeDocument", "word/document.xml")),
        "word/document.xml": document(body),
        "word/_rels/document.xml.rels": rels(*relations, *related),  # type: ignore[arg-type]
    }
    if styles:
        made["word/styles.xml"] = part("w:styles", styles)
    return made | dict(beside or {})


def zipped(content: Parts) -> bytes:
    """A package of those parts."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in content.items():
            archive.writestr(name, data)
    return made.getvalue()


def docx(body: str, **more: object) -> bytes:
    """A document of that body; `more` as `parts` takes it."""
    return zipped(parts(body, **more))  # type: ignore[arg-type]


def compound(*names: str, flags: int = 0) -> bytes:
    """An OLE container with those streams in its directory ([MS-CFB]), the first one in sector 1."""
    directory = b"".join(_directory_entry(name) for name in ("Root Entry", *names))
    information = struct.pack("<HHHHHH", 0xA5EC, 0xC1, 0, 0, 0, flags).ljust(512, b"\0")
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".ljust(512, b"\0") + directory.ljust(512, b"\0") + information


def _directory_entry(name: str) -> bytes:
    text = name.encode("utf-16-le") + b"\0\0"
    return text.ljust(64, b"\0") + struct.pack("<H", len(text)) + bytes(50) + struct.pack("<IQ", 1, 4096)


# ------------------------------------------------------------ elements


def r(text: str, properties: str = "") -> str:
    """A run of text."""
    rpr = f"<w:rPr>{properties}</w:rPr>" if properties else ""
    return f'<w:r>{rpr}<w:t xml:space="preserve">{text}</w:t></w:r>'


def p(*content: str, properties: str = "") -> str:
    """A paragraph of runs; words that are no element become a run."""
    ppr = f"<w:pPr>{properties}</w:pPr>" if properties else ""
    return f"<w:p>{ppr}{''.join(one if one.startswith('<') else r(one) for one in content)}</w:p>"


def tc(*content: str, properties: str = "") -> str:
    """A cell; words that are no element become a paragraph."""
    made = "".join(one if one.startswith("<") else p(one) if one else p() for one in content)
    return f'<w:tc><w:tcPr><w:tcW w:w="2300" w:type="dxa"/>{properties}</w:tcPr>{made}</w:tc>'


def tr(*cells: str, properties: str = "") -> str:
    """A row of cells; words that are no element become a cell."""
    trpr = f"<w:trPr>{properties}</w:trPr>" if properties else ""
    made = "".join(one if one.startswith("<") else tc(one) for one in cells)
    return f"<w:tr>{trpr}{made}</w:tr>"


def tbl(*rows: str, columns: int = 2) -> str:
    """A table of rows, with its grid."""
    grid = "".join('<w:gridCol w:w="2300"/>' for _ in range(columns))
    made = "".join(rows)
    return f'<w:tbl><w:tblPr><w:tblW w:w="0" w:type="auto"/></w:tblPr><w:tblGrid>{grid}</w:tblGrid>{made}</w:tbl>'


def sdt(content: str, properties: str = "<w:text/>", tag: str = "") -> str:
    """A content control round some content."""
    named = f'<w:alias w:val="{tag} (alias)"/><w:tag w:val="{tag}"/>' if tag else ""
    return f'<w:sdt><w:sdtPr>{named}<w:id w:val="77"/>{properties}</w:sdtPr><w:sdtContent>{content}</w:sdtContent></w:sdt>'


def field(code: str, *result: str, data: str = "") -> str:
    """A complex field: its code, and the runs of its result."""
    begin = f"<w:ffData>{data}</w:ffData>" if data else ""
    return (
        f'<w:r><w:fldChar w:fldCharType="begin">{begin}</w:fldChar></w:r>'
        f'<w:r><w:instrText xml:space="preserve"> {code} </w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
        + "".join(result)
        + '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


# ------------------------------------------------------------ a page, readable


def shown(page: Page) -> str:
    """A page as one text: `name=` a control, <> a placeholder, «» a default left, {} marks, | between cells."""
    return "\n".join(_block(block) for block in page.blocks)


def _block(block: Block) -> str:
    before = "" if block.region is Region.BODY else f"{block.region}: "
    if isinstance(block, Table):
        return before + "\n".join(" | ".join(_cell(cell) for cell in row.cells) for row in block.rows)
    number = f"{block.number} " if block.number else ""
    return before + ("# " if block.heading else "") + number + "".join(_span(span) for span in block.spans)


def _cell(cell: Cell) -> str:
    size = f"({cell.columns}x{cell.rows})" if (cell.columns, cell.rows) != (1, 1) else ""
    return size + " / ".join(
        _block(block) if isinstance(block, Para) else f"[{_block(block)}]" for block in cell.blocks
    )


_SIGNS = {State.TYPED: "{}", State.PLACEHOLDER: "<{}>", State.DEFAULT: "«{}»"}


def _span(span: Span) -> str:
    text = _SIGNS[span.state].format(_text(span))
    kind = f"{span.kind}:" if span.kind in (Kind.CHOICE, Kind.DATE) else ""
    marks = f"{{{span.marks.name}}}" if span.marks is not Mark.NONE else ""
    return (f"{span.control}=" if span.control else "") + kind + text + marks


def _text(span: Span) -> str:
    if span.kind is Kind.CHECK:
        return "☒" if span.checked else "☐"
    return f"({span.kind})" if span.kind in (Kind.IMAGE, Kind.SHAPE) else span.text
