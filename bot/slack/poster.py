"""The team's channel in Slack. A post carries its outbox key as message metadata, so that one whose answer was lost is
found again instead of being posted twice."""

import re
import socket
import ssl
from collections.abc import Callable, Iterator
from http.client import HTTPException
from typing import Any, Final
from urllib.error import URLError

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web import SlackResponse

from bot.ports import ChannelError, SurelyNotSent, Uncertain
from bot.slack.log import slack_log
from bot.text import slack as words

EVENT_TYPE: Final = "moves_message"
TIMEOUT: Final = 15  # seconds for one call; the outbox's lease is longer
PAGE: Final = 200
PAGES: Final = 10  # 2,000 messages back: a post whose answer was lost is among the newest
RETRY_LATER: Final = 300.0  # seconds until a thing that a person must mend is tried again

SCOPES: Final = frozenset({"chat:write", "groups:history", "metadata.message:read"})
"""What the channel needs; the manifest asks for these and for the command."""

SILENT: Final[dict[str, Any]] = {"parse": "none", "link_names": False}
"""Nothing in a post is looked up or made a link."""

NEVER: Final = frozenset(
    {
        "invalid_blocks",
        "invalid_blocks_format",
        "invalid_metadata_format",
        "invalid_metadata_schema",
        "metadata_too_large",
        "msg_blocks_too_long",
        "msg_too_long",
        "no_text",
        "too_many_attachments",
        "message_not_found",
        "cant_update_message",
        "edit_window_closed",
    }
)
"""Refusals of the very bytes: the same bytes will never go."""

PERHAPS_DONE: Final = frozenset({"internal_error", "fatal_error"})
"""Of these two Slack says itself that some part of the call may have succeeded."""

TOO_OFTEN: Final = frozenset({"ratelimited", "rate_limited", "message_limit_exceeded"})


class SlackChannel:
    """The `Channel` port on one Slack channel. `base_url` is another than Slack's in tests only."""

    def __init__(
        self, token: str, channel: str, *, workspace: str = "", base_url: str = WebClient.BASE_URL
    ) -> None:
        self._channel = channel
        self._workspace = workspace
        self._client = WebClient(
            token=token, base_url=base_url, timeout=TIMEOUT, retry_handlers=[], logger=slack_log()
        )

    def post(self, content: dict[str, Any], *, key: str, thread: str = "") -> str:
        """Post, with the key as metadata. Raises `SurelyNotSent` or `Uncertain`."""
        sent = self._call(
            self._client.chat_postMessage,
            **content,
            **SILENT,
            unfurl_links=False,
            unfurl_media=False,
            thread_ts=thread or None,
            metadata={"event_type": EVENT_TYPE, "event_payload": {"key": key}},
        )
        return str(sent["ts"])

    def update(self, place: str, content: dict[str, Any], *, key: str) -> None:  # noqa: ARG002 - the post keeps the metadata it has
        """Redraw a post. Raises `SurelyNotSent` or `Uncertain`; doing it again is harmless."""
        self._call(self._client.chat_update, ts=place, **content, **SILENT)

    def find(self, key: str, *, thread: str = "") -> str:
        """The `ts` of the post with this key. Raises `Uncertain` when the history cannot be read to its end."""
        try:
            return next((str(m["ts"]) for m in self._history(thread) if _key(m) == key), "")
        except SurelyNotSent as error:
            raise Uncertain(str(error)) from error

    def check(self) -> str:
        """Try the token, the workspace, the channel and its history. Raises `ChannelError`."""
        try:
            me = self._ask(self._client.auth_test)
            _all_granted(me)
            self._call(self._client.conversations_history, limit=1, include_all_metadata=True)
        except (SurelyNotSent, Uncertain) as error:
            raise ChannelError(str(error)) from error
        if self._workspace not in {"", me["team_id"]}:
            raise ChannelError(words.other_workspace(str(me["team"]), str(me["team_id"])))
        return words.works(str(me["team"]), str(me["user"]), self._channel)

    def _history(self, thread: str) -> Iterator[dict[str, Any]]:
        """The channel's own posts, or a thread's, page by page. Slack shows those of threads nowhere else."""
        read = self._client.conversations_replies if thread else self._client.conversations_history
        asked: dict[str, Any] = {"ts": thread} if thread else {}
        cursor = None
        for _ in range(PAGES):
            page = self._call(read, **asked, limit=PAGE, include_all_metadata=True, cursor=cursor)
            yield from page["messages"]
            cursor = (page.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                return
        raise Uncertain(words.TOO_LONG_A_HISTORY)

    def _call(self, method: Callable[..., SlackResponse], **asked: Any) -> SlackResponse:
        return self._ask(method, channel=self._channel, **asked)

    def _ask(self, method: Callable[..., SlackResponse], **asked: Any) -> SlackResponse:
        try:
            return method(**asked)
        except SlackApiError as error:
            raise judged(error.response) from error
        except (SlackClientError, OSError, HTTPException, ValueError) as error:
            raise judged_failure(error) from error


def judged(response: SlackResponse) -> SurelyNotSent | Uncertain:
    """What a refusal of Slack's means for the message: not gone, or nobody knows."""
    code = _code(response)
    if response.status_code == 429 or code in TOO_OFTEN:  # noqa: PLR2004 - HTTP's Too Many Requests
        return SurelyNotSent(words.TOO_OFTEN, retry_after=_seconds(response.headers))
    if response.status_code >= 500 or code in PERHAPS_DONE:  # noqa: PLR2004 - HTTP's server errors
        return Uncertain(words.slack_failed(code or str(response.status_code)))
    if code in NEVER:
        return SurelyNotSent(words.refused(code), final=True)
    if not code and response.status_code == 200:  # noqa: PLR2004 - HTTP's OK, yet no answer of Slack's: a proxy's page
        return Uncertain(words.NOT_SLACKS_ANSWER)
    return SurelyNotSent(words.refused(code or str(response.status_code)), retry_after=RETRY_LATER)


def judged_failure(error: Exception) -> SurelyNotSent | Uncertain:
    """What a failed connection means: only one that was never made is sure to have brought nothing."""
    cause = error.reason if isinstance(error, URLError) else error
    if isinstance(cause, ConnectionRefusedError | socket.gaierror | ssl.SSLCertVerificationError):
        return SurelyNotSent(words.not_reached(type(cause).__name__))
    return Uncertain(words.no_answer(type(cause).__name__))


def _all_granted(response: SlackResponse) -> None:
    """Slack says with each answer what the token may do; without all of it a lost answer could not be found again."""
    headers = {name.lower(): value for name, value in response.headers.items()}
    if "x-oauth-scopes" not in headers:
        return
    missing = SCOPES - {scope.strip() for scope in str(headers["x-oauth-scopes"]).split(",")}
    if missing:
        raise SurelyNotSent(words.missing_scopes(sorted(missing)))


def _code(response: SlackResponse) -> str:
    """Slack's word for what was wrong, "" when the answer is not Slack's."""
    code = response.data.get("error", "") if isinstance(response.data, dict) else ""
    return code if isinstance(code, str) and re.fullmatch(r"[a-z_]{1,80}", code) else ""


def _key(message: dict[str, Any]) -> str:
    metadata = message.get("metadata") or {}
    if metadata.get("event_type") != EVENT_TYPE:
        return ""
    return str((metadata.get("event_payload") or {}).get("key", ""))


def _seconds(headers: dict[str, Any]) -> float:
    """Retry-After; a minute when Slack gives none."""
    given = {name.lower(): value for name, value in headers.items()}.get("retry-after", "")
    text = given[0] if isinstance(given, list) else str(given)
    return float(text) if text.isdecimal() else 60.0
