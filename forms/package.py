"""A bounded reader for Word's zip packages.

Everything that a hostile file can inflate, repeat or overlap is counted here before anything is parsed. Nothing
outside the bytes is ever opened: an external target stays a name.
"""

import posixpath
import re
import struct
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import NamedTuple
from urllib.parse import unquote

from lxml import etree

from forms.refusals import Damaged, Hostile, NotADocument, PasswordProtected, TooBig, Unsupported

MAX_ENTRIES = 2_000
MAX_PART = 40_000_000
"""Bytes of one part, counted while inflating."""
MAX_TOTAL = 120_000_000
"""Bytes of all parts read, counted while inflating."""
MAX_MARKUP = 3_000_000
"""Tags and attributes of one part: a node costs libxml2 up to 200 bytes, whatever it costs the file."""

_RELATION = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_OVERRIDE = "{http://schemas.openxmlformats.org/package/2006/content-types}Override"
_ENCRYPTED = 0x1
_LOCAL_HEADER = struct.Struct("<4s22xHH")
_PROLOG = 4_096  # bytes in which a DOCTYPE is found before parsing; one further on is found after
_ROOT_TAG = 32_768  # bytes in which a root element has declared its namespaces
_STRICT = (
    (
        b"http://purl.oclc.org/ooxml/wordprocessingml/",
        b"http://schemas.openxmlformats.org/wordprocessingml/2006/",
    ),
    (b"http://purl.oclc.org/ooxml/drawingml/", b"http://schemas.openxmlformats.org/drawingml/2006/"),
    (
        b"http://purl.oclc.org/ooxml/officeDocument/relationships",
        b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    ),
    (
        b"http://purl.oclc.org/ooxml/officeDocument/customXml",
        b"http://schemas.openxmlformats.org/officeDocument/2006/customXml",
    ),
    (
        b"http://purl.oclc.org/ooxml/officeDocument/math",
        b"http://schemas.openxmlformats.org/officeDocument/2006/math",
    ),
)
"""ISO strict namespaces and the transitional ones in whose terms the walk is written."""


class Relation(NamedTuple):
    """A relationship of a part: `kind` is the last word of its type, `target` a part's name, "" when outside."""

    kind: str
    target: str


class _Entry(NamedTuple):
    start: int
    info: zipfile.ZipInfo


@dataclass(slots=True)
class Spent:
    """What has been read of a file, embedded files included."""

    inflated: int = 0
    reads: int = 0


class Package:
    """The parts of a Word file. Raises a FormError for anything that is not one or goes beyond the limits.

    `within` is the file that it is embedded in, whose limits they share.
    """

    def __init__(self, data: bytes, *, within: "Package | None" = None) -> None:
        self._data = data
        self._entries = _directory(data)
        self.spent: Spent = within.spent if within else Spent()
        self.main = self._main()

    def __contains__(self, name: str) -> bool:
        return _plain(name) in self._entries

    def names(self, pattern: re.Pattern[str]) -> list[str]:
        """The names of the parts that a pattern matches in full, in lower case."""
        return [name for name in self._entries if pattern.fullmatch(name)]

    def read(self, name: str) -> bytes:
        """A part's bytes; Damaged when there is no such part."""
        entry = self._entries.get(_plain(name))
        if entry is None:
            raise Damaged(f"The part {name!r} is missing")
        content = _content(self._data, entry)
        self.spent.inflated += len(content)
        self.spent.reads += 1
        if self.spent.inflated > MAX_TOTAL or self.spent.reads > MAX_ENTRIES:
            raise TooBig
        return content

    def xml(self, name: str) -> etree._Element:
        """A part's root element, in transitional namespaces."""
        return parse(self.read(name))

    def relations(self, name: str) -> Mapping[str, Relation]:
        """A part's relationships by id. Dangling ones are left out; external ones have no target."""
        folder, base = posixpath.split(_plain(name))
        source = f"{folder}/_rels/{base}.rels"
        if source not in self:
            return {}
        found = (_relation(element, folder) for element in self.xml(source).iter(_RELATION))
        return {key: relation for key, relation in found if not relation.target or relation.target in self}

    def format(self) -> str:
        """docx, docm, dotx or dotm, by the main part's declared type; docx when nothing is declared."""
        if "[content_types].xml" not in self:
            return "docx"
        main = "/" + self.main
        for override in self.xml("[Content_Types].xml").iter(_OVERRIDE):
            if override.get("PartName", "").lower() == main:
                return _format(override.get("ContentType", ""))
        return "docx"

    def _main(self) -> str:
        """The name of the main document part: by relationship, else by its usual name."""
        kinds = {relation.kind: relation.target for relation in self.relations("").values()}
        name = kinds.get("officeDocument") or "word/document.xml"
        if name in self:
            return name
        raise (NotADocument if "[content_types].xml" not in self else Damaged)("It has no main document")


def parse(data: bytes) -> etree._Element:
    """A part's root. Refuses any DOCTYPE, more than libxml2's default depth, and more markup than a form has."""
    data = as_utf8(data).lstrip()
    if len(data) > MAX_MARKUP and data.count(b"<") + data.count(b"=") > MAX_MARKUP:
        raise TooBig
    if b"<!DOCTYPE" in data[:_PROLOG]:
        raise Hostile
    if b"http://purl.oclc.org/ooxml/" in data[:_ROOT_TAG]:
        data = _transitional(data)
    try:
        root = etree.fromstring(data, _PARSER)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise (TooBig if "depth" in str(error) else Damaged) from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise Hostile
    return root


_PARSER = etree.XMLParser(
    resolve_entities=False,
    no_network=True,
    load_dtd=False,
    huge_tree=False,
    remove_comments=True,
    remove_pis=True,
)


def as_utf8(data: bytes) -> bytes:
    """UTF-16 written anew as UTF-8, so that what is searched for in the bytes is found."""
    if not data.startswith((b"\xff\xfe", b"\xfe\xff", b"<\0", b"\0<")):
        return data
    encoding = "utf-16" if data[0] in b"\xff\xfe" else "utf-16-le" if data[0] else "utf-16-be"
    text = data.decode(encoding, errors="replace").lstrip("\ufeff")
    if text.startswith("<?xml"):
        text = text.partition("?>")[2]
    return text.encode("utf-8", errors="replace")


def _transitional(data: bytes) -> bytes:
    for strict, transitional in _STRICT:
        data = data.replace(strict, transitional)
    return data


def _directory(data: bytes) -> dict[str, _Entry]:
    if data.count(b"PK\x01\x02") > MAX_ENTRIES:
        raise TooBig
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            infos = archive.infolist()
    except (
        zipfile.BadZipFile,
        NotImplementedError,
        ValueError,
        OverflowError,
        struct.error,
        OSError,
    ) as error:
        raise Damaged from error
    placed = [_Entry(_start(data, info), info) for info in infos]
    _refuse_overlaps(placed)
    return _named(placed)


def _start(data: bytes, info: zipfile.ZipInfo) -> int:
    """Where an entry's content begins: after its local header, whose lengths may differ from the directory's."""
    header = data[info.header_offset : info.header_offset + 30] if info.header_offset >= 0 else b""
    if len(header) < 30 or not header.startswith(b"PK\x03\x04"):  # noqa: PLR2004 - the header's own length
        raise Damaged
    _, name, extra = _LOCAL_HEADER.unpack(header)
    return info.header_offset + 30 + int(name) + int(extra)


def _refuse_overlaps(entries: list[_Entry]) -> None:
    """Python's zipfile does not notice entries that share bytes: 87 kB can stand for 15 GB."""
    end = 0
    for entry in sorted(entries, key=lambda one: one.info.header_offset):
        if entry.info.header_offset < end:
            raise Hostile
        end = entry.start + entry.info.compress_size


def _named(entries: list[_Entry]) -> dict[str, _Entry]:
    named: dict[str, _Entry] = {}
    for entry in entries:
        name = _plain(entry.info.filename)
        if name in named:
            raise Hostile("Two of its parts have the same name")
        if not name.endswith("/"):
            named[name] = entry
    return named


def _content(data: bytes, entry: _Entry) -> bytes:
    info = entry.info
    if info.flag_bits & _ENCRYPTED:
        raise PasswordProtected
    if info.file_size > MAX_PART:
        raise TooBig
    raw = memoryview(data)[entry.start : entry.start + info.compress_size]
    content = _inflated(raw, info.compress_type)
    if zlib.crc32(content) != info.CRC:
        raise Damaged
    return content


def _inflated(raw: memoryview, method: int) -> bytes:
    if method == zipfile.ZIP_STORED:
        content = bytes(raw[: MAX_PART + 1])
    elif method == zipfile.ZIP_DEFLATED:
        try:
            content = zlib.decompressobj(-zlib.MAX_WBITS).decompress(raw, MAX_PART + 1)
        except zlib.error as error:
            raise Damaged from error
    else:
        raise Unsupported("A compression that Word does not use")
    if len(content) > MAX_PART:
        raise TooBig
    return content


def _relation(element: etree._Element, folder: str) -> tuple[str, Relation]:
    outside = element.get("TargetMode") == "External"
    target = unquote(element.get("Target") or "").replace("\\", "/")
    kind = (element.get("Type") or "").rsplit("/", 1)[-1]
    return element.get("Id") or "", Relation(kind, "" if outside else _resolved(folder, target))


def _resolved(folder: str, target: str) -> str:
    return _plain(posixpath.normpath(posixpath.join("/" + folder, target)))


def _plain(name: str) -> str:
    """A part's name as names are compared: forward slashes, no leading one, case-blind."""
    return name.replace("\\", "/").lstrip("/").lower()


def _format(content_type: str) -> str:
    template = "template" in content_type
    macros = "macroEnabled" in content_type
    return ("dot" if template else "doc") + ("m" if macros else "x")
