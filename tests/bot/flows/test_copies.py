"""The marked copy goes with the answer that it belongs to, and with no other."""

from dataclasses import replace

from bot.flows.copies import LARGEST, at_hand, copy_for, key_of, made, places
from forms.reading import Answer, AnswerState, Reading
from store.protocol.case import Case, Gap, GapKind, Level, Pupil, School, Stage
from tests.bot.flows.given import AT


def gap(field: str, kind: GapKind = GapKind.MISSING) -> Gap:
    return Gap(field=field, level=Level.MUST, kind=kind, rule="R26", source="Salford 3.1 Referral")


def blank(field: str, path: str) -> Answer:
    return Answer(field, AnswerState.BLANK, path=path)


READING = Reading(
    format="docx",
    answers={one.field: one for one in (blank("pupil.dob", "b/t1/r2/c2"), blank("move.reason", "b/p7"))},
    row_paths={"interventions": "b/t4/r2"},
)
CASE = Case(
    reference="MM-26-0001",
    stage=Stage.INCOMPLETE,
    protocol="salford/1",
    home_school=School(urn="999104", name="The Weaver School"),
    received=AT,
    pupil=Pupil(surname="Ravensworth", forename="Ottoline"),
    gaps=(gap("pupil.dob"), gap("interventions")),
    letters=(7,),
)


def test_the_places_are_those_of_the_gaps_and_no_others() -> None:
    """An empty list by its first empty row; a question that is answered stays unmarked."""
    assert places(READING, CASE.gaps) == ("b/t1/r2/c2", "b/t4/r2")


def test_what_cannot_be_answered_on_the_form_has_no_place() -> None:
    """A refusal, an answer that we could not read, and a question that is not there."""
    asked = [gap("pupil.dob", GapKind.REFUSED), gap("move.reason", GapKind.UNREADABLE), gap("pupil.upn")]
    assert places(READING, asked) == ()


def test_a_copy_is_for_its_case_as_it_was_foreseen() -> None:
    """Once anything about the gaps, the pupil or the letters has changed, it is nobody's."""
    copies = made(CASE, READING, lambda paths: ",".join(paths).encode())
    with at_hand(copies):
        assert copy_for(CASE) == b"b/t1/r2/c2,b/t4/r2"
        assert copy_for(CASE.model_copy(update={"gaps": CASE.gaps[:1]})) == b""
        assert copy_for(CASE.model_copy(update={"pupil": Pupil(surname="Quill")})) == b""
        assert copy_for(CASE.model_copy(update={"letters": (7, 8)})) == b""
    assert copy_for(CASE) == b""


def test_without_a_place_nothing_is_asked_of_the_child() -> None:
    """A complete form is not copied."""
    asked: list[tuple[str, ...]] = []

    def mark(paths: tuple[str, ...]) -> bytes:
        asked.append(paths)
        return b"copy"

    assert made(CASE.model_copy(update={"gaps": ()}), READING, mark) == {}
    assert made(CASE, replace(READING, answers={}, row_paths={}), mark) == {}
    assert asked == []


def test_a_copy_that_is_too_large_or_could_not_be_made_is_left_out() -> None:
    """The letter says what is missing in any case."""
    assert made(CASE, READING, lambda _: b"") == {}
    assert made(CASE, READING, lambda _: bytes(LARGEST + 1)) == {}
    assert made(CASE, READING, lambda _: bytes(LARGEST)) == {key_of(CASE): bytes(LARGEST)}
