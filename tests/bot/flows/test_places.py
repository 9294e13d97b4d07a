"""A mailbox's place in its list of changes is saved last, and only when every letter it listed is safe."""

from dataclasses import dataclass, field

import pytest

from bot.fakes import InMemoryInbox
from bot.flows.places import StoredPlace
from bot.ports import Arrival
from mail import LetterGone, MailError
from store import Store
from tests.bot.flows.test_intake import InProcess, Setting, a_letter


@dataclass(slots=True)
class FollowingInbox(InMemoryInbox):
    """A mailbox in memory that notes what lay where when it was told that every letter is kept."""

    saved: list[tuple[int, int]] = field(default_factory=list)  # so many waited, so many were filed
    refused: Exception | None = None

    def fetch(self, letter_id: str) -> Arrival:
        if self.refused:
            raise self.refused
        return InMemoryInbox.fetch(self, letter_id)

    def all_kept(self) -> None:
        self.saved.append((len(self._arrivals), len(self.processed) + len(self.aside)))


@pytest.fixture
def following(sqlite_store: Store) -> Setting:
    return Setting(sqlite_store, InProcess(), FollowingInbox())


def saved(setting: Setting) -> list[tuple[int, int]]:
    assert isinstance(setting.inbox, FollowingInbox)
    return setting.inbox.saved


def test_the_place_is_saved_after_everything_else(following: Setting) -> None:
    """The letters are kept, concluded and moved by then: a kill before it only lists them again."""
    following.arrives(a_letter())
    following.intake.take_in(following.source)
    assert saved(following) == [(0, 1)]


def test_a_look_that_finds_nothing_saves_its_place(following: Setting) -> None:
    """Else the list of changes would grow for as long as nobody writes."""
    following.intake.take_in(following.source)
    assert saved(following) == [(0, 0)]


@pytest.mark.parametrize("refused", [LetterGone(), MailError("The server is busy.")])
def test_a_letter_listed_but_not_kept_holds_the_place(following: Setting, refused: Exception) -> None:
    """Ids listed are reconciled against letters kept: the next pass must be shown it again."""
    assert isinstance(following.inbox, FollowingInbox)
    following.arrives(a_letter())
    following.inbox.refused = refused
    following.intake.take_in(following.source)
    assert saved(following) == []
    following.inbox.refused = None
    following.intake.take_in(following.source)
    assert saved(following) == [(0, 1)]


def test_a_pass_that_is_stopped_holds_the_place(following: Setting) -> None:
    """It may not have come to every letter."""
    following.arrives(a_letter())
    following.intake.take_in(following.source, stopping=lambda: True)
    assert saved(following) == []


def test_a_place_is_kept_with_the_letters(store: Store) -> None:
    """One for each mailbox, in the case database; "" before the first."""
    first, second = StoredPlace(store, "admissions"), StoredPlace(store, "send")
    assert (first.load(), second.load()) == ("", "")
    first.save("https://graph.microsoft.com/link-1")
    first.save("https://graph.microsoft.com/link-2")
    second.save("x" * 5000)
    assert StoredPlace(store, "admissions").load() == "https://graph.microsoft.com/link-2"
    assert second.load() == "x" * 5000
