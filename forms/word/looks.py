"""How characters look: a run's properties as marks.

The walk meets hundreds of property blocks and only a few of their properties matter, so marks are plain integers here
(the bits of `Mark`, and two of our own) and become `Mark` when a span is made.
"""

from collections.abc import Callable
from typing import NamedTuple

from forms.page import Mark
from forms.word.glyphs import SYMBOL_FONTS
from forms.word.names import OFF, VAL, Element, w

HIDDEN = 1 << 20
TOGGLES = int(Mark.BOLD | Mark.ITALIC | Mark.STRIKE) | HIDDEN
"""Properties that a paragraph's style and a character's style cancel when both give them (ECMA-376 17.7.3)."""


class Look(NamedTuple):
    """What a run shows: bits that are on, bits that were stated, and the symbol font ("" for letters)."""

    on: int = 0
    stated: int = 0
    font: str | None = None


PLAIN = Look()
_SHADED_OFF = frozenset(("clear", "nil", "none", None))
_NO_FILL = frozenset(("auto", "ffffff", "", "none"))
_BLACK = frozenset(("auto", "000000", "", "black"))


def over(base: Look, own: Look) -> Look:
    """`own` written over `base`."""
    if not own.stated and own.font is None:
        return base
    font = base.font if own.font is None else own.font
    return Look((base.on & ~own.stated) | own.on, base.stated | own.stated, font)


def beside(paragraph: Look, character: Look) -> Look:
    """A character style within a paragraph style: toggles given by both cancel."""
    both = over(paragraph, character)
    toggled = (paragraph.on ^ character.on) & TOGGLES
    return both._replace(on=(both.on & ~TOGGLES) | toggled)


def own_look(properties: Element) -> tuple[Look, str]:
    """What a block of run properties states itself, and the character style that it names."""
    on = stated = 0
    font, style = None, ""
    for element in properties:
        tag = element.tag
        if tag in _RULES:
            bit, holds = _RULES[tag]
            stated |= bit
            if holds(element):
                on |= bit
        elif tag == _STYLE:
            style = element.get(VAL) or ""
        elif tag == _FONTS:
            font = _symbol_font(element)
    return Look(on, stated, font), style


def shaded(shading: Element) -> bool:
    """Whether a shading shows: a fill other than white, or a pattern."""
    fill = (shading.get(_FILL) or "").lower()
    return fill not in _NO_FILL or shading.get(VAL) not in _SHADED_OFF


def _toggle(element: Element) -> bool:
    return element.get(VAL) not in OFF


def _drawn(element: Element) -> bool:
    """A line or a highlighter: nothing is drawn unless it says what."""
    return (element.get(VAL) or "none") not in _NOTHING


def _coloured(element: Element) -> bool:
    return (element.get(VAL) or "").lower() not in _BLACK


def _symbol_font(fonts: Element) -> str | None:
    name = (fonts.get(_ASCII) or fonts.get(_H_ANSI) or "").lower()
    return name if name in SYMBOL_FONTS else "" if name else None


_NOTHING = frozenset(("none", "nil", "white"))
_FILL = w("fill")
_FONTS = w("rFonts")
_STYLE = w("rStyle")
_ASCII = w("ascii")
_H_ANSI = w("hAnsi")
_RULES: dict[str, tuple[int, Callable[[Element], bool]]] = {
    w("strike"): (int(Mark.STRIKE), _toggle),
    w("dstrike"): (int(Mark.DOUBLE_STRIKE), _toggle),
    w("b"): (int(Mark.BOLD), _toggle),
    w("i"): (int(Mark.ITALIC), _toggle),
    w("u"): (int(Mark.UNDERLINE), _drawn),
    w("highlight"): (int(Mark.HIGHLIGHT), _drawn),
    w("bdr"): (int(Mark.BORDER), _drawn),
    w("shd"): (int(Mark.SHADING), shaded),
    w("color"): (int(Mark.COLOUR), _coloured),
    w("vanish"): (HIDDEN, _toggle),
}
