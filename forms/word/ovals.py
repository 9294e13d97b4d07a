"""Ovals drawn round a word: which word, without laying the page out."""

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import NamedTuple

from forms.page import Mark, Span

_SIZE = 10.5  # points, between the sizes in which most forms are set
_WIDTHS = {
    sign: width
    for width, signs in ((0.25, "ijl'|.,:;!/I -()[]ft"), (0.36, 'r*"“”'), (0.82, "mwMW@%"))
    for sign in signs
}
_USUAL, _CAPITAL = 0.53, 0.69
"""Widths of letters in sizes of the type, after Helvetica's own (Adobe Core 14 metrics), in four classes."""
MOST = 20
"""Ovals of one paragraph: more are ornament, or harm."""
_WORD = re.compile(r"\w+")
_SLACK = 16.0  # points that the estimate may be beside the text
_WIDEST = 1.6  # times that a large font is wider than the estimate


class Oval(NamedTuple):
    """An oval: its middle in points from where the text begins (or its anchor stands), None when that is not told."""

    middle: float | None
    from_anchor: bool = False


def ringed(spans: list[Span], ovals: Iterable[tuple[int, Oval]]) -> list[Span]:
    """The spans of a paragraph, with the mark of an oval on each word that one stands on; each comes with its anchor,
    in characters from the beginning.
    """
    for place, oval in ovals:
        word = _circled("".join(span.text for span in spans), place, oval)
        spans = _marked(spans, *word) if word else spans
    return spans


def _circled(text: str, place: int, shape: Oval) -> tuple[int, int] | None:
    """The word (start, end) that an oval stands on, by its own place, else by where in the text it is anchored.

    Without layout this is an estimate; readers give it little confidence and ask.
    """
    words = [found.span() for found in _WORD.finditer(text)]
    if not words:
        return None
    if shape.middle is not None:
        at = shape.middle + (_across(text[:place]) if shape.from_anchor else 0)
        if -_SLACK <= at <= _across(text) * _WIDEST + _SLACK:
            return min(
                words, key=lambda word: abs(_across(text[: word[0]]) + _across(text[slice(*word)]) / 2 - at)
            )
    return _beside(text, place, words)


def _beside(text: str, place: int, words: list[tuple[int, int]]) -> tuple[int, int]:
    """The word beside a place: the one it touches, else the one it is set apart from by least."""
    before = text[max(place - 1, 0) : place]
    apart = not before or before.isspace()
    ahead = text[place:].lstrip()[:1].isalnum() if apart else not before.isalnum()
    if ahead:
        return next((word for word in words if word[0] >= place), words[-1])
    return next((word for word in reversed(words) if word[0] < place), words[0])


def _across(text: str) -> float:
    """About how far across the line a text reaches, in points."""
    return _SIZE * sum(_WIDTHS.get(sign, _CAPITAL if sign.isupper() else _USUAL) for sign in text)


def _marked(spans: list[Span], start: int, end: int) -> list[Span]:
    """The spans with an oval's mark on the characters from start to end."""
    made: list[Span] = []
    at = 0
    for span in spans:
        first, last = max(start - at, 0), min(end - at, len(span.text))
        if first < last:
            before, inside, after = span.text[:first], span.text[first:last], span.text[last:]
            pieces = (before, span.marks), (inside, span.marks | Mark.OVAL), (after, span.marks)
            made += [replace(span, text=text, marks=marks) for text, marks in pieces if text]
        else:
            made.append(span)
        at += len(span.text)
    return made
