"""What each command does to a case. `decide` answers with events or raises a refusal; it changes nothing itself."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

from store.protocol import attention
from store.protocol.calendar import Reckoned
from store.protocol.case import Case, Crisis, FactState, Kind, Placement, Stage
from store.protocol.commands import (
    AskSchool,
    Command,
    CorrectReferral,
    FileOutOfBoroughReport,
    FileReferral,
    MoveToNextPanel,
    PutOnPanel,
    RecordCrisis,
    RecordPlacement,
    Remind,
)
from store.protocol.completeness import assess, is_complete
from store.protocol.context import Context
from store.protocol.diary import DueKind, due
from store.protocol.events import (
    CaseHeld,
    CaseOpened,
    CrisisRecorded,
    DeadlineNear,
    Event,
    LookedAfterChildReferred,
    Moved,
    PanelMoved,
    PlacementRecorded,
    PutOnAgenda,
    ReferralAssessed,
    ReferralCorrected,
    ReviewDue,
    SchoolAsked,
)
from store.protocol.life import refusal
from store.protocol.merging import merge
from store.protocol.panels import NO_PANEL_DATE, Course, course, deadline_passed, is_over
from store.protocol.pupils import refresh
from store.protocol.rulebook import Cite, HoldRule
from store.protocol.wall import day_of


def decide(command: Command, case: Case | None, context: Context) -> list[Event]:
    """The events that a command leads to, in order; none when there is nothing (left) to do.

    Raises `NotAllowed`, `NotNow`, `StaleCase` or `NoSuchCase`, each with the rule and its source where one is at work.
    """
    refused = refusal(command, case, context)
    if refused:
        raise refused
    return list(ROUTES[type(command)](command, case, context))


# ---------------------------------------------------------------- letters


def file_referral(command: FileReferral, _case: None, context: Context) -> Iterator[Event]:
    """Open a case from a referral form, and assess it (R14, R26)."""
    case = _opened(command, Kind.REFERRAL, context).model_copy(
        update={"pupil": command.pupil, "referral": command.referral}
    )
    yield CaseOpened(**_cited(case, context.protocol.rules.intake, context), case=case, letter=command.letter)
    yield from _assessed(case, case, command.received, context)


def correct_referral(command: CorrectReferral, case: Case, context: Context) -> Iterator[Event]:
    """Join a corrected form to its case, and assess it anew (R26)."""
    referral, changed = merge(case.referral, command.referral)
    merged = _joined(case, command, context).model_copy(
        update={"referral": referral, "pupil": refresh(case.pupil, command.pupil)}
    )
    yield ReferralCorrected(
        **_cited(case, context.protocol.rules.complete, context),
        case=merged,
        letter=command.letter,
        changed=changed,
    )
    yield from _assessed(merged, case, command.received, context)


def file_out_of_borough_report(
    command: FileOutOfBoroughReport, _case: None, context: Context
) -> Iterator[Event]:
    """Open an out-of-borough case from a written report: the next panel, no deadline (R46)."""
    case = _opened(command, Kind.OUT_OF_BOROUGH, context)
    reported = case.model_copy(update={"completed": command.received})
    cite = context.protocol.rules.out_of_borough
    yield CaseOpened(**_cited(case, cite, context), case=case, letter=command.letter)
    yield _assessment(reported, course(case, context), cite, context)


# ---------------------------------------------------------------- the officer


def record_crisis(command: RecordCrisis, case: Case, context: Context) -> Iterator[Event]:
    """Record a crisis, and judge evidence and deadline anew in its light; nothing else softens (R21)."""
    crisis = Crisis(who=command.by.name, why=command.why.strip(), when=command.when)
    cited = _cited(case, context.protocol.rules.crisis, context)
    yield CrisisRecorded(**cited, crisis=crisis, by=command.by)
    judged = case.model_copy(update={"crisis": crisis})
    for event in _assessed(judged, case, context.now, context, acknowledge=False):
        yield event
        if isinstance(event, ReferralAssessed) and event.panel != case.panel:
            yield _moved(case, Course(event.panel, event.deadline), Moved.CRISIS, cited)


def ask_school(command: AskSchool, case: Case, context: Context) -> Iterator[Event]:
    """Ask the school again for what is missing (R26)."""
    cited = _cited(case, context.protocol.rules.complete, context)
    yield SchoolAsked(**cited, by=command.by, serial=case.version, at=context.now)


def put_on_panel(command: PutOnPanel, case: Case, context: Context) -> Iterator[Event]:
    """Put it on the agenda of its panel (R15)."""
    if context.protocol.panel and case.panel:  # the guards have seen to both
        cited = _cited(case, context.protocol.panel.cite, context)
        yield PutOnAgenda(**cited, panel=case.panel, by=command.by)


def record_placement(command: RecordPlacement, case: Case, context: Context) -> Iterator[Event]:
    """Record a start; the reviews fall at the ends of the protocol's school weeks (R28, R29)."""
    ends = _review_days(command, context)
    reviews = context.protocol.reviews
    placed = Placement(school=command.school, start=command.start, reviews=tuple(end.day for end in ends))
    yield PlacementRecorded(
        **_cited(case, reviews.cite if reviews else context.protocol.rules.intake, context),
        placement=placed,
        by=command.by,
        attention=() if all(end.known for end in ends) else (attention.BEYOND_TERMS,),
    )


def _review_days(command: RecordPlacement, context: Context) -> list[Reckoned]:
    reviews = context.protocol.reviews
    if reviews is None:
        return []
    return [
        context.calendar.end_of_school_weeks(command.start, weeks, reviews.week) for weeks in reviews.weeks
    ]


# ---------------------------------------------------------------- the diary


def move_to_next_panel(_command: MoveToNextPanel, case: Case, context: Context) -> Iterator[Event]:
    """Send a case on whose deadline or panel has passed; nothing happens when neither has (R27)."""
    why = _why_move(case, context)
    bound = course(case, context)
    if why and bound.panel != case.panel:
        yield _moved(case, bound, why, _cited(case, _cite_of_move(case, why, context), context))


def remind(command: Remind, case: Case, context: Context) -> Iterator[Event]:
    """Say that something is due; silent when it is settled, or no longer true."""
    for entry in due(case, context):
        if (entry.kind, entry.on) == (command.kind, command.on) and entry.on <= context.now:
            yield from _REMINDERS[entry.kind](
                case, entry.on, context, {"rule": entry.rule, "source": entry.source}
            )


def _deadline_near(case: Case, _on: datetime, _context: Context, why: dict[str, str]) -> Iterator[Event]:
    if case.deadline:
        yield DeadlineNear(reference=case.reference, deadline=case.deadline, **why)


def _review_due(case: Case, on: datetime, context: Context, why: dict[str, str]) -> Iterator[Event]:
    yield ReviewDue(reference=case.reference, on=day_of(on, context.protocol.tz), **why)


def _next_panel(case: Case, _on: datetime, context: Context, _why: dict[str, str]) -> Iterator[Event]:
    yield from move_to_next_panel(MoveToNextPanel(reference=case.reference), case, context)


_REMINDERS = {
    DueKind.DEADLINE_REMINDER: _deadline_near,
    DueKind.REVIEW: _review_due,
    DueKind.NEXT_PANEL: _next_panel,
}


# ---------------------------------------------------------------- the routing table

ROUTES: Mapping[type, Callable[[Any, Any, Context], Iterable[Event]]] = MappingProxyType(
    {
        FileReferral: file_referral,
        CorrectReferral: correct_referral,
        FileOutOfBoroughReport: file_out_of_borough_report,
        RecordCrisis: record_crisis,
        AskSchool: ask_school,
        PutOnPanel: put_on_panel,
        RecordPlacement: record_placement,
        MoveToNextPanel: move_to_next_panel,
        Remind: remind,
    }
)


# ---------------------------------------------------------------- opening, joining


def _opened(command: FileReferral | FileOutOfBoroughReport, kind: Kind, context: Context) -> Case:
    if not context.reference:
        raise ValueError("a new case needs a reference in its context")
    return Case(
        reference=context.reference,
        kind=kind,
        stage=Stage.INCOMPLETE,  # until it has been assessed, in the same decision
        protocol=context.protocol.key,
        home_school=command.home_school,
        contact=command.contact,
        received=command.received,
        told=context.now,
        attention=command.attention,
        letters=(command.letter,),
        message_ids=_with((), command.message_id),
    )


def _joined(case: Case, command: CorrectReferral, context: Context) -> Case:
    return case.model_copy(
        update={
            "contact": command.contact or case.contact,
            "told": context.now,
            "attention": attention.added(case, command.attention),
            "letters": _with(case.letters, command.letter),
            "message_ids": _with(case.message_ids, command.message_id),
        }
    )


def _with(known: tuple[Any, ...], new: object) -> tuple[Any, ...]:
    return known if not new or new in known else (*known, new)


# ---------------------------------------------------------------- assessing


def _assessed(
    case: Case, before: Case, arrived: datetime, context: Context, *, acknowledge: bool = True
) -> Iterator[Event]:
    """Holds first, so that whoever answers the assessment knows of them; then gaps, panel and deadline."""
    new_holds = [
        rule for rule in context.protocol.hold if rule.hold not in case.holds and _marked(case, rule)
    ]
    for rule in new_holds:
        yield from _held(case, rule, context)
    held = case.model_copy(update={"holds": (*case.holds, *(rule.hold for rule in new_holds))})
    gaps = assess(case.referral, context.protocol, crisis=case.crisis is not None, asked=case.asked)
    completed = (before.completed or arrived) if is_complete(gaps) else None
    judged = held.model_copy(update={"gaps": gaps, "completed": completed})
    bound = _course(judged, before, context)
    cite = context.protocol.rules.complete
    yield _assessment(judged, bound, cite, context, acknowledge=acknowledge)


def _marked(case: Case, rule: HoldRule) -> bool:
    fact = case.referral.facts.get(rule.field)
    return fact is not None and fact.state is FactState.ANSWERED and fact.value is True and fact.sure


def _held(case: Case, rule: HoldRule, context: Context) -> Iterator[Event]:
    yield CaseHeld(**_cited(case, rule.cite, context), hold=rule.hold)
    if rule.notice:
        yield LookedAfterChildReferred(**_cited(case, rule.notice, context))


def _course(case: Case, before: Case, context: Context) -> Course:
    """A case on an agenda stays there while it is complete; only a crisis recorded now may put it on an earlier one."""
    on_agenda = before.stage is Stage.ON_AGENDA and not case.must_gaps and case.crisis == before.crisis
    if on_agenda or before.stage is Stage.PLACED:
        return Course(before.panel, before.deadline, before.late)
    return course(case, context)


def _assessment(
    case: Case, bound: Course, cite: Cite | None, context: Context, *, acknowledge: bool = True
) -> ReferralAssessed:
    return ReferralAssessed(
        **_cited(case, cite, context),
        gaps=case.gaps,
        complete=is_complete(case.gaps),
        completed=case.completed,
        late=bound.late,
        panel=bound.panel,
        deadline=bound.deadline,
        acknowledge=acknowledge,
        attention=_codes(case, bound, context),
    )


def _codes(case: Case, bound: Course, context: Context) -> tuple[str, ...]:
    if case.kind is Kind.OUT_OF_BOROUGH:
        return _panel_codes(bound, context)
    found = attention.of_referral(case.referral, case.gaps, case.holds, context.protocol)
    return (*found, *_panel_codes(bound, context))


def _panel_codes(bound: Course, context: Context) -> tuple[str, ...]:
    if context.protocol.panel is None:
        return ()
    if bound.panel is None:
        return (NO_PANEL_DATE,)
    return () if context.calendar.knows(bound.panel) else (attention.BEYOND_TERMS,)


# ---------------------------------------------------------------- moving on


def _why_move(case: Case, context: Context) -> Moved | None:
    if case.stage in (Stage.ON_AGENDA, Stage.PLACED, Stage.CLOSED):
        return None
    if case.panel is None:
        return Moved.NEW_DATE
    if case.must_gaps and deadline_passed(case, context):
        return Moved.INCOMPLETE
    if is_over(case.panel, context):
        return Moved.NOT_PUT
    return None if case.panel in context.panels else Moved.NEW_DATE  # its panel was called off


def _cite_of_move(case: Case, why: Moved, context: Context) -> Cite | None:
    """A case that missed its deadline cites the deadline; one that missed its panel, its hold or else the panel."""
    protocol = context.protocol
    panel = protocol.panel.cite if protocol.panel else None
    if why is Moved.INCOMPLETE and protocol.deadline:
        return protocol.deadline.cite
    if why is Moved.NOT_PUT:
        return next((rule.cite for rule in protocol.hold if rule.hold in case.holds), panel)
    return panel


def _moved(case: Case, bound: Course, why: Moved, cited: dict[str, str]) -> PanelMoved:
    return PanelMoved(
        **cited,
        was=case.panel,
        panel=bound.panel,
        deadline=bound.deadline,
        why=why,
        attention=() if bound.panel else (NO_PANEL_DATE,),
    )


def _cited(case: Case, cite: Cite | None, context: Context) -> dict[str, str]:
    if cite is None:
        return {"reference": case.reference}
    return {"reference": case.reference, "rule": cite.rule, "source": context.protocol.source(cite)}
