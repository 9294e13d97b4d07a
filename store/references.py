"""Case references: MM-26-0007 is the seventh case of 2026. Without gaps: the number is given out in the transaction
that opens the case, and taken back with it."""

from sqlmodel import Session

from store.database import next_number

PREFIX = "MM"


def next_reference(session: Session, year: int) -> str:
    """The next reference of a year; nobody else gets one of that year until the transaction ends."""
    series = f"{PREFIX}-{year % 100:02d}"
    return f"{series}-{next_number(session, series):04d}"
