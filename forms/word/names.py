"""Clark names of WordprocessingML and its neighbours, computed once: the walk compares strings."""

from lxml import etree

Element = etree._Element  # noqa: SLF001 - lxml gives its element type no public name

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"
_W15 = "{http://schemas.microsoft.com/office/word/2012/wordml}"
_SYMEX = "{http://schemas.microsoft.com/office/word/2015/wordml/symex}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_V = "{urn:schemas-microsoft-com:vml}"
_M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"


def w(name: str) -> str:
    """A name of WordprocessingML."""
    return _W + name


def w14(name: str) -> str:
    """A name of Word 2010's additions."""
    return _W14 + name


def w15(name: str) -> str:
    """A name of Word 2013's additions."""
    return _W15 + name


def symex(name: str) -> str:
    """A name of Word 2016's symbols outside the first plane of Unicode."""
    return _SYMEX + name


def r(name: str) -> str:
    """A name of the relationships namespace."""
    return _R + name


def a(name: str) -> str:
    """A name of DrawingML."""
    return _A + name


def wp(name: str) -> str:
    """A name of DrawingML's placing in a text."""
    return _WP + name


def mc(name: str) -> str:
    """A name of markup compatibility."""
    return _MC + name


def v(name: str) -> str:
    """A name of VML, the drawing language before DrawingML."""
    return _V + name


def m(name: str) -> str:
    """A name of Office's mathematics."""
    return _M + name


VAL = w("val")
OFF = frozenset(("0", "false", "off", "none"))


def is_on(element: Element, name: str = VAL) -> bool:
    """Whether a toggle is on: its element stands there and does not say no (ECMA-376 17.17.4)."""
    return element.get(name) not in OFF


def number(text: str | None, default: int = 0) -> int:
    """A decimal number that may be missing or nonsense."""
    try:
        return int(text or "")
    except ValueError:
        return default
