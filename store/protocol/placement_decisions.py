"""What each command does from the initial meeting to the permanent place, and how a case ends."""

from collections.abc import Iterator
from datetime import date

from store.protocol import attention
from store.protocol.agreements import Party
from store.protocol.case import Case, Kind
from store.protocol.citing import cited
from store.protocol.context import Context
from store.protocol.events import (
    CaseClosed,
    CaseDeclined,
    CaseWithdrawn,
    CreditEntered,
    CreditReversed,
    DirectionNoticed,
    Event,
    ExtensionSupported,
    InitialMeetingArranged,
    InitialMeetingHeld,
    LawfulnessWarned,
    MadePermanent,
    MoveSucceeded,
    PlacementExtended,
    PlacementRecorded,
    ReminderSnoozed,
    Reportable,
    ReportedToPanel,
    ReviewHeld,
    YearGroupFull,
)
from store.protocol.lawfulness import lacks, may_still_be_noticed
from store.protocol.placement import (
    FinalMeeting,
    Footing,
    HeadsWord,
    InitialMeeting,
    Placement,
    Review,
    Role,
)
from store.protocol.placement_commands import (
    AgreeExtension,
    ArrangeInitialMeeting,
    CloseCase,
    DeclineCase,
    RecordDirectionNotice,
    RecordFinalMeeting,
    RecordInitialMeeting,
    RecordPermanentRoll,
    RecordPlacement,
    RecordReview,
    ReportYearGroupFull,
    ReverseCredit,
    SnoozeReminder,
    WithdrawCase,
)
from store.protocol.placing import is_longer_than_a_term, open_reviews, planned_end, review_days
from store.protocol.rulebook import Cite


def arrange_initial_meeting(command: ArrangeInitialMeeting, case: Case, context: Context) -> Iterator[Event]:
    """Fix the day of the initial meeting (R32)."""
    about = cited(case, context.protocol.rules.initial_meeting, context)
    yield InitialMeetingArranged(**about, on=command.on, by=command.by)


def record_initial_meeting(command: RecordInitialMeeting, case: Case, context: Context) -> Iterator[Event]:
    """Record what the initial meeting went through (R32 to R35)."""
    planned = case.initial_meeting.on if case.initial_meeting else command.held
    meeting = InitialMeeting(on=planned, **command.model_dump(exclude={"reference", "by", "version"}))
    about = cited(case, context.protocol.rules.initial_meeting, context)
    yield InitialMeetingHeld(**about, meeting=meeting, held=command.held, by=command.by)


# ---------------------------------------------------------------- the placement


def record_placement(command: RecordPlacement, case: Case, context: Context) -> Iterator[Event]:
    """Record a start; its end and its reviews fall at the ends of the protocol's school weeks (R28, R29, R50)."""
    placement, known = _planned(command, context)
    reviews, rule = context.protocol.reviews, context.protocol.placement
    cite = reviews.cite if reviews else rule.cite if rule else context.protocol.rules.intake
    yield PlacementRecorded(
        **cited(case, cite, context),
        placement=placement,
        by=command.by,
        home_school=case.home_school,
        part_time_reason=command.part_time_reason,
        attention=tuple(codes_of_placement(placement, context, known=known)),
    )
    yield from reported(Reportable.PLACEMENT, case, context)
    yield from warned(placement, case, context)


def _planned(command: RecordPlacement, context: Context) -> tuple[Placement, bool]:
    """The placement, and whether all its days lie within the known terms."""
    rule, ends = context.protocol.placement, planned_end(command.start, command.school, context)
    last = command.ends or (ends.day if ends else None)
    reviews = review_days(command.start, last, command.school, context)
    placement = Placement(
        school=command.school,
        start=command.start,
        reviews=tuple(each.day for each in reviews),
        ends=last,
        footing=command.footing or (rule.footing if rule else Footing.TRIAL),
        direction_notice=command.direction_notice,
        full_time=command.full_time,
    )
    return placement, all(each.known for each in (*reviews, *((ends,) if ends else ())))


def codes_of_placement(placement: Placement, context: Context, *, known: bool) -> Iterator[str]:
    """What the officer looks at when a placement starts."""
    if not known:
        yield attention.BEYOND_TERMS
    if context.protocol.rules.integration and not placement.full_time:
        yield attention.PART_TIME
    if context.protocol.rules.one_term and is_longer_than_a_term(placement.start, placement.ends, context):
        yield attention.LONGER_THAN_A_TERM
    if context.protocol.rules.held_place and placement.informal:
        yield attention.KEEP_A_PLACE


def warned(placement: Placement, case: Case, context: Context) -> Iterator[Event]:
    """Warn of a stage that the law does not know, once in a case's life; nothing is blocked (domain 4.1)."""
    rule, missing = context.protocol.off_site_direction, lacks(placement, context)
    if rule is None or not missing or case.warned or may_still_be_noticed(placement, context):
        return
    guidance = context.protocol.documents[rule.cite.document]
    yield LawfulnessWarned(
        **cited(case, rule.cite, context),
        missing=missing,
        guidance=f"{guidance.title}, {guidance.version}".rstrip(", "),
        since=rule.since,
    )


def record_direction_notice(command: RecordDirectionNotice, case: Case, context: Context) -> Iterator[Event]:
    """Record that notice of an off-site direction was given; one that was too late is warned of."""
    rule = context.protocol.off_site_direction
    about = cited(case, rule.cite if rule else None, context)
    yield DirectionNoticed(**about, given=command.given, by=command.by)
    if case.placement:
        noticed = case.placement.model_copy(update={"direction_notice": command.given})
        yield from warned(noticed, case, context)


def record_review(command: RecordReview, case: Case, context: Context) -> Iterator[Event]:
    """Record a review: it answers the planned day that is named, else the first still open (R29)."""
    rule, of = context.protocol.reviews, command.of or open_reviews(case)[0]
    fields = command.model_dump(exclude={"reference", "by", "version", "of"})
    yield ReviewHeld(
        **cited(case, rule.cite if rule else None, context),
        review=Review(of=of, **fields),
        of=of,
        held=command.held,
        by=command.by,
        attention=tuple(_of_review(command, case, context)),
    )


def _of_review(command: RecordReview, case: Case, context: Context) -> Iterator[str]:
    """The guidance has a direction reviewed with a nominee of the governing board (domain 4.1): asked, never a bar."""
    direction = case.placement is not None and case.placement.footing is Footing.DIRECTION
    nominee = any(each.role is Role.GOVERNOR and each.present for each in command.attendance)
    if context.protocol.off_site_direction and direction and not nominee:
        yield attention.NO_GOVERNOR


def agree_extension(command: AgreeExtension, case: Case, context: Context) -> Iterator[Event]:
    """One head's word; with the last that was needed the placement is extended, and the panel is told (R43)."""
    rule = context.protocol.extension
    about = cited(case, rule.cite if rule else None, context)
    word = HeadsWord.model_validate(command.model_dump(exclude={"reference", "by", "version"}))
    yield ExtensionSupported(**about, word=word, head=word.head, until=word.until, by=command.by)
    if _all_heads(case, word, rule.approvers if rule else ()) and case.placement:
        yield PlacementExtended(**about, until=word.until, was=case.placement.ends, by=command.by)
        yield from reported(Reportable.EXTENSION, case, context)


def _all_heads(case: Case, word: HeadsWord, approvers: tuple[Party, ...]) -> bool:
    """Whether all who must agree have done so, to the same day."""
    words = (*case.heads_words, word)
    return set(approvers) <= {each.head for each in words if each.until == word.until}


def report_year_group_full(command: ReportYearGroupFull, case: Case, context: Context) -> Iterator[Event]:
    """The year group is full in which a place is kept open (R59)."""
    about = cited(case, context.protocol.rules.held_place, context)
    yield YearGroupFull(**about, on=command.on, by=command.by)


# ---------------------------------------------------------------- success


def record_final_meeting(command: RecordFinalMeeting, case: Case, context: Context) -> Iterator[Event]:
    """The final meeting acknowledges the success (R36)."""
    meeting = FinalMeeting(on=command.on, attendance=command.attendance, acknowledged=command.acknowledged)
    about = cited(case, context.protocol.rules.final_meeting, context)
    yield MoveSucceeded(**about, meeting=meeting, on=command.on, by=command.by)
    yield from reported(Reportable.SUCCESS, case, context)


def record_permanent_roll(command: RecordPermanentRoll, case: Case, context: Context) -> Iterator[Event]:
    """The pupil is on the new roll for good, and the school is credited on that date (R18, R51)."""
    school = case.placement.school if case.placement else case.proposal or case.home_school
    incoming = case.kind in (Kind.OUT_OF_BOROUGH, Kind.REINTEGRATION)
    yield MadePermanent(
        **cited(case, _of_roll(context), context),
        on=command.on,
        left_home=command.left_home,
        home_school=case.home_school,
        school=school,
        authority=_other_authority(case, context),
        incoming=incoming,
        by=command.by,
        attention=(attention.ROLL_DATES,) if command.left_home not in (None, command.on) else (),
    )
    rule = context.protocol.credit
    if rule and case.kind is not Kind.NOTIFIED and not case.receiving_authority:
        about = cited(case, rule.cite, context)
        yield CreditEntered(**about, school=school, points=rule.points, on=command.on)


def _other_authority(case: Case, context: Context) -> str:
    """The authority with which the balance changes, "" for none or where the protocol asks for no balance (R47)."""
    if context.protocol.rules.reciprocity is None:
        return ""
    incoming = case.kind in (Kind.OUT_OF_BOROUGH, Kind.REINTEGRATION)
    return case.authority if incoming else case.receiving_authority


def _of_roll(context: Context) -> Cite | None:
    rules = context.protocol.rules
    return rules.returns_home or rules.final_meeting or rules.intake


def reverse_credit(command: ReverseCredit, case: Case, context: Context) -> Iterator[Event]:
    """Take the credit back, with the reason (R18)."""
    rule = context.protocol.credit
    if case.credit:
        yield CreditReversed(
            **cited(case, rule.cite if rule else None, context),
            school=case.credit.school,
            points=case.credit.points,
            on=context.today,
            why=command.why,
            by=command.by,
        )


# ---------------------------------------------------------------- endings


def withdraw_case(command: WithdrawCase, case: Case, context: Context) -> Iterator[Event]:
    """The referral is taken back (R55)."""
    about = cited(case, context.protocol.rules.voluntary, context)
    yield CaseWithdrawn(**about, reason=command.reason, on=context.today, by=command.by)


def decline_case(command: DeclineCase, case: Case, context: Context) -> Iterator[Event]:
    """The move is declined."""
    about = cited(case, context.protocol.rules.intake, context)
    yield CaseDeclined(**about, reason=command.reason, on=context.today, by=command.by)


def close_case(command: CloseCase, case: Case, context: Context) -> Iterator[Event]:
    """Nothing is left to do."""
    about = cited(case, context.protocol.rules.intake, context)
    yield CaseClosed(**about, reason=command.reason, on=context.today, by=command.by)


def snooze_reminder(command: SnoozeReminder, case: Case, context: Context) -> Iterator[Event]:
    """One kind of reminder keeps silent until a day."""
    about = cited(case, None, context)
    yield ReminderSnoozed(**about, kind=command.kind, until=command.until, by=command.by)


def reported(what: Reportable, case: Case, context: Context) -> Iterator[Event]:
    """The panel is told of every move at its next meeting (R42); of an extension in any case (R43)."""
    rules, extension = context.protocol.rules, context.protocol.extension
    cite = extension.cite if extension and what is Reportable.EXTENSION else rules.reported
    if cite and context.protocol.panel:
        yield ReportedToPanel(
            **cited(case, cite, context), what=what, panel=_next_panel(context.today, context)
        )


def _next_panel(day: date, context: Context) -> date | None:
    return next((panel for panel in context.panels if panel >= day), None)
