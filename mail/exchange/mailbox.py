"""An Exchange mailbox that letters come to."""

from collections.abc import Callable, Sequence
from datetime import datetime

from mail.errors import LetterGone, LetterTooBig
from mail.exchange.access import ExchangeAccess
from mail.exchange.answers import Listed
from mail.exchange.line import Line
from mail.exchange.listening import Listener
from mail.exchange.standing_in import stand_in
from mail.exchange.troubles import NoAccess, Stale, Unconvertible
from mail.folder import LARGEST_LETTER
from mail.mailbox import Arrival, Waiting
from mail.parsing import received_time

ENDING = (
    "This is Exchange Online, which ends this kind of access (EWS) for good on 1 April 2027 and has had it off by default "
    "since October 2026: change to a mailbox of the kind “graph” before then."
)


class ExchangeMailbox:
    """Letters in the inbox of an Exchange mailbox.

    Unprocessed is what lies in the inbox, read or unread; done is what was moved, after the commit, to one of two folders
    just under the inbox, which are made where they are missing. The inbox is followed by its change feed, from the
    beginning at each start: a letter that could not be dealt with is there again, and a crash forgets nothing.
    A letter's id ends with its move.
    """

    def __init__(
        self,
        access: ExchangeAccess,
        name: str = "exchange",
        *,
        now: Callable[[], datetime],
        largest: int = LARGEST_LETTER,
        processed: str = "Processed",
        aside: str = "Set aside",
        line: Line | None = None,
    ) -> None:
        self.name = name
        self._access = access
        self._now = now
        self._largest = largest
        self._processed = processed
        self._aside = aside
        self._line = line or Line(access)
        self._listener = Listener(lambda: Line(access, self._line.patience))
        self._letters: dict[str, Listed] = {}
        self._state = ""

    def waiting(self) -> Sequence[Waiting]:
        """What lies in the inbox, by the time it was received. Raises `MailError`."""
        self._follow()
        first = self._now()
        by_time = sorted(self._letters.values(), key=lambda letter: letter.received or first)
        return [Waiting(letter.id, letter.size) for letter in by_time]

    def fetch(self, letter_id: str) -> Arrival:
        """The letter's bytes. Raises `LetterGone`, `LetterTooBig` (without reading it) or `MailError`."""
        try:
            listed = self._letters.get(letter_id) or self._line.about(letter_id)
            if listed.size > self._largest:
                raise LetterTooBig(listed.size, self._largest)
            raw = self._bytes(letter_id)
        except LetterGone:
            self._start_anew()  # what was listed and is gone may be there again under another id
            raise
        if len(raw) > self._largest:
            raise LetterTooBig(len(raw), self._largest)
        return Arrival(raw, listed.received or received_time(raw, self._now()))

    def file_processed(self, letter_id: str) -> None:
        """Move a letter to the processed folder; nothing happens when it has gone."""
        self._move(letter_id, self._processed)

    def set_aside(self, letter_id: str) -> None:
        """Move a letter to the set-aside folder; nothing happens when it has gone."""
        self._move(letter_id, self._aside)

    def wait(self, seconds: float) -> bool:
        """Whether something may have arrived, at once when it does; False after so many seconds without a sign."""
        return self._listener.wait(seconds)

    def check(self) -> str:
        """Say what waits, having logged in once and found or made the two folders. Raises `MailError`."""
        waiting = self._line.in_inbox()
        for folder in (self._processed, self._aside):
            self._line.folder(folder)
        found = f"The Exchange mailbox can be used; {waiting} letters are in its inbox."
        return f"{found} {ENDING}" if self._access.online else found

    def close(self) -> None:
        """Stop listening, and close the connections."""
        self._listener.close()
        self._line.close()

    # -------------------------------------------------------------- following the inbox

    def _follow(self) -> None:
        try:
            self._catch_up()
        except Stale:
            self._start_anew()
            self._catch_up()

    def _catch_up(self) -> None:
        """Ask for changes until there are no more. Each page is taken over with its state, so none is half known."""
        while True:
            changes = self._line.changes(self._state)
            self._letters.update({letter.id: letter for letter in changes.there})
            for letter_id in changes.gone:
                self._letters.pop(letter_id, None)
            self._state = changes.state
            if changes.whole:
                return

    def _start_anew(self) -> None:
        self._state = ""
        self._letters.clear()

    # -------------------------------------------------------------- one letter

    def _bytes(self, letter_id: str) -> bytes:
        try:
            raw = self._line.whole(letter_id).raw
        except Unconvertible:
            raw = b""
        return raw or stand_in(self._line, letter_id, self._largest)

    def _move(self, letter_id: str, folder: str) -> None:
        try:
            self._line.move(letter_id, folder)
        except LetterGone:
            pass
        except NoAccess:  # what Exchange says when the folder was deleted since; it is made again
            self._line.forget_folders()
            self._line.move(letter_id, folder)
        self._letters.pop(letter_id, None)
