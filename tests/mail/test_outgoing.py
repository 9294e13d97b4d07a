"""Letters of our own: safe headers, the same bytes each time, and ids that only we can make."""

import email
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from email.message import EmailMessage, MIMEPart
from email.policy import default

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import mail
from mail import Address, BadAddress, Enclosure, MailError, Outgoing, compose

SECRET = b"a secret of the tests"
INBOX = Address("school.admissions@westhaven.example", "Westhaven School Admissions")
LETTER = Outgoing(
    sender=INBOX,
    recipients=(Address("inclusion@oakfield.example", "Hana Gill"),),
    cc=(Address("head@oakfield.example"),),
    subject="Referral MM-26-0007",
    text="Dear colleague,\n\nThank you – received.\n",
    html="<p>Thank you – received.</p>",
    date=datetime(2026, 12, 3, 17, 0, tzinfo=timezone(timedelta(hours=1))),
    message_id="<mm.1@westhaven.example>",
    in_reply_to="<2@oakfield.example>",
    references=("<1@oakfield.example>", "<2@oakfield.example>"),
    case="MM-26-0007",
)


def read(raw: bytes) -> EmailMessage:
    """The letter as another program reads it."""
    return email.message_from_bytes(raw, policy=default)


def words(part: MIMEPart) -> str:
    """Its text with plain newlines."""
    return str(part.get_content()).replace("\r\n", "\n")


def test_a_letter_has_the_headers_it_should() -> None:
    """It answers, is marked as automatic, asks for no automatic answer, and comes back to the inbox."""
    message = read(compose(LETTER))
    assert {name: message[name] for name in set(message.keys()) - {"Content-Type", "MIME-Version"}} == {
        "Date": "Thu, 03 Dec 2026 16:00:00 +0000",
        "From": "Westhaven School Admissions <school.admissions@westhaven.example>",
        "To": "Hana Gill <inclusion@oakfield.example>",
        "Cc": "head@oakfield.example",
        "Reply-To": "Westhaven School Admissions <school.admissions@westhaven.example>",
        "Subject": "Referral MM-26-0007",
        "Message-ID": "<mm.1@westhaven.example>",
        "In-Reply-To": "<2@oakfield.example>",
        "References": "<1@oakfield.example> <2@oakfield.example>",
        "Auto-Submitted": "auto-replied",
        "X-Auto-Response-Suppress": "All",
        "X-Managed-Moves-Case": "MM-26-0007",
    }


def test_a_letter_says_the_same_in_text_and_html() -> None:
    """Plain text first, HTML as the alternative; other letters than ASCII arrive."""
    message = read(compose(LETTER))
    assert message.get_content_type() == "multipart/alternative"
    plain, html = message.get_body(("plain",)), message.get_body(("html",))
    assert plain is not None
    assert html is not None
    assert words(plain) == LETTER.text
    assert words(html) == LETTER.html + "\n"


def test_lines_end_as_mail_demands_and_are_short() -> None:
    """RFC 5322: CRLF, no bare one of the two, at most 998 characters and here 7-bit."""
    raw = compose(replace(LETTER, text="x" * 5000 + "\nü", html="<p>" + "y" * 5000))
    lines = raw.split(b"\r\n")
    assert not any(b"\r" in line or b"\n" in line for line in lines)
    assert max(map(len, lines)) <= 998
    assert raw.isascii()


def test_the_same_letter_is_the_same_bytes() -> None:
    """A retry sends what was stored: no random boundary, no clock."""
    letter = replace(LETTER, attachments=(Enclosure("a.docx", "application/msword", b"x"),))
    assert compose(letter) == compose(letter)


def test_an_attachment_arrives_whole_under_our_name() -> None:
    """With its type; the text stays readable beside it."""
    data = bytes(range(256)) * 10
    name = "Form – gaps marked.docx"
    message = read(compose(replace(LETTER, attachments=(Enclosure(name, "application/msword", data),))))
    (attachment,) = message.iter_attachments()
    assert (attachment.get_filename(), attachment.get_content()) == (name, data)
    assert attachment.get_content_type() == "application/msword"


OUTLOOK_ID = "<CWXP265MB1234567890ABCDEFGHIJKLMNOPQRSTUVWXYZ012345678901234567890@CWXP265MB1234.GBRP265.PROD.OUTLOOK.COM>"


def test_long_message_ids_go_out_as_they_are() -> None:
    """The standard library encodes an id that is longer than a line, and then no program finds the thread."""
    ids = tuple(OUTLOOK_ID.replace("CWXP", f"{n:04}") for n in range(5))
    raw = compose(replace(LETTER, message_id=OUTLOOK_ID, in_reply_to=ids[-1], references=ids))
    unfolded = raw.replace(b"\r\n ", b" ").decode()
    assert f"References: {' '.join(ids)}\r\n" in unfolded
    assert f"In-Reply-To: {ids[-1]}\r\n" in unfolded
    assert f"Message-ID: {OUTLOOK_ID}\r\n" in unfolded


def test_foreign_ids_that_are_none_are_left_out() -> None:
    """They come from other people's letters."""
    hostile = ("<a@x>\r\nBcc: thief@evil.example", "no brackets", "<ü@x>", "<a b@x>", "<ok@x>")
    message = read(compose(replace(LETTER, in_reply_to=hostile[0], references=hostile)))
    assert message["Bcc"] is None
    assert message["In-Reply-To"] is None
    assert message["References"] == "<ok@x>"


HOSTILE = st.text(max_size=60).map(lambda text: text + "\r\nBcc: thief@evil.example\r\n\r\nbody")


@given(HOSTILE, HOSTILE, HOSTILE)
@settings(deadline=None)  # a busy machine is no matter
def test_no_text_can_add_a_header(subject: str, name: str, case: str) -> None:
    """Whatever stands in a subject, a name or a reference, the letter has our headers and our text."""
    letter = replace(LETTER, subject=subject, case=case, recipients=(Address("a@b.example", name),), html="")
    message = read(compose(replace(letter, headers=(("X-Note", name),))))
    assert message["Bcc"] is None
    assert words(message) == LETTER.text
    assert [address.addr_spec for address in message["To"].addresses] == ["a@b.example"]


@pytest.mark.parametrize(
    "address",
    ["", "nobody", "a@b.example\r\nBcc: c@d.example", "a@b.example, c@d.example", "<a@b.example>", "a b@c.example",
     "a@b.example>", "ü@b.example", "a@-", "@b.example"],
)  # fmt: skip
def test_a_bad_address_is_refused(address: str) -> None:
    """Before anything goes out, and never repaired by guessing."""
    with pytest.raises(BadAddress):
        compose(replace(LETTER, recipients=(Address(address),)))


def test_a_letter_to_nobody_is_refused() -> None:
    """It would come back from the server much later."""
    with pytest.raises(MailError):
        compose(replace(LETTER, recipients=()))


@pytest.mark.parametrize("name", ["Bcc", "X-A: b\r\nBcc", "x", "X-", "Subject"])
def test_only_headers_of_our_own_can_be_added(name: str) -> None:
    """X- names."""
    with pytest.raises(MailError):
        compose(replace(LETTER, headers=((name, "x"),)))


def test_a_letter_is_always_marked_as_a_machines() -> None:
    """RFC 3834 knows two words for it."""
    assert read(compose(replace(LETTER, automatic="auto-generated")))["Auto-Submitted"] == "auto-generated"
    with pytest.raises(MailError):
        compose(replace(LETTER, automatic="no"))


def test_another_of_our_own_bots_takes_the_letter_for_a_machines() -> None:
    """What is composed here is sorted there: two of us never talk to each other."""
    letter = mail.parse(compose(LETTER), received=LETTER.date)
    assert letter.automatic is mail.AutomaticSign.AUTO_SUBMITTED
    assert letter.full_text == LETTER.text.strip()
    assert letter.thread == ("<2@oakfield.example>", "<1@oakfield.example>")


def test_everyone_who_gets_it_is_named_once() -> None:
    """The envelope of a letter whose head is also its recipient."""
    letter = replace(LETTER, cc=(LETTER.recipients[0], Address("head@oakfield.example")))
    assert letter.everyone == ("inclusion@oakfield.example", "head@oakfield.example")


def test_a_message_id_is_the_same_for_the_same_key() -> None:
    """So that Sent Items can be asked for it before a retry."""
    first = mail.message_id("answer/1", SECRET, "Westhaven.example")
    assert first == mail.message_id("answer/1", SECRET, "westhaven.example")
    assert first != mail.message_id("answer/2", SECRET, "westhaven.example")
    assert first.startswith("<")
    assert first.endswith("@westhaven.example>")


def test_a_message_id_does_not_give_its_key_away() -> None:
    """A key holds a reference."""
    assert "0007" not in mail.message_id("answer/MM-26-0007", SECRET, "a.example").partition("@")[0]


@given(st.text(), st.binary(min_size=1), st.binary(min_size=1))
@settings(deadline=None)  # a busy machine is no matter
def test_only_the_secrets_holder_makes_ids_of_ours(key: str, secret: bytes, other: bytes) -> None:
    """With another secret it is a stranger's."""
    made = mail.message_id(key, secret, "westhaven.example")
    assert mail.is_ours(made, secret)
    assert mail.is_ours(made, other) is (secret.rstrip(b"\0") == other.rstrip(b"\0"))


def test_a_changed_id_is_not_ours() -> None:
    """One digit, another domain, or nothing at all."""
    made = mail.message_id("answer/1", SECRET, "westhaven.example")
    other_digit = "0" if made[5] != "0" else "1"
    for forged in (made[:5] + other_digit + made[6:], made.replace("westhaven", "evil"), "", "<>", "<a@b>"):
        assert not mail.is_ours(forged, SECRET)


@pytest.mark.parametrize("domain", ["", "a b", "a>\r\nBcc: x", "-"])
def test_an_id_needs_a_domain_and_a_secret(domain: str) -> None:
    """Both are settings, and may be wrong."""
    with pytest.raises(MailError):
        mail.message_id("k", SECRET, domain)
    with pytest.raises(MailError):
        mail.message_id("k", b"", "westhaven.example")
