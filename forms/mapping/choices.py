"""Which of several printed words was chosen: by a box, by striking out, by any other mark, or by standing alone."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from forms.mapping.words import key
from forms.page import Kind, Mark, Span, State
from forms.reading import AnswerState, Value

BOX, WORD_ALONE, STRUCK = 0.98, 0.95, 0.95
FACTORS: tuple[tuple[Mark, float, str], ...] = (
    (Mark.HIGHLIGHT, 0.85, "highlighted"),
    (Mark.BOLD, 0.85, "in bold"),
    (Mark.UNDERLINE, 0.85, "underlined"),
    (Mark.BORDER, 0.85, "in a border"),
    (Mark.COLOUR, 0.7, "in colour"),
    (Mark.SHADING, 0.7, "shaded"),
    (Mark.CELL_SHADING, 0.7, "in a shaded cell"),
    (Mark.ITALIC, 0.5, "in italics"),
    (Mark.OVAL, 0.5, "circled"),
)
"""How far a mark is trusted, and how it is named."""
_STRIKES = Mark.STRIKE | Mark.DOUBLE_STRIKE

YES_NO: Mapping[str, bool] = {"yes": True, "no": False, "y": True, "n": False}
Options = Mapping[str, str | bool]
"""The key of each printed word → its value."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What was chosen; `factor` is the trust in the way it was marked."""

    state: AnswerState
    value: Value = None
    factor: float = 1.0
    how: str = ""
    rivals: tuple[str, ...] = ()
    doubt: str = ""


BLANK = Choice(AnswerState.BLANK, factor=BOX, how="nothing is marked")


@dataclass(slots=True)
class _Token:
    """A box, an option's word, or any other word."""

    text: str
    at: int
    end: int
    marks: Mark
    box: bool | None = None  # ticked or not, for a box or a tick
    drawn: bool = False  # a real box, not a tick that somebody typed
    option: str = ""  # key of the option


_TOKEN = re.compile(r"[☐□▢◻❑❏○◯☑☒☓✓✔✗✘✕✖√■●]|\[\s*[xX✓]?\s*\]|(?:[^\W_]|['’])+")
_EMPTY_BOXES, _TICKED_BOXES = frozenset("☐□▢◻❑❏○◯"), frozenset("☑☒■●")
_TICKS = frozenset({"✓", "✔", "√", "✗", "✘", "✕", "✖", "☓", "x", "X", "ü", "þ", "P"})
_SIDE_TALK = re.compile(
    r"(?i)^[\s(*.,;:–-]*(?:if\b|please\b|tick\b|delete\b|circle\b|as appropriate|give details|provide|details?\b|when\b|which\b|state\b).*$"
)


def choose(spans: Sequence[Span], options: Options) -> Choice | None:
    """The option chosen among those printed; None when no option is there to choose (the words are an answer of their own)."""
    tokens = _tokens(spans, options)
    words = [token for token in tokens if token.option]
    boxes = [token for token in tokens if token.box is not None]
    if boxes and (chosen := _by_box(boxes, words, options)) is not None:
        return chosen
    if not words:
        return None
    if len({options[word.option] for word in words}) > 1:
        return _among(words, tokens, options)
    if any(box.drawn for box in boxes):
        return BLANK  # an empty box beside a printed word
    return _alone(words[0], tokens, options)


# ---------------------------------------------------------------- reading the tokens


def _tokens(spans: Sequence[Span], options: Options) -> list[_Token]:
    tokens: list[_Token] = []
    at = 0
    for span in spans:
        if span.state is State.PLACEHOLDER:
            continue
        if span.kind is Kind.CHECK:
            tokens.append(_Token("☒", at, at + 1, span.marks, box=bool(span.checked), drawn=True))
            at += 1
            continue
        tokens += [
            _token(match.group(), at + match.start(), at + match.end(), span.marks)
            for match in _TOKEN.finditer(span.text)
        ]
        at += len(span.text)
    _join_words(tokens)
    _find_options(tokens, options)
    _typed_ticks(tokens)
    return tokens


def _token(text: str, at: int, end: int, marks: Mark) -> _Token:
    token = _Token(text, at, end, marks)
    if text in _EMPTY_BOXES or text in _TICKED_BOXES:
        token.box, token.drawn = text in _TICKED_BOXES, True
    elif text.startswith("["):
        token.box, token.drawn = bool(text.strip("[] ")), True
    return token


def _join_words(tokens: list[_Token]) -> None:
    """A word split over spans ("Y" + "es") is one word when the parts are marked alike."""
    for number in range(len(tokens) - 1, 0, -1):
        one, other = tokens[number - 1], tokens[number]
        if one.end == other.at and one.box is None and other.box is None and one.marks == other.marks:
            one.text, one.end = one.text + other.text, other.end
            del tokens[number]


def _find_options(tokens: list[_Token], options: Options) -> None:
    if options is YES_NO:
        for token in tokens:
            if token.box is None and (word := token.text.casefold()) in YES_NO:
                token.text = token.option = word
        return
    longest = max(option.count(" ") + 1 for option in options)
    number = 0
    while number < len(tokens):
        for length in range(min(longest, len(tokens) - number), 0, -1):
            group = tokens[number : number + length]
            phrase = key(" ".join(token.text for token in group))
            if phrase in options and not any(token.box is not None for token in group):
                tokens[number : number + length] = [
                    _Token(phrase, group[0].at, group[-1].end, _of_phrase(group), option=phrase)
                ]
                break
        number += 1


def _of_phrase(group: Sequence[_Token]) -> Mark:
    """The marks that all words bear; a ring drawn by hand seldom takes in the whole phrase."""
    return _shared(group) | (Mark.OVAL if any(token.marks & Mark.OVAL for token in group) else Mark.NONE)


def _shared(group: Sequence[_Token]) -> Mark:
    marks = group[0].marks
    for token in group[1:]:
        if token.marks is not marks:
            marks &= token.marks
    return marks


def _typed_ticks(tokens: list[_Token]) -> None:
    """A tick or a lone x counts as a ticked box where options stand beside it."""
    if any(token.option for token in tokens):
        for token in tokens:
            if token.text in _TICKS and not token.option:
                token.box = True
    elif len(tokens) == 1 and tokens[0].text in _TICKS and tokens[0].text not in ("x", "X", "P"):
        tokens[0].box = True


# ---------------------------------------------------------------- boxes


def _by_box(boxes: list[_Token], words: list[_Token], options: Options) -> Choice | None:
    ticked = [box for box in boxes if box.box]
    if not words:
        return _lone_box(boxes, options)
    if not ticked:
        return None  # perhaps a word is marked instead
    if len(ticked) == 1 and len(boxes) < len(words):
        return _by_tick(ticked[0], words, options)
    owners = _owners(boxes, words)
    chosen = [owners[id(box)] for box in ticked if id(box) in owners]
    values = {options[word.option] for word in chosen}
    if len(values) > 1:
        return Choice(
            AnswerState.AMBIGUOUS,
            factor=0.5,
            how="more than one box is ticked",
            rivals=tuple(word.text for word in chosen),
        )
    if not values:
        return None
    how = "a ticked box" if ticked[0].drawn else "a tick beside the word"
    return Choice(AnswerState.ANSWERED, values.pop(), BOX if ticked[0].drawn else WORD_ALONE, how)


def _lone_box(boxes: list[_Token], options: Options) -> Choice | None:
    if len(boxes) > 1 or options.keys() != YES_NO.keys():
        return None
    if boxes[0].box:
        return Choice(AnswerState.ANSWERED, value=True, factor=WORD_ALONE, how="a ticked box")
    return BLANK


def _owners(boxes: list[_Token], words: list[_Token]) -> dict[int, _Token]:
    """Which word each box belongs to: boxes stand all before or all after their words."""
    if boxes[0].at >= words[0].at:
        earlier = ((box, bisect_right(words, box.at, key=_end)) for box in boxes)
        return {id(box): words[count - 1] for box, count in earlier if count}
    owners: dict[int, _Token] = {}
    ticked_before: int | None = None  # the word that a ticked box nearer to it stands before
    for box in reversed(boxes):
        place = bisect_left(words, box.end, key=_start)
        if place < len(words) and ticked_before != place:
            owners[id(box)] = words[place]
        if box.box:
            ticked_before = place
    return owners


def _start(token: _Token) -> int:
    return token.at


def _end(token: _Token) -> int:
    return token.end


def _by_tick(tick: _Token, words: list[_Token], options: Options) -> Choice:
    """A lone tick belongs to the nearest word; halfway between two a person must look."""
    ranked = sorted(words, key=lambda word: _gap(tick, word))
    first, second = ranked[0], ranked[1] if len(ranked) > 1 else ranked[0]
    if options[first.option] != options[second.option] and _gap(tick, first) == _gap(tick, second):
        return _unclear(words, "the tick stands halfway between two words")
    return Choice(AnswerState.ANSWERED, options[first.option], WORD_ALONE, "a tick beside the word")


def _gap(tick: _Token, word: _Token) -> int:
    return word.at - tick.end if word.at >= tick.end else tick.at - word.end


# ---------------------------------------------------------------- marks


def _among(words: list[_Token], tokens: list[_Token], options: Options) -> Choice:
    """What tells one of several printed options from the others."""
    struck = {options[word.option] for word in words if word.marks & _STRIKES}
    left = {options[word.option] for word in words if not word.marks & _STRIKES}
    marked = _marked(words, options)
    if struck and len(left) == 1 and not struck & left:
        chosen = left.pop()
        if not marked or set(marked) == {chosen}:
            return Choice(AnswerState.ANSWERED, chosen, STRUCK, "the other is struck out")
        return _unclear(words, "one word is struck out and marked")
    if struck:
        return _unclear(
            words, "all are struck out" if not left else "not all are struck out, and more than one is left"
        )
    if len(marked) == 1:
        ((chosen, (factor, how)),) = marked.items()
        return Choice(AnswerState.ANSWERED, chosen, factor, f"the word is {how}")
    if marked:
        return _unclear(words, "more than one is marked")
    return _unmarked(words, tokens, options)


def _marked(words: list[_Token], options: Options) -> dict[str | bool, tuple[float, str]]:
    """The options that bear a mark which not every option bears."""
    common = _shared(words)
    if all(word.marks is Mark.NONE for word in words):
        return {}
    found: dict[str | bool, tuple[float, str]] = {}
    for word in words:
        if word.marks & _STRIKES:
            continue
        own = word.marks & ~common
        for mark, factor, how in FACTORS:
            if own & mark:
                found.setdefault(options[word.option], (factor, how))
                break
    return found


def _unmarked(words: list[_Token], tokens: list[_Token], options: Options) -> Choice:
    """Nothing is marked: blank, unless somebody wrote beside the printed words."""
    printed = {options[word.option] for word in words[: len(set(options.values()))]}
    last = words[-1]
    if len(words) == len(printed) + 1 and tokens[-1] is last:
        return Choice(
            AnswerState.ANSWERED, options[last.option], WORD_ALONE * 0.9, "written after the printed words"
        )
    rest = [token for token in tokens if not token.option and token.box is None]
    if not rest or _SIDE_TALK.match(" ".join(token.text for token in rest)):
        return BLANK
    return _unclear(words, "nothing is marked, but something is written beside it")


def _unclear(words: list[_Token], why: str) -> Choice:
    return Choice(
        AnswerState.AMBIGUOUS, factor=0.5, how=why, rivals=tuple(dict.fromkeys(word.text for word in words))
    )


def _alone(word: _Token, tokens: list[_Token], options: Options) -> Choice | None:
    """One option only: it is the answer when it opens the words, a hint when it stands among them."""
    if word.marks & _STRIKES:
        return Choice(
            AnswerState.AMBIGUOUS, factor=0.5, how="the only word is struck out", rivals=(word.text,)
        )
    spoken = [token for token in tokens if token.box is None]
    if spoken[0] is word:
        return Choice(AnswerState.ANSWERED, options[word.option], WORD_ALONE, "a word alone")
    if word.text in ("y", "n"):
        return None
    return Choice(AnswerState.AMBIGUOUS, factor=0.5, how="the word stands among others", rivals=(word.text,))


def ticks(spans: Sequence[Span], options: Options) -> dict[str, bool]:
    """The options that have a box of their own → whether it is ticked."""
    tokens = _tokens(spans, options)
    words = [token for token in tokens if token.option]
    boxes = [token for token in tokens if token.box is not None]
    if not words or not boxes:
        return {}
    found: dict[str, bool] = {}
    for box_id, word in _owners(boxes, words).items():
        box = next(box for box in boxes if id(box) == box_id)
        found[word.option] = found.get(word.option, False) or bool(box.box)
    return found
