"""The diary: what is due for each case, planned whenever the case changes, and done once."""

from collections.abc import Iterable
from datetime import datetime

from sqlmodel import Session, col, select

from store.database import insert_once
from store.protocol.diary import Due, DueKind, PanelDue
from store.tables import DueRow, DueState

ZONE = "Europe/London"


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


def is_noted(session: Session, due: PanelDue) -> bool:
    """Whether a panel's reminder has been dealt with."""
    query = select(DueRow.id).where(
        DueRow.subject == _subject(due), DueRow.kind == str(due.kind), DueRow.due == due.on
    )
    return session.exec(query).first() is not None


def note(session: Session, due: PanelDue, now: datetime) -> bool:
    """Enter a panel's reminder as done; False when it was there already."""
    row = _row(due, subject=_subject(due), reference=None, state=DueState.DONE)
    row.done_at = now
    return insert_once(session, row) is not None


def _subject(due: PanelDue) -> str:
    return f"panel/{due.panel.isoformat()}"


def _row(due: Due | PanelDue, *, subject: str, reference: str | None, state: DueState) -> DueRow:
    values = {
        "subject": subject,
        "reference": reference,
        "kind": str(due.kind),
        "due": due.on,
        "wall": due.wall.isoformat(),
        "zone": ZONE,
        "expires": due.expires,
        "state": state,
    }
    return DueRow.model_validate(values)
