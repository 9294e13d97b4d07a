"""Message-IDs of our own: the same for the same outbox row at every try, and told from forged ones by a signature."""

import hashlib
import hmac
import re

from mail.errors import MailError

_OURS = re.compile(r"<mm\.([0-9a-f]{24})\.([0-9a-f]{24})@([a-z0-9.-]{1,200})>")
_DOMAIN = re.compile(r"[a-z0-9]([a-z0-9.-]{0,198}[a-z0-9])?")
_LENGTH = 24  # hexadecimal digits, 96 bits each of name and signature


def message_id(key: str, secret: bytes, domain: str) -> str:
    """The Message-ID for an outbox key. It says nothing of the key to one who has no secret."""
    if not _DOMAIN.fullmatch(domain.lower()):
        raise MailError("The sender's domain cannot stand in a Message-ID.")
    name = _digest(secret, "name", key)
    return f"<mm.{name}.{_digest(secret, 'signature', name + domain.lower())}@{domain.lower()}>"


def is_ours(message_id: str, secret: bytes) -> bool:
    """Whether a Message-ID was made by `message_id` with this secret."""
    found = _OURS.fullmatch(message_id.strip().lower())
    return found is not None and hmac.compare_digest(
        found[2], _digest(secret, "signature", found[1] + found[3])
    )


def _digest(secret: bytes, purpose: str, text: str) -> str:
    if not secret:
        raise MailError("Letters cannot be signed without a key.")
    return hmac.new(secret, f"{purpose}\0{text}".encode(), hashlib.sha256).hexdigest()[:_LENGTH]
