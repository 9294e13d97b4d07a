"""What corrected forms changed: each answer that gave way to another, in the words of their form. Private."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from store.protocol.case import Fact
from store.queries import PastAnswer
from store.tables import AnswerKind


@dataclass(frozen=True, slots=True)
class Change:
    """One answer before and after a corrected form; `letter` brought the later one."""

    field: str
    before: Fact
    after: Fact
    letter: int | None


def changes(answers: Sequence[PastAnswer]) -> tuple[Change, ...]:
    """The changes in the order in which they came. A blank never takes an answer's place, so none is among them."""
    given: dict[str, list[PastAnswer]] = defaultdict(list)
    for answer in answers:
        if answer.kind is AnswerKind.FACT:
            given[answer.field].append(answer)
    found = [change for field in given for change in _of(given[field])]
    return tuple(sorted(found, key=lambda change: change.letter or 0))


def _of(given: Sequence[PastAnswer]) -> Iterator[Change]:
    for older, newer in pairwise(given):
        before, after = Fact.model_validate(older.content), Fact.model_validate(newer.content)
        if (before.value, before.state) != (after.value, after.state):
            yield Change(newer.field, before, after, newer.letter)
