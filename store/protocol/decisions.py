"""What each command does to a case. `decide` answers with events or raises a refusal; it changes nothing itself."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

from store.protocol import agreement_decisions as agreeing
from store.protocol import attention, reminding
from store.protocol import failure_decisions as failed
from store.protocol import placement_decisions as placed
from store.protocol.agreement_decisions import new_holds, repeated
from store.protocol.case import Case, Crisis, Kind, Placement, Stage
from store.protocol.citing import cited
from store.protocol.commands import (
    AgreeExtension,
    ArrangeInitialMeeting,
    AskSchool,
    CloseCase,
    Command,
    ConfirmStatus,
    CorrectReferral,
    DeclineCase,
    FileOutOfBoroughReport,
    FileReferral,
    MoveToNextPanel,
    ProposeSchool,
    PutOnPanel,
    RecordAgreement,
    RecordContribution,
    RecordCrisis,
    RecordDelivery,
    RecordDirectionNotice,
    RecordFailure,
    RecordFailureReport,
    RecordFinalMeeting,
    RecordFollowUp,
    RecordInitialMeeting,
    RecordNotifiedMove,
    RecordPermanentRoll,
    RecordPlacement,
    RecordPlanAmended,
    RecordRecommendation,
    RecordReintegrationMeeting,
    RecordReturn,
    RecordReview,
    Remind,
    ReportAtRisk,
    ReportYearGroupFull,
    ReverseCredit,
    SnoozeReminder,
    WithdrawAgreement,
    WithdrawCase,
)
from store.protocol.completeness import assess, is_complete
from store.protocol.context import Context
from store.protocol.events import (
    CaseHeld,
    CaseOpened,
    CrisisRecorded,
    Event,
    Moved,
    PlacementRecorded,
    PutOnAgenda,
    ReferralAssessed,
    ReferralCorrected,
    Reportable,
    SchoolAsked,
)
from store.protocol.gathering import is_known
from store.protocol.life import refusal
from store.protocol.merging import merge
from store.protocol.panels import (
    NO_PANEL_DATE,
    Course,
    course,
    has_been_to_panel,
)
from store.protocol.placement_decisions import codes_of_placement, reported, warned
from store.protocol.pupils import refresh
from store.protocol.reminding import moved
from store.protocol.rulebook import Cite


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
    yield CaseOpened(**cited(case, context.protocol.rules.intake, context), case=case, letter=command.letter)
    yield from _assessed(case, case, command.received, context)


def correct_referral(command: CorrectReferral, case: Case, context: Context) -> Iterator[Event]:
    """Join a corrected form to its case, and assess it anew (R26)."""
    referral, changed = merge(case.referral, command.referral)
    merged = _joined(case, command, context).model_copy(
        update={"referral": referral, "pupil": refresh(case.pupil, command.pupil)}
    )
    yield ReferralCorrected(
        **cited(case, context.protocol.rules.complete, context),
        case=merged,
        letter=command.letter,
        changed=changed,
    )
    yield from _assessed(merged, case, command.received, context)


def file_out_of_borough_report(
    command: FileOutOfBoroughReport, _case: None, context: Context
) -> Iterator[Event]:
    """Open an out-of-borough case from a written report: the next panel, no deadline (R46)."""
    kind = Kind.REINTEGRATION if command.reintegration else Kind.OUT_OF_BOROUGH
    case = _opened(command, kind, context).model_copy(update={"authority": command.authority})
    reported = case.model_copy(update={"completed": command.received})
    cite = context.protocol.rules.out_of_borough
    yield CaseOpened(**cited(case, cite, context), case=case, letter=command.letter)
    yield _assessment(reported, course(case, context), cite, context)


def record_notified_move(command: RecordNotifiedMove, _case: None, context: Context) -> Iterator[Event]:
    """Record a move that two schools agreed by themselves: as it is, without a gate (R42, R52, R58)."""
    case = _opened(command, Kind.NOTIFIED, context).model_copy(update={"pupil": command.pupil})
    placement = Placement(**command.model_dump(include={"school", "start", "ends", "informal", "policy"}))
    rules = context.protocol.rules
    about = cited(case, (command.informal and rules.informal) or rules.notified, context)
    yield CaseOpened(**about, case=case, letter=command.letter)
    codes = (*codes_of_placement(placement, context, known=True), *repeated(case, context))
    yield PlacementRecorded(
        **about, placement=placement, by=command.by, home_school=case.home_school, attention=codes
    )
    yield from reported(Reportable.NOTIFIED, case, context)
    yield from warned(placement, case, context)


# ---------------------------------------------------------------- the officer


def record_crisis(command: RecordCrisis, case: Case, context: Context) -> Iterator[Event]:
    """Record a crisis, and judge evidence and deadline anew in its light; nothing else softens (R21)."""
    crisis = Crisis(who=command.by.name, why=command.why.strip(), when=command.when)
    about = cited(case, context.protocol.rules.crisis, context)
    yield CrisisRecorded(**about, crisis=crisis, by=command.by)
    judged = case.model_copy(update={"crisis": crisis})
    for event in _assessed(judged, case, context.now, context, acknowledge=False):
        yield event
        if isinstance(event, ReferralAssessed) and event.panel != case.panel:
            yield moved(case, Course(event.panel, event.deadline), Moved.CRISIS, about)


def ask_school(command: AskSchool, case: Case, context: Context) -> Iterator[Event]:
    """Ask the school again for what is missing (R26)."""
    about = cited(case, context.protocol.rules.complete, context)
    yield SchoolAsked(**about, by=command.by, serial=case.version, at=context.now)


def put_on_panel(command: PutOnPanel, case: Case, context: Context) -> Iterator[Event]:
    """Put it on the agenda of its panel (R15)."""
    if context.protocol.panel and case.panel:  # the guards have seen to both
        about = cited(case, context.protocol.panel.cite, context)
        yield PutOnAgenda(**about, panel=case.panel, by=command.by)


# ---------------------------------------------------------------- the routing table

ROUTES: Mapping[type, Callable[[Any, Any, Context], Iterable[Event]]] = MappingProxyType(
    {
        FileReferral: file_referral,
        CorrectReferral: correct_referral,
        FileOutOfBoroughReport: file_out_of_borough_report,
        RecordNotifiedMove: record_notified_move,
        RecordCrisis: record_crisis,
        AskSchool: ask_school,
        PutOnPanel: put_on_panel,
        MoveToNextPanel: reminding.move_to_next_panel,
        Remind: reminding.remind,
        ConfirmStatus: agreeing.confirm_status,
        RecordContribution: agreeing.record_contribution,
        RecordRecommendation: agreeing.record_recommendation,
        ProposeSchool: agreeing.propose_school,
        RecordAgreement: agreeing.record_agreement,
        WithdrawAgreement: agreeing.withdraw_agreement,
        RecordPlanAmended: agreeing.record_plan_amended,
        ArrangeInitialMeeting: placed.arrange_initial_meeting,
        RecordInitialMeeting: placed.record_initial_meeting,
        RecordPlacement: placed.record_placement,
        RecordDirectionNotice: placed.record_direction_notice,
        RecordReview: placed.record_review,
        AgreeExtension: placed.agree_extension,
        ReportYearGroupFull: placed.report_year_group_full,
        RecordFinalMeeting: placed.record_final_meeting,
        RecordPermanentRoll: placed.record_permanent_roll,
        ReverseCredit: placed.reverse_credit,
        WithdrawCase: placed.withdraw_case,
        DeclineCase: placed.decline_case,
        CloseCase: placed.close_case,
        SnoozeReminder: placed.snooze_reminder,
        ReportAtRisk: failed.report_at_risk,
        RecordFailure: failed.record_failure,
        RecordFailureReport: failed.record_failure_report,
        RecordDelivery: failed.record_delivery,
        RecordReintegrationMeeting: failed.record_reintegration_meeting,
        RecordReturn: failed.record_return,
        RecordFollowUp: failed.record_follow_up,
    }
)


# ---------------------------------------------------------------- opening, joining


def _opened(
    command: FileReferral | FileOutOfBoroughReport | RecordNotifiedMove, kind: Kind, context: Context
) -> Case:
    if not context.reference:
        raise ValueError("a new case needs a reference in its context")
    return Case(
        reference=context.reference,
        kind=kind,
        stage=Stage.RECEIVED,  # until it has been assessed, in the same decision
        protocol=context.protocol.key,
        home_school=command.home_school,
        contact=command.contact,
        received=command.received,
        told=context.now,
        attention=getattr(command, "attention", ()),
        letters=_with((), command.letter),
        message_ids=_with((), getattr(command, "message_id", "")),
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
    shut = list(new_holds(case, context))
    yield from shut
    added = (event.hold for event in shut if isinstance(event, CaseHeld))
    held = case.model_copy(update={"holds": (*case.holds, *added)})
    gaps = assess(case.referral, context.protocol, crisis=case.crisis is not None, asked=case.asked)
    completed = (before.completed or arrived) if is_complete(gaps) else None
    judged = held.model_copy(update={"gaps": gaps, "completed": completed})
    bound = _course(judged, before, context)
    cite = context.protocol.rules.complete
    yield _assessment(judged, bound, cite, context, acknowledge=acknowledge)


def _course(case: Case, before: Case, context: Context) -> Course:
    """A case on an agenda stays there while it is complete; only a crisis recorded now may put it on an earlier one."""
    on_agenda = before.stage is Stage.ON_AGENDA and not case.must_gaps and case.crisis == before.crisis
    put_off = before.stage in (Stage.DEFERRED, Stage.MORE_INFORMATION) and before.panel is not None
    if on_agenda or put_off or has_been_to_panel(before):
        return Course(before.panel, before.deadline, before.late)
    return course(case, context)


def _assessment(
    case: Case, bound: Course, cite: Cite | None, context: Context, *, acknowledge: bool = True
) -> ReferralAssessed:
    return ReferralAssessed(
        **cited(case, cite, context),
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
    if case.kind is not Kind.REFERRAL:
        return _panel_codes(bound, context)
    known = frozenset(rule.field for rule in context.protocol.hold if is_known(case, rule))
    found = attention.of_referral(case.referral, case.gaps, case.holds, context.protocol, known)
    return (*found, *repeated(case, context), *_panel_codes(bound, context))


def _panel_codes(bound: Course, context: Context) -> tuple[str, ...]:
    if context.protocol.panel is None:
        return ()
    if bound.panel is None:
        return (NO_PANEL_DATE,)
    return () if context.calendar.knows(bound.panel) else (attention.BEYOND_TERMS,)
