"""One connection to an IMAP server: made when it is needed, made again when it broke.

IMAPClient (Menno Smits and others, since 2007) was taken, not imap-tools: it keeps UIDs, raw bytes and IDLE as the
protocol has them, and hides nothing that a kill in the middle makes important.
"""

import contextlib
import logging
import re
import socket
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeVar

from imapclient import IMAPClient, SocketTimeout
from imapclient.exceptions import (
    CapabilityError,
    IMAPClientAbortError,
    IMAPClientError,
    IMAPClientReadOnlyError,
    LoginError,
)

from mail.credentials import Account, LoginGuard, verified_tls
from mail.errors import MailError

logging.getLogger("imapclient").setLevel(
    logging.WARNING
)  # at DEBUG it writes folders, subjects and letters down

T = TypeVar("T")
_PORTS = {"tls": 993, "starttls": 143}
_BROKEN = (IMAPClientAbortError, OSError, EOFError)  # ssl.SSLError and timeouts are OSErrors
_CODE = re.compile(r"\[([A-Z][A-Z-]{2,30})")
READ_ONLY = "The mail folder can only be read: give the account the right to move letters out of it."
_OURS_TO_WAIT = frozenset(
    {"UNAVAILABLE", "INUSE", "LIMIT", "SERVERBUG"}
)  # RFC 5530: not the password's fault


@dataclass(frozen=True, slots=True, kw_only=True)
class ImapSettings:
    """Where an IMAP account is. `port` 0 is the usual one (993 with `tls`, 143 with `starttls`).

    The server's certificate is always checked: against `ca_file` (PEM) alone where one is given, else against the
    system's. `seconds` is how long one answer of the server may take.
    """

    host: str
    account: Account
    security: Literal["tls", "starttls"] = "tls"
    port: int = 0
    ca_file: Path | None = None
    seconds: float = 30.0


class Session:
    """A connection with a login, and at most one selected folder. For one thread at a time."""

    def __init__(self, settings: ImapSettings, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._settings = settings
        self._guard = LoginGuard(monotonic)
        self._client: IMAPClient | None = None
        self._selected: tuple[str, int] | None = None
        self._in_step = self._closed = False
        self.idling = False
        self.may_delete = True  # as far as the server said so of the folder selected last (PERMANENTFLAGS)

    def run(self, step: Callable[[IMAPClient], T], *, while_idling: bool = False) -> T:
        """Do a step, and once more on a new connection where the old one broke: it must bear being done twice.

        Raises `MailError`: a sentence without anything that the server wrote but its response code.
        """
        try:
            return self._once(step, while_idling=while_idling)
        except _BROKEN:
            self.drop()
        try:
            return self._once(step, while_idling=while_idling)
        except _BROKEN as error:
            self.drop()
            raise MailError(
                "The connection to the mail server broke twice: check that it is up and can be reached."
            ) from error

    def select(self, client: IMAPClient, folder: str, *, anew: bool = False, readonly: bool = False) -> int:
        """Have a folder selected; its UIDVALIDITY."""
        if self._selected is not None and self._selected[0] == folder and not anew:
            return self._selected[1]
        self._selected = None
        try:
            answer: dict[bytes, Any] = client.select_folder(folder, readonly=readonly)
        except IMAPClientAbortError:  # broken, or read-only
            raise
        except IMAPClientError as error:
            raise MailError(
                f"The mail folder “{folder}” cannot be opened: check its name, and what the account may do there."
            ) from error
        validity = answer.get(b"UIDVALIDITY")
        if not isinstance(validity, int):
            raise MailError(
                "The mail server gives its folders no UIDVALIDITY: letters cannot be told apart there."
            )
        lasting = answer.get(b"PERMANENTFLAGS", (b"\\Deleted",))
        self.may_delete = any(b"\\Deleted" in flag for flag in lasting)
        if not readonly:
            self._selected = folder, validity
        return validity

    def begin_idle(self, client: IMAPClient) -> None:
        """Have the server tell of new letters (IDLE) until the next step."""
        client.idle()
        self.idling = True

    def end_idle(self) -> None:
        """Have the server listen to commands again."""
        if self.idling and self._client is not None:
            self._client.idle_done()
        self.idling = False

    def drop(self) -> None:
        """Forget the connection."""
        client, self._client, self._selected, self.idling = self._client, None, None, False
        if client is not None:
            with contextlib.suppress(Exception):
                client.shutdown()

    def close(self) -> None:
        """Log out for good. A step that another thread is in ends by a broken connection, and no other is made."""
        self._closed, client = True, self._client
        if client is None:
            return
        with contextlib.suppress(Exception):
            if self._in_step:
                client.socket().shutdown(socket.SHUT_RDWR)
                return
            self.end_idle()
            client.logout()
        self.drop()

    def _once(self, step: Callable[[IMAPClient], T], *, while_idling: bool) -> T:
        if self._closed:
            raise MailError("The mailbox was closed.")
        self._in_step = True
        try:
            if not while_idling:
                self.end_idle()
            if self._client is None:
                self._client = self._open()
            return step(self._client)
        except IMAPClientReadOnlyError as error:
            raise MailError(READ_ONLY) from error
        except _BROKEN:
            raise
        except IMAPClientError as error:
            raise MailError(
                f"The mail server refuses{_code(error)}: see what the account may do there."
            ) from error
        finally:
            self._in_step = False

    # -------------------------------------------------------------- opening

    def _open(self) -> IMAPClient:
        self._guard.ask()
        token = self._settings.account.fresh_token()
        client = self._connect()
        try:
            self._log_in(client, token)
        except BaseException:
            with contextlib.suppress(Exception):
                client.shutdown()
            raise
        client.normalise_times = False  # INTERNALDATE with its own offset, not the machine's
        return client

    def _connect(self) -> IMAPClient:
        """A connection that is encrypted, to the server that was meant. Nothing was said on it in clear but STARTTLS."""
        try:
            return self._encrypted(verified_tls(self._settings.ca_file))
        except CapabilityError as error:
            raise MailError(
                "The mail server offers no STARTTLS: use security “tls”, or have it switched on there."
            ) from error
        except ssl.SSLError as error:
            raise MailError(
                "The mail server's certificate cannot be trusted, or it speaks no TLS: check host, port and ca_file."
            ) from error

    def _encrypted(self, tls: ssl.SSLContext) -> IMAPClient:
        settings = self._settings
        implicit = settings.security == "tls"
        client = IMAPClient(
            settings.host,
            settings.port or _PORTS[settings.security],
            ssl=implicit,
            ssl_context=tls if implicit else None,
            timeout=SocketTimeout(settings.seconds, settings.seconds),
        )
        if not implicit:
            try:
                client.starttls(tls)
            except BaseException:
                with contextlib.suppress(Exception):
                    client.shutdown()
                raise
        return client

    def _log_in(self, client: IMAPClient, token: str) -> None:
        try:
            _authenticate(client, self._settings.account, token)
        except LoginError as error:
            if isinstance(error.__context__, IMAPClientAbortError):
                raise error.__context__ from error
            if _OURS_TO_WAIT & set(_CODE.findall(str(error))):
                raise MailError(f"The mail server lets nobody in just now{_code(error)}.") from error
            raise self._guard.refused(
                f"The mail server refuses the login{_code(error)}: set the right (app) password or token. It is tried "
                "again after some minutes only, so that the account is not locked."
            ) from error
        self._guard.accepted()


def _authenticate(client: IMAPClient, account: Account, token: str) -> None:
    if token:
        client.oauth2_login(account.user, token)
    elif client.has_capability("AUTH=PLAIN"):
        client.plain_login(account.user, account.password)  # bears any character, as LOGIN does not
    else:
        client.login(account.user, account.password)


def _code(error: Exception) -> str:
    """The response code alone (RFC 5530): the sentence round it may name people or subjects."""
    found = _CODE.search(str(error))
    return f" ({found[1]})" if found else ""
