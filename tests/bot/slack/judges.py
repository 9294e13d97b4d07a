"""Three judges for whatever is drawn for Slack: its own types as JSON Schema (structure), `slack_sdk.models` (most
numbers), and the checks that both miss. Each returns the faults it finds."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft7Validator
from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

SCHEMAS = Path(__file__).parent / "schema"
RAW_MARKUP = re.compile(r"<(?![@#!]?\w*\|)|>")
LIMITS = {"header": 150, "section": 3000, "context": 2000}


@cache
def validator(name: str) -> Draft7Validator:
    """A validator for one of Slack's types."""
    definitions = json.loads((SCHEMAS / "slack_requests.schema.json").read_text(encoding="utf-8"))[
        "definitions"
    ]
    return Draft7Validator({"$ref": f"#/definitions/{name}", "definitions": definitions})


def message_faults(content: dict[str, Any]) -> list[str]:
    """All that is wrong with a message."""
    body = {"channel": "C0TEAM", **content}
    faults = [error.message[:200] for error in validator("ChatPostMessageArguments").iter_errors(body)]
    faults += _model_faults(content["blocks"])
    faults += [] if content.get("text") else ["no text for notifications"]
    faults += ["text over 4000"] if len(content.get("text", "")) > 4000 else []
    faults += ["over 50 blocks"] if len(content["blocks"]) > 50 else []
    return faults + _own_faults(content["blocks"]) + _markup_faults(content.get("text", ""))


def view_faults(view: dict[str, Any]) -> list[str]:
    """All that is wrong with a modal."""
    faults = [error.message[:200] for error in validator("ModalView").iter_errors(view)]
    try:
        View(**view).to_dict()
    except SlackObjectFormationError as error:
        faults.append(str(error))
    faults += ["title over 24"] if len(view["title"]["text"]) > 24 else []
    faults += ["over 100 blocks"] if len(view["blocks"]) > 100 else []
    faults += ["over 250 kB"] if len(json.dumps(view).encode()) > 250_000 else []
    faults += ["private_metadata holds something"] if view.get("private_metadata") else []
    return faults + _model_faults(view["blocks"]) + _own_faults(view["blocks"])


def texts(thing: Any) -> Iterator[dict[str, Any]]:
    """Every text object in a surface."""
    if isinstance(thing, dict):
        if thing.get("type") in {"plain_text", "mrkdwn"}:
            yield thing
        for value in thing.values():
            yield from texts(value)
    elif isinstance(thing, list):
        for value in thing:
            yield from texts(value)


def everything_readable(surface: dict[str, Any]) -> str:
    """All words of a surface, as one text to search."""
    return "\n".join([surface.get("text", ""), *(text["text"] for text in texts(surface))])


def _model_faults(blocks: list[dict[str, Any]]) -> list[str]:
    faults = []
    for block in blocks:
        faults += [error.message[:200] for error in validator("KnownBlock").iter_errors(block)]
        try:
            parsed = Block.parse(block)
            faults += [] if parsed else [f"unknown block {block['type']}"]
            if parsed:
                parsed.to_dict()
        except (SlackObjectFormationError, TypeError) as error:
            faults.append(str(error))
    return faults


def _own_faults(blocks: list[dict[str, Any]]) -> list[str]:
    faults = ["no blocks"] if not blocks else []
    ids = Counter(block["block_id"] for block in blocks if "block_id" in block)
    faults += [f"block_id {name} twice" for name, times in ids.items() if times > 1]
    for block in blocks:
        faults += _block_faults(block)
    for text in texts(blocks):
        faults += ["empty text"] if not text["text"].strip() else []
        faults += _markup_faults(text["text"]) if text["type"] == "mrkdwn" else []
        faults += (
            ["links are made from the text"] if text["type"] == "mrkdwn" and not text.get("verbatim") else []
        )
    return faults


def _block_faults(block: dict[str, Any]) -> list[str]:
    limit = LIMITS.get(block["type"], 3000)
    faults = ["text too long"] if len(block.get("text", {}).get("text", "")) > limit else []
    faults += ["field too long" for field in block.get("fields", []) if len(field["text"]) > 2000]
    faults += ["no alternative text"] if block["type"] == "image" and not block.get("alt_text") else []
    actions = Counter(
        element.get("action_id") for element in block.get("elements", []) if "action_id" in element
    )
    faults += [f"action_id {name} twice" for name, times in actions.items() if times > 1]
    buttons = [
        e for e in [*block.get("elements", []), block.get("accessory", {})] if e.get("type") == "button"
    ]
    faults += ["button text too long" for button in buttons if len(button["text"]["text"]) > 75]
    return faults


def _markup_faults(text: str) -> list[str]:
    bare = re.sub(r"&(amp|lt|gt);", "", text)
    faults = ["a mention or link"] if RAW_MARKUP.search(bare) else []
    return faults + (["a bare ampersand"] if "&" in bare else [])
