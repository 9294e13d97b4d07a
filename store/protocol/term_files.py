"""Terms as authorities publish them: TOML (with everything), CSV or a calendar file (.ics), all read into one shape.

A CSV has the columns `kind, name, start, end` (and `school`, a URN, where a line is one school's own); a calendar file has
one all-day event each, told by the words of its summary. Kinds: term, half-term, inset, closed, panel.
"""

import csv
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from icalendar import Calendar

from store.errors import BadProtocol

_COLUMNS = ("kind", "name", "start", "end")
_KINDS = ("term", "half-term", "inset", "closed", "panel")
_WORDS = (
    ("half-term", re.compile(r"half[ -]?term", re.IGNORECASE)),
    ("inset", re.compile(r"\binset\b|staff training|teacher training", re.IGNORECASE)),
    ("panel", re.compile(r"\bpanel\b", re.IGNORECASE)),
    ("closed", re.compile(r"\bclosed\b|\bclosure\b", re.IGNORECASE)),
    ("term", re.compile(r"\bterm\b", re.IGNORECASE)),
)
"""What a summary is about, the first that fits. Holidays between terms need no entry of their own."""
_IGNORED = re.compile(r"\b(holidays?|bank holiday|break)\b", re.IGNORECASE)
DAY = timedelta(days=1)


class _Entry(NamedTuple):
    """One line of a file: `where` says which, for a message."""

    where: str
    kind: str
    name: str
    start: date
    end: date
    school: str = ""


def read_terms(path: Path) -> dict[str, Any]:
    """The data of a terms file, by its ending. Raises `BadProtocol`, naming the line or event and the fix."""
    match path.suffix.lower():
        case ".csv":
            return _joined(_lines(_text(path), path.name), path.name)
        case ".ics":
            return _joined(_events(_text(path), path.name), path.name)
        case _:
            return read_toml(path)


def read_toml(path: Path) -> dict[str, Any]:
    """The data of a TOML file. Raises `BadProtocol` when it cannot be read or is not TOML."""
    return parse_toml(lambda: path.read_text("utf-8"), name=str(path))


def parse_toml(text: Callable[[], str], *, name: str) -> dict[str, Any]:
    """The data of a TOML text. Raises `BadProtocol`, naming the line."""
    try:
        return tomllib.loads(text())
    except (OSError, UnicodeDecodeError) as error:
        raise BadProtocol(f"{name} cannot be read: {error}.") from error
    except tomllib.TOMLDecodeError as error:
        raise BadProtocol(f"{name} is not well-formed: {error}.") from error


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise BadProtocol(f"{path} cannot be read: {error}.") from error


# ---------------------------------------------------------------- CSV


def _lines(text: str, name: str) -> Iterator[_Entry]:
    reader = csv.DictReader(text.splitlines())
    missing = [column for column in _COLUMNS if column not in (reader.fieldnames or ())]
    if missing:
        raise BadProtocol(
            f"{name}: the column {missing[0]!r} is missing. The first line names {', '.join(_COLUMNS)}."
        )
    for row in reader:
        where = f"{name}, line {reader.line_num}"
        said = {key: (value or "").strip() for key, value in row.items() if key}
        kind = said["kind"].lower()
        if kind not in _KINDS:
            raise BadProtocol(f"{where}: {said['kind']!r} is no kind. Use one of: {', '.join(_KINDS)}.")
        start = _day(said["start"], where)
        end = _day(said["end"], where) if said["end"] else start
        yield _Entry(where, kind, said["name"], start, end, said.get("school", ""))


def _day(text: str, where: str) -> date:
    for form in ("%Y-%m-%d", "%d/%m/%Y"):
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007 - a day of the calendar has no zone
        except ValueError:
            continue
    raise BadProtocol(f"{where}: {text!r} is no date. Write 2026-09-03 or 03/09/2026.")


# ---------------------------------------------------------------- calendar files


def _events(text: str, name: str) -> Iterator[_Entry]:
    try:
        events = Calendar.from_ical(text).walk("VEVENT")
    except ValueError as error:
        raise BadProtocol(f"{name} is no calendar file: {error}.") from error
    for number, event in enumerate(events, 1):
        summary = str(event.get("SUMMARY", ""))
        where = f"{name}, event {number} ({summary or 'no summary'})"
        kind = next((kind for kind, words in _WORDS if words.search(summary)), None)
        if kind is None and _IGNORED.search(summary):
            continue
        if kind is None:
            raise BadProtocol(
                f"{where}: the summary does not say what it is. Name it as one of: {', '.join(_KINDS)}."
            )
        yield _Entry(where, kind, summary, *_span(event, where))


def _span(event: Any, where: str) -> tuple[date, date]:
    start, end = (event.decoded(key) if key in event else None for key in ("DTSTART", "DTEND"))
    if start is None or isinstance(start, datetime) or isinstance(end, datetime):
        raise BadProtocol(f"{where}: it is not a whole day. Give dates without a time.")
    return start, end - DAY if end else start  # the end of an all-day event is the day after it


# ---------------------------------------------------------------- one shape


def _joined(entries: Iterable[_Entry], name: str) -> dict[str, Any]:
    """The data as TOML would give it."""
    found = list(entries)
    data = _of_one([entry for entry in found if not entry.school], name)
    data["panel"] = {"dates": [entry.start for entry in found if entry.kind == "panel"]}
    urns = dict.fromkeys(entry.school for entry in found if entry.school)
    data["school"] = [
        {"urn": urn, **_of_one([entry for entry in found if entry.school == urn], name)} for urn in urns
    ]
    return data


def _of_one(entries: list[_Entry], name: str) -> dict[str, Any]:
    terms = [
        {"name": each.name, "start": each.start, "end": each.end} for each in entries if each.kind == "term"
    ]
    for each in entries:
        if each.kind == "half-term":
            _term_of(each, terms, name)["half_term"] = [each.start, each.end]
    return {"term": terms, **{kind: list(_days(entries, kind)) for kind in ("inset", "closed")}}


def _term_of(half_term: _Entry, terms: list[dict[str, Any]], name: str) -> dict[str, Any]:
    for term in terms:
        if term["start"] <= half_term.start and half_term.end <= term["end"]:
            if "half_term" in term:
                raise BadProtocol(
                    f"{half_term.where}: {term['name']} has a half-term already. Take one of them out."
                )
            return term
    raise BadProtocol(f"{half_term.where}: this half-term lies in no term of {name}. Correct its days.")


def _days(entries: list[_Entry], kind: str) -> Iterator[date]:
    for each in entries:
        if each.kind == kind:
            yield from (each.start + DAY * number for number in range((each.end - each.start).days + 1))
