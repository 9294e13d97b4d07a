"""ActiveX controls: a form's box, option, text or list whose state is in a part of its own.

The control is never run. Word keeps its properties as XML, or in a small binary record ([MS-OFORMS] 2.2.5).
"""

import struct
from collections.abc import Mapping

from forms.package import Package
from forms.page import Kind, Span
from forms.refusals import Damaged
from forms.word.names import Element

_AX = "{http://schemas.microsoft.com/office/2006/activeX}"
_CLASS = "8bd21d{}-ec42-11ce-9e0d-00aa006002f3"
_BOXES = frozenset(map(_CLASS.format, ("40", "50", "60")))  # check box, option button, toggle button
_TEXTS = frozenset(map(_CLASS.format, ("10",)))  # text box
_LISTS = frozenset(map(_CLASS.format, ("20", "30")))  # list box, combo box
_TRUE = frozenset(("1", "-1", "true", "on"))


def spans(package: Package, part: str, name: str) -> list[Span] | None:
    """What a control shows: its box, text or choice, then its caption. Nothing for controls that hold no answer; None
    for one whose state cannot be read, which must not pass for a box that is not ticked.
    """
    root = package.xml(part)
    kind = (root.get(_AX + "classid") or "").strip("{}").lower()
    if kind not in _BOXES | _TEXTS | _LISTS:
        return []
    properties = _properties(package, part, root)
    if not properties:
        return None
    value, caption = properties.get("Value", ""), properties.get("Caption", "")
    if kind in _BOXES:
        ticked = value.strip().lower() in _TRUE
        made = [Span("☒" if ticked else "☐", Kind.CHECK, control=name, checked=ticked)]
        return [*made, Span(f" {caption}")] if caption else made
    return [Span(value, Kind.CHOICE if kind in _LISTS else Kind.TEXT, control=name)]


def _properties(package: Package, part: str, root: Element) -> Mapping[str, str]:
    """A property bag's names and values, or those of the binary record beside it."""
    found = {
        element.get(_AX + "name") or "": element.get(_AX + "value") or ""
        for element in root.iterchildren(_AX + "ocxPr")
    }
    if found:
        return found
    for relation in package.relations(part).values():
        if relation.target:
            return binary(package.read(relation.target))
    return {}


_SIZES = (4, 4, 4, 4, 1, 1, 1, 1, 0, 2, 4, 2, 2, 2, 2, 2, 1, 1, 1, 0, 1, 1, 4, 4, 4, 4, 4, 2, 2, 2, 0, 0, 4)
"""Bytes of each property in the order of the mask's bits ([MS-OFORMS] 2.2.5.2); 0 takes none in the first block."""
_SIZE_BIT, _VALUE_BIT, _CAPTION_BIT = 8, 22, 23
_CLASS_ID = 16  # bytes before the record: Word writes the class of the control first
_HEADER = struct.Struct("<BBHQ")
_COMPRESSED = 0x8000_0000


def binary(record: bytes) -> Mapping[str, str]:
    """Value and caption from a control's binary record; none when it is not a version 2.0 record."""
    try:
        return _record(record[_CLASS_ID:])
    except (struct.error, IndexError, Damaged):
        return {}


def _record(data: bytes) -> Mapping[str, str]:
    minor, major, _, mask = _HEADER.unpack_from(data)
    if (minor, major) != (0, 2):
        return {}
    counts, place = _counts(data, mask)
    if mask >> _SIZE_BIT & 1:
        place += 8
    made = {}
    for bit, name in ((_VALUE_BIT, "Value"), (_CAPTION_BIT, "Caption")):
        if mask >> bit & 1:
            made[name], place = _string(data, place, counts[bit])
    return made


def _counts(data: bytes, mask: int) -> tuple[dict[int, int], int]:
    """The lengths of the strings, and where the block of fixed properties ends. Each is aligned to its own size."""
    counts = {}
    place = _HEADER.size
    for bit, size in enumerate(_SIZES):
        if mask >> bit & 1 and size:
            place = -(-place // size) * size
            counts[bit] = int.from_bytes(data[place : place + size], "little")
            place += size
    return counts, -(-place // 4) * 4


def _string(data: bytes, place: int, count: int) -> tuple[str, int]:
    length = count & ~_COMPRESSED
    text = data[place : place + length].decode(
        "latin-1" if count & _COMPRESSED else "utf-16-le", errors="replace"
    )
    return text, place + -(-length // 4) * 4
