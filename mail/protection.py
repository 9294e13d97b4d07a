"""Letters that are encrypted as a whole: their text says only how to open them, and no program can."""

import re

from mail.letter import AttachmentKind, Protection
from mail.parts import Parts

_SMIME = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})
_OFFICE = re.compile(r"https://outlook\.office(365)?\.com/Encryption/|microsoft-rpmsg-message", re.IGNORECASE)
_PORTALS = re.compile(
    r"https://[a-z0-9.-]{0,60}(egress\.com|egresscloud\.com|cisco\.com/websafe|zixmail\.net|zixmessagecenter\.com"
    r"|secure-messaging\.mimecast\.com|securedoc\.html)[/\s\"'>?]",
    re.IGNORECASE,
)
_LOOKED_AT = 200_000
_SHORT_NOTE = 3_000  # a portal's notice is short; a letter whose footer names the portal is still a letter


def protection_of(parts: Parts) -> Protection | None:
    """How the whole letter is protected, None when its text can be read."""
    if parts.types & _SMIME:
        return Protection.SMIME
    if "multipart/encrypted" in parts.types or "application/pgp-encrypted" in parts.types:
        return Protection.PGP
    if "application/x-microsoft-rpmsg-message" in parts.types or _in_markup(parts, _OFFICE):
        return Protection.OFFICE_MESSAGE
    return Protection.PORTAL if _is_portal_notice(parts) else None


def _is_portal_notice(parts: Parts) -> bool:
    has_document = any(file.claims_document for file in parts.attachments)
    return not has_document and len(parts.words) < _SHORT_NOTE and _in_markup(parts, _PORTALS)


def _in_markup(parts: Parts, pattern: re.Pattern[str]) -> bool:
    enclosed = (
        file.data[:_LOOKED_AT].decode("ascii", "replace")
        for file in parts.attachments
        if file.kind is AttachmentKind.HTML
    )
    texts = (*parts.html, *parts.plain, *enclosed)
    return any(pattern.search(text[:_LOOKED_AT]) for text in texts)
