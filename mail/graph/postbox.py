"""Letters that leave through a mailbox of Exchange Online."""

import base64
import contextlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from mail.errors import MailError, NotSent, Uncertain
from mail.graph.connection import Graph
from mail.graph.draft import File, addressees, header, taken_apart
from mail.graph.troubles import BUSY, Trouble

MOST_AT_ONCE = 3_000_000
"""Bytes of a letter, or of a file, that fit into one request: Graph takes 4 MB, and base64 adds a third."""

PIECE = 10 * 320 * 1024
_FINAL = frozenset({400, 413})
_TRANSIENT_400 = frozenset({"errorquotaexceeded", "errorsendasdenied"})
_TOO_SMALL = "errorattachmentsizeshouldnotbelessthanminimumsize"
_DRAFTS, _LEAVING = "drafts", "outbox"


class GraphPostbox:
    """Sends as the mailbox itself, so that the copy lies in its own Sent Items.

    A letter goes as the very bytes that were rendered (MIME). An answer to a letter that lies in the mailbox goes as a
    reply to it, a letter above 3 MB as a draft whose files are uploaded in pieces. Exchange strips `Auto-Submitted`
    from all of them: `X-Auto-Response-Suppress: All` and our own header (`mail.compose` writes both) stay.
    """

    def __init__(self, graph: Graph) -> None:
        self._graph = graph

    def send(
        self,
        raw: bytes,
        *,
        sender: str,  # noqa: ARG002 - Graph sends as the mailbox; another From it refuses itself
        recipients: Sequence[str],
        message_id: str,
    ) -> None:
        """Send one rendered letter. Raises `NotSent` or `Uncertain`."""
        _agree(raw, recipients)
        with _surely_not_sent():
            answered = self._original(header(raw, "In-Reply-To"))
        if not answered and len(raw) <= MOST_AT_ONCE:
            self._hand_over(raw)
        else:
            self._send_draft(raw, answered, message_id)

    def sent(self, message_id: str) -> bool:
        """Whether a letter with this Message-ID has gone: in Sent Items, or wherever it was filed since.

        Raises `Uncertain` when that cannot be told, or when it is still on its way out.
        """
        if not message_id:
            return False
        try:
            found = self._with_id(message_id)
            if any(not draft for _, draft, _ in found):
                return True
            leaving = found and self._folder(_LEAVING)
        except MailError as error:
            raise Uncertain(f"Sent Items cannot be asked. {error}") from error
        if any(folder == leaving for _, _, folder in found):
            raise Uncertain("The letter lies in the mailbox's outbox: it is about to go.")
        return False

    def check(self) -> str:
        """Say that letters can leave, having looked at Sent Items; nothing is sent. Raises `MailError`."""
        self._folder("sentitems")
        self._folder(_DRAFTS)
        return "Letters leave through the mailbox in Exchange Online; a copy of each stays in its Sent Items."

    def close(self) -> None:
        """Close its connections, and those of a mailbox on the same `Graph`."""
        self._graph.close()

    # ------------------------------------------------------------------ in one request

    def _hand_over(self, raw: bytes) -> None:
        with _perhaps_sent():
            self._graph.post_mime(self._graph.at("sendMail"), base64.b64encode(raw))

    # ------------------------------------------------------------------ by way of a draft

    def _send_draft(self, raw: bytes, answered: str, message_id: str) -> None:
        """Until the last request nothing has gone; a draft that came to nothing is taken away again."""
        with _surely_not_sent():
            self._clear_drafts(message_id)
            draft = self._drafted(raw, answered, message_id)
        with _perhaps_sent():
            self._graph.post(self._graph.at("messages", draft, "send"), {})

    def _drafted(self, raw: bytes, answered: str, message_id: str) -> str:
        words, files = (raw, ()) if len(raw) <= MOST_AT_ONCE else taken_apart(raw)
        steps = ("messages", answered, "createReply") if answered else ("messages",)
        answer = self._graph.post_mime(self._graph.at(*steps), base64.b64encode(words))
        draft = str(answer["id"])
        try:
            if answer.get("internetMessageId") != message_id:
                self._graph.patch(self._graph.at("messages", draft), {"internetMessageId": message_id})
            for file in files:
                self._attach(draft, file)
        except BaseException:
            with contextlib.suppress(MailError):
                self._graph.delete(self._graph.at("messages", draft))
            raise
        return draft

    def _attach(self, draft: str, file: File) -> None:
        """In one request, or in pieces. Microsoft does not say which million its “3 MB” is: a refusal tells."""
        attachments = self._graph.at("messages", draft, "attachments")
        if len(file.data) > MOST_AT_ONCE:
            try:
                self._upload(attachments, file)
            except Trouble as error:
                if error.code != _TOO_SMALL:
                    raise
            else:
                return
        content = {
            "@odata.type": "#microsoft.graph.fileAttachment",
            "name": file.name,
            "contentType": file.media_type,
            "contentBytes": base64.b64encode(file.data).decode("ascii"),
        }
        self._graph.post(attachments, content, patient=True)

    def _upload(self, attachments: str, file: File) -> None:
        size = len(file.data)
        described = {
            "attachmentType": "file",
            "name": file.name,
            "size": size,
            "contentType": file.media_type,
        }
        session = self._graph.post(
            f"{attachments}/createUploadSession", {"AttachmentItem": described}, patient=True
        )
        for start in range(0, size, PIECE):
            piece = file.data[start : start + PIECE]
            self._graph.put_piece(str(session["uploadUrl"]), piece, start=start, whole=size)

    # ------------------------------------------------------------------ looking in the mailbox

    def _original(self, in_reply_to: str) -> str:
        """The id of the letter that this one answers, "" when it answers none that lies in the mailbox."""
        found = self._with_id(in_reply_to) if in_reply_to else []
        return next((letter for letter, draft, _ in found if not draft), "")

    def _clear_drafts(self, message_id: str) -> None:
        """Take away what a killed try has left, so that nobody finds it and sends it by hand."""
        drafts = self._folder(_DRAFTS)
        for letter, draft, folder in self._with_id(message_id):
            if draft and folder == drafts:
                self._graph.delete(self._graph.at("messages", letter))

    def _with_id(self, message_id: str) -> list[tuple[str, bool, str]]:
        """Letters of the mailbox, in any folder, with this Message-ID: id, whether a draft, folder."""
        quoted = message_id.replace("'", "''")
        query = {"$filter": f"internetMessageId eq '{quoted}'", "$select": "id,isDraft,parentFolderId"}
        rows = self._graph.listing(self._graph.at("messages"), query).rows
        return [
            (str(row["id"]), bool(row.get("isDraft")), str(row.get("parentFolderId", ""))) for row in rows
        ]

    def _folder(self, name: str) -> str:
        return str(self._graph.get(self._graph.at("mailFolders", name), {"$select": "id"})["id"])


def _agree(raw: bytes, recipients: Sequence[str]) -> None:
    """Graph sends to those whom the letter's header names; nobody may get a letter who was not to have it."""
    if not recipients:
        raise NotSent("The letter has no recipient.", final=True)
    if addressees(raw) != {recipient.casefold() for recipient in recipients}:
        raise NotSent("The letter's header names other recipients than it is to be sent to.", final=True)


@contextmanager
def _surely_not_sent() -> Iterator[None]:
    """Whatever goes wrong in here, no letter has left."""
    try:
        yield
    except Trouble as error:
        raise _not_sent(error) from error
    except KeyError as error:
        raise NotSent("Microsoft Graph gave an answer that cannot be read.") from error


@contextmanager
def _perhaps_sent() -> Iterator[None]:
    """The request that sends: an answer that is lost, or a fault of the server, leaves it open whether it went."""
    try:
        yield
    except Trouble as error:
        if error.maybe_done:
            raise Uncertain(f"The letter may have gone. {error}") from error
        raise _not_sent(error) from error


def _not_sent(error: Trouble) -> NotSent:
    """`final` where the letter itself is at fault; what an administrator can mend is tried again."""
    final = error.status in _FINAL and error.code not in _TRANSIENT_400
    return NotSent(str(error), retry_after=error.retry_after if error.status >= BUSY else None, final=final)
