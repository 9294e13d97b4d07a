"""Schools that are exceptionally not expected to take a pupil: dated, with grounds and the panel's minute (R19, R20).

An exemption is judged at the date of a decision: it may begin and end within a year. An exempt school stays within the
protocol: it refers pupils as any other does, and may take one if it will.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from store.errors import CaseworkError
from store.protocol.context import Context
from store.protocol.exemption import Exemption
from store.protocol.frozen import Actor, Frozen, School
from store.protocol.guards import DECIDERS, not_allowed, not_now, written
from store.protocol.rulebook import Cite
from store.protocol.wall import instant


class Grounds(StrEnum):
    """Why a school may be exempt in Salford (R19); which grounds there are is the protocol's data."""

    CHALLENGING_BEHAVIOUR = "a particularly high proportion of challenging behaviour"
    PREVIOUSLY_EXCLUDED = "a particularly high proportion of previously excluded children"
    SPECIAL_MEASURES = "in special measures"
    RECENTLY_OUT = "recently out of special measures"


class GrantExemption(Frozen):
    """Record an exemption that the panel has agreed to. `minute` names where the panel's minute holds it."""

    school: School
    start: date
    end: date
    grounds: str
    minute: str
    by: Actor


class EndExemption(Frozen):
    """Record that the panel has ended an exemption early."""

    school: School
    end: date
    minute: str
    by: Actor


class ExemptionGranted(Frozen):
    """The panel exempts a school (R19)."""

    exemption: Exemption
    by: Actor
    rule: str = "R19"
    source: str = ""


class ExemptionEnded(Frozen):
    """The panel has ended an exemption (R20)."""

    school: School
    end: date
    minute: str
    by: Actor
    rule: str = "R20"
    source: str = ""


ExemptionCommand = GrantExemption | EndExemption
ExemptionEvent = ExemptionGranted | ExemptionEnded


@dataclass(frozen=True, slots=True)
class ExemptionDue:
    """An exemption runs out soon: the panel may wish to speak of it (R20). Unique by (school, end)."""

    exemption: Exemption
    on: datetime
    rule: str
    source: str


def exempt(school: School, on: date, known: Iterable[Exemption]) -> Exemption | None:
    """The exemption of a school that holds on a day, None when there is none (R20)."""
    return next((each for each in known if each.school.is_the_same(school) and each.holds(on)), None)


def decide_exemption(
    command: ExemptionCommand, known: tuple[Exemption, ...], context: Context
) -> ExemptionEvent:
    """What a command about exemptions leads to. Raises the refusal that stands in its way."""
    refused = exemption_refusal(command, known, context)
    if refused:
        raise refused
    cite = context.protocol.rules.exemption
    source = context.protocol.source(cite) if cite else ""
    if isinstance(command, EndExemption):
        ended = command.model_dump(include={"school", "end", "minute", "by"})
        return ExemptionEnded(**ended, source=source)
    given = Exemption.model_validate(command.model_dump(exclude={"by"}))
    return ExemptionGranted(exemption=given, by=command.by, source=source)


def evolve_exemptions(known: tuple[Exemption, ...], event: ExemptionEvent) -> tuple[Exemption, ...]:
    """The exemptions after an event."""
    if isinstance(event, ExemptionGranted):
        return (*known, event.exemption)
    return tuple(
        each.model_copy(update={"end": event.end})
        if each.school.is_the_same(event.school) and each.holds(event.end)
        else each
        for each in known
    )


def exemption_refusal(
    command: ExemptionCommand, known: tuple[Exemption, ...], context: Context
) -> CaseworkError | None:
    """R19, R20: by the panel's agreement alone, which its minute shows; for a time, and one at a time."""
    cite = context.protocol.rules.exemption
    if cite is None:
        return not_allowed("This protocol has no exemptions.", context.protocol.rules.intake, context)
    if command.by.role not in DECIDERS:
        officer = context.protocol.vocabulary.officer
        return not_allowed(f"Only the {officer} or a deputy may do this.", cite, context)
    if not command.minute.strip():
        return not_allowed("Say which minute of the panel holds it.", cite, context)
    if isinstance(command, EndExemption):
        return None if exempt(command.school, command.end, known) else not_now(_NONE, cite, context)
    return _grant_refusal(command, known, cite, context)


def _grant_refusal(
    command: GrantExemption, known: tuple[Exemption, ...], cite: Cite, context: Context
) -> CaseworkError | None:
    rule = context.protocol.exemption
    if rule and command.grounds not in rule.grounds:
        listed = "; ".join(rule.grounds)
        return not_allowed(f"These are the grounds of an exemption: {listed}.", rule.cite, context)
    if command.end < command.start:
        return not_allowed("An exemption ends after it starts.", cite, context)
    clash = next((each for each in known if _clashes(each, command)), None)
    if clash is None:
        return None
    return not_now(f"{command.school.name} is exempt until {written(clash.end)} already.", cite, context)


def exemptions_due(known: Iterable[Exemption], context: Context) -> list[ExemptionDue]:
    """A prompt for each exemption some school days before it runs out (R20); none once it has."""
    prompts, cite = context.protocol.prompts, context.protocol.rules.exemption
    if cite is None:
        return []
    found = []
    for each in known:
        if context.today <= each.end:
            day = context.calendar.school_days_before(each.end, prompts.exemption).day
            on = instant(datetime.combine(day, prompts.at), context.protocol.tz)
            found.append(ExemptionDue(each, on, "R20", context.protocol.source(cite)))
    return sorted(found, key=lambda entry: entry.on)


def _clashes(known: Exemption, wanted: GrantExemption) -> bool:
    overlaps = known.start <= wanted.end and wanted.start <= known.end
    return known.school.is_the_same(wanted.school) and overlaps


_NONE = "That school is not exempt on that day."
