"""One sheet: what is printed, drawn, filled in and noted on it, brought together."""

from collections.abc import Iterable, Iterator
from typing import Final

import pypdfium2
from pypdf import PageObject
from pypdf.errors import PyPdfError

from forms.page import Field, Kind
from forms.pdf import glyphs, strokes, widgets
from forms.pdf.items import Box, Item, Sheet, picture, tick_box
from forms.pdf.strokes import Strokes
from forms.pdf.turning import Turn
from forms.pdf.widgets import Additions
from forms.refusals import Damaged

_WHOLE: Final = 0.6
_FEW_WORDS: Final = 20  # a scanning app prints its name at the foot


def read_sheet(page: pypdfium2.PdfPage, other: PageObject | None, number: int) -> tuple[Sheet, list[Field]]:
    """A sheet and its form fields. `other` is the same page in pypdf. Raises TooBig or Damaged."""
    turn = _turn(page)
    drawn = strokes.read(page.raw, turn)
    width, height = turn.size
    filled = any(_whole(shown, width, height) for shown in drawn.pictures)
    printed = page.get_textpage()  # closed when nobody holds it
    words = glyphs.words(printed.raw, turn, drawn, keep_hidden=filled)
    added = _additions(other, turn, number)
    sheet = Sheet(width, height, across=drawn.across, down=drawn.down, shades=drawn.fills)
    sheet.layered = filled and drawn.unseen_text
    sheet.pictured = filled and not sheet.layered and len(words) < _FEW_WORDS
    sheet.comments = added.comments
    sheet.items = [*_marked(_combined(words, drawn, added), added), *_pictures(drawn, width, height)]
    return sheet, added.fields


def _turn(page: pypdfium2.PdfPage) -> Turn:
    left, bottom, right, top = page.get_cropbox()
    return Turn(left, bottom, right - left, top - bottom, page.get_rotation())


def _additions(other: PageObject | None, turn: Turn, number: int) -> Additions:
    if other is None:
        return Additions()
    try:
        return widgets.read(other, turn, number)
    except (
        PyPdfError,
        ValueError,
        TypeError,
        KeyError,
        AttributeError,
        RecursionError,
        OverflowError,
    ) as error:
        raise Damaged from error  # a form whose answers cannot be read must not look blank


def _whole(shown: Box, width: float, height: float) -> bool:
    return shown.width * shown.height >= _WHOLE * width * height


_SMALLEST_PICTURE: Final = 8.0


def _pictures(drawn: Strokes, width: float, height: float) -> Iterator[Item]:
    for shown in drawn.pictures:
        if min(shown.width, shown.height) >= _SMALLEST_PICTURE and not _whole(shown, width, height):
            yield picture(shown)


def _combined(words: list[Item], drawn: Strokes, added: Additions) -> list[Item]:
    """Words, fields and drawn boxes; a box that is also a field, or a printed sign, stands once."""
    boxes = [item.box for item in (*words, *added.items) if item.span.kind is Kind.CHECK]
    squares = [
        square
        for square in _distinct(drawn.squares)
        if not any(square.holds(box.middle, 2) or box.holds(square.middle, 2) for box in boxes)
        and not any(item.box.holds(square.middle) for item in added.items)
    ]
    crosses = [*drawn.slanted, *drawn.blots, *drawn.fills, *drawn.ovals]
    drawn_boxes = [_drawn_box(square, words, crosses) for square in squares]
    signs = {id(item) for item in words if any(square.holds(item.box.middle) for square in squares)}
    return [*(item for item in words if id(item) not in signs), *drawn_boxes, *added.items]


def _distinct(squares: Iterable[Box]) -> list[Box]:
    """A box drawn twice (edge and inside) is one."""
    kept: list[Box] = []
    for square in sorted(squares, key=lambda box: -box.width):
        if not any(known.holds(square.middle) for known in kept):
            kept.append(square)
    return kept


_SIGN: Final = 0.35


def _drawn_box(square: Box, words: Iterable[Item], crosses: Iterable[Box]) -> Item:
    written = any(square.holds(item.box.middle) for item in words)
    return tick_box(square, checked=written or any(_fills(cross, square) for cross in crosses))


def _fills(cross: Box, square: Box) -> bool:
    inside = square.holds(cross.middle, 1) and cross.width <= 1.6 * square.width
    return inside and min(cross.width, cross.height) >= _SIGN * square.width


def _marked(items: list[Item], added: Additions) -> list[Item]:
    for mark, box in added.marks:
        for item in items:
            if box.holds(item.box.middle):
                item.span.marks |= mark
    return items
