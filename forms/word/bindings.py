"""Data-bound controls: the value in the document's own data, which Word shows whatever text was kept.

A document may bring a path; it may not bring a program. Only plain paths of names and places are followed, step by
step, never as XPath.
"""

import re
from collections.abc import Mapping
from itertools import islice

from forms.package import Package, parse
from forms.refusals import FormError
from forms.word.names import Element, w

_DATA_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/customXml}itemID"
_PREFIX = re.compile(r"xmlns:([\w.-]+)\s*=\s*(?:'([^']*)'|\"([^\"]*)\")")
_PATH = re.compile(r"(?:/(?:[\w.-]+:)?[\w.-]+(?:\[\d{1,3}\])?){1,32}(?:/@(?:[\w.-]+:)?[\w.-]+)?")
_STEP = re.compile(r"/(@?)(?:([\w.-]+):)?([\w.-]+)(?:\[(\d+)\])?")
_LARGEST = 300_000  # bytes of a data part: a form's are a few thousand
_MOST_ASKED = 1_000  # bound controls followed in one document
_ITEM = re.compile(r"customxml/item\d+\.xml")
_BUILT_IN = {
    "{6c3c8bc8-f283-45ae-878a-bab7291924a1}": "core-properties",
    "{6668398d-a668-4e3e-a5eb-62b293d839f1}": "extended-properties",
}
"""Stores that every document has: its own properties, by the relationship that leads to them."""


class Bindings:
    """The data parts of a document, opened when a control first asks."""

    def __init__(self, package: Package, main: str) -> None:
        self._package = package
        self._main = main
        self._stores: dict[str, Element] | None = None
        self._asked = 0

    def value(self, binding: Element) -> str | None:
        """The stored text of a `w:dataBinding`, None when there is none or its path is not a plain one."""
        self._asked += 1
        path = binding.get(w("xpath")) or ""
        store = self._store((binding.get(w("storeItemID")) or "").lower())
        if store is None or self._asked > _MOST_ASKED or not _PATH.fullmatch(path):
            return None
        prefixes = {
            one: two or three for one, two, three in _PREFIX.findall(binding.get(w("prefixMappings")) or "")
        }
        return _follow(store, path, prefixes)

    def _store(self, key: str) -> Element | None:
        if self._stores is None:
            self._stores = dict(self._open())
        if not key and len(self._stores) == 1:
            return next(iter(self._stores.values()))
        return self._stores.get(key)

    def _open(self) -> list[tuple[str, Element]]:
        related = (
            one.target for one in self._package.relations(self._main).values() if one.kind == "customXml"
        )
        found = [
            store for part in {*related, *self._package.names(_ITEM)} if part for store in self._custom(part)
        ]
        kinds = {relation.kind: relation.target for relation in self._package.relations("").values()}
        for key, kind in _BUILT_IN.items():
            if kinds.get(kind):
                found += self._parsed(key, kinds[kind])
        return found

    def _custom(self, part: str) -> list[tuple[str, Element]]:
        for relation in self._package.relations(part).values():
            if relation.kind == "customXmlProps" and relation.target:
                for _, properties in self._parsed("", relation.target):
                    return self._parsed((properties.get(_DATA_ID) or "").lower(), part)
        return self._parsed("", part)

    def _parsed(self, key: str, part: str) -> list[tuple[str, Element]]:
        """A data part that cannot be read leaves the text kept in the document."""
        try:
            data = self._package.read(part)
            return [(key, parse(data))] if len(data) < _LARGEST else []
        except FormError:
            return []


def _follow(root: Element, path: str, prefixes: Mapping[str, str]) -> str | None:
    """The text at the end of a plain path; the first step names the root itself."""
    element: Element | None = None
    for attribute, prefix, name, place in _STEP.findall(path):
        if prefix and prefix not in prefixes:
            return None
        clark = f"{{{prefixes[prefix]}}}{name}" if prefix else name
        if attribute:
            return None if element is None else element.get(clark)
        element = _step(root, element, clark, int(place or 1))
        if element is None:
            return None
    return None if element is None else "".join(map(str, element.itertext()))


def _step(root: Element, element: Element | None, clark: str, place: int) -> Element | None:
    """The child of that name and place, counted from one; the root where the path begins."""
    if element is None:
        return root if root.tag == clark and place == 1 else None
    return next(islice(element.iterchildren(clark), place - 1, None), None) if place else None
