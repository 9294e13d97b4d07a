"""What every message to the channel is made of: posts, lines in the thread of a case's card, and where they hang."""

from typing import Any, TypeAlias

from bot.slack import cards
from store.messages import Message, Road, Withdrawal

Queued: TypeAlias = Message | Withdrawal


def card_slot(reference: str) -> str:
    """What the card of a case stands under in the outbox; its thread hangs on it."""
    return f"card/{reference}"


def post(content: dict[str, Any], *, thread_slot: str = "") -> dict[str, Any]:
    """The payload of a post, in the thread of a slot's place where one is named."""
    return {"content": content, "thread_slot": thread_slot}


def thread_line(reference: str, occasion: str, sentence: str, *, slot: str = "") -> Message:
    """A sentence in the thread of a case's card."""
    hangs_on = card_slot(reference)
    return Message(
        key=f"thread/{reference}/{occasion}",
        road=Road.CHANNEL,
        kind="thread",
        slot=slot,
        lane=hangs_on,
        reference=reference,
        payload=post(cards.thread_line(reference, sentence), thread_slot=hangs_on),
    )
