"""Six weeks of a council's life, day by day and slept through. Every date is counted by hand from `terms.toml`.

School days before a day: weekends, 19 December to 4 January (term ends on the 18th and starts on the 5th) do not count.
"""

from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest
from freezegun import freeze_time

from bot.clock import LONDON, SetClock
from bot.composition import Moves, build
from bot.settings import Settings
from store.protocol.case import Actor, Case, Stage
from tests.journeys.westhaven import NOW, Story, lay_out, run_once, seen
from tests.store_fixtures import Database

OFFICER = Actor(id="U1", name="Ines Marlow", role="officer")
FIRST, LAST = date(2026, 12, 3), date(2027, 1, 15)
DECEMBER, JANUARY, FEBRUARY = date(2026, 12, 10), date(2027, 1, 14), date(2027, 2, 11)


@pytest.fixture
def westhaven(tmp_path: Path, database_of: Callable[[str], Database]) -> Settings:
    return lay_out(tmp_path / "westhaven", database_of("sqlite"))


def evening(day: date) -> datetime:
    return datetime.combine(day, time(17, 0), tzinfo=LONDON)


def days() -> Iterator[date]:
    return (FIRST + timedelta(days=number) for number in range((LAST - FIRST).days + 1))


@pytest.fixture
def story(westhaven: Settings) -> Iterator[Story]:
    """Each day at five; on 4 December the officer puts Oakfield's case on the agenda."""
    clock = SetClock(NOW)
    with build(westhaven, clock) as moves:
        for day in days():
            clock.put(evening(day))
            assert moves.worker.run_once().troubles == []
            if day == date(2026, 12, 4):
                moves.desk.put_on_panel(case_of(moves, "Oakfield High School").reference, by=OFFICER)
        yield Story(moves, westhaven.folder)


def case_of(moves: Moves, school: str) -> Case:
    return next(case for case in moves.casebook.cases() if case.home_school.name == school)


def test_a_panel_is_announced_five_and_one_school_days_before(story: Story) -> None:
    """3 and 9 December for the 10th; 7 and 13 January for the 14th. Each once."""
    posted = {
        post.key: datetime.fromisoformat(post.posted).date()
        for post in story.channel()
        if post.key.startswith("panel/")
    }
    assert posted == {
        "panel/2026-12-10/5": date(2026, 12, 3),
        "panel/2026-12-10/1": date(2026, 12, 9),
        "panel/2027-01-14/5": date(2027, 1, 7),
        "panel/2027-01-14/1": date(2027, 1, 13),
    }


def test_schools_with_gaps_are_reminded_two_school_days_before_the_deadline(story: Story) -> None:
    """6 January: the 5th is one school day before it, 18 December two. The two short referrals' schools, once each."""
    reminders = {
        (str(letter["To"]), parsedate_to_datetime(str(letter["Date"])).date())
        for letter in story.sent()
        if "deadline" in str(letter["Subject"])
    }
    day = date(2026, 12, 18)
    assert reminders == {("inclusion@riverside.example", day), ("inclusion@hollylane.example", day)}


def test_cases_that_miss_their_panel_go_to_the_next(story: Story) -> None:
    """The deadline of 6 January passed with gaps, the panels met without a decision for the held: all go to February."""
    cases = story.moves.casebook.cases()
    assert {case.panel for case in cases if case.stage is Stage.ON_AGENDA} == {DECEMBER}
    assert {case.panel for case in cases if case.stage is not Stage.ON_AGENDA} == {FEBRUARY}
    assert len([case for case in cases if case.stage is Stage.ON_AGENDA]) == 1


def test_every_card_shows_the_case_as_it_stands(story: Story) -> None:
    """One card a case, redrawn in its place with each change."""
    cards = [post.content["text"] for post in story.channel() if post.key.startswith("card/")]
    assert len(cards) == 9
    assert [text for text in cards if "Oakfield" in text] == [next(t for t in cards if "On the agenda" in t)]
    assert sum("11 February 2027" in text for text in cards) == 8


def test_six_weeks_slept_through_bring_no_flood(westhaven: Settings) -> None:
    """A start on 15 January after a stop on 3 December: cases are where they belong, and nothing overdue is sent."""
    run_once(westhaven)
    with build(westhaven, SetClock(NOW)) as moves:
        before = Story(moves, westhaven.folder)
        letters = len(before.sent())
        tops = {post.key for post in before.channel() if not post.thread}
    run_once(westhaven, evening(LAST))
    with build(westhaven, SetClock(evening(LAST))) as moves:
        after = Story(moves, westhaven.folder)
        assert len(after.sent()) == letters
        assert {post.key for post in after.channel() if not post.thread} == tops
        assert {case.panel for case in moves.casebook.cases()} == {FEBRUARY}


def test_wednesdays_letters_judged_after_a_weekend_off_are_wednesdays(westhaven: Settings) -> None:
    """R14: the mailbox's time counts. First run on Monday 7 December: on time is still on time, and late still late."""
    run_once(westhaven, evening(date(2026, 12, 7)))
    with build(westhaven, SetClock(evening(date(2026, 12, 7)))) as moves:
        assert {case.home_school.name for case in moves.casebook.cases() if case.late} == {
            "Bishop Aldhelm School"
        }
        assert case_of(moves, "The Weaver School").panel == DECEMBER
        assert case_of(moves, "Bishop Aldhelm School").panel == JANUARY


def test_the_machines_clock_is_read_in_one_place(
    westhaven: Settings, tmp_path: Path, database_of: Callable[[str], Database]
) -> None:
    """With the real clock, frozen, the result is that of the set clock: nothing else asks the machine for the time."""
    with freeze_time(NOW, real_asyncio=True), build(westhaven) as moves:
        assert moves.worker.run_once().troubles == []
    other: Database = database_of("sqlite")
    again = lay_out(tmp_path / "again", other)
    run_once(again)
    assert seen(westhaven.folder, westhaven.database.url) == seen(again.folder, other.url)
