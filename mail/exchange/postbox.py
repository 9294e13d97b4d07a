"""An Exchange mailbox that letters are sent from."""

from collections.abc import Sequence
from email.message import Message
from email.parser import BytesHeaderParser
from email.policy import compat32
from email.utils import getaddresses

from mail.errors import MailError, NotSent, Uncertain
from mail.exchange.access import ExchangeAccess
from mail.exchange.line import Line
from mail.exchange.mailbox import ENDING

_LOST_BY_EXCHANGE = ("Auto-Submitted",)
"""Headers that Exchange drops when a letter is handed over as bytes; each goes as a property of its own."""

_TO = ("To", "Cc", "Bcc")


class ExchangePostbox:
    """Sends from an Exchange mailbox. The copy lies in that mailbox's own Sent Items, also where it is a shared one.

    Exchange sends to whom a letter's headers name. Where these are not the recipients (a dry run sends all to one
    address), the headers are written anew.
    """

    def __init__(self, access: ExchangeAccess, *, line: Line | None = None) -> None:
        self._access = access
        self._line = line or Line(access)

    def send(self, raw: bytes, *, sender: str, recipients: Sequence[str], message_id: str) -> None:
        """Send one rendered letter. Raises `NotSent` or `Uncertain`."""
        if not recipients:
            raise NotSent("The letter has no recipient.", final=True)
        if sender.casefold() != self._access.address.casefold():
            raise NotSent("The letter is not from the mailbox it would be sent from.", final=True)
        head = BytesHeaderParser(policy=compat32).parsebytes(raw)
        kept = {name: str(head[name]) for name in _LOST_BY_EXCHANGE if head[name]}
        self._line.send(_addressed(raw, head, recipients), message_id, kept)

    def sent(self, message_id: str) -> bool:
        """Whether Sent Items, or the outbox, holds a letter with this Message-ID. Raises `Uncertain`."""
        if not message_id:
            return False
        try:
            return self._line.was_sent(message_id)
        except MailError as error:
            raise Uncertain(str(error)) from error

    def check(self) -> str:
        """Say that letters can leave, having looked into Sent Items. Raises `MailError`."""
        self._line.in_sent_items()
        found = "Letters are sent from the Exchange mailbox."
        return f"{found} {ENDING}" if self._access.online else found

    def close(self) -> None:
        """Close the connection."""
        self._line.close()


def _addressed(raw: bytes, head: Message, recipients: Sequence[str]) -> bytes:
    """The letter, addressed to just these recipients."""
    named = getaddresses([str(value) for name in _TO for value in head.get_all(name, [])])
    if {address.casefold() for _, address in named} == {address.casefold() for address in recipients}:
        return raw if head["Bcc"] is None else _written_anew(raw, recipients)
    return _written_anew(raw, recipients)


def _written_anew(raw: bytes, recipients: Sequence[str]) -> bytes:
    """Header fields that name recipients left out, whole with their folded lines, and one of ours put first."""
    block, gap, body = raw.partition(b"\r\n\r\n")
    names = tuple(f"{name.lower()}:".encode() for name in _TO)
    kept: list[bytes] = []
    dropping = False
    for line in block.split(b"\r\n"):
        if not line.startswith((b" ", b"\t")):
            dropping = line.lower().startswith(names)
        if not dropping:
            kept.append(line)
    to = b"To: " + b",\r\n ".join(address.encode("ascii", "replace") for address in recipients)
    return b"\r\n".join([to, *kept]) + gap + body
