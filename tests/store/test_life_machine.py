"""Any course of commands through the casebook: what is kept follows the rules, and the books always agree."""

from datetime import date, timedelta
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlmodel import select

from store import Casebook, Store, open_store
from store.errors import CaseworkError
from store.protocol import Context, SchoolCalendar, due, load
from store.protocol.agreements import Party, Shown, Status
from store.protocol.case import Case, Hold, PanelOutcome, School, Stage
from store.protocol.commands import (
    AgreeExtension,
    ArrangeInitialMeeting,
    CloseCase,
    Command,
    ConfirmStatus,
    DeclineCase,
    ProposeSchool,
    PutOnPanel,
    RecordAgreement,
    RecordDelivery,
    RecordFailure,
    RecordFailureReport,
    RecordFinalMeeting,
    RecordInitialMeeting,
    RecordPermanentRoll,
    RecordPlacement,
    RecordRecommendation,
    RecordReintegrationMeeting,
    RecordReturn,
    RecordReview,
    ReverseCredit,
    SnoozeReminder,
    WithdrawAgreement,
    WithdrawCase,
)
from store.protocol.dues import DueKind
from store.protocol.failure import Recipient
from store.protocol.placement import Attendance, Role
from store.tables import DueRow, DueState
from tests.store.cases import MONDAY, OFFICER, PANELS, TERMS, casebook, filing, referral

SALFORD, CALENDAR = load("salford"), SchoolCalendar.from_data(TERMS)
CASTLE_PARK = School(urn="999107", name="Castle Park High")
THROUGH = dict.fromkeys(("positives", "expectations", "own_policy", "professionals"), True)
ALL_THERE = tuple(
    Attendance(role=role)
    for role in (Role.HOME_SCHOOL, Role.RECEIVING_SCHOOL, Role.OFFICER, Role.PUPIL, Role.PARENTS)
)
NUMBERS = count(1)


class Life(RuleBasedStateMachine):
    """One case in a casebook on SQLite; time only goes forward."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory()
        self.store: Store = open_store(f"sqlite:///{Path(self.folder.name) / 'cases.db'}", key=bytes(32))
        self.book: Casebook = casebook(self.store, protocol=SALFORD, calendar=CALENDAR)
        self.now = MONDAY

    def teardown(self) -> None:
        self.store.close()
        self.folder.cleanup()

    @initialize(looked_after=st.booleans())
    def file(self, looked_after: bool) -> None:
        command = filing(next(NUMBERS), referral=referral(pupil__looked_after=looked_after))
        self.reference = self.book.handle(command, self.now)[0].reference

    @property
    def case(self) -> Case:
        return self.book.case(self.reference)

    @property
    def about(self) -> dict[str, Any]:
        return {"reference": self.reference, "by": OFFICER}

    @property
    def today(self) -> date:
        return self.now.date()

    def do(self, command: Command) -> None:
        """Done or refused; refused, it has changed nothing."""
        before = self.case
        try:
            self.book.handle(command, self.now)
        except CaseworkError:
            assert self.case == before

    @rule(hours=st.sampled_from([1, 24, 24 * 3, 24 * 7, 24 * 30]))
    def time_passes(self, hours: int) -> None:
        self.now += timedelta(hours=hours)
        while self.book.tick(self.now):
            pass

    @rule(outcome=st.sampled_from(list(PanelOutcome)))
    def the_panel_meets(self, outcome: PanelOutcome) -> None:
        self.do(PutOnPanel(**self.about))
        self.do(RecordRecommendation(**self.about, outcome=outcome, minute="1"))

    @rule()
    def a_school_is_asked(self) -> None:
        self.do(ProposeSchool(**self.about, school=CASTLE_PARK))

    @rule(party=st.sampled_from(list(Party)), agrees=st.booleans())
    def a_party_answers(self, party: Party, agrees: bool) -> None:
        self.do(
            RecordAgreement(
                **self.about,
                party=party,
                who="A",
                on=self.today,
                shown=Shown.LETTER,
                agrees=agrees,
                reason="-",
            )
        )

    @rule()
    def everyone_agrees(self) -> None:
        for party in (Party.PARENT, Party.CHILD, Party.HOME_HEAD, Party.RECEIVING_HEAD):
            self.a_party_answers(party, True)

    @rule(party=st.sampled_from(list(Party)))
    def a_party_takes_it_back(self, party: Party) -> None:
        self.do(WithdrawAgreement(**self.about, party=party, on=self.today, why="-"))

    @rule(looked_after=st.booleans(), plan=st.booleans())
    def a_status_is_confirmed(self, looked_after: bool, plan: bool) -> None:
        self.do(ConfirmStatus(**self.about, status=Status(looked_after=looked_after, plan=plan)))

    @rule()
    def they_meet_and_it_starts(self) -> None:
        self.do(ArrangeInitialMeeting(**self.about, on=self.today))
        self.do(RecordInitialMeeting(**self.about, held=self.today, attendance=ALL_THERE, **THROUGH))
        start = self.today + timedelta(days=3)
        self.do(RecordPlacement(**self.about, school=CASTLE_PARK, start=start))

    @rule()
    def a_review_is_held(self) -> None:
        said = {"record": "-", "pupil_views": "-", "family_views": "-", "best_interests": "-"}
        self.do(RecordReview(**self.about, held=self.today, attendance=ALL_THERE, **said))

    @rule(head=st.sampled_from([Party.HOME_HEAD, Party.RECEIVING_HEAD, Party.PARENT]))
    def a_head_extends(self, head: Party) -> None:
        until = date(2027, 7, 1)
        self.do(
            AgreeExtension(**self.about, head=head, until=until, who="A", on=self.today, shown=Shown.FORM)
        )

    @rule()
    def it_fails(self) -> None:
        meeting = self.today + timedelta(days=4)
        self.do(RecordFailure(**self.about, noticed=self.now, meeting=meeting, advance_contact=True))

    @rule()
    def the_failure_is_written_up(self) -> None:
        self.do(RecordFailureReport(**self.about, codes=("DB",), summary="-", evidence=("log",)))
        for recipient in Recipient:
            self.do(RecordDelivery(**self.about, recipient=recipient, on=self.today, how="-"))
        self.do(RecordReintegrationMeeting(**self.about, held=self.today, attendance=ALL_THERE))
        self.do(RecordReturn(**self.about, on=self.today))

    @rule()
    def it_succeeds(self) -> None:
        self.do(
            RecordFinalMeeting(**self.about, on=self.today, attendance=ALL_THERE, acknowledged="A good term.")
        )
        self.do(RecordPermanentRoll(**self.about, on=self.today))

    @rule(command=st.sampled_from([WithdrawCase, DeclineCase, CloseCase]))
    @precondition(lambda self: self.case.stage not in (Stage.READY, Stage.HELD))
    def it_ends(self, command: type[WithdrawCase | DeclineCase | CloseCase]) -> None:
        self.do(command(**self.about, reason="-"))

    @rule()
    def the_credit_is_reversed(self) -> None:
        self.do(ReverseCredit(**self.about, why="-"))

    @rule(kind=st.sampled_from([DueKind.REVIEW, DueKind.AGREEMENTS]))
    def a_reminder_is_put_off(self, kind: DueKind) -> None:
        self.do(SnoozeReminder(**self.about, kind=kind, until=self.today + timedelta(days=10)))

    # ------------------------------------------------------------------ what always holds

    @invariant()
    def the_ledger_is_what_the_events_make(self) -> None:
        """R9: kept equals rebuilt, whatever happened."""
        assert self.book.ledger() == self.book.rebuilt_ledger()

    @invariant()
    def no_gate_was_passed_round(self) -> None:
        """R4: a looked-after child is placed only with the Virtual School Head's yes in the book."""
        case = self.case
        if case.placement and Hold.VIRTUAL_SCHOOL_HEAD in case.gated:
            assert any(each.agrees and each.party is Party.VIRTUAL_SCHOOL_HEAD for each in case.agreements)

    @invariant()
    def the_diary_holds_what_is_due(self) -> None:
        """Planned or dealt with: each thing that the rules name is in the diary, and nothing else is planned."""
        with self.store.reading() as session:
            rows = session.exec(select(DueRow).where(DueRow.reference == self.reference)).all()
        named = {
            (str(each.kind), each.on) for each in due(self.case, Context(SALFORD, CALENDAR, PANELS, self.now))
        }
        assert named <= {(row.kind, row.due) for row in rows}
        assert {(row.kind, row.due) for row in rows if row.state is DueState.PLANNED} <= named


Life.TestCase.settings = settings(
    max_examples=15,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
TestLife = Life.TestCase
