"""A placement that did not work, as values: notice, suspension, report, receipts, return and follow-up (R37 to R41)."""

from datetime import date, datetime
from enum import StrEnum

from store.protocol.frozen import Frozen
from store.protocol.placement import Attendance


class Recipient(StrEnum):
    """To whom the report goes (R40)."""

    HOME_SCHOOL = "home school"
    OFFICER = "officer"


class Suspension(Frozen):
    """A suspension by the receiving school on the day on which it refuses admission (R39). Private."""

    start: date
    days: int
    codes: tuple[str, ...]


class AtRisk(Frozen):
    """The warning that a placement may fail (R37). Private."""

    on: date
    who: str
    why: str


class Report(Frozen):
    """Why it failed: up to three national codes or why there is none, a summary, and evidence (R40). Private."""

    codes: tuple[str, ...]
    no_code_because: str
    summary: str
    evidence: tuple[str, ...]  # names of documents: the behaviour log, strategies used


class Delivery(Frozen):
    """The report reached one of its two recipients (R40)."""

    recipient: Recipient
    on: date
    how: str


class Failure(Frozen):
    """All that is recorded of a failed placement. `follow_up` is the end of the following term (R41)."""

    noticed: datetime
    meeting: date  # planned for the re-integration meeting
    earliest: date  # the first day that the notice allows (R38)
    advance_contact: bool  # whether the officer was told beforehand (R37)
    suspension: Suspension | None = None
    follow_up: date | None = None
    report: Report | None = None
    deliveries: tuple[Delivery, ...] = ()
    met: date | None = None
    attendance: tuple[Attendance, ...] = ()
    returned: date | None = None
    followed_up: date | None = None
    impact: str = ""  # what the move has changed for the better (R41)

    @property
    def delivered_to(self) -> frozenset[Recipient]:
        """Who has had the report."""
        return frozenset(delivery.recipient for delivery in self.deliveries)
