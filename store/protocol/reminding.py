"""What the clock does: a case goes on to its next panel, and what has fallen due is said while it is still true."""

from collections.abc import Iterator

from store.protocol.case import Case, Stage
from store.protocol.citing import cited
from store.protocol.commands import MoveToNextPanel, Remind
from store.protocol.context import Context
from store.protocol.diary import due
from store.protocol.dues import ESCALATES, Due, DueKind
from store.protocol.events import DeadlineNear, Event, Moved, PanelMoved, Prompted, ReviewDue
from store.protocol.panels import (
    NO_PANEL_DATE,
    Course,
    course,
    deadline_passed,
    has_been_to_panel,
    is_over,
)
from store.protocol.placement_decisions import warned
from store.protocol.rulebook import Cite


def move_to_next_panel(_command: MoveToNextPanel, case: Case, context: Context) -> Iterator[Event]:
    """Send a case on whose deadline or panel has passed; nothing happens when neither has (R27)."""
    why = _why_move(case, context)
    bound = course(case, context)
    if why and bound.panel != case.panel:
        yield moved(case, bound, why, cited(case, _cite_of_move(case, why, context), context))


def remind(command: Remind, case: Case, context: Context) -> Iterator[Event]:
    """Say that something is due; silent when it is settled, or no longer true."""
    for entry in due(case, context):
        if (entry.kind, entry.on) == (command.kind, command.on) and entry.on <= context.now:
            say = _REMINDERS.get(entry.kind, _prompt)
            yield from say(case, entry, context, {"rule": entry.rule, "source": entry.source})


def _deadline_near(case: Case, _entry: Due, _context: Context, why: dict[str, str]) -> Iterator[Event]:
    if case.deadline:
        yield DeadlineNear(reference=case.reference, deadline=case.deadline, **why)


def _review_due(case: Case, entry: Due, _context: Context, why: dict[str, str]) -> Iterator[Event]:
    yield ReviewDue(reference=case.reference, on=entry.about, **why)


def _next_panel(case: Case, _entry: Due, context: Context, _why: dict[str, str]) -> Iterator[Event]:
    yield from move_to_next_panel(MoveToNextPanel(reference=case.reference), case, context)


def _prompt(case: Case, entry: Due, _context: Context, why: dict[str, str]) -> Iterator[Event]:
    escalated = entry.kind in ESCALATES
    yield Prompted(reference=case.reference, kind=entry.kind, on=entry.about, escalated=escalated, **why)


def _lawfulness(case: Case, _entry: Due, context: Context, _why: dict[str, str]) -> Iterator[Event]:
    if case.placement:
        yield from warned(case.placement, case, context)


_REMINDERS = {
    DueKind.LAWFULNESS: _lawfulness,
    DueKind.DEADLINE_REMINDER: _deadline_near,
    DueKind.REVIEW: _review_due,
    DueKind.NEXT_PANEL: _next_panel,
}


# ---------------------------------------------------------------- moving on


def _why_move(case: Case, context: Context) -> Moved | None:
    if case.stage is Stage.ON_AGENDA or has_been_to_panel(case):
        return None
    if case.panel is None:
        return Moved.NEW_DATE
    if case.must_gaps and deadline_passed(case, context):
        return Moved.INCOMPLETE
    if is_over(case.panel, context):
        return Moved.NOT_PUT
    return None if case.panel in context.panels else Moved.NEW_DATE  # its panel was called off


def _cite_of_move(case: Case, why: Moved, context: Context) -> Cite | None:
    """A case that missed its deadline cites the deadline; one that missed its panel, its hold or else the panel."""
    protocol = context.protocol
    panel = protocol.panel.cite if protocol.panel else None
    if why is Moved.INCOMPLETE and protocol.deadline:
        return protocol.deadline.cite
    if why is Moved.NOT_PUT:
        return next((rule.cite for rule in protocol.hold if rule.hold in case.holds), panel)
    return panel


def moved(case: Case, bound: Course, why: Moved, about: dict[str, str]) -> PanelMoved:
    """The case goes to another panel, and why."""
    return PanelMoved(
        **about,
        was=case.panel,
        panel=bound.panel,
        deadline=bound.deadline,
        why=why,
        attention=() if bound.panel else (NO_PANEL_DATE,),
    )
