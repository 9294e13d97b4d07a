"""A letter in place of one that the server cannot convert: made of what it can still say and of the files it still has, so that
a referral is read all the same and a person sees the rest.
"""

import re
from email.encoders import encode_base64
from email.header import Header
from email.mime.base import MIMEBase
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.policy import compat32

from mail.characters import one_line
from mail.errors import MailError
from mail.exchange.answers import File, Outline
from mail.exchange.line import Line
from mail.exchange.troubles import Busy, Cut, LoginRefused

_POLICY = compat32.clone(linesep="\r\n")
_BOUNDARY = "=_stand-in_="
_ADDRESS = re.compile(r"[!-;=?-~]{1,320}")  # visible, and no angle bracket
_MEDIA_TYPE = re.compile(r"(application|image|text|audio|video)/([A-Za-z0-9.+-]{1,100})")


def stand_in(line: Line, letter_id: str, largest: int) -> bytes:
    """The bytes of such a letter, the same at every try. Files are left out that would make it too large, and those that the
    server cannot hand over either. Raises `MailError`.
    """
    outline = line.outline(letter_id)
    letter = _words(outline)
    room = largest // 2  # bytes grow by a third on their way into a letter
    for file_id, size in outline.files:
        if size <= room and (file := _file(line, file_id)) is not None:
            room -= len(file.data)
            letter.attach(_attachment(file))
    return letter.as_bytes(policy=_POLICY)


def _words(outline: Outline) -> MIMEMultipart:
    letter = MIMEMultipart(boundary=_BOUNDARY)
    address = outline.address if _ADDRESS.fullmatch(outline.address) else ""
    letter["From"] = f"{_encoded(outline.name)} <{address}>"
    letter["Subject"] = _encoded(outline.subject)
    if outline.message_id.startswith("<") and _ADDRESS.fullmatch(outline.message_id[1:-1]):
        letter["Message-ID"] = outline.message_id
    letter["X-Managed-Moves"] = "not converted by the mail server"
    letter.attach(MIMEText(outline.text, "plain", "utf-8"))
    return letter


def _encoded(text: str) -> str:
    return Header(one_line(text), "utf-8").encode()


def _file(line: Line, file_id: str) -> File | None:
    try:
        return line.file(file_id)
    except (Busy, Cut, LoginRefused):
        raise  # the whole letter is tried again later
    except MailError:
        return None


def _attachment(file: File) -> MIMEBase:
    known = _MEDIA_TYPE.fullmatch(file.media_type)
    part = MIMEBase(known[1], known[2]) if known else MIMEBase("application", "octet-stream")
    part.set_payload(file.data)
    encode_base64(part)
    part.add_header("Content-Disposition", "attachment", filename=("utf-8", "", one_line(file.name)))
    return part
