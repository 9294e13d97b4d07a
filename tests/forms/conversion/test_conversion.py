"""Older and foreign files by way of LibreOffice; the figures to hold are those of docs/forms.md, "Other formats"."""

import io
import threading
import zipfile
from collections.abc import Iterator
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

import forms
from forms import child, conversion, refusals
from forms.reading import AnswerState
from tests.forms.layouts.test_layouts import GAPS
from tests.forms.layouts.test_layouts import SAMPLES as LAYOUTS

SAMPLES = Path(__file__).parents[3] / "bot" / "demo" / "forms"
FILTERS = {"doc": "doc:MS Word 97", "odt": "odt:writer8", "rtf": "rtf:Rich Text Format"}
SAMPLED = ("oakfield-complete", "riverside-no-parent-agreement", "weaver-gaps", "northgate-looked-after")
"""One sample of each house style, A to D."""

GAP = AnswerState.BLANK
libreoffice = pytest.mark.needs("libreoffice")


def original(name: str) -> bytes:
    """A sample form."""
    return (SAMPLES / f"{name}.docx").read_bytes()


@cache
def saved_as(kind: str) -> dict[str, bytes]:
    """The samples saved in another format, at one start of LibreOffice."""
    made = conversion.convert([original(name) for name in SAMPLED], "docx", FILTERS[kind])
    return {name: data for name, data in zip(SAMPLED, made, strict=True) if data is not None}


def said(data: bytes) -> tuple[object, object]:
    """All answers and rows of a form, without how and where they were found."""
    reading = forms.read(data)
    answers = {name: (answer.state, answer.value) for name, answer in reading.answers.items()}
    return answers, {name: [dict(row) for row in rows] for name, rows in reading.rows.items()}


@libreoffice
@pytest.mark.parametrize("name", SAMPLED)
@pytest.mark.parametrize("kind", ["doc", "odt"])
def test_every_answer_survives(name: str, kind: str) -> None:
    """Each of the four house styles says the same through .doc and .odt: 100 % of values and boxes (notes, section 5)."""
    assert said(saved_as(kind)[name]) == said(original(name))


@libreoffice
@pytest.mark.parametrize("kind", ["doc", "odt"])
def test_every_layout_survives(kind: str) -> None:
    """Each layout seen with an authority, saved in the format and brought back, has the answers that it had."""
    there = conversion.convert([sample.filled for sample in LAYOUTS.values()], "docx", FILTERS[kind])
    back = conversion.convert([data or b"" for data in there], kind, "docx:MS Word 2007 XML")
    assert [
        name for name, data in zip(LAYOUTS, back, strict=True) if answers(data or b"") != expected(name)
    ] == []


def answers(data: bytes) -> dict[str, tuple[object, object]]:
    """State and value of each answer, gaps of all kinds alike: prompts lose their mark on the way.

    Spaces make no difference: LibreOffice drops a line break that stands inside a content control.
    """
    found = forms.read(data).answers.items()
    return {
        name: (GAP if answer.state in GAPS else answer.state, _words(answer.value)) for name, answer in found
    }


def _words(value: object) -> object:
    return "".join(value.split()) if isinstance(value, str) else value


@cache
def expected(name: str) -> dict[str, tuple[object, object]]:
    """The answers of the layout's own Word form."""
    return answers(LAYOUTS[name].filled)


@libreoffice
@pytest.mark.parametrize("name", [name for name in SAMPLED if name != "riverside-no-parent-agreement"])
def test_answers_survive_rich_text(name: str) -> None:
    """Through .rtf, all styles but the one with legacy boxes say the same."""
    assert said(saved_as("rtf")[name]) == said(original(name))


@libreoffice
def test_boxes_lost_by_rich_text_are_no_evidence() -> None:
    """LibreOffice drops the state of legacy boxes when it writes .rtf: nothing may be called missing for it."""
    reading = forms.read(saved_as("rtf")["riverside-no-parent-agreement"])
    assert reading.value("pupil.surname") == "Thistlewood"
    assert not reading.evidence
    assert reading.warnings


@libreoffice
def test_a_batch_gives_each_document_its_own_result(monkeypatch: pytest.MonkeyPatch) -> None:
    """More documents than one batch holds are all converted, in their order, and a broken one is None."""
    monkeypatch.setattr(conversion, "BATCH", 2)
    texts = [b"{\\rtf1 one}", b"{\\rtf1 two}", b"{\\rtf1 three}"]
    made = conversion.convert(texts, "rtf", "txt:Text (encoded):UTF8")
    assert [data and data.decode("utf-8-sig").strip() for data in made] == ["one", "two", "three"]


class _Listener(BaseHTTPRequestHandler):
    hits: list[str]

    def handle_one_request(self) -> None:
        """Note that somebody asked, whatever the verb, and say no more."""
        self.hits.append(self.rfile.readline(1000).decode("latin-1"))
        self.wfile.write(b"HTTP/1.0 404 Not Found\r\nContent-Length: 0\r\n\r\n")
        self.close_connection = True

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def listener() -> Iterator[tuple[int, list[str]]]:
    """A web server of this machine that counts who asks."""
    hits: list[str] = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Listener", (_Listener,), {"hits": hits}))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port, hits
    server.shutdown()
    server.server_close()


def linked(port: int) -> bytes:
    """An .odt that shows a picture from an address."""
    spaces = " ".join(
        f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for short, name in (
            ("office", "office"),
            ("text", "text"),
            ("draw", "drawing"),
            ("svg", "svg-compatible"),
        )
    )
    picture = f'<draw:image xlink:href="http://127.0.0.1:{port}/picture.png" xlink:type="simple"/>'
    frame = f'<draw:frame svg:width="2cm" svg:height="2cm" text:anchor-type="as-char">{picture}</draw:frame>'
    return odt(
        MANIFEST,
        f'<office:document-content {spaces} xmlns:xlink="http://www.w3.org/1999/xlink" office:version="1.2">'
        f"<office:body><office:text><text:p>before{frame}</text:p></office:text></office:body>"
        "</office:document-content>",
    )


@libreoffice
@pytest.mark.parametrize("guarded", [True, False])
def test_nothing_linked_is_fetched(
    guarded: bool, listener: tuple[int, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The profile alone keeps LibreOffice off the network, even where no sandbox is permitted; without it, it asks."""
    monkeypatch.setattr(child, "_shut_in", lambda _: [])
    if not guarded:
        monkeypatch.setattr(conversion, "_SETTINGS", ())
    port, hits = listener
    assert "before" in forms.page(linked(port)).blocks[0].text
    assert (hits == []) is guarded


@libreoffice
def test_a_file_that_is_not_read_needs_another_format() -> None:
    """What LibreOffice cannot open ends in the refusal that asks for .docx, after a second try."""
    with pytest.raises(refusals.NeedsConversion):
        conversion.to_docx(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4096), "doc")


@libreoffice
def test_entities_that_multiply_are_refused() -> None:
    """A billion laughs in an .odt ends in a refusal, within memory and soon."""
    entities = "".join(
        f'<!ENTITY {name} "{f"&{before};" * 10}">'
        for before, name in zip("abcdefghi", "bcdefghij", strict=True)
    )
    laughs = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha">{entities}]><x>&j;</x>'
    with pytest.raises(refusals.NeedsConversion):
        conversion.to_docx(odt(MANIFEST, laughs), "odt")


def test_without_libreoffice_the_file_needs_another_format(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where LibreOffice is not installed the refusal says that the format is the trouble."""
    monkeypatch.setattr(conversion, "_program", lambda: None)
    assert not conversion.available()
    with pytest.raises(refusals.NeedsConversion):
        conversion.to_docx(b"{\\rtf1 text}", "rtf")


@pytest.mark.parametrize("kind", sorted(conversion.KINDS))
def test_bytes_decide_what_is_started(kind: str) -> None:
    """A web page under another name is not handed to LibreOffice, which would open it and fetch its pictures."""
    with pytest.raises(refusals.Damaged):
        conversion.to_docx(b"<html><img src='http://127.0.0.1/'></html>", kind)


def test_a_file_too_big_is_refused() -> None:
    """The size is looked at before anything is started."""
    with pytest.raises(refusals.TooBig):
        conversion.to_docx(b"{\\rtf1" + b" " * conversion.LARGEST + b"}", "rtf")


def test_an_empty_file_is_refused() -> None:
    """No bytes, no document."""
    with pytest.raises(refusals.EmptyFile):
        conversion.to_docx(b"", "odt")


def test_an_encrypted_open_document_is_password_protected() -> None:
    """The manifest of an encrypted .odt carries encryption data (OpenDocument 1.3, part 2, 3.4)."""
    with pytest.raises(refusals.PasswordProtected):
        conversion.to_docx(odt("<manifest:encryption-data/>"), "odt")


def test_an_encrypted_word_97_file_is_password_protected() -> None:
    """The flag fEncrypted stands in the tenth byte of the FIB, bit 8 ([MS-DOC] 2.5.2)."""
    fib = b"\xec\xa5" + bytes(8) + b"\x00\x01" + bytes(500)
    with pytest.raises(refusals.PasswordProtected):
        conversion.to_docx(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + fib, "doc")


def test_a_broken_archive_is_damaged() -> None:
    """An .odt that is no archive inside is named as damaged without starting anything."""
    with pytest.raises(refusals.Damaged):
        conversion.to_docx(b"PK\x03\x04 and then nothing", "odt")


ODT = "application/vnd.oasis.opendocument.text"
MANIFEST = (
    '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
    f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{ODT}"/>'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>'
)


def odt(manifest: str, content: str = "") -> bytes:
    """An OpenDocument package."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        package.writestr("mimetype", ODT)
        package.writestr("META-INF/manifest.xml", manifest)
        if content:
            package.writestr("content.xml", content)
    return out.getvalue()
