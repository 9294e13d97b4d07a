"""What was filled into a PDF after it was printed: form fields, typed notes, drawn marks.

None of this is in the page's text. A form field's value is in its dictionary, under a name, with the words that a
screen reader says for it (`/TU`); a school that has only a viewer types notes onto the sheet and strikes out with them.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from pypdf import PageObject, PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, PdfObject

from forms.page import Field, Kind, Mark, Span, State
from forms.pdf.items import Box, Item, picture, tick_box, word
from forms.pdf.turning import Turn
from forms.refusals import TooBig

MOST: Final = 5_000
"""Fields and notes in one document."""

_DEEPEST: Final = 32
_PUSH_BUTTON: Final = 1 << 16
_RADIO: Final = 1 << 15
_LONGEST: Final = 100_000
_OFF: Final = "/Off"


@dataclass(slots=True)
class Additions:
    """What was added to one sheet. `marks` lie over printed words; `comments` are notes that stand beside the page."""

    items: list[Item] = field(default_factory=list)
    fields: list[Field] = field(default_factory=list)
    marks: list[tuple[Mark, Box]] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)


def read(page: PageObject, turn: Turn, number: int) -> Additions:
    """The fields and notes of a page, in their order. Raises TooBig."""
    found = Additions()
    for at, annotation in enumerate(_annotations(page)):
        if at >= MOST:
            raise TooBig("more fields than on any form")
        box = _box(annotation, turn)
        if box is None or _is_hidden(annotation):
            continue
        if annotation.get("/Subtype") == "/Widget":
            _add_field(found, annotation, box, f"s{number}/f{at + 1}")
        else:
            _add_note(found, annotation, box, turn)
    return found


def wants_adobe(reader: PdfReader) -> bool:
    """Whether the form is drawn by Adobe's own reader only (dynamic XFA): the pages say no more than "please wait"."""
    root = _known(reader.trailer.get("/Root"))
    form = _known(root.get("/AcroForm")) if isinstance(root, DictionaryObject) else None
    if not isinstance(form, DictionaryObject) or "/XFA" not in form:
        return False
    return bool(root.get("/NeedsRendering", False)) or not any(
        _annotations(page) for page in reader.pages[:3]
    )


def _annotations(page: PageObject) -> list[DictionaryObject]:
    listed = _known(page.get("/Annots"))
    if not isinstance(listed, ArrayObject):
        return []
    each = (_known(entry) for entry in list(listed)[: MOST + 1])
    return [entry for entry in each if isinstance(entry, DictionaryObject)]


def _known(thing: Any) -> Any:
    return thing.get_object() if isinstance(thing, (IndirectObject, PdfObject)) else thing


_INVISIBLE: Final = 0b100010  # hidden, or not to be viewed ([ISO 32000-1] 12.5.3)


def _is_hidden(annotation: DictionaryObject) -> bool:
    flags = _known(annotation.get("/F", 0))
    return isinstance(flags, int) and bool(flags & _INVISIBLE)


def _box(annotation: DictionaryObject, turn: Turn) -> Box | None:
    """Its place; None for one without extent."""
    rect = _known(annotation.get("/Rect"))
    if not isinstance(rect, ArrayObject) or len(rect) != 4:  # noqa: PLR2004  (two corners)
        return None
    left, bottom, right, top = (float(_known(edge)) for edge in rect)
    box = turn.box(left, bottom, right, top)
    return box if box.width > 0 and box.height > 0 else None


# ------------------------------------------------------------------ fields


@dataclass(frozen=True, slots=True)
class _Widget:
    """A field's own entries and those that it takes from its parents ([ISO 32000-1] 12.7.3.1)."""

    name: str
    label: str
    kind: str
    value: Any
    default: Any
    flags: int
    options: tuple[str, ...]
    ticks_as: str


def _add_field(found: Additions, annotation: DictionaryObject, box: Box, where: str) -> None:
    widget = _widget(annotation)
    if widget.kind == "/Sig":
        found.items += [picture(box)] if widget.value is not None else []
    elif widget.kind == "/Btn":
        _add_button(found, widget, box, where)
    elif widget.kind in {"/Tx", "/Ch"}:
        span = _text_span(widget)
        found.fields.append(Field(widget.name, widget.label, span, where))
        found.items += list(_printed(span, box))


def _widget(annotation: DictionaryObject) -> _Widget:
    chain = list(_chain(annotation))
    names = [_text(node.get("/T")) for node in reversed(chain) if "/T" in node]
    flags = _inherited(chain, "/Ff")
    return _Widget(
        name=".".join(names),
        label=_text(_inherited(chain, "/TU")),
        kind=str(_inherited(chain, "/FT") or ""),
        value=_inherited(chain, "/V"),
        default=_inherited(chain, "/DV"),
        flags=flags if isinstance(flags, int) else 0,
        options=_options(_inherited(chain, "/Opt")),
        ticks_as=_on_state(annotation),
    )


def _chain(annotation: DictionaryObject) -> Iterator[DictionaryObject]:
    node: Any = annotation
    for _ in range(_DEEPEST):
        yield node
        node = _known(node.get("/Parent"))
        if not isinstance(node, DictionaryObject):
            return


def _inherited(chain: Iterable[DictionaryObject], key: str) -> Any:
    return next((_known(node[key]) for node in chain if key in node), None)


def _text(value: Any) -> str:
    value = _known(value)
    if value is None:
        return ""
    if isinstance(value, bytes):
        return value.decode("latin-1")[:_LONGEST]
    return str(value)[:_LONGEST]


def _options(listed: Any) -> tuple[str, ...]:
    """A choice's entries; one may be a pair of what is stored and what is shown."""
    if not isinstance(listed, ArrayObject):
        return ()
    entries = (_known(entry) for entry in list(listed)[:MOST])
    return tuple(
        _text(entry[-1]) if isinstance(entry, ArrayObject) and entry else _text(entry) for entry in entries
    )


def _on_state(annotation: DictionaryObject) -> str:
    """The name under which a box is ticked: the state of its appearance that is not Off."""
    appearance = _known(annotation.get("/AP"))
    normal = _known(appearance.get("/N")) if isinstance(appearance, DictionaryObject) else None
    states = normal if isinstance(normal, DictionaryObject) else {}
    return next((str(state) for state in states if str(state) != _OFF and str(state).startswith("/")), "")


def _add_button(found: Additions, widget: _Widget, box: Box, where: str) -> None:
    if widget.flags & _PUSH_BUTTON:
        return
    value = _text(widget.value)
    checked = value == widget.ticks_as if widget.ticks_as else value not in {"", _OFF, "Off"}
    item = tick_box(box, checked=checked, control=widget.name)
    found.items.append(item)
    if not widget.flags & _RADIO:
        found.fields.append(Field(widget.name, widget.label, item.span, where))
    elif not any(known.name == widget.name for known in found.fields):
        found.fields.append(Field(widget.name, widget.label, _radio_span(widget, value), where))


def _radio_span(widget: _Widget, value: str) -> Span:
    chosen = "" if value == _OFF else value.removeprefix("/")
    if chosen.isdigit() and int(chosen) < len(widget.options):
        chosen = widget.options[int(chosen)]
    return Span(chosen, Kind.CHOICE, control=widget.name, options=widget.options)


def _text_span(widget: _Widget) -> Span:
    value = widget.value
    parts = [_text(part) for part in value] if isinstance(value, ArrayObject) else [_text(value)]
    text = ", ".join(part for part in parts if part).replace("\r\n", "\n").replace("\r", "\n")
    kind = Kind.CHOICE if widget.kind == "/Ch" else Kind.TEXT
    left = bool(text) and widget.default is not None and text == _text(widget.default)
    return Span(
        text, kind, State.DEFAULT if left else State.TYPED, control=widget.name, options=widget.options
    )


def _printed(span: Span, box: Box) -> Iterator[Item]:
    """A field's value where it shows, so that a form whose field names say nothing is read by its labels."""
    rows = span.text.split("\n") or [""]
    high = box.height / len(rows)
    for at, text in enumerate(rows):
        top = box.top + at * high
        place = Box(box.left, top, box.right, top + high)
        yield Item(place, Span(text, span.kind, span.state, control=span.control, options=span.options))


# ------------------------------------------------------------------ notes

_OVER_WORDS: Final = {
    "/Highlight": Mark.HIGHLIGHT,
    "/StrikeOut": Mark.STRIKE,
    "/Underline": Mark.UNDERLINE,
    "/Squiggly": Mark.UNDERLINE,
    "/Circle": Mark.OVAL,
}


def _add_note(found: Additions, annotation: DictionaryObject, box: Box, turn: Turn) -> None:
    kind = str(_known(annotation.get("/Subtype")))
    said = _text(annotation.get("/Contents")).replace("\r", "\n").strip()
    if kind == "/FreeText" and said:
        found.items += [word(text, place) for text, place in _typed(said, box)]
    elif kind in _OVER_WORDS:
        found.marks += [(_OVER_WORDS[kind], part) for part in _parts(annotation, box, turn)]
    elif kind in {"/Ink", "/Stamp"}:
        found.items.append(picture(box))
    elif kind == "/Text" and said:
        found.comments.append(said)


def _typed(said: str, box: Box) -> Iterator[tuple[str, Box]]:
    rows = said.split("\n")
    high = box.height / len(rows)
    for at, text in enumerate(rows):
        top = box.top + at * high
        yield text, Box(box.left, top, box.right, top + high)


_QUAD: Final = 8


def _parts(annotation: DictionaryObject, box: Box, turn: Turn) -> list[Box]:
    """The pieces of text over which a mark lies: four corners each."""
    quads = _known(annotation.get("/QuadPoints"))
    if not isinstance(quads, ArrayObject) or len(quads) < _QUAD:
        return [box]
    edges = [float(_known(edge)) for edge in list(quads)[: _QUAD * MOST]]
    pieces = (edges[at : at + _QUAD] for at in range(0, len(edges) - _QUAD + 1, _QUAD))
    return [turn.box_of(list(zip(piece[::2], piece[1::2], strict=True))) for piece in pieces]
