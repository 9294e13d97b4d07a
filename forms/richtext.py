r"""The tick boxes of rich text (.rtf): whether the file still knows which are ticked.

Word writes a box's state into its field: `{\field{\*\fldinst FORMCHECKBOX {\*\formfield{\fftype1\ffres1…}}}…}` (RTF 1.9.1,
"Form Fields"). LibreOffice reads that, and writes its own .rtf without it: a file saved there has boxes of which nobody
can tell any more whether they were ticked.
"""

import re
from collections.abc import Iterator
from typing import Final

_BOX: Final = re.compile(rb"FORMCHECKBOX")
_FIELD: Final = rb"{\field"
_STATE: Final = rb"\formfield"
_LONGEST: Final = 20_000
_MOST: Final = 2_000


def has_lost_ticks(data: bytes) -> bool:
    """Whether a file has tick boxes without their state: nothing may be called missing on its strength."""
    return any(_STATE not in field for field in _boxes(data))


def _boxes(data: bytes) -> Iterator[bytes]:
    """The fields that are tick boxes."""
    for number, box in enumerate(_BOX.finditer(data)):
        start = data.rfind(_FIELD, max(0, box.start() - _LONGEST), box.start())
        end = _end(data, start) if start >= 0 else 0
        if number >= _MOST:
            return
        if end > box.start():
            yield data[start:end]


def _end(data: bytes, start: int) -> int:
    """The end of a group; 0 when it does not close before long."""
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
