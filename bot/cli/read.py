"""`moves read`: what one form says, and where. Works on a file alone, in the same killable child as the service."""

import dataclasses
from enum import Enum, IntFlag
from pathlib import Path
from typing import Any

import forms
from bot.cli import console
from bot.flows.opening import CONVERSION_SECONDS, LIMITS
from bot.isolation import Child, Died, Failed, MemoryOver, More, TimeOver
from bot.text import cli as words
from bot.text import refusals
from forms.page import Page
from forms.reading import Reading
from forms.refusals import FormError


class Refused(Exception):
    """The file is not read; the text says why, for the person at this computer."""


def show_reading(path: Path, *, as_json: bool) -> None:
    """Print every answer of a form with its state and place. Raises `Refused`."""
    reading: Reading = read_in_child("read", path)
    if as_json:
        console.as_json(reading.to_json(path.name))
        return
    console.say(words.reading_title(path.name, reading.format, reading.definition, reading.coverage))
    console.table(
        words.READING_HEADINGS,
        [
            (answer.field, _shown(answer), answer.label, answer.where, f"{answer.confidence:.2f}")
            for answer in reading.answers.values()
        ],
    )
    for name, rows in reading.rows.items():
        console.table(
            tuple(rows[0]) if rows else (),
            [tuple(map(_cell, row.values())) for row in rows],
            title=f"\n{name}",
        )
    for warning in reading.warnings:
        console.say(f"! {warning}")


def show_page(path: Path) -> None:
    """Print the page model as JSON. Raises `Refused`."""
    page: Page = read_in_child("page", path)
    console.as_json(_plain(page))


def _shown(answer: Any) -> str:
    if answer.value is None:
        shown = f"({answer.state.value.replace('_', ' ')})"
    else:
        shown = _cell(answer.value) if isinstance(answer.value, bool) else answer.raw
    return "; ".join([shown, *answer.doubts])


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return {True: "yes", False: "no"}.get(value, str(value)) if isinstance(value, bool) else str(value)


def read_in_child(what: str, path: Path) -> Any:
    """The reading ("read") or the page model ("page") of a file, made in the killable child. Raises `Refused`."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise Refused(words.cannot_open(path.name, error.strerror or "")) from error
    try:
        with Child(_open, LIMITS) as child:
            result, code = child.call(what, data, path.name)
    except TimeOver as error:
        raise Refused(refusals.to_officer("took_too_long")) from error
    except MemoryOver as error:
        raise Refused(refusals.to_officer("too_big")) from error
    except (Died, Failed) as error:
        raise Refused(refusals.to_officer("unreadable")) from error
    if code:
        raise Refused(refusals.to_officer(code))
    return result


def _open(more: More, what: str, data: bytes, name: str) -> tuple[Any, str]:
    more(CONVERSION_SECONDS)
    try:
        return (forms.page(data, name=name) if what == "page" else forms.read(data, name=name)), ""
    except FormError as refusal:
        return None, refusal.code


def _plain(thing: Any) -> Any:
    """Page model as plain data, with marks by name."""
    if dataclasses.is_dataclass(thing) and not isinstance(thing, type):
        kind = {"block": type(thing).__name__.lower()}
        return kind | {field.name: _plain(getattr(thing, field.name)) for field in dataclasses.fields(thing)}
    if isinstance(thing, IntFlag):
        return [mark.name.lower() for mark in type(thing) if mark in thing and mark.value and mark.name]
    if isinstance(thing, Enum):
        return thing.value
    if isinstance(thing, list | tuple):
        return [_plain(item) for item in thing]
    return thing
