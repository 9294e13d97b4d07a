"""Two robots that answer each other: 1,000 rounds through the whole bot, and no more answers than the cap."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from email import message_from_bytes, policy

import pytest

from bot.clock import SetClock
from tests.journeys import test_killed_anywhere as killing
from tests.journeys.faults import Faults, KillableStore
from tests.journeys.westhaven import DEMO, NOW
from tests.store_fixtures import Database

A_DAY, ON_ONE_SUBJECT = 10, 5  # `sending.letters_a_day`, and half of it
DAY = timedelta(days=1)
# A known school's letter that is answered ("how to resend"): what a robot there would send over and over.
LETTER = (DEMO / "inbox" / "13-password-protected.eml").read_bytes()
BARE = re.sub(rb"(?m)^(Message-ID|Subject):.*\r\n", b"", LETTER)
Subject = Callable[[int, str], str]


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch, database_of: Callable[[str], Database]) -> killing.World:
    monkeypatch.setattr(killing, "LETTERS", ())
    return killing.World(database_of("sqlite"))


def from_robot(number: int, subject: str, answered: bytes | None, automatic: str = "") -> bytes:
    """The robot's next letter, in answer to ours where there is one; nothing in it need say that a robot wrote it."""
    fields = [f"Message-ID: <{number}.robot@oakfield.example>", f"Subject: {subject}"]
    if answered is not None:
        fields.append(f"In-Reply-To: {message_from_bytes(answered)['Message-ID']}")
    if automatic:
        fields.append(f"Auto-Submitted: {automatic}")
    return "".join(f"{field}\r\n" for field in fields).encode() + BARE


def converse(
    world: killing.World, subject: Subject, *, rounds: int, every: timedelta, automatic: str = ""
) -> list[datetime]:
    """The two talk, the robot also when it gets no answer; when ours were sent."""
    clock = SetClock(NOW)
    store = world.database.open()
    worker = killing._worker(world, KillableStore(store, Faults()), clock, Faults())
    sent: list[datetime] = []
    theirs, last = "Referral", None
    for number in range(rounds):
        clock.put(NOW + number * every)
        world.inbox.deliver(from_robot(number, subject(number, theirs), last, automatic), clock.now())
        assert worker.run_once().troubles == []
        for letter in world.postbox.letters[len(sent) :]:
            last = letter.raw
            theirs = str(message_from_bytes(last, policy=policy.default)["Subject"])
            sent.append(clock.now())
    assert len(world.inbox.processed) + len(world.inbox.aside) == rounds
    return sent


def most_in_a_day(times: list[datetime]) -> int:
    """The most that fall into any 24 hours."""
    return max(sum(start <= time < start + DAY for time in times) for start in times)


@pytest.mark.timeout(600)
def test_in_a_thousand_rounds_no_day_has_more_answers_than_the_cap(world: killing.World) -> None:
    """A ticket number for each letter (“[#7254] Undeliverable: [#7253] …”), so that no two subjects are alike: the sender
    is capped over all of them, and over any 24 hours, so that nothing bursts at midnight.
    """
    every = timedelta(minutes=4)
    sent = converse(world, lambda number, ours: f"[#{number}] {ours[:60]}", rounds=1000, every=every)
    assert most_in_a_day(sent) == A_DAY
    assert len(sent) <= A_DAY * (1000 * every / DAY + 1)


@pytest.mark.timeout(300)
def test_a_robot_on_one_subject_is_answered_half_as_often(world: killing.World) -> None:
    """“Re: Re: Re: …” is one subject, however often it is answered; the letter that began it all had another."""
    sent = converse(world, lambda _, ours: f"Re: {ours}", rounds=100, every=timedelta(seconds=30))
    assert len(sent) == 1 + ON_ONE_SUBJECT


def test_a_robot_that_says_so_gets_no_answer_at_all(world: killing.World) -> None:
    """RFC 3834: what is automatic is never answered."""
    assert converse(world, lambda n, _: f"Ticket {n}", rounds=20, every=DAY, automatic="auto-replied") == []


def test_our_answers_say_that_they_are_automatic(world: killing.World) -> None:
    """The first of the signs that an honest robot looks for (RFC 3834, section 5), and Exchange's own."""
    world.inbox.deliver(LETTER, NOW)
    store = world.database.open()
    killing._worker(world, KillableStore(store, Faults()), SetClock(NOW), Faults()).run_once()
    (ours,) = [message_from_bytes(letter.raw) for letter in world.postbox.letters]
    assert (ours["Auto-Submitted"], ours["X-Auto-Response-Suppress"]) == ("auto-replied", "All")
