"""The life of a case as one table: what may be done at which stage, where it leads, and what stands in its way.

A guard answers with a refusal (a sentence for the person who asked, the rule and its source) or None. The same table
refuses a command, tells which buttons to draw (`refusal`) and is drawn (`store.protocol.drawing`).

Before a placement the stage follows from the facts (`store.protocol.stages.stage_of`): INCOMPLETE while a *must* gap
stands, HELD while a hold stands, else where the panel and the agreements have brought it. A hold is never lifted by a
letter, a crisis or a date, only by the recorded decision of the person whom it names (R4, R56).
"""

from dataclasses import dataclass

from store.errors import CaseworkError, NoSuchCase, NotNow, StaleCase
from store.protocol.agreement_guards import (
    agreement_is_shown,
    agreement_stands,
    all_agree,
    contribution_is_said,
    gated_as_referred,
    gates_are_known,
    looked_after_child_is_considered,
    panel_is_minuted,
    panel_is_on,
    party_is_asked,
    recommended_where_there_is_a_panel,
    something_is_confirmed,
    there_is_a_plan,
)
from store.protocol.case import Case, Stage
from store.protocol.commands import (
    AgreeExtension,
    ArrangeInitialMeeting,
    AskSchool,
    CloseCase,
    Command,
    ConfirmStatus,
    CorrectReferral,
    DeclineCase,
    FileOutOfBoroughReport,
    FileReferral,
    MoveToNextPanel,
    ProposeSchool,
    PutOnPanel,
    RecordAgreement,
    RecordContribution,
    RecordCrisis,
    RecordDelivery,
    RecordDirectionNotice,
    RecordFailure,
    RecordFailureReport,
    RecordFinalMeeting,
    RecordFollowUp,
    RecordInitialMeeting,
    RecordNotifiedMove,
    RecordPermanentRoll,
    RecordPlacement,
    RecordPlanAmended,
    RecordRecommendation,
    RecordReintegrationMeeting,
    RecordReturn,
    RecordReview,
    Remind,
    ReportAtRisk,
    ReportYearGroupFull,
    ReverseCredit,
    SnoozeReminder,
    WithdrawAgreement,
    WithdrawCase,
)
from store.protocol.context import Context
from store.protocol.failure_guards import (
    has_a_reason,
    meeting_had_its_notice,
    nothing_is_left_to_do,
    notice_is_long_enough,
    refused_admission_is_a_suspension,
    report_can_go,
    report_is_whole,
    return_had_its_notice,
    risk_is_told,
    snooze_is_sensible,
    term_is_near_its_end,
)
from store.protocol.guards import (
    Guard,
    a_referral,
    about_the_same_pupil,
    by_an_officer,
    crisis_is_told,
    has_a_panel_to_come,
    no_hold,
    not_allowed,
    nothing_missing,
    on_agenda_where_there_is_a_panel,
    panel_has_met,
    parent_has_not_refused,
    protocol_knows_crisis,
    something_to_ask,
)
from store.protocol.local_guards import length_is_allowed, not_excluded, outcome_is_known
from store.protocol.placement_guards import (
    a_direction,
    a_place_is_kept,
    a_stage_is_allowed,
    all_attended,
    an_extension_is_known,
    credit_is_entered,
    days_in_order,
    final_meeting_was_held,
    head_is_named,
    may_be_permanent_now,
    meeting_is_to_come,
    meeting_was_held,
    meeting_went_through,
    part_time_has_its_reason,
    plan_is_amended,
    review_is_open,
    review_is_written,
    reviews_are_recorded,
    roll_date_has_come,
    school_is_proposed,
)
from store.protocol.stages import (
    ANY,
    BEFORE_PANEL,
    BEFORE_PLACEMENT,
    IN_PLACEMENT,
    OPEN,
    STANDS,
    UNDECIDED,
    WAITING,
)

# ---------------------------------------------------------------- the table


@dataclass(frozen=True, slots=True)
class Move:
    """One thing that can be done with a case: its name, at which stages, where it may lead (nowhere else than there or
    where it was; `by_facts`: wherever the facts lead), and what may stand in its way, in the order in which a person
    is told. `arrows` are those that are drawn where not every stage leads to every other."""

    name: str
    at: frozenset[Stage]
    to: tuple[Stage, ...] = ()
    guards: tuple[Guard, ...] = ()
    by_facts: bool = False
    arrows: tuple[tuple[Stage, Stage], ...] = ()

    def drawn(self) -> tuple[tuple[Stage, Stage], ...]:
        """Its arrows, from stage to stage."""
        whole = ((one, other) for one in Stage if one in self.at for other in self.to if one is not other)
        return self.arrows or tuple(whole)


_GATES: tuple[Guard, ...] = (no_hold, parent_has_not_refused, nothing_missing, not_excluded)
_ALL: tuple[Guard, ...] = (gates_are_known, all_agree)
_AGREED: tuple[Guard, ...] = (no_hold, parent_has_not_refused, *_ALL)
_TO_PLACEMENT: tuple[Guard, ...] = (
    by_an_officer,
    *_GATES,
    on_agenda_where_there_is_a_panel,
    panel_has_met,
    recommended_where_there_is_a_panel,
)

MOVES: dict[type, Move] = {
    CorrectReferral: Move(
        "join a corrected form",
        OPEN,
        (),
        (a_referral, about_the_same_pupil),
        by_facts=True,
        arrows=((Stage.INCOMPLETE, Stage.READY), (Stage.MORE_INFORMATION, Stage.READY)),
    ),
    AskSchool: Move("ask the school", BEFORE_PLACEMENT, (), (by_an_officer, something_to_ask)),
    ConfirmStatus: Move(
        "confirm what the form does not say",
        OPEN,
        (),
        (by_an_officer, something_is_confirmed),
        by_facts=True,
        arrows=((Stage.READY, Stage.HELD),),
    ),
    RecordCrisis: Move(
        "record a crisis",
        BEFORE_PANEL,
        (),
        (by_an_officer, protocol_knows_crisis, a_referral, crisis_is_told),
        by_facts=True,
        arrows=((Stage.INCOMPLETE, Stage.READY),),
    ),
    RecordContribution: Move(
        "record a contribution", BEFORE_PLACEMENT, (), (by_an_officer, contribution_is_said)
    ),
    PutOnPanel: Move(
        "put on panel",
        WAITING,
        (Stage.ON_AGENDA,),
        (by_an_officer, *_GATES, has_a_panel_to_come),
        arrows=((Stage.READY, Stage.ON_AGENDA), (Stage.DEFERRED, Stage.ON_AGENDA)),
    ),
    RecordRecommendation: Move(
        "record what the panel recommends",
        frozenset({Stage.ON_AGENDA}),
        (Stage.RECOMMENDED, Stage.DEFERRED, Stage.NOT_SUPPORTED, Stage.MORE_INFORMATION),
        (by_an_officer, *_GATES, panel_is_on, outcome_is_known, panel_is_minuted),
    ),
    ProposeSchool: Move(
        "propose a receiving school",
        BEFORE_PLACEMENT,
        (Stage.GATHERING,),
        (
            by_an_officer,
            *_GATES,
            recommended_where_there_is_a_panel,
            gates_are_known,
        ),
        arrows=((Stage.READY, Stage.GATHERING), (Stage.RECOMMENDED, Stage.GATHERING)),
    ),
    RecordAgreement: Move(
        "record an agreement",
        OPEN,
        (),
        (
            by_an_officer,
            gated_as_referred,
            party_is_asked,
            agreement_is_shown,
            looked_after_child_is_considered,
        ),
        by_facts=True,
        arrows=((Stage.HELD, Stage.READY),),
    ),
    WithdrawAgreement: Move(
        "withdraw an agreement",
        OPEN,
        (),
        (by_an_officer, agreement_stands),
        by_facts=True,
        arrows=((Stage.ARRANGED, Stage.GATHERING),),
    ),
    RecordPlanAmended: Move("record the plan as amended", OPEN, (), (by_an_officer, there_is_a_plan)),
    ArrangeInitialMeeting: Move(
        "arrange the initial meeting",
        frozenset({Stage.GATHERING, Stage.ARRANGED}),
        (Stage.ARRANGED,),
        (by_an_officer, *_AGREED, meeting_is_to_come),
    ),
    RecordInitialMeeting: Move(
        "record the initial meeting",
        frozenset({Stage.ARRANGED}),
        (),
        (by_an_officer, meeting_went_through),
    ),
    RecordPlacement: Move(
        "record a placement",
        BEFORE_PLACEMENT,
        (Stage.PLACED,),
        (
            *_TO_PLACEMENT,
            a_stage_is_allowed,
            school_is_proposed,
            *_ALL,
            meeting_was_held,
            part_time_has_its_reason,
            days_in_order,
            length_is_allowed,
        ),
        arrows=((Stage.GATHERING, Stage.PLACED), (Stage.ARRANGED, Stage.PLACED)),
    ),
    RecordDirectionNotice: Move(
        "record the notice of an off-site direction", IN_PLACEMENT, (), (by_an_officer, a_direction)
    ),
    RecordReview: Move(
        "record a review",
        IN_PLACEMENT,
        (),
        (by_an_officer, review_is_open, all_attended, review_is_written),
    ),
    AgreeExtension: Move(
        "agree to an extension",
        IN_PLACEMENT,
        (Stage.EXTENDED,),
        (by_an_officer, gated_as_referred, *_AGREED, an_extension_is_known, head_is_named),
    ),
    ReportAtRisk: Move("report a placement at risk", IN_PLACEMENT, (), (by_an_officer, risk_is_told)),
    ReportYearGroupFull: Move("report a full year group", IN_PLACEMENT, (), (by_an_officer, a_place_is_kept)),
    RecordFinalMeeting: Move(
        "record the final meeting",
        IN_PLACEMENT,
        (Stage.SUCCEEDED,),
        (by_an_officer, *_AGREED, reviews_are_recorded, final_meeting_was_held),
    ),
    RecordFailure: Move(
        "record a failure",
        IN_PLACEMENT,
        (Stage.FAILED,),
        (by_an_officer, notice_is_long_enough, refused_admission_is_a_suspension),
    ),
    RecordFailureReport: Move(
        "record the report on a failure",
        frozenset({Stage.FAILED}),
        (),
        (by_an_officer, report_is_whole),
    ),
    RecordDelivery: Move("record a delivery", frozenset({Stage.FAILED}), (), (by_an_officer, report_can_go)),
    RecordReintegrationMeeting: Move(
        "record the re-integration meeting",
        frozenset({Stage.FAILED}),
        (),
        (by_an_officer, meeting_had_its_notice),
    ),
    RecordReturn: Move(
        "record the return", frozenset({Stage.FAILED}), (), (by_an_officer, return_had_its_notice)
    ),
    RecordFollowUp: Move(
        "record the follow-up review",
        frozenset({Stage.FAILED}),
        (),
        (by_an_officer, term_is_near_its_end),
    ),
    RecordPermanentRoll: Move(
        "record the permanent roll",
        IN_PLACEMENT | {Stage.ARRANGED, Stage.SUCCEEDED},
        (Stage.SUCCEEDED,),
        (
            by_an_officer,
            may_be_permanent_now,
            *_AGREED,
            plan_is_amended,
            roll_date_has_come,
        ),
        arrows=((Stage.ARRANGED, Stage.SUCCEEDED),),
    ),
    ReverseCredit: Move("reverse a credit", ANY, (), (by_an_officer, credit_is_entered)),
    WithdrawCase: Move("withdraw", UNDECIDED, (Stage.WITHDRAWN,), (by_an_officer, has_a_reason)),
    DeclineCase: Move("decline", UNDECIDED, (Stage.DECLINED,), (by_an_officer, has_a_reason)),
    CloseCase: Move(
        "close",
        IN_PLACEMENT | {Stage.NOT_SUPPORTED, Stage.SUCCEEDED, Stage.FAILED},
        (Stage.CLOSED,),
        (by_an_officer, nothing_is_left_to_do),
        arrows=(
            (Stage.NOT_SUPPORTED, Stage.CLOSED),
            (Stage.SUCCEEDED, Stage.CLOSED),
            (Stage.FAILED, Stage.CLOSED),
        ),
    ),
    SnoozeReminder: Move("put off a reminder", OPEN, (), (by_an_officer, snooze_is_sensible)),
    MoveToNextPanel: Move("move to the next panel", ANY, by_facts=True),
    Remind: Move("remind", ANY, by_facts=True),
}
ASSESSED = ((Stage.RECEIVED, Stage.INCOMPLETE), (Stage.RECEIVED, Stage.READY), (Stage.RECEIVED, Stage.HELD))
"""Where the check that follows every opening leads."""

OPENINGS: frozenset[type] = frozenset({FileReferral, FileOutOfBoroughReport, RecordNotifiedMove})


def refusal(command: Command, case: Case | None, context: Context) -> CaseworkError | None:
    """Why a command may not be done, None when it may: stale, not at this stage, or what the first guard says."""
    if type(command) in OPENINGS:
        return NotNow("This case is open already.") if case else _no_such_cases(command, context)
    if case is None:
        return NoSuchCase()
    move = MOVES[type(command)]
    return _stale(command, case) or _at_stage(move, case) or _first(move.guards, command, case, context)


def _first(guards: tuple[Guard, ...], command: Command, case: Case, context: Context) -> CaseworkError | None:
    refusals = (guard(command, case, context) for guard in guards)
    return next((refused for refused in refusals if refused), None)


def _stale(command: Command, case: Case) -> CaseworkError | None:
    version = getattr(command, "version", None)
    if version is None or version == case.version:
        return None
    return StaleCase(f"{case.reference} has changed since this was shown. Look at it again.")


def _at_stage(move: Move, case: Case) -> CaseworkError | None:
    if case.stage in move.at:
        return None
    return NotNow(f"{case.reference} {STANDS[case.stage]}, so one cannot {move.name}.")


def _no_such_cases(command: Command, context: Context) -> CaseworkError | None:
    """R46 is Salford's, R52 Southwark's; a protocol without them opens no such cases."""
    rules = context.protocol.rules
    if isinstance(command, FileOutOfBoroughReport) and not rules.out_of_borough:
        return not_allowed("This protocol has no out-of-borough cases.", rules.intake, context)
    if isinstance(command, RecordNotifiedMove):
        if not rules.notified:
            return not_allowed("This protocol records no moves of the schools' own.", rules.intake, context)
        return by_an_officer(command, None, context)
    return None
