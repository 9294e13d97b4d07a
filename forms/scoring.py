"""How well forms are read: every answer of the sample forms held against what is known to stand on them."""

import json
from argparse import ArgumentParser
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from forms.definition import Definition, FieldType, vocabulary
from forms.library import Library
from forms.normalise import read_count, read_date, read_number
from forms.reading import AnswerState, Reading, Value
from forms.understanding import read

_MISSING = frozenset({AnswerState.BLANK, AnswerState.PLACEHOLDER, AnswerState.DEFAULT_LEFT})
"""States on whose strength a school is told that something is missing."""
START, END = "<!-- score: made by `make score` -->", "<!-- /score -->"

# The short names of the samples' truth files.
_SHORT = {
    "surname": "pupil.surname", "forename": "pupil.forename", "dob": "pupil.dob", "gender": "pupil.sex", "upn": "pupil.upn",
    "year": "pupil.year_group", "ethnicity": "pupil.ethnicity", "language": "pupil.first_language", "address": "pupil.address",
    "postcode": "pupil.postcode", "lac": "pupil.looked_after", "fsm": "pupil.free_school_meals", "p_name": "parent.name",
    "p_rel": "parent.relationship", "p_phone": "parent.phone", "p_email": "parent.email", "p_pr": "parent.responsibility",
    "school": "home_school.name", "head": "home_school.headteacher", "contact": "home_school.contact", "c_role": "home_school.role",
    "c_email": "home_school.email", "c_phone": "home_school.phone", "roll_date": "home_school.admitted_on", "ehcp": "send.ehcp",
    "senk": "send.support", "need": "send.primary_need", "ep": "send.psychologist", "attend": "record.attendance",
    "lates": "record.lates", "susp": "record.suspensions", "susp_days": "record.suspension_days", "pex": "record.risk_of_exclusion",
    "reason": "move.reason", "hopes": "move.hopes", "best": "move.best_interests", "views_pupil": "pupil.views",
    "views_parent": "parent.views", "beh": "preparation.behaviour_policy", "senco": "preparation.senco",
    "eha": "preparation.early_help", "told": "parent.informed_by", "medical": "pupil.medical", "risk": "pupil.risks",
    "safeguard": "pupil.safeguarding", "pref1": "move.preference1", "pref2": "move.preference2", "trial": "move.start",
    "consent": "parent.agrees", "sig_head": "signoff.headteacher", "sig_head_d": "signoff.headteacher_date",
    "sig_par": "signoff.parent", "sig_par_d": "signoff.parent_date",
}  # fmt: skip
_COLUMNS = {
    "interventions": ("what", "start", "end", "frequency", "outcome"),
    "attainment": ("subject", "current", "target"),
    "previous_schools": ("school", "from", "to"),
}


@dataclass(frozen=True, slots=True)
class Truth:
    """What stands on a form: None where nothing was filled in."""

    fields: Mapping[str, Value]
    rows: Mapping[str, Sequence[Mapping[str, object]]] = field(default_factory=dict)


@dataclass(slots=True)
class Tally:
    """Counts of one field, or of all."""

    given: int = 0  # answers that the truth holds
    blank: int = 0  # questions that it leaves empty
    right: int = 0
    wrong: int = 0  # another value
    false_missing: int = 0  # called missing though it was given
    false_answer: int = 0  # a value where nothing was given
    asked: int = 0  # neither: put to a person, or the question not found

    @property
    def precision(self) -> float:
        """Of the values that were read, the share that is right."""
        told = self.right + self.wrong + self.false_answer
        return self.right / told if told else 1.0

    @property
    def recall(self) -> float:
        """Of the answers that were given, the share that was read right."""
        return self.right / self.given if self.given else 1.0

    def add(self, other: "Tally") -> None:
        """Count another's counts in."""
        for name in self.__dataclass_fields__:
            setattr(self, name, getattr(self, name) + getattr(other, name))


@dataclass(slots=True)
class Score:
    """The counts of many forms."""

    forms: int = 0
    unknown: int = 0
    fields: dict[str, Tally] = field(default_factory=dict)
    states: dict[str, Tally] = field(default_factory=dict)

    @property
    def total(self) -> Tally:
        """All fields together."""
        total = Tally()
        for tally in self.fields.values():
            total.add(tally)
        return total

    def count(self, reading: Reading, truth: Truth) -> None:
        """Count one form."""
        self.forms += 1
        self.unknown += not reading.definition
        for name, value in truth.fields.items():
            answer = reading.answers.get(name)
            state = answer.state if answer else AnswerState.QUESTION_NOT_FOUND
            tally = _judged(state, answer.value if answer else None, value)
            self.fields.setdefault(name, Tally()).add(tally)
            self.states.setdefault(state.value, Tally()).add(tally)
        for name, rows in truth.rows.items():
            self.fields.setdefault(f"{name} (cells)", Tally()).add(
                _judged_rows(reading.rows.get(name, ()), rows)
            )


def score(samples: Iterable[tuple[bytes, Truth]], library: Library) -> Score:
    """Read every sample and hold it against its truth."""
    found = Score()
    for data, truth in samples:
        found.count(read(data, library=library), truth)
    return found


def _judged(state: AnswerState, read_value: object, value: object) -> Tally:
    tally = Tally(given=value is not None, blank=value is None)
    if state is AnswerState.ANSWERED:
        tally.right = value is not None and same(read_value, value)
        tally.false_answer = value is None
        tally.wrong = not tally.right and not tally.false_answer
    elif value is not None:
        tally.false_missing = state in _MISSING
        tally.asked = not tally.false_missing
    return tally


def same(one: object, other: object) -> bool:
    """Whether two values say the same; white space makes no difference."""
    if isinstance(one, str) and isinstance(other, str):
        return one.split() == other.split()
    return one == other and isinstance(one, bool) == isinstance(other, bool)


def _judged_rows(found: Sequence[Mapping[str, object]], truth: Sequence[Mapping[str, object]]) -> Tally:
    """Row by row, in order; a row too many counts as answers where nothing was given."""
    tally = Tally()
    for number in range(max(len(found), len(truth))):
        here = found[number] if number < len(found) else {}
        there = truth[number] if number < len(truth) else {}
        for column in there.keys() | (here.keys() if not there else set()):
            value, told = there.get(column) or None, here.get(column)
            if isinstance(there.get(column), bool):
                value = there[column]
            state = AnswerState.ANSWERED if told not in (None, "") else AnswerState.BLANK
            tally.add(_judged(state, told, value))
    return tally


# ---------------------------------------------------------------- truth files


def truth_of(text: str) -> Truth:
    """A truth file: `{"fields": {id: value}, "rows": {…}}` in the ids of docs/fields.md, or the samples' short names
    under `"truth"`. Dates may be written day first.
    """
    told = json.loads(text)
    if "truth" not in told:
        return Truth(
            {name: _typed(name, value) for name, value in told["fields"].items()}, told.get("rows", {})
        )
    short = told["truth"]
    fields = {name: _typed(name, short[key]) for key, name in _SHORT.items() if key in short}
    rows: dict[str, list[Mapping[str, object]]] = {
        name: [dict(zip(columns, map(_iso, row), strict=True)) for row in short[name]]
        for name, columns in _COLUMNS.items()
        if name in short
    }
    if "agencies" in short:
        rows["agencies"] = [{"agency": name, "involved": told} for name, told in short["agencies"].items()]
    return Truth(fields, rows)


def _iso(value: str) -> str:
    found = read_date(value).value if value.count("/") == 2 else None  # noqa: PLR2004 - day, month, year
    return found.isoformat() if isinstance(found, date) else value


_YES_NO = {"yes": True, "no": False}
_ALSO_YES_NO = frozenset({"preparation.behaviour_policy"})


def _typed(name: str, value: object) -> Value:
    """A truth's value as the reader would give it."""
    if not isinstance(value, str):
        return value if isinstance(value, int | float | bool) else None
    term = vocabulary().get(name)
    kind = term.type if term else FieldType.TEXT
    if kind is FieldType.YES_NO or name in _ALSO_YES_NO:
        return _YES_NO.get(value.casefold(), value)
    reader = {FieldType.DATE: read_date, FieldType.COUNT: read_count, FieldType.NUMBER: read_number}.get(kind)
    meaning = reader(value) if reader else None
    return value if meaning is None or meaning.value is None else meaning.value


def samples(folder: Path) -> Iterator[tuple[bytes, Truth]]:
    """The forms of a folder that have a truth file beside them."""
    for told in sorted(folder.rglob("*.json")):
        for form in sorted(told.parent.glob(f"{told.stem}.*")):
            if form.suffix in (".docx", ".docm", ".pdf"):
                yield form.read_bytes(), truth_of(told.read_text(encoding="utf-8"))


# ---------------------------------------------------------------- the table


def table(found: Score) -> str:
    """The score as Markdown: by field, by state, and in all."""
    lines = [f"{found.forms} forms, {found.unknown} of them unknown.", ""]
    lines += _table("field", {"**all**": found.total, **dict(sorted(found.fields.items()))})
    lines += ["", *_table("state read", dict(sorted(found.states.items())))]
    return "\n".join(lines)


def _table(head: str, tallies: Mapping[str, Tally]) -> Iterator[str]:
    yield f"| {head} | given | left blank | right | precision | recall | false missing | false answers | wrong | put to a person |"
    yield "|---|---|---|---|---|---|---|---|---|---|"
    for name, one in tallies.items():
        counts = (one.false_missing, one.false_answer, one.wrong, one.asked)
        yield (
            f"| {name} | {one.given} | {one.blank} | {one.right} | {one.precision:.3f} | {one.recall:.3f} | "
            f"{' | '.join(map(str, counts))} |"
        )


def written(document: str, found: Score) -> str:
    """A document with the table between its markers (or at its end)."""
    block = f"{START}\n{table(found)}\n{END}"
    before, start, rest = document.partition(START)
    if not start:
        return f"{document.rstrip()}\n\n## Score\n\n{block}\n"
    return f"{before}{block}{rest.partition(END)[2]}"


def main(arguments: Sequence[str] | None = None) -> int:
    """`python -m forms.scoring FOLDER… [--definition FILE] [--write docs/forms.md]`: 1 when a target is missed."""
    parser = ArgumentParser(
        prog="forms.scoring", description="Hold the reading of sample forms against their truth."
    )
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--definition", type=Path)
    parser.add_argument("--write", type=Path)
    told = parser.parse_args(arguments)
    library = Library.of([Definition.from_file(told.definition)]) if told.definition else Library.shipped()
    found = score((sample for folder in told.folders for sample in samples(folder)), library)
    if told.write:
        text = told.write.read_text(encoding="utf-8") if told.write.exists() else ""
        told.write.write_text(written(text, found), encoding="utf-8")
    print(table(found))  # noqa: T201 - this is a command
    total = found.total
    return int(bool(total.false_missing or total.false_answer))


if __name__ == "__main__":
    raise SystemExit(main())
