"""Drawn things: text boxes, pictures, ovals."""

import re
from collections.abc import Iterator

from forms.word.names import Element, a, mc, number, v, w, wp
from forms.word.ovals import Oval

BOX = w("txbxContent")
_PICTURES = frozenset((a("blip"), v("imagedata")))
_CHOICE = mc("Choice")
_FALLBACK = mc("Fallback")
ALTERNATIVES = mc("AlternateContent")
_GEOMETRY = a("prstGeom")
_OVALS = frozenset(("ellipse", "donut", "flowChartConnector", "arc", "circularArrow"))
_VML_OVAL, _VML_SHAPE, _VML_ELLIPSE = v("oval"), v("shape"), "#_x0000_t3"
_SHAPES = frozenset((_GEOMETRY, _VML_OVAL, _VML_SHAPE))
_FRAMES = frozenset(("rect", "roundRect"))
_EMU_IN_POINT = 12_700
_FRAME = (160.0, 30.0)
"""The widest and highest frame that is drawn round a word, in points."""
_UNITS = {"pt": 1.0, "px": 0.75, "in": 72.0, "cm": 28.35, "mm": 2.835}


def chosen(alternatives: Element) -> Element | None:
    """What stands for an AlternateContent: its first choice that holds something, for a box must not be read twice."""
    choice = next((one for one in alternatives.iterchildren(_CHOICE) if len(one)), None)
    return alternatives.find(_FALLBACK) if choice is None else choice


def parts(drawing: Element) -> Iterator[Element]:
    """All elements of a drawing but those inside its text boxes and its unchosen alternatives."""
    waiting = [iter(drawing)]
    while waiting:
        child = next(waiting[-1], None)
        if child is None:
            waiting.pop()
            continue
        yield child
        inside = chosen(child) if child.tag == ALTERNATIVES else child
        if inside is not None and child.tag != BOX:
            waiting.append(iter(inside))


def is_picture(element: Element) -> bool:
    """Whether this part of a drawing is a picture; it is never opened."""
    return element.tag in _PICTURES


def is_shape(element: Element) -> bool:
    """Whether this part of a drawing may be an oval."""
    return element.tag in _SHAPES


def oval(element: Element, drawing: Element) -> Oval | None:
    """The oval that this part of a drawing is, if it is one."""
    if element.tag == _GEOMETRY and element.get("prst") in _OVALS:
        return _placed(drawing)
    if element.tag == _GEOMETRY and element.get("prst") in _FRAMES and _is_frame(element, drawing):
        return _placed(drawing)
    if element.tag == _VML_OVAL or (element.tag == _VML_SHAPE and element.get("type") == _VML_ELLIPSE):
        return Oval(_vml_middle(element.get("style") or ""))
    return None


def _is_frame(geometry: Element, drawing: Element) -> bool:
    """Whether a rectangle is empty and of a word's size: drawn round an answer, or an oval after a trip through .doc."""
    extent, shape = drawing.find(f".//{wp('extent')}"), geometry.getparent()
    if extent is None or shape is None or shape.find(a("noFill")) is None:
        return False
    if drawing.find(f".//{BOX}") is not None or drawing.find(f".//{a('blip')}") is not None:
        return False  # a text box, or a picture, which has such a rectangle of its own
    sides = zip(("cx", "cy"), _FRAME, strict=True)
    return all(0 < number(extent.get(side)) / _EMU_IN_POINT <= most for side, most in sides)


def _placed(drawing: Element) -> Oval:
    """An oval of DrawingML. An offset of nothing tells nothing: many programs write it for any place."""
    across = drawing.find(f".//{wp('positionH')}")
    extent = drawing.find(f".//{wp('extent')}")
    left = 0 if across is None else number(across.findtext(wp("posOffset")))
    if across is None or extent is None or not left:
        return Oval(None)
    middle = (left + number(extent.get("cx")) / 2) / _EMU_IN_POINT
    return Oval(middle, across.get("relativeFrom") == "character")


def _vml_middle(style: str) -> float | None:
    lengths = {name: float(size) * _UNITS[unit] for name, size, unit in _LENGTH.findall(style)}
    if not lengths.get("margin-left") or "width" not in lengths:
        return None
    return lengths["margin-left"] + lengths["width"] / 2


_LENGTH = re.compile(r"(?<![\w-])(margin-left|width):\s*(-?\d{1,6}(?:\.\d{1,6})?)(pt|px|in|cm|mm)")
