"""After a notification of permanent exclusion: an x beside words, date masks typed over or left, a second parent."""

from datetime import date
from typing import Any

from tests.forms.layouts.writing import Paper, Sample, bold, given

ANSWERS = {
    "home_school.name": given("Copperfield Academy"),
    "home_school.number": given("999/4071"),
    "home_school.contact": given("Imogen Vale"),
    "home_school.role": given("Vice Principal"),
    "other.school_type": given("Academy", "Academy"),
    "pupil.surname": given("Fairweather"),
    "pupil.forename": given("Dorian"),
    "pupil.upn": given("X999410118301"),
    "pupil.year_group": given("8", 8),
    "other.key_stage": given("3"),
    "pupil.dob": given("04/11/2013", date(2013, 11, 4)),
    "other.excluded_on": given("19/11/2026", date(2026, 11, 19)),
    "pupil.sex": given("Male", "Male"),
    "parent.name": given("Elspeth Fairweather"),
    "parent.address": given("The Old Forge, Mill Lane"),
    "parent.phone": given("07700 900456"),
    "other.home_visits": given("No", value=False),
    "pupil.looked_after": given("No", value=False),
    "other.meetings": given("Two TAF meetings, May and September"),
    "other.plan": given("Yes", value=True),
    "record.previous_move": given("Yes", value=True),
    "move.preference1": given("Harbour View School"),
    "other.move_review": given("12/06/2026", date(2026, 6, 12)),
    "other.move_broke_down": given("26/06/2026", date(2026, 6, 26)),
    "other.breakdown_reason": given("Travel took ninety minutes each way."),
}
"""Left blank: middle name, the second person, the date on roll (its mask untouched)."""

MASK = "--/--/----"


def _made(answers: dict[str, Any]) -> bytes:
    def said(name: str) -> str:
        return answers[name].raw if name in answers else ""

    def crossed(name: str, *words: str) -> str:
        return "    ".join(f"{word} {'x' if said(name) == word else '__'}" for word in words)

    paper = Paper("Notification of Permanent Exclusion")
    paper.say("Please specify with x.")
    paper.say(bold("School"))
    paper.table(
        ["Name of School", said("home_school.name"), "Dfe No", said("home_school.number")],
        ["Contact Person", said("home_school.contact"), "Position", said("home_school.role")],
        ["School type", crossed("other.school_type", "Maintained", "Academy", "Special"), "", ""],
    )
    paper.say(bold("Pupil"))
    paper.table(
        ["Surname", said("pupil.surname"), "First Name", said("pupil.forename")],
        ["Middle Name", "", "UPN", said("pupil.upn")],
        ["NCY Group", said("pupil.year_group"), "Key Stage", said("other.key_stage")],
        ["Date of Birth", said("pupil.dob") or MASK, "Date on roll", MASK],
        [
            "Date of exclusion",
            said("other.excluded_on") or MASK,
            "Gender",
            crossed("pupil.sex", "Male", "Female"),
        ],
    )
    paper.say(bold("First person with parental responsibility"))
    paper.table(
        ["Name", said("parent.name")],
        ["Address", said("parent.address")],
        ["Telephone", said("parent.phone")],
    )
    paper.say(bold("Second person with parental responsibility"))
    paper.table(["Name", ""], ["Address", ""], ["Telephone", ""])
    paper.say(bold("Background"))
    paper.table(
        ["Are there any issues with home visiting?", crossed("other.home_visits", "Yes", "No")],
        ["Is the Pupil a LAC", crossed("pupil.looked_after", "Yes", "No")],
        ["CAF / EHA meetings called", said("other.meetings")],
        ["IEP/PSP in place", crossed("other.plan", "Yes", "No")],
        ["Has the pupil been the subject of a Managed Move?", crossed("record.previous_move", "Yes", "No")],
    )
    paper.say(bold("If subject to a Managed Move"))
    paper.table(
        [
            "Name of receiving school",
            said("move.preference1"),
            "Last Review Date",
            said("other.move_review") or MASK,
        ],
        [
            "Date of Breakdown",
            said("other.move_broke_down") or MASK,
            "Reason",
            said("other.breakdown_reason"),
        ],
    )
    return paper.done()


SAMPLE = Sample("exclusion-notice", _made(ANSWERS), _made({}), ANSWERS)
