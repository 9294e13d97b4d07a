"""Which field id a question's words mean, on a form that nobody has described yet."""

import re
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import fuzz, process

from forms.definition import vocabulary
from forms.mapping.slips import FUZZY_CANDIDATE, FUZZY_VALUE, same_sense
from forms.mapping.words import key

SURE_WORDING, IN_CONTEXT, ALIKE, SOMEWHAT_ALIKE = 0.95, 0.9, 0.8, 0.6
"""How sure a name is: a wording of the vocabulary; a general word in a section that says whose; a similar wording."""
LEAST = 0.4

_WHOSE: tuple[tuple[str, str], ...] = (
    (r"\b(?:parents?|carers?|guardians?|mother|father|family|parental responsibility)\b", "parent"),
    (
        r"\b(?:(?<!move )referral(?! form)|referr(?!al)\w+|school|contact|professional|person completing)\b",
        "home_school",
    ),
    (r"\b(?:pupil|child|student|young person|personal)\b", "pupil"),
)
_NUMBERED = re.compile(r"^(?:section|part|step)\s+\w{1,3}\s+")
_SECOND = re.compile(r"\b(?:2|two|second|2nd|other parent)\b")
_GENERAL: Mapping[str, str] = {
    "name": "name", "full name": "name", "names": "name",
    "telephone": "phone", "tel": "phone", "tel no": "phone", "tel number": "phone", "telephone number": "phone", "phone": "phone",
    "phone number": "phone", "mobile": "phone", "contact number": "phone", "mobile number": "phone", "contact tel no": "phone",
    "email": "email", "email address": "email", "address": "address", "home address": "address",
    "relationship": "relationship", "relationship to pupil": "relationship", "relationship to child": "relationship",
    "relation to student": "relationship", "relationship to student": "relationship", "parental responsibility": "responsibility",
    "pr": "responsibility", "role": "role", "position": "role", "job title": "role", "title": "role", "designation": "role",
    "parent carer name": "name", "name of parent carer": "name", "parent name": "name",
}  # fmt: skip
"""Words that mean somebody's detail; whose, says the section."""
_DATE = frozenset({"date", "dated", "date signed"})
_SIGNED = frozenset({"signed", "signature", "sign"})
_HEAD = re.compile(r"\bhead\s?teacher|principal|\bhead\b")
_PARENT = re.compile(r"\b(?:parents?|carers?|guardian)\b")


@dataclass(frozen=True, slots=True)
class Name:
    """A field id that a question may mean, and how sure that is; "" when nothing fits."""

    id: str
    confidence: float


@lru_cache(maxsize=1)
def _wordings() -> Mapping[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for name, term in vocabulary().items():
        for wording in term.synonyms:
            found.setdefault(key(wording), []).append(name)
    return {wording: tuple(dict.fromkeys(names)) for wording, names in found.items()}


def name_field(label: str, *, section: str, before: str, used: Container[str]) -> Name:
    """The id of a question with one answer. `before` is the id of the question before it: a bare "Date" belongs to it."""
    return _named(label, section, before, used, lists=False)


def name_list(label: str, columns: Iterable[str], *, used: Container[str]) -> Name:
    """The id of a question answered by rows, by its heading or by the heads of its columns."""
    named = _named(label, "", "", used, lists=True)
    if named.id:
        return named
    heads = {key(column) for column in columns}
    for name, signs in _LIST_SIGNS.items():
        if name not in used and sum(any(re.search(sign, head) for head in heads) for sign in signs) > 1:
            return Name(name, ALIKE)
    return Name("", 0.0)


_LIST_SIGNS: Mapping[str, tuple[str, ...]] = {
    "interventions": (
        r"intervention|strateg|measure|support|action",
        r"outcome|impact|success|result|response",
        r"start|from|frequency|date",
    ),
    "attainment": (r"subject", r"current|level|grade|predicted", r"target|exam board"),
    "previous_schools": (r"school", r"\bfrom\b|start", r"\bto\b|end|left"),
    "agencies": (
        r"agenc|service|professional|organisation",
        r"contact|name|worker|phone",
        r"involve|currently|previously|date",
    ),
}


def _named(label: str, section: str, before: str, used: Container[str], *, lists: bool) -> Name:
    for name in _names(key(label), _NUMBERED.sub("", key(section)), before, lists=lists):
        if name.id not in used:
            return name
    return Name("", 0.0)


def _names(label: str, section: str, before: str, *, lists: bool) -> Iterator[Name]:
    """The ids that fit, best first."""
    if lists:
        yield from (name for name in _worded(label, section) if "." not in name.id)
        return
    yield from _signatures(label, section, before)
    if label in _GENERAL:
        yield from _details(label, section)
        if _whose(section):
            return  # "Telephone" under "Pupil" is not a parent's
        yield from _of_the_same(label, before)
    yield from _spoken_of(label, section)


def _of_the_same(label: str, before: str) -> Iterator[Name]:
    """A "Telephone" right after a parent's name, under no heading, is that parent's."""
    family, _, _ = before.partition(".")
    name = f"{family}.{_GENERAL[label]}"
    if family in ("parent", "parent2") and name in vocabulary():
        yield Name(name, ALIKE)


def _spoken_of(label: str, section: str) -> Iterator[Name]:
    """The ids of questions with one answer, by wording, by detail, by sign, by likeness."""
    worded = [name for name in _worded(label, section) if "." in name.id]
    yield from (name for name in worded if name.confidence >= SURE_WORDING)
    yield from _details(label, section)
    yield from _by_signs(label)
    yield from worded


def _worded(label: str, section: str) -> Iterator[Name]:
    """The ids whose wordings these are, then those whose wordings are like them."""
    for wording, confidence in ((label, SURE_WORDING), *_similar(label)):
        for name in _by_family(_wordings().get(wording, ()), section):
            yield Name(name, confidence)


def _by_signs(label: str) -> Iterator[Name]:
    """Ids whose tell-tale words stand in a question: a guess for the person who corrects the draft."""
    for name, signs in _signs():
        if signs.search(label):
            yield Name(name, SOMEWHAT_ALIKE)


@lru_cache(maxsize=1)
def _signs() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((name, re.compile(term.signs)) for name, term in vocabulary().items() if term.signs)


def _similar(label: str) -> Iterator[tuple[str, float]]:
    """Wordings like a label, and how sure each is: a slip of the pen, then words that are all among the label's."""
    keys = list(_wordings())
    near = process.extract(label, keys, scorer=fuzz.token_sort_ratio, score_cutoff=FUZZY_CANDIDATE)
    for wording, score, _ in near:
        if same_sense(wording, label):
            yield wording, ALIKE if score >= FUZZY_VALUE else SOMEWHAT_ALIKE
    inside = process.extract(label, keys, scorer=fuzz.token_set_ratio, score_cutoff=_ALL_WORDS, limit=8)
    words = set(label.split())
    yield from (
        (wording, LEAST)
        for wording, _, _ in inside
        if len(wording) >= _TELLING and words.issuperset(wording.split())
    )


_ALL_WORDS = 95
_TELLING = 8
"""Letters. A shorter wording inside a longer question says little."""


def _by_family(names: Iterable[str], section: str) -> list[str]:
    whose = _whose(section)
    return sorted(names, key=lambda name: name.partition(".")[0] not in whose)


def _whose(section: str) -> list[str]:
    found = [family for pattern, family in _WHOSE if re.search(pattern, section)]
    return ["parent2", "parent"] if "parent" in found[:1] and _SECOND.search(section) else found


def _details(label: str, section: str) -> Iterator[Name]:
    """A general word ("Telephone") in a section, or with a word of its own, that says whose."""
    bare = _WHOSE_DETAIL.sub("", _CONDITION.sub("", label))
    detail = _GENERAL.get(" ".join(bare.split()))
    if detail is None:
        return
    if _SECOND_PERSON.match(label):
        yield Name(f"parent2.{detail}", IN_CONTEXT)
        return
    families = _whose(f"{section} {label}" if _SECOND.search(label) else section) or _whose(label)
    if "parent" in _whose(label) and "parent" not in families:
        families = ["parent"]  # "Parent/carer name" is a parent's under any heading
    for family in families:
        name = f"{family}.{'contact' if (family, detail) == ('home_school', 'name') and _speaks_of_person(section) else detail}"
        if name in vocabulary():
            yield Name(name, IN_CONTEXT)
    if _whose(section)[:1] == ["parent"]:
        yield Name(f"parent2.{detail}", IN_CONTEXT - 0.1)


_SECOND_PERSON = re.compile(r"(?:second|2nd|other) (?:persons?|parents?|carers?)\b|does the second person\b")
_WHOSE_DETAIL = re.compile(
    r"^does the second person have |^(?:(?:second|2nd|other) )?(?:persons?|parents?|carers?) (?=\w+$)|^their |"
    r" to (?:the )?(?:pupil|child|student|young person)$|\b[12]\b|\b(?:one|two|first|second)\b(?: persons?\b)?"
)
_CONDITION = re.compile(r" if (?:it is not|different|not|other)\b.*$")


def _speaks_of_person(section: str) -> bool:
    return bool(re.search(r"\b(?:referrer|contact|person|professional|completed by)\b", section))


def _signatures(label: str, section: str, before: str) -> Iterator[Name]:
    context = f"{label} {section}"
    if label in _DATE and before.startswith("signoff.") and not before.endswith("date"):
        yield Name("signoff.date" if before == "signoff.referrer" else f"{before}_date", IN_CONTEXT)
    if label in _SIGNED or label.startswith(("signed", "signature")):
        for pattern, name in ((_HEAD, "signoff.headteacher"), (_PARENT, "signoff.parent")):
            if pattern.search(label):
                yield Name(name, SURE_WORDING)
        for pattern, name in ((_HEAD, "signoff.headteacher"), (_PARENT, "signoff.parent")):
            if pattern.search(context):
                yield Name(name, IN_CONTEXT)
        yield Name("signoff.referrer", LEAST)
