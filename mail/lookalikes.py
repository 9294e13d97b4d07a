"""Domains made to be mistaken for a school's (oakfie1d, oakfleld, oakfield-example)."""

from collections.abc import Iterable

# Pairs of letters that look alike in the typefaces of mail programs, each written as one of them.
_SAME_LOOK = (
    ("rn", "m"),
    ("vv", "w"),
    ("cl", "d"),
    ("0", "o"),
    ("1", "l"),
    ("i", "l"),
    ("5", "s"),
    ("-", ""),
)
_SHORTEST = 6  # below this, one letter of difference is as often another honest name
_LONGEST = 100
_PUBLIC_BODIES = (
    ".sch.uk",
    ".gov.uk",
    ".nhs.uk",
    ".police.uk",
    ".ac.uk",
)  # stmarys and stmarks are two schools
_PROVIDERS = frozenset(
    {
        "aol.com",
        "btinternet.com",
        "gmail.com",
        "googlemail.com",
        "gmx.com",
        "hotmail.com",
        "hotmail.co.uk",
        "icloud.com",
    }
    | {
        "live.co.uk",
        "live.com",
        "mail.com",
        "me.com",
        "msn.com",
        "outlook.com",
        "proton.me",
        "protonmail.com",
        "sky.com",
    }
    | {"talktalk.net", "virginmedia.com", "yahoo.co.uk", "yahoo.com", "ymail.com"}
)


def looks_like(domain: str, known: Iterable[str]) -> str:
    """The known domain that an unknown one could be mistaken for, "" for none.

    It could where both look the same or differ in one letter (left out, put in, exchanged, or swapped with its
    neighbour). Names in other alphabets (xn--) are compared as they are shown. Honest neighbours are left in peace:
    names that are given to public bodies only, and the providers that families write from.
    """
    if domain.endswith(_PUBLIC_BODIES) or domain in _PROVIDERS:
        return ""
    shown = _skeleton(_readable(domain))
    return next((each for each in known if each != domain and _alike(shown, _skeleton(each))), "")


def _readable(domain: str) -> str:
    try:
        return domain[:_LONGEST].encode("ascii").decode("idna")
    except (UnicodeError, ValueError):
        return domain[:_LONGEST]


def _skeleton(domain: str) -> str:
    plain = domain.lower().translate(_OTHER_ALPHABETS)
    for pair, single in _SAME_LOOK:
        plain = plain.replace(pair, single)
    return plain


# Letters of Cyrillic and Greek that are drawn like Latin ones (the common ones of Unicode TR39).
_OTHER_ALPHABETS = str.maketrans(
    {
        "\u0430": "a",
        "\u0435": "e",
        "\u043e": "o",
        "\u0440": "p",
        "\u0441": "c",
        "\u0443": "y",
        "\u0445": "x",
        "\u0455": "s",
        "\u0456": "i",
        "\u0458": "j",
        "\u0501": "d",
        "\u04bb": "h",
        "\u03b1": "a",
        "\u03b9": "i",
        "\u03ba": "k",
        "\u03bd": "v",
        "\u03bf": "o",
        "\u03c1": "p",
    }
)


def _alike(one: str, other: str) -> bool:
    if one == other:
        return True
    return min(len(one), len(other)) >= _SHORTEST and _one_step_apart(one, other)


def _one_step_apart(one: str, other: str) -> bool:
    """Whether one letter left out, put in, exchanged, or two neighbours swapped, makes one of the other."""
    short, long = sorted((one, other), key=len)
    if len(long) - len(short) > 1:
        return False
    start = next(
        (n for n, pair in enumerate(zip(short, long, strict=False)) if pair[0] != pair[1]), len(short)
    )
    rest_short, rest_long = short[start:], long[start:]
    if len(short) != len(long):
        return rest_short == rest_long[1:]
    swapped = rest_short[:2] == rest_long[1::-1] and rest_short[2:] == rest_long[2:]
    return swapped or rest_short[1:] == rest_long[1:]
