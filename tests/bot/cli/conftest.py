"""The command line as a person uses it: words in, exit code and printed text out."""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import structlog

from bot.cli.app import main
from tests.bot.cli.places import without_keyring


@dataclass(frozen=True)
class Said:
    """How a command ended."""

    code: int
    out: str
    err: str


Moves = Callable[..., Said]


@pytest.fixture(autouse=True)
def _logs_put_back() -> Iterator[None]:
    """A command sends the logs to its own error stream, which is a test's only for its time."""
    handlers = logging.root.handlers[:]
    yield
    structlog.reset_defaults()
    logging.root.handlers[:] = handlers


@pytest.fixture
def moves(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Moves:
    """Run `moves …` in this process."""

    def run(*words: str | Path) -> Said:
        monkeypatch.setattr("sys.argv", ["moves", *map(str, words)])
        capsys.readouterr()
        try:
            main()
            code = 0
        except SystemExit as end:
            code = int(end.code or 0)
        printed = capsys.readouterr()
        return Said(code, printed.out, printed.err)

    return run


@pytest.fixture
def own_configuration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user's configuration folder of this test's own, and no keyring."""
    place = tmp_path / "configuration"
    without_keyring(monkeypatch, place)
    return place
