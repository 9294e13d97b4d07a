"""Whether two forms speak of the same pupil: by UPN, or by name and date of birth."""

import unicodedata
from enum import Enum, auto

from store.protocol.case import Pupil

_NAMES_IN_COMMON = 2


class Identity(Enum):
    """How two forms' pupils stand to each other."""

    SAME = auto()
    COMPATIBLE = auto()  # nothing contradicts, and too little is said to be sure
    CONFLICT = auto()  # some of it agrees and some does not: a person is asked
    OTHER = auto()


def compare(one: Pupil, other: Pupil) -> Identity:
    """Compare two pupils.

    An equal UPN under another name is a conflict unless the date of birth agrees too: a form filled in over an older
    one often keeps the older pupil's number, and joining the two would write over a child's answers.
    """
    upn, name, dob = _upn(one, other), _name(one, other), _dob(one, other)
    if (upn and not (name is False and not dob)) or (name and dob):
        return Identity.SAME
    said = [verdict for verdict in (upn, name, dob) if verdict is not None]
    if all(said):
        return Identity.COMPATIBLE
    return Identity.CONFLICT if any(said) else Identity.OTHER


def worth_asking(one: Pupil, other: Pupil) -> bool:
    """Whether they have enough in common to hold a new form against an old case: a shared birthday is not enough."""
    identity = compare(one, other)
    in_common = bool(_upn(one, other) or _name(one, other))
    return identity is Identity.SAME or (identity is Identity.CONFLICT and in_common)


def _upn(one: Pupil, other: Pupil) -> bool | None:
    return one.upn == other.upn if one.upn and other.upn else None


def _dob(one: Pupil, other: Pupil) -> bool | None:
    return one.dob == other.dob if one.dob and other.dob else None


def _name(one: Pupil, other: Pupil) -> bool | None:
    """Names agree when one has all the words of the other (middle names come and go); one word alone says little."""
    ours, theirs = _words(one), _words(other)
    shared = ours & theirs
    if not ours or not theirs:
        return None
    if shared not in (ours, theirs):
        return False
    return True if ours == theirs or len(shared) >= _NAMES_IN_COMMON else None


def _words(pupil: Pupil) -> frozenset[str]:
    written = f"{pupil.forename} {pupil.surname}".strip() or pupil.name
    bare = "".join(
        c for c in unicodedata.normalize("NFKD", written.casefold()) if not unicodedata.combining(c)
    )
    return frozenset("".join(c if c.isalnum() or c in "'’" else " " for c in bare).replace("’", "'").split())
