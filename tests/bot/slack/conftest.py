"""The loopback workspace, and an environment without a proxy or a token of somebody's own."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from bot.clock import SetClock
from bot.slack.app import build_app
from bot.slack.deps import Deps
from bot.slack.socket import SlackLine
from tests.bot.slack.desks import THE_TEAM, DeskInMemory
from tests.bot.slack.loopback import APP_TOKEN, BOT_TOKEN, PROXIES, LoopbackSlack


@pytest.fixture(autouse=True)
def _no_surroundings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in PROXIES:
        monkeypatch.delenv(name, raising=False)
    for name in ("BOT_TOKEN", "APP_TOKEN", "SIGNING_SECRET", "CLIENT_ID", "CLIENT_SECRET"):
        monkeypatch.delenv(f"SLACK_{name}", raising=False)


@pytest.fixture
def slack() -> Iterator[LoopbackSlack]:
    """A workspace of one's own."""
    with LoopbackSlack() as workspace:
        yield workspace


@pytest.fixture
def desk() -> DeskInMemory:
    """A desk with one case."""
    return DeskInMemory()


@pytest.fixture
def line(slack: LoopbackSlack, desk: DeskInMemory) -> Iterator[SlackLine]:
    """The app on the line, connected."""
    clock = SetClock(datetime(2026, 12, 3, 17, tzinfo=UTC))
    app = build_app(Deps(desk, THE_TEAM, clock, BOT_TOKEN, base_url=slack.base_url))
    line = SlackLine(app, APP_TOKEN, base_url=slack.base_url, ping_interval=0.5, restart_after=3.0, watch=0.1)
    assert line.start()
    assert slack.wait_for_socket()
    yield line
    line.stop()
