"""School days, school weeks and terms, against a calendar counted by hand (docs: domain 4.7)."""

from datetime import date, timedelta

import pytest

from store.errors import BadProtocol
from store.protocol.calendar import SchoolCalendar, is_bank_holiday, panel_dates
from tests.store.protocol.given import TERMS, calendar

SALFORD_EASTER = {
    # Salford's own rule: the break is the first two full weeks of April, whenever Easter is.
    "term": [
        {"name": "Spring 2027", "start": date(2027, 1, 4), "end": date(2027, 4, 2)},
        {"name": "Summer 2027", "start": date(2027, 4, 19), "end": date(2027, 7, 21)},
    ]
}


@pytest.mark.parametrize(
    ("day", "open_"),
    [
        (date(2026, 12, 18), True),  # last day of autumn
        (date(2026, 12, 21), False),  # Christmas holiday
        (date(2026, 10, 28), False),  # half-term
        (date(2026, 11, 1), False),  # Sunday
        (date(2027, 3, 26), False),  # Good Friday, inside term
        (date(2027, 3, 29), False),  # Easter Monday, inside term
        (date(2027, 3, 30), True),
        (date(2027, 5, 3), False),  # May Day
    ],
)
def test_school_days_are_weekdays_of_term_without_holidays(day: date, open_: bool) -> None:
    """A school day is a weekday within a term, outside half-term, that is no bank holiday."""
    assert calendar().is_school_day(day) is open_


def test_28_december_2026_is_a_bank_holiday_in_place_of_boxing_day() -> None:
    """Boxing Day 2026 is a Saturday; its substitute is Monday the 28th."""
    assert is_bank_holiday(date(2026, 12, 28))
    assert not is_bank_holiday(date(2026, 12, 29))


@pytest.mark.parametrize(
    ("day", "count", "expected"),
    [
        (date(2026, 12, 10), 1, date(2026, 12, 9)),
        (date(2026, 12, 10), 5, date(2026, 12, 3)),
        (date(2026, 12, 2), 2, date(2026, 11, 30)),  # over a weekend
        (date(2027, 1, 6), 2, date(2026, 12, 18)),  # over Christmas: term starts on 5 January
        (date(2026, 11, 3), 2, date(2026, 10, 23)),  # over half-term
        (date(2027, 3, 31), 2, date(2027, 3, 25)),  # 30, then over Easter Monday and Good Friday
    ],
)
def test_school_days_before(day: date, count: int, expected: date) -> None:
    """Counting back skips weekends, half-terms, holidays and bank holidays inside term."""
    assert calendar().school_days_before(day, count) == (expected, True)


def test_school_days_after_skip_a_weekend_and_a_bank_holiday() -> None:
    """From Thursday 25 March 2027 the next school day is Tuesday the 30th: Good Friday and Easter Monday are closed."""
    assert calendar().school_days_after(date(2027, 3, 25), 1) == (date(2027, 3, 30), True)


def test_an_inset_day_is_no_school_day() -> None:
    """Staff come, pupils do not; given for all terms or for one."""
    autumn = {**TERMS["term"][0], "inset": [date(2026, 11, 27)]}
    ours = SchoolCalendar.from_data({"term": [autumn], "inset": [date(2026, 9, 3)]})
    assert not ours.is_school_day(date(2026, 11, 27))
    assert not ours.is_school_day(date(2026, 9, 3))
    assert ours.school_days_before(date(2026, 11, 30), 1).day == date(2026, 11, 26)


def test_six_school_weeks_skip_half_term() -> None:
    """From Monday 18 January 2027: four weeks, half-term 15-19 February, two more, ending Friday 5 March."""
    assert calendar().end_of_school_weeks(date(2027, 1, 18), 6) == (date(2027, 3, 5), True)


def test_six_school_weeks_across_easter_2027_skip_the_closures_and_the_break() -> None:
    """From 1 March 2027: 15 days to the 19th, 4 to the 25th, 4 in the week of 30 March, break 5-16 April, 7 more."""
    ours = SchoolCalendar.from_data(SALFORD_EASTER)
    assert ours.end_of_school_weeks(date(2027, 3, 1), 6) == (date(2027, 4, 27), True)


def test_weeks_of_term_count_a_short_week_as_a_week() -> None:
    """The other reading of "school weeks": weeks of 1, 8, 15, 22, 29 March, then that of 19 April."""
    ours = SchoolCalendar.from_data(SALFORD_EASTER)
    assert ours.end_of_school_weeks(date(2027, 3, 1), 6, "week of term") == (date(2027, 4, 23), True)


def test_school_weeks_between_counts_whole_weeks_only() -> None:
    """18 January to 5 March 2027 holds thirty school days; to the 4th, twenty-nine."""
    assert calendar().school_weeks_between(date(2027, 1, 18), date(2027, 3, 5)) == 6
    assert calendar().school_weeks_between(date(2027, 1, 18), date(2027, 3, 4)) == 5


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 11, 10), (date(2027, 4, 2), True)),  # in autumn: the end of spring
        (date(2026, 12, 28), (date(2027, 4, 2), True)),  # at Christmas: autumn has ended, so spring
        (date(2027, 1, 5), (date(2027, 7, 21), True)),  # the first day of spring: the end of summer
        (date(2027, 5, 10), (date(2027, 7, 21), False)),  # in summer: the next autumn is not known
    ],
)
def test_r41_the_end_of_the_following_term(day: date, expected: tuple[date, bool]) -> None:
    """R41: the home school is visited again at the end of the term after the one in which a move failed."""
    assert calendar().end_of_following_term(day) == expected


def test_a_date_worked_out_past_the_known_terms_says_so() -> None:
    """After 21 July 2027 no term is known: weekdays are counted, and the answer is marked."""
    assert calendar().school_days_after(date(2027, 7, 21), 1) == (date(2027, 7, 22), False)
    assert calendar().end_of_school_weeks(date(2027, 7, 12), 2) == (date(2027, 7, 23), False)
    assert calendar().end_of_school_weeks(date(2027, 7, 12), 2, "week of term").known is False


def test_counting_there_and_back_comes_home() -> None:
    """From every school day, n school days on and n back lead to the same day."""
    ours, day = calendar(), date(2026, 9, 3)
    while day < date(2027, 7, 1):
        if ours.is_school_day(day):
            assert ours.school_days_before(ours.school_days_after(day, 7).day, 7).day == day
        day += timedelta(days=1)


def test_panel_dates_come_in_order() -> None:
    """Panel dates are read from the same file, sorted, each once."""
    data = {**TERMS, "panel": {"dates": [date(2027, 1, 14), date(2026, 12, 10), date(2027, 1, 14)]}}
    assert panel_dates(data) == (date(2026, 12, 10), date(2027, 1, 14))


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ({}, "term is missing. Add it."),
        ({"term": [{**TERMS["term"][0], "end": "soon"}]}, "term[1].end is 'soon'."),
        ({"term": [{**TERMS["term"][0], "halfterm": []}]}, "Did you mean 'half_term'?"),
        ({"term": [{**TERMS["term"][0], "end": date(2026, 9, 1)}]}, "the days must be in order"),
        ({"term": [TERMS["term"][0], TERMS["term"][0]]}, "starts before Autumn 2026 ends"),
    ],
)
def test_a_mistake_in_the_terms_names_the_key_and_the_fix(data: dict[str, object], says: str) -> None:
    """An officer can mend the file from the message alone."""
    with pytest.raises(BadProtocol) as caught:
        SchoolCalendar.from_data(data, name="terms.toml")
    assert says in str(caught.value)
    assert str(caught.value).startswith("terms.toml: ")
