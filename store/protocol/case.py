"""A case and the facts it rests on, as the rules see them. Plain data: no database, no clock."""

from datetime import date, datetime
from enum import StrEnum

from pydantic import Field

from store.protocol.agreements import Agreement, Contribution, Status
from store.protocol.failure import AtRisk, Failure
from store.protocol.frozen import Actor, ActorRole, Frozen, Reference, School
from store.protocol.placement import (
    Credit,
    FinalMeeting,
    HeadsWord,
    InitialMeeting,
    Permanent,
    Placement,
    Review,
)

__all__ = [
    "Actor",
    "ActorRole",
    "Case",
    "Crisis",
    "Ending",
    "Fact",
    "FactState",
    "Frozen",
    "Gap",
    "GapKind",
    "Hold",
    "Kind",
    "Level",
    "PanelOutcome",
    "Placement",
    "Pupil",
    "Reference",
    "Referral",
    "Row",
    "School",
    "Snooze",
    "Stage",
]


class FactState(StrEnum):
    """How an answer stands, as `forms` judged it (same words, so that the rooms need not share a type)."""

    ANSWERED = "answered"
    BLANK = "blank"
    PLACEHOLDER = "placeholder"
    DEFAULT_LEFT = "default_left"
    AMBIGUOUS = "ambiguous"
    NOT_APPLICABLE = "not_applicable"
    SEE_ATTACHED = "see_attached"
    UNREADABLE = "unreadable"
    QUESTION_NOT_FOUND = "question_not_found"


class Fact(Frozen):
    """One answer as the rules use it. `value` is ISO text for a date; `sure` is False where a person must look."""

    state: FactState
    value: bool | int | float | str | None = None
    raw: str = ""
    label: str = ""  # the question in the words of their form
    section: str = ""
    where: str = ""
    sure: bool = True


Row = dict[str, str | bool | None]


class Referral(Frozen):
    """What one referral form says. `lists` holds interventions, agencies and so on; `evidence` is False for a scan."""

    facts: dict[str, Fact] = Field(default_factory=dict)
    lists: dict[str, tuple[Row, ...]] = Field(default_factory=dict)
    list_labels: dict[str, str] = Field(default_factory=dict)
    definition: str = ""
    evidence: bool = True
    other_documents: bool = False  # other documents came with it, for answers that say "see attached"

    def value(self, field: str) -> bool | int | float | str | None:
        """The value under a field id of `docs/fields.md`, None unless answered."""
        fact = self.facts.get(field)
        return fact.value if fact and fact.state is FactState.ANSWERED else None


class Level(StrEnum):
    """Whether a referral is incomplete without it (MUST) or it is only asked for (SHOULD)."""

    MUST = "must"
    SHOULD = "should"


class GapKind(StrEnum):
    """Why an answer does not do."""

    MISSING = "missing"
    UNCLEAR = "unclear"  # two answers marked, or a mark that a person must confirm
    REFUSED = "refused"  # answered, and the answer stops the referral (the parent does not agree)
    NO_OUTCOME = "no outcome"  # an intervention without its outcome (R24)
    ATTACHMENT = "attachment"  # "see attached", and nothing was attached
    NOT_ASKED = "not asked"  # their form does not have the question
    UNREADABLE = (
        "unreadable"  # we could not read it: the officer looks, the school is not told it left it out
    )


class Gap(Frozen):
    """One thing a referral still needs, with the rule and the document that asks for it."""

    field: str
    level: Level
    kind: GapKind
    rule: str  # "R26"
    source: str  # "Salford 3.1 Referral"
    label: str = ""  # their form's own words, "" when it has no such question
    section: str = ""
    detail: str = ""  # e.g. the name of the intervention without an outcome; never put in a channel


class Hold(StrEnum):
    """Whose recorded decision a case waits for before it may go to a panel."""

    VIRTUAL_SCHOOL_HEAD = "virtual school head"  # R1-R4
    SEN_CASEWORKER = "sen caseworker"  # R56


class Kind(StrEnum):
    """What sort of case it is."""

    REFERRAL = "referral"
    OUT_OF_BOROUGH = "out of borough"  # R46
    NOTIFIED = (
        "notified only"  # a move that two schools agreed by themselves: recorded, never gated (R52, R58)
    )
    REINTEGRATION = (
        "re-integration"  # a place for a pupil of another authority who comes back to school (R46)
    )


class Stage(StrEnum):
    """Where a case stands. `bot/text` has the public words; any hold is "On hold" in public."""

    RECEIVED = "received"  # opened, and not yet assessed
    INCOMPLETE = "incomplete"
    READY = "ready"
    HELD = "held"
    ON_AGENDA = "on agenda"
    MORE_INFORMATION = "more information"  # the panel asks for more before it recommends
    DEFERRED = "deferred"  # the panel takes it up again at a later one
    NOT_SUPPORTED = "not supported"
    RECOMMENDED = "recommended"
    GATHERING = "agreements being gathered"
    ARRANGED = "arranged"  # all agree, and the initial meeting has its day
    PLACED = "placed"
    EXTENDED = "extended"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"
    DECLINED = "declined"


class PanelOutcome(StrEnum):
    """What a panel recommends (R15)."""

    RECOMMENDED = "recommended"
    DEFERRED = "deferred"
    NOT_SUPPORTED = "not supported"
    MORE_INFORMATION = "more information"


class Snooze(Frozen):
    """Reminders of one kind keep silent until a day."""

    kind: str
    until: date


class Ending(Frozen):
    """Why a case ended: withdrawn, declined or closed, by whom and when. Private."""

    reason: str
    by: str
    on: date


class Crisis(Frozen):
    """A crisis or incident recorded by a named person (R21)."""

    who: str
    why: str
    when: datetime


class Pupil(Frozen):
    """Who the case is about, as far as the form says. Never leaves the database but to those entitled."""

    surname: str = ""
    forename: str = ""
    name: str = ""
    dob: date | None = None
    upn: str = ""
    year_group: int | None = None

    @property
    def initials(self) -> str:
        """Initials for letters, e.g. "O.R."; "" when no name is known."""
        words = f"{self.forename} {self.surname}".split() or self.name.split()
        return "".join(f"{word[0].upper()}." for word in words if word[:1].isalpha())


class Case(Frozen):
    """A case as the rules see it. `version` rises by one with every change; `panel` is the panel it goes to."""

    reference: str  # "MM-26-0007"
    kind: Kind = Kind.REFERRAL
    stage: Stage
    version: int = 1
    protocol: str  # id and version it started under, "salford/1"
    home_school: School
    contact: str = ""  # verified address that wrote on the school's behalf, "" when not verified
    received: datetime  # when the mailbox took the first letter (R14)
    completed: datetime | None = None  # when what made it complete arrived
    pupil: Pupil = Pupil()
    referral: Referral = Referral()
    gaps: tuple[Gap, ...] = ()
    holds: tuple[Hold, ...] = ()
    panel: date | None = None
    deadline: datetime | None = None  # of that panel
    late: bool = False  # it came complete after the deadline of the panel it was meant for
    crisis: Crisis | None = None
    attention: tuple[
        str, ...
    ] = ()  # codes of what the officer must look at ("possible_duplicate", "unknown_form", …)
    letters: tuple[int, ...] = ()  # the letters it rests on, oldest first
    message_ids: tuple[str, ...] = ()  # Message-IDs of its thread, theirs and ours
    placement: Placement | None = None
    authority: str = ""  # the other authority of an out-of-borough case (R46, R47)
    gates: tuple[Hold, ...] = ()  # every hold that was ever set: each needs its person's decision, for good
    status: Status = Status()
    contributions: tuple[Contribution, ...] = ()
    recommendation: PanelOutcome | None = None  # what the panel last recommended
    proposal: School | None = None  # the receiving school that is asked
    receiving_authority: str = ""  # of a proposed school in another authority (R47)
    gathering_since: date | None = None
    agreements: tuple[Agreement, ...] = ()  # every answer, oldest first; the last of a party counts
    initial_meeting: InitialMeeting | None = None
    part_time_reason: str = ""  # R34
    reviews: tuple[Review, ...] = ()
    heads_words: tuple[HeadsWord, ...] = ()  # for an extension (R43)
    at_risk: AtRisk | None = None
    failure: Failure | None = None
    final_meeting: FinalMeeting | None = None
    permanent: Permanent | None = None
    plan_amended: date | None = None  # when the plan was amended by its own process (R56)
    credit: Credit | None = None
    ending: Ending | None = None
    snoozes: tuple[Snooze, ...] = ()
    warned: bool = False  # about the lawful stage, once (domain 4.1)
    told: datetime | None = None  # when the school was last to be written to about its gaps
    asked: tuple[str, ...] = ()  # questions their form does not have, asked for in plain words already (once)

    @property
    def must_gaps(self) -> tuple[Gap, ...]:
        """The gaps without which it is not complete."""
        return tuple(gap for gap in self.gaps if gap.level is Level.MUST)

    @property
    def responsible(self) -> School:
        """The school that is responsible for the pupil: the home school, until the move is permanent (R17)."""
        taken = self.placement.school if self.placement else self.proposal
        return taken if self.permanent and taken else self.home_school

    @property
    def gated(self) -> tuple[Hold, ...]:
        """Every gate of this child, open or shut."""
        return tuple(dict.fromkeys((*self.gates, *self.holds)))
