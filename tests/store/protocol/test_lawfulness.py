"""From 26 July 2026 a trial without an off-site direction's notice and reviews is warned of, once (domain 4.1)."""

from datetime import date

import pytest

from store.protocol import Context, DueKind, SchoolCalendar, due, load
from store.protocol.case import Case, Stage
from store.protocol.commands import RecordDirectionNotice
from store.protocol.events import LawfulnessWarned
from store.protocol.lawfulness import NO_NOTICE, NO_REVIEWS, SHORT_NOTICE, TRIAL, lacks
from store.protocol.placement import Attendance, Footing, Placement, Role
from tests.store.protocol.given import TERMS, after, at
from tests.store.protocol.moves import (
    ALL_THERE,
    BY,
    CASTLE_PARK,
    START,
    arranged,
    events_of,
    placed,
    review,
    start,
    when,
)

SUMMER_2026 = {"name": "Summer 2026", "start": date(2026, 4, 20), "end": date(2026, 7, 31)}
"""An invented term that runs over the boundary, so that both days are school days or not by the calendar alone."""


def placement(day: date, **more: object) -> Placement:
    fields: dict[str, object] = {"school": CASTLE_PARK, "start": day, "reviews": (date(2026, 9, 9),)}
    return Placement(**{**fields, **more})


def where() -> Context:
    calendar = SchoolCalendar.from_data({"term": [SUMMER_2026, *TERMS["term"]]})
    return Context(load("salford"), calendar, (), at("2026-07-27 09:00"))


@pytest.mark.parametrize(
    ("day", "expected"), [(date(2026, 7, 25), ()), (date(2026, 7, 26), (TRIAL, NO_NOTICE))]
)
@pytest.mark.rules("R53")
def test_the_guidance_begins_on_26_july_2026(day: date, expected: tuple[str, ...]) -> None:
    """Domain 4.1: 25 July is before it, 26 July is not."""
    assert lacks(placement(day), where()) == expected


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (date(2026, 7, 27), ()),  # Monday: two school days before Wednesday the 29th
        (date(2026, 7, 28), (SHORT_NOTICE,)),  # Tuesday: one
        (None, (NO_NOTICE,)),
    ],
)
def test_an_off_site_direction_has_two_school_days_notice(
    given: date | None, expected: tuple[str, ...]
) -> None:
    """Domain 4.1: written notice of at least two school days."""
    direction = {"footing": Footing.DIRECTION, "direction_notice": given}
    assert lacks(placement(date(2026, 7, 29), **direction), where()) == expected


def test_an_off_site_direction_is_reviewed() -> None:
    """Domain 4.1: with reviews; a trial with notice and reviews lacks nothing but its name, which is local."""
    noticed = {"direction_notice": date(2026, 7, 24), "footing": Footing.DIRECTION}
    assert lacks(placement(date(2026, 7, 29), reviews=(), **noticed), where()) == (NO_REVIEWS,)
    assert lacks(placement(date(2026, 7, 29), direction_notice=date(2026, 7, 24)), where()) == ()


def test_a_permanent_move_is_what_the_guidance_knows() -> None:
    """Domain 4.1: nothing to warn of."""
    assert lacks(placement(date(2026, 9, 7), footing=Footing.PERMANENT), where()) == ()


def warnings(case: Case, where: Context) -> list[LawfulnessWarned]:
    _, events = events_of(start(), case, where)
    return [event for event in events if isinstance(event, LawfulnessWarned)]


@pytest.mark.rules("R53")
def test_it_warns_once_names_the_guidance_and_never_blocks() -> None:
    """Domain 4.1: local policy goes on as it is written."""
    now = when("2027-01-11 09:00")
    (warning,) = warnings(arranged(), now)
    assert warning.missing == (TRIAL, NO_NOTICE)
    assert warning.guidance == "Suspension and permanent exclusion: statutory guidance, in force 26 July 2026"
    assert (warning.since, warning.source) == (
        date(2026, 7, 26),
        "national guidance: off-site direction: notice and reviews",
    )
    assert (placed().stage, placed().warned) == (Stage.PLACED, True)
    assert placed().placement is not None
    assert placed().placement.footing is Footing.TRIAL  # type: ignore[union-attr]
    assert warnings(arranged().model_copy(update={"warned": True}), now) == []


def test_norfolks_direction_with_notice_draws_no_warning() -> None:
    """Its own way is the lawful one: noticed on Thursday 7 January for Monday 11 January 2027."""
    assert not placed("norfolk", START, direction_notice=date(2027, 1, 7)).warned
    assert placed("norfolk", START).warned


def test_a_direction_is_not_warned_of_while_its_notice_can_still_be_in_time() -> None:
    """Recorded on Tuesday 5 January for Monday the 11th: notice may be given until Thursday; then the start warns."""
    early = when("2027-01-05 09:00", "norfolk")
    case = after(arranged("norfolk"), start(), early)
    assert not case.warned
    on_time = RecordDirectionNotice(**BY, given=date(2027, 1, 7))
    assert not after(case, on_time, when("2027-01-07 09:00", "norfolk")).warned
    late = RecordDirectionNotice(**BY, given=date(2027, 1, 8))
    assert after(case, late, when("2027-01-08 09:00", "norfolk")).warned
    now = when("2027-01-11 09:00", "norfolk")
    (entry,) = (entry for entry in due(case, now) if entry.kind is DueKind.LAWFULNESS)
    warned = after(case, entry.command(), now)
    assert warned.warned
    assert DueKind.LAWFULNESS not in [each.kind for each in due(warned, now)]


def test_a_direction_is_reviewed_with_a_nominee_of_the_governing_board() -> None:
    """Domain 4.1: the officer looks when none was there; a local trial is not asked for one."""
    day = date(2027, 1, 22)
    now = when("2027-01-22 16:00", "norfolk")
    assert "no_governor" in after(placed("norfolk"), review(day), now).attention
    nominee = (*ALL_THERE, Attendance(role=Role.GOVERNOR, name="A. Nominee"))
    assert "no_governor" not in after(placed("norfolk"), review(day, attendance=nominee), now).attention
    first = date(2027, 2, 26)
    assert "no_governor" not in after(placed(), review(first), when("2027-02-26 16:00")).attention
