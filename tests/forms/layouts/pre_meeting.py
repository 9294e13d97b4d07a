"""After a pre-meeting form: tick one box of three with a Wingdings tick, measures and their success, the pupil's sheet."""

from typing import Any

from forms.reading import AnswerState
from tests.forms.layouts.writing import Paper, Run, Sample, bold, given

ANSWERS = {
    "pupil.name": given("Caspian Thorne"),
    "home_school.name": given("Millbrook High"),
    "move.reason": given(
        "He knows two pupils there who are a good influence, and it offers construction at 14."
    ),
    "send.primary_need": given("SEN support – SEMH"),
    "pupil.looked_after": given("No", value=False),
    "record.attendance": given("88%", 88.0),
    "record.suspensions": given("3", 3),
    "other.plan": given("My Plan+"),
    "other.subjects": given("Art (AQA), Design and Technology (OCR), Geography (AQA)"),
    "other.curriculum": given("N/A", state=AnswerState.NOT_APPLICABLE),
    "other.likes": given("my form tutor and cooking"),
    "other.good_at": given("football, and fixing bikes"),
    "pupil.views": given("I could begin without everybody knowing what I did in Year 7"),
}
"""Left blank: ethnicity, how the pupil will get to school, what he does not like."""

MEASURES = [
    {"what": "Report to head of year", "outcome": "Worked for a month"},
    {"what": "Mentoring, weekly", "outcome": "Good: no incident in lessons with the mentor"},
]
PEOPLE = [{"agency": "Youth worker (B. Osei)", "contact": "Fortnightly"}]
ATTITUDES = [
    {"what": "Attitude to staff", "good": None, "satisfactory": True, "poor": None},
    {"what": "Attitude to peers", "good": None, "satisfactory": None, "poor": True},
    {"what": "Attitude to learning", "good": True, "satisfactory": None, "poor": None},
]
GRADES = ("good", "satisfactory", "poor")


def _made(answers: dict[str, Any], *, blank: bool) -> bytes:
    def said(name: str) -> str:
        return answers[name].raw if name in answers else ""

    paper = Paper("Managed Move Pre-meeting Form")
    paper.table(
        [bold("Pupil’s name"), said("pupil.name"), bold("School"), said("home_school.name")],
        [bold("Ethnicity"), "", bold("CiC status (Yes / No)"), said("pupil.looked_after")],
        [bold("Attendance"), said("record.attendance"), bold("Exclusions (current academic year)"),
         said("record.suspensions")],
        [bold("SEND – Code of Practice Level and category"), said("send.primary_need"),
         bold("My Plan / My Plan+ / My Assessment / PSP"), said("other.plan")],
    )  # fmt: skip
    paper.say(bold("Please tick one box in each row"))
    ticks = [
        [line["what"], *(Run("F0FC", "w") if line[grade] and not blank else "" for grade in GRADES)]
        for line in ATTITUDES
    ]
    paper.table(["", bold("Overall good"), bold("Overall satisfactory"), bold("Overall poor")], *ticks)
    paper.say(bold("Reasons for Managed Move – why might a move to this particular school be successful?"))
    paper.table([said("move.reason")])
    people = [] if blank else [[one["agency"], one["contact"]] for one in PEOPLE]
    paper.table(
        [bold("Names of other relevant professionals"), bold("Current level of involvement")],
        *people,
        ["", ""],
    )
    measures = [] if blank else [[one["what"], one["outcome"]] for one in MEASURES]
    paper.table([bold("Measures already taken by the school"), bold("Level of success")], *measures, ["", ""])
    paper.table(
        [bold("Subjects taken for GCSE and exam board"), said("other.subjects")],
        [bold("Alternative curriculum arrangements"), said("other.curriculum")],
        [bold("How will the pupil get to the proposed school?"), ""],
    )
    paper.heading("Pupil sheet")
    for label, name in (
        ("The things I like best at school are:", "other.likes"),
        ("I am good at, or interested in:", "other.good_at"),
        ("I don’t like:", "other.dislikes"),
        ("I think school would be better for me if:", "pupil.views"),
    ):
        paper.say(bold(label), f" {said(name) or '…………………………………'}")
    return paper.done()


SAMPLE = Sample(
    "pre-meeting",
    _made(ANSWERS, blank=False),
    _made({}, blank=True),
    ANSWERS,
    {"interventions": MEASURES, "agencies": PEOPLE, "other.attitudes": ATTITUDES},
)
