"""What people write, in one shape: dates, numbers, codes. Nothing here guesses; what has two meanings comes back as doubt."""

import re
from dataclasses import dataclass
from datetime import date

from forms.reading import Value


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a text means: a value, or None with the doubt that a person should see."""

    value: Value = None
    doubts: tuple[str, ...] = ()
    rivals: tuple[str, ...] = ()


LONGEST = 1_000
"""Characters. What is longer is prose: no date, number or code is looked for in it."""


# ---------------------------------------------------------------- dates

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january",
            "feb february febuary",
            "mar march",
            "apr april",
            "may",
            "jun june",
            "jul july",
            "aug august",
            "sep sept september",
            "oct october",
            "nov november",
            "dec december",
        ),
        start=1,
    )
    for name in names.split()
}
_MONTH = "(?P<month>" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + r")\b\.?"
_YEAR = r"(?P<year>(?:19|20)\d\d|['’]?\d\d)(?!\d)"
_DATES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"(?<!\d)(?P<year>(?:19|20)\d\d)\s?[-/.]\s?(?P<month>\d{1,2})\s?[-/.]\s?(?P<day>\d{1,2})(?!\d)",
        rf"(?<!\d)(?P<day>\d{{1,2}})\s*[-/.\\,]\s*(?P<month>\d{{1,2}})\s*[-/.\\,]\s*{_YEAR}",
        rf"(?<!\d)(?P<day>\d{{1,2}})\s*(?:st|nd|rd|th)?\s*(?:of\s+)?[-/.\s,]*{_MONTH}[-/.\s,]*{_YEAR}",
        rf"\b{_MONTH}\s*(?P<day>\d{{1,2}})(?!\d)\s*(?:st|nd|rd|th)?[\s,]+{_YEAR}",
        r"(?<!\d)(?P<day>\d{1,2})\s+(?P<month>\d{1,2})\s+(?P<year>(?:19|20)\d\d|\d\d)(?!\d)",
        r"(?<![\d/])(?P<day>\d\d)(?P<month>\d\d)(?P<year>(?:19|20)\d\d)(?!\d)",
    )
)
_PART = re.compile(rf"\b(?:19|20)\d\d\b|\b{_MONTH}", re.IGNORECASE)
_CENTURY_TURNS = 60
"""A two-digit year below this is of this century: no form speaks of 1959 or of 2060."""


def read_date(text: str) -> Meaning:
    """A date, day first; a month or a year alone is no date but a doubt."""
    text = " ".join(text.split())
    found = _dates(text)
    values = list(dict.fromkeys(found))
    if len(values) == 1:
        return Meaning(values[0], ("read as month first",) if found[values[0]] else ())
    if len(values) > 1:
        return Meaning(None, ("more than one date",), tuple(value.isoformat() for value in values))
    if any(pattern.search(text) for pattern in _DATES):
        return Meaning(None, ("no such date",))
    return Meaning(None, ("not a full date" if _PART.search(text) else "not a date",))


def _dates(text: str) -> dict[date, bool]:
    """The dates in a text → whether only the American order makes sense of it."""
    found: dict[date, bool] = {}

    def take(match: re.Match[str]) -> str:
        day, month, year = int(match["day"]), _month(match["month"]), _year(match["year"])
        if (value := _date(year, month, day)) is not None:
            found.setdefault(value, False)
        elif match["month"].isdigit() and (value := _date(year, day, month)) is not None:
            found.setdefault(value, True)
        return _TAKEN

    for pattern in _DATES:
        text = pattern.sub(take, text)
        if not _DIGIT.search(text):
            break
    return found


_DIGIT = re.compile(r"\d")
_TAKEN = "\0"
"""Stands for a date already read: a sign that is part of no other."""


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _month(text: str) -> int:
    return int(text) if text.isdigit() else _MONTHS[text.casefold()]


def _year(text: str) -> int:
    year = int(text.strip("'’"))
    if year >= 100:  # noqa: PLR2004 - written in full
        return year
    return year + (2000 if year < _CENTURY_TURNS else 1900)


# ---------------------------------------------------------------- numbers

_WORDS = {
    word: number
    for number, word in enumerate(
        [
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
            "seventeen",
            "eighteen",
            "nineteen",
            "twenty",
        ]
    )
} | {"none": 0, "nil": 0, "no": 0, "once": 1, "twice": 2}
_NUMBER = re.compile(r"(?<![\d.,/])\d+(?:[.,]\d+)?(?![\d/])|½")
_RANGE = re.compile(r"\d\s*(?:-|–|to|or)\s*\d")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_ORDINAL_NOISE = re.compile(r"(?i)\([^()]*\)|\bkey stage \d\b|\bKS\d\b")


def read_number(text: str) -> Meaning:
    """A number, per cent sign or words around it allowed: 82.4, 82,4 %, "about 80"."""
    return _number(text, whole=False)


def read_count(text: str) -> Meaning:
    """A whole number, in figures or words; a half day stays half. "Year 9" is 9, "None" is 0."""
    return _number(text, whole=True)


def _number(text: str, *, whole: bool) -> Meaning:
    bare = _THOUSANDS.sub("", _ORDINAL_NOISE.sub(" ", text).strip() or text)
    if _RANGE.search(bare):
        return Meaning(None, ("more than one number",), tuple(_NUMBER.findall(bare)))
    figures = _NUMBER.findall(re.sub(r"(?<=[A-Za-z])(?=\d)", " ", bare.replace("½", ".5")))
    if len(figures) == 1:
        return Meaning(_figure(figures[0], whole=whole), _loosely(bare))
    if figures:
        return Meaning(None, ("more than one number",), tuple(figures))
    words = [word for word in re.findall(r"[a-z]+", bare.casefold()) if word in _WORDS]
    if len(words) == 1:
        return Meaning(_WORDS[words[0]])
    return Meaning(None, ("not a number",))


def _figure(text: str, *, whole: bool) -> int | float:
    value = float(text.replace(",", "."))
    return int(value) if whole and value.is_integer() else value


def _loosely(text: str) -> tuple[str, ...]:
    loose = re.search(
        r"(?i)\b(?:about|approx\w*|around|circa|c\.|over|under|more than|less than|at least)\b|[~<>≈+]", text
    )
    return ("only roughly",) if loose else ()


# ---------------------------------------------------------------- codes and addresses

_UPN_ALPHABET = "ABCDEFGHJKLMNPQRTUVWXYZ"
"""No I, O or S (DfE, unique pupil numbers)."""
_UPN = re.compile(r"[A-Z]\d{11}[\dA-Z]")


def upn_letter(upn: str) -> str:
    """The check letter that the twelve characters after it call for (domain 4.5): Σ value × position 2 to 13, modulo 23.

    In a temporary number the last character is a letter and counts by its place in the alphabet.
    """
    values = (int(sign) if sign.isdigit() else _UPN_ALPHABET.index(sign) for sign in upn[1:])
    return _UPN_ALPHABET[sum(value * place for place, value in enumerate(values, start=2)) % 23]


def read_upn(text: str) -> Meaning:
    """A unique pupil number without spaces, in capitals; a wrong check letter is a doubt beside the value."""
    upn = re.sub(r"[\s.-]", "", text).upper()
    if not _UPN.fullmatch(upn) or (upn[-1].isalpha() and upn[-1] not in _UPN_ALPHABET):
        return Meaning(upn or text, ("not the shape of a UPN (a letter and twelve signs)",))
    if upn[0] not in _UPN_ALPHABET or upn[0] != upn_letter(upn):
        return Meaning(upn, ("the check letter of the UPN does not fit",))
    return Meaning(upn)


_POSTCODE = re.compile(r"([A-Z]{1,2}\d[A-Z\d]?)\s*(\d[A-Z]{2})", re.IGNORECASE)


def read_postcode(text: str) -> Meaning:
    """A postcode in capitals with its space."""
    if match := _POSTCODE.fullmatch(text.strip()):
        return Meaning(f"{match[1]} {match[2]}".upper())
    return Meaning(text, ("not the shape of a postcode",))


_UK_DIGITS = range(10, 12)


def read_phone(text: str) -> Meaning:
    """A telephone number as written; a doubt where no part of it has 10 or 11 digits."""
    for part in re.split(r"[;,\n]|\bor\b|/", text):
        digits = re.sub(r"\D", "", re.sub(r"\(0\)", "", part))
        national = digits.removeprefix("0044").removeprefix("44") if digits.startswith(("0044", "44")) else ""
        if len(digits) in _UK_DIGITS or len("0" + national) in _UK_DIGITS:
            return Meaning(text)
    return Meaning(text, ("not the length of a telephone number",))


_EMAIL = re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>.]{2,}")


def read_email(text: str) -> Meaning:
    """An e-mail address; a doubt where there is none, or more than one."""
    found = _EMAIL.findall(text)
    if len(found) == 1 and len(text.split()) == 1:
        return Meaning(found[0].strip(".").removeprefix("mailto:"))
    return Meaning(text, ("not one e-mail address",))
