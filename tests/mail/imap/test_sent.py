"""Copies of sent letters on Dovecot, and what is known of a letter whose sending was cut off or killed."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from mail import NotSent, Uncertain
from mail.imap import SentFolder
from mail.smtp import SmtpPostbox
from tests.mail import smtp_sink
from tests.mail.imap.dovecot import User
from tests.mail.smtp_sink import Sink, Taken

pytestmark = pytest.mark.needs("dovecot")
ID, OTHER = "<mm.1@westhaven.example>", "<mm.11@westhaven.example>"
AT = datetime(2026, 11, 23, 9, 12, tzinfo=UTC)


@pytest.fixture
def sink(tmp_path: Path) -> Iterator[Sink]:
    with smtp_sink.running(tmp_path) as server:
        yield server


@pytest.fixture(params=["user", "bare_user"])
def mailbox(request: pytest.FixtureRequest) -> User:
    """An account on a server with MOVE, UIDPLUS and SPECIAL-USE, and on one without."""
    user: User = request.getfixturevalue(request.param)
    return user


def letter(message_id: str = ID) -> bytes:
    return f"From: a@b.example\r\nMessage-ID: {message_id}\r\n\r\nwords\r\n".encode()


OPENED: list[SmtpPostbox] = []


@pytest.fixture(autouse=True)
def closed_in_the_end() -> Iterator[None]:
    yield
    while OPENED:
        OPENED.pop().close()


def postbox(sink: Sink, mailbox: User, **named: Any) -> SmtpPostbox:
    OPENED.append(SmtpPostbox(sink.settings(), SentFolder(mailbox.settings, **named)))
    return OPENED[-1]


def send(road: SmtpPostbox, message_id: str = ID) -> None:
    road.send(letter(message_id), sender="a@b.example", recipients=["c@d.example"], message_id=message_id)


def kept(mailbox: User) -> dict[str, list[bytes]]:
    return {name: mailbox.letters(name) for name in ("Sending", "Sent")}


def test_a_letter_that_went_lies_in_the_sent_folder_once(sink: Sink, mailbox: User) -> None:
    """Byte for byte what the school got, marked as read; another's Message-ID that begins alike is not taken for it."""
    road = postbox(sink, mailbox)
    send(road)
    assert kept(mailbox) == {"Sending": [], "Sent": [letter()]}
    assert [taken.raw for taken in sink.letters] == [letter()]
    assert (road.sent(ID), road.sent(OTHER), road.sent("<mm.1@westhaven.exampl>")) == (True, False, False)
    with mailbox.client(f"{mailbox.server.prefix}Sent") as client:
        assert list(client.search(["UNSEEN"])) == []


def test_the_copy_lies_in_the_shared_mailbox_not_in_the_senders(sink: Sink, user: User) -> None:
    """Who logs in to send is another account: colleagues look into the shared mailbox."""
    sending_account = user.server.user()
    send(postbox(sink, user))
    assert (user.letters("Sent"), sending_account.letters("Sent")) == ([letter()], [])


@pytest.mark.parametrize(("folder", "there"), [("Gesendet ü", "Gesendet ü"), ("", "Sent")])
def test_the_folder_is_the_one_that_is_named_or_that_the_server_means(
    sink: Sink, user: User, folder: str, there: str
) -> None:
    """Servers say which folder is for sent letters (SPECIAL-USE); in German it is another word."""
    send(postbox(sink, user, folder=folder))
    assert user.letters(there) == [letter()]


@pytest.mark.parametrize("step", ["MAIL", "RCPT c@d.example", "DATA", "DOT"])
@pytest.mark.parametrize("code", ["451 later", "550 no"])
def test_a_refused_letter_leaves_no_copy(sink: Sink, mailbox: User, step: str, code: str) -> None:
    """It has surely not gone, and nobody should read that it had."""
    sink.answers[step] = code
    road = postbox(sink, mailbox)
    with pytest.raises(NotSent):
        send(road)
    assert kept(mailbox) == {"Sending": [], "Sent": []}
    assert not road.sent(ID)
    sink.answers.clear()
    send(road)
    assert kept(mailbox) == {"Sending": [], "Sent": [letter()]}


@pytest.mark.parametrize("cut", ["taken, no answer", "not taken, no answer"])
def test_a_letter_cut_off_at_the_end_is_left_to_a_person(sink: Sink, user: User, cut: Any) -> None:
    """Nobody knows: asked before a retry, the answer is “cannot be told”, until a person moves or deletes the copy."""
    sink.cut = cut
    road = postbox(sink, user)
    with pytest.raises(Uncertain):
        send(road)
    assert kept(user) == {"Sending": [letter()], "Sent": []}
    with pytest.raises(Uncertain, match="folder “Sending”"):
        road.sent(ID)
    assert not road.sent(OTHER)
    with user.client("Sending") as client:
        if cut == "taken, no answer":
            client.move([1], "Sent")
        else:
            client.delete_messages([1])
            client.expunge()
    assert road.sent(ID) is (cut == "taken, no answer")


def test_a_process_that_dies_while_handing_over_does_not_send_again(sink: Sink, user: User) -> None:
    """Killed between the server's taking the letter and the copy's being filed: at most one goes, for any life."""
    seen: list[dict[str, list[bytes]]] = []

    def look(_: Taken) -> None:
        seen.append(kept(user))

    sink.before_answer = look
    send(postbox(sink, user))
    assert seen == [{"Sending": [letter()], "Sent": []}]  # what the next life would find


def test_a_copy_that_cannot_be_filed_at_once_is_filed_with_the_next_letter(
    sink: Sink, user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The letter has gone: a trouble with its copy must not send it again, nor be told as one."""
    road = postbox(sink, user)
    with monkeypatch.context() as patched:
        patched.setattr(SentFolder, "_file", _broken)
        road.send(letter(), sender="a@b.example", recipients=["c@d.example"], message_id=ID)
    assert kept(user) == {"Sending": [letter()], "Sent": []}
    assert road.sent(ID)
    send(road, OTHER)
    assert kept(user)["Sending"] == []
    assert sorted(kept(user)["Sent"]) == sorted([letter(), letter(OTHER)])


def test_without_a_place_for_the_copy_the_letter_waits(sink: Sink, user: User) -> None:
    """It could never be asked for: the IMAP server is waited for."""
    road = SmtpPostbox(sink.settings(), SentFolder(user.settings_with(port=1)))
    with pytest.raises(NotSent, match="so the letter waits") as refused:
        send(road)
    assert not refused.value.final
    assert sink.letters == []
    with pytest.raises(Uncertain):
        road.sent(ID)


def test_a_server_that_keeps_copies_itself_is_only_asked(sink: Sink, user: User) -> None:
    """Google Workspace lays them there: a second one from us would show every letter twice."""
    sink.before_answer = lambda taken: _append(user, taken.raw)
    sink.cut = "taken, no answer"
    road = postbox(sink, user, kept_by_server=True)
    with pytest.raises(Uncertain):
        send(road)
    assert road.sent(ID)
    assert user.letters("Sent") == [letter()]


def _append(user: User, raw: bytes) -> None:
    with user.client("") as client:
        client.append("Sent", raw)


def _broken(*_: Any, **__: Any) -> None:
    raise NotSent("The folder is full.")
