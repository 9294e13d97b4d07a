"""What a person asks from the initial meeting to the close: imperatives."""

from datetime import date, datetime
from typing import TypeAlias

from store.protocol.agreements import Party, Shown
from store.protocol.failure import Recipient, Suspension
from store.protocol.frozen import Asked, School
from store.protocol.placement import Attendance, Footing


class ArrangeInitialMeeting(Asked):
    """Fix the day of the initial meeting, once all agree (R32)."""

    on: date


class RecordInitialMeeting(Asked):
    """Record the initial meeting and what was gone through in it (R32 to R35)."""

    held: date
    attendance: tuple[Attendance, ...] = ()
    positives: bool = False
    expectations: bool = False
    own_policy: bool = False
    professionals: bool = False


class RecordPlacement(Asked):
    """Record that a placement starts; its review dates and its end follow from the protocol (R28-R30, R50).

    `footing` and `ends` are the protocol's unless they are given; a start that is not full time needs its reason (R34).
    """

    school: School
    start: date
    ends: date | None = None
    footing: Footing | None = None
    direction_notice: date | None = None
    full_time: bool = True
    part_time_reason: str = ""


class RecordDirectionNotice(Asked):
    """Record that written notice of an off-site direction was given (domain 4.1)."""

    given: date


class RecordReview(Asked):
    """Record a review: who was there, its record, the views of child and family, why the move is right (R29, R30, R63).

    `of` is the planned day that it answers; None answers the first one still open.
    """

    held: date
    attendance: tuple[Attendance, ...]
    record: str
    pupil_views: str
    family_views: str
    best_interests: str = ""
    of: date | None = None


class AgreeExtension(Asked):
    """Record one head's agreement to an extension until a day; it is extended when all who must have agreed (R43)."""

    head: Party
    until: date
    who: str
    on: date
    shown: Shown


class ReportAtRisk(Asked):
    """Record that a placement may fail, before it does (R37)."""

    on: date
    who: str
    why: str


class RecordFailure(Asked):
    """Record the notice that a placement has failed, and the day of the re-integration meeting (R38, R39)."""

    noticed: datetime
    meeting: date
    advance_contact: bool = False
    admission_refused: bool = False
    suspension: Suspension | None = None


class RecordFailureReport(Asked):
    """Record why it failed: code or why there is none, summary and evidence (R40)."""

    codes: tuple[str, ...] = ()
    no_code_because: str = ""
    summary: str
    evidence: tuple[str, ...]


class RecordDelivery(Asked):
    """Record that the report has reached the home school or the officer (R40)."""

    recipient: Recipient
    on: date
    how: str


class RecordReintegrationMeeting(Asked):
    """Record the re-integration meeting at the home school (R38)."""

    held: date
    attendance: tuple[Attendance, ...] = ()


class RecordReturn(Asked):
    """Record that the pupil is back at the home school (R51)."""

    on: date


class RecordFollowUp(Asked):
    """Record the review with the home school at the end of the following term, and what the move did for good (R41)."""

    held: date
    impact: str


class RecordFinalMeeting(Asked):
    """Record the final meeting that acknowledges the success (R36)."""

    on: date
    attendance: tuple[Attendance, ...]
    acknowledged: str


class RecordPermanentRoll(Asked):
    """Record that the pupil is on the receiving school's roll for good (R18, R51)."""

    on: date
    left_home: date | None = None


class ReverseCredit(Asked):
    """Take a credit back, with the reason (R18)."""

    why: str


class ReportYearGroupFull(Asked):
    """Record that the year group is full in which a place is kept open (R59)."""

    on: date


class WithdrawCase(Asked):
    """The school or the family takes the referral back: at any time, with the reason (R55)."""

    reason: str


class DeclineCase(Asked):
    """The move is declined: at any time, with the reason."""

    reason: str


class CloseCase(Asked):
    """Close a case in which nothing is left to do."""

    reason: str = ""


class SnoozeReminder(Asked):
    """Keep one kind of reminder silent until a day."""

    kind: str
    until: date


PlacementCommand: TypeAlias = (
    ArrangeInitialMeeting
    | RecordInitialMeeting
    | RecordPlacement
    | RecordDirectionNotice
    | RecordReview
    | AgreeExtension
    | ReportAtRisk
    | RecordFailure
    | RecordFailureReport
    | RecordDelivery
    | RecordReintegrationMeeting
    | RecordReturn
    | RecordFollowUp
    | RecordFinalMeeting
    | RecordPermanentRoll
    | ReverseCredit
    | ReportYearGroupFull
    | WithdrawCase
    | DeclineCase
    | CloseCase
    | SnoozeReminder
)
