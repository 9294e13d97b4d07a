"""What an attachment is, by its content and never by its name. Nothing is unpacked here, and nothing is run."""

import io
import re
import struct
import zipfile
import zlib

import puremagic

from mail.letter import AttachmentKind as Kind

# Where the first bytes decide. Longest first where one begins another.
_SIGNATURES: tuple[tuple[bytes, Kind], ...] = (
    (b"%PDF-", Kind.PDF),
    (b"{\\rtf", Kind.RTF),
    (b"\x78\x9f\x3e\x22", Kind.OUTLOOK_PACKAGE),  # TNEF
    (b"\x76\xe8\x04\x60\xc4\x11\xe3\x86", Kind.PROTECTED),  # rpmsg: Office message encryption
    (b"-----BEGIN PGP MESSAGE", Kind.PROTECTED),
    (b"-----BEGIN PGP SIGNATURE", Kind.SIGNATURE),
    (b"MZ", Kind.PROGRAM),
    (b"\x7fELF", Kind.PROGRAM),
    (b"\xca\xfe\xba\xbe", Kind.PROGRAM),
    (b"\xcf\xfa\xed\xfe", Kind.PROGRAM),
    (b"#!", Kind.PROGRAM),
    (b"L\0\0\0\x01\x14\x02\0", Kind.PROGRAM),  # a Windows shortcut
    (b"MSCF", Kind.ARCHIVE),
    (b"Rar!\x1a\x07", Kind.ARCHIVE),
    (b"7z\xbc\xaf\x27\x1c", Kind.ARCHIVE),
    (b"\x1f\x8b", Kind.ARCHIVE),
    (b"BZh", Kind.ARCHIVE),
    (b"\xfd7zXZ\0", Kind.ARCHIVE),
    (b"\x89PNG\r\n\x1a\n", Kind.IMAGE),
    (b"\xff\xd8\xff", Kind.IMAGE),
    (b"GIF8", Kind.IMAGE),
    (b"II*\0", Kind.IMAGE),
    (b"MM\0*", Kind.IMAGE),
    (b"BEGIN:VCALENDAR", Kind.CALENDAR),
)
_ENCRYPTED_TYPES = frozenset(
    {"application/pkcs7-mime", "application/x-pkcs7-mime", "application/x-microsoft-rpmsg-message"}
)
_SIGNATURE_TYPES = frozenset(
    {"application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature"}
)
_PROGRAM_NAMES = re.compile(
    r"\.(exe|scr|com|bat|cmd|pif|js|jse|vbs|vbe|wsf|ps1|msi|jar|hta|lnk|reg|dll|iso|img|one)$", re.IGNORECASE
)
_HEAD = 4096


def kind_of(data: bytes, declared: str = "", name: str = "") -> Kind:
    """What these bytes are. The declared type is heard only where content cannot tell: encryption and signatures."""
    if not data.strip(b"\0\r\n\t "):
        return Kind.EMPTY
    if declared in _SIGNATURE_TYPES:
        return Kind.SIGNATURE
    if declared in _ENCRYPTED_TYPES:
        return Kind.PROTECTED
    if data.startswith(_OLE):
        return _compound(data)
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _package(data)
    head = data[:_HEAD].lstrip(b"\xef\xbb\xbf\r\n\t ")
    by_signature = next((kind for mark, kind in _SIGNATURES if head.startswith(mark)), None)
    return by_signature or _by_library(data) or _by_text(data, name)


def _by_library(data: bytes) -> Kind | None:
    """What puremagic makes of the first bytes, for the picture formats that the table above does not list."""
    try:
        found = puremagic.from_string(data[:_HEAD], mime=True)
    except (puremagic.PureError, ValueError):
        return None
    return Kind.IMAGE if found.startswith("image/") and "xml" not in found else None


# ---------------------------------------------------------------- compound files (OLE2): .doc, .xls, .msg, encrypted Office

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENTRY = 128  # bytes of a directory entry, which are aligned to it
_FIB_ENCRYPTED = 0x0100


def _compound(data: bytes) -> Kind:
    if _stream(data, "EncryptedPackage") is not None or _stream(data, "\x09DRMContent") is not None:
        return Kind.PROTECTED
    document = _stream(data, "WordDocument")
    if document is not None:
        return Kind.PROTECTED if _word_is_encrypted(data, document) else Kind.WORD_OLD
    if _stream(data, "__properties_version1.0") is not None:
        return Kind.OUTLOOK_LETTER
    if _stream(data, "Workbook") is not None or _stream(data, "Book") is not None:
        return Kind.SPREADSHEET
    if _stream(data, "PowerPoint Document") is not None:
        return Kind.PRESENTATION
    return Kind.UNKNOWN


def _stream(data: bytes, name: str) -> int | None:
    """The first sector of the stream or storage with this name in the directory, None where there is none.

    A directory entry is the name in UTF-16, zeros up to 64 bytes, the name's length and a type ([MS-CFB] 2.6.1).
    """
    mark = name.encode("utf-16-le")
    entry = mark.ljust(64, b"\0") + struct.pack("<H", len(mark) + 2)
    at = data.find(entry)
    while at >= 0:
        if at % _ENTRY == 0 and len(data) >= at + _ENTRY:
            return int(struct.unpack_from("<I", data, at + 116)[0])
        at = data.find(entry, at + 1)
    return None


def _word_is_encrypted(data: bytes, sector: int) -> bool:
    """Whether the flag fEncrypted of a .doc is set ([MS-DOC] 2.5.2)."""
    shift = struct.unpack_from("<H", data, 30)[0] if len(data) > _ENTRY else 9
    at = ((sector + 1) << min(shift, 12)) + 10
    return len(data) >= at + 2 and bool(struct.unpack_from("<H", data, at)[0] & _FIB_ENCRYPTED)


# ---------------------------------------------------------------- zip packages: Office, OpenDocument, plain archives

_LARGEST_DIRECTORY = 4_000_000
_LARGEST_TYPES_PART = 1_000_000
_END_OF_DIRECTORY = 22
_LONGEST_ZIP_COMMENT = 65_535


def _package(data: bytes) -> Kind:
    if not _directory_is_sane(data):
        return _damaged_package(data)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            return _package_kind(package)
    except (zipfile.BadZipFile, zlib.error, ValueError, OSError, NotImplementedError, RuntimeError, EOFError):
        return _damaged_package(data)


def _directory_is_sane(data: bytes) -> bool:
    """Whether the package ends with a directory of a size that an honest one has (it is read whole)."""
    at = data.rfind(b"PK\x05\x06", max(0, len(data) - _LONGEST_ZIP_COMMENT - _END_OF_DIRECTORY))
    if at < 0 or len(data) < at + _END_OF_DIRECTORY:
        return False
    return int(struct.unpack_from("<I", data, at + 12)[0]) <= _LARGEST_DIRECTORY


def _package_kind(package: zipfile.ZipFile) -> Kind:
    members = {member.filename: member for member in package.infolist()}
    if any(member.flag_bits & 1 for member in members.values()):
        return Kind.PROTECTED
    if "mimetype" in members:
        kind = _opendocument(_start_of(package, "mimetype", 200))
        return Kind.PROTECTED if kind and _odf_is_encrypted(package, members) else kind or Kind.ARCHIVE
    if "[Content_Types].xml" not in members:
        return Kind.ARCHIVE
    types = _start_of(package, "[Content_Types].xml", _LARGEST_TYPES_PART)
    return _office(types, any(name.lower().endswith("vbaproject.bin") for name in members))


def _start_of(package: zipfile.ZipFile, member: str, size: int) -> bytes:
    with package.open(member) as stream:
        return stream.read(size)


def _office(types: bytes, has_macros: bool) -> Kind:  # noqa: FBT001 - a fact about the package
    types = types.replace(b"\0", b"")  # a part written in UTF-16 reads the same
    if b"wordprocessingml" in types or b"ms-word." in types:
        return Kind.WORD_MACRO if has_macros or b"macroEnabled" in types else Kind.WORD
    if b"spreadsheetml" in types or b"ms-excel." in types:
        return Kind.SPREADSHEET
    if b"presentationml" in types or b"ms-powerpoint." in types:
        return Kind.PRESENTATION
    return Kind.ARCHIVE


def _opendocument(mimetype: bytes) -> Kind | None:
    if mimetype.startswith(b"application/vnd.oasis.opendocument.text"):
        return Kind.ODT
    return (
        Kind.SPREADSHEET if mimetype.startswith(b"application/vnd.oasis.opendocument.spreadsheet") else None
    )


def _odf_is_encrypted(package: zipfile.ZipFile, members: dict[str, zipfile.ZipInfo]) -> bool:
    name = "META-INF/manifest.xml"
    return name in members and b"encryption-data" in _start_of(package, name, _LARGEST_TYPES_PART)


def _damaged_package(data: bytes) -> Kind:
    """A package cut short still says by its parts' names what it was, so that its reader can say "damaged"."""
    if b"word/document" in data:
        return Kind.WORD
    return Kind.SPREADSHEET if b"xl/workbook" in data else Kind.ARCHIVE


# ---------------------------------------------------------------- text

_HTML = re.compile(rb"<!doctype html|<html[\s>]|<body[\s>]", re.IGNORECASE)
_MAIL = re.compile(
    rb"(?:(?:received|from|return-path|message-id|date|subject|to|mime-version):[^\n]*\n(?:[ \t][^\n]*\n)*){3}",
    re.IGNORECASE,
)
_CONTROLS = frozenset(range(32)) - frozenset(b"\t\n\f\r")
_MOST_CONTROLS = 0.02


def _by_text(data: bytes, name: str) -> Kind:
    head = data[:_HEAD]
    if _HTML.search(head):
        return Kind.HTML
    if _MAIL.match(head.replace(b"\r\n", b"\n").lstrip()):
        return Kind.LETTER
    if _PROGRAM_NAMES.search(name):  # a script is text: here its name is what makes it run
        return Kind.PROGRAM
    return Kind.TEXT if _is_text(head) else Kind.UNKNOWN


def _is_text(head: bytes) -> bool:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    return sum(byte in _CONTROLS for byte in head) <= len(head) * _MOST_CONTROLS
