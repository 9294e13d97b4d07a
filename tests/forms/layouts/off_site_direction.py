"""After a web form for off-site direction, as it arrives in a letter: each question on a line, its answer below."""

from datetime import date
from typing import Any

from tests.forms.layouts.writing import Paper, Sample, bold, given

ANSWERS = {
    "pupil.forename": given("Ambrose"),
    "pupil.surname": given("Teller"),
    "pupil.dob": given("14/05/2011", date(2011, 5, 14)),
    "pupil.year_group": given("Year 11", 11),
    "home_school.name": given("Greywater School"),
    "move.preference1": given("Marlow Road Academy"),
    "move.start": given("30/11/2026", date(2026, 11, 30)),
    "other.ends": given("05/02/2027", date(2027, 2, 5)),
    "other.hours": given("25", 25.0),
    "move.reason": given("To work on attendance with a smaller tutor group."),
    "send.ehcp": given("No", value=False),
    "other.parents_told": given("Yes", value=True),
    "other.told_on": given("16/11/2026", date(2026, 11, 16)),
    "home_school.email": given("office@greywater.example"),
}
"""Left blank: the outcome, the return date, the permanent move's start (they come later), the governors' nominee."""

QUESTIONS = (
    ("About the pupil", None),
    ("First name", "pupil.forename"),
    ("Last name", "pupil.surname"),
    ("Date of birth", "pupil.dob"),
    ("Year group", "pupil.year_group"),
    ("About the direction", None),
    ("School making the direction", "home_school.name"),
    ("School or provision directed to", "move.preference1"),
    ("Start date", "move.start"),
    ("Estimated end date", "other.ends"),
    ("Hours of education each week", "other.hours"),
    ("What is the direction meant to improve?", "move.reason"),
    ("Does the pupil have an EHC plan?", "send.ehcp"),
    ("Have the parents been told in writing?", "other.parents_told"),
    ("Date of the notice to parents", "other.told_on"),
    ("Governing board nominee for the reviews", "other.nominee"),
    ("E-mail for replies", "home_school.email"),
    ("Outcome review", None),
    ("Outcome", "other.outcome"),
    ("Return date", "other.return_date"),
    ("Permanent move start date", "other.permanent_start"),
)


def _made(answers: dict[str, Any]) -> bytes:
    paper = Paper("Off-site Direction Notification and Outcome Review")
    for label, name in QUESTIONS:
        if name is None:
            paper.heading(label)
        else:
            paper.say(bold(label)).say(answers[name].raw if name in answers else "")
    return paper.done()


SAMPLE = Sample("off-site-direction", _made(ANSWERS), _made({}), ANSWERS)
