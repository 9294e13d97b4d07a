"""What an attachment is, by its content."""

import io
import struct
import zipfile
from pathlib import Path

import pytest

import bot.demo
from mail import AttachmentKind as Kind
from mail.kinds import kind_of
from tests.mail.building import AT, multipart

FORMS = Path(bot.demo.__file__).parent / "forms"
WORD_TYPES = (
    b'<Types><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.'
    b'wordprocessingml.document.main+xml"/></Types>'
)


def package(members: dict[str, bytes]) -> bytes:
    """A zip with these members."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return stream.getvalue()


def compound(*names: str, word_flags: int = 0) -> bytes:
    """An OLE2 file whose directory has these entries, by [MS-CFB] 2.2 and 2.6.1; the first stream is in sector 1."""
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".ljust(30, b"\0") + struct.pack("<H", 9)
    directory = b"".join(_entry(name) for name in names)
    first = b"\xec\xa5".ljust(10, b"\0") + struct.pack("<H", word_flags)  # FibBase: flags at byte 10
    return header.ljust(512, b"\0") + directory.ljust(512, b"\0") + first.ljust(512, b"\0")


def _entry(name: str) -> bytes:
    encoded = name.encode("utf-16-le")
    start = encoded.ljust(64, b"\0") + struct.pack("<HB", len(encoded) + 2, 2)
    return start.ljust(116, b"\0") + struct.pack("<I", 1) + b"\0" * 8


def encrypted_zip() -> bytes:
    """A zip whose one member says that it is encrypted (bit 0 of the flags, APPNOTE 4.4.4)."""
    data = bytearray(package({"a.txt": b"x"}))
    data[6] |= 1
    central = data.find(b"PK\x01\x02")
    data[central + 8] |= 1
    return bytes(data)


MACROS = WORD_TYPES.replace(
    b"openxmlformats-officedocument.wordprocessingml.document", b"ms-word.document.macroEnabled"
)
CASES: dict[str, tuple[bytes, Kind]] = {
    "nothing": (b"", Kind.EMPTY),
    "spaces": (b" \r\n", Kind.EMPTY),
    "word": (package({"[Content_Types].xml": WORD_TYPES, "word/document.xml": b"<x/>"}), Kind.WORD),
    "word of another main part": (
        package({"[Content_Types].xml": WORD_TYPES, "w/main2.xml": b"<x/>"}),
        Kind.WORD,
    ),
    "word cut short": (
        package({"[Content_Types].xml": WORD_TYPES, "word/document.xml": b"<x/>"})[:-30],
        Kind.WORD,
    ),
    "word with macros": (package({"[Content_Types].xml": MACROS}), Kind.WORD_MACRO),
    "word with hidden macros": (
        package({"[Content_Types].xml": WORD_TYPES, "word/VBAProject.bin": b"x"}),
        Kind.WORD_MACRO,
    ),
    "spreadsheet": (package({"[Content_Types].xml": b"spreadsheetml.sheet.main+xml"}), Kind.SPREADSHEET),
    "odt": (package({"mimetype": b"application/vnd.oasis.opendocument.text"}), Kind.ODT),
    "encrypted odt": (
        package(
            {
                "mimetype": b"application/vnd.oasis.opendocument.text",
                "META-INF/manifest.xml": b"<manifest:encryption-data/>",
            }
        ),
        Kind.PROTECTED,
    ),
    "zip": (package({"a.docx": b"x"}), Kind.ARCHIVE),
    "zip with a password": (encrypted_zip(), Kind.PROTECTED),
    "zip that is none": (b"PK\x03\x04nothing more", Kind.ARCHIVE),
    "old word": (compound("Root Entry", "WordDocument"), Kind.WORD_OLD),
    "old word with a password": (compound("WordDocument", word_flags=0x0100), Kind.PROTECTED),
    "office file with a password": (
        compound("Root Entry", "EncryptionInfo", "EncryptedPackage"),
        Kind.PROTECTED,
    ),
    "rights managed": (compound("\x09DRMContent"), Kind.PROTECTED),
    "outlook letter": (compound("__properties_version1.0"), Kind.OUTLOOK_LETTER),
    "old spreadsheet": (compound("Workbook"), Kind.SPREADSHEET),
    "a word of the trade in running text": (
        compound("Root Entry") + b"x" + "EncryptedPackage".encode("utf-16-le"),
        Kind.UNKNOWN,
    ),
    "pdf": (b"%PDF-1.7\n", Kind.PDF),
    "rtf": (b"{\\rtf1\\ansi}", Kind.RTF),
    "winmail.dat": (b"\x78\x9f\x3e\x22\x01\x00", Kind.OUTLOOK_PACKAGE),
    "rpmsg": (b"\x76\xe8\x04\x60\xc4\x11\xe3\x86rest", Kind.PROTECTED),
    "pgp": (b"-----BEGIN PGP MESSAGE-----\n", Kind.PROTECTED),
    "png": (b"\x89PNG\r\n\x1a\n", Kind.IMAGE),
    "jpeg": (b"\xff\xd8\xff\xe0", Kind.IMAGE),
    "bitmap": (b"BM" + struct.pack("<IHHI", 70, 0, 0, 54) + struct.pack("<I", 40) + b"\0" * 52, Kind.IMAGE),
    "program": (b"MZ\x90\0", Kind.PROGRAM),
    "shell script": (b"#!/bin/sh\n", Kind.PROGRAM),
    "html": (b"  <!DOCTYPE html><p>x", Kind.HTML),
    "calendar": (b"BEGIN:VCALENDAR\r\n", Kind.CALENDAR),
    "letter": (b"Received: from a\r\n by b\r\nFrom: a@b.example\r\nSubject: x\r\n\r\nx", Kind.LETTER),
    "words": (b"not a zip at all", Kind.TEXT),
    "noise": (bytes(range(256)), Kind.UNKNOWN),
}


@pytest.mark.parametrize(("data", "kind"), CASES.values(), ids=CASES.keys())
def test_a_file_is_what_its_bytes_are(data: bytes, kind: Kind) -> None:
    """The name and the declared type of a Word document deceive nobody."""
    declared = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    assert kind_of(data, declared, "referral.docx") is kind


@pytest.mark.parametrize("path", sorted(FORMS.glob("*.doc*")), ids=lambda path: path.name)
def test_the_sample_forms_are_word(path: Path) -> None:
    """Made by another program than these tests' own."""
    assert kind_of(path.read_bytes()) is (Kind.WORD_MACRO if path.suffix == ".docm" else Kind.WORD)


@pytest.mark.parametrize(
    ("declared", "name", "kind"),
    [
        ("application/pkcs7-mime", "smime.p7m", Kind.PROTECTED),
        ("application/pkcs7-signature", "smime.p7s", Kind.SIGNATURE),
        ("text/plain", "run.ps1", Kind.PROGRAM),
        ("text/plain", "list.txt", Kind.TEXT),
    ],
)
def test_where_content_cannot_tell_the_type_or_the_name_does(declared: str, name: str, kind: Kind) -> None:
    """A script is text until it is run by its name; ciphertext is noise."""
    assert kind_of(b"Some words", declared, name) is kind


def _picture(size: int, *headers: str) -> str:
    return "\r\n".join(["Content-Type: image/png", *headers, "", "\x89PNG\r\n\x1a\n" + "x" * size])


HTML = 'Content-Type: text/html\r\n\r\n<p>Hi<img src="cid:logo@x">'


@pytest.mark.parametrize(
    ("part", "inline"),
    [
        (_picture(500, "Content-ID: <logo@x>"), True),
        (_picture(500, "Content-ID: <LOGO@X>", "Content-Disposition: attachment; filename=any.png"), True),
        (_picture(500, "Content-ID: <b@x>", "Content-Disposition: inline; filename=image002.png"), True),
        # A photograph of a signed form: shown in the text by the telephone, and a document all the same.
        (_picture(300_000, "Content-ID: <logo@x>"), False),
        (_picture(500, "Content-Disposition: inline; filename=form.png"), False),
        (_picture(500, "Content-Disposition: attachment; filename=image001.png"), False),
        ("Content-Type: application/pdf\r\nContent-ID: <logo@x>\r\n\r\n%PDF-1.7", False),
    ],
)
def test_pictures_of_the_text_are_told_from_documents(part: str, inline: bool) -> None:
    """Small, and shown by the HTML or named by Outlook."""
    import mail

    letter = mail.parse(multipart(HTML, part, kind="related"), received=AT)
    assert [file.inline for file in letter.attachments] == [inline]
    assert len(letter.documents) == (0 if inline else 1)
