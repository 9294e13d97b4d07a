"""What holds for every sequence of commands and every referral, found out by hypothesis."""

import re
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from store.protocol import Context, DueKind, assess, decide, due, evolve, panel_due, refusal
from store.protocol.case import Actor, Case, Fact, FactState, GapKind, Level, Referral, Stage
from store.protocol.commands import (
    AskSchool,
    Command,
    MoveToNextPanel,
    PutOnPanel,
    RecordCrisis,
    RecordPlacement,
)
from store.protocol.diary import Due
from store.protocol.events import LookedAfterChildReferred, PlacementRecorded, PutOnAgenda
from store.protocol.life import MOVES
from tests.store.protocol.given import (
    ANSWERS,
    BLANK,
    INTERVENTIONS,
    LONDON,
    SCHOOL,
    answered,
    at,
    calendar,
    context,
    correcting,
    filing,
    referral,
    salford,
)

REF = "MM-26-0001"
GATES = ("pupil.looked_after", "send.ehcp", "parent.agrees")
STATES = st.sampled_from([name for name in FactState if name is not FactState.ANSWERED])
yes_no = st.one_of(
    st.booleans().map(answered),
    st.booleans().map(lambda value: answered(value, sure=False)),
    STATES.map(lambda name: Fact(state=name)),
)
unsaid = st.one_of(st.just(BLANK), STATES.map(lambda name: Fact(state=name)))
facts = st.one_of(st.just({}), st.dictionaries(st.sampled_from(sorted(ANSWERS)), unsaid, max_size=4))
gates = st.one_of(st.just({}), st.dictionaries(st.sampled_from(GATES), yes_no))
rows = st.sampled_from([INTERVENTIONS, INTERVENTIONS, (), ({"what": "Mentoring", "outcome": ""},)])
referrals = st.builds(
    lambda few, marked, listed, evidence: referral(
        {**few, **marked}, interventions=listed, evidence=evidence
    ),
    facts,
    gates,
    rows,
    st.sampled_from([True, True, True, False]),
)
actors = st.sampled_from(["officer", "officer", "officer", "deputy", "panel member", "system"]).map(
    lambda role: Actor(id="U1", name="Somebody", role=role)
)


def nothing_stands_against_a_panel(case: Case) -> None:
    """R4, R26, R55, R56: neither hold nor gap nor a parent's No."""
    assert not case.holds
    assert not case.must_gaps
    assert case.referral.value("parent.agrees") is not False
    assert case.referral.value("pupil.looked_after") is not True
    assert case.referral.value("send.ehcp") is not True


class Life(RuleBasedStateMachine):
    """Any letters, clicks and ticks, in any order, at rising times."""

    case: Case
    now: datetime
    told: int

    @initialize(said=referrals)
    def open(self, said: Referral) -> None:
        self.now = at("2026-11-23 09:00")
        self.told = 0
        self._do(filing(self.now, said), None)

    @rule(hours=st.integers(1, 24 * 12))
    def time_passes(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    @rule(said=referrals, ago=st.integers(0, 48))
    def correct(self, said: Referral, ago: int) -> None:
        self._try(correcting(self.now - timedelta(hours=ago), said))

    @rule(by=actors)
    def put_on_panel(self, by: Actor) -> None:
        self._try(PutOnPanel(reference=REF, by=by))

    @rule(by=actors)
    def crisis(self, by: Actor) -> None:
        self._try(RecordCrisis(reference=REF, by=by, why="Incident", when=self.now))

    @rule(by=actors)
    def ask(self, by: Actor) -> None:
        self._try(AskSchool(reference=REF, by=by))

    @rule(by=actors, days=st.integers(-20, 60))
    def place(self, by: Actor, days: int) -> None:
        start = self.now.date() + timedelta(days=days)
        self._try(RecordPlacement(reference=REF, by=by, school=SCHOOL, start=start))

    @rule()
    def tick(self) -> None:
        for entry in due(self.case, self._context()):
            if entry.on <= self.now:
                self._try(entry.command())

    @invariant()
    def nothing_goes_to_a_panel_against_a_gate(self) -> None:
        """By whatever way it came there."""
        if self.case.stage is Stage.ON_AGENDA:
            nothing_stands_against_a_panel(self.case)

    @invariant()
    def the_virtual_school_is_told_at_most_once(self) -> None:
        """R2."""
        assert self.told <= 1

    @invariant()
    def a_second_tick_finds_nothing_to_move(self) -> None:
        """R27: what the clock has done it does once."""
        moved = self._after(self.case, MoveToNextPanel(reference=REF))
        assert decide(MoveToNextPanel(reference=REF), moved, self._context()) == []

    def _context(self) -> Context:
        return context(self.now)

    def _try(self, command: Command) -> None:
        """What `refusal` foretells is what `decide` does."""
        refused = refusal(command, self.case, self._context())
        if refused is None:
            was, move = self.case.stage, MOVES[type(command)]
            self._do(command, self.case)
            assert move.by_facts or self.case.stage in (was, *move.to)
            return
        with pytest.raises(type(refused), match=re.escape(str(refused))):
            self._do(command, self.case)

    def _do(self, command: Command, case: Case | None) -> None:
        for event in decide(command, case, self._context()):
            after = evolve(case, event)
            if case is not None:
                if isinstance(event, PutOnAgenda | PlacementRecorded):
                    nothing_stands_against_a_panel(case)
                assert after.version in (case.version, case.version + 1)
                assert (after.version == case.version) == (after == case)
            self.told += isinstance(event, LookedAfterChildReferred)
            case = after
        if case is not None:
            self.case = case

    def _after(self, case: Case, command: Command) -> Case:
        for event in decide(command, case, self._context()):
            case = evolve(case, event)
        return case


TestLife = Life.TestCase
TestLife.settings = settings(max_examples=150, stateful_step_count=20, deadline=None)


def must(said: Referral, field: str) -> int:
    return sum(gap.field == field and gap.level is Level.MUST for gap in assess(said, salford()))


@settings(max_examples=150, deadline=None)
@given(said=referrals, field=st.sampled_from(sorted(ANSWERS)))
def test_filling_an_answer_never_adds_a_must_gap(said: Referral, field: str) -> None:
    """R26: a school that answers one question more is never told of one gap more than before."""
    filled = said.model_copy(update={"facts": said.facts | {field: answered(ANSWERS[field])}})
    before, after = assess(said, salford()), assess(filled, salford())
    assert must(filled, field) == 0
    assert sum(gap.level is Level.MUST for gap in after) <= sum(gap.level is Level.MUST for gap in before)


@settings(max_examples=100, deadline=None)
@given(said=referrals)
def test_a_crisis_never_adds_a_gap_and_never_opens_a_gate(said: Referral) -> None:
    """R21: the same gaps, some of them softened; those of the gates unchanged."""
    calm, crisis = assess(said, salford()), assess(said, salford(), crisis=True)
    assert [gap.field for gap in calm] == [gap.field for gap in crisis]
    for one, other in zip(calm, crisis, strict=True):
        assert one == other or (other.level is Level.SHOULD and one.field not in GATES)


@settings(max_examples=100, deadline=None)
@given(said=referrals)
def test_nothing_is_missing_from_a_scan(said: Referral) -> None:
    """On the strength of a scan nothing is called missing, whatever it holds."""
    scan = said.model_copy(update={"evidence": False})
    assert {gap.kind for gap in assess(scan, salford())} <= {GapKind.UNREADABLE, GapKind.REFUSED}


days = st.dates(date(2026, 9, 3), date(2027, 7, 1))


@settings(max_examples=150, deadline=None)
@given(day=days, count=st.integers(1, 12))
def test_school_days_are_counted_as_by_walking(day: date, count: int) -> None:
    """The quick count agrees with a walk from day to day."""
    walked, left = day, count
    while left and walked >= date(2026, 9, 3):
        walked -= timedelta(days=1)
        left -= calendar().is_school_day(walked)
    found = calendar().school_days_before(day, count)
    assert not found.known or found.day == walked


@settings(max_examples=100, deadline=None)
@given(panel=days, now=st.datetimes(datetime(2026, 9, 3), datetime(2027, 7, 1)))  # noqa: DTZ001
def test_a_reminder_shows_nine_on_the_wall_on_any_day(panel: date, now: datetime) -> None:
    """R15: in summer and in winter; and no two overdue ones of one panel."""
    found = panel_due([panel], context(now.replace(tzinfo=LONDON)))
    assert {entry.on.astimezone(LONDON).hour for entry in found} <= {9}
    assert sum(entry.on <= now.replace(tzinfo=LONDON) for entry in found) <= 1


@settings(max_examples=80, deadline=None)
@given(said=referrals, hours=st.integers(0, 24 * 60))
def test_the_diary_never_reminds_of_a_passed_deadline(said: Referral, hours: int) -> None:
    """R27: whenever one looks."""
    where = context(at("2026-11-23 10:00") + timedelta(hours=hours))
    case = _case(said)
    entries: list[Due] = due(case, where)
    reminders = [entry for entry in entries if entry.kind is DueKind.DEADLINE_REMINDER]
    assert not reminders or (case.deadline is not None and where.now <= case.deadline)


def _case(said: Referral) -> Case:
    case = None
    for event in decide(filing(at("2026-11-23 09:00"), said), None, context(at("2026-11-23 09:00"))):
        case = evolve(case, event)
    assert case is not None
    return case
