"""PDFs made for a test: a sheet is drawn line by line, fields and notes are laid on it."""

import io
from collections.abc import Sequence

from pypdf import PdfWriter
from pypdf.generic import (
    ArrayObject,
    BooleanObject,
    DecodedStreamObject,
    DictionaryObject,
    FloatObject,
    NameObject,
    NumberObject,
    PdfObject,
    TextStringObject,
)

A4 = (595, 842)
FONTS = {"/F": "/Helvetica", "/B": "/Helvetica-Bold", "/I": "/Helvetica-Oblique", "/Z": "/ZapfDingbats"}


class Drawing:
    """One sheet's drawing instructions; places are in points from the top left corner of the sheet as it is shown."""

    def __init__(self, size: tuple[int, int] = A4, turned: int = 0) -> None:
        self.size, self.turned = size, turned
        across, down = size
        stood = {
            0: "",
            90: f"0 1 -1 0 {down} 0 cm",
            180: f"-1 0 0 -1 {across} {down} cm",
            270: f"0 -1 1 0 0 {across} cm",
        }
        self.steps: list[str] = [stood[turned]]
        self.notes: list[DictionaryObject] = []

    def text(
        self, x: float, y: float, said: str, font: str = "/F", *, size: float = 10, mode: int = 0
    ) -> "Drawing":
        escaped = said.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
        self.steps.append(f"BT {mode} Tr {font} {size} Tf {x} {self.size[1] - y} Td ({escaped}) Tj ET")
        return self

    def line(self, x0: float, y0: float, x1: float, y1: float) -> "Drawing":
        self.steps.append(f"1 w {x0} {self.size[1] - y0} m {x1} {self.size[1] - y1} l S")
        return self

    def box(self, x: float, y: float, width: float, height: float) -> "Drawing":
        self.steps.append(f"1 w {x} {self.size[1] - y - height} {width} {height} re S")
        return self

    def fill(self, x: float, y: float, width: float, height: float, colour: str = "1 1 0") -> "Drawing":
        self.steps.append(f"q {colour} rg {x} {self.size[1] - y - height} {width} {height} re f Q")
        return self

    def ring(self, x: float, y: float, width: float, height: float) -> "Drawing":
        left, low = x, self.size[1] - y - height
        right, high, middle = x + width, low + height, x + width / 2
        self.steps.append(
            f"1 w {left} {low + height / 2} m {left} {high} {middle} {high} {middle} {high} c "
            f"{right} {high} {right} {low} {middle} {low} c {left} {low} {left} {low} {left} {low + height / 2} c S"
        )
        return self

    def grid(self, xs: Sequence[float], ys: Sequence[float]) -> "Drawing":
        for y in ys:
            self.line(xs[0], y, xs[-1], y)
        for x in xs:
            self.line(x, ys[0], x, ys[-1])
        return self

    def image(self, x: float, y: float, width: float, height: float) -> "Drawing":
        self.steps.append(f"q {width} 0 0 {height} {x} {self.size[1] - y - height} cm /Im Do Q")
        return self

    def place(self, x: float, y: float, width: float, height: float) -> ArrayObject:
        top = self.size[1] - y
        return ArrayObject(FloatObject(edge) for edge in (x, top - height, x + width, top))

    def note(self, kind: str, rect: ArrayObject, **entries: object) -> "Drawing":
        """An annotation, or a form field (kind `/Widget`)."""
        note = DictionaryObject({NameObject("/Subtype"): NameObject(kind), NameObject("/Rect"): rect})
        for key, value in entries.items():
            note[NameObject(f"/{key}")] = as_pdf(value)
        self.notes.append(note)
        return self


def as_pdf(value: object) -> object:  # noqa: PLR0911  (one kind a line)
    """A Python value as pypdf's; a string that begins with a stroke is a name."""
    match value:
        case PdfObject():
            return value
        case bool():
            return BooleanObject(value)
        case int():
            return NumberObject(value)
        case str() if value.startswith("/"):
            return NameObject(value)
        case str():
            return TextStringObject(value)
        case list():
            return ArrayObject(as_pdf(part) for part in value)
        case dict():
            return DictionaryObject({NameObject(f"/{key}"): as_pdf(part) for key, part in value.items()})
        case _:
            return value


def pdf(
    *drawings: Drawing, form: dict[str, object] | None = None, password: str = "", owner: str = ""
) -> bytes:
    """The sheets as a file. `form` adds entries to the AcroForm."""
    writer = PdfWriter()
    fields = ArrayObject()
    for drawing in drawings:
        size = drawing.size if drawing.turned % 180 == 0 else drawing.size[::-1]
        page = writer.add_blank_page(*size)
        contents = DecodedStreamObject()
        contents.set_data("\n".join(drawing.steps).encode("latin-1"))
        page[NameObject("/Contents")] = writer._add_object(contents)
        page[NameObject("/Resources")] = as_pdf({"Font": _fonts(), "XObject": {"Im": _image(writer)}})
        if drawing.turned:
            page[NameObject("/Rotate")] = NumberObject(drawing.turned)
        notes = [writer._add_object(note) for note in drawing.notes]
        page[NameObject("/Annots")] = ArrayObject(notes)
        fields += [note for note in notes if note.get_object()["/Subtype"] == "/Widget"]
    if fields or form:
        root = {"Fields": fields, **(form or {})}
        writer.root_object[NameObject("/AcroForm")] = as_pdf(root)
    if password or owner:
        writer.encrypt(password, owner or None, algorithm="AES-256")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _fonts() -> dict[str, object]:
    return {
        name[1:]: as_pdf({"Type": "/Font", "Subtype": "/Type1", "BaseFont": base})
        for name, base in FONTS.items()
    }


def _image(writer: PdfWriter) -> object:
    image = DecodedStreamObject()
    image.set_data(b"\x80")
    entries = {"Type": "/XObject", "Subtype": "/Image", "Width": 1, "Height": 1, "ColorSpace": "/DeviceGray"}
    for key, value in (entries | {"BitsPerComponent": 8}).items():
        image[NameObject(f"/{key}")] = as_pdf(value)
    return writer._add_object(image)
