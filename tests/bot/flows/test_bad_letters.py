"""Bad input through the real child: each letter ends with a reason that a person understands, and the next is read."""

import io
import zipfile
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from bot.flows.intake import InChild
from bot.flows.opening import LIMITS, work_on_letter
from bot.isolation import Child
from store import Store
from tests.bot.flows.test_intake import DEMO, FORM, NOON, Setting, a_letter


@pytest.fixture
def in_child(sqlite_store: Store) -> Iterator[Setting]:
    with Child(work_on_letter, LIMITS) as child:
        yield Setting(sqlite_store, InChild(child))


BAD: dict[str, tuple[bytes, str, str]] = {
    "no bytes": (b"", "set_aside", "unreadable"),
    "no sender": (a_letter(("form.docx", FORM)).replace(b"From:", b"X-From:"), "set_aside", "unreadable"),
    "no Message-ID": (a_letter(("form.docx", FORM)).replace(b"Message-ID:", b"X-ID:"), "referral", "form_read"),
    "empty form": (a_letter(("form.docx", b"")), "set_aside", "empty"),
    "truncated form": (a_letter(("form.docx", FORM[:9000])), "set_aside", "damaged"),
    "no zip": (a_letter(("form.docx", b"not a document at all")), "set_aside", "not_a_document"),
    "program under a Word name": (a_letter(("form.docx", b"MZ" + bytes(500))), "set_aside", "not_a_document"),
    "broken charset": (
        a_letter(("form.docx", FORM)).replace(b'charset="utf-8"', b'charset="no-such-charset"'), "referral", "form_read",
    ),
    "long HTML": (
        b"From: office@oakfield.example\r\nMessage-ID: <h@x.example>\r\nContent-Type: text/html\r\n\r\n"
        + b"<div><a href='https://x.example'>x</a>" * 7500,
        "for_officer", "question",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("raw", "becomes", "reason"), BAD.values(), ids=BAD)
def test_bad_letters_end_with_a_reason_and_the_next_is_read(
    in_child: Setting, raw: bytes, becomes: str, reason: str
) -> None:
    """Whatever came, it ends in one outcome that a person understands, and the letter behind it is filed."""
    in_child.arrives(raw, NOON - timedelta(days=1))
    other = (DEMO / "forms" / "castlepark-ehcp.docx").read_bytes()
    in_child.arrives(a_letter(("next.docx", other), message_id="<next@oakfield.example>"))
    assert in_child.intake.take_in(in_child.source).troubles == []
    first, second = in_child.outcomes()
    assert (first, second[0]) == ((becomes, reason), "referral")


def _document(write: Callable[[io.BufferedIOBase], object]) -> bytes:
    """A Word file whose main part is what is written into it."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", _TYPES)
        package.writestr("_rels/.rels", _RELATIONS)
        with package.open("word/document.xml", "w", force_zip64=True) as part:
            write(part)  # type: ignore[arg-type]
    return out.getvalue()


def _zip_bomb(part: io.BufferedIOBase) -> None:
    part.writelines(b" " * 1_000_000 for _ in range(200))


def _xml_bomb(part: io.BufferedIOBase) -> None:
    part.write(b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><a>&b;</a>')


_TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.'
    'wordprocessingml.document.main+xml"/></Types>'
)
_RELATIONS = (
    '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="r1" Target="word/document.xml" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
    'relationships/officeDocument"/></Relationships>'
)


@pytest.mark.parametrize("bomb", [_zip_bomb, _xml_bomb])
def test_bombs_are_set_aside_within_the_memory_of_the_child(
    in_child: Setting, bomb: Callable[[io.BufferedIOBase], None]
) -> None:
    """Refused by name, unanswered; the parent never holds more than the letter itself."""
    in_child.arrives(a_letter(("bomb.docx", _document(bomb))))
    in_child.intake.take_in(in_child.source)
    ((becomes, reason),) = in_child.outcomes()
    assert (becomes, reason in {"hostile", "too_big"}) == ("set_aside", True)
    assert in_child.silence.resent == [] or reason == "too_big"
