"""What a person at the desk can ask for and do: the only door for buttons, commands, the command line and pages.

What is *public* (`CaseLine`, `PanelView`, `LetterLine`) may stand in a channel. What is *private* (`Details`) is for
the modal, the private answer and the local page only. Every refusal is a `store.errors.CaseworkError`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import TypeAlias

from bot.clock import Clock
from bot.flows.history import Change, changes
from store.casebook import Casebook, PanelAgenda
from store.protocol import Context, Protocol, SchoolCalendar, load, refusal
from store.protocol.agreement_commands import AgreementCommand
from store.protocol.case import Actor, Case, Kind, School, Stage
from store.protocol.commands import (
    AskSchool,
    Command,
    FileOutOfBoroughReport,
    PutOnPanel,
    RecordCrisis,
    RecordNotifiedMove,
    RecordPlacement,
)
from store.protocol.exemptions import ExemptionCommand, ExemptionEvent
from store.protocol.placement_commands import PlacementCommand
from store.queries import CaseFilter, TimelineEntry

DeskCommand: TypeAlias = AskSchool | PutOnPanel | RecordCrisis | AgreementCommand | PlacementCommand
"""What a person can ask of a case that is open."""


class PublicStage(StrEnum):
    """The stage that a channel may show: any hold is "on hold", whatever its cause."""

    RECEIVED = "received"
    INCOMPLETE = "incomplete"
    READY = "ready"
    ON_HOLD = "on hold"
    ON_AGENDA = "on agenda"
    MORE_INFORMATION = "more information"
    DEFERRED = "deferred"
    NOT_SUPPORTED = "not supported"
    RECOMMENDED = "recommended"
    GATHERING = "agreements being gathered"
    ARRANGED = "arranged"
    PLACED = "placed"
    EXTENDED = "extended"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"
    DECLINED = "declined"


@dataclass(frozen=True, slots=True)
class CaseLine:
    """A case as a channel may see it. `gaps` counts what it must still have; labels and names stay out."""

    reference: str
    version: int
    kind: Kind
    stage: PublicStage
    school: str
    gaps: int
    received: datetime
    panel: date | None
    deadline: datetime | None
    late: bool
    attention: bool  # whether the officer must look at something; never what
    warned: bool = False  # of the lawful stage (domain 4.1)


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of a case's timeline: when, what (an event's name), by whom, by which rule. Holds no pupil's data."""

    at: datetime
    what: str
    who: str
    rule: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Details:
    """Private: everything about one case for an allowed user. `actions` are those that would be accepted now."""

    line: CaseLine
    case: Case
    timeline: Sequence[Entry]
    letters: Sequence[int]
    actions: Sequence["Action"]
    changes: Sequence[Change] = ()


class Action(StrEnum):
    """What a person can do with a case."""

    ASK_SCHOOL = "ask_school"
    PUT_ON_PANEL = "put_on_panel"
    RECORD_CRISIS = "record_crisis"


@dataclass(frozen=True, slots=True)
class PanelView:
    """A panel as a channel may see it: references only, in the order of the agenda."""

    on: date
    deadline: datetime | None
    agenda: Sequence[CaseLine] = field(default=())
    ready: Sequence[CaseLine] = field(default=())
    on_hold: Sequence[CaseLine] = field(default=())
    incomplete: Sequence[CaseLine] = field(default=())


# ------------------------------------------------------------------ views

_PUBLIC: dict[Stage, PublicStage] = {
    **{stage: PublicStage[stage.name] for stage in Stage if stage is not Stage.HELD},
    Stage.HELD: PublicStage.ON_HOLD,
}
_ON_THE_AGENDA = (
    Stage.ON_AGENDA,
    Stage.NOT_SUPPORTED,
    Stage.RECOMMENDED,
    Stage.GATHERING,
    Stage.ARRANGED,
    Stage.PLACED,
    Stage.EXTENDED,
    Stage.SUCCEEDED,
    Stage.FAILED,
)
"""Where a case stands that was on the agenda of its panel, and is not closed."""


def line_of(case: Case) -> CaseLine:
    """What a channel may see of a case."""
    return CaseLine(
        reference=case.reference,
        version=case.version,
        kind=case.kind,
        stage=_public_stage(case),
        school=case.home_school.name,
        gaps=len(case.must_gaps),
        received=case.received,
        panel=case.panel,
        deadline=case.deadline,
        late=case.late,
        attention=bool(case.attention),
        warned=case.warned,
    )


def _public_stage(case: Case) -> PublicStage:
    """Any hold is "on hold" in public, whether answers are missing too or not."""
    waits = case.holds and case.stage in (Stage.INCOMPLETE, Stage.READY)
    return PublicStage.ON_HOLD if waits else _PUBLIC[case.stage]


def view_of(agenda: PanelAgenda) -> PanelView:
    """What a channel may see of a panel."""

    def at(*stages: Stage) -> tuple[CaseLine, ...]:
        return tuple(line_of(case) for case in agenda.at(*stages))

    return PanelView(
        on=agenda.on,
        deadline=agenda.deadline,
        agenda=at(*_ON_THE_AGENDA),
        ready=at(Stage.READY, Stage.DEFERRED, Stage.MORE_INFORMATION),
        on_hold=at(Stage.HELD),
        incomplete=at(Stage.INCOMPLETE),
    )


def _entry(entry: TimelineEntry) -> Entry:
    by = entry.detail.get("by")
    who = str(by.get("name", "")) if isinstance(by, dict) else Actor.bot().name
    return Entry(at=entry.at, what=entry.event, who=who, rule=entry.rule, source=entry.source)


# ------------------------------------------------------------------ what can be done


_NOBODY = Actor(id="", name="", role="officer")


class Rulebook:
    """Tells what the protocol would allow an officer to do with a case now: the same table that refuses a command."""

    def __init__(
        self, protocol: Protocol, calendar: SchoolCalendar, panels: Sequence[date], clock: Clock
    ) -> None:
        self._protocols = {protocol.key: protocol}
        self._calendar = calendar
        self._panels = tuple(panels)
        self._clock = clock

    def allowed(self, case: Case) -> tuple[Action, ...]:
        """The actions that would be accepted, in the order of their buttons."""
        context = Context(self._of(case), self._calendar, self._panels, self._clock.now())
        return tuple(
            action
            for action, command in _TRIED.items()
            if refusal(command(case, context), case, context) is None
        )

    def _of(self, case: Case) -> Protocol:
        """The protocol that the case started under."""
        if case.protocol not in self._protocols:
            self._protocols[case.protocol] = load(case.protocol)
        return self._protocols[case.protocol]


_TRIED: dict[Action, Callable[[Case, Context], Command]] = {
    Action.ASK_SCHOOL: lambda case, _: AskSchool(reference=case.reference, by=_NOBODY),
    Action.PUT_ON_PANEL: lambda case, _: PutOnPanel(reference=case.reference, by=_NOBODY),
    Action.RECORD_CRISIS: lambda case, context: RecordCrisis(
        reference=case.reference, by=_NOBODY, why="-", when=context.now
    ),
}


class Desk:
    """The flows that a person starts. Each is one command and one commit; what it sends waits in the outbox."""

    def __init__(
        self, casebook: Casebook, rulebook: Rulebook, clock: Clock, *, wake: Callable[[], None] = lambda: None
    ) -> None:
        self._casebook = casebook
        self._rulebook = rulebook
        self._clock = clock
        self._wake = wake  # so that what a person did is seen at once, not at the next poll

    def cases(self, *, closed: bool = False) -> Sequence[CaseLine]:
        """The open cases by reference, which is the order they were opened in; the closed ones too where asked for."""
        return [line_of(case) for case in self._casebook.cases(CaseFilter(open_only=not closed))]

    def details(self, reference: str) -> Details:
        """Private: everything about one case. Raises `NoSuchCase`."""
        case = self._casebook.case(reference)
        return Details(
            line=line_of(case),
            case=case,
            timeline=[_entry(entry) for entry in self._casebook.timeline(reference)],
            letters=case.letters,
            actions=self._rulebook.allowed(case),
            changes=changes(self._casebook.answers(reference)),
        )

    def panel(self, on: date | None = None) -> PanelView | None:
        """The panel of a day, the next one by default; None when there is none."""
        today = self._clock.today_london()
        coming = (day for day in self._casebook.panels if day >= today)
        day = next(coming, None) if on is None else on
        if day is None or day not in self._casebook.panels:
            return None
        return view_of(self._casebook.panel(day))

    def panels(self) -> Sequence[date]:
        """All panel dates, in order."""
        return self._casebook.panels

    def ask_school(self, reference: str, *, by: Actor, version: int | None = None) -> CaseLine:
        """Write to the school again with what is missing (R26)."""
        return self._do(AskSchool(reference=reference, by=by, version=version))

    def put_on_panel(self, reference: str, *, by: Actor, version: int | None = None) -> CaseLine:
        """Put a ready case on the agenda of its panel (R15)."""
        return self._do(PutOnPanel(reference=reference, by=by, version=version))

    def record_crisis(
        self, reference: str, *, by: Actor, why: str, when: datetime, version: int | None = None
    ) -> CaseLine:
        """Record that the referral answers a crisis or incident: who, why, when (R21)."""
        return self._do(RecordCrisis(reference=reference, by=by, why=why, when=when, version=version))

    def record_placement(
        self, reference: str, *, by: Actor, school: School, start: date, version: int | None = None
    ) -> CaseLine:
        """Record that a placement starts; its review dates follow from the protocol (R28 to R30)."""
        return self._do(
            RecordPlacement(reference=reference, by=by, school=school, start=start, version=version)
        )

    def record(self, command: DeskCommand) -> CaseLine:
        """Do what a person asks of a case along its move, and answer with how it stands then.

        Raises the `CaseworkError` that stands in its way, with its rule; then nothing has changed.
        """
        return self._do(command)

    def open(self, command: RecordNotifiedMove | FileOutOfBoroughReport) -> CaseLine:
        """Open a case that no referral form opens: a move only told of (R52), another authority's report (R46)."""
        events = self._casebook.handle(command, self._clock.now())
        self._wake()
        return line_of(self._casebook.case(events[0].reference))

    def exempt(self, command: ExemptionCommand) -> ExemptionEvent:
        """Grant or end a school's exemption (R19, R20). Raises `CaseworkError`."""
        return self._casebook.exempt(command, self._clock.now())

    def _do(self, command: DeskCommand) -> CaseLine:
        self._casebook.handle(command, self._clock.now())
        self._wake()
        return line_of(self._casebook.case(command.reference))
