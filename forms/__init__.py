"""Forms: a Word, PDF or other file's bytes become a page, and a page becomes a reading.

`read` is the whole way; `page` stops at the page model. A `Library` holds the definitions of the forms that are known.
"""

from forms.definition import BadDefinition, Definition, vocabulary
from forms.library import Library, recognise
from forms.marking import mark_gaps
from forms.opening import page
from forms.page import Page
from forms.reading import SURE, Answer, AnswerState, Reading
from forms.refusals import FormError
from forms.understanding import read, understand

__all__ = [
    "SURE",
    "Answer",
    "AnswerState",
    "BadDefinition",
    "Definition",
    "FormError",
    "Library",
    "Page",
    "Reading",
    "mark_gaps",
    "page",
    "read",
    "recognise",
    "understand",
    "vocabulary",
]
