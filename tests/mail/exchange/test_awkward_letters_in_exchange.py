"""Letters in Exchange that the library trips over (issue 4's traps), one test each."""

import logging
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from exchangelib.fields import FieldPath
from exchangelib.folders import FolderCollection
from exchangelib.items import Message
from exchangelib.restriction import Q

from mail import Address, Enclosure, LetterGone, MailError, Outgoing, compose, parse
from mail.exchange import ExchangeMailbox, ExchangePostbox, calls, folders
from mail.exchange.connection import connect
from tests.mail.exchange.conftest import NOW
from tests.mail.exchange.loopback import (
    INBOX,
    LoopbackExchange,
)

MONDAY = datetime(2026, 11, 30, 9, tzinfo=UTC)
RAW = b"From: Head <head@oakfield.example>\r\nSubject: A move\r\nMessage-ID: <1@x>\r\n\r\nDear colleague\r\n"
Open = Callable[..., ExchangeMailbox]


@pytest.mark.parametrize("told", [True, False])
def test_a_letter_that_vanishes_after_it_was_listed_is_noticed(
    told: bool, exchange: LoopbackExchange, open_box: Open
) -> None:
    """The library drops it without a word. Here it is gone, the others are read, and the inbox is listed anew."""
    gone, stays = (exchange.inbox.deliver(RAW, MONDAY) for _ in range(2))
    box = open_box()
    listed = {waiting.id for waiting in box.waiting()}
    exchange.inbox.remove(gone, told=told)
    with pytest.raises(LetterGone):
        box.fetch(gone.id)
    assert box.fetch(stays.id).raw == RAW
    assert listed - {waiting.id for waiting in box.waiting()} == {gone.id}


def test_a_letter_that_came_back_is_read_under_its_new_id(exchange: LoopbackExchange, open_box: Open) -> None:
    """Moved away and back again by hand: ids end with a move."""
    letter = exchange.inbox.deliver(RAW, MONDAY)
    box = open_box()
    (before,) = box.waiting()
    exchange.inbox.move(letter, letter.folder)
    with pytest.raises(LetterGone):
        box.fetch(before.id)
    (after,) = box.waiting()
    assert box.fetch(after.id).raw == RAW


def test_a_letter_that_cannot_be_converted_is_stood_in_for(
    exchange: LoopbackExchange, open_box: Open
) -> None:
    """The library gives an exception in a letter's place. A person sees who wrote what, and can look for it."""
    broken = exchange.inbox.deliver(RAW, MONDAY)
    broken.broken = True
    box = open_box()
    (waiting,) = box.waiting()
    arrival = box.fetch(waiting.id)
    letter = parse(arrival.raw, received=arrival.received)
    assert (letter.sender.email, letter.subject, letter.text) == (
        "head@oakfield.example",
        "A move",
        "Dear colleague",
    )
    assert arrival == box.fetch(waiting.id)


FORM = b"PK\x03\x04" * 1000
WITH_FORM = compose(
    Outgoing(
        sender=Address("head@oakfield.example"), recipients=(Address(INBOX),), subject="A move", text="Dear colleague",
        date=MONDAY, message_id="<1@x>",
        attachments=(Enclosure("form.docx", "application/octet-stream", FORM), Enclosure("b.bin", "text/x", FORM * 9)),
    )
)  # fmt: skip


@pytest.mark.parametrize(
    ("largest", "spoilt", "files"),
    [(1_000_000, False, [FORM, FORM * 9]), (60_000, False, [FORM]), (1_000_000, True, [])],
)
def test_a_letter_that_cannot_be_converted_keeps_its_files(
    largest: int, spoilt: bool, files: list[bytes], exchange: LoopbackExchange, open_box: Open
) -> None:
    """So that a referral is read all the same; without those that are too large or cannot be had either."""
    letter = exchange.inbox.deliver(WITH_FORM, MONDAY)
    letter.broken, letter.spoilt_files, letter.size = True, spoilt, 100
    found = parse(open_box(largest=largest).fetch(letter.id).raw, received=MONDAY)
    assert [file.data for file in found.attachments] == files
    assert found.text == "Dear colleague"


@pytest.mark.parametrize(
    ("server", "raw", "received"),
    [
        ("fractions", RAW, MONDAY.replace(microsecond=123456)),
        ("no time", b"Received: by mx; Mon, 30 Nov 2026 08:59:00 +0000\r\n" + RAW, MONDAY.replace(hour=8, minute=59)),
        ("no time", RAW, NOW),
    ],
)  # fmt: skip
def test_when_a_letter_was_received_is_never_lost(
    server: str, raw: bytes, received: datetime, exchange: LoopbackExchange, open_box: Open
) -> None:
    """The library makes None of fractions of a second. With no time from the server the letter's own, or else now."""
    exchange.fractions, exchange.times = server == "fractions", server != "no time"
    exchange.inbox.deliver(raw, MONDAY)
    box = open_box()
    assert [box.fetch(waiting.id).received for waiting in box.waiting()] == [received]


def test_half_a_character_in_a_subject_spoils_nothing(exchange: LoopbackExchange, open_box: Open) -> None:
    """A lone surrogate brings down the library's whole page; subjects are not asked for."""
    spoilt, other = (exchange.inbox.deliver(RAW, MONDAY) for _ in range(2))
    spoilt.half = True
    account = connect(exchange.access())
    subject = {FieldPath(field=Message.get_field_by_fieldname("subject"))}
    with pytest.raises(UnicodeDecodeError):
        list(FolderCollection(account, [folders.inbox(account)]).find_items(Q(), additional_fields=subject))
    account.protocol.close()
    box = open_box()
    assert [box.fetch(waiting.id).raw for waiting in box.waiting()] == [RAW, RAW]
    spoilt.broken = True
    assert b"head@oakfield.example" in box.fetch(spoilt.id).raw
    assert box.fetch(other.id).raw == RAW


def test_a_kind_of_letter_that_the_library_does_not_know_is_read(
    exchange: LoopbackExchange, open_box: Open
) -> None:
    """Its listing stops with an error at a plain item."""
    exchange.inbox.deliver(RAW, MONDAY).kind = "Item"
    box = open_box()
    assert [box.fetch(waiting.id).raw for waiting in box.waiting()] == [RAW]


def test_a_listing_from_the_beginning_is_one(exchange: LoopbackExchange, open_box: Open) -> None:
    """A folder object of the library that has been synchronised goes on from its own state when none is given."""
    exchange.inbox.deliver(RAW, MONDAY)
    account = connect(exchange.access())
    folder = folders.inbox(account)
    folder._id = folder.ID_ELEMENT_CLS(exchange.inbox.well_known["inbox"].id)
    assert [len(list(folder.sync_items(sync_state=None, only_fields=["size"]))) for _ in range(2)] == [1, 0]
    assert [len(calls.changes(account, "").there) for _ in range(2)] == [1, 1]
    account.protocol.close()
    box = open_box()
    box.waiting()
    box._start_anew()
    assert len(box.waiting()) == 1


def test_a_state_that_has_expired_is_replaced(exchange: LoopbackExchange, open_box: Open) -> None:
    """Everything is listed anew; a letter known before is not doubled, and one that left meanwhile is forgotten."""
    left, _ = (exchange.inbox.deliver(RAW, MONDAY) for _ in range(2))
    box = open_box()
    assert len(box.waiting()) == 2
    exchange.inbox.remove(left, told=False)
    exchange.inbox.epoch += 1
    assert len(box.waiting()) == 1


def test_a_letter_that_the_library_cannot_send_is_not_logged(
    exchange: LoopbackExchange, open_postbox: Callable[..., ExchangePostbox], caplog: pytest.LogCaptureFixture
) -> None:
    """At an error that it does not know, the library logs the request, the letter in it."""
    postbox = open_postbox()
    postbox._line._connection.TIMEOUT = "no number"
    with caplog.at_level(logging.DEBUG), pytest.raises(MailError):
        postbox.send(
            WITH_FORM.replace(b"head@oakfield.example", INBOX.encode(), 1),
            sender=INBOX,
            recipients=[INBOX],
            message_id="<1@x>",
        )
    assert not [record for record in caplog.records if record.name.startswith("exchangelib")]
