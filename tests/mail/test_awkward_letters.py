"""Whatever the bytes are, a letter comes out, and soon."""

import base64
import time
import tracemalloc
from collections.abc import Callable
from email.message import Message
from email.parser import BytesFeedParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import mail
from mail import Damage, LetterKind
from tests.mail.building import AT, PERSON, SERVER, multipart, parsed, raw

LONGEST_SECONDS = (
    4.0  # of the processor, so that a busy machine is no matter; the square of a size takes minutes
)


def parse(data: bytes) -> mail.Letter:
    return mail.parse(data, received=AT, trusted_server=SERVER)


def holds_only_storable_text(letter: mail.Letter) -> bool:
    """What a database and a JSON document can hold: no NUL and no lone surrogate anywhere."""
    texts = [
        letter.subject,
        letter.text,
        letter.full_text,
        letter.sender.name,
        letter.sender.email,
        letter.message_id,
    ]
    texts += [file.name for file in letter.attachments] + [text for pair in letter.headers for text in pair]
    return all("\0" not in text and text == text.encode("utf-8", "replace").decode("utf-8") for text in texts)


HEADER = st.sampled_from(
    ["From", "Subject", "Date", "Message-ID", "Content-Type", "Content-Transfer-Encoding", "Content-Disposition",
     "Content-ID", "References", "Authentication-Results", "Received", "Auto-Submitted", "X-Failed-Recipients"]
)  # fmt: skip
VALUE = st.one_of(
    st.binary(max_size=60),
    st.sampled_from(
        [b"multipart/mixed; boundary=B", b"multipart/report; boundary=B", b"message/rfc822", b"text/html; charset=zlib",
         b"message/delivery-status", b"text/plain; charset=utf-7", b"base64", b"x-uuencode", b"quoted-printable",
         b"attachment; filename*=no-such''%ff", b"=?utf-8?b?\xff?=", b"a@b.example, c@d.example", b"text/calendar"]
    ),
)  # fmt: skip
PIECE = st.one_of(
    st.tuples(HEADER, VALUE).map(lambda pair: pair[0].encode() + b": " + pair[1] + b"\r\n"),
    st.sampled_from(
        [b"\r\n", b"--B\r\n", b"--B--\r\n", b"begin 644 a\r\n", b"<b>&#99999999;", b"\x00", b"\xed\xa0\x80"]
    ),
    st.binary(max_size=80),
)


@given(st.lists(PIECE, max_size=25).map(b"".join))
@settings(max_examples=400, deadline=None)
def test_any_bytes_become_a_letter(data: bytes) -> None:
    """Nothing raises, nothing comes out that cannot be stored, and sorting and the key work on it."""
    letter = parse(data)
    assert holds_only_storable_text(letter)
    assert mail.sort(letter, known_domains={"oakfield.example"}, secret=b"key").kind in LetterKind
    assert len(mail.stable_key(letter)) == 64
    assert mail.received_time(data, AT).tzinfo is not None


@given(st.binary(max_size=400))
@settings(max_examples=200, deadline=None)
def test_plain_noise_becomes_a_letter(data: bytes) -> None:
    """Bytes of no shape at all."""
    assert holds_only_storable_text(parse(data))


AWKWARD: dict[str, bytes] = {
    "nothing": b"",
    "nuls": b"\0" * 1000,
    "no headers": b"\r\n\r\nbody",
    "only a header": b"From: a@b.example",
    "no colon": b"From a@b\r\nHello",
    "colon alone": b": value\r\n\r\nbody",
    "unix mbox line": b"From a@b Mon Nov 23 09:12:00 2026\nSubject: x\n\nbody",
    "unknown charset": raw(PERSON, "Content-Type: text/plain; charset=klingon", body="caf\xc3\xa9"),
    "codec that is no charset": raw(PERSON, "Content-Type: text/plain; charset=zlib"),
    "slow codec": raw(PERSON, "Content-Type: text/plain; charset=punycode", body="a-b" * 999),
    "charset with nul": raw(PERSON, 'Content-Type: text/plain; charset="utf\x00"'),
    "charset in pieces": raw(PERSON, "Content-Type: text/plain; charset*0=utf; charset*1=-8"),
    "rfc 2231 charset": raw(PERSON, "Content-Type: text/plain; charset*=ascii'en'%FF"),
    "utf-16": raw(PERSON, "Content-Type: text/plain; charset=utf-16", body="odd"),
    "bad base64": raw(PERSON, "Content-Transfer-Encoding: base64", body="!!!!a"),
    "bad quoted printable": raw(PERSON, "Content-Transfer-Encoding: quoted-printable", body="=XX=\r\n="),
    "uuencode cut": raw(PERSON, "Content-Transfer-Encoding: x-uuencode", body="begin 644 a\r\nM"),
    "unknown transfer encoding": raw(PERSON, "Content-Transfer-Encoding: 7bit base64"),
    "no boundary": raw(PERSON, "Content-Type: multipart/mixed", body="--x\r\n\r\nbody"),
    "boundary never comes": raw(PERSON, "Content-Type: multipart/mixed; boundary=x", body="body"),
    "boundary never closed": raw(PERSON, "Content-Type: multipart/mixed; boundary=x", body="--x\r\n\r\nbody"),
    "empty boundary": raw(PERSON, 'Content-Type: multipart/mixed; boundary=""', body="--\r\n\r\nbody"),
    "base64 multipart": raw(PERSON, "Content-Type: multipart/mixed; boundary=x", "Content-Transfer-Encoding: base64"),
    "empty message part": multipart("Content-Type: message/rfc822\r\n\r\n"),
    "report of no groups": multipart("Content-Type: message/delivery-status\r\n\r\n", kind="report"),
    "encoded message part": multipart("Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\nQUJD"),
    "file name in no charset": multipart(
        "Content-Type: application/octet-stream\r\nContent-Disposition: attachment; filename*=x'y'%ff%00.docx\r\n\r\nx"
    ),
    "content type of noise": raw(PERSON, "Content-Type: \xff\xfe;;;="),
    "lone surrogate": raw(PERSON, "Subject: \xed\xa0\x80", body="\xed\xa0\x80"),
    "bare carriage returns": b"From: a@b.example\rSubject: x\r\rbody",
    "lone utf-8 byte order mark": b"\xef\xbb\xbfFrom: a@b.example\r\n\r\nx",
    "huge character number": raw(PERSON, "Content-Type: text/html", body="&#" + "9" * 9000 + ";"),
}  # fmt: skip


@pytest.mark.parametrize("data", AWKWARD.values(), ids=AWKWARD.keys())
def test_an_awkward_letter_is_parsed(data: bytes) -> None:
    """Each of these breaks some mail program."""
    letter = parse(data)
    assert holds_only_storable_text(letter)
    assert mail.sort(letter).kind in LetterKind


def _nested(depth: int) -> bytes:
    opened = "".join(f"Content-Type: multipart/mixed; boundary=b{n}\r\n\r\n--b{n}\r\n" for n in range(depth))
    return (PERSON + "\r\n" + opened + "\r\nbody").encode()


HOSTILE: dict[str, Callable[[], bytes]] = {
    "290 KB of HTML with 5,000 links": lambda: raw(
        PERSON, "Content-Type: text/html", body='<a href="https://a.example/0123456789012345">link</a> ' * 5_300
    ),
    "a megabyte of open tags": lambda: raw(PERSON, "Content-Type: text/html", body="<a" * 500_000),
    "half-open comments": lambda: raw(PERSON, "Content-Type: text/html", body="<!--" * 250_000),
    "open quotes": lambda: raw(PERSON, "Content-Type: text/html", body='<a title="' * 100_000),
    "open styles": lambda: raw(PERSON, "Content-Type: text/html", body="<style>" * 140_000),
    "nested elements": lambda: raw(PERSON, "Content-Type: text/html", body="<div>" * 100_000),
    "ampersands": lambda: raw(PERSON, "Content-Type: text/html", body="&" * 1_000_000),
    "a line of On": lambda: raw(PERSON, body="On " * 330_000),
    "lines of On": lambda: raw(PERSON, body="On a Monday\r\n" * 80_000),
    "lines of From": lambda: raw(PERSON, body="From: a\r\n" * 100_000),
    "quotation marks": lambda: raw(PERSON, body=">" * 1_000_000),
    "dashes": lambda: raw(PERSON, body="-" * 1_000_000),
    "100,000 header lines": lambda: raw(*(f"X-{n}: y" for n in range(100_000))),
    "one header of a megabyte": lambda: raw(PERSON, "Subject: " + "=?utf-8?q?a?= " * 70_000),
    "1,000 Authentication-Results": lambda: raw(PERSON, *(f"Authentication-Results: {SERVER}{n}; x" for n in range(1000))),
    "comments in comments": lambda: raw(PERSON, f"Authentication-Results: {SERVER} {'(' * 19_000}; dmarc=pass"),
    "addresses": lambda: raw("From: " + "a@b.example, " * 70_000),
    "parts in parts": lambda: _nested(3_000),
    "20,000 parts": lambda: multipart(*["\r\nx"] * 20_000),
    "a zip's directory": lambda: multipart(
        "Content-Type: application/zip\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        + base64.b64encode(b"PK\x03\x04" + b"PK\x01\x02" * 400_000 + b"PK\x05\x06" + b"\xff" * 18).decode()
    ),
}  # fmt: skip


@pytest.mark.parametrize("build", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_letter_takes_no_time(build: Callable[[], bytes]) -> None:
    """Time grows with the letter's size and not with its square."""
    data = build()
    begun = time.process_time()
    mail.received_time(data, AT)
    letter = parse(data)
    mail.sort(letter, known_domains={"oakfield.example"})
    assert time.process_time() - begun < LONGEST_SECONDS
    assert len(letter.headers) <= 300


def test_parts_nested_past_all_sense_are_not_gone_into() -> None:
    """The letter still has its sender, and says what is wrong with it."""
    letter = parse(_nested(3_000))
    assert Damage.TOO_NESTED in letter.damage
    assert letter.sender.email == "inclusion@oakfield.example"


@pytest.mark.parametrize(
    ("data", "mark"),
    [
        (b"", Damage.EMPTY_FILE),
        (b" \r\n", Damage.EMPTY_FILE),
        (b"\r\nno header", Damage.NO_HEADERS),
        (raw("Subject: x"), Damage.NO_SENDER),
        (raw("From: a@b.example, c@d.example"), Damage.SEVERAL_SENDERS),
        (raw("From: a@b.example", "From: a@b.example"), Damage.SEVERAL_SENDERS),
        (raw(PERSON, "Content-Type: text/plain; charset=klingon"), Damage.UNKNOWN_CHARSET),
        (raw(PERSON, body="x" * 1_000_001), Damage.TEXT_CUT),
    ],
)
def test_damage_is_said(data: bytes, mark: Damage) -> None:
    """What was got over is listed."""
    assert mark in parse(data).damage


@pytest.mark.parametrize(
    ("charset", "body", "text"),
    [
        ("utf-8", "caf\xc3\xa9", "café"),
        ("utf-8", "caf\xe9 \x96", "café –"),
        ("iso-8859-1", "\x93a\x94", "“a”"),
        ("us-ascii", "caf\xc3\xa9", "café"),
        ("klingon", "caf\xc3\xa9", "café"),
        ("utf-7", "+ADw-script+AD4-", "+ADw-script+AD4-"),
    ],
)
def test_text_is_read_whatever_charset_it_claims(charset: str, body: str, text: str) -> None:
    """The declared charset, else UTF-8, else Windows-1252, which Windows calls Latin-1."""
    assert parsed(PERSON, f"Content-Type: text/plain; charset={charset}", body=body).full_text == text


def test_a_large_attachment_is_not_held_many_times_over() -> None:
    """The whole bot is to stay under 300 MB with an attachment of 30 MB: at most five times the letter at any moment."""
    size = 6_000_000
    content = base64.encodebytes(bytes(size)).decode()
    data = multipart(f"Content-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n{content}")
    tracemalloc.start()
    try:
        letter = parse(data)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert letter.attachments[0].data == bytes(size)
    assert peak < 5 * len(data)


def test_a_fault_of_the_parser_is_the_letters_damage(monkeypatch: pytest.MonkeyPatch) -> None:
    """No input is known that makes it raise; should one come, the sender is still known and the queue goes on."""

    def fault(*_: object) -> None:
        raise IndexError

    monkeypatch.setattr(BytesFeedParser, "feed", fault)
    letter = parse(raw(PERSON, "Subject: x"))
    assert (letter.sender.email, letter.subject) == ("inclusion@oakfield.example", "x")
    assert Damage.BROKEN_PART in letter.damage


def test_a_part_that_cannot_be_decoded_costs_only_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """The rest of the letter stands."""
    whole: Callable[..., object] = Message.get_payload

    def fault(self: Message, i: int | None = None, decode: bool = False) -> object:
        if decode and self.get_content_type() == "application/pdf":
            raise AssertionError("unexpected binascii.Error")
        return whole(self, i, decode)

    monkeypatch.setattr(Message, "get_payload", fault)
    letter = parse(multipart("\r\nHello", "Content-Type: application/pdf\r\n\r\n%PDF-1.7"))
    assert letter.text == "Hello"
    assert [file.data for file in letter.attachments] == [b""]
    assert Damage.BROKEN_PART in letter.damage
