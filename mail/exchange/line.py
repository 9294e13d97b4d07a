"""One mailbox on a server, as the few things that we ask of it. What may be asked twice is asked again when a connection
was cut or the server is busy for a moment; a sending never is.
"""

import time
from collections.abc import Callable, Iterator
from typing import TypeVar

from mail.errors import MailError, NotSent, Uncertain
from mail.exchange import calls, folders
from mail.exchange.access import ExchangeAccess
from mail.exchange.answers import Changes, File, Listed, Outline
from mail.exchange.connection import connect
from mail.exchange.patience import Patience, patience_with
from mail.exchange.troubles import (
    Busy,
    Cut,
    Elsewhere,
    LoginRefused,
    NoAccess,
    NoImpersonation,
    SwitchedOff,
    Untrusted,
    meaning,
)

TRIES = 3
LONGEST_PAUSE = 10.0
"""Seconds that a call waits for a busy server itself; for longer, the mailbox is left until a later round."""

_FINAL = (
    "ErrorInvalidRecipients",
    "ErrorMessageSizeExceeded",
    "ErrorMimeContentInvalid",
    "ErrorMimeContentInvalidBase64String",
)
_REFUSED = ("ErrorSendAsDenied", "ErrorQuotaExceeded", "ErrorSubmissionQuotaExceeded")
_NOT_BEGUN = (LoginRefused, NoAccess, NoImpersonation, SwitchedOff, Untrusted, Elsewhere)
_Answer = TypeVar("_Answer")


class Line:
    """Asks the server. Every method raises `MailError`, most often one of `mail.exchange.troubles`."""

    def __init__(
        self,
        access: ExchangeAccess,
        patience: Patience | None = None,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self.patience = patience or patience_with(access)
        self._account = connect(access)
        self._connection = self._account.protocol
        self._pause = pause
        self._folders: dict[str, str] = {}

    # -------------------------------------------------------------- reading

    def in_inbox(self) -> int:
        """How many letters lie in the inbox."""
        return self._ask(lambda: folders.count(self._account, folders.inbox(self._account)))

    def in_sent_items(self) -> int:
        """How many letters lie in Sent Items."""
        return self._ask(lambda: folders.count(self._account, folders.sent_items(self._account)))

    def changes(self, state: str) -> Changes:
        """What changed in the inbox since a state, "" for all of it. Raises `Stale` when the state has expired."""
        return self._ask(lambda: calls.changes(self._account, state))

    def about(self, letter_id: str) -> Listed:
        """Size and time of a letter. Raises `LetterGone`."""
        return self._ask(lambda: calls.about(self._account, letter_id))

    def whole(self, letter_id: str) -> Listed:
        """A letter with its bytes. Raises `LetterGone` or `Unconvertible`."""
        return self._ask(lambda: calls.whole(self._account, letter_id))

    def outline(self, letter_id: str) -> Outline:
        """What the server says of a letter whose bytes it cannot give."""
        return self._ask(lambda: calls.outline(self._account, letter_id))

    def file(self, file_id: str) -> File:
        """A file that is attached to a letter."""
        return self._ask(lambda: calls.file(self._account, file_id))

    # -------------------------------------------------------------- moving

    def move(self, letter_id: str, folder: str) -> None:
        """Move a letter to a folder just under the inbox. Raises `LetterGone`, also where only the answer was lost."""
        target = self.folder(folder)
        self._ask(lambda: calls.move(self._account, letter_id, target))

    def folder(self, name: str) -> str:
        """The id of a folder just under the inbox, looked up once, and made where there is none."""
        if name not in self._folders:
            self._folders[name] = self._find_folder(name) or self._make_folder(name)
        return self._folders[name]

    def forget_folders(self) -> None:
        """Look them up anew: one was deleted and made again by hand."""
        self._folders.clear()

    def _find_folder(self, name: str) -> str:
        found = self._ask(lambda: folders.subfolders(self._account, folders.inbox(self._account)))
        return found.get(name.casefold(), "")

    def _make_folder(self, name: str) -> str:
        try:
            return self._ask(lambda: folders.make_folder(self._account, folders.inbox(self._account), name))
        except MailError:
            made = self._find_folder(name)  # by another worker, or by us before the answer was lost
            if not made:
                raise
            return made

    # -------------------------------------------------------------- sending

    def send(self, raw: bytes, message_id: str, headers: dict[str, str]) -> None:
        """Send a letter, tried once. Raises `NotSent` when it has surely not gone, else `Uncertain`."""
        try:
            self.patience.ask()
        except MailError as error:
            raise NotSent(str(error), retry_after=getattr(error, "seconds", None)) from error
        begun = self._connection.posted
        try:
            calls.send(self._account, raw, message_id, headers)
        except Exception as error:
            trouble = meaning(error)
            self.patience.note(trouble)
            raise _of_sending(error, trouble, begun=self._connection.posted > begun) from error
        self.patience.worked()

    def was_sent(self, message_id: str) -> bool:
        """Whether a letter with this Message-ID has gone, or is on its way out."""
        return self._ask(lambda: calls.was_sent(self._account, message_id))

    # -------------------------------------------------------------- notices

    def subscribe(self) -> str:
        """Ask for notices of arrivals."""
        return self._ask(lambda: calls.subscribe(self._account))

    def notices(self, subscription: str, minutes: int) -> Iterator[bool]:
        """Notices as they come, until the server ends them."""
        try:
            self.patience.ask()
            yield from calls.notices(self._account, subscription, minutes)
        except Exception as error:
            raise self._noted(error) from error

    def close(self) -> None:
        """Close the connection to the server."""
        self._connection.close()

    # -------------------------------------------------------------- asking

    def _ask(self, step: Callable[[], _Answer]) -> _Answer:
        """The answer to what may be asked more than once."""
        for left in reversed(range(TRIES)):
            self.patience.ask()
            try:
                answer = step()
            except Exception as error:
                trouble = self._noted(error)
                if not left or not self._waited_out(trouble):
                    raise trouble from error
            else:
                self.patience.worked()
                return answer
        raise Cut  # never reached: the last try answers or raises

    def _noted(self, error: Exception) -> MailError:
        """What an error means, its wish to be left alone kept, where that is not waited out at once."""
        trouble = meaning(error)
        if not _is_short(trouble):
            self.patience.note(trouble)
        return trouble

    def _waited_out(self, trouble: MailError) -> bool:
        """Whether another try makes sense now, having waited for it."""
        if _is_short(trouble):
            assert isinstance(trouble, Busy)
            self._pause(trouble.seconds)
            return True
        return isinstance(trouble, Cut)


def _is_short(trouble: MailError) -> bool:
    return isinstance(trouble, Busy) and trouble.seconds <= LONGEST_PAUSE


def _of_sending(error: Exception, trouble: MailError, *, begun: bool) -> NotSent | Uncertain:
    """What a failed sending means for another try. An answer in the server's own words says that it has not gone."""
    code = type(error).__name__
    if code in _FINAL:
        return NotSent(f"The Exchange server refuses this letter ({code}).", final=True)
    if code in _REFUSED:
        return NotSent(f"The Exchange server lets nothing be sent from this mailbox now ({code}).")
    if not begun or isinstance(trouble, _NOT_BEGUN):
        return NotSent(str(trouble))
    if isinstance(trouble, Busy) and code == "ErrorServerBusy" and not str(error).startswith("Reraised"):
        return NotSent(str(trouble), retry_after=trouble.seconds)
    return Uncertain(str(trouble))
