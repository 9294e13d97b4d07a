"""School terms, school days and school weeks of one authority; bank holidays of England come from a library.

Between the first and the last term that it knows, a calendar is sure. Beyond them it counts weekdays that are no bank
holiday, and says so (`Reckoned.known`).
"""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal, NamedTuple, Self

import holidays
from pydantic import Field, ValidationError, model_validator

from store.errors import BadProtocol
from store.protocol.case import Frozen
from store.protocol.mistakes import in_words
from store.protocol.term_files import read_terms

DAY = timedelta(days=1)
SCHOOL_WEEK = 5
"""School days in a school week."""

Week = Literal["five school days", "week of term", "calendar week"]


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


class _OwnDays(Frozen):
    """What one school does otherwise than its authority: a term of its own by the name of the one that it replaces, own
    INSET days, days on which it is closed."""

    urn: str = Field(min_length=1)
    name: str = ""
    term: tuple[Term, ...] = ()
    inset: tuple[date, ...] = ()
    closed: tuple[date, ...] = ()


class _TermsFile(Frozen):
    term: tuple[Term, ...] = Field(min_length=1)
    inset: tuple[date, ...] = ()
    closed: tuple[date, ...] = ()
    panel: _Panels = _Panels()
    school: tuple[_OwnDays, ...] = ()


@cache
def _bank_holidays(year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("GB", subdiv="ENG", years=year))


def is_bank_holiday(day: date) -> bool:
    """Whether the day is a bank holiday in England, substitute days included."""
    return day in _bank_holidays(day.year)


def _working_day(day: date) -> bool:
    return day.weekday() < SCHOOL_WEEK and not is_bank_holiday(day)


class SchoolCalendar:
    """The school days of an authority; `of_school` gives those of one school, with its own terms and INSET days."""

    def __init__(
        self,
        terms: tuple[Term, ...],
        closed: tuple[date, ...] = (),
        schools: Mapping[str, "SchoolCalendar"] = MappingProxyType({}),
    ) -> None:
        self._schools = schools
        self.terms = tuple(sorted(terms, key=lambda term: term.start))
        self.first, self.last = self.terms[0].start, self.terms[-1].end
        self._days = sorted(day for term in self.terms for day in _days_of(term) if day not in closed)
        self._open = frozenset(self._days)

    @classmethod
    def from_data(cls, data: Mapping[str, Any], *, name: str = "terms") -> Self:
        """A calendar from the data of a terms file. Raises `BadProtocol`, naming the key and the fix."""
        terms = _read_terms(data, name)
        _refuse_overlap(terms.term, name)
        closed = terms.inset + terms.closed
        schools = {
            own.urn: cls(_own_terms(own, terms.term, name), closed + own.inset + own.closed)
            for own in terms.school
        }
        return cls(terms.term, closed, MappingProxyType(schools))

    @classmethod
    def read(cls, path: Path) -> Self:
        """A calendar from a terms file: .toml, .csv or .ics. Raises `BadProtocol`."""
        return cls.from_data(read_terms(path), name=path.name)

    def of_school(self, urn: str) -> "SchoolCalendar":
        """The calendar of one school: the authority's, unless the school has days of its own."""
        return self._schools.get(urn, self)

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

        "five school days" makes up a day closed inside term; "week of term" counts any week in which there is school;
        "calendar week" is seven days, whatever falls in them.
        """
        if week == "calendar week":
            end = start + DAY * (7 * weeks - 1)
            return Reckoned(end, known=self.knows(start) and self.knows(end))
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

    def end_of_term(self, day: date) -> Reckoned:
        """The last day of the term that a day falls in; in a holiday, of the term just ended."""
        begun = bisect_right([term.start for term in self.terms], day)
        return Reckoned(self.terms[max(begun - 1, 0)].end, known=self.knows(day))

    def school_days(self) -> tuple[date, ...]:
        """Every school day of the known terms, in order."""
        return tuple(self._days)

    def half_term_of(self, day: date) -> tuple[date, bool]:
        """In which half of which term a day lies: the term's first day, and whether its half-term is over."""
        at = bisect_right([term.start for term in self.terms], day) - 1
        term = self.terms[max(at, 0)]
        return term.start, bool(term.half_term and day > term.half_term[1])

    def halfway(self, start: date, end: date) -> Reckoned:
        """The middle school day of those from a start to an end, both counted; the earlier of two."""
        within = self._days[bisect_left(self._days, start) : bisect_right(self._days, end)]
        known = self.knows(start) and self.knows(end)
        return Reckoned(within[(len(within) - 1) // 2] if within else end, known=known)

    def school_day_by(self, day: date) -> date:
        """The day itself where there is school, else the last school day before it."""
        return day if self.is_school_day(day) else self.school_days_before(day, 1).day

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


def _read_terms(data: Mapping[str, Any], name: str) -> _TermsFile:
    try:
        return _TermsFile.model_validate(data)
    except ValidationError as error:
        raise BadProtocol(in_words(error, name)) from error


def _own_terms(own: _OwnDays, shared: tuple[Term, ...], name: str) -> tuple[Term, ...]:
    """The authority's terms, those of the same name replaced by the school's own."""
    theirs = {term.name: term for term in own.term}
    unknown = set(theirs) - {term.name for term in shared}
    if unknown:
        called = ", ".join(sorted(unknown))
        raise BadProtocol(
            f"{name}: school {own.urn} has a term {called!r}, which is no term of the authority. Correct its name."
        )
    terms = tuple(theirs.get(term.name, term) for term in shared)
    _refuse_overlap(terms, name)
    return terms


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
