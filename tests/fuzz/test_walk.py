"""Fuzz target two, the walk: elements and attributes in any order and number end in a reading or a named refusal."""

import contextlib
import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

import forms
from tests.fuzz.corpus import SEEDS, fuzzing, packed, parts

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
NAMES = (
    *(
        "p",
        "r",
        "t",
        "tbl",
        "tr",
        "tc",
        "tcPr",
        "gridSpan",
        "vMerge",
        "gridBefore",
        "tblGrid",
        "tab",
        "br",
        "cr",
    ),
    *(
        "sdt",
        "sdtPr",
        "sdtContent",
        "showingPlcHdr",
        "dataBinding",
        "checkBox",
        "ffData",
        "fldChar",
        "instrText",
    ),
    *(
        "fldSimple",
        "ins",
        "del",
        "moveFrom",
        "moveTo",
        "delText",
        "rPr",
        "strike",
        "highlight",
        "shd",
        "vanish",
    ),
    *("sym", "drawing", "pict", "object", "txbxContent", "hyperlink", "smartTag", "customXml", "altChunk"),
    *("numPr", "ilvl", "numId", "pStyle", "footnoteReference", "commentReference", "AlternateContent"),
)
VALUES = (
    "",
    "0",
    "1",
    "-1",
    "true",
    "99999999999999999999",
    "1.5",
    "\N{EM DASH}",
    "x" * 3000,
    "F0FE",
    "/a[1]/b",
    "nil",
)
WHAT = ("drop", "double", "move", "rename", "set", "say", "empty")

changes = st.lists(
    st.tuples(
        st.sampled_from(WHAT),
        st.integers(0, 100_000),
        st.integers(0, 100_000),
        st.sampled_from(NAMES),
        st.sampled_from(VALUES),
    ),
    min_size=1,
    max_size=12,
)


def changed(xml: bytes, steps: list[tuple[str, int, int, str, str]]) -> bytes:
    """A part's tree with some elements dropped, doubled, moved, renamed, or given other attributes or words."""
    root = etree.fromstring(xml)
    for what, one, other, name, value in steps:
        elements = [element for element in root.iter() if isinstance(element.tag, str)][1:]
        if not elements:
            break
        change(elements[one % len(elements)], elements[other % len(elements)], what, f"{{{W}}}{name}", value)
    return etree.tostring(root)


def change(element: Any, other: Any, what: str, name: str, value: str) -> None:
    """One step of `changed`."""
    match what:
        case "drop" if element.getparent() is not None:
            element.getparent().remove(element)
        case "double":
            element.append(copy.deepcopy(element))
        case "move" if element not in other.iterancestors() and element is not other:
            other.append(element)
        case "rename":
            element.tag = name
        case "set":
            element.set(f"{{{W}}}val", value)
        case "say":
            element.text = value
        case "empty":
            del element[:]


@pytest.mark.timeout(900)
@fuzzing
@given(name=st.sampled_from(SEEDS), steps=changes)
def test_any_tree_ends_well(name: str, steps: list[tuple[str, int, int, str, str]]) -> None:
    """The whole way, from the bytes to the answers."""
    contents = dict(parts(name))
    contents["word/document.xml"] = changed(contents["word/document.xml"], steps)
    with contextlib.suppress(forms.FormError):
        forms.read(packed(contents))


@pytest.mark.timeout(900)
@fuzzing
@given(
    name=st.sampled_from(SEEDS),
    part=st.sampled_from(("word/styles.xml", "word/numbering.xml")),
    steps=changes,
)
def test_any_styles_and_numbers_end_well(
    name: str, part: str, steps: list[tuple[str, int, int, str, str]]
) -> None:
    """Styles that inherit from themselves, numberings that point nowhere."""
    contents = dict(parts(name))
    if part in contents:
        contents[part] = changed(contents[part], steps)
    with contextlib.suppress(forms.FormError):
        forms.page(packed(contents))
