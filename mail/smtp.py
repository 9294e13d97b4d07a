"""Letters out by SMTP, each on a connection of its own, with their copies in a folder of sent letters."""

import base64
import re
import smtplib
import ssl
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from ipaddress import ip_address
from pathlib import Path
from typing import Literal, TypeVar

from mail.credentials import Account, LoginGuard, verified_tls
from mail.errors import MailError, NotSent, Uncertain
from mail.imap.sent import SentFolder

T = TypeVar("T")
Answer = tuple[int, bytes]
_PORTS = {"tls": 465, "starttls": 587, "none": 25}
_ADDRESS = re.compile(r"[^\s<>@\x00-\x1f\x7f]{1,64}@[^\s<>@\x00-\x1f\x7f]{1,255}")
_LINE_END = re.compile(rb"\r\n|\r|\n")
_DOT = re.compile(rb"^\.", re.MULTILINE)
_ENHANCED = re.compile(rb"([245]\.\d{1,3}\.\d{1,3})\b")
_BROKEN = (OSError, EOFError)  # every smtplib.SMTPException is an OSError
_TAKEN, _ASKS_BACK, _GO_AHEAD, _AGAIN, _NEVER, _END = 200, 334, 354, 400, 500, 600  # RFC 5321, 4.2.1
_OF_THE_LOGIN = frozenset({530, 534, 535, 538})  # RFC 4954: nothing is wrong with the letter


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpSettings:
    """Where letters are handed over. `port` 0 is the usual one (587 with `starttls`, 465 with `tls`).

    `account` is None for a relay that knows us by our address. The server's certificate is always checked, against
    `ca_file` (PEM) alone where one is given; `none` is for a relay on this very computer. `seconds` is how long one
    answer may take, `hello` the name we give (else this computer's).
    """

    host: str
    account: Account | None = None
    security: Literal["starttls", "tls", "none"] = "starttls"
    port: int = 0
    ca_file: Path | None = None
    seconds: float = 60.0
    hello: str = ""


class SmtpPostbox:
    """Hands letters to an SMTP server: to all their recipients, or to none.

    What is refused before the letter was taken has surely not gone: a 4xx is tried again, a 5xx is final. Where the
    connection is lost after the closing dot nobody knows, and before another try `sent` asks the folder of sent letters.
    Without such a folder `sent` knows of nothing and such a letter is sent again: at least once, perhaps twice.
    """

    def __init__(
        self,
        settings: SmtpSettings,
        sent_folder: SentFolder | None = None,
        *,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        if settings.security == "none" and not _is_this_computer(settings.host):
            raise MailError("Letters leave this computer by TLS only: set security to “starttls” or “tls”.")
        self._settings = settings
        self._sent_folder = sent_folder
        self._guard = LoginGuard(monotonic)

    def send(self, raw: bytes, *, sender: str, recipients: Sequence[str], message_id: str) -> None:
        """Send one rendered letter. Raises `NotSent` or `Uncertain`."""
        if not recipients:
            raise NotSent("The letter has no recipient.", final=True)
        if not all(_ADDRESS.fullmatch(address) for address in (sender, *recipients)):
            raise NotSent("The letter's sender or a recipient is no e-mail address.", final=True)
        with self._connection() as server:
            _announce(server, raw, sender, recipients)
            if self._sent_folder is None:
                _hand_over(server, raw)
            else:
                self._hand_over_noted(server, raw, message_id, self._sent_folder)

    def sent(self, message_id: str) -> bool:
        """Whether a letter with this Message-ID has gone. Raises `Uncertain` when that cannot be told."""
        return self._sent_folder is not None and self._sent_folder.holds(message_id)

    def check(self) -> str:
        """Log in, send nothing; say how letters leave. Raises `MailError`."""
        with self._connection() as server:
            _must_take(_answer(server.noop), "our greeting")
        if self._sent_folder is None:
            return "Letters leave by SMTP. No folder of sent letters is set, so a letter whose sending is cut off may go twice."
        return f"Letters leave by SMTP. {self._sent_folder.check()}"

    def close(self) -> None:
        """Log out of the folder of sent letters."""
        if self._sent_folder is not None:
            self._sent_folder.close()

    # -------------------------------------------------------------- one letter

    def _hand_over_noted(
        self, server: smtplib.SMTP, raw: bytes, message_id: str, sent_folder: SentFolder
    ) -> None:
        sent_folder.begin(raw, message_id)
        try:
            _hand_over(server, raw)
        except NotSent:
            sent_folder.did_not_go(message_id)
            raise
        sent_folder.went(message_id)

    # -------------------------------------------------------------- the connection

    @contextmanager
    def _connection(self) -> Iterator[smtplib.SMTP]:
        """A connection with a login. What fails here has nothing to do with the letter, and is never final."""
        try:
            self._guard.ask()
            server = self._opened()
        except NotSent:
            raise
        except MailError as error:
            raise NotSent(str(error), retry_after=self._guard.seconds_left() or None) from error
        try:
            yield server
            with suppress(*_BROKEN):
                server.quit()
        finally:
            server.close()

    def _opened(self) -> smtplib.SMTP:
        account = self._settings.account
        token = account.fresh_token() if account else ""
        tls = verified_tls(self._settings.ca_file)
        try:
            server = _connected(self._settings, tls)
        except smtplib.SMTPNotSupportedError as error:
            raise NotSent(
                "The mail server offers no STARTTLS: use security “tls”, or have it switched on there."
            ) from error
        except ssl.SSLError as error:
            raise NotSent(
                "The mail server's certificate cannot be trusted, or it speaks no TLS: check host, port and ca_file."
            ) from error
        except _BROKEN as error:
            raise NotSent("The mail server cannot be reached: check host, port and network.") from error
        if account:
            try:
                self._log_in(server, account, token)
            except BaseException:
                server.close()
                raise
        return server

    def _log_in(self, server: smtplib.SMTP, account: Account, token: str) -> None:
        offered = server.esmtp_features.get("auth", "").upper().split()
        if token:
            answer = _authenticated(server, "XOAUTH2", f"user={account.user}\1auth=Bearer {token}\1\1")
        elif "PLAIN" in offered:
            answer = _authenticated(server, "PLAIN", f"\0{account.user}\0{account.password}")
        else:
            answer = _answer(lambda: _log_in_otherwise(server, account))
        if _is_taken(answer):
            self._guard.accepted()
        elif answer[0] < _NEVER:
            raise NotSent(f"The mail server lets nobody in just now{_codes(answer)}.")
        else:
            raise self._guard.refused(
                f"The mail server refuses the login{_codes(answer)}: set the right (app) password or token. It is tried "
                "again after some minutes only, so that the account is not locked."
            )


# ------------------------------------------------------------------ the conversation


def _announce(server: smtplib.SMTP, raw: bytes, sender: str, recipients: Sequence[str]) -> None:
    """Name sender and recipients; one that is refused stops the letter for all, so that nobody is left out unseen."""
    options = _options(server, raw)
    _must_take(_answer(lambda: server.mail(sender, options)), "the sender")
    answers = [_answer(partial(server.rcpt, each)) for each in recipients]
    worst_first = sorted(enumerate(answers, 1), key=lambda one: -one[1][0])
    for number, answer in worst_first:
        _must_take(answer, f"recipient {number} of {len(recipients)}")


def _hand_over(server: smtplib.SMTP, raw: bytes) -> None:
    answer = _answer(lambda: server.docmd("DATA"))
    if answer[0] != _GO_AHEAD:
        raise _refusal(answer, "the letter")
    # A writing that fails has not written its end, and what has no closing dot no server may deliver (RFC 5321, 4.1.1.4).
    _answer(lambda: server.send(_on_the_wire(raw)))
    _answer(lambda: server.send(b".\r\n"))
    try:
        answer = server.getreply()
    except _BROKEN as error:
        raise Uncertain(
            "The connection was lost before the mail server said whether it took the letter."
        ) from error
    if not (_is_taken(answer) or _AGAIN <= answer[0] < _END):
        raise Uncertain("The mail server's answer to the letter cannot be understood.")
    _must_take(answer, "the letter")


def _answer(step: Callable[[], T]) -> T:
    """One step before the letter is taken: a connection lost here has surely sent nothing."""
    try:
        return step()
    except _BROKEN as error:
        raise NotSent("The connection to the mail server was lost before it took the letter.") from error


def _is_taken(answer: Answer) -> bool:
    return _TAKEN <= answer[0] < _TAKEN + 100


def _must_take(answer: Answer, what: str) -> None:
    if not _is_taken(answer):
        raise _refusal(answer, what)


def _refusal(answer: Answer, what: str) -> NotSent:
    """What the server will not take. Nothing it wrote is repeated but its codes: it may name people."""
    final = _NEVER <= answer[0] < _END and answer[0] not in _OF_THE_LOGIN
    return NotSent(f"The mail server does not take {what}{_codes(answer)}.", final=final)


def _codes(answer: Answer) -> str:
    enhanced = _ENHANCED.match(answer[1])
    return f" ({answer[0]}{' ' + enhanced[1].decode('ascii') if enhanced else ''})"


def _options(server: smtplib.SMTP, raw: bytes) -> list[str]:
    """What the server wants to know before the letter. Raises `NotSent` for one that is too big for it."""
    options = []
    most = server.esmtp_features.get("size")
    if most is not None:
        if most.isdigit() and 0 < int(most) < len(raw):
            raise NotSent(
                f"The letter has {len(raw):,} bytes; the mail server takes {int(most):,}.", final=True
            )
        options.append(f"SIZE={len(raw)}")
    if server.has_extn("8bitmime") and not raw.isascii():
        options.append("BODY=8BITMIME")
    return options


def _on_the_wire(raw: bytes) -> bytes:
    """Every line ends in CRLF, also the last, and none begins with a dot of its own (RFC 5321, 4.5.2)."""
    lines = _LINE_END.sub(b"\r\n", raw)
    if not lines.endswith(b"\r\n"):
        lines += b"\r\n"
    return _DOT.sub(b"..", lines)


# ------------------------------------------------------------------ connecting


def _connected(settings: SmtpSettings, tls: ssl.SSLContext) -> smtplib.SMTP:
    port = settings.port or _PORTS[settings.security]
    hello = settings.hello or None
    if settings.security == "tls":
        server: smtplib.SMTP = smtplib.SMTP_SSL(
            settings.host, port, hello, timeout=settings.seconds, context=tls
        )
    else:
        server = smtplib.SMTP(settings.host, port, hello, timeout=settings.seconds)
    try:
        if settings.security == "starttls":
            server.starttls(context=tls)
        server.ehlo_or_helo_if_needed()
    except BaseException:
        server.close()
        raise
    return server


def _authenticated(server: smtplib.SMTP, mechanism: str, words: str) -> Answer:
    """Say who we are in one line; what a server asks back is why it refuses, and wants an empty answer."""
    proof = base64.b64encode(words.encode()).decode("ascii")
    answer = _answer(lambda: server.docmd("AUTH", f"{mechanism} {proof}"))
    return _answer(lambda: server.docmd("")) if answer[0] == _ASKS_BACK else answer


def _log_in_otherwise(server: smtplib.SMTP, account: Account) -> Answer:
    """LOGIN and CRAM-MD5, for servers without PLAIN."""
    try:
        return server.login(account.user, account.password)
    except smtplib.SMTPAuthenticationError as error:
        return error.smtp_code, error.smtp_error if isinstance(error.smtp_error, bytes) else b""
    except (smtplib.SMTPNotSupportedError, UnicodeEncodeError) as error:
        raise NotSent("The mail server offers no login that we know of on this port.") from error


def _is_this_computer(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
