"""Whether two referrals are about the same pupil, as far as their forms say."""

from enum import StrEnum

from store.protocol.case import Pupil


class Identity(StrEnum):
    """What two descriptions of a pupil say about each other."""

    SAME = "same"
    DIFFERENT = "different"
    UNKNOWN = "unknown"


def compare(one: Pupil, other: Pupil) -> Identity:
    """The same by unique pupil number, or by name and date of birth; different when what both say disagrees.

    A number that differs while name and date of birth agree is a slip of the pen, not another pupil; a date of birth
    that differs under one number likewise.
    """
    upn, name, dob = _upns(one, other), _names(one, other), _same(one.dob, other.dob)
    if upn or (name and dob):
        return Identity.SAME
    if upn is False or name is False or dob is False:
        return Identity.DIFFERENT
    return Identity.UNKNOWN


def refresh(known: Pupil, newer: Pupil) -> Pupil:
    """What is known of a pupil, brought up to date; a blank never replaces what was known."""
    said = {name: value for name in Pupil.model_fields if (value := getattr(newer, name)) not in ("", None)}
    return known.model_copy(update=said)


def _upns(one: Pupil, other: Pupil) -> bool | None:
    return _same(_plain(one.upn), _plain(other.upn))


def _names(one: Pupil, other: Pupil) -> bool | None:
    return _same(_name(one), _name(other))


def _name(pupil: Pupil) -> frozenset[str]:
    return frozenset(_words(f"{pupil.forename} {pupil.surname}") or _words(pupil.name))


def _words(text: str) -> list[str]:
    return [plain for word in text.replace("-", " ").split() if (plain := _plain(word))]


def _plain(text: str) -> str:
    return "".join(character for character in text.casefold() if character.isalnum())


def _same(one: object, other: object) -> bool | None:
    """Whether both agree; None when one of them does not say."""
    return one == other if one and other else None
