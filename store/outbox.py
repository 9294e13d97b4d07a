"""What waits to go out, and what became of it.

A message is claimed, sent outside any transaction, and finished; the claim is committed before the sending begins, so
that a worker that dies leaves a lease that ends. Then nobody knows whether it went: the next claim says `ask_first`.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from pydantic import AwareDatetime, TypeAdapter
from sqlmodel import Session, col, select, update

from store.database import Store, insert_once, upsert
from store.errors import NoSuchMessage
from store.messages import Message, Road, Withdrawal
from store.tables import OutboxRow, OutboxState, PlaceRow
from store.threads import join_thread

ATTEMPTS = 100  # with the pauses below, about four days: a long weekend without a mail server loses nothing
_FIRST_PAUSE = timedelta(seconds=15)
_LONGEST_PAUSE = timedelta(hours=1)
_UNFINISHED = (OutboxState.WAITING, OutboxState.SENDING)
_aware = TypeAdapter(AwareDatetime)


@dataclass(frozen=True, slots=True)
class Claimed:
    """A message that this worker may send until `lease_until`. `ask_first`: it may have gone already.

    `too_late`: its time has passed; ask whether it went, but do not send it (only ever together with `ask_first`).
    """

    id: int
    worker: str
    message: Message
    attempt: int
    lease_until: datetime
    ask_first: bool
    too_late: bool


@dataclass(frozen=True, slots=True)
class OutboxLine:
    """A message as a listing shows it: everything but what it says."""

    id: int
    key: str
    road: Road
    kind: str
    slot: str
    lane: str
    reference: str
    about: str
    state: OutboxState
    ask_first: bool
    attempts: int
    queued_at: datetime
    ready_at: datetime
    expires: datetime | None
    finished_at: datetime | None
    place: str
    reason: str


class Outbox:
    """The outgoing messages. Any number of workers may claim at once."""

    def __init__(self, store: Store, *, attempts: int = ATTEMPTS) -> None:
        self._store = store
        self._attempts = attempts

    def put(self, messages: Iterable[Message | Withdrawal], now: datetime) -> int:
        """Queue messages that belong to no change of a case; how many were new."""
        with self._store.writing() as session:
            return queue(session, messages, now)

    def claim(
        self, worker: str, now: datetime, lease: timedelta, *, roads: Collection[Road] = tuple(Road)
    ) -> Claimed | None:
        """The oldest message that may go now by one of these roads, leased to a worker; None when there is none.

        A message waits for the older unfinished ones of its lane. The lease must outlast the sending's time limit.
        """
        with self._store.reading() as session:  # an idle worker takes no lock
            if (
                session.exec(_claimable(now, roads).with_only_columns(col(OutboxRow.id)).limit(1)).first()
                is None
            ):
                return None
        with self._store.writing() as session:
            _withdraw_late(session, now)
            row = session.exec(
                _claimable(now, roads).limit(1).with_for_update(skip_locked=True, of=OutboxRow)
            ).first()
            return None if row is None else _lease(row, worker, now, lease)

    def sent(self, claimed: Claimed, place: str, now: datetime) -> bool:
        """It has gone, and stands at a place ("" when the road has none). False when the claim was lost meanwhile."""
        with self._store.writing() as session:
            ours = _finish(
                session, claimed, now, state=OutboxState.SENT, place=place, ask_first=False, reason=""
            )
            if ours and place and claimed.message.slot:
                keep = {"slot": claimed.message.slot, "place": place, "at": now}
                upsert(session, PlaceRow, [keep], key=("slot",))
            return ours

    def not_sent(self, claimed: Claimed, retry_at: datetime | None, reason: str, now: datetime) -> bool:
        """It has certainly not gone: it waits until `retry_at` (None: a pause that grows), or is given up at last."""
        return self._again(claimed, retry_at, reason, now, ask_first=False)

    def uncertain(self, claimed: Claimed, retry_at: datetime | None, reason: str, now: datetime) -> bool:
        """Nobody knows whether it has gone: the destination is asked before the next try."""
        return self._again(claimed, retry_at, reason, now, ask_first=True)

    def give_up(self, claimed: Claimed, reason: str, now: datetime) -> bool:
        """It will never go by itself; a person must look."""
        with self._store.writing() as session:
            return _finish(session, claimed, now, state=OutboxState.DEAD, reason=reason)

    def withdraw(self, claimed: Claimed, reason: str, now: datetime) -> bool:
        """It certainly did not go and must not go any more."""
        with self._store.writing() as session:
            return _finish(session, claimed, now, state=OutboxState.WITHDRAWN, ask_first=False, reason=reason)

    def revive(self, key: str, now: datetime) -> None:
        """Let a message that was given up be tried again; the destination is asked first."""
        with self._store.writing() as session:
            session.exec(
                update(OutboxRow)
                .where(col(OutboxRow.key) == key, col(OutboxRow.state) == OutboxState.DEAD)
                .values(
                    state=OutboxState.WAITING,
                    attempts=0,
                    ask_first=True,
                    ready_at=now,
                    finished_at=None,
                    worker="",
                )
            )

    def claimants(self) -> tuple[str, ...]:
        """The workers that hold a claim now."""
        held = select(OutboxRow.worker).where(col(OutboxRow.state) == OutboxState.SENDING).distinct()
        with self._store.reading() as session:
            return tuple(sorted(session.exec(held)))

    def release(self, worker: str, now: datetime) -> int:
        """A worker is known to be dead: its claims end now and not with their leases. How many there were.

        Nobody knows whether what it claimed has gone, so the destination is asked first.
        """
        with self._store.writing() as session:
            released = session.exec(
                update(OutboxRow)
                .where(col(OutboxRow.worker) == worker, col(OutboxRow.state) == OutboxState.SENDING)
                .values(state=OutboxState.WAITING, ask_first=True, ready_at=now, lease_until=None, worker="")
            )
            return int(released.rowcount)

    def place(self, slot: str) -> str:
        """Where the post of a slot stands, "" when none has gone."""
        with self._store.reading() as session:
            row = session.get(PlaceRow, slot)
        return row.place if row else ""

    def message(self, key: str) -> Message:
        """A message by its key. Raises `NoSuchMessage`."""
        with self._store.reading() as session:
            row = session.exec(select(OutboxRow).where(OutboxRow.key == key)).first()
        if row is None:
            raise NoSuchMessage
        return _message(row)

    def all(self, *states: OutboxState) -> tuple[OutboxLine, ...]:
        """Every message, oldest first; of some states only where they are given."""
        said = sa.orm.defer(sa.inspect(OutboxRow).attrs.payload.class_attribute)
        query = select(OutboxRow).order_by(col(OutboxRow.id)).options(said)
        if states:
            query = query.where(col(OutboxRow.state).in_(states))
        with self._store.reading() as session:
            return tuple(_line(row) for row in session.exec(query))

    def _again(
        self, claimed: Claimed, retry_at: datetime | None, reason: str, now: datetime, *, ask_first: bool
    ) -> bool:
        with self._store.writing() as session:
            if claimed.attempt >= self._attempts:
                return _finish(
                    session, claimed, now, state=OutboxState.DEAD, ask_first=ask_first, reason=reason
                )
            return _end_claim(
                session,
                claimed,
                state=OutboxState.WAITING,
                ready_at=_aware.validate_python(retry_at or now + pause(claimed.attempt)),
                ask_first=ask_first,
                reason=reason,
            )


def pause(attempt: int) -> timedelta:
    """How long to wait after a number of attempts: it doubles, up to an hour."""
    doublings = min(attempt - 1, 20)
    return min(_FIRST_PAUSE * (1 << doublings), _LONGEST_PAUSE)


def queue(session: Session, messages: Iterable[Message | Withdrawal], now: datetime) -> int:
    """Put messages into the outbox within a transaction, each key once; how many were new.

    A newer message of a slot withdraws the older ones of it that have certainly not gone, and takes their place in
    the lane: what was queued behind the older one (a line in the thread of a card) may need it.
    """
    return sum(_queue_one(session, each, now) for each in messages)


def _queue_one(session: Session, message: Message | Withdrawal, now: datetime) -> bool:
    if isinstance(message, Withdrawal):
        _withdraw_slot(session, message.slot, message.reason, now)
        return False
    new = insert_once(session, _row(message, now))
    if new is None:
        return False
    position = _take_place(session, message, new, now) if message.slot else new
    session.exec(update(OutboxRow).where(col(OutboxRow.id) == new).values(position=position))
    if message.reference and message.road is Road.LETTER:
        join_thread(session, message.reference, [str(message.payload.get("message_id", ""))])
    return True


def _row(message: Message, now: datetime) -> OutboxRow:
    ready_at = message.not_before or now
    values = message.model_dump(exclude={"not_before"})
    about = str(message.payload.get("about", ""))[:200]
    return OutboxRow.model_validate({**values, "about": about, "queued_at": now, "ready_at": ready_at})


def _take_place(session: Session, message: Message, new: int, now: datetime) -> int:
    """Withdraw the older ones of a message's slot; its position in the queue."""
    before = col(OutboxRow.id) < new
    older = _withdraw_slot(session, message.slot, "a newer one took its place", now, before)
    return min([position for lane, position in older if lane == message.lane], default=new)


def _withdraw_slot(
    session: Session, slot: str, reason: str, now: datetime, *narrowed: sa.ColumnElement[bool]
) -> list[tuple[str, int]]:
    """Withdraw what waits in a slot; lane and position of each.

    One that may have gone (`ask_first`) is left alone: its worker finds out, and its place is needed.
    """
    statement = (
        update(OutboxRow)
        .where(
            col(OutboxRow.slot) == slot,
            col(OutboxRow.state) == OutboxState.WAITING,
            col(OutboxRow.ask_first).is_(False),
            *narrowed,
        )
        .values(_withdrawn(reason, now))
        .returning(col(OutboxRow.lane), col(OutboxRow.position))
    )
    return [(lane, position) for lane, position in session.exec(statement)]


def _withdraw_late(session: Session, now: datetime) -> None:
    session.exec(
        update(OutboxRow)
        .where(
            col(OutboxRow.expires) <= now,
            col(OutboxRow.state) == OutboxState.WAITING,
            col(OutboxRow.ask_first).is_(False),
        )
        .values(_withdrawn("its time has passed", now))
    )


def _withdrawn(reason: str, now: datetime) -> dict[str, Any]:
    return {"state": OutboxState.WITHDRAWN, "reason": reason, "finished_at": now}


def _claimable(now: datetime, roads: Collection[Road]) -> Any:
    older = sa.inspect(OutboxRow).local_table.alias("older")
    unfinished_before = (
        sa.select(sa.literal(1))
        .where(
            older.c.lane == col(OutboxRow.lane),
            older.c.position < col(OutboxRow.position),
            older.c.state.in_(_UNFINISHED),
        )
        .exists()
    )
    return (
        select(OutboxRow)
        .where(
            sa.or_(
                sa.and_(col(OutboxRow.state) == OutboxState.WAITING, col(OutboxRow.ready_at) <= now),
                sa.and_(col(OutboxRow.state) == OutboxState.SENDING, col(OutboxRow.lease_until) <= now),
            ),
            sa.or_(col(OutboxRow.lane) == "", ~unfinished_before),
            col(OutboxRow.road).in_(roads),
        )
        .order_by(col(OutboxRow.position), col(OutboxRow.id))
    )


def _lease(row: OutboxRow, worker: str, now: datetime, lease: timedelta) -> Claimed:
    assert row.id is not None
    row.ask_first = row.ask_first or row.state is OutboxState.SENDING  # its worker died, or took too long
    row.state, row.worker, row.lease_until = OutboxState.SENDING, worker, now + lease
    row.attempts += 1
    return Claimed(
        id=row.id,
        worker=worker,
        message=_message(row),
        attempt=row.attempts,
        lease_until=now + lease,
        ask_first=row.ask_first,
        too_late=row.expires is not None and row.expires <= now,
    )


def _finish(session: Session, claimed: Claimed, now: datetime, **values: Any) -> bool:
    return _end_claim(session, claimed, finished_at=now, **values)


def _end_claim(session: Session, claimed: Claimed, **values: Any) -> bool:
    ended = session.exec(
        update(OutboxRow)
        .where(
            col(OutboxRow.id) == claimed.id,
            col(OutboxRow.worker) == claimed.worker,
            col(OutboxRow.attempts) == claimed.attempt,  # the same worker may have claimed it again since
            col(OutboxRow.state) == OutboxState.SENDING,
        )
        .values(lease_until=None, worker="", **values)
    )
    return bool(ended.rowcount == 1)


def _message(row: OutboxRow) -> Message:
    return Message(
        key=row.key,
        road=row.road,
        kind=row.kind,
        slot=row.slot,
        lane=row.lane,
        reference=row.reference,
        payload=row.payload,
        not_before=row.ready_at,
        expires=row.expires,
    )


def _line(row: OutboxRow) -> OutboxLine:
    assert row.id is not None
    return OutboxLine(
        id=row.id,
        key=row.key,
        road=row.road,
        kind=row.kind,
        slot=row.slot,
        lane=row.lane,
        reference=row.reference,
        about=row.about,
        state=row.state,
        ask_first=row.ask_first,
        attempts=row.attempts,
        queued_at=row.queued_at,
        ready_at=row.ready_at,
        expires=row.expires,
        finished_at=row.finished_at,
        place=row.place,
        reason=row.reason,
    )
