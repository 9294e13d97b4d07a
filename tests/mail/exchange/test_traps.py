"""Where Exchange and the library behind us are known to go wrong (issue 4), one test each."""

import logging
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
import requests
from exchangelib.fields import FieldPath
from exchangelib.folders import FolderCollection
from exchangelib.items import Message
from exchangelib.protocol import BaseProtocol, CachingProtocol
from exchangelib.restriction import Q

from mail import LetterGone, MailError, parse
from mail.exchange import ExchangeMailbox, calls
from mail.exchange.connection import PIECE, connect
from mail.exchange.troubles import Busy, Cut, LoginRefused, NoAccess, NoImpersonation, SwitchedOff
from tests.mail.exchange.conftest import NOW, Watch
from tests.mail.exchange.loopback import (
    INBOX,
    BusyFault,
    CutAfter,
    CutBefore,
    LoopbackExchange,
    Refuse,
)
from tests.mail.exchange.schema import NAMES

MONDAY = datetime(2026, 11, 30, 9, tzinfo=UTC)
RAW = b"From: Head <head@oakfield.example>\r\nSubject: A move\r\nMessage-ID: <1@x>\r\n\r\nDear colleague\r\n"
READS = ("SyncFolderItems", "GetItem", "FindFolder", "CreateFolder", "MoveItem")
Open = Callable[..., ExchangeMailbox]


# ------------------------------------------------------------------ logging in


def test_a_wrong_password_is_tried_once(exchange: LoopbackExchange, open_box: Open, watch: Watch) -> None:
    """Under the library's FaultTolerance it would be tried for an hour, and the account locked. However often the
    mailbox is looked at, the login is tried again only after half an hour, then an hour.
    """
    box = open_box(password="wrong")
    for tries in (1, 1, 2, 2, 2, 3):
        with pytest.raises(LoginRefused, match="password"):
            box.waiting()
        assert exchange.logins == [False] * tries
        watch.seconds += 20 * 60


def test_a_refusal_after_success_is_not_held_against_the_login_for_long(
    exchange: LoopbackExchange, open_box: Open, watch: Watch
) -> None:
    """Exchange also answers 401 when it only wants to be asked less: a minute is enough."""
    box = open_box()
    box.waiting()
    exchange.troubles["SyncFolderItems"] = [Refuse(401)]
    for _ in range(2):
        with pytest.raises(LoginRefused):
            box.waiting()
    assert len(exchange.requests) == 2
    watch.seconds += 61
    assert box.waiting() == []


def test_web_services_that_are_switched_off_are_named(exchange: LoopbackExchange, open_box: Open) -> None:
    """Exchange Online answers 403 since October 2026."""
    exchange.troubles["GetFolder"] = [Refuse(403)]
    with pytest.raises(SwitchedOff, match="graph"):
        open_box().check()


def test_an_application_logs_in_and_impersonates(
    exchange: LoopbackExchange, open_box: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Client credentials; the token's scope is judged by the server."""
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")  # the loopback has no certificate
    exchange.delegated.clear()
    box = open_box(**APPLICATION, token_url=exchange.token_url)
    assert box.check()
    assert exchange.logins[0]


def test_a_wrong_secret_is_tried_once(
    exchange: LoopbackExchange, open_box: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a wrong password is."""
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
    box = open_box(**APPLICATION | {"secret": "wrong"}, token_url=exchange.token_url)
    for _ in range(3):
        with pytest.raises(LoginRefused, match="secret"):
            box.check()
    assert exchange.logins == [False]


APPLICATION: dict[str, Any] = {
    "login": "oauth", "access": "impersonation", "tenant": "westhaven", "client": "moves", "secret": "battery staple",
}  # fmt: skip


def test_a_delegate_does_not_impersonate(exchange: LoopbackExchange, open_box: Open) -> None:
    """The library impersonates unless it is told not to, and a delegate has no such right."""
    exchange.impersonated.clear()
    box = open_box(access="delegate")
    assert box.check()
    exchange.delegated.clear()
    with pytest.raises(NoAccess):
        box.waiting()


def test_impersonation_is_said_in_every_request(exchange: LoopbackExchange, open_box: Open) -> None:
    """And its absence is told in words that name the role."""
    exchange.delegated.clear()
    box = open_box(access="impersonation")
    assert box.check()
    exchange.impersonated.clear()
    with pytest.raises(NoImpersonation, match="ApplicationImpersonation"):
        box.waiting()
    assert {headers.get("X-AnchorMailbox") for headers in exchange.headers} == {INBOX}


def test_no_guessing_of_version_or_login(exchange: LoopbackExchange, open_box: Open) -> None:
    """Without hints the library asks ConvertId first, and once without a login."""
    open_box().waiting()
    assert [name for name, _ in exchange.requests] == ["SyncFolderItems"]
    assert exchange.logins == [True]


# ------------------------------------------------------------------ connections


@pytest.mark.parametrize("operation", READS)
@pytest.mark.parametrize("cut", [CutBefore(), CutAfter()], ids=["before", "after"])
def test_a_dropped_connection_is_tried_again(
    operation: str, cut: CutBefore | CutAfter, exchange: LoopbackExchange, open_box: Open
) -> None:
    """With one connection the library gives up at the first; a letter is listed, read and moved all the same, once."""
    exchange.inbox.deliver(RAW, MONDAY)
    exchange.troubles[operation] = [cut, cut]
    box = open_box()
    (waiting,) = box.waiting()
    assert box.fetch(waiting.id).raw == RAW
    box.file_processed(waiting.id)
    assert exchange.inbox.named("Processed") == [RAW]
    assert box.waiting() == []


def test_a_server_that_keeps_cutting_is_left(exchange: LoopbackExchange, open_box: Open) -> None:
    """Three tries, then the mailbox is in trouble; the next round begins anew."""
    exchange.troubles["SyncFolderItems"] = [CutBefore()] * 3
    box = open_box()
    with pytest.raises(Cut):
        box.waiting()
    assert box.waiting() == []


def test_a_server_that_is_not_there_is_told(open_box: Open) -> None:
    """Nothing listens on port 1."""
    with pytest.raises(Cut, match="address"):
        open_box(endpoint="http://127.0.0.1:1/EWS/Exchange.asmx").check()


def test_a_short_wait_is_waited(exchange: LoopbackExchange, open_box: Open, watch: Watch) -> None:
    """ErrorServerBusy names its milliseconds, a 503 its seconds."""
    exchange.troubles["SyncFolderItems"] = [BusyFault(5000), Refuse(503, {"Retry-After": "7"})]
    assert open_box().waiting() == []
    assert watch.pauses == [5.0, 7.0]


@pytest.mark.parametrize("trouble", [BusyFault(120_000), Refuse(503, {"Retry-After": "120"})])
def test_a_long_wait_is_kept_by_leaving_the_server_alone(
    trouble: BusyFault | Refuse, exchange: LoopbackExchange, open_box: Open, watch: Watch
) -> None:
    """The worker does not stand still for it, and nothing is asked before the time has come."""
    exchange.troubles["SyncFolderItems"] = [trouble]
    box = open_box()
    for _ in range(2):
        with pytest.raises(Busy):
            box.waiting()
    assert (len(exchange.requests), watch.pauses) == (1, [])
    watch.seconds += 121
    assert box.waiting() == []


def test_the_library_holds_nothing_for_the_whole_process(exchange: LoopbackExchange) -> None:
    """Its choice of TLS and its cache of connections are process-wide; two mailboxes would share them."""
    first, second = (connect(exchange.access()) for _ in range(2))
    assert first.protocol is not second.protocol
    assert BaseProtocol.HTTP_ADAPTER_CLS is requests.adapters.HTTPAdapter
    assert not [key for key in CachingProtocol._protocol_cache if key[0] == exchange.url]


def test_bodies_are_read_in_pieces(
    exchange: LoopbackExchange, open_box: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not a byte at a time, which is what the library asks for."""
    sizes: set[int | None] = set()
    read = requests.Response.iter_content

    def spy(self: requests.Response, chunk_size: int | None = 1, decode_unicode: bool = False) -> Any:
        sizes.add(chunk_size)
        return read(self, chunk_size, decode_unicode)

    monkeypatch.setattr(requests.Response, "iter_content", spy)
    letter = exchange.inbox.deliver(RAW + b"x" * 300_000, MONDAY)
    assert len(open_box().fetch(letter.id).raw) > 300_000
    assert 1 not in sizes
    assert PIECE in sizes


# ------------------------------------------------------------------ letters


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
        list(FolderCollection(account, [calls.inbox(account)]).find_items(Q(), additional_fields=subject))
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
    folder = calls.inbox(account)
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


# ------------------------------------------------------------------ secrets


def test_neither_a_password_nor_a_letter_is_told(
    exchange: LoopbackExchange, open_box: Open, caplog: pytest.LogCaptureFixture
) -> None:
    """The library logs whole requests when it meets an error it does not know, and servers repeat what they were sent."""
    with caplog.at_level(logging.DEBUG):
        logging.getLogger("exchangelib").setLevel(
            logging.CRITICAL + 1
        )  # as on import; caplog leaves it alone
        box = open_box(password="tr0ub4dor")
        with pytest.raises(MailError) as refused:
            box.waiting()
    assert "tr0ub4dor" not in f"{refused.value!r} {exchange.access(password='tr0ub4dor')!r} {caplog.text}"
    assert not [record for record in caplog.records if record.name.startswith("exchangelib")]
    assert NAMES["m"] not in caplog.text
