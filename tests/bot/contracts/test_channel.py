"""What every channel promises: the in-memory fake, the folder and Slack (on the loopback workspace) alike."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.fakes_channel import InMemoryChannel
from bot.local.folder import FolderChannel
from bot.ports import Channel, SurelyNotSent
from bot.slack.poster import SlackChannel
from tests.bot.slack.loopback import BOT_TOKEN, CHANNEL, LoopbackSlack

HELLO: dict[str, Any] = {
    "text": "MM-26-0007: hello",
    "blocks": [{"type": "section", "text": {"type": "plain_text", "text": "hello", "emoji": False}}],
}
BYE: dict[str, Any] = {
    "text": "MM-26-0007: bye",
    "blocks": [{"type": "section", "text": {"type": "plain_text", "text": "bye", "emoji": False}}],
}


@pytest.fixture(params=["memory", "folder", "slack"])
def channel(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Channel]:
    """Each kind of channel, empty."""
    if request.param == "memory":
        yield InMemoryChannel()
    elif request.param == "folder":
        yield FolderChannel(tmp_path / "channel")
    else:
        with LoopbackSlack() as slack:
            yield SlackChannel(BOT_TOKEN, CHANNEL, base_url=slack.base_url)


def test_a_post_is_found_by_its_key(channel: Channel) -> None:
    """A key names one post; others are not mistaken for it."""
    first = channel.post(HELLO, key="one")
    second = channel.post(HELLO, key="two")
    assert first != second
    assert channel.find("one") == first
    assert channel.find("two") == second


def test_a_key_that_was_never_posted_has_no_place(channel: Channel) -> None:
    """Also in an empty channel, and for a key that only begins alike."""
    assert channel.find("one") == ""
    channel.post(HELLO, key="one")
    assert channel.find("on") == ""


def test_a_post_in_a_thread_is_found_in_that_thread(channel: Channel) -> None:
    """Slack's history of a channel does not show what stands in threads: the asker names the thread."""
    card = channel.post(HELLO, key="card")
    line = channel.post(BYE, key="line", thread=card)
    assert channel.find("line", thread=card) == line
    assert channel.find("line") == ""
    assert channel.find("nothing", thread=card) == ""


def test_a_redrawn_post_keeps_its_place_and_its_key(channel: Channel) -> None:
    """The key of a redrawing is not the post's: it would hide the post from whoever looks for it."""
    place = channel.post(HELLO, key="card/1")
    channel.update(place, BYE, key="card/2")
    channel.update(place, BYE, key="card/2")
    assert channel.find("card/1") == place
    assert channel.find("card/2") == ""


def test_redrawing_what_is_not_there_fails_for_good(channel: Channel) -> None:
    """Trying again would never help."""
    with pytest.raises(SurelyNotSent) as refused:
        channel.update("999999", HELLO, key="card/1")
    assert refused.value.final


def test_a_channel_that_works_says_so_in_a_sentence(channel: Channel) -> None:
    """For `moves check`."""
    assert channel.check()
