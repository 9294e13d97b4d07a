"""Header fields as they really come."""

from datetime import UTC, datetime

import pytest

import mail
from mail.headers import addresses_of, instant_of, text_of
from tests.mail.building import AT, PERSON, parsed, raw


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("=?utf-8?q?week=E2=80=99s?= panel", "week’s panel"),
        ("=?UTF-8?B?w6k=?=", "é"),
        ("=?iso-8859-1?q?caf=E9?=", "café"),
        # RFC 2047, 8: the space between two encoded words is not shown, the one beside plain text is.
        ("=?ISO-8859-1?Q?a?= =?ISO-8859-1?Q?b?=", "ab"),
        ("=?ISO-8859-1?Q?a?= b", "a b"),
        ("=?ISO-8859-1?Q?a_b?=", "a b"),
        # A character cut in two between words, as Outlook does.
        ("=?utf-8?B?4oA=?= =?utf-8?B?mQ==?=", "’"),
        ("=?utf-8*en?q?hello?=", "hello"),
        ("=?no-such-charset?q?caf=C3=A9?=", "café"),
        ("=?utf-8?b?!!!?=", ""),
        ("=?utf-8?x?abc?=", "=?utf-8?x?abc?="),
        ("line one\r\n\tline two", "line one line two"),
        ("a\x00b\u202ec", "abc"),
    ],
)
def test_encoded_words_are_read_as_the_standard_shows(written: str, read: str) -> None:
    """RFC 2047, and what is broken in practice."""
    assert text_of(written) == read


@pytest.mark.parametrize(
    ("bytes_written", "read"),
    [("caf\xc3\xa9", "café"), ("caf\xe9", "café"), ("\x93quoted\x94", "“quoted”")],
)
def test_eight_bit_subjects_are_utf_8_or_windows_1252(bytes_written: str, read: str) -> None:
    """Not allowed and frequent."""
    assert parsed(PERSON, f"Subject: {bytes_written}").subject == read


@pytest.mark.parametrize(
    ("written", "email", "name"),
    [
        ("Hana Gill <Inclusion@Oakfield.Example>", "inclusion@oakfield.example", "Hana Gill"),
        ('"Gill, Hana" <h@oakfield.example>', "h@oakfield.example", "Gill, Hana"),
        ("=?utf-8?q?Ren=C3=A9e?= <r@oakfield.example>", "r@oakfield.example", "Renée"),
        ("h@oakfield.example (Hana Gill)", "h@oakfield.example", "Hana Gill"),
        ("=?utf-8?q?Hana_=3Ch=40oakfield=2Eexample=3E?=", "h@oakfield.example", ""),
        # A display name that is an address does not become the sender.
        ('"head@oakfield.example" <thief@evil.example>', "thief@evil.example", "head@oakfield.example"),
    ],
)
def test_an_address_is_read_with_its_name(written: str, email: str, name: str) -> None:
    """As people and programs write them."""
    assert addresses_of(written) == (mail.Address(email, name),)


@pytest.mark.parametrize(
    "written", ["", "Microsoft Outlook", "<>", "undisclosed-recipients:;", "(" * 5000, "@", "a@"]
)
def test_a_field_without_a_usable_address_gives_none(written: str) -> None:
    """Nor does it raise: nested comments without end did."""
    assert addresses_of(written) == ()


def test_message_ids_are_read_from_folded_lists() -> None:
    """Oldest first in References; a thread is newest first and names each once."""
    letter = parsed(PERSON, "In-Reply-To: <c@x>", "References: <a@x>\r\n <b@x>\r\n\t<c@x>")
    assert letter.references == ("<a@x>", "<b@x>", "<c@x>")
    assert letter.thread == ("<c@x>", "<b@x>", "<a@x>")


@pytest.mark.parametrize(
    ("written", "instant"),
    [
        ("Wed, 02 Dec 2026 23:30:00 +0100", datetime(2026, 12, 2, 22, 30, tzinfo=UTC)),
        ("2 Dec 2026 23:30:00 GMT", datetime(2026, 12, 2, 23, 30, tzinfo=UTC)),
        ("Wed, 2 Dec 2026 23:30:00 -0000", datetime(2026, 12, 2, 23, 30, tzinfo=UTC)),
    ],
)
def test_a_date_is_an_instant_in_utc(written: str, instant: datetime) -> None:
    """Whatever zone it is written in."""
    assert instant_of(written) == instant


@pytest.mark.parametrize(
    "written",
    ["", "yesterday", "Wed, 99 Dec 2026 00:00:00 +0000", "Wed, 2 Dec 9999 00:00:00 -2300", "1 Jan 1600 00:00 +2359",
     "Wed, 2 Dec 2026 00:00:00 +999999999999", "9" * 5000],
)  # fmt: skip
def test_an_impossible_date_is_none(written: str) -> None:
    """And never an exception."""
    assert instant_of(written) is None


def test_a_letter_in_a_folder_was_received_when_the_topmost_server_took_it() -> None:
    """R14: the topmost Received, which our own server wrote, before those below it and the sender's Date."""
    letter = raw(
        "Received: from a by b; Thu, 3 Dec 2026 08:00:00 +0000",
        "Received: from c by a; Wed, 2 Dec 2026 08:00:00 +0000",
        "Date: Tue, 1 Dec 2026 08:00:00 +0000",
    )
    assert mail.received_time(letter, AT) == datetime(2026, 12, 3, 8, tzinfo=UTC)


def test_without_received_the_date_counts_and_without_both_the_files_time() -> None:
    """The order that R14 gives for a folder."""
    dated = raw(PERSON, "Date: Tue, 1 Dec 2026 08:00:00 +0000")
    assert mail.received_time(dated, AT) == datetime(2026, 12, 1, 8, tzinfo=UTC)
    assert mail.received_time(raw(PERSON, "Received: nonsense", "Date: nonsense"), AT) == AT
    assert mail.received_time(b"", AT) == AT


def test_a_received_line_in_the_body_counts_for_nothing() -> None:
    """Only the header block is looked at."""
    letter = raw(PERSON, body="Received: from a by b; Thu, 3 Dec 2026 08:00:00 +0000")
    assert mail.received_time(letter, AT) == AT
