"""An Exchange mailbox: what waits, what is fetched, where it is moved."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from mail import LetterGone, LetterTooBig, MailError
from mail.exchange import ExchangeMailbox
from mail.exchange.line import Line
from tests.mail.exchange import schema
from tests.mail.exchange.loopback import Code, CutAfter, LoopbackExchange

MONDAY = datetime(2026, 11, 30, 9, tzinfo=UTC)
RAW = b"From: Head <head@oakfield.example>\r\nSubject: A move\r\nMessage-ID: <1@x>\r\n\r\nDear colleague\r\n"
Open = Callable[..., ExchangeMailbox]


def test_the_schema_judges_every_request_and_answer(exchange: LoopbackExchange, open_box: Open) -> None:
    """The judge really judges: what is no request of Exchange's is found out."""
    if schema.schema() is None:
        pytest.skip(f"Microsoft's schema is not there ({schema.FOLDER.name}, beside the project's folder)")
    open_box().check()
    (request,) = exchange.asked("GetFolder")
    assert schema.faults(request) == ""
    request.append(request.makeelement("unheard-of"))
    assert "unheard-of" in schema.faults(request)


def test_hundreds_of_letters_are_listed_each_once(exchange: LoopbackExchange, open_box: Open) -> None:
    """450 letters over three pages of the change feed, oldest first."""
    for number in reversed(range(450)):
        exchange.inbox.deliver(RAW, MONDAY + timedelta(minutes=number))
    box = open_box()
    listed = [waiting.id for waiting in box.waiting()]
    oldest_first = sorted(exchange.inbox.letters.values(), key=lambda letter: letter.received)
    assert listed == [letter.id for letter in oldest_first]
    assert len(exchange.asked("SyncFolderItems")) == 3


def test_a_quiet_inbox_costs_one_small_request(exchange: LoopbackExchange, open_box: Open) -> None:
    """After the first listing only changes are asked for."""
    exchange.inbox.deliver(RAW, MONDAY)
    box = open_box()
    before = box.waiting()
    exchange.requests.clear()
    assert box.waiting() == before
    assert [name for name, _ in exchange.requests] == ["SyncFolderItems"]


def test_a_letter_that_is_not_dealt_with_waits_on(exchange: LoopbackExchange, open_box: Open) -> None:
    """The feed tells of it once; the mailbox remembers it, and after a restart it is told of again."""
    exchange.inbox.deliver(RAW, MONDAY)
    box = open_box()
    assert box.waiting() == box.waiting() == open_box().waiting() != []


def test_a_letter_that_was_read_by_someone_still_waits(exchange: LoopbackExchange, open_box: Open) -> None:
    """Unprocessed is what lies in the inbox, not what is unread; one moved away by hand waits no more."""
    letter = exchange.inbox.deliver(RAW, MONDAY)
    box = open_box()
    assert len(box.waiting()) == 1
    exchange.inbox.move(letter, exchange.inbox.well_known["outbox"].id)
    assert box.waiting() == []


def test_the_folders_are_found_once_and_made_once(exchange: LoopbackExchange, open_box: Open) -> None:
    """No walk over all folders that Exchange knows (some fifty in one request, `usercuratedcontacts` among them)."""
    folder = exchange.inbox.make_folder("PROCESSED", exchange.inbox.well_known["inbox"].id)
    assert folder is not None
    box = open_box()
    for _ in range(3):
        exchange.inbox.deliver(RAW, MONDAY)
    for waiting in box.waiting():
        box.file_processed(waiting.id)
    assert len(exchange.asked("FindFolder")) == 1
    assert exchange.asked("CreateFolder") == []
    assert exchange.inbox.named("PROCESSED") == [RAW] * 3
    assert not any(b"usercuratedcontacts" in schema.etree.tostring(each) for _, each in exchange.requests)


def test_a_folder_that_was_deleted_is_made_again(exchange: LoopbackExchange, open_box: Open) -> None:
    """Someone tidied up; the letter is filed all the same."""
    box = open_box()
    box.check()
    for folder in exchange.inbox.under(exchange.inbox.well_known["inbox"].id):
        exchange.inbox.folders = {i: f for i, f in exchange.inbox.folders.items() if f is not folder}
    exchange.inbox.deliver(RAW, MONDAY)
    box.set_aside(box.waiting()[0].id)
    assert exchange.inbox.named("Set aside") == [RAW]


def test_a_folder_whose_making_was_not_answered_is_found(exchange: LoopbackExchange, open_box: Open) -> None:
    """The second try is told that it exists already."""
    exchange.troubles["CreateFolder"] = [CutAfter()]
    open_box().check()
    names = [folder.name for folder in exchange.inbox.under(exchange.inbox.well_known["inbox"].id)]
    assert names == ["Processed", "Set aside"]


def test_a_letter_that_is_too_big_is_never_asked_for(exchange: LoopbackExchange, open_box: Open) -> None:
    """Its size is known from the listing, and for an id from before a restart it is asked first."""
    letter = exchange.inbox.deliver(RAW, MONDAY)
    letter.size = 2_000_000
    box = open_box()
    for listed in (False, True):
        assert not listed or box.waiting()[0].size == 2_000_000
        with pytest.raises(LetterTooBig):
            box.fetch(letter.id)
    assert not any(b"MimeContent" in schema.etree.tostring(each) for each in exchange.asked("GetItem"))


def test_a_letter_that_is_larger_than_was_said_is_too_big(exchange: LoopbackExchange, open_box: Open) -> None:
    """Exchange counts what it stores, not what it hands over."""
    letter = exchange.inbox.deliver(RAW, MONDAY)
    letter.size = 10
    with pytest.raises(LetterTooBig):
        open_box(largest=50).fetch(letter.id)


def test_the_check_says_what_lies_in_the_inbox(exchange: LoopbackExchange, open_box: Open) -> None:
    """And makes the two folders, so that the first letter finds them."""
    exchange.inbox.deliver(RAW, MONDAY)
    assert open_box().check() == "The Exchange mailbox can be used; 1 letters are in its inbox."


def test_exchange_online_is_told_that_its_time_is_up(exchange: LoopbackExchange, open_box: Open) -> None:
    """EWS in Exchange Online is gone for good on 1 April 2027."""
    online = exchange.access(
        endpoint="https://outlook.office365.com/EWS/Exchange.asmx", access="impersonation", login="oauth",
        tenant="t", client="c", secret="s",
    )  # fmt: skip
    line = Line(exchange.access())
    box = ExchangeMailbox(online, now=lambda: MONDAY, line=line)
    assert "1 April 2027" in box.check()
    assert "graph" in box.check()
    box.close()


@pytest.mark.parametrize("code", ["ErrorItemNotFound", "ErrorInvalidIdMalformed"])
def test_a_letter_that_has_gone_is_told_from_one_that_failed(
    code: str, exchange: LoopbackExchange, open_box: Open
) -> None:
    """Gone is no trouble; a server that fails is."""
    letter = exchange.inbox.deliver(RAW, MONDAY)
    box = open_box()
    with pytest.raises(LetterGone):
        box.fetch({"ErrorItemNotFound": "bm90aGluZw==", "ErrorInvalidIdMalformed": "no id"}[code])
    exchange.inbox.letters.clear()
    with pytest.raises(LetterGone):
        box.fetch(letter.id)


def test_a_failure_of_the_server_is_told_without_its_words(
    exchange: LoopbackExchange, open_box: Open
) -> None:
    """Its own texts may hold a letter's; the code says enough."""
    letter = exchange.inbox.deliver(RAW, MONDAY)
    exchange.troubles["GetItem"] = [Code("ErrorInternalServerError")]
    with pytest.raises(
        MailError, match=r"^The Exchange server cannot be used \(ErrorInternalServerError\)\.$"
    ):
        open_box().fetch(letter.id)
