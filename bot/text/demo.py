"""Words of the demonstration. Westhaven, its schools and everybody in them are invented."""

from datetime import datetime

from bot.text import dates

CAME_IN = "What came in, and what became of each letter"
CASES = "The cases"
POSTED = "What was posted to the team's channel"
SENT = "The letters that were sent"
SENT_HEADINGS = ("to", "subject")


def introduction(at: datetime, letters: int) -> str:
    """What is about to happen."""
    day = f"{dates.day(at.date())}, {at:%H:%M}"
    return (
        f"It is {day}, in Westhaven: an invented council with invented schools and children.\n"
        f"{letters} letters wait in its admissions inbox. The panels are on 10 December and 14 January;\n"
        "referrals for the first had to be complete by the end of Wednesday, 2 December."
    )


def post(text: str, *, in_thread: bool) -> str:
    """A post for the terminal."""
    first, *rest = text.splitlines() or [""]
    mark, pad = ("    ↳ ", "      ") if in_thread else ("  • ", "    ")
    return "\n".join([mark + first, *(pad + line for line in rest)])
