"""A whole Word document: its parts, what they share, and the page they make."""

from collections.abc import Callable, Mapping, MutableMapping
from dataclasses import dataclass
from typing import TypeAlias, TypeVar

from lxml import etree

from forms.package import Package, Relation, as_utf8, parse
from forms.page import Block, Page, Region
from forms.refusals import Damaged, TooBig, Unsupported
from forms.word import controls
from forms.word.bindings import Bindings
from forms.word.blocks import Blocks
from forms.word.names import Element, w
from forms.word.numbering import Numbering
from forms.word.styles import Styles, styles

MAX_CELLS = 50_000
MAX_BLOCKS = 100_000
MAX_SPANS = 300_000

Places: TypeAlias = MutableMapping[str, Element]
"""Where the main part's blocks stand in its XML, by path."""

_Made = TypeVar("_Made")


def read(data: bytes, *, places: Places | None = None) -> Page:
    """The page of a Word file; raises a FormError. With `places`, the XML stays as it was and every path's element
    is noted there, so that a copy of the document can be marked.
    """
    try:
        return Document(Package(data), places=places).page()
    except RecursionError as error:
        raise TooBig from error


@dataclass(slots=True)
class Size:
    """How much of a document has been read, embedded ones included."""

    cells: int = 0
    blocks: int = 0
    spans: int = 0
    pictures: int = 0


class Document:
    """What the parts of one document share: styles, numbering, data, limits."""

    def __init__(
        self, package: Package, *, places: Places | None = None, within: "Document | None" = None
    ) -> None:
        self.package = package
        self.embedded = within is not None
        self.size: Size = within.size if within else Size()
        self.main = package.main
        self.warnings: list[str] = within.warnings if within else []
        self._places = places
        self._relations: dict[str, Mapping[str, Relation]] = {}
        self._kinds = {relation.kind: relation.target for relation in self.relations(self.main).values()}
        self._symbols = False  # whether a symbol font has been named so far
        self.styles = self._or_without(styles, "styles", Styles(None))
        self._numbering: Numbering | None = None
        self._bindings: Bindings | None = None
        self._beside_count: dict[str, int] = {}

    def page(self) -> Page:
        """The body, then headers, footers, notes and comments, each marked by its region."""
        blocks = self.body("b", Region.BODY)
        scanned = self._is_scan(blocks)
        self._places = None
        for relation in dict.fromkeys(self.relations(self.main).values()):
            if relation.kind in _BESIDE and relation.target:
                blocks += self._beside(relation)
        return Page(self.package.format(), blocks, warnings=self.warnings, recognised=scanned)

    def body(self, path: str, region: Region) -> list[Block]:
        """The blocks of the main part."""
        root = self._part(self.main)
        if root.tag != w("document"):
            raise Unsupported("An Office file that is not a Word document")
        body = root.find(w("body"))
        if body is None:
            raise Damaged
        return Blocks(self, self.main).read(body, path, region)

    def _is_scan(self, blocks: list[Block]) -> bool:
        """Whether the body is pictures with hardly any words: a scan put into a Word file proves no gap."""
        if not self.size.pictures or sum(len(block.text.strip()) for block in blocks[:_FEW]) >= _HARDLY_ANY:
            return False
        self.warnings.append("It holds pictures and hardly any words: it may be a scan.")
        return True

    def inside(self, data: bytes) -> "Document":
        """A Word file embedded in this one; they share their limits."""
        return Document(Package(data, within=self.package), within=self)

    def relations(self, part: str) -> Mapping[str, Relation]:
        """A part's relationships; a damaged list of them is as good as none."""
        if part not in self._relations:
            try:
                self._relations[part] = self.package.relations(part)
            except Damaged:
                self._relations[part] = {}
        return self._relations[part]

    @property
    def numbering(self) -> Numbering:
        """The document's lists, opened when the first numbered paragraph is met."""
        if self._numbering is None:
            self._numbering = self._or_without(
                lambda markup: Numbering(parse(markup)), "numbering", Numbering(None)
            )
        return self._numbering

    def stored(self, binding: Element, properties: Element) -> str | None:
        """What the data behind a bound control shows, None when there is none."""
        if self._bindings is None:
            self._bindings = Bindings(self.package, self.main)
        value = self._bindings.value(binding)
        return None if value is None else controls.displayed(value, properties)

    def note(self, path: str, element: Element) -> None:
        """Remember where a path stands, when someone asked."""
        if self._places is not None:
            self._places[path] = element

    def count_block(self, path: str, element: Element, spans: int) -> None:
        """One more paragraph with so many spans, or table. Raises TooBig beyond what a form can have."""
        size = self.size
        size.blocks += 1
        size.spans += spans
        if size.blocks > MAX_BLOCKS or size.spans > MAX_SPANS:
            raise TooBig
        if self._places is not None:
            self._places[path] = element

    def count_cell(self) -> None:
        """One more cell. Raises TooBig beyond what a form can have."""
        self.size.cells += 1
        if self.size.cells > MAX_CELLS:
            raise TooBig

    def _part(self, name: str) -> Element:
        """A part's root without the commonest layout: libxml2 drops it faster than the walk would pass over it."""
        root = parse(self._markup(name))
        if self._places is None:
            etree.strip_elements(root, *(_LAYOUT if self._symbols else _LAYOUT_AND_FONTS))
        return root

    def _markup(self, name: str) -> bytes:
        markup = as_utf8(self.package.read(name))
        self._symbols = self._symbols or any(font in markup for font in _SYMBOL_FONTS)
        return markup

    def _shared(self, kind: str) -> bytes:
        """The markup of a part that only adds to the main one, b"" without one."""
        target = self._kinds.get(kind)
        return self._markup(target) if target else b""

    def _or_without(self, make: Callable[[bytes], _Made], kind: str, without: _Made) -> _Made:
        """What a shared part makes; a damaged one is left out, and the officer is told."""
        try:
            markup = self._shared(kind)
            return make(markup) if markup else without
        except Damaged:
            self.warnings.append(f"Its {kind} could not be read.")
            return without

    def _beside(self, relation: Relation) -> list[Block]:
        region, letter, item = _BESIDE[relation.kind]
        try:
            root = self._part(relation.target)
        except Damaged:
            self.warnings.append(f"A {region} could not be read.")
            return []
        if not item:
            self._beside_count[letter] = self._beside_count.get(letter, 0) + 1
            return Blocks(self, relation.target).read(root, f"{letter}{self._beside_count[letter]}", region)
        made: list[Block] = []
        for note in root.iterchildren(item):
            if note.get(w("type")) not in _SEPARATORS:
                made += Blocks(self, relation.target).read(note, f"{letter}{note.get(w('id'))}", region)
        return made


_BESIDE: dict[str, tuple[Region, str, str]] = {
    "header": (Region.HEADER, "h", ""),
    "footer": (Region.FOOTER, "f", ""),
    "footnotes": (Region.FOOTNOTE, "n", w("footnote")),
    "endnotes": (Region.FOOTNOTE, "e", w("endnote")),
    "comments": (Region.COMMENT, "k", w("comment")),
}
"""Parts beside the body: their region, the letter of their paths, and what they hold several of."""

_SEPARATORS = frozenset(("separator", "continuationSeparator", "continuationNotice"))

_LAYOUT = tuple(
    map(w, ("sz", "szCs", "proofErr", "spacing", "tcW", "cantSplit", "lang", "rPrChange", "pPrChange"))
)
_LAYOUT_AND_FONTS = (*_LAYOUT, w("rFonts"))
_HARDLY_ANY = 60  # characters: less than the labels of any form
_FEW = 100  # blocks in which a form has said more than that
_SYMBOL_FONTS = (b"dings", b"Symbol")
"""In the names of the fonts that turn letters into ticks: only where one is named does any font matter."""
