"""Logging in to Exchange (issue 4's traps): a wrong password once, a delegate that does not impersonate, nothing told."""

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mail.exchange import ExchangeMailbox, ExchangePostbox
from mail.exchange.troubles import LoginRefused, NoAccess, NoImpersonation, SwitchedOff
from tests.mail.exchange.conftest import NOW, Watch
from tests.mail.exchange.loopback import (
    INBOX,
    PASSWORD,
    LoopbackExchange,
    Refuse,
)
from tests.mail.exchange.schema import NAMES

APPLICATION: dict[str, Any] = {
    "login": "oauth", "access": "impersonation", "tenant": "westhaven", "client": "moves", "secret": "battery staple",
}  # fmt: skip
Open = Callable[..., ExchangeMailbox]


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


def test_all_who_use_a_login_try_it_once_together(exchange: LoopbackExchange) -> None:
    """The mailbox, a second one that only listens, and the postbox: one wrong password, one try."""
    access = exchange.access(password="wrong")
    boxes = [ExchangeMailbox(access, now=lambda: NOW) for _ in range(2)]
    postbox = ExchangePostbox(access)
    for check in (boxes[0].check, boxes[1].check, postbox.check):
        with pytest.raises(LoginRefused):
            check()
    assert exchange.logins == [False]
    for each in (*boxes, postbox):
        each.close()


@pytest.fixture
def ntlm(exchange: LoopbackExchange, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The server speaks NTLM; who may log in stands in a file."""
    (tmp_path / "users").write_text(f"WESTHAVEN:moves:{PASSWORD}\n", encoding="utf-8")
    monkeypatch.setenv("NTLM_USER_FILE", str(tmp_path / "users"))
    exchange.ntlm = True


@pytest.mark.usefixtures("ntlm")
def test_ntlm_logs_in_once_a_connection(exchange: LoopbackExchange, open_box: Open) -> None:
    """The login belongs to the connection, which is kept."""
    box = open_box(login="ntlm")
    assert box.check()
    assert box.waiting() == []
    assert exchange.logins[0]
    assert len(exchange.connections) == 1


@pytest.mark.usefixtures("ntlm")
def test_a_wrong_password_is_tried_once_by_ntlm_too(exchange: LoopbackExchange, open_box: Open) -> None:
    """Its three messages are one try."""
    box = open_box(login="ntlm", password="wrong")
    for _ in range(3):
        with pytest.raises(LoginRefused):
            box.waiting()
    assert exchange.logins == [False]


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


@pytest.mark.parametrize("login", [{"password": "tr0ub4dor"}, "application"])
def test_neither_a_password_nor_a_request_is_told(
    login: Any,
    exchange: LoopbackExchange,
    open_box: Open,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The libraries log whole requests, servers repeat what they were sent."""
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
    if login == "application":
        login = APPLICATION | {"secret": "tr0ub4dor", "token_url": exchange.token_url}
    with caplog.at_level(logging.DEBUG):
        box = open_box(**login)
        with pytest.raises(LoginRefused) as refused:
            box.waiting()
    assert "tr0ub4dor" not in f"{refused.value!r} {exchange.access(**login)!r} {caplog.text}"
    assert NAMES["m"] not in caplog.text
    assert {record.name.partition(".")[0] for record in caplog.records} <= {"urllib3"}
