"""One way of writing a name, so that the same name written otherwise is found. Never a likeness: a school or a child
is never guessed."""

import re
import unicodedata

_WORDS = re.compile(r"[^\W_]+")
_SPELT = {"saint": "st", "and": ""}


def words(text: str) -> list[str]:
    """The words of a name: lower case, without accents, apostrophes and punctuation."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    joined = re.sub(r"[\u2019\u2018'`.]", "", bare)  # "St. Brannoc’s R.C." and "St Brannocs RC"
    return _WORDS.findall(joined)


def school_key(name: str) -> str:
    """The key of a school's name: "The Weaver School" and "Weaver", "Saint" and "St", "&" and "and" are one."""
    found = [_SPELT.get(word, word) for word in words(name)]
    found = [word for word in found if word]
    if len(found) > 1 and found[0] == "the":
        found = found[1:]
    if len(found) > 1 and found[-1] == "school":
        found = found[:-1]
    return " ".join(found)[:200]


def person_key(*names: str) -> str:
    """The key of a person's name, whatever the order of its words."""
    return " ".join(sorted({word for name in names for word in words(name)}))[:200]


def number_key(number: str) -> str:
    """A DfE number as its seven digits: "999/4101", "999 4101" and "9994101" are one; "" when it is none."""
    digits = re.sub(r"[\s/\-]", "", number)
    return digits if re.fullmatch(r"[0-9]{7}", digits) else ""


def upn_key(upn: str) -> str:
    """A unique pupil number without spaces, in capitals."""
    return "".join(c for c in upn.upper() if c.isalnum())[:40]
