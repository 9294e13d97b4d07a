"""Delivery failures: whom they concern and which letter of ours they return."""

import re
from collections.abc import Iterable, Iterator
from email.message import Message

from mail.characters import one_line
from mail.headers import Headers, emails_in
from mail.letter import Address, Bounce
from mail.machines import is_machine_address
from mail.parts import Parts, data_of

MOST_RECIPIENTS = 50
_LONGEST_DIAGNOSTIC = 300
_STATUS = re.compile(r"\b[45]\.\d{1,3}\.\d{1,3}\b")
_RETURNED_ID = re.compile(r"^\s{0,20}Message-ID:\s{0,20}(<[^<>\s]{1,250}>)", re.IGNORECASE | re.MULTILINE)
# From here on a notice repeats headers, which name the sender, the servers and the letter as well.
_TECHNICAL = re.compile(r"Original message headers|Diagnostic information for administrators", re.IGNORECASE)
_FAILURE_SUBJECTS = (
    "undeliverable",
    "undelivered mail",
    "delivery status notification (failure)",
    "mail delivery failed",
    "mail delivery failure",
    "failure notice",
    "returned mail",
    "delivery failure",
)
_SYSTEMS = frozenset(
    {"microsoft outlook", "mail delivery system", "mail delivery subsystem", "system administrator"}
)


def bounce_of(headers: Headers, sender: Address, parts: Parts) -> Bounce | None:
    """The failure that this letter reports, None when it reports none (a delay or a success is none)."""
    statuses = [part for part in parts.reports if part.get_content_type() == "message/delivery-status"]
    if statuses:
        return _from_report(statuses, parts)
    if headers.has("X-Failed-Recipients") or _is_notice(headers, sender):
        return _from_text(headers, sender, parts)
    return None


def _from_report(statuses: list[Message], parts: Parts) -> Bounce | None:
    """A report in the form of RFC 3464: a group of fields a recipient."""
    failed = [group for group in _groups(statuses) if group.first("action").lower() in ("failed", "")]
    recipients = _each(address for group in failed for address in _recipients(group))
    if not recipients:
        return None
    return Bounce(
        recipients,
        _first(group.first("status") for group in failed)[:20],
        _first(group.first("diagnostic-code") for group in failed)[:_LONGEST_DIAGNOSTIC],
        _returned_id(parts),
    )


def _groups(statuses: list[Message]) -> Iterator[Headers]:
    """The recipients' groups of fields; the first group, of the report as a whole, names no recipient."""
    for status in statuses:
        payload = status.get_payload()
        groups = (
            [Headers(group) for group in payload if isinstance(group, Message)]
            if isinstance(payload, list)
            else []
        )
        yield from (
            group for group in groups if group.has("final-recipient") or group.has("original-recipient")
        )


def _recipients(group: Headers) -> list[str]:
    return emails_in(group.first("final-recipient").rpartition(";")[2]) or emails_in(
        group.first("original-recipient").rpartition(";")[2]
    )


def _is_notice(headers: Headers, sender: Address) -> bool:
    """A failure told in words only, by a mail system (Exchange, qmail)."""
    by_system = is_machine_address(sender) or sender.name.lower() in _SYSTEMS or not sender.email
    return by_system and headers.first("Subject").lower().startswith(_FAILURE_SUBJECTS)


def _from_text(headers: Headers, sender: Address, parts: Parts) -> Bounce:
    words = _TECHNICAL.split(parts.words, maxsplit=1)[0]
    named = emails_in(headers.first("X-Failed-Recipients"))
    return Bounce(
        _each(address for address in named or emails_in(words) if address != sender.email),
        _first(found[0] for found in _STATUS.finditer(parts.words)),
        "",
        _returned_id(parts),
    )


def _returned_id(parts: Parts) -> str:
    """The Message-ID of the letter that comes back: enclosed whole, its headers only, or quoted in the words."""
    enclosed = _first(_first(Headers(letter).ids("Message-ID")) for letter in parts.enclosed)
    if enclosed:
        return enclosed
    texts = [data_of(part, set()).decode("ascii", "replace") for part in parts.reports]
    return _first(found[1] for text in (*texts, parts.words) for found in _RETURNED_ID.finditer(text))


def _each(addresses: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(addresses))[:MOST_RECIPIENTS]


def _first(texts: Iterable[str]) -> str:
    return next((one_line(text) for text in texts if text), "")
