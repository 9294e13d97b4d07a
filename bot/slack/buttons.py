"""The buttons: their ids, and what they carry, which is a case's reference and version and nothing else."""

import re
from dataclasses import dataclass
from typing import Any, Final

from bot.flows.desk import Action, CaseLine
from bot.slack.escaping import plain
from bot.text import cards as words

Button = dict[str, Any]

DETAILS: Final = "case_details"
ASK_SCHOOL: Final = "case_ask_school"
PUT_ON_PANEL: Final = "case_put_on_panel"

_VALUE = re.compile(r"(?P<reference>[A-Z]{2}-\d{2}-\d{4,})@(?P<version>\d{1,9})")


@dataclass(frozen=True, slots=True)
class Pressed:
    """What a pressed button says: which case, and the version that was on the screen."""

    reference: str
    version: int


class NotOurs(ValueError):
    """The value of a button that was not made here, or by a version long gone."""


def pressed(value: str) -> Pressed:
    """The value of a pressed button. Raises `NotOurs`."""
    match = _VALUE.fullmatch(value)
    if match is None:
        raise NotOurs("not the value of a case's button")
    return Pressed(match["reference"], int(match["version"]))


def details(case: CaseLine) -> Button:
    """Opens the private details; changes nothing."""
    return _button(DETAILS, words.DETAILS, case)


def ask_school(case: CaseLine) -> Button:
    """Writes to the school, once confirmed."""
    asking = _confirm(words.ASK_TITLE, words.ask_confirm(case), words.ASK_YES)
    return {**_button(ASK_SCHOOL, words.ASK_SCHOOL, case), "confirm": asking}


def put_on_panel(case: CaseLine) -> Button:
    """Puts the case on its panel's agenda, once confirmed."""
    asking = _confirm(words.PANEL_TITLE, words.panel_confirm(case), words.PANEL_YES)
    return {**_button(PUT_ON_PANEL, words.PUT_ON_PANEL, case), "style": "primary", "confirm": asking}


DRAWN: Final = {Action.ASK_SCHOOL: ask_school, Action.PUT_ON_PANEL: put_on_panel}
"""The actions that have a button; others are done elsewhere."""


def _button(action: str, text: str, case: CaseLine) -> Button:
    value = f"{case.reference}@{case.version}"
    return {"type": "button", "action_id": action, "text": plain(text), "value": value}


def _confirm(title: str, text: str, yes: str) -> dict[str, Any]:
    return {"title": plain(title), "text": plain(text), "confirm": plain(yes), "deny": plain(words.CANCEL)}
