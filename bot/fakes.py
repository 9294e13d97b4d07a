"""Mailboxes and roads in memory, for tests and for trying things out. They pass the contract tests of the real ones."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.ports import Arrival, Uncertain, Waiting
from mail import LetterGone, MailError


@dataclass(slots=True)
class InMemoryInbox:
    """A mailbox in memory. Letters are laid in with `deliver`; set `fault` to make every call fail with it."""

    name: str = "memory"
    fault: MailError | None = None
    processed: dict[str, Arrival] = field(default_factory=dict)
    aside: dict[str, Arrival] = field(default_factory=dict)
    _arrivals: dict[str, Arrival] = field(default_factory=dict)
    _count: int = 0

    def deliver(self, raw: bytes, received: datetime) -> str:
        """Lay a letter in, as the mail server would; its id."""
        self._count += 1
        letter_id = f"letter-{self._count}"
        self._arrivals[letter_id] = Arrival(raw, received)
        return letter_id

    def waiting(self) -> Sequence[Waiting]:
        """What has not been dealt with, oldest first."""
        self._fail()
        oldest_first = sorted(self._arrivals.items(), key=lambda item: item[1].received)
        return [Waiting(letter_id, len(arrival.raw)) for letter_id, arrival in oldest_first]

    def fetch(self, letter_id: str) -> Arrival:
        """The letter's bytes."""
        self._fail()
        try:
            return self._arrivals[letter_id]
        except KeyError:
            raise LetterGone from None

    def file_processed(self, letter_id: str) -> None:
        """Move a letter to the processed ones."""
        self._move(letter_id, self.processed)

    def set_aside(self, letter_id: str) -> None:
        """Move a letter to those set aside."""
        self._move(letter_id, self.aside)

    def check(self) -> str:
        """Say how many letters wait."""
        self._fail()
        return f"{len(self._arrivals)} letters are waiting in memory."

    def _move(self, letter_id: str, target: dict[str, Arrival]) -> None:
        self._fail()
        if letter_id in self._arrivals:
            target[letter_id] = self._arrivals.pop(letter_id)

    def _fail(self) -> None:
        if self.fault:
            raise self.fault


@dataclass(frozen=True, slots=True)
class Posted:
    """A letter that was sent."""

    raw: bytes
    sender: str
    recipients: tuple[str, ...]
    message_id: str


@dataclass(slots=True)
class InMemoryPostbox:
    """A road in memory. `fault` makes a sending fail; with `lose_answer` the letter goes and the answer is lost."""

    fault: MailError | None = None
    lose_answer: bool = False
    letters: list[Posted] = field(default_factory=list)

    def send(self, raw: bytes, *, sender: str, recipients: Sequence[str], message_id: str) -> None:
        """Send one rendered letter."""
        if self.fault:
            raise self.fault
        self.letters.append(Posted(raw, sender, tuple(recipients), message_id))
        if self.lose_answer:
            raise Uncertain("The answer was lost.")

    def sent(self, message_id: str) -> bool:
        """Whether a letter with this Message-ID was sent."""
        return any(letter.message_id == message_id for letter in self.letters)

    def check(self) -> str:
        """Say how many letters were sent."""
        return f"{len(self.letters)} letters were sent, in memory."
