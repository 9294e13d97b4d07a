"""The outbox: each message goes once, in the order of its lane, or is seen not to have gone."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from store import Outbox, OutboxState, Store
from store.messages import Message, Road, Withdrawal
from tests.store_fixtures import Database

NOW = datetime(2026, 12, 3, 17, 0, tzinfo=UTC)
LEASE = timedelta(minutes=2)


def message(key: str, **values: Any) -> Message:
    return Message(
        **{"key": key, "road": Road.CHANNEL, "kind": "post", "payload": {"content": key}, **values}
    )


def states(outbox: Outbox) -> dict[str, str]:
    return {line.key: str(line.state) for line in outbox.all()}


def test_a_message_goes_from_not_due_to_due_to_leased_to_lease_expired(store: Store) -> None:
    """Before its time nothing is claimed; then one worker has it; when its lease ends the next is told to ask first."""
    outbox = Outbox(store)
    outbox.put([message("a", not_before=NOW)], NOW - timedelta(hours=1))

    assert outbox.claim("one", NOW - timedelta(seconds=1), LEASE) is None
    first = outbox.claim("one", NOW, LEASE)
    assert first.message == message("a", not_before=NOW)
    assert not first.ask_first
    assert outbox.claim("two", NOW + LEASE - timedelta(seconds=1), LEASE) is None
    second = outbox.claim("two", NOW + LEASE, LEASE)
    assert second.ask_first
    assert (second.id, second.attempt) == (first.id, 2)


def test_a_worker_that_lost_its_claim_cannot_finish(store: Store) -> None:
    """Its lease ended and another worker has the message: only that one's word counts."""
    outbox = Outbox(store)
    outbox.put([message("a")], NOW)
    slow = outbox.claim("worker", NOW, LEASE)
    quick = outbox.claim("worker", NOW + LEASE, LEASE)  # the same name: a process that was started again

    assert not outbox.sent(slow, "1.1", NOW + LEASE)
    assert states(outbox) == {"a": "sending"}
    assert outbox.sent(quick, "1.2", NOW + LEASE)
    assert not outbox.sent(quick, "1.3", NOW + LEASE)
    assert outbox.all()[0].place == "1.2"


def test_a_listing_says_what_a_message_is_about(store: Store) -> None:
    """By the short word in its payload; the letter itself is not in the line."""
    outbox = Outbox(store)
    outbox.put([message("a", payload={"about": "gaps", "raw": "QUJD"}), message("b")], NOW)
    assert [(line.key, line.about) for line in outbox.all()] == [("a", "gaps"), ("b", "")]
    assert "QUJD" not in str(outbox.all())


def test_the_same_key_is_queued_once(store: Store) -> None:
    """Queuing a key again changes nothing, also after it went."""
    outbox = Outbox(store)
    assert outbox.put([message("a"), message("a", payload={"content": "other"})], NOW) == 1
    outbox.sent(outbox.claim("one", NOW, LEASE), "", NOW)

    assert outbox.put([message("a")], NOW) == 0
    assert outbox.message("a").payload == {"content": "a"}
    assert states(outbox) == {"a": "sent"}


def test_a_lane_keeps_its_order(store: Store) -> None:
    """A message waits for the older ones of its lane, whatever they wait for; other lanes do not wait."""
    outbox = Outbox(store)
    later = NOW + timedelta(hours=1)
    outbox.put(
        [message("a1", lane="a", not_before=later), message("a2", lane="a"), message("b1", lane="b")], NOW
    )

    other_lane = outbox.claim("one", NOW, LEASE)
    assert other_lane.message.key == "b1"
    outbox.sent(other_lane, "", NOW)
    assert outbox.claim("one", NOW, LEASE) is None
    first = outbox.claim("one", later, LEASE)
    assert first.message.key == "a1"
    assert outbox.claim("two", later, LEASE) is None
    outbox.uncertain(first, later + LEASE, "cut off", later)
    assert outbox.claim("two", later, LEASE) is None
    outbox.give_up(outbox.claim("two", later + LEASE, LEASE), "refused", later + LEASE)
    assert outbox.claim("two", later + LEASE, LEASE).message.key == "a2"


def test_a_newer_message_of_a_slot_withdraws_the_older(store: Store) -> None:
    """Only what has certainly not gone is withdrawn: not what is being sent, nor what may have gone."""
    outbox = Outbox(store)
    outbox.put([message("may have gone", slot="card")], NOW)
    outbox.uncertain(outbox.claim("one", NOW, LEASE), NOW + timedelta(days=1), "timeout", NOW)
    outbox.put([message("being sent", slot="card")], NOW)
    outbox.claim("one", NOW, LEASE)
    outbox.put(
        [message("old", slot="card"), message("other", slot="answer"), message("new", slot="card")], NOW
    )

    assert states(outbox) == {
        "may have gone": "waiting",
        "being sent": "sending",
        "old": "withdrawn",
        "other": "waiting",
        "new": "waiting",
    }


@pytest.mark.parametrize(
    ("lane", "order"),
    [("a", ["card 3", "line 1", "line 2"]), ("b", ["line 1", "line 2", "card 3"])],
)
def test_a_newer_message_takes_the_place_in_the_lane(store: Store, lane: str, order: list[str]) -> None:
    """The lines in a card's thread need a card: one that is drawn anew goes where the older one stood in its lane.

    From another lane it does not jump the queue.
    """
    outbox = Outbox(store)
    outbox.put([message("card 1", slot="card", lane="a"), message("line 1", lane="a")], NOW)
    outbox.put([message("card 2", slot="card", lane="a"), message("line 2", lane="a")], NOW)
    outbox.put([message("card 3", slot="card", lane=lane)], NOW)

    sent = []
    while claimed := outbox.claim("one", NOW, LEASE):
        sent.append(claimed.message.key)
        outbox.sent(claimed, "", NOW)
    assert sent == order


def test_a_withdrawal_empties_a_slot(store: Store) -> None:
    """What waits in a slot is withdrawn with the reason given, and never goes."""
    outbox = Outbox(store)
    outbox.put([message("a", slot="answer/MM-26-0001"), message("b", slot="")], NOW)
    outbox.put([Withdrawal(slot="answer/MM-26-0001", reason="a correction came")], NOW)

    assert [(line.key, line.state, line.reason) for line in outbox.all(OutboxState.WITHDRAWN)] == [
        ("a", OutboxState.WITHDRAWN, "a correction came")
    ]
    assert outbox.claim("one", NOW, LEASE).message.key == "b"
    assert outbox.claim("one", NOW, LEASE) is None


def test_what_is_too_late_is_withdrawn_unsent(store: Store) -> None:
    """A reminder for a passed deadline never goes; one that may have gone already is only asked after."""
    outbox = Outbox(store)
    outbox.put([message("never tried", expires=NOW), message("may have gone", expires=NOW)], NOW - LEASE)
    outbox.put([message("on time", expires=NOW + LEASE)], NOW - LEASE)
    first, second = (outbox.claim("one", NOW - LEASE, LEASE) for _ in range(2))
    outbox.not_sent(first, NOW, "busy", NOW - LEASE)
    outbox.uncertain(second, NOW, "timeout", NOW - LEASE)

    claims = [outbox.claim("one", NOW, LEASE) for _ in range(3)]
    assert [(each.message.key, each.ask_first, each.too_late) for each in claims if each] == [
        ("may have gone", True, True),
        ("on time", False, False),
    ]
    assert states(outbox)["never tried"] == "withdrawn"


def test_surely_not_sent_clears_the_doubt(store: Store) -> None:
    """After an uncertain end the destination is asked; once it says no, the next try need not ask again."""
    outbox = Outbox(store)
    outbox.put([message("a")], NOW)
    outbox.uncertain(outbox.claim("one", NOW, LEASE), NOW, "timeout", NOW)
    asked = outbox.claim("one", NOW, LEASE)
    assert asked.ask_first
    outbox.not_sent(asked, NOW, "not there, and busy", NOW)
    assert not outbox.claim("one", NOW, LEASE).ask_first


def test_after_so_many_attempts_a_message_is_dead_and_seen(store: Store) -> None:
    """It stays in the listing with its reason; a person can revive it, and then the destination is asked first."""
    outbox = Outbox(store, attempts=2)
    outbox.put([message("a")], NOW)
    outbox.not_sent(outbox.claim("one", NOW, LEASE), NOW, "busy", NOW)
    outbox.uncertain(outbox.claim("one", NOW, LEASE), NOW, "timeout", NOW)

    assert outbox.claim("one", NOW + timedelta(days=9), LEASE) is None
    assert [(line.state, line.reason, line.attempts) for line in outbox.all()] == [
        (OutboxState.DEAD, "timeout", 2)
    ]
    outbox.revive("a", NOW)
    assert outbox.claim("one", NOW, LEASE).ask_first


def test_the_pause_between_tries_grows_to_an_hour(store: Store) -> None:
    """15 seconds, then double each time: the third try waits 60 seconds, the tenth an hour."""
    outbox = Outbox(store)
    outbox.put([message("a")], NOW)
    pauses, at = [], NOW
    for _ in range(10):
        outbox.not_sent(outbox.claim("one", at, LEASE), None, "busy", at)
        pauses.append((outbox.all()[0].ready_at - at).total_seconds())
        at = outbox.all()[0].ready_at
    assert pauses == [15, 30, 60, 120, 240, 480, 960, 1920, 3600, 3600]


def test_a_slot_remembers_its_place(store: Store) -> None:
    """Where the last post of a slot stands is found by its slot; nothing sent, no place."""
    outbox = Outbox(store)
    outbox.put([message("a", slot="card/1")], NOW)
    assert outbox.place("card/1") == ""
    outbox.sent(outbox.claim("one", NOW, LEASE), "1700.1", NOW)
    outbox.put([message("b", slot="card/1")], NOW)
    outbox.sent(outbox.claim("one", NOW, LEASE), "1700.2", NOW)
    assert outbox.place("card/1") == "1700.2"
    assert outbox.place("card/2") == ""


def test_two_claimers_never_get_the_same(database: Database) -> None:
    """Forty messages, four workers at once, each with its own connection: every message is claimed exactly once."""
    keys = [f"m{number}" for number in range(40)]
    stores = [database.open() for _ in range(4)]
    Outbox(stores[0]).put([message(key) for key in keys], NOW)

    def drain(number: int) -> list[str]:
        outbox, taken = Outbox(stores[number]), []
        while claimed := outbox.claim(f"worker {number}", NOW, LEASE):
            taken.append(claimed.message.key)
        return taken

    with ThreadPoolExecutor(4) as pool:
        taken = list(pool.map(drain, range(4)))
    assert sorted(key for each in taken for key in each) == sorted(keys)


def test_lanes_keep_their_order_with_many_workers(database: Database) -> None:
    """Three lanes of ten, three workers: within each lane the messages go in the order they were queued."""
    stores = [database.open() for _ in range(3)]
    Outbox(stores[0]).put([message(f"{lane}{n}", lane=lane) for n in range(10) for lane in "abc"], NOW)
    sent: list[str] = []

    def drain(number: int) -> None:
        outbox = Outbox(stores[number])
        while any(line.state in {"waiting", "sending"} for line in outbox.all()):
            if claimed := outbox.claim(f"worker {number}", NOW, LEASE):
                sent.append(claimed.message.key)
                outbox.sent(claimed, "", NOW)

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(drain, range(3)))
    assert len(sent) == 30
    for lane in "abc":
        assert [key for key in sent if key[0] == lane] == [f"{lane}{n}" for n in range(10)]


@pytest.mark.parametrize("text", ["a\0b", "lone \ud800 surrogate", "literal \\u0000 stays"])
def test_any_text_can_be_kept(store: Store, text: str) -> None:
    """What a database refuses (NUL, half a character) is replaced; a text that only looks like it is not."""
    outbox = Outbox(store)
    outbox.put([message("a", payload={"text": text})], NOW)
    kept = outbox.message("a").payload["text"]
    assert kept == text.replace("\0", "\ufffd").replace("\ud800", "\ufffd")


def test_the_claims_of_a_worker_known_to_be_dead_end_at_once(store: Store) -> None:
    """They need not wait for their leases; each is asked about first, and the claims of the living stay theirs."""
    outbox = Outbox(store)
    outbox.put([message("a"), message("b")], NOW)
    outbox.claim("dead", NOW, LEASE)
    theirs = outbox.claim("alive", NOW, LEASE)
    assert outbox.claimants() == ("alive", "dead")
    assert outbox.release("dead", NOW) == 1
    again = outbox.claim("heir", NOW, LEASE)
    assert (again.message.key, again.ask_first) == ("a", True)
    assert outbox.sent(theirs, "", NOW)
