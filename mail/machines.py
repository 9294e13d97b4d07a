"""Whether a machine wrote a letter, and how that is known. A machine is never answered."""

import re

from mail.headers import Headers
from mail.letter import Address, AutomaticSign

_BULK = frozenset({"bulk", "junk", "list", "auto_reply"})
_LOOP_MARKS = ("X-Loop", "X-Autoreply", "X-Autorespond", "X-Auto-Reply", "X-FC-MachineGenerated")
_MACHINES = re.compile(
    r"(postmaster|mailer-?daemon|(do[-_.]?)?not?[-_.]?reply|bounces?|auto-?(reply|responder|mailer))([-_+.].*)?"
)
_SUBJECTS = ("automatic reply:", "auto reply:", "autoreply:", "out of office:")
_RECEIPTS = frozenset({"message/disposition-notification"})


def automatic_sign(headers: Headers, sender: Address, types: set[str]) -> AutomaticSign | None:
    """By what a machine is known here, None for a person.

    `Auto-Submitted: no` is a person (RFC 3834, 5), and X-Auto-Response-Suppress asks for silence without saying who
    wrote: neither counts.
    """
    signs = (
        (types & _RECEIPTS, AutomaticSign.RECEIPT),
        ("message/delivery-status" in types, AutomaticSign.DELIVERY_REPORT),
        (_auto_submitted(headers), AutomaticSign.AUTO_SUBMITTED),
        (headers.first("Precedence").lower() in _BULK, AutomaticSign.PRECEDENCE),
        (headers.has("List-Id"), AutomaticSign.LIST),
        (_null_return_path(headers), AutomaticSign.NULL_RETURN_PATH),
        (is_machine_address(sender), AutomaticSign.SENDER),
        (any(headers.has(name) for name in _LOOP_MARKS), AutomaticSign.LOOP_MARK),
        (headers.first("Subject").lower().startswith(_SUBJECTS), AutomaticSign.SUBJECT),
    )
    return next((sign for found, sign in signs if found), None)


def is_machine_address(sender: Address) -> bool:
    """Whether an address belongs to a mail system or to a robot that reads no answers."""
    return bool(_MACHINES.fullmatch(sender.email.partition("@")[0]))


def _auto_submitted(headers: Headers) -> bool:
    said = headers.first("Auto-Submitted").partition(";")[0].partition("(")[0].strip().lower()
    return said not in ("", "no")


def _null_return_path(headers: Headers) -> bool:
    return any(value.strip() == "<>" for value in headers.raw("Return-Path"))
