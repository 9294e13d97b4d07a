"""What Microsoft's answers mean, in plain words that name the fix. Nothing of an answer's own text is repeated."""

import re
from collections.abc import Mapping
from email.utils import parsedate_to_datetime

from mail.errors import MailError

BUSY = 429
GONE = frozenset({404, 410})
_SERVER_FAULT = 500
_UNAVAILABLE = frozenset({BUSY, 503, 504})
_UNNAMED_WAIT = 30.0  # seconds, where the server names none
_LONGEST_NAMED = 24 * 3600.0
_CODE = re.compile(r"[A-Za-z0-9_.]{1,60}")

RESYNC = frozenset({"syncstatenotfound", "syncstateinvalid", "resyncrequired"})
NO_SUCH_LETTER = frozenset({"erroritemnotfound", "errorinvalididmalformed", "errorinvalidid"})
FOLDER_EXISTS = "errorfolderexists"


class Trouble(MailError):
    """Microsoft Graph did not do what it was asked.

    `status` is 0 when no answer came; `retry_after` is in seconds; `maybe_done` says that it may have acted all the same,
    `passing` that the same request may do better in a moment.
    """

    def __init__(
        self,
        reason: str = "",
        *,
        status: int = 0,
        code: str = "",
        retry_after: float | None = None,
        maybe_done: bool = False,
        passing: bool = False,
    ) -> None:
        super().__init__(reason)
        self.status = status
        self.code = code
        self.retry_after = retry_after
        self.maybe_done = maybe_done
        self.passing = passing

    @property
    def lost_place(self) -> bool:
        """The server no longer knows where we were in its list of changes. Normal: the list is begun anew."""
        return self.status == 410 or self.code in RESYNC  # noqa: PLR2004 - an HTTP status says what it is

    @property
    def no_such_letter(self) -> bool:
        """The letter (or the folder it should go to) is not there."""
        return self.status == 404 or self.code in NO_SUCH_LETTER  # noqa: PLR2004 - the same


def trouble_of(status: int, code: str, headers: Mapping[str, str]) -> Trouble:
    """The trouble that an answer tells of. `code` is Graph's error code."""
    known = code.lower() if _CODE.fullmatch(code) else ""
    wait = waiting_time(headers) if status in _UNAVAILABLE else None
    return Trouble(
        _words(status, known, code if known else "", wait),
        status=status,
        code=known,
        retry_after=wait,
        maybe_done=status >= _SERVER_FAULT,
        passing=status == BUSY or status >= _SERVER_FAULT,
    )


def waiting_time(headers: Mapping[str, str]) -> float:
    """How long a server asks us to wait, in seconds. A date is taken from the server's own clock, never from ours."""
    named = headers.get("Retry-After", "").strip()
    if named.isascii() and named.isdigit():
        return min(float(named), _LONGEST_NAMED)
    try:
        until = parsedate_to_datetime(named)
        seconds = (until - parsedate_to_datetime(headers.get("Date", ""))).total_seconds()
    except (ValueError, TypeError):
        return _UNNAMED_WAIT
    return min(max(seconds, 0.0), _LONGEST_NAMED)


_BY_CODE = {
    "erroraccessdenied": (
        "The application may not do this in the mailbox. In Entra give it the application permissions Mail.ReadWrite and"
        " Mail.Send with admin consent; or, with RBAC for Applications, put the mailbox into the scope of its role"
        " assignment (a change takes up to two hours)."
    ),
    "errorsendasdenied": "The application may not send in this name. Letters must be sent from the mailbox's own address.",
    "errorinvaliduser": "Microsoft 365 knows no mailbox with this address. Check the mailbox address in the settings.",
    "mailboxnotenabledforrestapi": (
        "This mailbox is not in Exchange Online, or has no licence that Graph accepts. One that is still on-premises"
        " needs the kind “exchange”."
    ),
    "mailboxnotsupportedforrestapi": (
        "This mailbox is not in Exchange Online. One that is still on-premises needs the kind “exchange”."
    ),
    "invalidauthenticationtoken": "Microsoft Graph does not accept our sign-in. Check the tenant and the client id in the settings.",
    "errormessagesizeexceeded": "The letter is larger than the mailbox may send.",
    "errorinvalidrecipients": "A recipient's address is not accepted.",
    "errorquotaexceeded": "The mailbox is full. Make room in it.",
}
_BY_CODE["authorization_requestdenied"] = _BY_CODE["erroraccessdenied"]
_BY_CODE["requestbroker--parseuri"] = _BY_CODE["errorinvaliduser"]
_BY_CODE["resourcenotfound"] = _BY_CODE["request_resourcenotfound"] = _BY_CODE["errorinvaliduser"]
_BY_STATUS = {
    401: _BY_CODE["invalidauthenticationtoken"],
    403: _BY_CODE["erroraccessdenied"],
    404: "What was looked for is not in the mailbox.",
    410: "Microsoft Graph has forgotten how far we had followed its list of changes.",
    413: _BY_CODE["errormessagesizeexceeded"],
    504: "Microsoft Graph did not answer in time.",
}


def _words(status: int, known: str, code: str, wait: float | None) -> str:
    if status in _UNAVAILABLE and status != 504:  # noqa: PLR2004 - an HTTP status says what it is
        return f"Microsoft Graph is busy and asks us to wait {wait or 0:.0f} seconds."
    said = f"{status}, {code}" if code else str(status)
    return _BY_CODE.get(known) or _BY_STATUS.get(status) or f"Microsoft Graph refused or failed ({said})."
