"""How we show a mail server who we are, and how it shows us: accounts, tokens, certificates."""

import ssl
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from mail.errors import MailError

_FIRST_PAUSE, _LONGEST_PAUSE = 300.0, 3600.0  # seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Who logs in: a user with a password (an app password where the provider has them), or with a token (XOAUTH2).

    `token` is asked at every login, as tokens end after an hour or so: `token_from_file`, `token_from_command`, or a
    function of one's own.
    """

    user: str
    password: str = field(default="", repr=False)
    token: Callable[[], str] | None = field(default=None, repr=False)

    def fresh_token(self) -> str:
        """The token of this moment, "" for an account with a password. Raises `MailError`."""
        return self.token() if self.token else ""


def token_from_file(path: Path | str) -> Callable[[], str]:
    """A token that something else keeps fresh in a file; read anew at each login."""

    def read() -> str:
        try:
            return _a_token(Path(path).read_text(encoding="utf-8"), "The file of the mail token")
        except (OSError, UnicodeDecodeError) as error:
            raise MailError(
                "The file of the mail token cannot be read: give its path and let us read it."
            ) from error

    return read


def token_from_command(command: Sequence[str], *, seconds: float = 30.0) -> Callable[[], str]:
    """A token that a program prints; it is run at each login, without a shell."""

    def run() -> str:
        try:
            done = subprocess.run(  # noqa: S603 - the council's own setting; no shell reads it
                list(command), capture_output=True, timeout=seconds, check=True, stdin=subprocess.DEVNULL
            )
        except (OSError, subprocess.SubprocessError) as error:
            # What it printed may be a token: it is not repeated.
            raise MailError("The command for the mail token failed: run it by hand as our user.") from error
        return _a_token(done.stdout.decode("utf-8", "replace"), "The command for the mail token")

    return run


def _a_token(text: str, source: str) -> str:
    token = text.strip()
    if not token or not token.isascii() or any(char.isspace() or not char.isprintable() for char in token):
        raise MailError(f"{source} gives no token: one line without spaces is expected.")
    return token


def verified_tls(ca_file: Path | None = None) -> ssl.SSLContext:
    """TLS that checks the server's name and certificate, against `ca_file` alone where one is given. Raises `MailError`."""
    try:
        return ssl.create_default_context(cafile=str(ca_file) if ca_file else None)
    except OSError as error:
        raise MailError(
            "The file of the mail server's certificate authority cannot be read: it must be PEM."
        ) from error


class LoginGuard:
    """Keeps a wrong password from being tried until the directory locks the account.

    After a refused login none is tried for five minutes, then ten, up to an hour; a right one clears it.
    """

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._until = 0.0
        self._pause = 0.0
        self._reason = ""

    def seconds_left(self) -> float:
        """How long no login may be tried."""
        return max(0.0, self._until - self._monotonic()) if self._reason else 0.0

    def ask(self) -> None:
        """Raises `MailError`, with the reason of the refusal, while no login may be tried."""
        if self.seconds_left():
            raise MailError(self._reason)

    def refused(self, reason: str) -> MailError:
        """The server has said no: the error to raise, and none is tried for a while."""
        self._pause = min(self._pause * 2, _LONGEST_PAUSE) or _FIRST_PAUSE
        self._until = self._monotonic() + self._pause
        self._reason = reason
        return MailError(reason)

    def accepted(self) -> None:
        """The server has let us in."""
        self._pause, self._reason = 0.0, ""
