"""Opens a letter and reads the forms in it. Runs in the killable child (`bot/isolation.py`), and nowhere else."""

import functools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import forms
import mail
from bot.isolation import Limits, More
from forms.reading import Reading
from forms.refusals import FormError
from mail.letter import Attachment, AttachmentKind, Authenticity, Letter

CONVERSION_SECONDS = 130.0
"""What a document gets that LibreOffice or tesseract must look at: two tries of 60 s (`forms/conversion`)."""

LIMITS = Limits(seconds=10.0, most_seconds=10.0 + 2 * CONVERSION_SECONDS)
"""What one letter may take: 10 s, and more only where it brings documents that must be converted."""

FORMS_READ = 12
"""Documents of one letter that are read. A school that refers more pupils at once is asked by the officer."""

_CONVERTED = frozenset({AttachmentKind.WORD_OLD, AttachmentKind.RTF, AttachmentKind.ODT, AttachmentKind.PDF})
_READ = _CONVERTED | {AttachmentKind.WORD, AttachmentKind.WORD_MACRO}
_CLAIMS_TO_BE_A_FORM = (".docx", ".doc", ".docm", ".dotx", ".rtf", ".odt", ".pdf")


@dataclass(frozen=True, slots=True)
class Opening:
    """What the child must know of a mailbox: the server whose Authentication-Results count, definitions of the
    authority's own, domains of the contact list, and how our own letters are recognised."""

    trusted_server: str = ""
    definitions: Path | None = None
    known_domains: frozenset[str] = frozenset()
    own_addresses: frozenset[str] = frozenset()
    secret: bytes = b""


@dataclass(frozen=True, slots=True)
class OpenedForm:
    """One enclosed document: `reading`, or the code of the refusal (`forms.refusals`). `number` counts from 1."""

    number: int
    sha256: str
    reading: Reading | None = None
    refusal: str = ""
    macros: bool = False
    markable: bool = False  # a Word document as such: a copy of it can be marked and sent back

    @property
    def recognised(self) -> bool:
        """Whether it is a referral form that is known."""
        return self.reading is not None and bool(self.reading.definition)


@dataclass(frozen=True, slots=True)
class OpenedLetter:
    """A letter with its attachments' bytes taken out, what sort it is, and what its documents say.

    `unread` counts documents that were not opened at all: archives, enclosed letters, programs, all of a letter that
    fails its sender's authentication.
    """

    letter: Letter
    stable_key: str
    sorting: mail.Sorting
    forms: tuple[OpenedForm, ...] = ()
    unread: int = 0


def work_on_letter(more: More, job: Callable[..., Any], *arguments: Any) -> Any:
    """What the child does: `open_letter` or `mark_form`."""
    return job(more, *arguments)


def open_letter(more: More, raw: bytes, received: datetime, how: Opening) -> OpenedLetter:
    """Parse, sort, unpack, and read each document; a form's refusal is a code, never an exception."""
    letter = mail.parse(raw, received=received, trusted_server=how.trusted_server)
    enclosed = _enclosed(letter)
    documents = [*_readable(letter, enclosed)][:FORMS_READ]
    opened = tuple(_opened(number, one, how.definitions, more) for number, one in enumerate(documents, 1))
    return OpenedLetter(
        letter=_without_bytes(letter),
        stable_key=mail.stable_key(letter),
        sorting=_sorted(letter, how),
        forms=opened,
        unread=len(enclosed) - len(documents),
    )


def mark_form(
    _more: More, raw: bytes, received: datetime, how: Opening, number: int, paths: tuple[str, ...]
) -> bytes:
    """A copy of one Word form of a letter with these places marked, b"" for a document that cannot be marked."""
    letter = mail.parse(raw, received=received, trusted_server=how.trusted_server)
    documents = [*_readable(letter, _enclosed(letter))][:FORMS_READ]
    try:
        return forms.mark_gaps(documents[number - 1].data, paths)
    except (FormError, IndexError):
        return b""


def _enclosed(letter: Letter) -> Sequence[Attachment]:
    """What was enclosed, with forwarded letters, archives and winmail.dat unpacked; a forged letter stays shut."""
    if letter.authenticity is Authenticity.FAIL:
        return letter.documents
    return mail.unpack(letter).documents


def _sorted(letter: Letter, how: Opening) -> mail.Sorting:
    return mail.sort(
        letter, known_domains=how.known_domains, own_addresses=how.own_addresses, secret=how.secret
    )


def _readable(letter: Letter, enclosed: Sequence[Attachment]) -> Iterator[Attachment]:
    """What may be a form. Nothing in a letter that fails authentication, and nobody's macros but a verified sender's.

    A macro file is read as text and nothing in it is run; the casebook still asks who sent it.
    """
    if letter.authenticity is Authenticity.FAIL:
        return
    for document in enclosed:
        if document.kind is AttachmentKind.WORD_MACRO and letter.authenticity is not Authenticity.PASS:
            continue
        if document.kind in _READ or document.kind is AttachmentKind.PROTECTED or _claims(document):
            yield document


def _claims(document: Attachment) -> bool:
    return document.name.lower().rstrip().endswith(_CLAIMS_TO_BE_A_FORM)


def _opened(number: int, document: Attachment, definitions: Path | None, more: More) -> OpenedForm:
    if document.kind in _CONVERTED:
        more(CONVERSION_SECONDS)
    blank = OpenedForm(
        number,
        document.sha256,
        macros=document.kind is AttachmentKind.WORD_MACRO,
        markable=document.kind is AttachmentKind.WORD,
    )
    library = _library(definitions)  # a definition broken meanwhile is our mistake, not the document's
    try:
        return replace(blank, reading=forms.read(document.data, name=document.name, library=library))
    except FormError as refusal:
        return replace(blank, refusal=refusal.code)


@functools.lru_cache(maxsize=4)
def _library(definitions: Path | None) -> forms.Library:
    """Loaded once a child: a definition changed on disk counts from the next child on."""
    shipped = forms.Library.shipped()
    return shipped.with_folder(definitions) if definitions else shipped


def _without_bytes(letter: Letter) -> Letter:
    """The parent needs no content: the raw letter is kept, and a pipe is slow."""
    return replace(letter, attachments=tuple(replace(one, data=b"") for one in letter.attachments))
