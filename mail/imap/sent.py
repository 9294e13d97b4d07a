"""Copies of sent letters in an IMAP account: SMTP itself can never be asked whether a letter has gone.

A copy is laid into *Sending* before the letter is handed over, and moved to *Sent* once the server has taken it. So a
letter is in Sent: it has gone. In neither: it was never handed over. In Sending: a cut or a kill came in the moment of the
handing over, and nobody knows; it is not sent again by itself, and a person decides by moving the copy to Sent, or by
deleting it.
"""

import contextlib
import re
from functools import partial

from imapclient import IMAPClient

from mail.errors import MailError, NotSent, Uncertain
from mail.imap import folders
from mail.imap.letters import look
from mail.imap.session import ImapSettings, Session

_MESSAGE_ID = re.compile(r"<[^<>\s\"\\(){}%*\]]{1,250}>")
_SEEN = (b"\\Seen",)
_UNDECIDED = (
    "A letter was being handed to the mail server when the connection was lost, and the server cannot be asked. Find out "
    "whether it went: then move its copy from the folder “{sending}” to the sent letters, or else delete it."
)


class SentFolder:
    """The sent letters of an account, normally the shared mailbox's own, so that colleagues see them where they look.

    `folder` "" is the one that the server calls its sent folder, else “Sent”. With `kept_by_server` the SMTP server lays
    the copies there itself (Google Workspace does): then they are asked for, and never laid.
    """

    def __init__(
        self,
        settings: ImapSettings,
        *,
        folder: str = "",
        sending: str = "Sending",
        kept_by_server: bool = False,
    ) -> None:
        self._names = folder, sending
        self._kept_by_server = kept_by_server
        self._session = Session(settings)
        self._folders: tuple[str, str] | None = None
        self._unfiled: set[str] = set()  # letters that went, whose copy could not be moved yet

    def holds(self, message_id: str) -> bool:
        """Whether a letter has gone. Raises `Uncertain` when that cannot be told."""
        try:
            return self._session.run(lambda client: self._holds(client, message_id))
        except Uncertain:
            raise
        except MailError as error:
            raise Uncertain(f"The sent letters cannot be looked at. {error}") from error

    def begin(self, raw: bytes, message_id: str) -> None:
        """Note that a letter is about to be handed over. Raises `NotSent`."""
        if self._kept_by_server:
            return
        try:
            self._session.run(lambda client: self._begin(client, raw, message_id))
        except MailError as error:
            raise NotSent(
                f"The copy for the sent letters cannot be kept, so the letter waits. {error}"
            ) from error

    def went(self, message_id: str) -> None:
        """Note that the server took it. What fails here is done with the next letter: this one has gone."""
        if self._kept_by_server:
            return
        self._unfiled.add(message_id)
        for each in sorted(self._unfiled):
            try:
                self._session.run(partial(self._file, message_id=each))
            except MailError:
                return
            self._unfiled.discard(each)

    def did_not_go(self, message_id: str) -> None:
        """Note that the server surely did not take it. A copy that stays for all that is used at the next try."""
        if not self._kept_by_server:
            with contextlib.suppress(MailError):
                self._session.run(lambda client: self._delete(client, self._places(client)[1], message_id))

    def check(self) -> str:
        """Have the folders ready, and name them. Raises `MailError`."""
        sent, sending = self._session.run(self._places)
        kept = "The mail server keeps" if self._kept_by_server else f"By way of “{sending}” we keep"
        return f"{kept} copies in the folder “{sent}”."

    def close(self) -> None:
        """Log out."""
        self._session.close()

    def _holds(self, client: IMAPClient, message_id: str) -> bool:
        sent, sending = self._places(client)
        if message_id in self._unfiled or self._find(client, sent, message_id):
            return True
        if not self._kept_by_server and self._find(client, sending, message_id):
            raise Uncertain(_UNDECIDED.format(sending=sending))
        return False

    def _begin(self, client: IMAPClient, raw: bytes, message_id: str) -> None:
        """Lay the copy, unless a try before this one has."""
        _, sending = self._places(client)
        if not self._find(client, sending, message_id):
            client.append(sending, raw, _SEEN)

    def _file(self, client: IMAPClient, message_id: str) -> None:
        sent, sending = self._places(client)
        for uid in self._find(client, sending, message_id):
            folders.move(client, uid, sent, copied=lambda: self._is_filed(client, message_id))

    def _is_filed(self, client: IMAPClient, message_id: str) -> bool:
        sent, sending = self._places(client)
        filed = bool(self._find(client, sent, message_id))
        self._session.select(client, sending)
        return filed

    def _delete(self, client: IMAPClient, folder: str, message_id: str) -> None:
        for uid in self._find(client, folder, message_id):
            folders.delete(client, uid)

    def _find(self, client: IMAPClient, folder: str, message_id: str) -> list[int]:
        """UIDs of the letters with just this Message-ID. Servers find parts of words: each is looked at."""
        if not _MESSAGE_ID.fullmatch(message_id):
            return []
        self._session.select(client, folder, anew=True)
        found = client.search(["HEADER", "Message-ID", message_id, "UNDELETED"])
        return [one.uid for one in look(client, list(found)) if one.message_id == message_id]

    def _places(self, client: IMAPClient) -> tuple[str, str]:
        if self._folders is None:
            folder, sending = self._names
            sent = folders.name_on_server(client, folder) if folder else folders.special(client, b"\\Sent")
            self._folders = (
                sent or folders.name_on_server(client, "Sent"),
                folders.name_on_server(client, sending),
            )
            for each in self._folders[: 1 if self._kept_by_server else 2]:
                folders.have(client, each)
        return self._folders
