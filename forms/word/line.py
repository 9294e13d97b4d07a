"""A paragraph in the making: spans, joined where nothing tells them apart."""

from forms.page import Kind, Mark, Span, State
from forms.refusals import TooBig

MAX_SPANS = 100_000
"""Spans of one paragraph: a part full of boxes makes one of every three bytes."""

_MARKS: dict[int, Mark] = {}


def as_mark(bits: int) -> Mark:
    """The marks of some bits; enum arithmetic is slow, so each combination is made once."""
    mark = _MARKS.get(bits)
    if mark is None:
        mark = _MARKS[bits] = Mark(bits & _ALL)
    return mark


_ALL = sum(Mark)


class Line:
    """The spans of one paragraph so far."""

    __slots__ = ("_apart", "_pieces", "last_marks", "spans")

    def __init__(self) -> None:
        self.spans: list[Span] = []
        self.last_marks = -1
        self._apart = False
        self._pieces: list[str] = []  # to join the last span when it is done: one by one would be quadratic

    def add(
        self, text: str, marks: int, control: str = "", kind: Kind = Kind.TEXT, state: State = State.TYPED
    ) -> Span:
        """Add characters; they join the span before when they agree with it. Returns the span they are in."""
        if marks == self.last_marks and not self._apart:
            last = self.spans[-1]
            if last.control == control and last.kind is kind and last.state is state:
                self._pieces.append(text)
                return last
        self._apart = False
        return self._new(Span(text, kind, state, as_mark(marks), control), marks)

    def put(self, span: Span) -> Span:
        """Add a span that joins with nothing: a box, a picture, a shape."""
        return self._new(span, -1)

    def part(self) -> None:
        """What comes next is not joined to what is there: a control or a field begins or ends."""
        self.settle()
        self._apart = True

    def settle(self) -> None:
        """Give the last span all the text that has joined it."""
        if self._pieces:
            self.spans[-1].text += "".join(self._pieces)
            self._pieces.clear()

    def _new(self, span: Span, marks: int) -> Span:
        if self._pieces:
            self.settle()
        self.spans.append(span)
        if len(self.spans) > MAX_SPANS:
            raise TooBig
        self.last_marks = marks
        return span
