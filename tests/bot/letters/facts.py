"""Invented cases and a council for letters."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from bot.letters import House
from store.protocol import load
from store.protocol.case import Case, Gap, GapKind, Level, Pupil, School, Stage


@dataclass(frozen=True)
class Council:
    """As the settings describe it."""

    name: str = "Westhaven Council"
    officer: str = "Complex Case Officer"
    inbox_address: str = "school.admissions@westhaven.example"
    complaints: str = ""


HOUSE = House.of(Council(), load("salford"))
FORM = "Salford 3.1 Referral"


def gap(
    field: str = "pupil.dob",
    kind: GapKind = GapKind.MISSING,
    *,
    level: Level = Level.MUST,
    rule: str = "R26",
    source: str = FORM,
    label: str = "Date of birth",
    section: str = "",
    detail: str = "",
) -> Gap:
    """A gap; left alone, a date of birth that is to be filled in."""
    return Gap(
        field=field,
        level=level,
        kind=kind,
        rule=rule,
        source=source,
        label=label,
        section=section,
        detail=detail,
    )


CASE = Case(
    reference="MM-26-0007",
    stage=Stage.READY,
    protocol="salford/1",
    home_school=School(urn="999103", name="Riverside Academy"),
    contact="inclusion@riverside.example",
    received=datetime(2026, 11, 24, 15, 47, tzinfo=UTC),
    pupil=Pupil(surname="Reed", forename="Olu", dob=date(2013, 2, 3), upn="B999410819707", year_group=9),
    panel=date(2026, 12, 10),
    deadline=datetime(2026, 12, 3, 0, 0, tzinfo=UTC),
)


def short(*gaps: Gap) -> Case:
    """The same case with gaps, put to the next panel."""
    update = {
        "gaps": gaps,
        "stage": Stage.INCOMPLETE,
        "panel": date(2027, 1, 14),
        "deadline": datetime(2027, 1, 7, 0, 0, tzinfo=UTC),
    }
    return CASE.model_copy(update=update)
