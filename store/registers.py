"""Reads the two lists a council has: schools (the national register, GIAS) and contacts (its own).

A row that cannot be used is named with its line; the rest is read.
"""

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from store.names import number_key, school_key

_EMAIL = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\"]+\.[^@\s,;<>\"]+")
_SCHOOLS = ("URN", "LA (code)", "EstablishmentNumber", "EstablishmentName", "EstablishmentStatus (name)")
_CONTACTS = ("urn", "role", "email")


@dataclass(slots=True)
class Sheet:
    """What a list held: the rows that can be used, and a sentence for each that cannot."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def read_schools(data: bytes) -> Sheet:
    """The schools of a GIAS extract (`edubasealldata…csv`, Windows-1252, dates as dd-mm-yyyy)."""
    return _read(_decoded(data, "cp1252"), _SCHOOLS, _school)


def read_contacts(data: bytes) -> Sheet:
    """The contacts of a list with the columns urn, role, name and email; `urn` is empty for a council service."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = _decoded(data, "cp1252")
    return _read(text, _CONTACTS, _contact)


def _decoded(data: bytes, encoding: str) -> str:
    if data.startswith(b"\xef\xbb\xbf"):
        encoding = "utf-8-sig"
    return data.decode(encoding, "replace")


def _read(text: str, needed: Iterable[str], convert: Callable[[dict[str, str]], dict[str, Any]]) -> Sheet:
    sheet = Sheet()
    reader = csv.DictReader(io.StringIO(text, newline=""), restval="")
    missing = [name for name in needed if name not in (reader.fieldnames or ())]
    if missing:
        sheet.problems.append(f"line 1: there is no column {', '.join(missing)}")
        return sheet
    try:
        for line, row in _numbered(reader):
            _add(sheet, line, row, convert)
    except csv.Error as error:
        sheet.problems.append(f"line {reader.line_num}: {error}; nothing after it was read")
    return sheet


def _numbered(reader: "csv.DictReader[str]") -> Iterator[tuple[int, dict[str, str]]]:
    for row in reader:
        yield reader.line_num, {key: value.strip() for key, value in row.items() if isinstance(value, str)}


def _add(
    sheet: Sheet, line: int, row: dict[str, str], convert: Callable[[dict[str, str]], dict[str, Any]]
) -> None:
    try:
        sheet.rows.append(convert(row))
    except ValueError as error:
        sheet.problems.append(f"line {line}: {error}")


def _school(row: dict[str, str]) -> dict[str, Any]:
    urn, name = row["URN"], row["EstablishmentName"]
    if not re.fullmatch(r"[0-9]{5,7}", urn):
        raise ValueError(f"{urn!r} is no URN")
    if not name:
        raise ValueError("the school has no name")
    return {
        "urn": urn,
        "number": number_key(row["LA (code)"].zfill(3) + row["EstablishmentNumber"].zfill(4)),
        "name": name,
        "name_key": school_key(name),
        "authority": row.get("LA (name)", ""),
        "kind": row.get("TypeOfEstablishment (name)", ""),
        "phase": row.get("PhaseOfEducation (name)", ""),
        "status": row["EstablishmentStatus (name)"],
        "opened": _date(row, "OpenDate"),
        "closed": _date(row, "CloseDate"),
        "low_age": _count(row, "StatutoryLowAge"),
        "high_age": _count(row, "StatutoryHighAge"),
        "gender": row.get("Gender (name)", ""),
        "capacity": _count(row, "SchoolCapacity"),
        "roll": _count(row, "NumberOfPupils"),
        "postcode": row.get("Postcode", ""),
        "easting": _count(row, "Easting"),
        "northing": _count(row, "Northing"),
    }


def _contact(row: dict[str, str]) -> dict[str, Any]:
    urn, role, email = row["urn"], row["role"].casefold(), row["email"].casefold()
    if urn and not re.fullmatch(r"[0-9]{5,7}", urn):
        raise ValueError(f"{urn!r} is no URN")
    if not role:
        raise ValueError("the contact has no role")
    if not _EMAIL.fullmatch(email):
        raise ValueError("the contact has no usable e-mail address")
    domain = email.rpartition("@")[2]
    return {"urn": urn, "role": role, "name": row.get("name", ""), "email": email, "domain": domain}


def _date(row: dict[str, str], column: str) -> date | None:
    text = row.get(column, "")
    if not text:
        return None
    try:
        return datetime.strptime(text, "%d-%m-%Y").date()  # noqa: DTZ007 - a date has no zone
    except ValueError:
        raise ValueError(f"{column} is {text!r}, not a date such as 31-08-2021") from None


def _count(row: dict[str, str], column: str) -> int | None:
    text = row.get(column, "")
    if not text:
        return None
    if not re.fullmatch(r"[0-9]{1,9}", text):
        raise ValueError(f"{column} is {text!r}, not a number")
    return int(text)
