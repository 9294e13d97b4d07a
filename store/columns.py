"""How values lie in a column: enums with a CHECK, JSON, aware instants, and text that any database can hold."""

import json
import re
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import SQLModel

_ESCAPED_NUL = re.compile(r"(?<!\\)((?:\\\\)*)\\u0000")
_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

JSON = sa.JSON().with_variant(JSONB(), "postgresql")


class Table(SQLModel):
    """Base of every table. Rows are made with `model_validate`, since a table's constructor does not validate."""

    metadata = sa.MetaData(naming_convention=NAMING)
    model_config = {"hide_input_in_errors": True}  # a value may be a child's, and errors reach logs


def choice(kind: type[StrEnum], name: str) -> sa.Enum:
    """A column of one of a kind's values, kept as its text and held to them by a CHECK of this name."""
    return sa.Enum(
        kind,
        name=name,
        native_enum=False,
        create_constraint=True,
        length=40,
        values_callable=lambda members: [member.value for member in members],
    )


def clean(text: str) -> str:
    """Text without what PostgreSQL or SQLite refuse: NUL and lone surrogates become replacement characters."""
    text = text.replace("\0", _REPLACEMENT)
    if text.isascii():
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def to_json(value: Any) -> str:
    """JSON that both databases take: as `json.dumps`, cleaned."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return clean(_ESCAPED_NUL.sub(rf"\1{_REPLACEMENT}", text))


class OutsideText(sa.types.TypeDecorator[str]):
    """Text that came from outside: cleaned on its way in, also when it is looked for."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: sa.Dialect) -> str | None:  # noqa: ARG002 - the protocol
        """The text as it is kept."""
        return None if value is None else clean(value)
