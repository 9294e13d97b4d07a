"""How a case lies in its rows, and how it is put together again: what is read equals what was saved."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select, update

from store.errors import StaleCase
from store.names import person_key, school_key, upn_key
from store.protocol.case import Case, Fact, Referral
from store.protocol.events import Event
from store.tables import AnswerKind, AnswerRow, CaseRow, TimelineRow
from store.threads import join_thread

_APART = {"referral": {"facts", "lists", "list_labels"}}  # these lie in `answers`


def read_case(session: Session, reference: str, *, lock: bool = False) -> Case | None:
    """A case as it stands; `lock` keeps others from changing it until the transaction ends."""
    row = session.get(CaseRow, reference, with_for_update=lock, populate_existing=lock)
    return next(_assembled(session, [row])) if row else None


def read_cases(session: Session, *conditions: sa.ColumnElement[bool]) -> tuple[Case, ...]:
    """The cases that meet the conditions, by reference."""
    rows = session.exec(select(CaseRow).where(*conditions).order_by(col(CaseRow.reference))).all()
    return tuple(_assembled(session, rows))


def save_case(session: Session, before: Case | None, after: Case, now: datetime) -> None:
    """Write a case that was opened (`before` is None) or changed. Raises `StaleCase` when it changed meanwhile."""
    values = _columns(after, now)
    if before is None:
        session.add(CaseRow.model_validate({**values, "opened_at": now}))
        session.flush()
    else:
        _update(session, before, values)
    _save_answers(session, before, after, now)
    join_thread(session, after.reference, set(after.message_ids) - set(before.message_ids if before else ()))


def write_timeline(session: Session, case: Case, events: Iterable[Event], now: datetime) -> None:
    """Add what happened to a case to its timeline, without the private fields of the events."""
    for event in events:
        detail = event.model_dump(mode="json", exclude={*event.private, "reference", "rule", "source"})
        row = {
            "reference": case.reference,
            "version": case.version,
            "at": now,
            "event": type(event).__name__,
            "rule": event.rule,
            "source": event.source,
            "detail": detail,
        }
        session.add(TimelineRow.model_validate(row))


def _update(session: Session, before: Case, values: dict[str, Any]) -> None:
    changed = session.exec(
        update(CaseRow)
        .where(col(CaseRow.reference) == before.reference, col(CaseRow.version) == before.version)
        .values(**values)
    )
    if changed.rowcount != 1:
        raise StaleCase


def _columns(case: Case, now: datetime) -> dict[str, Any]:
    return {
        "reference": case.reference,
        "kind": case.kind,
        "stage": case.stage,
        "version": case.version,
        "protocol": case.protocol,
        "school_urn": case.home_school.urn,
        "school_key": school_key(case.home_school.name),
        "received": case.received,
        "completed": case.completed,
        "panel": case.panel,
        "deadline": case.deadline,
        "upn_key": upn_key(case.pupil.upn),
        "name_key": person_key(case.pupil.forename, case.pupil.surname) or person_key(case.pupil.name),
        "dob": case.pupil.dob,
        "state": case.model_dump(mode="json", exclude=_APART),
        "changed_at": now,
    }


def _save_answers(session: Session, before: Case | None, after: Case, now: datetime) -> None:
    old = dict(_answers(before.referral)) if before else {}
    new = dict(_answers(after.referral))
    letter = after.letters[-1] if after.letters else None
    changed = [key for key in new if new[key] != old.get(key)]
    for kind, name in [key for key in old if key not in new or key in changed]:
        _supersede(session, after.reference, (kind, name), letter, now)
    for kind, name in changed:
        row = {
            "reference": after.reference,
            "kind": kind,
            "field": name,
            "content": new[kind, name],
            "letter": letter,
            "given_at": now,
        }
        session.add(AnswerRow.model_validate(row))
    session.flush()


def _supersede(
    session: Session, reference: str, answer: tuple[AnswerKind, str], letter: int | None, now: datetime
) -> None:
    kind, name = answer
    session.exec(
        update(AnswerRow)
        .where(
            col(AnswerRow.reference) == reference,
            col(AnswerRow.kind) == kind,
            col(AnswerRow.field) == name,
            col(AnswerRow.superseded_at).is_(None),
        )
        .values(superseded_at=now, superseded_by=letter)
    )


def _answers(referral: Referral) -> Iterator[tuple[tuple[AnswerKind, str], dict[str, Any]]]:
    for name, fact in referral.facts.items():
        yield (AnswerKind.FACT, name), fact.model_dump(mode="json")
    for name in {**referral.lists, **referral.list_labels}:
        content: dict[str, Any] = {}
        if name in referral.lists:
            content["rows"] = [dict(row) for row in referral.lists[name]]
        if name in referral.list_labels:
            content["label"] = referral.list_labels[name]
        yield (AnswerKind.ROWS, name), content


def _assembled(session: Session, rows: Iterable[CaseRow]) -> Iterator[Case]:
    found = list(rows)
    answers = _current_answers(session, [row.reference for row in found])
    for row in found:
        state = dict(row.state)
        state["referral"] = {**state["referral"], **_joined(answers[row.reference])}
        yield Case.model_validate(state)


def _current_answers(session: Session, references: list[str]) -> dict[str, list[AnswerRow]]:
    found = defaultdict(list)
    for start in range(0, len(references), 500):
        query = (
            select(AnswerRow)
            .where(
                col(AnswerRow.reference).in_(references[start : start + 500]),
                col(AnswerRow.superseded_at).is_(None),
            )
            .order_by(col(AnswerRow.id))
        )
        for row in session.exec(query):
            found[row.reference].append(row)
    return found


def _joined(answers: list[AnswerRow]) -> dict[str, Any]:
    facts = {row.field: Fact.model_validate(row.content) for row in answers if row.kind is AnswerKind.FACT}
    lists = [row for row in answers if row.kind is AnswerKind.ROWS]
    return {
        "facts": facts,
        "lists": {row.field: row.content["rows"] for row in lists if "rows" in row.content},
        "list_labels": {row.field: row.content["label"] for row in lists if "label" in row.content},
    }
