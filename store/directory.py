"""The schools and the people who may write for them. A school is found exactly or not at all: it is never guessed."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, SQLModel, col, delete, select

from store.database import Store, upsert
from store.names import number_key, school_key
from store.protocol.case import School
from store.registers import Sheet, read_contacts, read_schools
from store.tables import ContactRow, SchoolRow

_OPEN = ("Open", "Open, but proposed to close")

PUBLIC_MAIL = frozenset(
    {
        "aol.com",
        "btinternet.com",
        "gmail.com",
        "googlemail.com",
        "hotmail.co.uk",
        "hotmail.com",
        "icloud.com",
        "live.co.uk",
        "live.com",
        "me.com",
        "msn.com",
        "outlook.com",
        "proton.me",
        "sky.com",
        "talktalk.net",
        "virginmedia.com",
        "yahoo.co.uk",
        "yahoo.com",
    }
)
"""Mail providers that anybody uses: such a domain says nothing about a school, even if one contact has it."""


@dataclass(frozen=True, slots=True)
class SchoolEntry:
    """A school of the register. `number` is its LAESTAB, seven digits; easting and northing are metres."""

    urn: str
    number: str
    name: str
    authority: str
    kind: str
    phase: str
    status: str
    opened: date | None
    closed: date | None
    low_age: int | None
    high_age: int | None
    gender: str
    capacity: int | None
    roll: int | None
    postcode: str
    easting: int | None
    northing: int | None

    @property
    def is_open(self) -> bool:
        """Whether it takes pupils."""
        return self.status in _OPEN

    @property
    def school(self) -> School:
        """The school as a case names it."""
        return School(urn=self.urn, name=self.name)


@dataclass(frozen=True, slots=True)
class Contact:
    """A line of the council's contact list; `urn` is "" for a service of the council."""

    urn: str
    role: str
    name: str
    email: str


@dataclass(frozen=True, slots=True)
class Loaded:
    """What loading a list came to. `problems` name the lines that could not be used."""

    rows: int
    removed: int = 0
    problems: tuple[str, ...] = field(default=())


class Directory:
    """Schools and contacts."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def load_schools(self, data: bytes) -> Loaded:
        """Bring the schools up to date from a GIAS extract. A school that is no longer in it stays as it was."""
        sheet = read_schools(data)
        rows = list({row["urn"]: row for row in sheet.rows}.values())
        with self._store.writing() as session:
            upsert(session, SchoolRow, rows, key=("urn",))
        return Loaded(len(rows), problems=tuple(sheet.problems))

    def load_contacts(self, data: bytes) -> Loaded:
        """Make the contacts those of this list: whoever is no longer in it may no longer write for a school.

        A list without one usable row changes nothing.
        """
        sheet = read_contacts(data)
        rows = list({_identity(row): row for row in sheet.rows}.values())
        if not rows:
            return Loaded(0, problems=tuple(sheet.problems) or ("the list is empty",))
        with self._store.writing() as session:
            upsert(session, ContactRow, rows, key=("urn", "role", "email"))
            removed = _remove_others(session, {_identity(row) for row in rows})
        return Loaded(len(rows), removed, _with_unknown_schools(self, sheet))

    def school(self, urn: str) -> SchoolEntry | None:
        """The school with this unique reference number, open or closed."""
        with self._store.reading() as session:
            row = session.get(SchoolRow, urn) if urn else None
        return _entry(row) if row else None

    def schools(self, *, closed: bool = False) -> tuple[SchoolEntry, ...]:
        """Every open school by name; the closed ones too where asked for."""
        return tuple(each for each in self._all(sa.true()) if closed or each.is_open)

    def find_school(self, *, name: str = "", number: str = "", domain: str = "") -> SchoolEntry | None:
        """The one school that answers to all that is given; None when there is none, or more than one.

        A closed school is found only where no open one answers. A number is a DfE number however written, or a URN.
        """
        asked = [
            found
            for given, find in ((name, self._named), (number, self._numbered), (domain, self._writing_from))
            if given.strip()
            for found in [find(given)]
        ]
        common = set.intersection(*(set(found) for found in asked)) if asked else set()
        return next(iter(common)) if len(common) == 1 else None

    def contact(self, email: str) -> Contact | None:
        """Who has this address; None when nobody has, or people of more than one school."""
        found = self._contacts(col(ContactRow.email) == email.strip().casefold())
        return found[0] if len({each.urn for each in found}) == 1 else None

    def contacts(self, urn: str | None = None, role: str | None = None) -> tuple[Contact, ...]:
        """The contacts of a school ("" for the council's services) or of all, with one role or with any."""
        conditions = [] if urn is None else [col(ContactRow.urn) == urn]
        if role is not None:
            conditions.append(col(ContactRow.role) == role.strip().casefold())
        return self._contacts(*conditions)

    def _named(self, name: str) -> tuple[SchoolEntry, ...]:
        key = school_key(name)
        return self._where(col(SchoolRow.name_key) == key) if key else ()

    def _numbered(self, number: str) -> tuple[SchoolEntry, ...]:
        laestab = number_key(number)
        return self._where(
            col(SchoolRow.number) == laestab if laestab else col(SchoolRow.urn) == number.strip()
        )

    def _writing_from(self, domain: str) -> tuple[SchoolEntry, ...]:
        plain = domain.strip().casefold()
        if plain in PUBLIC_MAIL:
            return ()
        urns = {each.urn for each in self._contacts(col(ContactRow.domain) == plain)}
        return self._where(col(SchoolRow.urn).in_(urns)) if "" not in urns else ()

    def _where(self, condition: sa.ColumnElement[bool]) -> tuple[SchoolEntry, ...]:
        found = self._all(condition)
        return tuple(each for each in found if each.is_open) or found

    def _all(self, condition: sa.ColumnElement[bool]) -> tuple[SchoolEntry, ...]:
        query = select(SchoolRow).where(condition).order_by(col(SchoolRow.name), col(SchoolRow.urn))
        with self._store.reading() as session:
            return tuple(_entry(row) for row in session.exec(query))

    def _contacts(self, *conditions: sa.ColumnElement[bool]) -> tuple[Contact, ...]:
        order = (col(ContactRow.urn), col(ContactRow.role), col(ContactRow.email))
        query = select(ContactRow).where(*conditions).order_by(*order)
        with self._store.reading() as session:
            return tuple(Contact(row.urn, row.role, row.name, row.email) for row in session.exec(query))


def _identity(row: dict[str, Any]) -> tuple[str, str, str]:
    return row["urn"], row["role"], row["email"]


def _remove_others(session: Session, listed: Collection[tuple[str, str, str]]) -> int:
    gone = [
        row.id for row in session.exec(select(ContactRow)) if (row.urn, row.role, row.email) not in listed
    ]
    session.exec(delete(ContactRow).where(col(ContactRow.id).in_(gone)))
    return len(gone)


def _with_unknown_schools(directory: Directory, sheet: Sheet) -> tuple[str, ...]:
    urns = {row["urn"] for row in sheet.rows if row["urn"]}
    unknown = sorted(urn for urn in urns if directory.school(urn) is None)
    return (*sheet.problems, *(f"no school has the URN {urn}" for urn in unknown))


def _entry(row: SQLModel) -> SchoolEntry:
    return SchoolEntry(**row.model_dump(exclude={"name_key"}))
