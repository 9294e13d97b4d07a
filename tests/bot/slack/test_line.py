"""The whole way: a command or a click in the loopback workspace, over the real aiohttp Socket Mode handler, through the
app to the desk, and back."""

import contextlib
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import pytest
import structlog

from bot.clock import SetClock
from bot.slack import buttons
from bot.slack.app import build_app
from bot.slack.deps import Deps, Team
from bot.slack.socket import SlackLine, ThreadedSocketModeHandler
from bot.text import errors, listings
from bot.text import help as help_words
from store.errors import NotAllowed
from tests.bot.slack import judges
from tests.bot.slack.desks import DeskInMemory
from tests.bot.slack.loopback import APP_TOKEN, BOT_TOKEN, TEAM, LoopbackSlack, Refuse
from tests.bot.slack.samples import AT, case_line

OFFICER, DEPUTY, PANEL_MEMBER, ADMINISTRATOR = "U0OFFICER", "U0DEPUTY", "U0PANEL", "U0ADMIN"
EVERYONE = [OFFICER, DEPUTY, PANEL_MEMBER, ADMINISTRATOR]
CASE = case_line()


@pytest.fixture
def desk() -> DeskInMemory:
    """A desk with one case."""
    return DeskInMemory()


@pytest.fixture
def line(slack: LoopbackSlack, desk: DeskInMemory) -> Iterator[SlackLine]:
    """The app on the line, connected."""
    team = Team.of(
        TEAM,
        officers=[OFFICER],
        deputies=[DEPUTY],
        panel_members=[PANEL_MEMBER],
        administrators=[ADMINISTRATOR],
    )
    clock = SetClock(datetime(2026, 12, 3, 17, tzinfo=UTC))
    app = build_app(Deps(desk, team, clock, BOT_TOKEN, base_url=slack.base_url))
    line = SlackLine(app, APP_TOKEN, base_url=slack.base_url, ping_interval=0.5, restart_after=3.0, watch=0.1)
    assert line.start()
    assert slack.wait_for_socket()
    yield line
    line.stop()


def said(answered: Any) -> str:
    """The words of a private answer in an acknowledgement."""
    assert answered.payload is not None
    return judges.everything_readable(answered.payload)


def shown(slack: LoopbackSlack) -> list[str]:
    """The words of the private answers to clicks."""
    return [judges.everything_readable(answer) for answer in slack.shown]


# ---------------------------------------------------------------- commands


@pytest.mark.usefixtures("line")
@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", help_words.TITLE),
        ("help", help_words.TITLE),
        ("frobnicate Odette", help_words.UNKNOWN),
        ("cases", "2 open cases"),
        ("case mm-26-0007", "MM-26-0007 · Oakfield High School"),
        ("case MM-26-9999", errors.NO_SUCH_CASE),
        ("panel", "Panel on Thu 10 December 2026"),
        ("panel 10/12/2026", "Panel on Thu 10 December 2026"),
        ("panel 2026-12-11", "There is no panel on Fri 11 December 2026."),
        ("panel tomorrow", listings.NOT_A_DATE),
    ],
)
def test_a_command_is_answered_privately_at_once(slack: LoopbackSlack, text: str, words: str) -> None:
    """In the acknowledgement itself, in Slack's shape, to the one who asked."""
    answered = slack.command(text)
    assert words in said(answered)
    assert answered.payload["response_type"] == "ephemeral"
    assert judges.message_faults({k: answered.payload[k] for k in ("text", "blocks")}) == []
    assert slack.messages == []


@pytest.mark.usefixtures("line")
def test_words_that_are_no_command_are_not_repeated(slack: LoopbackSlack) -> None:
    """They may hold a name."""
    assert "Odette" not in said(slack.command("find Odette Rowntree"))


@pytest.mark.usefixtures("line")
def test_a_command_that_is_not_ours_is_still_answered(slack: LoopbackSlack) -> None:
    """Bolt alone would leave it without an acknowledgement."""
    assert errors.NOT_UNDERSTOOD in said(slack.command("", command="/other"))


# ---------------------------------------------------------------- details


@pytest.mark.usefixtures("line")
@pytest.mark.parametrize("user", [OFFICER, DEPUTY, PANEL_MEMBER])
def test_details_open_in_a_private_view(slack: LoopbackSlack, user: str) -> None:
    """The view is opened before the case is read, then filled; the channel sees nothing."""
    slack.press(buttons.details(CASE), user=user)
    (view,) = slack.views.values()
    assert "Odette Rowntree" in judges.everything_readable(view)
    assert [method for method, _ in slack.calls if method.startswith("views")] == [
        "views.open",
        "views.update",
    ]
    opened = next(asked for method, asked in slack.calls if method == "views.open")
    assert "Odette" not in str(opened)
    assert slack.messages == []


@pytest.mark.usefixtures("line")
def test_when_details_cannot_be_read_the_open_view_says_why(slack: LoopbackSlack, desk: DeskInMemory) -> None:
    """It does not stand at "Fetching…" for ever."""
    slack.press(buttons.details(case_line(9)))
    (view,) = slack.views.values()
    assert errors.NO_SUCH_CASE in judges.everything_readable(view)
    desk.trouble = RuntimeError("Odette Rowntree")
    slack.press(buttons.details(CASE))
    failed = judges.everything_readable(list(slack.views.values())[1])
    assert "Something went wrong. Reference " in failed
    assert "Odette" not in failed


@pytest.mark.usefixtures("line")
def test_a_view_that_slack_opens_too_late_is_explained(slack: LoopbackSlack) -> None:
    """The click is acknowledged and its maker told to press again."""
    slack.troubles["views.open"] = [Refuse("expired_trigger_id")]
    slack.press(buttons.details(CASE))
    assert errors.TOO_LATE in shown(slack)[0]


@pytest.mark.usefixtures("line")
def test_a_view_that_its_reader_has_closed_needs_no_filling(slack: LoopbackSlack) -> None:
    """No error is shown for it."""
    slack.troubles["views.update"] = [Refuse("not_found")]
    slack.press(buttons.details(CASE))
    assert slack.shown == []


# ---------------------------------------------------------------- changes


@pytest.mark.usefixtures("line")
@pytest.mark.parametrize(
    ("button", "what", "words"),
    [
        (buttons.ask_school(CASE), "SchoolAsked", "MM-26-0007: a letter to the school is on its way"),
        (buttons.put_on_panel(CASE), "PutOnAgenda", "MM-26-0007: put on the agenda"),
    ],
)
def test_a_button_does_one_thing_for_a_named_person(
    slack: LoopbackSlack, desk: DeskInMemory, button: dict[str, Any], what: str, words: str
) -> None:
    """With the version that was on the screen."""
    slack.press(button, user=DEPUTY)
    ((done, reference, version, by),) = desk.done
    assert (done, reference, version) == (what, "MM-26-0007", 3)
    assert (by.id, by.name, by.role) == (DEPUTY, "u0deputy", "deputy")
    assert words in shown(slack)[0]
    assert slack.shown[0]["response_type"] == "ephemeral"
    assert slack.shown[0]["replace_original"] is False


@pytest.mark.usefixtures("line")
def test_a_second_click_changes_nothing_and_says_who_was_first(
    slack: LoopbackSlack, desk: DeskInMemory
) -> None:
    """Also when Slack itself delivers a click again."""
    slack.press(buttons.put_on_panel(CASE))
    slack.press(buttons.put_on_panel(CASE), user=DEPUTY)
    slack.press(buttons.put_on_panel(CASE), retry=True)
    assert len(desk.done) == 1
    first = (
        "Already done: put on the agenda, by u0officer on Tue 1 December 2026, 09:12. Nothing more was done."
    )
    assert [first in words for words in shown(slack)] == [False, True, True]


@pytest.mark.usefixtures("line")
def test_a_click_on_a_card_that_has_changed_otherwise_does_nothing(
    slack: LoopbackSlack, desk: DeskInMemory
) -> None:
    """It is not said to have been done."""
    slack.press(buttons.put_on_panel(case_line(version=2)))
    assert desk.done == []
    assert errors.STALE in shown(slack)[0]


@pytest.mark.usefixtures("line")
def test_a_refusal_is_said_privately_with_its_rule(slack: LoopbackSlack, desk: DeskInMemory) -> None:
    """A person who asks why has the answer before them."""
    desk.trouble = NotAllowed("A decision is awaited.", rule="R4", source="Salford preamble")
    slack.press(buttons.put_on_panel(CASE))
    assert "MM-26-0007: A decision is awaited. (R4, Salford preamble)" in shown(slack)[0]


@pytest.mark.usefixtures("line")
def test_a_mistake_of_our_own_is_told_with_the_reference_it_is_logged_under(
    slack: LoopbackSlack, desk: DeskInMemory
) -> None:
    """The error's own words may quote a form: neither the person nor the log gets them."""
    desk.trouble = RuntimeError("Odette Rowntree, born 6 May 2012")
    with structlog.testing.capture_logs() as logs:
        answered = slack.command("cases")
    (logged,) = [entry for entry in logs if "reference" in entry]
    assert f"Something went wrong. Reference {logged['reference']}" in said(answered)
    assert "Odette" not in str(logs) + said(answered)


@pytest.mark.usefixtures("line")
def test_a_value_that_we_did_not_make_is_acknowledged_and_does_nothing(
    slack: LoopbackSlack, desk: DeskInMemory
) -> None:
    """As from a button of a version long gone."""
    slack.press({**buttons.ask_school(CASE), "value": "MM-26-0007"})
    slack.press({**buttons.ask_school(CASE), "action_id": "no_such_button"})
    assert desk.done == []
    assert [errors.NOT_UNDERSTOOD in words for words in shown(slack)] == [True, True]


# ---------------------------------------------------------------- who may


@pytest.mark.usefixtures("line")
@pytest.mark.parametrize(
    ("user", "team", "sentence"),
    [("U0STRANGER", TEAM, errors.NOT_FOR_YOU), (OFFICER, "T0OTHER", errors.OTHER_WORKSPACE)],
)
def test_a_stranger_gets_one_private_sentence_and_nothing_else(
    slack: LoopbackSlack, desk: DeskInMemory, user: str, team: str, sentence: str
) -> None:
    """Whatever they ask; the desk never hears of it."""
    desk.trouble = AssertionError("the desk was asked")
    assert said(slack.command("cases", user=user, team=team)).splitlines() == [sentence, sentence]
    for button in (buttons.details(CASE), buttons.ask_school(CASE), buttons.put_on_panel(CASE)):
        slack.press(button, user=user, team=team)
    assert [words.splitlines() for words in shown(slack)] == [[sentence, sentence]] * 3
    assert slack.views == {}


@pytest.mark.usefixtures("line")
@pytest.mark.parametrize(
    ("user", "opens", "changes"),
    [(OFFICER, True, True), (DEPUTY, True, True), (PANEL_MEMBER, True, False), (ADMINISTRATOR, False, False)],
)
def test_each_role_does_what_it_may(
    slack: LoopbackSlack, desk: DeskInMemory, user: str, opens: bool, changes: bool
) -> None:
    """A panel member reads; an administrator reads no names; both are told so."""
    slack.press(buttons.details(CASE), user=user)
    slack.press(buttons.ask_school(CASE), user=user)
    assert bool(slack.views) is opens
    assert bool(desk.done) is changes
    refused = [words for words in shown(slack) if errors.NOT_YOUR_ROLE in words]
    assert len(refused) == [opens, changes].count(False)


@pytest.mark.usefixtures("line")
@pytest.mark.parametrize(
    ("user", "drawn"),
    [
        (OFFICER, {buttons.DETAILS, buttons.ASK_SCHOOL}),
        (PANEL_MEMBER, {buttons.DETAILS}),
        (ADMINISTRATOR, set()),
    ],
)
def test_an_answer_has_only_the_buttons_its_reader_may_use(
    slack: LoopbackSlack, user: str, drawn: set[str]
) -> None:
    """No dead buttons."""
    answered = slack.command("case MM-26-0007", user=user)
    assert answered.payload is not None
    elements = [e for block in answered.payload["blocks"] for e in block.get("elements", [])]
    assert {element["action_id"] for element in elements} == drawn


# ---------------------------------------------------------------- the line


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
    app = build_app(Deps(desk, Team.of(TEAM, officers=[OFFICER]), SetClock(AT), BOT_TOKEN, slack.base_url))
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
    app = build_app(Deps(desk, Team.of(TEAM, officers=[OFFICER]), SetClock(AT), BOT_TOKEN, slack.base_url))
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
    app = build_app(Deps(desk, Team.of(TEAM, officers=[OFFICER]), SetClock(AT), BOT_TOKEN, slack.base_url))
    line = SlackLine(app, APP_TOKEN, base_url=slack.base_url, watch=0.1)
    with structlog.testing.capture_logs() as logs:
        assert line.start()
        line.stop()
    assert [entry["event"] for entry in logs] == ["the line to Slack failed"]
    assert "xapp-loopback" not in str(logs)
