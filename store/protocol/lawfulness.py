"""What the law asks of a temporary stage since 26 July 2026, and what a placement lacks of it (domain 4.1).

Statutory guidance in force from that day: a managed move is permanent; a temporary stage is an off-site direction, with
written notice and with reviews. The bot warns, once; it never blocks and never rewrites the local protocol.
"""

from datetime import date

from store.protocol.context import Context
from store.protocol.placement import Footing, Placement

TRIAL = "trial"  # it is recorded as a trial, which the guidance does not know
NO_NOTICE = "no_notice"  # no written notice of a direction
SHORT_NOTICE = "short_notice"  # fewer school days than the guidance asks for
NO_REVIEWS = "no_reviews"  # no review is planned


def lacks(placement: Placement, context: Context) -> tuple[str, ...]:
    """What a placement lacks, none where it starts before the guidance does, or is permanent at once."""
    rule = context.protocol.off_site_direction
    if rule is None or placement.start < rule.since or placement.footing is Footing.PERMANENT:
        return ()
    found = [*_of_notice(placement, context, rule.notice_school_days)]
    if not placement.reviews:
        found.append(NO_REVIEWS)
    if placement.footing is Footing.TRIAL and found:
        found.insert(0, TRIAL)
    return tuple(found)


def may_still_be_noticed(placement: Placement, context: Context) -> bool:
    """Whether an off-site direction can still have its notice in time: then there is nothing to warn of yet."""
    rule = context.protocol.off_site_direction
    if rule is None or placement.footing is not Footing.DIRECTION or placement.direction_notice:
        return False
    return context.today <= notice_by(placement.start, rule.notice_school_days, context)


def notice_by(start: date, school_days: int, context: Context) -> date:
    """The last day on which notice of a direction is long enough for a start."""
    return context.calendar.school_days_before(start, school_days).day


def _of_notice(placement: Placement, context: Context, school_days: int) -> list[str]:
    given = placement.direction_notice
    if given is None:
        return [NO_NOTICE]
    return [SHORT_NOTICE] if given > notice_by(placement.start, school_days, context) else []
