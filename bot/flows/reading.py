"""From what `forms` read to what the rules use: the two rooms share words, not types."""

import re
from collections.abc import Mapping
from datetime import date

from forms.reading import Answer, Reading, RowValue, Value
from store.protocol.case import Fact, FactState, Pupil, Referral, Row

_YEARS = range(1, 15)
_UPN = re.compile(r"[A-Z][0-9]{11}[0-9A-Z]")


def referral(reading: Reading, *, other_documents: bool = False) -> Referral:
    """A form's answers as facts. Nothing is added and nothing is judged here."""
    return Referral(
        facts={field: _fact(answer) for field, answer in reading.answers.items()},
        lists={name: tuple(_row(row) for row in rows) for name, rows in reading.rows.items()},
        list_labels=dict(reading.row_labels),
        definition=reading.definition,
        evidence=reading.evidence,
        other_documents=other_documents,
    )


def pupil(reading: Reading) -> Pupil:
    """Whom a form is about, as far as it says."""
    born = reading.value("pupil.dob")
    return Pupil(
        surname=_text(reading, "pupil.surname"),
        forename=_text(reading, "pupil.forename"),
        name=_text(reading, "pupil.name"),
        dob=born if isinstance(born, date) else None,
        upn=upn(_text(reading, "pupil.upn")),
        year_group=_year(reading.value("pupil.year_group")),
    )


def upn(written: str) -> str:
    """A unique pupil number without the blanks people put in, "" when it has not the shape of one."""
    squeezed = re.sub(r"[\s.\-/]", "", written).upper()
    return squeezed if _UPN.fullmatch(squeezed) else ""


def answered(reading: Reading) -> int:
    """How many questions have an answer."""
    return sum(1 for answer in reading.answers.values() if answer.value is not None)


def _fact(answer: Answer) -> Fact:
    return Fact(
        state=FactState(answer.state.value),
        value=_plain(answer.value),
        raw=answer.raw,
        label=answer.label,
        section=answer.section,
        where=answer.where,
        sure=answer.sure,
    )


def _plain(value: Value) -> bool | int | float | str | None:
    return value.isoformat() if isinstance(value, date) else value


def _row(row: Mapping[str, RowValue]) -> Row:
    return dict(row)


def _text(reading: Reading, field: str) -> str:
    value = reading.value(field)
    return value.strip() if isinstance(value, str) else ""


def _year(value: Value) -> int | None:
    """A count of years, not a birth year or a slip of the pen; True is no number."""
    if isinstance(value, int) and not isinstance(value, bool) and value in _YEARS:
        return value
    return None
