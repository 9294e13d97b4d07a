"""Words of `moves form`."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from bot.local.review import Understood
from bot.text import dates

HELP = "Bring your own referral form: learn it, check it, make a fresh one."
LEARN = "Draft a definition from a BLANK form, and a page that shows what was understood of it."
LEARN_NAME = "The definition's id; else the file's name."
LEARN_AUTHORITY = "Whose form it is."
LEARN_TO = "The folder to write to."
CHECK = "Score a DEFINITION by filled SAMPLES, each with its truth (.json) beside it."
CHECK_SAMPLES = "Filled forms with a truth file of the same name, or folders of them."
BLANK = (
    "Make a fresh, accessible Word form from a definition: NAME is a shipped one's id or a definition's file."
)
BLANK_TO = "The file to write; else NAME.docx in this folder."

DRAFT_HEADINGS = ("field", "question on the form", "kind", "section", "sure", "")
SCORE_HEADINGS = (
    "field",
    "given",
    "left blank",
    "right",
    "wrong",
    "false missing",
    "false answers",
    "put to a person",
)
LIST = "list"
ALL = "all"
NO_SAMPLES = "There is no sample with its truth: beside form.docx there must be form.json (docs/forms.md)."
UNDERSTOOD = {Understood.SURE: "", Understood.LOOK: "please look", Understood.UNKNOWN: "no field id yet"}


def understood(counts: Mapping[Understood, int]) -> str:
    """How much of a form was understood."""
    total = sum(counts.values())
    return (
        f"{dates.count(total, 'question')}: {counts[Understood.SURE]} sure, {counts[Understood.LOOK]} to look at, "
        f"{counts[Understood.UNKNOWN]} without a field id."
    )


def learned(definition: Path, review: Path) -> str:
    """Where the draft and its review are."""
    return (
        f"\nDrafted: {definition}\nTo review it, open {review} in a browser and correct the draft beside it.\n"
        "Then put the draft into the folder that forms.definitions names in moves.toml."
    )


def scored(number: int, unknown: int) -> str:
    """How many samples were read."""
    return f"{dates.count(number, 'sample')}, {unknown} of them not recognised."


def made(path: Path) -> str:
    """A fresh form was made."""
    return f"Made {path}."


def already_there(path: Path) -> str:
    """Nothing is overwritten."""
    return f"{path} is already there; nothing was changed."


def cannot_write(path: Path, why: str) -> str:
    """A file could not be written."""
    return f"{path} cannot be written: {why}"


def unknown_form(name: str, known: Iterable[str]) -> str:
    """There is no such definition."""
    return f"There is no form “{name}”. There are: {', '.join(known)}."
