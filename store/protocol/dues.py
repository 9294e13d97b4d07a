"""Entries of the diary, as values: what falls due, when on the wall, and by which rule."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple

from store.protocol.commands import MoveToNextPanel, Remind


class DueKind(StrEnum):
    """What falls due. Those that end in "no answer" tell the officer, once, that nobody has done what was due."""

    DEADLINE_REMINDER = "deadline reminder"  # R27
    NEXT_PANEL = "next panel"
    PANEL_REMINDER = "panel reminder"  # R15
    AGREEMENTS = "missing agreements"  # R49, R55
    AGREEMENTS_UNANSWERED = "missing agreements: no answer"
    INITIAL_MEETING = "initial meeting"  # R32
    RECORD = "record"  # of a meeting whose day is over (R30)
    RECORD_UNANSWERED = "record: no answer"
    REVIEW = "review"  # R29
    EXTENSION = "extension"  # R43
    EXTENSION_UNANSWERED = "extension: no answer"
    PLACEMENT_END = "placement end"  # R50
    DIRECTION_NOTICE = "off-site direction notice"  # domain 4.1
    LAWFULNESS = "lawful stage"  # domain 4.1
    HELD_PLACE = "held place"  # R59
    EVIDENCE = "evidence"  # R40
    EVIDENCE_UNANSWERED = "evidence: no answer"
    REINTEGRATION = "re-integration meeting"  # R38
    FOLLOW_UP = "follow-up review"  # R41
    PERMANENT_ROLL = "permanent roll"  # R18


ESCALATES = {
    DueKind.AGREEMENTS_UNANSWERED: DueKind.AGREEMENTS,
    DueKind.RECORD_UNANSWERED: DueKind.RECORD,
    DueKind.EXTENSION_UNANSWERED: DueKind.EXTENSION,
    DueKind.EVIDENCE_UNANSWERED: DueKind.EVIDENCE,
}
"""What each "no answer" follows."""

SNOOZABLE = frozenset(DueKind) - {
    DueKind.DEADLINE_REMINDER,
    DueKind.NEXT_PANEL,
    DueKind.PANEL_REMINDER,
    DueKind.LAWFULNESS,
    *ESCALATES,
}
"""What can be put off. A "no answer" is put off with what it follows; a deadline is not."""


class Due(NamedTuple):  # a tuple, since a benchmark makes hundreds of thousands
    """Something due for one case. `on` is the instant in UTC, `wall` the local date and time it stands for (naive).

    Unique by (reference, kind, on). After `expires` it is no longer worth saying. `about` is the day it is about: of a
    review, a meeting, an end.
    """

    kind: DueKind
    on: datetime
    wall: datetime
    reference: str
    rule: str
    source: str
    expires: datetime | None = None
    about: date = date.min

    def command(self) -> MoveToNextPanel | Remind:
        """What the clock asks of the casebook when it falls due."""
        if self.kind is DueKind.NEXT_PANEL:
            return MoveToNextPanel(reference=self.reference)
        return Remind(reference=self.reference, kind=self.kind, on=self.on)


@dataclass(frozen=True, slots=True)
class PanelDue:
    """A reminder of a panel itself, `school_days` before it. Unique by (panel, on); worth nothing after `expires`."""

    panel: date
    school_days: int
    on: datetime
    wall: datetime
    expires: datetime
    rule: str
    source: str
    kind: DueKind = DueKind.PANEL_REMINDER
