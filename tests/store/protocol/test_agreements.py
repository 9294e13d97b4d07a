"""Who must agree, how it is shown, what a withdrawal means, and the two gates (R1-R6, R49, R55-R57)."""

from datetime import date

import pytest

from store.errors import NotAllowed, NotNow
from store.protocol import Context, load
from store.protocol.agreements import Consequence, Contributor, Party, Shown
from store.protocol.case import Case, Hold, Kind, PanelOutcome, Stage
from store.protocol.commands import (
    ArrangeInitialMeeting,
    PutOnPanel,
    RecordPermanentRoll,
    RecordPlanAmended,
    WithdrawAgreement,
)
from store.protocol.events import (
    AgreementRecorded,
    AgreementWithdrawn,
    CaseHeld,
    LookedAfterChildReferred,
    PanelRecommended,
    SchoolProposed,
    StatusConfirmed,
)
from store.protocol.gathering import missing
from tests.store.protocol.given import after, answered, at, correcting, filed, filing, referral, state
from tests.store.protocol.moves import (
    AGREED,
    BY,
    MET,
    PANEL,
    START,
    agreed,
    agreement,
    arranged,
    contribution,
    decided_by_the_head_of_the_virtual_school,
    events_of,
    final_meeting,
    found_out,
    gathering,
    heard,
    looked_after,
    on_agenda,
    one,
    placed,
    proposal,
    recommendation,
    recommended,
    reviewed,
    start,
    when,
)

PUT = PutOnPanel(**BY)
MEET = ArrangeInitialMeeting(**BY, on=MET)
WITH_PLAN = referral({"send.ehcp": answered(value=True)})
NOVEMBER = when("2026-11-27 10:00")
THEN = when(AGREED)
PARTIES = (Party.PARENT, Party.CHILD, Party.HOME_HEAD, Party.RECEIVING_HEAD)


def withdrawal(party: Party, on: date = date(2026, 12, 14)) -> WithdrawAgreement:
    return WithdrawAgreement(**BY, party=party, on=on, why="We have thought again.")


def refused(command: object, case: Case, where: Context, says: str, error: type = NotAllowed) -> str:
    """The rule of a refusal that says this."""
    with pytest.raises(error, match=says) as caught:
        events_of(command, case, where)
    assert caught.value.source
    return caught.value.rule


# ---------------------------------------------------------------- the panel's recommendation


@pytest.mark.parametrize(
    ("outcome", "stage", "panel"),
    [
        (PanelOutcome.RECOMMENDED, Stage.RECOMMENDED, PANEL),
        (PanelOutcome.NOT_SUPPORTED, Stage.NOT_SUPPORTED, PANEL),
        (PanelOutcome.DEFERRED, Stage.DEFERRED, date(2027, 1, 14)),
        (PanelOutcome.MORE_INFORMATION, Stage.MORE_INFORMATION, date(2027, 1, 14)),
    ],
)
def test_r15_a_panel_recommends(outcome: PanelOutcome, stage: Stage, panel: date) -> None:
    """R15: four answers; what is put off goes to the next panel."""
    command = recommendation(outcome, reason="The school is asked again.")
    case, events = events_of(command, on_agenda(), when("2026-12-10 16:00"))
    assert (case.stage, case.panel) == (stage, panel)
    event = one(events, PanelRecommended)
    assert (event.minute, event.rule, event.source) == ("10 December 2026, 4.2", "R15", "Salford 2.4")


def test_r10_each_recommendation_can_be_explained() -> None:
    """R10, R15: by its minute, and by a reason where it is not a yes."""
    panel = when("2026-12-10 16:00")
    assert refused(recommendation(minute=" "), on_agenda(), panel, "which minute") == "R15"
    no = recommendation(PanelOutcome.NOT_SUPPORTED)
    assert refused(no, on_agenda(), panel, "Say why") == "R15"


def test_r15_a_panel_recommends_on_its_day_and_not_before() -> None:
    """R15: the day before it nothing has been recommended."""
    assert refused(recommendation(), on_agenda(), when("2026-12-09 16:00"), "not met yet", NotNow) == "R15"


def test_r15_what_a_panel_asked_for_makes_the_case_ready_when_it_comes() -> None:
    """R15: a corrected form answers it; the case keeps its place at the next panel."""
    asked = after(
        on_agenda(), recommendation(PanelOutcome.MORE_INFORMATION, reason="-"), when("2026-12-10 16:00")
    )
    case = after(asked, correcting(at("2026-12-10 17:00"), referral()), when("2026-12-10 17:05"))
    assert (case.stage, case.panel) == (Stage.READY, date(2027, 1, 14))


def test_r15_a_deferred_case_is_put_on_the_next_agenda() -> None:
    """R15: by the officer, as before."""
    later = after(on_agenda(), recommendation(PanelOutcome.DEFERRED, reason="-"), when("2026-12-10 16:00"))
    case = after(later, PUT, when("2026-12-14 10:00"))
    assert (case.stage, case.panel) == (Stage.ON_AGENDA, date(2027, 1, 14))


def test_r15_a_school_is_proposed_after_the_panel_has_recommended() -> None:
    """R15, R44: and not before; where there is no panel, once the referral is complete."""
    assert refused(proposal(), on_agenda(), when("2026-12-11 10:00"), "No panel has", NotNow) == "R15"
    assert gathering().stage is Stage.GATHERING
    assert gathering("southwark").stage is Stage.GATHERING


# ---------------------------------------------------------------- who must agree


@pytest.mark.parametrize("protocol", ["salford", "southwark", "norfolk"])
def test_r49_r55_four_parties_agree(protocol: str) -> None:
    """R49, R55: parent, child and both heads; nothing is arranged while one of them is missing."""
    for party in PARTIES:
        case = agreed(protocol, but=(party,))
        assert [each for each, _ in missing(case, load(protocol))] == [party]
        rule = refused(MEET, case, when(AGREED, protocol), f"agreement of the {party} is not recorded")
        assert rule == ("R49" if party is Party.CHILD and protocol != "norfolk" else "R55")
        assert refused(start(), case, when("2027-01-11 09:00", protocol), "agreement of the") == rule
    assert after(agreed(protocol), MEET, when(AGREED, protocol)).stage is Stage.ARRANGED


def test_r55_an_agreement_says_who_when_and_how() -> None:
    """R55: shown by letter, form or meeting; who must be said, and the day cannot be to come."""
    command = agreement(Party.PARENT, who="Jean Ravensworth", shown=Shown.MEETING)
    case, events = events_of(command, gathering(), THEN)
    event = one(events, AgreementRecorded)
    (answer,) = case.agreements
    assert (answer.who, answer.on, answer.shown) == ("Jean Ravensworth", date(2026, 12, 14), Shown.MEETING)
    assert answer.to == case.proposal
    assert "agreement" in event.private  # a parent's name stays out of the timeline
    assert refused(agreement(Party.PARENT, who=" "), gathering(), THEN, "Say who answered") == "R55"
    early = agreement(Party.PARENT, on=date(2026, 12, 15))
    assert refused(early, gathering(), THEN, "has not come yet") == "R55"


def test_r55_no_is_an_answer() -> None:
    """R55: it is recorded, and nothing goes on."""
    no = agreement(Party.RECEIVING_HEAD, agrees=False, reason="The year group is full.")
    case = after(agreed(but=(Party.RECEIVING_HEAD,)), no, THEN)
    assert "party_refuses" in case.attention
    assert refused(MEET, case, THEN, "receiving head") == "R55"
    assert after(case, agreement(Party.RECEIVING_HEAD), THEN).agreements[-1].agrees


def test_r55_both_separated_parents_agree_where_they_share_responsibility() -> None:
    """R55: as the form says, or as the officer finds out; otherwise one is asked."""
    case = agreed()
    assert missing(case, load("salford")) == []
    shared = after(case, found_out(shared_responsibility=True), THEN)
    assert refused(MEET, shared, THEN, "other parent") == "R55"
    assert after(after(shared, agreement(Party.OTHER_PARENT), THEN), MEET, THEN).stage is Stage.ARRANGED
    said = after(
        None, filing(at("2026-11-23 09:12"), referral({"parent2.responsibility": answered(value=True)}))
    )
    assert Party.OTHER_PARENT in [party for party, _ in missing(said, load("salford"))]


def test_r55_nobody_is_asked_whose_agreement_is_not_needed() -> None:
    """R55, R4: no Virtual School Head for a child who is not looked after; none before a school is proposed."""
    assert (
        refused(agreement(Party.VIRTUAL_SCHOOL_HEAD), gathering(), THEN, "is not asked for", NotNow) == "R55"
    )
    assert refused(agreement(Party.PARENT), recommended(), THEN, "No receiving school", NotNow) == "R55"
    twice = agreement(Party.PARENT)
    assert refused(twice, agreed(), THEN, "recorded already", NotNow) == "R55"
    assert refused(agreement(Party.PARENT, agrees=False), agreed(), THEN, "withdraw", NotNow) == "R55"


def test_r55_agreement_to_one_school_is_none_to_another() -> None:
    """R55: the head of the *proposed* school; another proposal begins anew, and an arranged meeting falls."""
    other = proposal(school={"urn": "999110", "name": "Marsh Lane Academy"})
    case, events = events_of(other, arranged(), when("2026-12-17 10:00"))
    assert one(events, SchoolProposed).school.name == "Marsh Lane Academy"
    assert (case.stage, case.initial_meeting) == (Stage.GATHERING, None)
    assert [party for party, _ in missing(case, load("salford"))] == list(PARTIES)


def test_r57_who_explained_the_move_is_asked_for_and_never_a_bar() -> None:
    """R57: a prompt to the officer; the agreement stands."""
    silent = after(gathering(), agreement(Party.PARENT, explained_by=""), THEN)
    assert silent.attention == ("not_explained",)
    told = agreement(Party.PARENT, explained_by="Pastoral Lead", explained_on=date(2026, 12, 11))
    case = after(gathering(), told, THEN)
    assert case.attention == ()
    assert (case.agreements[0].explained_by, case.agreements[0].explained_on) == (
        "Pastoral Lead",
        date(2026, 12, 11),
    )


# ---------------------------------------------------------------- withdrawal


def test_r55_an_agreement_is_withdrawn_before_a_start() -> None:
    """R55: an arranged meeting falls and the agreements are gathered again."""
    case, events = events_of(withdrawal(Party.PARENT), arranged(), when("2026-12-16 16:00"))
    event = one(events, AgreementWithdrawn)
    assert (event.consequence, event.rule) == (Consequence.GATHERING, "R55")
    assert (case.stage, case.initial_meeting) == (Stage.GATHERING, None)
    assert case.agreements[0].withdrawn == date(2026, 12, 14)
    assert "agreement_withdrawn" in case.attention
    assert refused(start(), case, when("2027-01-11 09:00"), "agreement of the parent") == "R55"


def test_r55_an_agreement_withdrawn_in_a_placement_stops_what_follows() -> None:
    """R51, R55: no final meeting and no permanent place; the officer looks at it, and nobody is sent home by a bot."""
    case, events = events_of(withdrawal(Party.CHILD, START), placed(), when("2027-01-11 16:00"))
    assert one(events, AgreementWithdrawn).consequence is Consequence.NO_FURTHER
    assert case.stage is Stage.PLACED
    final = final_meeting(date(2027, 5, 4))
    assert refused(final, case, when("2027-05-04 10:00"), "agreement of the child") == "R49"


def test_r55_what_does_not_stand_cannot_be_withdrawn() -> None:
    """Said in words."""
    assert refused(withdrawal(Party.PARENT), gathering(), THEN, "does not agree", NotNow) == "R55"


# ---------------------------------------------------------------- looked-after children


def test_r1_r3_r5_the_virtual_school_head_decides_after_all_were_heard() -> None:
    """R3: carers, social worker, Virtual School; R1: a reason all the same; R5: what supports the transition."""
    case = filed("2026-11-26 11:00", looked_after())
    yes = agreement(
        Party.VIRTUAL_SCHOOL_HEAD, on=date(2026, 11, 27), reason="She asked.", support="A mentor."
    )
    assert refused(yes, case, NOVEMBER, "carers, social worker, virtual school") == "R3"
    known = heard(case, NOVEMBER)
    assert refused(yes.model_copy(update={"reason": ""}), known, NOVEMBER, "strongly discouraged") == "R1"
    assert refused(yes.model_copy(update={"support": ""}), known, NOVEMBER, "transition") == "R5"
    assert after(known, yes, NOVEMBER).stage is Stage.READY


def test_r4_nothing_but_her_recorded_decision_opens_the_gate() -> None:
    """R4: neither the panel nor the officer; after it the case goes on, and a letter that says it again changes nothing."""
    case = filed("2026-11-26 11:00", looked_after())
    for command in (PUT, proposal(), start(), MEET):
        with pytest.raises((NotAllowed, NotNow)):
            events_of(command, case, when("2027-01-11 09:00"))
    opened = decided_by_the_head_of_the_virtual_school(case, NOVEMBER)
    assert (opened.stage, opened.holds, opened.gates) == (Stage.READY, (), (Hold.VIRTUAL_SCHOOL_HEAD,))
    again, events = events_of(correcting(at("2026-11-27 12:00"), looked_after()), opened, NOVEMBER)
    assert again.stage is Stage.READY
    assert not [event for event in events if isinstance(event, CaseHeld | LookedAfterChildReferred)]


def test_r4_her_no_keeps_it_shut() -> None:
    """R4: the final decision lies with her."""
    no = agreement(Party.VIRTUAL_SCHOOL_HEAD, on=date(2026, 11, 27), agrees=False)
    case = after(filed("2026-11-26 11:00", looked_after()), no, NOVEMBER)
    assert case.stage is Stage.HELD
    assert refused(PUT, case, NOVEMBER, "Virtual School Head") == "R4"


def test_r4_her_decision_withdrawn_shuts_the_gate_again() -> None:
    """R4: wherever the case stands; decided anew it goes on from there, and no panel sees it twice."""
    case = decided_by_the_head_of_the_virtual_school(filed("2026-11-23 11:00", looked_after()), NOVEMBER)
    case = after(case, PUT, NOVEMBER)
    case = after(case, recommendation(), when("2026-12-10 16:00"))
    case = after(case, proposal(), when("2026-12-11 10:00"))
    back, events = events_of(withdrawal(Party.VIRTUAL_SCHOOL_HEAD), case, THEN)
    event = one(events, AgreementWithdrawn)
    assert (event.consequence, event.restores) == (Consequence.HELD, Hold.VIRTUAL_SCHOOL_HEAD)
    assert (back.stage, back.holds) == (Stage.HELD, (Hold.VIRTUAL_SCHOOL_HEAD,))
    assert decided_by_the_head_of_the_virtual_school(back, THEN).stage is Stage.GATHERING


def test_r6_no_step_is_softened_for_a_looked_after_child() -> None:
    """R6: both schools apply the protocol rigorously: all four agree, and she does."""
    case = decided_by_the_head_of_the_virtual_school(filed("2026-11-23 11:00", looked_after()), NOVEMBER)
    parties = [party for party, _ in missing(case, load("salford"))]
    assert parties == list(PARTIES)


def test_r3_a_contribution_says_who_and_what() -> None:
    """R3: of a looked-after child; of no other."""
    case = filed("2026-11-26 11:00", looked_after())
    blank = contribution(Contributor.CARERS).model_copy(update={"says": " "})
    assert refused(blank, case, NOVEMBER, "Say who was heard") == "R3"
    command = contribution(Contributor.CARERS)
    assert refused(command, filed("2026-11-26 11:00"), NOVEMBER, "does not ask", NotNow) == "R3"


# ---------------------------------------------------------------- plans, and what nobody has asked


def test_r56_the_sen_caseworker_consents_and_the_plan_is_amended() -> None:
    """R56: consent opens the gate and sets a task; the permanent place waits for the amended plan."""
    yes = agreement(Party.SEN_CASEWORKER, on=date(2026, 11, 27))
    case = after(filed("2026-11-23 09:12", WITH_PLAN), yes, NOVEMBER)
    assert (case.stage, case.attention) == (Stage.READY, ("plan_to_amend",))
    amended = RecordPlanAmended(**BY, on=date(2026, 12, 14))
    assert after(case, amended, THEN).attention == ()
    held = filed("2026-11-23 09:12", WITH_PLAN)
    assert refused(amended, held, THEN, "has not consented") == "R56"
    assert refused(amended, gathering(), THEN, "no plan", NotNow) == "R56"


def test_r56_a_place_is_never_made_permanent_before_the_plan_is_amended() -> None:
    """R56: also when the plan is found out about in mid-placement."""
    now = when("2027-05-04 10:00")
    case = after(reviewed(), found_out(plan=True), now)
    assert case.stage is Stage.PLACED
    assert refused(final_meeting(date(2027, 5, 4)), case, now, "SEN caseworker") == "R56"
    case = after(case, agreement(Party.SEN_CASEWORKER, on=date(2027, 5, 4)), now)
    done = after(case, final_meeting(date(2027, 5, 4)), now)
    roll = RecordPermanentRoll(**BY, on=date(2027, 5, 4))
    assert refused(roll, done, now, "has not been amended") == "R56"
    amended = after(done, RecordPlanAmended(**BY, on=date(2027, 5, 4)), now)
    assert after(amended, roll, now).permanent is not None


def test_r4_what_nobody_has_asked_opens_no_gate() -> None:
    """R4, R56: their form does not ask; the officer finds out, and a yes shuts the gate and is told of (R2)."""
    unasked = referral({"pupil.looked_after": state("question_not_found")})
    case = recommended(unasked)
    assert case.attention == ("gate_not_asked",)
    assert refused(proposal(), case, when("2026-12-11 10:00"), "whether the child is looked after") == "R4"
    found, events = events_of(found_out(looked_after=True), case, when("2026-12-11 10:00"))
    assert [type(event) for event in events] == [StatusConfirmed, CaseHeld, LookedAfterChildReferred]
    assert (found.stage, found.attention) == (Stage.HELD, ())
    no = after(case, found_out(looked_after=False), when("2026-12-11 10:00"))
    assert after(no, proposal(), when("2026-12-11 10:00")).stage is Stage.GATHERING


def test_r4_a_no_that_was_found_out_opens_no_gate() -> None:
    """R4: the form said yes; only her decision opens it."""
    case = filed("2026-11-26 11:00", looked_after())
    assert after(case, found_out(looked_after=False), NOVEMBER).stage is Stage.HELD
    assert refused(found_out(), case, NOVEMBER, "Say what was found out") == "R26"


def test_r4_a_letter_shuts_the_gate_of_a_case_that_is_arranged() -> None:
    """R4: it is held, no start is recorded; decided, it stands where it stood, and the initial meeting still counts."""
    then = when("2026-12-17 10:00")
    held = after(arranged(), correcting(at("2026-12-17 09:00"), looked_after()), then)
    assert held.stage is Stage.HELD
    assert refused(start(), held, when("2027-01-11 09:00"), "Virtual School Head") == "R4"
    assert decided_by_the_head_of_the_virtual_school(held, then).stage is Stage.ARRANGED


def test_r52_nobodys_agreement_is_recorded_for_a_move_that_is_only_told_of() -> None:
    """R52: it is recorded as it is."""
    case = placed().model_copy(update={"kind": Kind.NOTIFIED})
    assert refused(agreement(Party.PARENT), case, when("2027-01-11 10:00"), "only recorded", NotNow) == "R42"
