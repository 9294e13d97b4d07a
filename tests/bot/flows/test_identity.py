"""Two forms of one pupil are told from forms of two pupils, and doubt goes to a person."""

from datetime import date

import pytest

from bot.flows.identity import Identity, compare, worth_asking
from store.protocol.case import Pupil

DOB = date(2013, 2, 14)
OTHER_DOB = date(2013, 2, 15)


def pupil(name: str = "", dob: date | None = None, upn: str = "") -> Pupil:
    forename, _, surname = name.partition(" ")
    return Pupil(forename=forename, surname=surname, name=name, dob=dob, upn=upn)


@pytest.mark.parametrize(
    ("one", "other", "identity"),
    [
        (pupil("Ada Byron", DOB, "U1"), pupil("Ada Byron", DOB, "U1"), Identity.SAME),
        (pupil("Ada Byron", DOB), pupil("ADA  byron", DOB), Identity.SAME),
        (pupil("Ada Byron", DOB), pupil("Ada Augusta Byron", DOB), Identity.SAME),
        (pupil("Siân O’Hara", DOB), pupil("Sian O'Hara", DOB), Identity.SAME),
        (pupil("Ada Byron", DOB, "U1"), pupil("Ada Byron", OTHER_DOB, "U1"), Identity.SAME),
        (pupil("Ada Byron", DOB, "U1"), pupil("Ada Biron", DOB, "U1"), Identity.SAME),
        (pupil("Ada Byron", DOB, "U1"), pupil("Ada Byron", DOB, "U2"), Identity.SAME),
        (pupil("Ada Byron", None, "U1"), pupil("Ada Byron", DOB, "U1"), Identity.SAME),
        (pupil("Ada Byron"), pupil("Ada Byron", DOB, "U1"), Identity.COMPATIBLE),
        (pupil(), pupil("Ada Byron", DOB, "U1"), Identity.COMPATIBLE),
        (pupil("Ada Byron", DOB, "U1"), pupil("Carl Gauss", OTHER_DOB, "U1"), Identity.CONFLICT),
        (pupil("Ada Byron", None, "U1"), pupil("Carl Gauss", None, "U1"), Identity.CONFLICT),
        (pupil("Ada Byron", None, "U1"), pupil("Ada Byron", None, "U2"), Identity.CONFLICT),
        (pupil("Ada Byron", DOB), pupil("Ada Byron", OTHER_DOB), Identity.CONFLICT),
        (pupil("Ada Byron", DOB, "U1"), pupil("Eva Byron", DOB, "U2"), Identity.CONFLICT),
        (pupil("Ada Byron", DOB, "U1"), pupil("Carl Gauss", OTHER_DOB, "U2"), Identity.OTHER),
        (pupil("Ada Byron"), pupil("Carl Gauss"), Identity.OTHER),
        (pupil("Ada"), pupil("Ada Byron"), Identity.COMPATIBLE),
    ],
)
def test_pupils_are_compared_by_upn_or_by_name_and_date_of_birth(
    one: Pupil, other: Pupil, identity: Identity
) -> None:
    """The UPN decides, or name and date of birth together; whatever half agrees is asked about (fields.md)."""
    assert compare(one, other) is identity
    assert compare(other, one) is identity


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
