"""What may stand in the way where an authority's own data says so: exclusions, lengths, a panel's outcomes."""

from typing import Any

from store.errors import CaseworkError
from store.protocol.agreement_commands import RecordRecommendation
from store.protocol.case import Case, FactState, Kind
from store.protocol.context import Context
from store.protocol.guards import not_allowed, written
from store.protocol.placement_commands import RecordPlacement
from store.protocol.settings import Exclusion


def not_excluded(_command: Any, case: Case, context: Context) -> CaseworkError | None:
    """A child whom the protocol excludes goes another way than by a managed move."""
    if case.kind is not Kind.REFERRAL:
        return None
    for rule in context.protocol.exclusion:
        if excludes(rule, case):
            said = f"{case.reference} is outside this protocol: {rule.because}."
            return not_allowed(said, rule.cite, context)
    return None


def excludes(rule: Exclusion, case: Case) -> bool:
    """Whether a rule excludes this child, by a sure answer or by what the officer found out since."""
    answer = _answer(rule.field, case)
    if rule.equals is not None:
        return answer is rule.equals
    if rule.below is not None:
        return isinstance(answer, int | float) and not isinstance(answer, bool) and answer < rule.below
    return _plain(answer) in {_plain(each) for each in rule.one_of}


def _answer(field: str, case: Case) -> object:
    found = {"send.ehcp": case.status.plan, "pupil.looked_after": case.status.looked_after}.get(field)
    if found is not None:
        return found
    fact = case.referral.facts.get(field)
    return fact.value if fact and fact.state is FactState.ANSWERED and fact.sure else None


def _plain(answer: object) -> str:
    return str(answer).strip().casefold()


def length_is_allowed(command: RecordPlacement, _case: Case, context: Context) -> CaseworkError | None:
    """R50, R60: an end is agreed at the start where none is set, and lies within the longest placement there is."""
    rule = context.protocol.placement
    if rule is None:
        return None
    if rule.end_agreed and command.ends is None:
        return not_allowed(
            "A placement here ends on a day that is agreed at its start: say which.", rule.cite, context
        )
    longest = rule.longest_weeks
    if longest is None or command.ends is None:
        return None
    calendar = context.calendar.of_school(command.school.urn)
    last = calendar.end_of_school_weeks(command.start, longest, rule.week).day
    if command.ends <= last:
        return None
    return not_allowed(f"The longest placement ends on {written(last)}.", rule.cite, context)


def outcome_is_known(command: RecordRecommendation, _case: Case, context: Context) -> CaseworkError | None:
    """R15: a panel answers with an outcome that this protocol has, in one of its categories where it has such."""
    panel = context.protocol.panel
    if panel is None:
        return None
    if command.outcome not in panel.outcomes:
        known = ", ".join(panel.outcomes)
        return not_allowed(f"This panel answers with one of: {known}.", panel.cite, context)
    if panel.categories and command.category not in panel.categories:
        known = ", ".join(panel.categories)
        return not_allowed(f"Say in which category: {known}.", panel.cite, context)
    return None
