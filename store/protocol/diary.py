"""What falls due, each with its rule: a local time on the wall, and the instant that it means there.

An entry is there while it is true: what has been settled since has none. Prompts never fall in a holiday: they wait for
the next school day.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from types import MappingProxyType

from store.protocol.case import Case, Stage
from store.protocol.completeness import school_can_close
from store.protocol.context import Context
from store.protocol.diary_of_moves import (
    of_a_failure,
    of_a_placement,
    of_a_success,
    of_agreements,
    of_an_arrangement,
)
from store.protocol.dues import Due, DueKind, PanelDue
from store.protocol.page import Page
from store.protocol.panels import has_been_to_panel, is_over
from store.protocol.wall import end_of, instant

__all__ = ["Due", "DueKind", "PanelDue", "due", "panel_due"]

INSTANT = timedelta(microseconds=1)


def due(case: Case, context: Context) -> list[Due]:
    """All that is in the diary for a case, past and to come, in order; what is settled or untrue by now is not."""
    page = Page(case, context)
    for enter in _BY_STAGE[case.stage]:
        enter(page)
    return page.entries()


def panel_due(panels: Iterable[date], context: Context) -> list[PanelDue]:
    """The reminders of panels, in order. Of several overdue ones of a panel only the newest is left."""
    found = [entry for panel in panels for entry in _newest_and_coming(_of_panel(panel, context), context)]
    return sorted(found, key=lambda entry: entry.on)


def deadline_reminders(page: Page) -> None:
    """Two school days before the deadline, to a school that can still close a gap (R27).

    Not when the school was written to since, and never once the deadline has passed.
    """
    case, context = page.case, page.context
    rule = context.protocol.deadline_reminder
    if (
        not rule
        or not case.deadline
        or context.now > case.deadline
        or not any(map(school_can_close, case.gaps))
    ):
        return
    last_day = case.deadline.astimezone(context.protocol.tz).date()
    for count in rule.school_days_before:
        wall = datetime.combine(context.calendar.school_days_before(last_day, count).day, rule.at)
        if case.told is None or instant(wall, context.protocol.tz) > case.told:
            page.enter(DueKind.DEADLINE_REMINDER, wall, rule.cite, about=last_day, expires=case.deadline)


def next_panel(page: Page) -> None:
    """The instant after the deadline if it is not complete, else after its panel's day: it goes to the next one."""
    case, protocol = page.case, page.context.protocol
    if case.panel is None or protocol.panel is None or has_been_to_panel(case):
        return
    if case.must_gaps and case.deadline and protocol.deadline:
        moment, cite = case.deadline, protocol.deadline.cite
    else:
        moment, cite = end_of(case.panel, protocol.tz), protocol.panel.cite
    wall = (moment + INSTANT).astimezone(protocol.tz).replace(tzinfo=None)
    page.enter(DueKind.NEXT_PANEL, wall, cite, about=case.panel)


_WAITING = (deadline_reminders, next_panel)
_BY_STAGE: Mapping[Stage, tuple[Page.Maker, ...]] = MappingProxyType(
    {
        **dict.fromkeys(Stage, ()),
        Stage.RECEIVED: _WAITING,
        Stage.INCOMPLETE: _WAITING,
        Stage.HELD: _WAITING,
        Stage.READY: _WAITING,
        Stage.DEFERRED: _WAITING,
        Stage.MORE_INFORMATION: _WAITING,
        Stage.GATHERING: (of_agreements,),
        Stage.ARRANGED: (of_an_arrangement,),
        Stage.PLACED: (of_a_placement,),
        Stage.EXTENDED: (of_a_placement,),
        Stage.SUCCEEDED: (of_a_success,),
        Stage.FAILED: (of_a_failure,),
    }
)


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
