"""After a parental consent form: prose with lines to write on, statements to tick, signatures."""

from datetime import date
from typing import Any

from tests.forms.layouts.writing import Paper, Run, Sample, bold, given

ANSWERS = {
    "pupil.name": given("Marigold Sandford"),
    "pupil.dob": given("12 December 2014", date(2014, 12, 12)),
    "home_school.name": given("Pinewood School"),
    "parent.agrees": given("Yes", value=True),
    "other.agencies_consent": given("No", value=False),
    "parent.views": given("I would like to visit the school before we decide."),
    "signoff.parent": given("Hester Sandford"),
    "signoff.parent_date": given("13/11/2026", date(2026, 11, 13)),
    "parent.relationship": given("Grandmother and guardian"),
}
"""Left blank: the second signature and its date, the telephone."""

LINE = "______________________"


def _made(answers: dict[str, Any]) -> bytes:
    def line(name: str) -> str:
        return f"__{answers[name].raw}______" if name in answers else LINE

    def choice(name: str) -> list[str | Run]:
        said = answers[name].raw if name in answers else ""
        return [Run("Yes", "h" if said == "Yes" else ""), " / ", Run("No", "h" if said == "No" else "")]

    paper = Paper("Fair Access: Parental Consent")
    paper.say("This form is about a possible move to another school. You are not obliged to accept the school that is "
              "offered, and you may change your mind at any time.")  # fmt: skip
    paper.say("Name of child: ", line("pupil.name"))
    paper.say("Child’s date of birth: ", line("pupil.dob"))
    paper.say("Current school: ", line("home_school.name"))
    paper.say("I agree to a move being considered by the panel: ", *choice("parent.agrees"))
    paper.say(
        "I provide consent for contact to be made with other agencies: ", *choice("other.agencies_consent")
    )
    paper.say("Anything that you would like the panel to know:")
    paper.say(answers["parent.views"].raw if "parent.views" in answers else LINE * 3)
    paper.say("Signed (parent/carer): ", line("signoff.parent"), "\tDate: ", line("signoff.parent_date"))
    paper.say("Relationship to child: ", line("parent.relationship"), "\tTelephone: ", line("parent.phone"))
    paper.say(
        "Signed (second parent/carer): ",
        line("other.second_signature"),
        "\tDate: ",
        line("other.second_date"),
    )
    paper.say(bold("Thank you."), " Please hand the form to the school office.")
    return paper.done()


SAMPLE = Sample("parental-consent", _made(ANSWERS), _made({}), ANSWERS)
