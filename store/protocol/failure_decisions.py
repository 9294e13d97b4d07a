"""What each command does when a placement fails: notice, report, receipts, meeting, return, follow-up (R37 to R41)."""

from collections.abc import Iterator

from store.protocol import attention
from store.protocol.case import Case
from store.protocol.citing import cited
from store.protocol.context import Context
from store.protocol.events import (
    Event,
    FailureReportDelivered,
    FailureReported,
    FollowUpHeld,
    PlacementAtRisk,
    PlacementFailed,
    PupilReturned,
    ReintegrationMeetingHeld,
    Reportable,
)
from store.protocol.failure import AtRisk, Delivery, Failure, Report
from store.protocol.failure_guards import earliest_meeting
from store.protocol.placement_commands import (
    RecordDelivery,
    RecordFailure,
    RecordFailureReport,
    RecordFollowUp,
    RecordReintegrationMeeting,
    RecordReturn,
    ReportAtRisk,
)
from store.protocol.placement_decisions import reported
from store.protocol.placing import follow_up_day
from store.protocol.rulebook import Cite
from store.protocol.suspension_codes import plain
from store.protocol.wall import day_of


def report_at_risk(command: ReportAtRisk, case: Case, context: Context) -> Iterator[Event]:
    """The officer hears of it beforehand (R37)."""
    risk = AtRisk(on=command.on, who=command.who, why=command.why)
    yield PlacementAtRisk(**cited(case, context.protocol.rules.at_risk, context), risk=risk, by=command.by)


def record_failure(command: RecordFailure, case: Case, context: Context) -> Iterator[Event]:
    """Notice is given: the pupil goes back after a re-integration meeting (R38, R39), to be reviewed later (R41)."""
    failure, codes = _failure(command, case, context)
    if case.placement:
        yield PlacementFailed(
            **cited(case, _of_notice(context), context),
            failure=failure,
            home_school=case.home_school,
            school=case.placement.school,
            meeting=failure.meeting,
            follow_up=failure.follow_up,
            by=command.by,
            attention=codes,
        )
        yield from reported(Reportable.FAILURE, case, context)


def _failure(command: RecordFailure, case: Case, context: Context) -> tuple[Failure, tuple[str, ...]]:
    noticed = day_of(command.noticed, context.protocol.tz)
    follow_up = follow_up_day(noticed, case.home_school, context)
    failure = Failure(
        noticed=command.noticed,
        meeting=command.meeting,
        earliest=noticed
        if command.admission_refused
        else earliest_meeting(noticed, case.home_school, context),
        advance_contact=command.advance_contact,
        suspension=command.suspension,
        follow_up=follow_up.day if follow_up else None,
    )
    codes = [attention.BEYOND_TERMS] if follow_up and not follow_up.known else []
    if context.protocol.rules.at_risk and not command.advance_contact:
        codes.append(attention.NO_ADVANCE_CONTACT)
    return failure, tuple(codes)


def record_failure_report(command: RecordFailureReport, case: Case, context: Context) -> Iterator[Event]:
    """Reason, summary and evidence (R40)."""
    report = Report(
        codes=tuple(map(plain, command.codes)),
        no_code_because=command.no_code_because,
        summary=command.summary,
        evidence=command.evidence,
    )
    about = cited(case, context.protocol.rules.failure_report, context)
    yield FailureReported(**about, report=report, by=command.by)


def record_delivery(command: RecordDelivery, case: Case, context: Context) -> Iterator[Event]:
    """The report reached a recipient (R40)."""
    delivery = Delivery(recipient=command.recipient, on=command.on, how=command.how)
    about = cited(case, context.protocol.rules.failure_report, context)
    yield FailureReportDelivered(**about, delivery=delivery, recipient=command.recipient, by=command.by)


def record_reintegration_meeting(
    command: RecordReintegrationMeeting, case: Case, context: Context
) -> Iterator[Event]:
    """The re-integration meeting was held (R38)."""
    about = cited(case, _of_notice(context), context)
    yield ReintegrationMeetingHeld(**about, attendance=command.attendance, held=command.held, by=command.by)


def record_return(command: RecordReturn, case: Case, context: Context) -> Iterator[Event]:
    """The pupil is back (R51)."""
    cite = context.protocol.rules.returns_home or _of_notice(context)
    yield PupilReturned(**cited(case, cite, context), on=command.on, by=command.by)


def record_follow_up(command: RecordFollowUp, case: Case, context: Context) -> Iterator[Event]:
    """The home school is visited again (R41)."""
    rule = context.protocol.follow_up
    about = cited(case, rule.cite if rule else None, context)
    yield FollowUpHeld(**about, held=command.held, impact=command.impact, by=command.by)


def _of_notice(context: Context) -> Cite | None:
    rule = context.protocol.failure_notice
    return rule.cite if rule else context.protocol.rules.returns_home
