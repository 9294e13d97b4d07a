"""The only way to change a case: a command is decided by the protocol, and all that follows is saved in one commit."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any, TypeAlias

from sqlmodel import Session, col, select

from store import digest as digests
from store import exempting, ledgers
from store.database import Store, insert_once
from store.digest import Digest
from store.errors import AlreadyConcluded, NoSuchCase
from store.letters import Conclusion
from store.messages import Message, Withdrawal
from store.outbox import queue
from store.planning import (
    MISSED,
    due_of,
    fallen_due,
    is_noted,
    note,
    plan,
    planned_between,
    settle,
    still_planned,
)
from store.protocol import Due, deadline, decide, due, evolve, load, panel_due
from store.protocol.calendar import SchoolCalendar
from store.protocol.case import Case, Pupil, School, Stage
from store.protocol.commands import (
    Command,
    FileOutOfBoroughReport,
    FileReferral,
    MoveToNextPanel,
    RecordNotifiedMove,
    Remind,
)
from store.protocol.context import Context
from store.protocol.diary import PanelDue
from store.protocol.events import Event, Prompted, ReviewDue
from store.protocol.exemption import EarlierMove, Exemption
from store.protocol.exemptions import (
    ExemptionCommand,
    ExemptionDue,
    ExemptionEvent,
    decide_exemption,
    exemptions_due,
)
from store.protocol.ledger import Ledger, Posting
from store.protocol.rulebook import Protocol
from store.protocol.stages import ENDED
from store.protocol.wall import day_of
from store.queries import CaseFilter, PastAnswer, Queries, TimelineEntry
from store.records import read_case, read_cases, save_case, write_timeline
from store.references import next_reference
from store.tables import CaseRow, DueRow, DueState, OutcomeRow

Outgoing: TypeAlias = Iterable[Message | Withdrawal]
Compose: TypeAlias = Callable[[Event, Case], Outgoing]
Step: TypeAlias = Command | Callable[[Queries], Command | None]
_FORESEEN = "MM-00-0000"  # stands for the reference that a case would be given
AT_ONCE = 200
"""So many entries of the diary are dealt with in one tick; the rest at the next."""
LATE = timedelta(days=3)
"""A prompt that is noticed later than this brings no message of its own, but a line in the officer's next digest: a bot
that was switched off for weeks writes no sixty letters. A weekend is no such time."""


@dataclass(frozen=True, slots=True)
class PanelAgenda:
    """A panel: its date, by when referrals for it must be complete (None: the protocol sets none), and its cases."""

    on: date
    deadline: datetime | None
    cases: tuple[Case, ...]

    def at(self, *stages: Stage) -> tuple[Case, ...]:
        """Its cases at these stages, by reference."""
        return tuple(case for case in self.cases if case.stage in stages)


ComposePanel: TypeAlias = Callable[[PanelDue, PanelAgenda], Outgoing]
ComposeDigest: TypeAlias = Callable[[Digest], Outgoing]
ComposeExemption: TypeAlias = Callable[[ExemptionDue], Outgoing]


def _silent(*_about: object) -> Outgoing:
    return ()


class Casebook:
    """The cases of one authority.

    `compose` renders what an event sends: it is called inside the transaction with the case as it stands after the
    whole command, and must be pure. `compose_panel`, `compose_digest` and `compose_exemption` do the same for the
    reminder of a panel, the officer's morning digest (None: there is none) and an exemption that runs out. `earlier` are protocols that open
    cases may have started under, besides those that ship.
    """

    def __init__(
        self,
        store: Store,
        protocol: Protocol,
        calendar: SchoolCalendar,
        panels: Sequence[date],
        compose: Compose,
        *,
        compose_panel: ComposePanel = _silent,
        compose_digest: ComposeDigest | None = None,
        compose_exemption: ComposeExemption = _silent,
        earlier: Iterable[Protocol] = (),
    ) -> None:
        self._store = store
        self._protocol = protocol
        self._protocols = {each.key: each for each in (*earlier, protocol)}
        self._calendar = calendar
        self._panels = tuple(sorted(panels))
        self._compose = compose
        self._compose_panel = compose_panel
        self._compose_digest = compose_digest
        self._compose_exemption = compose_exemption

    # ---------------------------------------------------------------- changes

    def handle(self, command: Command, now: datetime) -> list[Event]:
        """Do what a command asks. Raises the `CaseworkError` that stands in its way; then nothing has changed."""
        with self._store.writing() as session:
            return self._do(session, command, now)

    def foresee(self, command: Command, now: datetime) -> Case:
        """The case as a command would leave it if it were done now. Nothing is saved. Raises as `handle` does."""
        with self._store.reading() as session:
            case = self._standing(session, command)
            context = self._context(self._protocol_of(case), now, _FORESEEN)
            for event in decide(command, case, context):
                case = evolve(case, event)
        if case is None:
            raise NoSuchCase
        return case

    def _standing(self, session: Session, command: Command) -> Case | None:
        if isinstance(command, FileReferral | FileOutOfBoroughReport | RecordNotifiedMove):
            return None
        return read_case(session, command.reference)

    def conclude(
        self,
        letter_id: int,
        conclusion: Conclusion | Callable[[Sequence[Event]], Conclusion],
        commands: Iterable[Step],
        now: datetime,
        messages: Outgoing | Callable[[Sequence[Event]], Outgoing] = (),
    ) -> list[Event]:
        """Settle a letter: its outcome, its commands and its messages, all or none. Raises `AlreadyConcluded`.

        A command may be a function of the records as they stand after the commands before it (None: nothing to do);
        conclusion and messages may be functions of the events.
        """
        with self._store.writing() as session:
            self._begin_conclusion(session, letter_id, now)
            events = [event for step in commands for event in self._step(session, step, now)]
            _conclude(session, letter_id, conclusion(events) if callable(conclusion) else conclusion, events)
            queue(session, messages(events) if callable(messages) else messages, now)
            return events

    def exempt(self, command: ExemptionCommand, now: datetime) -> ExemptionEvent:
        """Grant or end an exemption (R19, R20). Raises the `CaseworkError` that stands in its way."""
        with self._store.writing() as session:
            context = self._context(self._protocol, now)
            event = decide_exemption(command, exempting.known(session), context)
            exempting.keep(session, event, now)
            return event

    def tick(self, now: datetime, *, at_once: int = AT_ONCE) -> int:
        """Do what has fallen due, each thing once, whoever else ticks; how many things were done.

        What has been settled or has lost its use since is skipped, so a late start brings no flood. One entry that
        fails does not stop the rest; its error is raised after them.
        """
        context = self._context(self._protocol, now)
        with self._store.reading() as session:
            numbers = fallen_due(session, now, at_once)
            reminders = self._reminders(session, context)
            morning = self._is_morning(session, context) and len(numbers) < at_once
        work = [
            *(partial(self._remind, each, now) for each in reminders),
            *(partial(self._fall_due, number, now) for number in numbers),
            *([partial(self._digest, context)] if morning else []),  # last: it tells of what fell due unseen
        ]
        return _all_done(work)

    def replan(self, now: datetime) -> int:
        """Work out the diary of every open case anew, after terms, panel dates or the protocol changed; how many cases.

        A case without a panel goes to the first that it can. The error of one case is raised after all had their turn.
        """
        with self._store.reading() as session:
            query = select(CaseRow.reference).where(col(CaseRow.stage).not_in(ENDED))
            references = session.exec(query.order_by(col(CaseRow.reference))).all()
        return _all_done(partial(self._replan, reference, now) for reference in references)

    # ---------------------------------------------------------------- questions

    def case(self, reference: str) -> Case:
        """A case by its reference. Raises `NoSuchCase`."""
        with self._asking() as queries:
            return queries.case(reference)

    def cases(self, wanted: CaseFilter | None = None) -> tuple[Case, ...]:
        """The cases that a filter lets through, by reference."""
        with self._asking() as queries:
            return queries.cases(wanted)

    def counts(self) -> dict[Stage, int]:
        """How many cases stand at each stage."""
        with self._asking() as queries:
            return queries.counts()

    def timeline(self, reference: str) -> tuple[TimelineEntry, ...]:
        """What happened to a case, oldest first. Raises `NoSuchCase`."""
        with self._asking() as queries:
            return queries.timeline(reference)

    def answers(self, reference: str) -> tuple[PastAnswer, ...]:
        """Every answer of a case, current and superseded. Private. Raises `NoSuchCase`."""
        with self._asking() as queries:
            return queries.answers(reference)

    def find_thread(self, message_ids: Iterable[str]) -> tuple[str, ...]:
        """References of the cases whose thread holds one of these Message-IDs, theirs or ours."""
        with self._asking() as queries:
            return queries.find_thread(message_ids)

    def find_pupil(self, school: School | None, pupil: Pupil) -> tuple[str, ...]:
        """References of the cases that may be about a pupil, newest first; see `Queries.find_pupil`."""
        with self._asking() as queries:
            return queries.find_pupil(school, pupil)

    def panel(self, on: date) -> PanelAgenda:
        """A panel and the open cases that go to it."""
        with self._store.reading() as session:
            return self._agenda(session, on)

    def exemptions(self) -> tuple[Exemption, ...]:
        """Every exemption that was ever granted, by its first day."""
        with self._store.reading() as session:
            return exempting.known(session)

    def diary(self, start: datetime, end: datetime, now: datetime) -> tuple[Due | PanelDue, ...]:
        """What will happen from one instant until before another, as far as it is known now, in order."""
        context = self._context(self._protocol, now)
        found: list[Due | PanelDue] = [
            each for each in panel_due(self._panels, context) if start <= each.on < end
        ]
        with self._store.reading() as session:
            planned = planned_between(session, start, end)
            for case in read_cases(session, col(CaseRow.reference).in_(planned)):
                entries = due(case, self._context(self._protocol_of(case), now))
                found += [each for each in entries if (str(each.kind), each.on) in planned[case.reference]]
        return tuple(sorted(found, key=lambda each: each.on))

    def ledger(self) -> Ledger:
        """The equity and reciprocity ledger as it was kept (R9, R10, R18, R47)."""
        with self._store.reading() as session:
            return ledgers.balances(session)

    def postings(self) -> tuple[Posting, ...]:
        """Every posting of the ledger, oldest first: each figure can be explained by its cases (R10)."""
        with self._store.reading() as session:
            return ledgers.kept(session)

    def rebuilt_ledger(self) -> Ledger:
        """The ledger made anew from all events: it equals the one that was kept."""
        with self._store.reading() as session:
            return ledgers.rebuilt(session)

    @property
    def panels(self) -> tuple[date, ...]:
        """The panel dates, in order."""
        return self._panels

    # ---------------------------------------------------------------- within a transaction

    def _do(self, session: Session, command: Command, now: datetime, *, unseen: bool = False) -> list[Event]:
        before, context = self._situation(session, command, now)
        events = decide(command, before, context)
        after = before
        for event in events:
            after = evolve(after, event)
        if after is None or not events:
            return []
        if after != before:
            save_case(session, before, after, now)
            self._plan(session, after, now)
        write_timeline(session, after, events, now)
        ledgers.enter(session, events, now)
        told = [event for event in events if not (unseen and isinstance(event, Prompted | ReviewDue))]
        queue(session, (message for event in told for message in self._compose(event, after)), now)
        return events

    def _situation(self, session: Session, command: Command, now: datetime) -> tuple[Case | None, Context]:
        if isinstance(command, FileReferral | FileOutOfBoroughReport | RecordNotifiedMove):
            year = day_of(command.received, self._protocol.tz).year
            context = self._context(self._protocol, now, next_reference(session, year))
            return None, self._informed(session, context, getattr(command, "pupil", Pupil()))
        case = read_case(session, command.reference, lock=True)
        context = self._context(self._protocol_of(case), now)
        if case is None or isinstance(command, Remind | MoveToNextPanel):
            return case, context
        return case, self._informed(session, context, getattr(command, "pupil", case.pupil), case.reference)

    def _informed(self, session: Session, context: Context, pupil: Pupil, reference: str = "") -> Context:
        """A context with what a decision rests on besides its case: exemptions (R20), earlier moves (R16)."""
        earlier = tuple(
            EarlierMove(reference=each.reference, start=each.placement.start)
            for each in Queries(session).of_pupil(pupil)
            if each.placement and each.reference != reference
        )
        return replace(context, exemptions=exempting.known(session), earlier=earlier)

    def _step(self, session: Session, step: Step, now: datetime) -> list[Event]:
        command = step(Queries(session)) if callable(step) else step
        return self._do(session, command, now) if command is not None else []

    def _begin_conclusion(self, session: Session, letter_id: int, now: datetime) -> None:
        # The row comes first: a second worker waits for it here, and then knows.
        outcome = Conclusion(becomes="begun")
        row = {"letter": letter_id, "at": now, **outcome.model_dump()}
        if insert_once(session, OutcomeRow.model_validate(row)) is None:
            raise AlreadyConcluded

    def _replan(self, reference: str, now: datetime) -> bool:
        with self._store.writing() as session:
            if not self._do(session, MoveToNextPanel(reference=reference), now):
                self._plan(session, _locked(session, reference), now)
        return True

    def _fall_due(self, number: int, now: datetime) -> bool:
        with self._store.writing() as session:
            entry = session.get(DueRow, number)
            if entry is None or entry.reference is None:
                return False
            _locked(session, entry.reference)  # the case before its diary, as everywhere: no deadlock
            row = still_planned(session, number)
            return row is not None and self._do_due(session, row, now)

    def _do_due(self, session: Session, row: DueRow, now: datetime) -> bool:
        if row.expires is not None and row.expires <= now:
            settle(session, row, DueState.SKIPPED, now, "its time has passed")
            return False
        unseen = now - row.due > LATE
        settle(session, row, DueState.DONE, now, MISSED if unseen else "")
        events = self._do(session, due_of(row).command(), now, unseen=unseen)
        if not events:
            settle(session, row, DueState.SKIPPED, now, "no longer true")
        return bool(events)

    def _reminders(self, session: Session, context: Context) -> list[PanelDue | ExemptionDue]:
        coming: list[PanelDue | ExemptionDue] = [
            *panel_due(self._panels, context),
            *exemptions_due(exempting.known(session), context),
        ]
        return [each for each in coming if each.on <= context.now and not is_noted(session, each)]

    def _remind(self, reminder: PanelDue | ExemptionDue, now: datetime) -> bool:
        with self._store.writing() as session:
            if not note(session, reminder, now):
                return False
            if isinstance(reminder, PanelDue):
                said = self._compose_panel(reminder, self._agenda(session, reminder.panel))
            else:
                said = self._compose_exemption(reminder)
            queue(session, said, now)
            return True

    def _is_morning(self, session: Session, context: Context) -> bool:
        return self._compose_digest is not None and digests.is_due(session, context)

    def _digest(self, context: Context) -> bool:
        with self._store.writing() as session:
            digest = digests.begin(session, context)
            if digest is not None and self._compose_digest and not digest.empty:
                queue(session, self._compose_digest(digest), context.now)
            return digest is not None

    def _agenda(self, session: Session, on: date) -> PanelAgenda:
        cases = read_cases(session, *CaseFilter(panel=on, open_only=True).conditions())
        return PanelAgenda(on, deadline(on, self._protocol, self._calendar), cases)

    def _plan(self, session: Session, case: Case, now: datetime) -> None:
        plan(session, case.reference, due(case, self._context(self._protocol_of(case), now)))

    def _context(self, protocol: Protocol, now: datetime, reference: str = "") -> Context:
        return Context(protocol, self._calendar, self._panels, now, reference)

    def _protocol_of(self, case: Case | None) -> Protocol:
        """The protocol that a case started under: documents change in mid-year, a running case keeps its own."""
        if case is None:
            return self._protocol
        if case.protocol not in self._protocols:
            self._protocols[case.protocol] = load(case.protocol)
        return self._protocols[case.protocol]

    @contextmanager
    def _asking(self) -> Iterator[Queries]:
        with self._store.reading() as session:
            yield Queries(session)


def _conclude(session: Session, letter_id: int, conclusion: Conclusion, events: Sequence[Event]) -> None:
    touched = dict.fromkeys([*conclusion.references, *(event.reference for event in events)])
    row = session.get_one(OutcomeRow, letter_id)
    values: dict[str, Any] = {**conclusion.model_dump(), "references": list(touched)}
    for name, value in values.items():
        setattr(row, name, value)
    session.add(row)
    session.flush()


def _locked(session: Session, reference: str) -> Case:
    case = read_case(session, reference, lock=True)
    if case is None:
        raise NoSuchCase
    return case


def _all_done(work: Iterable[Callable[[], bool]]) -> int:
    """How many of these did something. The first error is raised when all had their turn."""
    done, failed = 0, []
    for each in work:
        try:
            done += each()
        except Exception as error:  # noqa: BLE001 - raised below
            failed.append(error)
    if failed:
        raise failed[0]
    return done
