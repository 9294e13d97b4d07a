"""The letters to schools and services: typed facts → subject, plain text and HTML.

Each letter is one template. It is rendered twice, with the layout for text and with the one for HTML, so that both say
the same. Values from outside are escaped in HTML; a name that a template lacks is an error and never an empty place.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from bot.letters.gaps import grouped
from bot.letters.house import House
from bot.text import letters as words
from bot.text import refusals
from store.protocol.case import Case

_SPACES = re.compile(r"\s+")
_BEFORE_STOP = re.compile(r" ([.,](?: |$))")
_BLANK_LINES = re.compile(r"\n{3,}")


@dataclass(frozen=True, slots=True)
class Written:
    """A letter in words: `subject`, `text` and `html` of a `mail.Outgoing`. `about` is a word for listings."""

    about: str
    subject: str
    text: str
    html: str


def answer(case: Case, house: House, *, marked_copy: bool = False) -> Written:
    """The answer to a referral: received, what is still needed, by when, which panel (R26, R27).

    `marked_copy` says that a copy of their form with the places marked goes with the letter.
    """
    subject = words.NEEDED if _asks(case) else words.RECEIVED
    return written("answer", subject, _about_case(case, house, marked_copy=marked_copy))


def ask_again(case: Case, house: House, *, marked_copy: bool = False) -> Written:
    """What is still needed, once more, because the officer asked for it (R26)."""
    return written("ask_again", words.ASKED_AGAIN, _about_case(case, house, marked_copy=marked_copy))


def reminder(case: Case, deadline: datetime, house: House, *, marked_copy: bool = False) -> Written:
    """The deadline is near and the referral incomplete (R27). `deadline` is the one that this reminder is for."""
    facts = _about_case(case, house, marked_copy=marked_copy) | {"deadline": words.deadline(deadline)}
    return written("reminder", words.DEADLINE_NEAR, facts)


def notice(case: Case, house: House) -> Written:
    """To the Virtual School and social care: that a looked-after child was referred (R2).

    Reference, school and year group only: the child may be another authority's responsibility.
    """
    facts = {
        "house": house,
        "reference": case.reference,
        "school": case.home_school.name,
        "year_group": case.pupil.year_group,
        "received": words.day_of(case.received),
    }
    return written("notice", words.NOTICE, facts)


def resend(code: str, house: House, *, reference: str = "") -> Written:
    """To a verified sender whose file could not be read: how to send it again. `code` is one of `forms.refusals`."""
    facts = {"house": house, "reference": reference, "how": refusals.to_school(code)}
    return written("resend", words.RESEND_FOR_CASE if reference else words.RESEND, facts)


def out_of_borough(case: Case, house: House, *, confirmed: bool = True) -> Written:
    """To the head of another authority's school: the report is received, and which panel decides (R46).

    Nothing of a pupil. `confirmed` is False where the address is on no list of ours: then no more is asked for.
    """
    facts = {
        "house": house,
        "reference": case.reference,
        "panel": words.day(case.panel) if case.panel else "",
        "confirmed": confirmed,
    }
    return written("out_of_borough", words.OUT_OF_BOROUGH, facts)


def _asks(case: Case) -> bool:
    groups = grouped(case)
    return bool(groups.needed or groups.refused)


def _completed_later(case: Case) -> str:
    """The day on which the last missing thing came, "" where it all came at once."""
    completed = words.day_of(case.completed) if case.completed else ""
    return completed if completed != words.day_of(case.received) else ""


def _about_case(case: Case, house: House, *, marked_copy: bool) -> dict[str, Any]:
    """What the templates about a case may say: initials and year group, labels, days; never more of the pupil."""
    return {
        "house": house,
        "reference": case.reference,
        "school": case.home_school.name,
        "pupil": words.pupil(case.pupil.initials, case.pupil.year_group),
        "received": words.day_of(case.received),
        "completed": _completed_later(case),
        "gaps": grouped(case),
        "panel": words.day(case.panel) if case.panel else "",
        "deadline": words.deadline(case.deadline) if case.deadline else "",
        "late": case.late,
        "crisis": case.crisis is not None,
        "holds": [house.holds.get(hold, "") for hold in case.holds],
        "marked_copy": marked_copy,
    }


def written(name: str, subject: str, facts: dict[str, Any], *, about: str = "") -> Written:
    """A letter of a template, under a subject line; `about` is a word for listings, the template's name by default."""
    line = subject.format(reference=facts["reference"])
    html = _environment("html").get_template(f"{name}.jinja").render(facts | {"subject": line})
    text = _environment("text").get_template(f"{name}.jinja").render(facts | {"subject": line})
    return Written(about or name, line, _tidy(text), html.strip() + "\n")


@cache
def _environment(form: str) -> Environment:
    """Templates in one of the two forms; `layout.jinja` is that form's own."""
    environment = Environment(
        loader=PackageLoader("bot.letters", "templates"),
        undefined=StrictUndefined,
        autoescape=form == "html",  # noqa: S701 - plain text is not HTML; the HTML form is escaped
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["line"] = _line
    environment.globals["layout"] = environment.get_template(f"layout.{form}.jinja").module
    return environment


def _line(text: str) -> str:
    """Text on one line: a template may break its own lines where it likes, and a clause that is not cited (a protocol
    that has none) leaves no space before the full stop."""
    joined = _BEFORE_STOP.sub(r"\1", _SPACES.sub(" ", text).strip())
    return Markup(joined) if isinstance(text, Markup) else joined  # noqa: S704 - it was safe before its spaces went


def _tidy(text: str) -> str:
    return _BLANK_LINES.sub("\n\n", text).strip() + "\n"
