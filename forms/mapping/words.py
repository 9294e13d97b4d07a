"""Words as they are compared: capitals, punctuation and typed numbers make no difference."""

import re
from functools import lru_cache

LONGEST_LABEL = 200
"""Characters. What is longer is no label; the longest seen on a real form has 130."""

_PUNCTUATION = str.maketrans(
    dict.fromkeys('!"#$&()*+,-/:;<=>?@[\\]^_`{|}~–—‐‑·•…“”„«»¬¦§°\xa0\u2002\u2003\t\n\r', " ")
    | dict.fromkeys(".'’‘ʼ\u200b\xad\ufeff")
    | {"%": " percent "}
)
_NUMBERED = re.compile(r"^\s*(?:(?:[Qq]\.?\s*)?\d{1,2}(?:\.\d{1,2})*[.):]?|[a-zA-Z][.)])\s+(?=\S)")
_NUMBERED_START = re.compile(r"\s*(?:\d|[qQ][. \d]|[a-zA-Z][.)])")
_SPLIT_WORDS = {"e mail": "email", "post code": "postcode", "per cent": "percent"}


@lru_cache(maxsize=8192)
def key(text: str) -> str:
    """The form of a phrase under which it is compared; "" for what is too long to be a label."""
    if len(text) > LONGEST_LABEL:
        return ""
    if _NUMBERED_START.match(text):
        text = _NUMBERED.sub("", text, count=1)
    found = " ".join(text.translate(_PUNCTUATION).casefold().split())
    for apart, together in _SPLIT_WORDS.items():
        if apart in found:
            found = found.replace(apart, together)
    return found


_LEADERS = re.compile(r"_{2,}|\.{5,}|…{2,}|(?:…\s*){3,}|(?<![\w/])-{4,}(?!\w)")
_SPACES = re.compile(r"[ \t\u00a0\u2002-\u200a\u3000]+")
_SPACED = re.compile(r"  |[\t\u00a0\u2002-\u200a\u3000]")
_EDGES = " \t_\u00a0\u2002\u200b"


def tidy(text: str) -> str:
    """An answer without the dots and underscores that it was written on, lines kept."""
    if "__" in text or "...." in text or "…" in text or "----" in text:
        text = _LEADERS.sub(" ", text)
    if "\n" not in text:
        return (_SPACES.sub(" ", text) if _SPACED.search(text) else text).strip(_EDGES).lstrip(": ")
    lines = (tidy(line) for line in text.split("\n"))
    return "\n".join(line for line in lines if line)
