"""Settings lead to the mailbox and the road that the council has, and a mistake is told by its key."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

import mail
from bot.clock import SystemClock
from bot.mail_roads import MailRoads
from bot.settings import Settings, SettingsError, checked
from mail.exchange import ExchangeMailbox, ExchangePostbox
from mail.graph import GraphMailbox, GraphPostbox
from mail.imap import ImapMailbox
from mail.smtp import SmtpPostbox

COUNCIL = {"name": "Westhaven", "inbox_address": "school.admissions@westhaven.example"}

EXCHANGE = """
[[mailboxes]]
kind = "exchange"
address = "school.admissions@westhaven.example"
endpoint = "https://mail.westhaven.example/EWS/Exchange.asmx"
access = "delegate"
login = "ntlm"
user = 'WESTHAVEN\\moves'
password = "file:secret"
[sending]
kind = "mailbox"
"""
GRAPH = """
[[mailboxes]]
kind = "graph"
address = "school.admissions@westhaven.example"
tenant = "11111111-2222-3333-4444-555555555555"
client = "66666666-7777-8888-9999-000000000000"
secret = "file:secret"
[sending]
kind = "mailbox"
mailbox = "admissions"
"""
IMAP = """
[[mailboxes]]
kind = "imap"
host = "imap.westhaven.example"
user = "admissions"
password = "file:secret"
[sending]
kind = "smtp"
host = "smtp.westhaven.example"
user = "admissions"
password = "file:secret"
sent_mailbox = "admissions"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "secret").write_text("a-secret-of-the-council\n", encoding="utf-8")
    return tmp_path


def settings(folder: Path, text: str) -> Settings:
    return checked({"folder": folder, "council": COUNCIL, **tomllib.loads(text)})


def roads(folder: Path, text: str) -> MailRoads:
    return MailRoads(settings(folder, text), SystemClock())


@pytest.mark.parametrize(
    ("text", "inbox", "postbox"),
    [
        ("", mail.FolderMailbox, mail.FolderPostbox),
        (EXCHANGE, ExchangeMailbox, ExchangePostbox),
        (GRAPH, GraphMailbox, GraphPostbox),
        (IMAP, ImapMailbox, SmtpPostbox),
    ],
    ids=["folder", "exchange", "graph", "imap"],
)
def test_each_kind_of_mailbox_is_made_as_set_up(
    folder: Path, text: str, inbox: type[Any], postbox: type[Any]
) -> None:
    """No network is touched before the first use; the mailbox has the name of its section."""
    made = roads(folder, text)
    box = made.inbox(made._settings.mailboxes[0])
    assert isinstance(box, inbox)
    assert box.name == "admissions"
    assert isinstance(made.postbox(), postbox)


@pytest.mark.parametrize(("text", "number"), [("", 0), (GRAPH, 0), (EXCHANGE, 1), (IMAP, 1)])
def test_mailboxes_that_tell_by_themselves_are_heard(folder: Path, text: str, number: int) -> None:
    """Exchange streams and IMAP idles; a folder and Graph are asked at each poll."""
    assert len(list(roads(folder, text).listeners())) == number


@pytest.mark.parametrize(
    ("text", "key", "fix"),
    [
        (EXCHANGE.replace("file:secret", "hunter2"), "mailboxes.0.password", "environment:NAME"),
        (EXCHANGE.replace('"ntlm"', '"kerberos"'), "mailboxes.0.login", "ntlm"),
        (GRAPH.replace('"graph"', '"pigeon"'), "mailboxes.0", "no such kind"),
        (IMAP.replace("host", "hots", 1), "mailboxes.0.host", "needed"),
        (IMAP.replace("sent_mailbox", "sent_malibox"), "sending.sent_malibox", "no such setting"),
    ],
)
def test_a_mistake_is_named_by_its_key(folder: Path, text: str, key: str, fix: str) -> None:
    """As it stands in the file, whatever kind of mailbox it is; a secret is not repeated."""
    with pytest.raises(SettingsError) as raised:
        settings(folder, text)
    assert f"  {key}:" in str(raised.value)
    assert fix in str(raised.value)
    assert "hunter2" not in str(raised.value)


@pytest.mark.parametrize("text", [EXCHANGE, GRAPH, IMAP])
def test_a_secret_that_cannot_be_had_is_told_without_being_shown(folder: Path, text: str) -> None:
    """The setting and its source are named."""
    made = roads(folder, text)
    (folder / "secret").unlink()
    with pytest.raises(SettingsError, match=r"admissions\.(password|secret).*file:secret"):
        made.inbox(made._settings.mailboxes[0])


def test_an_unsafe_exchange_server_is_refused(folder: Path) -> None:
    """Letters never travel in the clear."""
    made = roads(folder, EXCHANGE.replace("https://", "http://"))
    with pytest.raises(mail.MailError, match="https"):
        made.inbox(made._settings.mailboxes[0])


@pytest.mark.parametrize(
    "text",
    [
        '[sending]\nkind = "mailbox"\nmailbox = "other"\n',
        '[sending]\nkind = "mailbox"\n',  # a folder sends nothing
        '[sending]\nkind = "smtp"\nhost = "smtp.westhaven.example"\nsent_mailbox = "admissions"\n',
    ],
)
def test_a_road_that_names_no_fitting_mailbox_is_told(folder: Path, text: str) -> None:
    """The key and the name are told."""
    with pytest.raises(SettingsError, match=r"sending\.(sent_)?mailbox"):
        roads(folder, text).postbox()
