"""What is inside what was enclosed: forwarded letters, zip files and winmail.dat, bounded in depth, number and bytes.

Every file that was enclosed ends among the documents: as itself, as what was in it, or, where it was not opened, as the
closed container with its refusal. Nothing is written to disk and nothing is run.
"""

import hashlib
import io
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from mail.characters import one_line
from mail.kinds import kind_of
from mail.letter import Attachment, AttachmentKind, Letter
from mail.parsing import enclosed_documents
from mail.tnef import files_in

DEEPEST = 3
MOST_FILES = 50
MOST_BYTES = 60_000_000  # of all that is unpacked from one letter
_UNCOMPRESSED_OR_DEFLATED = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_CLUTTER = ("__MACOSX/", ".")
_ZIP_START = b"PK\x03\x04"


class Refusal(StrEnum):
    """Why a container was not opened, or not to its end."""

    TOO_DEEP = "too deep"
    TOO_MANY = "too many files"
    TOO_BIG = "too big"
    DAMAGED = "damaged"
    NOT_OPENED = "not opened"  # a kind that is never opened here


@dataclass(frozen=True, slots=True)
class Unpacked:
    """What was enclosed, unpacked. `refused` are containers that stand closed among the documents, by their digest."""

    documents: tuple[Attachment, ...]
    refused: tuple[tuple[str, Refusal], ...] = ()


class _Refused(Exception):
    def __init__(self, why: Refusal) -> None:
        super().__init__(why)
        self.why = why


@dataclass(slots=True)
class _Budget:
    files: int = MOST_FILES
    size: int = MOST_BYTES

    def spend(self, size: int) -> None:
        self.files -= 1
        self.size -= size
        if self.files < 0:
            raise _Refused(Refusal.TOO_MANY)
        if self.size < 0:
            raise _Refused(Refusal.TOO_BIG)


@dataclass(slots=True)
class _Unpacking:
    budget: _Budget = field(default_factory=_Budget)
    documents: list[Attachment] = field(default_factory=list)
    refused: list[tuple[str, Refusal]] = field(default_factory=list)

    def take(self, file: Attachment, depth: int) -> None:
        opener = _OPENERS.get(file.kind)
        if opener is None:
            self.documents.append(file)
            return
        try:
            inside = self._open(file, opener, depth)
        except _Refused as refused:
            self.documents.append(file)
            self.refused.append((file.sha256, refused.why))
            return
        for each in inside:
            self.take(each, depth + 1)

    def _open(self, file: Attachment, opener: "_Opener", depth: int) -> list[Attachment]:
        if depth >= DEEPEST:
            raise _Refused(Refusal.TOO_DEEP)
        try:
            return list(opener(file.data, self.budget))
        except _DAMAGE:
            raise _Refused(Refusal.DAMAGED) from None


def unpack(letter: Letter) -> Unpacked:
    """The documents of a letter with containers replaced by what is in them. Never raises on content."""
    unpacking = _Unpacking()
    for file in letter.documents:
        unpacking.take(file, 0)
    return Unpacked(tuple(unpacking.documents), tuple(unpacking.refused))


_Opener = Callable[[bytes, _Budget], Iterator[Attachment]]
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    ValueError,
    OSError,
    EOFError,
    NotImplementedError,
    RuntimeError,
)


def _from_letter(data: bytes, budget: _Budget) -> Iterator[Attachment]:
    for file in enclosed_documents(data):
        budget.spend(len(file.data))
        yield file


def _from_archive(data: bytes, budget: _Budget) -> Iterator[Attachment]:
    """The files of a zip; other archives stay closed. What a member says of its size is not believed."""
    if not data.startswith(_ZIP_START):
        raise _Refused(Refusal.NOT_OPENED)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for member in archive.infolist():
            if member.is_dir() or member.filename.startswith(_CLUTTER):
                continue
            if member.compress_type not in _UNCOMPRESSED_OR_DEFLATED:
                raise _Refused(Refusal.NOT_OPENED)
            with archive.open(member) as stream:
                content = stream.read(budget.size + 1)
            budget.spend(len(content))
            yield _attachment(member.filename, content)


def _from_outlook(data: bytes, budget: _Budget) -> Iterator[Attachment]:
    for name, content in files_in(data):
        budget.spend(len(content))
        yield _attachment(name, content)


def _never(_data: bytes, _budget: _Budget) -> Iterator[Attachment]:
    raise _Refused(Refusal.NOT_OPENED)


_OPENERS: dict[AttachmentKind, _Opener] = {
    AttachmentKind.LETTER: _from_letter,
    AttachmentKind.ARCHIVE: _from_archive,
    AttachmentKind.OUTLOOK_PACKAGE: _from_outlook,
    AttachmentKind.OUTLOOK_LETTER: _never,
}


def _attachment(name: str, data: bytes) -> Attachment:
    last = one_line(name.replace("\\", "/").rpartition("/")[2])
    return Attachment(last, "", kind_of(data, "", last), data, hashlib.sha256(data).hexdigest())
