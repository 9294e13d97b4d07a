"""PDF: form fields by pypdf, printed text by pypdfium2, and a page model of both.

A PDF that is a picture of a form is handed to `forms.scan`.
"""

import logging

from forms.page import Page
from forms.pdf import opened
from forms.pdf.opened import LARGEST, MOST_SHEETS, Opened
from forms.refusals import EmptyFile, TooBig

__all__ = ["LARGEST", "MOST_SHEETS", "page"]

# pypdf reports broken fields with what stands in them; nothing of a form may reach a log.
logging.getLogger("pypdf").setLevel(logging.CRITICAL)


def page(data: bytes) -> Page:
    """A PDF as a page model.

    Raises PasswordProtected, Damaged, TooBig, TookTooLong, Unsupported (a form that only Adobe's reader draws), and
    what `forms.scan` raises for a PDF of pictures.
    """
    if not data:
        raise EmptyFile
    if len(data) > LARGEST:
        raise TooBig
    read = opened.read(data)
    return _scanned(data) if read.is_pictures else _page(read)


def _scanned(data: bytes) -> Page:
    from forms import scan

    return scan.page(data)


def _page(read: Opened) -> Page:
    return Page("pdf", read.blocks, read.fields, read.warnings, recognised=read.partly_pictures)
