"""What the words in an answer's place say: their state, and their value by the type of the question."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from forms import normalise
from forms.definition import FieldSpec, FieldType, vocabulary
from forms.mapping.choices import BLANK, YES_NO, Choice, Options, choose
from forms.mapping.layout import Place, shown
from forms.mapping.words import LONGEST_LABEL, key, tidy
from forms.normalise import Meaning
from forms.page import Kind, Mark, Span, State
from forms.reading import Answer, AnswerState

Lines = list[list[Span]]
"""An answer's spans, a list a line."""


@dataclass(slots=True)
class Found:
    """Where a question's answer stands, and how it was found."""

    lines: Lines
    place: Place
    label: str
    section: str
    factor: float  # of the label and the position together
    how: str
    path: str = ""
    where: str = ""

    @property
    def spans(self) -> list[Span]:
        """All spans in one row, lines parted by a line break."""
        joined: list[Span] = []
        for number, line in enumerate(self.lines):
            if number:
                joined.append(Span("\n"))
            joined.extend(line)
        return joined


_COMMON_PLACEHOLDERS = frozenset(
    key(prompt)
    for prompt in (
        "Click or tap here to enter text.",
        "Click here to enter text.",
        "Click or tap to enter text",
        "Click to enter text",
        "Click or tap to enter a date.",
        "Click here to enter a date.",
        "Choose an item.",
        "Choose a building block.",
        "Please select",
        "Please choose",
        "Select",
        "Select one",
        "Enter text",
        "Enter text here",
        "Enter date",
        "Type here",
        "Insert text here",
        "DD/MM/YYYY",
        "DD/MM/YY",
        "dd mm yyyy",
    )
)
_NOT_APPLICABLE = frozenset(
    {"n a", "na", "n/a", "not applicable", "non applicable", "does not apply", "not relevant"}
)
_NONE = frozenset(
    {
        "none",
        "nil",
        "nothing",
        "none known",
        "no known",
        "non",
        "nothing known",
        "none identified",
        "none at present",
    }
)
_NOT_YET = frozenset(
    {
        "tbc", "tba", "tbd", "to be confirmed", "to be advised", "to be decided", "to follow", "unknown", "not known", "dont know",
        "do not know", "not sure", "unsure", "awaiting", "pending", "awaited", "awaiting information", "not yet known", "not available",
    }
)  # fmt: skip
_DATE_MASK = re.compile(r"[-–_. ]*/[-–_. ]*/[-–_. ]*")
_DASH = re.compile(r"[\s–—‐‑−/.*?-]+")
_ATTACHED = re.compile(
    r"(?i)^(?:please\s+|pls\s+)?(?:see|refer to|as per|as|in|on|cf\.?|attached|enclosed)?\s*(?:the\s+|separate\s+|attached\s+|enclosed\s+|my\s+|our\s+)*"
    r"(?:attached|attachments?|enclosed|enclosures?|appendix(?:\s+\w{1,2})?|separate (?:sheet|document|report)|"
    r"(?:attached|enclosed|separate)\s+\w+(?:\s+\w+){0,3}|over(?:leaf)?)[\s.!]*$"
)
_PAPER_ATTACHED = re.compile(
    r"(?i)^(?:please\s+|pls\s+)?(?:(?:see|refer to|as per)\s+)?(?:\w+\s+){0,3}"
    r"(?:ehcp|iep|psp|pep|plan|report|chronology|log|letter|form|document|assessment|statement|record|list|data|copy|details|information)s?"
    r"\s+(?:is\s+|are\s+)?(?:attached|enclosed)[\s.!]*$"
)
_ATTACHED_SIGNS = ("attach", "enclos", "appendix", "separate", "over")
_EG = re.compile(r"(?i)^\s*\(?e\.?\s?g\.?[\s,:]")


def plain(lines: Lines) -> str:
    """The words that somebody gave: no prompts, no author's defaults, no struck-out words, no lines to write on."""
    kept = ["".join(_given(span) for span in line) for line in lines]
    return tidy("\n".join(kept))


def _given(span: Span) -> str:
    if span.state is not State.TYPED or struck(span):
        return ""
    if span.kind is Kind.TEXT:
        return span.text
    if span.kind is Kind.CHECK:
        return "☒" if span.checked else "☐"
    return "" if span.kind in (Kind.IMAGE, Kind.SHAPE) else span.text


def struck(span: Span) -> bool:
    """Whether the words are struck through."""
    return span.marks is not Mark.NONE and bool(
        int(span.marks) & _STRIKES
    )  # as numbers: asking flags is dear


_STRIKES = int(Mark.STRIKE | Mark.DOUBLE_STRIKE)


def words(lines: Lines) -> tuple[str, str]:
    """What was given, and what stands there; the two are one where nothing but plain words was typed."""
    if all(
        span.kind is Kind.TEXT and span.state is State.TYPED and span.marks is Mark.NONE
        for line in lines
        for span in line
    ):
        text = tidy("\n".join("".join([span.text for span in line]) for line in lines))
        return text, text
    return plain(lines), raw(lines)


def raw(lines: Lines) -> str:
    """What stands there, boxes and struck-out words too, prompts left out."""
    kept = (
        "".join(
            "☒" if s.checked else "☐" if s.kind is Kind.CHECK else s.text
            for s in line
            if s.state is not State.PLACEHOLDER
        )
        for line in lines
    )
    return tidy("\n".join(kept))


class Values:
    """Reads answers for one definition."""

    def __init__(self, placeholders: tuple[str, ...]) -> None:
        self._placeholders = _COMMON_PLACEHOLDERS | {key(prompt) for prompt in placeholders} - {""}

    def answer(self, field: FieldSpec, found: Found) -> Answer:
        """The answer that stands in a place."""
        text, stood = words(found.lines)
        choice = self._state(field, found, text) or _READERS[field.type](field, found, text)
        return Answer(
            field.id,
            choice.state,
            choice.value if choice.state is AnswerState.ANSWERED else None,
            stood,
            found.label,
            found.section or field.section,
            found.where or found.place.where,
            found.path or found.place.path,
            round(found.factor * choice.factor, 3),
            _joined(found.how, choice.how),
            choice.rivals,
            (choice.doubt,) if choice.doubt else (),
        )

    def prompt(self, text: str, own: tuple[str, ...] = ()) -> bool:
        """Whether a text is only a prompt of the form."""
        found = key(text)
        if not found:
            return bool(_DATE_MASK.fullmatch(text))
        return found in self._placeholders or any(found == key(prompt) for prompt in own)

    def _state(self, field: FieldSpec, found: Found, text: str) -> Choice | None:
        """The state, where it is not a plain answer: nothing there, a prompt, "N/A", "see attached"."""
        if field.type in _CHOOSING and any(struck(span) for span in found.spans):
            return None  # striking out is how one chooses
        if not text:
            return _nothing(field, found)
        if len(text) > LONGEST_LABEL:
            return None
        if self.prompt(text, field.placeholders):
            return Choice(AnswerState.PLACEHOLDER, how="the form's own prompt")
        return _evasion(field, text) if len(text) < _SHORT else None


_SHORT = 60


def _evasion(field: FieldSpec, text: str) -> Choice | None:
    """Words that are an answer of their own kind; None where they answer the question."""
    if _DASH.fullmatch(text):
        return Choice(AnswerState.NOT_APPLICABLE, factor=0.7, how="a dash")
    if _EG.match(text):
        return Choice(
            AnswerState.AMBIGUOUS,
            factor=0.5,
            how="reads like a prompt",
            doubt="reads like a prompt of the form",
        )
    said = key(text)
    if said in _NOT_APPLICABLE or (said in _NONE and not _none_answers(field)):
        return Choice(AnswerState.NOT_APPLICABLE, how=f"“{text}”")
    if said in _NOT_YET:
        return Choice(AnswerState.AMBIGUOUS, factor=0.8, how=f"“{text}”", doubt="not known yet")
    hinted = any(sign in said for sign in _ATTACHED_SIGNS)
    attached = hinted and (_ATTACHED.match(text) or _PAPER_ATTACHED.match(text))
    return Choice(AnswerState.SEE_ATTACHED, how=f"“{text}”") if attached else None


_CHOOSING = frozenset({FieldType.YES_NO, FieldType.CHOICE})
_NONE_MEANS_SOMETHING = frozenset({FieldType.YES_NO, FieldType.CHOICE, FieldType.COUNT})


def _none_answers(field: FieldSpec) -> bool:
    term = vocabulary().get(field.id)
    own = field.id.startswith("other.") or field.type in _NONE_MEANS_SOMETHING
    return own or (term is not None and term.none_is_answer)


def _joined(*parts: str) -> str:
    return ", ".join(part for part in parts if part)


def _nothing(field: FieldSpec, found: Found) -> Choice:
    spans = [span for line in found.lines for span in line]
    if any(span.kind is Kind.IMAGE for span in spans):
        if field.type is FieldType.SIGNATURE:
            return Choice(AnswerState.ANSWERED, "image", 0.95, "a picture")
        return Choice(AnswerState.UNREADABLE, how="a picture")
    if any(span.state is State.DEFAULT and tidy(span.text) for span in spans):
        return Choice(AnswerState.DEFAULT_LEFT, how="the form's own text was left")
    if any(span.state is State.PLACEHOLDER for span in spans):
        return Choice(AnswerState.PLACEHOLDER, how="the form's own prompt")
    if any(struck(span) and tidy(span.text) for span in spans):
        return Choice(AnswerState.BLANK, factor=0.9, how="all struck out")
    return Choice(AnswerState.BLANK, factor=BLANK.factor, how="")


# ---------------------------------------------------------------- by type

_YES_NO_WORDS: Options = {"yes": "Yes", "no": "No"}

_ONLY_YES_NO = re.compile(r"(?i)[\s☐☒/|()-]*yes[\s☐☒/|()-]+no[\s☐☒/|()-]*")


def _text(_field: FieldSpec, found: Found, text: str) -> Choice:
    if _ONLY_YES_NO.fullmatch(text) and (chosen := choose(found.spans, _YES_NO_WORDS)) is not None:
        return chosen
    return Choice(AnswerState.ANSWERED, text)


@lru_cache(maxsize=1024)
def _unmarked(text: str) -> Choice | None:
    """Words and boxes that bear no mark say the same wherever they stand: most forms hold the same few."""
    return choose([Span(text)], YES_NO)


def _yes_no(_field: FieldSpec, found: Found, _text: str) -> Choice:
    spans = found.spans
    plainly = all(span.marks is Mark.NONE and span.state is State.TYPED for span in spans)
    chosen = _unmarked("".join([shown(span) for span in spans])) if plainly else choose(spans, YES_NO)
    if chosen is not None:
        return chosen
    return Choice(AnswerState.AMBIGUOUS, factor=0.5, how="neither yes nor no", doubt="neither yes nor no")


def _choice(field: FieldSpec, found: Found, text: str) -> Choice:
    options: Options = {key(option): option for option in field.options}
    if not options:
        return _text(field, found, text)
    chosen = choose(found.spans, {**options, **_initials(field.options)})
    if chosen is None or (chosen.state is AnswerState.AMBIGUOUS and len(chosen.rivals) == 1):
        return _text(field, found, text)
    return chosen


def _initials(options: tuple[str, ...]) -> Mapping[str, str]:
    letters = [option[:1].casefold() for option in options]
    return {
        letter: option for letter, option in zip(letters, options, strict=True) if letters.count(letter) == 1
    }


_PROSE = Meaning(None, ("longer than an answer of this kind",))


def _by_meaning(read: Callable[[str], Meaning]) -> "Callable[[FieldSpec, Found, str], Choice]":
    def reader(_field: FieldSpec, _found: Found, text: str) -> Choice:
        meaning = read(text) if len(text) <= normalise.LONGEST else _PROSE
        doubt = meaning.doubts[0] if meaning.doubts else ""
        if meaning.value is None:
            return Choice(AnswerState.AMBIGUOUS, factor=0.5, how=doubt, rivals=meaning.rivals, doubt=doubt)
        return Choice(AnswerState.ANSWERED, meaning.value, doubt=doubt)

    return reader


Reader = Callable[[FieldSpec, Found, str], Choice]
_READERS: Mapping[FieldType, Reader] = {
    FieldType.TEXT: _text,
    FieldType.SIGNATURE: _text,
    FieldType.YES_NO: _yes_no,
    FieldType.CHOICE: _choice,
    FieldType.DATE: _by_meaning(normalise.read_date),
    FieldType.COUNT: _by_meaning(normalise.read_count),
    FieldType.NUMBER: _by_meaning(normalise.read_number),
    FieldType.UPN: _by_meaning(normalise.read_upn),
    FieldType.POSTCODE: _by_meaning(normalise.read_postcode),
    FieldType.PHONE: _by_meaning(normalise.read_phone),
    FieldType.EMAIL: _by_meaning(normalise.read_email),
}
