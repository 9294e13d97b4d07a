"""What falls due from the agreements to the end of a move; each prompt stops when the matter is settled."""

from datetime import date

from store.protocol.agreements import HEADS
from store.protocol.case import Kind, Stage
from store.protocol.dues import DueKind
from store.protocol.failure import Failure, Recipient
from store.protocol.gathering import missing, silent_heads
from store.protocol.lawfulness import notice_by
from store.protocol.page import Page
from store.protocol.placement import Footing, Placement
from store.protocol.placing import extension_point, invitation_day, open_reviews
from store.protocol.rulebook import Cite
from store.protocol.wall import day_of, end_of


def of_agreements(page: Page) -> None:
    """The parties that have not agreed, then the initial meeting that is not arranged (R49, R55, R32)."""
    case, protocol = page.case, page.context.protocol
    if case.gathering_since is None:
        return
    wanting = missing(case, protocol)
    if not wanting:
        last = max((answer.on for answer in case.agreements), default=case.gathering_since)
        day = page.after(last, protocol.prompts.initial_meeting)
        page.prompt(DueKind.INITIAL_MEETING, day, protocol.rules.initial_meeting, about=last)
        return
    first = page.after(case.gathering_since, protocol.prompts.agreements)
    page.prompt(DueKind.AGREEMENTS, first, wanting[0][1], about=case.gathering_since)
    silent = silent_heads(case, protocol)
    if silent:
        cite = next(cite for party, cite in wanting if party in HEADS)
        _unanswered(page, DueKind.AGREEMENTS_UNANSWERED, first, cite, about=case.gathering_since)


def of_an_arrangement(page: Page) -> None:
    """The initial meeting the school day before it, and its record once its day is over (R32)."""
    meeting, cite = page.case.initial_meeting, page.context.protocol.rules.initial_meeting
    if meeting is None or meeting.held:
        return
    expires = end_of(meeting.on, page.context.protocol.tz)
    page.prompt(DueKind.INITIAL_MEETING, page.before(meeting.on, 1), cite, about=meeting.on, expires=expires)
    _record(page, meeting.on, cite)


# ---------------------------------------------------------------- the placement


def of_a_placement(page: Page) -> None:
    """Reviews and their records, the extension, the end, the notice of a direction, a place kept open."""
    placement = page.case.placement
    if placement is None:
        return
    if page.case.kind is not Kind.NOTIFIED:
        _reviews(page)
        _extension(page, placement)
        _direction(page, placement)
    if placement.informal:
        page.prompt(
            DueKind.HELD_PLACE, placement.start, page.context.protocol.rules.held_place, about=placement.start
        )
    if placement.ends:
        page.prompt(DueKind.PLACEMENT_END, placement.ends, _of_the_end(page), about=placement.ends)


def _reviews(page: Page) -> None:
    rule = page.context.protocol.reviews
    if rule is None:
        return
    for day in open_reviews(page.case):
        page.prompt(DueKind.REVIEW, invitation_day(day, page.context), rule.cite, about=day)
        _record(page, day, page.context.protocol.rules.record or rule.cite)


def _extension(page: Page, placement: Placement) -> None:
    """Before week 12, while the placement may outlast it; the officer hears at week 12 that not all have agreed (R43)."""
    rule, point = page.context.protocol.extension, extension_point(page.case, page.context)
    if rule is None or point is None or page.case.stage is Stage.EXTENDED:
        return
    if placement.ends is not None and placement.ends < point:
        return
    weeks = max(rule.after_weeks - rule.prompt_weeks_before, 1)
    day = page.context.calendar.end_of_school_weeks(placement.start, weeks, rule.week).day
    page.prompt(DueKind.EXTENSION, day, rule.cite, about=point)
    page.prompt(DueKind.EXTENSION_UNANSWERED, point, rule.cite, about=point)


def _direction(page: Page, placement: Placement) -> None:
    rule = page.context.protocol.off_site_direction
    if rule is None or placement.footing is not Footing.DIRECTION or placement.direction_notice:
        return
    day = notice_by(placement.start, rule.notice_school_days, page.context)
    page.prompt(DueKind.DIRECTION_NOTICE, day, rule.cite, about=placement.start)
    if not page.case.warned:
        page.prompt(DueKind.LAWFULNESS, placement.start, rule.cite, about=placement.start)


def _of_the_end(page: Page) -> Cite:
    rule = page.context.protocol.placement
    return rule.cite if rule else page.context.protocol.rules.intake


def of_a_success(page: Page) -> None:
    """The permanent roll, some school days after the final meeting (R18)."""
    case, protocol = page.case, page.context.protocol
    if case.permanent or case.final_meeting is None:
        return
    cite = protocol.credit.cite if protocol.credit else protocol.rules.returns_home
    held = case.final_meeting.on
    page.prompt(DueKind.PERMANENT_ROLL, page.after(held, protocol.prompts.permanent_roll), cite, about=held)


# ---------------------------------------------------------------- failure


def of_a_failure(page: Page) -> None:
    """Evidence and its delivery (R40), the re-integration meeting (R38), the follow-up review (R41)."""
    failure, protocol = page.case.failure, page.context.protocol
    if failure is None:
        return
    _evidence(page, failure)
    cite = protocol.failure_notice.cite if protocol.failure_notice else protocol.rules.returns_home
    if failure.met is None:
        page.prompt(DueKind.REINTEGRATION, failure.meeting, cite, about=failure.meeting)
        _record(page, failure.meeting, cite)
    if failure.follow_up and failure.followed_up is None and protocol.follow_up:
        day = page.before(failure.follow_up, protocol.prompts.follow_up)
        page.prompt(DueKind.FOLLOW_UP, day, protocol.follow_up.cite, about=failure.follow_up)


def _evidence(page: Page, failure: Failure) -> None:
    cite = page.context.protocol.rules.failure_report
    if failure.report is not None and len(failure.delivered_to) == len(Recipient):
        return
    noticed = day_of(failure.noticed, page.context.protocol.tz)
    first = page.after(noticed, page.context.protocol.prompts.evidence)
    page.prompt(DueKind.EVIDENCE, first, cite, about=noticed)
    _unanswered(page, DueKind.EVIDENCE_UNANSWERED, first, cite, about=noticed)


# ---------------------------------------------------------------- asked, and not answered


def _record(page: Page, day: date, cite: Cite | None) -> None:
    """What a meeting said is asked for once its day is over; then the officer hears that it is missing."""
    first = page.after(day, page.context.protocol.prompts.record)
    page.prompt(DueKind.RECORD, first, cite, about=day)
    _unanswered(page, DueKind.RECORD_UNANSWERED, first, cite, about=day)


def _unanswered(page: Page, kind: DueKind, first: date, cite: Cite | None, *, about: date) -> None:
    page.prompt(kind, page.after(first, page.context.protocol.prompts.escalate), cite, about=about)
