"""A page that shows a blank form with each question coloured by what the draft of its definition understood.

One HTML file without any outside part, to be opened in a browser beside the drafted TOML file while it is corrected.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from importlib import resources

from jinja2 import Environment, PackageLoader, StrictUndefined

from forms.definition import Definition
from forms.learning import Draft
from forms.page import Block, Cell, Page, Para, Row, Table

SURE = 0.9


class Understood(StrEnum):
    """How well a question was understood. The page says it in words too, not in colour alone."""

    SURE = "sure"
    LOOK = "look"
    UNKNOWN = "unknown"  # it has no id of `docs/fields.md` yet


@dataclass(frozen=True, slots=True)
class Note:
    """What stands beside a question: the id it was given, and how sure that is."""

    id: str
    understood: Understood
    confidence: float


@dataclass(frozen=True, slots=True)
class Piece:
    """A paragraph, or a table by its rows of cells, as the template draws it."""

    text: str = ""
    heading: bool = False
    notes: tuple[Note, ...] = ()
    answers: tuple[str, ...] = ()  # ids of the questions that are answered here
    rows: tuple[tuple["Box", ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Box:
    """A table cell."""

    pieces: tuple[Piece, ...]
    columns: int
    rows: int
    notes: tuple[Note, ...]
    answers: tuple[str, ...]


def review(page: Page, draft: Draft) -> str:
    """The page, as HTML."""
    environment = Environment(
        loader=PackageLoader("bot.local"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    view = _View(draft)
    return environment.get_template("review.html").render(
        definition=draft.definition,
        css=resources.files("bot.local").joinpath("templates", "page.css").read_text(encoding="utf-8"),
        pieces=[view.piece(block) for block in page.blocks],
        counts=counts(draft.definition),
        unplaced=view.unplaced(page),
    )


def understood(question_id: str, confidence: float) -> Understood:
    """How well a question was understood."""
    if question_id.startswith("other"):
        return Understood.UNKNOWN
    return Understood.SURE if confidence >= SURE else Understood.LOOK


def counts(definition: Definition) -> Mapping[Understood, int]:
    """How many questions were understood how well."""
    found = [understood(question.id, question.confidence) for question in definition.questions]
    return {each: found.count(each) for each in Understood}


class _View:
    def __init__(self, draft: Draft) -> None:
        self._labels: dict[str, list[Note]] = {}
        self._answers: dict[str, list[str]] = {}
        self._all: list[tuple[Note, str]] = []
        for question in draft.definition.questions:
            note = Note(question.id, understood(question.id, question.confidence), question.confidence)
            seen = draft.seen.get(question.id)
            label_path = seen.label_path if seen else ""
            self._all.append((note, label_path))
            self._labels.setdefault(label_path, []).append(note)
            if seen and seen.answer_path != label_path:
                self._answers.setdefault(seen.answer_path, []).append(question.id)

    def piece(self, block: Block) -> Piece:
        """A block of the page."""
        notes, answers = self._notes(block.path), self._answered(block.path)
        if isinstance(block, Para):
            numbered = f"{block.number} {block.text}".strip()
            return Piece(numbered, block.heading, notes, answers)
        rows = tuple(tuple(self._box(cell) for cell in row.cells) for row in block.rows)
        return Piece(notes=notes, answers=answers, rows=rows)

    def unplaced(self, page: Page) -> list[Note]:
        """Questions of which the page does not show the place (form fields without one)."""
        shown = {path for block in page.blocks for path in _paths(block)}
        return [note for note, path in self._all if path not in shown]

    def _box(self, cell: Cell) -> Box:
        pieces = tuple(self.piece(block) for block in cell.blocks)
        return Box(pieces, cell.columns, cell.rows, self._notes(cell.path), self._answered(cell.path))

    def _notes(self, path: str) -> tuple[Note, ...]:
        return tuple(self._labels.get(path, ()))

    def _answered(self, path: str) -> tuple[str, ...]:
        return tuple(self._answers.get(path, ()))


def _paths(thing: Para | Table | Row | Cell) -> Iterator[str]:
    yield thing.path
    if isinstance(thing, Table):
        inside: tuple[Para | Table | Row | Cell, ...] = tuple(thing.rows)
    elif isinstance(thing, Row):
        inside = tuple(thing.cells)
    else:
        inside = tuple(thing.blocks) if isinstance(thing, Cell) else ()
    for each in inside:
        yield from _paths(each)
