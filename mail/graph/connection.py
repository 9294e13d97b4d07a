"""Requests to Microsoft Graph: signed in, at most four at a time, patient within bounds, never led to another server."""

import contextlib
import json
import logging
import ssl
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import BoundedSemaphore
from typing import Any, TypeVar
from urllib.parse import quote, urlsplit

import httpx

from mail.errors import LetterTooBig, MailError
from mail.graph.access import GraphAccess
from mail.graph.tokens import Tokens
from mail.graph.troubles import BUSY, Trouble, trouble_of

AT_ONCE = 4
"""Microsoft answers at most so many requests of an application to a mailbox at the same time."""

MOST_PAGES = 25
"""After so many pages of one listing we go on in the next round."""

PAGE = 50
_TRIES = 3
_FIRST_WAIT = 1.0  # seconds, before asking again where no answer came
_PREFER = 'IdType="ImmutableId"'  # without it a move gives a letter another id
_UNSENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)
_REFUSED, _UNAUTHORISED = 300, 401
_NO_ANSWER = "Microsoft Graph cannot be reached. Check the network and the proxy."
_CUT = "The connection to Microsoft Graph was cut, or no answer came in time."
_STRANGE_LINK = "Microsoft Graph named a page on another server; it was not followed."
_NO_JSON = "Microsoft Graph gave an answer that cannot be read."

# Their lines hold whole addresses: the mailbox, ids, Message-IDs, tokens of lists.
for _name in ("httpx", "httpcore"):
    logging.getLogger(_name).setLevel(logging.WARNING)


_T = TypeVar("_T")


@dataclass(slots=True)
class Listing:
    """The rows of a listing; `more` is the next page where we stopped early, `changes` leads to what comes later."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    more: str = ""
    changes: str = ""


class Graph:
    """The way to one mailbox. Construction touches no network; share one between mailbox and postbox of an address."""

    def __init__(self, access: GraphAccess, *, wait: Callable[[float], None] = time.sleep) -> None:
        self._access = access
        self._wait = wait
        self._http = httpx.Client(
            verify=_trust(access), timeout=access.timeout, limits=httpx.Limits(max_connections=2 * AT_ONCE)
        )
        self.tokens = Tokens(access, self._http)
        self._slots = BoundedSemaphore(AT_ONCE)
        self._root = f"{access.cloud.graph}/v1.0/users/{quote(access.mailbox, safe='')}"

    def close(self) -> None:
        """Close its connections."""
        self._http.close()

    def at(self, *steps: str) -> str:
        """The address of something in the mailbox."""
        return "/".join((self._root, *(quote(step, safe="$") for step in steps)))

    def get(self, url: str, query: Mapping[str, str] | None = None, *, page: int = 0) -> dict[str, Any]:
        """An answer in JSON; asked again within bounds. Raises `Trouble`."""
        prefer = f"{_PREFER}, odata.maxpagesize={page}" if page else _PREFER
        return _json(self._patiently("GET", url, params=query, headers={"Prefer": prefer}))

    def listing(self, url: str, query: Mapping[str, str] | None = None) -> Listing:
        """The rows of all pages, `MOST_PAGES` of them at most. Raises `Trouble`."""
        found, link = Listing(), url
        for _ in range(MOST_PAGES):
            answer = self.get(self._ours(link), query, page=PAGE)
            found.rows += [row for row in answer.get("value", []) if isinstance(row, dict)]
            found.more, found.changes = (
                str(answer.get(f"@odata.{name}", "")) for name in ("nextLink", "deltaLink")
            )
            if not found.more:
                break
            link, query = found.more, None  # a link holds its query
        return found

    def is_ours(self, link: str) -> bool:
        """Whether a link leads to Graph itself, by https. Our token goes nowhere else."""
        parts, graph = urlsplit(link), urlsplit(self._access.cloud.graph)
        return (parts.scheme, parts.netloc) == ("https", graph.netloc)

    def read(self, url: str, most: int) -> bytes:
        """Raw bytes. Raises `LetterTooBig` once there are more than `most`, or `Trouble`."""

        def once() -> bytes:
            with self._answer("GET", url, headers={"Prefer": _PREFER}) as response:
                return _at_most(response, most)

        return self._again(once, lambda _: True)

    def post(self, url: str, content: Mapping[str, Any], *, patient: bool = False) -> dict[str, Any]:
        """Ask for something to be done. Only a refusal for being busy is tried again, and only if `patient`."""

        def once() -> dict[str, Any]:
            with self._answer("POST", url, json=dict(content), headers={"Prefer": _PREFER}) as response:
                return _json(response.read())

        return self._again(once, lambda error: patient and error.status == BUSY)

    def post_mime(self, url: str, mime: bytes) -> dict[str, Any]:
        """Hand over a whole letter, base64 as Graph wants it. Never tried again. Raises `Trouble`."""
        headers = {"Prefer": _PREFER, "Content-Type": "text/plain"}
        with self._answer("POST", url, content=mime, headers=headers) as response:
            return _json(response.read())

    def patch(self, url: str, content: Mapping[str, Any]) -> None:
        """Change what is named. Raises `Trouble`."""
        with self._answer("PATCH", url, json=dict(content), headers={"Prefer": _PREFER}) as response:
            response.read()

    def delete(self, url: str) -> None:
        """Take it away. Raises `Trouble`."""
        with self._answer("DELETE", url, headers={"Prefer": _PREFER}) as response:
            response.read()

    def put_piece(self, url: str, piece: bytes, *, start: int, whole: int) -> None:
        """One piece of a large file, to the address that an upload session named. Our token does not go with it."""
        parts = urlsplit(url)
        if parts.scheme != "https" or not (self.is_ours(url) or parts.netloc in self._access.cloud.upload):
            raise Trouble(_STRANGE_LINK)
        headers = {
            "Content-Type": "application/octet-stream",
            "Content-Range": f"bytes {start}-{start + len(piece) - 1}/{whole}",
        }
        with self._once("PUT", url, content=piece, headers=headers) as response:
            response.read()

    # ------------------------------------------------------------------ one request

    def _ours(self, link: str) -> str:
        if not self.is_ours(link):
            raise Trouble(_STRANGE_LINK)
        return link

    def _patiently(self, method: str, url: str, **named: Any) -> bytes:
        def once() -> bytes:
            with self._answer(method, url, **named) as response:
                return response.read()

        return self._again(once, lambda _: True)

    def _again(self, once: Callable[[], _T], may: Callable[[Trouble], bool]) -> _T:
        for attempt in range(1, _TRIES + 1):
            try:
                return once()
            except Trouble as error:
                wait = _FIRST_WAIT * attempt if error.retry_after is None else error.retry_after
                if (
                    attempt == _TRIES
                    or not error.passing
                    or wait > self._access.longest_wait
                    or not may(error)
                ):
                    raise
            self._wait(wait)
        raise AssertionError  # the last attempt returns or raises

    @contextmanager
    def _answer(
        self, method: str, url: str, *, headers: Mapping[str, str], **named: Any
    ) -> Iterator[httpx.Response]:
        """A good answer, its body unread. A token that is refused is replaced once."""
        with contextlib.ExitStack() as opened:
            try:
                response = opened.enter_context(
                    self._once(method, url, headers=self._signed(headers), **named)
                )
            except Trouble as error:
                if error.status != _UNAUTHORISED:
                    raise
                self.tokens.forget()
                response = opened.enter_context(
                    self._once(method, url, headers=self._signed(headers), **named)
                )
            yield response

    def _signed(self, headers: Mapping[str, str]) -> dict[str, str]:
        return {**headers, "Authorization": f"Bearer {self.tokens.token()}"}

    @contextmanager
    def _once(self, method: str, url: str, **named: Any) -> Iterator[httpx.Response]:
        with self._slots:
            try:
                with self._http.stream(method, url, **named) as response:
                    if response.status_code >= _REFUSED:
                        response.read()
                        raise trouble_of(response.status_code, _code(response), response.headers)
                    yield response
            except _UNSENT:
                raise Trouble(_NO_ANSWER, passing=True) from None
            except httpx.HTTPError:
                raise Trouble(_CUT, maybe_done=True, passing=True) from None


def _trust(access: GraphAccess) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if access.authorities:
        try:
            context.load_verify_locations(access.authorities)
        except (OSError, ssl.SSLError) as error:
            raise MailError("The file of certificate authorities cannot be read. Give a PEM file.") from error
    return context


def _json(body: bytes) -> dict[str, Any]:
    if not body:
        return {}
    try:
        answer = json.loads(body)
    except ValueError:
        raise Trouble(_NO_JSON, maybe_done=True) from None
    return answer if isinstance(answer, dict) else {}


def _code(response: httpx.Response) -> str:
    try:
        return str(response.json()["error"]["code"])
    except (ValueError, KeyError, TypeError):
        return ""


def _at_most(response: httpx.Response, most: int) -> bytes:
    pieces, size = [], 0
    for piece in response.iter_bytes(65536):
        pieces.append(piece)
        size += len(piece)
        if size > most:
            raise LetterTooBig(size, most)
    return b"".join(pieces)
