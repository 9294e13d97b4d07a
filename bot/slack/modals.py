"""Private views. They alone may name a child, only for those whose role allows it, and nothing in them is stored with
Slack: `private_metadata` stays empty."""

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any, Final

from bot.flows.desk import Details, Entry
from bot.slack.escaping import entities, plain, visible
from bot.slack.limits import TEXT, VIEW_BLOCKS, Block, capped, fit, note
from bot.text import dates, dispositions, listings, stages
from bot.text import details as words
from store.protocol.case import Case, Fact, Level

View = dict[str, Any]

CALLBACK: Final = "case_details_view"
SHORT: Final = 300  # characters; a longer answer gets a block of its own
PAIRS: Final = 5  # answers a block: each is two of its ten fields
_SPLIT: Final = TEXT // 5  # an escaped character is five at most: so many always fit


def loading(reference: str) -> View:
    """Opened at once, because the click's permission to open a view lasts three seconds."""
    return _view(reference, [_plain(words.LOADING)])


def problem(sentence: str) -> View:
    """What is said where the details would have stood."""
    return _view(words.TITLE, [_plain(sentence)])


def case_details(details: Details) -> View:
    """Everything about one case: names, where it stands, gaps with their source, answers, letters, what happened."""
    blocks = [note(words.FOR_YOU), *_pupil(details.case), *_standing(details), *_gaps(details.case)]
    blocks += [*_changes(details), *_answers(details.case), *_lists(details.case), *_history(details)]
    return _view(details.case.reference, capped(blocks, VIEW_BLOCKS, listings.MORE_DETAILS))


def _pupil(case: Case) -> list[Block]:
    pupil = case.pupil
    name = pupil.name or f"{pupil.forename} {pupil.surname}".strip()
    said = {
        words.NAME: name,
        words.BORN: dates.day(pupil.dob) if pupil.dob else "",
        words.YEAR: str(pupil.year_group or ""),
        words.UPN: pupil.upn,
    }
    return [_header(words.PUPIL), *_paired((key, value or words.NOT_GIVEN) for key, value in said.items())]


def _standing(details: Details) -> list[Block]:
    lines = [stages.PUBLIC[details.line.stage], *(words.HOLDS[hold] for hold in details.case.holds)]
    blocks = [_header(words.STANDING), _plain("\n".join([*lines, words.letters(tuple(details.letters))]))]
    look = dispositions.attention(details.case.attention)
    return [*blocks, _header(words.ATTENTION), *_pieces("\n".join(look))] if look else blocks


def _gaps(case: Case) -> list[Block]:
    if not case.gaps:
        return [_plain(words.NOTHING_MISSING)]
    required_first = sorted(case.gaps, key=lambda gap: gap.level is not Level.MUST)
    lines = "\n".join(f"• {words.gap(gap)}" for gap in required_first)
    return [_header(words.missing(len(case.gaps))), *_pieces(lines)]


def _changes(details: Details) -> list[Block]:
    lines = [
        f"• {words.changed(one.after.label, one.field, one.before, one.after, one.letter)}"
        for one in details.changes
    ]
    return [_header(words.CHANGED), *_pieces("\n".join(lines))] if lines else []


def _answers(case: Case) -> Iterator[Block]:
    def section(item: tuple[str, Fact]) -> str:
        return item[1].section

    for head, facts in groupby(case.referral.facts.items(), key=section):
        yield _header(head.strip() or words.OTHER_ANSWERS)
        said = [(words.label(fact.label, field), words.answer(fact)) for field, fact in facts]
        yield from _paired(said)


def _lists(case: Case) -> Iterator[Block]:
    for name, rows in case.referral.lists.items():
        if rows:
            yield _header(
                case.referral.list_labels.get(name, "").strip() or name.replace("_", " ").capitalize()
            )
            yield from _pieces("\n".join(f"• {words.row(row)}" for row in rows))


def _history(details: Details) -> list[Block]:
    if not details.timeline:
        return []
    return [_header(words.HAPPENED), *_pieces("\n".join(_entry(entry) for entry in details.timeline))]


def _entry(entry: Entry) -> str:
    cited = words.cited(entry.rule, entry.source)
    line = f"{dates.moment(entry.at)}: {words.happened(entry.what)}, {entry.who}"
    return f"{line}. {cited}" if cited else line


def _paired(said: Iterable[tuple[str, str]]) -> Iterator[Block]:
    """Questions beside their answers, five to a block; a long answer below its question."""
    waiting: list[Block] = []
    for label, answer in said:
        if len(label) + len(answer) > SHORT:
            yield from _fields(waiting)
            yield from _pieces(f"{label}\n{answer}")
            waiting = []
            continue
        waiting += [plain(label or "–"), plain(answer or "–")]
        if len(waiting) == 2 * PAIRS:
            yield from _fields(waiting)
            waiting = []
    yield from _fields(waiting)


def _fields(fields: list[Block]) -> list[Block]:
    return [{"type": "section", "fields": fields}] if fields else []


def _pieces(text: str) -> Iterator[Block]:
    """A long text in as many blocks as it takes, cut between words where there are any: nothing of it is lost."""
    rest = visible(text).strip()
    while rest:
        end = len(rest) if _fits(rest) else _end_of_piece(rest)
        yield _plain(rest[:end].rstrip())
        rest = rest[end:].lstrip()


def _fits(text: str) -> bool:
    return len(text) <= TEXT and len(entities(text)) <= TEXT


def _end_of_piece(text: str) -> int:
    end = max(text.rfind(" ", 0, TEXT), text.rfind("\n", 0, TEXT))
    while end <= 0 or not _fits(text[:end]):
        end = _SPLIT if end <= _SPLIT else end // 2
    return end


def _view(reference: str, blocks: list[Block]) -> View:
    return fit(
        {
            "type": "modal",
            "callback_id": CALLBACK,
            "title": plain(reference),
            "close": plain(words.CLOSE),
            "blocks": blocks,
        }
    )


def _header(text: str) -> Block:
    return {"type": "header", "text": plain(" ".join(text.split()))}


def _plain(text: str) -> Block:
    return {"type": "section", "text": plain(text)}
