"""A definition written as the TOML file that a person reads and corrects."""

import json
from collections.abc import Iterable, Iterator

from forms.definition import Column, Definition, FieldSpec, FieldType, ListSpec, TicksSpec, vocabulary


def to_toml(definition: Definition) -> str:
    """The file of a definition; `Definition.from_toml` gives the same definition back."""
    return "\n".join(_lines(definition)) + "\n"


def _lines(definition: Definition) -> Iterator[str]:
    yield from _pairs(
        id=definition.id,
        title=definition.title,
        authority=definition.authority,
        ignore=definition.ignore,
        placeholders=definition.placeholders,
    )
    for section in definition.sections:
        yield ""
        yield "[[section]]"
        yield from _pairs(title=section.title)
        for field in section.fields:
            yield from _field(field)
        for ticks in section.ticks:
            yield from _ticks(ticks)
        for entry in section.lists:
            yield from _list(entry)


def _field(field: FieldSpec) -> Iterator[str]:
    term = vocabulary().get(field.id)
    usual = term.type if term else FieldType.TEXT
    yield from ("", "[[section.field]]")
    yield from _pairs(
        id=field.id,
        labels=field.labels,
        controls=field.controls,
        type="" if field.type is usual else field.type.value,
        options=field.options,
        placeholders=field.placeholders,
        ask=_own(field.ask, field.id),
        essential=field.essential,
        place=field.place.value,
        column=field.column,
        lines=field.lines if field.lines > 1 else None,
        confidence=_doubted(field.confidence),
    )


def _list(entry: ListSpec) -> Iterator[str]:
    yield from ("", "[[section.list]]")
    yield from _pairs(id=entry.id, labels=entry.labels)
    yield "columns = ["
    for column in entry.columns:
        yield f"  {{ {', '.join(_column(column))} }},"
    yield "]"
    yield from _pairs(
        rows=entry.rows,
        row_required=entry.row_required,
        ask=_own(entry.ask, entry.id),
        essential=entry.essential,
        confidence=_doubted(entry.confidence),
    )


def _column(column: Column) -> Iterator[str]:
    return _pairs(
        id=column.id, labels=column.labels, type="" if column.type is FieldType.TEXT else column.type.value
    )


def _ticks(ticks: TicksSpec) -> Iterator[str]:
    yield from ("", "[[section.ticks]]")
    yield from _pairs(
        id=ticks.id,
        labels=ticks.labels,
        options=ticks.options,
        key="" if ticks.key == "agency" else ticks.key,
        mark="" if ticks.mark == "involved" else ticks.mark,
        ask=_own(ticks.ask, ticks.id),
        essential=ticks.essential,
        confidence=_doubted(ticks.confidence),
    )


def _own(ask: str, name: str) -> str:
    term = vocabulary().get(name)
    return "" if term is not None and term.ask == ask else ask


def _doubted(confidence: float) -> float | None:
    return None if confidence >= 1 else confidence


def _pairs(**values: str | float | bool | Iterable[str] | None) -> Iterator[str]:
    """`key = value` for what is not empty."""
    for name, value in values.items():
        if value is None or value is False or value in ("", ()):
            continue
        if value is True:
            yield f"{name} = true"
        elif isinstance(value, str):
            yield f"{name} = {_quoted(value)}"
        elif isinstance(value, int | float):
            yield f"{name} = {value:g}"
        else:
            yield f"{name} = {_several(tuple(value))}"


_WIDE = 100


def _several(values: tuple[str, ...]) -> str:
    if len(values) == 1:
        return _quoted(values[0])
    line = f"[{', '.join(_quoted(value) for value in values)}]"
    if len(line) <= _WIDE:
        return line
    return "[\n" + "".join(f"  {_quoted(value)},\n" for value in values) + "]"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
