"""HTML to words, and what a person wrote now."""

import pytest

import mail
from mail.plain import from_html
from mail.replies import written_now
from tests.mail.building import AT, multipart


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>Good morning,</p><p>Form attached.</p>", "Good morning,\n\nForm attached."),
        ("one<br>two<br/>three", "one\ntwo\nthree"),
        ("<tr><td>Name</td><td>Jo</td></tr>", "Name\tJo"),
        ("<style>p{}</style><script>x('<p>')</script>seen<!-- <p>not</p> -->", "seen"),
        ("a &amp; b &lt;c&gt; &#8217;&nbsp;d", "a & b <c> ’ d"),
        ("5 < 6 and 7 > 2", "5 < 6 and 7 > 2"),
        ('<a title="a > b" href=x>link</a>', "link"),
        ("<p\nclass=x\n>spread   over\nlines</p>", "spread over lines"),
        ("<!DOCTYPE html><?xml version='1.0'?><![if mso]>x<![endif]>", "x"),
        ("text <b>cut <i", "text cut"),
        ("<STYLE>never closed", ""),
        ("&unknown; &#x110000; &#0;", "&unknown; \ufffd \ufffd"),
    ],
)
def test_html_becomes_the_words_it_shows(markup: str, text: str) -> None:
    """A line a block, nothing of what a browser hides."""
    assert from_html(markup) == text


def test_plain_text_is_preferred_and_html_serves_where_it_is_empty() -> None:
    """Some programs send an empty plain part beside the HTML."""
    html = "Content-Type: text/html\r\n\r\n<p>from html</p>"
    both = mail.parse(multipart("\r\nfrom plain", html, kind="alternative"), received=AT)
    only = mail.parse(multipart("\r\n ", html, kind="alternative"), received=AT)
    assert (both.text, only.text) == ("from plain", "from html")


OUTLOOK = "From: School Admissions <a@b.example>\nSent: 25 November 2026 08:31\nTo: X\nSubject: RE: Referral\n\nThank you."
HISTORIES = {
    "outlook": OUTLOOK,
    "outlook in bold": "*From:* A\n*Sent:* now\n*Subject:* x\nold",
    "original message": "-----Original Message-----\nold",
    "underline": "________________________________\nFrom: A\nold",
    "gmail": "On Mon, 23 Nov 2026 at 09:12, Admissions <a@b.example> wrote:\n> old",
    "gmail broken over lines": "On Mon, 23 Nov 2026 at 09:12, School Admissions\n<a@b.example>\nwrote:\n> old",
    "apple forward": "Begin forwarded message:\nold",
    "quoted lines": "> old\n>> older",
    "signature": "-- \nHana Gill\nAssistant Head",
    "telephone": "Sent from my iPhone",
    "footer": "This email and any attachments are confidential. Please consider the environment.",
}


@pytest.mark.parametrize("history", HISTORIES.values(), ids=HISTORIES.keys())
def test_history_and_signature_are_stripped(history: str) -> None:
    """Of the mail programs that schools use."""
    assert written_now(f"Form attached now.\n\nRegards\n\n{history}") == "Form attached now.\n\nRegards"


@pytest.mark.parametrize(
    "text",
    [
        "On Monday he was away.\nHis head wrote: we must talk.\nWhat now?",
        "From: next week he is with us.\nThank you",
        "Dates:\n--\n1 May".replace("--\n", ""),
        "We need this form.\n\nFrom the head",
    ],
)
def test_ordinary_words_are_not_taken_for_history(text: str) -> None:
    """A parent's sentence must not be cut in the middle."""
    assert written_now(text) == text.strip()


@pytest.mark.parametrize("text", [OUTLOOK, "> only\n> quoted", "-- \nonly a signature"])
def test_where_nothing_would_be_left_everything_stays(text: str) -> None:
    """A bare forward is its history."""
    assert written_now(text) == text.strip()
