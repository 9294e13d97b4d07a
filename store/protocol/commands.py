"""What can be asked of the casebook: imperatives. `decide` in this folder answers each with events or a refusal."""

from datetime import date, datetime
from typing import TypeAlias

from store.protocol.case import Actor, Frozen, Pupil, Referral, School


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
    """Open an out-of-borough case from a head's written report (R46)."""

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


class RecordPlacement(Frozen):
    """Record that a placement starts; its review dates follow from the protocol (R28-R30)."""

    reference: str
    by: Actor
    school: School
    start: date
    version: int | None = None


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
    | RecordCrisis
    | AskSchool
    | PutOnPanel
    | RecordPlacement
    | MoveToNextPanel
    | Remind
)
