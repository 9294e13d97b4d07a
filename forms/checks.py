"""What looks wrong though it is well written: a year group that does not fit the date of birth, 140 per cent."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date

from forms.definition import vocabulary
from forms.reading import Answer

_SEPTEMBER = 9
_RECEPTION_AGE = 5
_EARLIEST_BIRTH_YEAR = 1990


def doubted(answers: Mapping[str, Answer]) -> dict[str, Answer]:
    """The answers with the doubts that one answer raises about itself or another. No value is taken away."""
    found = dict(answers)
    for field, doubt in _doubts(answers):
        answer = found[field]
        if doubt not in answer.doubts:
            found[field] = replace(answer, doubts=(*answer.doubts, doubt))
    return found


def _doubts(answers: Mapping[str, Answer]) -> Iterator[tuple[str, str]]:
    yield from _out_of_range(answers)
    yield from _year_against_birth(answers)
    yield from _suspensions(answers)
    yield from _order_of_dates(answers)


def _out_of_range(answers: Mapping[str, Answer]) -> Iterator[tuple[str, str]]:
    for field, answer in answers.items():
        term = vocabulary().get(field)
        if term is None or term.range is None or isinstance(answer.value, bool):
            continue
        low, high = term.range
        if isinstance(answer.value, int | float) and not low <= answer.value <= high:
            yield field, f"not between {low:g} and {high:g}"


def _year_against_birth(answers: Mapping[str, Answer]) -> Iterator[tuple[str, str]]:
    """A child is in year n in the school year in which it turns n + 5; the form's own dates say which year that is.

    A form without a date of its own gives no school year, and nothing is said. A child taught out of its year is rare
    enough for a doubt, which refuses nothing.
    """
    birth, year = _value(answers, "pupil.dob"), _value(answers, "pupil.year_group")
    written = _written(answers)
    if not isinstance(birth, date) or written is None:
        return
    if birth >= written or birth.year < _EARLIEST_BIRTH_YEAR:
        yield "pupil.dob", "not the date of birth of a pupil"
        return
    if isinstance(year, int) and not isinstance(year, bool):
        expected = _school_year(written) - _school_year(birth) - _RECEPTION_AGE
        if expected != year:
            yield "pupil.dob", f"does not fit year {year}"
            yield "pupil.year_group", f"the date of birth speaks for year {expected}"


def _school_year(day: date) -> int:
    return day.year if day.month >= _SEPTEMBER else day.year - 1


def _written(answers: Mapping[str, Answer]) -> date | None:
    """When the form was filled in, by the dates beside its signatures."""
    for field in ("signoff.date", "signoff.headteacher_date", "signoff.parent_date"):
        value = _value(answers, field)
        if isinstance(value, date):
            return value
    return None


def _suspensions(answers: Mapping[str, Answer]) -> Iterator[tuple[str, str]]:
    times, days = _value(answers, "record.suspensions"), _value(answers, "record.suspension_days")
    if isinstance(times, int | float) and isinstance(days, int | float):
        if not times and days:
            yield "record.suspension_days", "days of suspension, but no suspension"
        elif days < times / 2:
            yield "record.suspension_days", "less than half a day for each suspension"


def _order_of_dates(answers: Mapping[str, Answer]) -> Iterator[tuple[str, str]]:
    birth, admitted = _value(answers, "pupil.dob"), _value(answers, "home_school.admitted_on")
    if isinstance(birth, date) and isinstance(admitted, date) and admitted <= birth:
        yield "home_school.admitted_on", "before the date of birth"
    written, start = _written(answers), _value(answers, "move.start")
    if written and isinstance(start, date) and start < written:
        yield "move.start", "before the form was signed"


def _value(answers: Mapping[str, Answer], field: str) -> object:
    answer = answers.get(field)
    return answer.value if answer else None
