"""Microsoft Graph on this computer, for tests: HTTPS, the token endpoint and one mailbox, with Graph's own traps.

It is strict where Graph is: a token for each request, a content type for each body, refused header names; and stricter:
what a careful client must not forget (immutable ids, `$select`, no token to the upload host) is noted in `complaints`.
"""

import base64
import json
import re
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self
from urllib.parse import parse_qs, parse_qsl, quote, unquote, urlencode, urlsplit

import jwt
from cryptography import x509

from mail.graph import Cloud, Graph, GraphAccess
from tests.mail.graph.certificates import Pair, pair, server_context
from tests.mail.graph.tenant import NOON, Mail, Mailbox, Refused, mime_of, refuse_bad_headers

TENANT, CLIENT, SECRET = "11111111-aaaa", "22222222-bbbb", "a secret of the app"
ADDRESS = "school.admissions@westhaven.example"
DATE = "Mon, 30 Nov 2026 12:00:00 GMT"
_QUERY = {"$select", "$expand", "$orderby", "$top", "$filter", "$skip", "$deltatoken", "$skiptoken"}
_LARGEST_BODY = 4 * 1024 * 1024
_SMALLEST_UPLOAD = 3 * 1000 * 1000


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
        """A client that goes away is no error."""


@dataclass
class Call:
    """A request to the mailbox, taken apart."""

    method: str
    steps: tuple[str, ...]
    query: dict[str, str]
    body: bytes
    kind: str  # content type
    immutable: bool
    page: int

    def content(self) -> dict[str, Any]:
        if self.kind != "application/json":
            raise Refused(400, "BadRequest")
        answer: dict[str, Any] = json.loads(self.body)
        return answer

    def mime(self) -> bytes:
        if self.kind != "text/plain":
            raise Refused(400, "BadRequest")
        return self.body


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
        name = _name(self.command, steps)
        with graph.lock:
            graph.calls.append(name)
            trouble = graph.troubles[name].pop(0) if graph.troubles[name] else None
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
        self._say(trouble.status, trouble.headers, _error(trouble.code))

    def _done(
        self, graph: LoopbackGraph, steps: tuple[str, ...], query: str, body: bytes
    ) -> tuple[int, dict[str, str], bytes]:
        try:
            with graph.lock:
                if steps[0] == "upload":
                    return _json(*_upload(graph, steps[1], body, self.headers))
                if steps[0] != "v1.0":
                    return _json(*_sign_in(graph, steps, body))
                return self._asked_of_mailbox(graph, steps, query, body)
        except Refused as refused:
            return refused.status, {}, _error(refused.code)

    def _asked_of_mailbox(
        self, graph: LoopbackGraph, steps: tuple[str, ...], query: str, body: bytes
    ) -> tuple[int, dict[str, str], bytes]:
        if self.headers.get("Authorization", "").removeprefix("Bearer ") not in graph.tokens:
            raise Refused(401, "InvalidAuthenticationToken")
        if len(body) > _LARGEST_BODY:
            raise Refused(413, "RequestEntityTooLarge")
        if steps[1:3] != ("users", ADDRESS):
            raise Refused(404, "ErrorInvalidUser")
        call = self._call(graph, steps[3:], dict(parse_qsl(query)), body)
        answer = _Routes(graph, call).answer()
        if isinstance(answer, bytes):
            return 200, {"Content-Type": "text/plain"}, answer
        return _json(*answer)

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


# ---------------------------------------------------------------------- the mailbox


Answer = tuple[int, dict[str, Any] | None]


class _Routes:
    """One call to the mailbox."""

    def __init__(self, graph: LoopbackGraph, call: Call) -> None:
        self._graph = graph
        self._box = graph.mailbox
        self._call = call

    def answer(self) -> Answer | bytes:
        name = _name(self._call.method, ("v1.0", "users", ADDRESS, *self._call.steps))
        route: Callable[[], Answer | bytes] = getattr(self, f"_{name}", self._unknown)
        return route()

    def _unknown(self) -> Answer:
        raise Refused(400, "BadRequest")

    def _folder(self) -> Answer:
        folder = self._box.folder(self._call.steps[1])
        return 200, {"id": folder, "totalItemCount": len(self._box.lying_in(folder))}

    def _folders(self) -> Answer:
        wanted = re.fullmatch(r"displayName eq '(.*)'", self._call.query.get("$filter", ""))
        found = self._box.children(self._box.folder(self._call.steps[1])).items()
        rows = [
            {"id": each, "displayName": name}
            for each, name in found
            if not wanted or name == wanted[1].replace("''", "'")
        ]
        return 200, {"value": rows}

    def _make_folder(self) -> Answer:
        name = self._call.content()["displayName"]
        return 201, {"id": self._box.make_folder(self._call.steps[1], name), "displayName": name}

    def _list(self) -> Answer:
        rows = self._box.lying_in(self._box.folder(self._call.steps[1]))
        start, most = int(self._call.query.get("$skip", 0)), self._page("$top")
        answer: dict[str, Any] = {"value": [self._shown(mail) for mail in rows[start : start + most]]}
        if start + most < len(rows):
            query = self._call.query | {"$skip": str(start + most)}
            answer["@odata.nextLink"] = self._link(query)
        return 200, answer

    def _delta(self) -> Answer:
        query = self._call.query
        if "$deltatoken" in query:
            token = self._box.resume(query["$deltatoken"])
        else:
            token = query.get("$skiptoken") or self._box.begin_round(self._call.steps[1], None)
        page, onward, changes = self._box.take(token, min(self._call.page, self._graph.largest_page))
        answer: dict[str, Any] = {"value": [self._changed(*row) for row in page]}
        answer |= {"@odata.nextLink": self._link({"$skiptoken": onward})} if onward else {}
        answer |= {"@odata.deltaLink": self._link({"$deltatoken": changes})} if changes else {}
        return 200, answer

    def _changed(self, letter: str, removed: bool) -> dict[str, Any]:
        if removed or letter not in self._box.letters:
            return {"id": letter, "@removed": {"reason": "deleted"}}
        return {"id": self._box.letters[letter].id(immutable=self._call.immutable)}

    def _find(self) -> Answer:
        wanted = re.fullmatch(r"internetMessageId eq '(.*)'", self._call.query.get("$filter", ""))
        if wanted is None:
            raise Refused(400, "ErrorInvalidUrlQueryFilter")
        message_id = wanted[1].replace("''", "'")
        return 200, {
            "value": [
                self._shown(mail) for mail in self._box.letters.values() if mail.message_id == message_id
            ]
        }

    def _letter(self) -> Answer:
        return 200, self._shown(self._named())

    def _value(self) -> bytes:
        return self._named().raw

    def _move(self) -> Answer:
        mail, target = self._named(), self._box.folder(self._call.content()["destinationId"])
        return 201, self._shown(self._box.move(mail.immutable, target))

    def _draft(self) -> Answer:
        if self._call.kind == "application/json":
            message = self._call.content()
            refuse_bad_headers(message)
            raise Refused(400, "BadRequest")  # the letters of this project are MIME
        return 201, self._shown(self._box.draft_of_mime(self._call.mime()))

    def _reply(self) -> Answer:
        return 201, self._shown(self._box.draft_of_mime(self._call.mime(), reply_to=self._named().immutable))

    def _change(self) -> Answer:
        mail, changed = self._named(), self._call.content()
        if not mail.draft or set(changed) != {"internetMessageId"}:
            raise Refused(400, "ErrorInvalidPropertySet")
        mail.message_id = changed["internetMessageId"]
        mail.raw = re.sub(rb"(?im)^message-id:.*\r\n", b"", mail.raw)
        mail.raw = f"Message-ID: {mail.message_id}\r\n".encode() + mail.raw
        return 200, self._shown(mail)

    def _delete(self) -> Answer:
        self._box.remove(self._named().immutable)
        return 204, None

    def _attach(self) -> Answer:
        content = self._call.content()
        data = base64.b64decode(content["contentBytes"], validate=True)
        self._named().attachments.append((content["name"], data))
        return 201, {"id": "attachment"}

    def _session(self) -> Answer:
        described = self._call.content()["AttachmentItem"]
        if described["attachmentType"] != "file" or described["size"] < _SMALLEST_UPLOAD:
            raise Refused(400, "ErrorAttachmentSizeShouldNotBeLessThanMinimumSize")
        number = str(next(self._box.numbers))
        self._graph.uploads[number] = (self._named(), described["name"], described["size"], bytearray())
        return 201, {
            "uploadUrl": f"https://{self._graph.host}/upload/{number}?authtoken=x",
            "nextExpectedRanges": ["0-"],
        }

    def _send(self) -> Answer:
        self._box.submit(self._named())
        return 202, None

    def _send_mail(self) -> Answer:
        raw = mime_of(self._call.mime())
        self._box.submit(self._box.add("drafts", raw, NOON, draft=True))
        return 202, None

    def _named(self) -> Mail:
        return self._box.find(self._call.steps[1])

    def _page(self, name: str) -> int:
        return min(int(self._call.query.get(name, self._call.page)), self._graph.largest_page)

    def _link(self, query: dict[str, str]) -> str:
        path = "/".join(quote(step, safe="$") for step in ("v1.0", "users", ADDRESS, *self._call.steps))
        return f"https://{self._graph.host}/{path}?{urlencode(query)}"

    def _shown(self, mail: Mail) -> dict[str, Any]:
        shown = {
            "id": mail.id(immutable=self._call.immutable),
            "parentFolderId": mail.folder,
            "receivedDateTime": mail.received.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "internetMessageId": mail.message_id,
            "isDraft": mail.draft,
        }
        if "$select" in self._call.query:
            shown = {name: shown[name] for name in self._call.query["$select"].split(",")}
        if "LONG 0x0E08" in self._call.query.get("$expand", ""):
            shown["singleValueExtendedProperties"] = [{"id": "Long 0xe08", "value": str(len(mail.raw))}]
        return shown


_NAMES = (
    (r"POST v1\.0/users/[^/]+/sendMail", "send_mail"),
    (r"GET v1\.0/users/[^/]+/mailFolders/[^/]+", "folder"),
    (r"GET v1\.0/users/[^/]+/mailFolders/[^/]+/childFolders", "folders"),
    (r"POST v1\.0/users/[^/]+/mailFolders/[^/]+/childFolders", "make_folder"),
    (r"GET v1\.0/users/[^/]+/mailFolders/[^/]+/messages", "list"),
    (r"GET v1\.0/users/[^/]+/mailFolders/[^/]+/messages/delta", "delta"),
    (r"GET v1\.0/users/[^/]+/messages", "find"),
    (r"POST v1\.0/users/[^/]+/messages", "draft"),
    (r"GET v1\.0/users/[^/]+/messages/[^/]+", "letter"),
    (r"PATCH v1\.0/users/[^/]+/messages/[^/]+", "change"),
    (r"DELETE v1\.0/users/[^/]+/messages/[^/]+", "delete"),
    (r"GET v1\.0/users/[^/]+/messages/[^/]+/\$value", "value"),
    (r"POST v1\.0/users/[^/]+/messages/[^/]+/move", "move"),
    (r"POST v1\.0/users/[^/]+/messages/[^/]+/createReply", "reply"),
    (r"POST v1\.0/users/[^/]+/messages/[^/]+/send", "send"),
    (r"POST v1\.0/users/[^/]+/messages/[^/]+/attachments", "attach"),
    (r"POST v1\.0/users/[^/]+/messages/[^/]+/attachments/createUploadSession", "session"),
    (r"PUT upload/.+", "upload"),
    (r"POST .+/oauth2/v2\.0/token", "token"),
    (r"GET .+/openid-configuration", "tenant"),
)


def _name(method: str, steps: tuple[str, ...]) -> str:
    """What a call is called here: by `calls`, `troubles` and the routes."""
    path = f"{method} {'/'.join(steps)}"
    return next((name for pattern, name in _NAMES if re.fullmatch(pattern, path)), "unknown")


# ---------------------------------------------------------------------- signing in, and uploading


def _sign_in(graph: LoopbackGraph, steps: tuple[str, ...], body: bytes) -> Answer:
    base = f"https://{graph.host}/{TENANT}"
    endpoint = f"{base}/oauth2/v2.0/token"
    if steps[0] != TENANT:
        return 400, {"error": "invalid_tenant", "error_codes": [90002]}
    if steps[-1] == "openid-configuration":
        return 200, {
            "issuer": f"{base}/v2.0",
            "authorization_endpoint": f"{base}/oauth2/v2.0/authorize",
            "token_endpoint": endpoint,
        }
    form = {name: values[0] for name, values in parse_qs(body.decode()).items()}
    asked = (form.get("grant_type"), form.get("scope"))
    if asked != ("client_credentials", f"https://{graph.host}/.default"):
        return 400, {"error": "invalid_scope", "error_codes": [70011]}
    code = _refusal(graph, form, endpoint)
    if code:
        return 401, {
            "error": "invalid_client",
            "error_codes": [code],
            "error_description": f"AADSTS{code}: {SECRET}",
        }
    token = jwt.encode({"roles": list(graph.roles), "n": len(graph.calls)}, "x" * 32, algorithm="HS256")
    graph.tokens.add(token)
    return 200, {"token_type": "Bearer", "expires_in": 3599, "access_token": token}


def _refusal(graph: LoopbackGraph, form: dict[str, str], endpoint: str) -> int:
    if form.get("client_id") != CLIENT:
        return 700016
    if graph.certificate is None:
        return 0 if form.get("client_secret") == SECRET else 7000215
    public = x509.load_pem_x509_certificate(graph.certificate.certificate.encode()).public_key()
    try:
        claims = jwt.decode(
            form.get("client_assertion", ""),
            public,
            algorithms=["RS256", "PS256"],
            audience=endpoint,  # type: ignore[arg-type]
        )
    except jwt.PyJWTError:
        return 700027
    return 0 if claims["iss"] == claims["sub"] == CLIENT else 700027


def _upload(graph: LoopbackGraph, number: str, body: bytes, headers: Any) -> Answer:
    if headers.get("Authorization"):
        graph.complaints.append("a token was sent to the upload host")
    mail, name, whole, received = graph.uploads[number]
    start, end, said = (int(each) for each in re.findall(r"\d+", headers["Content-Range"]))
    if (start, end + 1 - start, said) != (len(received), len(body), whole) or len(body) > _LARGEST_BODY:
        raise Refused(416, "InvalidContentRange")
    received += body
    if len(received) < whole:
        return 200, {"nextExpectedRanges": [f"{len(received)}-"]}
    mail.attachments.append((name, bytes(received)))
    return 201, None


def _json(status: int, answer: dict[str, Any] | None) -> tuple[int, dict[str, str], bytes]:
    return status, {}, b"" if answer is None else json.dumps(answer).encode()


def _error(code: str) -> bytes:
    return json.dumps({"error": {"code": code, "message": f"{code}: a private word"}}).encode()
