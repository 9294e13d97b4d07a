"""What kind of letter this is, from the letter alone. What it means for a case is the application's to decide."""

import hashlib
import json
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from mail.letter import Address, AttachmentKind, Authenticity, Damage, Letter
from mail.lookalikes import looks_like
from mail.signing import is_ours


class LetterKind(StrEnum):
    """The kinds of letters. Only a PERSON's letter may be answered, and a PROTECTED one, to say how to send it again."""

    PERSON = "person"
    AUTOMATIC = "automatic"
    BOUNCE = "bounce"
    INVITATION = "invitation"
    PROTECTED = "protected"
    SUSPICIOUS = "suspicious"
    UNREADABLE = "unreadable"
    EMPTY = "empty"
    OWN = "own"


@dataclass(frozen=True, slots=True)
class Sorting:
    """A kind and why: `reason` is a short code without anything from the letter; `bot/text` has the words."""

    kind: LetterKind
    reason: str = ""


# What a program can read as a referral: beside one of these, a protected file is one gap and not the whole letter.
_READABLE = frozenset(
    {
        AttachmentKind.WORD,
        AttachmentKind.WORD_MACRO,
        AttachmentKind.WORD_OLD,
        AttachmentKind.RTF,
        AttachmentKind.ODT,
        AttachmentKind.PDF,
    }
)
_PERSON = Sorting(LetterKind.PERSON)


def sort(
    letter: Letter,
    *,
    known_domains: Collection[str] = (),
    own_addresses: Collection[str] = (),
    secret: bytes = b"",
) -> Sorting:
    """Sort a letter. The first rule that holds decides, and they stand in order of what must not be overlooked.

    `known_domains` are those of the schools and services on the contact list, `own_addresses` the bot's mailboxes,
    `secret` the key by which it signs its Message-IDs.
    """
    own = {address.lower() for address in own_addresses}
    if letter.sender.email in own and secret and is_ours(letter.message_id, secret):
        return Sorting(LetterKind.OWN, "signed message id")
    rules = (
        (LetterKind.SUSPICIOUS, _suspicion(letter, {domain.lower() for domain in known_domains})),
        (LetterKind.BOUNCE, "delivery failure" if letter.bounce else ""),
        (LetterKind.AUTOMATIC, str(letter.automatic or "")),
        (LetterKind.UNREADABLE, _unreadable(letter)),
        (LetterKind.PROTECTED, _protected(letter)),
        (LetterKind.INVITATION, _invitation(letter)),
        (LetterKind.EMPTY, _empty(letter)),
    )
    return next((Sorting(kind, reason) for kind, reason in rules if reason), _PERSON)


def _suspicion(letter: Letter, known: set[str]) -> str:
    if Damage.SEVERAL_SENDERS in letter.damage:
        return "several senders"
    domain = letter.sender.domain
    if letter.authenticity is Authenticity.FAIL and _belongs(domain, known):
        return "fails dmarc"
    if domain and not _belongs(domain, known) and looks_like(domain, known):
        return "look-alike domain"
    return ""


def _belongs(domain: str, known: set[str]) -> bool:
    return any(domain == each or domain.endswith("." + each) for each in known)


def _unreadable(letter: Letter) -> str:
    codes = (Damage.EMPTY_FILE, Damage.NO_HEADERS, Damage.NO_SENDER)
    return next((str(code) for code in codes if code in letter.damage), "")


def _protected(letter: Letter) -> str:
    if letter.protection:
        return str(letter.protection)
    kinds = {document.kind for document in letter.documents}
    return "protected attachment" if AttachmentKind.PROTECTED in kinds and not kinds & _READABLE else ""


def _invitation(letter: Letter) -> str:
    """An invitation that encloses documents is read for them."""
    others = [d for d in letter.documents if d.kind is not AttachmentKind.CALENDAR]
    return "calendar" if letter.invitation and not others else ""


def _empty(letter: Letter) -> str:
    holds_something = any(document.kind is not AttachmentKind.EMPTY for document in letter.documents)
    return "" if letter.full_text or holds_something else "nothing in it"


# An enclosed letter, an invitation and an Outlook package are written anew by the server at each fetch.
_REWRITTEN = frozenset(
    {AttachmentKind.LETTER, AttachmentKind.CALENDAR, AttachmentKind.OUTLOOK_PACKAGE, AttachmentKind.SIGNATURE}
)


def stable_key(letter: Letter) -> str:
    """A digest of what stays the same however often a server writes the letter anew.

    Message-ID, sender, date, subject and the attachments' digests; where there is no Message-ID, the words as well.
    The same Message-ID with other parts is another letter.
    """
    files = sorted(str(file.kind) if file.kind in _REWRITTEN else file.sha256 for file in letter.documents)
    written = letter.written.isoformat() if letter.written else ""
    words = "" if letter.message_id else " ".join(letter.full_text.split())
    parts = [letter.message_id, _who(letter.sender), written, letter.subject, files, words]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def _who(sender: Address) -> str:
    return sender.email or sender.name
