"""What a corrected form changed is told in the words of the form, before and after."""

from datetime import timedelta
from typing import Any

from bot.flows.history import changes
from store.protocol.case import Fact, FactState
from store.queries import PastAnswer
from store.tables import AnswerKind
from tests.bot.flows.given import AT


def answer(field: str, letter: int, value: Any, kind: AnswerKind = AnswerKind.FACT) -> PastAnswer:
    state = FactState.ANSWERED if value is not None else FactState.BLANK
    fact = Fact(state=state, value=value, label=field.title())
    at = AT + timedelta(days=letter)
    return PastAnswer(field, kind, fact.model_dump(mode="json"), letter, at, None, None)


def test_each_change_has_its_before_and_after() -> None:
    """A blank that was filled in, and an answer that was corrected; in the order of the letters."""
    found = changes(
        [
            answer("pupil.dob", 1, None), answer("record.attendance", 1, 71.0), answer("pupil.sex", 1, "F"),
            answer("record.attendance", 2, 81.0), answer("pupil.dob", 3, "2013-02-03"),
        ]
    )  # fmt: skip
    assert [(one.field, one.before.value, one.after.value, one.letter) for one in found] == [
        ("record.attendance", 71.0, 81.0, 2),
        ("pupil.dob", None, "2013-02-03", 3),
    ]


def test_the_same_answer_again_is_no_change() -> None:
    """A form sent twice changes nothing."""
    assert changes([answer("pupil.sex", 1, "F"), answer("pupil.sex", 2, "F")]) == ()


def test_lists_are_not_told_as_single_answers() -> None:
    """Interventions are shown whole, in their table."""
    rows = [answer("interventions", n, f"row {n}", AnswerKind.ROWS) for n in (1, 2)]
    assert changes(rows) == ()
