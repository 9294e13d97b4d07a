"""A letter as it came: who wrote, to whom, when, what it says and what came with it."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Authenticity(StrEnum):
    """What our own mail server said of the sender's domain (its Authentication-Results header)."""

    PASS = "pass"  # noqa: S105 - a verdict, not a secret
    FAIL = "fail"
    NONE = "none"  # no such header by the configured server: unverified


class AttachmentKind(StrEnum):
    """What an attachment is by its content, never by its name."""

    WORD = "word"  # any WordprocessingML package without macros
    WORD_MACRO = "word with macros"
    WORD_OLD = "old word"  # .doc
    RTF = "rtf"
    ODT = "odt"
    PDF = "pdf"
    SPREADSHEET = "spreadsheet"
    PRESENTATION = "presentation"
    IMAGE = "image"
    TEXT = "text"
    HTML = "html"
    CALENDAR = "calendar"
    LETTER = "letter"  # an enclosed message/rfc822 or .eml
    OUTLOOK_LETTER = "outlook letter"  # an enclosed .msg
    OUTLOOK_PACKAGE = "outlook package"  # winmail.dat (TNEF)
    ARCHIVE = "archive"
    PROTECTED = "protected"  # encrypted: password, Office message encryption, S/MIME
    SIGNATURE = "signature"  # a detached S/MIME or PGP signature
    PROGRAM = "program"
    EMPTY = "empty"
    UNKNOWN = "unknown"


class AutomaticSign(StrEnum):
    """By what a letter is known to come from a machine (RFC 3834 and what servers really send)."""

    AUTO_SUBMITTED = "auto-submitted"
    PRECEDENCE = "precedence"
    LIST = "mailing list"
    NULL_RETURN_PATH = "null return path"
    SENDER = "machine address"
    LOOP_MARK = "loop mark"
    SUBJECT = "subject of an automatic reply"
    RECEIPT = "receipt"
    DELIVERY_REPORT = "delivery report"


class Protection(StrEnum):
    """Why a letter as a whole cannot be read by a program."""

    OFFICE_MESSAGE = "office message encryption"
    SMIME = "s/mime"
    PGP = "pgp"
    PORTAL = "secure mail portal"  # Egress and its like: the text is only a link to a web page


class Damage(StrEnum):
    """What was wrong with a letter and was got over."""

    EMPTY_FILE = "empty file"
    NO_HEADERS = "no headers"
    NO_SENDER = "no sender"
    SEVERAL_SENDERS = "several senders"
    UNKNOWN_CHARSET = "unknown charset"
    BROKEN_PART = "broken part"
    TOO_NESTED = "too many parts"
    TEXT_CUT = "text cut"
    HEADERS_CUT = "headers cut"


@dataclass(frozen=True, slots=True)
class Address:
    """A mailbox address as written; `email` is lower case, "" where the header holds none that can be used."""

    email: str
    name: str = ""

    @property
    def domain(self) -> str:
        """The part behind the @, "" without one."""
        return self.email.rpartition("@")[2] if "@" in self.email else ""


@dataclass(frozen=True, slots=True)
class Attachment:
    """One enclosed file. `inline` marks a picture of the text's own; `name` is as sent and never shown in a channel."""

    name: str
    declared: str
    kind: AttachmentKind
    data: bytes = field(repr=False)
    sha256: str
    inline: bool = False

    @property
    def is_document(self) -> bool:
        """Whether it was enclosed on purpose: neither a picture of the text's own nor a signature."""
        return not self.inline and self.kind is not AttachmentKind.SIGNATURE

    @property
    def claims_document(self) -> bool:
        """Whether it is offered as a document, by its name or declared type, whatever it turned out to be."""
        return self.name.lower().endswith(_DOCUMENT_NAMES) or self.declared in _DOCUMENT_TYPES


_DOCUMENT_NAMES = (".docx", ".doc", ".docm", ".dotx", ".dotm", ".rtf", ".odt", ".pdf")
_DOCUMENT_TYPES = frozenset(
    {
        "application/msword",
        "application/pdf",
        "application/rtf",
        "application/vnd.ms-word.document.macroenabled.12",
        "application/vnd.oasis.opendocument.text",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "text/rtf",
    }
)


@dataclass(frozen=True, slots=True)
class Bounce:
    """A delivery failure: whom it concerns, why, and the Message-ID of the letter it returns ("" if not enclosed)."""

    recipients: tuple[str, ...]
    status: str = ""
    diagnostic: str = ""
    original_message_id: str = ""


@dataclass(frozen=True, slots=True)
class Letter:
    """A parsed letter. Anything that was damaged is said in `damage`; parsing itself never fails.

    `received` is the mailbox's own time (R14) and `written` the Date header; `automatic` says why a machine wrote it,
    "" for a person; `text` is what a person wrote now (quoted history and signature stripped), `full_text` all of it.
    """

    sender: Address
    received: datetime
    message_id: str = ""
    in_reply_to: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    reply_to: tuple[Address, ...] = ()
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    subject: str = ""
    written: datetime | None = None
    text: str = field(default="", repr=False)
    full_text: str = field(default="", repr=False)
    attachments: tuple[Attachment, ...] = ()
    automatic: AutomaticSign | None = None
    bounce: Bounce | None = None
    invitation: bool = False  # a calendar invitation, answer or cancellation
    protection: Protection | None = None
    authenticity: Authenticity = Authenticity.NONE
    damage: tuple[Damage, ...] = ()
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)

    @property
    def thread(self) -> tuple[str, ...]:
        """Message-IDs this letter answers, newest first, each once."""
        newest_first = (*self.in_reply_to, *reversed(self.references))
        return tuple(dict.fromkeys(newest_first))

    @property
    def documents(self) -> tuple[Attachment, ...]:
        """What was enclosed on purpose: everything but the pictures of the text itself and signatures."""
        return tuple(file for file in self.attachments if file.is_document)
