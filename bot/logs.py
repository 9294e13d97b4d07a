"""Logs: one JSON object a line. References, counts and kinds of errors only; never a letter's or a child's words."""

import logging
from typing import TextIO

import structlog

_LEVELS = {"debug": logging.DEBUG, "info": logging.INFO, "warning": logging.WARNING, "error": logging.ERROR}


def log_to(stream: TextIO, level: str) -> None:
    """Send our log lines of a level and above to a stream, and the libraries' warnings without their details."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(_LEVELS[level]),
        logger_factory=structlog.PrintLoggerFactory(stream),
        cache_logger_on_first_use=False,
    )
    library = logging.StreamHandler(stream)
    library.setFormatter(logging.Formatter('{"level": "%(levelname)s", "library": "%(name)s"}'))
    logging.basicConfig(handlers=[library], level=logging.WARNING, force=True)
