"""How each event of the agreements, the placement and its end changes a case."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from store.protocol import attention
from store.protocol.agreements import Agreement, Consequence
from store.protocol.case import Case, Ending, Snooze, Stage
from store.protocol.events import (
    AgreementRecorded,
    AgreementWithdrawn,
    CaseClosed,
    CaseDeclined,
    CaseWithdrawn,
    ContributionRecorded,
    CreditEntered,
    CreditReversed,
    DirectionNoticed,
    Event,
    ExtensionSupported,
    FailureReportDelivered,
    FailureReported,
    FollowUpHeld,
    InitialMeetingArranged,
    InitialMeetingHeld,
    LawfulnessWarned,
    MadePermanent,
    MoveSucceeded,
    PlacementAtRisk,
    PlacementExtended,
    PlacementFailed,
    PlacementRecorded,
    PlanAmended,
    Prompted,
    PupilReturned,
    ReintegrationMeetingHeld,
    ReminderSnoozed,
    ReportedToPanel,
    ReviewHeld,
    SchoolProposed,
    StatusConfirmed,
    YearGroupFull,
)
from store.protocol.placement import Credit, InitialMeeting, Permanent

Changes = dict[str, Any]


def nothing(_case: Case, _event: Event) -> Changes:
    """An event that only tells of something."""
    return {}


# ---------------------------------------------------------------- agreements


def _status(case: Case, event: StatusConfirmed) -> Changes:
    codes = tuple(code for code in case.attention if code not in event.settles)
    return {"status": event.status, "attention": codes}


def _contribution(case: Case, event: ContributionRecorded) -> Changes:
    return {"contributions": (*case.contributions, event.contribution)}


def _proposed(case: Case, event: SchoolProposed) -> Changes:
    """Another school begins the gathering anew; a meeting arranged with the one before falls."""
    return {
        "proposal": event.school,
        "receiving_authority": event.authority,
        "gathering_since": event.on,
        "initial_meeting": None,
        "stage": Stage.GATHERING,
        "attention": attention.added(case, event.attention),
    }


def _agreed(case: Case, event: AgreementRecorded) -> Changes:
    return {
        "agreements": (*case.agreements, event.agreement),
        "holds": tuple(hold for hold in case.holds if hold is not event.releases),
        "attention": attention.added(case, event.attention),
    }


def _withdrawn(case: Case, event: AgreementWithdrawn) -> Changes:
    holds = case.holds
    if event.restores and event.restores not in holds:
        holds = (*holds, event.restores)
    return {
        "agreements": tuple(_taken_back(case.agreements, event)),
        "holds": holds,
        "attention": attention.added(case, event.attention),
        **_falls_back(case, event),
    }


def _falls_back(case: Case, event: AgreementWithdrawn) -> Changes:
    """Before a placement an arranged meeting falls, and the agreements are gathered again from that day on."""
    if event.consequence is Consequence.NO_FURTHER:
        return {}
    back = {"stage": Stage.GATHERING} if case.stage is Stage.ARRANGED else {}
    since = {"gathering_since": event.on} if case.proposal else {}
    return {"initial_meeting": None, **back, **since}


def _taken_back(agreements: tuple[Agreement, ...], event: AgreementWithdrawn) -> list[Agreement]:
    last = max(number for number, each in enumerate(agreements) if each.party is event.party)
    taken = {"withdrawn": event.on, "withdrawn_why": event.why}
    return [
        each.model_copy(update=taken) if number == last else each for number, each in enumerate(agreements)
    ]


def _plan_amended(case: Case, event: PlanAmended) -> Changes:
    codes = tuple(code for code in case.attention if code != attention.PLAN_TO_AMEND)
    return {"plan_amended": event.on, "attention": codes}


# ---------------------------------------------------------------- the placement


def _arranged(_case: Case, event: InitialMeetingArranged) -> Changes:
    return {"initial_meeting": InitialMeeting(on=event.on), "stage": Stage.ARRANGED}


def _meeting_held(_case: Case, event: InitialMeetingHeld) -> Changes:
    return {"initial_meeting": event.meeting}


def _placed(case: Case, event: PlacementRecorded) -> Changes:
    return {
        "placement": event.placement,
        "part_time_reason": event.part_time_reason,
        "stage": Stage.PLACED,
        "attention": attention.added(case, event.attention),
    }


def _warned(_case: Case, _event: LawfulnessWarned) -> Changes:
    return {"warned": True}


def _noticed(case: Case, event: DirectionNoticed) -> Changes:
    return _of_placement(case, direction_notice=event.given)


def _reviewed(case: Case, event: ReviewHeld) -> Changes:
    return {
        "reviews": (*case.reviews, event.review),
        "attention": attention.added(case, event.attention),
    }


def _supported(case: Case, event: ExtensionSupported) -> Changes:
    others = tuple(word for word in case.heads_words if word.head is not event.head)
    return {"heads_words": (*others, event.word)}


def _extended(case: Case, event: PlacementExtended) -> Changes:
    reviews = case.placement.reviews if case.placement else ()
    last = () if event.until in reviews else (event.until,)
    return {
        "stage": Stage.EXTENDED,
        "heads_words": (),
        **_of_placement(case, ends=event.until, reviews=(*reviews, *last)),
    }


def _of_placement(case: Case, **changed: object) -> Changes:
    return {"placement": case.placement.model_copy(update=changed)} if case.placement else {}


# ---------------------------------------------------------------- failure


def _at_risk(_case: Case, event: PlacementAtRisk) -> Changes:
    return {"at_risk": event.risk}


def _failed(case: Case, event: PlacementFailed) -> Changes:
    return {
        "failure": event.failure,
        "stage": Stage.FAILED,
        "attention": attention.added(case, event.attention),
    }


def _of_failure(case: Case, **changed: object) -> Changes:
    return {"failure": case.failure.model_copy(update=changed)} if case.failure else {}


def _failure_reported(case: Case, event: FailureReported) -> Changes:
    return _of_failure(case, report=event.report)


def _delivered(case: Case, event: FailureReportDelivered) -> Changes:
    return _of_failure(case, deliveries=(*(case.failure.deliveries if case.failure else ()), event.delivery))


def _reintegration(case: Case, event: ReintegrationMeetingHeld) -> Changes:
    return _of_failure(case, met=event.held, attendance=event.attendance)


def _returned(case: Case, event: PupilReturned) -> Changes:
    return _of_failure(case, returned=event.on)


def _followed_up(case: Case, event: FollowUpHeld) -> Changes:
    return _of_failure(case, followed_up=event.held, impact=event.impact)


# ---------------------------------------------------------------- success, endings


def _succeeded(_case: Case, event: MoveSucceeded) -> Changes:
    return {"final_meeting": event.meeting, "stage": Stage.SUCCEEDED}


def _permanent(case: Case, event: MadePermanent) -> Changes:
    return {
        "permanent": Permanent(on=event.on, left_home=event.left_home),
        "stage": Stage.SUCCEEDED,
        "attention": attention.added(case, event.attention),
    }


def _credited(_case: Case, event: CreditEntered) -> Changes:
    return {"credit": Credit(school=event.school, points=event.points, on=event.on)}


def _reversed(case: Case, event: CreditReversed) -> Changes:
    if case.credit is None:
        return {}
    taken = {"reversed_on": event.on, "reversed_why": event.why}
    return {"credit": case.credit.model_copy(update=taken)}


def _ended(stage: Stage) -> Callable[[Case, CaseWithdrawn | CaseDeclined | CaseClosed], Changes]:
    def change(_case: Case, event: CaseWithdrawn | CaseDeclined | CaseClosed) -> Changes:
        return {"stage": stage, "ending": Ending(reason=event.reason, by=event.by.name, on=event.on)}

    return change


def _snoozed(case: Case, event: ReminderSnoozed) -> Changes:
    others = tuple(snooze for snooze in case.snoozes if snooze.kind != event.kind)
    return {"snoozes": (*others, Snooze(kind=event.kind, until=event.until))}


CHANGES_OF_MOVES: Mapping[type, Callable[[Case, Any], Changes]] = MappingProxyType(
    {
        StatusConfirmed: _status,
        ContributionRecorded: _contribution,
        SchoolProposed: _proposed,
        AgreementRecorded: _agreed,
        AgreementWithdrawn: _withdrawn,
        PlanAmended: _plan_amended,
        InitialMeetingArranged: _arranged,
        InitialMeetingHeld: _meeting_held,
        PlacementRecorded: _placed,
        LawfulnessWarned: _warned,
        DirectionNoticed: _noticed,
        ReviewHeld: _reviewed,
        ExtensionSupported: _supported,
        PlacementExtended: _extended,
        ReportedToPanel: nothing,
        PlacementAtRisk: _at_risk,
        PlacementFailed: _failed,
        FailureReported: _failure_reported,
        FailureReportDelivered: _delivered,
        ReintegrationMeetingHeld: _reintegration,
        PupilReturned: _returned,
        FollowUpHeld: _followed_up,
        MoveSucceeded: _succeeded,
        MadePermanent: _permanent,
        CreditEntered: _credited,
        CreditReversed: _reversed,
        YearGroupFull: nothing,
        CaseWithdrawn: _ended(Stage.WITHDRAWN),
        CaseDeclined: _ended(Stage.DECLINED),
        CaseClosed: _ended(Stage.CLOSED),
        ReminderSnoozed: _snoozed,
        Prompted: nothing,
    }
)
