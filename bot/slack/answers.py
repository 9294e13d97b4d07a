"""Private answers. A command is answered in its own acknowledgement, a click by the address that came with it."""

from typing import Any, Final

import structlog
from slack_bolt import Ack, BoltResponse
from slack_sdk.webhook import WebhookClient

from bot.slack.cards import Content
from bot.slack.log import slack_log

TIMEOUT: Final = 5  # seconds; a click is acknowledged only after its answer went

_log = structlog.get_logger()


def answer(body: dict[str, Any], ack: Ack, content: Content) -> BoltResponse:
    """Show something to the one person who asked, and acknowledge. It never fails: what was committed stays so."""
    if "command" in body:
        return ack(text=content["text"], blocks=content["blocks"], response_type="ephemeral")
    if body.get("response_url"):
        _respond(str(body["response_url"]), content)
    return ack()


def _respond(url: str, content: Content) -> None:
    client = WebhookClient(url, timeout=TIMEOUT, retry_handlers=[], logger=slack_log())
    try:
        response = client.send(**content, response_type="ephemeral", replace_original=False)
    except (
        OSError
    ) as error:  # refused, cut, timed out: the person asks again, and the case's version makes it harmless
        _log.warning("a private answer could not be shown", kind=type(error).__name__)
        return
    if response.status_code != 200:  # noqa: PLR2004 - HTTP's OK
        _log.warning("a private answer was refused", status=response.status_code)
