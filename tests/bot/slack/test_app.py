"""The app by itself: what it needs to be built, and that it always answers."""

import logging
from datetime import UTC, datetime
from typing import Any

import pytest
from freezegun import freeze_time
from hypothesis import given
from hypothesis import strategies as st
from slack_bolt import App
from slack_bolt.request import BoltRequest

from bot.clock import SetClock
from bot.slack import commands
from bot.slack.app import build_app
from bot.slack.deps import Deps, Team
from bot.slack.escaping import escape, plain
from bot.slack.limits import clip
from tests.bot.slack.desks import DeskInMemory

NOBODY_THERE = "http://127.0.0.1:9/api/"


@pytest.fixture
def desk() -> DeskInMemory:
    """A desk with one case."""
    return DeskInMemory()


@pytest.fixture
def app(desk: DeskInMemory) -> App:
    """The app with nobody to talk to."""
    clock = SetClock(datetime(2026, 12, 3, 17, tzinfo=UTC))
    return build_app(Deps(desk, Team.of("T0", officers=["U0"]), clock, "xoxb-x", base_url=NOBODY_THERE))


def command(text: str) -> BoltRequest:
    """`/moves` as Socket Mode brings it."""
    body = {"command": "/moves", "text": text, "team_id": "T0", "user_id": "U0", "user_name": "pat"}
    return BoltRequest(body=body, mode="socket_mode")


def test_building_and_asking_reach_nobody(app: App) -> None:
    """No `auth.test` at the start, none at the first click."""
    assert app.dispatch(command("cases")).status == 200


@pytest.mark.parametrize("trouble", [RuntimeError("x"), OSError("x"), KeyError("x"), AssertionError()])
def test_whatever_goes_wrong_is_acknowledged_also_when_the_clock_stands(
    app: App, desk: DeskInMemory, trouble: Exception
) -> None:
    """Bolt by itself waits for ever on a frozen clock for an acknowledgement that does not come."""
    desk.trouble = trouble
    with freeze_time("2026-12-03 17:00"):
        response = app.dispatch(command("cases"))
    assert response.status == 200
    assert "Something went wrong. Reference " in str(response.body)


def test_a_click_is_acknowledged_although_its_private_answer_cannot_be_shown(app: App) -> None:
    """The change was committed; the card will show it."""
    body: dict[str, Any] = {
        "type": "block_actions",
        "team": {"id": "T0"},
        "user": {"id": "U0", "name": "pat", "team_id": "T0"},
        "response_url": "http://127.0.0.1:9/response/1",
        "trigger_id": "1",
        "actions": [{"type": "button", "action_id": "case_ask_school", "value": "MM-26-0007@3"}],
    }
    assert app.dispatch(BoltRequest(body=body, mode="socket_mode")).status == 200


def test_slacks_libraries_never_log_what_people_are_shown(app: App) -> None:
    """At debug level they write whole messages: the logger they are given does not go so low."""
    assert not app.logger.isEnabledFor(logging.INFO)
    assert not app.client.logger.isEnabledFor(logging.DEBUG)


def test_the_token_is_not_shown_with_the_parts() -> None:
    """A traceback may print them."""
    shown = repr(Deps(DeskInMemory(), Team("T0"), SetClock(datetime(2026, 12, 3, tzinfo=UTC)), "xoxb-secret"))
    assert "xoxb-secret" not in shown


def test_who_stands_in_two_lists_may_do_what_the_stronger_may() -> None:
    """An officer who is also the administrator is an officer."""
    team = Team.of(
        "T0", officers=["U1"], deputies=["U1", "U2"], panel_members=["U2"], administrators=["U1", "U3"]
    )
    assert team.roles == {"U1": "officer", "U2": "deputy", "U3": "administrator"}


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("  CASES ", commands.Cases()),
        ("Case  mm-26-0007", commands.OneCase("MM-26-0007")),
        ("case", commands.Unknown()),
        ("case Odette", commands.Unknown()),
        ("cases all", commands.Unknown()),
        ("panel 10 December 2026", commands.Panel(datetime(2026, 12, 10, tzinfo=UTC).date())),
        ("panel 31/02/2026", commands.NoDate()),
        ("help me", commands.Help()),
    ],
)
def test_what_is_typed_becomes_a_typed_value(text: str, asked: commands.Command) -> None:
    """Whatever the case and the spaces."""
    assert commands.parse(text) == asked


@given(st.text(max_size=300))
def test_escaped_text_cannot_become_a_mention_or_a_link(text: str) -> None:
    """Whatever came from outside: no raw angle bracket, no address, nothing that cannot be seen but our own joiner."""
    escaped = escape(text)
    assert not set("<>*_~`") & set(escaped)
    assert "://" not in escaped
    assert "\n" not in escaped
    assert not {"\u200b", "\u202e", "\ufeff", "\x00"} & set(escaped)
    assert "<" not in plain(text)["text"]


@given(st.text(alphabet="a&<>é ", min_size=1, max_size=80), st.integers(6, 60))
def test_a_cut_never_leaves_half_an_entity(text: str, limit: int) -> None:
    """`&am` would be shown as it is."""
    cut = clip(plain(text)["text"], limit)
    assert len(cut) <= limit
    for whole in ("&amp;", "&lt;", "&gt;"):
        cut = cut.replace(whole, "")
    assert "&" not in cut
