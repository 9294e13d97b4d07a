"""Text from outside, made harmless for Slack. Every word that we did not write ourselves passes through here."""

import re
import unicodedata
from typing import Any

_JOINER = "\u2060"  # invisible, and no part of an address: Slack makes no link across it
_LINKISH = re.compile(r"(?<=:)(?=//)|(?=@)|(?<=\w)(?=\.\w{2,})")
_UNSEEN = {"Cc", "Cf", "Co", "Cs", "Cn"}  # controls, zero-width and direction marks, private, surrogates
_MARKS = str.maketrans({"*": "∗", "_": "ˍ", "~": "∼", "`": "ʹ"})
_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})


def escape(text: str) -> str:
    """Outside text for a place where Slack reads markup: no mention, no link, no emphasis, one line."""
    seen = " ".join(visible(text).split()).translate(_MARKS)
    return _LINKISH.sub(_JOINER, seen).translate(_ENTITIES)


def plain(text: str) -> dict[str, Any]:
    """A text object in which Slack reads no markup at all: outside text may stand in it as it came."""
    return {"type": "plain_text", "text": entities(visible(text)), "emoji": False}


def entities(text: str) -> str:
    """The three characters that Slack reads as its own, written so that it does not."""
    return text.translate(_ENTITIES)


def visible(text: str) -> str:
    """Text without what cannot be seen: control characters but line ends, zero-width and direction marks."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    return "".join(c for c in text if c == "\n" or unicodedata.category(c) not in _UNSEEN)
