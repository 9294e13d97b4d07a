"""What is posted to the channel, and the private listings: pure functions to `{"text", "blocks"}`.

They take only public views of a case (`CaseLine`, `PanelView`), so that a name cannot reach a channel by mistake.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from typing import Any, Final

from bot.flows.desk import Action, CaseLine, PanelView
from bot.slack import buttons
from bot.slack.escaping import entities, escape, plain
from bot.slack.limits import Block, capped, fit, note
from bot.text import cards as words
from bot.text import help as help_words
from bot.text import listings, stages

Content = dict[str, Any]

PANEL_ROOM: Final = 44  # rows of a panel's listing; the rest of the 50 blocks is its head


def case_card(case: CaseLine, actions: Collection[Action] = ()) -> Content:
    """The one card of a case: reference, home school, public stage, number of gaps, panel and deadline.

    `actions` are those that the case allows now; each that has a button gets it, so that no button is dead.
    """
    pressable = [
        buttons.details(case),
        *(draw(case) for action, draw in buttons.DRAWN.items() if action in actions),
    ]
    warning = [note(words.LAWFULNESS)] if case.warned else []
    blocks = [_header(words.title(case)), _facts(case), *warning, {"type": "actions", "elements": pressable}]
    return _content(words.line(case), blocks)


def thread_line(reference: str, sentence: str) -> Content:
    """A sentence of `bot.text.thread` in the thread of a case's card."""
    return _content(f"{reference}: {sentence}", [_section(sentence)])


def panel_reminder(panel: PanelView, school_days: int) -> Content:
    """The reminder before a panel: the agenda, and what else is meant for it, by reference."""
    return _panel(panel, words.panel_when(school_days), with_buttons=True)


def review_prompt(case: CaseLine, on: date) -> Content:
    """Says that a review of a placement falls due."""
    blocks = [_header(words.review_title(case)), _section(words.review(case, on)), _actions(case)]
    return _content(f"{words.review_title(case)}: {words.review(case, on)}", blocks)


def case_prompt(case: CaseLine, sentence: str) -> Content:
    """A prompt about a case, in words of `bot.text.thread_of_moves`: a post of its own."""
    title = words.prompt_title(case)
    return _content(f"{title}: {sentence}", [_header(title), _section(sentence), _actions(case)])


def morning(title: str, groups: Sequence[tuple[str, Sequence[str]]]) -> Content:
    """The officer's morning digest: heads with their lines, which hold references, schools and days."""
    rows = [block for head, lines in groups for block in (_markup(f"*{head}*"), *map(_section, lines))]
    shown = capped(rows, PANEL_ROOM, listings.MORE_LINES_OF_DIGEST)
    return _content(f"{title}. {'; '.join(head for head, _ in groups)}", [_header(title), *shown])


def letter_for_officer(number: int, received: datetime, sentence: str, school: str = "") -> Content:
    """A letter that was set aside or that a person must read.

    `sentence` is the public one of `bot.text.dispositions`; `school` is the directory's name of a known sender's
    school. Subject, sender, file names and what the letter says stay out.
    """
    about = words.letter(number, received, school)
    blocks = [_header(words.LETTER_TITLE), _section(f"{about}\n{sentence}"), note(words.WHERE_LETTERS)]
    return _content(f"{about} {sentence}", blocks)


def case_answer(case: CaseLine, actions: Collection[Action] = (), *, details: bool = True) -> Content:
    """The private answer to `/moves case REF`: the card again, with only the buttons that its reader may use."""
    if details:
        return case_card(case, actions)
    return _content(words.line(case), [_header(words.title(case)), _facts(case)])


def cases_answer(cases: Sequence[CaseLine], *, details: bool = True) -> Content:
    """The private answer to `/moves cases`."""
    title = listings.cases_title(len(cases))
    rows = [_row(case, words.line(case), details=details) for case in cases] or [_section(listings.NO_CASES)]
    return _content(title, [_header(title), *capped(rows, PANEL_ROOM, listings.MORE_CASES)])


def panel_answer(panel: PanelView, *, details: bool = True) -> Content:
    """The private answer to `/moves panel`."""
    return _panel(panel, words.panel_deadline(panel.deadline) if panel.deadline else "", with_buttons=details)


def help_answer(*, unknown: bool = False) -> Content:
    """The private answer to `/moves help`, and to words that are no command."""
    lead = [_section(help_words.UNKNOWN)] if unknown else []
    commands = [_markup(f"`{command}` {meaning}") for command, meaning in help_words.COMMANDS]
    return _content(help_words.TITLE, [_header(help_words.TITLE), *lead, *commands, note(help_words.PRIVACY)])


def private_line(sentence: str) -> Content:
    """One private sentence."""
    return _content(sentence, [_section(sentence)])


def _panel(panel: PanelView, lead: str, *, with_buttons: bool) -> Content:
    title = words.panel_title(panel.on)
    rows = [block for head, cases in _groups(panel) for block in _group(head, cases, details=with_buttons)]
    lead_blocks = [_section(lead)] if lead else []
    shown = capped(rows, PANEL_ROOM, listings.MORE_LINES) or [_section(words.NOTHING_YET)]
    return _content(f"{title}. {lead}".strip(), [_header(title), *lead_blocks, *shown])


def _groups(panel: PanelView) -> Iterable[tuple[str, Sequence[CaseLine]]]:
    yield words.AGENDA, panel.agenda
    yield words.READY, panel.ready
    yield words.ON_HOLD, panel.on_hold
    yield words.INCOMPLETE, panel.incomplete


def _group(head: str, cases: Sequence[CaseLine], *, details: bool) -> list[Block]:
    if not cases:
        return []
    return [
        _markup(f"*{head}* ({len(cases)})"),
        *(_row(case, words.panel_row(case), details=details) for case in cases),
    ]


def _row(case: CaseLine, text: str, *, details: bool) -> Block:
    row = _section(text)
    return {**row, "accessory": buttons.details(case)} if details else row


def _facts(case: CaseLine) -> Block:
    facts = {
        words.STAGE: stages.PUBLIC[case.stage],
        words.GAPS: words.gaps(case),
        words.PANEL: words.panel(case),
        words.DEADLINE: words.deadline(case),
    }
    return {"type": "section", "fields": [_field(label, value) for label, value in facts.items()]}


def _field(label: str, value: str) -> Block:
    return {"type": "mrkdwn", "text": f"*{label}*\n{escape(value)}", "verbatim": True}


def _actions(case: CaseLine) -> Block:
    return {"type": "actions", "elements": [buttons.details(case)]}


def _header(text: str) -> Block:
    return {"type": "header", "text": plain(" ".join(text.split()))}


def _section(text: str) -> Block:
    return {"type": "section", "text": plain(text)}


def _markup(text: str) -> Block:
    """Our own words with Slack's markup in them."""
    return {"type": "section", "text": {"type": "mrkdwn", "text": entities(text), "verbatim": True}}


def _content(text: str, blocks: list[Block]) -> Content:
    return fit({"text": escape(text), "blocks": blocks})
