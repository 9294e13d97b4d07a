"""A form as data: which questions it asks, under which words, and what kind of answer each wants.

One TOML file an authority's form; `docs/forms.md` describes it. A definition says what stands on the form. What the
*protocol* wants of a referral is not here (`store/protocol`).
"""

import tomllib
from collections.abc import Iterator, Mapping
from enum import StrEnum
from functools import cached_property, lru_cache
from importlib import resources
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from forms.refusals import FormError


class BadDefinition(FormError):
    """The definition of the form has a mistake."""

    code = "bad_definition"


class FieldType(StrEnum):
    """What kind of answer a question wants."""

    TEXT = "text"
    YES_NO = "yesno"
    DATE = "date"
    COUNT = "count"
    NUMBER = "number"
    CHOICE = "choice"
    UPN = "upn"
    POSTCODE = "postcode"
    PHONE = "phone"
    EMAIL = "email"
    SIGNATURE = "signature"  # a name, or a picture of one


class Position(StrEnum):
    """Where an answer stands, seen from its label. UNSTATED: worked out from the form."""

    UNSTATED = ""
    RIGHT = "right"
    BELOW = "below"
    SAME = "same"  # in the label's own cell or line


def _several(value: object) -> object:
    return (value,) if isinstance(value, str) else value


Words = Annotated[tuple[str, ...], BeforeValidator(_several)]
"""One phrase or several; a single string is taken for one."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Term(_Strict):
    """What is known about a field id whatever form it stands on (`vocabulary.toml`)."""

    type: FieldType = FieldType.TEXT
    ask: str
    synonyms: Words = ()
    signs: str = ""  # a pattern of words that tell the question on a form that nobody has described
    range: tuple[float, float] | None = None  # sane values of a count or number
    none_is_answer: bool = False  # "None" is a full answer here (medical needs), not an evasion


class Column(_Strict):
    """A column of a list."""

    id: str
    labels: Words = ()
    type: FieldType = FieldType.TEXT


class FieldSpec(_Strict):
    """A question with one answer."""

    id: str
    labels: Words = Field(min_length=1)
    controls: Words = ()  # names of controls or form fields: they beat labels
    type: FieldType = FieldType.TEXT
    options: Words = ()  # CHOICE: the words to choose among
    placeholders: Words = ()  # prompts of this question that are not answers
    ask: str = ""  # how to ask for it, to follow "please tell us"
    essential: bool = False  # the form itself marks it so
    place: Position = Position.UNSTATED
    column: str = ""  # the head of the column that holds this answer, where one label serves several
    confidence: float = 1.0  # of a drafted definition: how sure the draft is of the id
    lines: int = Field(default=1, ge=1, le=30)  # room for the answer on a fresh form
    section: str = ""  # filled from the section that it stands in


class ListSpec(_Strict):
    """A question answered by rows of a table."""

    id: str
    labels: Words = ()
    columns: tuple[Column, ...] = Field(min_length=1)
    row_required: Words = ()  # columns that each row must fill, says the form
    rows: Words = ()  # first cells that the form prints itself ("CAMHS", "Police"…)
    ask: str = ""
    essential: bool = False
    confidence: float = 1.0
    section: str = ""


class TicksSpec(_Strict):
    """A question answered by ticking boxes: read as rows of `{key: option, involved: ticked}`."""

    id: str
    labels: Words = ()
    options: Words = Field(min_length=1)
    key: str = "agency"
    mark: str = "involved"
    ask: str = ""
    essential: bool = False
    confidence: float = 1.0
    section: str = ""


class Section(_Strict):
    """A part of the form under one heading; a second parent's block is a section of its own."""

    title: str = ""
    fields: tuple[FieldSpec, ...] = Field(default=(), alias="field")
    lists: tuple[ListSpec, ...] = Field(default=(), alias="list")
    ticks: tuple[TicksSpec, ...] = ()

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    @model_validator(mode="before")
    @classmethod
    def _hand_down(cls, data: Any) -> Any:
        """Each question knows its section and takes from the vocabulary what the file leaves out."""
        if not isinstance(data, Mapping):
            return data
        told = dict(data)
        title = str(told.get("title", ""))
        for kind in ("field", "list", "ticks"):
            told[kind] = tuple(_completed(kind, entry, title) for entry in told.get(kind, ()))
        return told


def _completed(kind: str, entry: Any, section: str) -> Any:
    if not isinstance(entry, Mapping):
        return entry
    term = vocabulary().get(str(entry.get("id", "")))
    known = {} if term is None else {"ask": term.ask}
    if term is not None and kind == "field":
        known["type"] = term.type
    return known | dict(entry) | {"section": section}


class Definition(_Strict):
    """One form of one authority."""

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    title: str
    authority: str = ""
    ignore: Words = ()  # sentences that the form prints and that are neither question nor answer
    placeholders: Words = ()  # prompts standing in many answers
    sections: tuple[Section, ...] = Field(alias="section", min_length=1)

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        seen: set[str] = set()
        for question in self.questions:
            if question.id in seen:
                raise ValueError(f"{question.id} is asked twice")
            if question.id not in vocabulary() and not question.id.startswith(("other.", "other_")):
                raise ValueError(
                    f"{question.id} is no field id (docs/fields.md); ids of your own begin with other."
                )
            seen.add(question.id)
        return self

    @property
    def questions(self) -> "Iterator[FieldSpec | ListSpec | TicksSpec]":
        """Every question, in the order of the form."""
        for section in self.sections:
            yield from section.fields
            yield from section.lists
            yield from section.ticks

    @cached_property
    def fields(self) -> tuple[FieldSpec, ...]:
        """The questions with one answer, in the order of the form."""
        return tuple(field for section in self.sections for field in section.fields)

    @cached_property
    def lists(self) -> tuple[ListSpec, ...]:
        """The questions answered by rows."""
        return tuple(entry for section in self.sections for entry in section.lists)

    @cached_property
    def ticks(self) -> tuple[TicksSpec, ...]:
        """The questions answered by ticks."""
        return tuple(entry for section in self.sections for entry in section.ticks)

    @classmethod
    def from_toml(cls, text: str, *, name: str = "") -> "Definition":
        """Read a definition; `BadDefinition` says what is wrong and where."""
        try:
            return cls.model_validate(tomllib.loads(text))
        except tomllib.TOMLDecodeError as error:
            raise BadDefinition(f"{name or 'definition'}: not TOML: {error}") from error
        except ValidationError as error:
            raise BadDefinition(f"{name or 'definition'}: {_first_mistake(error)}") from error

    @classmethod
    def from_file(cls, path: Path) -> "Definition":
        """Read a definition's file."""
        return cls.from_toml(path.read_text(encoding="utf-8"), name=path.name)


def _first_mistake(error: ValidationError) -> str:
    mistake = error.errors(include_url=False)[0]
    place = ".".join(str(part) for part in mistake["loc"])
    return f"{place}: {mistake['msg']}" if place else mistake["msg"]


@lru_cache(maxsize=1)
def vocabulary() -> Mapping[str, Term]:
    """The field ids of `docs/fields.md`, each with its type, phrase for asking and wordings seen on real forms."""
    text = resources.files("forms.definitions").joinpath("vocabulary.toml").read_text(encoding="utf-8")
    return {name: Term.model_validate(entry) for name, entry in tomllib.loads(text).items()}


Kind = Literal["field", "list", "ticks"]
