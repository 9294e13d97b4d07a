"""The words that people read."""

from datetime import UTC, date, datetime

import pytest

from bot.flows.desk import PublicStage
from bot.flows.dispositions import Attention, Disposition, Reason
from bot.text import dates, dispositions, errors, refusals, stages
from forms import refusals as forms_refusals
from store.errors import NoSuchCase, NotAllowed, NotNow, StaleCase

CHILD_WORDS = (
    "looked",
    "care",
    "ehc",
    "sen ",
    "special",
    "parent",
    "pupil",
    "child",
    "pressure",
    "failing",
    "exclu",
)


def every_form_error() -> list[type[forms_refusals.FormError]]:
    """All the refusals of a file that the forms room can make."""
    every = [forms_refusals.FormError, *forms_refusals.FormError.__subclasses__()]
    return [error for error in every if error.__module__ == forms_refusals.__name__]


@pytest.mark.parametrize("error", every_form_error())
def test_every_refusal_has_its_own_words_for_the_school_and_for_the_officer(
    error: type[forms_refusals.FormError],
) -> None:
    """No refusal falls back to the general sentence."""
    assert error.code in refusals.REFUSALS
    assert refusals.to_school(error.code) != refusals.to_officer(error.code)


def test_a_refusal_of_a_later_version_still_has_words() -> None:
    """An unknown code is answered with the general sentence, never with the code."""
    assert refusals.to_school("eaten_by_the_dog") == refusals.UNREADABLE.to_school


def test_only_a_hostile_file_asks_the_school_to_telephone() -> None:
    """A school is otherwise told what to do and sends again."""
    telephones = {code for code, said in refusals.REFUSALS.items() if "telephone" in said.to_school}
    assert telephones == {"hostile"}


@pytest.mark.parametrize(
    ("codes", "words"),
    [
        (Disposition, dispositions.OUTCOMES),
        (Reason, dispositions.REASONS),
        (Attention, dispositions.ATTENTION),
        (PublicStage, stages.PUBLIC),
    ],
)
def test_every_code_has_words(codes: type, words: dict[str, str]) -> None:
    """A code is never shown to a person."""
    assert set(words) == set(codes)


@pytest.mark.parametrize("reason", Reason)
def test_what_the_channel_says_of_a_letter_says_nothing_of_a_child(reason: Reason) -> None:
    """The table "What may be seen where": the channel's sentence holds no word about a child, a family or their needs."""
    said = dispositions.public(reason).lower()
    assert not [word for word in CHILD_WORDS if word in said]


def test_all_that_a_person_must_read_looks_alike_in_the_channel() -> None:
    """A letter with possible pressure on a parent cannot be told from a plain question."""
    assert dispositions.public(Reason.POSSIBLE_PRESSURE) == dispositions.public(Reason.QUESTION)


@pytest.mark.parametrize(
    ("at", "written"),
    [
        (datetime(2026, 12, 2, 23, 59, 59, tzinfo=UTC), "end of Wed 2 December 2026"),
        (datetime(2026, 12, 3, 0, 0, tzinfo=UTC), "end of Wed 2 December 2026"),
        (datetime(2026, 12, 2, 12, 0, tzinfo=UTC), "Wed 2 December 2026, 12:00"),
        (datetime(2026, 7, 1, 22, 59, 59, tzinfo=UTC), "end of Wed 1 July 2026"),
        (datetime(2026, 7, 1, 23, 0, tzinfo=UTC), "end of Wed 1 July 2026"),
    ],
)
def test_a_deadline_at_midnight_belongs_to_the_day_that_ends(at: datetime, written: str) -> None:
    """In winter and in summer time; a deadline at noon names its hour (R27)."""
    assert dates.deadline(at) == written


def test_a_moment_is_told_by_londons_clock() -> None:
    """Summer time is one hour ahead of UTC."""
    assert dates.moment(datetime(2026, 6, 30, 23, 5, tzinfo=UTC)) == "Wed 1 July 2026, 00:05"
    assert dates.day(date(2026, 12, 10)) == "Thu 10 December 2026"


@pytest.mark.parametrize(("number", "written"), [(0, "no gaps"), (1, "1 gap"), (5, "5 gaps")])
def test_a_count_agrees_with_its_noun(number: int, written: str) -> None:
    """Nothing reads "1 gaps"."""
    assert dates.count(number, "gap") == written


def test_a_refusal_of_the_casebook_cites_its_rule() -> None:
    """A person who asks why has the answer before them."""
    refused = NotAllowed("A hold stands.", rule="R4", source="Salford preamble")
    assert errors.of_casework(refused) == "A hold stands. (R4, Salford preamble)"
    assert errors.of_casework(NotNow()) == "This cannot be done at this stage."


def test_a_missing_and_a_changed_case_have_their_own_sentences() -> None:
    """Neither repeats what the person typed."""
    assert errors.of_casework(NoSuchCase("MM-26-9999 Jane")) == errors.NO_SUCH_CASE
    assert errors.of_casework(StaleCase()) == errors.STALE
