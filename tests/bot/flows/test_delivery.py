"""Each message goes out once, whatever happens on the way, and a failure of one never stops the next."""

import base64
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.clock import SetClock
from bot.fakes import InMemoryPostbox
from bot.fakes_channel import InMemoryChannel
from bot.flows.delivery import LEASE, Delivery, ToChannel, ToPostbox
from bot.ports import SurelyNotSent, Uncertain
from store import Outbox, OutboxState, Store
from store.messages import Message, Road

NOON = datetime(2026, 12, 3, 12, tzinfo=UTC)
RAW = b"Subject: MM-26-0001\r\n\r\nDear colleague\r\n"


class Setting:
    """An outbox with a channel and a postbox in memory."""

    def __init__(self, store: Store) -> None:
        self.outbox = Outbox(store)
        self.channel = InMemoryChannel()
        self.postbox = InMemoryPostbox()
        self.clock = SetClock(NOON)

    def put(self, *messages: Message) -> None:
        self.outbox.put(messages, self.clock.now())

        roads = {
            Road.CHANNEL: ToChannel(self.channel, self.outbox.place),
            Road.LETTER: ToPostbox(self.postbox),
        }
        self.delivery = Delivery(self.outbox, roads, self.clock, worker="w1")

    def deliver(self) -> Any:
        return self.delivery.deliver()

    def states(self) -> dict[str, OutboxState]:
        return {line.key: line.state for line in self.outbox.all()}


@pytest.fixture
def setting(store: Store) -> Setting:
    return Setting(store)


def a_card(version: int, text: str) -> Message:
    return Message(
        key=f"card/MM-26-0001/v{version}", road=Road.CHANNEL, kind="card", slot="card/MM-26-0001",
        lane="card/MM-26-0001", reference="MM-26-0001", payload={"content": {"text": text, "blocks": []}},
    )  # fmt: skip


def a_line(text: str) -> Message:
    return Message(
        key=f"thread/{text}", road=Road.CHANNEL, kind="thread", lane="card/MM-26-0001", reference="MM-26-0001",
        payload={"content": {"text": text, "blocks": []}, "thread_slot": "card/MM-26-0001"},
    )  # fmt: skip


def a_letter(raw: str | None = None) -> Message:
    return Message(
        key="answer/MM-26-0001", road=Road.LETTER, kind="answer",
        payload={
            "raw": raw if raw is not None else base64.b64encode(RAW).decode(),
            "sender": "admissions@westhaven.example", "recipients": ["office@weaver.example"],
            "message_id": "<mm.1@westhaven.example>", "subject": "MM-26-0001", "about": "answer",
        },
    )  # fmt: skip


def test_a_card_is_posted_once_and_then_redrawn_where_it_stands(setting: Setting) -> None:
    """One card a case: a newer version changes the post, it does not make another."""
    setting.put(a_card(1, "3 gaps"))
    setting.deliver()
    setting.put(a_card(2, "no gaps"))
    setting.deliver()
    assert [post.content["text"] for post in setting.channel.posts] == ["no gaps"]


def test_a_thread_line_stands_under_its_card(setting: Setting) -> None:
    """The line waits for the card of its lane and is posted in its thread."""
    setting.put(a_card(1, "card"), a_line("opened"))
    setting.deliver()
    card, line = setting.channel.posts
    assert (card.thread, line.thread) == ("", card.place)


def test_a_letter_goes_out_as_the_bytes_that_were_stored(setting: Setting) -> None:
    """The rendered bytes, to the stored recipients, under the stored Message-ID."""
    setting.put(a_letter())
    setting.deliver()
    (sent,) = setting.postbox.letters
    assert (sent.raw, sent.recipients, sent.message_id) == (
        RAW,
        ("office@weaver.example",),
        "<mm.1@westhaven.example>",
    )


@pytest.mark.parametrize("make", [lambda: a_card(1, "card"), a_letter])
def test_what_surely_did_not_go_is_tried_again_and_goes_once(
    setting: Setting, make: Callable[[], Message]
) -> None:
    """A refusal with a time to wait is put off for that time, and nothing is sent twice."""
    setting.put(make())
    busy = SurelyNotSent("busy", retry_after=30)
    setting.channel.troubles, setting.postbox.fault = [busy], busy
    assert setting.deliver().put_off == 1
    setting.postbox.fault = None
    assert setting.deliver().sent == 0
    setting.clock.advance(timedelta(seconds=31))
    assert setting.deliver().sent == 1
    assert len(setting.channel.posts) + len(setting.postbox.letters) == 1


@pytest.mark.parametrize("make", [lambda: a_card(1, "card"), a_letter])
def test_what_went_with_a_lost_answer_is_found_and_not_sent_again(
    setting: Setting, make: Callable[[], Message]
) -> None:
    """After an uncertain end the destination is asked first: it has it, so nothing more is sent."""
    setting.put(make())
    setting.channel.lost, setting.postbox.lose_answer = [Uncertain("cut")], True
    assert setting.deliver().put_off == 1
    setting.clock.advance(timedelta(hours=2))
    assert setting.deliver().sent == 1
    assert len(setting.channel.posts) + len(setting.postbox.letters) == 1


def test_a_card_whose_answer_was_lost_is_redrawn_where_it_was_found(setting: Setting) -> None:
    """The place found by asking serves every later version and the thread."""
    setting.put(a_card(1, "old"))
    setting.channel.lost = [Uncertain("cut")]
    setting.deliver()
    setting.put(a_card(2, "new"), a_line("line"))
    setting.clock.advance(timedelta(hours=2))
    setting.deliver()
    assert [(post.content["text"], post.thread != "") for post in setting.channel.posts] == [
        ("new", False),
        ("line", True),
    ]


def test_a_worker_that_died_in_the_middle_leaves_nothing_doubled(setting: Setting) -> None:
    """A claim whose lease has ended is asked about before it is sent again."""
    setting.put(a_letter())
    claimed = setting.outbox.claim("dead worker", NOON, LEASE)
    assert claimed is not None
    setting.postbox.send(RAW, sender="", recipients=[], message_id="<mm.1@westhaven.example>")
    assert setting.deliver().sent == 0
    setting.clock.advance(LEASE)
    assert setting.deliver().sent == 1
    assert len(setting.postbox.letters) == 1


def test_what_can_never_go_is_given_up_and_the_next_goes(setting: Setting) -> None:
    """A damaged message is a person's to look at; it does not hold up the others."""
    setting.put(a_letter(raw="not base64!"), a_card(1, "card"))
    done = setting.deliver()
    assert (done.given_up, done.sent) == (1, 1)
    assert setting.states()["answer/MM-26-0001"] is OutboxState.DEAD


def test_a_mistake_of_our_own_in_sending_counts_as_uncertain(setting: Setting) -> None:
    """Nobody knows whether it went, so it is asked about; the others go on."""
    setting.put(a_card(1, "card"), a_letter())
    setting.channel.troubles = [RuntimeError("a mistake")]  # type: ignore[list-item]
    assert (setting.deliver().put_off, len(setting.postbox.letters)) == (1, 1)
    (card,) = [line for line in setting.outbox.all() if line.road is Road.CHANNEL]
    assert card.ask_first


def test_what_is_too_late_is_not_sent(setting: Setting) -> None:
    """A reminder for a passed deadline never goes, not even after an uncertain try."""
    late = a_letter().model_copy(update={"expires": NOON + timedelta(minutes=10)})
    setting.put(late)
    setting.postbox.fault = Uncertain("timeout")
    setting.deliver()
    setting.postbox.fault = None
    setting.clock.advance(timedelta(hours=3))
    setting.deliver()
    assert setting.postbox.letters == []
    assert setting.states() == {"answer/MM-26-0001": OutboxState.WITHDRAWN}


def test_a_destination_that_asks_to_wait_is_left_alone_and_the_other_road_goes_on(setting: Setting) -> None:
    """One 429 holds back the whole channel for that time, so that no other post spends a try on it; letters go out."""
    setting.put(
        *(
            a_card(1, "card").model_copy(update={"key": f"card/{n}", "slot": "", "lane": ""})
            for n in range(20)
        )
    )
    setting.put(a_letter())
    setting.channel.troubles = [
        SurelyNotSent("slow down", retry_after=0),
        SurelyNotSent("slow down", retry_after=30),
    ]
    assert (setting.deliver().sent, len(setting.postbox.letters)) == (1, 1)
    assert sum(line.attempts for line in setting.outbox.all() if line.road is Road.CHANNEL) == 1
    setting.clock.advance(timedelta(seconds=1))
    assert setting.deliver().sent == 0
    setting.clock.advance(timedelta(seconds=30))
    assert setting.deliver().sent == 20


def test_delivery_stops_between_two_messages(setting: Setting) -> None:
    """A stop is heard after the message in hand; the rest waits for the next start."""
    setting.put(a_card(1, "card"), a_letter())
    roads = {
        Road.CHANNEL: ToChannel(setting.channel, setting.outbox.place),
        Road.LETTER: ToPostbox(setting.postbox),
    }
    delivery = Delivery(setting.outbox, roads, setting.clock, worker="w1")
    assert delivery.deliver(lambda: len(setting.channel.posts) == 1).sent == 1
    assert setting.postbox.letters == []
