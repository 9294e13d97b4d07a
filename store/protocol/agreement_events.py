"""What has happened between the panel and the agreement of all: past tense."""

from datetime import date, datetime
from typing import ClassVar, TypeAlias

from store.protocol.agreements import Agreement, Consequence, Contribution, Contributor, Party, Status
from store.protocol.case import Hold, PanelOutcome
from store.protocol.frozen import Actor, Happening, School


class StatusConfirmed(Happening):
    """The officer recorded what a form did not say."""

    private: ClassVar[frozenset[str]] = frozenset({"status"})
    status: Status
    by: Actor
    settles: tuple[str, ...] = ()  # codes that the officer need not look at any more


class ContributionRecorded(Happening):
    """Carers, social worker or Virtual School were heard (R3)."""

    private: ClassVar[frozenset[str]] = frozenset({"contribution"})
    contribution: Contribution
    role: Contributor
    by: Actor


class PanelRecommended(Happening):
    """The panel has said what it recommends (R15); `next_panel` is where a deferred case goes."""

    private: ClassVar[frozenset[str]] = frozenset({"reason"})
    outcome: PanelOutcome
    panel: date | None
    minute: str
    reason: str
    by: Actor
    next_panel: date | None = None
    deadline: datetime | None = None
    category: str = ""
    attention: tuple[str, ...] = ()


class SchoolProposed(Happening):
    """A receiving school is asked; agreements to another school no longer count."""

    school: School
    authority: str
    on: date
    by: Actor
    attention: tuple[str, ...] = ()
    meeting: date | None = None  # the initial meeting that falls with the school asked before


class AgreementRecorded(Happening):
    """A party has answered; `releases` is the gate that its yes opens."""

    private: ClassVar[frozenset[str]] = frozenset({"agreement"})
    agreement: Agreement
    party: Party
    agrees: bool
    by: Actor
    releases: Hold | None = None
    attention: tuple[str, ...] = ()


class AgreementWithdrawn(Happening):
    """A party has taken its agreement back; `restores` is the gate that shuts again."""

    private: ClassVar[frozenset[str]] = frozenset({"why"})
    party: Party
    on: date
    why: str
    consequence: Consequence
    by: Actor
    restores: Hold | None = None
    attention: tuple[str, ...] = ()
    meeting: date | None = None  # the initial meeting that falls with it


class PlanAmended(Happening):
    """The plan was amended by its own process (R56)."""

    on: date
    by: Actor


AgreementEvent: TypeAlias = (
    StatusConfirmed
    | ContributionRecorded
    | PanelRecommended
    | SchoolProposed
    | AgreementRecorded
    | AgreementWithdrawn
    | PlanAmended
)
