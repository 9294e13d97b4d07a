"""The app's manifest against Slack's own schema, against what the app registers, and against what the code calls."""

import ast
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator
from slack_bolt import App

import bot.slack
from bot.clock import SetClock
from bot.slack import buttons, modals, poster
from bot.slack.app import build_app
from bot.slack.deps import Deps, Team
from bot.slack.listeners import COMMAND
from tests.bot.slack import judges
from tests.bot.slack.desks import DeskInMemory

FOLDER = Path(bot.slack.__path__[0])

SCOPES_OF_METHODS: dict[str, set[str]] = {
    # as Slack's reference of each method says
    "auth_test": set(),
    "views_open": set(),
    "views_update": set(),
    "chat_postMessage": {"chat:write"},
    "chat_update": {"chat:write"},
    "conversations_history": {"groups:history"},  # of a private channel
    "conversations_replies": {"groups:history"},
}


@pytest.fixture
def manifest() -> dict[str, Any]:
    """The manifest as it ships."""
    read: dict[str, Any] = json.loads((FOLDER / "manifest.json").read_text(encoding="utf-8"))
    return read


@pytest.fixture
def app() -> App:
    """The app as it is built; building it reaches nothing outside."""
    clock = SetClock(datetime(2026, 12, 3, tzinfo=UTC))
    return build_app(Deps(DeskInMemory(), Team("T0"), clock, "xoxb-x", base_url="http://127.0.0.1:9/api/"))


def registered(app: App) -> dict[str, set[str]]:
    """What the app's listeners wait for, by asking each with a request of that kind."""
    from slack_bolt.request import BoltRequest

    def heard(body: dict[str, Any]) -> bool:
        request = BoltRequest(body=body, mode="socket_mode")
        return any(listener.matches(req=request, resp=None) for listener in app._listeners)

    commands = {name for name in (COMMAND, "/other") if heard({"command": name})}
    ids = {getattr(buttons, name) for name in ("DETAILS", "ASK_SCHOOL", "PUT_ON_PANEL")} | {"other"}
    actions = {i for i in ids if heard({"type": "block_actions", "actions": [{"action_id": i}], "user": {}})}
    views = {
        i
        for i in (modals.CALLBACK,)
        if heard({"type": "view_submission", "view": {"type": "modal", "callback_id": i}})
    }
    return {"commands": commands, "actions": actions, "views": views, "count": {str(len(app._listeners))}}


def methods_called() -> set[str]:
    """Every method of Slack's that the code in bot/slack names on a client."""
    called = set()
    for path in FOLDER.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute) and node.attr.startswith(
                (
                    "chat_",
                    "conversations_",
                    "views_",
                    "users_",
                    "files_",
                    "auth_",
                    "reactions_",
                    "pins_",
                    "bots_",
                )
            ):
                called.add(node.attr)
    return called


@pytest.mark.parametrize("version", ["1.0.0", "2.0.0"])
def test_the_manifest_is_what_slack_takes(manifest: dict[str, Any], version: str) -> None:
    """Both published schemas."""
    schema = json.loads((judges.SCHEMAS / f"manifest.schema.{version}.json").read_text(encoding="utf-8"))
    assert [error.message for error in Draft7Validator(schema).iter_errors(manifest)] == []


def test_the_manifest_keeps_to_lengths_that_the_schema_misses(manifest: dict[str, Any]) -> None:
    """Name 35, description 140, command 32, its description 2,000; the colour is dark enough for white text."""
    shown = manifest["display_information"]
    assert len(shown["name"]) <= 35
    assert len(shown["description"]) <= 140
    red, green, blue = (int(shown["background_color"][i : i + 2], 16) for i in (1, 3, 5))
    assert 0.2126 * red + 0.7152 * green + 0.0722 * blue < 85
    assert [command["command"] for command in manifest["features"]["slash_commands"]] == [COMMAND]


def test_the_app_listens_to_what_the_manifest_and_the_cards_offer(manifest: dict[str, Any], app: App) -> None:
    """One command and three buttons; the details view has nothing to send, and nothing else is listened to."""
    heard = registered(app)
    assert heard["commands"] == {command["command"] for command in manifest["features"]["slash_commands"]}
    assert heard["actions"] == {buttons.DETAILS, buttons.ASK_SCHOOL, buttons.PUT_ON_PANEL}
    assert heard["views"] == set()
    assert heard["count"] == {"4"}
    assert "submit" not in modals.loading("MM-26-0001")


def test_the_manifest_asks_for_no_more_and_no_less_than_is_used(manifest: dict[str, Any]) -> None:
    """A scope for each method that is called, one for commands, one for the keys in metadata."""
    called = methods_called()
    assert called == set(SCOPES_OF_METHODS)
    needed = set().union(*(SCOPES_OF_METHODS[method] for method in called)) | {
        "commands",
        "metadata.message:read",
    }
    assert set(manifest["oauth_config"]["scopes"]["bot"]) == needed
    assert needed == poster.SCOPES | {"commands"}
    assert "user" not in manifest["oauth_config"]["scopes"]


def test_the_manifest_needs_no_address_of_ours(manifest: dict[str, Any]) -> None:
    """Socket Mode with interactivity, no event, no URL."""
    assert manifest["settings"]["socket_mode_enabled"] is True
    assert manifest["settings"]["interactivity"] == {"is_enabled": True}
    assert "event_subscriptions" not in manifest["settings"]
    assert "url" not in json.dumps(manifest)
