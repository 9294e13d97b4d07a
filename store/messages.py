"""A message waiting to go out, already rendered. `bot/messages.py` makes them; the outbox keeps and hands them on."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class Road(StrEnum):
    """The way a message goes out."""

    CHANNEL = "channel"  # the team's chat channel
    LETTER = "letter"  # e-mail


class Message(BaseModel):
    """One outgoing thing, rendered, so that a retry sends the same bytes.

    `key` is unique for ever: the same thing is never queued twice. `slot` is what it is about ("card/MM-26-0007",
    "answer/MM-26-0007"): a newer message of a slot withdraws an older one that has not gone. `lane` keeps order: a
    message waits for the older ones of its lane. `payload` is JSON; what it holds depends on the road (`bot/ports.py`).
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    key: str = Field(min_length=1, max_length=200)
    road: Road
    kind: str  # "card", "thread", "post", "answer", "reminder", "notice"
    slot: str = ""
    lane: str = ""
    reference: str = ""  # the case, "" when it is about none
    payload: dict[str, Any]
    not_before: datetime | None = None
    expires: datetime | None = (
        None  # after this instant it is withdrawn unsent (a reminder for a passed deadline)
    )


class Withdrawal(BaseModel):
    """Withdraw what has not gone yet from a slot, because it is no longer true."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    slot: str
    reason: str
