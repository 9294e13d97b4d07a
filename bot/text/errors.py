"""What people are told when something cannot be done. Always private, always with the rule where there is one."""

from datetime import datetime
from typing import Final

from bot.text import dates
from store.errors import CaseworkError, NoSuchCase, StaleCase

NOT_FOR_YOU: Final = "Managed Moves is for the admissions team. Please ask the Complex Case Officer."
OTHER_WORKSPACE: Final = "Managed Moves does not work in this workspace."
NOT_YOUR_ROLE: Final = "Your role does not allow this. Please ask the Complex Case Officer."
NOT_UNDERSTOOD: Final = "That button is no longer in use. `/moves` shows what can be done."
TOO_LATE: Final = "Slack did not open the window in time. Please press the button again."
NO_SUCH_CASE: Final = "There is no case with this reference."
STALE: Final = "This case has changed since the card was drawn. Nothing was done; please look again."


def of_casework(error: CaseworkError) -> str:
    """A refusal of the casebook in words, with its rule and source."""
    if isinstance(error, NoSuchCase):
        return NO_SUCH_CASE
    reason = STALE if isinstance(error, StaleCase) else error.reason
    cited = ", ".join(part for part in (error.rule, error.source) if part)
    return f"{reason} ({cited})" if cited else reason


def unexpected(reference: str) -> str:
    """A mistake of our own; the log has the same reference."""
    return f"Something went wrong. Reference {reference}"


def already_done(what: str, who: str, at: datetime) -> str:
    """A second or a late click: what was done, by whom and when."""
    return f"Already done: {what}, by {who} on {dates.moment(at)}. Nothing more was done."
