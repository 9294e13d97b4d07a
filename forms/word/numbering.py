"""Automatic numbers: the "3.2" before a question that stands in no text."""

from collections.abc import Callable, Iterable

from forms.word.names import OFF, VAL, Element, number, w

_LEVELS = 9
_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"),
    (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
_MOST = 9_999  # beyond this a number is shown in figures: nobody reads roman 50,000


class Numbering:
    """The lists of a document and how far each has counted."""

    def __init__(self, root: Element | None) -> None:
        self._abstract: dict[str, Element] = {}
        self._lists: dict[str, Element] = {}
        self._counts: dict[str, list[int | None]] = {}
        self._begun: set[str] = set()
        if root is not None:
            self._abstract = {_id(one, _ABSTRACT_ID): one for one in root.iterchildren(_ABSTRACT)}
            self._lists = {_id(one, _NUM_ID): one for one in root.iterchildren(_NUM)}

    def next(self, properties: Element, style: Element | None = None) -> str:
        """The number of the next paragraph with these `w:numPr` (the style's fill what is not stated), or ""."""
        key = _stated(properties, _NUM_ID, style)
        level = min(max(number(_stated(properties, _ILVL, style)), 0), _LEVELS - 1)
        definition = self._lists.get(key)
        if definition is None:
            return ""
        levels = self._levels(definition)
        counts = self._count(key, definition, level, levels)
        return _shown(levels, counts, level)

    def _count(
        self, key: str, definition: Element, level: int, levels: dict[int, Element]
    ) -> list[int | None]:
        """Lists of one abstract definition count on together; a list with a start of its own begins anew."""
        counts = self._counts.setdefault(_abstract_id(definition), [None] * _LEVELS)
        if key not in self._begun:
            self._begun.add(key)
            for override in definition.iterchildren(_OVERRIDE):
                if override.find(_START_OVERRIDE) is not None:
                    counts[min(max(number(override.get(_ILVL)), 0), _LEVELS - 1)] = None
        for above in range(level):
            if counts[above] is None:
                counts[above] = _start(levels.get(above))
        current = counts[level]
        counts[level] = _start(levels.get(level)) if current is None else current + 1
        counts[level + 1 :] = [None] * (_LEVELS - level - 1)
        return counts

    def _levels(self, definition: Element) -> dict[int, Element]:
        """A list's levels: the abstract definition's, with those that the list itself overrides."""
        abstract = self._abstract.get(_abstract_id(definition))
        levels = {} if abstract is None else _by_level(self._linked(abstract).iterchildren(_LVL))
        for override in definition.iterchildren(_OVERRIDE):
            levels |= _by_level(override.iterchildren(_LVL))
            start = override.find(_START_OVERRIDE)
            level = levels.get(number(override.get(_ILVL)))
            if start is not None and level is not None:
                _set_start(level, start.get(VAL) or "1")
        return levels

    def _linked(self, abstract: Element) -> Element:
        """A definition that only points at a list style stands for the definition that has that style."""
        link = abstract.find(_STYLE_LINK)
        if link is None:
            return abstract
        for other in self._abstract.values():
            named = other.find(_STYLE)
            if named is not None and named.get(VAL) == link.get(VAL):
                return other
        return abstract


def _shown(levels: dict[int, Element], counts: list[int | None], level: int) -> str:
    definition = levels.get(level)
    if definition is None or _child(definition, _FORMAT, "decimal") in _UNNUMBERED:
        return ""
    text = _child(definition, _TEXT, f"%{level + 1}.")
    legal = definition.find(_LEGAL)
    figures = legal is not None and legal.get(VAL) not in OFF
    for place in range(_LEVELS):
        if f"%{place + 1}" in text:
            kind = "decimal" if figures else _child(levels.get(place), _FORMAT, "decimal")
            text = text.replace(f"%{place + 1}", _figure(counts[place] or 0, kind))
    return text.strip()


def _figure(count: int, kind: str) -> str:
    write = _FIGURES.get(kind)
    return write(count) if write and 0 < count <= _MOST else str(count)


def _roman(count: int) -> str:
    made = ""
    for value, sign in _ROMAN:
        made += sign * (count // value)
        count %= value
    return made


def _letter(count: int) -> str:
    """From a to z, then aa, bb …: Word repeats the letter."""
    times, place = divmod(count - 1, 26)
    return chr(ord("a") + place) * min(times + 1, 30)


def _ordinal(count: int) -> str:
    ending = "th" if count % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(count % 10, "th")
    return f"{count}{ending}"


_FIGURES: dict[str, Callable[[int], str]] = {
    "lowerRoman": _roman,
    "upperRoman": lambda count: _roman(count).upper(),
    "lowerLetter": _letter,
    "upperLetter": lambda count: _letter(count).upper(),
    "ordinal": _ordinal,
    "decimalZero": lambda count: f"{count:02d}",
}


def _by_level(levels: Iterable[Element]) -> dict[int, Element]:
    return {number(level.get(_ILVL)): level for level in levels}


def _start(level: Element | None) -> int:
    return number(_child(level, _START, "1"), 1)


def _set_start(level: Element, value: str) -> None:
    start = level.find(_START)
    if start is not None:
        start.set(VAL, value)


def _stated(properties: Element, name: str, style: Element | None) -> str:
    return _child(properties, name) or _child(style, name)


def _child(parent: Element | None, name: str, default: str = "") -> str:
    element = None if parent is None else parent.find(name)
    return default if element is None else element.get(VAL, default)


def _abstract_id(definition: Element) -> str:
    return _child(definition, _ABSTRACT_ID)


def _id(element: Element, name: str) -> str:
    return element.get(name) or ""


_UNNUMBERED = frozenset(("bullet", "none"))
_ABSTRACT = w("abstractNum")
_ABSTRACT_ID = w("abstractNumId")
_NUM = w("num")
_NUM_ID = w("numId")
_ILVL = w("ilvl")
_LVL = w("lvl")
_OVERRIDE = w("lvlOverride")
_START_OVERRIDE = w("startOverride")
_START = w("start")
_FORMAT = w("numFmt")
_TEXT = w("lvlText")
_LEGAL = w("isLgl")
_STYLE_LINK = w("numStyleLink")
_STYLE = w("styleLink")
