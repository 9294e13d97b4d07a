"""The definitions at hand, and which of them a page was filled in on."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import resources
from pathlib import Path

from forms.definition import Definition
from forms.mapping.labels import Index, Sighting, sight
from forms.mapping.layout import lay_out
from forms.page import Page

KNOWN = 0.6
"""Share of a definition's questions that must stand on a page. The right one has 1, another at most 0.15 (notes, 4)."""

KNOWN_BY_SCAN = 0.4
"""The same for a page that a machine recognised: it misreads up to half of the labels, but invents none."""


@dataclass(frozen=True)
class Library:
    """Definitions, made ready once and kept."""

    indexes: tuple[Index, ...]
    _by_label: dict[str, list[tuple[int, int]]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        by_label: dict[str, list[tuple[int, int]]] = {}
        for number, index in enumerate(self.indexes):
            for label, questions in index.labels.items():
                by_label.setdefault(label, []).extend((number, question) for question in questions)
        object.__setattr__(self, "_by_label", by_label)

    @classmethod
    def of(cls, definitions: Iterable[Definition]) -> "Library":
        """A library of just these definitions; a later one takes the place of an earlier one with its id."""
        return cls(tuple(Index(one) for one in {one.id: one for one in definitions}.values()))

    @classmethod
    def shipped(cls) -> "Library":
        """The definitions that come with the product."""
        return _shipped()

    def with_folder(self, path: Path | str) -> "Library":
        """This library and the definitions (`*.toml`) of a folder, which win over shipped ones of the same id."""
        own = [Definition.from_file(file) for file in sorted(Path(path).glob("*.toml"))]
        return Library.of([*self, *own])

    def __iter__(self) -> Iterator[Definition]:
        return (index.definition for index in self.indexes)

    def __getitem__(self, name: str) -> Definition:
        return next(definition for definition in self if definition.id == name)

    def best(self, seen: Sighting) -> tuple[Index | None, float]:
        """The definition that fits best and the share of its questions found; None when that is too little."""
        if not self.indexes:
            return None, 0.0
        names = _control_names(seen)
        questions = self._questions(seen, names)
        ranks = (self._rank(number, len(found), seen, names) for number, found in enumerate(questions))
        (coverage, *_), number = max((rank, number) for number, rank in enumerate(ranks))
        enough = KNOWN_BY_SCAN if seen.layout.page.recognised else KNOWN
        return (self.indexes[number] if coverage >= enough else None), round(coverage, 3)

    def _questions(self, seen: Sighting, names: set[str]) -> list[set[int]]:
        """For each definition the numbers of its questions that stand on the page."""
        questions: list[set[int]] = [set() for _ in self.indexes]
        for label in seen.keys & self._by_label.keys():
            for number, question in self._by_label[label]:
                questions[number].add(question)
        if names:
            for found, index in zip(questions, self.indexes, strict=True):
                # Field ids are no sign: every form made here has them.
                found.update(index.controls[name] for name in names & index.declared)
        return questions

    def _rank(
        self, number: int, found: int, seen: Sighting, names: set[str]
    ) -> tuple[float, float, bool, int]:
        """Coverage first; of equals the one whose controls are there, then the one whose title is."""
        index = self.indexes[number]
        controls = len(names & index.declared) / len(index.declared) if index.declared else 0.5
        return found / max(1, len(index.questions)), controls, index.title in seen.keys, -number


def _control_names(seen: Sighting) -> set[str]:
    return set(seen.layout.controls) | {entry.name for entry in seen.layout.page.fields if entry.name}


@lru_cache(maxsize=1)
def _shipped() -> Library:
    folder = resources.files("forms.definitions")
    files = sorted(
        (file for file in folder.iterdir() if file.name.endswith(".toml")), key=lambda file: file.name
    )
    return Library.of(
        Definition.from_toml(file.read_text(encoding="utf-8"), name=file.name)
        for file in files
        if file.name != "vocabulary.toml"
    )


def recognise(page: Page, library: Library) -> tuple[Definition | None, float]:
    """Which form a page is, and the share of its questions found; None when that is too little to say."""
    index, coverage = library.best(sight(lay_out(page)))
    return (index.definition if index else None), coverage
