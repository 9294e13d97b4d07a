"""A real SMTP server on 127.0.0.1 (aiosmtpd) that keeps what it takes, and can be told to fail.

It fails as servers do: refusing at any step with a code, or cutting the connection before or after the closing dot.
"""

import contextlib
import ssl
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from mail.credentials import Account
from mail.smtp import SmtpSettings
from tests.mail.certificates import Certificates, make_certificates

USER, PASSWORD, TOKEN = "bot@westhaven.example", "pässword-of-“tests”", "a-token"
Cut = Literal["before the dot", "taken, no answer", "not taken, no answer", "nonsense"]


@dataclass(frozen=True)
class Taken:
    """A letter that the server has taken."""

    raw: bytes
    sender: str
    recipients: tuple[str, ...]
    options: tuple[str, ...]
    user: str


@dataclass
class Sink:
    """What the server took, how often it was logged into, and how it fails."""

    certificates: Certificates
    port: int = 0
    letters: list[Taken] = field(default_factory=list)
    logins: list[str] = field(default_factory=list)
    answers: dict[str, str] = field(
        default_factory=dict
    )  # by "AUTH", "MAIL", "RCPT <address>", "DATA" (354), "DOT"
    passwords: set[str] = field(default_factory=lambda: {PASSWORD})
    cut: Cut | None = None
    before_answer: Any = None  # called with the letter when it is taken, before the answer goes out

    def settings(self, **changes: Any) -> SmtpSettings:
        """How to reach it, with some things otherwise."""
        return SmtpSettings(
            **{
                "host": "127.0.0.1",
                "account": Account(user=USER, password=PASSWORD),
                "port": self.port,
                "ca_file": self.certificates.ca,
                "seconds": 10.0,
                "hello": "bot.westhaven.example",
                **changes,
            }
        )

    # aiosmtpd calls these by their names

    async def handle_MAIL(  # noqa: N802 - the library calls it so
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if "MAIL" in self.answers:
            return self.answers["MAIL"]
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(  # noqa: N802 - the same
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if f"RCPT {address}" in self.answers:
            return self.answers[f"RCPT {address}"]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - the same
        if "DOT" in self.answers:
            return self.answers["DOT"]
        if self.cut != "not taken, no answer":
            self._take(session, envelope)
        if self.cut in ("taken, no answer", "not taken, no answer"):
            server.transport.abort()
        return "what?" if self.cut == "nonsense" else "250 taken"

    def _take(self, session: Session, envelope: Envelope) -> None:
        assert isinstance(envelope.content, bytes)
        login = session.auth_data
        taken = Taken(
            envelope.content,
            str(envelope.mail_from),
            tuple(envelope.rcpt_tos),
            tuple(envelope.mail_options),
            login.login.decode() if isinstance(login, LoginPassword) else str(login or ""),
        )
        self.letters.append(taken)
        if self.before_answer is not None:
            self.before_answer(taken)

    def authenticate(
        self, _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, login: Any
    ) -> AuthResult:
        self.logins.append(login.login.decode())
        right = login.login == USER.encode() and login.password.decode() in self.passwords
        return AuthResult(success=right, handled=False, auth_data=login)


class _Server(SMTP):
    """aiosmtpd with a DATA that can be refused or cut in the middle, and with XOAUTH2."""

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802 - the same
        sink: Sink = self.event_handler
        if "DATA" in sink.answers:
            await self.push(sink.answers["DATA"])
        elif sink.cut == "before the dot":
            await self.push("354 go on")
            await self._reader.readline()
            self.transport.abort()
        else:
            await super().smtp_DATA(arg)

    async def smtp_AUTH(self, arg: str) -> None:  # noqa: N802 - the same
        sink: Sink = self.event_handler
        if "AUTH" in sink.answers:
            await self.push(sink.answers["AUTH"])
        else:
            await super().smtp_AUTH(arg)

    async def auth_XOAUTH2(self, _server: SMTP, args: list[str]) -> AuthResult:  # noqa: N802 - the same
        import base64

        sink: Sink = self.event_handler
        words = base64.b64decode(args[1]).decode()
        user = words.partition("user=")[2].partition("\1")[0]
        sink.logins.append(user)
        if words == f"user={USER}\1auth=Bearer {TOKEN}\1\1":
            return AuthResult(success=True, auth_data=LoginPassword(user.encode(), b""))
        await self.push("334 " + base64.b64encode(b'{"status":"400"}').decode())
        assert await self._reader.readline() == b"\r\n"
        return AuthResult(success=False, handled=False)


class _Controller(Controller):
    def factory(self) -> SMTP:
        return _Server(self.handler, **self.SMTP_kwargs)


@contextlib.contextmanager
def running(
    folder: Path, *, security: str = "starttls", names: tuple[str, ...] = (), **server: Any
) -> Iterator[Sink]:
    """The server, with STARTTLS, TLS from the start, or with `none`; its certificate is for `names` or 127.0.0.1."""
    sink = Sink(make_certificates(folder / "tls", *names))
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(sink.certificates.certificate, sink.certificates.key)
    controller = _Controller(
        sink,
        hostname="127.0.0.1",
        port=_free_port(),
        ssl_context=tls if security == "tls" else None,
        **{
            "tls_context": tls if security == "starttls" else None,
            "authenticator": sink.authenticate,
            "auth_require_tls": security == "starttls",
            "ident": "sink",
            "data_size_limit": 1_000_000,
            "timeout": 60,
            **server,
        },
    )
    controller.start()
    sink.port = controller.port
    try:
        yield sink
    finally:
        controller.stop()


def _free_port() -> int:
    import socket

    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
