"""Alembic's environment: it is given an open connection, and runs on it in one transaction."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

import store.tables  # noqa: F401 - fills the metadata
from store.columns import OutsideText, Table


def _plain_types(kind: str, item: Any, _: AutogenContext) -> str | Literal[False]:
    """A migration is history: it names plain types only, so that later code cannot change what it did."""
    if kind != "type":
        return False
    if isinstance(item, OutsideText):
        return "sa.Text()"
    if isinstance(item, UTCDateTime):
        return "sa.DateTime(timezone=True)"
    if isinstance(item, AutoString):
        length = getattr(item.impl, "length", None)
        return f"sa.String(length={length})" if length else "sa.String()"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Table.metadata,
    render_as_batch=True,
    render_item=_plain_types,
    compare_type=True,
    transaction_per_migration=False,
)
with context.begin_transaction():
    context.run_migrations()
