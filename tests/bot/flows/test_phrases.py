"""Wordings that a person must see are found, and ordinary letters are left alone."""

import time

import pytest

from bot.flows.phrases import Sign, signs

PRESSURE = [
    "His head said if we did not sign they would exclude him.",
    "school say he has to move and I do not want him to.",
    "They told us to sign the form or she will be excluded permanently.",
    "I was told I had to agree to it.",
    "We feel pressured to accept this place.",
    "The deputy is threatening me with exclusion.",
    "She said it was the only option, otherwise he'd be permanently excluded.",
    "We weren’t given a choice. We were not given a choice at all.",
    "They said we should home educate her to avoid being excluded.",
    "They will expel him unless\nwe agree to the move.",
]
FAILURE = [
    "We need to end the placement. Reason: persistent disruptive behaviour (DB).",
    "Managed move not working out",
    "I am sorry to say that the placement has broken down.",
    "The trial has been unsuccessful.",
    "We are withdrawing the placement with effect from Friday.",
    "The pupil will return to you on Monday.",
    "Notice of a failed managed move",
]
OUT_OF_BOROUGH = [
    "Managed move enquiry from Farbrook (out of authority)",
    "An out-of-borough request",
    "We are a school outside the borough.",
    "I write from a neighbouring authority about a possible move.",
]
ORDINARY = [
    "Please find attached a referral for panel on 10 December. The head is aware.",
    "Form for the December panel.",
    "Referral attached. Some of the information is still to follow.",
    "Apologies, full form attached now.",
    "Please see attached. The social worker is copied in at her own address.",
    "Referral attached, EHCP pupil, annual review held in October.",
    "Sorry this is a day late, can it still go on Thursday’s agenda?",
    "Two referrals attached.",
    "Password will follow by phone.",
    "I am out of the office until Monday.",
    "The placement is going well and the first review is on Tuesday.",
    "Could you tell us when the next panel is, and whether the head must sign the form?",
    "Parents agree to the move and he is not at risk of exclusion if it works out.",
]


@pytest.mark.parametrize("text", PRESSURE)
@pytest.mark.rules("R57")
def test_possible_pressure_on_a_parent_is_seen(text: str) -> None:
    """R57: parents must not be pressured; wording that may speak of it goes to the officer."""
    assert Sign.PRESSURE in signs(text)


@pytest.mark.parametrize("text", FAILURE)
@pytest.mark.rules("R37")
def test_a_failing_placement_is_seen(text: str) -> None:
    """R37: a school's notice that a placement is failing reaches the officer as such."""
    assert Sign.FAILURE in signs(text)


@pytest.mark.parametrize("text", OUT_OF_BOROUGH)
def test_another_authority_is_seen(text: str) -> None:
    """R46: a report from out of authority is told from an unknown form of a school of ours."""
    assert Sign.OUT_OF_BOROUGH in signs(text)


@pytest.mark.parametrize("text", ORDINARY)
def test_ordinary_letters_carry_no_sign(text: str) -> None:
    """A flag raised on every letter would soon be looked at by nobody."""
    assert signs(text) == frozenset()


@pytest.mark.parametrize(
    "unit", ["if we sign ", "placement not ", "excluded if ", "or out of ", "\n \n", "if "]
)
def test_long_hostile_text_is_searched_in_linear_time(unit: str) -> None:
    """A text made of beginnings of patterns cannot hold up the queue: a megabyte takes less than a second of work."""
    begun = time.process_time()
    signs(unit * (1_000_000 // len(unit)))
    assert time.process_time() - begun < 1
