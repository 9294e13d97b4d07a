"""A form's bytes, read and understood: page, which form it is, answers."""

from forms.definition import vocabulary
from forms.library import Library
from forms.mapping.labels import sight
from forms.mapping.layout import lay_out
from forms.mapping.reader import read_page
from forms.opening import page
from forms.page import Page
from forms.reading import Answer, AnswerState, Reading


def read(data: bytes, *, name: str = "", library: Library | None = None) -> Reading:
    """What a form says. Raises a FormError for a file that cannot be read.

    A form that no definition fits is said to be unknown: `definition` is "", every question is
    `question_not_found`, and nothing is guessed.
    """
    return understand(page(data, name=name), library or Library.shipped())


def understand(found: Page, library: Library) -> Reading:
    """The reading of a page."""
    seen = sight(lay_out(found))
    index, coverage = library.best(seen)
    if index is None:
        return _unknown(found, coverage)
    return read_page(seen, index, coverage)


def _unknown(found: Page, coverage: float) -> Reading:
    answers = {
        name: Answer(name, AnswerState.QUESTION_NOT_FOUND, confidence=0.0)
        for name in vocabulary()
        if "." in name
    }
    return Reading(
        found.format,
        coverage=coverage,
        answers=answers,
        warnings=(*found.warnings, "The form is not known."),
        evidence=not found.recognised,
    )
