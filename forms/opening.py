"""Opening a form: its bytes decide which reader it goes to."""

from forms import word
from forms.page import Page
from forms.sniff import Format, sniff


def page(data: bytes, *, name: str = "") -> Page:
    """The page model of a file. Raises a FormError, and never another exception, for what cannot be read.

    `name` is kept out of every decision: people rename files, and those who mean harm do so on purpose.
    """
    del name
    kind = sniff(data)
    if kind is Format.WORD:
        return word.read(data)
    if kind is Format.PDF:
        from forms import pdf

        return pdf.page(data)
    if kind is Format.IMAGE:
        from forms import scan

        return scan.page(data)
    return _converted(data, kind)


def _converted(data: bytes, kind: Format) -> Page:
    """A format that LibreOffice turns into .docx first. The trip loses placeholder flags, and the page says so."""
    from forms import conversion

    document, whole = conversion.converted(data, kind)
    made = word.read(document)
    made.converted_from = kind.value
    if not whole:
        made.recognised = True
        made.warnings.append("The ticks of this .rtf file are lost: an empty box on it says nothing.")
    return made
