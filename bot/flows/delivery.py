"""Hands what waits in the outbox to the outside, each thing once.

A sending ends as *sent*, *surely not sent* (tried again later) or *uncertain*; only after an uncertain end, or when a
worker died in the middle of one, is the destination asked before anything is sent again.
"""

import base64
import binascii
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

import structlog

from bot import presence
from bot.clock import Clock
from bot.flows.incidents import incident
from bot.ports import Channel, Postbox, SurelyNotSent, Uncertain
from store.messages import Message, Road
from store.outbox import Claimed, Outbox

LEASE = timedelta(minutes=5)
"""After so long a worker that claimed a message is taken for dead, and the destination is asked."""

_log = structlog.get_logger()


class Destination(Protocol):
    """One road out, as delivery sees it: both answer with the place where the message stands."""

    def find(self, message: Message) -> str:
        """Where a message stands that may have gone already, "" when it has not. Raises `Uncertain`."""
        ...

    def send(self, message: Message) -> str:
        """Send it. Raises `SurelyNotSent` or `Uncertain`."""
        ...


@dataclass(slots=True)
class Delivered:
    """What one round of delivery came to."""

    sent: int = 0
    put_off: int = 0
    given_up: int = 0


class Delivery:
    """Empties the outbox. `worker` names this process in the claims."""

    def __init__(
        self, outbox: Outbox, destinations: Mapping[Road, Destination], clock: Clock, *, worker: str
    ) -> None:
        self._outbox = outbox
        self._destinations = destinations
        self._clock = clock
        self._worker = worker
        self._closed: dict[Road, datetime] = {}  # roads that asked us to wait, and until when

    def begin(self) -> int:
        """Take over at once what workers left in hand that died on this computer; how many messages."""
        gone = [name for name in self._outbox.claimants() if presence.is_gone(name)]
        return sum(self._outbox.release(name, self._clock.now()) for name in gone)

    def deliver(self, stopping: Callable[[], bool] = lambda: False) -> Delivered:
        """Send until nothing is left that may go now. One message's failure never stops the next."""
        done = Delivered()
        while not stopping():
            now = self._clock.now()
            claimed = self._outbox.claim(self._worker, now, LEASE, roads=self._open_roads(now))
            if claimed is None:
                break
            self._deliver_one(claimed, done)
        return done

    def _open_roads(self, now: datetime) -> list[Road]:
        """A destination that asks us to wait (429) is left alone: else every waiting message would spend a try on it."""
        return [road for road in self._destinations if self._closed.get(road, now) <= now]

    def _deliver_one(self, claimed: Claimed, done: Delivered) -> None:
        try:
            place = self._place(claimed)
        except SurelyNotSent as error:
            self._not_sent(claimed, error, done)
        except Uncertain as error:
            self._uncertain(claimed, str(error), done)
        except Exception as error:  # noqa: BLE001 - nobody knows whether it went; the destination is asked next time
            self._uncertain(claimed, incident(_log, "delivery failed", error, key=claimed.message.key), done)
        else:
            self._finish(claimed, place, done)

    def _place(self, claimed: Claimed) -> str | None:
        """Where it stands now; None when its time has passed and it had not gone."""
        destination = self._destinations[claimed.message.road]
        found = destination.find(claimed.message) if claimed.ask_first else ""
        if claimed.too_late and not found:
            return None
        return found or destination.send(claimed.message)

    def _finish(self, claimed: Claimed, place: str | None, done: Delivered) -> None:
        now = self._clock.now()
        if place is None:
            self._outbox.withdraw(claimed, "its time has passed", now)
            return
        self._outbox.sent(claimed, place, now)
        done.sent += 1

    def _not_sent(self, claimed: Claimed, error: SurelyNotSent, done: Delivered) -> None:
        now = self._clock.now()
        if error.final:
            self._outbox.give_up(claimed, str(error), now)
            _log.error("given up", key=claimed.message.key)
            done.given_up += 1
            return
        again = None
        if error.retry_after is not None:
            again = now + timedelta(seconds=max(1.0, error.retry_after))
            self._closed[claimed.message.road] = again
        self._outbox.not_sent(claimed, again, str(error), now)
        done.put_off += 1

    def _uncertain(self, claimed: Claimed, reason: str, done: Delivered) -> None:
        self._outbox.uncertain(claimed, None, reason, self._clock.now())
        _log.warning("uncertain", key=claimed.message.key)
        done.put_off += 1


class ToChannel:
    """The channel. A card is redrawn where it stands; a thread line goes under the card it belongs to."""

    def __init__(self, channel: Channel, place_of: Callable[[str], str]) -> None:
        self._channel = channel
        self._place_of = place_of  # `Outbox.place`

    def find(self, message: Message) -> str:
        """The post with this message's key. A redrawing is simply done again."""
        if self._standing(message):
            return ""
        return self._channel.find(message.key, thread=self._thread(message))

    def send(self, message: Message) -> str:
        """Redraw or post."""
        content: dict[str, Any] = message.payload["content"]
        standing = self._standing(message)
        if standing:
            self._channel.update(standing, content, key=message.key)
            return standing
        return self._channel.post(content, key=message.key, thread=self._thread(message))

    def _thread(self, message: Message) -> str:
        slot = str(message.payload.get("thread_slot") or "")
        return self._place_of(slot) if slot else ""

    def _standing(self, message: Message) -> str:
        return self._place_of(message.slot) if message.kind == "card" and message.slot else ""


class ToPostbox:
    """Letters. The Message-ID follows from the outbox key, so that the destination can be asked for it."""

    def __init__(self, postbox: Postbox) -> None:
        self._postbox = postbox

    def find(self, message: Message) -> str:
        """Its Message-ID when a letter with it has gone out."""
        message_id = str(message.payload["message_id"])
        return message_id if self._postbox.sent(message_id) else ""

    def send(self, message: Message) -> str:
        """Send the very bytes that were rendered when it was queued."""
        payload = message.payload
        try:
            raw = base64.b64decode(payload["raw"], validate=True)
        except (binascii.Error, ValueError) as error:
            raise SurelyNotSent("its stored bytes are damaged", final=True) from error
        self._postbox.send(
            raw,
            sender=payload["sender"],
            recipients=list(payload["recipients"]),
            message_id=payload["message_id"],
        )
        return str(payload["message_id"])
