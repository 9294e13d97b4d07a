"""Drawn things: text boxes, pictures, and ovals round a word."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from forms.word.names import Element, a, mc, number, v, w, wp

BOX = w("txbxContent")
_PICTURES = frozenset((a("blip"), v("imagedata")))
_CHOICE = mc("Choice")
_FALLBACK = mc("Fallback")
ALTERNATIVES = mc("AlternateContent")
_GEOMETRY = a("prstGeom")
_OVALS = frozenset(("ellipse", "donut", "flowChartConnector", "arc", "circularArrow"))
_FRAMES = frozenset(("rect", "roundRect"))
_EMU_IN_POINT = 12_700
_FRAME = (160.0, 30.0)
"""The widest and highest frame that is drawn round a word, in points."""
_SIZE = 10.5  # points, between the sizes in which most forms are set
_WIDTHS = {
    sign: width
    for width, signs in ((0.25, "ijl'|.,:;!/I -()[]ft"), (0.36, 'r*"“”'), (0.82, "mwMW@%"))
    for sign in signs
}
_USUAL, _CAPITAL = 0.53, 0.69
"""Widths of letters in sizes of the type, after Helvetica's own (Adobe Core 14 metrics), in four classes."""
_UNITS = {"pt": 1.0, "px": 0.75, "in": 72.0, "cm": 28.35, "mm": 2.835}


class Oval(NamedTuple):
    """An oval: its middle in points from where the text begins (or its anchor stands), None when that is not told."""

    middle: float | None
    from_anchor: bool = False


def chosen(alternatives: Element) -> Element | None:
    """What stands for an AlternateContent: its first choice, for a box must not be read twice."""
    choice = alternatives.find(_CHOICE)
    return alternatives.find(_FALLBACK) if choice is None else choice


def parts(drawing: Element) -> Iterator[Element]:
    """All elements of a drawing but those inside its text boxes and its unchosen alternatives."""
    for child in drawing:
        yield child
        if child.tag == ALTERNATIVES:
            one = chosen(child)
            if one is not None:
                yield from parts(one)
        elif child.tag != BOX:
            yield from parts(child)


def is_picture(element: Element) -> bool:
    """Whether this part of a drawing is a picture; it is never opened."""
    return element.tag in _PICTURES


def oval(element: Element, drawing: Element) -> Oval | None:
    """The oval that this part of a drawing is, if it is one."""
    if element.tag == _GEOMETRY and element.get("prst") in _OVALS:
        return _placed(drawing)
    if element.tag == v("oval"):
        return Oval(_vml_middle(element.get("style") or ""))
    return None


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
_WORD = re.compile(r"\w+")


def circled(text: str, place: int, shape: Oval) -> tuple[int, int] | None:
    """The word (start, end) that an oval stands on, by its own place, else by where in the text it is anchored.

    Without layout this is an estimate; readers give it little confidence and ask.
    """
    words = [found.span() for found in _WORD.finditer(text)]
    if not words:
        return None
    if shape.middle is not None:
        at = shape.middle + (_across(text[:place]) if shape.from_anchor else 0)
        if -_SLACK <= at <= _across(text) * _WIDEST + _SLACK:
            return min(
                words, key=lambda word: abs(_across(text[: word[0]]) + _across(text[slice(*word)]) / 2 - at)
            )
    return _beside(text, place, words)


def _beside(text: str, place: int, words: list[tuple[int, int]]) -> tuple[int, int]:
    """The word beside a place: the one it touches, else the one it is set apart from by least."""
    before = text[max(place - 1, 0) : place]
    apart = not before or before.isspace()
    ahead = text[place:].lstrip()[:1].isalnum() if apart else not before.isalnum()
    if ahead:
        return next((word for word in words if word[0] >= place), words[-1])
    return next((word for word in reversed(words) if word[0] < place), words[0])


_SLACK = 16.0  # points that the estimate may be beside the text
_WIDEST = 1.6  # times that a large font is wider than the estimate


def _across(text: str) -> float:
    """About how far across the line a text reaches, in points."""
    return _SIZE * sum(_WIDTHS.get(sign, _CAPITAL if sign.isupper() else _USUAL) for sign in text)
