"""What is sent along a move, from the panel's recommendation to the close (R31): one table from event to messages.

Each stage has its card, its line in the thread and a letter to both heads; what the diary asks for has a prompt in the
channel, and a letter where a school is to act. A prompt that was settled before it went is withdrawn.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Protocol, TypeAlias

from bot import stage_letters
from bot.flows.desk import line_of
from bot.letters.moving import BOTH, MoveLetter, Side
from bot.posting import Queued, post, thread_line
from bot.slack import cards
from bot.text import letters as letter_words
from bot.text import letters_of_moves as words
from bot.text import thread_of_moves as thread
from store.messages import Message, Road, Withdrawal
from store.protocol import events as happened
from store.protocol.agreements import Party
from store.protocol.case import Case, Kind
from store.protocol.dues import DueKind
from store.protocol.events import Event
from store.protocol.failure import Recipient


class Heads(Protocol):
    """The letters to both heads (`bot/correspondence.py`)."""

    def to_heads(self, letter: MoveLetter, case: Case, *, key: str) -> Sequence[Message]:
        """One letter to each school that has an address on the contact list."""
        ...

    def silent_sides(self, case: Case) -> tuple[Side, ...]:
        """The sides whose head must agree and has not answered."""
        ...


Maker: TypeAlias = Callable[[Any, Any, Case], Iterable[Queued]]
Said: TypeAlias = Callable[[Any], str]

IN_THE_CHANNEL = frozenset(
    {
        DueKind.EXTENSION,
        DueKind.PLACEMENT_END,
        DueKind.DIRECTION_NOTICE,
        DueKind.REINTEGRATION,
        DueKind.FOLLOW_UP,
        DueKind.PERMANENT_ROLL,
    }
)
"""Prompts that are a post of their own, since the card may be months up the channel; so is every "no answer"."""

ASKED_OF: Mapping[DueKind, tuple[Side, ...]] = MappingProxyType(
    {
        DueKind.INITIAL_MEETING: BOTH,
        DueKind.RECORD: BOTH,
        DueKind.REVIEW: BOTH,
        DueKind.EXTENSION: BOTH,
        DueKind.PLACEMENT_END: BOTH,
        DueKind.EVIDENCE: (Side.RECEIVING,),
        DueKind.REINTEGRATION: BOTH,
        DueKind.FOLLOW_UP: (Side.HOME,),
        DueKind.PERMANENT_ROLL: BOTH,
    }
)
"""Whom the diary writes to; missing agreements go to the heads who have not answered."""


# ------------------------------------------------------------------ the thread


def say(sentence: Said) -> Maker:
    """A sentence in the thread of the case's card."""

    def make(_composer: object, event: Event, case: Case) -> Iterator[Message]:
        yield thread_line(case.reference, f"{type(event).__name__}/v{case.version}", sentence(event))

    return make


def report_line(_composer: object, event: happened.ReportedToPanel, case: Case) -> Iterator[Message]:
    """What goes before a panel (R42, R43): a line for each thing."""
    occasion = f"ReportedToPanel/{event.what}/v{case.version}"
    yield thread_line(case.reference, occasion, thread.reported(event.what, event.panel))


# ------------------------------------------------------------------ letters to both heads


def notice(write: Callable[[Any, Case], MoveLetter | None]) -> Maker:
    """A letter to both heads about a stage (R31). Moves that schools only told of bring none (R52)."""

    def make(composer: Any, event: Event, case: Case) -> Iterable[Message]:
        letter = write(event, case) if case.kind is not Kind.NOTIFIED else None
        if letter is None:
            return ()
        key = f"move/{case.reference}/{type(event).__name__}/v{case.version}"
        return _to_heads(composer.correspondence, letter, case, key=key)

    return make


def _to_heads(heads: Heads, letter: MoveLetter, case: Case, *, key: str) -> Iterator[Message]:
    for message in heads.to_heads(letter, case, key=key):
        yield message.model_copy(update={"lane": f"letters/{case.reference}"})


# ------------------------------------------------------------------ what the diary asks for


def prompted(composer: Any, event: happened.Prompted, case: Case) -> Iterator[Queued]:
    """A prompt in the channel or the thread, and a letter where a school is to act."""
    sentence = thread.prompt(event.kind, event.on, _public_cite(event))
    occasion = f"prompt/{event.kind}/{event.on}/v{case.version}"
    if event.escalated or event.kind in IN_THE_CHANNEL:
        yield Message(
            key=f"{occasion}/{case.reference}",
            road=Road.CHANNEL,
            kind="post",
            slot=prompt_slot(case.reference, event.kind),
            reference=case.reference,
            payload=post(cards.case_prompt(line_of(case), sentence)),
        )
    else:
        slot = prompt_slot(case.reference, event.kind)
        yield thread_line(case.reference, occasion, sentence, slot=slot)
    if case.kind is not Kind.NOTIFIED and event.kind in words.PROMPTS:
        yield from _asked(composer.correspondence, DueKind(event.kind), event, case)


def _public_cite(event: happened.Prompted) -> str:
    """The clause; none where it would say whose agreement is missing, and so something about the child (R4, R56)."""
    hidden = event.kind in (DueKind.AGREEMENTS, DueKind.AGREEMENTS_UNANSWERED) or not event.rule
    return "" if hidden else letter_words.cited(event.source, event.rule)


def review_letters(composer: Any, event: happened.ReviewDue, case: Case) -> Iterator[Message]:
    """Both heads are reminded of a review that falls due (R29)."""
    return _asked(composer.correspondence, DueKind.REVIEW, event, case)


def _asked(heads: Heads, kind: DueKind, event: Any, case: Case) -> Iterator[Message]:
    meeting = case.initial_meeting
    on = meeting.on if kind is DueKind.INITIAL_MEETING and meeting else event.on
    if kind is DueKind.INITIAL_MEETING and meeting is None:
        return  # it is for the officer to arrange
    to = heads.silent_sides(case) if kind is DueKind.AGREEMENTS else ASKED_OF[kind]
    letter = stage_letters.letter_about(event, words.PROMPTS[kind], on=on, to=to)
    key = f"prompt/{case.reference}/{kind}/{event.on}/v{case.version}"
    for message in _to_heads(heads, letter, case, key=key):
        side = message.key.rpartition("/")[2]
        yield message.model_copy(update={"slot": prompt_slot(case.reference, kind, side)})


def prompt_slot(reference: str, kind: str, side: str = "") -> str:
    """What a prompt is about: a newer one of its kind withdraws an older one that has not gone."""
    return f"prompt/{reference}/{kind}/{side}".rstrip("/")


def settles(*kinds: DueKind, when: Callable[[Any, Case], bool] = lambda _event, _case: True) -> Maker:
    """Prompts of these kinds that have not gone yet are withdrawn: what they ask for has been done."""

    def make(_composer: object, event: Event, case: Case) -> Iterator[Withdrawal]:
        if when(event, case):
            for kind in kinds:
                for side in ("", *Side):
                    yield Withdrawal(slot=prompt_slot(case.reference, kind, side), reason="it has been done")

    return make


def _head_answered(_composer: object, event: happened.AgreementRecorded, case: Case) -> Iterator[Withdrawal]:
    sides = {Party.HOME_HEAD: Side.HOME, Party.RECEIVING_HEAD: Side.RECEIVING}
    if event.party in sides:
        slot = prompt_slot(case.reference, DueKind.AGREEMENTS, sides[event.party])
        yield Withdrawal(slot=slot, reason="the head has answered")


def _has_arrived(_event: object, case: Case) -> bool:
    return bool(case.failure and case.failure.report and len(case.failure.delivered_to) == len(Recipient))


# ------------------------------------------------------------------ the table


def routes(card: Maker) -> dict[type, Sequence[Maker]]:
    """What is sent for each event of a move; `card` draws the card of the case anew."""
    all_settled = settles(*DueKind)
    recorded = say(lambda _event: thread.RECORDED)
    return {
        happened.StatusConfirmed: (card, recorded),
        happened.ContributionRecorded: (card, recorded),
        happened.PlanAmended: (card, recorded),
        happened.PanelRecommended: (
            card,
            say(lambda event: thread.OUTCOMES[event.outcome]),
            notice(stage_letters.recommended),
        ),
        happened.SchoolProposed: (
            card,
            say(lambda event: thread.proposed(event.school.name)),
            notice(
                lambda event, case: stage_letters.letter_about(
                    event, words.PROPOSED, invitations=stage_letters.fallen(event, case)
                )
            ),
        ),
        happened.AgreementRecorded: (card, say(lambda _event: thread.AN_ANSWER), _head_answered),
        happened.AgreementWithdrawn: (
            card,
            say(lambda _event: thread.AGREEMENT_GONE),
            settles(DueKind.INITIAL_MEETING),
            notice(stage_letters.agreement_gone),
        ),
        happened.InitialMeetingArranged: (
            card,
            say(lambda event: thread.meeting_arranged(event.on)),
            settles(DueKind.AGREEMENTS, DueKind.INITIAL_MEETING),
            notice(stage_letters.meeting),
        ),
        happened.InitialMeetingHeld: (
            card,
            say(lambda _event: thread.MEETING_HELD),
            settles(DueKind.INITIAL_MEETING, DueKind.RECORD),
        ),
        **_of_a_placement(card),
        **_of_a_failure(card),
        happened.CaseWithdrawn: (
            card,
            say(lambda _event: thread.WITHDRAWN),
            all_settled,
            notice(stage_letters.ended(words.WITHDRAWN)),
        ),
        happened.CaseDeclined: (
            card,
            say(lambda _event: thread.DECLINED),
            all_settled,
            notice(stage_letters.ended(words.DECLINED)),
        ),
        happened.CaseClosed: (
            card,
            say(lambda _event: thread.CLOSED),
            all_settled,
            notice(stage_letters.ended(words.CLOSED)),
        ),
        happened.ReminderSnoozed: (card, say(lambda event: thread.put_off(event.kind, event.until))),
        happened.Prompted: (prompted,),
        happened.ReportedToPanel: (report_line,),
    }


def _of_a_placement(card: Maker) -> dict[type, Sequence[Maker]]:
    return {
        happened.LawfulnessWarned: (
            card,
            say(lambda event: thread.lawfulness(event.since, event.guidance)),
        ),
        happened.DirectionNoticed: (
            card,
            say(lambda event: thread.notice_given(event.given)),
            settles(DueKind.DIRECTION_NOTICE),
        ),
        happened.ReviewHeld: (
            card,
            say(lambda event: thread.review_held(event.of, event.held)),
            settles(DueKind.REVIEW, DueKind.RECORD),
        ),
        happened.ExtensionSupported: (card, say(lambda _event: thread.ONE_HEAD)),
        happened.PlacementExtended: (
            card,
            say(lambda event: thread.extended(event.until)),
            settles(DueKind.EXTENSION, DueKind.PLACEMENT_END),
            notice(stage_letters.extended),
        ),
        happened.YearGroupFull: (card, say(lambda _event: thread.YEAR_GROUP_FULL)),
        happened.MoveSucceeded: (
            card,
            say(lambda event: thread.succeeded(event.on)),
            settles(DueKind.EXTENSION, DueKind.PLACEMENT_END, DueKind.REVIEW, DueKind.RECORD),
            notice(stage_letters.succeeded),
        ),
        happened.MadePermanent: (
            card,
            say(lambda event: thread.permanent(event.school.name, event.on)),
            settles(DueKind.PERMANENT_ROLL, DueKind.PLACEMENT_END),
            notice(stage_letters.permanent),
        ),
        happened.CreditEntered: (
            card,
            say(lambda event: thread.credited(event.school.name, event.points)),
        ),
        happened.CreditReversed: (card, say(lambda event: thread.uncredited(event.school.name))),
    }


def placement_letters(composer: Any, event: happened.PlacementRecorded, case: Case) -> Iterable[Queued]:
    """Both heads learn of a start, with its days and an invitation for each review."""
    return notice(stage_letters.placed)(composer, event, case)


def _of_a_failure(card: Maker) -> dict[type, Sequence[Maker]]:
    return {
        happened.PlacementAtRisk: (
            card,
            say(lambda _event: thread.AT_RISK),
            notice(lambda event, _case: stage_letters.letter_about(event, words.AT_RISK)),
        ),
        happened.PlacementFailed: (
            card,
            say(lambda event: thread.failed(event.meeting, event.follow_up)),
            settles(*DueKind),
            notice(stage_letters.failed),
        ),
        happened.FailureReported: (
            card,
            say(lambda _event: thread.REPORT_WRITTEN),
            settles(DueKind.EVIDENCE, when=_has_arrived),
        ),
        happened.FailureReportDelivered: (
            card,
            say(lambda event: thread.delivered(event.recipient)),
            settles(DueKind.EVIDENCE, when=_has_arrived),
        ),
        happened.ReintegrationMeetingHeld: (
            card,
            say(lambda event: thread.met(event.held)),
            settles(DueKind.REINTEGRATION, DueKind.RECORD),
        ),
        happened.PupilReturned: (card, say(lambda event: thread.returned(event.on))),
        happened.FollowUpHeld: (
            card,
            say(lambda event: thread.followed_up(event.held)),
            settles(DueKind.FOLLOW_UP),
        ),
    }
