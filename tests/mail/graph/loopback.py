"""Microsoft Graph on this computer, for tests: HTTPS, the token endpoint and one mailbox, with Graph's own traps.

It is strict where Graph is: a token for each request, a content type for each body, refused header names; and stricter:
what a careful client must not forget (immutable ids, `$select`, no token to the upload host) is noted in `complaints`.
"""

import json
import re
import sys
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self
from urllib.parse import parse_qsl, unquote, urlsplit

from mail.graph import Cloud, Graph, GraphAccess
from tests.mail.graph.answers import (
    ADDRESS,
    CLIENT,
    LARGEST_BODY,
    SECRET,
    TENANT,
    Call,
    Routes,
    in_error,
    in_json,
    name_of,
    sign_in,
    upload,
)
from tests.mail.graph.certificates import Pair, pair, server_context
from tests.mail.graph.tenant import Mail, Mailbox, Refused

DATE = "Mon, 30 Nov 2026 12:00:00 GMT"
_QUERY = {"$select", "$expand", "$orderby", "$top", "$filter", "$skip", "$deltatoken", "$skiptoken"}


@dataclass
class Refuse:
    """Answer with an error; nothing is done. With `done`, everything is done and the error comes all the same."""

    status: int = 503
    code: str = "serviceNotAvailable"
    headers: dict[str, str] = field(default_factory=dict)
    done: bool = False


@dataclass
class Cut:
    """Cut the connection in place of an answer; `done` says whether everything was done before."""

    done: bool = False


@dataclass
class Instead:
    """Answer with this JSON in place of the real answer."""

    answer: Callable[[dict[str, Any]], dict[str, Any]]


Trouble = Refuse | Cut | Instead


def too_often(wait: str = "7") -> Refuse:
    """A 429; `wait` is a number of seconds or a date."""
    return Refuse(429, "TooManyRequests", {"Retry-After": wait})


class LoopbackGraph:
    """The server. `troubles` holds what goes wrong with the next calls of a kind, in order; None: nothing."""

    def __init__(self, *, certificate: Pair | None = None, roles: tuple[str, ...] = ()) -> None:
        self.mailbox = Mailbox()
        self.roles = roles
        self.certificate = certificate  # of the application, where it signs in with one
        self.troubles: dict[str, list[Trouble | None]] = defaultdict(list)
        self.trouble_at: dict[int, Trouble] = {}  # the same by the number of the call, from 0
        self.calls: list[str] = []
        self.complaints: list[str] = []
        self.waits: list[float] = []  # what our side was made to wait, in place of waiting
        self.tokens: set[str] = set()
        self.largest_page = 1000
        self.leaving = False  # each answer is the connection's last
        self.at_once = self.most_at_once = 0
        self.uploads: dict[str, tuple[Mail, str, int, bytearray]] = {}
        self.lock = threading.RLock()
        self.crowd = threading.Condition()
        self.open = threading.Event()  # while it is not set, nothing is answered
        self.open.set()
        self._server = _Server(self)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)
        self.host = f"127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_raised: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)

    def access(self, folder: Path, **changed: Any) -> GraphAccess:
        """The settings that lead here; the server's certificate is laid into a folder."""
        authorities = folder / "loopback.pem"
        authorities.write_text(pair().certificate, encoding="ascii")
        cloud = Cloud(f"https://{self.host}", f"https://{self.host}", (self.host,))
        values: dict[str, Any] = {
            "mailbox": ADDRESS, "tenant": TENANT, "client_id": CLIENT, "secret": SECRET,
            "cloud": cloud, "authorities": str(authorities), "timeout": 20.0,
        }  # fmt: skip
        return GraphAccess(**(values | changed))

    @contextmanager
    def connected(self, folder: Path, **changed: Any) -> Iterator[Graph]:
        """A connection to it that never really waits."""
        graph = Graph(self.access(folder, **changed), wait=self.waits.append)
        try:
            yield graph
        finally:
            graph.close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, graph: LoopbackGraph) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.graph = graph
        self.socket = server_context(pair()).wrap_socket(
            self.socket, server_side=True, do_handshake_on_connect=False
        )

    def handle_error(self, *_: Any) -> None:
        """A client that goes away is no error; a mistake of ours must not pass for a cut connection."""
        error = sys.exception()
        if not isinstance(error, OSError):
            self.graph.complaints.append(repr(error))


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1
    server: _Server

    def log_message(self, *_: Any) -> None:
        """Nothing is logged."""

    def date_time_string(self, _timestamp: float | None = None) -> str:
        return DATE

    def handle_any(self) -> None:
        graph = self.server.graph
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        with graph.crowd:
            graph.at_once += 1
            graph.most_at_once = max(graph.most_at_once, graph.at_once)
            graph.crowd.notify_all()
        graph.open.wait(10)
        try:
            self._answer(graph, body)
        finally:
            with graph.crowd:
                graph.at_once -= 1

    do_GET = do_POST = do_PATCH = do_DELETE = do_PUT = handle_any  # noqa: N815 - the library's names

    def _answer(self, graph: LoopbackGraph, body: bytes) -> None:
        parts = urlsplit(self.path)
        steps = tuple(unquote(step) for step in parts.path.strip("/").split("/"))
        name = name_of(self.command, steps)
        with graph.lock:
            trouble = graph.troubles[name].pop(0) if graph.troubles[name] else None
            trouble = graph.trouble_at.get(len(graph.calls), trouble)
            graph.calls.append(name)
        if isinstance(trouble, Cut | Refuse) and not trouble.done:
            self._fail(trouble)
            return
        status, headers, answer = self._done(graph, steps, parts.query, body)
        if isinstance(trouble, Cut | Refuse):
            self._fail(trouble)
            return
        if isinstance(trouble, Instead):
            answer = json.dumps(trouble.answer(json.loads(answer))).encode()
        self._say(status, headers, answer)

    def _fail(self, trouble: Refuse | Cut) -> None:
        if isinstance(trouble, Cut):
            self.close_connection = True
            self.connection.close()
            return
        self._say(trouble.status, trouble.headers, in_error(trouble.code))

    def _done(
        self, graph: LoopbackGraph, steps: tuple[str, ...], query: str, body: bytes
    ) -> tuple[int, dict[str, str], bytes]:
        try:
            with graph.lock:
                if steps[0] == "upload":
                    return in_json(*upload(graph, steps[1], body, self.headers))
                if steps[0] != "v1.0":
                    return in_json(*sign_in(graph, steps, body))
                return self._asked_of_mailbox(graph, steps, query, body)
        except Refused as refused:
            return refused.status, {}, in_error(refused.code)

    def _asked_of_mailbox(
        self, graph: LoopbackGraph, steps: tuple[str, ...], query: str, body: bytes
    ) -> tuple[int, dict[str, str], bytes]:
        if self.headers.get("Authorization", "").removeprefix("Bearer ") not in graph.tokens:
            raise Refused(401, "InvalidAuthenticationToken")
        if len(body) > LARGEST_BODY:
            raise Refused(413, "RequestEntityTooLarge")
        if steps[1:3] != ("users", ADDRESS):
            raise Refused(404, "ErrorInvalidUser")
        call = self._call(graph, steps[3:], dict(parse_qsl(query)), body)
        answer = Routes(graph, call).answer()
        if isinstance(answer, bytes):
            return 200, {"Content-Type": "text/plain"}, answer
        return in_json(*answer)

    def _call(self, graph: LoopbackGraph, steps: tuple[str, ...], query: dict[str, str], body: bytes) -> Call:
        prefer = self.headers.get("Prefer", "")
        immutable = 'IdType="ImmutableId"' in prefer
        size = re.search(r"odata\.maxpagesize=(\d+)", prefer)
        if not immutable:
            graph.complaints.append(f"no immutable id asked for: {self.command} {self.path}")
        if set(query) - _QUERY:
            raise Refused(400, "BadRequest")
        bare = not {"$select", "$deltatoken", "$skiptoken"} & set(query)
        if self.command == "GET" and bare and steps[-1] != "$value":
            graph.complaints.append(f"no $select: {self.path}")
        kind = (self.headers.get("Content-Type") or "").partition(";")[0]
        return Call(self.command, steps, query, body, kind, immutable, int(size[1]) if size else 10)

    def _say(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", **headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        if self.server.graph.leaving:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()
