"""Nothing opens a gate but the recorded decision of the person named: looked after, plan, and everyone's agreement.

A walk takes any commands that are not refused, by anybody, at rising times. Beside it an observer, who knows nothing of
the rules' own notes, keeps what was said and by whom; it judges every start, extension, success and permanent place.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store.protocol import Context, decide, due, evolve, load, refusal
from store.protocol.agreement_guards import all_agree, gates_are_known
from store.protocol.agreements import Contributor, Party, Shown
from store.protocol.case import Actor, Case, Hold, Kind, PanelOutcome, School, Stage
from store.protocol.commands import (
    AgreeExtension,
    ArrangeInitialMeeting,
    Command,
    FileOutOfBoroughReport,
    MoveToNextPanel,
    ProposeSchool,
    PutOnPanel,
    RecordAgreement,
    RecordContribution,
    RecordCrisis,
    RecordPermanentRoll,
    RecordPlanAmended,
    RecordRecommendation,
    WithdrawAgreement,
)
from store.protocol.events import (
    Event,
    InitialMeetingArranged,
    MadePermanent,
    MoveSucceeded,
    PlacementExtended,
    PlacementRecorded,
    PutOnAgenda,
)
from store.protocol.guards import by_an_officer, no_hold
from store.protocol.life import MOVES
from tests.store.protocol.given import (
    PANELS,
    SCHOOL,
    answered,
    at,
    calendar,
    correcting,
    filing,
    referral,
    state,
)
from tests.store.protocol.moves import (
    CASTLE_PARK,
    REF,
    final_meeting,
    found_out,
    initial_meeting,
    review,
    start,
)

PROTOCOLS = ("salford", "southwark", "norfolk")
GATES = {
    "salford": {
        Hold.VIRTUAL_SCHOOL_HEAD: Party.VIRTUAL_SCHOOL_HEAD,
        Hold.SEN_CASEWORKER: Party.SEN_CASEWORKER,
    },
    "southwark": {Hold.SEN_CASEWORKER: Party.SEN_CASEWORKER},
    "norfolk": {Hold.SEN_CASEWORKER: Party.SEN_CASEWORKER},
}
FIELDS = {Hold.VIRTUAL_SCHOOL_HEAD: "pupil.looked_after", Hold.SEN_CASEWORKER: "send.ehcp"}
ALWAYS = (Party.PARENT, Party.CHILD, Party.HOME_HEAD, Party.RECEIVING_HEAD)
OTHER_SCHOOL = School(urn="999110", name="Marsh Lane Academy")
OFFICER = Actor(id="U1", name="Ines Marlow", role="officer")
OTHERS = [
    Actor(id="U2", name="A panel member", role="panel member"),
    Actor(id="U3", name="An administrator", role="administrator"),
    Actor.bot(),
]
GOES_ON = (InitialMeetingArranged, PlacementRecorded, PlacementExtended, MoveSucceeded, MadePermanent)


@dataclass
class Observer:
    """What was said, kept apart from the case; and what went on against it."""

    protocol: str
    known: set[Hold] = field(default_factory=set)
    marked: set[Hold] = field(default_factory=set)
    shared: bool = False
    proposed: str = ""
    yes: dict[Party, str] = field(default_factory=dict)  # to which school, "" for whichever
    reached: set[Stage] = field(default_factory=set)
    wrong: list[str] = field(default_factory=list)

    def hears(self, gate: Hold, *, said: bool) -> None:
        self.known.add(gate)
        if said:
            self.marked.add(gate)

    def sees(self, command: Command) -> None:
        """What the command says of people."""
        by = getattr(command, "by", None)
        if by is not None and by.role not in ("officer", "deputy"):
            self.wrong.append(f"{by.role} did {type(command).__name__}")
        if isinstance(command, ProposeSchool):
            self.proposed = command.school.name
        elif isinstance(command, RecordAgreement):
            if command.agrees:
                of_the_child = command.party in (Party.VIRTUAL_SCHOOL_HEAD, Party.SEN_CASEWORKER)
                self.yes[command.party] = "" if of_the_child else self.proposed
        elif isinstance(command, WithdrawAgreement):
            self.yes.pop(command.party, None)

    def judges(self, event: Event) -> None:
        """Nothing goes on without all who must agree, and nothing goes to a panel against a gate."""
        if isinstance(event, PutOnAgenda):
            self._judge_gates("a panel")
        if isinstance(event, GOES_ON):
            what = type(event).__name__
            self._judge_gates(what)
            parties = (*ALWAYS, *((Party.OTHER_PARENT,) if self.shared else ()))
            for party in parties:
                if self.yes.get(party) != self.proposed:
                    self.wrong.append(f"{what} without the {party}")
            for gate in GATES[self.protocol]:
                if gate not in self.known:
                    self.wrong.append(f"{what} while nobody has asked about {gate}")

    def _judge_gates(self, what: str) -> None:
        for gate, party in GATES[self.protocol].items():
            if gate in self.marked and party not in self.yes:
                self.wrong.append(f"{what} without the {party}")


class Walk:
    """Any commands that are not refused, drawn from a tape of numbers."""

    def __init__(self, protocol: str, tape: Random) -> None:
        self.protocol, self.tape, self.now = load(protocol), tape, at("2026-11-23 09:00")
        self.observer = Observer(protocol)
        self.case = self._opened()

    def run(self, steps: int) -> Observer:
        for _ in range(steps):
            if self.tape.random() < 0.25:
                self.now += timedelta(days=self.tape.choice([1, 1, 3, 9, 30]))
            command = self._next()
            if command:
                self.observer.sees(command)
                self._do(command)
        return self.observer

    def _opened(self) -> Case:
        if self.protocol.id == "salford" and self.tape.random() < 0.15:
            opening: Command = FileOutOfBoroughReport(letter=1, received=self.now, home_school=SCHOOL)
        else:
            facts = {FIELDS[gate]: self._said(gate) for gate in FIELDS}
            opening = filing(self.now, referral(facts))
        case = None
        for event in decide(opening, None, self._context()):
            case = evolve(case, event)
        assert case is not None
        return case

    def _said(self, gate: Hold, *, denies: bool = False) -> Any:
        """What a form says about a gate: yes, no, or it does not ask."""
        says = "no" if denies else self.tape.choice(["yes", "no", "no", "no", "nothing"])
        if says == "nothing":
            return state("question_not_found")
        self.observer.hears(gate, said=says == "yes")
        return answered(value=says == "yes")

    def _next(self) -> Command | None:
        """One of those that are not refused; what leads on is as likely as all the rest together."""
        allowed = [each for each in self._tried() if refusal(each, self.case, self._context()) is None]
        on = [each for each in allowed if MOVES[type(each)].to or isinstance(each, RecordAgreement)]
        chosen = on if on and self.tape.random() < 0.5 else allowed
        if not chosen:
            return None
        command = self.tape.choice(chosen)
        return (
            self._letter() if command.__class__ is MoveToNextPanel and self.tape.random() < 0.5 else command
        )

    def _letter(self) -> Command | None:
        """A corrected form that denies every gate, at the school's pleasure."""
        if self.case.kind is not Kind.REFERRAL:
            return None
        facts = {FIELDS[gate]: self._said(gate, denies=True) for gate in FIELDS}
        command = correcting(self.now, referral(facts))
        return command if refusal(command, self.case, self._context()) is None else None

    def _tried(self) -> Iterator[Command]:
        for command in self._officers():
            by_another = self.tape.random() < 0.1
            yield command.model_copy(update={"by": self.tape.choice(OTHERS)}) if by_another else command
        yield MoveToNextPanel(reference=REF)
        yield from (entry.command() for entry in due(self.case, self._context()) if entry.on <= self.now)

    def _officers(self) -> Iterator[Any]:
        today, about = self._context().today, {"reference": REF, "by": OFFICER}
        school = self.tape.choice([CASTLE_PARK, CASTLE_PARK, OTHER_SCHOOL])
        yield PutOnPanel(**about)
        yield RecordCrisis(**about, why="Incident", when=self.now)
        yield RecordRecommendation(**about, outcome=PanelOutcome.RECOMMENDED, minute="4")
        yield RecordRecommendation(**about, outcome=PanelOutcome.DEFERRED, minute="4", reason="-")
        if not self.case.proposal or self.tape.random() < 0.05:
            yield ProposeSchool(**about, school=school)
        for party in Party:
            said = {"who": "-", "on": today, "shown": Shown.FORM, "reason": "-", "support": "-"}
            yield RecordAgreement(**about, party=party, agrees=self.tape.random() < 0.9, **said)
        yield RecordContribution(
            **about, role=self.tape.choice(list(Contributor)), who="-", on=today, says="-"
        )
        if self.tape.random() < 0.1:
            yield WithdrawAgreement(**about, party=self.tape.choice(list(Party)), on=today)
        yield ArrangeInitialMeeting(**about, on=today)
        yield initial_meeting(today)
        yield start(today, school=self.case.proposal or school)
        yield review(today)
        until = today + timedelta(days=40)
        for head in (Party.HOME_HEAD, Party.RECEIVING_HEAD):
            yield AgreeExtension(**about, head=head, until=until, who="-", on=today, shown=Shown.LETTER)
        yield final_meeting(today)
        yield RecordPlanAmended(**about, on=today)
        yield RecordPermanentRoll(**about, on=today)
        if self.tape.random() < 0.03:
            yield found_out(looked_after=False, plan=False)

    def _do(self, command: Command) -> None:
        """What was not refused is done; it leads where the table says, and each change makes the next version."""
        was, move = self.case.stage, MOVES[type(command)]
        for event in decide(command, self.case, self._context()):
            self.observer.judges(event)
            after = evolve(self.case, event)
            assert after.version - self.case.version == (after != self.case)
            self.case = after
        assert move.by_facts or self.case.stage in (was, *move.to)
        if hasattr(command, "status"):
            self.observer.hears(Hold.VIRTUAL_SCHOOL_HEAD, said=False)
            self.observer.hears(Hold.SEN_CASEWORKER, said=False)
        self.observer.reached.add(self.case.stage)

    def _context(self) -> Context:
        return Context(self.protocol, calendar(), PANELS, self.now, REF)


STEPS = 50


@pytest.mark.parametrize("protocol", PROTOCOLS)
@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_r4_r55_r56_no_way_leads_round_a_gate(protocol: str, seed: int) -> None:
    """R1-R6, R55, R56: whatever is asked, by whoever, in whatever order, only the persons named open the gates."""
    assert Walk(protocol, Random(seed)).run(STEPS).wrong == []


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_the_walks_go_all_the_way(protocol: str) -> None:
    """The property above does not hold for want of cases: walks reach a start and a permanent place."""
    reached: set[Stage] = set()
    for seed in range(80):
        reached |= Walk(protocol, Random(seed)).run(STEPS).reached
    assert {Stage.HELD, Stage.ARRANGED, Stage.PLACED, Stage.SUCCEEDED} <= reached


@pytest.mark.parametrize(
    ("broken", "found"),
    [
        ({no_hold, all_agree}, "without the"),
        ({all_agree}, "without the parent"),
        ({gates_are_known}, "nobody has asked"),
        ({by_an_officer}, "administrator did"),
    ],
)
def test_the_property_finds_a_way_when_there_is_one(
    monkeypatch: pytest.MonkeyPatch, broken: set[object], found: str
) -> None:
    """Each guard taken out of the table, the walks find the way round and the observer says which."""
    for command, move in list(MOVES.items()):
        kept = tuple(guard for guard in move.guards if guard not in broken)
        monkeypatch.setitem(MOVES, command, replace(move, guards=kept))
    wrong = (said for seed in range(300) for said in Walk("salford", Random(seed)).run(STEPS).wrong)
    assert any(found in said for said in wrong)


def test_a_walk_can_be_told_again() -> None:
    """The same seed, the same walk: a failure is found again."""
    walks = [Walk("salford", Random(7)) for _ in range(2)]
    assert walks[0].run(STEPS) == walks[1].run(STEPS)
    assert walks[0].case == walks[1].case
    assert isinstance(walks[0].now, datetime)
