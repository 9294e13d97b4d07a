"""School terms, school days and school weeks of one authority; bank holidays of England come from a library.

Between the first and the last term that it knows, a calendar is sure. Beyond them it counts weekdays that are no bank
holiday, and says so (`Reckoned.known`).
"""

import tomllib
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal, NamedTuple, Self

import holidays
from pydantic import Field, ValidationError, model_validator

from store.errors import BadProtocol
from store.protocol.case import Frozen
from store.protocol.mistakes import in_words

DAY = timedelta(days=1)
SCHOOL_WEEK = 5
"""School days in a school week."""

Week = Literal["five school days", "week of term"]


class Reckoned(NamedTuple):
    """A date worked out, and whether every day that was counted lies within the terms that are known."""

    day: date
    known: bool


class Term(Frozen):
    """A term: its first and last day, the half-term holiday within it, and days on which staff come but pupils do not."""

    name: str
    start: date
    end: date
    half_term: tuple[date, date] | None = None
    inset: tuple[date, ...] = ()

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        first, last = self.half_term or (self.start, self.end)
        if not self.start <= first <= last <= self.end:
            raise ValueError("the days must be in order: start, half_term within it, end")
        return self

    def taught(self, day: date) -> bool:
        """Whether pupils come on this weekday of the term, bank holidays apart."""
        on_holiday = self.half_term and self.half_term[0] <= day <= self.half_term[1]
        return self.start <= day <= self.end and not on_holiday and day not in self.inset


class _Panels(Frozen):
    dates: tuple[date, ...] = ()


class _TermsFile(Frozen):
    term: tuple[Term, ...] = Field(min_length=1)
    inset: tuple[date, ...] = ()
    closed: tuple[date, ...] = ()
    panel: _Panels = _Panels()


@cache
def _bank_holidays(year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("GB", subdiv="ENG", years=year))


def is_bank_holiday(day: date) -> bool:
    """Whether the day is a bank holiday in England, substitute days included."""
    return day in _bank_holidays(day.year)


def _working_day(day: date) -> bool:
    return day.weekday() < SCHOOL_WEEK and not is_bank_holiday(day)


class SchoolCalendar:
    """The school days of an authority (or of one school, with its own INSET days)."""

    def __init__(self, terms: tuple[Term, ...], closed: tuple[date, ...] = ()) -> None:
        self.terms = tuple(sorted(terms, key=lambda term: term.start))
        self.first, self.last = self.terms[0].start, self.terms[-1].end
        self._days = sorted(day for term in self.terms for day in _days_of(term) if day not in closed)
        self._open = frozenset(self._days)

    @classmethod
    def from_data(cls, data: Mapping[str, Any], *, name: str = "terms") -> Self:
        """A calendar from the data of a terms file. Raises `BadProtocol`, naming the key and the fix."""
        terms = _read_terms(data, name)
        _refuse_overlap(terms.term, name)
        return cls(terms.term, terms.inset + terms.closed)

    @classmethod
    def read(cls, path: Path) -> Self:
        """A calendar from a terms file. Raises `BadProtocol`."""
        return cls.from_data(read_toml(path), name=path.name)

    def knows(self, day: date) -> bool:
        """Whether the day lies within the known terms and the holidays between them."""
        return self.first <= day <= self.last

    def is_school_day(self, day: date) -> bool:
        """Whether pupils are in school; beyond the known terms, any weekday that is no bank holiday."""
        return day in self._open if self.knows(day) else _working_day(day)

    def school_days_before(self, day: date, count: int) -> Reckoned:
        """The school day that lies `count` school days before a day (1: the last one before it)."""
        at = bisect_left(self._days, day) - count
        if self.knows(day) and at >= 0:
            return Reckoned(self._days[at], known=True)
        return self._step(day, count, -DAY)

    def school_days_after(self, day: date, count: int) -> Reckoned:
        """The school day that lies `count` school days after a day (1: the next one)."""
        at = bisect_right(self._days, day) + count - 1
        if self.knows(day) and at < len(self._days):
            return Reckoned(self._days[at], known=True)
        return self._step(day, count, DAY)

    def end_of_school_weeks(self, start: date, weeks: int, week: Week = "five school days") -> Reckoned:
        """The last day of `weeks` school weeks from a start (its own day or week counted); holidays do not count.

        "five school days" makes up a day closed inside term; "week of term" counts any week in which there is school.
        """
        if week == "five school days":
            return self.school_days_after(start - DAY, weeks * SCHOOL_WEEK)
        return self._end_of_weeks_of_term(start, weeks)

    def school_weeks_between(self, start: date, end: date) -> int:
        """How many whole school weeks of five school days lie from `start` to `end`, both counted."""
        return (bisect_right(self._days, end) - bisect_left(self._days, start)) // SCHOOL_WEEK

    def end_of_following_term(self, day: date) -> Reckoned:
        """The last day of the term after the one a day falls in; in a holiday, after the term just ended (R41)."""
        begun = bisect_right([term.start for term in self.terms], day)
        if not self.knows(day) or begun >= len(self.terms):
            return Reckoned(self.last, known=False)
        return Reckoned(self.terms[begun].end, known=True)

    def _end_of_weeks_of_term(self, start: date, weeks: int) -> Reckoned:
        monday = start - DAY * start.weekday()
        end = Reckoned(start, known=self.knows(start))
        while weeks:
            school = [day for day in _week(monday) if day >= start and self.is_school_day(day)]
            if school:
                weeks, end = weeks - 1, Reckoned(school[-1], known=end.known and self.knows(school[-1]))
            monday += DAY * 7
        return end

    def _step(self, day: date, count: int, step: timedelta) -> Reckoned:
        known = self.knows(day)
        while count:
            day += step
            known = known and self.knows(day)
            count -= self.is_school_day(day)
        return Reckoned(day, known)


def panel_dates(data: Mapping[str, Any], *, name: str = "terms") -> tuple[date, ...]:
    """The panel dates of a terms file, in order. Raises `BadProtocol`."""
    return tuple(sorted(set(_read_terms(data, name).panel.dates)))


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


def _read_terms(data: Mapping[str, Any], name: str) -> _TermsFile:
    try:
        return _TermsFile.model_validate(data)
    except ValidationError as error:
        raise BadProtocol(in_words(error, name)) from error


def _refuse_overlap(terms: tuple[Term, ...], name: str) -> None:
    ordered = sorted(terms, key=lambda term: term.start)
    for one, other in pairwise(ordered):
        if other.start <= one.end:
            raise BadProtocol(f"{name}: {other.name} starts before {one.name} ends. Correct one of the two.")


def _days_of(term: Term) -> list[date]:
    days = (term.start + DAY * number for number in range((term.end - term.start).days + 1))
    return [day for day in days if term.taught(day) and _working_day(day)]


def _week(monday: date) -> list[date]:
    return [monday + DAY * number for number in range(7)]
