"""Which old cases a new form is held against when no thread and no reference joins them."""

from datetime import date

import pytest

from bot.flows.joining import worth_asking
from store.protocol.case import Pupil

DOB = date(2013, 2, 14)
OTHER_DOB = date(2013, 2, 15)


def pupil(name: str = "", dob: date | None = None, upn: str = "") -> Pupil:
    forename, _, surname = name.partition(" ")
    return Pupil(forename=forename, surname=surname, name=name, dob=dob, upn=upn)


@pytest.mark.parametrize(
    ("one", "other", "asked"),
    [
        (pupil("Ada Byron", DOB), pupil("Ada Byron", DOB), True),
        (pupil("Ada Byron", DOB), pupil("Ada Byron", OTHER_DOB), True),
        (pupil("Ada Byron", None, "U1"), pupil("Carl Gauss", None, "U1"), True),
        (pupil("Ada Byron", DOB), pupil("Carl Gauss", DOB), False),
        (pupil("Ada Byron"), pupil("Ada Byron", DOB), False),
    ],
)
def test_a_shared_birthday_does_not_hold_a_new_referral_up(one: Pupil, other: Pupil, asked: bool) -> None:
    """Outside a thread, only a number or a name in common makes a new form a possible copy of an old case."""
    assert worth_asking(one, other) is asked
