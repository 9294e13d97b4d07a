"""The tables. A clerk can read them with SELECT; only the modules of this folder write them."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field

from store.columns import JSON, OutsideText, Table, choice
from store.messages import Road
from store.protocol.case import Kind, Stage
from store.protocol.ledger import Column


class AnswerKind(StrEnum):
    """Whether an answer is one fact or a list of rows."""

    FACT = "fact"
    ROWS = "rows"


class DueState(StrEnum):
    """What became of an entry of the diary."""

    PLANNED = "planned"
    DONE = "done"
    SKIPPED = "skipped"  # its time came, and it was no longer true or no longer of use


class OutboxState(StrEnum):
    """Where an outgoing message stands."""

    WAITING = "waiting"
    SENDING = "sending"  # claimed by a worker, until its lease ends
    SENT = "sent"
    WITHDRAWN = "withdrawn"  # no longer true or too late, and certainly not sent
    DEAD = "dead"  # given up; a person must look


class Folder(StrEnum):
    """Where the mailbox files a letter that has been dealt with."""

    PROCESSED = "processed"
    SET_ASIDE = "set aside"


class CaseRow(Table, table=True):
    """A case: what is looked for as columns, the rest as `state` (the case without its answers)."""

    __tablename__ = "cases"
    __table_args__ = (
        sa.Index(None, "school_urn", "stage"),
        sa.Index(None, "name_key", "dob"),
        sa.Index(None, "stage"),
        sa.Index(None, "panel"),
        sa.Index(None, "upn_key"),
        sa.CheckConstraint("version >= 1", name="version"),
    )

    reference: str = Field(primary_key=True, max_length=20)
    kind: Kind = Field(sa_type=choice(Kind, "kind"))
    stage: Stage = Field(sa_type=choice(Stage, "stage"))
    version: int
    protocol: str
    school_urn: str = Field(max_length=10)  # "" outside the directory
    school_key: str = Field(max_length=200)  # of its name, see `store.names`
    received: datetime
    completed: datetime | None
    panel: date | None
    deadline: datetime | None
    upn_key: str = Field(max_length=40)  # see `store.identity`
    name_key: str = Field(max_length=200)
    dob: date | None
    state: dict[str, Any] = Field(sa_type=JSON)
    opened_at: datetime
    changed_at: datetime


class AnswerRow(Table, table=True):
    """One answer of a case as one letter gave it. Superseded ones stay: rectification keeps history."""

    __tablename__ = "answers"
    __table_args__ = (
        sa.Index(
            "uq_answers_current",
            "reference",
            "kind",
            "field",
            unique=True,
            sqlite_where=sa.text("superseded_at IS NULL"),
            postgresql_where=sa.text("superseded_at IS NULL"),
        ),
        sa.Index(None, "reference"),
    )

    id: int | None = Field(default=None, primary_key=True)
    reference: str = Field(foreign_key="cases.reference", max_length=20)
    kind: AnswerKind = Field(sa_type=choice(AnswerKind, "kind"))
    field: str = Field(sa_type=OutsideText)
    content: dict[str, Any] = Field(sa_type=JSON)
    letter: int | None  # the letter that gave it
    given_at: datetime
    superseded_at: datetime | None = None
    superseded_by: int | None = None  # the letter that replaced it


class TimelineRow(Table, table=True):
    """What happened to a case: references only, an event's private fields stay out."""

    __tablename__ = "timeline"
    __table_args__ = (sa.Index(None, "reference", "id"), sa.Index(None, "event", "at"))

    id: int | None = Field(default=None, primary_key=True)
    reference: str = Field(foreign_key="cases.reference", max_length=20)
    version: int  # of the case after the command
    at: datetime
    event: str
    rule: str
    source: str
    detail: dict[str, Any] = Field(sa_type=JSON)


class ThreadRow(Table, table=True):
    """A Message-ID that belongs to a case's thread, as a digest: one from outside may be of any length."""

    __tablename__ = "threads"

    digest: str = Field(primary_key=True, max_length=64)
    reference: str = Field(primary_key=True, foreign_key="cases.reference", max_length=20)


class DueRow(Table, table=True):
    """An entry of the diary, of a case or of a panel ("panel/2026-12-10"). One per subject, kind and instant, ever.

    `wall` and `zone` are what was meant ("2026-12-08T09:00", "Europe/London"); `due` is the instant that follows.
    """

    __tablename__ = "diary"
    __table_args__ = (
        sa.UniqueConstraint("subject", "kind", "due"),
        sa.Index(None, "state", "due"),
        sa.Index(None, "done_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    subject: str = Field(max_length=40)
    reference: str | None = Field(foreign_key="cases.reference", max_length=20)
    kind: str = Field(max_length=60)
    due: datetime
    wall: str = Field(max_length=40)
    zone: str = Field(max_length=60)
    expires: datetime | None
    state: DueState = Field(default=DueState.PLANNED, sa_type=choice(DueState, "state"))
    done_at: datetime | None = None
    reason: str = ""


class LedgerRow(Table, table=True):
    """A posting of the ledger (R9, R10, R18, R47): what one event adds to one account. It is never changed."""

    __tablename__ = "ledger"
    __table_args__ = (sa.Index(None, "account", "column"),)

    id: int | None = Field(default=None, primary_key=True)
    account: str = Field(max_length=200)
    column: Column = Field(sa_type=choice(Column, "column"))
    amount: int
    on: date
    reference: str = Field(foreign_key="cases.reference", max_length=20)
    at: datetime


class ExemptionRow(Table, table=True):
    """A school that is not expected to take a pupil for a time, by the panel's minute (R19, R20)."""

    __tablename__ = "exemptions"

    id: int | None = Field(default=None, primary_key=True)
    school_urn: str = Field(max_length=10)
    school_name: str = Field(sa_type=OutsideText)
    start: date
    end: date
    grounds: str = Field(sa_type=OutsideText)
    minute: str = Field(sa_type=OutsideText)
    granted_by: str = Field(sa_type=OutsideText)
    ended_minute: str = Field(default="", sa_type=OutsideText)  # of the minute that ended it early
    at: datetime


class OutboxRow(Table, table=True):
    """One outgoing message, rendered, with what has become of it."""

    __tablename__ = "outbox"
    __table_args__ = (
        sa.UniqueConstraint("key"),
        sa.Index(None, "state", "position"),
        sa.Index(None, "slot"),
        sa.Index(None, "lane", "state"),
        sa.Index(None, "reference"),
    )

    id: int | None = Field(default=None, primary_key=True)
    position: int = 0  # in the queue: its id, or that of an older one of its slot whose place it took
    key: str = Field(max_length=200)
    road: Road = Field(sa_type=choice(Road, "road"))
    kind: str = Field(max_length=60)
    slot: str = Field(max_length=200)
    lane: str = Field(max_length=200)
    reference: str = Field(max_length=20)
    about: str = Field(default="", max_length=200)  # a short word for listings, from the payload
    payload: dict[str, Any] = Field(sa_type=JSON)
    queued_at: datetime
    ready_at: datetime  # not before this
    expires: datetime | None
    state: OutboxState = Field(default=OutboxState.WAITING, sa_type=choice(OutboxState, "state"))
    ask_first: bool = False
    attempts: int = 0
    worker: str = ""
    lease_until: datetime | None = None
    finished_at: datetime | None = None
    place: str = ""
    reason: str = Field(default="", sa_type=OutsideText)


class PlaceRow(Table, table=True):
    """Where the post of a slot stands (Slack's `ts`), so that it can be redrawn or answered in its thread."""

    __tablename__ = "places"

    slot: str = Field(primary_key=True, max_length=200)
    place: str = Field(sa_type=OutsideText)
    at: datetime


class LetterRow(Table, table=True):
    """A letter that came. Its bytes are kept before anything is parsed; its stable key follows once parsed."""

    __tablename__ = "letters"
    __table_args__ = (
        sa.UniqueConstraint("mailbox", "sha256"),
        sa.UniqueConstraint("mailbox", "stable_key"),
        sa.Index(None, "mailbox", "moved_at"),
        sa.Index(None, "mailbox", "message_key"),
        sa.Index(None, "sender_key", "kept_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    mailbox: str = Field(max_length=200)
    external_id: str = Field(sa_type=OutsideText)
    sha256: str = Field(max_length=64)
    stable_key: str | None = Field(default=None, max_length=64)
    message_key: str | None = Field(default=None, max_length=64)  # digest of its Message-ID
    sender_key: str | None = Field(default=None, max_length=64)  # digest of its sender's address
    duplicate_of: int | None = Field(default=None, foreign_key="letters.id")
    size: int
    received: datetime  # when the mailbox took it (R14)
    kept_at: datetime
    attempts: int = 0  # how often handling it was begun
    moved_at: datetime | None = None


class ContentRow(Table, table=True):
    """A letter's bytes, apart from its row so that a listing never loads them."""

    __tablename__ = "letter_contents"

    letter: int = Field(primary_key=True, foreign_key="letters.id")
    raw: bytes


class OutcomeRow(Table, table=True):
    """What became of a letter: written once."""

    __tablename__ = "letter_outcomes"

    letter: int = Field(primary_key=True, foreign_key="letters.id")
    becomes: str = Field(max_length=40)
    reason: str = Field(max_length=60)
    folder: Folder = Field(sa_type=choice(Folder, "folder"))
    references: list[str] = Field(sa_type=JSON, sa_column_kwargs={"name": "case_references"})
    detail: dict[str, Any] = Field(sa_type=JSON)
    at: datetime


class SchoolRow(Table, table=True):
    """A school of the national register (GIAS), open or closed."""

    __tablename__ = "schools"
    __table_args__ = (sa.Index(None, "number"), sa.Index(None, "name_key"))

    urn: str = Field(primary_key=True, max_length=10)
    number: str = Field(max_length=7)  # LAESTAB: authority and establishment number
    name: str = Field(sa_type=OutsideText)
    name_key: str = Field(max_length=200)
    authority: str = Field(sa_type=OutsideText)
    kind: str = Field(sa_type=OutsideText)
    phase: str = Field(sa_type=OutsideText)
    status: str = Field(sa_type=OutsideText)
    opened: date | None
    closed: date | None
    low_age: int | None
    high_age: int | None
    gender: str = Field(sa_type=OutsideText)
    capacity: int | None
    roll: int | None
    postcode: str = Field(sa_type=OutsideText)
    easting: int | None
    northing: int | None


class ContactRow(Table, table=True):
    """Who may write on behalf of a school, or a service of the council (`urn` is "")."""

    __tablename__ = "contacts"
    __table_args__ = (sa.UniqueConstraint("urn", "role", "email"), sa.Index(None, "email"))

    id: int | None = Field(default=None, primary_key=True)
    urn: str = Field(max_length=10)
    role: str = Field(max_length=60)
    name: str = Field(sa_type=OutsideText)
    email: str = Field(max_length=254)
    domain: str = Field(max_length=254)


class CounterRow(Table, table=True):
    """The last number given out under a name ("MM-26"), so that references have no gap."""

    __tablename__ = "counters"

    name: str = Field(primary_key=True, max_length=40)
    value: int


class MetaRow(Table, table=True):
    """What the database knows of itself, e.g. the secret that signs its Message-IDs."""

    __tablename__ = "meta"

    name: str = Field(primary_key=True, max_length=60)
    value: str = Field(sa_type=OutsideText)
