"""The project's own referral forms, made fresh from their definitions and filled in as Word does it.

Word puts an answer into the content control, takes the mark of the prompt away, and ticks a box by its glyph.
"""

import io
import re
import zipfile
from datetime import date
from typing import Any

from lxml import etree

import forms
from forms import blank
from tests.forms.layouts.writing import Given, Sample, given

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"

Rows = dict[str, list[dict[str, Any]]]


def fill(fresh: bytes, answers: dict[str, Given], rows: Rows) -> bytes:
    """A fresh form with answers typed into its controls; yes and no are ticked."""
    with zipfile.ZipFile(io.BytesIO(fresh)) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    root = etree.fromstring(parts["word/document.xml"])
    wanted = {name: answer.raw for name, answer in answers.items()} | _cells(rows)
    for control in root.iter(f"{_W}sdt"):
        tag = control.find(f"{_W}sdtPr/{_W}tag").get(f"{_W}val")
        alias = control.find(f"{_W}sdtPr/{_W}alias").get(f"{_W}val")
        if (box := control.find(f"{_W}sdtPr/{_W14}checkbox")) is not None:
            if wanted.get(tag) in (alias.partition(":")[0], True):
                box.find(f"{_W14}checked").set(f"{_W14}val", "1")
                next(control.iter(f"{_W}t")).text = "☒"
        elif tag in wanted:
            _type(control, wanted[tag])
    parts["word/document.xml"] = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in parts.items():
            package.writestr(name, data)
    return out.getvalue()


def _cells(rows: Rows) -> dict[str, Any]:
    """The controls of lists: `interventions.2.outcome`; the boxes of ticks: `other.shared.3`."""
    found: dict[str, Any] = {}
    for name, lines in rows.items():
        for number, line in enumerate(lines, 1):
            for column, value in line.items():
                shown = {True: "Yes", False: "No"}.get(value, value) if isinstance(value, bool) else value
                found[f"{name}.{number}.{column}"] = _typed(shown)
            if name == "other.shared":
                found[f"{name}.{number}"] = line["shared"]
    return found


def _typed(value: Any) -> Any:
    """A date as a school types it."""
    return re.sub(r"^(\d{4})-(\d\d)-(\d\d)$", r"\3/\2/\1", value) if isinstance(value, str) else value


def _type(control: Any, text: str) -> None:
    properties = control.find(f"{_W}sdtPr")
    prompt = properties.find(f"{_W}showingPlcHdr")
    if not text:
        return
    properties.remove(prompt)
    run = control.find(f"{_W}sdtContent/{_W}r")
    for look in run.findall(f"{_W}rPr"):
        run.remove(look)
    for part in run.findall(f"{_W}t"):
        run.remove(part)
    for number, line in enumerate(text.split("\n")):
        if number:
            etree.SubElement(run, f"{_W}br")
        etree.SubElement(run, f"{_W}t").text = line


INTERVENTIONS = [
    {"what": "Mentoring", "start": "2026-01-12", "end": "2026-03-27", "frequency": "Weekly",
     "outcome": "Fewer incidents in lessons with the mentor."},
    {"what": "Later start on Mondays", "start": "2026-04-20", "end": "2026-07-17", "frequency": "Each week",
     "outcome": "Attendance on Mondays rose from 60 to 92 %."},
]  # fmt: skip
AGENCIES = [
    {"agency": "CAMHS", "contact": "Dr A. Finch", "involved": True},
    {"agency": "Youth Justice Service", "contact": "B. Osei", "involved": False},
]

PUPIL = {
    "pupil.surname": given("Ravensworth"),
    "pupil.forename": given("Ottoline"),
    "pupil.dob": given("22/09/2012", date(2012, 9, 22)),
    "pupil.year_group": given("Year 9", 9),
    "pupil.upn": given("X999410419749"),
    "pupil.address": given("159 Chapel Close\nNorbury"),
    "pupil.postcode": given("OK3 7BP"),
    "pupil.free_school_meals": given("No", value=False),
    "parent.name": given("Mrs Gethin Edwards"),
    "parent.relationship": given("Aunt"),
    "parent.phone": given("07700 900276"),
    "parent.responsibility": given("Yes", value=True),
    "parent2.name": given("Mr Rhys Edwards"),
    "home_school.name": given("The Weaver School"),
    "home_school.headteacher": given("Sana Patel"),
    "home_school.contact": given("Owen Quigley"),
    "home_school.email": given("inclusion@weaver.example"),
    "pupil.looked_after": given("No", value=False),
    "send.ehcp": given("No", value=False),
    "send.support": given("Yes", value=True),
    "record.attendance": given("82.4", 82.4),
    "record.suspensions": given("4", 4),
    "move.reason": given("Friendships have broken down.\nShe has asked for a fresh start herself."),
    "move.best_interests": given("A new group, and a mentor from the first day."),
    "pupil.views": given("I want people to get to know me as I am now."),
    "parent.views": given("We agree, if the journey is under forty minutes."),
    "parent.agrees": given("Yes", value=True),
    "pupil.agrees": given("Yes", value=True),
    "parent.informed_by": given("Assistant Head, 9 November"),
    "signoff.headteacher": given("S. Patel"),
    "signoff.headteacher_date": given("20/11/2026", date(2026, 11, 20)),
}

SALFORD = PUPIL | {
    "preparation.behaviour_policy": given("Yes", value=True),
    "preparation.senco": given("16/02/2026: no unmet need found"),
    "preparation.early_help": given("Offered and declined"),
    "pupil.social_care": given("None", "None"),
    "move.crisis": given("No", value=False),
    "move.preference1": given("Castle Park High"),
    "other.strengths": given("Swims for the county; patient with younger pupils."),
}

SOUTHWARK = PUPIL | {
    "move.preference1": given("Castle Park High"),
    "other.place_kept": given("Yes", value=True),
    "move.start": given("04/01/2027", date(2027, 1, 4)),
    "other.trial_end": given("12/02/2027", date(2027, 2, 12)),
    "other.proposed_agrees": given("Yes", value=True),
    "record.risk_of_exclusion": given("Yes", value=True),
}

SHARED = [
    {"what": what, "shared": what != "Medical plan"}
    for what in (
        "Attendance record",
        "Progress and targets",
        "Support plan",
        "Risk assessment",
        "Safeguarding file",
        "Medical plan",
    )
]


def _sample(name: str, answers: dict[str, Given], rows: Rows) -> Sample:
    fresh = blank.make(forms.Library.shipped()[name])
    return Sample(name, fill(fresh, answers, rows), fresh, answers, rows)


SAMPLES = (
    _sample("salford-referral", SALFORD, {"interventions": INTERVENTIONS, "agencies": AGENCIES}),
    _sample(
        "southwark-referral",
        SOUTHWARK,
        {"interventions": INTERVENTIONS, "agencies": AGENCIES, "other.shared": SHARED},
    ),
)
