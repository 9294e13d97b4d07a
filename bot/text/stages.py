"""The public words for where a case stands: all that a channel may say of it."""

from typing import Final

from bot.flows.desk import PublicStage

PUBLIC: Final = {
    PublicStage.INCOMPLETE: "Incomplete",
    PublicStage.READY: "Ready for panel",
    PublicStage.ON_HOLD: "On hold",  # never whose decision it waits for: that would say something about the child
    PublicStage.ON_AGENDA: "On the agenda",
    PublicStage.PLACED: "Placement under way",
    PublicStage.CLOSED: "Closed",
}
