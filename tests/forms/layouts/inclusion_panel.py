"""After a panel for inclusion form: a box for the office, boxes for what is attached, services to choose, a checklist."""

from datetime import date
from typing import Any

from tests.forms.layouts.writing import Cell, Paper, Run, Sample, bold, given

ANSWERS = {
    "pupil.name": given("Barnaby Eccles"),
    "pupil.dob": given("30 Sept 2012", date(2012, 9, 30)),
    "parent.name": given("Grace Eccles"),
    "pupil.year_group": given("9", 9),
    "pupil.free_school_meals": given("No", value=False),
    "other.sen_stage": given("School Action Plus", "School Action Plus"),
    "other.child_protection_plan": given("No", value=False),
    "pupil.looked_after": given("Yes", value=True),
    "other.social_worker": given("T. Oyelaran, 01632 960444"),
    "other.camhs": given("Yes", value=True),
    "other.camhs_consultant": given("Dr M. Sato"),
    "home_school.name": given("Harbour View School"),
    "signoff.date": given("18/11/26", date(2026, 11, 18)),
    "home_school.contact": given("Niamh Pryce"),
    "home_school.phone": given("01632 960222"),
    "parent.agrees": given("Yes", value=True),
    "move.reason": given("Since the move of his carers in June he has missed most mornings."),
}
"""Left blank: pupil premium, the school's view of what would help."""

ATTACHED = {"CAF": True, "PEP": True}
SERVICES = {"Managed Pupil Transfer": True, "Outreach": False, "Short stay place": False}
CHECKLIST = {
    "Educational psychologist’s report (within 4 months)": True,
    "Attendance, this year and last": True,
    "IEP / IBP": False,
    "Minutes of review meetings": False,
}


def _made(answers: dict[str, Any], *, blank: bool) -> bytes:
    def said(name: str) -> str:
        return answers[name].raw if name in answers else ""

    def yes_no(name: str) -> list[str | Run]:
        """The word that does not hold is struck out."""
        return [
            Run("Yes", "s" if said(name) == "No" else ""),
            " / ",
            Run("No", "s" if said(name) == "Yes" else ""),
        ]

    def boxes(options: dict[str, bool]) -> list[str]:
        return [f"{'☑' if ticked and not blank else '☐'} {option}" for option, ticked in options.items()]

    stages = ("School Action", "School Action Plus", "Statement")
    paper = Paper("Secondary Panel for Inclusion Referral Form")
    paper.table(
        [Cell(bold("For Office use only"), 4, "D9D9D9")],
        [Cell("Date received", 1, "D9D9D9"), Cell("", 1, "D9D9D9"), Cell("Panel ref.", 1, "D9D9D9"),
         Cell("", 1, "D9D9D9")],
    )  # fmt: skip
    paper.say("Please ensure that ALL boxes are completed.")
    paper.say(bold("The following MUST be attached:"))
    paper.table(boxes(ATTACHED))
    paper.say(bold("Service requested"))
    paper.table(boxes(SERVICES))
    paper.table(
        [bold("Name of Pupil"), said("pupil.name"), bold("Date of Birth"), said("pupil.dob")],
        [bold("Parent/Carer"), said("parent.name"), bold("Year Group"), said("pupil.year_group")],
        [bold("Free School Meals"), yes_no("pupil.free_school_meals"), bold("Pupil Premium"), "Yes / No"],
        [bold("SEN Stage"), Cell("   ".join(f"{'☑' if said('other.sen_stage') == one else '☐'} {one}"
                                            for one in stages), 3)],
        [bold("Child Protection Plan?"), yes_no("other.child_protection_plan"), bold("LAC?"),
         yes_no("pupil.looked_after")],
        [bold("Social Worker"), Cell(said("other.social_worker"), 3)],
        [bold("CAMHS?"), yes_no("other.camhs"), bold("CAMHS Consultant"), said("other.camhs_consultant")],
        [bold("Referring School/Service"), said("home_school.name"), bold("Date of Referral"), said("signoff.date")],
        [bold("Person Referring"), said("home_school.contact"), bold("Contact Tel No"), said("home_school.phone")],
        [Cell(bold("Does this referral have parental support?"), 2), Cell(yes_no("parent.agrees"), 2)],
    )  # fmt: skip
    paper.table(
        [
            [
                bold("Reason for referral"),
                " (continue on a separate sheet if necessary)\n",
                said("move.reason"),
            ]
        ],
        [bold("What would help, in the school’s view?\n")],
    )
    paper.say(bold("Documents enclosed"))
    paper.table(*[[option, "Yes" if ticked and not blank else ""] for option, ticked in CHECKLIST.items()])
    return paper.done()


SAMPLE = Sample(
    "inclusion-panel",
    _made(ANSWERS, blank=False),
    _made({}, blank=True),
    ANSWERS,
    {
        "other.attached": [{"what": what, "attached": ticked} for what, ticked in ATTACHED.items()],
        "other.service": [{"service": service, "wanted": ticked} for service, ticked in SERVICES.items()],
        "other.documents": [{"what": what, "enclosed": ticked} for what, ticked in CHECKLIST.items()],
    },
)
