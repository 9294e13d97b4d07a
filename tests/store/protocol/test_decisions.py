"""What each command does to a case, and what is refused, by rule."""

from datetime import date

import pytest

from store.errors import NoSuchCase, NotAllowed, NotNow, StaleCase
from store.protocol import Context, decide, evolve, load, refusal
from store.protocol.case import Actor, Case, Hold, Kind, Referral, School, Stage
from store.protocol.commands import (
    AskSchool,
    Command,
    FileOutOfBoroughReport,
    MoveToNextPanel,
    PutOnPanel,
    RecordCrisis,
    RecordPlacement,
    Remind,
)
from store.protocol.decisions import ROUTES
from store.protocol.events import (
    CaseHeld,
    CaseOpened,
    CrisisRecorded,
    Event,
    LookedAfterChildReferred,
    Moved,
    PanelMoved,
    PlacementRecorded,
    PutOnAgenda,
    ReferralAssessed,
    ReferralCorrected,
    SchoolAsked,
)
from store.protocol.evolution import CHANGES
from store.protocol.life import MOVES, OPENINGS
from tests.store.protocol.given import (
    OFFICER,
    PANELS,
    SCHOOL,
    after,
    answered,
    at,
    context,
    correcting,
    filed,
    filing,
    pupil,
    referral,
    salford,
    state,
    told,
)
from tests.store.protocol.moves import arranged, when

REF = "MM-26-0001"
CASTLE_PARK = School(urn="999107", name="Castle Park High")
PUT = PutOnPanel(reference=REF, by=OFFICER)
ASK = AskSchool(reference=REF, by=OFFICER)
CRISIS = RecordCrisis(reference=REF, by=OFFICER, why="Incident", when=at("2026-12-02 14:00"))
LOOKED_AFTER = referral({"pupil.looked_after": answered(value=True)})
WITH_PLAN = referral({"send.ehcp": answered(value=True)})
AGREES_NOT = referral({"parent.agrees": answered(value=False)})
INCOMPLETE = referral(without=("pupil.views",))


def placing(start: date = date(2027, 1, 18), **more: object) -> RecordPlacement:
    return RecordPlacement(reference=REF, by=OFFICER, school=CASTLE_PARK, start=start, **more)


def on_agenda() -> Case:
    return after(filed("2026-11-23 09:12"), PUT)


def kinds(events: list[Event]) -> list[type]:
    return [type(event) for event in events]


# ---------------------------------------------------------------- the tables are whole


def test_every_command_has_its_route_and_its_move() -> None:
    """Nothing can be asked that the tables do not show."""
    commands = set(Command.__args__)
    assert set(ROUTES) == commands
    assert set(MOVES) | set(OPENINGS) == commands


def test_every_event_changes_a_case_by_the_table() -> None:
    """Nothing can happen that the table of changes does not know."""
    assert set(CHANGES) | {CaseOpened} == set(Event.__args__)


# ---------------------------------------------------------------- letters


def test_r14_a_referral_opens_a_case_and_is_assessed() -> None:
    """R14, R26: opened under the protocol's version, from the verified contact, with its letter and thread."""
    events = decide(
        filing(at("2026-11-23 09:12"), contact="a@b.example", message_id="<1@b>"), None, context()
    )
    case = told(None, events)
    assert kinds(events) == [CaseOpened, ReferralAssessed]
    assert (case.protocol, case.contact, case.letters, case.message_ids) == (
        "salford/1",
        "a@b.example",
        (1,),
        ("<1@b>",),
    )


def test_r2_a_looked_after_child_is_told_of_once() -> None:
    """R2: on receipt; a correction that repeats it tells nobody again."""
    case = after(None, filing(at("2026-11-26 11:00"), LOOKED_AFTER))
    again = decide(correcting(at("2026-11-27 11:00"), LOOKED_AFTER), case, context())
    assert kinds(again) == [ReferralCorrected, ReferralAssessed]


def test_r2_a_correction_that_first_says_so_is_told_of() -> None:
    """R2, R4: the correction holds the case, even one on an agenda."""
    events = decide(correcting(at("2026-12-03 11:00"), LOOKED_AFTER), on_agenda(), context())
    case = told(on_agenda(), events)
    assert kinds(events) == [ReferralCorrected, CaseHeld, LookedAfterChildReferred, ReferralAssessed]
    assert case.stage is Stage.HELD


def test_r4_a_letter_never_lifts_a_hold() -> None:
    """R4: a later form says No; the hold stands until the recorded decision, and the officer is told."""
    case = after(filed("2026-11-26 11:00", LOOKED_AFTER), correcting(at("2026-11-27 11:00"), referral()))
    assert case.holds == (Hold.VIRTUAL_SCHOOL_HEAD,)
    assert case.attention == ("gate_changed",)


def test_r4_a_case_is_held_even_while_it_is_incomplete() -> None:
    """R4: gaps are closed first, and the hold is there all along."""
    said = referral({"pupil.looked_after": answered(value=True)}, without=("pupil.views",))
    case = filed("2026-11-26 11:00", said)
    assert (case.stage, case.holds) == (Stage.INCOMPLETE, (Hold.VIRTUAL_SCHOOL_HEAD,))
    assert after(case, correcting(at("2026-11-27 11:00"), LOOKED_AFTER)).stage is Stage.HELD


def test_r4_a_doubtful_mark_does_not_tell_the_virtual_school_but_stops_the_case() -> None:
    """R2, R4: a mark that a person must confirm is a gap."""
    said = referral({"pupil.looked_after": answered(value=True, sure=False)})
    case = filed("2026-11-26 11:00", said)
    assert (case.stage, case.holds, case.attention) == (Stage.INCOMPLETE, (), ("look_at_form",))


@pytest.mark.parametrize("field", ["pupil.looked_after", "send.ehcp", "parent.agrees"])
def test_a_form_that_does_not_ask_about_a_gate_is_put_before_the_officer(field: str) -> None:
    """R4, R56, R55: the gate rests on the answer; nobody may think that there was one."""
    case = filed("2026-11-26 11:00", referral({field: state("question_not_found")}))
    assert case.attention == ("gate_not_asked",)


def test_a_question_not_on_their_form_is_asked_for_once() -> None:
    """R26: in the first answer; a correction on the same form does not bring it up again."""
    said = referral({"pupil.views": state("question_not_found")})
    first = filed("2026-11-26 11:00", said)
    second = after(first, correcting(at("2026-11-27 11:00"), said))
    third = after(second, correcting(at("2026-11-28 11:00"), said))
    assert [len(case.gaps) for case in (first, second, third)] == [1, 0, 0]


def test_a_correction_keeps_thread_letters_and_what_came_before() -> None:
    """History is kept: letters, Message-IDs, the codes that came with letters."""
    case = after(
        None, filing(at("2026-11-25 08:30"), INCOMPLETE, message_id="<1@b>", attention=("unknown_form",))
    )
    more = correcting(at("2026-12-01 16:05"), referral(), message_id="<2@b>", contact="c@b.example")
    joined = after(case, more)
    assert (joined.letters, joined.message_ids) == ((1, 2), ("<1@b>", "<2@b>"))
    assert (joined.contact, joined.attention) == ("c@b.example", ("unknown_form",))


def test_a_correction_about_another_pupil_is_refused() -> None:
    """On conflict of identity the officer is asked; the case of another child is never touched."""
    other = pupil(surname="Winterbourne", forename="Perdita", upn="T999410421987")
    with pytest.raises(NotAllowed, match="about the pupil of MM-26-0001"):
        decide(correcting(at("2026-12-01 16:05"), referral(), pupil=other), on_agenda(), context())


def test_a_correction_that_refuses_takes_the_case_off_its_agenda() -> None:
    """R55, R57: the parent withdraws agreement: nothing goes to a panel."""
    case = after(on_agenda(), correcting(at("2026-12-03 11:00"), AGREES_NOT))
    assert (case.stage, case.completed) == (Stage.INCOMPLETE, None)


def test_a_correction_that_leaves_it_complete_leaves_it_on_its_agenda() -> None:
    """A better answer after the deadline moves nothing."""
    case = after(on_agenda(), correcting(at("2026-12-03 11:00"), referral()))
    assert (case.stage, case.panel) == (Stage.ON_AGENDA, date(2026, 12, 10))


def test_a_form_of_which_nothing_was_read_is_never_ready() -> None:
    """An unknown form makes a case for a person, not a complete referral."""
    case = filed("2026-11-23 09:12", Referral())
    assert case.stage is Stage.INCOMPLETE
    assert "look_at_form" in case.attention


# ---------------------------------------------------------------- put on panel


def test_r15_a_ready_case_goes_on_the_agenda() -> None:
    """R15: the officer puts it there; the timeline says who."""
    (event,) = decide(PUT, filed("2026-11-23 09:12"), context())
    assert isinstance(event, PutOnAgenda)
    assert (event.panel, event.by, event.rule) == (date(2026, 12, 10), OFFICER, "R15")
    assert on_agenda().stage is Stage.ON_AGENDA


@pytest.mark.parametrize(
    ("said", "rule", "sentence"),
    [
        (LOOKED_AFTER, "R4", "waits for the recorded decision of the Virtual School Head"),
        (WITH_PLAN, "R56", "waits for the recorded consent of the SEN caseworker"),
        (AGREES_NOT, "R55", "has not agreed"),
        (INCOMPLETE, "R63", "1 answer that it must have is still open"),
    ],
)
def test_what_keeps_a_case_from_a_panel(said: Referral, rule: str, sentence: str) -> None:
    """R4, R56, R55, R26: refused with the rule, its source and a plain sentence."""
    with pytest.raises(NotAllowed, match=sentence) as caught:
        decide(PUT, filed("2026-11-24 10:00", said), context())
    assert caught.value.rule == rule
    assert caught.value.source


@pytest.mark.parametrize("role", ["system", "panel member", "administrator"])
def test_r14_nobody_but_the_officer_decides(role: str) -> None:
    """R14: the bot least of all."""
    somebody = Actor(id="U2", name="Somebody", role=role)
    for command in (PUT, ASK, CRISIS, placing()):
        with pytest.raises(NotAllowed, match="Complex Case Officer"):
            decide(command.model_copy(update={"by": somebody}), filed("2026-11-24 10:00"), context())


def test_a_second_click_is_harmless() -> None:
    """The case version that the button carried is no longer the case's."""
    case = filed("2026-11-23 09:12")
    click = PutOnPanel(reference=REF, by=OFFICER, version=case.version)
    with pytest.raises(StaleCase):
        decide(click, after(case, click), context())


def test_a_case_on_the_agenda_is_not_put_there_again() -> None:
    """Said in words."""
    with pytest.raises(NotNow, match="is on the agenda of its panel, so one cannot put on panel"):
        decide(PUT, on_agenda(), context())


def test_without_a_panel_date_nothing_is_put_on_one() -> None:
    """The officer is told what to do."""
    where = context(panels=PANELS[:2])
    with pytest.raises(NotNow, match="Add the next dates"):
        decide(PUT, filed("2026-12-03 08:55", where=where), where)


def test_a_panel_that_has_met_takes_no_more() -> None:
    """R15: it goes to the next one first."""
    with pytest.raises(NotNow, match="The panel of 10 December 2026 has met"):
        decide(PUT, filed("2026-11-23 09:12"), context(at("2026-12-11 00:00")))


# ---------------------------------------------------------------- crisis


def test_r21_a_crisis_is_recorded_with_who_why_and_when() -> None:
    """R21: and a late case comes on the earlier panel; the school is not acknowledged a second time."""
    case = filed("2026-12-03 08:55")
    events = decide(CRISIS, case, context())
    assert kinds(events) == [CrisisRecorded, ReferralAssessed, PanelMoved]
    moved = events[2]
    assert isinstance(moved, PanelMoved)
    assert (moved.was, moved.panel, moved.why, moved.rule) == (
        date(2027, 1, 14),
        date(2026, 12, 10),
        Moved.CRISIS,
        "R21",
    )
    assert isinstance(events[1], ReferralAssessed)
    assert not events[1].acknowledge
    crisis = told(case, events).crisis
    assert crisis is not None
    assert (crisis.who, crisis.why, crisis.when) == ("Ines Marlow", "Incident", at("2026-12-02 14:00"))


@pytest.mark.parametrize("said", [LOOKED_AFTER, WITH_PLAN, AGREES_NOT])
def test_r21_a_crisis_opens_no_gate(said: Referral) -> None:
    """R4, R56, R55: neither care, nor plan, nor consent."""
    case = after(filed("2026-12-03 08:55", said), CRISIS)
    with pytest.raises(NotAllowed):
        decide(PUT, case, context())


def test_r21_a_crisis_makes_up_for_the_evidence_before_referral() -> None:
    """R21: complete from the moment at which it is recorded."""
    case = after(filed("2026-12-03 08:55", referral(interventions=())), CRISIS)
    assert (case.stage, case.completed) == (Stage.READY, context().now)


@pytest.mark.parametrize(
    ("command", "says"),
    [
        (CRISIS.model_copy(update={"why": "  "}), "Say why"),
        (CRISIS.model_copy(update={"when": at("2026-12-04 09:00")}), "future"),
    ],
)
def test_r21_a_crisis_without_why_or_from_the_future_is_refused(command: RecordCrisis, says: str) -> None:
    """R21: who, why, when."""
    with pytest.raises(NotAllowed, match=says):
        decide(command, filed("2026-12-03 08:55"), context())


def test_r21_a_crisis_is_recorded_once() -> None:
    """R21: the second time is told so."""
    with pytest.raises(NotNow, match="already"):
        decide(CRISIS, after(filed("2026-12-03 08:55"), CRISIS), context())


def test_a_crisis_on_an_agenda_comes_on_an_earlier_panel_by_the_officers_hand() -> None:
    """R21: bound for an earlier panel it leaves its agenda and waits to be put on the other."""
    late = after(filed("2026-12-03 08:55"), PUT)
    assert (late.stage, late.panel) == (Stage.ON_AGENDA, date(2027, 1, 14))
    sooner = after(late, CRISIS)
    assert (sooner.stage, sooner.panel) == (Stage.READY, date(2026, 12, 10))


# ---------------------------------------------------------------- asking, moving on


def test_r26_each_asking_is_one_letter() -> None:
    """The serial is the version at which it was asked, and asking makes the next version."""
    case = filed("2026-11-25 08:30", INCOMPLETE)
    (first,) = decide(ASK, case, context())
    (second,) = decide(ASK, told(case, [first]), context())
    assert isinstance(first, SchoolAsked)
    assert isinstance(second, SchoolAsked)
    assert (first.serial, second.serial) == (case.version, case.version + 1)


def test_there_must_be_something_to_ask() -> None:
    """A complete referral needs no letter."""
    with pytest.raises(NotNow, match="Nothing is missing"):
        decide(ASK, filed("2026-11-23 09:12"), context())


def test_r27_an_incomplete_referral_moves_when_the_deadline_has_passed() -> None:
    """R27: the instant after the deadline, and not before."""
    early = context(at("2026-11-25 09:00"))
    case = filed("2026-11-25 08:30", INCOMPLETE, early)
    assert case.panel == date(2026, 12, 10)
    assert decide(MoveToNextPanel(reference=REF), case, context(at("2026-12-02 23:59:59"))) == []
    (moved,) = decide(MoveToNextPanel(reference=REF), case, context(at("2026-12-03 00:00:00")))
    assert isinstance(moved, PanelMoved)
    assert (moved.was, moved.panel, moved.why, moved.rule) == (
        date(2026, 12, 10),
        date(2027, 1, 14),
        Moved.INCOMPLETE,
        "R27",
    )
    assert told(case, [moved]).deadline == at("2027-01-06 23:59:59.999999")


def test_r27_moving_twice_moves_once() -> None:
    """A tick that comes again finds nothing to do."""
    where = context(at("2026-12-03 00:00:00"))
    case = filed("2026-11-25 08:30", INCOMPLETE, context(at("2026-11-25 09:00")))
    assert (
        decide(MoveToNextPanel(reference=REF), after(case, MoveToNextPanel(reference=REF), where), where)
        == []
    )


def test_a_complete_case_does_not_move_at_the_deadline_but_after_its_panel() -> None:
    """R4: held, its date is kept until the panel has met; then it goes to the next, and says why."""
    case = filed("2026-11-26 11:00", LOOKED_AFTER)
    assert decide(MoveToNextPanel(reference=REF), case, context(at("2026-12-10 23:59"))) == []
    (moved,) = decide(MoveToNextPanel(reference=REF), case, context(at("2026-12-11 00:00")))
    assert isinstance(moved, PanelMoved)
    assert (moved.panel, moved.why, moved.rule) == (date(2027, 1, 14), Moved.NOT_PUT, "R4")


def test_a_case_on_an_agenda_never_moves_by_itself() -> None:
    """R15: what the panel has before it is the panel's."""
    assert decide(MoveToNextPanel(reference=REF), on_agenda(), context(at("2026-12-20 09:00"))) == []


def test_a_case_without_a_panel_moves_when_a_date_is_known() -> None:
    """New dates are added; the case takes the first that fits, and no longer asks for one."""
    case = filed("2026-12-03 08:55", where=context(panels=PANELS[:2]))
    moved = after(case, MoveToNextPanel(reference=REF))
    assert (moved.panel, moved.attention) == (date(2027, 1, 14), ())


def test_a_case_whose_panel_was_called_off_moves_to_the_next() -> None:
    """The panel of 10 December is no longer among the dates; it came in time for any later one."""
    where = context(panels=(date(2026, 11, 5), *PANELS[2:]))
    for said in (referral(), LOOKED_AFTER):
        (moved,) = decide(MoveToNextPanel(reference=REF), filed("2026-11-23 09:12", said), where)
        assert isinstance(moved, PanelMoved)
        assert (moved.panel, moved.why, moved.rule) == (date(2027, 1, 14), Moved.NEW_DATE, "R15")


# ---------------------------------------------------------------- placement


def test_r28_a_placement_has_its_reviews_in_school_weeks() -> None:
    """R28, R29: after 6 and 12 school weeks from 18 January 2027: 5 March; then 25 more days and bank holidays."""
    case = after(arranged(), placing(), context(at("2027-01-18 09:00")))
    assert case.stage is Stage.PLACED
    assert case.placement is not None
    # 8-25 March is 14 days (Good Friday closed), 30 March-2 April 4, 19-30 April 10: 28; then 4 and 5 May (May Day closed).
    assert case.placement.reviews == (date(2027, 3, 5), date(2027, 5, 5))


def test_a_review_past_the_known_terms_is_put_before_the_officer() -> None:
    """The date is worked out, and marked."""
    event, *_ = decide(placing(date(2027, 7, 1)), arranged(), context(at("2027-07-01 09:00")))
    assert isinstance(event, PlacementRecorded)
    assert event.attention == ("beyond_known_terms",)


def test_r15_no_placement_before_the_panel() -> None:
    """R15: the panel considers and recommends first."""
    with pytest.raises(NotNow, match="goes to the panel of 10 December 2026"):
        decide(placing(), on_agenda(), context(at("2026-12-09 09:00")))
    with pytest.raises(NotNow, match="goes to the panel of 10 December 2026"):
        decide(placing(date(2026, 12, 9)), on_agenda(), context(at("2026-12-11 09:00")))
    with pytest.raises(NotNow, match="has not been on the agenda"):
        decide(placing(), filed("2026-11-23 09:12"), context())


def test_southwark_places_without_a_panel() -> None:
    """R49, R50: two schools and the family agree; the review falls at the end of six school weeks."""
    where = context(protocol=load("southwark"))
    case = after(None, filing(at("2026-11-23 09:12")), where)
    assert (case.stage, case.panel, case.attention) == (Stage.READY, None, ())
    placed = after(arranged("southwark"), placing(), when("2027-01-18 09:00", "southwark"))
    assert placed.placement is not None
    assert placed.placement.reviews == (date(2027, 3, 5),)


@pytest.mark.parametrize(
    ("command", "says"),
    [
        (PUT, "has no panel"),
        (CRISIS, "no exception for a crisis"),
        (
            FileOutOfBoroughReport(letter=1, received=at("2026-11-23 09:12"), home_school=SCHOOL),
            "out-of-borough",
        ),
    ],
)
def test_southwark_knows_no_panel_no_crisis_and_no_out_of_borough_report(command: Command, says: str) -> None:
    """R52: what Salford's protocol has, Southwark's does not; the refusal cites Southwark's own."""
    where = context(protocol=load("southwark"))
    case = (
        None
        if isinstance(command, FileOutOfBoroughReport)
        else after(None, filing(at("2026-11-23 09:12")), where)
    )
    with pytest.raises(NotAllowed, match=says) as caught:
        decide(command, case, where)
    assert caught.value.source.startswith("Southwark")


def test_r56_southwark_holds_a_plan() -> None:
    """R56: there too the SEN caseworker must consent."""
    where = context(protocol=load("southwark"))
    case = after(None, filing(at("2026-11-23 09:12"), WITH_PLAN), where)
    with pytest.raises(NotAllowed, match="SEN caseworker"):
        decide(placing(), case, where)


# ---------------------------------------------------------------- out of borough, odds


def test_r46_an_out_of_borough_case_goes_on_an_agenda_and_takes_no_form() -> None:
    """R46: it rests on a head's written report."""
    report = FileOutOfBoroughReport(letter=9, received=at("2026-11-25 12:40"), home_school=SCHOOL)
    case = after(None, report)
    assert case.kind is Kind.OUT_OF_BOROUGH
    assert after(case, PUT).stage is Stage.ON_AGENDA
    with pytest.raises(NotNow, match="written report"):
        decide(correcting(at("2026-11-26 09:00"), referral()), case, context())
    with pytest.raises(NotNow, match="written report"):
        decide(CRISIS, case, context())


def test_a_command_for_no_case_says_so() -> None:
    """There is no case with this reference."""
    with pytest.raises(NoSuchCase):
        decide(PUT, None, context())


def test_a_case_is_opened_once() -> None:
    """Opening over an existing case is refused; a new case needs a reference."""
    with pytest.raises(NotNow):
        decide(filing(at("2026-11-23 09:12")), on_agenda(), context())
    where = context()
    with pytest.raises(ValueError, match="reference"):
        decide(
            filing(at("2026-11-23 09:12")),
            None,
            Context(where.protocol, where.calendar, where.panels, where.now),
        )


def test_a_refusal_can_be_asked_for_without_trying() -> None:
    """Buttons are drawn from the same table that refuses."""
    assert refusal(PUT, filed("2026-11-23 09:12"), context()) is None
    refused = refusal(PUT, filed("2026-11-26 11:00", LOOKED_AFTER), context())
    assert isinstance(refused, NotAllowed)


def test_a_reminder_of_nothing_is_silent() -> None:
    """What is not in the diary leads to no event."""
    command = Remind(reference=REF, kind="deadline reminder", on=at("2026-11-30 09:00"))
    assert decide(command, on_agenda(), context()) == []


def test_r4_a_hold_set_under_another_protocol_stands_all_the_same() -> None:
    """R4: a version of the protocol that no longer names the gate does not open it."""
    protocol = salford().model_copy(update={"hold": ()})
    case = filed("2026-11-26 11:00", LOOKED_AFTER)
    with pytest.raises(NotAllowed, match="Virtual School Head"):
        decide(PUT, case, context(protocol=protocol))


def test_a_protocol_without_reviews_places_without_any() -> None:
    """R28: the review set is the protocol's, also when it is empty."""
    protocol = salford().model_copy(update={"reviews": None})
    case = after(arranged(), placing(), context(at("2027-01-18 09:00"), protocol=protocol))
    assert case.placement is not None
    assert case.placement.reviews == ()


def test_the_time_of_a_decision_is_aware() -> None:
    """A time without a zone is refused where it enters."""
    with pytest.raises(ValueError, match="aware"):
        context(at("2026-12-03 17:00").replace(tzinfo=None))


def test_an_event_needs_its_case() -> None:
    """Only an opening stands at the beginning."""
    (event,) = decide(PUT, filed("2026-11-23 09:12"), context())
    with pytest.raises(NoSuchCase):
        evolve(None, event)
