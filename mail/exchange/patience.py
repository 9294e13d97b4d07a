"""When an Exchange server may be asked again. A wrong password that is tried over and over locks the account; a server
that asks to be left alone and is not slows down for everyone.
"""

import time
from collections.abc import Callable
from threading import Lock
from weakref import WeakValueDictionary

from mail.errors import MailError
from mail.exchange.access import ExchangeAccess
from mail.exchange.troubles import Busy, LoginRefused

FIRST_REFUSAL = 30 * 60.0
"""Seconds before a refused login is tried again. Accounts are usually locked at five to ten tries in half an hour."""

AFTER_SUCCESS = 60.0
"""Seconds, where the same login has worked before: Exchange also says “401” when it only wants to be asked less."""

LONGEST = 4 * 60 * 60.0


class Patience:
    """Shared by all who use one login. `clock` counts seconds from anywhere."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = Lock()
        self._not_before = 0.0
        self._why: Callable[[float], MailError] = Busy
        self._worked = False
        self._refusals = 0

    def ask(self) -> None:
        """Raise what was said last, while it is too early to ask again."""
        with self._lock:
            left = self._not_before - self._clock()
            if left > 0:
                raise self._why(left)

    def worked(self) -> None:
        """The login was taken."""
        with self._lock:
            self._worked, self._refusals, self._not_before = True, 0, 0.0

    def note(self, trouble: MailError) -> None:
        """Remember what this trouble asks of us; most ask nothing."""
        if isinstance(trouble, LoginRefused):
            self._refused(type(trouble))
        elif isinstance(trouble, Busy):
            self._wait(trouble.seconds, Busy)

    def _refused(self, kind: type[LoginRefused]) -> None:
        first = AFTER_SUCCESS if self._worked else FIRST_REFUSAL
        self._wait(min(LONGEST, first * 2**self._refusals), lambda _left: kind())
        self._refusals += 1

    def _wait(self, seconds: float, why: Callable[[float], MailError]) -> None:
        with self._lock:
            self._not_before, self._why = self._clock() + seconds, why


_KNOWN: WeakValueDictionary[tuple[str, str], Patience] = WeakValueDictionary()
_KNOWN_LOCK = Lock()


def patience_with(access: ExchangeAccess) -> Patience:
    """The patience of all who use this login in this process: a mailbox, its notices and the postbox try it once together."""
    login = (access.endpoint, access.user or access.client)
    with _KNOWN_LOCK:
        return _KNOWN.setdefault(login, Patience())
