"""Exemptions as they are kept: each with its days, grounds and the panel's minute (R19, R20)."""

from datetime import date, datetime

from sqlmodel import Session, col, select

from store.protocol.exemption import Exemption
from store.protocol.exemptions import ExemptionEvent, ExemptionGranted, evolve_exemptions
from store.protocol.frozen import School
from store.tables import ExemptionRow


def known(session: Session) -> tuple[Exemption, ...]:
    """Every exemption that was ever granted, by its first day."""
    return tuple(_exemption(row) for row in _rows(session))


def keep(session: Session, event: ExemptionEvent, now: datetime) -> tuple[Exemption, ...]:
    """Write what an event says, and answer with all exemptions as they are after it."""
    before = known(session)
    after = evolve_exemptions(before, event)
    if isinstance(event, ExemptionGranted):
        session.add(_row(event, now))
    else:
        _end(session, event.school, event.end, event.minute)
    session.flush()
    return after


def _rows(session: Session) -> list[ExemptionRow]:
    return list(session.exec(select(ExemptionRow).order_by(col(ExemptionRow.start), col(ExemptionRow.id))))


def _exemption(row: ExemptionRow) -> Exemption:
    school = School(urn=row.school_urn, name=row.school_name)
    return Exemption(school=school, start=row.start, end=row.end, grounds=row.grounds, minute=row.minute)


def _row(event: ExemptionGranted, now: datetime) -> ExemptionRow:
    given = event.exemption
    values = {
        "school_urn": given.school.urn,
        "school_name": given.school.name,
        **given.model_dump(include={"start", "end", "grounds", "minute"}),
        "granted_by": event.by.name,
        "at": now,
    }
    return ExemptionRow.model_validate(values)


def _end(session: Session, school: School, end: date, minute: str) -> None:
    for row in _rows(session):
        exemption = _exemption(row)
        if exemption.school.is_the_same(school) and exemption.holds(end):
            row.end, row.ended_minute = end, minute
            session.add(row)
