"""Wordings that a person must see, as data. A match puts a letter before the officer; it never decides anything."""

import re
import unicodedata
from collections.abc import Mapping
from enum import StrEnum

MOST_CHARACTERS = 20_000  # what a person wrote; what is further down is quoted history


class Sign(StrEnum):
    """What a wording may be a sign of."""

    PRESSURE = "pressure"  # on a parent to agree (R57)
    FAILURE = "failure"  # of a placement (R37)
    OUT_OF_BOROUGH = "out of borough"  # R46


# Between two words of a pattern there may be this much of the same sentence. The bounds keep matching linear.
_GAP = r"[^.!?\n]{0,60}?"
_NEAR = r"[^.!?\n]{0,30}?"
_THEY_EXCLUDE = r"(?:exclu|expel|expul|permanent(?:ly)? remov|kick)"
_PLACEMENT = r"(?:placement|managed move|trial|transfer|place with you|place with us)"

SIGNS: Mapping[Sign, tuple[str, ...]] = {
    Sign.PRESSURE: (
        # an exclusion held out in case the family does not agree
        rf"\b(?:if|unless)\b{_NEAR}\b(?:sign|agree|accept|consent|move|take the place){_GAP}\b{_THEY_EXCLUDE}",
        rf"\b{_THEY_EXCLUDE}{_GAP}\b(?:if|unless)\b{_NEAR}\b(?:sign|agree|accept|consent|move|take the place)",
        rf"\b(?:sign|agree|accept|consent|move)\w*\b{_NEAR}\bor\b{_NEAR}\b{_THEY_EXCLUDE}",
        rf"\b(?:only|other)\b{_NEAR}\b(?:way|choice|option)\b{_GAP}\b{_THEY_EXCLUDE}",
        # made to agree
        r"\b(?:forc|pressur|coerc|threaten|bull(?:y|i))\w*\b[^.!?\n]{0,40}?\b(?:us|me|her|him|them|sign|agree|accept|mov|leav)",
        rf"\bmade (?:us|me) (?:sign|agree)\b|\b(?:told|said)\b{_NEAR}\b(?:had|have) to (?:sign|agree|accept)\b",
        r"\b(?:no choice|not given a choice|did(?:n't| not) have a choice)\b",
        rf"\b(?:has|have|had) to (?:move|leave|go)\b{_GAP}\b(?:not|n't) (?:want|agree)",
        # out by another door (off-rolling)
        rf"\b(?:home[- ]?educat|home[- ]?school|take (?:him|her|them) out)\w*\b{_GAP}\b{_THEY_EXCLUDE}",
    ),
    Sign.FAILURE: (
        rf"\b{_PLACEMENT}\b{_NEAR}\b(?:fail|break(?:s|ing)? down|broken down|broke down|collaps|unsuccessful)",
        rf"\b{_PLACEMENT}\b{_NEAR}\b(?:not|n't)\b{_NEAR}\b(?:work|success|sustain|continu)",
        rf"\b(?:end|ending|terminat\w+|ceas\w+|stop\w*|withdraw\w*)\b{_NEAR}\b{_PLACEMENT}\b",
        rf"\bfail(?:ed|ing|ure)?\b{_NEAR}\b{_PLACEMENT}\b",
        r"\b(?:return|returned|returning|sent back|come back)\b[^.!?\n]{0,20}?\b(?:to you|to (?:the|their|its|his|her) home school)\b",
    ),
    Sign.OUT_OF_BOROUGH: (
        r"\bout[- ]of[- ](?:the )?(?:borough|authority|county|area|city|la|lea)\b",
        r"\boutside (?:of )?(?:the |your )?(?:borough|authority|county|la)\b",
        r"\b(?:another|neighbouring|different|other) (?:local )?(?:authority|borough|county|council|la)\b",
        r"\bcross[- ]border\b",
    ),
}

_COMPILED = {sign: tuple(re.compile(pattern) for pattern in patterns) for sign, patterns in SIGNS.items()}
_PLAIN = str.maketrans(
    {"’": "'", "‘": "'", "‐": "-", "‑": "-", "–": "-", "—": "-", "\u200b": None, "\u00ad": None}
)
_BLANKS = re.compile(r"[^\S\n]+")


def signs(text: str) -> frozenset[Sign]:
    """What the wording of a text may be a sign of."""
    words = plain(text)
    return frozenset(
        sign for sign, patterns in _COMPILED.items() if any(pattern.search(words) for pattern in patterns)
    )


def plain(text: str) -> str:
    """A text's first part in one spelling: small letters, straight quotes, single blanks, wrapped lines joined."""
    words = unicodedata.normalize("NFKC", text[:MOST_CHARACTERS]).translate(_PLAIN).casefold()
    return _BLANKS.sub(" ", re.sub(r"(?<!\n)\n(?!\n)", " ", words.replace("\r\n", "\n")))
