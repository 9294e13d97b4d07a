"""A letter in place of one that the server cannot convert: made of what it can still say and of the files it still has, so that
a referral is read all the same and a person sees the rest.
"""

from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formataddr

from mail.characters import one_line
from mail.errors import MailError
from mail.exchange.answers import File, Outline
from mail.exchange.line import Line
from mail.exchange.troubles import Busy, Cut, LoginRefused


def stand_in(line: Line, letter_id: str, largest: int) -> bytes:
    """The bytes of such a letter, the same at every try. Files are left out that would make it too large, and those that the
    server cannot hand over either. Raises `MailError`.
    """
    outline = line.outline(letter_id)
    message = _words(outline)
    room = largest // 2  # bytes grow by a third on their way into a letter
    for file_id, size in outline.files:
        if size <= room and (file := _file(line, file_id)) is not None:
            room -= len(file.data)
            _attach(message, file)
    if message.is_multipart():
        message.set_boundary("=_stand-in_=")
    return message.as_bytes()


def _words(outline: Outline) -> EmailMessage:
    message = EmailMessage(policy=SMTP)
    message["From"] = formataddr((one_line(outline.name), one_line(outline.address)))
    message["Subject"] = one_line(outline.subject)
    if outline.message_id:
        message["Message-ID"] = one_line(outline.message_id)
    message["X-Managed-Moves"] = "not converted by the mail server"
    message.set_content(outline.text)
    return message


def _file(line: Line, file_id: str) -> File | None:
    try:
        return line.file(file_id)
    except (Busy, Cut, LoginRefused):
        raise  # the whole letter is tried again later
    except MailError:
        return None


def _attach(message: EmailMessage, file: File) -> None:
    main, _, sub = file.media_type.partition("/")
    if not (main.isalnum() and sub.replace("-", "").replace(".", "").replace("+", "").isalnum()):
        main, sub = "application", "octet-stream"
    if main in ("multipart", "message"):
        main, sub = "application", "octet-stream"
    message.add_attachment(file.data, maintype=main, subtype=sub, filename=one_line(file.name))
