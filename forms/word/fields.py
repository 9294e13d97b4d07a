"""Fields: codes whose result stands in the text, and the legacy form fields of protected forms.

A complex field is a row of runs: begin, its code, separate, its result, end. Only the begin of a form field holds the
choice of a drop-down or the state of a box (`w:ffData`).
"""

from dataclasses import dataclass, field

from forms.page import Kind, Span, State
from forms.word.controls import Control
from forms.word.names import VAL, Element, is_on, number, w


@dataclass(slots=True)
class Field:
    """A field that the walk is in. `outer` is the control around it; `spans` are those its result is in."""

    data: Element | None
    outer: Control | None
    code: str = ""
    hidden: bool = False
    in_result: bool = False
    spans: list[Span] = field(default_factory=list)

    @property
    def drawn_by_data(self) -> bool:
        """Whether its data alone says what it shows: a box or a drop-down."""
        return self.data is not None and (
            self.data.find(_BOX) is not None or self.data.find(_LIST) is not None
        )

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
        box = self.data.find(_BOX)
        if box is not None:
            ticked = _ticked(box)
            return Span("☒" if ticked else "☐", Kind.CHECK, control=_name(self.data), checked=ticked)
        return _choice(_name(self.data), self.data.find(_LIST))

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
        text = None if self.data is None else self.data.find(_TEXT)
        return "" if text is None else _val(text, _DEFAULT)


def _ticked(box: Element) -> bool:
    """`w:checked` decides where it stands, even without a value; else the author's default."""
    for name in (_CHECKED, _DEFAULT):
        element = box.find(name)
        if element is not None:
            return is_on(element)
    return False


def _choice(name: str, choices: Element | None) -> Span:
    """The chosen entry; without a result the default or first one shows, and nobody chose it."""
    assert choices is not None
    options = tuple(entry.get(VAL) or "" for entry in choices.iterchildren(_ENTRY))
    result = choices.find(_RESULT)
    chosen = number(_val(choices, _DEFAULT) if result is None else result.get(VAL))
    text = options[chosen] if 0 <= chosen < len(options) else ""
    state = State.DEFAULT if result is None and text.strip() else State.TYPED
    return Span(text, Kind.CHOICE, state, control=name, options=options)


def _name(data: Element) -> str:
    return _val(data, _NAME)


def _text_kind(data: Element) -> Kind:
    text = data.find(_TEXT)
    return Kind.DATE if text is not None and _val(text, _TYPE) == "date" else Kind.TEXT


def _val(parent: Element, name: str) -> str:
    element = parent.find(name)
    return "" if element is None else element.get(VAL) or ""


_BUTTON_WORDS = 3
_NAME = w("name")
_BOX = w("checkBox")
_LIST = w("ddList")
_TEXT = w("textInput")
_TYPE = w("type")
_DEFAULT = w("default")
_CHECKED = w("checked")
_RESULT = w("result")
_ENTRY = w("listEntry")
