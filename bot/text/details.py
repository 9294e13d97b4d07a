"""Words of the private details of a case. They name a child and never stand in a channel."""

import re
from datetime import date
from textwrap import shorten
from typing import Final, TypeAlias

from bot.text import dates
from store.protocol.case import Fact, FactState, Gap, GapKind, Hold, Level, Row

Held: TypeAlias = bool | float | str | None

TITLE: Final = "Details"
LOADING: Final = "Fetching the details…"
CLOSE: Final = "Close"
FOR_YOU: Final = "Only you see this. Please do not copy it into the channel."

PUPIL: Final = "Pupil"
NAME: Final = "Name"
BORN: Final = "Date of birth"
UPN: Final = "UPN"
YEAR: Final = "Year group"
NOT_GIVEN: Final = "not given"

STANDING: Final = "Where it stands"
ATTENTION: Final = "For the officer to look at"
NOTHING_MISSING: Final = "Nothing is missing."
HAPPENED: Final = "What has happened"
CHANGED: Final = "What corrected forms changed"
OTHER_ANSWERS: Final = "Answers"
UNNAMED_LIST: Final = "List"

HOLDS: Final = {
    Hold.VIRTUAL_SCHOOL_HEAD: "On hold for the Virtual School Head's decision (R4, Salford preamble).",
    Hold.SEN_CASEWORKER: "On hold for the SEN caseworker's consent (R56, national guidance).",
}

GAP_KINDS: Final = {
    GapKind.MISSING: "not answered",
    GapKind.UNCLEAR: "not clear",
    GapKind.REFUSED: "the answer stops the referral",
    GapKind.NO_OUTCOME: "no outcome is given",
    GapKind.ATTACHMENT: "“see attached”, and nothing was attached",
    GapKind.NOT_ASKED: "their form does not ask this",
    GapKind.UNREADABLE: "could not be read here",
}

STATES: Final = {
    FactState.ANSWERED: "answered",
    FactState.BLANK: "left blank",
    FactState.PLACEHOLDER: "left as printed",
    FactState.DEFAULT_LEFT: "left at the form's own default",
    FactState.AMBIGUOUS: "not clear",
    FactState.NOT_APPLICABLE: "not applicable",
    FactState.SEE_ATTACHED: "see attached",
    FactState.UNREADABLE: "could not be read",
    FactState.QUESTION_NOT_FOUND: "their form does not ask this",
}

EVENTS: Final = {
    "CaseOpened": "case opened",
    "ReferralCorrected": "corrected form joined the case",
    "ReferralAssessed": "checked for completeness",
    "CaseHeld": "put on hold",
    "LookedAfterChildReferred": "Virtual School and social care to be told",
    "CrisisRecorded": "crisis recorded",
    "SchoolAsked": "school asked again",
    "PutOnAgenda": "put on the agenda",
    "PanelMoved": "moved to another panel",
    "PlacementRecorded": "placement recorded",
    "DeadlineNear": "school reminded of the deadline",
    "ReviewDue": "review fell due",
    "StatusConfirmed": "status confirmed",
    "ContributionRecorded": "contribution recorded",
    "PanelRecommended": "recommendation of the panel recorded",
    "SchoolProposed": "receiving school proposed",
    "AgreementRecorded": "answer of a party recorded",
    "AgreementWithdrawn": "agreement withdrawn",
    "PlanAmended": "plan amended",
    "InitialMeetingArranged": "initial meeting arranged",
    "InitialMeetingHeld": "initial meeting held",
    "LawfulnessWarned": "warned about the lawful stage",
    "DirectionNoticed": "notice of an off-site direction given",
    "ReviewHeld": "review held",
    "ExtensionSupported": "one head agreed to an extension",
    "PlacementExtended": "placement extended",
    "ReportedToPanel": "goes before the panel",
    "PlacementAtRisk": "placement reported at risk",
    "PlacementFailed": "placement ended early",
    "FailureReported": "reason, summary and evidence recorded",
    "FailureReportDelivered": "report delivered",
    "ReintegrationMeetingHeld": "re-integration meeting held",
    "PupilReturned": "pupil returned to the home school",
    "FollowUpHeld": "follow-up review held",
    "MoveSucceeded": "success acknowledged",
    "MadePermanent": "on the new roll for good",
    "CreditEntered": "credit entered",
    "CreditReversed": "credit reversed",
    "YearGroupFull": "year group full",
    "CaseWithdrawn": "withdrawn",
    "CaseDeclined": "declined",
    "CaseClosed": "closed",
    "ReminderSnoozed": "reminder put off",
    "Prompted": "reminder fell due",
}

_ISO_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_WORDS_OF_A_NAME: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")


def missing(number: int) -> str:
    """The head of the list of gaps."""
    return f"What is missing ({number})"


def gap(missed: Gap) -> str:
    """One gap: their form's own question, what is wrong with the answer, and who asks for it."""
    named = f"{label(missed.label, missed.field)}: {GAP_KINDS[missed.kind]}"
    about = f" ({missed.detail})" if missed.detail else ""
    wish = "" if missed.level is Level.MUST else " Asked for, not required."
    return f"{named}{about}. {cited(missed.rule, missed.source)}.{wish}"


def label(theirs: str, field: str) -> str:
    """The question in the words of their form, else the field's own name in words."""
    return theirs.strip().rstrip(" :") or field.replace(".", " ").replace("_", " ")


def answer(fact: Fact) -> str:
    """An answer as a person reads it, with a doubt said beside it."""
    if fact.state is not FactState.ANSWERED:
        return f"{STATES[fact.state]}: {fact.raw}" if fact.raw.strip() else STATES[fact.state]
    shown = value(fact.value) or fact.raw
    return shown if fact.sure else f"{shown} (please check: the form says “{fact.raw}”)"


def changed(theirs: str, field: str, before: Fact, after: Fact, letter: int | None) -> str:
    """An answer that gave way to another."""
    by = f" (letter {letter})" if letter is not None else ""
    earlier, later = (shorten(answer(fact), 120, placeholder=" …") for fact in (before, after))
    return f"{label(theirs, field)}: {earlier} → {later}{by}"


def value(held: Held) -> str:
    """A value: yes or no, a day, or as it is."""
    if isinstance(held, bool):
        return "Yes" if held else "No"
    if isinstance(held, str) and _ISO_DAY.fullmatch(held):
        return dates.day(date.fromisoformat(held))
    return "" if held is None else str(held)


def row(held: Row) -> str:
    """A row of a list, each answer with its heading."""
    return "; ".join(
        f"{key.replace('_', ' ')}: {value(said)}" for key, said in held.items() if said not in ("", None)
    )


def letters(numbers: tuple[int, ...]) -> str:
    """The letters that a case rests on."""
    return f"Rests on letter {', '.join(map(str, numbers))}." if numbers else "Rests on no letter."


def happened(what: str) -> str:
    """An event in words; one of a later version by its own name."""
    return EVENTS.get(what, _WORDS_OF_A_NAME.sub(" ", what).lower())


def cited(rule: str, source: str) -> str:
    """A rule with its source: "Salford 3.1 Referral (R26)"."""
    return f"{source} ({rule})" if source and rule else source or rule
