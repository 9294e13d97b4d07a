"""A letter of ours readdressed: for a trial in which everything goes to one address and nothing to a school."""

from collections.abc import Sequence
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import SMTP

INTENDED = "X-Managed-Moves-Intended-For"
_ADDRESSED = ("To", "Cc", "Bcc")


def redirected(raw: bytes, *, to: str, instead_of: Sequence[str]) -> bytes:
    """The same letter to one address, with a header that says whom it was meant for."""
    letter: EmailMessage = BytesParser(policy=SMTP).parsebytes(raw)
    for name in _ADDRESSED:
        del letter[name]
    letter["To"] = to
    letter[INTENDED] = ", ".join(instead_of)
    return letter.as_bytes()
