"""Fields: codes whose result stands in the text, and the legacy form fields of protected forms.

A complex field is a row of runs: begin, its code, separate, its result, end. Only the begin of a form field holds the
choice of a drop-down or the state of a box (`w:ffData`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from forms.page import Kind, Span, State
from forms.word.controls import Control
from forms.word.names import VAL, Element, is_on, number, w

FormData: TypeAlias = Mapping[str, Element]
"""The children of a `w:ffData`, by tag."""


def form_data(begin: Element) -> FormData | None:
    """The data of a form field, None for any other field, by the element that begins it."""
    for element in begin:
        if element.tag == _DATA:
            return {child.tag: child for child in element}
    return None


@dataclass(slots=True)
class Field:
    """A field that the walk is in. `outer` is the control around it; `spans` are those its result is in."""

    data: FormData | None
    outer: Control | None
    code: str = ""
    hidden: bool = False
    in_result: bool = False
    spans: list[Span] = field(default_factory=list)

    @property
    def drawn_by_data(self) -> bool:
        """Whether its data alone says what it shows: a box or a drop-down."""
        return self.data is not None and (_BOX in self.data or _LIST in self.data)

    @property
    def control(self) -> Control | None:
        """What its result stands in: itself for a text field, the control around it for any other."""
        if self.data is None:
            return self.outer
        return Control(_name(self.data), _text_kind(self.data))

    def add(self, span: Span) -> None:
        """Note a span that its result is in; joined runs come in the same one."""
        if not self.spans or self.spans[-1] is not span:
            self.spans.append(span)

    def drawn(self) -> Span:
        """The box or drop-down that its data describes."""
        assert self.data is not None
        if _BOX not in self.data:
            return _choice(_name(self.data), self.data[_LIST])
        ticked = _ticked(self.data[_BOX])
        return Span("☒" if ticked else "☐", Kind.CHECK, control=_name(self.data), checked=ticked)

    def finish(self) -> None:
        """Mark a result that is still the author's default text."""
        default = self._default_text()
        if default and "".join(span.text for span in self.spans).strip() == default.strip():
            for span in self.spans:
                span.state = State.DEFAULT

    def prompt(self) -> str:
        """The words of a MACROBUTTON, the "[Click here and type]" of old templates; they stand in its code."""
        words = self.code.split(maxsplit=2)
        return words[2] if len(words) == _BUTTON_WORDS and words[0].upper() == "MACROBUTTON" else ""

    def _default_text(self) -> str:
        text = None if self.data is None else self.data.get(_TEXT)
        return "" if text is None else _val(text, _DEFAULT)


def _ticked(box: Element) -> bool:
    """`w:checked` decides where it stands, even without a value; else the author's default."""
    for name in (_CHECKED, _DEFAULT):
        element = box.find(name)
        if element is not None:
            return is_on(element)
    return False


def _choice(name: str, choices: Element) -> Span:
    """The chosen entry; without a result the default or first one shows, and nobody chose it."""
    options = tuple(entry.get(VAL) or "" for entry in choices.iterchildren(_ENTRY))
    result = choices.find(_RESULT)
    chosen = number(_val(choices, _DEFAULT) if result is None else result.get(VAL))
    text = options[chosen] if 0 <= chosen < len(options) else ""
    state = State.DEFAULT if result is None and text.strip() else State.TYPED
    return Span(text, Kind.CHOICE, state, control=name, options=options)


def _name(data: FormData) -> str:
    return data[_NAME].get(VAL) or "" if _NAME in data else ""


def _text_kind(data: FormData) -> Kind:
    text = data.get(_TEXT)
    return Kind.DATE if text is not None and _val(text, _TYPE) == "date" else Kind.TEXT


def _val(parent: Element, name: str) -> str:
    element = parent.find(name) if len(parent) else None
    return "" if element is None else element.get(VAL) or ""


_BUTTON_WORDS = 3
_DATA = w("ffData")
_NAME = w("name")
_BOX = w("checkBox")
_LIST = w("ddList")
_TEXT = w("textInput")
_TYPE = w("type")
_DEFAULT = w("default")
_CHECKED = w("checked")
_RESULT = w("result")
_ENTRY = w("listEntry")
