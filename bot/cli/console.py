"""What the command line prints on: tables for people, JSON for programs."""

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.text import cli as words

_WIDTH_WITHOUT_TERMINAL = 120


def console(*, error: bool = False) -> Console:
    """A console that neither colours nor guesses: what a letter brought is never markup."""
    stream = sys.stderr if error else sys.stdout
    width = None if stream.isatty() else _WIDTH_WITHOUT_TERMINAL
    return Console(file=stream, width=width, markup=False, highlight=False, emoji=False)


def as_json(data: Any) -> None:
    """Print JSON; dates and such as their ISO text."""
    print(json.dumps(data, ensure_ascii=False, indent=2, default=str))  # noqa: T201 - the program's output


def say(text: str) -> None:
    """Print a sentence."""
    console().print(Text(text), soft_wrap=True)


def complain(text: str) -> None:
    """Print what went wrong, to the error stream."""
    console(error=True).print(Text(text), soft_wrap=True)


def table(headings: Sequence[str], rows: Iterable[Sequence[str]], *, title: str = "") -> None:
    """Print a table, or a word that there is nothing."""
    lines = [tuple(Text(printable(cell)) for cell in row) for row in rows]
    if title:
        say(title)
    if not lines:
        say(words.NOTHING)
        return
    drawn = Table(*headings, box=None, pad_edge=False, header_style="bold")
    for line in lines:
        drawn.add_row(*line)
    console().print(drawn)


def pairs(rows: Mapping[str, str]) -> None:
    """Print names with their values, a line each."""
    drawn = Table.grid(padding=(0, 2))
    for name, value in rows.items():
        drawn.add_row(Text(name, style="bold"), Text(printable(value)))
    console().print(drawn)


def printable(text: str) -> str:
    """Text from outside without control characters, which a terminal would obey."""
    return "".join(character if character in "\n\t" or character.isprintable() else "�" for character in text)
