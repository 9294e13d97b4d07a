"""A copy of somebody's Word form with the places of the gaps shaded, and nothing else changed."""

import zipfile
from collections.abc import Iterable
from io import BytesIO

from lxml import etree

from forms.package import Package
from forms.word.document import Document
from forms.word.names import Element, w

GAP_COLOUR = "FFF2CC"
"""A light amber, legible under black type (contrast 18:1); the shading stands beside, never under, a coloured word."""

# What must follow the shading inside the properties (ISO 29500-1, 17.3.1.26 and 17.4.70): it goes before the first of them.
_AFTER_IN_PARAGRAPH = frozenset(
    w(name)
    for name in [
        "tabs",
        "suppressAutoHyphens",
        "kinsoku",
        "wordWrap",
        "overflowPunct",
        "topLinePunct",
        "autoSpaceDE",
        "autoSpaceDN",
        "bidi",
        "adjustRightInd",
        "snapToGrid",
        "spacing",
        "ind",
        "contextualSpacing",
        "mirrorIndents",
        "suppressOverlap",
        "jc",
        "textDirection",
        "textAlignment",
        "textboxTightWrap",
        "outlineLvl",
        "divId",
        "cnfStyle",
        "rPr",
        "sectPr",
        "pPrChange",
    ]
)
_AFTER_IN_CELL = frozenset(
    w(name)
    for name in [
        "noWrap",
        "tcMar",
        "textDirection",
        "tcFitText",
        "vAlign",
        "hideMark",
        "headers",
        "cellIns",
        "cellDel",
        "cellMerge",
        "tcPrChange",
    ]
)
_STRICT = (
    (
        b"http://schemas.openxmlformats.org/wordprocessingml/2006/",
        b"http://purl.oclc.org/ooxml/wordprocessingml/",
    ),
    (b"http://schemas.openxmlformats.org/drawingml/2006/", b"http://purl.oclc.org/ooxml/drawingml/"),
    (
        b"http://schemas.openxmlformats.org/officeDocument/2006/",
        b"http://purl.oclc.org/ooxml/officeDocument/",
    ),
)


def mark_gaps(document: bytes, paths: Iterable[str]) -> bytes:
    """A copy of a Word document with the cells, rows or paragraphs at these paths shaded (paths of `Answer.path` and
    `Reading.row_paths`). A path that the document does not have is passed over; without any, the copy is the
    document itself. Raises a FormError for what is no Word document.
    """
    package = Package(document)
    places: dict[str, Element] = {}
    Document(package, places=places).page()
    marked = [places[path] for path in dict.fromkeys(paths) if path in places]
    if not marked:
        return document
    for element in marked:
        _shade(element)
    return _replaced(document, package.main, _written(marked[0], package.read(package.main)))


def _shade(element: Element) -> None:
    if element.tag == w("tc"):
        _shade_in(element, w("tcPr"), _AFTER_IN_CELL)
    elif element.tag == w("p"):
        _shade_in(element, w("pPr"), _AFTER_IN_PARAGRAPH)
    else:
        for cell in list(element.iter(w("tc"))):
            _shade_in(cell, w("tcPr"), _AFTER_IN_CELL)


def _shade_in(element: Element, properties_name: str, after: frozenset[str]) -> None:
    properties = element.find(properties_name)
    if properties is None:
        properties = etree.Element(properties_name)
        element.insert(0, properties)
    for old in properties.findall(w("shd")):
        properties.remove(old)
    shading = etree.Element(w("shd"))
    shading.set(w("val"), "clear")
    shading.set(w("color"), "auto")
    shading.set(w("fill"), GAP_COLOUR)
    place = next((at for at, child in enumerate(properties) if child.tag in after), len(properties))
    properties.insert(place, shading)


def _written(element: Element, before: bytes) -> bytes:
    """The part again, in the namespaces that it came in."""
    told = etree.tostring(element.getroottree(), xml_declaration=True, encoding="UTF-8", standalone=True)
    if b"http://purl.oclc.org/ooxml/wordprocessingml/" in before:
        for transitional, strict in _STRICT:
            told = told.replace(transitional, strict)
    return told


def _replaced(document: bytes, part: str, content: bytes) -> bytes:
    """The package with one part exchanged: every other entry with its own bytes, order, date and compression."""
    made = BytesIO()
    with zipfile.ZipFile(BytesIO(document)) as old, zipfile.ZipFile(made, "w") as new:
        for entry in old.infolist():
            same = entry.filename.replace("\\", "/").lstrip("/").casefold() == part.casefold()
            new.writestr(entry, content if same else old.read(entry))
    return made.getvalue()
