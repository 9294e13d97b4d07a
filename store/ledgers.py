"""The equity and reciprocity ledger as it is kept: a posting with each event, and the same made anew from all events."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, get_args

import sqlalchemy as sa
from pydantic import TypeAdapter
from sqlmodel import Session, col, select

from store.protocol.events import (
    CreditEntered,
    CreditReversed,
    Event,
    MadePermanent,
    PlacementFailed,
    PlacementRecorded,
)
from store.protocol.ledger import Column, Ledger, Posting, postings
from store.tables import LedgerRow, TimelineRow

COUNTED: dict[str, type[Event]] = {
    kind.__name__: kind
    for kind in (PlacementRecorded, PlacementFailed, MadePermanent, CreditEntered, CreditReversed)
}
"""The events that the ledger counts; each names its schools, so that the timeline alone tells the ledger."""

assert set(COUNTED.values()) <= set(get_args(Event))


def enter(session: Session, events: Iterable[Event], now: datetime) -> None:
    """Post what these events add."""
    for event in events:
        for entry in postings(event):
            session.add(
                LedgerRow.model_validate(
                    {
                        "account": entry.account,
                        "column": entry.column,
                        "amount": entry.amount,
                        "on": entry.on,
                        "reference": entry.reference,
                        "at": now,
                    }
                )
            )


def kept(session: Session) -> tuple[Posting, ...]:
    """Every posting, oldest first: what explains each figure."""
    rows = session.exec(select(LedgerRow).order_by(col(LedgerRow.id)))
    return tuple(Posting(row.account, row.column, row.amount, row.on, row.reference) for row in rows)


def balances(session: Session) -> Ledger:
    """The figures as they were kept."""
    query = select(
        LedgerRow.account,
        LedgerRow.column,
        sa.func.sum(LedgerRow.amount),
        sa.func.max(LedgerRow.on),
    ).group_by(col(LedgerRow.account), col(LedgerRow.column))
    return Ledger(
        Posting(account, Column(column), int(total), last, "")
        for account, column, total, last in session.exec(query)
    )


def rebuilt(session: Session) -> Ledger:
    """The figures made anew from the events of the timeline."""
    query = select(TimelineRow).where(col(TimelineRow.event).in_(COUNTED)).order_by(col(TimelineRow.id))
    return Ledger.rebuilt(_remembered(row) for row in session.exec(query))


def _remembered(row: TimelineRow) -> Event:
    """An event as the timeline holds it: without its private fields, which the ledger does not use."""
    kind = COUNTED[row.event]
    values: dict[str, Any] = {
        name: TypeAdapter[Any](field.rebuild_annotation()).validate_python(row.detail[name])
        for name, field in kind.model_fields.items()
        if name in row.detail
    }
    return kind.model_construct(reference=row.reference, rule=row.rule, source=row.source, **values)
