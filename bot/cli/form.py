"""`moves form …`: an authority's own form becomes a definition; a definition is scored, and becomes a fresh form."""

import re
from collections.abc import Sequence
from pathlib import Path

import forms
from bot.cli import console
from bot.cli.read import Refused, read_in_child
from bot.local.review import counts, review, understood
from bot.text import form as words
from forms import blank as blanks
from forms import scoring
from forms.definition import BadDefinition, Definition
from forms.definition_toml import to_toml
from forms.learning import Draft, draft
from forms.page import Page


def learn(form: Path, *, name: str, authority: str, to: Path) -> None:
    """Draft a definition from a blank form, and a page to review it by. Raises `Refused`; overwrites nothing."""
    page: Page = read_in_child("page", form)
    drafted = draft(page, name=name or _name(form), authority=authority)
    definition_file = to / f"{drafted.definition.id}.toml"
    review_file = definition_file.with_suffix(".html")
    _write_new(definition_file, to_toml(drafted.definition))
    _write_new(review_file, review(page, drafted))
    _tell(drafted)
    console.say(words.learned(definition_file, review_file))


def check(definition: Path, samples: Sequence[Path]) -> bool:
    """Score a definition by filled samples with their truth beside them; whether nothing was misread."""
    try:
        library = forms.Library.of([Definition.from_file(definition)])
    except (OSError, BadDefinition) as error:
        raise Refused(str(error)) from error
    found = scoring.score(_samples(samples), library)
    if not found.forms:
        raise Refused(words.NO_SAMPLES)
    rows = {words.ALL: found.total, **dict(sorted(found.fields.items()))}
    console.say(words.scored(found.forms, found.unknown))
    console.table(
        words.SCORE_HEADINGS,
        [
            (name, *map(str, (t.given, t.blank, t.right, t.wrong, t.false_missing, t.false_answer, t.asked)))
            for name, t in rows.items()
        ],
    )
    return not (found.unknown or found.total.wrong or found.total.false_missing or found.total.false_answer)


def blank(name: str, to: Path | None) -> None:
    """Make a fresh Word form from a shipped definition or a definition's file. Raises `Refused`."""
    definition = _definition(name)
    target = to or Path(f"{definition.id}.docx")
    _write_new(target, blanks.make(definition))
    console.say(words.made(target))


def _definition(name: str) -> Definition:
    path = Path(name)
    try:
        return Definition.from_file(path) if path.suffix == ".toml" else forms.Library.shipped()[name]
    except (OSError, BadDefinition) as error:
        raise Refused(str(error)) from error
    except StopIteration as error:
        known = sorted(each.id for each in forms.Library.shipped())
        raise Refused(words.unknown_form(name, known)) from error


def _samples(places: Sequence[Path]) -> list[tuple[bytes, scoring.Truth]]:
    found: list[tuple[bytes, scoring.Truth]] = []
    for place in places:
        if place.is_dir():
            found.extend(scoring.samples(place))
        elif place.with_suffix(".json").exists():
            truth = scoring.truth_of(place.with_suffix(".json").read_text(encoding="utf-8"))
            found.append((place.read_bytes(), truth))
    return found


def _tell(drafted: Draft) -> None:
    console.table(
        words.DRAFT_HEADINGS,
        [
            (
                question.id,
                question.labels[0] if question.labels else "",
                getattr(question, "type", words.LIST),
                question.section,
                f"{question.confidence:.2f}",
                words.UNDERSTOOD[understood(question.id, question.confidence)],
            )
            for question in drafted.definition.questions
        ],
    )
    console.say(words.understood(counts(drafted.definition)))


def _name(form: Path) -> str:
    return re.sub(r"[^a-z0-9]+", "-", form.stem.casefold()).strip("-") or "form"


def _write_new(path: Path, content: str | bytes) -> None:
    data = content.encode("utf-8") if isinstance(content, str) else content
    try:
        with path.open("xb") as file:
            file.write(data)
    except FileExistsError as error:
        raise Refused(words.already_there(path)) from error
    except OSError as error:
        raise Refused(words.cannot_write(path, error.strerror or "")) from error
