"""What `moves record …` reads from its options: people, schools, attendance. A mistake is said with what to write instead."""

import getpass
from collections.abc import Iterable
from datetime import date, datetime, time
from enum import StrEnum
from typing import Annotated, TypeVar

import typer

from bot.cli import console
from bot.clock import LONDON
from bot.composition import Moves
from bot.flows.desk import CaseLine, DeskCommand
from bot.text import cli as words
from bot.text import recording as help_words
from bot.text import stages
from store.errors import NotAllowed
from store.protocol.frozen import Actor, School
from store.protocol.placement import Attendance, Role

By = Annotated[str, typer.Option("--by", help=words.BY, default_factory=getpass.getuser)]
Reference = Annotated[str, typer.Argument(metavar="REF", help=words.REF, parser=str.upper)]
Day = Annotated[datetime, typer.Argument(formats=["%Y-%m-%d"], metavar="DATE", help=help_words.DAY)]
OnDay = Annotated[
    datetime | None, typer.Option("--on", formats=["%Y-%m-%d"], metavar="DATE", help=help_words.ON_DAY)
]
Present = Annotated[list[str] | None, typer.Option("--present", metavar="ROLE", help=help_words.PRESENT)]
Absent = Annotated[list[str] | None, typer.Option("--absent", metavar="ROLE=REASON", help=help_words.ABSENT)]
Word = TypeVar("Word", bound=StrEnum)


def person(name: str) -> Actor:
    """Who records it at this computer."""
    return Actor(id=f"desk:{name}", name=name, role="officer")


def school(moves: Moves, name: str) -> School:
    """A school of the list, by its number or its name. Raises `NotAllowed`."""
    entry = moves.directory.school(name) or moves.directory.find_school(name=name)
    if entry is None:
        raise NotAllowed(words.no_such_school(name))
    return entry.school


def day(given: datetime | None, moves: Moves) -> date:
    """The day that was given, else today."""
    return given.date() if given else moves.clock.today_london()


def one_of(kind: type[Word], written: str) -> Word:
    """A word of a list. Raises `NotAllowed`, naming the list."""
    try:
        return kind(" ".join(written.casefold().replace("_", " ").split()))
    except ValueError:
        known = ", ".join(f"“{each}”" for each in kind)
        raise NotAllowed(help_words.not_one_of(written, known)) from None


def attendance(present: Iterable[str] | None, absent: Iterable[str] | None) -> tuple[Attendance, ...]:
    """Who was there, and who was not and why (R29). "all" stands for both schools, officer, pupil and parents."""
    there = [role for word in present or () for role in _roles(word)]
    missed = [word.partition("=") for word in absent or ()]
    return (
        *(Attendance(role=role) for role in dict.fromkeys(there)),
        *(Attendance(role=one_of(Role, role), present=False, reason=why.strip()) for role, _, why in missed),
    )


_ALL = (Role.HOME_SCHOOL, Role.RECEIVING_SCHOOL, Role.OFFICER, Role.PUPIL, Role.PARENTS)


def _roles(word: str) -> tuple[Role, ...]:
    return _ALL if word.strip().casefold() == "all" else (one_of(Role, word),)


def at_noon(on: date) -> datetime:
    """A day without an hour, as an instant in its middle."""
    return datetime.combine(on, time(12), tzinfo=LONDON)


def done(moves: Moves, command: DeskCommand) -> None:
    """Do it, and say how the case stands. Raises `CaseworkError`."""
    said(moves.desk.record(command))


def said(line: CaseLine) -> None:
    """Say how a case stands after something was recorded."""
    console.say(words.recorded(line.reference, stages.PUBLIC[line.stage]))
