"""What a person asks between the panel and the agreement of all: imperatives."""

from datetime import date
from typing import TypeAlias

from store.protocol.agreements import Contributor, Party, Shown, Status
from store.protocol.case import PanelOutcome
from store.protocol.frozen import Asked, School


class ConfirmStatus(Asked):
    """Record what a form did not say: whether the child is looked after or has a plan, and who shares responsibility.

    A yes shuts a gate; a no opens none (R4, R56).
    """

    status: Status


class RecordContribution(Asked):
    """Record what carers, social worker or Virtual School say about a looked-after child's move (R3)."""

    role: Contributor
    who: str
    on: date
    says: str


class RecordRecommendation(Asked):
    """Record what the panel recommends, with its minute, and in which of its categories where it has such (R15)."""

    outcome: PanelOutcome
    minute: str
    reason: str = ""
    category: str = ""


class ProposeSchool(Asked):
    """Propose a receiving school: from here on the agreements are gathered (R44, R49). Another one begins them anew."""

    school: School
    authority: str = ""  # "" for a school of our own authority (R47)


class RecordAgreement(Asked):
    """Record a party's answer: who gave it, when, how it was shown (R4, R49, R55, R56)."""

    party: Party
    who: str
    on: date
    shown: Shown
    agrees: bool = True
    explained_by: str = ""
    explained_on: date | None = None
    reason: str = ""
    support: str = ""


class WithdrawAgreement(Asked):
    """A party takes its agreement back, at any time (R55)."""

    party: Party
    on: date
    why: str = ""


class RecordPlanAmended(Asked):
    """Record that the plan was amended by its own process (R56)."""

    on: date


AgreementCommand: TypeAlias = (
    ConfirmStatus
    | RecordContribution
    | RecordRecommendation
    | ProposeSchool
    | RecordAgreement
    | WithdrawAgreement
    | RecordPlanAmended
)
