"""Invented cases for the tests of the Slack side."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from bot.flows.desk import Action, CaseLine, Details, Entry, PanelView, PublicStage
from store.protocol.case import (
    Case,
    Fact,
    FactState,
    Gap,
    GapKind,
    Hold,
    Kind,
    Level,
    Pupil,
    Referral,
    School,
    Stage,
)

AT = datetime(2026, 12, 1, 9, 12, tzinfo=UTC)
PANEL = date(2026, 12, 10)
DEADLINE = datetime(2026, 12, 2, 23, 59, 59, tzinfo=UTC)
HOSTILE = (
    "<!channel> *St* _Jude's_ & <https://evil.example|click> http://evil.example @here \u202eevil\u200b\x07"
)


def case_line(number: int = 7, **changes: Any) -> CaseLine:
    """A case as the channel may see it."""
    said: dict[str, Any] = {
        "reference": f"MM-26-{number:04d}",
        "version": 3,
        "kind": Kind.REFERRAL,
        "stage": PublicStage.INCOMPLETE,
        "school": "Oakfield High School",
        "gaps": 3,
        "received": AT,
        "panel": PANEL,
        "deadline": DEADLINE,
        "late": False,
        "attention": False,
    }
    return CaseLine(**{**said, **changes})


def panel_view(cases: int = 1) -> PanelView:
    """A panel with as many cases in each of its groups."""
    groups = {
        stage: [case_line(1000 * place + n, stage=stage) for n in range(cases)]
        for place, stage in enumerate(
            (PublicStage.ON_AGENDA, PublicStage.READY, PublicStage.ON_HOLD, PublicStage.INCOMPLETE), start=1
        )
    }
    return PanelView(
        on=PANEL,
        deadline=DEADLINE,
        agenda=groups[PublicStage.ON_AGENDA],
        ready=groups[PublicStage.READY],
        on_hold=groups[PublicStage.ON_HOLD],
        incomplete=groups[PublicStage.INCOMPLETE],
    )


def referral(answers: int = 3, length: int = 10) -> Referral:
    """A referral with as many answers, each of this length."""
    facts = {
        f"field.{n}": Fact(
            state=FactState.ANSWERED,
            value=f"{n} ".ljust(length, "x"),
            raw=f"{n} ".ljust(length, "x"),
            label=f"Question {n}",
            section="About the pupil",
            where="table 1",
        )
        for n in range(answers)
    }
    return Referral(facts=facts)


def details(**changes: Any) -> Details:
    """Everything about one invented case."""
    said: dict[str, Any] = {
        "reference": "MM-26-0007",
        "stage": Stage.HELD,
        "version": 3,
        "protocol": "salford/1",
        "home_school": School(urn="100001", name="Oakfield High School"),
        "contact": "head@oakfield.example",
        "received": AT,
        "pupil": Pupil(
            surname="Rowntree", forename="Odette", dob=date(2012, 5, 6), upn="B999410819707", year_group=9
        ),
        "referral": referral(),
        "gaps": (
            Gap(
                field="pupil.views",
                level=Level.MUST,
                kind=GapKind.MISSING,
                rule="R63",
                source="national guidance",
                label="The pupil's own view",
            ),
            Gap(
                field="interventions",
                level=Level.MUST,
                kind=GapKind.NO_OUTCOME,
                rule="R24",
                source="Salford 3.1 Provision prior to referral",
                label="Interventions",
                detail="Mentoring <with> the head of year",
            ),
        ),
        "holds": (Hold.VIRTUAL_SCHOOL_HEAD,),
        "panel": PANEL,
        "deadline": DEADLINE,
        "attention": ("from_a_scan",),
        "letters": (5,),
    }
    case = Case(**{**said, **changes})
    return Details(
        line=case_line(stage=PublicStage.ON_HOLD, gaps=len(case.gaps)),
        case=case,
        timeline=[
            Entry(at=AT, what="CaseOpened", who="Managed Moves", rule="R14", source="Salford 2.4"),
            Entry(
                at=AT + timedelta(minutes=1),
                what="CaseHeld",
                who="Managed Moves",
                rule="R4",
                source="Salford preamble",
            ),
        ],
        letters=case.letters,
        actions=[Action.ASK_SCHOOL],
    )
