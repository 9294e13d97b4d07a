"""The outbox, the poster and the workspace together: what goes wrong on the way changes nothing in the end."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.clock import SetClock
from bot.flows.delivery import LEASE, Delivery, ToChannel
from bot.slack import cards
from bot.slack.poster import SlackChannel
from bot.text import thread
from store import Outbox, OutboxState, Store
from store.messages import Message, Road
from tests.bot.slack.loopback import (
    BOT_TOKEN,
    CHANNEL,
    DropRequest,
    LoopbackSlack,
    LoseAnswer,
    Refuse,
    too_often,
)
from tests.bot.slack.samples import case_line
from tests.store_fixtures import *  # noqa: F403 - the fixtures are named in its __all__

NOON = datetime(2026, 12, 3, 12, tzinfo=UTC)
TROUBLES = [
    too_often(3),
    LoseAnswer(),
    Refuse("x", status=503, body="busy"),
    DropRequest(),
    Refuse("internal_error"),
]


class ToSlack:
    """An outbox whose channel is the loopback workspace."""

    def __init__(self, store: Store, slack: LoopbackSlack) -> None:
        self.outbox = Outbox(store)
        self.clock = SetClock(NOON)
        self.channel = SlackChannel(BOT_TOKEN, CHANNEL, base_url=slack.base_url)

    def deliver(self, worker: str = "w1") -> None:
        """One round."""
        roads = {Road.CHANNEL: ToChannel(self.channel, self.outbox.place)}
        Delivery(self.outbox, roads, self.clock, worker=worker).deliver()

    def deliver_all(self) -> None:
        """Rounds until nothing waits, the clock moving on between them."""
        for _ in range(40):
            self.deliver()
            if {line.state for line in self.outbox.all()} <= {OutboxState.SENT, OutboxState.DEAD}:
                return
            self.clock.advance(timedelta(minutes=10))

    def put(self, *messages: Message) -> None:
        """Queue."""
        self.outbox.put(messages, self.clock.now())


@pytest.fixture
def road(sqlite_store: Store, slack: LoopbackSlack) -> ToSlack:
    """The road to the workspace."""
    return ToSlack(sqlite_store, slack)


def a_card(number: int = 7, version: int = 1) -> Message:
    """The card of a case."""
    line = case_line(number, version=version, gaps=version)
    slot = f"card/{line.reference}"
    return Message(
        key=f"{slot}/v{version}", road=Road.CHANNEL, kind="card", slot=slot, lane=slot, reference=line.reference,
        payload={"content": cards.case_card(line), "thread_slot": ""},
    )  # fmt: skip


def a_line(number: int = 7, version: int = 1) -> Message:
    """A sentence in its thread."""
    line = case_line(number, gaps=version)
    slot = f"card/{line.reference}"
    return Message(
        key=f"thread/{line.reference}/v{version}", road=Road.CHANNEL, kind="thread", lane=slot,
        reference=line.reference,
        payload={"content": cards.thread_line(line.reference, thread.assessed(line)), "thread_slot": slot},
    )  # fmt: skip


def keys(slack: LoopbackSlack) -> list[str]:
    """The keys of everything in the workspace, in the order of posting."""
    return [message["metadata"]["event_payload"]["key"] for message in slack.messages]


def test_a_card_its_thread_and_its_redrawing_arrive_in_order(slack: LoopbackSlack, road: ToSlack) -> None:
    """One post, one line under it, and the post shows the newest version."""
    road.put(a_card(), a_line())
    road.deliver()
    road.put(a_card(version=2))
    road.deliver()
    card, line = slack.messages
    assert line["thread_ts"] == card["ts"]
    assert "2 gaps" in card["text"]
    assert keys(slack) == ["card/MM-26-0007/v1", "thread/MM-26-0007/v1"]


def test_retry_after_is_kept_by_the_outbox(slack: LoopbackSlack, road: ToSlack) -> None:
    """Nothing is asked of Slack before the seconds are over; then it goes."""
    slack.troubles["chat.postMessage"] = [too_often(90)]
    road.put(a_card())
    road.deliver()
    road.clock.advance(timedelta(seconds=89))
    road.deliver()
    assert len(slack.calls) == 1
    road.clock.advance(timedelta(seconds=1))
    road.deliver()
    assert keys(slack) == ["card/MM-26-0007/v1"]


@pytest.mark.parametrize("trouble", range(len(TROUBLES)))
@pytest.mark.parametrize("at", [0, 1])
def test_each_trouble_at_each_post_ends_in_one_post_each(
    slack: LoopbackSlack, road: ToSlack, trouble: int, at: int
) -> None:
    """Whether it strikes at the card or at the line in its thread: none is lost, none is doubled."""
    road.put(a_card(), a_line())
    slack.troubles["chat.postMessage"] = [*[None] * at, TROUBLES[trouble]]
    road.deliver_all()
    assert keys(slack) == ["card/MM-26-0007/v1", "thread/MM-26-0007/v1"]
    assert slack.messages[1]["thread_ts"] == slack.messages[0]["ts"]


def test_a_storm_of_all_troubles_loses_and_doubles_nothing(slack: LoopbackSlack, road: ToSlack) -> None:
    """Twelve cases, every second call in trouble, also those that ask: order holds within each case."""
    expected = []
    for number in range(1, 13):
        road.put(a_card(number), a_line(number))
        expected += [f"card/MM-26-{number:04d}/v1", f"thread/MM-26-{number:04d}/v1"]
    storm = [trouble for trouble in TROUBLES * 3 for trouble in (trouble, None)]
    slack.troubles["chat.postMessage"] = list(storm)
    slack.troubles["conversations.history"] = [too_often(), DropRequest()]
    slack.troubles["conversations.replies"] = [Refuse("x", status=500)]
    road.deliver_all()
    assert sorted(keys(slack)) == sorted(expected)
    places = {message["ts"]: key for message, key in zip(slack.messages, keys(slack), strict=True)}
    for message, key in zip(slack.messages, keys(slack), strict=True):
        if key.startswith("thread/"):
            assert places[message["thread_ts"]].split("/")[1] == key.split("/")[1]


def test_a_worker_that_died_after_posting_leaves_one_card(slack: LoopbackSlack, road: ToSlack) -> None:
    """It claimed and posted, and was killed before it could write that down: the next one finds the post."""
    road.put(a_card())
    claimed = road.outbox.claim("killed", road.clock.now(), LEASE)
    assert claimed is not None
    road.channel.post(claimed.message.payload["content"], key=claimed.message.key)
    road.clock.advance(LEASE + timedelta(seconds=1))
    road.deliver("w2")
    assert keys(slack) == ["card/MM-26-0007/v1"]
    assert road.outbox.place("card/MM-26-0007") == slack.messages[0]["ts"]
