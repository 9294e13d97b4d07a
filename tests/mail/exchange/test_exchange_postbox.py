"""Letters that leave through Exchange: once, whole, and to nobody else."""

from collections.abc import Callable
from datetime import UTC, datetime
from email import message_from_bytes, policy
from typing import Any

import pytest

from mail import Address, Enclosure, NotSent, Outgoing, Uncertain, compose, message_id
from mail.exchange import ExchangePostbox
from tests.mail.exchange.conftest import Watch
from tests.mail.exchange.loopback import (
    INBOX,
    BusyFault,
    Code,
    CutAfter,
    CutBefore,
    LoopbackExchange,
    Refuse,
)

HEAD, VIRTUAL = "head@oakfield.example", "virtual.school@westhaven.example"
OURS = message_id("answer/1", b"a secret", "schools.admissions.westhaven.example")  # longer than a line
LETTER = Outgoing(
    sender=Address(INBOX, "School admissions"),
    recipients=(Address(HEAD),),
    cc=(Address(VIRTUAL),),
    subject="MM-26-0007: what is missing",
    text="Dear colleague,\nplease send section 4.\n",
    html="<p>Dear colleague,</p>",
    date=datetime(2026, 12, 3, 9, tzinfo=UTC),
    message_id=OURS,
    in_reply_to="<theirs@oakfield.example>",
    references=("<older@oakfield.example>",),
    attachments=(Enclosure("form.docx", "application/octet-stream", b"PK\x03\x04" * 100),),
    case="MM-26-0007",
)
RAW = compose(LETTER)
Open = Callable[..., ExchangePostbox]


def send(postbox: ExchangePostbox, *recipients: str, raw: bytes = RAW) -> None:
    postbox.send(raw, sender=INBOX, recipients=recipients or (HEAD, VIRTUAL), message_id=OURS)


def left(exchange: LoopbackExchange, address: str = INBOX) -> list[Any]:
    """The copies in a mailbox's Sent Items."""
    copies = exchange.mailboxes[address].named("Sent Items")
    return [message_from_bytes(raw, policy=policy.default) for raw in copies]


def test_a_letter_leaves_as_it_was_made(exchange: LoopbackExchange, open_postbox: Open) -> None:
    """Headers that thread it and mark it as a machine's, both texts and the file. Exchange drops `Auto-Submitted` from
    a letter's bytes, as the server here does: it goes as a property.
    """
    send(open_postbox())
    (copy,) = left(exchange)
    made = message_from_bytes(RAW, policy=policy.default)
    assert _headers(copy) == _headers(made)
    assert copy["Auto-Submitted"] == "auto-replied"
    parts = [part.get_content() for part in copy.walk() if not part.is_multipart()]
    assert parts == [part.get_content() for part in made.walk() if not part.is_multipart()]


def _headers(letter: Any) -> dict[str, str]:
    return {name: str(value).strip() for name, value in letter.items()}


def test_what_has_gone_is_found_by_its_message_id(exchange: LoopbackExchange, open_postbox: Open) -> None:
    """Sent Items is asked, not a list of our own: another process may have sent it."""
    assert not open_postbox().sent(OURS)
    send(open_postbox())
    assert open_postbox().sent(OURS)
    assert not open_postbox().sent("<mm.2@westhaven.example>")


def test_a_letter_that_is_about_to_leave_has_gone(exchange: LoopbackExchange, open_postbox: Open) -> None:
    """Between the server's promise and Sent Items it lies in the outbox; sending again would double it."""
    exchange.delayed = True
    send(open_postbox())
    assert left(exchange) == []
    assert open_postbox().sent(OURS)


@pytest.mark.parametrize(("access", "login"), [("delegate", True), ("impersonation", False)])
def test_a_shared_mailboxs_copy_lies_in_the_shared_mailbox(access: str, login: bool) -> None:
    """Exchange's own way is to keep it with whoever is logged in, where nobody of the team would look."""
    shared, own = INBOX, "moves@westhaven.example"
    with LoopbackExchange(shared, own) as exchange:
        (exchange.impersonated if login else exchange.delegated).clear()
        postbox = ExchangePostbox(exchange.access(access=access))
        send(postbox)
        assert postbox.sent(OURS)
        assert (len(left(exchange, shared)), len(left(exchange, own))) == (1, 0)
        postbox.close()
    assert exchange.wrong == []


def test_a_lost_answer_never_sends_twice(exchange: LoopbackExchange, open_postbox: Open) -> None:
    """With two connections the library would try again by itself, and the school gets two. Here nobody knows, Sent Items
    does.
    """
    exchange.troubles["CreateItem"] = [CutAfter()]
    postbox = open_postbox()
    with pytest.raises(Uncertain):
        send(postbox)
    assert len(exchange.asked("CreateItem")) == 1
    assert postbox.sent(OURS)
    assert len(left(exchange)) == 1


@pytest.mark.parametrize("trouble", [CutBefore(), Refuse(503), Refuse(502), Refuse(500)])
def test_what_may_have_gone_is_uncertain(
    trouble: CutBefore | Refuse, exchange: LoopbackExchange, open_postbox: Open, watch: Watch
) -> None:
    """An answer that is not Exchange's own says nothing of what Exchange did. It is tried once, and can be asked."""
    exchange.troubles["CreateItem"] = [trouble]
    postbox = open_postbox()
    with pytest.raises(Uncertain):
        send(postbox)
    assert len(exchange.asked("CreateItem")) == 1
    watch.seconds += 60
    assert not postbox.sent(OURS)


def test_a_busy_server_says_when(exchange: LoopbackExchange, open_postbox: Open, watch: Watch) -> None:
    """In its own words it says that nothing has gone. Until then it is left alone, whichever letter is next."""
    exchange.troubles["CreateItem"] = [BusyFault(90_000)]
    postbox = open_postbox()
    for wait in (90, 90):
        with pytest.raises(NotSent) as put_off:
            send(postbox)
        assert (put_off.value.retry_after, put_off.value.final) == (wait, False)
    assert len(exchange.asked("CreateItem")) == 1
    watch.seconds += 91
    send(postbox)
    assert len(left(exchange)) == 1


def test_a_wrong_password_is_not_tried_for_every_letter(
    exchange: LoopbackExchange, open_postbox: Open
) -> None:
    """Ten letters in the outbox would lock the account."""
    postbox = open_postbox(password="wrong")
    for _ in range(10):
        with pytest.raises(NotSent, match="password"):
            send(postbox)
    assert exchange.logins == [False]


@pytest.mark.parametrize(
    ("code", "final"),
    [("ErrorSendAsDenied", False), ("ErrorMessageSizeExceeded", True), ("ErrorInvalidRecipients", True)],
)
def test_a_refused_letter_has_not_gone(
    code: str, final: bool, exchange: LoopbackExchange, open_postbox: Open
) -> None:
    """What another try cannot change is final; a missing right can be given."""
    exchange.troubles["CreateItem"] = [Code(code)]
    with pytest.raises(NotSent, match=code) as refused:
        send(open_postbox())
    assert refused.value.final is final


def test_a_dry_run_reaches_only_its_address(exchange: LoopbackExchange, open_postbox: Open) -> None:
    """Exchange sends to whom the headers name, so they are written anew; the rest of the letter is as it was."""
    folded = RAW.replace(
        b"\r\nCc: ", b"\r\nBcc: secret@elsewhere.example,\r\n third@elsewhere.example\r\nCC: "
    )
    send(open_postbox(), "officer@westhaven.example", raw=folded)
    (copy,) = left(exchange)
    assert b"oakfield.example" in RAW
    named = [
        address.addr_spec for name in ("To", "Cc", "Bcc") if copy[name] for address in copy[name].addresses
    ]
    assert named == ["officer@westhaven.example"]
    made = message_from_bytes(RAW, policy=policy.default)
    assert copy["References"] == made["References"]
    assert copy.get_body(("plain",)).get_content() == made.get_body(("plain",)).get_content()


def test_a_letter_from_elsewhere_is_refused(exchange: LoopbackExchange, open_postbox: Open) -> None:
    """The mailbox sends its own letters; nothing is asked of the server."""
    with pytest.raises(NotSent) as refused:
        open_postbox().send(RAW, sender="other@westhaven.example", recipients=[HEAD], message_id=OURS)
    assert refused.value.final
    assert exchange.requests == []


def test_a_letter_to_nobody_is_refused(open_postbox: Open) -> None:
    """For good."""
    with pytest.raises(NotSent) as refused:
        open_postbox().send(RAW, sender=INBOX, recipients=[], message_id=OURS)
    assert refused.value.final


def test_sent_items_that_cannot_be_asked_leave_it_uncertain(
    exchange: LoopbackExchange, open_postbox: Open
) -> None:
    """“Not found” would send it again."""
    exchange.troubles["FindItem"] = [CutBefore()] * 3
    with pytest.raises(Uncertain):
        open_postbox().sent(OURS)
