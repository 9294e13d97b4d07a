"""Tracked changes: the form as it would be if all of them were accepted."""

import pytest

from forms import word
from tests.forms.word.building import docx, p, r, shown, tbl, tc, tr

BY = 'w:id="1" w:author="SENCO" w:date="2026-01-01T00:00:00Z"'


def ins(*content: str) -> str:
    """A tracked insertion."""
    return f"<w:ins {BY}>{''.join(content)}</w:ins>"


def gone(text: str) -> str:
    """A tracked deletion."""
    return f'<w:del {BY}><w:r><w:delText xml:space="preserve">{text}</w:delText></w:r></w:del>'


END_DELETED = f"<w:rPr><w:del {BY}/></w:rPr>"
END_MOVED = f"<w:rPr><w:moveFrom {BY}/></w:rPr>"
FROM = f'<w:moveFromRangeStart {BY} w:name="m"/><w:moveFrom {BY}>{r("Moved")}</w:moveFrom><w:moveFromRangeEnd w:id="1"/>'
TO = (
    f'<w:moveToRangeStart {BY} w:name="m"/><w:moveTo {BY}>{r("Moved")}</w:moveTo><w:moveToRangeEnd w:id="1"/>'
)

CASES = {
    "an insertion": (p("Name: ", ins(r("Ann"))), "Name: Ann{INSERTED}"),
    "a deletion": (p("Name: ", gone("____"), "Ann"), "Name: Ann"),
    "a deletion that keeps w:t": (p("Name: ", f"<w:del {BY}>{r('old')}</w:del>", "Ann"), "Name: Ann"),
    "an insertion deleted again": (p("Name: ", ins(f"<w:del {BY}>{r('old')}</w:del>"), "Ann"), "Name: Ann"),
    "a move": (p(FROM, "a") + p(TO, "b"), "a\nMoved{INSERTED}b"),
    "a paragraph moved away": (p(FROM, properties=END_MOVED) + p("a"), "a"),
    "an insertion in a cell": (tbl(tr("Name", tc(p(ins(r("Ann")))))), "Name | Ann{INSERTED}"),
    "an inserted row": (tbl(tr(tc(p(ins(r("Ann")))), properties=f"<w:ins {BY}/>")), "Ann{INSERTED}"),
    "an inserted paragraph end": (
        p(ins(r("Ann")), properties=f"<w:rPr><w:ins {BY}/></w:rPr>") + p("b"),
        "Ann{INSERTED}\nb",
    ),
    "a deleted paragraph": (p(gone("old"), properties=END_DELETED) + p("a"), "a"),
    "a deleted paragraph end": (p("one ", properties=END_DELETED) + p("two"), "one two"),
    "a deleted end at the end of a cell": (tbl(tr(tc(p("one", properties=END_DELETED)))), "one"),
    "a changed format": (p(r("Ann", f"<w:rPrChange {BY}><w:rPr><w:b/></w:rPr></w:rPrChange>")), "Ann"),
    "an inserted box": (p(ins(f"<w:sdt><w:sdtContent>{r('Ann')}</w:sdtContent></w:sdt>")), "Ann{INSERTED}"),
    "blocks in an insertion": (f"<w:ins {BY}>{p('Ann')}</w:ins>", "Ann{INSERTED}"),
    "blocks in a deletion": (f"<w:del {BY}>{p('Ann')}</w:del>" + p("b"), "b"),
}


@pytest.mark.parametrize(("body", "expected"), CASES.values(), ids=CASES)
def test_changes_are_read_as_accepted(body: str, expected: str) -> None:
    """Insertions and moved text are in, deletions and what was moved away are out."""
    assert shown(word.read(docx(body))) == expected
