"""Words about Slack itself: `moves check`, and why a post waits."""

from typing import Final

TOO_OFTEN: Final = "Slack asks to wait: too many messages in a short time"
TOO_LONG_A_HISTORY: Final = "the channel's history is too long to be sure that the message is not in it"
NOT_SLACKS_ANSWER: Final = "what came back was no answer of Slack's: perhaps a proxy's page"

FIXES: Final = {
    "not_in_channel": "invite the bot to the channel: /invite @Managed Moves",
    "channel_not_found": "check slack.channel (the id, C…), and invite the bot to the channel",
    "is_archived": "the channel is archived: choose another, or bring it back",
    "invalid_auth": "the bot token is wrong: copy it again from the app's page (OAuth & Permissions)",
    "not_authed": "there is no bot token: set it in the environment or in its file",
    "account_inactive": "the app has been removed from the workspace: install it again",
    "token_revoked": "the bot token was withdrawn: install the app again",
    "token_expired": "the bot token has expired: install the app again",
    "missing_scope": "a permission is missing: set the app up from bot/slack/manifest.json, in a private channel",
    "restricted_action": "the workspace does not let apps post there: ask its administrator",
}


def refused(code: str) -> str:
    """Slack's refusal, with the way to mend it where there is one."""
    fix = FIXES.get(code)
    return f"Slack refused ({code}): {fix}" if fix else f"Slack refused ({code})"


def missing_scopes(scopes: list[str]) -> str:
    """The app was installed with fewer permissions than the manifest asks for."""
    return f"permissions are missing ({', '.join(scopes)}): {FIXES['missing_scope']}"


def slack_failed(code: str) -> str:
    """Slack failed in the middle."""
    return f"Slack had a fault of its own ({code})"


def not_reached(kind: str) -> str:
    """No connection was made."""
    return f"Slack could not be reached ({kind}): check the network, the proxy and the firewall"


def no_answer(kind: str) -> str:
    """The connection broke before the answer came."""
    return f"Slack's answer did not come ({kind})"


def other_workspace(name: str, team: str) -> str:
    """The token belongs to another workspace than the settings name."""
    return f"the bot token belongs to the workspace {name} ({team}), and slack.workspace names another"


def works(team: str, user: str, channel: str) -> str:
    """Everything is in order."""
    return f"Slack: posts to {channel} in {team} as {user}"
