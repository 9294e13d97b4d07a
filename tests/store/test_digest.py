"""What fell due while nobody was there is told of once, in the officer's digest, and by no letter of its own."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from store import Casebook, Outbox, Store
from store.digest import Digest, Entry
from store.messages import Message, Road
from store.protocol import SchoolCalendar
from store.protocol.case import PanelOutcome, School
from store.protocol.commands import ProposeSchool, PutOnPanel, RecordRecommendation, SnoozeReminder
from store.protocol.dues import DueKind
from tests.store.cases import MONDAY, OFFICER, TERMS, casebook, filing

# Castle Park is proposed on Friday 11 December: three school days on, Wednesday 16 December, missing agreements are asked
# for; three more, over the holiday of 19 December to 4 January, Tuesday 5 January, the officer hears that none came.
FRIDAY = datetime(2026, 12, 11, 9, tzinfo=UTC)
ASKED = datetime(2026, 12, 16, 9, tzinfo=UTC)
LATER = datetime(2027, 2, 1, 9, tzinfo=UTC)
REF = "MM-26-0001"


def compose_digest(digest: Digest) -> Iterable[Message]:
    yield Message(
        key=f"digest/{digest.on}",
        road=Road.CHANNEL,
        kind="post",
        payload={
            "missed": [[each.reference, str(each.kind)] for each in digest.missed],
            "unanswered": [[each.reference, str(each.kind)] for each in digest.unanswered],
            "today": [[each.reference, str(each.kind)] for each in digest.today],
        },
    )


def gathering(store: Store) -> Casebook:
    """A case that waits for agreements since 11 December."""
    book = casebook(store, compose_digest=compose_digest)
    book.handle(filing(), MONDAY)
    about: dict[str, Any] = {"reference": REF, "by": OFFICER}
    book.handle(PutOnPanel(**about), MONDAY)
    book.handle(
        RecordRecommendation(**about, outcome=PanelOutcome.RECOMMENDED, minute="10 December, 1"), FRIDAY
    )
    book.handle(ProposeSchool(**about, school=School(urn="999107", name="Castle Park High")), FRIDAY)
    return book


def messages(store: Store, kind: str) -> list[str]:
    return [line.key for line in Outbox(store).all() if kind in line.key]


def digests(store: Store) -> list[dict[str, Any]]:
    return [
        claimed.message.payload
        for claimed in iter(lambda: Outbox(store).claim("one", LATER, timedelta(minutes=1)), None)
        if claimed.message.key.startswith("digest/")
    ]


def test_a_prompt_in_time_is_said_at_once(store: Store) -> None:
    """On its morning it brings its own message; the digest of half past eight has announced it."""
    book = gathering(store)
    book.tick(ASKED - timedelta(minutes=15))
    book.tick(ASKED)
    assert messages(store, "Prompted") == [f"{REF}/{book.case(REF).version}/Prompted"]
    assert digests(store)[-1]["today"] == [[REF, "missing agreements"]]


def test_weeks_slept_through_bring_one_digest(store: Store) -> None:
    """Off from 11 December to 11 January: both things that fell due stand in one digest, and neither has a message."""
    book = gathering(store)
    book.tick(datetime(2027, 1, 11, 9, tzinfo=UTC))
    assert messages(store, "Prompted") == []
    told = digests(store)
    assert [each["missed"] for each in told] == [
        [[REF, "missing agreements"], [REF, "missing agreements: no answer"]]
    ]
    book.tick(datetime(2027, 1, 11, 17, tzinfo=UTC))
    book.tick(datetime(2027, 1, 12, 9, tzinfo=UTC))
    assert messages(store, "digest") == ["digest/2027-01-11"]


def test_a_weekend_is_no_sleep(store: Store) -> None:
    """A prompt of Friday that is noticed on Monday morning is still said."""
    book = gathering(store)
    book.handle(
        SnoozeReminder(reference=REF, by=OFFICER, kind=DueKind.AGREEMENTS, until=date(2026, 12, 18)), FRIDAY
    )
    book.tick(datetime(2026, 12, 18, 8, 59, tzinfo=UTC))
    assert messages(store, "Prompted") == []
    book.tick(datetime(2026, 12, 21, 8, 59, tzinfo=UTC))
    assert len(messages(store, "Prompted")) == 1


def test_no_digest_in_the_holidays(store: Store) -> None:
    """Monday 21 December is no school day: what fell due is told of on Tuesday 5 January."""
    book = gathering(store)
    book.tick(datetime(2026, 12, 21, 9, tzinfo=UTC))
    book.tick(datetime(2027, 1, 4, 9, tzinfo=UTC))
    assert messages(store, "digest") == []
    book.tick(datetime(2027, 1, 5, 8, 45, tzinfo=UTC))
    assert messages(store, "digest") == ["digest/2027-01-05"]


def test_an_empty_digest_is_no_post(store: Store) -> None:
    """Nothing fell due: nothing is said, and the morning is dealt with."""
    book = casebook(store, compose_digest=compose_digest)
    assert book.tick(MONDAY) == 1
    assert book.tick(MONDAY) == 0
    assert messages(store, "digest") == []


def test_digests_compare_by_what_they_say() -> None:
    """A digest is empty when it has nothing in any part."""
    assert Digest(on=date(2027, 1, 5)).empty
    entry = Entry(REF, DueKind.REVIEW, date(2027, 2, 26))
    assert not Digest(on=date(2027, 1, 5), today=(entry,)).empty
    assert SchoolCalendar.from_data(TERMS).is_school_day(date(2027, 1, 5))
