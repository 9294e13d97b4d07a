"""`moves run`: the worker, beside it Slack or the channel page, until a signal stops all of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event

from bot.cli import console
from bot.composition import Moves
from bot.flows.listening import listening
from bot.local.page import ChannelPage
from bot.mail_settings import FolderSending
from bot.slack.app import build_app
from bot.slack.deps import Deps, Team
from bot.slack.socket import SlackLine
from bot.text import cli as words
from bot.worker import stopped_by_signals


def run(moves: Moves, *, once: bool) -> bool:
    """Serve until stopped, or handle once what waits; whether everything that was tried worked."""
    if once:
        done = moves.worker.run_once()
        letters = sum(taken.concluded for taken in done.mailboxes.values())
        console.say(words.handled(letters, done.delivered.sent, len(done.troubles)))
        return not done.troubles
    stop = Event()
    heard = listening(tuple(moves.roads.listeners()), moves.worker.wake)
    with stopped_by_signals(stop), line_to_the_team(moves), heard:
        moves.worker.run(stop)
    console.say(words.STOPPED)
    return True


@contextmanager
def line_to_the_team(moves: Moves) -> Iterator[None]:
    """Where the team sees the channel and acts, while this holds: Slack, or the page on this computer."""
    line = _slack(moves) if moves.settings.channel.kind == "slack" else _page(moves)
    try:
        yield
    finally:
        line.stop()


def _page(moves: Moves) -> ChannelPage:
    settings = moves.settings
    sending = settings.sending
    sent = (
        sending.path if isinstance(sending, FolderSending) else Path("sent")
    )  # else nothing lies there to be shown
    channel, sent = settings.at(settings.channel.path), settings.at(sent)
    page = ChannelPage(channel, sent, port=settings.channel.page_port)
    page.start()
    console.say(words.OPEN_PAGE.format(url=page.url))
    return page


def _slack(moves: Moves) -> SlackLine:
    slack = moves.settings.slack
    team = Team.of(
        slack.workspace,
        officers=slack.officers,
        deputies=slack.deputies,
        panel_members=slack.panel_members,
        administrators=slack.administrators,
    )
    deps = Deps(moves.desk, team, moves.clock, bot_token=slack.token("bot"))
    line = SlackLine(build_app(deps), slack.token("app"))
    console.say(words.SLACK_CONNECTED if line.start() else words.SLACK_TRYING)
    return line
