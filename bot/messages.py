"""What is sent for everything that can happen: one table from event to messages, already rendered.

Called inside the casebook's transaction, so it is pure: it reads addresses and draws words, and touches nothing.
Keys follow from the case, its version and the occasion alone, so that the same thing is never queued twice.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any, Protocol, TypeAlias

from bot import messages_of_moves
from bot.flows.deciding import Verdict
from bot.flows.desk import Action, CaseLine, line_of, view_of
from bot.flows.dispositions import Disposition, Reason
from bot.flows.senders import Sender
from bot.letters.moving import MoveLetter, Side
from bot.posting import Queued, card_slot, post, thread_line
from bot.slack import cards
from bot.text import digest as digest_words
from bot.text import dispositions, thread
from store.casebook import PanelAgenda
from store.digest import Digest
from store.letters import KeptLetter
from store.messages import Message, Road, Withdrawal
from store.protocol.case import Case, Kind
from store.protocol.diary import PanelDue
from store.protocol.events import (
    CaseHeld,
    CaseOpened,
    CrisisRecorded,
    DeadlineNear,
    Event,
    LookedAfterChildReferred,
    PanelMoved,
    PlacementRecorded,
    PutOnAgenda,
    ReferralAssessed,
    ReferralCorrected,
    ReviewDue,
    SchoolAsked,
)
from store.protocol.exemptions import ExemptionDue

Maker: TypeAlias = Callable[["Composer", Any, Case], Iterable[Queued]]


class Correspondence(Protocol):
    """The letters that go out (`bot/correspondence.py`). Each is None when there is nobody it may be written to."""

    def answer(self, case: Case, *, key: str) -> Message | None:
        """The acknowledgement: received, what is missing, by when, which panel (R26, R27)."""
        ...

    def answer_for_head(self, case: Case, *, key: str) -> Message | None:
        """The same for the headteacher, where the answer encloses the form and so has its sender alone to go to."""
        ...

    def asked_again(self, case: Case, *, key: str) -> Message | None:
        """The officer asks the school again for what is missing (R26)."""
        ...

    def reminder(self, case: Case, deadline: datetime, *, key: str) -> Message | None:
        """The deadline is near and the referral incomplete (R27)."""
        ...

    def notices(self, case: Case, *, key: str) -> Sequence[Message]:
        """A looked-after child was referred: the Virtual School and social care are told (R2)."""
        ...

    def how_to_resend(self, to: str, reason: Reason, letter: int, *, key: str) -> Message | None:
        """What a verified sender sent could not be read: how to send it again."""
        ...

    def to_heads(self, letter: MoveLetter, case: Case, *, key: str) -> Sequence[Message]:
        """A letter to both heads of a move: one for each school with an address on the list (R31)."""
        ...

    def silent_sides(self, case: Case) -> tuple[Side, ...]:
        """The sides whose head must agree and has not answered."""
        ...


class Composer:
    """Makes the messages. `actions` says what a person could do with a case now: each has its button on the card."""

    def __init__(self, correspondence: Correspondence, actions: Callable[[Case], Collection[Action]]) -> None:
        self.correspondence = correspondence
        self.actions = actions

    def __call__(self, event: Event, case: Case) -> Iterator[Queued]:
        """What is sent, and what is withdrawn unsent, because of an event; `case` is as it stands after it."""
        for make in ROUTES[type(event)]:
            yield from make(self, event, case)

    def for_letter(self, kept: KeptLetter, verdict: Verdict, sender: Sender | None) -> list[Message]:
        """The officer's post about a letter, the answer to its sender, and a line in the thread of its case."""
        return [
            *(_officer_post(kept, verdict, sender) if verdict.officer else ()),
            *(_reply_lines(kept, verdict)),
            *(self._told(kept, verdict, sender) if verdict.tell and sender is not None else ()),
        ]

    def for_panel(self, due: PanelDue, agenda: PanelAgenda) -> Iterator[Message]:
        """The reminder before a panel: the agenda, by reference. After the panel it is worth nothing."""
        day = due.panel.isoformat()
        yield Message(
            key=f"panel/{day}/{due.school_days}",
            road=Road.CHANNEL,
            kind="post",
            slot=f"panel/{day}",
            payload=post(cards.panel_reminder(view_of(agenda), due.school_days)),
            expires=due.expires,
        )

    def for_digest(self, digest: Digest) -> Iterator[Message]:
        """The officer's morning digest: one post a school day, and none where there is nothing to say."""
        groups = [
            (words, [digest_words.line(each.reference, each.kind, each.on) for each in entries])
            for words, entries in (
                (digest_words.MISSED, digest.missed),
                (digest_words.UNANSWERED, digest.unanswered),
                (digest_words.TODAY, digest.today),
            )
            if entries
        ]
        if digest.warned:
            groups.append((digest_words.WARNED, list(digest.warned)))
        yield Message(
            key=f"digest/{digest.on}",
            road=Road.CHANNEL,
            kind="post",
            payload=post(cards.morning(digest_words.title(digest.on), groups)),
        )

    def for_exemption(self, due: ExemptionDue) -> Iterator[Message]:
        """An exemption runs out soon (R20)."""
        said = digest_words.exemption(due.exemption.school.name, due.exemption.end)
        yield Message(
            key=f"exemption/{due.exemption.school.urn or due.exemption.school.name}/{due.exemption.end}"[
                :200
            ],
            road=Road.CHANNEL,
            kind="post",
            payload=post(cards.private_line(said)),
        )

    def _told(self, kept: KeptLetter, verdict: Verdict, sender: Sender) -> Iterator[Message]:
        key = f"resend/{kept.id}"
        letter = self.correspondence.how_to_resend(sender.email, verdict.reason, kept.id, key=key)
        if letter is not None:
            yield letter


# ------------------------------------------------------------------ the channel


def card(composer: Composer, _event: Event, case: Case) -> Iterator[Message]:
    """The one card of a case, drawn anew; a newer drawing takes the place of one that has not gone."""
    yield Message(
        key=f"card/{case.reference}/v{case.version}",
        road=Road.CHANNEL,
        kind="card",
        slot=card_slot(case.reference),
        lane=card_slot(case.reference),
        reference=case.reference,
        payload=post(cards.case_card(line_of(case), composer.actions(case))),
    )


def line(sentence: Callable[[Any, CaseLine], str]) -> Maker:
    """A sentence in the thread of the case's card."""

    def make(_composer: Composer, event: Event, case: Case) -> Iterator[Message]:
        occasion = f"{type(event).__name__}/v{case.version}"
        yield thread_line(case.reference, occasion, sentence(event, line_of(case)))

    return make


def assessed(_composer: Composer, event: ReferralAssessed, case: Case) -> Iterator[Message]:
    """What the check found: gaps by their number, lateness, and whether a person should look."""
    shown = line_of(case)
    said = []
    if case.kind is Kind.REFERRAL:  # a written report has no form to be checked
        said.append(thread.corrected(shown) if len(case.letters) > 1 else thread.assessed(shown))
    if event.late:
        said.append(thread.late(event.panel))
    if shown.attention:
        said.append(thread.needs_a_look())
    if not said:
        return
    finding = thread_line(case.reference, f"ReferralAssessed/v{case.version}", " ".join(said))
    # Its slot withdraws an older finding that has not been posted: only the newest is worth saying.
    yield finding.model_copy(update={"slot": f"checked/{case.reference}"})


def review(_composer: Composer, event: ReviewDue, case: Case) -> Iterator[Message]:
    """A review falls due: a post of its own, since the card may be months up the channel (R29)."""
    yield Message(
        key=f"review/{case.reference}/{event.on.isoformat()}",
        road=Road.CHANNEL,
        kind="post",
        reference=case.reference,
        payload=post(cards.review_prompt(line_of(case), event.on)),
    )


def _officer_post(kept: KeptLetter, verdict: Verdict, sender: Sender | None) -> Iterator[Message]:
    """A letter that a person must see: its number, its school if that is known, and no word of its own."""
    school = sender.school.name if sender is not None and sender.school and not sender.spoofed else ""
    said = dispositions.public(verdict.reason)
    if verdict.last_post:
        said = f"{said} {dispositions.MORE_LIKE_IT}"
    yield Message(
        key=f"letter/{kept.id}",
        road=Road.CHANNEL,
        kind="post",
        payload=post(cards.letter_for_officer(kept.id, kept.received, said, school)),
    )


def _reply_lines(kept: KeptLetter, verdict: Verdict) -> Iterator[Message]:
    bounced = verdict.becomes is Disposition.BOUNCE
    said = thread.undelivered(kept.id) if bounced else thread.letter_came(kept.id)
    for reference in verdict.references:
        yield thread_line(reference, f"letter/{kept.id}", said)


# ------------------------------------------------------------------ letters


def answer(composer: Composer, event: ReferralAssessed, case: Case) -> Iterator[Queued]:
    """The school is answered, or an older answer that is no longer true is withdrawn unsent."""
    slot = answer_slot(case.reference)
    for older in (slot, f"{slot}/head"):
        yield Withdrawal(slot=older, reason="a later letter has made it untrue")
    yield Withdrawal(slot=reminder_slot(case.reference), reason="the referral was checked anew")
    if not event.acknowledge or not case.letters:  # what came by no letter is answered by none
        return
    key = f"{slot}/{case.letters[-1]}/v{case.version}"
    letter = composer.correspondence.answer(case, key=key)
    if letter is not None:
        yield letter.model_copy(update={"slot": slot, "lane": _lane(case)})
    for_head = composer.correspondence.answer_for_head(case, key=f"{key}/head")
    if for_head is not None:
        yield for_head.model_copy(
            update={"kind": "copy for head", "slot": f"{slot}/head", "lane": _lane(case)}
        )


def ask(composer: Composer, event: SchoolAsked, case: Case) -> Iterator[Message]:
    """The officer has the school written to again."""
    letter = composer.correspondence.asked_again(case, key=f"ask/{case.reference}/{event.serial}")
    if letter is not None:
        yield letter.model_copy(update={"slot": answer_slot(case.reference), "lane": _lane(case)})


def remind(composer: Composer, event: DeadlineNear, case: Case) -> Iterator[Message]:
    """The school is reminded; the reminder is worth nothing once the deadline has passed."""
    key = f"reminder/{case.reference}/{event.deadline.isoformat()}"
    letter = composer.correspondence.reminder(case, event.deadline, key=key)
    if letter is not None:
        about = {"slot": reminder_slot(case.reference), "lane": _lane(case), "expires": event.deadline}
        yield letter.model_copy(update=about)


def notify(composer: Composer, _event: LookedAfterChildReferred, case: Case) -> Iterable[Message]:
    """The Virtual School and social care are told of every looked-after child referred (R2)."""
    return composer.correspondence.notices(case, key=f"notice/{case.reference}")


def answer_slot(reference: str) -> str:
    """The school's answer: only the newest that has not gone yet is true."""
    return f"answer/{reference}"


def reminder_slot(reference: str) -> str:
    """The reminder of a deadline."""
    return f"reminder/{reference}"


def _lane(case: Case) -> str:
    return f"letters/{case.reference}"


# ------------------------------------------------------------------ the table

ROUTES: Mapping[type, Sequence[Maker]] = MappingProxyType(
    {
        CaseOpened: (
            card,
            line(lambda _, case: thread.opened(case)),
        ),  # the card first: its thread hangs on it
        ReferralCorrected: (),  # an assessment always follows
        ReferralAssessed: (card, assessed, answer),
        CaseHeld: (
            card,
            line(lambda _event, _case: thread.on_hold()),
        ),
        LookedAfterChildReferred: (notify,),
        CrisisRecorded: (card, line(lambda _event, _case: thread.decision_recorded())),
        SchoolAsked: (card, line(lambda _event, _case: thread.asked()), ask),
        PutOnAgenda: (card, line(lambda event, _: thread.put_on_agenda(event.panel))),
        PanelMoved: (card, line(lambda event, _: thread.panel_moved(event.panel, event.deadline))),
        **messages_of_moves.routes(card),
        PlacementRecorded: (
            card,
            line(lambda event, _: thread.placed(event.placement.school.name, event.placement.start)),
            messages_of_moves.placement_letters,
        ),
        DeadlineNear: (remind, line(lambda event, _: thread.deadline_near(event.deadline))),
        ReviewDue: (review, messages_of_moves.review_letters),
    }
)
