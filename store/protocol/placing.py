"""Dates of a placement: its end, its reviews, the point of an extension (R28, R43, R50, R60)."""

from datetime import date

from store.protocol.calendar import Reckoned
from store.protocol.case import Case
from store.protocol.context import Context


def open_reviews(case: Case) -> tuple[date, ...]:
    """The planned reviews that have not been recorded, in order."""
    if case.placement is None:
        return ()
    if not case.reviews:
        return case.placement.reviews
    held = {review.of for review in case.reviews}
    return tuple(day for day in case.placement.reviews if day not in held)


def review_days(start: date, context: Context) -> list[Reckoned]:
    """The reviews of a placement that starts on a day (R28)."""
    rule = context.protocol.reviews
    if rule is None:
        return []
    return [context.calendar.end_of_school_weeks(start, weeks, rule.week) for weeks in rule.weeks]


def planned_end(start: date, context: Context) -> Reckoned | None:
    """The end of a placement in school weeks (R50); None where the protocol sets no length."""
    rule = context.protocol.placement
    if rule is None or rule.weeks is None:
        return None
    return context.calendar.end_of_school_weeks(start, rule.weeks, rule.week)


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
    return context.calendar.end_of_school_weeks(case.placement.start, rule.after_weeks, rule.week).day
