"""The marked copy that goes back to a school: their own document, with the gaps shaded and nothing else changed."""

import io
import zipfile

import pytest
from lxml import etree

from forms import AnswerState, FormError, mark_gaps, read
from tests.forms.mapping.surgery import sample

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
GAPPY = [
    "weaver-gaps",
    "hollylane-second-pupil",
    "riverside-no-parent-agreement",
    "blank-A",
    "blank-B",
    "blank-C",
    "blank-D",
]
_EMPTY = {AnswerState.BLANK, AnswerState.PLACEHOLDER}


def parts(data: bytes) -> dict[str, bytes]:
    """A package's parts."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return {name: package.read(name) for name in package.namelist()}


def gaps(data: bytes) -> list[str]:
    """The paths of a form's gaps."""
    reading = read(data)
    return [answer.path for answer in reading.answers.values() if answer.state in _EMPTY]


def shaded(data: bytes) -> list[etree._Element]:
    """The elements that bear the gap's shade."""
    root = etree.fromstring(parts(data)["word/document.xml"])
    return [mark.getparent().getparent() for mark in root.iter(f"{W}shd") if mark.get(f"{W}fill") == "FFF2CC"]


@pytest.mark.parametrize("name", GAPPY)
def test_the_copy_reads_the_same_and_no_other_part_changes(name: str) -> None:
    """Every part but the main one is the same bytes, in the same order; the reading is equal in all."""
    before = sample(name)
    after = mark_gaps(before, gaps(before))
    old, new = parts(before), parts(after)
    assert list(old) == list(new)
    assert [part for part in old if old[part] != new[part]] == ["word/document.xml"]
    assert read(after) == read(before)


@pytest.mark.parametrize("name", GAPPY)
def test_without_the_shading_the_main_part_is_what_it_was(name: str) -> None:
    """Taking the shading out again leaves the XML as it came, letter for letter in its canonical form."""
    before = sample(name)
    root = etree.fromstring(parts(mark_gaps(before, gaps(before)))["word/document.xml"])
    for mark in list(root.iter(f"{W}shd")):
        if mark.get(f"{W}fill") == "FFF2CC":
            properties = mark.getparent()
            properties.remove(mark)
            if not len(properties) and not properties.attrib:
                properties.getparent().remove(properties)
    assert etree.tostring(root, method="c14n") == etree.tostring(
        etree.fromstring(parts(before)["word/document.xml"]), method="c14n"
    )


def test_exactly_the_gaps_are_shaded() -> None:
    """Five gaps of a table form: date of birth, attendance, the pupil's views, the headteacher's name and its date."""
    before = sample("weaver-gaps")
    marked = shaded(mark_gaps(before, gaps(before)))
    assert [mark.tag for mark in marked] == [f"{W}tc"] * 5
    labels = [
        "".join(text.text or "" for text in mark.getprevious().iter(f"{W}t"))
        for mark in marked
        if mark.getprevious().tag == f"{W}tc"
    ]
    assert labels == ["DOB", "Attendance %", "Headteacher signature", "Date (headteacher)"]


def test_on_numbered_lines_the_line_to_write_on_is_shaded() -> None:
    """The reason for the move is missing: the first line of underscores under it."""
    before = sample("hollylane-second-pupil")
    (mark,) = shaded(mark_gaps(before, gaps(before)))
    assert mark.tag == f"{W}p"
    assert set("".join(text.text or "" for text in mark.iter(f"{W}t"))) == {"_"}


def test_an_empty_list_has_its_first_empty_row_shaded() -> None:
    """Five cells of the table of interventions."""
    before = sample("blank-C")
    marked = shaded(mark_gaps(before, [read(before).row_paths["interventions"]]))
    assert len(marked) == 5
    assert len({id(mark.getparent()) for mark in marked}) == 1


def test_nothing_to_mark_gives_the_document_itself() -> None:
    """No gap, or a path that is not in the document."""
    before = sample("oakfield-complete")
    assert mark_gaps(before, []) == before
    assert mark_gaps(before, ["b/t99/r1/c1"]) == before


def test_what_is_no_word_document_is_refused() -> None:
    """A named refusal and no other error."""
    with pytest.raises(FormError):
        mark_gaps(b"%PDF-1.7 not a Word file", ["b/p1"])
