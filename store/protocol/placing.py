"""Dates of a placement: its end, its reviews, the point of an extension (R28, R43, R50, R60)."""

from datetime import date, timedelta

from store.protocol.calendar import Reckoned
from store.protocol.case import Case
from store.protocol.context import Context
from store.protocol.frozen import School


def open_reviews(case: Case) -> tuple[date, ...]:
    """The planned reviews that have not been recorded, in order."""
    if case.placement is None:
        return ()
    if not case.reviews:
        return case.placement.reviews
    held = {review.of for review in case.reviews}
    return tuple(day for day in case.placement.reviews if day not in held)


def review_days(start: date, ends: date | None, school: School, context: Context) -> list[Reckoned]:
    """The reviews of a placement at a school from a start to an end (None: no end is set), in order, none after it (R28)."""
    rule, calendar = context.protocol.reviews, context.calendar.of_school(school.urn)
    if rule is None:
        return []
    days = {calendar.end_of_school_weeks(start, weeks, rule.week) for weeks in rule.weeks}
    if ends and "halfway" in rule.points:
        days.add(calendar.halfway(start, ends))
    if ends and "end" in rule.points:
        days.add(Reckoned(ends, calendar.knows(ends)))
    return sorted(each for each in days if ends is None or each.day <= ends)


def invitation_day(review: date, context: Context) -> date:
    """The last school day on which an invitation to a review leaves the notice that the protocol asks for (R29)."""
    rule = context.protocol.reviews
    if rule is None or not rule.invite_days:
        return review
    if rule.invite_unit == "school days":
        return context.calendar.school_days_before(review, rule.invite_days).day
    return context.calendar.school_day_by(review - timedelta(days=rule.invite_days))


def follow_up_day(noticed: date, home: School, context: Context) -> Reckoned | None:
    """When the home school is visited again after a failure (R41); None where the protocol does not ask for it."""
    rule, calendar = context.protocol.follow_up, context.calendar.of_school(home.urn)
    if rule is None:
        return None
    if rule.when == "school weeks" and rule.weeks:
        return calendar.end_of_school_weeks(noticed, rule.weeks)
    if rule.when == "end of the same term":
        return calendar.end_of_term(noticed)
    return calendar.end_of_following_term(noticed)


def planned_end(start: date, school: School, context: Context) -> Reckoned | None:
    """The end of a placement in school weeks (R50); None where the protocol sets no length."""
    rule = context.protocol.placement
    if rule is None or rule.weeks is None:
        return None
    return context.calendar.of_school(school.urn).end_of_school_weeks(start, rule.weeks, rule.week)


def is_longer_than_a_term(start: date, ends: date | None, context: Context) -> bool:
    """Whether a placement lasts longer than the term in which it starts does (R60)."""
    if ends is None:
        return False
    term = next((term for term in context.calendar.terms if term.start <= start <= term.end), None)
    return term is not None and ends - start > term.end - term.start


def extension_point(case: Case, context: Context) -> date | None:
    """The last day that a placement may last without an extension (R43)."""
    rule = context.protocol.extension
    if rule is None or case.placement is None:
        return None
    calendar = context.calendar.of_school(case.placement.school.urn)
    return calendar.end_of_school_weeks(case.placement.start, rule.after_weeks, rule.week).day
