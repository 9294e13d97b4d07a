"""The life of a move in its thread, a sentence for each thing that happens. Public words only.

Nothing here may tell of care, a plan, a party's answer or a reason: what would, is "recorded", and Details says it.
"""

from datetime import date
from typing import Final

from bot.text import dates
from store.protocol.case import PanelOutcome
from store.protocol.dues import DueKind
from store.protocol.placement_events import Reportable

RECORDED: Final = "Something was recorded. Details says what."
AN_ANSWER: Final = "An answer was recorded. Details says whose."
AGREEMENT_GONE: Final = "An agreement was withdrawn. Details says whose, and what follows."
MEETING_HELD: Final = "The initial meeting was held."
ONE_HEAD: Final = (
    "One head agrees to an extension; nothing is extended until all who must agree have done so (R43)."
)
AT_RISK: Final = "The placement was reported to be at risk (R37)."
REPORT_WRITTEN: Final = "Reason, summary and evidence were recorded (R40)."
WITHDRAWN: Final = "The referral was withdrawn."
DECLINED: Final = "The move was declined."
CLOSED: Final = "The case is closed."
YEAR_GROUP_FULL: Final = "The year group in which a place is kept is full (R59)."

OUTCOMES: Final = {
    PanelOutcome.RECOMMENDED: "The panel recommends the move.",
    PanelOutcome.DEFERRED: "The panel takes it up again at a later meeting.",
    PanelOutcome.NOT_SUPPORTED: "The panel does not support the move.",
    PanelOutcome.MORE_INFORMATION: "The panel asks for more before it recommends.",
}

REPORTABLE: Final = {
    Reportable.PLACEMENT: "the placement",
    Reportable.NOTIFIED: "the move",
    Reportable.EXTENSION: "the extension",
    Reportable.SUCCESS: "the success",
    Reportable.FAILURE: "the early end",
}

PROMPTS: Final = {
    DueKind.AGREEMENTS: "Agreements are still missing. Details says whose.",
    DueKind.AGREEMENTS_UNANSWERED: "For the officer: a head was asked to agree and has not answered.",
    DueKind.INITIAL_MEETING: "The initial meeting is due.",
    DueKind.RECORD: "The record of a meeting is still to come; its day was {about}.",
    DueKind.RECORD_UNANSWERED: "For the officer: the record of the meeting of {about} was asked for and has not come.",
    DueKind.REVIEW: "The review of {about} is due.",
    DueKind.EXTENSION: "The placement goes on after {about} only if it is extended, and the heads have been asked.",
    DueKind.EXTENSION_UNANSWERED: "For the officer: not all heads have agreed to an extension, and {about} has come.",
    DueKind.PLACEMENT_END: "The planned end of the placement is {about}: what follows is to be decided.",
    DueKind.DIRECTION_NOTICE: "Written notice of the off-site direction that starts on {about} is to be recorded.",
    DueKind.HELD_PLACE: "A place is kept open while this informal arrangement lasts.",
    DueKind.EVIDENCE: "The report on the early end is still to come: reason, summary, evidence, both receipts.",
    DueKind.EVIDENCE_UNANSWERED: "For the officer: the report on the early end was asked for and is not complete.",
    DueKind.REINTEGRATION: "The re-integration meeting is on {about}.",
    DueKind.FOLLOW_UP: "The follow-up review with the home school is due by {about}.",
    DueKind.PERMANENT_ROLL: "The final meeting was on {about}; the date of the permanent roll is to be recorded.",
}


def prompt(kind: str, about: date, cited: str) -> str:
    """What fell due, with its rule; a kind of a later version by its own name."""
    known = PROMPTS.get(DueKind(kind)) if kind in set(DueKind) else None
    return _with((known or f"Due: {kind}.").format(about=dates.day(about)), cited)


def proposed(school: str) -> str:
    """A receiving school is asked (R44, R49)."""
    return f"{school} is asked to receive; agreements are being gathered."


def meeting_arranged(on: date) -> str:
    """The initial meeting has its day (R32)."""
    return f"All agree. The initial meeting is on {dates.day(on)}."


def lawfulness(since: date, guidance: str) -> str:
    """The warning about the lawful stage, said once (domain 4.1)."""
    return (
        f"Please look at the lawful stage of this placement: guidance in force since {dates.day(since)} asks for an "
        f"off-site direction, with notice and reviews, where a stage is temporary ({guidance}). Nothing was changed."
    )


def notice_given(on: date) -> str:
    """Notice of an off-site direction."""
    return f"Notice of the off-site direction was given on {dates.day(on)}."


def review_held(of: date, held: date) -> str:
    """A review was held (R29)."""
    return f"The review of {dates.day(of)} was held on {dates.day(held)}."


def extended(until: date) -> str:
    """The placement goes on (R43)."""
    return f"All who must agree have agreed: the placement goes on until {dates.day(until)} (R43)."


def reported(what: Reportable, panel: date | None) -> str:
    """A panel is told (R42, R43)."""
    when = f"the panel on {dates.day(panel)}" if panel else "the next panel, which has no date yet"
    return f"{REPORTABLE[what].capitalize()} goes before {when} for scrutiny."


def failed(meeting: date, follow_up: date | None) -> str:
    """A placement has ended early (R38, R41)."""
    later = f" The home school is visited again by {dates.day(follow_up)}." if follow_up else ""
    return f"The placement ends early. The re-integration meeting is on {dates.day(meeting)}.{later}"


def delivered(recipient: str) -> str:
    """The report reached one of its recipients (R40)."""
    return f"The report has reached the {recipient} (R40)."


def met(on: date) -> str:
    """The re-integration meeting was held (R38)."""
    return f"The re-integration meeting was held on {dates.day(on)}."


def returned(on: date) -> str:
    """The pupil is back (R51)."""
    return f"Back at the home school on {dates.day(on)}."


def followed_up(on: date) -> str:
    """The follow-up review (R41)."""
    return f"The follow-up review was held on {dates.day(on)}."


def succeeded(on: date) -> str:
    """The final meeting (R36)."""
    return f"The final meeting on {dates.day(on)} acknowledged the success."


def permanent(school: str, on: date) -> str:
    """The permanent roll (R18, R51)."""
    return f"On the roll of {school} for good from {dates.day(on)}."


def credited(school: str, points: int) -> str:
    """A credit (R18)."""
    return f"{school} is credited with {dates.count(points, 'point')} (R18)."


def uncredited(school: str) -> str:
    """A credit is taken back (R18)."""
    return f"The credit of {school} was taken back. Details says why."


def put_off(kind: str, until: date) -> str:
    """A reminder is put off."""
    return f"Reminders of “{kind}” keep silent until {dates.day(until)}."


def _with(sentence: str, cited: str) -> str:
    return f"{sentence[:-1]} {cited}." if cited else sentence
