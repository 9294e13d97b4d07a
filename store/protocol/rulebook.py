"""A protocol as data: what an authority's document asks for, each setting with its rule, document and clause.

The files ship beside this module (`salford.toml`, …); an authority writes its own in the same words.
"""

from datetime import date, time
from importlib import resources
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator, Field, ValidationError, model_validator

from store.errors import BadProtocol
from store.protocol.agreements import HEADS, Party
from store.protocol.calendar import Week, parse_toml, read_toml
from store.protocol.case import Frozen, Hold, Level
from store.protocol.mistakes import in_words
from store.protocol.placement import Footing, Role
from store.protocol.wall import END_OF_DAY, LONDON

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday"]


def _cut_off(value: Any) -> Any:
    return END_OF_DAY if value == "end of day" else value


def _never_in_the_missing_hour(at: time) -> time:
    # Between 01:00 and 02:00 a wall time may not exist, or exist twice, when the clocks change.
    if at.hour == 1:
        raise ValueError(
            "a time between 01:00 and 02:00 does not exist, or exists twice, when the clocks change"
        )
    return at


CutOff = Annotated[time, BeforeValidator(_cut_off)]
ReminderTime = Annotated[time, AfterValidator(_never_in_the_missing_hour)]


class Cite(Frozen):
    """Where a setting comes from: our rule number, the document (a key of `documents`) and its clause."""

    rule: str = Field(pattern=r"^R([1-9]|[1-5]\d|6[0-6])$")
    document: str
    clause: str = ""


class Document(Frozen):
    """A document that this protocol may cite, and how it is named in a letter."""

    title: str
    short: str
    version: str = ""


class _Cited(Frozen):
    cite: Cite


class Requirement(_Cited):
    """One line of "What a referral must say".

    `any` holds alternatives, each a set of fields that answer it together (default: `field` alone); `instead` counts
    only where their form does not ask for `field`. `answer` says what an answer must be: anything, a yes or a no, or a
    yes (then No refuses the referral). `rows` makes `field` a list, each row with that column filled. `said_in` is a
    text that answers it too, if it holds one of the words `saying`.
    """

    field: str
    any: tuple[tuple[str, ...], ...] = ()
    instead: str = ""
    level: Level
    unless_crisis: bool = False
    answer: Literal["anything", "yes or no", "yes"] = "anything"
    not_applicable: bool = False  # whether "N/A" or "none" answers it
    rows: str = ""
    said_in: str = ""
    saying: tuple[str, ...] = ()

    @property
    def alternatives(self) -> tuple[tuple[str, ...], ...]:
        """The sets of fields any of which answers it."""
        return self.any or ((self.field,),)


class Deadline(_Cited):
    """By when a referral must be complete, reckoned from its panel: a weekday, or a number of school days before."""

    weekday: Weekday | None = None
    weeks_before: int = Field(default=0, ge=0, le=8)
    school_days_before: int | None = Field(default=None, ge=1, le=60)
    cut_off: CutOff = END_OF_DAY
    closed_day: Literal["keep", "previous school day"] = "keep"

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.weekday is None) == (self.school_days_before is None):
            raise ValueError("give either weekday (with weeks_before) or school_days_before")
        return self


class Reminder(_Cited):
    """School days before the event, and the time on the wall, at which a reminder goes."""

    school_days_before: tuple[Annotated[int, Field(ge=1, le=60)], ...] = Field(min_length=1)
    at: ReminderTime = time(9)


class Reviews(_Cited):
    """After how many school weeks of a placement it is reviewed, when on the day the prompt goes, and who must come."""

    weeks: tuple[Annotated[int, Field(ge=1, le=60)], ...] = Field(min_length=1)
    week: Week = "five school days"
    at: ReminderTime = time(9)
    attendees: tuple[Role, ...] = (
        Role.HOME_SCHOOL,
        Role.RECEIVING_SCHOOL,
        Role.OFFICER,
        Role.PUPIL,
        Role.PARENTS,
    )


class FollowUp(_Cited):
    """When the home school is visited again after a failed move (R41)."""

    when: Literal["end of the following term"]


class AgreementRule(_Cited):
    """A party that must agree before a start; the other parent only where separated parents share responsibility."""

    party: Party


class PlacementRule(_Cited):
    """What a placement is here, and for how many school weeks (None: no length is set)."""

    footing: Footing = Footing.TRIAL
    weeks: int | None = Field(default=None, ge=1, le=60)
    week: Week = "five school days"


class Extension(_Cited):
    """After how many school weeks a placement may go on only as an extension, and who agrees to one (R43).

    `week` says what a week is; the prompt goes `prompt_weeks_before`; `longest_weeks` bounds it (None: no bound).
    """

    after_weeks: int = Field(default=12, ge=1, le=60)
    week: Week = "five school days"
    prompt_weeks_before: int = Field(default=2, ge=0, le=10)
    longest_weeks: int | None = Field(default=None, ge=1, le=60)
    approvers: tuple[Party, ...] = HEADS


class FailureNotice(_Cited):
    """How long before the re-integration meeting the home school is told (R38)."""

    days: int = Field(default=1, ge=0, le=20)
    unit: Literal["school days", "days"] = "school days"


class CreditRule(_Cited):
    """What a school is credited with for taking a pupil for good (R18)."""

    points: int = Field(default=1, ge=0, le=10)


class OffSiteDirection(_Cited):
    """The lawful stage before a permanent move (domain 4.1): written notice, and since when nothing else is lawful."""

    notice_school_days: int = Field(default=2, ge=0, le=20)
    since: date = date(2026, 7, 26)


class Prompts(Frozen):
    """After how many school days somebody is reminded, and after how many more the officer is told that no answer came."""

    at: ReminderTime = time(9)
    agreements: int = Field(default=3, ge=1, le=60)
    initial_meeting: int = Field(default=3, ge=1, le=60)
    record: int = Field(default=2, ge=1, le=60)  # of a review or meeting whose day is over
    evidence: int = Field(default=2, ge=1, le=60)
    permanent_roll: int = Field(default=5, ge=1, le=60)
    follow_up: int = Field(default=5, ge=1, le=60)  # before the end of the following term
    escalate: int = Field(default=3, ge=1, le=60)
    exemption: int = Field(default=10, ge=1, le=60)  # before it runs out


class HoldRule(_Cited):
    """A marked answer that stops a case before panel until one person's decision is recorded; `notice` cites why
    somebody is told of it at once, where the document asks for that."""

    hold: Hold
    field: str
    notice: Cite | None = None


class Vocabulary(Frozen):
    """What this authority calls things."""

    home_school: str = "home school"
    receiving_school: str = "receiving school"
    officer: str = "officer"
    move: str = "managed move"


class Panel(_Cited):
    """The panel that considers referrals and recommends."""

    name: str


class Rules(Frozen):
    """The citations of what is not a setting. A rule that a document does not have is None, and asks for nothing."""

    intake: Cite
    complete: Cite
    crisis: Cite | None = None  # None: this protocol knows no crisis
    out_of_borough: Cite | None = None  # None: it has no such cases
    looked_after_reason: Cite | None = None  # R1: a reason why a move is right for a looked-after child
    contributors: Cite | None = None  # R3: carers, social worker and Virtual School are heard
    support: Cite | None = None  # R5: what is arranged for the transition
    repeat_moves: Cite | None = None  # R16
    initial_meeting: Cite | None = None  # R32
    professionals: Cite | None = None  # R33
    integration: Cite | None = None  # R34
    own_policy: Cite | None = None  # R35
    record: Cite | None = None  # R30
    views: Cite | None = None  # R63
    best_interests: Cite | None = None  # R61, at each review
    explained: Cite | None = None  # R57
    held_place: Cite | None = None  # R59
    one_term: Cite | None = None  # R60
    final_meeting: Cite | None = None  # R36
    at_risk: Cite | None = None  # R37
    refused_admission: Cite | None = None  # R39
    failure_report: Cite | None = None  # R40
    reported: Cite | None = None  # R42
    returns_home: Cite | None = None  # R51
    plan_amendment: Cite | None = None  # R56
    notified: Cite | None = None  # R52 or R42: None records no moves that schools agree by themselves
    informal: Cite | None = None  # R58
    exemption: Cite | None = None  # R19, R20
    equity: Cite | None = None  # R9, R10
    reciprocity: Cite | None = None  # R47
    voluntary: Cite | None = None  # R55: a move may be withdrawn


class Protocol(Frozen):
    """An authority's protocol. A case keeps the `key` ("salford/1") that it started under."""

    id: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    version: int = Field(ge=1)
    title: str
    effective_from: date
    effective_to: date | None = None
    zone: Literal["Europe/London"] = "Europe/London"
    documents: dict[str, Document]
    vocabulary: Vocabulary = Vocabulary()
    rules: Rules
    panel: Panel | None = None
    deadline: Deadline | None = None
    panel_reminder: Reminder | None = None
    deadline_reminder: Reminder | None = None
    reviews: Reviews | None = None
    follow_up: FollowUp | None = None
    hold: tuple[HoldRule, ...] = ()
    agreement: tuple[AgreementRule, ...] = ()
    placement: PlacementRule | None = None
    extension: Extension | None = None
    failure_notice: FailureNotice | None = None
    credit: CreditRule | None = None
    off_site_direction: OffSiteDirection | None = None
    prompts: Prompts = Prompts()
    required: tuple[Requirement, ...] = Field(min_length=1)

    @property
    def key(self) -> str:
        """Its id and version, as a case keeps it."""
        return f"{self.id}/{self.version}"

    @property
    def tz(self) -> ZoneInfo:
        """The zone of its wall times."""
        return LONDON

    def source(self, cite: Cite) -> str:
        """How a citation is written for people, e.g. "Salford 3.1 Referral"."""
        return f"{self.documents[cite.document].short} {cite.clause}".strip()

    @model_validator(mode="after")
    def _cites_declared_documents(self) -> Self:
        for cite in _cites(self):
            if cite.document not in self.documents:
                raise ValueError(
                    f"{cite.rule} cites the document {cite.document!r}; add it to [documents], or correct the cite"
                )
        return self

    @model_validator(mode="after")
    def _deadline_belongs_to_a_panel(self) -> Self:
        if self.panel is None and (self.deadline or self.panel_reminder or self.deadline_reminder):
            raise ValueError("a deadline or a reminder of a panel needs [panel]")
        if self.deadline is None and self.deadline_reminder:
            raise ValueError("[deadline_reminder] needs [deadline]")
        return self


def load(name_or_path: str | Path) -> Protocol:
    """A protocol by the name of one that ships ("salford", or "salford/1" for that version) or by the path of a file.

    Raises `BadProtocol`, naming the key and the fix.
    """
    name, _, version = str(name_or_path).partition("/")
    shipped = resources.files("store.protocol") / f"{name}.toml"
    if isinstance(name_or_path, str) and (version.isdigit() or not version) and shipped.is_file():
        protocol = _validated(parse_toml(lambda: shipped.read_text("utf-8"), name=shipped.name), shipped.name)
        return _of_version(protocol, version)
    path = Path(name_or_path)
    if not path.is_file():
        raise BadProtocol(
            f"There is no protocol {str(name_or_path)!r}. Give the path of a file, or one of: {', '.join(names())}."
        )
    return _validated(read_toml(path), path.name)


def names() -> tuple[str, ...]:
    """The protocols that ship."""
    files = resources.files("store.protocol").iterdir()
    return tuple(sorted(file.name.removesuffix(".toml") for file in files if file.name.endswith(".toml")))


def _validated(data: dict[str, Any], name: str) -> Protocol:
    try:
        return Protocol.model_validate(data)
    except ValidationError as error:
        raise BadProtocol(in_words(error, name)) from error


def _of_version(protocol: Protocol, version: str) -> Protocol:
    if version and int(version) != protocol.version:
        raise BadProtocol(
            f"Version {version} of {protocol.id!r} is not here; the one that ships is {protocol.key}."
        )
    return protocol


def _cites(value: object) -> list[Cite]:
    if isinstance(value, Cite):
        return [value]
    if isinstance(value, tuple):
        return [cite for entry in value for cite in _cites(entry)]
    if isinstance(value, Frozen):
        return [cite for name in type(value).model_fields for cite in _cites(getattr(value, name))]
    return []
