"""Blank samples filled by chance, as different schools would: what was put where is the truth.

Style A's controls and B's form fields are filled in place, C's cells are typed into, D's lines get their answer on, after
or under the underscores, tracked or in a smart tag; Yes and No are ticked, marked or written.
"""

import io
import random
import zipfile
from collections.abc import Mapping
from itertools import pairwise
from xml.sax.saxutils import escape

from lxml import etree

from forms import Definition, Library
from forms.definition import FieldSpec, FieldType, Position
from tests.forms.mapping.surgery import sample

_NAMES = {
    "w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "w14": "http://schemas.microsoft.com/office/word/2010/wordml",
}
W, W14 = (f"{{{uri}}}" for uri in _NAMES.values())
_LEFT_BLANK = 0.12
_PROSE = [
    "Home",
    "calm",
    "break",
    "pupil",
    "refuses.",
    "Yes:",
    "No",
    "attendance,",
    "incident",
    "report;",
    "postcode",
    "and",
    "school",
    "name?",
    "None",
    "-",
    "lesson's",
    "(adult)",
    "12",
    "trusted",
    "date/time",
    "UPN",
]
_SAID: Mapping[FieldType, tuple[str, ...]] = {
    FieldType.TEXT: ("O'Neil-Smith", "Headteacher", "159 Chapel Close, Norbury", "Li", "No", "St Mary's C of E Academy", "SEN support"),
    FieldType.SIGNATURE: ("B. Lowe", "Dr. J. P. Holt"),
    FieldType.YES_NO: ("Yes", "No"),
    FieldType.DATE: ("07/08/2012", "01/12/2026", "28/02/2023"),
    FieldType.COUNT: ("0", "4", "60"),
    FieldType.NUMBER: ("100", "82.4", "0"),
    FieldType.CHOICE: ("Female", "Male", "Other"),
    FieldType.UPN: ("X999410419749",),
    FieldType.POSTCODE: ("OK3 7BP",),
    FieldType.PHONE: ("07700 900276", "0161 496 0484"),
    FieldType.EMAIL: ("sana_31@mail.example",),
}  # fmt: skip
_MARKS = ("<w:b/>", '<w:highlight w:val="yellow"/>', '<w:u w:val="single"/>', '<w:color w:val="FF0000"/>')
_STRIKES = ("<w:strike/>", "<w:dstrike/>")
_BOXES = {
    "Yes": ("☒ Yes   ☐ No", "☑ Yes   □ No", "Yes √  No", "Yes"),
    "No": ("☐ Yes   ☒ No", "□ Yes   ☑ No", "Yes  No √", "No"),
}


class Filled:
    """A blank of a house style (A to D) filled from a seed; `truth` holds what was given, None where nothing was."""

    def __init__(self, style: str, seed: int) -> None:
        self._style = style
        self._chance = random.Random(f"{style}{seed}")
        self._blank = sample(f"blank-{style}")
        with zipfile.ZipFile(io.BytesIO(self._blank)) as package:
            self._root = etree.fromstring(package.read("word/document.xml"))
        cells = list(self._root.iter(f"{W}tc"))
        # Found before anything is typed: an answer may read like a label.
        self._after = {_words(cell).strip(): following for cell, following in pairwise(cells)}
        self.truth: dict[str, str | None] = {}
        definition: Definition = Library.shipped()[f"westhaven-{style.lower()}"]
        for field in definition.fields:
            given = None if self._chance.random() < _LEFT_BLANK else self._answer(field)
            self.truth[field.id] = given
            if given is not None:
                self._put(field, given)

    @property
    def data(self) -> bytes:
        """The filled form."""
        made = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(self._blank)) as old, zipfile.ZipFile(made, "w") as new:
            for name in old.namelist():
                new.writestr(
                    name, etree.tostring(self._root) if name == "word/document.xml" else old.read(name)
                )
        return made.getvalue()

    def _answer(self, field: FieldSpec) -> str:
        if field.id == "pupil.year_group":
            return f"Year {self._chance.randint(7, 11)}"
        if _is_long(field):
            lines = (
                self._chance.choices(_PROSE, k=self._chance.randint(3, 60))
                for _ in range(self._chance.randint(1, 3))
            )
            return "\n".join(f"Because {' '.join(words)}" for words in lines)
        return self._chance.choice(_SAID[field.type])

    def _put(self, field: FieldSpec, given: str) -> None:
        if self._style == "D":
            self._on_line(field, given)
        elif field.type is FieldType.YES_NO and self._style != "C":
            self._tick(field, first=given == "Yes")
        else:
            {"A": self._in_control, "B": self._in_form_field, "C": self._in_cell}[self._style](field, given)

    # ------------------------------------------------------------ tables

    def _beside(self, field: FieldSpec) -> etree._Element:
        return self._after[field.labels[0]]

    def _tick(self, field: FieldSpec, *, first: bool) -> None:
        cell = self._beside(field)
        boxes = list(cell.iter(f"{W14}checkbox", f"{W}checkBox"))
        box = boxes[0 if first else 1]
        if box.tag == f"{W}checkBox":
            etree.SubElement(box, f"{W}checked")
        else:
            box.find(f"{W14}checked").set(f"{W14}val", "1")
            next(box.getparent().getparent().iter(f"{W}t")).text = "☒"

    def _in_control(self, field: FieldSpec, given: str) -> None:
        tag = next(tag for tag in self._root.iter(f"{W}tag") if tag.get(f"{W}val") == field.controls[0])
        properties = tag.getparent()
        properties.remove(properties.find(f"{W}showingPlcHdr"))
        content = properties.getnext()
        if content[0].tag == f"{W}tc":
            _fill(content[0], _paragraphs(given))
        else:
            made = _paragraphs(given) if content[0].tag == f"{W}p" else [_run(given)]
            content[:] = [_element(one) for one in made]

    def _in_form_field(self, field: FieldSpec, given: str) -> None:
        cell = self._beside(field)
        for choices in cell.iter(f"{W}ddList"):
            offered = [entry.get(f"{W}val") for entry in choices.iter(f"{W}listEntry")]
            choices.insert(0, _element(f'<w:result w:val="{offered.index(given)}"/>'))
            return
        first, *rest = cell.iter(f"{W}t")
        for text in rest:
            text.text = ""
        run = first.getparent()
        run.getparent().replace(run, _element(_run(given)))

    def _in_cell(self, field: FieldSpec, given: str) -> None:
        words = self._chance.choice(_BOXES[given]) if field.type is FieldType.YES_NO else given
        _fill(self._beside(field), _paragraphs(words))

    # ------------------------------------------------------------ numbered lines

    def _on_line(self, field: FieldSpec, given: str) -> None:
        line = next(
            one for one in self._root.iter(f"{W}p") if _words(one).strip().startswith(field.labels[0])
        )
        for child in list(line):
            if child.tag != f"{W}pPr" and child.find(f"{W}rPr/{W}b") is None:
                line.remove(child)
        if _is_long(field):
            for _ in range(2):
                line.getparent().remove(line.getnext())
            for one in reversed(_paragraphs(given)):
                line.addnext(_element(one))
            return
        made = self._marked(given) if field.type is FieldType.YES_NO else self._chance.choice(_ON_LINE)(given)
        line.extend(_element(one) for one in made)

    def _marked(self, given: str) -> list[str]:
        how = self._chance.choice((*_MARKS, *_STRIKES, ""))
        if not how:
            return [_run(f"  {given}")]
        bearer = given if how in _MARKS else {"Yes": "No", "No": "Yes"}[given]
        return [
            _run("  "),
            _run("Yes", how * (bearer == "Yes")),
            _run(" / "),
            _run("No", how * (bearer == "No")),
        ]


_ON_LINE = (
    lambda given: [_run(f" {given}")],
    lambda given: ["<w:r><w:tab/></w:r>", _run(given)],
    lambda given: [_run(f" ____{given}_______")],
    lambda given: [_run(" "), f'<w:ins w:id="1" w:author="x">{_run(given)}</w:ins>', _DELETED],
    lambda given: [_run(" "), f'<w:smartTag w:element="place">{_run(given)}</w:smartTag>'],
)
_DELETED = '<w:del w:id="2" w:author="x"><w:r><w:delText>__________</w:delText></w:r></w:del>'


def _is_long(field: FieldSpec) -> bool:
    """A question with lines or a row of its own to write in: the same in every style."""
    wide = {one.id for one in Library.shipped()["westhaven-c"].fields if one.place is Position.BELOW}
    return field.id in wide


def _words(element: etree._Element) -> str:
    return "".join(text.text or "" for text in element.iter(f"{W}t"))


def _run(text: str, marks: str = "") -> str:
    lines = "<w:br/>".join(f'<w:t xml:space="preserve">{escape(line)}</w:t>' for line in text.split("\n"))
    return f"<w:r><w:rPr>{marks}</w:rPr>{lines}</w:r>"


def _paragraphs(text: str) -> list[str]:
    return [f"<w:p>{_run(line)}</w:p>" for line in text.split("\n")]


def _fill(cell: etree._Element, paragraphs: list[str]) -> None:
    cell[:] = [child for child in cell if child.tag == f"{W}tcPr"] + [_element(one) for one in paragraphs]


def _element(xml: str) -> etree._Element:
    declared = " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in _NAMES.items())
    return etree.fromstring(f"<x {declared}>{xml}</x>")[0]
