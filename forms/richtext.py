r"""The tick boxes of rich text (.rtf), which LibreOffice reads as boxes and whose ticks it forgets.

Word writes a box's state into the field's data: `{\field{\*\fldinst FORMCHECKBOX {\*\ffdata\fftype1\ffres1…}}…}`
(RTF 1.9.1, "Form Fields"). Each such field is replaced by a printed box, ticked or not, before the conversion.
"""

import re
from collections.abc import Iterator
from typing import Final

_BOX: Final = re.compile(rb"FORMCHECKBOX")
_FIELD: Final = rb"{\field"
_STATE: Final = re.compile(rb"\\ffres(\d+)")
_DEFAULT: Final = re.compile(rb"\\ffdefres(\d+)")
_UNTOUCHED: Final = 25  # "undefined": the default holds
_TICKED: Final = rb"{\uc1\u9746?}"
_UNTICKED: Final = rb"{\uc1\u9744?}"
_LONGEST: Final = 20_000
_MOST: Final = 2_000


def with_printed_boxes(data: bytes) -> tuple[bytes, bool]:
    """The same text with printed boxes, and whether every box had its state.

    A file that LibreOffice itself wrote has lost them: then nothing may be called missing on its strength.
    """
    parts: list[bytes] = []
    done, whole = 0, True
    for start, end in _fields(data):
        ticked = _state(data[start:end])
        whole = whole and ticked is not None
        if ticked is not None:
            parts += [data[done:start], _TICKED if ticked else _UNTICKED]
            done = end
    return b"".join([*parts, data[done:]]), whole


def _fields(data: bytes) -> Iterator[tuple[int, int]]:
    """Where the fields that are boxes begin and end."""
    last = 0
    for number, box in enumerate(_BOX.finditer(data)):
        start = data.rfind(_FIELD, max(last, box.start() - _LONGEST), box.start())
        end = _end(data, start) if start >= 0 else 0
        if number >= _MOST:
            return
        if end > box.start():
            yield start, end
            last = end


def _end(data: bytes, start: int) -> int:
    """The end of a group; 0 when it never closes."""
    depth, at, stop = 0, start, min(len(data), start + _LONGEST)
    while at < stop:
        sign = data[at : at + 1]
        if sign == b"\\":
            at += 1  # the sign after a backslash is none of the structure
        elif sign == b"{":
            depth += 1
        elif sign == b"}":
            depth -= 1
            if depth == 0:
                return at + 1
        at += 1
    return 0


def _state(group: bytes) -> bool | None:
    """Whether a box is ticked; None when its data are lost."""
    found = _STATE.search(group)
    if found is None:
        return None
    if int(found[1]) != _UNTOUCHED:
        return int(found[1]) == 1
    default = _DEFAULT.search(group)
    return default is not None and int(default[1]) == 1
