"""Form fields that have a name and a label but no place in the text, as in some PDFs."""

from forms import AnswerState, Definition, Library, understand
from forms.page import Field, Kind, Page, Para, Span

LIBRARY = Library.of(
    [
        Definition.from_toml(
            'id = "made-up"\ntitle = "Made up"\n[[section]]\n'
            '[[section.field]]\nid = "pupil.surname"\nlabels = "Surname"\ncontrols = "pupil_last"\n'
            '[[section.field]]\nid = "send.ehcp"\nlabels = "EHCP"\n'
            '[[section.field]]\nid = "pupil.dob"\nlabels = "Date of birth"\n'
        )
    ]
)


def field(name: str, label: str, text: str, kind: Kind = Kind.TEXT) -> Field:
    """A filled form field."""
    return Field(name, label, Span(text, kind), f"page 1, field {name}")


def test_a_field_is_found_by_its_name_and_by_its_label() -> None:
    """The surname by name, the plan by label; nothing is printed."""
    found = Page("pdf", [], [field("pupil_last", "Last", "Marsh"), field("f2", "EHCP:", "No", Kind.CHOICE)])
    reading = understand(found, LIBRARY)
    assert (reading.answers["pupil.surname"].value, reading.answers["send.ehcp"].value) == ("Marsh", False)
    assert reading.answers["send.ehcp"].where == "page 1, field f2"
    assert reading.answers["pupil.dob"].state is AnswerState.QUESTION_NOT_FOUND


def test_a_printed_label_with_an_empty_line_does_not_hide_the_field() -> None:
    """The label is printed with a line to write on; the value stands in the form field only."""
    printed = [
        Para([Span(f"{label}: ______")], f"b/p{at}")
        for at, label in enumerate(("Surname", "EHCP", "Date of birth"))
    ]
    found = Page("pdf", printed, [field("x", "Date of birth", "14/02/2013"), field("y", "Surname", "")])
    answers = understand(found, LIBRARY).answers
    assert str(answers["pupil.dob"].value) == "2013-02-14"
    assert answers["pupil.surname"].state is AnswerState.BLANK
    assert answers["pupil.surname"].path == "b/p0"
