"""What may stand in the way when a placement fails and when a case ends, each a sentence with its rule (R37 to R41)."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from store.errors import CaseworkError
from store.protocol.agreement_guards import in_the_past
from store.protocol.case import Case, Kind, Stage
from store.protocol.context import Context
from store.protocol.dues import SNOOZABLE
from store.protocol.failure import Recipient, Suspension
from store.protocol.frozen import School
from store.protocol.guards import not_allowed, not_now, written
from store.protocol.placement_commands import (
    RecordDelivery,
    RecordFailure,
    RecordFailureReport,
    RecordFollowUp,
    RecordReintegrationMeeting,
    RecordReturn,
    ReportAtRisk,
    SnoozeReminder,
)
from store.protocol.rulebook import Cite
from store.protocol.suspension_codes import CODES, MOST, nearest, plain
from store.protocol.wall import day_of

FOLLOW_UP_WINDOW = 10
"""School days before the end of the following term from which on a review there counts as one at its end (R41)."""


def risk_is_told(command: ReportAtRisk, _case: Case, context: Context) -> CaseworkError | None:
    """R37: who says so, and why."""
    cite = context.protocol.rules.at_risk
    if cite and not (command.who.strip() and command.why.strip()):
        return not_allowed("Say who sees the placement at risk, and why.", cite, context)
    return in_the_past(command.on, cite, context)


def earliest_meeting(noticed: date, home: School, context: Context) -> date:
    """The first day for a re-integration meeting after a notice (R38); the day itself where no notice is asked for."""
    rule = context.protocol.failure_notice
    if rule is None or rule.days == 0:
        return noticed
    if rule.unit == "days":
        return noticed + timedelta(days=rule.days)
    return context.calendar.of_school(home.urn).school_days_after(noticed, rule.days).day


def notice_is_long_enough(command: RecordFailure, case: Case, context: Context) -> CaseworkError | None:
    """R38: at least one day's notice to the home school; R39: unless admission is refused that very day."""
    cite = context.protocol.failure_notice.cite if context.protocol.failure_notice else None
    if command.noticed > context.now:
        return not_allowed("Notice cannot be recorded before it is given.", cite, context)
    noticed = day_of(command.noticed, context.protocol.tz)
    earliest = noticed if command.admission_refused else earliest_meeting(noticed, case.home_school, context)
    if command.meeting >= earliest:
        return None
    said = (
        f"The notice is too short: the re-integration meeting can be on {written(earliest)} at the earliest."
    )
    return not_allowed(said, cite, context)


def refused_admission_is_a_suspension(
    command: RecordFailure, _case: Case, context: Context
) -> CaseworkError | None:
    """R39: a school that refuses admission that day suspends, and records it."""
    cite = context.protocol.rules.refused_admission
    if not command.admission_refused:
        return None
    if command.suspension is None:
        return not_allowed("A school that refuses admission records a suspension.", cite, context)
    return _suspension(command.suspension, cite, context)


def _suspension(suspension: Suspension, cite: Cite | None, context: Context) -> CaseworkError | None:
    if not suspension.codes:
        return not_allowed("A suspension has at least one national code.", cite, context)
    if suspension.days < 1:
        return not_allowed("A suspension lasts at least one day.", cite, context)
    return codes_are_national(suspension.codes, cite, context)


def codes_are_national(codes: tuple[str, ...], cite: Cite | None, context: Context) -> CaseworkError | None:
    """R40: of the sixteen, three at most; a wrong one is answered with the nearest."""
    if len(codes) > MOST:
        return not_allowed(f"At most {MOST} codes are given.", cite, context)
    for code in codes:
        if plain(code) not in CODES:
            near = nearest(code)
            said = f"{code!r} is no national code. The nearest is {near} ({CODES[near]})."
            return not_allowed(said, cite, context)
    return None


def report_is_whole(command: RecordFailureReport, case: Case, context: Context) -> CaseworkError | None:
    """R40: a code or why there is none, a summary, and evidence."""
    cite = context.protocol.rules.failure_report
    if case.failure and case.failure.report:
        return not_now(f"The report on {case.reference} is recorded already.", cite, context)
    reason = command.codes or command.no_code_because.strip()
    asked = (
        (reason, "Give a national code, or say why there is none."),
        (command.summary.strip(), "Give a brief summary."),
        (
            any(document.strip() for document in command.evidence),
            "Name the evidence, such as the behaviour log.",
        ),
    )
    for given, ask in asked if cite else ():
        if not given:
            return not_allowed(ask, cite, context)
    return codes_are_national(command.codes, cite, context)


def report_can_go(command: RecordDelivery, case: Case, context: Context) -> CaseworkError | None:
    """R40: what is delivered must be there; each recipient once."""
    cite = context.protocol.rules.failure_report
    if case.failure is None or case.failure.report is None:
        return not_now(f"The report on {case.reference} is not recorded yet.", cite, context)
    if command.recipient in case.failure.delivered_to:
        return not_now(f"The {command.recipient} has the report already.", cite, context)
    if not command.how.strip():
        return not_allowed("Say how the report was delivered.", cite, context)
    return in_the_past(command.on, cite, context)


def meeting_had_its_notice(
    command: RecordReintegrationMeeting, case: Case, context: Context
) -> CaseworkError | None:
    """R38: not before the notice allows it."""
    cite = context.protocol.failure_notice.cite if context.protocol.failure_notice else None
    if case.failure and command.held < case.failure.earliest:
        said = f"The meeting could not be before {written(case.failure.earliest)}."
        return not_allowed(said, cite, context)
    if case.failure and case.failure.met:
        return not_now("The re-integration meeting is recorded already.", cite, context)
    return in_the_past(command.held, cite, context)


def return_had_its_notice(command: RecordReturn, case: Case, context: Context) -> CaseworkError | None:
    """R38, R51: the pupil comes back after the notice."""
    cite = context.protocol.rules.returns_home
    if context.protocol.failure_notice:
        cite = context.protocol.failure_notice.cite
    if case.failure and case.failure.returned:
        return not_now("The return is recorded already.", cite, context)
    if case.failure and command.on < case.failure.earliest:
        return not_allowed(f"A return before {written(case.failure.earliest)} had no notice.", cite, context)
    return in_the_past(command.on, cite, context)


def term_is_near_its_end(command: RecordFollowUp, case: Case, context: Context) -> CaseworkError | None:
    """R41: at the end of the following term, with what the move has changed for the better."""
    cite = context.protocol.follow_up.cite if context.protocol.follow_up else None
    failure = case.failure
    if failure is None or failure.follow_up is None or failure.followed_up:
        return not_now(f"No follow-up of {case.reference} is waiting.", cite, context)
    first = context.calendar.school_days_before(failure.follow_up, FOLLOW_UP_WINDOW).day
    if command.held < first:
        said = f"The following term ends on {written(failure.follow_up)}; a review counts from {written(first)} on."
        return not_allowed(said, cite, context)
    if not command.impact.strip():
        return not_allowed("Say what the move has changed for the better, if anything.", cite, context)
    return in_the_past(command.held, cite, context)


# ---------------------------------------------------------------- endings


def has_a_reason(command: Any, _case: Case, context: Context) -> CaseworkError | None:
    """R10: whoever asks why it ended finds an answer."""
    if command.reason.strip():
        return None
    return not_allowed("Say why.", context.protocol.rules.voluntary, context)


def nothing_is_left_to_do(_command: Any, case: Case, context: Context) -> CaseworkError | None:
    """R36, R38, R40, R41, R51: what must still happen before a case is closed."""
    for said, cite in _left(case, context):
        return not_now(f"{case.reference} cannot be closed: {said}.", cite, context)
    return None


def _left(case: Case, context: Context) -> Iterator[tuple[str, Cite | None]]:
    rules = context.protocol.rules
    if case.kind is Kind.NOTIFIED:
        return
    if case.stage in (Stage.PLACED, Stage.EXTENDED):
        yield "its placement goes on", rules.returns_home or rules.final_meeting
    if case.stage is Stage.SUCCEEDED and not case.permanent:
        yield "the pupil is not on the new roll for good", rules.final_meeting or rules.returns_home
    if case.stage is Stage.FAILED and case.failure:
        yield from _left_of_a_failure(case, context)


def _left_of_a_failure(case: Case, context: Context) -> Iterator[tuple[str, Cite | None]]:
    rules, failure = context.protocol.rules, case.failure
    if failure is None:
        return
    notice = context.protocol.failure_notice.cite if context.protocol.failure_notice else rules.returns_home
    if rules.failure_report and failure.report is None:
        yield "the reason, summary and evidence are not recorded", rules.failure_report
    for recipient in Recipient if rules.failure_report else ():
        if recipient not in failure.delivered_to:
            yield f"the {recipient} has not had the report", rules.failure_report
    if notice and failure.met is None:
        yield "the re-integration meeting is not recorded", notice
    if failure.returned is None:
        yield (
            f"the return to the {context.protocol.vocabulary.home_school} is not recorded",
            rules.returns_home or notice,
        )
    if failure.follow_up and failure.followed_up is None and context.protocol.follow_up:
        yield "the follow-up review is not recorded", context.protocol.follow_up.cite


def snooze_is_sensible(command: SnoozeReminder, _case: Case, context: Context) -> CaseworkError | None:
    """A reminder is put off to a day to come; a deadline is not."""
    cite = context.protocol.rules.intake
    if command.kind not in SNOOZABLE:
        return not_allowed(f"A reminder of the kind {command.kind!r} cannot be put off.", cite, context)
    if command.until <= context.today:
        return not_allowed("Put it off to a day to come.", cite, context)
    return None
