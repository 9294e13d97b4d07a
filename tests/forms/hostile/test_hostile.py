"""Hostile and broken files: each ends in its named refusal, or is read; within bounds, alone, and leaving nothing behind."""

import io
import struct
import warnings
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from forms import refusals
from tests.forms.hostile.alone import MEASURED, MOST_MEMORY, MOST_SECONDS, outcome
from tests.forms.word.building import (
    TRANSITIONAL,
    compound,
    content_types,
    document,
    docx,
    p,
    parts,
    rels,
    tbl,
    tc,
    tr,
    zipped,
)

pytestmark = MEASURED
BODY = p("Name: Ann")


def with_main(main: str | bytes) -> bytes:
    """A package whose main part is this."""
    return zipped(parts(BODY) | {"word/document.xml": main})


def spaces() -> bytes:
    """0.2 MB that inflate to 200 MB of spaces."""
    return _endless(b"<w:t>", b" " * 1_000_000, 200)


def elements() -> bytes:
    """0.2 MB that inflate to 120 MB of elements."""
    return _endless(b"", b"<w:p/>" * 100_000, 200)


def _endless(begin: bytes, piece: bytes, times: int) -> bytes:
    """A package whose main part is made piece by piece, so that the test itself stays small; its end is never reached."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, data in parts(BODY).items():
            if name != "word/document.xml":
                archive.writestr(name, data)
        with archive.open("word/document.xml", "w") as main:
            main.write(b'<w:document xmlns:w="urn:w"><w:body>' + begin)
            for _ in range(times):
                main.write(piece)
    return made.getvalue()


def elements_within_the_limit() -> bytes:
    """39 MB of elements: fewer bytes than a part may have, more nodes than memory may hold."""
    return with_main(document("<w:p/>" * 6_500_000))


def attributes() -> bytes:
    """One element with millions of attributes."""
    return with_main(document("<w:p " + " ".join(f'a{n}=""' for n in range(3_100_000)) + "/>"))


def lying() -> bytes:
    """A part that declares 1 kB and inflates to 200 MB."""
    made = bytearray(spaces())
    struct.pack_into("<I", made, _entry(made, b"word/document.xml") + 24, 1_000)
    return bytes(made)


def laughs() -> bytes:
    """Entities that double twenty times over."""
    entities = '<!ENTITY a "ha">' + "".join(
        f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(12)
    )
    return with_main(
        f'<?xml version="1.0"?><!DOCTYPE x [{entities}]>' + document(p("&m;")).partition("?>")[2]
    )


def external_entity() -> bytes:
    """An entity that names a local file."""
    doctype = '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>'
    return with_main(doctype + document(p("&f;")).partition("?>")[2])


def late_doctype() -> bytes:
    """A DOCTYPE behind a long comment."""
    return with_main(f"<!--{'x' * 100_000}--><!DOCTYPE x []>" + document(BODY).partition("?>")[2])


def doctype_in_utf16() -> bytes:
    """A DOCTYPE that is not found in the bytes as they stand."""
    text = '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE x []>' + document(BODY).partition("?>")[2]
    return with_main(text.encode("utf-16"))


def doctype_beside() -> bytes:
    """A DOCTYPE in the relationships."""
    return zipped(parts(BODY) | {"_rels/.rels": "<!DOCTYPE x []><Relationships/>"})


def nested(depth: int) -> bytes:
    """Tables in tables."""
    return docx("<w:tbl><w:tr><w:tc>" * depth + p("deep") + "</w:tc></w:tr></w:tbl>" * depth)


def rows() -> bytes:
    """A table of 20,000 rows."""
    return docx(tbl(*(tr("Mentoring", "Weekly") for _ in range(20_000))))


def cells() -> bytes:
    """A table of 60,000 cells."""
    return docx(tbl(*(tr(*["x"] * 60) for _ in range(1_000))))


def paragraphs() -> bytes:
    """More paragraphs than a form has."""
    return docx("<w:p/>" * 120_000)


def wide() -> bytes:
    """A cell of fifty million columns."""
    return docx(
        tbl(
            tr(
                tc("a", properties='<w:gridSpan w:val="50000000"/>'),
                "b",
                properties='<w:gridBefore w:val="50000000"/>',
            )
        )
    )


def overlapping() -> bytes:
    """Many entries of the directory for one stretch of bytes."""
    data = bytearray(zipped(parts(BODY) | {"word/aaaaa.xml": "x" * 1000, "word/bbbbb.xml": "y" * 1000}))
    first = struct.unpack_from("<I", data, _entry(data, b"word/aaaaa.xml") + 42)[0]
    struct.pack_into("<I", data, _entry(data, b"word/bbbbb.xml") + 42, first)
    return bytes(data)


def _entry(data: bytearray, name: bytes) -> int:
    """Where the directory's entry of that name begins."""
    return data.rfind(b"PK\x01\x02", 0, data.rfind(name))


def twice() -> bytes:
    """Two main parts of one name."""
    return _with_second("word/document.xml")


def twice_but_for_case() -> bytes:
    """Two main parts that Word would take for one."""
    return _with_second("word/Document.XML")


def _with_second(name: str) -> bytes:
    made = io.BytesIO(docx(BODY))
    with zipfile.ZipFile(made, "a") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # zipfile sees the harm and does it all the same
        archive.writestr(name, document(p("Other")))
    return made.getvalue()


def entries() -> bytes:
    """More entries than a Word file has."""
    return zipped(parts(BODY) | {f"word/media/{n}.bin": b"" for n in range(2_500)})


def many_large() -> bytes:
    """Parts that are each within bounds and together are not."""
    header = f'<?xml version="1.0"?><w:hdr xmlns:w="{TRANSITIONAL}">'
    names = [f"header{n}.xml" for n in range(5)]
    beside = {f"word/{name}": header + " " * 35_000_000 + "</w:hdr>" for name in names}
    return docx(BODY, beside=beside, related=[(f"h{n}", "header", name) for n, name in enumerate(names)])


def encrypted_entry() -> bytes:
    """An entry with a password."""
    data = bytearray(docx(BODY))
    at = _entry(data, b"word/document.xml")
    data[at + 8] |= 1
    return bytes(data)


def odd_compression() -> bytes:
    """A compression that Word does not know."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_BZIP2) as archive:
        for name, data in parts(BODY).items():
            archive.writestr(name, data)
    return made.getvalue()


def flipped() -> bytes:
    """A bit of the main part is wrong."""
    data = bytearray(docx(p("x" * 5000)))
    start = data.find(b"word/document.xml") + len("word/document.xml")
    data[start + 40] ^= 0x10
    return bytes(data)


def spreadsheet() -> bytes:
    """A workbook with a form's name."""
    return zipped(
        {
            "[Content_Types].xml": content_types("x", "/xl/workbook.xml"),
            "_rels/.rels": rels(("rId1", "officeDocument", "xl/workbook.xml")),
            "xl/workbook.xml": '<workbook xmlns="urn:x"/>',
        }
    )


Made = Callable[[], bytes]
REFUSED: dict[str, tuple[Made, type[refusals.FormError]]] = {
    "spaces bomb": (spaces, refusals.TooBig),
    "spaces bomb that lies about its size": (lying, refusals.TooBig),
    "element bomb": (elements, refusals.TooBig),
    "elements within the limit of bytes": (elements_within_the_limit, refusals.TooBig),
    "attribute bomb": (attributes, refusals.TooBig),
    "billion laughs": (laughs, refusals.Hostile),
    "external entity": (external_entity, refusals.Hostile),
    "late DOCTYPE": (late_doctype, refusals.Hostile),
    "DOCTYPE in UTF-16": (doctype_in_utf16, refusals.Hostile),
    "DOCTYPE in relationships": (doctype_beside, refusals.Hostile),
    "5,000 nested tables": (lambda: nested(5_000), refusals.TooBig),
    "60,000 cells": (cells, refusals.TooBig),
    "120,000 paragraphs": (paragraphs, refusals.TooBig),
    "overlapping entries": (overlapping, refusals.Hostile),
    "main part twice": (twice, refusals.Hostile),
    "main part twice but for case": (twice_but_for_case, refusals.Hostile),
    "2,500 entries": (entries, refusals.TooBig),
    "many large parts": (many_large, refusals.TooBig),
    "encrypted entry": (encrypted_entry, refusals.PasswordProtected),
    "odd compression": (odd_compression, refusals.Unsupported),
    "a wrong bit": (flipped, refusals.Damaged),
    "no bytes": (lambda: b"", refusals.EmptyFile),
    "only zeros": (lambda: bytes(10_000), refusals.EmptyFile),
    "cut in half": (lambda: docx(p("x" * 5000))[:400], refusals.Damaged),
    "cut at the end": (lambda: docx(BODY)[:-30], refusals.Damaged),
    "an empty zip": (lambda: b"PK\x05\x06" + bytes(18), refusals.NotADocument),
    "a zip of other things": (lambda: zipped({"notes.txt": "hello"}), refusals.NotADocument),
    "not a zip": (lambda: b"This is not a document, whatever it is called.", refusals.NotADocument),
    "a program": (lambda: b"MZ\x90\x00" + bytes(500), refusals.NotADocument),
    "a web page": (lambda: b'<html><body><img src="http://intranet.example/x.png"></body></html>', refusals.NotADocument),
    "a web page behind a doctype": (lambda: b"\xef\xbb\xbf <!DOCTYPE html><title>x</title>", refusals.NotADocument),
    "a workbook": (spreadsheet, refusals.Unsupported),
    "an OpenDocument drawing": (
        lambda: zipped({"mimetype": "application/vnd.oasis.opendocument.graphics"}), refusals.Unsupported),
    "single-file XML": (
        lambda: b'<?xml version="1.0"?><?mso-application progid="Word.Document"?><w:wordDocument/>', refusals.Unsupported),
    "password-protected": (lambda: compound("EncryptionInfo", "EncryptedPackage"), refusals.PasswordProtected),
    "password-protected .doc": (lambda: compound("WordDocument", flags=0x0100), refusals.PasswordProtected),
    "an old workbook": (lambda: compound("Workbook"), refusals.Unsupported),
    "main part not well-formed": (lambda: with_main("<w:document"), refusals.Damaged),
    "main part of another kind": (lambda: with_main('<x xmlns="urn:y"/>'), refusals.Unsupported),
    "no body": (lambda: with_main(document(BODY).replace("w:body", "w:other")), refusals.Damaged),
    "bytes that are no text": (lambda: with_main(b"\xff\xfe\x00\xd8" * 100), refusals.Damaged),
}  # fmt: skip

READ: dict[str, tuple[Made, str]] = {
    "80 nested tables": (lambda: nested(80), "deep"),
    "20,000 rows": (rows, "Weekly"),
    "fifty million columns": (wide, "a | b"),
    "names that climb": (lambda: zipped(parts(BODY) | {"../../../../tmp/climbed": "x"}), "Name: Ann"),
    "a picture of 40,000 pixels": (
        lambda: zipped(parts(BODY) | {"word/media/image1.png": _png(40_000)}), "Name: Ann"),
    "a linked picture": (
        lambda: docx(BODY, related=[("rId9", "image", "http://127.0.0.1:9/x.png", "External")]), "Name: Ann"),
    "a remote template": (
        lambda: docx(BODY, related=[("rId9", "attachedTemplate", "http://127.0.0.1:9/x.dotm", "External")]), "Name: Ann"),
    "a field that would include a file": (
        lambda: docx(p('<w:fldSimple w:instr=" INCLUDETEXT &quot;/etc/passwd&quot; "/>', "Name: Ann")), "Name: Ann"),
    "macros": (lambda: zipped(parts(BODY) | {"word/vbaProject.bin": compound("VBA")}), "Name: Ann"),
}  # fmt: skip


def _png(size: int) -> bytes:
    """The head of a picture of that many pixels a side."""
    head = b"IHDR" + struct.pack(">IIBBBBB", size, size, 8, 6, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + head + struct.pack(">I", zlib.crc32(head))


@pytest.mark.parametrize(("make", "refusal"), REFUSED.values(), ids=REFUSED)
def test_a_hostile_or_broken_file_is_refused_by_name(
    make: Made, refusal: type[refusals.FormError], tmp_path: Path
) -> None:
    """The refusal says what is wrong; it comes soon, in little memory, with nothing opened."""
    result = outcome(make(), tmp_path)
    assert result["end"] == refusal.__name__
    assert result["asked"] == []
    assert result["memory"] < MOST_MEMORY
    assert result["seconds"] < MOST_SECONDS


@pytest.mark.parametrize(("make", "end"), READ.values(), ids=READ)
def test_an_outsized_or_suspect_file_that_holds_a_form_is_read(make: Made, end: str, tmp_path: Path) -> None:
    """What does no harm is no reason to send a school away; nothing it points at is opened."""
    result = outcome(make(), tmp_path)
    assert str(result["end"]).replace("\t", " | ").endswith(end)
    assert result["asked"] == []
    assert result["memory"] < MOST_MEMORY
    assert result["seconds"] < MOST_SECONDS
