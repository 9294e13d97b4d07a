"""After the Derby primary referral: one dense table, up to three labels in a row, Y-N pairs, a grid of needs."""

from datetime import date
from typing import Any

from forms.reading import AnswerState
from tests.forms.layouts.writing import Cell, Content, Paper, Run, Sample, bold, given

ANSWERS = {
    "pupil.name": given("Isolde Marchbanks"),
    "pupil.dob": given("07.06.2014", date(2014, 6, 7)),
    "pupil.year_group": given("Y7", 7),
    "pupil.sex": given("F"),
    "pupil.ethnicity": given("White British"),
    "pupil.first_language": given("English"),
    "pupil.religion": given("None"),
    "pupil.upn": given("B999410819707"),
    "signoff.date": given("16 November 2026", date(2026, 11, 16)),
    "home_school.name": given("Larkspur Academy"),
    "record.previous_schools": given("Fernhill Primary"),
    "other.disabled": given("No", value=False),
    "parent.name": given("Mrs Rowena Marchbanks"),
    "parent.relationship": given("Mother"),
    "parent.address": given("3 Tannery Row, Westhaven OK3 2QT"),
    "parent.phone": given("07700 900123"),
    "other.sec47": given("N", value=False),
    "other.sec17": given("Y", value=True),
    "pupil.free_school_meals": given("Y", value=True),
    "pupil.pupil_premium": given("Y", value=True),
    "send.ehcp": given("N", value=False),
    "send.ehcp_in_assessment": given("Y", value=True),
    "send.support": given("Y", value=True),
    "send.primary_need": given("Isolde finds it hard to filter noise; she works best in short tasks."),
    "pupil.risks": given("see appendix F", state=AnswerState.SEE_ATTACHED),
    "pupil.medical": given("None"),
    "preparation.early_help": given("Yes, closed in May 2026"),
    "move.reason": given(
        "Friendships have broken down.\nA new group of classmates would help her to start again."
    ),
}
"""Left blank: UCI, ULN, e-mail, which authority holds the order, violence."""

AGENCIES = [
    {"agency": "CAMHS", "contact": "Dr Aurelio Finch", "phone": "01632 960111"},
    {"agency": "School nurse", "contact": "Petra Lowe", "phone": ""},
]
NEEDS = {"ADHD": True, "ASD": False, "SEMHD": True, "MLD": False, "SPLD": False}


def _pair(answers: dict[str, Any], name: str) -> Content:
    """Y-N with the letter that holds in bold."""
    said = answers.get(name)
    return [
        Run("Y", "bu" if said and said.raw == "Y" else ""),
        " - ",
        Run("N", "bu" if said and said.raw == "N" else ""),
    ]


def _made(answers: dict[str, Any], agencies: list[dict[str, str]], needs: dict[str, bool]) -> bytes:
    def said(name: str) -> str:
        return answers[name].raw if name in answers else ""

    paper = Paper("Primary Managed Move Referral")
    paper.table(
        [Cell("☒ Managed Move School to School      ☐ Alternative Provision to School" if answers else
              "☐ Managed Move School to School      ☐ Alternative Provision to School", 6)],
        [bold("Student Legal Name in Full"), Cell(said("pupil.name"), 3), bold("Date of Birth"), said("pupil.dob")],
        [bold("Year Group"), said("pupil.year_group"), bold("Gender M/F"), said("pupil.sex"),
         bold("Ethnic Group"), said("pupil.ethnicity")],
        [bold("First Language"), said("pupil.first_language"), bold("Religion"), said("pupil.religion"),
         bold("UPN"), said("pupil.upn")],
        [bold("UCI"), "", bold("ULN"), "", bold("Date of Referral"), said("signoff.date")],
        [bold("Current School"), Cell(said("home_school.name"), 2), bold("Previous School"),
         Cell(said("record.previous_schools"), 2)],
        [Cell(bold("Is the student considered to be disabled? If yes, please provide details"), 3),
         Cell(said("other.disabled"), 3)],
        [bold("Parent/Carer Name in Full"), Cell(said("parent.name"), 2), bold("Relation to Student"),
         Cell(said("parent.relationship"), 2)],
        [bold("Address"), Cell(said("parent.address"), 5)],
        [bold("Telephone"), Cell(said("parent.phone"), 2), bold("Email Address"), Cell(said("parent.email"), 2)],
    )  # fmt: skip
    paper.say(bold("Other Agencies Involved"))
    lines = [[one["agency"], one["contact"], one["phone"]] for one in agencies] + [["", "", ""]]
    paper.table([bold("Name of Agencies"), bold("Contact Name"), bold("Phone Numbers")], *lines)
    paper.table(
        [bold("Child protection SEC 47"), _pair(answers, "other.sec47"), bold("Child in Need SEC 17"),
         _pair(answers, "other.sec17")],
        [Cell(bold("If LAC or CP which local authority holds the order"), 2), Cell("", 2)],
        [bold("Entitled to free school meals"), _pair(answers, "pupil.free_school_meals"), bold("Pupil Premium (+)"),
         _pair(answers, "pupil.pupil_premium")],
        [bold("EHCP/Statement"), _pair(answers, "send.ehcp"), bold("Undergoing Assessment"),
         _pair(answers, "send.ehcp_in_assessment")],
        [bold("SEN Support"), Cell(_pair(answers, "send.support"), 3)],
    )  # fmt: skip
    paper.say(bold("Specific SEN"))
    paper.table([f"{'☒' if ticked else '☐'} {need}" for need, ticked in needs.items()])
    paper.table(
        [bold("Describe briefly the student's Special Educational Needs"), said("send.primary_need")],
        [bold("Health and safety concerns"), said("pupil.risks")],
        [bold("Medical needs"), said("pupil.medical")],
        [bold("Has a pre-EHA or EHA been completed?"), said("preparation.early_help")],
        [bold("Is there a history of violence towards others? If yes, to whom?"), ""],
        [bold("Reason for referral"), said("move.reason")],
    )
    return paper.done()


SAMPLE = Sample(
    "dense-table",
    _made(ANSWERS, AGENCIES, NEEDS),
    _made({}, [], dict.fromkeys(NEEDS, False)),
    ANSWERS,
    {
        "agencies": AGENCIES,
        "other.specific_sen": [{"need": need, "ticked": ticked} for need, ticked in NEEDS.items()],
        "other.kind": [
            {"kind": "Managed Move School to School", "chosen": True},
            {"kind": "Alternative Provision to School", "chosen": False},
        ],
    },
)
