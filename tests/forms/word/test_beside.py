"""What stands beside the body: read, and marked as such, so that no answer is taken from it; and embedded documents."""

import pytest

from forms import word
from tests.forms.word.building import docx, p, part, r, shown, tbl, tr


def beside(kind: str, name: str, content: str) -> bytes:
    """A document with a part beside its body."""
    return docx(p("Body"), beside={f"word/{name}": content}, related=[("rIdB", kind, name)])


def note(tag: str, text: str) -> str:
    """Notes as Word keeps them: two separators, then the notes."""
    lines = "".join(
        f'<w:{tag} w:type="{kind}" w:id="{n}">{p("x")}</w:{tag}>'
        for n, kind in enumerate(("separator", "continuationSeparator"), -1)
    )
    return lines + f'<w:{tag} w:id="2">{p("<w:r><w:" + tag + "Ref/></w:r>", text)}</w:{tag}>'


CASES = {
    "a header": (beside("header", "header1.xml", part("w:hdr", p("Westhaven") + tbl(tr("a")))), "header: Westhaven\nheader: header: a"),
    "a footer": (beside("footer", "footer1.xml", part("w:ftr", p("Page 1"))), "footer: Page 1"),
    "a footnote": (beside("footnotes", "footnotes.xml", part("w:footnotes", note("footnote", "See 2"))), "footnote: See 2"),
    "an endnote": (beside("endnotes", "endnotes.xml", part("w:endnotes", note("endnote", "See 3"))), "footnote: See 3"),
    "a comment": (
        beside("comments", "comments.xml", part("w:comments", f'<w:comment w:id="0" w:author="x">{p("Ring me")}</w:comment>')),
        "comment: Ring me",
    ),
    "a text box in a header stays in the header": (
        beside("header", "header1.xml", part("w:hdr", p(f"<w:r><w:pict><v:shape><v:textbox><w:txbxContent>{p('Box')}</w:txbxContent></v:textbox></v:shape></w:pict></w:r>"))),
        "header: \nheader: Box",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("data", "expected"), CASES.values(), ids=CASES)
def test_what_stands_beside_the_body_is_read_after_it_and_marked(data: bytes, expected: str) -> None:
    """Headers, footers, notes and comments come last, each block with its region."""
    assert shown(word.read(data)) == f"Body\n{expected}"


def test_a_damaged_header_costs_the_header_and_a_warning() -> None:
    """The form is read, and the officer is told."""
    page = word.read(beside("header", "header1.xml", "<broken"))
    assert shown(page) == "Body"
    assert len(page.warnings) == 1


def embedded(name: str, content: str | bytes) -> bytes:
    """A document with another one embedded."""
    body = p("Before") + '<w:altChunk r:id="rIdA"/>' + p("After")
    return docx(body, beside={f"word/{name}": content}, related=[("rIdA", "aFChunk", name)])


HTML = (
    "<!DOCTYPE html><html><head><title>No</title><style>p{}</style></head><body><h1>Reason</h1><p>He is "
    "<b>un</b><b>happy</b>.<br>Really &amp; truly</p><script>alert(1)</script><ul><li>one</li><li>two</li></ul>"
    '<table><tr><th colspan="2">Wide</th></tr><tr><td>UPN</td><td><p>X1</p></td></tr></table>'
    '<p><input type="checkbox" name="lac" checked> Yes <input type="radio" name="lac"> No ☐</p></body></html>'
)
READ = "# Reason\nHe is unhappy{BOLD}.\nReally & truly\none\ntwo\n(2x1)Wide\nUPN | X1\nlac=☒ Yes lac=☐ No ☐"  # a <br> is a line break within its paragraph
MHT = (
    'MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="b"\r\n\r\n--b\r\nContent-Type: text/html; '
    'charset="utf-8"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n<html><body><p>Ren=C3=A9e</p></body></html>\r\n--b--\r\n'
)
CHUNKS = {
    "a web page": ("chunk.html", HTML, READ),
    "a web page in UTF-16": (
        "chunk.html",
        "<html><body><p>Renée</p></body></html>".encode("utf-16"),
        "Renée",
    ),
    "a single-file web page": ("chunk.mht", MHT, "Renée"),
    "a Word file": ("chunk.docx", docx(p("Inside") + tbl(tr("a", "b"))), "Inside\na | b"),
    "plain text": ("chunk.txt", "one\ntwo", "one\ntwo"),
    "a Word file in a Word file in it": (
        "chunk.docx",
        embedded("deep.docx", docx(p("Deep"))),
        "Before\nAfter",
    ),
    "a web page of nothing": ("chunk.html", "<!-- <p> -->", ""),
}


@pytest.mark.parametrize(("name", "content", "expected"), CHUNKS.values(), ids=CHUNKS)
def test_an_embedded_document_is_read_where_it_stands(name: str, content: str | bytes, expected: str) -> None:
    """Web pages, Word files and text are merged in as Word would, one level deep."""
    made = shown(word.read(embedded(name, content)))
    assert made.removeprefix("Before").removesuffix("After").strip("\n") == expected


@pytest.mark.parametrize(
    "content",
    [b"PK\x03\x04 cut", "{\\rtf1 text}", b"\0\1\2", "<html><body>" + "<b>" * 400_000],
    ids=["zip", "rtf", "bytes", "endless"],
)
def test_an_embedded_document_that_cannot_be_read_is_left_out_with_a_warning(content: str | bytes) -> None:
    """The form around it is read, and the officer is told."""
    page = word.read(embedded("chunk.bin", content))
    assert shown(page) == "Before\nAfter"
    assert len(page.warnings) == 1


def test_paths_of_an_embedded_document_are_its_own() -> None:
    """No two blocks of a page have one path, and what is embedded does not count among the form's own tables."""
    body = '<w:altChunk r:id="rIdA"/>' + tbl(tr("b"))
    inside = {"word/chunk.docx": docx(p("Inside") + tbl(tr("a")))}
    page = word.read(docx(body, beside=inside, related=[("rIdA", "aFChunk", "chunk.docx")]))
    assert [block.path for block in page.blocks] == ["b/e1/p1", "b/e1/t1", "b/t1"]


def test_a_comment_is_no_answer_but_is_there() -> None:
    """An answer given in a comment can be reported, and cannot be taken for one in the form."""
    body = p("Name: ", '<w:commentRangeStart w:id="0"/>', r("____"), '<w:commentRangeEnd w:id="0"/>')
    comments = part("w:comments", f'<w:comment w:id="0" w:author="x">{p("Ann")}</w:comment>')
    page = word.read(
        docx(body, beside={"word/comments.xml": comments}, related=[("rIdK", "comments", "comments.xml")])
    )
    assert shown(page) == "Name: ____\ncomment: Ann"
