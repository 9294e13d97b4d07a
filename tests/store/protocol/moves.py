"""Short ways through the life of a move: a case is taken to a stage by the commands that lead there, and by no other."""

from datetime import date

from store.protocol import Context, Protocol, decide, load
from store.protocol.agreements import Contributor, Party, Shown, Status
from store.protocol.case import Case, Hold, PanelOutcome, Referral, School
from store.protocol.commands import (
    ArrangeInitialMeeting,
    Command,
    ConfirmStatus,
    ProposeSchool,
    PutOnPanel,
    RecordAgreement,
    RecordContribution,
    RecordFailure,
    RecordFinalMeeting,
    RecordInitialMeeting,
    RecordPlacement,
    RecordRecommendation,
    RecordReview,
)
from store.protocol.events import Event
from store.protocol.gathering import missing
from store.protocol.placement import Attendance, Role
from tests.store.protocol.given import OFFICER, after, at, calendar, context, filing, referral, told

REF = "MM-26-0001"
CASTLE_PARK = School(urn="999107", name="Castle Park High")
BY = {"reference": REF, "by": OFFICER}
PANEL = date(2026, 12, 10)
AGREED = "2026-12-14 10:00"  # the Monday after the panel
MET = date(2026, 12, 16)
START = date(2027, 1, 11)  # a Monday

ALL_THERE = tuple(
    Attendance(role=role)
    for role in (Role.HOME_SCHOOL, Role.RECEIVING_SCHOOL, Role.OFFICER, Role.PUPIL, Role.PARENTS)
)


def when(text: str, protocol: str | Protocol = "salford", **more: object) -> Context:
    """A context at a London time, under a protocol."""
    rules = load(protocol) if isinstance(protocol, str) else protocol
    where = context(at(text), protocol=rules)
    return Context(rules, calendar(), where.panels, where.now, where.reference, **more)


def agreement(party: Party, on: date = date(2026, 12, 14), **more: object) -> RecordAgreement:
    said: dict[str, object] = {"who": f"the {party}", "shown": Shown.LETTER, "explained_by": "Pastoral Lead"}
    return RecordAgreement(**BY, party=party, on=on, **{**said, **more})


def contribution(role: Contributor, on: date = date(2026, 11, 26)) -> RecordContribution:
    return RecordContribution(**BY, role=role, who=f"the {role}", on=on, says="A move is right.")


def proposal(**more: object) -> ProposeSchool:
    return ProposeSchool(**BY, **{"school": CASTLE_PARK, **more})


def recommendation(outcome: PanelOutcome = PanelOutcome.RECOMMENDED, **more: object) -> RecordRecommendation:
    return RecordRecommendation(**BY, outcome=outcome, **{"minute": "10 December 2026, 4.2", **more})


def initial_meeting(held: date = MET, **more: object) -> RecordInitialMeeting:
    went_through = dict.fromkeys(("positives", "expectations", "own_policy", "professionals"), True)
    return RecordInitialMeeting(**BY, held=held, **{"attendance": ALL_THERE, **went_through, **more})


def start(day: date = START, **more: object) -> RecordPlacement:
    return RecordPlacement(**BY, **{"school": CASTLE_PARK, "start": day, **more})


def review(held: date, **more: object) -> RecordReview:
    said: dict[str, object] = {
        "attendance": ALL_THERE,
        "record": "review form of the meeting",
        "pupil_views": "I have friends here.",
        "family_views": "She gets up in the morning.",
        "best_interests": "Lessons are calm.",
    }
    return RecordReview(**BY, held=held, **{**said, **more})


def final_meeting(on: date, **more: object) -> RecordFinalMeeting:
    said: dict[str, object] = {"attendance": ALL_THERE, "acknowledged": "A good term."}
    return RecordFinalMeeting(**BY, on=on, **{**said, **more})


def failure(noticed: str, meeting: date, **more: object) -> RecordFailure:
    return RecordFailure(**BY, noticed=at(noticed), meeting=meeting, **{"advance_contact": True, **more})


# ---------------------------------------------------------------- stages


def on_agenda(said: Referral | None = None) -> Case:
    """Filed on 23 November, on the agenda of 10 December."""
    where = when("2026-11-24 10:00")
    return after(after(None, filing(at("2026-11-23 09:12"), said), where), PutOnPanel(**BY), where)


def recommended(said: Referral | None = None) -> Case:
    return after(on_agenda(said), recommendation(), when("2026-12-10 16:00"))


def ready(protocol: str, said: Referral | None = None) -> Case:
    """Where there is no panel: filed and complete."""
    return after(None, filing(at("2026-11-23 09:12"), said), when("2026-11-24 10:00", protocol))


def gathering(protocol: str = "salford") -> Case:
    """Castle Park is proposed, on Friday 11 December."""
    case = recommended() if protocol == "salford" else ready(protocol)
    return after(case, proposal(), when("2026-12-11 10:00", protocol))


def agreed(protocol: str = "salford", case: Case | None = None, *, but: tuple[Party, ...] = ()) -> Case:
    """Every party that must agree has agreed, but these."""
    case, where = case or gathering(protocol), when(AGREED, protocol)
    for party, _ in missing(case, where.protocol):
        if party not in but:
            case = after(case, agreement(party), where)
    return case


def arranged(protocol: str = "salford") -> Case:
    """The initial meeting is on Wednesday 16 December, and was held."""
    case = after(agreed(protocol), ArrangeInitialMeeting(**BY, on=MET), when(AGREED, protocol))
    return after(case, initial_meeting(), when("2026-12-16 15:00", protocol))


def placed(protocol: str = "salford", day: date = START, **more: object) -> Case:
    return after(arranged(protocol), start(day, **more), when(f"{day} 09:00", protocol))


def reviewed(protocol: str = "salford") -> Case:
    """Every planned review was held on its day."""
    case = placed(protocol)
    assert case.placement is not None
    for day in case.placement.reviews:
        case = after(case, review(day), when(f"{day} 16:00", protocol))
    return case


def failed(**more: object) -> Case:
    """Notice was given on Monday 8 February 2027, the meeting is on Tuesday."""
    notice = failure("2027-02-08 10:00", date(2027, 2, 9), **more)
    return after(placed(), notice, when("2027-02-08 10:05"))


def looked_after(**more: object) -> Referral:
    from tests.store.protocol.given import answered

    return referral({"pupil.looked_after": answered(value=True), **more})


def heard(case: Case, where: Context) -> Case:
    """Carers, social worker and Virtual School are heard."""
    for role in Contributor:
        case = after(case, contribution(role), where)
    return case


def decided_by_the_head_of_the_virtual_school(case: Case, where: Context) -> Case:
    """R3, R4: all are heard, and the Virtual School Head decides for the move."""
    yes = agreement(
        Party.VIRTUAL_SCHOOL_HEAD,
        on=where.today,
        reason="She asked for it.",
        support="A mentor from the first day.",
    )
    return after(heard(case, where), yes, where)


def found_out(**status: bool) -> ConfirmStatus:
    return ConfirmStatus(**BY, status=Status(**status))


def events_of(command: Command, case: Case | None, where: Context) -> tuple[Case, list[Event]]:
    """The case after a command, and what happened."""
    events = decide(command, case, where)
    return told(case, events), events


def one(events: list[Event], kind: type) -> Event:
    """The one event of a kind."""
    (found,) = (event for event in events if isinstance(event, kind))
    return found


def shut(case: Case) -> set[Hold]:
    return set(case.holds)
