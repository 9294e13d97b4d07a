"""A whole Word document: its parts, what they share, and the page they make."""

from collections.abc import Mapping, MutableMapping
from typing import TypeAlias

from lxml import etree

from forms.package import Package, Relation
from forms.page import Block, Page, Region
from forms.refusals import Damaged, TooBig, Unsupported
from forms.word import controls
from forms.word.bindings import Bindings
from forms.word.blocks import Blocks
from forms.word.names import Element, w
from forms.word.numbering import Numbering
from forms.word.styles import Styles

MAX_CELLS = 50_000
MAX_BLOCKS = 100_000

Places: TypeAlias = MutableMapping[str, Element]
"""Where the main part's blocks stand in its XML, by path."""


def read(data: bytes, *, places: Places | None = None) -> Page:
    """The page of a Word file; raises a FormError. With `places`, the XML stays as it was and every path's element
    is noted there, so that a copy of the document can be marked.
    """
    try:
        return Document(Package(data), places=places).page()
    except RecursionError as error:
        raise TooBig from error


class Document:
    """What the parts of one document share: styles, numbering, data, limits."""

    def __init__(self, package: Package, *, places: Places | None = None, embedded: bool = False) -> None:
        self.package = package
        self.embedded = embedded
        self.main = package.main()
        self.warnings: list[str] = []
        self._places = places
        self._relations: dict[str, Mapping[str, Relation]] = {}
        self._kinds = {relation.kind: relation.target for relation in self.relations(self.main).values()}
        self.styles = Styles(self._shared("styles"))
        self._numbering: Numbering | None = None
        self._bindings: Bindings | None = None
        self._headings: dict[str, bool] = {}
        self._style_numbers: dict[str, Element | None] = {}
        self._beside_count: dict[str, int] = {}
        self._cells = 0
        self._blocks = 0

    def page(self) -> Page:
        """The body, then headers, footers, notes and comments, each marked by its region."""
        blocks = self.body("b", Region.BODY)
        self._places = None
        for relation in self.relations(self.main).values():
            if relation.kind in _BESIDE and relation.target:
                blocks += self._beside(relation)
        return Page(self.package.format(), blocks, warnings=self.warnings)

    def body(self, path: str, region: Region) -> list[Block]:
        """The blocks of the main part."""
        root = self._part(self.main)
        if root.tag != w("document"):
            raise Unsupported("An Office file that is not a Word document")
        body = root.find(w("body"))
        if body is None:
            raise Damaged
        return Blocks(self, self.main).read(body, path, region)

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
            self._numbering = Numbering(self._shared("numbering"))
        return self._numbering

    def stored(self, binding: Element, properties: Element) -> str | None:
        """What the data behind a bound control shows, None when there is none."""
        if self._bindings is None:
            self._bindings = Bindings(self.package, self.main)
        value = self._bindings.value(binding)
        return None if value is None else controls.displayed(value, properties)

    def is_heading(self, style: str) -> bool:
        """Whether a paragraph style is a heading's."""
        if style not in self._headings:
            self._headings[style] = self.styles.is_heading(style)
        return self._headings[style]

    def style_numbering(self, style: str) -> Element | None:
        """The numbering that a paragraph style brings."""
        if style not in self._style_numbers:
            self._style_numbers[style] = self.styles.numbering(style)
        return self._style_numbers[style]

    def note(self, path: str, element: Element) -> None:
        """Remember where a path stands, when someone asked."""
        if self._places is not None:
            self._places[path] = element

    def count_block(self, path: str, element: Element) -> None:
        """One more paragraph or table. Raises TooBig beyond what a form can have."""
        self._blocks += 1
        if self._blocks > MAX_BLOCKS:
            raise TooBig
        if self._places is not None:
            self._places[path] = element

    def count_cell(self) -> None:
        """One more cell. Raises TooBig beyond what a form can have."""
        self._cells += 1
        if self._cells > MAX_CELLS:
            raise TooBig

    def _part(self, name: str) -> Element:
        """A part's root without the properties that nobody here reads; libxml2 drops them faster than we skip them."""
        root = self.package.xml(name)
        if self._places is None:
            etree.strip_elements(root, *_NOISE)
        return root

    def _shared(self, kind: str) -> Element | None:
        """A part that only adds to the main one: a damaged one is left out, and the officer is told."""
        target = self._kinds.get(kind)
        if not target:
            return None
        try:
            return self.package.xml(target)
        except Damaged:
            self.warnings.append(f"Its {kind} could not be read.")
            return None

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

_NOISE = tuple(
    map(
        w,
        (
            *("proofErr", "bookmarkStart", "bookmarkEnd", "lastRenderedPageBreak", "commentRangeStart"),
            *("commentRangeEnd", "permStart", "permEnd", "sectPr", "tblPr", "tblGrid", "tblPrEx"),
            *("sz", "szCs", "lang", "spacing", "kern", "w", "position", "noProof", "bCs", "iCs"),
            *(
                "jc",
                "ind",
                "keepNext",
                "keepLines",
                "widowControl",
                "contextualSpacing",
                "tabs",
                "pBdr",
                "textAlignment",
            ),
            *("tcW", "tcBorders", "tcMar", "vAlign", "cantSplit", "trHeight", "cnfStyle"),
            *("rPrChange", "pPrChange", "tcPrChange", "trPrChange", "enabled", "calcOnExit", "sizeAuto"),
        ),
    )
)
"""What neither asks nor answers: layout, proofing, page breaks, earlier formatting."""
