"""Operations on a sample's XML, as a person's typing would leave it: the expectation is what was done here."""

import io
import zipfile
from pathlib import Path
from xml.sax.saxutils import escape

from lxml import etree

SAMPLES = Path(__file__).parents[3] / "bot" / "demo" / "forms"
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_NAMES = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def sample(name: str) -> bytes:
    """A sample form's bytes."""
    return (SAMPLES / f"{name}.docx").read_bytes()


def run(text: str, marks: str = "") -> str:
    """A run's XML; `marks` are elements of its properties. A tab is written as Word writes it."""
    parts = "<w:tab/>".join(f'<w:t xml:space="preserve">{escape(part)}</w:t>' for part in text.split("\t"))
    return f"<w:r><w:rPr>{marks}</w:rPr>{parts}</w:r>"


def paragraph(*runs: str) -> str:
    """A paragraph's XML."""
    return f"<w:p>{''.join(runs)}</w:p>"


class Sheet:
    """A sample form on the table."""

    def __init__(self, name: str) -> None:
        self._data = sample(name)
        with zipfile.ZipFile(io.BytesIO(self._data)) as package:
            self.root = etree.fromstring(package.read("word/document.xml"))

    def type_beside(self, label: str, *paragraphs: str) -> "Sheet":
        """Put these paragraphs into the cell after the one that holds just this label, whatever was there."""
        cells = list(self.root.iter(f"{_W}tc"))
        at = next(number for number, cell in enumerate(cells) if _words(cell).strip() == label)
        return self._fill(cells[at + 1], paragraphs)

    def type_under(self, label: str, *paragraphs: str) -> "Sheet":
        """The same under a label that has a row to itself."""
        return self.type_beside(label, *paragraphs)

    def type_after(self, label: str, *runs: str, then: tuple[str, ...] = ()) -> "Sheet":
        """Put these runs after the label of a numbered line, and more paragraphs under it."""
        line = self._line(label)
        kept = [
            child for child in line if child.tag == f"{_W}pPr" or child.find(f"{_W}rPr/{_W}b") is not None
        ]
        for child in list(line):
            if child not in kept:
                line.remove(child)
        for made in runs:
            line.append(_element(made))
        for made in reversed(then):
            line.addnext(_element(made))
        return self

    def remove_under(self, label: str, lines: int) -> "Sheet":
        """Take away the paragraphs after a numbered line."""
        line = self._line(label)
        for _ in range(lines):
            following = line.getnext()
            assert following is not None
            following.getparent().remove(following)
        return self

    def rename(self, label: str, words: str) -> "Sheet":
        """Print a label in other words."""
        for text in self._labels(label):
            runs = list(text.iter(f"{_W}t"))
            runs[0].text = words
            for part in runs[1:]:
                part.text = ""
            return self
        raise LookupError(label)

    def drop_row(self, label: str) -> "Sheet":
        """Take away the table row of a label."""
        cell = next(cell for cell in self.root.iter(f"{_W}tc") if _words(cell).strip() == label)
        row = next(parent for parent in cell.iterancestors(f"{_W}tr"))
        row.getparent().remove(row)
        return self

    def bytes(self) -> bytes:
        """The form as a file."""
        made = io.BytesIO()
        with (
            zipfile.ZipFile(io.BytesIO(self._data)) as old,
            zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new,
        ):
            for name in old.namelist():
                content = etree.tostring(self.root) if name == "word/document.xml" else old.read(name)
                new.writestr(name, content)
        return made.getvalue()

    def _labels(self, label: str) -> list[etree._Element]:
        return [line for line in self.root.iter(f"{_W}p") if _words(line).strip() == label]

    def _line(self, label: str) -> etree._Element:
        return next(line for line in self.root.iter(f"{_W}p") if _words(line).strip().startswith(label))

    def _fill(self, cell: etree._Element, paragraphs: tuple[str, ...]) -> "Sheet":
        for child in list(cell):
            if child.tag != f"{_W}tcPr":
                cell.remove(child)
        for made in paragraphs or (paragraph(),):
            cell.append(_element(made))
        return self


def _words(element: etree._Element) -> str:
    return "".join(part.text or "" for part in element.iter(f"{_W}t"))


def _element(xml: str) -> etree._Element:
    return etree.fromstring(xml.replace(">", f" {_NAMES}>", 1) if "xmlns:w" not in xml else xml)
