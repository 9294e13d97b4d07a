"""What may stand in the way between the panel and the agreement of all, each a sentence with its rule and source."""

from datetime import date
from typing import Any

from store.errors import CaseworkError
from store.protocol.agreement_commands import (
    ConfirmStatus,
    RecordAgreement,
    RecordContribution,
    RecordRecommendation,
    WithdrawAgreement,
)
from store.protocol.agreements import OF_THE_CHILD, Contributor, Party
from store.protocol.case import Case, Hold, Kind, PanelOutcome
from store.protocol.context import Context
from store.protocol.gathering import GATE_OF_PARTY, is_known, missing, required, stands
from store.protocol.guards import not_allowed, not_now, written
from store.protocol.rulebook import Cite


def panel_is_on(_command: RecordRecommendation, case: Case, context: Context) -> CaseworkError | None:
    """R15: a panel recommends on its day or after it."""
    panel = context.protocol.panel
    if panel is None:
        return not_allowed("This protocol has no panel.", context.protocol.rules.intake, context)
    if case.panel and case.panel <= context.today:
        return None
    return not_now(f"The panel of {case.reference} has not met yet.", panel.cite, context)


def panel_is_minuted(command: RecordRecommendation, _case: Case, context: Context) -> CaseworkError | None:
    """R10, R15: each recommendation can be explained: by its minute, and a reason where it is not a yes."""
    cite = context.protocol.panel.cite if context.protocol.panel else None
    if not command.minute.strip():
        return not_allowed("Say which minute of the panel holds the recommendation.", cite, context)
    if command.outcome is PanelOutcome.RECOMMENDED or command.reason.strip():
        return None
    return not_allowed(f"Say why the panel answers “{command.outcome}”.", cite, context)


def recommended_where_there_is_a_panel(_command: Any, case: Case, context: Context) -> CaseworkError | None:
    """R15: where there is a panel, its recommendation comes first."""
    panel = context.protocol.panel
    if panel is None or case.recommendation is PanelOutcome.RECOMMENDED:
        return None
    return not_now(f"No panel has recommended {case.reference}.", panel.cite, context)


def gates_are_known(_command: Any, case: Case, context: Context) -> CaseworkError | None:
    """R4, R56: what nobody has asked opens no gate; a move that is only told of has none (R52)."""
    for rule in context.protocol.hold if case.kind is not Kind.NOTIFIED else ():
        if not is_known(case, rule):
            return not_allowed(
                f"It is not recorded of {case.reference} {_UNKNOWN[rule.hold]}. Record it first.",
                rule.cite,
                context,
            )
    return None


def something_is_confirmed(command: ConfirmStatus, _case: Case, context: Context) -> CaseworkError | None:
    """What the officer found out is said."""
    if any(value is not None for value in command.status.model_dump().values()):
        return None
    return not_allowed("Say what was found out.", context.protocol.rules.complete, context)


def contribution_is_said(command: RecordContribution, case: Case, context: Context) -> CaseworkError | None:
    """R3: who, when and what; of a looked-after child."""
    cite = context.protocol.rules.contributors
    if Hold.VIRTUAL_SCHOOL_HEAD not in case.gated:
        return not_now(f"{case.reference} does not ask for this contribution.", cite, context)
    if not command.who.strip() or not command.says.strip():
        return not_allowed("Say who was heard, and what they said.", cite, context)
    return in_the_past(command.on, cite, context)


def party_is_asked(command: RecordAgreement, case: Case, context: Context) -> CaseworkError | None:
    """R55: only those are asked whose agreement this move needs; a school must be proposed to be agreed to."""
    cites = dict(required(case, context.protocol))
    if command.party not in cites:
        said = f"The agreement of the {command.party} is not asked for in {case.reference}."
        return not_now(said, context.protocol.rules.voluntary, context)
    if command.party in OF_THE_CHILD or case.proposal:
        return None
    called = context.protocol.vocabulary.receiving_school
    said = f"No {called} is proposed for {case.reference} yet."
    return not_now(said, cites[command.party], context)


def agreement_is_shown(command: RecordAgreement, case: Case, context: Context) -> CaseworkError | None:
    """R4, R49, R55, R56: who and when, once; nobody owes a reason for a no (R57)."""
    cite = dict(required(case, context.protocol)).get(command.party)
    if not command.who.strip():
        return not_allowed(f"Say who answered for the {command.party}.", cite, context)
    if command.agrees and stands(case, command.party):
        return not_now(f"The agreement of the {command.party} is recorded already.", cite, context)
    if not command.agrees and stands(case, command.party):
        return not_now(f"The {command.party} agrees by now: withdraw that agreement.", cite, context)
    return in_the_past(command.on, cite, context)


def looked_after_child_is_considered(
    command: RecordAgreement, case: Case, context: Context
) -> CaseworkError | None:
    """R1, R3, R5: a yes of the Virtual School Head has its reason, was heard with others, and arranges support."""
    if command.party is not Party.VIRTUAL_SCHOOL_HEAD or not command.agrees:
        return None
    rules = context.protocol.rules
    heard = {contribution.role for contribution in case.contributions}
    unheard = [role for role in Contributor if role not in heard]
    if rules.contributors and unheard:
        said = f"Not everybody has been heard on {case.reference}: {', '.join(unheard)}."
        return not_allowed(said, rules.contributors, context)
    if rules.looked_after_reason and not command.reason.strip():
        said = "A move is strongly discouraged for this child: say why it is right all the same."
        return not_allowed(said, rules.looked_after_reason, context)
    if rules.support and not command.support.strip():
        return not_allowed("Say what supports the transition.", rules.support, context)
    return None


def agreement_stands(command: WithdrawAgreement, case: Case, context: Context) -> CaseworkError | None:
    """R55: only what stands can be withdrawn."""
    cite = dict(required(case, context.protocol)).get(command.party)
    if not stands(case, command.party):
        return not_now(f"The {command.party} does not agree by now.", cite, context)
    return in_the_past(command.on, cite, context)


def all_agree(_command: Any, case: Case, context: Context) -> CaseworkError | None:
    """R4, R49, R55, R56: nothing goes on while the agreement of a party is missing, by whatever road."""
    for party, cite in missing(case, context.protocol):
        return not_allowed(
            f"The agreement of the {party} is not recorded for {case.reference}.", cite, context
        )
    return None


def there_is_a_plan(_command: Any, case: Case, context: Context) -> CaseworkError | None:
    """R56: the amendment of a plan follows the caseworker's consent."""
    cite = context.protocol.rules.plan_amendment
    gate = GATE_OF_PARTY[Party.SEN_CASEWORKER]
    if gate not in case.gated:
        return not_now(f"{case.reference} has no plan to amend.", cite, context)
    if gate in case.holds:
        return not_allowed("The SEN caseworker has not consented.", cite, context)
    return None


def gated_as_referred(_command: Any, case: Case, context: Context) -> CaseworkError | None:
    """R52: a move that the schools only tell of is recorded and never gated."""
    if case.kind is not Kind.NOTIFIED:
        return None
    said = f"{case.reference} is a move that the schools agreed by themselves; it is only recorded."
    return not_now(said, context.protocol.rules.notified, context)


def in_the_past(day: date, cite: Cite | None, context: Context) -> CaseworkError | None:
    """Nothing is recorded before it has happened."""
    if day <= context.today:
        return None
    return not_allowed(f"{written(day)} has not come yet.", cite, context)


_UNKNOWN = {
    Hold.VIRTUAL_SCHOOL_HEAD: "whether the child is looked after",
    Hold.SEN_CASEWORKER: "whether the child has an education, health and care plan",
}
