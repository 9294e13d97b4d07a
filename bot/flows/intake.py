"""From a mailbox to the casebook, one letter after another, so that a kill at any point loses and doubles nothing.

list → fetch → keep (commit) → open in the child → decide → conclude (one commit, with the outbox) → file in the mailbox
→ save the mailbox's place in its list of changes, if it keeps one and every letter listed was kept.
A step that has been done is found done at the next pass, and the pass goes on from there.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Protocol

import structlog

from bot.clock import Clock
from bot.flows.copies import Copies, Key, at_hand, made
from bot.flows.deciding import Deciding, Verdict, for_officer, set_aside
from bot.flows.dispositions import Disposition, Reason
from bot.flows.hearing import Hearing, written
from bot.flows.incidents import incident
from bot.flows.opening import OpenedLetter, Opening, mark_form, open_letter
from bot.flows.restraint import Restraint, subject_key
from bot.flows.senders import KnownPeople, Remembered, Sender, sender_of
from bot.isolation import CannotStart, Child, Died, Failed, MemoryOver, Stopped, TimeOver
from bot.ports import Inbox, Waiting
from mail import LetterGone, LetterTooBig
from store.casebook import Casebook
from store.errors import AlreadyConcluded, CaseworkError, StoreUnavailable
from store.letters import Conclusion, KeptLetter, Letters
from store.messages import Message
from store.tables import Folder

MOST_TRIES = 5
"""A letter that has been begun so often without an end is set aside: something in it brings us down."""

_NOT_FETCHED = b"X-Managed-Moves: not fetched, too big\r\n"
_log = structlog.get_logger()


class Opener(Protocol):
    """Opens a letter where it can do no harm."""

    def start(self) -> None:
        """Be ready to open letters. Raises `bot.isolation.CannotStart`."""
        ...

    def __call__(self, kept: KeptLetter, raw: bytes, how: Opening) -> OpenedLetter:
        """The opened letter. Raises `bot.isolation.Stopped` or `Failed`."""
        ...

    def mark(self, kept: KeptLetter, raw: bytes, how: Opening, number: int, paths: tuple[str, ...]) -> bytes:
        """A copy of one of its forms with places marked, b"" when there can be none. Raises the same."""
        ...


class InChild:
    """Opens letters in the killable child."""

    def __init__(self, child: Child) -> None:
        self._child = child

    def start(self) -> None:
        """Have the child ready, before a letter is begun that would be blamed for its absence."""
        self._child.start()

    def __call__(self, kept: KeptLetter, raw: bytes, how: Opening) -> OpenedLetter:
        """The opened letter. Raises `bot.isolation.Stopped` or `Failed`."""
        opened = self._child.call(open_letter, raw, kept.received, how)
        assert isinstance(opened, OpenedLetter)
        return opened

    def mark(self, kept: KeptLetter, raw: bytes, how: Opening, number: int, paths: tuple[str, ...]) -> bytes:
        """A marked copy of one form, b"" when there can be none. Raises `bot.isolation.Stopped` or `Failed`."""
        copy = self._child.call(mark_form, raw, kept.received, how, number, paths)
        assert isinstance(copy, bytes)
        return copy


class LetterMessages(Protocol):
    """What is sent about a letter itself (`bot/messages.py`)."""

    def for_letter(self, kept: KeptLetter, verdict: Verdict, sender: Sender | None) -> Sequence[Message]:
        """The officer's post and the answer to the sender, as far as the verdict asks for them."""
        ...


@dataclass(frozen=True, slots=True)
class Source:
    """A mailbox with its settings. `vouched`: it takes only mail that something else has checked."""

    inbox: Inbox
    opening: Opening = field(default_factory=Opening)
    vouched: bool = False
    largest: int = 25 * 1024 * 1024  # bytes; a larger letter stays in the mailbox's set-aside folder, unread


@dataclass(slots=True)
class TakenIn:
    """What one pass over a mailbox came to. `troubles` are references of letters that will be tried again."""

    kept: int = 0
    concluded: int = 0
    troubles: list[str] = field(default_factory=list)


class Intake:
    """Takes letters in."""

    def __init__(
        self,
        *,
        letters: Letters,
        casebook: Casebook,
        people: KnownPeople,
        opener: Opener,
        messages: LetterMessages,
        clock: Clock,
        answers_a_day: int = 10,
    ) -> None:
        self._letters = letters
        self._casebook = casebook
        self._people = Remembered(people)
        self._opener = opener
        self._messages = messages
        self._clock = clock
        self._restraint = Restraint(letters, answers_a_day=answers_a_day)
        self._deciding = Deciding(casebook, self._people)

    def take_in(self, source: Source, stopping: Callable[[], bool] = lambda: False) -> TakenIn:
        """Deal with everything that waits, in the order of its arrival (R14), and file it in the mailbox.

        All bytes are kept before the first letter is opened. Raises `mail.MailError` when the mailbox cannot be listed.
        """
        self._people.forget()
        done = TakenIn()
        copies: dict[int, list[str]] = defaultdict(list)
        listed = source.inbox.waiting()
        for waiting in listed:
            if stopping():
                return done
            self._guarded(done, "letter not kept", self._keep, source, waiting, copies, done)
        unconcluded = self._letters.unconcluded(source.inbox.name)
        if unconcluded:
            self._opener.start()
        for kept in unconcluded:
            if stopping():
                return done
            self._guarded(done, "letter not concluded", self._conclude, source, kept, done, letter=kept.id)
        for letter_id in self._to_be_filed(source, copies):
            self._guarded(
                done, "letter not filed", self._file, source, letter_id, copies[letter_id], letter=letter_id
            )
        if done.kept == len(listed):
            _keep_place(source.inbox)
        return done

    def _guarded(
        self, done: TakenIn, what: str, step: Callable[..., None], *arguments: Any, letter: int = 0
    ) -> None:
        """One letter's failure never stops the next. What all letters need and is gone stops the pass."""
        try:
            step(*arguments)
        except (StoreUnavailable, CannotStart):
            raise
        except Exception as error:  # noqa: BLE001 - whatever it was, the other letters must be dealt with
            done.troubles.append(incident(_log, what, error, letter=letter))

    # -------------------------------------------------------------- keeping

    def _keep(self, source: Source, waiting: Waiting, copies: dict[int, list[str]], done: TakenIn) -> None:
        now = self._clock.now()
        raw, received = _unfetched(waiting), now
        if waiting.size <= source.largest:
            try:
                arrival = source.inbox.fetch(waiting.id)
            except LetterGone:
                return  # someone has moved it by hand
            except LetterTooBig:
                arrival = None  # it has grown since it was listed
            if arrival is not None and len(arrival.raw) <= source.largest:
                raw, received = arrival.raw, arrival.received
        kept = self._letters.keep(source.inbox.name, waiting.id, raw, received, now)
        copies[kept.id].append(waiting.id)
        done.kept += 1

    # -------------------------------------------------------------- concluding

    def _conclude(self, source: Source, kept: KeptLetter, done: TakenIn) -> None:
        tries = self._letters.begun(kept.id)
        raw = self._letters.raw(kept.id)
        if raw.startswith(_NOT_FETCHED):
            self._settle(kept, set_aside(Reason.TOO_BIG))
        elif tries > MOST_TRIES:
            self._settle(kept, set_aside(Reason.COULD_NOT_BE_HANDLED))
        else:
            self._open_and_settle(source, kept, raw)
        done.concluded += 1

    def _open_and_settle(self, source: Source, kept: KeptLetter, raw: bytes) -> None:
        try:
            opened = self._open(kept, raw, source.opening)
        except (Stopped, Failed) as error:
            self._settle(kept, set_aside(_why_not_opened(error, kept.id)))
            return
        hearing = self._hearing(source, kept, opened)
        verdict = self._deciding.decide(hearing)
        with at_hand(self._copies(source, kept, raw, hearing, verdict)):
            self._settle(kept, verdict, hearing)

    def _copies(
        self, source: Source, kept: KeptLetter, raw: bytes, hearing: Hearing, verdict: Verdict
    ) -> Copies:
        """Marked copies of the forms that will be answered with gaps. A copy is a kindness: without one the letter goes."""
        forms = {str(form.number): form for form in hearing.opened.forms if form.markable}
        found: dict[Key, bytes] = {}
        for command in verdict.commands:
            form = forms.get(getattr(command, "form", ""))
            if form is None or form.reading is None or not getattr(command, "contact", ""):
                continue
            mark = partial(self._opener.mark, kept, raw, source.opening, form.number)
            try:
                found |= made(self._casebook.foresee(command, self._clock.now()), form.reading, mark)
            except (Stopped, Failed, CaseworkError) as error:
                _log.warning("no marked copy", letter=kept.id, kind=type(error).__name__)
        return found

    def _open(self, kept: KeptLetter, raw: bytes, how: Opening) -> OpenedLetter:
        """A child that dies once may have been anybody's victim (a computer short of memory); twice, the letter's."""
        try:
            return self._opener(kept, raw, how)
        except Died:
            _log.warning("opened again", letter=kept.id)
            return self._opener(kept, raw, how)

    def _hearing(self, source: Source, kept: KeptLetter, opened: OpenedLetter) -> Hearing:
        letter = opened.letter
        sender = sender_of(letter, self._people, vouched=source.vouched)
        kept = self._letters.identify(
            kept.id, opened.stable_key, message_id=letter.message_id, sender=sender.email
        )
        return Hearing(
            kept=kept,
            opened=opened,
            sender=sender,
            signs=written(letter),
            id_used_before=self._id_used_before(kept, letter.message_id),
            capped=self._restraint.answered_enough(sender.email, letter.subject, self._clock.now()),
        )

    def _id_used_before(self, kept: KeptLetter, message_id: str) -> bool:
        """Whether a letter with this Message-ID was acted on already. One that was set aside cannot bar another."""
        if not message_id or kept.duplicate_of is not None:
            return False
        others = self._letters.with_message_id(kept.mailbox, message_id)
        return any(other.id != kept.id and _acted_on(other) for other in others)

    def _settle(self, kept: KeptLetter, verdict: Verdict, hearing: Hearing | None = None) -> None:
        """Write what becomes of it. What the protocol refuses is put before the officer instead."""
        try:
            self._write(kept, verdict, hearing)
        except (AlreadyConcluded, StoreUnavailable) as error:
            if isinstance(error, StoreUnavailable):
                raise
        except CaseworkError as error:
            refused = for_officer(Reason.NOT_TAKEN_UP, *verdict.references)
            _log.warning("not taken up", letter=kept.id, kind=type(error).__name__, rule=error.rule)
            self._write(kept, refused, hearing)

    def _write(self, kept: KeptLetter, verdict: Verdict, hearing: Hearing | None) -> None:
        sender, now = hearing.sender if hearing else None, self._clock.now()
        if sender is not None:
            verdict = self._restraint.folded(verdict, sender.email, now)
        self._casebook.conclude(
            kept.id,
            _conclusion(verdict, hearing),
            verdict.commands,
            now,
            messages=self._messages.for_letter(kept, verdict, sender),
        )
        _log.info("letter", letter=kept.id, becomes=verdict.becomes.value, reason=verdict.reason.value)

    # -------------------------------------------------------------- filing in the mailbox

    def _to_be_filed(self, source: Source, copies: dict[int, list[str]]) -> Iterable[int]:
        unmoved = [kept.id for kept in self._letters.unmoved(source.inbox.name)]
        return dict.fromkeys([*unmoved, *copies])

    def _file(self, source: Source, letter_id: int, copies: Sequence[str]) -> None:
        """Move every copy that waits. Doing it again is harmless, so a kill before the note only repeats it."""
        kept = self._letters.get(letter_id)
        if kept.outcome is None:
            return  # it failed in this pass; the next one tries again
        inbox = source.inbox
        aside = kept.outcome.conclusion.folder is Folder.SET_ASIDE
        move = inbox.set_aside if aside else inbox.file_processed
        for external_id in dict.fromkeys([*copies, kept.external_id]):
            move(external_id)
        if kept.moved_at is None:
            self._letters.moved(kept.id, self._clock.now())


def _keep_place(inbox: Inbox) -> None:
    """Sync state last: a mailbox that follows a list of changes goes on from here at the next pass."""
    all_kept: Callable[[], None] | None = getattr(inbox, "all_kept", None)  # `bot.ports.KeepsPlace`
    if all_kept is not None:
        all_kept()


def _acted_on(kept: KeptLetter) -> bool:
    return kept.outcome is not None and kept.outcome.conclusion.folder is not Folder.SET_ASIDE


def _unfetched(waiting: Waiting) -> bytes:
    """Stands in for a letter that is too big to take in: says which it is, so that it is recorded once."""
    return _NOT_FETCHED + f"X-Mailbox-Id: {waiting.id!a}\r\nX-Size: {waiting.size}\r\n\r\n".encode("ascii")


_NOT_OPENED = {TimeOver: Reason.TOOK_TOO_LONG, MemoryOver: Reason.TOO_BIG, Died: Reason.UNREADABLE}


def _why_not_opened(error: Stopped | Failed, letter: int) -> Reason:
    if isinstance(error, Failed):
        incident(_log, "letter not opened", error, letter=letter, cause=str(error))
        return Reason.COULD_NOT_BE_HANDLED
    return _NOT_OPENED.get(type(error), Reason.UNREADABLE)


def _conclusion(verdict: Verdict, hearing: Hearing | None) -> Conclusion:
    aside = verdict.becomes is Disposition.SET_ASIDE
    return Conclusion(
        becomes=verdict.becomes.value,
        reason=verdict.reason.value,
        folder=Folder.SET_ASIDE if aside else Folder.PROCESSED,
        references=verdict.references,
        detail=_detail(verdict, hearing) if hearing else {},
    )


def _detail(verdict: Verdict, hearing: Hearing) -> dict[str, Any]:
    """What is kept of the decision, private: who wrote, how far that is proven, what each document was."""
    sender, letter = hearing.sender, hearing.letter
    return {
        "sender": sender.email,
        "school": sender.school.name if sender.school else "",
        "verified": sender.verified,
        "authenticity": letter.authenticity.value,
        "sorted": hearing.opened.sorting.reason,
        "signs": sorted(sign.value for sign in hearing.signs),
        "about": list(verdict.about),
        "answered": _answered(verdict),
        "posted": verdict.officer,
        "subject_key": subject_key(letter.subject),
        "damage": list(letter.damage),
        "unread": hearing.opened.unread,
        "documents": [
            {
                "number": form.number,
                "sha256": form.sha256,
                "definition": form.reading.definition if form.reading else "",
                "refusal": form.refusal,
            }
            for form in hearing.opened.forms
        ],
    }


def _answered(verdict: Verdict) -> bool:
    return verdict.tell or any(getattr(command, "contact", "") for command in verdict.commands)
