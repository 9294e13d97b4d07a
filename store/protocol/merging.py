"""A corrected form joins what the earlier one said: new answers replace old ones, a blank never replaces an answer."""

from store.protocol.case import Fact, FactState, Referral, Row
from store.protocol.completeness import has_evidence

_SAYS_NOTHING = frozenset(
    {
        FactState.BLANK,
        FactState.PLACEHOLDER,
        FactState.DEFAULT_LEFT,
        FactState.UNREADABLE,
        FactState.QUESTION_NOT_FOUND,
    }
)


def merge(known: Referral, newer: Referral) -> tuple[Referral, tuple[str, ...]]:
    """The referral as it now stands, and the ids of the answers and lists that changed, in order."""
    facts = known.facts | {field: _fact(known.facts.get(field), fact) for field, fact in newer.facts.items()}
    lists = known.lists | {name: _rows(known.lists.get(name, ()), rows) for name, rows in newer.lists.items()}
    merged = Referral(
        facts=facts,
        lists=lists,
        list_labels=known.list_labels | newer.list_labels,
        definition=newer.definition or known.definition,
        evidence=has_evidence(newer),
        other_documents=known.other_documents or newer.other_documents,
    )
    return merged, _changed(known, merged)


def _changed(known: Referral, merged: Referral) -> tuple[str, ...]:
    fields = (field for field, fact in merged.facts.items() if _differs(known.facts.get(field), fact))
    lists = (name for name, rows in merged.lists.items() if known.lists.get(name, ()) != rows)
    return tuple(sorted({*fields, *lists}))


def _differs(old: Fact | None, new: Fact) -> bool:
    """Whether the answer is another one; that it merely stands elsewhere, or is blank in another way, is no change."""
    said_before, says_now = _says(old), _says(new)
    return said_before != says_now or (
        says_now and (old and (old.state, old.value)) != (new.state, new.value)
    )


def _says(fact: Fact | None) -> bool:
    return fact is not None and fact.state not in _SAYS_NOTHING


def _fact(old: Fact | None, new: Fact) -> Fact:
    if old is None:
        return new
    if not _says(new):
        # A form of another style may lack the question: what the first form called it is kept.
        return old if _says(old) or new.state is FactState.QUESTION_NOT_FOUND else new
    surer_already = old.state is new.state and old.value == new.value and old.sure
    return old if surer_already else new


def _rows(old: tuple[Row, ...], new: tuple[Row, ...]) -> tuple[Row, ...]:
    """The newer rows, each blank of theirs filled from the older row of the same first column and start."""
    if not any(_written(value) for row in new for value in row.values()):
        return old
    return tuple(_row(next((known for known in old if _same_row(known, row)), {}), row) for row in new)


def _row(old: Row, new: Row) -> Row:
    return new | {column: value for column, value in old.items() if not _written(new.get(column))}


def _same_row(old: Row, new: Row) -> bool:
    def agrees(column: str) -> bool:
        one, other = old.get(column), new.get(column)
        return not _written(one) or not _written(other) or one == other

    name = next(iter(new), "")
    return _written(new.get(name)) and old.get(name) == new.get(name) and agrees("start")


def _written(value: object) -> bool:
    return value is not None and value != "" and not (isinstance(value, str) and value.isspace())
