"""Codes of what the officer must look at. `bot/text` has the words; none of them is ever shown in a channel."""

from collections.abc import Iterator

from store.protocol.case import Case, FactState, Gap, GapKind, Hold, Referral
from store.protocol.panels import NO_PANEL_DATE
from store.protocol.rulebook import Protocol

PARENT_DOES_NOT_AGREE = "parent_does_not_agree"  # R55, R57
LOOK_AT_FORM = "look_at_form"  # something could not be read, or the answer is not certain
GATE_NOT_ASKED = "gate_not_asked"  # their form does not ask about care, plan or consent (R4, R56, R55)
GATE_CHANGED = "gate_changed"  # a later form denies what made a hold; a letter does not lift it (R4, R56)
BEYOND_TERMS = "beyond_known_terms"  # a date was worked out past the last known term

ASSESSED = frozenset(
    {NO_PANEL_DATE, PARENT_DOES_NOT_AGREE, LOOK_AT_FORM, GATE_NOT_ASKED, GATE_CHANGED, BEYOND_TERMS}
)
"""The codes that the protocol gives, and takes back when they no longer hold; the others come with a letter."""


def of_referral(
    referral: Referral, gaps: tuple[Gap, ...], holds: tuple[Hold, ...], protocol: Protocol
) -> Iterator[str]:
    """What an assessed referral asks of the officer."""
    kinds = {gap.kind for gap in gaps}
    if GapKind.REFUSED in kinds:
        yield PARENT_DOES_NOT_AGREE
    if kinds & {GapKind.UNREADABLE, GapKind.UNCLEAR}:
        yield LOOK_AT_FORM
    if any(_not_asked(referral, field) for field in _gates(protocol)):
        yield GATE_NOT_ASKED
    if any(rule.hold in holds and referral.value(rule.field) is False for rule in protocol.hold):
        yield GATE_CHANGED


def renewed(case: Case, codes: tuple[str, ...]) -> tuple[str, ...]:
    """The codes of a case after an assessment gave these: what came with letters stays."""
    return tuple(dict.fromkeys([*(code for code in case.attention if code not in ASSESSED), *codes]))


def added(case: Case, codes: tuple[str, ...]) -> tuple[str, ...]:
    """The codes of a case with some more."""
    return tuple(dict.fromkeys([*case.attention, *codes]))


def _gates(protocol: Protocol) -> Iterator[str]:
    yield from (rule.field for rule in protocol.hold)
    yield from (line.field for line in protocol.required if line.answer == "yes")


def _not_asked(referral: Referral, field: str) -> bool:
    fact = referral.facts.get(field)
    return fact is None or fact.state is FactState.QUESTION_NOT_FOUND
