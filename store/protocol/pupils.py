"""Whether two referrals are about the same pupil, as far as their forms say."""

import unicodedata
from enum import StrEnum

from store.protocol.case import Pupil

NAMES_IN_COMMON = 2
"""So many words must two names share, where one form has more of them than the other."""


class Identity(StrEnum):
    """How the pupils of two forms stand to each other."""

    SAME = "same"
    COMPATIBLE = "compatible"  # nothing contradicts, and too little is said to be sure
    CONFLICT = "conflict"  # some of it agrees and some does not: a person is asked
    OTHER = "other"


def compare(one: Pupil, other: Pupil) -> Identity:
    """The same by unique pupil number, or by name and date of birth.

    An equal number under another name is a conflict unless the date of birth agrees too: a form filled in over an older
    one often keeps the older pupil's number, and joining the two would write over a child's answers.
    """
    upn, name, dob = _upns(one, other), _names(one, other), _births(one, other)
    if (upn and (name is not False or dob)) or (name and dob):
        return Identity.SAME
    said = [verdict for verdict in (upn, name, dob) if verdict is not None]
    if all(said):
        return Identity.COMPATIBLE
    return Identity.CONFLICT if any(said) else Identity.OTHER


def refresh(known: Pupil, newer: Pupil) -> Pupil:
    """What is known of a pupil, brought up to date; a blank never replaces what was known."""
    said = {name: value for name in Pupil.model_fields if (value := getattr(newer, name)) not in ("", None)}
    return known.model_copy(update=said)


def _upns(one: Pupil, other: Pupil) -> bool | None:
    ours, theirs = _plain(one.upn), _plain(other.upn)
    return ours == theirs if ours and theirs else None


def _births(one: Pupil, other: Pupil) -> bool | None:
    return one.dob == other.dob if one.dob and other.dob else None


def _names(one: Pupil, other: Pupil) -> bool | None:
    """Names agree when one has all the words of the other (middle names come and go); one word alone says little."""
    ours, theirs = _words(one), _words(other)
    shared = ours & theirs
    if not ours or not theirs:
        return None
    if shared not in (ours, theirs):
        return False
    return True if ours == theirs or len(shared) >= NAMES_IN_COMMON else None


def _words(pupil: Pupil) -> frozenset[str]:
    written = f"{pupil.forename} {pupil.surname}".strip() or pupil.name
    return frozenset(_plain(word) for word in written.replace("-", " ").split() if _plain(word))


def _plain(text: str) -> str:
    """Letters and digits alone, without case and accents."""
    bare = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in bare if character.isalnum())
