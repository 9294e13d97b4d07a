"""The channel in Slack: what goes over the wire, and what each failure means for the outbox."""

import socket
from typing import Any

import pytest

from bot.ports import ChannelError, SurelyNotSent, Uncertain
from bot.slack import cards
from bot.slack.poster import SlackChannel
from tests.bot.slack.loopback import (
    ALL_SCOPES,
    BOT_TOKEN,
    CHANNEL,
    TEAM,
    DropRequest,
    LoopbackSlack,
    LoseAnswer,
    Refuse,
    too_often,
)
from tests.bot.slack.samples import case_line

CARD = cards.case_card(case_line())


@pytest.fixture
def channel(slack: LoopbackSlack) -> SlackChannel:
    """The team's channel in the loopback workspace."""
    return SlackChannel(BOT_TOKEN, CHANNEL, workspace=TEAM, base_url=slack.base_url)


def sent(slack: LoopbackSlack, method: str) -> list[dict[str, Any]]:
    """What a method was called with, each time."""
    return [asked for called, asked in slack.calls if called == method]


def test_a_post_carries_its_key_and_asks_for_no_links(slack: LoopbackSlack, channel: SlackChannel) -> None:
    """The key is metadata, which people do not see."""
    place = channel.post(CARD, key="card/MM-26-0007/3")
    (asked,) = sent(slack, "chat.postMessage")
    assert asked["metadata"] == {"event_type": "moves_message", "event_payload": {"key": "card/MM-26-0007/3"}}
    assert (asked["parse"], asked["link_names"]) == ("none", False)
    assert (asked["unfurl_links"], asked["unfurl_media"]) == (False, False)
    assert slack.messages[0]["ts"] == place


def test_a_lost_answer_is_found_again_and_never_posted_twice(
    slack: LoopbackSlack, channel: SlackChannel
) -> None:
    """The client itself must not try again: with its own retry one call posted twice."""
    slack.troubles["chat.postMessage"] = [LoseAnswer()]
    with pytest.raises(Uncertain):
        channel.post(CARD, key="card/1")
    assert len(sent(slack, "chat.postMessage")) == 1
    assert channel.find("card/1") == slack.messages[0]["ts"]


def test_a_lost_line_in_a_thread_is_found_in_the_thread(slack: LoopbackSlack, channel: SlackChannel) -> None:
    """Slack's history of a channel does not hold what stands in threads."""
    card = channel.post(CARD, key="card/1")
    slack.troubles["chat.postMessage"] = [LoseAnswer()]
    with pytest.raises(Uncertain):
        channel.post(CARD, key="line/1", thread=card)
    assert channel.find("line/1") == ""
    assert channel.find("line/1", thread=card) == slack.messages[1]["ts"]


def test_a_post_is_found_many_pages_back(slack: LoopbackSlack, channel: SlackChannel) -> None:
    """People write in the channel too."""
    slack.page_size = 3
    place = channel.post(CARD, key="card/1")
    for number in range(8):
        channel.post(CARD, key=f"later/{number}")
    assert channel.find("card/1") == place


def test_a_history_that_cannot_be_read_to_its_end_leaves_the_question_open(
    slack: LoopbackSlack, channel: SlackChannel
) -> None:
    """To conclude that it is not there would post it twice."""
    slack.page_size = 1
    for number in range(12):
        channel.post(CARD, key=f"card/{number}")
    with pytest.raises(Uncertain, match="too long"):
        channel.find("card/0")


def test_too_many_messages_are_tried_again_when_slack_says(
    slack: LoopbackSlack, channel: SlackChannel
) -> None:
    """429 with Retry-After: surely not sent, and the seconds are kept for the outbox row."""
    slack.troubles["chat.postMessage"] = [too_often(7)]
    with pytest.raises(SurelyNotSent) as refused:
        channel.post(CARD, key="card/1")
    assert (refused.value.retry_after, refused.value.final) == (7.0, False)
    assert slack.messages == []


def test_too_often_without_seconds_waits_a_minute(slack: LoopbackSlack, channel: SlackChannel) -> None:
    """Also where Slack says it with status 200."""
    slack.troubles["chat.postMessage"] = [Refuse("rate_limited")]
    with pytest.raises(SurelyNotSent) as refused:
        channel.post(CARD, key="card/1")
    assert refused.value.retry_after == 60.0


UNCERTAIN = {
    "server error": Refuse("x", status=503, body="<html>busy</html>"),
    "internal error": Refuse("internal_error"),
    "fatal error": Refuse("fatal_error"),
    "cut before the answer": DropRequest(),
    "a proxy's page": Refuse("x", body="<html>Please sign in</html>"),
}


@pytest.mark.parametrize("trouble", UNCERTAIN)
def test_after_these_nobody_knows_whether_it_went(
    slack: LoopbackSlack, channel: SlackChannel, trouble: str
) -> None:
    """The destination is asked before another try."""
    slack.troubles["chat.postMessage"] = [UNCERTAIN[trouble]]
    with pytest.raises(Uncertain):
        channel.post(CARD, key="card/1")
    assert len(sent(slack, "chat.postMessage")) == 1


@pytest.mark.parametrize("code", ["not_in_channel", "is_archived", "invalid_auth", "something_new"])
def test_what_a_person_must_mend_is_tried_again_later(
    slack: LoopbackSlack, channel: SlackChannel, code: str
) -> None:
    """The message waits in the outbox, with a reason that can be read; nothing is lost."""
    slack.troubles["chat.postMessage"] = [Refuse(code)]
    with pytest.raises(SurelyNotSent, match=code) as refused:
        channel.post(CARD, key="card/1")
    assert not refused.value.final
    assert refused.value.retry_after == 300.0


@pytest.mark.parametrize("code", ["invalid_blocks", "msg_too_long", "metadata_too_large"])
def test_bytes_that_slack_will_never_take_are_given_up(
    slack: LoopbackSlack, channel: SlackChannel, code: str
) -> None:
    """The same bytes would be refused for ever."""
    slack.troubles["chat.postMessage"] = [Refuse(code)]
    with pytest.raises(SurelyNotSent) as refused:
        channel.post(CARD, key="card/1")
    assert refused.value.final


def test_a_malformed_message_is_refused_by_the_workspace_itself(
    slack: LoopbackSlack, channel: SlackChannel
) -> None:
    """The loopback judges blocks as Slack does, so that the tests above mean something."""
    with pytest.raises(SurelyNotSent, match="invalid_blocks") as refused:
        channel.post({"text": "x", "blocks": [{"type": "divider"}] * 51}, key="card/1")
    assert refused.value.final
    assert slack.messages == []


def test_a_refused_connection_has_surely_brought_nothing() -> None:
    """Nobody listens there."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    channel = SlackChannel(BOT_TOKEN, CHANNEL, base_url=f"http://127.0.0.1:{port}/api/")
    with pytest.raises(SurelyNotSent, match="could not be reached") as refused:
        channel.post(CARD, key="card/1")
    assert not refused.value.final


def test_a_question_that_slack_does_not_answer_stays_open(
    slack: LoopbackSlack, channel: SlackChannel
) -> None:
    """Whatever the refusal, "not found" is never concluded from it."""
    for trouble in (too_often(), Refuse("not_in_channel"), Refuse("x", status=500), DropRequest()):
        slack.troubles["conversations.history"] = [trouble]
        with pytest.raises(Uncertain):
            channel.find("card/1")


def test_a_redrawn_card_keeps_the_key_it_was_posted_under(
    slack: LoopbackSlack, channel: SlackChannel
) -> None:
    """Metadata that is not sent stays."""
    place = channel.post(CARD, key="card/1")
    channel.update(place, cards.case_card(case_line(gaps=0, version=4)), key="card/2")
    assert "metadata" not in sent(slack, "chat.update")[0]
    assert channel.find("card/1") == place
    assert "none" in str(slack.messages[0]["blocks"])


def test_the_check_names_the_workspace_and_the_channel(channel: SlackChannel) -> None:
    """For `moves check`."""
    assert channel.check() == "Slack: posts to C0TEAM in Council as moves"


def test_a_token_of_another_workspace_is_found_out(slack: LoopbackSlack) -> None:
    """Before anything is posted there."""
    channel = SlackChannel(BOT_TOKEN, CHANNEL, workspace="T0OTHER", base_url=slack.base_url)
    with pytest.raises(ChannelError, match="belongs to the workspace Council"):
        channel.check()


@pytest.mark.parametrize(
    ("token", "channel_id", "fix"),
    [("xoxb-wrong", CHANNEL, "copy it again"), (BOT_TOKEN, "C0ELSE", "invite the bot")],
)
def test_the_check_says_how_to_mend_it(slack: LoopbackSlack, token: str, channel_id: str, fix: str) -> None:
    """A wrong token, and a channel that the bot is not in."""
    with pytest.raises(ChannelError, match=fix):
        SlackChannel(token, channel_id, base_url=slack.base_url).check()


@pytest.mark.parametrize("scope", ["chat:write", "groups:history", "metadata.message:read"])
def test_the_check_finds_a_missing_permission(scope: str) -> None:
    """Without history and metadata a lost answer could never be found again."""
    with LoopbackSlack(scopes=ALL_SCOPES - {scope}) as slack:
        channel = SlackChannel(BOT_TOKEN, CHANNEL, base_url=slack.base_url)
        with pytest.raises(ChannelError, match=rf"{scope}.*manifest\.json"):
            channel.check()
