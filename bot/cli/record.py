"""`moves record …`: what an officer records at this computer. The person's name stands in the record."""

from bot.cli import console
from bot.composition import Moves
from bot.flows.desk import CaseLine
from bot.text import cli as words
from bot.text import stages
from store.protocol.case import Actor


def crisis(moves: Moves, reference: str, *, why: str, by: str) -> None:
    """Record a crisis (R21). Raises `CaseworkError`."""
    _said(moves.desk.record_crisis(reference, by=_person(by), why=why, when=moves.clock.now()))


def _person(name: str) -> Actor:
    return Actor(id=f"desk:{name}", name=name, role="officer")


def _said(line: CaseLine) -> None:
    console.say(words.recorded(line.reference, stages.PUBLIC[line.stage]))
