"""What may stand in the way from the initial meeting to the permanent place, each a sentence with its rule."""

from collections.abc import Iterator
from typing import Any

from store.errors import CaseworkError
from store.protocol.agreement_guards import in_the_past
from store.protocol.agreements import Party
from store.protocol.case import Case, Kind, Stage
from store.protocol.context import Context
from store.protocol.gathering import GATE_OF_PARTY
from store.protocol.guards import not_allowed, not_now, written
from store.protocol.placement import Attendance, Footing, Role
from store.protocol.placement_commands import (
    AgreeExtension,
    ArrangeInitialMeeting,
    RecordDirectionNotice,
    RecordFinalMeeting,
    RecordInitialMeeting,
    RecordPermanentRoll,
    RecordPlacement,
    RecordReview,
    ReportYearGroupFull,
)
from store.protocol.placing import open_reviews
from store.protocol.rulebook import Cite


def school_is_proposed(command: RecordPlacement, case: Case, context: Context) -> CaseworkError | None:
    """R49, R55: the school of the start is the one that all agreed to."""
    if case.proposal and case.proposal.is_the_same(command.school):
        return None
    named = (
        f"{case.proposal.name} is"
        if case.proposal
        else f"No {context.protocol.vocabulary.receiving_school} is"
    )
    cite = context.protocol.rules.voluntary
    return not_allowed(f"{named} proposed for {case.reference}, not {command.school.name}.", cite, context)


def meeting_is_to_come(command: ArrangeInitialMeeting, case: Case, context: Context) -> CaseworkError | None:
    """R32: a meeting is arranged for a day to come, on which there is school."""
    cite = context.protocol.rules.initial_meeting
    if case.initial_meeting and case.initial_meeting.held:
        return not_now(f"The initial meeting of {case.reference} was held already.", cite, context)
    if command.on < context.today:
        return not_allowed(f"{written(command.on)} is over.", cite, context)
    if not context.calendar.is_school_day(command.on):
        return not_allowed(f"{written(command.on)} is no school day.", cite, context)
    return None


def meeting_went_through(command: RecordInitialMeeting, case: Case, context: Context) -> CaseworkError | None:
    """R32, R33, R35: what an initial meeting goes through."""
    rules = context.protocol.rules
    checklist = (
        (command.positives, rules.initial_meeting, "the positive side of a fresh start"),
        (command.expectations, rules.initial_meeting, "the school's expectations"),
        (command.own_policy, rules.own_policy, "that behaviour is managed by the school's own policy"),
        (command.professionals, rules.professionals, "whether to invite other professionals"),
    )
    for done, cite, what in checklist:
        if cite and not done:
            return not_allowed(f"The initial meeting must go through {what}.", cite, context)
    if not case.initial_meeting or case.initial_meeting.held:
        return not_now("No initial meeting is to be recorded.", rules.initial_meeting, context)
    return in_the_past(command.held, rules.initial_meeting, context)


def meeting_was_held(_command: Any, case: Case, context: Context) -> CaseworkError | None:
    """R32: the initial meeting comes before the start, where the protocol has one."""
    cite = context.protocol.rules.initial_meeting
    if cite is None or (case.initial_meeting and case.initial_meeting.held):
        return None
    return not_now(f"The initial meeting of {case.reference} is not recorded.", cite, context)


def part_time_has_its_reason(command: RecordPlacement, _case: Case, context: Context) -> CaseworkError | None:
    """R34: fully integrated, unless there are exceptional circumstances."""
    cite = context.protocol.rules.integration
    if cite is None or command.full_time or command.part_time_reason.strip():
        return None
    return not_allowed("A start that is not full time needs its reason.", cite, context)


def days_in_order(command: RecordPlacement, case: Case, context: Context) -> CaseworkError | None:
    """R32, R50: meeting, start and end follow each other."""
    rule = context.protocol.placement
    cite = rule.cite if rule else context.protocol.rules.intake
    held = case.initial_meeting.held if case.initial_meeting else None
    if held and command.start < held:
        return not_allowed(f"The initial meeting was on {written(held)}; a start follows it.", cite, context)
    if command.ends and command.ends < command.start:
        return not_allowed("A placement ends after it starts.", cite, context)
    return None


def a_stage_is_allowed(command: RecordPlacement, _case: Case, context: Context) -> CaseworkError | None:
    """R51: where a move is permanent from the start, there is no trial to record."""
    rule = context.protocol.placement
    if rule is None or rule.footing is not Footing.PERMANENT or command.footing is Footing.DIRECTION:
        return None
    said = "Here a move is permanent from its first day: record the permanent roll instead."
    return not_allowed(said, rule.cite, context)


def a_direction(command: RecordDirectionNotice, case: Case, context: Context) -> CaseworkError | None:
    """Domain 4.1: notice is recorded once, of what was given."""
    rule = context.protocol.off_site_direction
    cite = rule.cite if rule else None
    if case.placement is None or case.placement.direction_notice:
        return not_now(f"{case.reference} waits for no such notice.", cite, context)
    return in_the_past(command.given, cite, context)


# ---------------------------------------------------------------- meetings


def review_is_open(command: RecordReview, case: Case, context: Context) -> CaseworkError | None:
    """R28: each planned review is recorded once."""
    reviews = context.protocol.reviews
    cite = reviews.cite if reviews else None
    still = open_reviews(case)
    if not still:
        return not_now(f"No review of {case.reference} is still to be recorded.", cite, context)
    if command.of and command.of not in still:
        return not_allowed(f"No review is planned for {written(command.of)}.", cite, context)
    return in_the_past(command.held, cite, context)


def all_attended(command: RecordReview, _case: Case, context: Context) -> CaseworkError | None:
    """R29: both schools, officer, pupil and parents; an absence only with its reason."""
    rule = context.protocol.reviews
    return attended(command.attendance, rule.attendees, rule.cite, context) if rule else None


def review_is_written(command: RecordReview, _case: Case, context: Context) -> CaseworkError | None:
    """R30, R61, R63: on agreed documentation, with the views of child and family, and why the move is right."""
    rules = context.protocol.rules
    asked = (
        (rules.record, command.record, "Say on which document the review is recorded."),
        (rules.views, command.pupil_views, "The child's own views are missing."),
        (rules.views, command.family_views, "The family's views are missing."),
        (rules.best_interests, command.best_interests, "Say why the move is in the child's best interests."),
    )
    for cite, said, ask in asked:
        if cite and not said.strip():
            return not_allowed(ask, cite, context)
    return None


def attended(
    there: tuple[Attendance, ...], wanted: tuple[Role, ...], cite: Cite | None, context: Context
) -> CaseworkError | None:
    """Each of the wanted is on the list; who was not there has a reason (R29)."""
    for said in _absences(there, wanted):
        return not_allowed(said, cite, context)
    return None


def _absences(there: tuple[Attendance, ...], wanted: tuple[Role, ...]) -> Iterator[str]:
    listed = {entry.role for entry in there}
    yield from (f"It is not said whether the {role} attended." for role in wanted if role not in listed)
    for entry in there:
        if not entry.present and not entry.reason.strip():
            yield f"Say why the {entry.role} did not attend."


def final_meeting_was_held(
    command: RecordFinalMeeting, _case: Case, context: Context
) -> CaseworkError | None:
    """R36: it acknowledges the success for the young person and the receiving school."""
    cite = context.protocol.rules.final_meeting
    if cite and not command.acknowledged.strip():
        return not_allowed("Say what the final meeting acknowledged.", cite, context)
    wanted = (Role.PUPIL, Role.RECEIVING_SCHOOL) if cite else ()
    return attended(command.attendance, wanted, cite, context) or in_the_past(command.on, cite, context)


def reviews_are_recorded(_command: Any, case: Case, context: Context) -> CaseworkError | None:
    """R28, R29: a review that fell due is recorded before a success is."""
    reviews = context.protocol.reviews
    for day in open_reviews(case) if reviews and case.kind is not Kind.NOTIFIED else ():
        if day <= context.today:
            said = f"The review of {written(day)} is not recorded."
            return not_now(said, reviews.cite if reviews else None, context)
    return None


# ---------------------------------------------------------------- extension, permanence


def an_extension_is_known(command: AgreeExtension, case: Case, context: Context) -> CaseworkError | None:
    """R43: agreed by heads, beyond the planned end, within what the protocol allows."""
    rule = context.protocol.extension
    if rule is None:
        return not_allowed("This protocol has no extension.", context.protocol.rules.intake, context)
    if command.head not in rule.approvers:
        return not_allowed(f"The {command.head} does not decide on an extension.", rule.cite, context)
    placement = case.placement
    if placement is None or command.until <= (placement.ends or placement.start):
        return not_allowed("An extension ends later than the placement does now.", rule.cite, context)
    if rule.longest_weeks is None:
        return None
    last = context.calendar.end_of_school_weeks(placement.start, rule.longest_weeks, rule.week).day
    if command.until <= last:
        return None
    return not_allowed(f"The longest placement ends on {written(last)}.", rule.cite, context)


def head_is_named(command: AgreeExtension, case: Case, context: Context) -> CaseworkError | None:
    """R43: who, when; each head once for one day."""
    rule = context.protocol.extension
    cite = rule.cite if rule else None
    if not command.who.strip():
        return not_allowed(f"Say who answered for the {command.head}.", cite, context)
    if any((word.head, word.until) == (command.head, command.until) for word in case.heads_words):
        return not_now(f"The {command.head} has agreed to this already.", cite, context)
    return in_the_past(command.on, cite, context)


def may_be_permanent_now(_command: RecordPermanentRoll, case: Case, context: Context) -> CaseworkError | None:
    """R36, R51: after the final meeting, or where moves are permanent from the first day."""
    rule = context.protocol.placement
    at_once = rule is not None and rule.footing is Footing.PERMANENT
    if (
        case.stage is Stage.SUCCEEDED
        or case.kind is Kind.NOTIFIED
        or (at_once and case.stage is Stage.ARRANGED)
    ):
        return None
    cite = context.protocol.rules.final_meeting or context.protocol.rules.returns_home
    return not_now(f"The success of {case.reference} has not been acknowledged yet.", cite, context)


def plan_is_amended(_command: Any, case: Case, context: Context) -> CaseworkError | None:
    """R56: a child with a plan is on a new roll for good only once its plan is amended by its own process."""
    cite = context.protocol.rules.plan_amendment
    has_plan = GATE_OF_PARTY[Party.SEN_CASEWORKER] in case.gated
    if cite is None or not has_plan or case.plan_amended or case.kind is Kind.NOTIFIED:
        return None
    return not_allowed(f"The plan of {case.reference} has not been amended.", cite, context)


def roll_date_has_come(command: RecordPermanentRoll, case: Case, context: Context) -> CaseworkError | None:
    """R18: on the permanent roll date and not before; once."""
    cite = context.protocol.credit.cite if context.protocol.credit else context.protocol.rules.returns_home
    if case.permanent:
        return not_now(f"{case.reference} is on the new roll already.", cite, context)
    if case.placement and command.on < case.placement.start:
        return not_allowed("The permanent roll follows the start.", cite, context)
    return in_the_past(command.on, cite, context)


def credit_is_entered(command: Any, case: Case, context: Context) -> CaseworkError | None:
    """R18: a credit is taken back once, with its reason."""
    cite = context.protocol.credit.cite if context.protocol.credit else None
    if case.credit is None or case.credit.reversed_on:
        return not_now(f"No credit stands for {case.reference}.", cite, context)
    if not command.why.strip():
        return not_allowed("Say why the credit is taken back.", cite, context)
    return None


def a_place_is_kept(command: ReportYearGroupFull, case: Case, context: Context) -> CaseworkError | None:
    """R59: while an informal arrangement lasts, a place is kept for any other application."""
    cite = context.protocol.rules.held_place
    if case.placement and case.placement.informal:
        return in_the_past(command.on, cite, context)
    return not_now(f"No place is kept open because of {case.reference}.", cite, context)
