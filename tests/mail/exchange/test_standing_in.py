"""A letter in place of one that the server cannot convert can always be made."""

from datetime import UTC, datetime
from email import message_from_bytes

from hypothesis import given
from hypothesis import strategies as st

from mail import parse
from mail.exchange.answers import File, Outline
from mail.exchange.standing_in import _attachment, _words

ANYTHING = st.text(st.characters(exclude_categories=["Cs"]), max_size=400)
NOW = datetime(2026, 12, 1, tzinfo=UTC)


@given(address=ANYTHING, name=ANYTHING, subject=ANYTHING, message_id=ANYTHING, text=ANYTHING)
def test_whatever_the_server_says_makes_a_letter(
    address: str, name: str, subject: str, message_id: str, text: str
) -> None:
    """An address of Exchange's own making, a subject of many lines: the letter is made and can be read."""
    outline = Outline(address=address, name=name, subject=subject, message_id=message_id, text=text, files=())
    assert parse(_words(outline).as_bytes(), received=NOW).headers


@given(
    name=ANYTHING, media_type=ANYTHING | st.sampled_from(["message/rfc822", "multipart/mixed", "text/plain"])
)
def test_whatever_a_file_is_called_its_bytes_are_kept(name: str, media_type: str) -> None:
    """Also one that says it is a letter, or text."""
    part = _attachment(File(name, media_type, b"\x00\xff data"))
    assert message_from_bytes(part.as_bytes()).get_payload(decode=True) == b"\x00\xff data"
