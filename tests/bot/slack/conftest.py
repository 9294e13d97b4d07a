"""The loopback workspace, and an environment without a proxy or a token of somebody's own."""

from collections.abc import Iterator

import pytest

from tests.bot.slack.loopback import PROXIES, LoopbackSlack


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
