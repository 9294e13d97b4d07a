"""Why a file was not read, in two sentences a code: one for the school that sent it, one for the officer.

The codes are those of `forms.refusals`. The school's sentence says how to mend it; the officer's says what it was.
"""

from typing import Final, NamedTuple


class Said(NamedTuple):
    """A refusal in words."""

    to_school: str
    to_officer: str


UNREADABLE: Final = Said(
    "We could not read the file. Please save it again as a Word document (.docx) and send that.",
    "The file could not be read.",
)

REFUSALS: Final = {
    "unreadable": UNREADABLE,
    "empty": Said(
        "The file arrived empty. Please check it on your computer and send it again.",
        "The file is empty: it holds no bytes.",
    ),
    "not_a_document": Said(
        "The file is not a document. Please send the referral form as a Word document (.docx).",
        "The file is no document, whatever its name says. Do not open it; ask the sender by telephone.",
    ),
    "damaged": Said(
        "The file is damaged or arrived incomplete. Please open it on your computer, save it again and send it again.",
        "The document is damaged or cut short.",
    ),
    "password_protected": Said(
        "The file is protected by a password, so we cannot read it. Please remove the password (in Word: File, Info, "
        "Protect Document, Encrypt with Password, clear the box) and send it again from your school's address. "
        "If your school must send it encrypted, use the council's secure mail instead. Never send the password by "
        "e-mail.",
        "The document is protected by a password.",
    ),
    "too_big": Said(
        "The file is too big to be read. Please send the referral form by itself, with large pictures removed.",
        "The document is larger than a referral form can be.",
    ),
    "hostile": Said(
        "We could not accept the file. Please telephone us before you send it again.",
        "The document is built to do harm, not to be read. Do not open it; tell your IT service.",
    ),
    "needs_conversion": Said(
        "The file is in an older format that we cannot read. Please open it, choose Save As, Word document (.docx), "
        "and send that.",
        "The document is in a format that this computer cannot convert. LibreOffice, once installed, reads it.",
    ),
    "unsupported": Said(
        "We cannot read a file of this kind. Please send the referral form as a Word document (.docx).",
        "The file is of a kind that is not read.",
    ),
    "took_too_long": Said(
        "We could not read the file in the time allowed. Please save it again as a Word document (.docx) and send that.",
        "Reading the document took too long and was stopped.",
    ),
}


def to_school(code: str) -> str:
    """What the school is told, and how to mend it."""
    return REFUSALS.get(code, UNREADABLE).to_school


def to_officer(code: str) -> str:
    """What the officer is told."""
    return REFUSALS.get(code, UNREADABLE).to_officer
