"""Runs: what stands in a paragraph, span by span.

This is where a reading spends its time. Tags are looked up in one table, ordinary text takes the shortest way, and a
run's look is only worked out when it has properties that could mark an answer.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from forms.page import Kind, Mark, Span, State
from forms.refusals import TooBig
from forms.word import activex, drawings, glyphs
from forms.word.controls import Control, control
from forms.word.fields import Field, form_data
from forms.word.line import Line, as_mark
from forms.word.looks import HIDDEN, PLAIN, Look
from forms.word.names import Element, m, mc, r, symex, w
from forms.word.ovals import MOST, Oval, ringed

if TYPE_CHECKING:
    from forms.word.document import Document


def _fixed(text: str) -> Callable[["Inline", Element, Look], None]:
    return lambda inline, _element, look: inline.write(text, look)


class Inline:
    """The reader of what stands inside paragraphs of one part."""

    def __init__(self, document: "Document", part: str) -> None:
        self.document = document
        self.part = part
        self.line = Line()
        self.control: Control | None = None
        self.extra = 0  # marks that everything here has: of a tracked insertion, of a shaded cell
        self.boxes: list[Element] = []  # text boxes anchored in this paragraph; they follow it
        self._base = PLAIN
        self._style = ""
        self._fields: list[Field] = []
        self._muted = 0  # fields whose code, not whose result, is being read
        self._ovals: list[tuple[int, Oval]] = []

    # ------------------------------------------------------------ a paragraph

    def read(self, paragraph: Element, style: str, base: Look) -> list[Span]:
        """The spans of a paragraph of that style, whose characters have that look."""
        outer = self.line, self._base, self._style, self._ovals
        self.line, self._base, self._style, self._ovals = Line(), base, style, []
        self.children(paragraph)
        if self._fields:
            self._end_codes()
        if self.control is not None and not self.line.spans:
            self._show_empty(self.control)
        self.line.settle()
        spans = ringed(self.line.spans, self._ovals) if self._ovals else self.line.spans
        self.line, self._base, self._style, self._ovals = outer
        return spans

    def depth(self) -> int:
        """How many fields are open; given to `close_fields` later."""
        return len(self._fields)

    def close_fields(self, depth: int) -> None:
        """End the fields that were begun in a cell or part and never ended."""
        while len(self._fields) > depth:
            self._end_field()

    def children(self, element: Element) -> None:
        """Read everything in a container of runs."""
        for child in element:
            tag = child.tag
            if tag == _R:
                self.run(child)
            elif tag in self._beside_runs:
                self._beside_runs[tag](self, child)

    # ------------------------------------------------------------ a run

    def run(self, element: Element) -> None:
        """Read a run: its properties first, then what it shows."""
        look = self._base
        for child in element:
            tag = child.tag
            if tag == _T:
                text = child.text
                if text:
                    self.write(text, look)
            elif tag == _RPR:
                if len(child):
                    look = self.document.styles.run_look(child, self._style)
            elif tag in self._in_run:
                self._in_run[tag](self, child, look)

    def write(self, text: str, look: Look) -> None:
        """Add text as it shows: not in a field's code, not hidden, symbols as symbols, boxes as boxes."""
        if self._muted or look.on & HIDDEN:
            return
        if look.font or not text.isascii():
            text = glyphs.drawn(text, look.font or "")
            if glyphs.has_box(text):
                self._write_boxes(text, look.on)
                return
        if self.control is None and not self._fields:
            self.line.add(text, look.on | self.extra)
        else:
            self._add(text, look.on)

    def _write_boxes(self, text: str, marks: int) -> None:
        for piece, ticked in glyphs.pieces(text):
            if ticked is None:
                self._add(piece, marks)
            elif self.control is not None and self.control.kind is Kind.CHECK:
                self._show_check(self.control, marks)
            else:
                self._put(Span(piece, Kind.CHECK, marks=as_mark(marks | self.extra), checked=ticked))

    def _add(self, text: str, marks: int) -> None:
        inside = self.control
        marks |= self.extra
        if inside is None:
            span = self.line.add(text, marks)
        elif inside.kind is Kind.CHECK:
            self._beside_check(inside, text, marks)
            return
        elif inside.stored is not None:
            span = self._show_stored(inside, marks)
        else:
            inside.shown = True
            span = self.line.add(text, marks, inside.name, inside.kind, inside.state)
            span.options = inside.options
        if self._fields:
            self._fields[-1].add(span)

    def _put(self, span: Span) -> None:
        if self.control is not None:
            self.control.shown = True
            span.control = span.control or self.control.name
        self.line.put(span)

    # ------------------------------------------------------------ controls

    def enter(self, element: Element) -> tuple[Control | None, Element | None]:
        """Go into a content control: gives the one around it, for `leave`, and its content."""
        outer = self.control
        found = {child.tag: child for child in element}
        self.control = control(found.get(_SDT_PR), outer, self.document.stored)
        self.line.part()
        return outer, found.get(_SDT_CONTENT)

    def leave(self, outer: Control | None) -> None:
        """Come out of a content control."""
        self.control = outer
        self.line.part()

    def _sdt(self, element: Element) -> None:
        outer, content = self.enter(element)
        before = len(self.line.spans)
        if content is not None:
            self.children(content)
        if self.control is not None and len(self.line.spans) == before:
            self._show_empty(self.control)
        self.leave(outer)
        if outer is not None:
            outer.shown = True

    def _show_empty(self, inside: Control) -> None:
        """A control with nothing in it still has a place and a name."""
        if self._muted or inside.shown:
            return
        if inside.kind is Kind.CHECK:
            self._show_check(inside, 0)
        elif inside.stored is not None:
            self._show_stored(inside, self.extra)
        else:
            self._put(
                Span("", inside.kind, inside.state, as_mark(self.extra), inside.name, options=inside.options)
            )

    def _show_check(self, inside: Control, marks: int) -> None:
        """A box shows once, whatever glyphs stand in for it."""
        if not inside.shown:
            text = "☒" if inside.checked else "☐"
            self._put(Span(text, Kind.CHECK, marks=as_mark(marks | self.extra), checked=inside.checked))

    def _beside_check(self, inside: Control, text: str, marks: int) -> None:
        """Words that someone wrote into a box's control stand beside the box."""
        self._show_check(inside, marks)
        if any(character.isalnum() for character in text):
            self.line.add(text, marks, inside.name)

    def _show_stored(self, inside: Control, marks: int) -> Span:
        """The stored value stands once, in the place of the text kept for it."""
        if not inside.shown:
            self._put(
                Span(inside.stored or "", inside.kind, inside.state, as_mark(marks), options=inside.options)
            )
        return self.line.spans[-1] if self.line.spans else Span("")

    # ------------------------------------------------------------ fields

    def _field_char(self, element: Element, look: Look) -> None:
        step = element.get(_FIELD_STEP)
        if step == "begin":
            if len(self._fields) > _DEEPEST:
                raise TooBig
            self._fields.append(Field(form_data(element), self.control, hidden=bool(look.on & HIDDEN)))
            self._muted += 1
        elif self._fields and step == "separate":
            self._separate()
        elif self._fields and step == "end":
            self._end_field()

    def _separate(self) -> None:
        current = self._fields[-1]
        if current.in_result or current.drawn_by_data:
            return
        current.in_result = True
        self._muted -= 1
        self.control = current.control
        self.line.part()

    def _end_field(self) -> None:
        current = self._fields.pop()
        if current.in_result:
            self.line.settle()
            current.finish()
            if current.data is not None and self.control is not None and not current.spans:
                self._show_empty(self.control)
            self.control = current.outer
            self.line.part()
        else:
            self._muted -= 1
            self._show_unseparated(current)
        if self._fields:
            self._fields[-1].spans.extend(current.spans)

    def _show_unseparated(self, current: Field) -> None:
        if self._muted or current.hidden:
            return
        if current.drawn_by_data:
            span = current.drawn()
            span.marks = as_mark(self.extra)
            self._put(span)
        elif prompt := current.prompt():
            self.line.add(prompt, self.extra, state=State.PLACEHOLDER)

    def _end_codes(self) -> None:
        """A field code that does not end with its paragraph is broken; it must not swallow the rest of the form."""
        while self._fields and not self._fields[-1].in_result:
            self._end_field()

    def _code(self, element: Element, _look: Look) -> None:
        if self._fields and not self._fields[-1].in_result:
            self._fields[-1].code += element.text or ""

    # ------------------------------------------------------------ containers

    def _inserted(self, element: Element) -> None:
        before = self.extra
        self.extra |= Mark.INSERTED.value
        self.children(element)
        self.extra = before

    def _simple_field(self, element: Element) -> None:
        current = Field(form_data(element), self.control)
        if current.drawn_by_data:
            self._put(current.drawn())
            return
        depth = self.depth()
        self._fields.append(current)
        self._muted += 1
        self._separate()
        self.children(element)
        self.close_fields(depth)

    def _alternatives(self, element: Element) -> None:
        one = drawings.chosen(element)
        if one is not None:
            self.children(one)

    def _run_alternatives(self, element: Element, look: Look) -> None:
        """Alternatives within a run hold what a run holds."""
        one = drawings.chosen(element)
        for child in one if one is not None else ():
            if child.tag == _T:
                self.write(child.text or "", look)
            elif child.tag in self._in_run:
                self._in_run[child.tag](self, child, look)
            elif child.tag == _R:
                self.run(child)

    def _ruby(self, element: Element, _look: Look) -> None:
        base = element.find(_RUBY_BASE)
        if base is not None:
            self.children(base)

    def _formula(self, element: Element) -> None:
        self.write("".join(text.text or "" for text in element.iter(_MATH_TEXT)), self._base)

    # ------------------------------------------------------------ signs and drawings

    def _sign(self, element: Element, look: Look) -> None:
        """A `w:sym`: one character of a font."""
        self.write(
            glyphs.symbol(element.get(_CHAR) or "", element.get(_FONT) or ""), look._replace(font=None)
        )

    def _new_sign(self, element: Element, look: Look) -> None:
        """A symbol that Word 2016 keeps as its first choice, before the same one as text."""
        self.write(glyphs.symbol(element.get(_NEW_CHAR) or "", element.get(_NEW_FONT) or ""), look)

    def _drawing(self, element: Element, look: Look) -> None:
        if self._muted or look.on & HIDDEN:
            return
        pictured, shapes = False, 0
        for piece in drawings.parts(element):
            if piece.tag == drawings.BOX:
                self.boxes.append(piece)
            elif drawings.is_shape(piece):
                shapes += 1
                if shapes <= MOST:
                    self._shape(drawings.oval(piece, element))
            elif drawings.is_picture(piece) and not pictured:
                pictured = True
                self.document.size.pictures += 1
                self._put(Span("", Kind.IMAGE))

    def _shape(self, shape: Oval | None) -> None:
        if shape is not None and len(self._ovals) < MOST:
            self._ovals.append((len(self._text()), shape))
            self._put(Span("", Kind.SHAPE))

    def _object(self, element: Element, look: Look) -> None:
        """An object or VML drawing: an ActiveX control is read from its part, anything else is as it is drawn."""
        embedded = element.find(_CONTROL)
        if embedded is None:
            self._drawing(element, look)
            return
        relation = self.document.relations(self.part).get(embedded.get(_ID) or "")
        name = embedded.get(_NAME) or ""
        if relation is None or not relation.target:
            return
        shown = activex.spans(self.document.package, relation.target, name)
        if shown is None:
            self.document.warnings.append("A control in it could not be read.")
        for span in shown or ():
            self._put(span)

    def _text(self) -> str:
        self.line.settle()
        return "".join(span.text for span in self.line.spans)

    # ------------------------------------------------------------ what is read

    _beside_runs: ClassVar[dict[str, Callable[["Inline", Element], None]]] = {
        w("sdt"): _sdt,
        w("ins"): _inserted,
        w("moveTo"): _inserted,
        w("fldSimple"): _simple_field,
        mc("AlternateContent"): _alternatives,
        m("oMath"): _formula,
        m("oMathPara"): _formula,
        **dict.fromkeys(map(w, ("hyperlink", "smartTag", "customXml", "bdo", "dir", "subDoc")), children),
    }
    """What may stand beside runs. What is not here, deletions and move sources above all, is not read."""

    _in_run: ClassVar[dict[str, Callable[["Inline", Element, Look], None]]] = {
        w("tab"): _fixed("\t"),
        w("ptab"): _fixed("\t"),
        w("br"): _fixed("\n"),
        w("cr"): _fixed("\n"),
        w("noBreakHyphen"): _fixed("-"),
        w("sym"): _sign,
        symex("symEx"): _new_sign,
        w("fldChar"): _field_char,
        w("instrText"): _code,
        w("drawing"): _drawing,
        w("pict"): _object,
        w("object"): _object,
        w("ruby"): _ruby,
        mc("AlternateContent"): _run_alternatives,
    }
    """What a run may show besides text."""


_DEEPEST = 50  # fields in fields: Word itself ends at 20
_R = w("r")
_T = w("t")
_RPR = w("rPr")
_SDT_PR = w("sdtPr")
_SDT_CONTENT = w("sdtContent")
_FIELD_STEP = w("fldCharType")
_RUBY_BASE = w("rubyBase")
_MATH_TEXT = m("t")
_CHAR = w("char")
_FONT = w("font")
_NEW_CHAR = symex("char")
_NEW_FONT = symex("font")
_CONTROL = w("control")
_NAME = w("name")
_ID = r("id")
