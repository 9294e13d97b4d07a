"""Initial meeting, start, reviews, extension, success and credit, by rule (R16, R18, R28-R36, R42, R43, R50, R58-R63)."""

from datetime import date

import pytest

from store.errors import NotAllowed, NotNow
from store.protocol import Context, load
from store.protocol.agreements import Party, Shown
from store.protocol.case import Case, Stage
from store.protocol.commands import (
    AgreeExtension,
    ArrangeInitialMeeting,
    RecordDirectionNotice,
)
from store.protocol.events import (
    ExtensionSupported,
    InitialMeetingHeld,
    PlacementExtended,
    PlacementRecorded,
    Reportable,
    ReportedToPanel,
    ReviewHeld,
    SchoolProposed,
)
from store.protocol.exemption import EarlierMove
from store.protocol.placement import Attendance, Footing, Role
from tests.store.protocol.given import after, answered, filed, referral
from tests.store.protocol.moves import (
    ALL_THERE,
    BY,
    MET,
    START,
    agreed,
    arranged,
    events_of,
    gathering,
    initial_meeting,
    one,
    placed,
    proposal,
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


def test_the_notice_of_a_direction_is_recorded_once() -> None:
    """Domain 4.1: what was given, when."""
    notice = RecordDirectionNotice(**BY, given=date(2027, 1, 7))
    case = after(placed("norfolk"), notice, when("2027-01-11 10:00", "norfolk"))
    assert case.placement is not None
    assert case.placement.direction_notice == date(2027, 1, 7)
    again = when("2027-01-12 10:00", "norfolk")
    assert refused(notice, case, again, "waits for no such notice", NotNow) == "R53"
    assert gathering().placement is None
