"""After a single point referral form: surname and first names in boxes, a service by key stage grid, reasons for a No."""

from datetime import date
from typing import Any

from forms.reading import AnswerState
from tests.forms.layouts.writing import Cell, Paper, Sample, bold, given

ANSWERS = {
    "pupil.surname": given("O’Hara-Lindqvist"),
    "pupil.forename": given("Tove Maeve"),
    "pupil.dob": given("1st February 2011", date(2011, 2, 1)),
    "pupil.upn": given("Z999410621660"),
    "pupil.year_group": given("11", 11),
    "home_school.name": given("Saltmarsh Community College"),
    "other.ethnic_code": given("WIRI"),
    "pupil.religion": given("Not known", state=AnswerState.AMBIGUOUS),
    "pupil.first_language": given("English"),
    "other.interpreter": given("No", value=False),
    "home_school.contact": given("Colm Adeyemi"),
    "home_school.role": given("Deputy Head (Inclusion)"),
    "home_school.phone": given("01632 960888 ext. 21"),
    "signoff.date": given("17/11/2026", date(2026, 11, 17)),
    "home_school.headteacher": given("Beatrix Lund"),
    "parent.agrees": given("No", value=False),
    "other.parent_reason": given("Mother wishes to wait until the mock examinations are over."),
    "other.shares": given("Yes", value=True),
    "other.consent_signed": given("N/A", state=AnswerState.NOT_APPLICABLE),
}
"""Left blank: previous names, nationality, immigration status."""

GRID = [
    {"service": "Managed move", "ks1": None, "ks2": None, "ks3": None, "ks4": True},
    {"service": "Outreach support", "ks1": None, "ks2": None, "ks3": None, "ks4": True},
    {"service": "Home tuition", "ks1": None, "ks2": None, "ks3": None, "ks4": None},
]


def _made(answers: dict[str, Any], *, blank: bool) -> bytes:
    def said(name: str) -> str:
        return answers[name].raw if name in answers else ""

    def yes_no(name: str) -> str:
        return "   ".join(f"{'☒' if said(name) == word else '☐'} {word.upper()}" for word in ("Yes", "No"))

    paper = Paper("Single Point Referral Form")
    paper.heading("A. Child or young person")
    paper.table(
        [["Surname:\n", said("pupil.surname")], ["First Name(s):\n", said("pupil.forename")],
         ["Previous Names (AKA):\n"]],
        [["Date of Birth:\n", said("pupil.dob")], ["Unique Pupil No:\n", said("pupil.upn")],
         ["NCY:\n", said("pupil.year_group")]],
        [Cell(["Name of School / Not on a school roll (CME):\n", said("home_school.name")], 3)],
        [["Ethnic Code:\n", said("other.ethnic_code")], ["Nationality:\n"], ["Religion:\n", said("pupil.religion")]],
        [["First language or preferred means of communication:\n", said("pupil.first_language")],
         ["Interpreter/Signer Required:\n", yes_no("other.interpreter")], ["Immigration Status:\n"]],
    )  # fmt: skip
    paper.heading("B. Person Completing This Form")
    paper.table(
        ["Name", said("home_school.contact")],
        ["Designation/Title", said("home_school.role")],
        ["Contact Number", said("home_school.phone")],
        ["Date form completed", said("signoff.date")],
        ["Name of senior leader", said("home_school.headteacher")],
    )
    paper.heading("C. Service requested")
    stages = ("ks1", "ks2", "ks3", "ks4")
    lines = [
        [line["service"], *("X" if line[stage] and not blank else "" for stage in stages)] for line in GRID
    ]
    paper.table([bold("Service"), *(bold(stage.upper()) for stage in stages)], *lines)
    paper.heading("D. Consent")
    paper.table(
        ["Has the Parent/Carer agreed to this referral?", yes_no("parent.agrees")],
        ["If NO – reason", said("other.parent_reason")],
        ["Has the Parent/Carer consented to share information?", yes_no("other.shares")],
        [
            "Consent sharing agreement form signed",
            said("other.consent_signed") or yes_no("other.consent_signed"),
        ],
    )
    return paper.done()


SAMPLE = Sample(
    "single-point",
    _made(ANSWERS, blank=False),
    _made({}, blank=True),
    ANSWERS,
    {"other.services": [line for line in GRID if line["ks4"]]},
)
