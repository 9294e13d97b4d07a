"""Bytes to characters, whatever the letter claims, and characters that a database and a screen can hold."""

import codecs
import re

# Codecs that Python offers as text and that no letter may choose: slow on long input, or a way to hide markup.
_REFUSED = frozenset({"idna", "punycode", "unicode_escape", "raw_unicode_escape", "utf-7", "undefined"})
# Windows writes cp1252 and calls it Latin-1 or ASCII; browsers read it so (WHATWG Encoding, "windows-1252" labels).
_REALLY_CP1252 = frozenset({"iso8859-1", "ascii", "cp1252", "latin-1"})
_LONGEST_CHARSET = 40

# C0 and C1 controls but tab and newline, lone surrogates, and the marks that turn the reading direction (they disguise
# file names: "exe.docx").
_UNWANTED = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]"
)
_SPACES = re.compile(r"\s+")


def decode(data: bytes, charset: str) -> tuple[str, bool]:
    """Text of these bytes and whether the declared charset was usable.

    The declared charset is tried first, then UTF-8, then Windows-1252, which reads anything.
    """
    name = _codec(charset)
    if name in _REALLY_CP1252:
        return _guess(data), True
    if name:
        try:
            return data.decode(name), True
        except (UnicodeError, ValueError, LookupError):
            return _guess(data), False
    return _guess(data), not charset


def _codec(charset: str) -> str:
    """Python's name of a text codec, "" where there is none that may be used."""
    if not charset or len(charset) > _LONGEST_CHARSET or not charset.isascii() or "\0" in charset:
        return ""
    try:
        info = codecs.lookup(charset)
    except (LookupError, ValueError):
        return ""
    is_text = getattr(info, "_is_text_encoding", True)
    return info.name if is_text and info.name not in _REFUSED else ""


def _guess(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def clean(text: str) -> str:
    """The text with plain newlines and without characters that no database or screen can hold."""
    return _UNWANTED.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def one_line(text: str) -> str:
    """The text on one line, single spaces."""
    return _SPACES.sub(" ", clean(text)).strip()
