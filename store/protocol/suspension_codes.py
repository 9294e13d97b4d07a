"""The sixteen national reasons for a suspension or exclusion (domain 4.4), of which a failure cites up to three (R40)."""

from collections.abc import Mapping
from types import MappingProxyType

CODES: Mapping[str, str] = MappingProxyType(
    {
        "PP": "physical assault against a pupil",
        "PA": "physical assault against an adult",
        "VP": "verbal abuse or threatening behaviour against a pupil",
        "VA": "verbal abuse or threatening behaviour against an adult",
        "OW": "use or threat of an offensive weapon or prohibited item",
        "BU": "bullying",
        "RA": "racist abuse",
        "LG": "abuse against sexual orientation and gender identity",
        "DS": "abuse relating to disability",
        "SM": "sexual misconduct",
        "DA": "drug and alcohol related",
        "DM": "damage",
        "TH": "theft",
        "DB": "persistent or general disruptive behaviour",
        "MT": "inappropriate use of social media or online technology",
        "PH": "wilful and repeated breach of protective measures for public health",
    }
)
MOST = 3
"""So many codes may one suspension, and so one failure, bear."""


def plain(code: str) -> str:
    """A code as it is kept: capitals, no blanks."""
    return code.strip().upper()


def nearest(code: str) -> str:
    """The national code most like a wrong one: the same letters first, then letters in their place, then any shared."""
    return min(CODES, key=lambda known: (_distance(plain(code), known), known))


def _distance(written: str, known: str) -> tuple[bool, int, int]:
    in_place = sum(one == other for one, other in zip(written, known, strict=False))
    return sorted(written) != sorted(known), -in_place, -len(set(written) & set(known))
