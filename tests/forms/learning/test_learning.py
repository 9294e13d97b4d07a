"""A definition drafted from a blank form: what is asked, of what kind, and under which field id."""

import pytest

from forms import BadDefinition, Definition, Library, page, read
from forms.blank import make
from forms.definition import FieldSpec, FieldType, vocabulary
from forms.definition_toml import to_toml
from forms.learning import draft
from forms.naming import name_field
from forms.scoring import samples, score
from tests.forms.mapping.surgery import SAMPLES, sample
from tests.forms.word.building import docx, p, r, sdt, tbl, tc, tr

BOLD = "<w:b/>"


def learnt(body: str) -> dict[str, tuple[str, str]]:
    """The drafted questions of a document: label → (id, type)."""
    definition = draft(page(docx(body)), name="made up").definition
    return {
        question.labels[0] if question.labels else "": (question.id, getattr(question, "type", "rows"))
        for question in definition.questions
    }


@pytest.mark.parametrize("style", "abcd")
def test_the_samples_blanks_are_drafted_as_a_person_would(style: str) -> None:
    """All 53 questions, both tables and the tick list of a house style, each under its own id and section."""
    shipped = Library.shipped()[f"westhaven-{style}"]
    found = draft(page(sample(f"blank-{style.upper()}")), name="learnt").definition
    assert {question.id for question in found.questions} == {question.id for question in shipped.questions}
    sections = {question.id: question.section for question in found.questions}
    assert sections == {question.id: question.section for question in shipped.questions}
    assert found.title == "Managed Move Referral Form"
    assert {tuple(found.ticks[0].options)} == {tuple(shipped.ticks[0].options)}
    columns = {entry.id: [column.id for column in entry.columns] for entry in found.lists}
    assert columns == {entry.id: [column.id for column in entry.columns] for entry in shipped.lists}


@pytest.mark.parametrize("style", "ABCD")
def test_a_drafted_definition_reads_the_filled_samples_of_its_style(style: str) -> None:
    """No answer is called missing and none is invented; at most one field's kind differs from the corrected one."""
    library = Library.of([draft(page(sample(f"blank-{style}")), name="learnt").definition])
    own = [(data, truth) for data, truth in samples(SAMPLES) if read(data).definition.endswith(style.lower())]
    assert own
    total = score(own, library).total
    assert (total.false_missing, total.false_answer, total.asked) == (0, 0, 0)
    assert total.wrong <= len(own)


def test_the_places_of_the_questions_are_told_for_the_review_page() -> None:
    """Each question's label and answer by path, so that the form can be shown coloured."""
    made = draft(page(sample("blank-C")), name="learnt")
    assert made.seen["pupil.dob"].label_path == "b/t1/r2/c1"
    assert made.seen["pupil.dob"].answer_path == "b/t1/r2/c2"
    assert set(made.seen) == {question.id for question in made.definition.questions}


KINDS = {
    "a date control": (
        tc(p(sdt(r("Click or tap to enter a date."), "<w:showingPlcHdr/><w:date/>"))),
        FieldType.DATE,
    ),
    "printed Yes / No": (tc("Yes / No"), FieldType.YES_NO),
    "boxes with Yes and No": (tc("☐ Yes ☐ No"), FieldType.YES_NO),
    "an empty cell": (tc(""), FieldType.TEXT),
    "underscores": (tc("________"), FieldType.TEXT),
    "a date mask": (tc("__/__/____"), FieldType.DATE),
}


@pytest.mark.parametrize(("answer", "kind"), KINDS.values(), ids=KINDS.keys())
def test_the_kind_of_answer_is_seen_in_the_place_to_write(answer: str, kind: FieldType) -> None:
    """A question that no vocabulary knows: the control or the printed words tell its kind."""
    made = learnt(tbl(tr(tc(p(r("Favourite pudding", BOLD))), answer)))
    assert made == {"Favourite pudding": ("other.favourite_pudding", kind)}


def test_words_tell_the_kind_where_the_place_is_only_empty() -> None:
    """A date, an e-mail address, a telephone number, by the label alone."""
    cells = ["Date of last review", "Social worker email", "Club telephone"]
    made = learnt(tbl(*(tr(tc(p(r(cell, BOLD))), "") for cell in cells)))
    assert [kind for _, kind in made.values()] == [FieldType.DATE, FieldType.EMAIL, FieldType.PHONE]


def test_several_labels_on_one_line_are_several_questions() -> None:
    """As on the booking form that the first prototype failed on: "Name of School: ⇥ Phone: ⇥"."""
    tab = "<w:r><w:tab/></w:r>"
    made = learnt(p("Name of School: ", tab, tab, "Phone: ", tab))
    assert list(made) == ["Name of School:", "Phone:"]
    assert made["Name of School:"][0] == "home_school.name"


def test_heads_over_empty_rows_are_a_list_and_heads_over_one_row_are_questions() -> None:
    """Three empty rows are to be filled one by one; a single row under heads is one answer a head."""
    heads = tr(*(tc(p(r(head, BOLD))) for head in ("Subject", "Current level", "Target")))
    many = draft(
        page(docx(p(r("Attainment", BOLD)) + tbl(heads, *[tr("", "", "")] * 3, columns=3))), name="x"
    ).definition
    assert [entry.id for entry in many.lists] == ["attainment"]
    assert [column.id for column in many.lists[0].columns] == ["subject", "current", "target"]
    one = learnt(
        tbl(
            tr(*(tc(p(r(head, BOLD))) for head in ("Surname", "First name", "UPN"))),
            tr("", "", ""),
            columns=3,
        )
    )
    assert [name for name, _ in one.values()] == ["pupil.surname", "pupil.forename", "pupil.upn"]


def test_whose_telephone_it_is_is_said_by_the_section() -> None:
    """The same four words under three headings; a second parent's block after the first."""

    def block(title: str) -> str:
        rows = (tr(tc(p(r(label, BOLD))), "") for label in ("Name", "Telephone"))
        return p(r(title, BOLD)) + tbl(*rows)

    found = draft(
        page(
            docx(
                block("Pupil") + block("Parent/carer 1") + block("Parent/carer 2") + block("Person referring")
            )
        ),
        name="x",
    ).definition
    names = [field.id for field in found.fields]
    assert names[0] == "pupil.name"
    assert names[2:6] == ["parent.name", "parent.phone", "parent2.name", "parent2.phone"]
    assert names[6:] == ["home_school.contact", "home_school.phone"]


def test_a_near_miss_is_not_the_unique_pupil_number() -> None:
    """ULN, ULC and UCI are other numbers."""
    for label in ("ULN", "ULC", "UCI"):
        assert name_field(label, section="Pupil", before="", used=()).id != "pupil.upn"


def test_controls_that_were_named_by_counting_are_not_kept() -> None:
    """ "Text1" shifts from copy to copy; a name that a person gave stays."""
    named = tr(tc(p(r("UPN", BOLD))), tc(p(sdt(r("Enter"), "<w:showingPlcHdr/><w:text/>", tag="upn"))))
    counted = tr(
        tc(p(r("Surname", BOLD))), tc(p(sdt(r("Enter"), "<w:showingPlcHdr/><w:text/>", tag="Text12")))
    )
    fields = {field.id: field for field in draft(page(docx(tbl(named, counted))), name="x").definition.fields}
    assert fields["pupil.upn"].controls == ("upn",)
    assert fields["pupil.surname"].controls == ()


def test_what_the_form_marks_as_essential_is_kept() -> None:
    """A star after the label."""
    rows = (tr(tc(p(r(label, BOLD))), "") for label in ("UPN *", "Surname"))
    fields = draft(page(docx(tbl(*rows))), name="x").definition.fields
    assert [(field.id, field.essential) for field in fields] == [
        ("pupil.upn", True),
        ("pupil.surname", False),
    ]


@pytest.mark.parametrize("name", sorted(definition.id for definition in Library.shipped()))
def test_a_form_made_from_a_definition_is_learnt_again(name: str) -> None:
    """Every question of a fresh form is found by the draft; most come back under their own id."""
    definition = Library.shipped()[name]
    found = draft(page(make(definition)), name="again").definition
    wanted = {label for field in definition.fields for label in field.labels[:1]}
    seen = {field.labels[0].rstrip(" *") for field in found.fields}
    assert len(wanted & {label.rstrip(" *") for label in seen} | (wanted & seen)) >= 0.9 * len(wanted)


@pytest.mark.parametrize("name", sorted(definition.id for definition in Library.shipped()))
def test_a_definition_written_as_toml_is_the_same_definition(name: str) -> None:
    """What a person corrects is what the program reads."""
    definition = Library.shipped()[name]
    assert Definition.from_toml(to_toml(definition)) == definition


def test_a_question_that_nobody_knows_keeps_its_doubt_in_the_file() -> None:
    """Confidence 0 is written down, so that the review shows it first."""
    drafted = draft(page(docx(tbl(tr(tc(p(r("Favourite pudding", BOLD))), "")))), name="x")
    assert drafted.doubtful == ("other.favourite_pudding",)
    assert Definition.from_toml(to_toml(drafted.definition)).fields[0].confidence == 0


MISTAKES = {
    "an unknown id": ('id = "pupil.shoe"\nlabels = "Shoe size"', "pupil.shoe is no field id"),
    "an unknown key": ('id = "pupil.upn"\nlabel = "UPN"', "labels: Field required"),
    "an unknown type": ('id = "pupil.upn"\nlabels = "UPN"\ntype = "number-ish"', "type"),
    "no label": ('id = "pupil.upn"\nlabels = []', "labels"),
}


@pytest.mark.parametrize(("field", "said"), MISTAKES.values(), ids=MISTAKES.keys())
def test_a_mistake_in_a_definition_is_named_with_its_place(field: str, said: str) -> None:
    """One sentence that a person can act on."""
    with pytest.raises(BadDefinition, match=said):
        Definition.from_toml(f'id = "x"\ntitle = "X"\n[[section]]\n[[section.field]]\n{field}', name="x.toml")


def test_an_id_asked_twice_and_broken_toml_are_refused() -> None:
    """Each id once; a file that is no TOML says so."""
    twice = '[[section.field]]\nid = "pupil.upn"\nlabels = "UPN"\n' * 2
    with pytest.raises(BadDefinition, match="asked twice"):
        Definition.from_toml(f'id = "x"\ntitle = "X"\n[[section]]\n{twice}')
    with pytest.raises(BadDefinition, match="not TOML"):
        Definition.from_toml("id = ", name="x.toml")


def test_the_vocabulary_is_the_list_of_the_field_document() -> None:
    """Every id of docs/fields.md has a type and a phrase for asking, and no other id is there."""
    text = (SAMPLES.parents[2] / "docs" / "fields.md").read_text(encoding="utf-8")
    for name, term in vocabulary().items():
        own, _, last = name.partition(".")
        assert name in text or f".{last}" in text or f"{own}." in text, name
        assert term.ask, name
    assert isinstance(next(iter(Library.shipped())).fields[0], FieldSpec)


def test_a_parents_details_are_the_parents_on_a_form_without_headings() -> None:
    """A title that says "Referral" makes nobody's name the school's; a telephone after a parent's name is the parent's."""
    rows = ("Name of pupil", "Home address", "Parent/carer name", "Telephone", "Email")
    body = p(r("Managed Move Referral, Exampleshire", BOLD))
    found = learnt(body + tbl(*(tr(tc(p(r(label, BOLD))), "") for label in rows)))
    assert [found[label][0] for label in rows] == [
        "pupil.name",
        "pupil.address",
        "parent.name",
        "parent.phone",
        "parent.email",
    ]
