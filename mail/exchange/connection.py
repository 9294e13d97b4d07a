"""The way to the server: one connection of our own for each mailbox, with our rules for certificates, errors and waits.

exchangelib keeps such things for the whole process (`HTTP_ADAPTER_CLS`, a cache of connections by login); two mailboxes
with different rules would get each other's. So the connection is ours, and set on the library's account.
"""

import contextlib
import logging
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

from exchangelib import DELEGATE, IMPERSONATION, UTC, Account, Build, Configuration, Credentials, Version
from exchangelib import FailFast as _FailFast
from exchangelib import OAuth2Credentials as _OAuth2Credentials
from exchangelib.errors import (
    ErrorInternalServerTransientError,
    ErrorServerBusy,
    UnauthorizedError,
)
from exchangelib.protocol import BaseProtocol, CachingProtocol, Protocol
from exchangelib.transport import BASIC, NTLM, OAUTH2

from mail.exchange.access import ExchangeAccess
from mail.exchange.troubles import SwitchedOff

PIECE = 64 * 1024
"""Bytes of an answer that are read together. The library's way is one byte at a time: six times the work
(`tests/benchmarks/test_exchange.py`).
"""

_LOGINS = {"ntlm": NTLM, "basic": BASIC, "oauth": OAUTH2}

# These log whole requests when they meet an error they do not know: letters, and the secrets that tokens are asked for with.
for _name in ("exchangelib", "requests_oauthlib", "oauthlib"):
    logging.getLogger(_name).setLevel(logging.CRITICAL + 1)


def connect(access: ExchangeAccess) -> Account:
    """The library's account for a mailbox. Nothing is asked of the network yet."""
    configuration = Configuration(
        service_endpoint=access.endpoint,
        credentials=_credentials(access),
        auth_type=_LOGINS[access.login],
        version=Version(Build(*access.build)),
        retry_policy=Once(),
        max_connections=1,
    )
    account = Account(
        access.address,
        config=configuration,
        access_type=DELEGATE if access.access == "delegate" else IMPERSONATION,
        autodiscover=False,
        default_timezone=UTC,
        locale="en_GB",
    )
    with contextlib.suppress(KeyError):
        del Protocol[configuration]  # neither the login nor a connection stays in the library's cache
    account.protocol = Connection(access, configuration)
    return account


def _credentials(access: ExchangeAccess) -> Any:
    if access.login == "oauth":
        return _Application(access)
    return Credentials(access.user, access.password)


class _Application(_OAuth2Credentials):  # type: ignore[misc]  # the library has no types
    """An application's login, at Microsoft or at a token address that was set."""

    def __init__(self, access: ExchangeAccess) -> None:
        super().__init__(access.client, access.secret, tenant_id=access.tenant)
        self._token_url = access.token_url

    @property
    def token_url(self) -> str:
        return self._token_url or str(super().token_url)


class Unavailable(ErrorServerBusy):  # type: ignore[misc]
    """An answer that may come from something before the Exchange server: nobody knows what became of the request."""


class Once(_FailFast):  # type: ignore[misc]
    """Nothing is tried again inside the library, which would repeat a wrong password for an hour and a sending whose
    answer was lost. Retrying is `Line`'s, which knows what may be repeated.
    """

    def raise_response_errors(self, response: Any) -> None:
        """Raise for an answer that is no success, a refused login before anything else."""
        if response.status_code == HTTPStatus.UNAUTHORIZED:
            raise UnauthorizedError("refused")
        if response.status_code == HTTPStatus.FORBIDDEN:
            raise SwitchedOff
        try:
            super().raise_response_errors(response)
        except (ErrorInternalServerTransientError, ErrorServerBusy) as error:
            raise Unavailable("busy", back_off=_retry_after(response)) from error


def _retry_after(response: Any) -> float | None:
    text = str(response.headers.get("Retry-After", "")).strip()
    return float(text) if text.isdigit() and text != "0" else None


class _Uncached(CachingProtocol):  # type: ignore[misc]
    """Makes connections without looking for one of the same login in the process-wide cache."""

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        return type.__call__(self, *arguments, **named)


class Connection(Protocol, metaclass=_Uncached):  # type: ignore[misc]
    """The connection of one mailbox. `posted` counts the requests that were begun, so that what surely was not sent can
    be told from what may have been.
    """

    def __init__(self, access: ExchangeAccess, configuration: Any) -> None:
        super().__init__(config=configuration)
        self._access = access
        self.TIMEOUT = access.timeout
        self.posted = 0

    def raw_session(self, prefix: str, *arguments: Any, **named: Any) -> Any:
        """A session of the HTTP library with our adapter for the server, and our trust."""
        session = super().raw_session(prefix, *arguments, **named)
        session.mount(prefix, _Adapter(self))
        if self._access.ca_file is not None:
            session.verify = str(self._access.ca_file)
            session.trust_env = False  # REQUESTS_CA_BUNDLE would go before it
        return session


class _Adapter(BaseProtocol.HTTP_ADAPTER_CLS):  # type: ignore[misc]
    """Counts requests, and has answers read in pieces."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(pool_block=True, pool_connections=1, pool_maxsize=1, max_retries=0)
        self._connection = connection

    def send(self, request: Any, *arguments: Any, **named: Any) -> Any:
        """Send one request."""
        self._connection.posted += 1
        response = super().send(request, *arguments, **named)
        if not named.get("stream"):  # a stream of notices must be read as it comes
            read = response.iter_content

            def in_pieces(chunk_size: int = PIECE, decode_unicode: bool = False) -> Iterator[bytes]:  # noqa: FBT001, FBT002 - the library's signature
                pieces: Iterator[bytes] = read(chunk_size, decode_unicode)
                return pieces

            response.iter_content = in_pieces
        return response
