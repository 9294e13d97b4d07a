"""A letter is settled once: its outcome, its commands and its messages, all or none."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from store import Conclusion, Folder, Letters, Outbox, Queries, Store
from store.errors import AlreadyConcluded, NotAllowed
from store.messages import Message, Road
from store.protocol.commands import CorrectReferral, PutOnPanel
from store.protocol.events import Event
from tests.store.cases import MONDAY, OAKFIELD, OFFICER, PUPIL, casebook, filing, referral
from tests.store_fixtures import Database

FILED = Conclusion(becomes="referral", reason="form_read")


def kept(store: Store, name: str = "a") -> int:
    return Letters(store).keep("inbox", name, name.encode(), MONDAY, MONDAY).id


def note(key: str) -> Message:
    return Message(key=key, road=Road.CHANNEL, kind="post", payload={"content": {"text": key}})


def test_a_letter_with_two_forms_opens_two_cases(store: Store) -> None:
    """Both cases and the outcome naming them are saved together."""
    letter = kept(store)
    events = casebook(store).conclude(letter, FILED, [filing(letter), filing(letter, form="2")], MONDAY)

    assert sorted({event.reference for event in events}) == ["MM-26-0001", "MM-26-0002"]
    outcome = Letters(store).get(letter).outcome
    assert outcome is not None
    assert outcome.at == MONDAY
    assert outcome.conclusion == FILED.model_copy(update={"references": ("MM-26-0001", "MM-26-0002")})


def test_a_letter_is_concluded_once(store: Store) -> None:
    """The second time it is said that it was dealt with, and nothing changes."""
    book, letter = casebook(store), kept(store)
    book.conclude(letter, FILED, [filing(letter)], MONDAY, [note("a")])
    before = (book.cases(), Outbox(store).all(), Letters(store).all())
    with pytest.raises(AlreadyConcluded):
        book.conclude(letter, FILED, [filing(letter, form="2")], MONDAY, [note("b")])
    assert (book.cases(), Outbox(store).all(), Letters(store).all()) == before


def test_a_refused_command_undoes_the_conclusion(store: Store) -> None:
    """With one command the outcome, the other command and the messages are undone; the letter can be settled again."""
    book, letter = casebook(store), kept(store)
    refused = PutOnPanel(reference="MM-26-0001", by=OFFICER)
    held = filing(letter, referral=referral(send__ehcp=True))
    with pytest.raises(NotAllowed):
        book.conclude(letter, FILED, [held, refused], MONDAY, [note("a")])
    assert not Letters(store).get(letter).concluded
    assert book.cases() == ()
    assert Outbox(store).all() == ()
    book.conclude(letter, FILED, [held], MONDAY)
    assert [case.reference for case in book.cases()] == ["MM-26-0001"]


def test_a_command_may_rest_on_what_the_one_before_did(store: Store) -> None:
    """Two forms about one pupil in one letter: the second finds the case of the first, and corrects it."""
    book, letter = casebook(store), kept(store)

    def second(records: Queries) -> CorrectReferral | None:
        found = records.find_pupil(OAKFIELD, PUPIL)
        values = {"letter": letter, "form": "2", "received": MONDAY, "pupil": PUPIL, "referral": referral()}
        return CorrectReferral(reference=found[0], **values) if found else None

    first = filing(letter, referral=referral(pupil__views=None))
    book.conclude(letter, FILED, [first, second, lambda _: None], MONDAY)
    assert [(case.reference, case.gaps) for case in book.cases()] == [("MM-26-0001", ())]


def test_outcome_and_messages_may_rest_on_the_events(store: Store) -> None:
    """What is said of a letter can name the cases that it opened."""
    letter = kept(store)

    def outcome(events: Sequence[Event]) -> Conclusion:
        return FILED.model_copy(update={"detail": {"events": len(events)}})

    def messages(events: Sequence[Event]) -> list[Message]:
        return [note(f"answer/{events[0].reference}")]

    casebook(store, compose=lambda *_: ()).conclude(letter, outcome, [filing(letter)], MONDAY, messages)
    assert [line.key for line in Outbox(store).all()] == ["answer/MM-26-0001"]
    concluded = Letters(store).get(letter).outcome
    assert concluded is not None
    assert concluded.conclusion.detail == {"events": 2}


def test_a_letter_may_come_to_nothing(store: Store) -> None:
    """An outcome without any command is an outcome; its folder is kept for the mailbox."""
    letter = kept(store)
    aside = Conclusion(becomes="set_aside", reason="password_protected", folder=Folder.SET_ASIDE)
    assert casebook(store).conclude(letter, aside, [], MONDAY, [note("how to resend")]) == []
    outcome = Letters(store).get(letter).outcome
    assert outcome is not None
    assert outcome.conclusion == aside
    assert [line.key for line in Outbox(store).all()] == ["how to resend"]


def test_two_workers_conclude_a_letter_once(database: Database) -> None:
    """At the same moment: one settles it, the other is told; there is one case."""
    stores = [database.open() for _ in range(2)]
    letter = kept(stores[0])

    def conclude(store: Store) -> Any:
        try:
            return casebook(store).conclude(letter, FILED, [filing(letter)], MONDAY)
        except AlreadyConcluded:
            return "already"

    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(conclude, stores))
    assert results.count("already") == 1
    assert [case.reference for case in casebook(stores[0]).cases()] == ["MM-26-0001"]
