"""Ticks and boxes: typed, or letters that a symbol font draws as one."""

from collections.abc import Iterator

UNTICKED = "☐□▢◻◽⬜❏❐❑❒⎕🗆"
TICKED = "☑☒☓✓✔✕✖✗✘√⌧⊠⮽🗵🗶🗷🗸🗹✅❎"
"""A cross is a mark too: forms ask to "put a cross in the box". A bare one keeps its glyph for the reader."""

_BOXES = frozenset(UNTICKED + TICKED)

_WINGDINGS = {
    0x6E: "■", 0x6F: "☐", 0x70: "❐", 0x71: "❑", 0x72: "❒", 0x78: "☒", 0xA8: "☐", 0xFB: "✗", 0xFC: "✓", 0xFD: "☒",
    0xFE: "☑", 0x6C: "●", 0xA7: "▪", 0x9F: "•", 0xE0: "→", 0xD8: "➢", 0x76: "❖",
}  # fmt: skip
_WINGDINGS_2 = {
    0x4F: "✗", 0x50: "✓", 0x51: "☒", 0x52: "☑", 0x53: "☒", 0x54: "☒", 0x55: "☒", 0x56: "☒", 0xA3: "☐", 0x2A: "☐",
    0xA2: "■",
}  # fmt: skip
_WEBDINGS = {0x61: "✓", 0x63: "☐", 0x67: "■", 0x72: "✗", 0x3C: "☒"}
_SYMBOL = {0xB7: "•", 0xD6: "√", 0xA8: "♦", 0xAE: "→", 0xB4: "×", 0xB1: "±", 0xB0: "°", 0xA3: "≤", 0xB3: "≥"}
_TABLES: dict[str, dict[int, str]] = {
    "wingdings": _WINGDINGS,
    "wingdings 2": _WINGDINGS_2,
    "wingdings 3": {},
    "webdings": _WEBDINGS,
    "symbol": _SYMBOL,
}
SYMBOL_FONTS = frozenset(_TABLES)
_SELECTORS = {0xFE0E: None, 0xFE0F: None}
_FIRST_PRIVATE = "\uf000"
_PRIVATE = range(0xF000, 0xF100)


def drawn(text: str, font: str) -> str:
    """The characters that a symbol font shows for a text; letters it has no known sign for stay as they are.

    Variation selectors, which only ask for a coloured or a plain drawing, are left out.
    """
    if not font and max(text, default="") < _FIRST_PRIVATE:
        return text
    table = _TABLES.get(font) or (_WINGDINGS if not font else {})
    return "".join(_sign(character, table, letters=bool(font)) for character in text.translate(_SELECTORS))


def symbol(code: str, font: str) -> str:
    """The character of a `w:sym`, by its hexadecimal code."""
    try:
        character = chr(int(code, 16))
    except (ValueError, OverflowError):
        return ""
    return drawn(character, font.lower()) if character.isprintable() or ord(character) in _PRIVATE else ""


def pieces(text: str) -> Iterator[tuple[str, bool | None]]:
    """A text parted at its boxes: (words, None), (box, whether it is ticked)."""
    begun = 0
    for place, character in enumerate(text):
        if character in _BOXES:
            if place > begun:
                yield text[begun:place], None
            yield character, character in TICKED
            begun = place + 1
    if begun < len(text):
        yield text[begun:], None


def has_box(text: str) -> bool:
    """Whether there is a box or tick in a text."""
    return not _BOXES.isdisjoint(text)


def _sign(character: str, table: dict[int, str], *, letters: bool) -> str:
    """A private-use character is a symbol whatever its font; a letter only in a symbol font."""
    code = ord(character)
    if code in _PRIVATE:
        return table.get(code - 0xF000, character)
    return table.get(code, character) if letters else character
