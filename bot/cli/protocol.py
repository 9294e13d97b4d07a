"""`moves protocol check|show`: a protocol file judged, and a protocol told readably with the source of each setting."""

from collections.abc import Iterator, Mapping
from datetime import date, time
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import forms
from bot.cli import console
from bot.text import dates
from bot.text import protocol as words
from store.errors import BadProtocol
from store.protocol import Protocol, load
from store.protocol.settings import Source
from store.protocol.wall import END_OF_DAY


def check(path: Path) -> None:
    """Say that a protocol file is sound. Raises `BadProtocol` with every mistake of it, a line each."""
    protocol = load(path)
    mistakes = list(unknown_fields(protocol, path.name))
    if mistakes:
        raise BadProtocol("\n".join(mistakes))
    start = dates.day(protocol.effective_from)
    console.say(words.SOUND.format(file=path.name, title=protocol.title, key=protocol.key, start=start))


def unknown_fields(protocol: Protocol, name: str) -> Iterator[str]:
    """The fields that no form can answer, each with the nearest that one can."""
    known = sorted(forms.vocabulary())
    asked = {
        **{f"required[{n}]": _asked(line) for n, line in enumerate(protocol.required, 1)},
        **{f"hold[{n}]": (rule.field,) for n, rule in enumerate(protocol.hold, 1)},
        **{f"exclusion[{n}]": (rule.field,) for n, rule in enumerate(protocol.exclusion, 1)},
    }
    for where, fields in asked.items():
        for field in dict.fromkeys(fields):
            if field not in known and not field.startswith("other."):
                near = get_close_matches(field, known, n=1)
                hint = words.DID_YOU_MEAN.format(near=near[0]) if near else words.SEE_FIELDS
                yield words.UNKNOWN_FIELD.format(file=name, where=where, field=field, hint=hint)


def _asked(line: Any) -> tuple[str, ...]:
    others = tuple(field for fields in line.any for field in fields)
    return tuple(field for field in (line.field, *others, line.instead, line.said_in) if field)


def show(name: str) -> None:
    """Print a protocol. Raises `BadProtocol`."""
    protocol = load(Path(name) if name.endswith(".toml") else name)
    for line in told(protocol):
        console.say(console.printable(line))


def told(protocol: Protocol) -> Iterator[str]:
    """A protocol in lines: its head, its documents, each part with the source of every setting."""
    yield f"{protocol.title} ({protocol.key})"
    yield f"  {words.IN_FORCE}: {_in_force(protocol)}{_source(protocol.cite, protocol)}"
    yield from _titled(words.DOCUMENTS, _documents(protocol))
    for part, title in words.SECTIONS.items():
        said = words.ONLY_DATA.format(title=title) if part in words.DATA_ONLY else title
        yield from _titled(said, _part(getattr(protocol, part), protocol))
    yield from _titled(words.CITED, _part(protocol.rules, protocol))
    yield from _titled(words.REFERRAL, _referral(protocol))


def _titled(title: str, lines: Iterator[str]) -> Iterator[str]:
    found = list(lines)
    if found:
        yield f"\n{title}"
        yield from (f"  {line}" for line in found)


def _documents(protocol: Protocol) -> Iterator[str]:
    for key, document in protocol.documents.items():
        version = f", {document.version}" if document.version else ""
        yield f"{key}: {document.title}{version}"


def _referral(protocol: Protocol) -> Iterator[str]:
    for line in protocol.required:
        yield f"{line.field} ({line.level}){_source(line.cite, protocol)}"


def _part(part: Any, protocol: Protocol) -> Iterator[str]:
    """The settings of one part: a line each, the source after the last; a list has a line an entry."""
    if isinstance(part, tuple):
        for entry in part:
            settings = "; ".join(f"{name}: {said}" for name, said in _settings(entry))
            yield f"{settings}{_source(entry.cite, protocol)}"
    elif part is not None:
        yield from (f"{name}: {said}" for name, said in _settings(part))
        yield from (
            f"{_plain(name)}{_source(cite, protocol)}"
            for name, cite in part
            if isinstance(cite, Source) and name != "cite"
        )
        if getattr(part, "cite", None):
            yield f"{words.SOURCE}: {_source(part.cite, protocol).removeprefix(' — ')}"


def _settings(part: Any) -> Iterator[tuple[str, str]]:
    for name, value in part:
        if not isinstance(value, Source) and value not in (None, "", ()):
            yield _plain(name), _said(value)


def _said(value: Any) -> str:
    match value:
        case time():
            return words.END_OF_DAY if value == END_OF_DAY else f"{value:%H:%M}"
        case Mapping():
            return ", ".join(f"{key} {weight:g}" for key, weight in value.items())
        case tuple():
            return ", ".join(map(_said, value))
        case _ if hasattr(value, "model_dump"):
            return "; ".join(f"{name} {said}" for name, said in _settings(value))
        case _:
            return _word(value)


def _word(value: Any) -> str:
    if isinstance(value, bool):
        return words.YES if value else words.NO
    return dates.day(value) if isinstance(value, date) else str(value)


def _in_force(protocol: Protocol) -> str:
    start = dates.day(protocol.effective_from)
    if protocol.effective_to is None:
        return words.FROM_ON.format(start=start)
    return words.BETWEEN.format(start=start, end=dates.day(protocol.effective_to))


def _source(cite: Source | None, protocol: Protocol) -> str:
    if cite is None:
        return ""
    rule = getattr(cite, "rule", "")
    return f" — {protocol.source(cite)}" + (f" ({rule})" if rule else "")


def _plain(name: str) -> str:
    return name.replace("_", " ")
