"""After a primary behaviour service referral: three concerns on a scale, services with two tick columns, a ringed level."""

from datetime import date
from typing import Any

from tests.forms.layouts.writing import Paper, Run, Sample, bold, given

ANSWERS = {
    "pupil.name": given("Juniper Hale"),
    "pupil.dob": given("9-8-15", date(2015, 8, 9)),
    "pupil.year_group": given("Year 6", 6),
    "home_school.name": given("Thistledown Primary"),
    "other.suspension_dates": given("5 and 6 October; 2 November"),
    "send.primary_need": given("SEN support, communication"),
    "pupil.social_care": given("Early Help"),
    "other.worked": given("Sensory breaks; a visual timetable; lunch with an older friend."),
    "parent.views": given("We want her to like school again."),
    "signoff.headteacher": given("Mr R. Castellane"),
    "signoff.headteacher_date": given("20/11/2026", date(2026, 11, 20)),
}
"""Left blank: attendance; the pupil's view; the parent's agreement. The level of social care is ringed."""

CONCERNS = [
    {"concern": "Leaving the classroom", "little": None, "quite": None, "great": True},
    {"concern": "Shouting when corrected", "little": None, "quite": True, "great": None},
    {"concern": "Falling out at playtime", "little": True, "quite": None, "great": None},
]
SERVICES = [
    {"agency": "Speech and language", "before": True, "involved": None, "contact": "K. Brandt"},
    {"agency": "Educational psychology", "before": None, "involved": True, "contact": "L. Amari"},
]
LEVELS = ("None", "Early Help", "Child in need", "Child protection")


def _made(answers: dict[str, Any], *, blank: bool) -> bytes:
    def said(name: str) -> str:
        return answers[name].raw if name in answers else ""

    paper = Paper("Primary Behaviour Service Request")
    paper.say(bold("Name: "), said("pupil.name"), "\t", bold("D.O.B: "), said("pupil.dob"))
    paper.say(
        bold("Year Group: "), said("pupil.year_group"), "\t", bold("School: "), said("home_school.name")
    )
    paper.table(
        [bold("Dates of Fixed Term Exclusions (last 12 months)"), said("other.suspension_dates")],
        [bold("SEN Status"), said("send.primary_need")],
        [bold("Attendance (%)"), ""],
    )
    paper.say(bold("What are your 3 biggest concerns, and how much do they affect learning?"))
    scale = ("little", "quite", "great")
    lines = [[one["concern"], *(Run("F0FC", "w") if one[mark] else "" for mark in scale)] for one in CONCERNS]
    paper.table(
        [bold("Concern"), bold("Only a little"), bold("Quite a lot"), bold("A great deal")],
        *([["", "", "", ""]] * 3 if blank else lines),
    )
    people = [[one["agency"], "√" if one["before"] else "", "√" if one["involved"] else "", one["contact"]]
              for one in SERVICES]  # fmt: skip
    paper.table(
        [
            bold("Name of Service"),
            bold("Previously involved"),
            bold("Currently Involved"),
            bold("Contact Person"),
        ],
        *([] if blank else people),
        ["", "", "", ""],
    )
    level: list[str | Run] = [bold("Social care (please circle the highest level): ")]
    for one in LEVELS:
        level += [Run(one, "o" if one == "Early Help" and not blank else ""), "   "]
    paper.say(*level)
    for label, name in (
        ("Which interventions has the school put in place?", "other.worked"),
        ("Parent/carers views", "parent.views"),
        ("Child’s views", "pupil.views"),
    ):
        paper.table([bold(label)], [said(name)])
    paper.say(bold("Agreement"))
    paper.table(
        [bold("I agree to this referral (parent/carer) – signed"), ""],
        [bold("Headteacher’s signature"), said("signoff.headteacher")],
        [bold("Date"), said("signoff.headteacher_date")],
    )
    return paper.done()


SAMPLE = Sample(
    "behaviour-service",
    _made(ANSWERS, blank=False),
    _made({}, blank=True),
    ANSWERS,
    {"other.concerns": CONCERNS, "agencies": SERVICES},
)
