"""Schools that are exceptionally exempt: dated, with grounds and minute, judged at the decision's date (R19, R20)."""

from datetime import date

import pytest

from store.errors import NotAllowed, NotNow
from store.protocol.case import Actor
from store.protocol.events import SchoolProposed
from store.protocol.exemption import Exemption
from store.protocol.exemptions import (
    EndExemption,
    ExemptionEnded,
    ExemptionGranted,
    GrantExemption,
    Grounds,
    decide_exemption,
    evolve_exemptions,
    exempt,
    exemptions_due,
)
from tests.store.protocol.given import OFFICER, SCHOOL, at
from tests.store.protocol.moves import CASTLE_PARK, events_of, one, proposal, recommended, when

GRANT = GrantExemption(
    school=CASTLE_PARK,
    start=date(2026, 12, 11),
    end=date(2027, 2, 12),
    grounds=Grounds.SPECIAL_MEASURES,
    minute="10 December 2026, 7",
    by=OFFICER,
)
NOW = when("2026-12-11 10:00")


def granted() -> tuple[Exemption, ...]:
    event = decide_exemption(GRANT, (), NOW)
    return evolve_exemptions((), event)


def test_r19_the_panel_exempts_a_school_with_grounds_and_minute() -> None:
    """R19: exceptionally, and so that heads can read why."""
    event = decide_exemption(GRANT, (), NOW)
    assert isinstance(event, ExemptionGranted)
    assert (event.rule, event.source) == ("R19", "Salford 2.8")
    assert (event.exemption.grounds, event.exemption.minute) == ("in special measures", "10 December 2026, 7")
    for wrong, says in (
        ({"minute": " "}, "which minute"),
        ({"end": date(2026, 12, 10)}, "ends after it starts"),
        ({"by": Actor(id="U2", name="Somebody", role="panel member")}, "Complex Case Officer"),
    ):
        with pytest.raises(NotAllowed, match=says):
            decide_exemption(GRANT.model_copy(update=wrong), (), NOW)
    with pytest.raises(NotNow, match="exempt until 12 February 2027 already"):
        decide_exemption(GRANT, granted(), NOW)
    with pytest.raises(NotAllowed, match="no exemptions"):
        decide_exemption(GRANT, (), when("2026-12-11 10:00", "southwark"))


@pytest.mark.parametrize(
    ("day", "holds"),
    [
        (date(2026, 12, 10), False),
        (date(2026, 12, 11), True),
        (date(2027, 2, 12), True),
        (date(2027, 2, 13), False),
    ],
)
def test_r20_an_exemption_is_judged_at_the_date_of_the_decision(day: date, *, holds: bool) -> None:
    """R20: from its first day to its last; of this school and no other."""
    assert (exempt(CASTLE_PARK, day, granted()) is not None) is holds
    assert exempt(SCHOOL, day, granted()) is None


def test_r20_the_panel_may_end_it_within_the_year() -> None:
    """R20: "might change through the year"; what has not begun cannot be ended."""
    end = EndExemption(school=CASTLE_PARK, end=date(2027, 1, 14), minute="14 January 2027, 3", by=OFFICER)
    event = decide_exemption(end, granted(), when("2027-01-14 16:00"))
    assert isinstance(event, ExemptionEnded)
    ended = evolve_exemptions(granted(), event)
    assert exempt(CASTLE_PARK, date(2027, 1, 14), ended)
    assert not exempt(CASTLE_PARK, date(2027, 1, 15), ended)
    with pytest.raises(NotNow, match="not exempt"):
        decide_exemption(end.model_copy(update={"school": SCHOOL}), granted(), NOW)


def test_r19_an_exempt_school_may_still_be_proposed_and_the_officer_sees_it() -> None:
    """R19: it stays within the protocol: a warning at the decision's date, never a bar."""
    where = when("2026-12-11 10:00", exemptions=granted())
    assert one(events_of(proposal(), recommended(), where)[1], SchoolProposed).attention == ("exempt_school",)
    later = when("2027-02-15 10:00", exemptions=granted())
    assert one(events_of(proposal(), recommended(), later)[1], SchoolProposed).attention == ()


def test_r20_an_exemption_that_runs_out_is_prompted_once() -> None:
    """R20: ten school days before Friday 12 February 2027: Friday 29 January, 09:00; none once it has run out."""
    (entry,) = exemptions_due(granted(), NOW)
    assert (entry.on, entry.rule) == (at("2027-01-29 09:00"), "R20")
    assert exemptions_due(granted(), when("2027-02-13 10:00")) == []
    assert exemptions_due(granted(), when("2026-12-11 10:00", "southwark")) == []
