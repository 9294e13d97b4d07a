"""Forms filled by chance in the four house styles: nothing is misread, called missing, or made up."""

import json

import pytest

from forms import Library
from forms.scoring import Score, score, table, truth_of
from tests.forms.mapping.filling import Filled

FORMS_A_STYLE = 12


@pytest.mark.parametrize("style", "ABCD")
def test_every_answer_of_forms_filled_by_chance_is_read_right(style: str) -> None:
    """Awkward names, words that are labels elsewhere, every kind of mark, and one question in eight left empty."""
    filled = [Filled(style, seed) for seed in range(FORMS_A_STYLE)]
    samples = ((form.data, truth_of(json.dumps({"fields": form.truth}))) for form in filled)
    found: Score = score(samples, Library.shipped())
    total = found.total
    assert total.given > 400
    assert total.blank > 40
    assert (total.right, total.wrong, total.false_missing, total.false_answer, total.asked) == (
        total.given,
        0,
        0,
        0,
        0,
    ), table(found)
