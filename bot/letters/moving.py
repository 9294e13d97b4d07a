"""The letters to both heads along a move (R31): what is said, to which school, with which days and invitations."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from bot.letters.house import House
from bot.letters.invitation import Invitation
from bot.letters.writing import Written, written
from bot.text import letters as words
from bot.text import letters_of_moves as move_words
from bot.text.letters_of_moves import Words
from store.protocol.case import Case, School


class Side(StrEnum):
    """The two schools of a move."""

    HOME = "home"
    RECEIVING = "receiving"


BOTH = (Side.HOME, Side.RECEIVING)


@dataclass(frozen=True, slots=True)
class MoveLetter:
    """A letter to the heads of a move. `cited` stands in its sentences; `days` are a line each."""

    about: str  # a short word for listings
    words: Words
    rule: str = ""
    source: str = ""
    on: date | None = None
    until: date | None = None
    days: tuple[str, ...] = ()
    invitations: tuple[Invitation, ...] = ()
    to: tuple[Side, ...] = BOTH


def receiving_school(case: Case) -> School | None:
    """The school that receives, or is asked to."""
    return case.placement.school if case.placement else case.proposal


def school_of(side: Side, case: Case) -> School | None:
    """The school on a side of the move."""
    return case.home_school if side is Side.HOME else receiving_school(case)


def of_a_move(letter: MoveLetter, case: Case, house: House) -> Written:
    """The letter in words, the same for both schools: initials and year group, never more of the pupil."""
    receiving = receiving_school(case)
    facts = {
        "home": case.home_school.name,
        "receiving": receiving.name if receiving else "the receiving school",
        "panel": house.panel or "panel",
        "officer": house.officer,
        "on": words.day(letter.on) if letter.on else "a day still to be fixed",
        "until": words.day(letter.until) if letter.until else "",
        "cited": words.cited(letter.source, letter.rule) if letter.rule else "",
        "reference": case.reference,
    }
    sent = letter.invitations
    values = {
        "house": house,
        "reference": case.reference,
        "pupil": words.pupil(case.pupil.initials, case.pupil.year_group),
        "paragraphs": [paragraph.format(**facts) for paragraph in letter.words.paragraphs],
        "days": letter.days,
        "invited": any(not each.cancelled for each in sent),
        "cancelled": any(each.cancelled for each in sent),
        "asks": move_words.A_TASK.format(**facts) if letter.words.asks else "",
        "words": {
            "days": move_words.HEADING_OF_DAYS,
            "invitation": move_words.INVITATION,
            "cancelled": move_words.CANCELLED,
        },
    }
    return written("move", letter.words.line(case.reference), values, about=letter.about)
