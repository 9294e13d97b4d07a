"""After a secondary fair access referral: two parents in the same words, concerns with prompts, boxes in a line."""

from datetime import date
from typing import Any

from tests.forms.layouts.writing import Cell, Paper, Run, Sample, bold, given

ANSWERS = {
    "pupil.name": given("Leontine Abara"),
    "pupil.sex": given("Female"),
    "pupil.ethnicity": given("Black African"),
    "pupil.upn": given("X999410419749"),
    "pupil.dob": given("21/03/2012", date(2012, 3, 21)),
    "pupil.year_group": given("Year 10", 10),
    "home_school.name": given("Quarry Bank School"),
    "move.preference1": given("Any school on the tram line"),
    "parent.name": given("Ms Ife Abara"),
    "parent.relationship": given("Mother"),
    "parent.phone": given("07700 900777"),
    "parent.email": given("ife.abara@mail.example"),
    "parent.address": given("Flat 4, 90 Station Parade"),
    "other.parent_postcode": given("OK7 1AA"),
    "parent2.name": given("Mr Samson Abara"),
    "parent2.relationship": given("Uncle"),
    "parent2.phone": given("07700 900778"),
    "parent2.address": given("12 Weir Lane"),
    "move.reason": given("A fresh start in a mainstream school, with a key worker for the first half term."),
    "other.lead_professional": given("Dana Whitlock, Early Help"),
    "other.effective": given("A later start on Mondays: attendance rose from 71 to 90 %."),
    "other.social_care_open": given("No", value=False),
    "preparation.early_help": given("Yes – opened 02/10/2026"),
    "other.looked_after_where": given("Out of Borough", "Out of Borough"),
    "other.child_protection": given("No", value=False),
    "other.support": given("Weekly counselling since June"),
}
"""Left blank: other names, the second parent's e-mail and postcode, the risk assessment."""

PREVIOUS = [
    {"school": "Orchard Junior", "from": "09/2019", "to": "07/2023"},
    {"school": "Stonebridge Academy", "from": "09/2023", "to": "02/2025"},
]
CONCERNS = {
    "Individual’s strengths": ("Sings in two choirs", "Music lessons continue"),
    "Home environment": ("New baby in the family", "Early Help offered in October"),
    "Peer group": ("", ""),
}
PROMPTS = {
    "Individual’s strengths": "e.g. interests, attitude to work",
    "Home environment": "e.g. who lives at home",
    "Peer group": "e.g. friendships in and out of school",
}


def _made(answers: dict[str, Any], *, blank: bool) -> bytes:
    def said(name: str) -> str:
        return answers[name].raw if name in answers else ""

    def adult(prefix: str, postcode: str) -> list[list[Any]]:
        return [
            [bold("Name"), said(f"{prefix}.name"), bold("Relationship"), said(f"{prefix}.relationship")],
            [bold("Tel No"), said(f"{prefix}.phone"), bold("Email"), said(f"{prefix}.email")],
            [bold("Address"), said(f"{prefix}.address"), bold("Postcode"), said(postcode)],
        ]

    def box(name: str, option: str) -> str:
        return "☒" if said(name) == option else "☐"

    paper = Paper("Secondary Referral to the Fair Access Pupil Placement Panel")
    paper.say(bold("Young person"))
    paper.table(
        [bold("Name"), said("pupil.name"), bold("Other Names"), ""],
        [bold("Male/Female"), said("pupil.sex"), bold("Ethnicity"), said("pupil.ethnicity")],
        [bold("UPN"), said("pupil.upn"), bold("Date of Birth"), said("pupil.dob")],
        [
            bold("Year Group"),
            said("pupil.year_group"),
            bold("Current Provision/School"),
            said("home_school.name"),
        ],
        [Cell(bold("Preferred School/type of School"), 2), Cell(said("move.preference1"), 2)],
    )
    paper.say(bold("Parent/Carer Information (1) (please indicate primary carer)"))
    paper.table(*adult("parent", "other.parent_postcode"))
    paper.say(bold("Parent/Carer Information (2)"))
    paper.table(*adult("parent2", "other.parent2_postcode"))
    paper.say(bold("Dates of any previous schools attended"))
    schools = [] if blank else [[one["school"], one["from"], one["to"]] for one in PREVIOUS]
    paper.table([bold("Name of School"), bold("From"), bold("To")], *schools, ["", "", ""])
    paper.table(
        [bold("Reason for Referral and provision requested")], [said("move.reason")],
        [bold("Name of Lead Professional")], [said("other.lead_professional")],
    )  # fmt: skip
    concerns = [
        [[concern, "\n", Run(PROMPTS[concern], "i")], *(("", "") if blank else told)]
        for concern, told in CONCERNS.items()
    ]
    paper.table([bold("Area of concern"), bold("Information"), bold("School response")], *concerns)
    paper.table(
        [bold("Risk Assessment for placement at PRU"), ""],
        [bold("Is there any intervention that has proved effective?"), said("other.effective")],
        [bold("Is the student open to social care?"),
         f"{box('other.social_care_open', 'Yes')} Yes  {box('other.social_care_open', 'No')} No"],
        [bold("Is there a current Early Help Assessment or CAF? (if no, why not)"), said("preparation.early_help")],
        [bold("Looked After Child"), (f"This borough {box('other.looked_after_where', 'This borough')}   "
         f"Out of Borough {box('other.looked_after_where', 'Out of Borough')}")],
        [bold("Child Protection Register"), said("other.child_protection") or "Yes / No"],
        [bold("Known Issues / Support provided by School"), said("other.support")],
    )  # fmt: skip
    return paper.done()


SAMPLE = Sample(
    "fair-access",
    _made(ANSWERS, blank=False),
    _made({}, blank=True),
    ANSWERS,
    {
        "previous_schools": PREVIOUS,
        "other.concerns": [
            {"concern": concern, "information": told, "response": response}
            for concern, (told, response) in CONCERNS.items()
            if told
        ],
    },
)
