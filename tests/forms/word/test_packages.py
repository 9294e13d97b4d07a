"""Packages: every kind of Word file, and what other programs make of one."""

import io
import zipfile

import pytest

import forms
from forms import refusals
from tests.forms.word.building import (
    MAIN_TYPE,
    TRANSITIONAL,
    content_types,
    document,
    docx,
    p,
    parts,
    r,
    rels,
    sdt,
    shown,
    zipped,
)

STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"
MACRO = "application/vnd.ms-word.document.macroEnabled.main+xml"
TEMPLATE = "application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml"
MACRO_TEMPLATE = "application/vnd.ms-word.template.macroEnabledTemplate.main+xml"
BODY = p("Name: ", sdt(r("Ann"), tag="name"))
READ = "Name: name=Ann"


def strict() -> bytes:
    """ISO strict: other namespaces, other relationship types."""
    made = parts(BODY)
    for name in ("word/document.xml", "_rels/.rels"):
        text = str(made[name])
        text = text.replace(TRANSITIONAL, STRICT).replace(
            "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
            "http://purl.oclc.org/ooxml/officeDocument/relationships",
        )
        made[name] = text
    return zipped(made)


def elsewhere() -> bytes:
    """A main part that is not called document.xml."""
    made = parts(BODY)
    made["word/document2.xml"] = made.pop("word/document.xml")
    made["word/_rels/document2.xml.rels"] = made.pop("word/_rels/document.xml.rels")
    return zipped(made | {"_rels/.rels": rels(("rId1", "officeDocument", "/word/document2.xml"))})


def utf16() -> bytes:
    """A main part in UTF-16."""
    text = document(BODY).replace('encoding="UTF-8"', 'encoding="UTF-16"')
    return zipped(parts(BODY) | {"word/document.xml": text.encode("utf-16")})


def renamed(change: "dict[str, str]") -> bytes:
    """Parts under other names."""
    return zipped({change.get(name, name): data for name, data in parts(BODY).items()})


def stored() -> bytes:
    """A package without compression."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, data in parts(BODY).items():
            archive.writestr(name, data)
    return made.getvalue()


class _Stream(io.BytesIO):
    """A file that cannot be gone back in: lengths are written after the content."""

    def seekable(self) -> bool:
        return False

    def seek(self, offset: int, whence: int = 0) -> int:
        raise io.UnsupportedOperation

    def tell(self) -> int:
        raise io.UnsupportedOperation


def streamed(*, large: bool = False) -> bytes:
    """A package written in one go, as servers write them; `large`: with the fields for files beyond 4 GB."""
    made = _Stream()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts(BODY).items():
            with archive.open(name, "w", force_zip64=large) as entry:
                entry.write(data.encode() if isinstance(data, str) else data)
    return made.getvalue()


PACKAGES = {
    "written as a stream": streamed(),
    "written for large files": streamed(large=True),
    "not compressed": stored(),
    "white space before the XML": zipped(parts(BODY) | {"word/document.xml": "\r\n " + document(BODY)}),
    "a mark before the XML": zipped(parts(BODY) | {"word/document.xml": "\ufeff" + document(BODY)}),
    "strict": strict(),
    "main part elsewhere": elsewhere(),
    "UTF-16": utf16(),
    "UTF-16 without a mark": zipped(parts(BODY) | {"word/document.xml": document(BODY).encode("utf-16-le")}),
    "backslashes": renamed({name: name.replace("/", "\\") for name in parts(BODY)}),
    "other case": renamed({"word/document.xml": "Word/Document.XML", "[Content_Types].xml": "[content_types].xml"}),
    "a dangling relationship": docx(BODY, related=[("rId9", "styles", "gone.xml"), ("rId8", "header", "gone2.xml")]),
    "a target of NULL": docx(BODY, related=[("rId9", "image", "NULL"), ("rId8", "header", "../NULL")]),
    "a linked part": docx(BODY, related=[("rId9", "header", "http://intranet.example/header.xml", "External")]),
    "a remote template": docx(BODY, related=[("rId9", "attachedTemplate", "http://intranet.example/t.dotm", "External")]),
    "no relationships at all": zipped({name: data for name, data in parts(BODY).items() if ".rels" not in name}),
    "damaged styles": docx(BODY, beside={"word/styles.xml": "<broken"}, related=[("rId9", "styles", "styles.xml")]),
    "damaged relationships": zipped(parts(BODY) | {"word/_rels/document.xml.rels": "<broken"}),
    "folders as entries": zipped({"word/": ""} | parts(BODY)),
    "names that climb": zipped(parts(BODY) | {"../../../etc/passwd": "x", "/etc/passwd": "y"}),
    "an escaped name": zipped({k.replace("document.xml", "my document.xml"): v for k, v in parts(BODY).items()}
                              | {"_rels/.rels": rels(("rId1", "officeDocument", "word/my%20document.xml"))}),
}  # fmt: skip


@pytest.mark.parametrize("data", PACKAGES.values(), ids=PACKAGES)
def test_an_odd_package_is_read_all_the_same(data: bytes) -> None:
    """Namespaces, names, encodings and missing parts of every kind cost nothing."""
    assert shown(forms.page(data)) == READ


FORMATS = {"docx": MAIN_TYPE, "docm": MACRO, "dotx": TEMPLATE, "dotm": MACRO_TEMPLATE}


@pytest.mark.parametrize("kind", FORMATS)
def test_the_kind_of_word_file_is_what_its_parts_say(kind: str) -> None:
    """Macro files and templates are read as text, and named for what they are whatever their name."""
    page = forms.page(docx(BODY, main=FORMATS[kind]), name="form.docx")
    assert (page.format, shown(page)) == (kind, READ)


def test_a_missing_list_of_types_is_no_bar() -> None:
    """A package is read by its relationships; without types it counts as an ordinary document."""
    made = parts(BODY)
    del made["[Content_Types].xml"]
    assert forms.page(zipped(made)).format == "docx"


def test_a_spreadsheet_under_a_word_name_is_refused_as_such() -> None:
    """Another Office file is not a damaged one."""
    made = {
        "[Content_Types].xml": content_types("x"),
        "_rels/.rels": rels(("r", "officeDocument", "xl/workbook.xml")),
    }
    with pytest.raises(refusals.Unsupported):
        forms.page(zipped(made | {"xl/workbook.xml": '<workbook xmlns="urn:x"/>'}), name="form.docx")
