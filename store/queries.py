"""What can be asked of the casebook, within one transaction."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from store.errors import NoSuchCase
from store.names import person_key, school_key, upn_key
from store.protocol.case import Case, Kind, Pupil, School, Stage
from store.protocol.events import Event
from store.protocol.pupils import Identity, compare
from store.protocol.stages import ENDED
from store.records import read_case, read_cases
from store.tables import AnswerKind, AnswerRow, CaseRow, TimelineRow
from store.threads import find_thread


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """Which cases to list; what is left out does not narrow. `school` is a URN."""

    stages: frozenset[Stage] = frozenset()
    kind: Kind | None = None
    school: str | None = None
    panel: date | None = None
    open_only: bool = False

    def conditions(self) -> list[sa.ColumnElement[bool]]:
        """The filter as SQL."""
        found: list[sa.ColumnElement[bool]] = []
        if self.stages:
            found.append(col(CaseRow.stage).in_(self.stages))
        if self.kind is not None:
            found.append(col(CaseRow.kind) == self.kind)
        if self.school is not None:
            found.append(col(CaseRow.school_urn) == self.school)
        if self.panel is not None:
            found.append(col(CaseRow.panel) == self.panel)
        if self.open_only:
            found.append(col(CaseRow.stage).not_in(ENDED))
        return found


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One thing that happened to a case. `event` names a class of `store.protocol.events`, `detail` holds its fields
    as JSON without the private ones: references, never a child's data."""

    at: datetime
    event: str
    version: int
    rule: str
    source: str
    detail: dict[str, Any]

    def is_a(self, event: type[Event]) -> bool:
        """Whether it is an event of this class."""
        return self.event == event.__name__


@dataclass(frozen=True, slots=True)
class PastAnswer:
    """An answer as one letter gave it, current or superseded. Private."""

    field: str
    kind: AnswerKind
    content: dict[str, Any]
    letter: int | None
    given_at: datetime
    superseded_at: datetime | None
    superseded_by: int | None


class Queries:
    """Questions to the records, answered within one transaction; a command that depends on them is given this."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def case(self, reference: str) -> Case:
        """A case by its reference. Raises `NoSuchCase`."""
        found = read_case(self._session, reference)
        if found is None:
            raise NoSuchCase
        return found

    def cases(self, wanted: CaseFilter | None = None) -> tuple[Case, ...]:
        """The cases that a filter lets through, by reference."""
        return read_cases(self._session, *(wanted or CaseFilter()).conditions())

    def counts(self) -> dict[Stage, int]:
        """How many cases stand at each stage."""
        query = select(CaseRow.stage, sa.func.count()).group_by(col(CaseRow.stage))
        found = {stage: int(number) for stage, number in self._session.exec(query)}
        return {stage: found.get(stage, 0) for stage in Stage}

    def timeline(self, reference: str) -> tuple[TimelineEntry, ...]:
        """What happened to a case, oldest first. Raises `NoSuchCase`."""
        self._must_exist(reference)
        query = select(TimelineRow).where(TimelineRow.reference == reference).order_by(col(TimelineRow.id))
        return tuple(
            TimelineEntry(row.at, row.event, row.version, row.rule, row.source, row.detail)
            for row in self._session.exec(query)
        )

    def answers(self, reference: str) -> tuple[PastAnswer, ...]:
        """Every answer of a case, current and superseded, oldest first. Raises `NoSuchCase`."""
        self._must_exist(reference)
        query = select(AnswerRow).where(AnswerRow.reference == reference).order_by(col(AnswerRow.id))
        return tuple(
            PastAnswer(**row.model_dump(exclude={"id", "reference"})) for row in self._session.exec(query)
        )

    def find_thread(self, message_ids: Iterable[str]) -> tuple[str, ...]:
        """References of the cases whose thread holds one of these Message-IDs, theirs or ours."""
        return find_thread(self._session, message_ids)

    def find_pupil(self, school: School | None, pupil: Pupil) -> tuple[str, ...]:
        """References of the cases of a school (None: of any) that may be about a pupil, newest first.

        Each shares the unique pupil number, the name or the date of birth: whether it is the same child, another, or
        a conflict that a person must look at, is for the caller to say (`store.protocol.compare`).
        """
        alike = _alike(pupil)
        if not alike:
            return ()
        query = select(CaseRow.reference).where(sa.or_(*alike))
        if school is not None:
            query = query.where(*_of_school(school))
        return tuple(
            self._session.exec(query.order_by(col(CaseRow.opened_at).desc(), col(CaseRow.reference).desc()))
        )

    def of_pupil(self, pupil: Pupil) -> tuple[Case, ...]:
        """The cases of any school that are about this pupil, as far as can be told (R16)."""
        references = self.find_pupil(None, pupil)
        if not references:
            return ()
        return tuple(
            case
            for case in read_cases(self._session, col(CaseRow.reference).in_(references))
            if compare(case.pupil, pupil) is Identity.SAME
        )

    def _must_exist(self, reference: str) -> None:
        query = select(CaseRow.reference).where(CaseRow.reference == reference)
        if self._session.exec(query).first() is None:
            raise NoSuchCase


def _of_school(school: School) -> list[sa.ColumnElement[bool]]:
    """A school of the directory by its number; one outside it can only be told by its name."""
    found = [col(CaseRow.school_urn) == school.urn]
    if not school.urn:
        found.append(col(CaseRow.school_key) == school_key(school.name))
    return found


def _alike(pupil: Pupil) -> list[sa.ColumnElement[bool]]:
    name = person_key(pupil.forename, pupil.surname) or person_key(pupil.name)
    keys = (
        (col(CaseRow.upn_key), upn_key(pupil.upn)),
        (col(CaseRow.name_key), name),
        (col(CaseRow.dob), pupil.dob),
    )
    return [column == key for column, key in keys if key]
