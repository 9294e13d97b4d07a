"""Places to write on a blank form: empty cells, lines, prompts, controls and boxes, and what they say of the answer."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from forms.definition import FieldType
from forms.mapping.layout import Place
from forms.mapping.words import key, tidy
from forms.page import Kind, Para, Span, State

_SPOT = "\0"
_PIECE = re.compile(
    r"(?P<label>[^\0_\t☐☒…]*?[^\0_\t☐☒…\s.:?](?:\s*\([^()]*\))?\s*[:?*]*)\s*"
    r"(?P<spot>(?:[\0_\t☐☒…]|\.{4,}| {3,}|(?<!\w)(?:yes|y)\s*[/|-]?\s*[☐☒\0]*\s*(?:no|n)(?!\w))"
    r"(?:[\0_\t☐☒…\s]|\.{4,}|(?<!\w)(?:yes|y|no|n)(?!\w)|[/|])*)(?=$|\S)",
    re.IGNORECASE,
)
_YES_NO = re.compile(r"(?i)(?<!\w)(?:yes|y)\W{1,8}(?:no|n)(?!\w)")
_ALTERNATIVES = re.compile(
    r"(?i)(?:male|m|boy)\s*/\s*(?:female|f|girl)(?:\s*/\s*(?:other|non-binary))?|(?:female|f|girl)\s*/\s*(?:male|m|boy)(?:\s*/\s*other)?"
)
_CROSSED = re.compile(
    r"(?:[A-Za-z][A-Za-z -]{0,20}?\s*_{1,4}\s*){2,}"
)  # words with a short line for a cross behind each
_MASK = re.compile(r"[-–_. ]*(?:/[-–_. ]*){2}|(?i:dd\W?mm\W?yy(?:yy)?)")

Piece = tuple[str, int, int]
"""A label and the characters of its line, as `_shown` counts them, where the answer stands."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A place to write, and what it says about the answer."""

    type: FieldType | None = None
    options: tuple[str, ...] = ()
    controls: tuple[str, ...] = ()
    placeholders: tuple[str, ...] = ()


def spot_of(lines: Sequence[Para]) -> Spot | None:
    """What a place to write says; None when words stand there that nobody is to write over."""
    spans = [span for line in lines for span in line.spans]
    words = tidy("\n".join("".join(_words(span) for span in line.spans) for line in lines))
    options: tuple[str, ...] = ()
    stood = "".join(_words(span) for span in spans).strip()
    if _CROSSED.fullmatch(stood):
        options = tuple(" ".join(word.split()) for word in re.split(r"_+", stood) if word.strip())
    elif words and not _YES_NO.fullmatch(words.strip(" ☐☒()*")) and not _MASK.fullmatch(words):
        if not _ALTERNATIVES.fullmatch(words):
            return None
        options = tuple(word.strip() for word in words.split("/"))
    kinds = {span.kind for span in spans}
    kind: FieldType | None = None
    if (
        {key(option) for option in options} == {"yes", "no"}
        or "yes" in key(words).split()
        or _YES_NO.search(words)
    ):
        kind, options = FieldType.YES_NO, ()
    elif Kind.DATE in kinds or _MASK.fullmatch(words):
        kind = FieldType.DATE
    elif Kind.CHOICE in kinds:
        kind, options = FieldType.CHOICE, _offered(spans)
    elif options:
        kind = FieldType.CHOICE
    prompts = dict.fromkeys(span.text.strip() for span in spans if _is_prompt(span))
    names = dict.fromkeys(span.control for span in spans if span.control and span.kind is not Kind.CHECK)
    return Spot(kind, options, tuple(names), tuple(prompt for prompt in prompts if prompt))


def _words(span: Span) -> str:
    if span.state is not State.TYPED or span.kind in (Kind.CHOICE, Kind.DATE, Kind.SHAPE, Kind.IMAGE):
        return " "
    return "☐" if span.kind is Kind.CHECK else span.text


def _is_prompt(span: Span) -> bool:
    return span.state is State.PLACEHOLDER and span.kind is not Kind.CHECK


def _offered(spans: Sequence[Span]) -> tuple[str, ...]:
    """The choices of a drop-down, without the prompt that stands first among them."""
    prompts = {key(span.text) for span in spans if span.state is not State.TYPED} | {"choose an item", ""}
    found = (option.strip() for span in spans for option in span.options)
    return tuple(option for option in dict.fromkeys(found) if key(option) not in prompts)


def part(line: Para, start: int, end: int) -> Para:
    """The spans of a line that show these characters, text cut to them."""
    spans: list[Span] = []
    at = 0
    for span in line.spans:
        size = len(_shown(span))
        left, right = max(start - at, 0), min(end - at, size)
        if left < right:
            plain = span.kind is Kind.TEXT and span.state is State.TYPED
            spans.append(replace(span, text=span.text[left:right]) if plain else span)
        at += size
    return Para(spans, line.path)


def pieces_of(line: Para) -> Iterator[Piece]:
    """The labels of a line that are each followed by a place to write."""
    shown = "".join(_shown(span) for span in line.spans)
    if not any(sign in shown for sign in ("\0", "_", "\t", "☐", "…", "....", "   ")) and not _YES_NO.search(
        shown
    ):
        return
    at = 0
    while match := _PIECE.match(shown, at):
        yield match["label"], *match.span("spot")
        at = match.end()
    rest = shown[at:].strip()
    if at and rest.endswith(":"):
        yield rest, len(shown), len(shown)


def pieces_in(place: Place) -> bool:
    """Whether a cell holds labels with places to write of their own."""
    return any(True for line in place.lines for _ in pieces_of(line))


def _shown(span: Span) -> str:
    if span.kind is Kind.CHECK:
        return "☐"
    if span.state is not State.TYPED or span.kind in (Kind.CHOICE, Kind.DATE):
        return _SPOT * max(1, len(span.text))
    return span.text


def tick_words(place: Place) -> list[str]:
    """The words beside boxes, where they are choices of their own and not "Yes" and "No"."""
    found: list[str] = []
    for line in place.lines:
        text = "".join(_shown(span) for span in line.spans).replace("□", "☐").strip()
        if "☐" not in text or _YES_NO.search(text):
            continue
        boxes_first = text.startswith("☐")
        words = re.findall(r"☐\s*([^☐]+)" if boxes_first else r"([^☐]+?)\s*☐", text)
        found += [" ".join(word.split()).strip(" ,;") for word in words if key(word) and _SPOT not in word]
    return (
        found
        if found and all(len(word) <= _LONGEST_OPTION and not word.endswith((":", "?")) for word in found)
        else []
    )


_LONGEST_OPTION = 60
