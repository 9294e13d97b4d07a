"""How each event changes a case. `evolve` decides nothing: it records what was decided."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from store.errors import NoSuchCase
from store.protocol import attention
from store.protocol.case import Case, GapKind, PanelOutcome, Stage
from store.protocol.events import (
    CaseHeld,
    CaseOpened,
    CrisisRecorded,
    DeadlineNear,
    Event,
    LookedAfterChildReferred,
    PanelMoved,
    PanelRecommended,
    PutOnAgenda,
    ReferralAssessed,
    ReferralCorrected,
    ReviewDue,
    SchoolAsked,
)
from store.protocol.evolution_of_moves import CHANGES_OF_MOVES, Changes, nothing
from store.protocol.panels import NO_PANEL_DATE
from store.protocol.stages import stage_of


def evolve(case: Case | None, event: Event) -> Case:
    """The case after an event; `case` is None for the one that opens it.

    The version rises by one with every change. An event that only tells of something (a reminder, a notice to the
    Virtual School) changes nothing, so it makes nobody's click stale.
    """
    if isinstance(event, CaseOpened):
        return event.case
    if case is None:
        raise NoSuchCase
    changes = CHANGES[type(event)](case, event)
    return _changed(case, changes) if changes else case


def _changed(case: Case, changes: Changes) -> Case:
    after = case.model_copy(update={**changes, "version": case.version + 1})
    return after.model_copy(update={"stage": stage_of(after)})


def _corrected(_case: Case, event: ReferralCorrected) -> Changes:
    return {name: getattr(event.case, name) for name in Case.model_fields}


def _assessed(case: Case, event: ReferralAssessed) -> Changes:
    unasked = {gap.field for gap in event.gaps if gap.kind is GapKind.NOT_ASKED and event.acknowledge}
    return {
        "gaps": event.gaps,
        "completed": event.completed,
        "late": event.late,
        "asked": (*case.asked, *sorted(unasked - set(case.asked))),
        "attention": attention.renewed(case, event.attention),
        **_informed(case, event),
        **_bound(case, event),
    }


def _informed(case: Case, event: ReferralAssessed) -> Changes:
    """What a panel asked for has come: the case is ready for it again."""
    answered = case.stage is Stage.MORE_INFORMATION and event.acknowledge
    return {"stage": Stage.READY} if answered else {}


def _held(case: Case, event: CaseHeld) -> Changes:
    if event.hold in case.holds:
        return {}
    gates = case.gates if event.hold in case.gates else (*case.gates, event.hold)
    return {"holds": (*case.holds, event.hold), "gates": gates}


def _crisis(_case: Case, event: CrisisRecorded) -> Changes:
    return {"crisis": event.crisis}


def _school_asked(case: Case, event: SchoolAsked) -> Changes:
    return {"told": event.at or case.told}


def _on_agenda(_case: Case, event: PutOnAgenda) -> Changes:
    return {"panel": event.panel, "stage": Stage.ON_AGENDA}


def _moved(case: Case, event: PanelMoved) -> Changes:
    codes = tuple(code for code in case.attention if code != NO_PANEL_DATE)
    return {"attention": (*codes, *event.attention), **_bound(case, event)}


def _recommended(case: Case, event: PanelRecommended) -> Changes:
    goes_on = event.outcome in (PanelOutcome.DEFERRED, PanelOutcome.MORE_INFORMATION)
    bound = {"panel": event.next_panel, "deadline": event.deadline} if goes_on else {}
    return {
        "recommendation": event.outcome,
        "stage": _AFTER_PANEL[event.outcome],
        "attention": attention.added(case, event.attention),
        **bound,
    }


def _bound(case: Case, event: ReferralAssessed | PanelMoved) -> Changes:
    """Panel and deadline; a case bound for another panel leaves the agenda that it was on."""
    leaves = case.stage is Stage.ON_AGENDA and event.panel != case.panel
    stage = {"stage": Stage.READY} if leaves else {}
    return {"panel": event.panel, "deadline": event.deadline, **stage}


_AFTER_PANEL = {
    PanelOutcome.RECOMMENDED: Stage.RECOMMENDED,
    PanelOutcome.DEFERRED: Stage.DEFERRED,
    PanelOutcome.NOT_SUPPORTED: Stage.NOT_SUPPORTED,
    PanelOutcome.MORE_INFORMATION: Stage.MORE_INFORMATION,
}

CHANGES: Mapping[type, Callable[[Case, Any], Changes]] = MappingProxyType(
    {
        ReferralCorrected: _corrected,
        ReferralAssessed: _assessed,
        CaseHeld: _held,
        LookedAfterChildReferred: nothing,
        CrisisRecorded: _crisis,
        SchoolAsked: _school_asked,
        PutOnAgenda: _on_agenda,
        PanelMoved: _moved,
        PanelRecommended: _recommended,
        DeadlineNear: nothing,
        ReviewDue: nothing,
        **CHANGES_OF_MOVES,
    }
)
