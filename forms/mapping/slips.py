"""Labels with a slip of the pen: looked for only where a question was not found by its own words."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from forms.mapping.labels import Anchor, Index, Sighting
from forms.mapping.layout import Place, bold, is_bold
from forms.mapping.words import key

FUZZY_MOST = 0.9
FUZZY_VALUE, FUZZY_CANDIDATE = 90, 80
"""`token_sort_ratio`: from the first on a label is taken with a value, between the two it is named to a person."""

_CHANGES_SENSE = frozenset(
    [
        "first",
        "second",
        "third",
        "fourth",
        "1",
        "2",
        "3",
        "4",
        "one",
        "two",
        "three",
        "parent",
        "parents",
        "carer",
        "pupil",
        "pupils",
        "child",
        "headteacher",
        "head",
        "school",
        "mother",
        "father",
        "start",
        "end",
        "from",
        "to",
        "date",
        "name",
        "surname",
        "forename",
        "number",
        "days",
        "day",
        "email",
        "telephone",
        "phone",
        "mobile",
        "address",
        "postcode",
        "previous",
        "current",
        "proposed",
        "preferred",
        "home",
        "other",
        "no",
        "not",
        "yes",
        "signed",
        "signature",
        "role",
        "reason",
        "contact",
    ]
)
_SAYS_NOTHING = frozenset(
    [
        "a",
        "an",
        "the",
        "this",
        "that",
        "of",
        "for",
        "in",
        "on",
        "at",
        "by",
        "is",
        "are",
        "was",
        "has",
        "have",
        "any",
        "please",
        "state",
        "your",
        "their",
        "his",
        "her",
        "its",
        "s",
    ]
)
_SHORTEST_FUZZY = 5
_SAME_WORD = 75


@dataclass(frozen=True, slots=True)
class Likeness:
    """A place that may be a question under a slightly different wording."""

    question: int
    anchor: Anchor
    score: float


def likenesses(
    seen: Sighting, index: Index, missing: Iterable[int], taken: Iterable[Anchor]
) -> Iterator[Likeness]:
    """For each question not found the most similar text that no other question owns, down to a score of 80."""
    spare = _spare(seen, index, taken)
    keys = [anchor.key for anchor in spare]
    for number in missing:
        best: Likeness | None = None
        for wanted in {key(label) for label in index.questions[number].labels}:
            if len(wanted) < _SHORTEST_FUZZY:
                continue
            for _, score, at in process.extract(
                wanted, keys, scorer=fuzz.token_sort_ratio, score_cutoff=FUZZY_CANDIDATE, limit=3
            ):
                if (best is None or score > best.score) and same_sense(wanted, keys[at]):
                    best = Likeness(number, spare[at], score)
        if best is not None:
            yield best


def _spare(seen: Sighting, index: Index, taken: Iterable[Anchor]) -> list[Anchor]:
    used = {(anchor.place.order, anchor.line) for anchor in taken}
    found = []
    for place, number, line in seen.cuts:
        if (place.order, number) in used:
            continue
        in_bold = _opens_bold(place, number)
        for start, end, part in line:
            if part not in index.known and (in_bold or _looks_printed(place, number, end)):
                label = place.texts[number][start:end].strip(" \t_")
                found.append(Anchor(part, place, number, start, end, label))
    return found


def _looks_printed(place: Place, line: int, end: int) -> bool:
    """A label ends in a colon or a question mark, or stands alone at the left of its row."""
    text = place.texts[line]
    return (
        text[:end].rstrip().endswith((":", "?"))
        or text[end : end + 1] in (":", "?")
        or (place.grid is not None and end >= len(text.rstrip()))
    )


def _opens_bold(place: Place, line: int) -> bool:
    return any(map(is_bold, place.lines[line].spans[:1])) or bold(place)


def same_sense(one: str, other: str) -> bool:
    """Whether two phrases differ by slips of the pen only, not by a word that asks for something else."""
    left, right = one.split(), other.split()
    return _covered(left, right) and _covered(right, left)


def _covered(words: list[str], others: list[str]) -> bool:
    return all(
        word in others or word in _SAYS_NOTHING or _slipped(word, others, dropped=len(others) < len(words))
        for word in words
    )


def _slipped(word: str, others: list[str], *, dropped: bool) -> bool:
    """Whether a word stands among the others misspelt, or is one that may be left out."""
    if word in _CHANGES_SENSE:
        return any(fuzz.ratio(word, other) >= _SAME_WORD for other in others if other not in _CHANGES_SENSE)
    return dropped or any(fuzz.ratio(word, other) >= _SAME_WORD for other in others)
