"""Styles: what a paragraph or a run looks like before its own formatting."""

from functools import lru_cache
from typing import NamedTuple

from forms.package import parse
from forms.word.looks import PLAIN, TOGGLES, Look, beside, over, own_look
from forms.word.names import VAL, Element, is_on, number, w

_RPR = w("rPr")
_PPR = w("pPr")
_STYLE = w("style")
_STYLE_ID = w("styleId")
_TYPE = w("type")
_DEFAULT = w("default")
_BODY_TEXT = 9  # outline level 10 of Word's list: not a heading
_DEPTH = 20  # styles based on styles; a ring of them ends here
_MOST_LOOKS = 5_000  # kept styles must not grow with what documents make up
_SMALL = 300_000  # bytes: larger ones are not kept


class ParagraphStyle(NamedTuple):
    """What a paragraph style brings: its characters' look, its numbering, whether it is a heading."""

    look: Look
    numbering: Element | None
    heading: bool


def styles(markup: bytes) -> "Styles":
    """The styles of a part. An authority's forms all have the same ones, so the last few are kept."""
    return _kept(markup) if len(markup) < _SMALL else Styles(parse(markup))


@lru_cache(maxsize=8)
def _kept(markup: bytes) -> "Styles":
    return Styles(parse(markup))


class Styles:
    """The styles of a document, resolved when they are first asked for."""

    def __init__(self, root: Element | None) -> None:
        self._styles: dict[str, Element] = {}
        self._default = ""
        self._document = PLAIN
        self._looks: dict[tuple[str, str], Look] = {}
        self._own: dict[str, Look] = {}
        self._paragraphs: dict[str, ParagraphStyle] = {}
        if root is not None:
            self._index(root)

    def paragraph(self, style: str) -> ParagraphStyle:
        """What a paragraph style brings; the default one for ""."""
        if style not in self._paragraphs:
            style = style if style in self._styles else ""
            self._paragraphs[style] = ParagraphStyle(
                self.look(style), self._numbering(style), self._is_heading(style)
            )
        return self._paragraphs[style]

    def look(self, paragraph: str, character: str = "") -> Look:
        """The look of a paragraph style (the default one for "") with a character style in it."""
        key = (paragraph, character)
        if key not in self._looks:
            if len(self._looks) > _MOST_LOOKS:
                self._looks.clear()
            styled = beside(self._chain(paragraph or self._default), self._chain(character))
            always = self._document.on & TOGGLES
            self._looks[key] = Look(over(self._document, styled).on | always, styled.stated, styled.font)
        return self._looks[key]

    def run_look(self, properties: Element, paragraph: str) -> Look:
        """The look of a run with these properties in a paragraph of that style."""
        own, style = own_look(properties)
        return over(self.look(paragraph, style), own)

    def _is_heading(self, style: str) -> bool:
        """Whether a paragraph style is a heading: by its name or its outline level."""
        for element in self._ancestry(style):
            name = element.find(w("name"))
            if name is not None and (name.get(VAL) or "").lower().startswith(("heading", "title")):
                return True
            level = element.find(f"{_PPR}/{w('outlineLvl')}")
            if level is not None:
                return number(level.get(VAL), _BODY_TEXT) < _BODY_TEXT
        return False

    def _numbering(self, style: str) -> Element | None:
        """The numbering that a paragraph style brings."""
        for element in self._ancestry(style or self._default):
            found = element.find(f"{_PPR}/{w('numPr')}")
            if found is not None:
                return found
        return None

    def _index(self, root: Element) -> None:
        for element in root.iterchildren(_STYLE):
            key = element.get(_STYLE_ID) or ""
            self._styles[key] = element
            if (
                element.get(_TYPE) == "paragraph"
                and element.get(_DEFAULT) is not None
                and is_on(element, _DEFAULT)
            ):
                self._default = key
        defaults = root.find(f"{w('docDefaults')}/{w('rPrDefault')}/{_RPR}")
        if defaults is not None:
            self._document = own_look(defaults)[0]

    def _chain(self, style: str) -> Look:
        if style not in self._styles:
            return PLAIN
        if style not in self._own:
            look = PLAIN
            for element in reversed(self._ancestry(style)):
                properties = element.find(_RPR)
                look = look if properties is None else over(look, own_look(properties)[0])
            self._own[style] = look
        return self._own[style]

    def _ancestry(self, style: str) -> list[Element]:
        """A style and those it is based on, nearest first."""
        chain: list[Element] = []
        while style in self._styles and len(chain) < _DEPTH:
            chain.append(self._styles[style])
            based = chain[-1].find(w("basedOn"))
            style = "" if based is None else based.get(VAL) or ""
        return chain
