"""Why a file is not read. Each refusal has a code; `bot/text` holds its sentence for the school and for the officer."""


class FormError(Exception):
    """The file could not be read."""

    code = "unreadable"

    def __init__(self, detail: str = "") -> None:
        super().__init__(detail or (self.__doc__ or "").strip())
        self.detail = detail

    def __reduce__(self) -> tuple[type["FormError"], tuple[str]]:
        return type(self), (self.detail,)


class EmptyFile(FormError):
    """The file holds nothing."""

    code = "empty"


class NotADocument(FormError):
    """The file is not a document, whatever its name says."""

    code = "not_a_document"


class Damaged(FormError):
    """The document is damaged or cut short."""

    code = "damaged"


class PasswordProtected(FormError):
    """The document is protected by a password."""

    code = "password_protected"


class TooBig(FormError):
    """The document is larger than a referral form can be."""

    code = "too_big"


class Hostile(FormError):
    """The document is built to do harm, not to be read."""

    code = "hostile"


class NeedsConversion(FormError):
    """The document is in a format that this computer cannot convert."""

    code = "needs_conversion"


class Unsupported(FormError):
    """The document is of a kind that is not read."""

    code = "unsupported"


class TookTooLong(FormError):
    """Reading the document took too long."""

    code = "took_too_long"


class Scanned(Unsupported):
    """The document is a picture of a form, and no words could be recognised on it here."""
