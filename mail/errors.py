"""What can go wrong with a mailbox or a road for letters. The docstring of each is its default text."""


class MailError(Exception):
    """The mailbox cannot be used."""

    def __init__(self, reason: str = "") -> None:
        super().__init__(reason or (self.__doc__ or "").strip())


class LetterGone(MailError):
    """The letter is no longer in the mailbox."""


class LetterTooBig(MailError):
    """The letter is larger than letters may be."""

    def __init__(self, size: int, limit: int) -> None:
        super().__init__(f"The letter has {size:,} bytes; at most {limit:,} are read.")
        self.size = size
        self.limit = limit

    def __reduce__(self) -> tuple[type["LetterTooBig"], tuple[int, int]]:
        return type(self), (self.size, self.limit)


class BadAddress(MailError):
    """This is no e-mail address that a letter can be sent to."""


class NotSent(MailError):
    """It has certainly not gone; trying again later is safe.

    `retry_after` is in seconds, None when the destination named no time; `final` means that another try is useless.
    """

    def __init__(self, reason: str = "", *, retry_after: float | None = None, final: bool = False) -> None:
        super().__init__(reason)
        self.retry_after = retry_after
        self.final = final


class Uncertain(MailError):
    """Nobody knows whether it has gone (timeout, cut, 5xx): the destination is asked before another try."""
