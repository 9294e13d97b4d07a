"""Invented referrals and a casebook to put them in, at the time and with the terms of the sample inbox."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any

from store import Casebook, Store
from store.messages import Message, Road, Withdrawal
from store.protocol import SchoolCalendar, load
from store.protocol.agreements import Party, Shown
from store.protocol.case import Actor, Case, Fact, FactState, PanelOutcome, Pupil, Referral, School
from store.protocol.commands import (
    ArrangeInitialMeeting,
    Command,
    FileReferral,
    ProposeSchool,
    PutOnPanel,
    RecordAgreement,
    RecordInitialMeeting,
    RecordPlacement,
    RecordRecommendation,
)
from store.protocol.events import Event

OAKFIELD = School(urn="999101", name="Oakfield High School")
OFFICER = Actor(id="U1", name="Rowan Ellis", role="officer")
MONDAY = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)
PANEL, NEXT_PANEL = date(2026, 12, 10), date(2027, 1, 14)
PANELS = (date(2026, 11, 5), PANEL, NEXT_PANEL, date(2027, 2, 11))
TERMS = {
    "term": [
        {
            "name": "Autumn 2026",
            "start": date(2026, 9, 3),
            "end": date(2026, 12, 18),
            "half_term": [date(2026, 10, 26), date(2026, 10, 30)],
        },
        {"name": "Spring 2027", "start": date(2027, 1, 5), "end": date(2027, 4, 2)},
    ]
}
ANSWERS: dict[str, bool | int | float | str] = {
    "pupil.surname": "Ashdown",
    "pupil.forename": "Merryn",
    "pupil.name": "Merryn Ashdown",
    "pupil.dob": "2013-02-03",
    "pupil.year_group": 9,
    "pupil.upn": "B999410819707",
    "pupil.address": "1 Mill Lane",
    "pupil.sex": "F",
    "pupil.looked_after": False,
    "pupil.views": "I would like to start again.",
    "pupil.agrees": True,
    "home_school.name": OAKFIELD.name,
    "home_school.contact": "Priya Harper",
    "parent.agrees": True,
    "parent.views": "We agree.",
    "parent.informed_by": "The head, on 2 November",
    "send.ehcp": False,
    "record.attendance": 91.5,
    "record.suspensions": 2,
    "record.risk_of_exclusion": True,
    "move.reason": "The placement is breaking down.",
    "move.best_interests": "A fresh start.",
    "move.preference1": "Riverside Academy",
    "preparation.behaviour_policy": True,
    "preparation.senco": "Seen on 1 October",
    "preparation.early_help": True,
    "signoff.headteacher": "Priya Harper",
    "signoff.headteacher_date": "2026-11-27",
    "signoff.referrer": "Priya Harper",
}
INTERVENTIONS = ({"what": "Mentoring", "start": "2026-09-10", "end": None, "outcome": "Some progress"},)
PUPIL = Pupil(
    surname="Ashdown",
    forename="Merryn",
    name="Merryn Ashdown",
    dob=date(2013, 2, 3),
    upn="B999410819707",
    year_group=9,
)


def referral(**changed: bool | float | str | None) -> Referral:
    """A complete referral; `pupil__views=None` leaves an answer blank, another value replaces it."""
    answers: dict[str, Any] = ANSWERS | {name.replace("__", "."): value for name, value in changed.items()}
    facts = {
        name: Fact(state=FactState.BLANK)
        if value is None
        else Fact(state=FactState.ANSWERED, value=value, raw=str(value), label=name, where="table 1")
        for name, value in answers.items()
    }
    return Referral(
        facts=facts,
        lists={"interventions": INTERVENTIONS},
        list_labels={"interventions": "What has been tried"},
        definition="test",
    )


def filing(letter: int = 1, *, form: str = "1", received: datetime = MONDAY, **values: Any) -> FileReferral:
    """The command that files a complete referral from Oakfield."""
    return FileReferral(
        **{
            "letter": letter,
            "form": form,
            "received": received,
            "home_school": OAKFIELD,
            "contact": "head@oakfield.example",
            "message_id": f"<{letter}@oakfield.example>",
            "pupil": PUPIL,
            "referral": referral(),
            **values,
        }
    )


def compose(event: Event, case: Case) -> Iterable[Message | Withdrawal]:
    """One message an event, keyed by case, version and event."""
    name = type(event).__name__
    yield Message(
        key=f"{case.reference}/{case.version}/{name}",
        road=Road.CHANNEL,
        kind="post",
        slot=f"{name}/{case.reference}",
        reference=case.reference,
        payload={"content": {"text": f"{case.reference} {name}"}},
    )


def casebook(store: Store, **values: Any) -> Casebook:
    """A casebook under the Salford protocol."""
    settings: dict[str, Any] = {
        "protocol": load("salford"),
        "calendar": SchoolCalendar.from_data(TERMS),
        "panels": PANELS,
        "compose": compose,
        **values,
    }
    return Casebook(store, **settings)


def to_a_placement(reference: str, school: School, start: date) -> list[tuple[Command, datetime]]:
    """What is done, and when, from a complete referral of November 2026 to a start at a school (R15, R32, R55)."""
    about: dict[str, Any] = {"reference": reference, "by": OFFICER}
    after_panel = datetime(2026, 12, 11, 9, tzinfo=UTC)
    parties = (Party.PARENT, Party.CHILD, Party.HOME_HEAD, Party.RECEIVING_HEAD)
    agreements: list[tuple[Command, datetime]] = [
        (
            RecordAgreement(**about, party=party, who=f"the {party}", on=PANEL, shown=Shown.LETTER),
            after_panel,
        )
        for party in parties
    ]
    gone_through = dict.fromkeys(("positives", "expectations", "own_policy", "professionals"), True)
    outcome = RecordRecommendation(**about, outcome=PanelOutcome.RECOMMENDED, minute="10 December, 1")
    return [
        (PutOnPanel(**about), MONDAY),
        (outcome, after_panel),
        (ProposeSchool(**about, school=school), after_panel),
        *agreements,
        (ArrangeInitialMeeting(**about, on=date(2026, 12, 16)), after_panel),
        (
            RecordInitialMeeting(**about, held=date(2026, 12, 16), **gone_through),
            datetime(2026, 12, 16, 16, tzinfo=UTC),
        ),
        (RecordPlacement(**about, school=school, start=start), datetime(2026, 12, 17, 9, tzinfo=UTC)),
    ]
