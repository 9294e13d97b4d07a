"""What every road for letters promises: the in-memory fake, the folder, Exchange and Graph (on loopback servers) and SMTP
with a folder of sent letters (on aiosmtpd and Dovecot) alike.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.fakes import InMemoryPostbox
from bot.ports import Postbox, SurelyNotSent, Uncertain
from mail import FolderPostbox, MailError
from mail.exchange import ExchangePostbox
from mail.graph import GraphPostbox
from mail.imap import SentFolder
from mail.smtp import SmtpPostbox
from tests.mail import smtp_sink
from tests.mail.exchange.loopback import LoopbackExchange
from tests.mail.graph.loopback import LoopbackGraph
from tests.mail.imap.dovecot import User

SENDER, RECIPIENT = "a@b.example", "c@d.example"


_ON_DOVECOT = [pytest.param(name, marks=pytest.mark.needs("dovecot")) for name in ("user", "bare_user")]


@pytest.fixture(params=["memory", "folder", "exchange", "graph", *_ON_DOVECOT])
def postbox(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Postbox]:
    """Each kind of road, nothing sent."""
    if request.param == "memory":
        yield InMemoryPostbox()
    elif request.param == "folder":
        yield FolderPostbox(tmp_path / "sent")
    elif request.param == "graph":
        with LoopbackGraph() as cloud, cloud.connected(tmp_path) as graph:
            yield GraphPostbox(graph)
        assert cloud.complaints == []
    elif "user" in request.param:
        user: User = request.getfixturevalue(request.param)
        with smtp_sink.running(tmp_path) as sink:
            smtp = SmtpPostbox(sink.settings(), SentFolder(user.settings))
            yield smtp
            smtp.close()
    else:
        with LoopbackExchange(SENDER) as server:
            exchange = ExchangePostbox(server.access())
            yield exchange
            exchange.close()
        assert server.wrong == []


def send(postbox: Postbox, message_id: str) -> None:
    raw = f"From: {SENDER}\r\nTo: {RECIPIENT}\r\nMessage-ID: {message_id}\r\n\r\nletter\r\n".encode()
    postbox.send(raw, sender=SENDER, recipients=[RECIPIENT], message_id=message_id)


def test_what_was_sent_is_known_by_its_message_id(postbox: Postbox) -> None:
    """Asked before a retry whose first try ended uncertain."""
    assert not postbox.sent("<1@x>")
    send(postbox, "<1@x>")
    assert postbox.sent("<1@x>")
    assert not postbox.sent("<2@x>")


def test_a_road_can_be_checked(postbox: Postbox) -> None:
    """The check is a sentence, and sends nothing."""
    assert postbox.check().endswith(".")
    assert not postbox.sent("")


def test_the_fake_can_refuse() -> None:
    """A letter that surely has not gone is not found afterwards."""
    postbox = InMemoryPostbox(fault=SurelyNotSent("The server is closed.", retry_after=60))
    with pytest.raises(SurelyNotSent) as refused:
        send(postbox, "<1@x>")
    assert refused.value.retry_after == 60
    assert not postbox.sent("<1@x>")


def test_the_fake_can_lose_an_answer() -> None:
    """The letter went; only the destination knows it."""
    postbox = InMemoryPostbox(lose_answer=True)
    with pytest.raises(Uncertain):
        send(postbox, "<1@x>")
    assert postbox.sent("<1@x>")


def test_the_ports_errors_are_the_mail_rooms_errors() -> None:
    """One family, whichever side catches it."""
    assert issubclass(SurelyNotSent, MailError)
    assert issubclass(Uncertain, MailError)
