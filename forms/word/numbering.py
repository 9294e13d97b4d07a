"""Automatic numbers: the "3.2" before a question that stands in no text."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from forms.word.names import OFF, VAL, Element, number, w

_LEVELS = 9
_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"),
    (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
_LONGEST = 100  # characters of the text around a number
_MOST = 9_999  # beyond this a number is shown in figures: nobody reads roman 50,000


@dataclass(frozen=True, slots=True)
class Level:
    """A level of a list: its first number, how it is written, the text around it; `legal` writes all in figures."""

    start: int = 1
    format: str = "decimal"
    text: str = ""
    legal: bool = False


@dataclass(frozen=True, slots=True)
class _List:
    """A list: what it counts with (shared by lists of one definition), its levels, and those it begins anew."""

    counts: list[int | None]
    levels: dict[int, Level]
    restarts: frozenset[int]


class Numbering:
    """The lists of a document and how far each has counted."""

    def __init__(self, root: Element | None) -> None:
        self._abstract: dict[str, Element] = {}
        self._stated: dict[str, Element] = {}
        self._counts: dict[str, list[int | None]] = {}
        self._lists: dict[str, _List | None] = {}
        if root is not None:
            self._abstract = {one.get(_ABSTRACT_ID) or "": one for one in root.iterchildren(_ABSTRACT)}
            self._stated = {one.get(_NUM_ID) or "": one for one in root.iterchildren(_NUM)}

    def next(self, properties: Element, style: Element | None = None) -> str:
        """The number of the next paragraph with these `w:numPr` (the style's fill what is not stated), or ""."""
        stated = _vals(style) | _vals(properties)
        key = stated.get(_NUM_ID, "")
        if key not in self._lists:
            self._lists[key] = self._begin(key)
        one = self._lists[key]
        if one is None:
            return ""
        level = min(max(number(stated.get(_ILVL)), 0), _LEVELS - 1)
        _count(one, level)
        return _shown(one, level)

    def _begin(self, key: str) -> _List | None:
        """A list as its first paragraph is met. Lists of one definition count on together, but for a start of their own."""
        element = self._stated.get(key)
        if element is None:
            return None
        abstract = _child(element, _ABSTRACT_ID)
        counts = self._counts.setdefault(abstract, [None] * _LEVELS)
        made = _List(counts, self._levels(abstract), _restarts(element))
        _override(made.levels, element)
        for level in made.restarts:
            counts[level] = None
        return made

    def _levels(self, abstract: str) -> dict[int, Level]:
        definition = self._abstract.get(abstract)
        return {} if definition is None else _by_level(self._linked(definition).iterchildren(_LVL))

    def _linked(self, abstract: Element) -> Element:
        """A definition that only points at a list style stands for the definition that has that style."""
        link = _child(abstract, _STYLE_LINK)
        named = (other for other in self._abstract.values() if link and _child(other, _STYLE) == link)
        return next(named, abstract)


def _count(one: _List, level: int) -> None:
    counts = one.counts
    for above in range(level):
        if counts[above] is None:
            counts[above] = _start(one, above)
    current = counts[level]
    counts[level] = _start(one, level) if current is None else current + 1
    counts[level + 1 :] = [None] * (_LEVELS - level - 1)


def _start(one: _List, level: int) -> int:
    return one.levels[level].start if level in one.levels else 1


def _shown(one: _List, level: int) -> str:
    shape = one.levels.get(level)
    if shape is None or shape.format in _UNNUMBERED:
        return ""
    text = shape.text
    for place in range(level + 1):
        if f"%{place + 1}" in text:
            kind = "decimal" if shape.legal or place not in one.levels else one.levels[place].format
            text = text.replace(f"%{place + 1}", _figure(one.counts[place] or 0, kind))
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


def _by_level(levels: Iterable[Element]) -> dict[int, Level]:
    return {number(level.get(_ILVL)): _level(level) for level in levels}


def _level(element: Element) -> Level:
    stated = _vals(element)
    legal = element.find(_LEGAL)
    return Level(
        number(stated.get(_START), 1),
        stated.get(_FORMAT, "decimal"),
        stated.get(_TEXT, "")[:_LONGEST],
        legal is not None and legal.get(VAL) not in OFF,
    )


def _override(levels: dict[int, Level], element: Element) -> None:
    """What a list states over its definition: whole levels, or where one starts."""
    for override in element.iterchildren(_OVERRIDE):
        levels |= _by_level(override.iterchildren(_LVL))
        level = number(override.get(_ILVL))
        start = override.find(_START_OVERRIDE)
        if start is not None and level in levels:
            levels[level] = replace(levels[level], start=number(start.get(VAL), 1))


def _restarts(element: Element) -> frozenset[int]:
    levels = (
        number(override.get(_ILVL))
        for override in element.iterchildren(_OVERRIDE)
        if override.find(_START_OVERRIDE) is not None
    )
    return frozenset(level for level in levels if 0 <= level < _LEVELS)


def _vals(parent: Element | None) -> dict[str, str]:
    """The values of an element's children, by tag."""
    return {} if parent is None else {child.tag: child.get(VAL) or "" for child in parent}


def _child(parent: Element, name: str) -> str:
    element = parent.find(name)
    return "" if element is None else element.get(VAL) or ""


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
