"""Mistakes in a data file, in words an officer understands: which key, what is wrong, what to do."""

from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any

from pydantic import BaseModel, ValidationError


def in_words(error: ValidationError, name: str) -> str:
    """All mistakes of a file, a line each."""
    known = sorted(_settings(BaseModel))
    sentences = (each for mistake in error.errors() for each in _sentences(dict(mistake), known))
    return "\n".join(f"{name}: {sentence}" for sentence in sentences)


def _sentences(mistake: dict[str, Any], known: list[str]) -> Iterator[str]:
    key = _key(mistake["loc"])
    match mistake["type"]:
        case "missing":
            yield f"{key} is missing. Add it."
        case "extra_forbidden":
            yield f"{key} is not a setting. {_perhaps(str(mistake['loc'][-1]), known)}"
        case "value_error" if not mistake["loc"]:
            yield from (f"{said}." for said in _said(mistake).splitlines())
        case _ if isinstance(mistake["input"], dict | list):
            yield f"{key}: {_ask(mistake)}"
        case _:
            yield f"{key} is {mistake['input']!r}. {_ask(mistake)}"


def _ask(mistake: dict[str, Any]) -> str:
    said = _said(mistake)
    return f"It should be {said}." if str(mistake["msg"]).startswith("Input") else f"Correct it: {said}."


def _said(mistake: dict[str, Any]) -> str:
    return str(mistake["msg"]).removeprefix("Value error, ").removeprefix("Input should be ")


def _perhaps(word: str, known: list[str]) -> str:
    near = get_close_matches(word, known, n=1)
    return f"Did you mean {near[0]!r}?" if near else "Remove it."


def _key(loc: tuple[int | str, ...]) -> str:
    """A key as it stands in the file: entries of a list are counted from 1."""
    text = ""
    for part in loc:
        text += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if text else part
    return text or "the file"


def _settings(model: type[BaseModel]) -> set[str]:
    """Every setting name of the models that files are read into."""
    own = set(model.model_fields) if model.__module__.startswith("store.protocol") else set()
    return own.union(*(_settings(heir) for heir in model.__subclasses__()))
