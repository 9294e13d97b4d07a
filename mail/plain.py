"""HTML to plain text, for display and for looking for words in it.

A single pass that only ever moves forward, so its time grows with the length of the text and nothing else. Parsers were
measured on hostile input of 290 KB to 600 KB: the standard library's `html.parser` (Python 3.11) and selectolax both take
time with the square of it (15 s for 100,000 nested elements, 17 s for as many attributes); lxml belongs to `forms`.
"""

import html
import re

_BLOCKS = frozenset(
    {
        "address",
        "article",
        "aside",
        "blockquote",
        "br",
        "center",
        "dd",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figure",
        "footer",
    }
    | {
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "li",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
    }
    | {"table", "tr", "ul"}
)
_CELLS = frozenset({"td", "th", "TD", "TH"})  # where they open: their end is often left out
_HIDDEN = frozenset({"script", "style", "title", "template", "noscript", "xml"})
_CLOSING = {name: re.compile(f"</{name}", re.IGNORECASE) for name in _HIDDEN}
_TAG_NAME = re.compile(r"/?([a-zA-Z][a-zA-Z0-9]{0,15})")
_WHITE = re.compile(r"\s+")
_LONG_NUMBER = re.compile(r"&#[xX]?[0-9a-fA-F]{8,};?")  # int() refuses 4,300 digits; no character needs eight
_CID = re.compile(r"""cid:([^"'\s<>)]{1,250})""", re.IGNORECASE)
_MOST_EXTENSIONS = 4
_LONGEST_TAG = 4_000


def from_html(markup: str) -> str:
    """The words of an HTML text, a line a block, cells parted by tabs."""
    pieces: list[str] = []
    position = 0
    while position < len(markup):
        opening = markup.find("<", position)
        if opening < 0:
            pieces.append(_words(markup[position:]))
            break
        pieces.append(_words(markup[position:opening]))
        written, position = _after_tag(markup, opening)
        pieces.append(written)
    return _tidy("".join(pieces))


def pictures_shown(markup: str) -> frozenset[str]:
    """The Content-IDs that an HTML text refers to."""
    return frozenset(found.lower() for found in _CID.findall(markup))


def _words(text: str) -> str:
    return _WHITE.sub(" ", html.unescape(_LONG_NUMBER.sub("", text)))


def _after_tag(markup: str, opening: int) -> tuple[str, int]:
    """What the mark-up at `opening` adds to the text, and where to go on."""
    if markup.startswith("<!--", opening):
        return "", _past(markup, "-->", opening + 4)
    if markup.startswith(("<!", "<?"), opening):
        return "", _past(markup, ">", opening)
    name = _TAG_NAME.match(markup, opening + 1)
    if name is None:
        return "<", opening + 1
    element = name[1].lower()
    end = _tag_end(markup, opening)
    if element in _HIDDEN and not name[0].startswith("/"):
        closing = _CLOSING[element].search(markup, end)
        return "", _past(markup, ">", closing.start()) if closing else len(markup)
    if element in _BLOCKS:
        return "\n", end
    return ("\t" if name[0] in _CELLS else ""), end


def _past(markup: str, mark: str, start: int) -> int:
    found = markup.find(mark, start)
    return len(markup) if found < 0 else found + len(mark)


def _tag_end(markup: str, opening: int) -> int:
    """Past the tag's closing bracket; a bracket inside quotes is passed over, a few times and not for ever."""
    end = _past(markup, ">", opening)
    for _ in range(_MOST_EXTENSIONS):
        tag = markup[opening:end] if end - opening < _LONGEST_TAG else ""
        if not (tag.count('"') % 2 or (tag.count("'") % 2 and '"' not in tag)):
            break
        further = _past(markup, ">", end)
        if further - opening > _LONGEST_TAG:
            break
        end = further
    return end


def _tidy(text: str) -> str:
    """No trailing spaces, no line indented, at most one empty line together."""
    lines = [line.strip(" \xa0\t") for line in text.split("\n")]
    kept = [line for number, line in enumerate(lines) if line or (number and lines[number - 1])]
    return "\n".join(kept).strip()
