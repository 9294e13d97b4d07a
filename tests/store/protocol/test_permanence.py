"""Success, the permanent place, its credit, and the other kinds of cases (R18, R36, R42, R46, R47, R51, R52, R58, R59)."""

from datetime import date

import pytest

from store.errors import NotAllowed, NotNow
from store.protocol import Context, load
from store.protocol.case import Case, Kind, PanelOutcome, Pupil, Stage
from store.protocol.commands import (
    ArrangeInitialMeeting,
    CloseCase,
    FileOutOfBoroughReport,
    ProposeSchool,
    PutOnPanel,
    RecordNotifiedMove,
    RecordPermanentRoll,
    ReportYearGroupFull,
    ReverseCredit,
)
from store.protocol.events import (
    CreditEntered,
    CreditReversed,
    LookedAfterChildReferred,
    MadePermanent,
    MoveSucceeded,
    PlacementRecorded,
    Reportable,
    ReportedToPanel,
    StatusConfirmed,
    YearGroupFull,
)
from store.protocol.placement import Attendance, Footing, Role
from tests.store.protocol.given import OFFICER, SCHOOL, after, at
from tests.store.protocol.moves import (
    BY,
    CASTLE_PARK,
    MET,
    START,
    agreed,
    arranged,
    events_of,
    final_meeting,
    found_out,
    initial_meeting,
    one,
    placed,
    proposal,
    recommendation,
    recommended,
    review,
    reviewed,
    start,
    when,
)

# Six school weeks from Monday 11 January 2027: five weeks to 12 February, half-term, 22 to 26 February.
FIRST_REVIEW = date(2027, 2, 26)
# Twelve: 30 more days; Good Friday, Easter Monday and the break of 5 to 16 April do not count.
TWELVE_WEEKS = date(2027, 4, 27)
MAY = when("2027-05-04 10:00")


def refused(command: object, case: Case, where: Context, says: str, error: type = NotAllowed) -> str:
    """The rule of a refusal that says this."""
    with pytest.raises(error, match=says) as caught:
        events_of(command, case, where)
    assert caught.value.source
    return caught.value.rule


def without(protocol: str, **rules: None) -> object:
    """A protocol without some of its rules."""
    loaded = load(protocol)
    return loaded.model_copy(update={"rules": loaded.rules.model_copy(update=rules)})


# ---------------------------------------------------------------- success, permanent place, credit


def test_r36_a_final_meeting_acknowledges_the_success() -> None:
    """R36: for the young person and the receiving school; every review that fell due is recorded before."""
    final = final_meeting(date(2027, 5, 4))
    case, events = events_of(final, reviewed(), MAY)
    assert (case.stage, one(events, MoveSucceeded).rule) == (Stage.SUCCEEDED, "R36")
    assert one(events, ReportedToPanel).what is Reportable.SUCCESS
    assert refused(final, placed(), MAY, "review of 26 February 2027 is not recorded", NotNow) == "R29"
    assert refused(final_meeting(date(2027, 5, 4), acknowledged=""), reviewed(), MAY, "acknowledged") == "R36"
    alone = (Attendance(role=Role.RECEIVING_SCHOOL),)
    assert refused(final_meeting(date(2027, 5, 4), attendance=alone), reviewed(), MAY, "the pupil") == "R36"


def succeeded() -> Case:
    return after(reviewed(), final_meeting(date(2027, 5, 4)), MAY)


def roll(on: date = date(2027, 5, 4), **more: object) -> RecordPermanentRoll:
    return RecordPermanentRoll(**BY, on=on, **more)


def test_r18_the_credit_is_entered_on_the_permanent_roll_date_and_not_before() -> None:
    """R18: accepting permanently earns it; neither the start nor the success does."""
    assert placed().credit is None
    assert succeeded().credit is None
    assert refused(roll(date(2027, 5, 5)), succeeded(), MAY, "has not come yet") == "R18"
    assert refused(roll(), reviewed(), MAY, "has not been acknowledged", NotNow) == "R36"
    case, events = events_of(roll(left_home=date(2027, 5, 4)), succeeded(), MAY)
    credit = one(events, CreditEntered)
    assert (credit.school, credit.points, credit.on) == (CASTLE_PARK, 1, date(2027, 5, 4))
    assert (credit.rule, credit.source) == ("R18", "Salford 2.7")
    assert "roll_dates" not in case.attention
    assert refused(roll(), case, MAY, "already", NotNow) == "R18"
    assert after(case, CloseCase(**BY), MAY).stage is Stage.CLOSED


def test_r18_a_credit_is_taken_back_with_a_reason_once() -> None:
    """R18: reversible with reason, also after the case is closed."""
    case = after(after(succeeded(), roll(), MAY), CloseCase(**BY), MAY)
    assert refused(ReverseCredit(**BY, why=" "), case, MAY, "Say why") == "R18"
    taken, events = events_of(ReverseCredit(**BY, why="Left the area."), case, MAY)
    assert one(events, CreditReversed).points == 1
    assert refused(ReverseCredit(**BY, why="Again."), taken, MAY, "No credit stands", NotNow) == "R18"


def test_r17_the_home_school_stays_responsible_until_the_move_is_permanent() -> None:
    """R17: complaints, evidence, funding: through the placement and its success, up to the permanent roll."""
    assert [case.responsible for case in (placed(), succeeded())] == [SCHOOL, SCHOOL]
    assert after(succeeded(), roll(), MAY).responsible == CASTLE_PARK


def test_gap_or_overlap_between_the_rolls_is_looked_at() -> None:
    """Domain 4.3: receiving adds, home deletes: two days that differ are put before the officer."""
    case = after(succeeded(), roll(left_home=date(2027, 4, 30)), MAY)
    assert "roll_dates" in case.attention


def test_r51_where_moves_are_permanent_at_once_there_is_no_trial() -> None:
    """Three of the authorities have no trial: all agree, and the pupil is on the roll for good."""
    salford = load("salford")
    assert salford.placement is not None
    rule = salford.placement.model_copy(update={"footing": Footing.PERMANENT})
    where = when("2027-01-11 09:00", salford.model_copy(update={"placement": rule}))
    assert refused(start(), arranged(), where, "permanent from its first day") == "R43"
    case = after(arranged(), roll(START), where)
    assert (case.stage, case.placement) == (Stage.SUCCEEDED, None)


# ---------------------------------------------------------------- other kinds


def notified(**more: object) -> RecordNotifiedMove:
    fields: dict[str, object] = {
        "by": OFFICER,
        "received": at("2027-01-08 10:00"),
        "home_school": SCHOOL,
        "school": CASTLE_PARK,
        "start": START,
        "ends": FIRST_REVIEW,
        "pupil": Pupil(surname="Ravensworth", forename="Ottoline"),
    }
    return RecordNotifiedMove(**{**fields, **more})


def test_r52_r58_a_move_that_schools_only_tell_of_is_recorded_and_never_gated() -> None:
    """R52: no duty to tell; R58: an informal arrangement with the place where the policy outlines it."""
    where = when("2027-01-08 10:05", "southwark")
    case, events = events_of(notified(informal=True, policy="https://weaver.example/policy"), None, where)
    assert (case.kind, case.stage, case.holds, case.gaps) == (Kind.NOTIFIED, Stage.PLACED, (), ())
    assert one(events, PlacementRecorded).rule == "R58"
    assert case.placement is not None
    assert case.placement.policy == "https://weaver.example/policy"
    done = after(case, roll(date(2027, 3, 1)), when("2027-03-01 10:00", "southwark"))
    assert done.credit is None
    assert after(case, CloseCase(**BY), where).stage is Stage.CLOSED


def test_r42_salford_puts_notified_moves_before_the_panel() -> None:
    """R42: all managed moves are reported, those between two schools too; no credit is earned by one (R18)."""
    case, events = events_of(notified(), None, when("2027-01-08 10:05"))
    assert one(events, ReportedToPanel).what is Reportable.NOTIFIED
    assert after(case, roll(date(2027, 3, 1)), when("2027-03-01 10:00")).credit is None


def test_r52_only_the_officer_records_one_and_only_where_the_protocol_has_them() -> None:
    """R14: a decision is a person's; without the rule there is no such case."""
    bot = OFFICER.model_copy(update={"role": "system"})
    with pytest.raises(NotAllowed, match="Only the officer"):
        events_of(notified(by=bot), None, when("2027-01-08 10:05", "southwark"))
    with pytest.raises(NotAllowed, match="moves of the schools' own"):
        events_of(notified(), None, when("2027-01-08 10:05", without("southwark", notified=None)))


def test_r59_a_place_is_kept_open_while_an_informal_arrangement_lasts() -> None:
    """R59: for any other application; the officer hears when the year group is full."""
    case = after(None, notified(informal=True), when("2027-01-08 10:05", "southwark"))
    assert "keep_a_place" in case.attention
    full = ReportYearGroupFull(**BY, on=date(2027, 2, 1))
    _, events = events_of(full, case, when("2027-02-01 10:00", "southwark"))
    assert one(events, YearGroupFull).rule == "R59"
    assert (
        refused(full, placed("southwark"), when("2027-02-01 10:00", "southwark"), "No place", NotNow) == "R59"
    )


def test_r2_r52_a_notified_move_of_a_looked_after_child_is_told_of_and_not_held() -> None:
    """R2: the Virtual School hears of it once; R52: nothing is gated."""
    now = when("2027-01-08 10:05")
    case, events = events_of(found_out(looked_after=True), after(None, notified(), now), now)
    assert [type(event) for event in events] == [StatusConfirmed, LookedAfterChildReferred]
    assert case.holds == ()
    assert [type(event) for event in events_of(found_out(looked_after=True), case, now)[1]] == [
        StatusConfirmed
    ]


@pytest.mark.parametrize(("again", "kind"), [(False, Kind.OUT_OF_BOROUGH), (True, Kind.REINTEGRATION)])
def test_r46_r47_a_report_from_another_authority_goes_the_whole_way(again: bool, kind: Kind) -> None:
    """R46: the next panel decides; the gates are asked about first (R4, R56); R47: the balance names the authority."""
    report = FileOutOfBoroughReport(
        letter=9, received=at("2026-11-25 12:40"), home_school=SCHOOL, authority="Bolton", reintegration=again
    )
    case = after(None, report, when("2026-11-25 13:00"))
    assert (case.kind, case.panel) == (kind, date(2026, 12, 10))
    case = after(case, PutOnPanel(**BY), when("2026-11-26 10:00"))
    case = after(case, recommendation(PanelOutcome.RECOMMENDED), when("2026-12-10 16:00"))
    unknown = when("2026-12-11 10:00")
    assert refused(proposal(), case, unknown, "It is not recorded") == "R4"
    case = after(case, found_out(looked_after=False, plan=False), unknown)
    case = agreed(case=after(case, proposal(), unknown))
    case = after(case, ArrangeInitialMeeting(**BY, on=MET), when("2026-12-14 10:00"))
    case = after(case, initial_meeting(), when("2026-12-16 16:00"))
    case = after(case, start(), when("2027-01-11 09:00"))
    for day in (FIRST_REVIEW, TWELVE_WEEKS):
        case = after(case, review(day), when(f"{day} 16:00"))
    case = after(case, final_meeting(date(2027, 5, 4)), MAY)
    event = one(events_of(roll(), case, MAY)[1], MadePermanent)
    assert (event.authority, event.incoming) == ("Bolton", True)


def test_r47_a_pupil_who_goes_to_another_authority_is_counted_as_sent() -> None:
    """R47: and earns a school of theirs no credit of ours."""
    case = after(
        recommended(), ProposeSchool(**BY, school=CASTLE_PARK, authority="Bury"), when("2026-12-11 10:00")
    )
    assert case.receiving_authority == "Bury"
    done = succeeded().model_copy(update={"receiving_authority": "Bury"})
    case, events = events_of(roll(), done, MAY)
    event = one(events, MadePermanent)
    assert (event.authority, event.incoming, case.credit) == ("Bury", False, None)
