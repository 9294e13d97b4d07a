"""A mailbox on an IMAP server: Dovecot, Cyrus, Exchange on premises, Google Workspace and whatever else speaks it."""

import time
from collections.abc import Callable, Sequence
from datetime import UTC
from threading import Event

from imapclient import IMAPClient

from mail.errors import LetterGone, LetterTooBig, MailError
from mail.folder import LARGEST_LETTER
from mail.imap import folders
from mail.imap.letters import Seen, body, look, look_at
from mail.imap.session import READ_ONLY, ImapSettings, Session
from mail.mailbox import Arrival, Waiting

_IDLE_AT_MOST = 540.0  # seconds; servers end it after 30 minutes, routers forget silent connections sooner


class ImapMailbox:
    """Letters in one folder of an IMAP account.

    Unprocessed is what lies in `folder`, read or unread: someone who opens a letter hides nothing from us, and our
    reading marks nothing (BODY.PEEK). Done is what was moved to `processed` or `set_aside`, folders that are made once.
    A letter's id is UIDVALIDITY, UID and a digest of its Message-ID and time of receipt (INTERNALDATE), checked before
    every fetch and move: a UID that a rebuilt server gives to another letter leads to nothing. For one thread at a time.
    """

    def __init__(
        self,
        settings: ImapSettings,
        name: str = "imap",
        *,
        folder: str = folders.INBOX,
        processed: str = "Processed",
        set_aside: str = "Set aside",
        largest: int = LARGEST_LETTER,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.name = name
        self._names = folder, processed, set_aside
        self._largest = largest
        self._monotonic = monotonic
        self._session = Session(settings, monotonic=monotonic)
        self._folders: tuple[str, str, str] | None = None  # as the server writes them; made once
        self._newest = 0  # the highest UID that was listed or told of
        self._validity = 0  # of the folder that it is a UID of
        self._idle_until = 0.0
        self._closed = Event()

    def waiting(self) -> Sequence[Waiting]:
        """All ids first, then what each is: oldest first by INTERNALDATE, then in the server's order. Raises `MailError`."""
        return self._session.run(self._waiting)

    def fetch(self, letter_id: str) -> Arrival:
        """The letter's bytes. Raises `LetterGone`, `LetterTooBig` (before they are asked for) or `MailError`."""
        return self._session.run(lambda client: self._fetch(client, letter_id))

    def file_processed(self, letter_id: str) -> None:
        """Move a letter to the processed folder; nothing happens when it has gone."""
        self._session.run(lambda client: self._move(client, letter_id, self._places(client)[1]))

    def set_aside(self, letter_id: str) -> None:
        """Move a letter to the set-aside folder; nothing happens when it has gone."""
        self._session.run(lambda client: self._move(client, letter_id, self._places(client)[2]))

    def wait(self, seconds: float) -> bool:
        """Wait for at most so long; True when something may have arrived (IDLE).

        Waiting again goes on where the last wait stopped, so short waits cost nothing. A server without IDLE, or one that
        is down, is waited out. A letter that comes in the moment in which IDLE begins is found by the next look only.
        """
        until = self._monotonic() + seconds
        try:
            return self._session.run(lambda client: self._watch(client, until), while_idling=True)
        except MailError:
            self._pause(until)  # the next look will say what is wrong
            return False

    def check(self) -> str:
        """Log in, look into the folder, make the two others; say what waits. Raises `MailError`."""
        count, idle = self._session.run(self._checked)
        how = (
            "New letters are noticed at once."
            if idle
            else "The server tells of no new letters: it is asked regularly."
        )
        return f"The IMAP mailbox can be used; {count} letters are waiting. {how}"

    def close(self) -> None:
        """Log out; a wait in another thread ends."""
        self._closed.set()
        self._session.close()

    # -------------------------------------------------------------- looking

    def _waiting(self, client: IMAPClient) -> list[Waiting]:
        self._validity = self._select(client, anew=True)
        uids = sorted(client.search(["UNDELETED"]))
        self._newest = max(uids, default=0)
        seen = sorted(look(client, uids), key=lambda one: (one.received, one.uid))
        return [Waiting(_id(self._validity, one), one.size) for one in seen]

    def _fetch(self, client: IMAPClient, letter_id: str) -> Arrival:
        seen = self._find(client, letter_id)
        if seen is None:
            raise LetterGone
        if seen.size > self._largest:
            raise LetterTooBig(seen.size, self._largest)
        if not seen.is_whole:
            raise MailError(
                "The mail server stumbles over a letter: open it with a mail program, and move it by hand."
            )
        raw = body(client, seen.uid, self._largest + 1)
        if raw is None:
            raise LetterGone
        if len(raw) > self._largest:  # some servers only guess at sizes
            raise LetterTooBig(len(raw), self._largest)
        return Arrival(raw, seen.received.astimezone(UTC))

    def _find(self, client: IMAPClient, letter_id: str) -> Seen | None:
        """The very letter with this id, None when it is not in the folder (any more)."""
        validity, _, rest = letter_id.partition("-")
        uid = rest.partition("-")[0]
        if not (uid.isascii() and uid.isdigit()) or validity != str(self._select(client)):
            return None
        seen = look_at(client, int(uid))
        return seen if seen is not None and _id(int(validity), seen) == letter_id else None

    # -------------------------------------------------------------- moving

    def _move(self, client: IMAPClient, letter_id: str, target: str) -> None:
        seen = self._find(client, letter_id)
        if seen is not None:
            folders.move(client, seen.uid, target, copied=lambda: self._lies_in(client, target, seen))

    def _lies_in(self, client: IMAPClient, folder: str, seen: Seen) -> bool:
        """Whether these very bytes lie in a folder: a try that was killed between copying and deleting left them."""
        folders.have(client, folder)
        ours = body(client, seen.uid, self._largest)
        self._session.select(client, folder, readonly=True)
        try:
            alike = (
                one
                for one in look(client, folders.on_the_day(client, seen.received))
                if one.mark == seen.mark
            )
            return any(body(client, one.uid, self._largest) == ours for one in alike)
        finally:
            self._select(client)

    def _select(self, client: IMAPClient, *, anew: bool = False) -> int:
        return self._session.select(client, self._places(client)[0], anew=anew)

    def _places(self, client: IMAPClient) -> tuple[str, str, str]:
        """The three folders as the server writes them; the two that letters are moved to are made where they are missing."""
        if self._folders is None:
            folder, processed, aside = (folders.name_on_server(client, name) for name in self._names)
            for target in (processed, aside):
                folders.have(client, target)
            self._folders = folder, processed, aside
        return self._folders

    # -------------------------------------------------------------- waiting

    def _watch(self, client: IMAPClient, until: float) -> bool:
        if not client.has_capability("IDLE"):
            self._pause(until)
            return False
        while (left := until - self._monotonic()) > 0:
            if self._session.idling and self._monotonic() > self._idle_until:
                self._session.end_idle()
            if not self._session.idling:
                if self._has_newer(client):
                    return True
                self._idle_until = self._monotonic() + _IDLE_AT_MOST
                self._session.begin_idle(client)
            told = client.idle_check(timeout=min(left, _IDLE_AT_MOST))
            if any(b"EXISTS" in answer[1:2] for answer in told):
                return True
            if not told and self._monotonic() < until:
                self._session.end_idle()  # it fails where the connection has broken, which `idle_check` does not tell
        return False

    def _has_newer(self, client: IMAPClient) -> bool:
        """Whether letters came since the last listing or wait, before IDLE could tell of them. Each is told of once."""
        validity = self._select(client, anew=True)
        if validity != self._validity:
            self._validity, self._newest = validity, 0
        found = client.search(["UID", f"{self._newest + 1}:*", "UNDELETED"])
        newer = [
            uid for uid in found if uid > self._newest
        ]  # “n:*” names the last letter even where it is older
        self._newest = max([self._newest, *newer])
        return bool(newer)

    def _pause(self, until: float) -> None:
        self._closed.wait(max(0.0, until - self._monotonic()))

    def _checked(self, client: IMAPClient) -> tuple[int, bool]:
        self._select(client, anew=True)
        if not self._session.may_delete:
            raise MailError(READ_ONLY)
        return len(client.search(["UNDELETED"])), bool(client.has_capability("IDLE"))


def _id(validity: int, seen: Seen) -> str:
    return f"{validity}-{seen.uid}-{seen.mark}"
