"""What falls due, each with its rule: a local time on the wall, and the instant that it means there (R15, R27, R29)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from store.protocol.case import Case, Stage
from store.protocol.commands import MoveToNextPanel, Remind
from store.protocol.completeness import school_can_close
from store.protocol.context import Context
from store.protocol.panels import is_over
from store.protocol.rulebook import Cite
from store.protocol.wall import end_of, instant

INSTANT = timedelta(microseconds=1)


class DueKind(StrEnum):
    """What falls due."""

    DEADLINE_REMINDER = "deadline reminder"
    NEXT_PANEL = "next panel"
    REVIEW = "review"
    PANEL_REMINDER = "panel reminder"


@dataclass(frozen=True, slots=True)
class Due:
    """Something due for one case. `on` is the instant in UTC, `wall` the local date and time it stands for (naive).

    Unique by (reference, kind, on). After `expires` it is no longer worth saying.
    """

    kind: DueKind
    on: datetime
    wall: datetime
    reference: str
    rule: str
    source: str
    expires: datetime | None = None

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


def due(case: Case, context: Context) -> list[Due]:
    """All that is in the diary for a case, past and to come, in order; what is settled or untrue by now is not."""
    found = [*_deadline_reminders(case, context), *_next_panel(case, context), *_reviews(case, context)]
    return sorted(found, key=lambda entry: entry.on)


def panel_due(panels: Iterable[date], context: Context) -> list[PanelDue]:
    """The reminders of panels, in order. Of several overdue ones of a panel only the newest is left."""
    found = [entry for panel in panels for entry in _newest_and_coming(_of_panel(panel, context), context)]
    return sorted(found, key=lambda entry: entry.on)


def _deadline_reminders(case: Case, context: Context) -> Iterator[Due]:
    """Two school days before the deadline, to a school that can still close a gap (R27).

    Not when the school was written to since, and never once the deadline has passed.
    """
    rule = context.protocol.deadline_reminder
    if not rule or not case.deadline or context.now > case.deadline or not _still_open(case):
        return
    last_day = case.deadline.astimezone(context.protocol.tz).date()
    for count in rule.school_days_before:
        wall = datetime.combine(context.calendar.school_days_before(last_day, count).day, rule.at)
        entry = _entry(DueKind.DEADLINE_REMINDER, wall, case, rule.cite, context, expires=case.deadline)
        if case.told is None or entry.on > case.told:
            yield entry


def _still_open(case: Case) -> bool:
    waiting = case.stage not in (Stage.ON_AGENDA, Stage.PLACED, Stage.CLOSED)
    return waiting and any(map(school_can_close, case.gaps))


def _next_panel(case: Case, context: Context) -> Iterator[Due]:
    """The instant after the deadline if it is not complete, else after its panel's day: it goes to the next one."""
    panel_cite = context.protocol.panel.cite if context.protocol.panel else None
    if (
        case.panel is None
        or panel_cite is None
        or case.stage in (Stage.ON_AGENDA, Stage.PLACED, Stage.CLOSED)
    ):
        return
    if case.must_gaps and case.deadline and context.protocol.deadline:
        yield _after(case.deadline, case, context.protocol.deadline.cite, context)
    else:
        yield _after(end_of(case.panel, context.protocol.tz), case, panel_cite, context)


def _reviews(case: Case, context: Context) -> Iterator[Due]:
    rule = context.protocol.reviews
    if rule and case.placement and case.stage is Stage.PLACED:
        for day in case.placement.reviews:
            yield _entry(DueKind.REVIEW, datetime.combine(day, rule.at), case, rule.cite, context)


def _entry(
    kind: DueKind,
    wall: datetime,
    case: Case,
    cite: Cite,
    context: Context,
    *,
    expires: datetime | None = None,
) -> Due:
    on = instant(wall, context.protocol.tz)
    return Due(kind, on, wall, case.reference, cite.rule, context.protocol.source(cite), expires)


def _after(moment: datetime, case: Case, cite: Cite, context: Context) -> Due:
    """The first instant after a moment, at which a case goes to its next panel."""
    on = moment + INSTANT
    wall = on.astimezone(context.protocol.tz).replace(tzinfo=None)
    return Due(DueKind.NEXT_PANEL, on, wall, case.reference, cite.rule, context.protocol.source(cite))


def _of_panel(panel: date, context: Context) -> Iterator[PanelDue]:
    rule = context.protocol.panel_reminder
    if rule is None or is_over(panel, context):
        return
    expires = end_of(panel, context.protocol.tz)
    for count in rule.school_days_before:
        wall = datetime.combine(context.calendar.school_days_before(panel, count).day, rule.at)
        on = instant(wall, context.protocol.tz)
        yield PanelDue(panel, count, on, wall, expires, rule.cite.rule, context.protocol.source(rule.cite))


def _newest_and_coming(entries: Iterator[PanelDue], context: Context) -> list[PanelDue]:
    ordered = sorted(entries, key=lambda entry: entry.on)
    overdue = [entry for entry in ordered if entry.on <= context.now]
    return [*overdue[-1:], *ordered[len(overdue) :]]
