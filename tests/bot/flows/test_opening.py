"""What is opened of a letter, and what is left shut."""

import functools
import io
import zipfile
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest

import bot.demo
import forms
from bot.flows.opening import (
    CONVERSION_SECONDS,
    FORMS_READ,
    OpenedLetter,
    Opening,
    mark_form,
    open_letter,
)

FORMS = Path(bot.demo.__file__).parent / "forms"
WORD = (FORMS / "oakfield-complete.docx").read_bytes()
MACRO = (FORMS / "macro.docm").read_bytes()
NOON = datetime(2026, 12, 3, 12, tzinfo=UTC)


def opened(
    *enclosed: tuple[str, bytes], dmarc: str = "pass", asked: list[float] | None = None
) -> OpenedLetter:
    letter = EmailMessage()
    if dmarc:
        letter["Authentication-Results"] = f"mx.example; dmarc={dmarc} header.from=oakfield.example"
    letter["From"], letter["Message-ID"] = "office@oakfield.example", "<1@oakfield.example>"
    letter.set_content("Please see attached.")
    for name, data in enclosed:
        letter.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    more = (asked if asked is not None else []).append
    return open_letter(more, letter.as_bytes(), NOON, Opening(trusted_server="mx.example"))


def test_a_form_is_known_by_its_content_and_not_by_its_name() -> None:
    """A Word form under any name is read."""
    (form,) = opened(("letter.bin", WORD)).forms
    assert form.recognised
    assert form.reading is not None
    assert form.reading.value("pupil.surname") == "Quillfeather"


def test_the_bytes_stay_behind_in_the_child() -> None:
    """What goes back over the pipe is what the letter says, never its files."""
    found = opened(("a.docx", WORD))
    assert [one.data for one in found.letter.attachments] == [b""]
    assert found.letter.attachments[0].sha256 == found.forms[0].sha256


def test_nothing_is_opened_in_a_letter_that_fails_authentication() -> None:
    """Whoever forged the sender may have built the file too."""
    found = opened(("a.docx", WORD), ("b.docm", MACRO), dmarc="fail")
    assert (found.forms, found.unread) == ((), 2)


@pytest.mark.parametrize(("dmarc", "read"), [("pass", True), ("", False)])
def test_macro_files_are_opened_for_proven_senders_only(dmarc: str, read: bool) -> None:
    """As text, and marked, so that the deciding can still ask who sent it."""
    found = opened(("b.docm", MACRO), dmarc=dmarc)
    assert [form.macros for form in found.forms] == ([True] if read else [])
    assert found.unread == (0 if read else 1)


def test_a_file_that_only_claims_to_be_a_form_is_refused_by_name() -> None:
    """Its name says Word, its bytes do not: the refusal has a code."""
    (form,) = opened(("referral.docx", b"plain text, no more")).forms
    assert (form.reading, form.refusal) == (None, "not_a_document")


def test_other_files_are_counted_and_left_shut() -> None:
    """A program, a calendar and a picture are no forms; that they came is known."""
    found = opened(("a.exe", b"MZ" + bytes(100)), ("b.ics", b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"))
    assert (found.forms, found.unread) == ((), 2)


def test_no_more_than_a_dozen_documents_of_a_letter_are_read() -> None:
    """A letter cannot hold the queue up by the number of its files; the rest counts as unread."""
    found = opened(*((f"{n}.docx", b"no document") for n in range(FORMS_READ + 3)))
    assert (len(found.forms), found.unread) == (FORMS_READ, 3)


def test_time_for_a_conversion_is_asked_for_before_it_starts() -> None:
    """An older Word file needs LibreOffice, and so the time for it; a form of today's kind does not."""
    asked: list[float] = []
    opened(("a.docx", WORD), ("b.rtf", b"{\\rtf1 cut short"), asked=asked)
    assert asked == [CONVERSION_SECONDS]


def test_letters_are_numbered_by_what_was_read_of_them() -> None:
    """Two documents, two numbers, in their order: our own names for them, never theirs."""
    assert [form.number for form in opened(("x.docx", WORD), ("y.docx", b"")).forms] == [1, 2]


def test_a_form_in_a_forwarded_letter_or_an_archive_is_read() -> None:
    """The secretary forwards the SENCO's letter; the office zips what it sends."""
    inner = EmailMessage()
    inner["From"], inner["Subject"] = "senco@oakfield.example", "Referral"
    inner.set_content("As promised.")
    inner.add_attachment(WORD, maintype="application", subtype="octet-stream", filename="form.docx")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("form.docx", WORD)
    for name, data in (("letter.eml", inner.as_bytes()), ("forms.zip", packed.getvalue())):
        found = opened((name, data))
        assert [form.recognised for form in found.forms] == [True], name
        assert found.unread == 0


def test_what_is_forged_is_not_unpacked() -> None:
    """An archive in a letter that fails authentication stays shut."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("form.docx", WORD)
    found = opened(("forms.zip", packed.getvalue()), dmarc="fail")
    assert (found.forms, found.unread) == ((), 1)


def test_a_copy_is_made_of_the_form_that_was_read() -> None:
    """The second document of a letter is marked, not the first; one that is none gives no copy."""
    letter = EmailMessage()
    letter["From"] = "office@oakfield.example"
    letter.set_content("Two.")
    for name, data in (("a.docx", b"no document"), ("b.docx", WORD)):
        letter.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    mark = functools.partial(mark_form, lambda _: None, letter.as_bytes(), NOON, Opening())
    path = forms.read(WORD).answers["pupil.upn"].path
    assert mark(2, (path,)) == forms.mark_gaps(WORD, [path]) != WORD
    assert mark(1, (path,)) == b""
    assert mark(9, (path,)) == b""
