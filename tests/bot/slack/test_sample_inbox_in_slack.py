"""The sample inbox with Slack as the channel: the real worker, the real desk, the real app on the loopback workspace."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.clock import SetClock
from bot.composition import Moves, build
from bot.slack import buttons
from bot.slack.app import build_app
from bot.slack.deps import Deps, Team
from bot.slack.poster import SlackChannel
from bot.slack.socket import SlackLine
from store.protocol.case import Stage
from tests.bot.slack import judges
from tests.bot.slack.loopback import APP_TOKEN, BOT_TOKEN, CHANNEL, PROXIES, TEAM, LoopbackSlack
from tests.journeys.westhaven import NOW, lay_out, mentions
from tests.store_fixtures import *  # noqa: F403 - the fixtures are named in its __all__
from tests.store_fixtures import KEY, Database

OFFICER, PANEL_MEMBER = "U0OFFICER", "U0PANEL"


@pytest.fixture(scope="module")
def workspace() -> Iterator[LoopbackSlack]:
    """One workspace for all of these tests: each presses the buttons of its own cases."""
    with LoopbackSlack() as slack:
        yield slack


@pytest.fixture(scope="module")
def moves(
    workspace: LoopbackSlack, sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Moves]:
    """The bot after its first round over the sample inbox, on the line."""
    folder = tmp_path_factory.mktemp("westhaven")
    shutil.copyfile(sqlite_template, folder / "cases.db")
    settings = lay_out(folder / "council", Database("sqlite", f"sqlite:///{folder / 'cases.db'}", KEY))
    clock = SetClock(NOW)
    with pytest.MonkeyPatch.context() as patch:
        for name in PROXIES:
            patch.delenv(name, raising=False)
        channel = SlackChannel(BOT_TOKEN, CHANNEL, base_url=workspace.base_url)
        patch.setattr("bot.composition.channel_of", lambda *_: channel)
        with build(settings, clock) as moves:
            assert moves.worker.run_once().troubles == []
            team = Team.of(TEAM, officers=[OFFICER], panel_members=[PANEL_MEMBER])
            app = build_app(Deps(moves.desk, team, clock, BOT_TOKEN, workspace.base_url))
            line = SlackLine(app, APP_TOKEN, base_url=workspace.base_url)
            assert line.start()
            yield moves
            line.stop()


@pytest.fixture
def slack(workspace: LoopbackSlack) -> LoopbackSlack:
    """The workspace, with nothing private shown yet."""
    workspace.shown.clear()
    workspace.views.clear()
    return workspace


def card_of(slack: LoopbackSlack, reference: str) -> dict[str, Any]:
    """The one card of a case."""
    (card,) = [m for m in slack.posted() if m["text"].startswith(f"{reference} · ")]
    return card


def button_of(card: dict[str, Any], action: str) -> dict[str, Any]:
    """A button of a card."""
    (button,) = [e for b in card["blocks"] for e in b.get("elements", []) if e.get("action_id") == action]
    return dict(button)


def everything(slack: LoopbackSlack) -> str:
    """All that stands in the channel."""
    return "\n".join(
        f"{judges.everything_readable(message)} {message['metadata']}" for message in slack.messages
    )


@pytest.mark.usefixtures("moves")
def test_the_channel_has_a_card_a_case_and_names_no_child(slack: LoopbackSlack) -> None:
    """Nine cards, each case's lines in its own thread, five letters for the officer, one panel; no name, date or UPN."""
    heads = [message["blocks"][0]["text"]["text"] for message in slack.posted()]
    assert sorted(head[:10] for head in heads if head.startswith("MM-")) == [
        f"MM-26-{n:04d}" for n in range(1, 10)
    ]
    assert heads.count("A letter waits for the officer") == 5
    assert heads.count("Panel on Thu 10 December 2026") == 1
    assert len(heads) == 15
    places = {message["ts"]: message["text"][:10] for message in slack.posted()}
    lines = [message for message in slack.messages if "thread_ts" in message]
    assert lines
    assert all(places[line["thread_ts"]] == line["text"][:10] for line in lines)
    assert mentions(everything(slack)) == set()


def test_put_on_panel_changes_the_case_and_redraws_its_card(slack: LoopbackSlack, moves: Moves) -> None:
    """One click: committed before it is acknowledged, said privately, drawn on the same card, told in its thread."""
    card = card_of(slack, "MM-26-0001")
    press = button_of(card, buttons.PUT_ON_PANEL)  # kept: the card is redrawn in place
    posts = len(slack.posted())
    slack.press(press, user=OFFICER)
    assert moves.casebook.case("MM-26-0001").stage is Stage.ON_AGENDA
    assert "MM-26-0001: put on the agenda" in str(slack.shown)
    moves.worker.run_once()
    assert len(slack.posted()) == posts
    drawn = judges.everything_readable(card_of(slack, "MM-26-0001"))
    assert "*Stage*\nOn the agenda" in drawn
    assert "Put on panel" not in drawn
    said = [m["text"] for m in slack.messages if m.get("thread_ts") == card["ts"]]
    assert said[-1] == "MM-26-0001: On the agenda of the panel on Thu 10 December 2026."
    slack.press(press, user=OFFICER)
    assert "Already done: put on the agenda, by u0officer on Thu 3 December 2026, 17:00." in str(
        slack.shown[-1]
    )


def test_ask_the_school_sends_one_letter_however_often_it_is_pressed(
    slack: LoopbackSlack, moves: Moves
) -> None:
    """The second press comes from the card as it was."""
    sent = moves.settings.at(moves.settings.sending.path)
    before = len(list(sent.glob("*.eml")))
    press = button_of(card_of(slack, "MM-26-0002"), buttons.ASK_SCHOOL)
    for _ in range(3):
        slack.press(press, user=OFFICER)
    moves.worker.run_once()
    assert len(list(sent.glob("*.eml"))) == before + 1


def test_a_held_case_offers_no_panel_and_refuses_one(slack: LoopbackSlack, moves: Moves) -> None:
    """R1 to R4: the button is not there, and one made up is refused with the rule."""
    card = card_of(slack, "MM-26-0005")
    details = button_of(card, buttons.DETAILS)
    assert buttons.PUT_ON_PANEL not in str(card["blocks"])
    slack.press({**details, "action_id": buttons.PUT_ON_PANEL}, user=OFFICER)
    assert moves.casebook.case("MM-26-0005").stage is Stage.HELD
    assert "(R4" in str(slack.shown[-1])


def test_details_name_the_child_to_those_who_may_see_and_to_no_channel(
    slack: LoopbackSlack, moves: Moves
) -> None:
    """Every case's details are what Slack takes; the channel still names nobody."""
    for case in moves.desk.cases():
        slack.press(button_of(card_of(slack, case.reference), buttons.DETAILS), user=PANEL_MEMBER)
    assert len(slack.views) == 9
    assert slack.shown == []
    named = [mentions(judges.everything_readable(view)) for view in slack.views.values()]
    assert len([names for names in named if names]) == 8  # the ninth is a report, not a form
    assert mentions(everything(slack)) == set()


@pytest.mark.usefixtures("moves")
def test_the_listings_of_the_sample_inbox_name_no_child(slack: LoopbackSlack) -> None:
    """`/moves` in all its forms."""
    for text in ("", "help", "cases", "panel", "panel 2027-01-14", "case MM-26-0005", "case MM-26-0006"):
        payload = slack.command(text, user=OFFICER).payload
        assert payload is not None
        assert judges.message_faults({"text": payload["text"], "blocks": payload["blocks"]}) == []
        assert mentions(judges.everything_readable(payload)) == set()
