"""Slack's limits, and `fit()`: whatever is drawn comes out within them.

Numbers are those of Slack's reference for blocks, views and text objects.
"""

import json
from collections.abc import Sequence
from itertools import accumulate
from typing import Any, Final

Block = dict[str, Any]

MESSAGE_BLOCKS: Final = 50
VIEW_BLOCKS: Final = 100
VIEW_BYTES: Final = 250_000
_ROWS_BYTES: Final = VIEW_BYTES - 5_000  # the rest is for the view round its rows
TEXT: Final = 3000  # a text object of a section, a message's own text
FALLBACK: Final = 4000
FIELD: Final = 2000
FIELDS: Final = 10
HEADER: Final = 150
VIEW_TITLE: Final = 24
BUTTON: Final = 75
VALUE: Final = 2000
CONTEXT_ELEMENTS: Final = 10
ACTIONS_ELEMENTS: Final = 25
CONFIRM_TITLE: Final = 100
CONFIRM_TEXT: Final = 300
CONFIRM_BUTTON: Final = 30
PRIVATE_METADATA: Final = 3000

_CUT: Final = "…"


def clip(text: str, limit: int) -> str:
    """Escaped text within a limit; it is never cut inside an entity such as `&amp;`, and the cut can be seen."""
    if len(text) <= limit:
        return text
    kept = text[: limit - len(_CUT)]
    start = kept.rfind("&")
    if start != -1 and ";" not in kept[start:]:
        kept = kept[:start]
    return kept.rstrip() + _CUT


def capped(rows: Sequence[Block], room: int, more: str) -> list[Block]:
    """Rows within `room` blocks and the size of a view; when some are left out the last says how many (`more` holds
    `{number}`)."""
    sizes = accumulate(len(json.dumps(row)) + 2 for row in rows)
    light = sum(size <= _ROWS_BYTES for size in sizes)
    if len(rows) <= min(room, light):
        return list(rows)
    kept = rows[: min(room - 1, light)]
    return [*kept, note(more.format(number=len(rows) - len(kept)))]


def note(text: str) -> Block:
    """A line in small print, in our own words."""
    return {"type": "context", "elements": [{"type": "mrkdwn", "text": clip(text, FIELD), "verbatim": True}]}


def fit(surface: dict[str, Any]) -> dict[str, Any]:
    """A message or a view within Slack's limits. A last resort: what is drawn with `capped` is already inside."""
    is_view = surface.get("type") in {"modal", "home"}
    room = VIEW_BLOCKS if is_view else MESSAGE_BLOCKS
    fitted = {**surface, "blocks": [_fit_block(block) for block in surface["blocks"][:room]]}
    if "text" in surface:
        fitted["text"] = clip(surface["text"], FALLBACK)
    for part in ("title", "submit", "close"):
        if part in surface:
            fitted[part] = _fit_text(surface[part], VIEW_TITLE)
    return fitted


def _fit_block(block: Block) -> Block:
    if block["type"] == "header":
        return {**block, "text": _fit_text(block["text"], HEADER)}
    if block["type"] == "section":
        return _fit_section(block)
    if block["type"] == "actions":
        return {**block, "elements": [_fit_button(e) for e in block["elements"][:ACTIONS_ELEMENTS]]}
    if block["type"] == "context":
        return {**block, "elements": [_fit_text(e, FIELD) for e in block["elements"][:CONTEXT_ELEMENTS]]}
    return block


def _fit_section(block: Block) -> Block:
    fitted = dict(block)
    if "text" in block:
        fitted["text"] = _fit_text(block["text"], TEXT)
    if "fields" in block:
        fitted["fields"] = [_fit_text(f, FIELD) for f in block["fields"][:FIELDS]]
    if "accessory" in block:
        fitted["accessory"] = _fit_button(block["accessory"])
    return fitted


def _fit_button(button: Block) -> Block:
    fitted = {**button, "text": _fit_text(button["text"], BUTTON)}
    if "confirm" in button:
        limits = {
            "title": CONFIRM_TITLE,
            "text": CONFIRM_TEXT,
            "confirm": CONFIRM_BUTTON,
            "deny": CONFIRM_BUTTON,
        }
        fitted["confirm"] = {
            **button["confirm"],
            **{part: _fit_text(button["confirm"][part], limit) for part, limit in limits.items()},
        }
    return fitted


def _fit_text(text: Block, limit: int) -> Block:
    return {**text, "text": clip(text["text"], limit)}
