"""What exchangelib raises → errors of ours, in plain sentences. The library's own texts are never shown: they may hold
a letter's words or an address.
"""

from exchangelib import errors as ews

from mail.errors import LetterGone, MailError


class Cut(MailError):
    """The Exchange server cannot be reached, or the connection to it was cut. Check the server's address and the network."""


class Busy(MailError):
    """The Exchange server is busy and asks to be left alone for some seconds."""

    def __init__(self, seconds: float) -> None:
        super().__init__(
            f"The Exchange server is busy. It is asked again in {max(1, round(seconds))} seconds."
        )
        self.seconds = seconds


class LoginRefused(MailError):
    """The Exchange server refused the login. Check the user name and the password, and that the account is not locked."""


class ApplicationRefused(LoginRefused):
    """Microsoft refused the application's login. Check its tenant, its client id and its secret."""


class SwitchedOff(MailError):
    """The Exchange server does not let this login use its web services (EWS). Have them switched on for it; for Exchange Online choose a mailbox of the kind “graph”."""


class NoAccess(MailError):
    """The login may not open this mailbox, or there is none with this address. Give it full access, or have the address put right."""


class NoImpersonation(MailError):
    """The login may not impersonate this mailbox. Give it the role ApplicationImpersonation for it."""


class Unconvertible(MailError):
    """The Exchange server cannot hand this letter over as it came."""


class Stale(MailError):
    """The Exchange server no longer knows what was asked before: everything is listed anew."""


class Untrusted(MailError):
    """The Exchange server's certificate is not to be trusted. Name the file of the council's certificate authority."""


class Elsewhere(MailError):
    """The address of the Exchange server leads to another place. Check it; it ends in /EWS/Exchange.asmx."""


_MEANING: tuple[tuple[type[MailError], tuple[str, ...]], ...] = (
    (LetterGone, ("ErrorItemNotFound", "ErrorInvalidId", "ErrorInvalidIdEmpty", "ErrorInvalidIdMalformed",
                  "ErrorInvalidIdMalformedEwsLegacyIdFormat", "ErrorInvalidIdMonikerTooLong")),
    (Unconvertible, ("ErrorMimeContentConversionFailed", "ErrorContentConversionFailed", "ErrorCorruptData",
                     "ErrorItemCorrupt", "ErrorPropertyValidationFailure")),
    (NoImpersonation, ("ErrorImpersonateUserDenied", "ErrorImpersonationDenied", "ErrorImpersonationFailed",
                       "ErrorInvalidExchangeImpersonationHeaderData")),
    (NoAccess, ("ErrorAccessDenied", "ErrorNonExistentMailbox", "ErrorFolderNotFound", "ErrorToFolderNotFound",
                "ErrorCreateSubfolderAccessDenied")),
    (Stale, ("ErrorInvalidSyncStateData", "ErrorSyncFolderNotFound", "ErrorSubscriptionNotFound",
             "ErrorInvalidSubscription", "ErrorExpiredSubscription")),
    (LoginRefused, ("UnauthorizedError",)),
    (Elsewhere, ("RedirectError",)),
)  # fmt: skip
_MEANINGS = {code: kind for kind, codes in _MEANING for code in codes}
_CUT = ("ErrorTimeoutExpired", "ErrorConnectionFailed")
_BUSY = (
    "ErrorServerBusy",
    "Unavailable",
    "ErrorInternalServerTransientError",
    "ErrorMailboxStoreUnavailable",
    "ErrorTooManyObjectsOpened",
    "ErrorExceededConnectionCount",
    "ErrorMailboxMoveInProgress",
)
_USUAL_WAIT = 10.0  # seconds, where the server names no time


def meaning(error: Exception) -> MailError:
    """An error of ours for one of the library's."""
    code = type(error).__name__
    if isinstance(error, MailError):
        return error
    if code in _MEANINGS:
        return _MEANINGS[code]()
    if isinstance(error, PermissionError):  # NTLM's, where the server breaks the conversation off
        return LoginRefused()
    if code in _BUSY:
        return Busy(getattr(error, "back_off", None) or _USUAL_WAIT)
    if _is_of(error, "oauthlib", "requests_oauthlib"):
        return ApplicationRefused()
    return _of_the_network(error) or MailError(f"The Exchange server cannot be used ({_name(error)}).")


def _of_the_network(error: Exception) -> MailError | None:
    causes = (error, error.__context__)
    if any(_is_of(cause, "requests", "ssl") and "SSL" in type(cause).__name__ for cause in causes):
        return Untrusted()
    if type(error).__name__ in _CUT or isinstance(error, OSError):  # every error of the HTTP library is one
        return Cut()
    return None


def _name(error: Exception) -> str:
    """What kind of error it was; of an answer that is not Exchange's, its HTTP status."""
    if isinstance(error, ews.MalformedResponseError):
        status = "".join(filter(str.isdigit, str(error).partition("Code: ")[2][:3]))
        return f"it answered with HTTP status {status}" if status else "its answer is not understood"
    return type(error).__name__


def _is_of(error: BaseException | None, *packages: str) -> bool:
    return error is not None and type(error).__module__.partition(".")[0] in packages
