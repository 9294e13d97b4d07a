"""`moves letters show NUMBER`: one letter as it came, for the person at this computer. It is opened in the killable child."""

from bot.cli import console
from bot.cli.read import Refused
from bot.composition import Moves
from bot.flows.opening import LIMITS, OpenedLetter, Opening, open_letter, work_on_letter
from bot.isolation import Child, Failed, Stopped
from bot.text import cli as words
from bot.text import dates, refusals
from store.letters import KeptLetter


def show(moves: Moves, number: int) -> None:
    """Print who wrote, what came with it and what it says. Raises `Refused`."""
    try:
        kept = moves.letters.get(number)
    except LookupError as error:
        raise Refused(words.no_such_letter(number)) from error
    letter = _opened(moves, kept).letter
    console.pairs(
        {
            words.FROM: f"{letter.sender.name} <{letter.sender.email}>".strip(),
            words.TO: ", ".join(address.email for address in letter.to),
            words.COPY: ", ".join(address.email for address in letter.cc),
            words.RECEIVED: dates.moment(kept.received),
            words.SUBJECT: letter.subject,
            words.GENUINE: words.AUTHENTICITY[letter.authenticity.value],
            words.ENCLOSED: "\n".join(f"{one.name} ({one.kind.value})" for one in letter.documents),
        }
    )
    console.say(f"\n{console.printable(letter.full_text)}")


def _opened(moves: Moves, kept: KeptLetter) -> OpenedLetter:
    """Opened by the rules of the mailbox it came to; its forms are not looked at again."""
    how = next((one.opening for one in moves.sources if one.inbox.name == kept.mailbox), Opening())
    try:
        with Child(work_on_letter, LIMITS) as child:
            opened: OpenedLetter = child.call(open_letter, moves.letters.raw(kept.id), kept.received, how)
    except (Stopped, Failed) as error:
        raise Refused(refusals.to_officer("unreadable")) from error
    return opened
