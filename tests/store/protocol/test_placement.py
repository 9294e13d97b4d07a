"""Initial meeting, start, reviews, extension, success and credit, by rule (R16, R18, R28-R36, R42, R43, R50, R58-R63)."""

from datetime import date

import pytest

from store.errors import NotAllowed, NotNow
from store.protocol import Context, load
from store.protocol.agreements import Party, Shown
from store.protocol.case import Case, Kind, PanelOutcome, Pupil, Stage
from store.protocol.commands import (
    AgreeExtension,
    ArrangeInitialMeeting,
    CloseCase,
    FileOutOfBoroughReport,
    ProposeSchool,
    PutOnPanel,
    RecordDirectionNotice,
    RecordNotifiedMove,
    RecordPermanentRoll,
    ReportYearGroupFull,
    ReverseCredit,
)
from store.protocol.events import (
    CreditEntered,
    CreditReversed,
    ExtensionSupported,
    InitialMeetingHeld,
    LookedAfterChildReferred,
    MadePermanent,
    MoveSucceeded,
    PlacementExtended,
    PlacementRecorded,
    Reportable,
    ReportedToPanel,
    ReviewHeld,
    SchoolProposed,
    StatusConfirmed,
    YearGroupFull,
)
from store.protocol.exemption import EarlierMove
from store.protocol.placement import Attendance, Footing, Role
from tests.store.protocol.given import OFFICER, SCHOOL, after, answered, at, filed, referral
from tests.store.protocol.moves import (
    ALL_THERE,
    BY,
    CASTLE_PARK,
    MET,
    START,
    agreed,
    arranged,
    events_of,
    final_meeting,
    found_out,
    gathering,
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


# ---------------------------------------------------------------- the initial meeting


@pytest.mark.parametrize(
    ("left_out", "rule", "says"),
    [
        ("positives", "R32", "positive side"),
        ("expectations", "R32", "expectations"),
        ("own_policy", "R35", "own policy"),
        ("professionals", "R33", "other professionals"),
    ],
)
def test_r32_r33_r35_the_initial_meeting_goes_through_its_checklist(
    left_out: str, rule: str, says: str
) -> None:
    """R32: positives and expectations; R35: managed as one of their own; R33: others who can offer support."""
    case = after(agreed(), ArrangeInitialMeeting(**BY, on=MET), when("2026-12-14 10:00"))
    then = when("2026-12-16 16:00")
    assert refused(initial_meeting(**{left_out: False}), case, then, says) == rule
    assert one(events_of(initial_meeting(), case, then)[1], InitialMeetingHeld).rule == "R32"


def test_r32_the_initial_meeting_is_on_a_school_day_to_come_and_before_the_start() -> None:
    """R32: no start without it, none before it."""
    then = when("2026-12-14 10:00")
    for day, says in ((date(2026, 12, 11), "is over"), (date(2026, 12, 19), "no school day")):
        assert refused(ArrangeInitialMeeting(**BY, on=day), agreed(), then, says) == "R32"
    case = after(agreed(), ArrangeInitialMeeting(**BY, on=MET), then)
    assert refused(start(), case, when("2027-01-11 09:00"), "is not recorded", NotNow) == "R32"
    assert refused(initial_meeting(), case, then, "has not come yet") == "R32"
    early = start(date(2026, 12, 15))
    assert refused(early, arranged(), when("2026-12-16 16:00"), "a start follows it") == "R43"
    again = initial_meeting()
    assert refused(again, arranged(), when("2026-12-17 10:00"), "to be recorded", NotNow) == "R32"


# ---------------------------------------------------------------- the start


def test_r34_a_start_is_full_time_unless_there_is_a_reason() -> None:
    """R34: exceptional circumstances are said, and the officer looks; the reason stays out of the timeline."""
    now = when("2027-01-11 09:00")
    assert refused(start(full_time=False), arranged(), now, "needs its reason") == "R34"
    case, events = events_of(start(full_time=False, part_time_reason="A staged return."), arranged(), now)
    assert "part_time" in case.attention
    assert case.part_time_reason == "A staged return."
    assert "part_time_reason" in one(events, PlacementRecorded).private


def test_r55_the_start_is_at_the_school_that_all_agreed_to() -> None:
    """R49, R55: and at no other."""
    elsewhere = start(school={"name": "Marsh Lane Academy"})
    assert refused(elsewhere, arranged(), when("2027-01-11 09:00"), "Castle Park High is proposed") == "R55"


def test_r50_a_placement_ends_after_the_protocols_school_weeks() -> None:
    """R50: six school weeks are not 42 days (22 February); eight end on 12 March; Salford sets none."""
    assert [placed(name).placement.ends for name in ("southwark", "norfolk", "salford")] == [  # type: ignore[union-attr]
        FIRST_REVIEW,
        date(2027, 3, 12),
        None,
    ]
    backwards = start(ends=date(2027, 1, 8))
    assert refused(backwards, arranged(), when("2027-01-11 09:00"), "after it starts") == "R43"


def test_the_stage_has_its_lawful_label() -> None:
    """Domain 4.1: a trial in Salford and Southwark, an off-site direction in Norfolk, or as the officer says."""
    labels = {name: placed(name).placement.footing for name in ("salford", "southwark", "norfolk")}  # type: ignore[union-attr]
    assert labels == {
        "salford": Footing.TRIAL,
        "southwark": Footing.TRIAL,
        "norfolk": Footing.DIRECTION,
    }
    case = placed(footing=Footing.DIRECTION, direction_notice=date(2027, 1, 5))
    assert case.placement is not None
    assert case.placement.footing is Footing.DIRECTION


def test_r60_a_placement_longer_than_a_term_is_looked_at() -> None:
    """R60: the spring term has 88 days from start to end (5 January to 2 April): 87 are not longer, 88 are."""
    short = placed("southwark", ends=date(2027, 4, 8))
    long = placed("southwark", ends=date(2027, 4, 9))
    assert "longer_than_a_term" not in short.attention
    assert "longer_than_a_term" in long.attention


def test_r42_every_start_goes_before_the_panel() -> None:
    """R42: at its next meeting, for scrutiny and challenge."""
    event = one(events_of(start(), arranged(), when("2027-01-11 09:00"))[1], ReportedToPanel)
    assert (event.what, event.panel, event.rule) == (Reportable.PLACEMENT, date(2027, 1, 14), "R42")


def test_r16_repeated_and_recent_moves_are_warned_of() -> None:
    """R16: not moved on from school to school: by the form, or by earlier cases; the year is counted from today."""
    said = filed("2026-11-23 09:12", referral({"record.previous_move": answered(value=True)}))
    assert said.attention == ("repeat_move",)
    now = "2026-12-11 10:00"
    for began, codes in (
        (date(2025, 12, 11), ("repeat_move", "moved_within_12_months")),
        (date(2025, 12, 10), ("repeat_move",)),
    ):
        where = when(now, earlier=(EarlierMove(reference="MM-25-0009", start=began),))
        assert one(events_of(proposal(), recommended(), where)[1], SchoolProposed).attention == codes
    own = when(now, earlier=(EarlierMove(reference="MM-26-0001", start=date(2026, 1, 12)),))
    assert one(events_of(proposal(), recommended(), own)[1], SchoolProposed).attention == ()


# ---------------------------------------------------------------- reviews


def test_r29_a_review_is_attended_by_all_or_says_why_not() -> None:
    """R29: both schools, officer, pupil, parents; one person cannot block for ever, a reason can be given."""
    now = when("2027-02-26 16:00")
    missing = tuple(each for each in ALL_THERE if each.role is not Role.PARENTS)
    absent = (*missing, Attendance(role=Role.PARENTS, present=False))
    excused = (*missing, Attendance(role=Role.PARENTS, present=False, reason="Ill; told by telephone."))
    assert refused(review(FIRST_REVIEW, attendance=missing), placed(), now, "whether the parents") == "R29"
    assert refused(review(FIRST_REVIEW, attendance=absent), placed(), now, "why the parents") == "R29"
    case, events = events_of(review(FIRST_REVIEW, attendance=excused), placed(), now)
    assert one(events, ReviewHeld).of == FIRST_REVIEW
    assert case.reviews[0].attendance == excused


@pytest.mark.parametrize(
    ("blank", "rule"),
    [("record", "R30"), ("pupil_views", "R63"), ("family_views", "R63"), ("best_interests", "R61")],
)
@pytest.mark.parametrize("protocol", ["salford", "southwark"])
def test_r30_r61_r63_a_review_without_record_views_or_reason_is_refused(
    protocol: str, blank: str, rule: str
) -> None:
    """R30: agreed documentation (Salford); R63: views of child and family at every review; R61: best interests."""
    now = when("2027-02-26 16:00", protocol)
    command = review(FIRST_REVIEW, **{blank: "  "})
    if (protocol, blank) == ("southwark", "record"):
        assert after(placed(protocol), command, now).reviews
    else:
        assert refused(command, placed(protocol), now, "missing|Say") == rule


def test_r28_each_planned_review_is_recorded_once() -> None:
    """R28: the first still open unless one is named; then none is left."""
    case = reviewed()
    assert [each.of for each in case.reviews] == [FIRST_REVIEW, TWELVE_WEEKS]
    assert refused(review(TWELVE_WEEKS), case, MAY, "still to be recorded", NotNow) == "R29"
    second = review(date(2027, 4, 26), of=TWELVE_WEEKS)
    assert after(placed(), second, MAY).reviews[0].of == TWELVE_WEEKS
    assert refused(review(START, of=START), placed(), MAY, "No review is planned") == "R29"
    assert refused(review(FIRST_REVIEW), placed(), when("2027-02-25 10:00"), "not come yet") == "R29"


# ---------------------------------------------------------------- extension


def extension(head: Party, until: date = date(2027, 5, 28), **more: object) -> AgreeExtension:
    said: dict[str, object] = {"who": f"the {head}", "on": date(2027, 4, 20), "shown": Shown.LETTER}
    return AgreeExtension(**BY, head=head, until=until, **{**said, **more})


APRIL = when("2027-04-20 10:00")


def test_r43_one_head_is_not_agreement_and_two_are() -> None:
    """R43: agreed by both heads, to the same day, and reported to the panel without anybody asking."""
    one_head, first = events_of(extension(Party.HOME_HEAD), placed(), APRIL)
    assert [type(event) for event in first] == [ExtensionSupported]
    assert one_head.stage is Stage.PLACED
    both, second = events_of(extension(Party.RECEIVING_HEAD), one_head, APRIL)
    assert [type(event) for event in second] == [ExtensionSupported, PlacementExtended, ReportedToPanel]
    reported = one(second, ReportedToPanel)
    assert (reported.what, reported.rule, reported.panel) == (Reportable.EXTENSION, "R43", date(2027, 4, 29))
    assert both.stage is Stage.EXTENDED
    assert both.placement is not None
    assert (both.placement.ends, both.placement.reviews[-1]) == (date(2027, 5, 28), date(2027, 5, 28))


def test_r43_heads_agree_to_one_day() -> None:
    """R43: two heads who name two days have not agreed."""
    case = after(placed(), extension(Party.HOME_HEAD), APRIL)
    other = after(case, extension(Party.RECEIVING_HEAD, until=date(2027, 6, 11)), APRIL)
    assert other.stage is Stage.PLACED
    assert after(other, extension(Party.HOME_HEAD, until=date(2027, 6, 11)), APRIL).stage is Stage.EXTENDED


def test_r43_what_is_no_extension_is_refused() -> None:
    """R43: heads alone decide; each once; later than now; named; and only where the protocol has extensions."""
    assert refused(extension(Party.PARENT), placed(), APRIL, "does not decide") == "R43"
    assert refused(extension(Party.HOME_HEAD, until=START), placed(), APRIL, "ends later") == "R43"
    assert refused(extension(Party.HOME_HEAD, who=""), placed(), APRIL, "Say who") == "R43"
    once = after(placed(), extension(Party.HOME_HEAD), APRIL)
    assert refused(extension(Party.HOME_HEAD), once, APRIL, "already", NotNow) == "R43"
    southwark = when("2027-02-22 10:00", "southwark")
    assert refused(extension(Party.HOME_HEAD), placed("southwark"), southwark, "no extension") == "R54"


def test_r43_the_longest_placement_is_the_protocols() -> None:
    """Norfolk's "at most": with a bound of 12 weeks, 27 April is allowed and 28 April is not."""
    salford = load("salford")
    assert salford.extension is not None
    bound = salford.extension.model_copy(update={"longest_weeks": 12})
    where = when("2027-04-20 10:00", salford.model_copy(update={"extension": bound}))
    assert after(placed(), extension(Party.HOME_HEAD, until=TWELVE_WEEKS), where).heads_words
    too_long = extension(Party.HOME_HEAD, until=date(2027, 4, 28))
    assert refused(too_long, placed(), where, "ends on 27 April 2027") == "R43"


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
    assert one(events, PlacementRecorded).rule == "R52"
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


def test_the_notice_of_a_direction_is_recorded_once() -> None:
    """Domain 4.1: what was given, when."""
    notice = RecordDirectionNotice(**BY, given=date(2027, 1, 7))
    case = after(placed("norfolk"), notice, when("2027-01-11 10:00", "norfolk"))
    assert case.placement is not None
    assert case.placement.direction_notice == date(2027, 1, 7)
    again = when("2027-01-12 10:00", "norfolk")
    assert refused(notice, case, again, "waits for no such notice", NotNow) == "R53"
    assert gathering().placement is None
