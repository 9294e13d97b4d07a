"""The application of the settings in a folder, opened for one command."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from bot.composition import Moves, build
from bot.logs import log_to
from bot.settings import load
from bot.text import cli as words

Folder = Annotated[
    Path, typer.Option("--folder", "-f", envvar="MOVES_FOLDER", help=words.FOLDER, file_okay=False)
]
HERE = Path()


@contextmanager
def opened(folder: Path) -> Iterator[Moves]:
    """The application of the settings in a folder."""
    settings = load(folder)
    log_to(sys.stderr, settings.service.log_level)
    with build(settings) as moves:
        yield moves
