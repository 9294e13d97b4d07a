"""Forms inside forwarded letters, zip files and winmail.dat; and containers built to do harm."""

import io
import struct
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import bot.demo
import mail
from mail import AttachmentKind as Kind
from mail import Refusal
from mail.kinds import kind_of
from mail.letter import Attachment, Letter
from mail.tnef import files_in
from mail.unpacking import MOST_BYTES, MOST_FILES
from tests.mail.building import AT, PERSON, multipart, parsed

SAMPLE = (Path(bot.demo.__file__).parent / "inbox" / "08-two-pupils.eml").read_bytes()
PDF = b"%PDF-1.7\n"


def zipped(members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return stream.getvalue()


def tnef(files: list[tuple[str, bytes]]) -> bytes:
    """A winmail.dat by [MS-OXTNEF] 2.1: signature, key, then level, id, length, data and checksum of each attribute."""

    def attribute(level: int, identifier: int, data: bytes) -> bytes:
        return (
            struct.pack("<BII", level, identifier, len(data)) + data + struct.pack("<H", sum(data) & 0xFFFF)
        )

    body = attribute(1, 0x00089006, struct.pack("<I", 0x00010000))  # attTnefVersion
    for name, data in files:
        body += attribute(2, 0x00069002, b"\0" * 14)  # attAttachRendData
        body += attribute(2, 0x00018010, name.encode("cp1252") + b"\0")  # attAttachTitle
        body += attribute(2, 0x0006800F, data)  # attAttachData
    return b"\x78\x9f\x3e\x22\x01\x00" + body


def holding(*files: bytes) -> Letter:
    """A letter that encloses these files."""
    attachments = tuple(
        Attachment("x", "", kind_of(data), data, str(number)) for number, data in enumerate(files)
    )
    return replace(parsed(PERSON), attachments=attachments)


def test_forms_of_a_forwarded_letter_are_found() -> None:
    """A school forwards its letter as an attachment: both forms are there, the signature's picture is not."""
    outer = multipart("\r\nsee attached", f"Content-Type: message/rfc822\r\n\r\n{SAMPLE.decode('latin-1')}")
    unpacked = mail.unpack(mail.parse(outer, received=AT))
    inner = mail.parse(SAMPLE, received=AT)
    assert [file.sha256 for file in unpacked.documents] == [file.sha256 for file in inner.documents]
    assert [file.kind for file in unpacked.documents] == [Kind.WORD, Kind.WORD]
    assert unpacked.refused == ()


def test_forms_of_a_zip_are_found_by_content() -> None:
    """Whatever they are called in it; folders and what a Mac adds are passed over."""
    data = zipped(
        {"a/": b"", "a/form.bin": PDF, "__MACOSX/a/._form": b"x", ".DS_Store": b"x", "b.txt": b"words"}
    )
    unpacked = mail.unpack(holding(data))
    assert [(file.name, file.kind) for file in unpacked.documents] == [
        ("form.bin", Kind.PDF),
        ("b.txt", Kind.TEXT),
    ]


def test_forms_of_winmail_dat_are_found() -> None:
    """Outlook's wrapping, two files in it."""
    unpacked = mail.unpack(holding(tnef([("Form.docx", PDF), ("Notes.txt", b"words")])))
    assert [(file.name, file.data) for file in unpacked.documents] == [
        ("Form.docx", PDF),
        ("Notes.txt", b"words"),
    ]


def test_containers_in_containers_are_opened() -> None:
    """A zip in a winmail.dat in a zip."""
    data = zipped({"a.zip": tnef([("b", zipped({"c.pdf": PDF}))])})
    assert [file.data for file in mail.unpack(holding(data)).documents] == [PDF]


def test_what_is_no_container_stays_as_it_is() -> None:
    """A Word document is a zip as well, and is not taken apart."""
    inner = mail.parse(SAMPLE, received=AT)
    assert mail.unpack(inner).documents == inner.documents


def nested(depth: int) -> bytes:
    data = PDF
    for _ in range(depth):
        data = zipped({"x": data})
    return data


REFUSED: dict[str, tuple[bytes, Refusal]] = {
    "a zip in a zip in a zip in a zip": (nested(4), Refusal.TOO_DEEP),
    "too many files": (zipped({str(n): b"x" for n in range(MOST_FILES + 1)}), Refusal.TOO_MANY),
    "a zip bomb": (zipped({"x": b"\0" * (MOST_BYTES + 1)}), Refusal.TOO_BIG),
    "a zip cut short": (zipped({"x": PDF * 99})[:-10], Refusal.DAMAGED),
    "a zip with a wrong checksum": (zipped({"x": PDF}, zipfile.ZIP_STORED).replace(PDF, b"%PDF-9.9\n"), Refusal.DAMAGED),
    "a method that takes much memory": (zipped({"x": PDF}, zipfile.ZIP_LZMA), Refusal.NOT_OPENED),
    "another archive": (b"7z\xbc\xaf\x27\x1c rest", Refusal.NOT_OPENED),
    "a winmail.dat cut short": (tnef([("x", PDF)])[:-5], Refusal.DAMAGED),
    "a winmail.dat of a false length": (b"\x78\x9f\x3e\x22\x01\x00\x02" + b"\xff" * 8, Refusal.DAMAGED),
}  # fmt: skip


@pytest.mark.parametrize(("data", "why"), REFUSED.values(), ids=REFUSED.keys())
def test_a_container_that_is_not_opened_stays_and_says_why(data: bytes, why: Refusal) -> None:
    """Nothing that was enclosed is lost from the list."""
    unpacked = mail.unpack(holding(data))
    assert [refusal for _, refusal in unpacked.refused] == [why]
    assert len(unpacked.documents) == 1
    assert unpacked.documents[0].kind in (Kind.ARCHIVE, Kind.OUTLOOK_PACKAGE)


def test_the_bounds_hold_for_the_whole_letter() -> None:
    """Many small containers are one big one."""
    half = zipped({str(n): b"x" for n in range(MOST_FILES // 2 + 1)})
    unpacked = mail.unpack(holding(half, half))
    assert [why for _, why in unpacked.refused] == [Refusal.TOO_MANY]


@given(st.binary(max_size=300))
@settings(deadline=None)  # a busy machine is no matter
def test_noise_in_a_container_is_never_an_error(noise: bytes) -> None:
    """Whatever stands behind a signature."""
    for start in (
        b"PK\x03\x04",
        b"\x78\x9f\x3e\x22\x01\x00",
        b"From: a@b.example\r\nSubject: x\r\nTo: c\r\n",
    ):
        mail.unpack(holding(start + noise))


@given(st.lists(st.tuples(st.text("abc.", max_size=9), st.binary(min_size=1, max_size=50)), max_size=5))
@settings(deadline=None)  # a busy machine is no matter
def test_every_file_of_a_winmail_dat_comes_out_whole(files: list[tuple[str, bytes]]) -> None:
    """In its order, under its name."""
    assert list(files_in(tnef(files))) == files
