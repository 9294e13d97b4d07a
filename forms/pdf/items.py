"""What stands on a sheet and where: the ground on which paragraphs and tables are found again.

A PDF has no paragraphs, no cells and no boxes to tick; it has signs and strokes at places. Places are in points
(1/72 inch) from the top left corner of the sheet as it is looked at.
"""

from dataclasses import dataclass, field
from typing import NamedTuple

from forms.page import Kind, Mark, Span, State


class Box(NamedTuple):
    """A rectangle; `top` is above `bottom`, so it is the smaller number."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        """Its extent across, in points."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """Its extent down, in points."""
        return self.bottom - self.top

    @property
    def middle(self) -> tuple[float, float]:
        """Its centre."""
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2

    def holds(self, point: tuple[float, float], slack: float = 0) -> bool:
        """Whether a point lies in it, or at most `slack` points outside."""
        x, y = point
        across = self.left - slack <= x <= self.right + slack
        return across and self.top - slack <= y <= self.bottom + slack

    def covers(self, other: "Box", slack: float = 0) -> bool:
        """Whether the whole of another box lies in it."""
        return self.holds((other.left, other.top), slack) and self.holds((other.right, other.bottom), slack)

    def with_(self, other: "Box") -> "Box":
        """The smallest box around both."""
        left, top = min(self.left, other.left), min(self.top, other.top)
        return Box(left, top, max(self.right, other.right), max(self.bottom, other.bottom))


@dataclass(slots=True)
class Item:
    """A word, a box to tick, a form field's value or a picture, with its place.

    `glued`: it follows the item before it without a space. `closed`: a space is printed after it.
    """

    box: Box
    span: Span
    glued: bool = False
    closed: bool = False


@dataclass(slots=True)
class Sheet:
    """One sheet's contents. `across` and `down` are the ruling lines, `shades` the coloured areas behind text."""

    width: float
    height: float
    items: list[Item] = field(default_factory=list)
    across: list[Box] = field(default_factory=list)
    down: list[Box] = field(default_factory=list)
    shades: list[Box] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)
    pictured: bool = False  # a picture fills it and next to nothing is printed
    layered: bool = (
        False  # a picture fills it, and text that somebody's scanner recognised lies over it unseen
    )


def word(
    text: str, box: Box, *, marks: Mark = Mark.NONE, glued: bool = False, state: State = State.TYPED
) -> Item:
    """A word of ordinary text."""
    return Item(box, Span(text, marks=marks, state=state), glued)


def tick_box(box: Box, *, checked: bool, control: str = "", shown: str = "") -> Item:
    """A box that can be ticked; `shown` is the sign that is printed for it."""
    return Item(box, Span(shown or "☐☒"[checked], Kind.CHECK, control=control, checked=checked))


def picture(box: Box) -> Item:
    """A picture: a badge, or a signature."""
    return Item(box, Span("", Kind.IMAGE))
