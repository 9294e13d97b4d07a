"""A definition drafted from a blank form. A person corrects it: what is essential, and what a doubtful question means."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from forms.definition import (
    Column,
    Definition,
    FieldSpec,
    FieldType,
    ListSpec,
    Section,
    Term,
    TicksSpec,
    vocabulary,
)
from forms.mapping.layout import Layout, lay_out
from forms.mapping.survey import Asked, AskedRows, AskedTicks, Asking, Survey, survey
from forms.mapping.words import key
from forms.naming import name_field, name_list
from forms.page import Page

_TYPES_BY_WORDS: tuple[tuple[str, FieldType], ...] = (
    (r"\bupn\b|unique pupil", FieldType.UPN),
    (r"\bpostcode\b", FieldType.POSTCODE),
    (r"\bemail\b", FieldType.EMAIL),
    (r"\b(?:telephone|tel|phone|mobile)\b", FieldType.PHONE),
    (r"^date\b|\bdate of\b|\bdob\b|\bdate$", FieldType.DATE),
    (r"\bsignature\b|^signed\b", FieldType.SIGNATURE),
)
_ESSENTIAL = re.compile(r"(?i)\*|\((?:required|essential|mandatory)\)")
_NUMBERED_CONTROL = re.compile(
    r"(?i)(?:text|check|checkbox|drop\s?down|combo|field|list|untitled|undefined|date)[ _]*(?:box)?[ _]*\d*"
)
"""Names that Word or a PDF program gave by counting: they shift from copy to copy and name nothing."""
_LONGEST_SLUG = 40


@dataclass(frozen=True, slots=True)
class Seen:
    """Where a drafted question stands: the paths of its label and of its answer's place."""

    label_path: str
    answer_path: str


@dataclass(frozen=True, slots=True)
class Draft:
    """A drafted definition and where each of its questions was seen, for a page that shows the form coloured."""

    definition: Definition
    seen: Mapping[str, Seen] = field(default_factory=dict)

    @property
    def doubtful(self) -> tuple[str, ...]:
        """The ids of questions that a person should look at, the least sure first."""
        questions = sorted(self.definition.questions, key=lambda question: question.confidence)
        return tuple(question.id for question in questions if question.confidence < _SURE)


_SURE = 0.9


def draft(page: Page, *, name: str, title: str = "", authority: str = "") -> Draft:
    """The draft of a definition from a blank form's page.

    `name` becomes its id; the title is the form's own first words unless given. Every question gets an id of the
    vocabulary with a confidence, or one of its own (`other.…`) with confidence 0.
    """
    layout = lay_out(page)
    return _Drafter(layout, survey(layout)).draft(name, title, authority)


class _Drafter:
    def __init__(self, layout: Layout, found: Survey) -> None:
        self._layout = layout
        self._found = found
        self._used: set[str] = set()
        self._seen: dict[str, Seen] = {}
        self._before = ""
        self._common = _common_prompts(found.asked)

    def draft(self, name: str, title: str, authority: str) -> Draft:
        entries = [(asking.section, self._specified(asking)) for asking in self._found.asked]
        sections = [
            Section.model_validate(
                {
                    "title": heading,
                    "field": [spec for at, spec in entries if at == heading and isinstance(spec, FieldSpec)],
                    "list": [spec for at, spec in entries if at == heading and isinstance(spec, ListSpec)],
                    "ticks": [spec for at, spec in entries if at == heading and isinstance(spec, TicksSpec)],
                }
            )
            for heading in dict.fromkeys(self._found.sections)
            if any(at == heading for at, _ in entries)
        ]
        definition = Definition.model_validate(
            {
                "id": slug(name, "-") or "form",
                "title": title or self._title(),
                "authority": authority,
                "ignore": tuple(dict.fromkeys(self._found.printed)),
                "placeholders": self._common,
                "section": sections or [Section(title="")],
            }
        )
        return Draft(definition, self._seen)

    def _title(self) -> str:
        return next((place.text.strip() for place in self._layout.places if not place.blank), "Form")[:200]

    def _specified(self, asking: Asking) -> FieldSpec | ListSpec | TicksSpec:
        if isinstance(asking, Asked):
            return self._field(asking)
        return self._list(asking) if isinstance(asking, AskedRows) else self._ticks(asking)

    # ------------------------------------------------------------ fields

    def _field(self, asked: Asked) -> FieldSpec:
        section = f"{asked.section} {asked.column}".strip()
        named = name_field(asked.label, section=section, before=self._before, used=self._used)
        name = self._claim(named.id or self._own_id(asked.label))
        self._before = name
        self._seen[name] = Seen(asked.label_place.path, asked.answer_place.path)
        term = vocabulary().get(name)
        return FieldSpec(
            id=name,
            labels=(asked.label.rstrip(" *"),),
            controls=tuple(control for control in asked.controls if not _NUMBERED_CONTROL.fullmatch(control)),
            type=_type(asked, term),
            options=asked.options,
            placeholders=tuple(prompt for prompt in asked.placeholders if prompt not in self._common),
            ask=term.ask if term else "",
            essential=bool(_ESSENTIAL.search(asked.label)),
            place=asked.position,
            column=asked.column,
            confidence=named.confidence,
            section=asked.section,
        )

    def _own_id(self, label: str) -> str:
        stem = f"other.{slug(label, '_')[:_LONGEST_SLUG].strip('_') or 'question'}"
        numbered = (stem, *(f"{stem}_{number}" for number in range(2, 1000)))
        return next(name for name in numbered if name not in self._used)

    def _claim(self, name: str) -> str:
        self._used.add(name)
        return name

    # ------------------------------------------------------------ lists

    def _list(self, asked: AskedRows) -> ListSpec:
        named = name_list(asked.label or asked.heads[0], asked.heads, used=self._used)
        name = self._claim(named.id or self._own_id(asked.label or asked.heads[0]))
        self._seen[name] = Seen(asked.grid.path, asked.grid.path)
        return ListSpec(
            id=name,
            labels=(asked.label,) if asked.label else (),
            columns=tuple(_columns(name, asked.heads)),
            rows=asked.rows,
            ask=_ask(name),
            confidence=named.confidence,
            section=asked.section,
        )

    def _ticks(self, asked: AskedTicks) -> TicksSpec:
        named = name_list(asked.label, (), used=self._used)
        name = self._claim(named.id or self._own_id(asked.label or asked.options[0]))
        self._seen[name] = Seen(asked.place.path, asked.place.path)
        return TicksSpec(
            id=name,
            labels=(asked.label,) if asked.label else (),
            options=tuple(dict.fromkeys(asked.options)),
            ask=_ask(name),
            confidence=named.confidence,
            section=asked.section,
        )


def _ask(name: str) -> str:
    term = vocabulary().get(name)
    return term.ask if term else ""


def _type(asked: Asked, term: Term | None) -> FieldType:
    """The control's word first, save that a drop-down of numbers or codes is still a number or a code."""
    usual = term.type if term else _type_by_words(asked.label)
    if asked.type is FieldType.CHOICE and usual is not FieldType.TEXT:
        return usual
    return asked.type or usual


def _type_by_words(label: str) -> FieldType:
    words = key(label)
    return next((kind for pattern, kind in _TYPES_BY_WORDS if re.search(pattern, words)), FieldType.TEXT)


def _common_prompts(asked: Sequence[Asking]) -> tuple[str, ...]:
    """Prompts that stand in more than one place."""
    prompts = [
        prompt for question in asked if isinstance(question, Asked) for prompt in question.placeholders
    ]
    return tuple(dict.fromkeys(prompt for prompt in prompts if prompts.count(prompt) > 1))


def slug(text: str, joint: str) -> str:
    """Small letters and digits, words joined by a sign."""
    return joint.join(re.findall(r"[a-z0-9]+", key(text) or text.casefold()))


_COLUMN_SIGNS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "interventions": (
        ("start", r"\b(?:start|from|begun|date)\b"),
        ("end", r"\b(?:end|to|finish|until)\b"),
        ("frequency", r"\b(?:frequency|how often|duration)\b"),
        ("outcome", r"outcome|impact|success|result|effect|response"),
        ("what", r"intervention|strateg|measure|support|action|what"),
    ),
    "attainment": (("subject", r"subject"), ("target", r"target|predicted|expected"), ("current", r"current|level|grade|board")),
    "previous_schools": (("from", r"\b(?:from|start|joined)\b"), ("to", r"\b(?:to|end|left|until)\b"), ("school", r"school")),
    "agencies": (
        ("involved", r"involve|\by\W?n\b|yes|current"),
        ("contact", r"contact|worker|name of person|phone|telephone|tel\b"),
        ("agency", r"agenc|service|professional|organisation|name"),
    ),
}  # fmt: skip


def _columns(name: str, heads: Sequence[str]) -> Iterator[Column]:
    """Each head the column id that its words mean, else an id of its own."""
    taken: set[str] = set()
    for number, head in enumerate(heads, start=1):
        words = key(head)
        fitting = (
            column
            for column, sign in _COLUMN_SIGNS.get(name, ())
            if column not in taken and re.search(sign, words)
        )
        found = next(fitting, slug(head, "_")[:_LONGEST_SLUG] or f"column_{number}")
        found = found if found not in taken else f"{found}_{number}"
        taken.add(found)
        kind = FieldType.DATE if found in ("start", "end", "from", "to") else FieldType.TEXT
        yield Column(
            id=found, labels=(head,) if head else (), type=FieldType.YES_NO if found == "involved" else kind
        )
