"""What can be asked of the casebook: imperatives. `decide` in this folder answers each with events or a refusal."""

from datetime import date, datetime
from typing import TypeAlias

from store.protocol.agreement_commands import (
    AgreementCommand,
    ConfirmStatus,
    ProposeSchool,
    RecordAgreement,
    RecordContribution,
    RecordPlanAmended,
    RecordRecommendation,
    WithdrawAgreement,
)
from store.protocol.case import Actor, Frozen, Pupil, Referral, School
from store.protocol.placement_commands import (
    AgreeExtension,
    ArrangeInitialMeeting,
    CloseCase,
    DeclineCase,
    PlacementCommand,
    RecordDelivery,
    RecordDirectionNotice,
    RecordFailure,
    RecordFailureReport,
    RecordFinalMeeting,
    RecordFollowUp,
    RecordInitialMeeting,
    RecordPermanentRoll,
    RecordPlacement,
    RecordReintegrationMeeting,
    RecordReturn,
    RecordReview,
    ReportAtRisk,
    ReportYearGroupFull,
    ReverseCredit,
    SnoozeReminder,
    WithdrawCase,
)

__all__ = [
    "AgreeExtension",
    "ArrangeInitialMeeting",
    "AskSchool",
    "CloseCase",
    "Command",
    "ConfirmStatus",
    "CorrectReferral",
    "DeclineCase",
    "FileOutOfBoroughReport",
    "FileReferral",
    "MoveToNextPanel",
    "ProposeSchool",
    "PutOnPanel",
    "RecordAgreement",
    "RecordContribution",
    "RecordCrisis",
    "RecordDelivery",
    "RecordDirectionNotice",
    "RecordFailure",
    "RecordFailureReport",
    "RecordFinalMeeting",
    "RecordFollowUp",
    "RecordInitialMeeting",
    "RecordNotifiedMove",
    "RecordPermanentRoll",
    "RecordPlacement",
    "RecordPlanAmended",
    "RecordRecommendation",
    "RecordReintegrationMeeting",
    "RecordReturn",
    "RecordReview",
    "Remind",
    "ReportAtRisk",
    "ReportYearGroupFull",
    "ReverseCredit",
    "SnoozeReminder",
    "WithdrawAgreement",
    "WithdrawCase",
]


class FileReferral(Frozen):
    """Open a case from a referral form (R14, R26)."""

    letter: int
    form: str  # name of ours for the form within its letter, "1", "2"
    received: datetime
    home_school: School
    contact: str = ""
    message_id: str = ""
    pupil: Pupil
    referral: Referral
    attention: tuple[str, ...] = ()


class CorrectReferral(Frozen):
    """Join a corrected form to its case: new answers replace old ones, a blank never replaces an answer."""

    reference: str
    letter: int
    form: str
    received: datetime
    contact: str = ""
    message_id: str = ""
    pupil: Pupil
    referral: Referral
    attention: tuple[str, ...] = ()


class FileOutOfBoroughReport(Frozen):
    """Open an out-of-borough case from a head's written report, for a move or for a re-integration place (R46)."""

    authority: str = ""  # the authority that the report comes from (R47)
    reintegration: bool = False
    letter: int
    received: datetime
    home_school: School
    contact: str = ""
    message_id: str = ""
    attention: tuple[str, ...] = ()


class RecordCrisis(Frozen):
    """Record that the referral answers a crisis or incident: who, why, when (R21)."""

    reference: str
    by: Actor
    why: str
    when: datetime
    version: int | None = None


class AskSchool(Frozen):
    """Write to the school again with what is still missing (R26)."""

    reference: str
    by: Actor
    version: int | None = None


class PutOnPanel(Frozen):
    """Put a ready case on the agenda of its panel (R15). Refused while a hold or a gap stands."""

    reference: str
    by: Actor
    version: int | None = None


class RecordNotifiedMove(Frozen):
    """Record a move that two schools agreed by themselves and only tell of: nothing gates it (R42, R52, R58)."""

    by: Actor
    received: datetime  # when the authority was told
    home_school: School
    school: School
    start: date
    ends: date | None = None
    informal: bool = False  # a trial of the schools' own, with parental agreement (R58)
    policy: str = ""  # where the school's policy outlines it (R58)
    pupil: Pupil = Pupil()
    contact: str = ""
    letter: int = 0  # 0: told otherwise than by letter


class MoveToNextPanel(Frozen):
    """The deadline passed with the referral incomplete: it goes to the next panel (R27)."""

    reference: str


class Remind(Frozen):
    """Something in the diary of a case has fallen due. `kind` and `on` are those of `Due`."""

    reference: str
    kind: str
    on: datetime


Command: TypeAlias = (
    FileReferral
    | CorrectReferral
    | FileOutOfBoroughReport
    | RecordNotifiedMove
    | RecordCrisis
    | AskSchool
    | PutOnPanel
    | MoveToNextPanel
    | Remind
    | AgreementCommand
    | PlacementCommand
)
