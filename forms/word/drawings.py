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
_EMU_IN_POINT = 12_700
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
    """An oval: the middle of it in points from where the text begins, None when that is not told."""

    middle: float | None


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
        return Oval(_middle(drawing))
    if element.tag == v("oval"):
        return Oval(_vml_middle(element.get("style") or ""))
    return None


def _middle(drawing: Element) -> float | None:
    offset = drawing.find(f".//{wp('positionH')}/{wp('posOffset')}")
    extent = drawing.find(f".//{wp('extent')}")
    if offset is None or extent is None:
        return None
    return (number(offset.text) + number(extent.get("cx")) / 2) / _EMU_IN_POINT


def _vml_middle(style: str) -> float | None:
    lengths = {name: float(size) * _UNITS[unit] for name, size, unit in _LENGTH.findall(style)}
    if "margin-left" not in lengths or "width" not in lengths:
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
    if shape.middle:
        at = shape.middle
        near = min(
            words, key=lambda word: abs(_across(text[: word[0]]) + _across(text[slice(*word)]) / 2 - at)
        )
        if _across(text[: near[0]]) - _SLACK <= at <= _across(text[: near[1]]) + _SLACK:
            return near
    after = text[place:].lstrip()
    if text[:place][-1:].isspace() or not place:
        looks_ahead = after[:1].isalnum()
    else:
        looks_ahead = not text[place - 1].isalnum()
    if looks_ahead:
        return next((word for word in words if word[0] >= place), words[-1])
    return next((word for word in reversed(words) if word[0] < place), words[0])


_SLACK = 16.0  # points that the estimate may be beside a word


def _across(text: str) -> float:
    """About how far across the line a text reaches, in points."""
    return _SIZE * sum(_WIDTHS.get(sign, _CAPITAL if sign.isupper() else _USUAL) for sign in text)
