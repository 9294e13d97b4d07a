"""Words of the private listings that answer `/moves`."""

from datetime import date
from typing import Final

from bot.text import dates

NO_CASES: Final = "There is no open case."
MORE_CASES: Final = "…and {number} more: `moves cases` on the bot's computer lists all of them."
MORE_LINES: Final = "…and {number} more: `moves panel` on the bot's computer lists all of them."
MORE_DETAILS: Final = (
    "…and {number} more: `moves case` with the reference, on the bot's computer, shows everything."
)
NO_PANEL: Final = "No panel date is set. The dates stand in the file of terms and panel dates."


def cases_title(number: int) -> str:
    """The head of the list of cases."""
    return dates.count(number, "open case").capitalize()


def no_panel_on(on: date) -> str:
    """The day asked for is no panel's."""
    return f"There is no panel on {dates.day(on)}."


def not_a_date(words: str) -> str:
    """What was typed is no date."""
    return f"“{words}” is no date I can read. Write it as 2026-12-10 or 10/12/2026."
