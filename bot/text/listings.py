"""Words of the private listings that answer `/moves`."""

from datetime import date
from typing import Final

from bot.flows.desk import Action
from bot.text import dates

NO_CASES: Final = "There is no open case."
MORE_CASES: Final = "…and {number} more: `moves cases` on the bot's computer lists all of them."
MORE_LINES: Final = "…and {number} more: `moves panel` on the bot's computer lists all of them."
MORE_LINES_OF_DIGEST: Final = "…and {number} more: `moves diary` on the bot's computer lists all of them."
MORE_DETAILS: Final = (
    "…and {number} more: `moves case` with the reference, on the bot's computer, shows everything."
)
NOT_A_DATE: Final = "I cannot read that date. Write it as 2026-12-10 or 10/12/2026."
NO_PANEL: Final = "No panel date is set. The dates stand in the file of terms and panel dates."

DONE: Final = {
    Action.ASK_SCHOOL: "a letter to the school is on its way",
    Action.PUT_ON_PANEL: "put on the agenda",
    Action.RECORD_CRISIS: "the crisis is recorded",
}


def cases_title(number: int) -> str:
    """The head of the list of cases."""
    return dates.count(number, "open case").capitalize()


def no_panel(on: date | None) -> str:
    """The day asked for is no panel's, or there is none at all."""
    return f"There is no panel on {dates.day(on)}." if on else NO_PANEL
