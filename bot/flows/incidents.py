"""Failures nobody foresaw: a short reference for the person, the same one in the log, and no personal data in either."""

import secrets
import traceback
from pathlib import PurePath
from typing import Any, Protocol

_ALPHABET = "0123456789ABCDEF"


class Log(Protocol):
    """As much of a structlog logger as is used here."""

    def error(self, event: str, **facts: Any) -> Any: ...


def incident(log: Log, event: str, error: BaseException, **facts: str | int) -> str:
    """Log a failure and return its reference, e.g. "7F3A".

    The kind of error and where it arose are logged; its words are not, because they may quote a letter or a form.
    """
    reference = "".join(secrets.choice(_ALPHABET) for _ in range(4))
    log.error(event, reference=reference, kind=_kind(error), where=_where(error), **facts)
    return reference


def _kind(error: BaseException) -> str:
    return f"{type(error).__module__}.{type(error).__qualname__}"


def _where(error: BaseException) -> str:
    """The last steps of the traceback: file and line, never the values."""
    steps = traceback.extract_tb(error.__traceback__)[-3:]
    return " > ".join(f"{PurePath(step.filename).name}:{step.lineno}" for step in steps)
