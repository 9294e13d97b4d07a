"""Folders of an IMAP account: their names there, their making, and moving a letter from one to another."""

import contextlib
from collections.abc import Callable
from datetime import datetime
from typing import Any

from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientAbortError, IMAPClientError

from mail.errors import MailError

_NOT_THERE = {b"\\noselect", b"\\nonexistent"}
INBOX = "INBOX"


def name_on_server(client: IMAPClient, wanted: str) -> str:
    """A folder's name as this server writes it: “Cases/Done” may be “INBOX.Cases.Done” there."""
    if wanted.upper() == INBOX:
        return INBOX
    own, others = _prefixes(client)
    delimiter = _delimiter(client)
    name = delimiter.join(part for part in wanted.split("/") if part) if delimiter else wanted
    is_whole = name.startswith((own or "\0", INBOX + (delimiter or "\0"), *others))
    return name if is_whole else own + name


def have(client: IMAPClient, folder: str) -> None:
    """Make a folder where it is missing, and show it in people's mail programs."""
    if _exists(client, folder):
        return
    try:
        client.create_folder(folder)
    except IMAPClientAbortError:
        raise
    except IMAPClientError as error:
        if not _exists(client, folder):  # else someone made it at this moment
            raise MailError(
                f"The mail server will not make the folder “{folder}”: make it by hand, or set another name."
            ) from error
    with contextlib.suppress(IMAPClientError):
        client.subscribe_folder(folder)


def move(client: IMAPClient, uid: int, target: str, *, copied: Callable[[], bool]) -> None:
    """Move a letter out of the selected folder; where the server has no MOVE, by copying and deleting just this one.

    `copied` says whether an earlier try that was killed has left the copy in the target already.
    """
    if client.has_capability("MOVE"):
        _into(client, target, lambda: client.move([uid], target))
        return
    if not copied():
        _into(client, target, lambda: client.copy([uid], target))
    delete(client, uid)


def delete(client: IMAPClient, uid: int) -> None:
    """Delete a letter of the selected folder, and no other that someone else has marked as deleted.

    Without UIDPLUS the server can only take all of them away: then it stays, marked, where there are others.
    """
    client.delete_messages([uid], silent=True)
    if client.has_capability("UIDPLUS"):
        client.uid_expunge([uid])
    elif list(client.search(["DELETED"])) == [uid]:
        client.expunge()


def special(client: IMAPClient, flag: bytes) -> str:
    """The name of the folder that the server gives a special use (RFC 6154), "" where it names none."""
    if not client.has_capability("SPECIAL-USE"):
        return ""
    named = [name for flags, _, name in client.list_folders() if flag in flags]
    return str(named[0]) if named else ""


def on_the_day(client: IMAPClient, received: datetime) -> list[int]:
    """UIDs of the selected folder's letters that came on that day, by the server's calendar."""
    return list(client.search(["ON", received.date(), "UNDELETED"]))


def _into(client: IMAPClient, target: str, act: Callable[[], Any]) -> None:
    """Act, and once more with the target made where the server misses it (TRYCREATE)."""
    try:
        act()
    except IMAPClientAbortError:
        raise
    except IMAPClientError:
        if _exists(client, target):
            raise
        have(client, target)
        act()


def _exists(client: IMAPClient, folder: str) -> bool:
    return any(
        not _NOT_THERE & {flag.lower() for flag in flags} for flags, _, _ in client.list_folders("", folder)
    )


def _delimiter(client: IMAPClient) -> str:
    found = client.list_folders("", "")
    delimiter = found[0][1] if found else None
    return delimiter.decode("ascii") if isinstance(delimiter, bytes) else ""


def _prefixes(client: IMAPClient) -> tuple[str, tuple[str, ...]]:
    """What a folder of one's own begins with, and what shared ones do (RFC 2342)."""
    if not client.has_capability("NAMESPACE"):
        return "", ()
    spaces = client.namespace()
    own = str(spaces.personal[0][0]) if spaces.personal else ""
    shared = [*(spaces.other or ()), *(spaces.shared or ())]
    return own, tuple(str(prefix) for prefix, _ in shared if prefix)
