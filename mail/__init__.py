"""Mailboxes in, letters out. Imports nothing of ours but itself."""

from mail.errors import BadAddress, LetterGone, LetterTooBig, MailError, NotSent, Uncertain
from mail.folder import FolderMailbox
from mail.letter import (
    Address,
    Attachment,
    AttachmentKind,
    Authenticity,
    AutomaticSign,
    Bounce,
    Damage,
    Letter,
    Protection,
)
from mail.mailbox import Arrival, SyncState, Waiting
from mail.outgoing import Enclosure, Outgoing, compose
from mail.parsing import parse, received_time
from mail.postbox import FolderPostbox
from mail.redirected import redirected
from mail.signing import is_ours, message_id
from mail.sorting import LetterKind, Sorting, sort, stable_key
from mail.unpacking import Refusal, Unpacked, unpack

__all__ = [
    "Address",
    "Arrival",
    "Attachment",
    "AttachmentKind",
    "Authenticity",
    "AutomaticSign",
    "BadAddress",
    "Bounce",
    "Damage",
    "Enclosure",
    "FolderMailbox",
    "FolderPostbox",
    "Letter",
    "LetterGone",
    "LetterKind",
    "LetterTooBig",
    "MailError",
    "NotSent",
    "Outgoing",
    "Protection",
    "Refusal",
    "Sorting",
    "SyncState",
    "Uncertain",
    "Unpacked",
    "Waiting",
    "compose",
    "is_ours",
    "message_id",
    "parse",
    "received_time",
    "redirected",
    "sort",
    "stable_key",
    "unpack",
]
