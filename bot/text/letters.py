"""Words of letters that are made from single facts: subjects, days, questions, and one sentence for each gap.

The letters themselves are templates (`bot/letters/templates`). Neutral and never punitive (R12): a gap is something to
fill in, and what a form does not ask, or what we could not read, is never said to be left out.
"""

import re
from datetime import date, datetime, time, timedelta
from typing import Final

from bot.clock import LONDON
from bot.text.dates import LAST_MINUTE
from store.protocol.case import FactState, GapKind

# ------------------------------------------------------------------ subjects: a reference and nothing of a child

RECEIVED: Final = "Managed move referral {reference}: received"
NEEDED: Final = "Managed move referral {reference}: what is still needed"
ASKED_AGAIN: Final = "Managed move referral {reference}: a reminder of what is needed"
DEADLINE_NEAR: Final = "Managed move referral {reference}: deadline approaching"
NOTICE: Final = "Managed move referral {reference}: for your information"
OUT_OF_BOROUGH: Final = "Managed move enquiry {reference}: received"
RESEND: Final = "Your e-mail to school admissions: please send the form again"
RESEND_FOR_CASE: Final = "Managed move referral {reference}: please send the form again"

MARKED_COPY_NAME: Final = "{reference} - places to fill in.docx"


# ------------------------------------------------------------------ days


def day(on: date) -> str:
    """A day in full, "Thursday 10 December 2026"."""
    return f"{on:%A} {on.day} {on:%B %Y}"


def day_of(at: datetime) -> str:
    """The day of an instant on London's calendar."""
    return day(at.astimezone(LONDON).date())


def deadline(at: datetime) -> str:
    """A deadline after "by": "the end of Wednesday 2 December 2026", "12:00 on Monday 4 January 2027".

    One at the stroke of midnight belongs to the day that ends (R27 states no hour).
    """
    local = at.astimezone(LONDON)
    if local.time() == time.min:
        return f"the end of {day(local.date() - timedelta(days=1))}"
    if local.time() >= LAST_MINUTE:
        return f"the end of {day(local.date())}"
    return f"{local:%H:%M} on {day(local.date())}"


def cited(source: str, rule: str) -> str:
    """A rule with its document: "(Salford 3.1 Referral, R26)"."""
    return f"({', '.join(part for part in (source, rule) if part)})"


# ------------------------------------------------------------------ pupils


def pupil(initials: str, year_group: int | None) -> str:
    """Who a letter is about, for a school that knows the pupil: "O.R., Year 9"; never more than that."""
    year = f"Year {year_group}" if year_group is not None else ""
    return ", ".join(part for part in (initials, year) if part)


# ------------------------------------------------------------------ questions

FIELDS: Final = {
    "pupil.name": "the pupil's name",
    "pupil.surname": "the pupil's surname",
    "pupil.forename": "the pupil's first name",
    "pupil.dob": "the pupil's date of birth",
    "pupil.year_group": "the pupil's year group",
    "pupil.upn": "the unique pupil number (UPN)",
    "pupil.address": "the pupil's address",
    "pupil.sex": "the pupil's sex, as the school's register has it",
    "pupil.looked_after": "whether the pupil is looked after by a local authority",
    "pupil.risks": "any risks that a receiving school should know of",
    "pupil.views": "the pupil's own view of the move, in their words",
    "pupil.agrees": "whether the pupil agrees to the move",
    "home_school.name": "the name of the home school",
    "home_school.contact": "whom we can speak to at the home school",
    "move.reason": "the reason for the referral",
    "move.best_interests": "why a move is in the pupil's best interests",
    "move.preference1": "which schools the family would prefer",
    "move.preference2": "the family's second preference for a school",
    "move.preference3": "the family's third preference for a school",
    "interventions": "the support tried so far, each with its outcome",
    "preparation.behaviour_policy": "whether the school's behaviour policy has been followed",
    "preparation.senco": "the referral to the SENCO, with its date and outcome",
    "preparation.early_help": "whether an Early Help Assessment is in place or has been offered",
    "record.attendance": "the pupil's attendance, as a percentage",
    "record.suspensions": "the number of suspensions",
    "record.risk_of_exclusion": "whether the pupil is at risk of permanent exclusion",
    "send.ehcp": "whether the pupil has an education, health and care plan",
    "parent.agrees": "whether the parents or carers agree to the referral",
    "parent.views": "the parents' or carers' view of the move",
    "parent.informed_by": "who explained the move to the parents or carers, and when",
    "signoff.headteacher": "the headteacher's name or signature",
    "signoff.headteacher_date": "the date of the headteacher's signature",
    "signoff.referrer": "the name of the person who makes the referral",
    "signoff.date": "the date on which the form was signed",
}

ABOUT_AGREEMENT: Final = frozenset({"parent.agrees", "parent.views", "parent.informed_by", "pupil.agrees"})

LONGEST_LABEL: Final = 160
_LONGEST_DETAIL: Final = 80
_ITSELF_A_PART: Final = ("section", "part")  # such a heading says already what it is
_SPACES: Final = re.compile(r"\s+")


def question(label: str, section: str, field: str) -> str:
    """A question in the words of their form with its section, else in plain words."""
    theirs = _shortened(label, LONGEST_LABEL)
    if not theirs:
        return field_words(field)
    place = _shortened(section, LONGEST_LABEL)
    if not place:
        return f"“{theirs}”"
    named = place.casefold().startswith(_ITSELF_A_PART)
    return f"“{theirs}” in {'' if named else 'the section '}“{place}”"


def field_words(field: str) -> str:
    """A question that a form does not ask, in plain words; an unknown one by its own name."""
    return FIELDS.get(field, field.replace(".", " ").replace("_", " "))


def _shortened(text: str, most: int) -> str:
    """Text of theirs on one line, without the colon that ends a label, cut at a length that a sentence can bear."""
    line = _SPACES.sub(" ", text).strip().rstrip(":").strip()
    return line if len(line) <= most else f"{line[: most - 1].rstrip()}…"


# ------------------------------------------------------------------ gaps, a sentence each

GAPS: Final = {
    GapKind.MISSING: "Please fill in {question} {cited}.",
    GapKind.UNCLEAR: "Please make {question} clear: we could not tell which answer is meant {cited}.",
    GapKind.REFUSED: "The answer to {question} is No, and a managed move needs everyone's agreement {cited}, so the "
    "referral cannot go further while that is so; if No was marked by mistake, please tell us.",
    GapKind.NO_OUTCOME: "Please add the outcome of {detail} to {question} {cited}.",
    GapKind.ATTACHMENT: "Please send us what {question} refers to: the answer is “see attached”, and we found nothing "
    "attached {cited}.",
    GapKind.NOT_ASKED: "Please tell us {plain}: your form does not ask for it {cited}.",
    GapKind.UNREADABLE: "We could not read the answer to {question} ourselves; we are looking at it, and will write only "
    "if we need you to send it again {cited}.",
}

# Why an answer is not clear, where the form says more than that.
UNCLEAR: Final = {
    FactState.NOT_APPLICABLE: "Please say in a few words, at {question}, why it does not apply, or answer it {cited}.",
    FactState.ANSWERED: "Please confirm the answer to {question}: we are not sure that we read it rightly {cited}.",
}

AN_INTERVENTION: Final = "each kind of support"
_ROW: Final = re.compile(r"row \d+")


def outcome_of(detail: str) -> str:
    """An intervention without outcome: by its name in quotation marks, or by its row."""
    name = _shortened(detail, _LONGEST_DETAIL)
    if not name:
        return AN_INTERVENTION
    return name if _ROW.fullmatch(name) else f"“{name}”"
