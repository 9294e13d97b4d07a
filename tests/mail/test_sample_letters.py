"""The seventeen sample letters, against their own headers and `expected.toml`."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

import bot.demo
import mail
from mail import AttachmentKind, Authenticity, LetterKind

INBOX = Path(bot.demo.__file__).parent / "inbox"
KNOWN = (
    "oakfield",
    "stbrannocs",
    "riverside",
    "weaver",
    "northgate",
    "hollylane",
    "castlepark",
    "bishopaldhelm",
)
DOMAINS = frozenset(f"{name}.example" for name in KNOWN)
LONG_AGO = datetime(2001, 1, 1, tzinfo=UTC)

# The instant of each topmost Received header, read off by eye; all are written +0000.
RECEIVED = {
    "01-complete": (11, 23, 9, 12),
    "02-no-parent-agreement": (11, 24, 15, 47),
    "03-gaps": (11, 25, 8, 30),
    "04-gaps-corrected": (12, 1, 16, 5),
    "05-looked-after": (11, 26, 11, 0),
    "06-ehcp": (11, 27, 13, 20),
    "07-late": (12, 3, 8, 55),
    "08-two-pupils": (11, 30, 10, 10),
    "09-out-of-borough": (11, 25, 12, 40),
    "10-parent-question": (11, 26, 21, 15),
    "11-automatic-reply": (11, 30, 9, 1),
    "12-undeliverable": (11, 30, 9, 2),
    "13-password-protected": (11, 24, 9, 0),
    "14-spoofed-macro": (11, 24, 3, 14),
    "15-complete-again": (11, 23, 9, 12),
    "16-injection": (11, 24, 16, 0),
    "17-failing-notice": (12, 2, 14, 20),
}
SORTED_OTHERWISE = {
    "11-automatic-reply": LetterKind.AUTOMATIC,
    "12-undeliverable": LetterKind.BOUNCE,
    "13-password-protected": LetterKind.PROTECTED,
    "14-spoofed-macro": LetterKind.SUSPICIOUS,
}
DOCUMENTS = {
    "08-two-pupils": [AttachmentKind.WORD, AttachmentKind.WORD],
    "10-parent-question": [],
    "11-automatic-reply": [],
    "12-undeliverable": [],
    "13-password-protected": [AttachmentKind.PROTECTED],
    "14-spoofed-macro": [AttachmentKind.WORD_MACRO],
    "16-injection": [AttachmentKind.TEXT],
    "17-failing-notice": [],
}


def letter(name: str) -> mail.Letter:
    raw = (INBOX / f"{name}.eml").read_bytes()
    received = mail.received_time(raw, LONG_AGO)
    return mail.parse(raw, received=received, trusted_server="mx.westhaven.example")


def test_all_samples_are_tried() -> None:
    """No sample letter is left out of the tables below."""
    assert {path.stem for path in INBOX.glob("*.eml")} == set(RECEIVED)


@pytest.mark.parametrize("name", RECEIVED)
def test_a_sample_is_received_when_the_mail_server_took_it(name: str) -> None:
    """The topmost Received header is the mailbox's time, not the file's (R14)."""
    assert letter(name).received == datetime(2026, *RECEIVED[name], tzinfo=UTC)


@pytest.mark.parametrize("name", RECEIVED)
def test_a_sample_is_sorted(name: str) -> None:
    """Machines, the protected and the spoofed one are told from the letters of people."""
    assert mail.sort(letter(name), known_domains=DOMAINS).kind is SORTED_OTHERWISE.get(
        name, LetterKind.PERSON
    )


@pytest.mark.parametrize("name", RECEIVED)
def test_a_samples_documents_are_known_by_content(name: str) -> None:
    """The logo of the signature is no document; what was enclosed is what its bytes are."""
    kinds = [document.kind for document in letter(name).documents]
    assert kinds == DOCUMENTS.get(name, [AttachmentKind.WORD])


@pytest.mark.parametrize("name", RECEIVED)
def test_no_sample_is_damaged(name: str) -> None:
    """They are well-formed letters."""
    assert letter(name).damage == ()


@pytest.mark.parametrize(
    ("name", "verdict"),
    [
        ("01-complete", Authenticity.PASS),
        ("10-parent-question", Authenticity.NONE),
        ("12-undeliverable", Authenticity.NONE),
        ("14-spoofed-macro", Authenticity.FAIL),
    ],
)
def test_a_samples_sender_is_as_authentic_as_the_server_says(name: str, verdict: Authenticity) -> None:
    """dmarc=pass, no header at all, dmarc=fail."""
    assert letter(name).authenticity is verdict


def test_a_correction_names_the_letter_it_answers() -> None:
    """04 answers 03, by header."""
    assert letter("04-gaps-corrected").thread == (letter("03-gaps").message_id,)


def test_a_corrections_quoted_history_is_stripped_and_kept() -> None:
    """What the school wrote now is one line; the rest stays in the full text."""
    correction = letter("04-gaps-corrected")
    assert correction.text == "Apologies, full form attached now."
    assert "Thank you for your referral." in correction.full_text


def test_a_sample_delivered_twice_is_one_letter() -> None:
    """15 is 01 with other boundaries: other bytes, the same key. All others differ."""
    raws = [(INBOX / f"{name}.eml").read_bytes() for name in ("01-complete", "15-complete-again")]
    assert raws[0] != raws[1]
    keys = {name: mail.stable_key(letter(name)) for name in RECEIVED}
    assert keys["01-complete"] == keys["15-complete-again"]
    assert len(set(keys.values())) == len(RECEIVED) - 1


def test_the_undeliverable_sample_says_whom_it_concerns() -> None:
    """Final-Recipient, Status; no letter of ours is enclosed."""
    bounce = letter("12-undeliverable").bounce
    assert bounce is not None
    assert (bounce.recipients, bounce.status) == (("head@riverside.example",), "5.1.10")
    assert bounce.original_message_id == ""


def test_an_encoded_word_in_a_samples_subject_is_read() -> None:
    """=?utf-8?q?week=E2=80=99s?= is week’s."""
    assert letter("07-late").subject == "Urgent - for next week’s panel please"
