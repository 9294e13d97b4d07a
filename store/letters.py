"""Letters as they came. Nothing is parsed before its bytes are safe here, and each ends in one outcome."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

import sqlalchemy as sa
from pydantic import Field
from sqlmodel import Session, col, select, update

from store.database import Store, insert_once
from store.protocol.case import Frozen
from store.tables import ContentRow, Folder, LetterRow, OutcomeRow
from store.threads import digest


class Conclusion(Frozen):
    """What becomes of a letter. `becomes` and `reason` are codes of the application; `detail` is private JSON."""

    becomes: str = Field(pattern=r"^[a-z_]{1,40}$")
    reason: str = Field(default="", pattern=r"^[a-z_]{0,60}$")
    folder: Folder = Folder.PROCESSED
    references: tuple[str, ...] = ()  # the casebook adds those of the cases it touched
    detail: dict[str, Any] = Field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a letter, and when."""

    conclusion: Conclusion
    at: datetime


@dataclass(frozen=True, slots=True)
class KeptLetter:
    """A letter in safe keeping. `received` is the mailbox's own time (R14), aware; its bytes come by `Letters.raw`."""

    id: int
    mailbox: str
    external_id: str  # the mailbox's id of the copy seen last
    sha256: str
    stable_key: str  # "" until parsed
    duplicate_of: int | None  # the letter that this one is another delivery of
    size: int
    received: datetime
    kept_at: datetime
    attempts: int
    moved_at: datetime | None
    outcome: Outcome | None

    @property
    def concluded(self) -> bool:
        """Whether it has been dealt with."""
        return self.outcome is not None


class Letters:
    """The letters of every mailbox."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def keep(
        self, mailbox: str, external_id: str, raw: bytes, received: datetime, now: datetime
    ) -> KeptLetter:
        """Keep a letter's bytes; the letter as kept before when the same bytes came already.

        A copy under another id of the mailbox is remembered as still to be moved.
        """
        bytes_key = sha256(raw).hexdigest()
        row = LetterRow.model_validate(
            {
                "mailbox": mailbox,
                "external_id": external_id,
                "sha256": bytes_key,
                "size": len(raw),
                "received": received,
                "kept_at": now,
            }
        )
        with self._store.writing() as session:
            new = insert_once(session, row)
            if new is not None:
                session.add(ContentRow(letter=new, raw=raw))
            else:
                _note_copy(session, mailbox, bytes_key, external_id)
            return _one(session, col(LetterRow.mailbox) == mailbox, col(LetterRow.sha256) == bytes_key)

    def identify(
        self, letter_id: int, stable_key: str, *, message_id: str = "", sender: str = ""
    ) -> KeptLetter:
        """Note a parsed letter's stable key. One whose key is another letter's becomes `duplicate_of` that one.

        Message-ID and sender are noted as digests, for `with_message_id` and `from_sender`.
        """
        with self._store.writing() as session:
            row = session.get_one(LetterRow, letter_id, with_for_update=True)
            row.message_key = digest(message_id) if message_id else None
            row.sender_key = digest(sender.casefold()) if sender else None
            try:
                with session.begin_nested():
                    row.stable_key = stable_key
            except sa.exc.IntegrityError:
                session.refresh(row)
                row.duplicate_of = _bearer(session, row.mailbox, stable_key)
            session.flush()
            return _one(session, col(LetterRow.id) == letter_id)

    def begun(self, letter_id: int) -> int:
        """Count that handling a letter begins; how often it has by now. A letter that kills us is thus found out."""
        with self._store.writing() as session:
            row = session.get_one(LetterRow, letter_id, with_for_update=True)
            row.attempts += 1
            return row.attempts

    def moved(self, letter_id: int, now: datetime) -> None:
        """Note that the mailbox has filed a letter."""
        with self._store.writing() as session:
            session.exec(update(LetterRow).where(col(LetterRow.id) == letter_id).values(moved_at=now))

    def unconcluded(self, mailbox: str) -> tuple[KeptLetter, ...]:
        """What was kept but not dealt with, oldest first by the mailbox's time."""
        return self._found(col(LetterRow.mailbox) == mailbox, col(OutcomeRow.letter).is_(None))

    def unmoved(self, mailbox: str) -> tuple[KeptLetter, ...]:
        """What was dealt with but not yet filed by the mailbox."""
        return self._found(
            col(LetterRow.mailbox) == mailbox,
            col(OutcomeRow.letter).is_not(None),
            col(LetterRow.moved_at).is_(None),
        )

    def all(self) -> tuple[KeptLetter, ...]:
        """Every letter, oldest first."""
        return self._found()

    def get(self, letter_id: int) -> KeptLetter:
        """A letter by its number. Raises `LookupError` when there is none."""
        with self._store.reading() as session:
            return _one(session, col(LetterRow.id) == letter_id)

    def raw(self, letter_id: int) -> bytes:
        """A letter's bytes. Raises `LookupError` when there is no such letter."""
        with self._store.reading() as session:
            row = session.get(ContentRow, letter_id)
        if row is None:
            raise LookupError(letter_id)
        return row.raw

    def with_stable_key(self, mailbox: str, stable_key: str) -> KeptLetter | None:
        """The letter of a mailbox with this stable key."""
        found = self._found(col(LetterRow.mailbox) == mailbox, col(LetterRow.stable_key) == stable_key)
        return found[0] if found else None

    def with_message_id(self, mailbox: str, message_id: str) -> tuple[KeptLetter, ...]:
        """The letters of a mailbox that bear this Message-ID: more than one is a delivery again, or a forgery."""
        return self._found(
            col(LetterRow.mailbox) == mailbox, col(LetterRow.message_key) == digest(message_id)
        )

    def from_sender(self, sender: str, since: datetime, *, marked: str = "") -> tuple[KeptLetter, ...]:
        """The letters kept from an address since an instant, of any mailbox.

        `marked` names a true entry of their conclusion's `detail`: the others are not even loaded.
        """
        conditions = [
            col(LetterRow.sender_key) == digest(sender.casefold()),
            col(LetterRow.kept_at) >= since,
        ]
        if marked:
            conditions.append(col(OutcomeRow.detail)[marked].as_boolean().is_(True))
        return self._found(*conditions)

    def _found(self, *conditions: sa.ColumnElement[bool]) -> tuple[KeptLetter, ...]:
        with self._store.reading() as session:
            return _all(session, *conditions)


def _bearer(session: Session, mailbox: str, stable_key: str) -> int | None:
    query = select(LetterRow.id).where(LetterRow.mailbox == mailbox, LetterRow.stable_key == stable_key)
    return session.exec(query).first()


def _note_copy(session: Session, mailbox: str, bytes_key: str, external_id: str) -> None:
    other_copy = col(LetterRow.external_id) != external_id
    session.exec(
        update(LetterRow)
        .where(col(LetterRow.mailbox) == mailbox, col(LetterRow.sha256) == bytes_key, other_copy)
        .values(external_id=external_id, moved_at=None)
    )


def _one(session: Session, *conditions: sa.ColumnElement[bool]) -> KeptLetter:
    found = _all(session, *conditions)
    if not found:
        raise LookupError("no such letter")
    return found[0]


def _all(session: Session, *conditions: sa.ColumnElement[bool]) -> tuple[KeptLetter, ...]:
    rows = session.exec(
        select(LetterRow, OutcomeRow)
        .join(OutcomeRow, col(OutcomeRow.letter) == col(LetterRow.id), isouter=True)
        .where(*conditions)
        .order_by(col(LetterRow.received), col(LetterRow.id))
    )
    return tuple(_kept(letter, outcome) for letter, outcome in rows)


def _kept(row: LetterRow, outcome: OutcomeRow | None) -> KeptLetter:
    assert row.id is not None
    return KeptLetter(
        id=row.id,
        mailbox=row.mailbox,
        external_id=row.external_id,
        sha256=row.sha256,
        stable_key=row.stable_key or "",
        duplicate_of=row.duplicate_of,
        size=row.size,
        received=row.received,
        kept_at=row.kept_at,
        attempts=row.attempts,
        moved_at=row.moved_at,
        outcome=_outcome(outcome) if outcome else None,
    )


def _outcome(row: OutcomeRow) -> Outcome:
    return Outcome(
        conclusion=Conclusion(
            becomes=row.becomes,
            reason=row.reason,
            folder=row.folder,
            references=tuple(row.references),
            detail=row.detail,
        ),
        at=row.at,
    )
