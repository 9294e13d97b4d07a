"""The Bolt app: built from what it is given, with nothing global and nothing that reaches out while it is built."""

from collections.abc import Callable
from http.client import HTTPException
from typing import Any, Final

import structlog
from slack_bolt import Ack, App, BoltContext, BoltResponse
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.error import BoltUnhandledRequestError
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.flows.incidents import incident
from bot.slack import modals
from bot.slack.answers import answer
from bot.slack.buttons import NotOurs
from bot.slack.cards import private_line
from bot.slack.deps import Deps
from bot.slack.gate import gate
from bot.slack.listeners import redraw, register_listeners
from bot.slack.log import slack_log
from bot.text import errors as words
from store.errors import CaseworkError

TIMEOUT: Final = 5  # seconds for one call of Slack's from within a click
TOO_LATE: Final = {"expired_trigger_id", "exchanged_trigger_id", "trigger_exchanged", "trigger_expired"}

_log = structlog.get_logger()


def build_app(deps: Deps) -> App:
    """The app for a team. It acknowledges when a listener is done, so that what is acknowledged is committed."""
    app = App(
        client=_client(deps),
        authorize=_authorise(deps),
        logger=slack_log(),
        process_before_response=True,
        token_verification_enabled=False,
        request_verification_enabled=False,  # there is no HTTP way in: Socket Mode is signed in by its own token
        raise_error_for_unhandled_request=True,
        name="moves",
    )
    app.use(gate(deps.team))
    register_listeners(app, deps)
    app.error(answer_error)
    return app


def answer_error(
    error: Exception, body: dict[str, Any], ack: Ack, context: BoltContext, client: WebClient
) -> BoltResponse:
    """Whatever went wrong, the person is told privately and the click is acknowledged."""
    sentence = explain(error)
    view_id = context.get("view_id")
    if view_id and _redrawn(client, str(view_id), sentence):
        return ack()
    return answer(body, ack, private_line(sentence))


def explain(error: Exception) -> str:
    """An error in plain words: a known one with its rule, another with the reference under which it is logged."""
    if isinstance(error, CaseworkError):
        return words.of_casework(error)
    if isinstance(error, BoltUnhandledRequestError | NotOurs):
        return words.NOT_UNDERSTOOD
    if isinstance(error, SlackApiError) and error.response.get("error") in TOO_LATE:
        return words.TOO_LATE
    return words.unexpected(incident(_log, "a listener failed", error))


def _redrawn(client: WebClient, view_id: str, sentence: str) -> bool:
    try:
        redraw(client, view_id, modals.problem(sentence))
    except (SlackApiError, OSError, HTTPException):
        return False
    return True


def _client(deps: Deps) -> WebClient:
    """No retries: a second try of a call whose answer was lost could do a thing twice."""
    return WebClient(base_url=deps.base_url, timeout=TIMEOUT, retry_handlers=[], logger=slack_log())


def _authorise(deps: Deps) -> Callable[[], AuthorizeResult]:
    """One workspace and one token, known from the settings: nothing has to be asked at each click."""

    def authorise() -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=None, team_id=deps.team.workspace, bot_token=deps.bot_token)

    return authorise
