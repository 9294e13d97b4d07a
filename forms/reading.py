"""What a form says: the result of reading it, in the ids of `docs/fields.md`."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from enum import StrEnum
from typing import TypeAlias

Value: TypeAlias = str | int | float | bool | date | None


class AnswerState(StrEnum):
    """How a question stands. Only ANSWERED carries a value; only some of the others mean that something is missing."""

    ANSWERED = "answered"
    BLANK = "blank"
    PLACEHOLDER = "placeholder"
    DEFAULT_LEFT = "default_left"
    AMBIGUOUS = "ambiguous"  # both ticked, or nothing marked among marked neighbours
    NOT_APPLICABLE = "not_applicable"
    SEE_ATTACHED = "see_attached"
    UNREADABLE = "unreadable"
    QUESTION_NOT_FOUND = "question_not_found"  # never phrased as "you left out"


@dataclass(frozen=True, slots=True)
class Answer:
    """One question's answer and its evidence.

    `value` is normalised (ISO date, bool, int, float, text) and None unless answered; `raw` is what stood there;
    `where` is its place in words; `path` the page model's path, given for an empty answer too; `confidence` is 0 to 1;
    `how` says how it was read; `rivals` are other readings; `doubts` are sentences about a value that looks wrong.
    """

    field: str
    state: AnswerState
    value: Value = None
    raw: str = ""
    label: str = ""
    section: str = ""
    where: str = ""
    path: str = ""
    confidence: float = 1.0
    how: str = ""
    rivals: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()

    @property
    def sure(self) -> bool:
        """Whether the value may be used without asking a person (see notes on confidence, `docs/forms.md`)."""
        return self.state is not AnswerState.AMBIGUOUS and self.confidence >= SURE

    def to_json(self) -> dict[str, object]:
        """The answer as `docs/fields.md` prints it."""
        told = asdict(self)
        del told["field"]
        told["state"] = self.state.value
        told["value"] = self.value.isoformat() if isinstance(self.value, date) else self.value
        return {name: list(value) if isinstance(value, tuple) else value for name, value in told.items()}


SURE = 0.6
"""Below this a reading is put to a person: a drawn oval (.5) is below, a colour or shading (.7) is not."""

RowValue: TypeAlias = str | bool | None


@dataclass(frozen=True, slots=True)
class Reading:
    """All that was read from one form.

    `definition` is the id of the definition it was read by, "" when the form is unknown (`coverage` then says how near
    the best one came). `answers` has an entry for every question of the definition. `rows` holds lists: `interventions`
    (what, start, end, frequency, outcome), `agencies` (agency, contact, involved), `attainment`, `previous_schools`.
    """

    format: str
    definition: str = ""
    title: str = ""
    coverage: float = 0.0
    answers: Mapping[str, Answer] = field(default_factory=dict)
    rows: Mapping[str, tuple[Mapping[str, RowValue], ...]] = field(default_factory=dict)
    row_labels: Mapping[str, str] = field(default_factory=dict)  # list id -> its heading on their form
    warnings: tuple[str, ...] = ()
    evidence: bool = True  # False for a scan: nothing may be called missing on its strength
    row_paths: Mapping[str, str] = field(default_factory=dict)  # list id -> path of its first empty row

    def value(self, field_id: str) -> Value:
        """The value under a field id, None when there is none."""
        answer = self.answers.get(field_id)
        return answer.value if answer else None

    def to_json(self, file: str = "") -> dict[str, object]:
        """The shape of `docs/fields.md`: dates as ISO text, everything else as it is."""
        return {
            "file": file,
            "format": self.format,
            "definition": self.definition,
            "coverage": self.coverage,
            "fields": {name: answer.to_json() for name, answer in self.answers.items()},
            "rows": {name: [dict(row) for row in rows] for name, rows in self.rows.items()},
            "warnings": list(self.warnings),
        }
