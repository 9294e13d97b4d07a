"""A correspondence that writes nothing and remembers what it was asked for."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.flows.dispositions import Reason
from bot.letters.moving import MoveLetter, Side
from store.messages import Message
from store.protocol.case import Case


@dataclass
class Silence:
    """The `bot.messages.Correspondence` port, in memory."""

    answered: list[str] = field(default_factory=list)
    resent: list[tuple[str, Reason]] = field(default_factory=list)

    def answer(self, case: Case, *, key: str) -> Message | None:
        self.answered.append(case.reference)
        return None

    def answer_for_head(self, case: Case, *, key: str) -> Message | None:
        return None

    def asked_again(self, case: Case, *, key: str) -> Message | None:
        return None

    def reminder(self, case: Case, deadline: datetime, *, key: str) -> Message | None:
        return None

    def notices(self, case: Case, *, key: str) -> Sequence[Message]:
        return ()

    def how_to_resend(self, to: str, reason: Reason, letter: int, *, key: str) -> Message | None:
        self.resent.append((to, reason))
        return None

    def to_heads(self, letter: MoveLetter, case: Case, *, key: str) -> Sequence[Message]:
        return ()

    def silent_sides(self, case: Case) -> tuple[Side, ...]:
        return ()
