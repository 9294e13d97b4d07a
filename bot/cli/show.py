"""Listings: cases, one case, a panel, letters, the outbox. The same data as a table for people and as JSON."""

import base64
from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from typing import Any

from bot.cli import console
from bot.composition import Moves
from bot.flows.desk import CaseLine, Details, PanelView
from bot.flows.dispositions import Disposition, Reason
from bot.local.sent import read_letter
from bot.text import cards, dates, details, dispositions, listings, stages
from bot.text import cli as words
from bot.text.cli import Heading
from store.letters import KeptLetter
from store.outbox import OutboxLine
from store.protocol.case import Case
from store.queries import TimelineEntry


def cases(moves: Moves, *, closed: bool, as_json: bool) -> None:
    """List the cases."""
    lines = moves.desk.cases(closed=closed)
    if as_json:
        console.as_json([_line_data(line) for line in lines])
        return
    console.table(Heading.CASES, [_line_row(line) for line in lines])


def case(moves: Moves, reference: str, *, as_json: bool) -> None:
    """Show one case, with the child's details: for the person at this computer only. Raises `NoSuchCase`."""
    shown = moves.desk.details(reference)
    if as_json:
        console.as_json(_case_data(shown, moves.casebook.timeline(reference)))
        return
    console.pairs(_standing(shown))
    for title, sentences in _lists(shown):
        console.say(f"\n{title}")
        for sentence in sentences:
            console.say(f"  {console.printable(sentence)}")


def panel(moves: Moves, on: date | None, *, as_json: bool) -> None:
    """Show a panel's agenda by reference."""
    view = moves.desk.panel(on)
    if view is None:
        console.say(listings.no_panel(on))
        return
    if as_json:
        console.as_json(_panel_data(view))
        return
    console.say(words.panel_title(view.on, view.deadline))
    for title, lines in _panel_parts(view):
        console.say(f"\n{title}")
        console.table(Heading.CASES, [_line_row(line) for line in lines])


def letters(moves: Moves, *, as_json: bool) -> None:
    """List the letters and what became of each. Never their subjects or file names."""
    kept = moves.letters.all()
    if as_json:
        console.as_json([_letter_data(letter) for letter in kept])
        return
    console.table(Heading.LETTERS, [letter_row(letter) for letter in kept])


class LetterKind(StrEnum):
    """A letter that can be looked at before it is written."""

    ANSWER = "answer"
    ASK_AGAIN = "ask-again"
    REMINDER = "reminder"


def preview(moves: Moves, reference: str, kind: LetterKind) -> None:
    """Show a letter about a case as it would go now. Nothing is sent or kept. Raises `NoSuchCase`."""
    case_ = moves.casebook.case(reference)
    book, key = moves.letterbook, f"preview/{reference}"
    message = {
        LetterKind.ANSWER: lambda: book.answer(case_, key=key),
        LetterKind.ASK_AGAIN: lambda: book.asked_again(case_, key=key),
        LetterKind.REMINDER: lambda: (
            book.reminder(case_, case_.deadline, key=key) if case_.deadline else None
        ),
    }[kind]()
    if message is None:
        console.say(words.NOBODY_TO_WRITE_TO)
        return
    letter = read_letter(base64.b64decode(message.payload["raw"]))
    console.pairs(
        {words.TO: ", ".join(letter.to), words.COPY: ", ".join(letter.cc), words.SUBJECT: letter.subject}
    )
    console.say(f"\n{letter.text}")


def outbox(moves: Moves, *, as_json: bool) -> None:
    """List what goes out."""
    lines = moves.outbox.all()
    if as_json:
        console.as_json([_message_data(line) for line in lines])
        return
    console.table(Heading.OUTBOX, [message_row(line) for line in lines])


# ------------------------------------------------------------------ rows for people


def letter_row(letter: KeptLetter) -> tuple[str, ...]:
    """A letter for a listing."""
    becomes, reason, references = _outcome(letter)
    return (
        str(letter.id),
        words.shortly(letter.received),
        _known(dispositions.OUTCOMES, Disposition, becomes),
        ", ".join(references),
        _known(dispositions.REASONS, Reason, reason),
    )


def message_row(line: OutboxLine) -> tuple[str, ...]:
    """An outgoing message for a listing."""
    at = line.finished_at or line.ready_at
    about = line.about or line.kind
    return (
        words.ROADS[line.road],
        about,
        line.reference,
        words.STATES[line.state],
        dates.moment(at),
        line.reason,
    )


def _line_row(line: CaseLine) -> tuple[str, ...]:
    return (
        line.reference,
        line.school,
        stages.PUBLIC[line.stage],
        cards.gaps(line),
        cards.panel(line),
        cards.deadline(line),
        words.LOOK if line.attention else "",
    )


def _standing(shown: Details) -> dict[str, str]:
    case_, line = shown.case, shown.line
    pupil = case_.pupil
    return {
        words.REFERENCE: line.reference,
        words.HOME_SCHOOL: line.school,
        cards.STAGE: stages.PUBLIC[line.stage],
        cards.PANEL: cards.panel(line),
        cards.DEADLINE: cards.deadline(line),
        words.RECEIVED: dates.moment(line.received),
        details.NAME: pupil.name or f"{pupil.forename} {pupil.surname}".strip() or details.NOT_GIVEN,
        details.BORN: dates.day(pupil.dob) if pupil.dob else details.NOT_GIVEN,
        details.YEAR: str(pupil.year_group or details.NOT_GIVEN),
        details.UPN: pupil.upn or details.NOT_GIVEN,
    }


def _lists(shown: Details) -> Iterator[tuple[str, list[str]]]:
    case_ = shown.case
    if case_.holds:
        yield stages.PUBLIC[shown.line.stage], [details.HOLDS[hold] for hold in case_.holds]
    if case_.attention:
        yield details.ATTENTION, dispositions.attention(case_.attention)
    if case_.gaps:
        yield details.missing(len(case_.gaps)), [details.gap(gap) for gap in case_.gaps]
    if shown.changes:
        yield (
            details.CHANGED,
            [
                details.changed(one.after.label, one.field, one.before, one.after, one.letter)
                for one in shown.changes
            ],
        )
    facts = case_.referral.facts.items()
    yield (
        words.ANSWERS,
        [f"{details.label(fact.label, field)}: {details.answer(fact)}" for field, fact in facts],
    )
    yield (
        details.HAPPENED,
        [words.happened(entry.at, details.happened(entry.what), entry.who) for entry in shown.timeline],
    )


def _panel_parts(view: PanelView) -> Iterator[tuple[str, Any]]:
    yield cards.AGENDA, view.agenda
    yield cards.READY, view.ready
    yield cards.ON_HOLD, view.on_hold
    yield cards.INCOMPLETE, view.incomplete


# ------------------------------------------------------------------ data for programs


def _line_data(line: CaseLine) -> dict[str, Any]:
    return {
        "reference": line.reference,
        "version": line.version,
        "kind": line.kind.value,
        "stage": line.stage.value,
        "school": line.school,
        "gaps": line.gaps,
        "received": line.received.isoformat(),
        "panel": _iso(line.panel),
        "deadline": _iso(line.deadline),
        "late": line.late,
        "attention": line.attention,
    }


def _case_data(shown: Details, timeline: tuple[TimelineEntry, ...]) -> dict[str, Any]:
    case_: Case = shown.case
    entries = [
        {
            "at": entry.at.isoformat(),
            "event": entry.event,
            "rule": entry.rule,
            "source": entry.source,
            **entry.detail,
        }
        for entry in timeline
    ]
    return {
        **case_.model_dump(mode="json"),
        "public_stage": shown.line.stage.value,
        "actions": [action.value for action in shown.actions],
        "timeline": entries,
    }


def _panel_data(view: PanelView) -> dict[str, Any]:
    parts = {
        "agenda": view.agenda,
        "ready": view.ready,
        "on_hold": view.on_hold,
        "incomplete": view.incomplete,
    }
    lists = {name: [_line_data(line) for line in lines] for name, lines in parts.items()}
    return {"panel": view.on.isoformat(), "deadline": _iso(view.deadline), **lists}


def _letter_data(letter: KeptLetter) -> dict[str, Any]:
    becomes, reason, references = _outcome(letter)
    return {
        "letter": letter.id,
        "mailbox": letter.mailbox,
        "received": letter.received.isoformat(),
        "size": letter.size,
        "becomes": becomes,
        "reason": reason,
        "cases": list(references),
        "duplicate_of": letter.duplicate_of,
        "filed": letter.moved_at is not None,
    }


def _message_data(line: OutboxLine) -> dict[str, Any]:
    return {
        "key": line.key,
        "road": line.road.value,
        "kind": line.kind,
        "about": line.about,
        "case": line.reference,
        "state": line.state.value,
        "attempts": line.attempts,
        "queued": line.queued_at.isoformat(),
        "ready": line.ready_at.isoformat(),
        "expires": _iso(line.expires),
        "finished": _iso(line.finished_at),
        "reason": line.reason,
    }


def _iso(value: Any) -> str | None:
    return value.isoformat() if value is not None else None


def _outcome(letter: KeptLetter) -> tuple[str, str, tuple[str, ...]]:
    if letter.outcome is None:
        return "", "", ()
    conclusion = letter.outcome.conclusion
    return conclusion.becomes, conclusion.reason, conclusion.references


def _known(table: Any, kind: Any, code: str) -> str:
    try:
        return str(table[kind(code)])
    except (KeyError, ValueError):
        return code.replace("_", " ")  # of a later version
