"""Content controls: what a `w:sdt` says about what stands in it."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from forms.page import Kind, State
from forms.word import dates
from forms.word.names import VAL, Element, is_on, w, w14, w15


@dataclass(slots=True)
class Control:
    """A content control or form field that the walk is in.

    `stored` is the value of the data it is bound to, which beats the cached text; `shown` counts what it has shown.
    """

    name: str = ""
    kind: Kind = Kind.TEXT
    state: State = State.TYPED
    options: tuple[str, ...] = ()
    checked: bool = False
    stored: str | None = None
    shown: bool = False


Stored = Callable[[Element, Element], "str | None"]


def control(properties: Element | None, outer: Control | None, stored: Stored) -> Control:
    """The control of a `w:sdtPr`, inside another one or none."""
    made = Control()
    if outer is not None:
        made.name, made.state = outer.name, _inherited(outer)
    if properties is None:
        return made
    found = {element.tag: element for element in properties}
    made.name = _name(found) or made.name
    _set_kind(made, found)
    if _PLACEHOLDER in found and is_on(found[_PLACEHOLDER]):
        made.state = State.PLACEHOLDER
    if _BINDING in found and not _RICH & found.keys():
        _set_stored(made, stored(found[_BINDING], properties))
    return made


def _inherited(outer: Control) -> State:
    return State.PLACEHOLDER if outer.state is State.PLACEHOLDER else State.TYPED


def _name(found: dict[str, Element]) -> str:
    for key in (_TAG, _ALIAS):
        name = found[key].get(VAL) if key in found else ""
        if name:
            return name
    return ""


def _set_kind(made: Control, found: dict[str, Element]) -> None:
    for key in _LISTS:
        if key in found:
            made.kind = Kind.CHOICE
            made.options = tuple(shown for shown, _ in items(found[key]))
    if _DATE in found:
        made.kind = Kind.DATE
    if _CHECKBOX in found:
        made.kind = Kind.CHECK
        box = found[_CHECKBOX].find(_CHECKED)
        made.checked = box is not None and is_on(box, _CHECKED_VAL)


def items(choices: Element) -> list[tuple[str, str]]:
    """A list control's choices as (text shown, value stored)."""
    made = []
    for item in choices.iterchildren(_ITEM):
        value = item.get(_VALUE) or ""
        made.append((item.get(_DISPLAY) or value, value))
    return made


def _set_stored(made: Control, value: str | None) -> None:
    """An empty store proves nothing: some programs write the text and leave the store. The text then stays."""
    if not value or value.lstrip().startswith(
        "<?xml"
    ):  # a rich control's store is a document, and its text is kept
        return
    made.state = State.TYPED
    if made.kind is Kind.CHECK:
        made.checked = value.strip().lower() in _TRUE
    else:
        made.stored = value


_TAG = w("tag")
_ALIAS = w("alias")
_PLACEHOLDER = w("showingPlcHdr")
_BINDING = w("dataBinding")
_DATE = w("date")
_CHECKBOX = w14("checkbox")
_CHECKED = w14("checked")
_CHECKED_VAL = w14("val")
_ITEM = w("listItem")
_VALUE = w("value")
_DISPLAY = w("displayText")
_LISTS = (w("dropDownList"), w("comboBox"))
_RICH = {
    *map(w, ("richText", "group", "picture", "docPartObj")),
    w15("repeatingSection"),
    w15("repeatingSectionItem"),
}
_TRUE = frozenset(("1", "true", "on"))


def displayed(value: str, properties: Element) -> str | None:
    """How a control shows a stored value: a list's words for it, a date in its format; None when the text kept for
    it is that date already.
    """
    for key in _LISTS:
        choices = properties.find(key)
        if choices is not None:
            return next((shown for shown, stored in items(choices) if stored == value), value)
    dated = properties.find(_DATE)
    if dated is None:
        return value
    day = _DAY.match(value)
    if day is None or (dated.get(_FULL_DATE) or "").startswith(day[0]):
        return None if day else value
    pattern = dated.find(_FORMAT)
    return dates.shown(day[0], "" if pattern is None else pattern.get(VAL) or "")


_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_FULL_DATE = w("fullDate")
_FORMAT = w("dateFormat")
