"""Words joined to lines and lines to paragraphs.

Print knows lines only. A line goes on in the next one when the next one's first word would not have fitted on it: that
is how the line came to be broken. Everything else is a new paragraph.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from forms.page import Kind, Mark, Para, Region, Span
from forms.pdf.items import Box, Item

WIDE: Final = 1.2
"""A gap wider than this many line heights is a tab: something in a column of its own."""


@dataclass(slots=True)
class Line:
    """Items that stand beside each other, from left to right."""

    items: list[Item]
    box: Box

    @property
    def first_width(self) -> float:
        """The width of its first word, with what is glued to it."""
        right = self.items[0].box.right
        for item in self.items[1:]:
            if not item.glued:
                break
            right = item.box.right
        return right - self.items[0].box.left

    @property
    def words(self) -> int:
        """How many words stand on it."""
        return sum(not item.glued for item in self.items)


def lines(items: Iterable[Item]) -> list[Line]:
    """Items sorted into lines, from top to bottom."""
    found: list[Line] = []
    for item in sorted(items, key=lambda item: (item.box.middle[1], item.box.left)):
        line = next((line for line in reversed(found[-4:]) if _beside(line, item)), None)
        if line is None:
            found.append(Line([item], item.box))
        else:
            line.items.append(item)
            line.box = line.box.with_(item.box)
    for line in found:
        line.items = _in_order(line.items)
    return sorted(found, key=lambda line: line.box.top)


def _beside(line: Line, item: Item) -> bool:
    middle, height = item.box.middle[1], min(line.box.height, item.box.height)
    return abs(middle - line.box.middle[1]) < 0.5 * max(height, 1)


def _in_order(items: Sequence[Item]) -> list[Item]:
    """From left to right; glue holds only to what still stands before."""
    ordered = sorted(items, key=lambda item: item.box.left)
    for before, after in pairwise(ordered):
        after.glued = after.glued and after.box.left - before.box.right < 0.4 * after.box.height
    if ordered:
        ordered[0].glued = False
    return ordered


@dataclass(frozen=True, slots=True)
class Measure:
    """The column in which lines are set: they start at `left` and are broken before `right`."""

    left: float
    right: float

    @classmethod
    def of_page(cls, found: Sequence[Line], width: float) -> "Measure":
        """The text column of a sheet: as wide as its widest line, and not narrower than its left margin suggests."""
        left = min((line.box.left for line in found), default=0)
        right = max((line.box.right for line in found), default=width)
        return cls(left, max(right, width - max(left, 0)))


def paragraphs(
    found: Sequence[Line], measure: Measure, path: str, region: Region = Region.BODY
) -> list[Para]:
    """Lines joined to paragraphs; paths go on as `path/p1`, `path/p2`."""
    groups: list[list[Line]] = []
    for line in found:
        if groups and _goes_on(groups[-1], line, measure):
            groups[-1].append(line)
        else:
            groups.append([line])
    return [_paragraph(group, measure, f"{path}/p{at}", region) for at, group in enumerate(groups, 1)]


_NUMBERED: Final = re.compile(r"(\(?\d{1,2}[.)]|\[\d|[•▪●◦\uf0b7–-]$|\(?[a-h][.)]$)")
_SET_APART: Final = 0.75
LEADING: Final = 0.75
"""Lines further apart than this, in line heights, are paragraphs."""

SPACE: Final = 0.28
"""The width of a space, in line heights."""

_TOLERANCE: Final = 1.5


def _goes_on(group: Sequence[Line], line: Line, measure: Measure) -> bool:
    last = group[-1]
    size = min(last.box.height, line.box.height)
    if line.box.top - last.box.bottom > LEADING * size or _new_start(group, line):
        return False
    return last.box.right + SPACE * size + line.first_width > measure.right - _TOLERANCE


def _new_start(group: Sequence[Line], line: Line) -> bool:
    """Signs of a new paragraph: a number, a box to tick, a bold label after plain text, a column of its own."""
    first, last = line.items[0].span, group[-1].items[-1].span
    if first.kind is Kind.CHECK or _NUMBERED.match(first.text) or first.control or _is_filled_in(last):
        return True
    if Mark.BOLD in first.marks and Mark.BOLD not in last.marks:
        return True
    return line.box.left < group[0].box.left - 2 * WIDE * line.box.height


def _is_filled_in(span: Span) -> bool:
    """Whether it is a form field's value: what a field cannot show is cut off, not broken to the next line."""
    return bool(span.control) and span.kind is not Kind.CHECK


def _paragraph(group: Sequence[Line], measure: Measure, path: str, region: Region) -> Para:
    spans: list[Span] = []
    for at, line in enumerate(group):
        if at and not _split_word(group[at - 1], line, measure):
            _append(spans, _space(" ", group[at - 1].items[-1].span, line.items[0].span))
        _add_line(spans, line)
    number = _take_number(spans)
    return Para(spans, path, region, number)


# A number set apart by a tab, or one that LibreOffice prints for a form with tracked changes: "3.[4.]".
_AUTOMATIC: Final = re.compile(
    r"\d{1,2}(?:\.\d{1,2})*[.)]?\t+|(?:\d{1,2}(?:\.\d{1,2})*[.)]?)?\[\d{1,3}(?:\.\d{1,2})*[.)]?\][ \t]+"
)


def _take_number(spans: list[Span]) -> str:
    """Take an automatic number off the front: it is the paragraph's, not its words."""
    found = _AUTOMATIC.match("".join(span.text if span.kind is Kind.TEXT else "\0" for span in spans))
    left = found.end() if found else 0
    while left:
        taken = min(left, len(spans[0].text))
        spans[0].text = spans[0].text[taken:]
        left -= taken
        if not spans[0].text:
            del spans[0]
    return found.group().strip() if found else ""


def _split_word(above: Line, line: Line, measure: Measure) -> bool:
    """Whether a word was broken: at a hyphen, or a long one (an address of e-mail) that is alone on a full line."""
    last = above.items[-1]
    if len(last.span.text) > 1 and last.span.text.endswith("-") and not last.closed:
        return line.items[0].span.text[:1].islower()
    if above.words != 1 or last.closed or last.span.kind is not Kind.TEXT:
        return False
    full = measure.right - above.box.right < above.box.height
    return full and above.box.width + line.first_width > measure.right - measure.left


def _add_line(spans: list[Span], line: Line) -> None:
    before: Item | None = None
    for item in line.items:
        if before is not None and not item.glued:
            gap = (item.box.left - before.box.right) / max(item.box.height, before.box.height, 1)
            _append(spans, _space(_between(gap), before.span, item.span))
        _append(spans, item.span)
        before = item


def _between(gap: float) -> str:
    """The space that stands for a gap, in line heights: several words to choose from are set apart by several spaces."""
    if gap > WIDE:
        return "\t"
    return "   " if gap > _SET_APART else " "


def _space(text: str, before: Span, after: Span) -> Span:
    """A space is marked as both its neighbours are: a struck-out phrase stays one span."""
    return Span(text, marks=before.marks & after.marks)


def _append(spans: list[Span], span: Span) -> None:
    last = spans[-1] if spans else None
    if last is not None and last.kind is span.kind is Kind.TEXT and _alike(last, span):
        last.text += span.text
    else:
        spans.append(
            Span(span.text, span.kind, span.state, span.marks, span.control, span.checked, span.options)
        )


def _alike(one: Span, other: Span) -> bool:
    return (one.marks, one.control, one.state) == (other.marks, other.control, other.state)
