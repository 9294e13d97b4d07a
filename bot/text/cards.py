"""Words of the case card, of the other posts to the channel and of the buttons.

Reference, schools, public stage, dates and number of gaps: nothing else may be said in a channel, and nothing else is
at hand here, because a `CaseLine` holds nothing else.
"""

from datetime import date, datetime
from typing import Final

from bot.flows.desk import CaseLine
from bot.text import dates, stages

STAGE: Final = "Stage"
GAPS: Final = "Gaps"
PANEL: Final = "Panel"
DEADLINE: Final = "Deadline"
NONE: Final = "none"
NO_PANEL: Final = "no date yet"
NO_SCHOOL: Final = "school not known"

DETAILS: Final = "Details"
ASK_SCHOOL: Final = "Ask the school"
PUT_ON_PANEL: Final = "Put on panel"
CANCEL: Final = "Cancel"

ASK_TITLE: Final = "Write to the school?"
ASK_YES: Final = "Send the letter"
PANEL_TITLE: Final = "Put on the agenda?"
PANEL_YES: Final = "Put on panel"

AGENDA: Final = "On the agenda"
READY: Final = "Ready, not yet on the agenda"
ON_HOLD: Final = "On hold"
INCOMPLETE: Final = "Incomplete"
LAWFULNESS: Final = "Lawful stage: please look. The thread says what the guidance asks for."
NOTHING_YET: Final = "No case is meant for this panel yet."

LETTER_TITLE: Final = "A letter waits for the officer"
WHERE_LETTERS: Final = (
    "Who wrote, and what came with it, is shown by `moves letters show` on the bot's computer."
)


def title(case: CaseLine) -> str:
    """The head of a card: reference and home school."""
    return f"{case.reference} · {case.school or NO_SCHOOL}"


def panel(case: CaseLine) -> str:
    """The panel a case goes to."""
    return dates.day(case.panel) if case.panel else NO_PANEL


def deadline(case: CaseLine) -> str:
    """The deadline of that panel."""
    return dates.deadline(case.deadline) if case.deadline else NONE


def gaps(case: CaseLine) -> str:
    """How many answers are missing, as a bare number."""
    return str(case.gaps) if case.gaps else NONE


def state(case: CaseLine) -> str:
    """Where a case stands: "Incomplete, 3 gaps"."""
    words = stages.PUBLIC[case.stage]
    return f"{words}, {dates.count(case.gaps, 'gap')}" if case.gaps else words


def line(case: CaseLine) -> str:
    """A case in one line, for notifications and listings."""
    to = f", panel {dates.day(case.panel)}" if case.panel else ""
    return f"{title(case)}: {state(case)}{to}"


def panel_row(case: CaseLine) -> str:
    """A case under the head of its group in a panel's listing, where stage and panel are already said."""
    return f"{title(case)}: {dates.count(case.gaps, 'gap')}" if case.gaps else title(case)


def ask_confirm(case: CaseLine) -> str:
    """What the officer confirms before a letter goes out (R26)."""
    return (
        f"A letter goes to {case.school or 'the school'}, naming what is still missing from {case.reference}."
    )


def panel_confirm(case: CaseLine) -> str:
    """What the officer confirms before a case goes on an agenda (R15)."""
    return f"{case.reference} goes on the agenda of the panel: {panel(case)}."


def panel_title(on: date) -> str:
    """The head of a panel's listing and of its reminder."""
    return f"Panel on {dates.day(on)}"


def panel_when(school_days: int) -> str:
    """How near the panel is, in school days."""
    return (
        f"The panel meets in {dates.count(school_days, 'school day')}."
        if school_days
        else "The panel meets today."
    )


def panel_deadline(at: datetime) -> str:
    """By when referrals must be complete (R27)."""
    return f"Referrals are complete by: {dates.deadline(at)} (R27)."


def prompt_title(case: CaseLine) -> str:
    """The head of a prompt about a case."""
    return f"Due · {case.reference}"


def review_title(case: CaseLine) -> str:
    """The head of a review prompt."""
    return f"Review due · {case.reference}"


def review(case: CaseLine, on: date) -> str:
    """Asks for a review meeting and its record (R29, R30)."""
    return (
        f"The placement of this case, home school {case.school or NO_SCHOOL}, is due its review on {dates.day(on)}. "
        "Both schools, the officer, the pupil and the parents attend, and the meeting is recorded (R29, R30)."
    )


def letter(number: int, received: datetime, school: str) -> str:
    """A letter by its number, when it came and, where the sender is known, from which school."""
    sender = f" from {school}" if school else ""
    return f"Letter {number}{sender}, received {dates.moment(received)}."
