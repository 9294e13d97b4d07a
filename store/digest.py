"""What the officer reads on the morning of a school day: what fell due unseen, what is due, what was not answered."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlmodel import Session, col, select

from store.database import insert_once
from store.planning import MISSED, ZONE
from store.protocol import Context
from store.protocol.dues import ESCALATES, DueKind
from store.protocol.wall import LONDON, instant
from store.tables import DueRow, DueState, TimelineRow

AT = time(8, 30)
SUBJECT = "digest"
KIND = "morning digest"


@dataclass(frozen=True, slots=True)
class Entry:
    """Something in the digest: a case, and what fell or falls due when."""

    reference: str
    kind: DueKind
    on: date


@dataclass(frozen=True, slots=True)
class Digest:
    """One morning's digest. `missed` fell due while nobody could be told, and was said by no message of its own."""

    on: date
    missed: tuple[Entry, ...] = ()
    unanswered: tuple[Entry, ...] = ()
    today: tuple[Entry, ...] = ()
    warned: tuple[str, ...] = ()  # cases whose lawful stage was warned of since the last digest (domain 4.1)

    @property
    def empty(self) -> bool:
        """Whether there is nothing to say."""
        return not (self.missed or self.unanswered or self.today or self.warned)


def is_due(session: Session, context: Context) -> bool:
    """Whether today's digest is still to come: on school days only, from half past eight on."""
    day = context.today
    if not context.calendar.is_school_day(day) or context.now < _instant(day):
        return False
    query = select(DueRow.id).where(DueRow.subject == SUBJECT, DueRow.due == _instant(day))
    return session.exec(query).first() is None


def begin(session: Session, context: Context) -> Digest | None:
    """Today's digest, noted as done; None when another worker was first."""
    since = session.exec(
        select(DueRow.done_at).where(DueRow.subject == SUBJECT).order_by(col(DueRow.due).desc())
    ).first()
    if insert_once(session, _row(context)) is None:
        return None
    settled = _since(session, since)
    return Digest(
        on=context.today,
        missed=_entries(row for row in settled if row.reason == MISSED),
        unanswered=_entries(row for row in settled if row.kind in _ESCALATED and row.reason != MISSED),
        today=_entries(_of_today(session, context)),
        warned=_warned(session, since),
    )


_ESCALATED = frozenset(map(str, ESCALATES))
_SILENT = frozenset({str(DueKind.NEXT_PANEL), str(DueKind.LAWFULNESS), *_ESCALATED})


def _instant(day: date) -> datetime:
    return instant(datetime.combine(day, AT), LONDON)


def _row(context: Context) -> DueRow:
    wall = datetime.combine(context.today, AT)
    values = {
        "subject": SUBJECT,
        "reference": None,
        "kind": KIND,
        "due": _instant(context.today),
        "wall": wall.isoformat(),
        "zone": ZONE,
        "expires": None,
        "state": DueState.DONE,
        "done_at": context.now,
    }
    return DueRow.model_validate(values)


def _since(session: Session, since: datetime | None) -> list[DueRow]:
    """What was done after the last digest."""
    query = select(DueRow).where(col(DueRow.reference).is_not(None), DueRow.state == DueState.DONE)
    if since is not None:
        query = query.where(col(DueRow.done_at) > since)
    return list(session.exec(query.order_by(col(DueRow.due), col(DueRow.id))))


def _of_today(session: Session, context: Context) -> list[DueRow]:
    start = instant(datetime.combine(context.today, time.min), LONDON)
    end = instant(datetime.combine(context.today + timedelta(days=1), time.min), LONDON)
    query = (
        select(DueRow)
        .where(
            col(DueRow.state) == DueState.PLANNED,
            col(DueRow.reference).is_not(None),
            col(DueRow.due) >= start,
            col(DueRow.due) < end,
            col(DueRow.kind).not_in(_SILENT),
        )
        .order_by(col(DueRow.due), col(DueRow.id))
    )
    return list(session.exec(query))


def _warned(session: Session, since: datetime | None) -> tuple[str, ...]:
    query = select(TimelineRow.reference).where(TimelineRow.event == "LawfulnessWarned")
    if since is not None:
        query = query.where(col(TimelineRow.at) > since)
    return tuple(dict.fromkeys(session.exec(query.order_by(col(TimelineRow.id)))))


def _entries(rows: Iterable[DueRow]) -> tuple[Entry, ...]:
    known = set(DueKind)
    return tuple(
        Entry(row.reference or "", DueKind(row.kind), datetime.fromisoformat(row.wall).date())
        for row in rows
        if row.kind in known
    )
