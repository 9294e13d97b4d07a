"""The settings of a protocol, each a value with its citation: what an authority may choose, and in which words.

`store.protocol.rulebook` joins them into a protocol. Settings that nothing obeys yet say so in their docstring.
"""

from datetime import date, time
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from store.protocol.agreements import HEADS, Party
from store.protocol.calendar import Week
from store.protocol.case import Frozen, Hold, Level, PanelOutcome
from store.protocol.placement import Footing, Role
from store.protocol.wall import END_OF_DAY

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday"]
SchoolWeeks = Annotated[int, Field(ge=1, le=60)]
SchoolDays = Annotated[int, Field(ge=1, le=60)]


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


class Source(Frozen):
    """Where a setting comes from: the document (a key of `documents`) and its clause."""

    document: str
    clause: str = ""


class Cite(Source):
    """Where a rule comes from: our number of it besides."""

    rule: str = Field(pattern=r"^R([1-9]|[1-5]\d|6[0-6])$")


class Document(Frozen):
    """A document that this protocol may cite, and how it is named in a letter."""

    title: str
    short: str
    version: str = ""


class _Cited(Frozen):
    cite: Cite


class Vocabulary(Frozen):
    """What this authority calls things."""

    home_school: str = "home school"
    receiving_school: str = "receiving school"
    officer: str = "officer"
    move: str = "managed move"
    placement: str = "placement"
    cite: Source | None = None


# ---------------------------------------------------------------- referral and panel


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


class Exclusion(_Cited):
    """Children who are not moved under this protocol: those of whom `field` has a certain answer.

    One of: `equals` (a yes or a no), `below` (a number), `one_of` (a number such as a year group, or words, in any
    case). What nobody has answered excludes nobody.
    """

    field: str
    equals: bool | None = None
    below: float | None = None
    one_of: tuple[int | str, ...] = ()
    because: str

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if sum((self.equals is not None, self.below is not None, bool(self.one_of))) != 1:
            raise ValueError("give one of equals, below, one_of")
        return self


class Cadence(Frozen):
    """How often a panel meets where no dates are listed: every so many weeks from a first day, or each month or half-term.

    In months and half-terms it is the `nth` such weekday on which there is school.
    """

    every: int = Field(default=1, ge=1, le=12)
    unit: Literal["weeks", "months", "half-terms"]
    weekday: Weekday
    first: date | None = None
    nth: int = Field(default=1, ge=1, le=4)

    @model_validator(mode="after")
    def _weeks_have_a_first(self) -> Self:
        if self.unit == "weeks" and self.first is None:
            raise ValueError("a panel every so many weeks needs its first day: first = 2026-09-10")
        return self


class Panel(_Cited):
    """The panel that considers referrals and recommends; `categories` are what it calls its kinds of case."""

    name: str
    cadence: Cadence | None = None
    outcomes: tuple[PanelOutcome, ...] = tuple(PanelOutcome)
    categories: tuple[str, ...] = ()


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

    school_days_before: tuple[SchoolDays, ...] = Field(min_length=1)
    at: ReminderTime = time(9)


# ---------------------------------------------------------------- agreements, gates


class AgreementRule(_Cited):
    """A party that must agree before a start; the other parent only where separated parents share responsibility."""

    party: Party


class HoldRule(_Cited):
    """A marked answer that stops a case before panel until one person's decision is recorded; `notice` cites why
    somebody is told of it at once, where the document asks for that."""

    hold: Hold
    field: str
    notice: Cite | None = None


# ---------------------------------------------------------------- placement


class PlacementRule(_Cited):
    """What a placement is here, and for how long.

    `weeks` None: no length is set; then `end_agreed` says whether an end must be agreed at the start. `longest_weeks`
    bounds an end that is agreed (None: no bound). `week` says what a week is.
    """

    footing: Footing = Footing.TRIAL
    weeks: SchoolWeeks | None = None
    longest_weeks: SchoolWeeks | None = None
    end_agreed: bool = False
    week: Week = "five school days"


class Reviews(_Cited):
    """When a placement is reviewed, when on the day the prompt goes, and who must come.

    `weeks` are counted from the start; `points` are places within a placement whose end is known. `invite_days` before
    a review its invitations go.
    """

    weeks: tuple[SchoolWeeks, ...] = ()
    points: tuple[Literal["halfway", "end"], ...] = ()
    week: Week = "five school days"
    at: ReminderTime = time(9)
    invite_days: int = Field(default=0, ge=0, le=60)
    invite_unit: Literal["school days", "days"] = "days"
    attendees: tuple[Role, ...] = (
        Role.HOME_SCHOOL,
        Role.RECEIVING_SCHOOL,
        Role.OFFICER,
        Role.PUPIL,
        Role.PARENTS,
    )

    @model_validator(mode="after")
    def _some(self) -> Self:
        if not self.weeks and not self.points:
            raise ValueError('give weeks, such as [6, 12], or points, such as ["end"]')
        return self


class Extension(_Cited):
    """After how many school weeks a placement may go on only as an extension, and who agrees to one (R43).

    `week` says what a week is; the prompt goes `prompt_weeks_before`; `longest_weeks` bounds it (None: no bound).
    """

    after_weeks: SchoolWeeks = 12
    week: Week = "five school days"
    prompt_weeks_before: int = Field(default=2, ge=0, le=10)
    longest_weeks: SchoolWeeks | None = None
    approvers: tuple[Party, ...] = HEADS


class FailureNotice(_Cited):
    """How long before the re-integration meeting the home school is told (R38)."""

    days: int = Field(default=1, ge=0, le=20)
    unit: Literal["school days", "days"] = "school days"


class FollowUp(_Cited):
    """When the home school is visited again after a failed move (R41); `weeks` are school weeks after the notice."""

    when: Literal["end of the following term", "end of the same term", "school weeks"] = (
        "end of the following term"
    )
    weeks: SchoolWeeks | None = None

    @model_validator(mode="after")
    def _weeks_where_they_count(self) -> Self:
        if (self.when == "school weeks") != (self.weeks is not None):
            raise ValueError('give weeks with when = "school weeks", and only then')
        return self


class CreditRule(_Cited):
    """What a school is credited with for taking a pupil for good (R18)."""

    points: int = Field(default=1, ge=0, le=10)


class ExemptionRule(_Cited):
    """On which grounds a panel may exempt a school (R19)."""

    grounds: tuple[str, ...] = Field(min_length=1)


class OffSiteDirection(_Cited):
    """The lawful stage before a permanent move (domain 4.1): written notice, and since when nothing else is lawful."""

    notice_school_days: int = Field(default=2, ge=0, le=20)
    since: date = date(2026, 7, 26)


class Prompts(Frozen):
    """After how many school days somebody is reminded, and after how many more the officer is told that no answer came."""

    at: ReminderTime = time(9)
    agreements: SchoolDays = 3
    initial_meeting: SchoolDays = 3
    record: SchoolDays = 2  # of a review or meeting whose day is over
    evidence: SchoolDays = 2
    permanent_roll: SchoolDays = 5
    follow_up: SchoolDays = 5  # before the end of the following term
    escalate: SchoolDays = 3
    exemption: SchoolDays = 10  # before it runs out
    cite: Source | None = None


# ---------------------------------------------------------------- shapes that nothing obeys yet


class Ranking(_Cited):
    """The factors by which schools are ranked, with their weights (R44). Nothing obeys it yet: the ranking comes with
    the papers of a panel."""

    factors: dict[Literal["proximity", "parental preference", "pupils placed"], Annotated[float, Field(ge=0)]]


class Paper(_Cited):
    """A document that must come with a referral. Nothing obeys it yet: whether it came is for the officer to see."""

    name: str
    when: Literal["always", "looked after", "plan", "early help"] = "always"


class Retention(Frozen):
    """How long a case is kept after its outcome. Nothing obeys it yet: it comes with erasure."""

    outcome: Literal["permanent", "returned", "not supported", "withdrawn", "declined", "notified only"]
    years: int = Field(ge=0, le=100)
    after: Literal["closure", "date of birth"]
    cite: Source


class Template(Frozen):
    """An authority's own wording of a letter, by file name. Nothing obeys it yet: the shipped letters go."""

    letter: Literal["received", "needed", "deadline", "review", "failure", "follow-up"]
    file: str = Field(pattern=r"^[\w-]+(\.(txt|html))?\.j2$")
    cite: Source
