"""The public words for where a case stands: all that a channel may say of it."""

from typing import Final

from bot.flows.desk import PublicStage

PUBLIC: Final = {
    PublicStage.RECEIVED: "Received",
    PublicStage.INCOMPLETE: "Incomplete",
    PublicStage.READY: "Ready for panel",
    PublicStage.ON_HOLD: "On hold",  # never whose decision it waits for: that would say something about the child
    PublicStage.ON_AGENDA: "On the agenda",
    PublicStage.MORE_INFORMATION: "Panel asks for more",
    PublicStage.DEFERRED: "Deferred by the panel",
    PublicStage.NOT_SUPPORTED: "Not supported by the panel",
    PublicStage.RECOMMENDED: "Recommended by the panel",
    PublicStage.GATHERING: "Agreements being gathered",
    PublicStage.ARRANGED: "Arranged",
    PublicStage.PLACED: "Placement under way",
    PublicStage.EXTENDED: "Placement extended",
    PublicStage.SUCCEEDED: "Placement succeeded",
    PublicStage.FAILED: "Placement ended early",
    PublicStage.CLOSED: "Closed",
    PublicStage.WITHDRAWN: "Withdrawn",
    PublicStage.DECLINED: "Declined",
}
