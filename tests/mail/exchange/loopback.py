"""An Exchange server on this computer, for tests. It holds mailboxes and speaks the web services (EWS) over HTTP.

It is strict: every request and every answer is judged by Microsoft's schema, a login must be right and must have been
given the mailbox, ids end with a move. And it fails as servers do: `troubles` holds what goes wrong with the next requests
of an operation, in order.
"""

import base64
import json
import socket
import ssl
import sys
import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs

import spnego
from lxml import etree
from spnego.exceptions import SpnegoError

from mail.exchange import ExchangeAccess
from tests.mail.exchange.answers import HALF_CHARACTER, Answers, Fault
from tests.mail.exchange.building import make
from tests.mail.exchange.mailstore import Mailbox
from tests.mail.exchange.schema import NAMES, SOAP, faults

INBOX = "school.admissions@westhaven.example"
USER, PASSWORD = "WESTHAVEN\\moves", "correct horse"
TENANT, CLIENT, SECRET, TOKEN = "westhaven", "moves", "battery staple", "a-token"


@dataclass(frozen=True)
class Refuse:
    """Answer with an HTTP status; nothing is done."""

    status: int = 503
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class BusyFault:
    """Answer with Exchange's own words for “leave me alone”; nothing is done."""

    milliseconds: int = 5000


@dataclass(frozen=True)
class Code:
    """Answer with a response code of Exchange's; nothing is done."""

    code: str


@dataclass(frozen=True)
class CutBefore:
    """Cut the connection; nothing is done."""


@dataclass(frozen=True)
class CutAfter:
    """Do what is asked, and cut the connection instead of answering."""


Trouble = Refuse | BusyFault | Code | CutBefore | CutAfter


class LoopbackExchange:
    """The server. `requests` has every operation that was asked for; `wrong` what the schema found."""

    def __init__(self, *addresses: str, tls: ssl.SSLContext | None = None) -> None:
        self._tls = tls
        self.mailboxes = {address: Mailbox(address) for address in addresses or (INBOX,)}
        self.delegated = set(self.mailboxes)  # what the login may open as a delegate
        self.impersonated = set(self.mailboxes)  # what it may open by impersonation
        self.fractions = False  # of seconds in times
        self.times = True
        self.ntlm = False  # logins are NTLM's
        self.delayed = False  # a letter waits in the outbox before it leaves
        self.troubles: defaultdict[str, list[Trouble]] = defaultdict(list)
        self.requests: list[tuple[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.logins: list[bool] = []  # each try, and whether it was right
        self.wrong: list[str] = []
        self.streams = 0
        self.connections: set[socket.socket] = set()
        self.changed = threading.Condition()
        self.closing = False
        self.answers = Answers(self)

    @property
    def inbox(self) -> Mailbox:
        """The first mailbox."""
        return next(iter(self.mailboxes.values()))

    @property
    def url(self) -> str:
        return f"{self._root}/EWS/Exchange.asmx"

    @property
    def token_url(self) -> str:
        return f"{self._root}/token"

    @property
    def _root(self) -> str:
        return f"{'https' if self._tls else 'http'}://127.0.0.1:{self._server.server_port}"

    def asked(self, operation: str) -> list[Any]:
        """The requests of one operation."""
        return [request for name, request in self.requests if name == operation]

    def tell(self) -> None:
        """Something came: whoever listens is told."""
        with self.changed:
            self.changed.notify_all()

    def access(self, **changed: Any) -> ExchangeAccess:
        """What leads to the first mailbox, by the right login unless something is changed."""
        right: dict[str, Any] = {
            "address": self.inbox.address,
            "endpoint": self.url,
            "access": "delegate",
            "login": "basic",
            "user": USER,
            "password": PASSWORD,
        }
        return ExchangeAccess(**(right | changed))

    def start(self) -> Self:
        """Open for business."""
        self._server = _Server(("127.0.0.1", 0), type("Bound", (_Handler,), {"exchange": self}))
        if self._tls is not None:
            self._server.socket = self._tls.wrap_socket(
                self._server.socket, server_side=True, do_handshake_on_connect=False
            )
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()
        return self

    def stop(self) -> None:
        """End every stream and every connection."""
        self.closing = True
        self.tell()
        self._server.shutdown()
        for connection in list(self.connections):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        self._server.server_close()
        self._thread.join()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_raised: object) -> None:
        self.stop()


class _Server(ThreadingHTTPServer):
    daemon_threads = False  # joined at the end, so that no connection is left open

    def handle_error(self, request: Any, client_address: Any) -> None:
        """The other side broke off, as it may: a certificate was not trusted. Anything else is a fault of ours."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    exchange: LoopbackExchange

    def setup(self) -> None:
        super().setup()
        self.known = False
        self.challenge = b""
        if self.exchange.ntlm:
            self.ntlm = spnego.server(protocol="ntlm", options=spnego.NegotiateOptions.use_ntlm)
        self.exchange.connections.add(self.connection)

    def finish(self) -> None:
        self.exchange.connections.discard(self.connection)
        with suppress(OSError):
            super().finish()

    def log_message(self, format: str, *args: Any) -> None: ...  # noqa: A002 - the library's signature

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.path == "/token":
            self._token(body)
        elif not self._is_logged_in():
            self._ask_for_login()
        else:
            self._operation(etree.fromstring(body))

    # ------------------------------------------------------------ logging in

    def _is_logged_in(self) -> bool:
        scheme, _, given = self.headers.get("Authorization", "").partition(" ")
        if scheme == "NTLM":
            return self._converses(base64.b64decode(given))
        basic = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        right = self.known or (scheme, given) in (("Basic", basic), ("Bearer", TOKEN))
        if scheme or right:
            self.exchange.logins.append(right)
        return right

    def _converses(self, token: bytes) -> bool:
        """NTLM's three messages on one connection, which is known from then on. The names and passwords that are right
        stand in the file that NTLM_USER_FILE names.
        """
        self.challenge = b""
        try:
            self.challenge = self.ntlm.step(token) or b""
        except SpnegoError:
            self.exchange.logins.append(False)
            self.ntlm = spnego.server(protocol="ntlm", options=spnego.NegotiateOptions.use_ntlm)
            return False
        self.known = self.ntlm.complete
        if self.known:
            self.exchange.logins.append(True)
        return self.known

    def _ask_for_login(self) -> None:
        if self.exchange.ntlm:
            challenge = base64.b64encode(self.challenge).decode()
            self._plain(401, {"WWW-Authenticate": f"NTLM {challenge}".strip()})
        else:
            self._plain(401, {"WWW-Authenticate": 'Basic realm="Exchange"', "Connection": "close"})

    def _token(self, body: bytes) -> None:
        form = {key: values[0] for key, values in parse_qs(body.decode()).items()}
        right = (form.get("client_id"), form.get("client_secret")) == (CLIENT, SECRET)
        right = right and form.get("scope") == "https://outlook.office365.com/.default"
        self.exchange.logins.append(right)
        answer = {"access_token": TOKEN, "token_type": "Bearer", "expires_in": 3600}
        text = json.dumps(answer if right else {"error": "invalid_client"})
        self._plain(200 if right else 401, {"Content-Type": "application/json"}, text.encode())

    # ------------------------------------------------------------ operations

    def _operation(self, envelope: Any) -> None:
        body = envelope.find("s:Body", NAMES)
        request = body[0]
        operation = etree.QName(request).localname
        self._judge(f"request {operation}", request, *envelope.findall("s:Header/*", NAMES))
        with self.exchange.changed:
            self.exchange.requests.append((operation, request))
            self.exchange.headers.append(dict(self.headers.items()))
            troubles = self.exchange.troubles[operation]
            trouble = troubles.pop(0) if troubles else None
        if trouble is None or isinstance(trouble, CutAfter):
            self._do(operation, envelope, request, answered=trouble is None)
        else:
            self._fail(trouble, operation)

    def _do(self, operation: str, envelope: Any, request: Any, *, answered: bool) -> None:
        try:
            with self.exchange.changed:
                answer = self.exchange.answers.to(operation, request, envelope.find("s:Header", NAMES))
        except Fault as fault:
            self._fault(fault)
            return
        self.exchange.tell()
        if not answered:
            self._cut()
        elif operation == "GetStreamingEvents":
            self._stream(answer)
        else:
            self._soap(answer)

    def _fail(self, trouble: Trouble, operation: str) -> None:
        if isinstance(trouble, CutBefore | CutAfter):
            self._cut()
        elif isinstance(trouble, Refuse):
            self._plain(trouble.status, trouble.headers)
        elif isinstance(trouble, BusyFault):
            self._fault(Fault("ErrorServerBusy", trouble.milliseconds))
        else:
            self._soap(self.exchange.answers.refusal(operation, trouble.code))

    def _stream(self, notices: Iterator[Any]) -> None:
        """Documents one after another, for as long as the other side listens."""
        self.send_response(200)
        self.send_header("Content-Type", "text/xml; charset=utf-8")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        self.close_connection = True
        with suppress(OSError):
            for notice in notices:
                self._judge("notice", notice)
                data = _enveloped(notice)
                self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
            self.wfile.write(b"0\r\n\r\n")

    # ------------------------------------------------------------ answering

    def _judge(self, what: str, *elements: Any) -> None:
        self.exchange.wrong += [f"{what}: {found}" for each in elements if (found := faults(each))]

    def _soap(self, answer: Any) -> None:
        self._judge("answer", answer)
        data = _enveloped(answer).replace(HALF_CHARACTER.encode(), b"&#xD800;")
        self._plain(200, {"Content-Type": "text/xml; charset=utf-8"}, data)

    def _fault(self, fault: Fault) -> None:
        self._plain(500, {"Content-Type": "text/xml; charset=utf-8"}, _enveloped(fault.element()))

    def _plain(self, status: int, headers: dict[str, str], data: bytes = b"") -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def _cut(self) -> None:
        self.close_connection = True
        with suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)


def _enveloped(content: Any) -> bytes:
    version = {"MajorVersion": "15", "MinorVersion": "1", "MajorBuildNumber": "2507", "MinorBuildNumber": "6", "Version": "V2017_07_11"}  # fmt: skip
    header = make("s:Header", {}, make("t:ServerVersionInfo", version))
    envelope = make("s:Envelope", {}, header, make("s:Body", {}, content))
    assert envelope.tag == f"{{{SOAP}}}Envelope"
    return etree.tostring(envelope, xml_declaration=True, encoding="utf-8")
