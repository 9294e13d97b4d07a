"""Styles: what a paragraph or a run looks like before its own formatting."""

from forms.word.looks import PLAIN, TOGGLES, Look, beside, over, own_look
from forms.word.names import VAL, Element, is_on, number, w

_RPR = w("rPr")
_PPR = w("pPr")
_STYLE = w("style")
_RSTYLE = w("rStyle")
_BODY_TEXT = 9  # outline level 10 of Word's list: not a heading
_DEPTH = 20  # styles based on styles; a ring of them ends here


class Styles:
    """The styles of a document, resolved when they are first asked for."""

    def __init__(self, root: Element | None) -> None:
        self._styles: dict[str, Element] = {}
        self._default = ""
        self._document = PLAIN
        self._looks: dict[tuple[str, str], Look] = {}
        self._own: dict[str, Look] = {}
        if root is not None:
            self._index(root)

    def look(self, paragraph: str, character: str = "") -> Look:
        """The look of a paragraph style (the default one for "") with a character style in it."""
        key = (paragraph, character)
        if key not in self._looks:
            styled = beside(self._chain(paragraph or self._default), self._chain(character))
            always = self._document.on & TOGGLES
            self._looks[key] = Look(over(self._document, styled).on | always, styled.stated, styled.font)
        return self._looks[key]

    def run_look(self, properties: Element, paragraph: str) -> Look:
        """The look of a run with these properties in a paragraph of that style."""
        style = properties.find(_RSTYLE)
        base = self.look(paragraph, "" if style is None else style.get(VAL) or "")
        return over(base, own_look(properties))

    def is_heading(self, style: str) -> bool:
        """Whether a paragraph style is a heading: by its name or its outline level."""
        for element in self._ancestry(style):
            name = element.find(w("name"))
            if name is not None and (name.get(VAL) or "").lower().startswith(("heading", "title")):
                return True
            level = element.find(f"{_PPR}/{w('outlineLvl')}")
            if level is not None:
                return number(level.get(VAL), _BODY_TEXT) < _BODY_TEXT
        return False

    def numbering(self, style: str) -> Element | None:
        """The numbering that a paragraph style brings."""
        for element in self._ancestry(style or self._default):
            found = element.find(f"{_PPR}/{w('numPr')}")
            if found is not None:
                return found
        return None

    def _index(self, root: Element) -> None:
        for element in root.iterchildren(_STYLE):
            key = element.get(w("styleId")) or ""
            self._styles[key] = element
            if (
                element.get(w("type")) == "paragraph"
                and w("default") in element.attrib
                and is_on(element, w("default"))
            ):
                self._default = key
        defaults = root.find(f"{w('docDefaults')}/{w('rPrDefault')}/{_RPR}")
        if defaults is not None:
            self._document = own_look(defaults)

    def _chain(self, style: str) -> Look:
        if style not in self._own:
            look = PLAIN
            for element in reversed(self._ancestry(style)):
                properties = element.find(_RPR)
                look = look if properties is None else over(look, own_look(properties))
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
