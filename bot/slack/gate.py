"""Who may do what: one middleware before every listener. Whoever is not let in gets one private sentence.

The rules check the actor again where the change is recorded.
"""

from collections.abc import Callable
from enum import StrEnum
from typing import Any, Final

import structlog
from slack_bolt import Ack, BoltContext, BoltResponse

from bot.slack import buttons
from bot.slack.answers import answer
from bot.slack.cards import private_line
from bot.slack.deps import Team
from bot.text import errors as words
from store.protocol.case import Actor, ActorRole

_log = structlog.get_logger()


class Right(StrEnum):
    """What a role may do."""

    READ = "read"  # what a channel may see
    DETAILS = "details"  # names and answers
    CHANGE = "change"


MAY: Final[dict[ActorRole, frozenset[Right]]] = {
    "officer": frozenset(Right),
    "deputy": frozenset(Right),
    "panel member": frozenset({Right.READ, Right.DETAILS}),
    "administrator": frozenset({Right.READ}),
    "system": frozenset(),
}

NEEDS: Final = {
    buttons.DETAILS: Right.DETAILS,
    buttons.ASK_SCHOOL: Right.CHANGE,
    buttons.PUT_ON_PANEL: Right.CHANGE,
}
"""What each button needs; everything else only reads. A button that is not listed here is nobody's."""


def may(actor: Actor, right: Right) -> bool:
    """Whether an actor's role gives them a right."""
    return right in MAY[actor.role]


def gate(team: Team) -> Callable[..., BoltResponse | None]:
    """The middleware for a team: it lets a request through with its `actor`, or answers it."""

    def let_in(
        body: dict[str, Any], context: BoltContext, ack: Ack, next_: Callable[[], None]
    ) -> BoltResponse | None:
        refusal = _refusal(team, body, context)
        if refusal:
            _log.warning("turned away", user=context.user_id, asked=_asked(body))
            return answer(body, ack, private_line(refusal))
        context["actor"] = _actor(team, body, str(context.user_id))
        next_()
        return None

    return let_in


def _refusal(team: Team, body: dict[str, Any], context: BoltContext) -> str:
    if context.team_id != team.workspace or _home(body) not in {"", team.workspace}:
        return words.OTHER_WORKSPACE
    role = team.roles.get(context.user_id or "")
    if role is None:
        return words.NOT_FOR_YOU
    return "" if NEEDS.get(_asked(body), Right.READ) in MAY[role] else words.NOT_YOUR_ROLE


def _home(body: dict[str, Any]) -> str:
    """The workspace a person belongs to: in a channel shared with another organisation it may not be this one."""
    user = body.get("user")
    return str(user.get("team_id", "")) if isinstance(user, dict) else ""


def _asked(body: dict[str, Any]) -> str:
    """What is asked for: a button's id or a command. Never what was typed after it."""
    actions = body.get("actions") or [{}]
    return str(actions[0].get("action_id") or body.get("command") or body.get("type", ""))


def _actor(team: Team, body: dict[str, Any], user_id: str) -> Actor:
    user = body.get("user")
    name = user.get("name") or user.get("username") if isinstance(user, dict) else body.get("user_name")
    return Actor(id=user_id, name=str(name or user_id), role=team.roles[user_id])
