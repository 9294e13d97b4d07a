"""What has happened to a case: past tense. The timeline keeps each; `bot/messages.py` says what is sent for it.

Every event names its case. Fields in `private` are kept out of the timeline, so that it holds references only.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar, TypeAlias

from store.protocol.agreement_events import (
    AgreementEvent,
    AgreementRecorded,
    AgreementWithdrawn,
    ContributionRecorded,
    PanelRecommended,
    PlanAmended,
    SchoolProposed,
    StatusConfirmed,
)
from store.protocol.case import Case, Crisis, Gap, Hold
from store.protocol.frozen import Actor, Happening
from store.protocol.placement_events import (
    CaseClosed,
    CaseDeclined,
    CaseWithdrawn,
    CreditEntered,
    CreditReversed,
    DirectionNoticed,
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
    PlacementEvent,
    PlacementExtended,
    PlacementFailed,
    PlacementRecorded,
    Prompted,
    PupilReturned,
    ReintegrationMeetingHeld,
    ReminderSnoozed,
    Reportable,
    ReportedToPanel,
    ReviewHeld,
    YearGroupFull,
)

__all__ = [
    "AgreementRecorded",
    "AgreementWithdrawn",
    "CaseClosed",
    "CaseDeclined",
    "CaseHeld",
    "CaseOpened",
    "CaseWithdrawn",
    "ContributionRecorded",
    "CreditEntered",
    "CreditReversed",
    "CrisisRecorded",
    "DeadlineNear",
    "DirectionNoticed",
    "Event",
    "ExtensionSupported",
    "FailureReportDelivered",
    "FailureReported",
    "FollowUpHeld",
    "InitialMeetingArranged",
    "InitialMeetingHeld",
    "LawfulnessWarned",
    "LookedAfterChildReferred",
    "MadePermanent",
    "MoveSucceeded",
    "Moved",
    "PanelMoved",
    "PanelRecommended",
    "PlacementAtRisk",
    "PlacementExtended",
    "PlacementFailed",
    "PlacementRecorded",
    "PlanAmended",
    "Prompted",
    "PupilReturned",
    "PutOnAgenda",
    "ReferralAssessed",
    "ReferralCorrected",
    "ReintegrationMeetingHeld",
    "ReminderSnoozed",
    "Reportable",
    "ReportedToPanel",
    "ReviewDue",
    "ReviewHeld",
    "SchoolAsked",
    "SchoolProposed",
    "StatusConfirmed",
    "YearGroupFull",
]


class CaseOpened(Happening):
    """A case was opened from a letter; `case` is the whole case as opened."""

    private: ClassVar[frozenset[str]] = frozenset({"case"})
    case: Case
    letter: int


class ReferralCorrected(Happening):
    """A corrected form joined the case: `changed` are the ids of the answers that changed."""

    private: ClassVar[frozenset[str]] = frozenset({"case"})
    case: Case
    letter: int
    changed: tuple[str, ...] = ()


class ReferralAssessed(Happening):
    """The referral was checked against the protocol; follows every opening and correction."""

    private: ClassVar[frozenset[str]] = frozenset({"gaps"})
    gaps: tuple[Gap, ...]
    complete: bool
    late: bool
    completed: datetime | None
    panel: date | None
    deadline: datetime | None
    acknowledge: bool = True  # a letter from a person started this; the school is answered
    attention: tuple[str, ...] = ()  # codes of what the officer must look at (`store.protocol.attention`)


class CaseHeld(Happening):
    """The case may not go to a panel until the named person's decision is recorded (R4, R56)."""

    hold: Hold


class LookedAfterChildReferred(Happening):
    """A looked-after child was referred: the Virtual School and social care are told (R2)."""


class CrisisRecorded(Happening):
    """A crisis was recorded (R21)."""

    private: ClassVar[frozenset[str]] = frozenset({"crisis"})
    crisis: Crisis
    by: Actor


class SchoolAsked(Happening):
    """The officer asked for the school to be written to again."""

    by: Actor
    serial: int  # the case version at which it was asked, so that each asking is one letter
    at: datetime | None = None


class PutOnAgenda(Happening):
    """The case was put on the agenda of a panel."""

    panel: date
    by: Actor


class Moved(StrEnum):
    """Why a case goes to another panel."""

    INCOMPLETE = "incomplete"  # not complete by the deadline (R27)
    NOT_PUT = "not put"  # its panel met and it was not on the agenda: held, or waiting for the officer
    CRISIS = "crisis"  # a recorded crisis puts it on an earlier one (R21)
    NEW_DATE = "new date"  # the panel dates have changed: it had none, or its panel was called off


class PanelMoved(Happening):
    """The case goes to another panel than before, and why (`why`, `rule`)."""

    was: date | None
    panel: date | None
    deadline: datetime | None
    why: Moved = Moved.INCOMPLETE
    attention: tuple[str, ...] = ()


class DeadlineNear(Happening):
    """The deadline of an incomplete referral is two school days away (R27)."""

    deadline: datetime


class ReviewDue(Happening):
    """A review of a placement falls due (R29)."""

    on: date


Event: TypeAlias = (
    CaseOpened
    | ReferralCorrected
    | ReferralAssessed
    | CaseHeld
    | LookedAfterChildReferred
    | CrisisRecorded
    | SchoolAsked
    | PutOnAgenda
    | PanelMoved
    | DeadlineNear
    | ReviewDue
    | AgreementEvent
    | PlacementEvent
)
