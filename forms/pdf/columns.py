"""Questions on the left and answers on the right, without a table's lines: a question that runs over two lines is one.

Read line by line, the answer would stand in the middle of its question.
"""

from collections.abc import Sequence
from typing import Final

from forms.pdf.items import Box, Item
from forms.pdf.lines import LEADING, SPACE, WIDE, Line

_NEAR: Final = 3.0
_GUTTER: Final = 24.0  # points; the widest space that is left free before the right column


def folded(found: Sequence[Line]) -> list[Line]:
    """The lines, with those taken into the line above whose question or answer they go on with."""
    widths = _left_columns(found)
    done: list[Line] = []
    for line in found:
        if not done or not _fold(done[-1], line, widths):
            done.append(line)
    return done


def _left_columns(found: Sequence[Line]) -> dict[int, float]:
    """How far the left column reaches, by the place where the right one begins."""
    reach: dict[int, float] = {}
    for line in found:
        left, right = _parted(line.items)
        if right:
            at = round(right[0].box.left / _NEAR)
            reach[at] = max(reach.get(at, 0), left[-1].box.right)
    return reach


def _parted(items: Sequence[Item]) -> tuple[list[Item], list[Item]]:
    """What stands before and behind a line's only wide gap; nothing behind when there are more gaps, or none."""
    gaps = [at for at in range(1, len(items)) if _gap(items[at - 1].box, items[at].box) > WIDE]
    return (list(items[: gaps[0]]), list(items[gaps[0] :])) if len(gaps) == 1 else (list(items), [])


def _gap(one: Box, other: Box) -> float:
    return (other.left - one.right) / max(one.height, other.height, 1)


def _fold(above: Line, line: Line, widths: dict[int, float]) -> bool:
    left, right = _parted(above.items)
    if not right or line.box.top - above.box.bottom > LEADING * line.box.height:
        return False
    edge = right[0].box.left
    more_left, more_right = _parted(line.items)
    if more_right and abs(more_right[0].box.left - edge) > _NEAR:
        return False
    reach = max(widths.get(round(edge / _NEAR), 0), edge - _GUTTER)
    starts = abs(line.box.left - left[0].box.left) <= _NEAR and more_left[-1].box.right < edge
    full = left[-1].box.right + SPACE * line.box.height + line.first_width > reach + 1
    if not (starts and full) or _own_question(more_left, left):
        return False
    more_left[0].glued = False
    above.items = [*left, *more_left, *right, *more_right]
    above.box = above.box.with_(line.box)
    return True


def _own_question(more: Sequence[Item], left: Sequence[Item]) -> bool:
    """Whether the question above is at its end: it has its mark, or the line below begins with a number or a box."""
    ended = left[-1].span.text.endswith((":", "?"))
    return ended or more[0].span.text[:1].isdigit() or more[0].span.checked is not None
