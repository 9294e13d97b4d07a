"""Letters as they came: kept once, settled once, moved after that."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from store import Conclusion, KeptLetter, Letters, Store
from tests.store.cases import MONDAY, casebook
from tests.store_fixtures import Database

NOTHING = Conclusion(becomes="automatic", reason="machine")


def keep(letters: Letters, name: str, raw: bytes = b"letter", **values: Any) -> KeptLetter:
    given = {"mailbox": "inbox", "external_id": name, "raw": raw, "received": MONDAY, "now": MONDAY, **values}
    return letters.keep(**given)


def settle(store: Store, letter: KeptLetter) -> None:
    casebook(store).conclude(letter.id, NOTHING, [], MONDAY)


def test_bytes_are_kept_as_they_came(store: Store) -> None:
    """Every byte, and the mailbox's own time, aware and in UTC whatever zone it was given in."""
    raw = bytes(range(256)) * 400
    received = datetime.fromisoformat("2026-07-01T00:30:00+01:00")
    letter = keep(Letters(store), "1", raw, received=received)
    assert Letters(store).raw(letter.id) == raw
    assert letter.received == datetime(2026, 6, 30, 23, 30, tzinfo=UTC)
    assert letter.received.utcoffset() == timedelta(0)
    assert (letter.size, letter.concluded, letter.moved_at) == (102_400, False, None)


def test_the_same_bytes_are_kept_once_a_mailbox(store: Store) -> None:
    """Keeping is idempotent; another mailbox's copy is a letter of its own."""
    letters = Letters(store)
    first = keep(letters, "1")
    assert keep(letters, "1", now=MONDAY + timedelta(hours=1)) == first
    assert keep(letters, "1", mailbox="other").id != first.id
    assert len(letters.all()) == 2


def test_a_second_copy_in_the_mailbox_is_moved_too(store: Store) -> None:
    """The same bytes under another id, after the first copy was settled and filed: this one is still to be filed."""
    letters = Letters(store)
    first = keep(letters, "1")
    settle(store, first)
    letters.moved(first.id, MONDAY)
    assert letters.unmoved("inbox") == ()
    assert keep(letters, "1").moved_at == MONDAY
    keep(letters, "2")
    assert [(letter.id, letter.external_id) for letter in letters.unmoved("inbox")] == [(first.id, "2")]


def test_the_same_letter_in_other_bytes_is_a_duplicate(store: Store) -> None:
    """Exchange makes the bytes anew at each fetch: the stable parts tell, and the first letter stays the letter."""
    letters = Letters(store)
    first, again, other = (keep(letters, str(n), raw) for n, raw in enumerate([b"a", b"b", b"c"]))
    assert letters.identify(first.id, "key").duplicate_of is None
    assert letters.identify(again.id, "key").duplicate_of == first.id
    assert letters.identify(first.id, "key").duplicate_of is None  # parsed again after a crash
    assert letters.identify(other.id, "other key").duplicate_of is None
    found = letters.with_stable_key("inbox", "key")
    assert found is not None
    assert found.id == first.id
    assert letters.with_stable_key("other", "key") is None


def test_two_workers_that_parse_the_same_letter_agree(database: Database) -> None:
    """At once, in two rows of other bytes: exactly one is the letter, and the other its duplicate."""
    stores = [database.open() for _ in range(2)]
    ids = [keep(Letters(stores[0]), str(n), raw).id for n, raw in enumerate([b"a", b"b"])]
    with ThreadPoolExecutor(2) as pool:
        seen = list(pool.map(lambda store, letter: Letters(store).identify(letter, "key"), stores, ids))
    assert sorted(letter.duplicate_of or 0 for letter in seen) in ([0, ids[0]], [0, ids[1]])


def test_letters_wait_in_the_order_of_their_arrival(store: Store) -> None:
    """By the mailbox's time, not by the order in which they were kept; what is settled waits no more."""
    letters = Letters(store)
    late = keep(letters, "1", b"a", received=MONDAY + timedelta(minutes=5))
    early = keep(letters, "2", b"b", received=MONDAY)
    keep(letters, "3", b"c", mailbox="other")
    assert [letter.id for letter in letters.unconcluded("inbox")] == [early.id, late.id]
    settle(store, early)
    assert [letter.id for letter in letters.unconcluded("inbox")] == [late.id]
    assert [letter.id for letter in letters.unmoved("inbox")] == [early.id]
    letters.moved(early.id, MONDAY)
    assert letters.unmoved("inbox") == ()


def test_a_letter_is_found_by_message_id_and_by_sender(store: Store) -> None:
    """However the address is written; of the sender only what was kept since an instant."""
    letters = Letters(store)
    first, other = keep(letters, "1", b"a"), keep(letters, "2", b"b", now=MONDAY + timedelta(hours=1))
    letters.identify(first.id, "a", message_id="<m@x.example>", sender="Head@Oakfield.example")
    letters.identify(other.id, "b", message_id="<m@x.example>", sender="head@oakfield.example")
    assert [letter.id for letter in letters.with_message_id("inbox", "m@x.example")] == [first.id, other.id]
    assert letters.with_message_id("other", "<m@x.example>") == ()
    assert [letter.id for letter in letters.from_sender("head@oakfield.example", MONDAY)] == [
        first.id,
        other.id,
    ]
    assert [letter.id for letter in letters.from_sender("HEAD@oakfield.example", other.kept_at)] == [other.id]


def test_a_letter_that_stops_us_is_found_out(store: Store) -> None:
    """Each beginning is counted before it, so that a letter that kills the process is known by its count."""
    letters = Letters(store)
    letter = keep(letters, "1")
    assert [letters.begun(letter.id) for _ in range(3)] == [1, 2, 3]
    assert letters.get(letter.id).attempts == 3


def test_an_unknown_letter_is_said_to_be_unknown(store: Store) -> None:
    """By its number, and for its bytes."""
    for ask in (Letters(store).get, Letters(store).raw):
        with pytest.raises(LookupError):
            ask(99)


def test_workers_that_see_the_same_letter_keep_it_once(database: Database) -> None:
    """Four connections at once: one row, and all are given the same letter."""
    stores = [database.open() for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        kept = list(pool.map(lambda store: keep(Letters(store), "1"), stores))
    assert len({letter.id for letter in kept}) == 1
    assert len(Letters(stores[0]).all()) == 1


@pytest.mark.parametrize("code", ["Not a code", "x" * 41, ""])
def test_an_outcome_is_a_code(code: str) -> None:
    """Never a sentence, a subject or a name: only small letters and underscores."""
    with pytest.raises(ValueError, match="becomes"):
        Conclusion(becomes=code)


def test_a_senders_letters_may_be_narrowed_by_what_was_concluded(store: Store) -> None:
    """Only those whose conclusion has the named entry true: not false, not absent, not unconcluded."""
    letters = Letters(store)
    for name, detail in {"a": {"answered": True}, "b": {"answered": False}, "c": {}, "d": None}.items():
        letter = letters.identify(keep(letters, name, name.encode()).id, name, sender="head@oakfield.example")
        if detail is not None:
            conclusion = Conclusion(becomes="referral", detail=detail)
            casebook(store).conclude(letter.id, conclusion, [], MONDAY)
    found = letters.from_sender("head@oakfield.example", MONDAY, marked="answered")
    assert [letter.stable_key for letter in found] == ["a"]
