"""What a file is, by its bytes. A name or a declared type never decides."""

import struct
import zipfile
import zlib
from enum import StrEnum

from forms.refusals import EmptyFile, NotADocument, PasswordProtected, Unsupported


class Format(StrEnum):
    """A kind of file that some reader here takes, or hands to a converter."""

    WORD = "docx"
    PDF = "pdf"
    DOC = "doc"
    RTF = "rtf"
    ODT = "odt"
    IMAGE = "image"


_START = 1024  # bytes looked at for a signature; PDF readers allow junk of this length before theirs
_IMAGES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF87a", b"GIF89a", b"II*\x00", b"MM\x00*", b"BM")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SEALED = "EncryptedPackage"
_ENTRY = 128  # bytes of a directory entry in such a container
_ODT = b"application/vnd.oasis.opendocument.text"


def sniff(data: bytes) -> Format:
    """The format of a file. Raises EmptyFile, NotADocument, PasswordProtected or Unsupported."""
    start = data[:_START].removeprefix(b"\xef\xbb\xbf").lstrip(b"\0 \t\r\n")
    if not start and not data.strip(b"\0 \t\r\n"):
        raise EmptyFile
    if data.startswith(b"PK"):
        return _zip(start)
    if data.startswith(_OLE):
        return _ole(data)
    if start.startswith(b"{\\rtf"):
        return Format.RTF
    if b"%PDF-" in start:
        return Format.PDF
    if data.startswith(_IMAGES) or (data[:4] == b"RIFF" and data[8:12] == b"WEBP"):
        return Format.IMAGE
    raise _refusal(start.lower())


def _zip(start: bytes) -> Format:
    """An OpenDocument says what it is in its first entry; any other zip is taken for Word's."""
    if start[30:38] != b"mimetype":
        return Format.WORD
    if not _first_entry(start).startswith(_ODT):
        raise Unsupported("An OpenDocument file that is not a text")
    return Format.ODT


def _first_entry(start: bytes) -> bytes:
    """The beginning of what a zip's first entry holds."""
    method, name, extra = struct.unpack_from("<8xH16xHH", start)
    content = start[30 + name + extra :]
    if method != zipfile.ZIP_DEFLATED:
        return content
    try:
        return zlib.decompressobj(-zlib.MAX_WBITS).decompress(content, len(_ODT))
    except zlib.error:
        return b""


def _refusal(start: bytes) -> Exception:
    if b"<html" in start or b"<!doctype html" in start:
        return NotADocument("A web page")
    if b"<?mso-application" in start or b"/wordml" in start or b"xmlpackage" in start:
        return Unsupported("Word's single-file XML")
    return NotADocument()


def _ole(data: bytes) -> Format:
    """An old Office container: an encrypted .docx, a .doc, or something else."""
    sector = _stream(data, "WordDocument")
    if _stream(data, _SEALED) is not None or (sector is None and _SEALED.encode("utf-16-le") in data):
        raise PasswordProtected
    if sector is None:
        raise Unsupported("An Office file that is not a Word document")
    if _encrypted(data, sector):
        raise PasswordProtected
    return Format.DOC


def _stream(data: bytes, name: str) -> int | None:
    """The first sector of a stream by its directory entry: 128 bytes, aligned, the name first ([MS-CFB] 2.6)."""
    wanted = name.encode("utf-16-le") + b"\0\0"
    place = data.find(wanted)
    while place != -1:
        entry = data[place : place + _ENTRY]
        if (
            place % _ENTRY == 0
            and len(entry) == _ENTRY
            and struct.unpack_from("<H", entry, 64)[0] == len(wanted)
        ):
            return int(struct.unpack_from("<I", entry, 116)[0])
        place = data.find(wanted, place + 1)
    return None


def _encrypted(data: bytes, sector: int) -> bool:
    """Whether a .doc's file information block has fEncrypted set ([MS-DOC] 2.5.2)."""
    block = data[(sector + 1) << 9 :][:12]
    if len(block) < 12 or block[:2] != b"\xec\xa5":  # noqa: PLR2004 - the block's own length
        return False
    return bool(struct.unpack_from("<H", block, 10)[0] & 0x0100)
