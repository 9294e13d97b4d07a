"""Where the answer of a label stands: beside it, under it, in its own line or cell, or in a control of its own."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import takewhile

from forms.definition import FieldSpec, FieldType, Position
from forms.mapping.choices import YES_NO
from forms.mapping.labels import Anchor, Index, headings
from forms.mapping.layout import Grid, Layout, Place, bold, cut, fillable, is_bold
from forms.mapping.values import Found, Lines, plain
from forms.mapping.words import LONGEST_LABEL, key, tidy
from forms.page import Kind, Mark, Para, Span

RIGHT, SAME_LINE, SAME_CELL, BELOW = 0.99, 0.97, 0.95, 0.95
_WORDY = frozenset({FieldType.TEXT, FieldType.SIGNATURE})
_CHOOSING = frozenset({FieldType.YES_NO, FieldType.CHOICE})
_LABEL_TAIL = re.compile(r"[\s:?*.)]+")
_ASIDE = re.compile(r"\s*\([^()]{1,80}\)[\s:?*.]*")
_UNTOUCHED = re.compile(r"(?i)[☐\s/|()\[\]_.:-]|\b(?:yes|no|y|n)\b")
_MARKS = (
    Mark.HIGHLIGHT
    | Mark.STRIKE
    | Mark.DOUBLE_STRIKE
    | Mark.UNDERLINE
    | Mark.BORDER
    | Mark.OVAL
    | Mark.SHADING
)


class Finder:
    """Finds answers on one page. Each answer's place is given out once."""

    def __init__(self, layout: Layout, anchors: Sequence[Anchor], index: Index, owned: set[int]) -> None:
        self._layout = layout
        self._index = index
        self._gone = set(owned)
        self._shared: set[int] = set()  # cells that hold the answers of several labels
        self._labels: dict[int, list[Anchor]] = {}
        for anchor in anchors:
            self._labels.setdefault(anchor.place.order, []).append(anchor)

    def find(self, anchor: Anchor, spec: FieldSpec) -> Found:
        """The answer's place for a label."""
        found = self._in_table(anchor, spec) if anchor.place.grid is not None else self._in_text(anchor, spec)
        found.lines = [line for line in found.lines if not self._printed("".join(span.text for span in line))]
        if found.place is not anchor.place:
            self._gone.add(found.place.order)
        found.factor = anchor.factor * found.factor
        return found

    def control(self, name: str, spec: FieldSpec) -> Found | None:
        """What stands in a named control, with the rest of its cell where the control fills it alone."""
        for place in self._layout.controls.get(name, ()):
            lines = [[span for span in line.spans if span.control == name] for line in place.lines]
            if place.grid is not None and not self._labels.get(place.order) and _only_control(place, name):
                lines = [line.spans for line in place.lines]
            self._gone.add(place.order)
            label = _words_before(place, name) or spec.labels[0]
            return Found(
                [line for line in lines if line], place, label, place.section, 1.0, f"in its control “{name}”"
            )
        return None

    # ------------------------------------------------------------ in a table

    def _in_table(self, anchor: Anchor, spec: FieldSpec) -> Found:
        grid = anchor.place.grid
        assert grid is not None
        if spec.column and (under := self._under_head(grid, anchor, spec)) is not None:
            return under
        inline = self._inline(anchor)
        if spec.place is Position.SAME or self._prefers_own(inline, anchor):
            return inline
        ways = (self._below, self._right) if self._goes_down(anchor, spec) else (self._right, self._below)
        if (first := ways[0](anchor, spec)) is not None:
            return first
        second = ways[1](anchor, spec)
        if second is not None and (spec.place is not Position.RIGHT or given(second.lines)):
            return second
        return inline

    def _prefers_own(self, inline: Found, anchor: Anchor) -> bool:
        """Whether the label's own cell holds the answer: something was written there, or is there to be filled."""
        if not any(inline.lines):
            return False
        if given(inline.lines):
            return True
        if not any(fillable(line) or _options(line) for line in inline.lines):
            return False
        beside = anchor.place.grid.beside(anchor.place) if anchor.place.grid else None
        return beside is None or not self._free(beside) or not given(_lines(beside))

    def _goes_down(self, anchor: Anchor, spec: FieldSpec) -> bool:
        if spec.place is not Position.UNSTATED:
            return spec.place is Position.BELOW
        grid = anchor.place.grid
        beside = grid.beside(anchor.place) if grid else None
        if grid is None or beside is None:
            return True
        # A head beside a head that this definition does not know: both bold, something not bold under the first.
        below = grid.below(anchor.place) if bold(beside) and bold(anchor.place) else None
        return below is not None and self._free(below) and not bold(below)

    def _right(self, anchor: Anchor, spec: FieldSpec) -> Found | None:
        grid = anchor.place.grid
        beside = grid.beside(anchor.place) if grid else None
        if beside is not None and (stacked := self._stacked(anchor, beside)) is not None:
            return stacked
        if grid is None or beside is None or not self._free(beside):
            return None
        if spec.type in _CHOOSING and (lines := self._choice_cells(grid, beside)):
            return Found(lines, beside, anchor.label, "", RIGHT, _BESIDE)
        lines = _lines(beside)
        if spec.type in _WORDY:
            lines = lines + list(self._continued_right(grid, anchor.place, beside))
        return Found(lines, beside, anchor.label, "", RIGHT, _BESIDE)

    def _stacked(self, anchor: Anchor, beside: Place) -> Found | None:
        """Labels one under another in a cell, with as many answers one under another in the next."""
        labels = [label for label in self._labels[anchor.place.order] if label.whole_line]
        if len(labels) < 2 or len(beside.lines) != len(labels) or anchor not in labels:  # noqa: PLR2004 - one is no stack
            return None
        if beside.order not in self._shared and not self._free(beside):
            return None
        self._shared.add(beside.order)
        line = beside.lines[labels.index(anchor)]
        return Found([_spans(line, beside)], beside, anchor.label, "", RIGHT, _BESIDE, line.path)

    def _choice_cells(self, grid: Grid, first: Place) -> Lines:
        """Options in cells of their own: "Yes" and "No" side by side, or ticks under the heads "Yes" and "No"."""
        cells = [first]
        while (following := grid.beside(cells[-1])) is not None and self._free(following):
            cells.append(following)
        if len(cells) == 1:
            return []
        heads = [self._yes_no_head(grid, cell) for cell in cells]
        if sum(head is not None for head in heads) > 1:
            pairs = [(head, cell) for head, cell in zip(heads, cells, strict=True) if head]
            return [[_tick(cell), Span(f" {head} ")] for head, cell in pairs]
        if all(key(cell.text) in YES_NO or cell is first for cell in cells) or _options(_flat(cells)):
            self._gone.update(cell.order for cell in cells[1:])
            return [line for cell in cells for line in _lines(cell)]
        return []

    def _yes_no_head(self, grid: Grid, cell: Place) -> str | None:
        """The head "Yes" or "No" over a cell; a row with a question of its own is no row of heads."""
        for row in reversed(grid.rows[: cell.row]):
            if any(place.order in self._labels for place in row):
                continue
            for head in row:
                if head.column == cell.column and key(head.text) in YES_NO:
                    return head.text.strip()
        return None

    def _continued_right(self, grid: Grid, label: Place, beside: Place) -> Iterator[list[Span]]:
        """Rows under the answer whose label cell is empty or merged into the label's: more of the same answer."""
        for number in range(label.row + 1, len(grid.rows)):
            row = grid.rows[number]
            here, left = grid.at(number, beside.column), grid.at(number, label.column)
            across = (
                len(row) == 1 and here is not None and label.column == 0 and here.columns > beside.columns
            )
            if here is None or not self._free(here) or (here.column != beside.column and not across):
                return
            merged = left is None and number < label.row + label.rows
            if not (merged or (left is not None and left is not here and left.blank)) or here.blank:
                return
            self._gone.add(here.order)
            yield from _lines(here)

    def _below(self, anchor: Anchor, spec: FieldSpec) -> Found | None:
        grid = anchor.place.grid
        under = grid.below(anchor.place) if grid else None
        if grid is None or under is None or not self._free(under):
            return None
        lines = _lines(under)
        if spec.type in _WORDY and len(grid.rows[under.row]) == 1:
            more = takewhile(
                lambda place: place is not None and self._free(place) and len(grid.rows[place.row]) == 1,
                (grid.at(row, under.column) for row in range(under.row + under.rows, len(grid.rows))),
            )
            for place in more:
                assert place is not None
                self._gone.add(place.order)
                lines = lines + _lines(place)
        return Found(lines, under, anchor.label, "", BELOW, "text below the label")

    def _under_head(self, grid: Grid, anchor: Anchor, spec: FieldSpec) -> Found | None:
        wanted = key(spec.column)
        for row in reversed(grid.rows[: anchor.place.row]):
            for head in row:
                if key(head.text) == wanted:
                    cell = grid.at(anchor.place.row, head.column)
                    if cell is not None and cell is not anchor.place:
                        return Found(_lines(cell), cell, anchor.label, "", RIGHT, f"under “{head.text}”")
        return None

    # ------------------------------------------------------------ in running text

    def _in_text(self, anchor: Anchor, spec: FieldSpec) -> Found:
        inline = self._inline(anchor)
        if self._next_in_line(anchor) is not None:
            return inline
        here = given(inline.lines) or _options(inline.lines[0])
        if here and spec.type not in _WORDY:
            return inline
        following = list(self._following(anchor.place))
        if not here and spec.type not in _WORDY:
            following = following[:1]
        used = [place for place in following if not place.blank]
        if not used:
            return inline if here or fillable(inline.lines[0]) else self._boxed(anchor) or inline
        if not here and fillable(inline.lines[0]) and not any(given(_lines(place)) for place in used):
            return inline
        self._gone.update(place.order for place in used)
        lines = (inline.lines if here else []) + [line for place in used for line in _lines(place)]
        if here:
            return Found(lines, anchor.place, anchor.label, "", SAME_LINE, inline.how)
        return Found(lines, used[0], anchor.label, "", BELOW, "text below the label")

    def _following(self, place: Place) -> Iterator[Place]:
        """The paragraphs after a label that belong to its answer: up to the next label, heading, question or table."""
        for other in self._layout.places[place.order + 1 :]:
            if other.grid is not None or other.order in self._labels or other.order in self._gone:
                return
            if other.lines[0].heading or _asks(other.lines[0]) or self._printed(other.text):
                return
            yield other

    def _boxed(self, anchor: Anchor) -> Found | None:
        """A table of one cell right after the label is a box to write into."""
        rest = self._layout.places[anchor.place.order + 1 : anchor.place.order + 3]
        boxes = list(takewhile(lambda place: place.grid is not None or place.blank, rest))
        for box in boxes:
            grid = box.grid
            if grid is not None and len(grid.rows) == 1 and len(grid.rows[0]) == 1 and self._free(box):
                return Found(_lines(box), box, anchor.label, "", BELOW, "in the box below the label")
        return None

    # ------------------------------------------------------------ in the label's own line or cell

    def _inline(self, anchor: Anchor) -> Found:
        place, number = anchor.place, anchor.line
        line, text = place.lines[number], place.texts[number]
        if anchor.start == 0 and anchor.end == len(text) and len(place.lines) == 1:
            return Found(
                [[]], place, anchor.label, "", SAME_LINE, _AFTER, line.path if place.grid is None else ""
            )
        start = _label_end(line, text, anchor.end)
        after = self._next_in_line(anchor)
        lines: Lines = [cut(line, start, after.start if after else len(text))]
        how, factor = _AFTER, SAME_LINE
        if after is None and place.grid is not None:
            rest = list(self._rest_of_cell(anchor))
            if rest and not given(lines):
                how, factor = "text under the label in its cell", SAME_CELL
            lines += [more.spans for more in rest]
        return Found(lines, place, anchor.label, "", factor, how, line.path if place.grid is None else "")

    def _rest_of_cell(self, anchor: Anchor) -> Iterator[Para]:
        labelled = {label.line for label in self._labels[anchor.place.order]}
        for number in range(anchor.line + 1, len(anchor.place.lines)):
            if number in labelled:
                return
            yield anchor.place.lines[number]

    def _next_in_line(self, anchor: Anchor) -> Anchor | None:
        for other in self._labels[anchor.place.order]:
            if other.line == anchor.line and other.start > anchor.start:
                return other
        return None

    # ------------------------------------------------------------ what a place is

    def _free(self, place: Place) -> bool:
        """Whether a cell may hold an answer: given out to nobody, and no label opens it."""
        if place.order in self._gone or self._printed(place.text):
            return False
        return not any(label.line == 0 and label.start == 0 for label in self._labels.get(place.order, ()))

    def _printed(self, text: str) -> bool:
        return bool(self._index.ignore) and (key(text) or text.strip()) in self._index.ignore


_BESIDE, _AFTER = "text beside the label", "text after the label"


def given(lines: Lines) -> bool:
    """Whether somebody put something here: words, a tick, or a mark on one of the printed words."""
    if not any(lines):
        return False
    text = plain(lines)
    if "☒" in text or _UNTOUCHED.sub("", text):
        return True
    if any(span.kind is Kind.IMAGE for line in lines for span in line):
        return True
    said = {word for word in key(text).split() if word in YES_NO}
    if len({YES_NO[word] for word in said}) == 1 and "☐" not in text:
        return True
    if all(span.marks is Mark.NONE for line in lines for span in line):
        return False
    words = {span.marks & _MARKS for line in lines for span in line if span.text.strip(" /|")}
    return len(words) > 1


def _options(line: Iterable[Span]) -> bool:
    words = set(key("".join(span.text for span in line)).split())
    return {"yes", "no"} <= words or {"y", "n"} <= words


def _lines(place: Place) -> Lines:
    return [_spans(line, place) for line in place.lines]


def _spans(line: Para, place: Place) -> list[Span]:
    if not place.shaded:
        return line.spans
    return [
        Span(s.text, s.kind, s.state, s.marks | Mark.CELL_SHADING, s.control, s.checked, s.options)
        for s in line.spans
    ]


def _flat(cells: Iterable[Place]) -> list[Span]:
    return [span for cell in cells for line in cell.lines for span in (*line.spans, Span(" "))]


def _tick(cell: Place) -> Span:
    """A cell under the head "Yes" or "No" as a box: ticked when anything stands in it."""
    spans = [span for line in cell.lines for span in line.spans]
    boxes = [span for span in spans if span.kind is Kind.CHECK]
    ticked = any(box.checked for box in boxes) or bool(_UNTOUCHED.sub("", plain([spans])))
    return Span("", Kind.CHECK, checked=ticked)


def _words_before(place: Place, name: str) -> str:
    """What the form calls a control: the words before it in its line, else the cell to the left."""
    for line in place.lines:
        before = list(takewhile(lambda span: span.control != name, line.spans))
        if len(before) < len(line.spans) and (
            words := tidy("".join(span.text for span in before if not span.control))
        ):
            return words
    beside = place.grid.rows[place.row][place.spot - 1] if place.grid is not None and place.spot else None
    return tidy(beside.text) if beside is not None and len(beside.text) < LONGEST_LABEL else ""


def _only_control(place: Place, name: str) -> bool:
    return all(span.control in ("", name) for line in place.lines for span in line.spans)


def _label_end(line: Para, text: str, end: int) -> int:
    """The end of a label with its colon, and with words in brackets that are printed in one go with it."""
    if match := _ASIDE.match(text, end):
        if not text[match.end() :].strip() and not any(sign.isdigit() for sign in match.group()):
            return len(text)  # nothing but a hint follows
        at = 0
        for span in line.spans:
            size = 1 if span.kind is Kind.CHECK else len(span.text)
            if at < end <= at + size and at + size >= match.end() - 1 and is_bold(span):
                end = match.end()
                break
            at += size
    if match := _LABEL_TAIL.match(text, end):
        end = match.end()
    return end


def _asks(line: Para) -> bool:
    """Whether a paragraph looks like a question that the definition does not know: bold, then a colon or question mark."""
    spans = [span for span in line.spans if span.text.strip()]
    if not spans or not is_bold(spans[0]):
        return False
    return spans[0].text.rstrip().endswith((":", "?"))


def sections(layout: Layout, anchors: Iterable[Anchor], index: Index) -> None:
    """Tell every place under which heading it stands, in the form's own words."""
    heads: Mapping[int, str] = {anchor.place.order: anchor.label for anchor in headings(anchors, index)}
    current = ""
    for place in layout.places:
        if place.order in heads:
            current = heads[place.order]
        elif place.grid is None and place.lines[0].heading and not place.blank:
            current = place.text.strip()
        place.section = current
