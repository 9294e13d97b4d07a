"""Codes of what the officer must look at. `bot/text` has the words; none of them is ever shown in a channel."""

from collections.abc import Iterator

from store.protocol.case import Case, FactState, Gap, GapKind, Hold, Referral
from store.protocol.panels import NO_PANEL_DATE
from store.protocol.rulebook import Protocol

PARENT_DOES_NOT_AGREE = "parent_does_not_agree"  # R55, R57
LOOK_AT_FORM = "look_at_form"  # something could not be read, or the answer is not certain
GATE_NOT_ASKED = "gate_not_asked"  # their form does not ask about care, plan or consent (R4, R56, R55)
GATE_CHANGED = "gate_changed"  # a later form denies what made a hold; a letter does not lift it (R4, R56)
REPEAT_MOVE = "repeat_move"  # the pupil has been moved before (R16)
MOVED_THIS_YEAR = "moved_within_12_months"  # and within the last twelve months (R16)
EXEMPT_SCHOOL = "exempt_school"  # the proposed school is exempt on this day (R19, R20)
PARTY_REFUSES = "party_refuses"  # a party does not agree (R55)
AGREEMENT_WITHDRAWN = "agreement_withdrawn"  # a party has taken its agreement back (R55)
NOT_EXPLAINED = (
    "not_explained"  # it is not recorded who explained the move to the parent (R57): asked, never a bar
)
PLAN_TO_AMEND = "plan_to_amend"  # the plan must be amended by its own process (R56)
PART_TIME = "part_time"  # a start that is not full time (R34)
LONGER_THAN_A_TERM = "longer_than_a_term"  # R60
KEEP_A_PLACE = "keep_a_place"  # an informal arrangement: a place is kept for any other application (R59)
NO_GOVERNOR = "no_governor"  # a review of an off-site direction without the board's nominee (domain 4.1)
ROLL_DATES = "roll_dates"  # gap or overlap between the two rolls (domain 4.3)
NO_ADVANCE_CONTACT = "no_advance_contact"  # the officer was not told in advance of the failure (R37)
BEYOND_TERMS = "beyond_known_terms"  # a date was worked out past the last known term

ASSESSED = frozenset(
    {
        NO_PANEL_DATE,
        PARENT_DOES_NOT_AGREE,
        LOOK_AT_FORM,
        GATE_NOT_ASKED,
        GATE_CHANGED,
        BEYOND_TERMS,
        REPEAT_MOVE,
        MOVED_THIS_YEAR,
    }
)
"""The codes that the protocol gives, and takes back when they no longer hold; the others come with a letter."""


def of_referral(
    referral: Referral,
    gaps: tuple[Gap, ...],
    holds: tuple[Hold, ...],
    protocol: Protocol,
    known: frozenset[str] = frozenset(),
) -> Iterator[str]:
    """What an assessed referral asks of the officer; `known` are the gates' fields that need no asking any more."""
    kinds = {gap.kind for gap in gaps}
    if GapKind.REFUSED in kinds:
        yield PARENT_DOES_NOT_AGREE
    if kinds & {GapKind.UNREADABLE, GapKind.UNCLEAR}:
        yield LOOK_AT_FORM
    if any(_not_asked(referral, field) for field in _gates(protocol) if field not in known):
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
