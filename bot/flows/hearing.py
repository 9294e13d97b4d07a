"""One letter as it stands before the deciding: what it says, who wrote it, and what was done with it before."""

from dataclasses import dataclass

from bot.flows.opening import OpenedForm, OpenedLetter
from bot.flows.phrases import Sign, signs
from bot.flows.senders import Sender
from mail.letter import Letter
from store.letters import KeptLetter


@dataclass(frozen=True, slots=True)
class Hearing:
    """Everything that a decision about a letter rests on."""

    kept: KeptLetter
    opened: OpenedLetter
    sender: Sender
    signs: frozenset[Sign] = frozenset()
    id_used_before: bool = False  # another letter, not a copy of this one, bears its Message-ID
    capped: bool = False  # its sender has been answered as often as is allowed in a day

    @property
    def letter(self) -> Letter:
        """The letter itself."""
        return self.opened.letter

    @property
    def recognised(self) -> tuple[OpenedForm, ...]:
        """The referral forms that are known."""
        return tuple(form for form in self.opened.forms if form.recognised)

    @property
    def unrecognised(self) -> tuple[OpenedForm, ...]:
        """Documents that were read and are no form that is known."""
        return tuple(form for form in self.opened.forms if form.reading is not None and not form.recognised)

    @property
    def refused(self) -> tuple[OpenedForm, ...]:
        """Documents that could not be read."""
        return tuple(form for form in self.opened.forms if form.refusal)

    @property
    def may_be_answered(self) -> bool:
        """Whether anything may be sent to the sender at all."""
        return self.sender.verified and not self.capped


def written(letter: Letter) -> frozenset[Sign]:
    """What the words that the sender wrote may be a sign of; quoted history is not theirs."""
    return signs(f"{letter.subject}\n\n{letter.text}")
