"""The diary: what is due for each case, planned whenever the case changes, and done once."""

from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256

from sqlmodel import Session, col, select

from store.database import insert_once
from store.protocol.diary import Due, DueKind, PanelDue
from store.protocol.exemptions import ExemptionDue
from store.protocol.wall import LONDON
from store.tables import DueRow, DueState

ZONE = "Europe/London"
EXEMPTION = "exemption"
MISSED = "fell due unseen"
"""Why an entry brought no message of its own: it is told of in the officer's next digest."""


def plan(session: Session, reference: str, dues: Iterable[Due]) -> None:
    """Make the diary of a case what is due for it now. What was done or skipped stays so."""
    wanted = {(str(due.kind), due.on): due for due in dues}
    query = select(DueRow).where(col(DueRow.reference) == reference, col(DueRow.state) == DueState.PLANNED)
    for row in session.exec(query):
        if wanted.pop((row.kind, row.due), None) is None:
            session.delete(row)
    session.flush()
    for due in wanted.values():
        insert_once(session, _row(due, subject=reference, reference=reference, state=DueState.PLANNED))


def fallen_due(session: Session, now: datetime, limit: int) -> list[int]:
    """Numbers of the entries whose instant has come, the longest due first."""
    query = (
        select(DueRow.id)
        .where(
            col(DueRow.state) == DueState.PLANNED,
            col(DueRow.due) <= now,
            col(DueRow.kind).in_([str(kind) for kind in DueKind]),  # a later version's kinds are left to it
        )
        .order_by(col(DueRow.due), col(DueRow.id))
        .limit(limit)
    )
    return [number for number in session.exec(query) if number is not None]


def planned_between(session: Session, start: datetime, end: datetime) -> dict[str, set[tuple[str, datetime]]]:
    """Kind and instant of what is planned from one instant until before another, by case."""
    query = select(DueRow.reference, DueRow.kind, DueRow.due).where(
        col(DueRow.state) == DueState.PLANNED, col(DueRow.due) >= start, col(DueRow.due) < end
    )
    found: dict[str, set[tuple[str, datetime]]] = {}
    for reference, kind, due in session.exec(query):
        if reference is not None:
            found.setdefault(reference, set()).add((kind, due))
    return found


def still_planned(session: Session, number: int) -> DueRow | None:
    """An entry, locked until the transaction ends, unless another worker has dealt with it."""
    row = session.get(DueRow, number, with_for_update=True, populate_existing=True)
    return row if row is not None and row.state is DueState.PLANNED else None


def settle(session: Session, row: DueRow, state: DueState, now: datetime, reason: str = "") -> None:
    """Close an entry: done, or skipped for a reason."""
    row.state, row.done_at, row.reason = state, now, reason
    session.add(row)
    session.flush()


def due_of(row: DueRow) -> Due:
    """The entry as the rules know it."""
    wall = datetime.fromisoformat(row.wall)
    return Due(DueKind(row.kind), row.due, wall, row.reference or "", "", "", row.expires)


def is_noted(session: Session, due: PanelDue | ExemptionDue) -> bool:
    """Whether a reminder that is about no case has been dealt with."""
    query = select(DueRow.id).where(
        DueRow.subject == _subject(due), DueRow.kind == str(_kind(due)), DueRow.due == due.on
    )
    return session.exec(query).first() is not None


def note(session: Session, due: PanelDue | ExemptionDue, now: datetime) -> bool:
    """Enter a reminder that is about no case as done; False when it was there already."""
    row = _row(due, subject=_subject(due), reference=None, state=DueState.DONE)
    row.done_at = now
    return insert_once(session, row) is not None


def _subject(due: PanelDue | ExemptionDue) -> str:
    if isinstance(due, PanelDue):
        return f"panel/{due.panel.isoformat()}"
    school = due.exemption.school
    digest = sha256((school.urn or school.name.casefold()).encode()).hexdigest()[:16]
    return f"exemption/{digest}/{due.exemption.end}"


def _kind(due: Due | PanelDue | ExemptionDue) -> str:
    return EXEMPTION if isinstance(due, ExemptionDue) else str(due.kind)


def _row(
    due: Due | PanelDue | ExemptionDue, *, subject: str, reference: str | None, state: DueState
) -> DueRow:
    values = {
        "subject": subject,
        "reference": reference,
        "kind": _kind(due),
        "due": due.on,
        "wall": due.on.astimezone(LONDON).replace(tzinfo=None).isoformat()
        if isinstance(due, ExemptionDue)
        else due.wall.isoformat(),
        "zone": ZONE,
        "expires": None if isinstance(due, ExemptionDue) else due.expires,
        "state": state,
    }
    return DueRow.model_validate(values)
