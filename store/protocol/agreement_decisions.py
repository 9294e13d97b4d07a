"""What each command does between the panel and the agreement of all."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from store.protocol import attention
from store.protocol.agreement_commands import (
    ConfirmStatus,
    ProposeSchool,
    RecordAgreement,
    RecordContribution,
    RecordPlanAmended,
    RecordRecommendation,
    WithdrawAgreement,
)
from store.protocol.agreements import PARENTS, Agreement, Consequence, Contribution, Party
from store.protocol.case import Case, Hold, Kind, PanelOutcome, Stage
from store.protocol.citing import cited
from store.protocol.context import Context
from store.protocol.events import (
    AgreementRecorded,
    AgreementWithdrawn,
    CaseHeld,
    ContributionRecorded,
    Event,
    LookedAfterChildReferred,
    PanelRecommended,
    PlanAmended,
    SchoolProposed,
    StatusConfirmed,
)
from store.protocol.exemptions import exempt
from store.protocol.gathering import GATE_OF_PARTY, is_known, is_marked, required
from store.protocol.panels import NO_PANEL_DATE, deadline
from store.protocol.rulebook import Cite, HoldRule

YEAR = timedelta(days=365)


def confirm_status(command: ConfirmStatus, case: Case, context: Context) -> Iterator[Event]:
    """Record what the form does not say; a yes shuts its gate (R4, R56) and is told of (R2)."""
    said = {name: value for name, value in command.status.model_dump().items() if value is not None}
    status = case.status.model_copy(update=said)
    about = cited(case, context.protocol.rules.complete, context)
    after = case.model_copy(update={"status": status})
    yield StatusConfirmed(**about, status=status, by=command.by, settles=_settled(after, context))
    for rule in context.protocol.hold:
        if rule.hold not in case.gated and is_marked(after, rule) and not is_marked(case, rule):
            yield from _held(after, rule, context)


def _settled(case: Case, context: Context) -> tuple[str, ...]:
    """The officer need not look any more at gates of which everything is known."""
    known = frozenset(rule.field for rule in context.protocol.hold if is_known(case, rule))
    codes = attention.of_referral(case.referral, case.gaps, case.holds, context.protocol, known)
    return () if attention.GATE_NOT_ASKED in codes else (attention.GATE_NOT_ASKED,)


def new_holds(case: Case, context: Context) -> Iterator[Event]:
    """Shut every gate that this child has and that was never shut before."""
    for rule in context.protocol.hold:
        if rule.hold not in case.gated and is_marked(case, rule):
            yield from _held(case, rule, context)


def _held(case: Case, rule: HoldRule, context: Context) -> Iterator[Event]:
    if case.kind is not Kind.NOTIFIED:  # recorded as it is, and never gated (R52)
        yield CaseHeld(**cited(case, rule.cite, context), hold=rule.hold)
    if rule.notice:
        yield LookedAfterChildReferred(**cited(case, rule.notice, context))


def record_contribution(command: RecordContribution, case: Case, context: Context) -> Iterator[Event]:
    """Record what was said about a looked-after child's move (R3)."""
    said = Contribution(role=command.role, who=command.who, on=command.on, says=command.says)
    about = cited(case, context.protocol.rules.contributors, context)
    yield ContributionRecorded(**about, contribution=said, role=command.role, by=command.by)


def record_recommendation(command: RecordRecommendation, case: Case, context: Context) -> Iterator[Event]:
    """Record what the panel recommends; what is deferred goes to the next panel (R15)."""
    panel = context.protocol.panel
    goes_on = command.outcome in (PanelOutcome.DEFERRED, PanelOutcome.MORE_INFORMATION)
    coming = (day for day in context.panels if day > max(context.today, case.panel or context.today))
    following = next(coming, None) if goes_on else None
    yield PanelRecommended(
        **cited(case, panel.cite if panel else None, context),
        outcome=command.outcome,
        panel=case.panel,
        minute=command.minute,
        reason=command.reason,
        category=command.category,
        by=command.by,
        next_panel=following,
        deadline=deadline(following, context.protocol, context.calendar) if following else None,
        attention=(NO_PANEL_DATE,) if goes_on and following is None else (),
    )


def propose_school(command: ProposeSchool, case: Case, context: Context) -> Iterator[Event]:
    """Ask a receiving school: the agreements are gathered from here on (R44, R49)."""
    yield SchoolProposed(
        **cited(case, context.protocol.rules.voluntary, context),
        school=command.school,
        authority=command.authority,
        on=context.today,
        by=command.by,
        attention=tuple(_of_proposal(command, case, context)),
        meeting=_meeting_to_come(case),
    )


def record_agreement(command: RecordAgreement, case: Case, context: Context) -> Iterator[Event]:
    """Record a party's answer; the yes of the person whom a hold names opens it, and nothing else does (R4, R56)."""
    gate = GATE_OF_PARTY.get(command.party)
    answer = Agreement(
        **command.model_dump(exclude={"reference", "by", "version"}),
        to=None if gate else case.proposal,
    )
    yield AgreementRecorded(
        **cited(case, _asks_for(command.party, case, context), context),
        agreement=answer,
        party=command.party,
        agrees=command.agrees,
        by=command.by,
        releases=gate if command.agrees else None,
        attention=tuple(_of_answer(answer, gate, context)),
    )


def withdraw_agreement(command: WithdrawAgreement, case: Case, context: Context) -> Iterator[Event]:
    """A party takes its agreement back, with what follows from that (R55)."""
    gate = GATE_OF_PARTY.get(command.party)
    yield AgreementWithdrawn(
        **cited(case, _asks_for(command.party, case, context), context),
        party=command.party,
        on=command.on,
        why=command.why,
        consequence=consequence_of(command.party, case),
        by=command.by,
        restores=gate,
        attention=(attention.AGREEMENT_WITHDRAWN,),
        meeting=_meeting_to_come(case),
    )


def _meeting_to_come(case: Case) -> date | None:
    """The day of an initial meeting that was arranged and has not been held."""
    meeting = case.initial_meeting
    return meeting.on if meeting and not meeting.held and case.placement is None else None


def consequence_of(party: Party, case: Case) -> Consequence:
    """What follows when a party takes its agreement back now."""
    if case.stage in (Stage.PLACED, Stage.EXTENDED, Stage.SUCCEEDED, Stage.FAILED):
        return Consequence.NO_FURTHER
    return Consequence.HELD if party in GATE_OF_PARTY else Consequence.GATHERING


def record_plan_amended(command: RecordPlanAmended, case: Case, context: Context) -> Iterator[Event]:
    """Record that the plan was amended by its own process (R56)."""
    about = cited(case, context.protocol.rules.plan_amendment, context)
    yield PlanAmended(**about, on=command.on, by=command.by)


def repeated(case: Case, context: Context) -> Iterator[str]:
    """Whether this pupil has been moved before, and within the last twelve months (R16)."""
    if context.protocol.rules.repeat_moves is None:
        return
    earlier = [move.start for move in context.earlier if move.reference != case.reference]
    if earlier or case.referral.value("record.previous_move") is True:
        yield attention.REPEAT_MOVE
    if any(context.today - YEAR <= start <= context.today for start in earlier):
        yield attention.MOVED_THIS_YEAR


def _of_proposal(command: ProposeSchool, case: Case, context: Context) -> Iterator[str]:
    yield from repeated(case, context)
    rules = context.protocol.rules
    if rules.exemption and exempt(command.school, context.today, context.exemptions):
        yield attention.EXEMPT_SCHOOL


def _of_answer(answer: Agreement, gate: Hold | None, context: Context) -> Iterable[str]:
    if not answer.agrees:
        yield attention.PARTY_REFUSES
    elif answer.party in PARENTS and context.protocol.rules.explained and not answer.explained_by.strip():
        yield attention.NOT_EXPLAINED
    elif gate is Hold.SEN_CASEWORKER and context.protocol.rules.plan_amendment:
        yield attention.PLAN_TO_AMEND


def _asks_for(party: Party, case: Case, context: Context) -> Cite | None:
    return dict(required(case, context.protocol)).get(party)
