"""What has happened from the initial meeting to the close: past tense.

Those that the ledger counts (`store.protocol.ledger`) name their schools, so that it can be told from them alone.
"""

from datetime import date
from enum import StrEnum
from typing import ClassVar, TypeAlias

from store.protocol.agreements import Party
from store.protocol.failure import AtRisk, Delivery, Failure, Recipient, Report
from store.protocol.frozen import Actor, Happening, School
from store.protocol.placement import Attendance, FinalMeeting, HeadsWord, InitialMeeting, Placement, Review


class InitialMeetingArranged(Happening):
    """The initial meeting has its day (R32)."""

    on: date
    by: Actor


class InitialMeetingHeld(Happening):
    """The initial meeting was held (R32 to R35)."""

    private: ClassVar[frozenset[str]] = frozenset({"meeting"})
    meeting: InitialMeeting
    held: date
    by: Actor


class PlacementRecorded(Happening):
    """A placement starts. `home_school` is None in a timeline of before the ledger."""

    private: ClassVar[frozenset[str]] = frozenset({"part_time_reason"})
    placement: Placement
    by: Actor
    home_school: School | None = None
    part_time_reason: str = ""
    attention: tuple[str, ...] = ()


class LawfulnessWarned(Happening):
    """The placement is a trial without what the law asks for from 26 July 2026 on: said once (domain 4.1)."""

    missing: tuple[str, ...]  # codes of `store.protocol.lawfulness`
    guidance: str
    since: date


class DirectionNoticed(Happening):
    """Written notice of an off-site direction was given."""

    given: date
    by: Actor


class ReviewHeld(Happening):
    """A review was held; `of` is the planned day that it answers (R29)."""

    private: ClassVar[frozenset[str]] = frozenset({"review"})
    review: Review
    of: date
    held: date
    by: Actor
    attention: tuple[str, ...] = ()


class ExtensionSupported(Happening):
    """One head agrees to an extension; alone it extends nothing (R43)."""

    private: ClassVar[frozenset[str]] = frozenset({"word"})
    word: HeadsWord
    head: Party
    until: date
    by: Actor


class PlacementExtended(Happening):
    """All who must have agreed: the placement goes on until a day (R43)."""

    until: date
    was: date | None
    by: Actor


class Reportable(StrEnum):
    """What a panel is told of (R42, R43)."""

    PLACEMENT = "placement"
    NOTIFIED = "notified"
    EXTENSION = "extension"
    SUCCESS = "success"
    FAILURE = "failure"


class ReportedToPanel(Happening):
    """Goes before the next panel for scrutiny and challenge; `panel` is None while no date is known (R42, R43)."""

    what: Reportable
    panel: date | None


class PlacementAtRisk(Happening):
    """The officer was told that the placement may fail (R37)."""

    private: ClassVar[frozenset[str]] = frozenset({"risk"})
    risk: AtRisk
    by: Actor


class PlacementFailed(Happening):
    """The placement has failed: notice was given (R38, R39)."""

    private: ClassVar[frozenset[str]] = frozenset({"failure"})
    failure: Failure
    home_school: School
    school: School
    meeting: date
    follow_up: date | None
    by: Actor
    attention: tuple[str, ...] = ()


class FailureReported(Happening):
    """The reason, summary and evidence were recorded (R40)."""

    private: ClassVar[frozenset[str]] = frozenset({"report"})
    report: Report
    by: Actor


class FailureReportDelivered(Happening):
    """The report reached one of its two recipients (R40)."""

    private: ClassVar[frozenset[str]] = frozenset({"delivery"})
    delivery: Delivery
    recipient: Recipient
    by: Actor


class ReintegrationMeetingHeld(Happening):
    """The re-integration meeting was held (R38)."""

    private: ClassVar[frozenset[str]] = frozenset({"attendance"})
    attendance: tuple[Attendance, ...]
    held: date
    by: Actor


class PupilReturned(Happening):
    """The pupil is back at the home school (R51)."""

    on: date
    by: Actor


class FollowUpHeld(Happening):
    """The home school was visited again at the end of the following term (R41)."""

    private: ClassVar[frozenset[str]] = frozenset({"impact"})
    held: date
    impact: str
    by: Actor


class MoveSucceeded(Happening):
    """The final meeting acknowledged the success (R36)."""

    private: ClassVar[frozenset[str]] = frozenset({"meeting"})
    meeting: FinalMeeting
    on: date
    by: Actor


class MadePermanent(Happening):
    """The pupil is on the receiving school's roll for good (R51)."""

    on: date
    left_home: date | None
    home_school: School
    school: School
    authority: str = ""  # the other authority, of a move between two (R47)
    incoming: bool = False  # whether the pupil came from there
    by: Actor
    attention: tuple[str, ...] = ()


class CreditEntered(Happening):
    """The receiving school is credited, on the permanent roll date (R18)."""

    school: School
    points: int
    on: date


class CreditReversed(Happening):
    """The credit is taken back (R18)."""

    private: ClassVar[frozenset[str]] = frozenset({"why"})
    school: School
    points: int
    on: date
    why: str
    by: Actor


class YearGroupFull(Happening):
    """The year group is full in which a place is kept open (R59)."""

    on: date
    by: Actor


class CaseWithdrawn(Happening):
    """The school or the family has taken the referral back."""

    private: ClassVar[frozenset[str]] = frozenset({"reason"})
    reason: str
    on: date
    by: Actor


class CaseDeclined(Happening):
    """The move was declined."""

    private: ClassVar[frozenset[str]] = frozenset({"reason"})
    reason: str
    on: date
    by: Actor


class CaseClosed(Happening):
    """Nothing is left to do."""

    private: ClassVar[frozenset[str]] = frozenset({"reason"})
    reason: str
    on: date
    by: Actor


class ReminderSnoozed(Happening):
    """One kind of reminder keeps silent until a day."""

    kind: str
    until: date
    by: Actor


class Prompted(Happening):
    """Something in the diary fell due: `kind` is that of the diary, `on` the day it is about."""

    kind: str
    on: date
    escalated: bool = False  # no answer came: the officer is told, once


PlacementEvent: TypeAlias = (
    InitialMeetingArranged
    | InitialMeetingHeld
    | PlacementRecorded
    | LawfulnessWarned
    | DirectionNoticed
    | ReviewHeld
    | ExtensionSupported
    | PlacementExtended
    | ReportedToPanel
    | PlacementAtRisk
    | PlacementFailed
    | FailureReported
    | FailureReportDelivered
    | ReintegrationMeetingHeld
    | PupilReturned
    | FollowUpHeld
    | MoveSucceeded
    | MadePermanent
    | CreditEntered
    | CreditReversed
    | YearGroupFull
    | CaseWithdrawn
    | CaseDeclined
    | CaseClosed
    | ReminderSnoozed
    | Prompted
)
