"""Outlook's winmail.dat: the files in it ([MS-OXTNEF]).

Outlook wraps a whole letter so when it takes the recipient for another Outlook. The one library for it (tnefparse) has
had no release since 2021; the files alone are a flat list of attributes, and no more is read here.
"""

import struct
from collections.abc import Iterator

SIGNATURE = b"\x78\x9f\x3e\x22"
_HEADER = 6  # signature and key
_ATTRIBUTE = 9  # level, id, length
_CHECKSUM = 2
_LEVEL_ATTACHMENT = 2
_TITLE = 0x00018010
_DATA = 0x0006800F
_NEW_FILE = 0x00069002  # attAttachRendData begins each file


def files_in(package: bytes) -> Iterator[tuple[str, bytes]]:
    """Name and content of each file. Raises `ValueError` where the package is damaged, after the files before that."""
    name, data = "", b""
    for identifier, value in _attachment_attributes(package):
        if identifier == _NEW_FILE:
            if data:
                yield name, data
            name, data = "", b""
        elif identifier == _TITLE:
            name = value.rstrip(b"\0").decode("cp1252", "replace")
        elif identifier == _DATA:
            data = value
    if data:
        yield name, data


def _attachment_attributes(package: bytes) -> Iterator[tuple[int, bytes]]:
    if not package.startswith(SIGNATURE):
        raise ValueError("This is no TNEF package.")
    at = _HEADER
    while at < len(package):
        if at + _ATTRIBUTE > len(package):
            raise ValueError("The TNEF package is cut short.")
        level, identifier, length = struct.unpack_from("<BII", package, at)
        start = at + _ATTRIBUTE
        if start + length + _CHECKSUM > len(package):
            raise ValueError("The TNEF package is cut short.")
        if level == _LEVEL_ATTACHMENT:
            yield identifier, package[start : start + length]
        at = start + length + _CHECKSUM
