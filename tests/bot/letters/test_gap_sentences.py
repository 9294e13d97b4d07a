"""One sentence a gap: in the words of their form, truthful, neutral, with the clause."""

import re

import pytest

from bot.letters import gap_sentence, grouped
from bot.text import letters as words
from store.protocol import load
from store.protocol.case import Fact, FactState, Gap, GapKind, Level, Referral
from tests.bot.letters.facts import CASE, gap, short

VIEWS = "national guidance: the pupil's views"

# Written by hand from issue 2 and `docs/fields.md`: label, section, what would close the gap, clause.
SENTENCES = [
    (gap(), "Please fill in “Date of birth” (Salford 3.1 Referral, R26)."),
    (
        gap(section="About the pupil"),
        "Please fill in “Date of birth” in the section “About the pupil” (Salford 3.1 Referral, R26).",
    ),
    (
        gap(section="Section 2: The pupil"),
        "Please fill in “Date of birth” in “Section 2: The pupil” (Salford 3.1 Referral, R26).",
    ),
    (gap(label=" DOB : "), "Please fill in “DOB” (Salford 3.1 Referral, R26)."),
    (gap(label=""), "Please fill in the pupil's date of birth (Salford 3.1 Referral, R26)."),
    (
        gap("send.ehcp", GapKind.UNCLEAR, label="EHCP?"),
        "Please make “EHCP?” clear: we could not tell which answer is meant (Salford 3.1 Referral, R26).",
    ),
    (
        gap("pupil.views", GapKind.UNREADABLE, label="My views", rule="R63", source=VIEWS),
        ("We could not read the answer to “My views” ourselves; we are looking at it, and will write only if we need "
        "you to send it again (national guidance: the pupil's views, R63)."),
    ),
    (
        gap("parent.agrees", GapKind.REFUSED, label="Do you agree?", rule="R55", source="national guidance: voluntary"),
        ("The answer to “Do you agree?” is No, and a managed move needs everyone's agreement (national guidance: "
        "voluntary, R55), so the referral cannot go further while that is so; if No was marked by mistake, please "
        "tell us."),
    ),
    (
        gap("interventions", GapKind.NO_OUTCOME, label="Strategies used", detail="Mentoring", rule="R24"),
        "Please add the outcome of “Mentoring” to “Strategies used” (Salford 3.1 Referral, R24).",
    ),
    (
        gap("interventions", GapKind.NO_OUTCOME, label="Strategies used", detail="row 2", rule="R24"),
        "Please add the outcome of row 2 to “Strategies used” (Salford 3.1 Referral, R24).",
    ),
    (
        gap("record.attendance", GapKind.ATTACHMENT, label="Attendance"),
        ("Please send us what “Attendance” refers to: the answer is “see attached”, and we found nothing attached "
        "(Salford 3.1 Referral, R26)."),
    ),
    (
        gap("parent.informed_by", GapKind.NOT_ASKED, label="", level=Level.SHOULD, rule="R57", source="national guidance"),
        ("Please tell us who explained the move to the parents or carers, and when: your form does not ask for it "
        "(national guidance, R57)."),
    ),
]  # fmt: skip


@pytest.mark.parametrize(("missing", "sentence"), SENTENCES)
def test_a_gap_is_one_truthful_sentence(missing: Gap, sentence: str) -> None:
    """The words of their form, what would close it, the clause."""
    assert gap_sentence(missing, CASE) == sentence


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        (
            FactState.AMBIGUOUS,
            "Please make “EHCP?” clear: we could not tell which answer is meant (Salford 3.1 Referral, R26).",
        ),
        (
            FactState.NOT_APPLICABLE,
            "Please say in a few words, at “EHCP?”, why it does not apply, or answer it (Salford 3.1 Referral, R26).",
        ),
        (
            FactState.ANSWERED,
            "Please confirm the answer to “EHCP?”: we are not sure that we read it rightly (Salford 3.1 Referral, R26).",
        ),
    ],
)
def test_an_answer_that_is_not_clear_is_described_as_it_stands(state: FactState, sentence: str) -> None:
    """Two marks, "not applicable" and a mark that we doubt are three different things to mend."""
    case = CASE.model_copy(update={"referral": Referral(facts={"send.ehcp": Fact(state=state, sure=False)})})
    assert gap_sentence(gap("send.ehcp", GapKind.UNCLEAR, label="EHCP?"), case) == sentence


@pytest.mark.parametrize("kind", GapKind)
def test_no_sentence_blames(kind: GapKind) -> None:
    """R12: neutral, non-punitive; and nothing is "left out", least of all what their form does not ask."""
    sentence = gap_sentence(gap(kind=kind), CASE).lower()
    assert not re.search(r"left out|failed|forgot|omitted|neglect|must|wrong|incorrect|you did not", sentence)


@pytest.mark.parametrize("kind", GapKind)
def test_every_kind_of_gap_is_one_sentence_with_its_clause(kind: GapKind) -> None:
    """A new kind without words would fail here."""
    sentence = gap_sentence(gap(kind=kind), CASE)
    assert sentence.endswith(".")
    assert sentence.count(". ") == 0
    assert "R26)" in sentence


def test_every_question_of_the_shipped_protocols_has_plain_words() -> None:
    """What a form does not ask is asked for in plain words, and not by a field's name."""
    asked = {
        field
        for name in ("salford", "southwark", "norfolk")
        for line in load(name).required
        for fields in (*line.alternatives, (line.field,), (line.instead,))
        for field in fields
        if field
    }
    assert {field for field in asked if field not in words.FIELDS} == set()


def test_a_label_of_a_page_is_cut() -> None:
    """A form's label can be a paragraph; a sentence cannot hold it."""
    sentence = gap_sentence(gap(label="Why? " * 200), CASE)
    assert len(sentence) < 300
    assert "…”" in sentence


def test_a_label_over_lines_stands_on_one() -> None:
    """Labels in cells are broken where the cell was narrow."""
    assert "“Date of birth”" in gap_sentence(gap(label="Date\nof\tbirth"), CASE)


def test_gaps_are_grouped_by_what_is_asked_of_the_school() -> None:
    """Needed, wished for, refused, and what is ours to read: each once, in the protocol's order."""
    first, second = gap("pupil.dob", label="DOB"), gap("record.attendance", label="Attendance")
    wish = gap("pupil.upn", label="UPN", level=Level.SHOULD)
    refused = gap("parent.agrees", GapKind.REFUSED, label="Agreed?")
    unread = gap("pupil.views", GapKind.UNREADABLE, label="Views")
    groups = grouped(short(first, refused, wish, second, unread, first))
    assert groups.needed == (gap_sentence(first, CASE), gap_sentence(second, CASE))
    assert groups.wished == (gap_sentence(wish, CASE),)
    assert groups.refused == (gap_sentence(refused, CASE),)
    assert groups.ours == (gap_sentence(unread, CASE),)
    assert groups.about_agreement


def test_a_case_without_gaps_has_no_groups() -> None:
    """Nothing to say, and nothing about agreement."""
    groups = grouped(CASE)
    assert not groups.any
    assert not groups.about_agreement
