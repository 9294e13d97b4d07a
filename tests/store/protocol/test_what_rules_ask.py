"""Rules that are data or wording alone: what they ask for is asked for, with the clause that says so."""

from pathlib import Path

import pytest

from store.protocol import Protocol, assess, decide, load
from store.protocol.agreements import Party
from store.protocol.case import Case, Gap, Level
from store.protocol.commands import RecordReturn
from store.protocol.gathering import missing
from tests.store.protocol.given import SCHOOL, after, at, filing, referral, salford
from tests.store.protocol.moves import BY, CASTLE_PARK, agreement, failed, gathering, placed, proposal, when


def gap(protocol: Protocol, field: str, *, crisis: bool = False) -> Gap | None:
    """The gap that a blank answer leaves under a protocol."""
    found = assess(referral(without=(field,)), protocol, crisis=crisis)
    return next((each for each in found if each.field == field), None)


def test_r8_the_research_projects_actions_are_a_document_of_the_protocol() -> None:
    """R8: "to comply with the agreed actions of the Managed Move Research Project" (1.2)."""
    assert "Managed Move Research Project" in salford().documents["research"].title


@pytest.mark.parametrize("field", ["record.suspensions", "record.risk_of_exclusion"])
def test_r13_the_risk_and_the_history_of_exclusion_are_asked_for(field: str) -> None:
    """R13: asked for, by 2.3; their lack stops nothing."""
    found = gap(salford(), field)
    assert found is not None
    assert (found.rule, found.source, found.level) == ("R13", "Salford 2.3", Level.SHOULD)


@pytest.mark.parametrize("case", [gathering(), placed(), failed()], ids=["gathering", "placed", "failed"])
def test_r17_the_home_school_of_a_case_stays_its_home_school(case: Case) -> None:
    """R17: it keeps full responsibility, whatever school has been proposed or has taken the pupil."""
    assert case.home_school == SCHOOL


def test_r17_the_pupil_of_a_failed_move_goes_back_to_the_home_school() -> None:
    """R17, R51: the return is to the school that referred."""
    case = failed()
    assert case.failure is not None
    day = case.failure.earliest
    events = decide(RecordReturn(**BY, on=day), case, when(f"{day} 16:00"))
    assert [event.reference for event in events] == [case.reference]
    assert after(case, RecordReturn(**BY, on=day), when(f"{day} 16:00")).home_school == SCHOOL


@pytest.mark.parametrize(
    ("field", "rule"),
    [
        ("preparation.behaviour_policy", "R22"),
        ("preparation.senco", "R23"),
        ("preparation.early_help", "R25"),
    ],
)
def test_r22_r23_r25_what_comes_before_a_referral_is_asked_for_unless_there_is_a_crisis(
    field: str, rule: str
) -> None:
    """R22, R23, R25: a must, by 3.1 Provision prior to referral; R21 lets a crisis soften it to a request."""
    found, softened = gap(salford(), field), gap(salford(), field, crisis=True)
    assert found is not None
    assert (found.rule, found.source) == (rule, "Salford 3.1 Provision prior to referral")
    assert found.level is Level.MUST
    assert softened is None or softened.level is Level.SHOULD


def test_r44_the_familys_preference_is_asked_for_and_the_officer_proposes() -> None:
    """R44: parental preference is one of three factors of equal weight; the school is for the officer to propose."""
    protocol = salford()
    assert protocol.ranking is not None
    assert protocol.ranking.factors == {"proximity": 1, "parental preference": 1, "pupils placed": 1}
    found = assess(
        referral(without=("move.preference1", "move.preference2", "move.preference3")), protocol, crisis=False
    )
    assert ("move.preference1", "R44") in {(each.field, each.rule) for each in found}
    assert gathering().proposal == CASTLE_PARK


def test_r54_southwark_asks_what_was_tried() -> None:
    """R54: "timely identification of problems and provision of the right help" (paragraph 3)."""
    protocol = load("southwark")
    found = assess(referral(interventions=()), protocol, crisis=False)
    assert ("interventions", "R54", "Southwark protocol, paragraph 3") in {
        (each.field, each.rule, each.source) for each in found
    }


@pytest.mark.parametrize("field", ["pupil.dob", "pupil.year_group", "move.reason"])
def test_r62_southwark_lists_what_a_referral_discloses(field: str) -> None:
    """R62: trust is "maximised by the effective sharing of relevant information" (paragraph 5): a blank is a gap."""
    found = gap(load("southwark"), field)
    assert found is not None
    assert (found.rule, found.source, found.level) == ("R62", "Southwark protocol, paragraph 5", Level.MUST)


def test_r64_southwark_asks_whether_exclusion_is_a_risk() -> None:
    """R64: a move is considered before any exclusion, so a referral says whether one threatens (R49, paragraph 1)."""
    found = gap(load("southwark"), "record.risk_of_exclusion")
    assert found is not None
    assert found.source == "Southwark protocol, paragraph 1"


def test_r49_a_party_of_an_authoritys_own_is_asked_too() -> None:
    """Norfolk 2017: "void unless all sign, incl. LA": the authority's answer is missing until it is recorded."""
    protocol = load(Path(__file__).parent / "authorities" / "norfolk-2017.toml")
    where = when("2026-12-11 10:00", protocol)
    case = after(after(None, filing(at("2026-11-23 09:12")), where), proposal(), where)
    for party in (Party.PARENT, Party.CHILD, Party.HOME_HEAD, Party.RECEIVING_HEAD):
        case = after(case, agreement(party, on=where.today), where)
    assert [party for party, _ in missing(case, protocol)] == [Party.LOCAL_AUTHORITY]
