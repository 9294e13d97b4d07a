"""What the casebook says when it will not do a thing. `bot/text` maps each to words; the rule is always cited."""


class CaseworkError(Exception):
    """This could not be done."""

    def __init__(self, reason: str = "", *, rule: str = "", source: str = "") -> None:
        super().__init__(reason or (self.__doc__ or "").strip())
        self.reason = reason or (self.__doc__ or "").strip()
        self.rule = rule  # "R27"
        self.source = source  # "Salford 3.1 Referral"


class NotAllowed(CaseworkError):
    """The protocol does not allow this."""


class NotNow(CaseworkError):
    """This cannot be done at this stage."""


class StaleCase(CaseworkError):
    """Somebody else has changed this case in the meantime."""


class NoSuchCase(CaseworkError):
    """There is no case with this reference."""


class AlreadyConcluded(CaseworkError):
    """This letter has already been dealt with."""


class BadProtocol(CaseworkError):
    """The protocol file has a mistake."""


class StoreUnavailable(CaseworkError):
    """The case database cannot be opened."""


class NoSuchMessage(CaseworkError):
    """There is no outgoing message with this key."""
