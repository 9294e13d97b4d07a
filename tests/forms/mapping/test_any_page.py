"""Whatever a page holds, reading it and drafting from it end in a result, and what is read keeps its promises."""

from hypothesis import given, settings
from hypothesis import strategies as st

from forms import AnswerState, Library, Page, understand
from forms.definition import Definition
from forms.definition_toml import to_toml
from forms.learning import draft
from forms.page import Cell, Kind, Mark, Para, Region, Row, Span, State, Table

LIBRARY = Library.shipped()
LABELS = sorted(
    {label for definition in LIBRARY for question in definition.questions for label in question.labels}
)
WORDS = st.one_of(
    st.sampled_from(LABELS),
    st.sampled_from(
        [
            "Yes / No",
            "Yes",
            "No",
            "____",
            "…………",
            "N/A",
            "☐",
            "☒ Yes ☐ No",
            "14/02/2013",
            "-",
            "",
            " ",
            "\t",
            "\n",
            ":",
            "?",
            "(",
            "1.",
        ]
    ),
    st.text(st.characters(exclude_categories=("Cc", "Cs")), max_size=12),  # what XML can hold
)
MARKS = st.sampled_from(
    [Mark.NONE, Mark.BOLD, Mark.STRIKE, Mark.HIGHLIGHT, Mark.BOLD | Mark.UNDERLINE, Mark.OVAL]
)


@st.composite
def spans(draw: st.DrawFn) -> Span:
    """A run of any kind."""
    kind = draw(st.sampled_from([Kind.TEXT] * 6 + list(Kind)))
    return Span(
        "" if kind in (Kind.CHECK, Kind.IMAGE) else draw(WORDS),
        kind,
        draw(st.sampled_from([State.TYPED] * 5 + list(State))),
        draw(MARKS),
        draw(st.sampled_from(["", "", "", "dob", "pupil.upn", "Text1"])),
        draw(st.booleans()) if kind is Kind.CHECK else None,
        ("Choose an item.", "Male", "Female") if kind is Kind.CHOICE else (),
    )


def paras(path: str, region: Region = Region.BODY) -> st.SearchStrategy[Para]:
    """A paragraph."""
    return st.builds(
        Para, st.lists(spans(), max_size=4), st.just(path), st.just(region), st.just(""), st.booleans()
    )


@st.composite
def tables(draw: st.DrawFn, path: str, depth: int = 0) -> Table:
    """A table, perhaps ragged, merged or nested."""
    rows = []
    for number in range(draw(st.integers(0, 4))):
        cells, column = [], 0
        for spot in range(draw(st.integers(0, 4))):
            width = draw(st.integers(1, 2))
            here = f"{path}/r{number + 1}/c{spot + 1}"
            blocks = draw(st.lists(paras(f"{here}/p1"), max_size=2))
            if depth < 1 and draw(st.integers(0, 9)) == 0:
                blocks = [*blocks, draw(tables(f"{here}/t1", depth + 1))]
            cells.append(Cell(blocks, here, column, width, draw(st.integers(1, 2)), draw(st.booleans())))
            column += width
        rows.append(Row(cells, f"{path}/r{number + 1}"))
    return Table(rows, path)


@st.composite
def pages(draw: st.DrawFn) -> Page:
    """A page of paragraphs and tables, some of them beside the body."""
    blocks = [
        draw(st.one_of(paras(f"b/p{number}"), tables(f"b/t{number}"), paras(f"h/p{number}", Region.HEADER)))
        for number in range(draw(st.integers(0, 8)))
    ]
    return Page("docx", blocks)


@settings(max_examples=60, deadline=None)
@given(pages())
def test_a_reading_keeps_its_promises(page: Page) -> None:
    """By every definition: a value only where answered, a place for every question found, confidence from 0 to 1."""
    for definition in LIBRARY:
        reading = understand(page, Library.of([definition]))
        for answer in reading.answers.values():
            assert (answer.value is not None) == (answer.state is AnswerState.ANSWERED)
            assert 0 <= answer.confidence <= 1
            if reading.definition and answer.state is not AnswerState.QUESTION_NOT_FOUND:
                assert answer.where
                assert answer.label


@settings(max_examples=60, deadline=None)
@given(pages())
def test_a_draft_is_always_a_valid_definition(page: Page) -> None:
    """It can be written, read again, and used."""
    drafted = draft(page, name="any").definition
    assert Definition.from_toml(to_toml(drafted)) == drafted
    understand(page, Library.of([drafted]))
