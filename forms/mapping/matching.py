"""Which label belongs to which question, where a word stands on the form more than once."""

from collections.abc import Iterable, Mapping, Sequence

from forms.definition import FieldSpec
from forms.mapping.labels import Anchor, Index, headings
from forms.mapping.words import key

Matched = dict[int, Anchor]
"""Number of a question in its index → its label on the page."""


def match(found: Sequence[Anchor], index: Index, owned: set[int]) -> Matched:
    """Each question its label, each label its question: by section, then by the order of the form."""
    by_key: dict[str, list[Anchor]] = {}
    titles = {id(anchor) for anchor in headings(found, index)}
    for anchor in found:
        if anchor.key in index.labels and anchor.place.order not in owned and id(anchor) not in titles:
            by_key.setdefault(anchor.key, []).append(anchor)
    matched: Matched = {}
    labels = [anchor for anchors in by_key.values() for anchor in anchors]
    for label, anchors in by_key.items():
        if len(index.labels[label]) == 1:
            _take(index.labels[label][0], anchors, labels, index, matched)
    for label, anchors in by_key.items():
        if len(index.labels[label]) > 1:
            _share(label, anchors, index, matched)
    return matched


def labels_among(found: Sequence[Anchor], matched: Matched, index: Index, owned: set[int]) -> list[Anchor]:
    """The anchors that are labels indeed: people write words that also stand elsewhere as a label ("Headteacher" as
    somebody's role, "UPN: none yet" in a reason). What no question was matched with is a label when it looks like one.
    """
    own = {id(anchor) for anchor in matched.values()}
    shared = [anchor for anchor in matched.values() if anchor.place.order not in owned]
    in_bold = sum(anchor.bold for anchor in shared[:_ENOUGH_TO_TELL]) * 2 > len(shared[:_ENOUGH_TO_TELL])
    kept = [
        anchor
        for anchor in found
        if id(anchor) in own or _printed(anchor, index, matched.values(), in_bold=in_bold)
    ]
    known = {id(anchor) for anchor in kept}
    kept += [anchor for anchor in matched.values() if id(anchor) not in known]
    return sorted({id(anchor): anchor for anchor in kept}.values(), key=lambda anchor: anchor.at)


_ENOUGH_TO_TELL = 12


def _printed(anchor: Anchor, index: Index, own: Iterable[Anchor], *, in_bold: bool) -> bool:
    if _is_answer(anchor, own):
        return False
    if anchor.key in index.sections or any(
        not isinstance(index.questions[number], FieldSpec) for number in index.labels.get(anchor.key, ())
    ):
        return anchor.whole_line
    return anchor.bold if in_bold else anchor.place.grid is not None and anchor.whole_line


def _is_answer(anchor: Anchor, labels: Iterable[Anchor]) -> bool:
    """Whether words that no question claims stand where a label's answer does: alone beside it, or last in its line."""
    place = anchor.place
    text = place.texts[anchor.line]
    if text[anchor.end :].strip() or text.rstrip().endswith((":", "?")):
        return False
    if place.grid is None or not anchor.whole_line:
        return any(
            other.place is place and other.line == anchor.line and other.at < anchor.at for other in labels
        )
    before = place.grid.rows[place.row][place.spot - 1] if place.spot else None
    return any(other.place is before for other in labels)


def _take(
    number: int, anchors: Sequence[Anchor], labels: Sequence[Anchor], index: Index, matched: Matched
) -> None:
    """The label of a question that no other shares: its own section first, then one that is not where the answer of
    another stands, then a label that stands alone, then the first.
    """
    section = key(index.questions[number].section)
    best = anchors[0]
    if len(anchors) > 1:
        best = min(
            anchors,
            key=lambda one: (
                key(one.place.section) != section,
                _is_answer(one, labels),
                not one.whole_line,
                not one.bold,
                one.at,
            ),
        )
    held = matched.get(number)
    if held is None or (not held.whole_line and best.whole_line):
        matched[number] = best


def _share(label: str, anchors: Sequence[Anchor], index: Index, matched: Matched) -> None:
    """Several questions in the same words."""
    wanting = [number for number in index.labels[label] if number not in matched]
    side_by_side = [number for number in wanting if _column(index, number)]
    for number in side_by_side:
        matched[number] = anchors[0]
    wanting = [number for number in wanting if number not in side_by_side]
    free = [anchor for anchor in anchors if not any(anchor is other for other in matched.values())]
    if len(free) == len(wanting):
        matched.update(zip(wanting, free, strict=True))
        return
    for number in wanting:
        fitting = _in_section(number, free, index) or _between(number, free, matched)
        if fitting:
            matched[number] = fitting[0]
            free.remove(fitting[0])


def _column(index: Index, number: int) -> str:
    question = index.questions[number]
    return question.column if isinstance(question, FieldSpec) else ""


def _in_section(number: int, free: Sequence[Anchor], index: Index) -> list[Anchor]:
    section = key(index.questions[number].section)
    return [anchor for anchor in free if section and key(anchor.place.section) == section]


def _between(number: int, free: Sequence[Anchor], matched: Mapping[int, Anchor]) -> list[Anchor]:
    """The labels between those of the questions before and after this one in the definition."""
    before = [anchor.at for other, anchor in matched.items() if other < number]
    after = [anchor.at for other, anchor in matched.items() if other > number]
    low, high = max(before, default=(-1, 0, 0)), min(after, default=(1 << 30, 0, 0))
    return [anchor for anchor in free if low < anchor.at < high]
