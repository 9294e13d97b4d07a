"""Which parties must agree to a move, and which of their answers stand (R4, R49, R55, R56)."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from store.protocol.agreements import HEADS, Agreement, Party
from store.protocol.case import Case, FactState, Hold, Kind
from store.protocol.rulebook import Cite, HoldRule, Protocol

PARTY_OF_GATE: Mapping[Hold, Party] = MappingProxyType(
    {Hold.VIRTUAL_SCHOOL_HEAD: Party.VIRTUAL_SCHOOL_HEAD, Hold.SEN_CASEWORKER: Party.SEN_CASEWORKER}
)
GATE_OF_PARTY: Mapping[Party, Hold] = MappingProxyType({party: gate for gate, party in PARTY_OF_GATE.items()})


def answer_of(case: Case, party: Party) -> Agreement | None:
    """The last answer of a party; None when it has not answered."""
    return next((answer for answer in reversed(case.agreements) if answer.party is party), None)


def stands(case: Case, party: Party) -> bool:
    """Whether a party agrees now, to the school that is proposed now."""
    answer = answer_of(case, party)
    return answer is not None and answer.stands_for(case.proposal)


def required(case: Case, protocol: Protocol) -> Iterator[tuple[Party, Cite | None]]:
    """The parties that must agree, each with what asks for it: those of the protocol, and one for each gate."""
    for rule in protocol.agreement:
        if rule.party is not Party.OTHER_PARENT or shares_responsibility(case):
            yield rule.party, rule.cite
    gates = {rule.hold: rule.cite for rule in protocol.hold}
    for gate in case.gated:
        yield PARTY_OF_GATE[gate], gates.get(gate)


def missing(case: Case, protocol: Protocol) -> list[tuple[Party, Cite | None]]:
    """The parties whose agreement does not stand."""
    if case.kind is Kind.NOTIFIED:
        return []
    return [(party, cite) for party, cite in required(case, protocol) if not stands(case, party)]


def silent_heads(case: Case, protocol: Protocol) -> list[Party]:
    """The heads who must agree and have said neither yes nor no to the school that is proposed."""
    return [party for party, _ in missing(case, protocol) if party in HEADS and not _answered(case, party)]


def shares_responsibility(case: Case) -> bool:
    """Whether a second, separated parent shares responsibility: as the officer found out, else as the form says."""
    said = case.status.shared_responsibility
    return case.referral.value("parent2.responsibility") is True if said is None else said


def is_marked(case: Case, rule: HoldRule) -> bool:
    """Whether a sure answer, or what the officer found out, says that this gate is this child's."""
    return _found_out(case, rule.hold) is True or _sure(case, rule.field) is True


def is_known(case: Case, rule: HoldRule) -> bool:
    """Whether it is known, yes or no, that this gate is this child's."""
    if rule.hold in case.gated or _found_out(case, rule.hold) is not None:
        return True
    return isinstance(_sure(case, rule.field), bool)


def _answered(case: Case, party: Party) -> bool:
    answer = answer_of(case, party)
    if answer is None or answer.to is None or case.proposal is None:
        return False
    return not answer.withdrawn and answer.to.is_the_same(case.proposal)


def _found_out(case: Case, gate: Hold) -> bool | None:
    return case.status.looked_after if gate is Hold.VIRTUAL_SCHOOL_HEAD else case.status.plan


def _sure(case: Case, field: str) -> object:
    fact = case.referral.facts.get(field)
    return fact.value if fact and fact.state is FactState.ANSWERED and fact.sure else None
