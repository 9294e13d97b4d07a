"""The line to Slack: the aiohttp Socket Mode client in its thread, refreshed, cut, dead, behind a proxy, stopped."""

import contextlib
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import pytest
import structlog

from bot.clock import SetClock
from bot.slack.app import build_app
from bot.slack.deps import Deps, Team
from bot.slack.socket import SlackLine, ThreadedSocketModeHandler
from bot.text import help as help_words
from tests.bot.slack.desks import THE_TEAM, DeskInMemory, said
from tests.bot.slack.loopback import APP_TOKEN, BOT_TOKEN, TEAM, LoopbackSlack, Refuse
from tests.bot.slack.samples import AT


@pytest.mark.usefixtures("line")
def test_a_listener_that_waits_keeps_nobody_else_waiting(slack: LoopbackSlack, desk: DeskInMemory) -> None:
    """Listeners run beside the socket's loop: while one waits for the database another is answered."""
    desk.hold = threading.Event()
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(slack.command, "cases")
        assert desk.entered.wait(10)
        assert help_words.TITLE in said(slack.command("help"))
        assert not waiting.done()
        desk.hold.set()
        assert "2 open cases" in said(waiting.result(10))


@pytest.mark.usefixtures("line")
def test_a_refreshed_connection_goes_on(slack: LoopbackSlack) -> None:
    """Slack does this every few hours."""
    slack.refresh()
    assert slack.wait_for_socket()
    assert help_words.TITLE in said(slack.command("help"))
    assert slack.tickets == 2


@pytest.mark.usefixtures("line")
def test_a_cut_connection_is_made_again(slack: LoopbackSlack) -> None:
    """Without a word from the other side."""
    slack.cut()
    assert slack.wait_for_socket()
    assert help_words.TITLE in said(slack.command("help"))


def test_stopping_lets_what_is_under_way_be_acknowledged(
    slack: LoopbackSlack, desk: DeskInMemory, line: SlackLine
) -> None:
    """What was committed is said to be done, although the bot stops."""
    desk.hold = threading.Event()
    with ThreadPoolExecutor(2) as pool:
        pressed = pool.submit(slack.command, "cases")
        assert desk.entered.wait(10)
        stopped = pool.submit(line.stop)
        desk.hold.set()
        assert "2 open cases" in said(pressed.result(10))
        stopped.result(20)
    assert not line.connected()
    line.stop()


def test_a_wrong_token_keeps_the_line_trying_and_stopping_is_quick(
    slack: LoopbackSlack, desk: DeskInMemory
) -> None:
    """`start` says that the line does not stand; nothing hangs."""
    app = build_app(
        Deps(desk, Team(TEAM), SetClock(datetime(2026, 12, 3, tzinfo=UTC)), BOT_TOKEN, slack.base_url)
    )
    line = SlackLine(
        app, "xapp-wrong", base_url=slack.base_url, ping_interval=0.2, restart_after=0.5, watch=0.1
    )
    assert line.start(wait=1.5) is False
    assert line.connected() is False
    line.stop()
    assert len([1 for method, _ in slack.calls if method == "apps.connections.open"]) >= 2


def test_a_line_that_stays_dead_is_opened_anew(slack: LoopbackSlack, desk: DeskInMemory) -> None:
    """A client that cannot reconnect is replaced by a new one, which can."""
    app = build_app(Deps(desk, THE_TEAM, SetClock(AT), BOT_TOKEN, slack.base_url))
    line = SlackLine(app, APP_TOKEN, base_url=slack.base_url, ping_interval=0.1, restart_after=0.4, watch=0.1)
    with structlog.testing.capture_logs() as logs:
        assert line.start()
        slack.troubles["apps.connections.open"] = [Refuse("internal_error")] * 8
        slack.cut()
        assert slack.wait_for_socket(20)
        assert help_words.TITLE in said(slack.command("help"))
        line.stop()
    assert "the line to Slack is dead; a new one is opened" in [entry["event"] for entry in logs]


class Pipe:
    """A proxy that passes everything on to the workspace and counts who comes through."""

    def __init__(self, slack: LoopbackSlack) -> None:
        self._target = urlsplit(slack.base_url).port
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port = self._server.getsockname()[1]
        self.used = 0
        self._open: list[socket.socket] = []
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._threads[0].start()

    def close(self) -> None:
        """End every connection."""
        for one in (self._server, *self._open):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()
        for one in self._threads:
            one.join(5)

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._server.accept()
            except OSError:
                return
            self.used += 1
            far = socket.create_connection(("127.0.0.1", self._target))
            self._open += [near, far]
            for source, target in ((near, far), (far, near)):
                self._threads.append(threading.Thread(target=self._pump, args=(source, target), daemon=True))
                self._threads[-1].start()

    @staticmethod
    def _pump(source: socket.socket, target: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)


def test_the_line_goes_through_the_councils_proxy(
    slack: LoopbackSlack, desk: DeskInMemory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """HTTPS_PROXY is set on most council servers: ticket and socket both go through it."""
    proxy = Pipe(slack)
    monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{proxy.port}")
    app = build_app(Deps(desk, THE_TEAM, SetClock(AT), BOT_TOKEN, slack.base_url))
    line = SlackLine(app, APP_TOKEN, base_url=slack.base_url, ping_interval=0.5)
    try:
        assert line.start()
        assert help_words.TITLE in said(slack.command("help"))
        assert proxy.used == 2
    finally:
        line.stop()
        proxy.close()


def test_a_client_that_fails_in_its_making_does_not_end_the_line(
    slack: LoopbackSlack, desk: DeskInMemory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever it was is logged under a reference, and the next client is tried."""
    made: list[object] = []

    class FailsOnce(ThreadedSocketModeHandler):
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            made.append(self)
            if len(made) == 1:
                raise RuntimeError("xapp-loopback")
            super().__init__(*args, **kwargs)

    monkeypatch.setattr("bot.slack.socket.ThreadedSocketModeHandler", FailsOnce)
    app = build_app(Deps(desk, THE_TEAM, SetClock(AT), BOT_TOKEN, slack.base_url))
    line = SlackLine(app, APP_TOKEN, base_url=slack.base_url, watch=0.1)
    with structlog.testing.capture_logs() as logs:
        assert line.start()
        line.stop()
    assert [entry["event"] for entry in logs] == ["the line to Slack failed"]
    assert "xapp-loopback" not in str(logs)
