"""Words of the officer's morning digest: references, what is due and days. Public, as it stands in the channel."""

from datetime import date
from typing import Final

from bot.text import dates
from store.protocol.dues import DueKind

MISSED: Final = "Fell due while the bot was off, or before it was recorded"
UNANSWERED: Final = "Asked for, and no answer came"
TODAY: Final = "Due today"
WARNED: Final = "Lawful stage: please look"

KINDS: Final = {
    DueKind.DEADLINE_REMINDER: "reminder of the deadline",
    DueKind.NEXT_PANEL: "move to the next panel",
    DueKind.PANEL_REMINDER: "panel reminder",
    DueKind.AGREEMENTS: "missing agreements",
    DueKind.AGREEMENTS_UNANSWERED: "missing agreements, no answer",
    DueKind.INITIAL_MEETING: "initial meeting",
    DueKind.RECORD: "record of a meeting",
    DueKind.RECORD_UNANSWERED: "record of a meeting, no answer",
    DueKind.REVIEW: "review",
    DueKind.EXTENSION: "extension",
    DueKind.EXTENSION_UNANSWERED: "extension, no answer",
    DueKind.PLACEMENT_END: "planned end",
    DueKind.DIRECTION_NOTICE: "notice of an off-site direction",
    DueKind.LAWFULNESS: "lawful stage",
    DueKind.HELD_PLACE: "place kept open",
    DueKind.EVIDENCE: "report on an early end",
    DueKind.EVIDENCE_UNANSWERED: "report on an early end, no answer",
    DueKind.REINTEGRATION: "re-integration meeting",
    DueKind.FOLLOW_UP: "follow-up review",
    DueKind.PERMANENT_ROLL: "permanent roll",
}
"""What falls due, in the officer's words."""


def title(on: date) -> str:
    """The head of a digest."""
    return f"This morning: {dates.day(on)}"


def line(reference: str, kind: DueKind, on: date) -> str:
    """One thing with its case and its day."""
    return f"{reference}: {KINDS[kind]}, {dates.day(on)}"


def exemption(school: str, end: date) -> str:
    """An exemption runs out soon (R20)."""
    return f"The exemption of {school} ends on {dates.day(end)}. The panel may wish to speak of it before then (R20)."
