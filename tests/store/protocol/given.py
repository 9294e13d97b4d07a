"""What the tests of the rules start from: a complete referral, the sample terms and panels, and short ways to act."""

from datetime import UTC, date, datetime
from functools import cache
from zoneinfo import ZoneInfo

from store.protocol import Context, Protocol, SchoolCalendar, decide, evolve, load
from store.protocol.case import Actor, Case, Fact, FactState, Pupil, Referral, Row, School
from store.protocol.commands import Command, CorrectReferral, FileReferral
from store.protocol.events import Event

LONDON = ZoneInfo("Europe/London")

# The sample authority's terms of 2026/27 (Westhaven, invented).
TERMS = {
    "term": [
        {
            "name": "Autumn 2026",
            "start": date(2026, 9, 3),
            "end": date(2026, 12, 18),
            "half_term": [date(2026, 10, 26), date(2026, 10, 30)],
        },
        {
            "name": "Spring 2027",
            "start": date(2027, 1, 5),
            "end": date(2027, 4, 2),
            "half_term": [date(2027, 2, 15), date(2027, 2, 19)],
        },
        {
            "name": "Summer 2027",
            "start": date(2027, 4, 19),
            "end": date(2027, 7, 21),
            "half_term": [date(2027, 5, 31), date(2027, 6, 4)],
        },
    ]
}
PANELS = (
    date(2026, 11, 5),
    date(2026, 12, 10),
    date(2027, 1, 14),
    date(2027, 2, 11),
    date(2027, 3, 18),
    date(2027, 4, 29),
)
SCHOOL = School(urn="999104", name="The Weaver School")
OFFICER = Actor(id="U1", name="Ines Marlow", role="officer")
ANSWERS: dict[str, bool | int | float | str] = {
    "pupil.surname": "Ravensworth",
    "pupil.forename": "Ottoline",
    "pupil.name": "Ottoline Ravensworth",
    "pupil.dob": "2015-03-02",
    "pupil.year_group": 7,
    "pupil.sex": "Female",
    "pupil.upn": "X999410419749",
    "pupil.address": "159 Chapel Close, Norbury",
    "pupil.looked_after": False,
    "pupil.views": "I would like to start again somewhere else.",
    "home_school.name": "The Weaver School",
    "home_school.headteacher": "Gethin Lowe",
    "home_school.contact": "Owen Quigley",
    "send.ehcp": False,
    "record.attendance": 82.4,
    "record.suspensions": 4,
    "record.risk_of_exclusion": True,
    "move.reason": "Repeated incidents at lunchtime.",
    "move.best_interests": "A smaller school would help her.",
    "move.preference1": "Castle Park High",
    "preparation.behaviour_policy": True,
    "preparation.senco": "15/02/2026 - no unmet need found",
    "preparation.early_help": "Offered",
    "parent.agrees": True,
    "parent.views": "We want this for her.",
    "parent.informed_by": "Pastoral Lead, 06/11/2026",
    "signoff.headteacher": "G. Lowe",
    "signoff.headteacher_date": "2026-11-20",
}
INTERVENTIONS: tuple[Row, ...] = (
    {"what": "Mentoring", "start": "2026-03-04", "outcome": "Helped for a while."},
    {"what": "Report card", "start": "2026-03-12", "outcome": "No change."},
)
BLANK = Fact(state=FactState.BLANK)


def at(text: str) -> datetime:
    """An instant from a London date and time, "2026-12-03 17:00"."""
    return datetime.fromisoformat(text).replace(tzinfo=LONDON).astimezone(UTC)


NOW = at("2026-12-03 17:00")


def answered(value: bool | float | str, **more: object) -> Fact:
    return Fact(state=FactState.ANSWERED, value=value, raw=str(value), **more)


def state(name: str) -> Fact:
    return Fact(state=FactState(name))


def referral(
    facts: dict[str, Fact] | None = None,
    *,
    without: tuple[str, ...] = (),
    interventions: tuple[Row, ...] = INTERVENTIONS,
    **more: object,
) -> Referral:
    """A complete referral but for these facts; `without` are left blank. Field ids are those of docs/fields.md."""
    complete = {field: answered(value) for field, value in ANSWERS.items()}
    blanks = dict.fromkeys(without, BLANK)
    lists = {"interventions": interventions}
    return Referral(facts=complete | blanks | (facts or {}), lists=lists, definition="sample", **more)


def pupil(**more: object) -> Pupil:
    said: dict[str, object] = {"surname": "Ravensworth", "forename": "Ottoline", "upn": "X999410419749"}
    return Pupil(**{**said, **more})


@cache
def salford() -> Protocol:
    return load("salford")


@cache
def calendar() -> SchoolCalendar:
    return SchoolCalendar.from_data(TERMS)


def context(
    now: datetime = NOW, *, panels: tuple[date, ...] = PANELS, protocol: Protocol | None = None
) -> Context:
    return Context(protocol or salford(), calendar(), panels, now, "MM-26-0001")


def filing(received: datetime, said: Referral | None = None, **more: object) -> FileReferral:
    fields: dict[str, object] = {"letter": 1, "form": "1", "home_school": SCHOOL, "pupil": pupil()}
    return FileReferral(received=received, referral=said or referral(), **{**fields, **more})


def correcting(received: datetime, said: Referral, **more: object) -> CorrectReferral:
    fields: dict[str, object] = {"reference": "MM-26-0001", "letter": 2, "form": "1", "pupil": pupil()}
    return CorrectReferral(received=received, referral=said, **{**fields, **more})


def told(case: Case | None, events: list[Event]) -> Case:
    """The case after these events."""
    for event in events:
        case = evolve(case, event)
    assert case is not None
    return case


def after(case: Case | None, command: Command, where: Context | None = None) -> Case:
    """The case after a command."""
    return told(case, decide(command, case, where or context()))


def filed(received: str, said: Referral | None = None, where: Context | None = None) -> Case:
    """The case that a referral received at this London time opens."""
    return after(None, filing(at(received), said), where)
