"""One sentence in the thread of a case's card for each thing a person must notice. Public words only."""

from datetime import date, datetime

from bot.flows.desk import CaseLine
from bot.text import dates
from store.protocol.case import Kind


def opened(case: CaseLine) -> str:
    """A case was opened (R14: the time is the mailbox's)."""
    return f"{_OPENED[case.kind]} on {dates.moment(case.received)}."


_OPENED = {
    Kind.REFERRAL: "A referral came",
    Kind.OUT_OF_BOROUGH: "A report from another authority came",
    Kind.REINTEGRATION: "A report from another authority came",
    Kind.NOTIFIED: "A move that two schools agreed was recorded",
}


def assessed(case: CaseLine) -> str:
    """What the check for completeness found."""
    if case.gaps:
        return f"Checked: {dates.count(case.gaps, 'gap')}. Details says what is missing."
    return "Checked: nothing is missing."


def corrected(case: CaseLine) -> str:
    """A corrected form joined the case."""
    return f"A corrected form came: {dates.count(case.gaps, 'gap')} left."


def late(panel: date | None) -> str:
    """It came complete after the deadline (R27)."""
    return f"Complete only after the deadline: it goes to {_panel(panel)} (R27)."


def on_hold() -> str:
    """A hold stands; whose decision is awaited is said in Details only."""
    return "On hold: a decision must be recorded before it goes to a panel. Details says whose."


def panel_moved(panel: date | None, deadline: datetime | None) -> str:
    """It goes to another panel than before."""
    until = f"; the deadline is {dates.deadline(deadline)}" if deadline else ""
    return f"It now goes to {_panel(panel)}{until}."


def asked() -> str:
    """The school is written to again."""
    return "The school is asked again for what is missing."


def put_on_agenda(panel: date) -> str:
    """It is on an agenda."""
    return f"On the agenda of the panel on {dates.day(panel)}."


def placed(school: str, start: date) -> str:
    """A placement starts."""
    return f"A placement at {school} starts on {dates.day(start)}."


def deadline_near(deadline: datetime) -> str:
    """The school has been reminded of the deadline (R27)."""
    return f"Still incomplete; the school is reminded that the deadline is {dates.deadline(deadline)}."


def needs_a_look() -> str:
    """Something about it is for a person to judge; what, is said in Details only."""
    return "Something in this case needs the officer's eye. Details says what."


def letter_came(number: int) -> str:
    """A letter about the case that brings no form."""
    return f"A letter about this case came: letter {number}."


def undelivered(number: int) -> str:
    """A letter of ours about the case came back."""
    return f"A letter of ours about this case could not be delivered: letter {number} says so."


def decision_recorded() -> str:
    """A decision was recorded that is not for the channel (R21)."""
    return "A decision was recorded. Details says which."


def _panel(panel: date | None) -> str:
    return f"the panel on {dates.day(panel)}" if panel else "a panel that has no date yet"
