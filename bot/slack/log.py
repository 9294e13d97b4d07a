"""The logger that Slack's libraries are given. At debug level they write whole messages, private ones too: never."""

import logging


def slack_log() -> logging.Logger:
    """A logger that passes warnings on and nothing below."""
    log = logging.getLogger("bot.slack.library")
    log.setLevel(logging.WARNING)
    return log
