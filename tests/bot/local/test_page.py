"""The channel page: what it shows, and to whom it answers."""

import http.client
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email.message import EmailMessage
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from lxml import html as lxml_html

from bot.clock import SetClock
from bot.local import shown
from bot.local.folder import FolderChannel, Post
from bot.local.page import ChannelPage
from bot.ports import ChannelError
from bot.slack import cards
from bot.text import thread
from tests.bot.slack.samples import HOSTILE, case_line, panel_view

AT = datetime(2026, 12, 3, 17, 0, tzinfo=UTC)
TEMPLATES = Path(shown.__file__).parent / "templates"


@pytest.fixture
def channel(tmp_path: Path) -> FolderChannel:
    """An empty channel."""
    return FolderChannel(tmp_path / "channel", SetClock(AT))


@pytest.fixture
def page(tmp_path: Path) -> Iterator[ChannelPage]:
    """The page, being served."""
    page = ChannelPage(tmp_path / "channel", tmp_path / "sent", port=0)
    page.start()
    yield page
    page.stop()


def ask(
    page: ChannelPage, path: str = "", *, host: str | None = None, whole: str = "", method: str = "GET"
) -> tuple[int, dict[str, str], str]:
    """Status, headers and text of an answer."""
    address = urlsplit(page.url)
    connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=10)
    try:
        connection.putrequest(method, whole or f"{address.path}{path}", skip_host=True)
        connection.putheader("Host", host or address.netloc)
        connection.endheaders()
        answer = connection.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read().decode()
    finally:
        connection.close()


def tree(page: ChannelPage, path: str = "") -> Any:
    """A page as a tree."""
    status, _headers, text = ask(page, path)
    assert status == 200
    return lxml_html.document_fromstring(text)


def send(folder: Path, name: str, subject: str, text: str, day: int) -> None:
    """Put a letter of ours into the folder of sent letters."""
    letter = EmailMessage()
    letter["To"] = "head@oakfield.example"
    letter["Cc"] = "office@oakfield.example"
    letter["Subject"] = subject
    letter["Date"] = f"Thu, {day:02d} Dec 2026 17:00:00 +0000"
    letter["Message-ID"] = f"<{name}@westhaven.example>"
    letter.set_content(text)
    letter.add_attachment(b"x", maintype="application", subtype="octet-stream", filename="MM-26-0007.docx")
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.eml").write_bytes(bytes(letter))


# ---------------------------------------------------------------- what it shows


def test_a_card_is_shown_with_its_thread(channel: FolderChannel, page: ChannelPage) -> None:
    """The words that Slack would show, each fact with its name, the lines of the thread below."""
    place = channel.post(cards.case_card(case_line()), key="card/1")
    channel.post(cards.thread_line("MM-26-0007", thread.opened(case_line())), key="line/1", thread=place)
    (post,) = tree(page).findall(".//article")
    assert post.findtext("h2") == "MM-26-0007 · Oakfield High School"
    facts = {fact.findtext("dt"): fact.findtext("dd") for fact in post.findall("dl/div")}
    assert facts == {
        "Stage": "Incomplete",
        "Gaps": "3",
        "Panel": "Thu 10 December 2026",
        "Deadline": "end of Wed 2 December 2026",
    }
    assert "A referral came on Tue 1 December 2026, 09:12." in post.find("details").text_content()
    assert "Thu 3 December 2026, 17:00" in post.findtext("p/time")


def test_the_newest_post_stands_first_and_a_thread_in_its_own_order(
    channel: FolderChannel, page: ChannelPage
) -> None:
    """What is new is seen without scrolling; a thread is read from its beginning."""
    first = channel.post(cards.private_line("alpha"), key="1")
    channel.post(cards.private_line("beta"), key="2")
    for number in (1, 2, 3):
        channel.post(cards.private_line(f"line {number}"), key=f"1/{number}", thread=first)
    text = tree(page).find(".//main").text_content()
    found = re.findall(r"\b(alpha|beta|line \d)\b", text)
    assert found == ["beta", "alpha", "line 1", "line 2", "line 3"]


def test_buttons_are_named_and_said_to_work_in_slack(channel: FolderChannel, page: ChannelPage) -> None:
    """Nothing on the page looks like it could be pressed."""
    channel.post(cards.case_card(case_line()), key="1")
    document = tree(page)
    assert "In Slack: Details" in " ".join(document.find(".//main").text_content().split())
    assert document.findall(".//button") + document.findall(".//form") + document.findall(".//input") == []


def test_a_block_that_cannot_be_drawn_is_said_to_be_missing() -> None:
    """It does not vanish."""
    assert shown.part({"type": "image", "image_url": "x"}) == shown.Part("unknown", shown.Markup("image"))


def test_every_kind_of_post_that_the_bot_makes_can_be_drawn() -> None:
    """Card, reminder, letter, review, thread line, help."""
    made = [
        cards.case_card(case_line()),
        cards.panel_reminder(panel_view(), 5),
        cards.letter_for_officer(1, AT, "It was set aside."),
        cards.review_prompt(case_line(), AT.date()),
        cards.thread_line("MM-26-0007", "x"),
        cards.help_answer(),
    ]
    kinds = {shown.part(block).kind for content in made for block in content["blocks"]}
    assert kinds == {"head", "text", "facts", "note", "buttons"}


def test_fifty_posts_stand_on_a_page_and_the_rest_behind_a_link(
    channel: FolderChannel, page: ChannelPage
) -> None:
    """120 posts are three pages; a number that makes no sense shows the nearest."""
    for number in range(120):
        channel.post(cards.private_line(f"post {number:03d}"), key=str(number))
    for asked, newest, size in (
        ("", 119, 50),
        ("?page=2", 69, 50),
        ("?page=3", 19, 20),
        ("?page=99", 19, 20),
    ):
        posts = tree(page, asked).findall(".//article")
        assert len(posts) == size
        assert f"post {newest:03d}" in posts[0].text_content()
    assert len(tree(page, "?page=-1").findall(".//article")) == 50


def test_letters_stand_fifty_to_a_page_too(page: ChannelPage, tmp_path: Path) -> None:
    """60 letters: 50 and 10, and the head says how many there are."""
    for number in range(60):
        send(tmp_path / "sent", f"{number:02d}", f"MM-26-{number:04d}: received", "Dear colleague", 3)
    assert "60 letters." in tree(page, "sent").text_content()
    assert [len(tree(page, f"sent?page={n}").findall(".//article")) for n in (1, 2)] == [50, 10]


def test_an_empty_channel_and_no_letters_are_said(page: ChannelPage) -> None:
    """Before anything has happened."""
    assert "Nothing has been posted yet." in tree(page).text_content()
    assert "No letter has been sent yet." in tree(page, "sent").text_content()


def test_sent_letters_are_shown_as_their_recipients_see_them(page: ChannelPage, tmp_path: Path) -> None:
    """Newest first, with everyone they went to and what was enclosed."""
    send(tmp_path / "sent", "a", "MM-26-0007: received", "Dear colleague,\n\nthank you.", 3)
    send(tmp_path / "sent", "b", "MM-26-0008: received", "Dear colleague", 4)
    newest, older = tree(page, "sent").findall(".//article")
    assert newest.findtext("h2") == "MM-26-0008: received"
    said = " ".join(older.text_content().split())
    for words in (
        "head@oakfield.example",
        "office@oakfield.example",
        "Thu 3 December 2026, 17:00",
        "MM-26-0007.docx",
        "Dear colleague, thank you.",
    ):
        assert words in said


# ---------------------------------------------------------------- hostile text


def test_text_from_outside_makes_no_markup(channel: FolderChannel, page: ChannelPage, tmp_path: Path) -> None:
    """In a school's name, a letter's text and a subject: no element, no attribute, no link."""
    hostile = f"<img src=x onerror=alert(1)> </div><script>alert(1)</script> \"'> {HOSTILE}"
    channel.post(cards.case_card(case_line(school=hostile)), key="1")
    send(tmp_path / "sent", "a", hostile.replace("\u202e", "").replace("\x07", ""), hostile, 3)
    for path in ("", "sent"):
        document = tree(page, path)
        assert [e.tag for e in document.iter("script", "img", "iframe", "object", "form")] == []
        assert {link.get("href") for link in document.iter("a")} <= {"#main", "./", "sent"}
        assert "<script>alert(1)</script>" in document.text_content()


@pytest.mark.parametrize(
    ("text", "drawn"),
    [
        ("*bold* and `code`", "<strong>bold</strong> and <code>code</code>"),
        ("a &lt;b&gt; &amp;amp;", "a &lt;b&gt; &amp;amp;"),
        ("*<b>*", "<strong>&lt;b&gt;</strong>"),
        ("2*3*4", "2*3*4"),
        ("<https://evil.example|here>", "&lt;https://evil.example|here&gt;"),
        ("one\ntwo", "one<br>two"),
    ],
)
def test_slacks_markup_is_drawn_and_nothing_else_is(text: str, drawn: str) -> None:
    """Bold and code only."""
    assert str(shown.markup({"type": "mrkdwn", "text": text})) == drawn


def test_plain_text_is_shown_as_it_is() -> None:
    """No markup is read in it."""
    assert str(shown.markup({"type": "plain_text", "text": "*x* `y` &lt;b&gt;"})) == "*x* `y` &lt;b&gt;"


# ---------------------------------------------------------------- to whom it answers


def test_the_page_answers_only_on_this_computer_and_to_the_word_of_this_start(page: ChannelPage) -> None:
    """The address holds a long word that is another at each start."""
    address = urlsplit(page.url)
    assert address.hostname == "127.0.0.1"
    assert len(address.path) > 30
    assert urlsplit(ChannelPage(Path("x"), Path("y")).url).path != address.path


@pytest.mark.parametrize("whole", ["/", "/wrong/", "/wrong/sent", "/wrong/page.css", "/../etc/passwd", "/é/"])
def test_without_the_word_there_is_nothing(page: ChannelPage, whole: str) -> None:
    """A wrong word is answered like no page at all, and with no text."""
    status, headers, text = ask(page, whole=whole.encode().decode("latin-1").replace("Ã©", "%C3%A9"))
    assert (status, text) == (404, "")
    assert headers["Content-Security-Policy"].startswith("default-src 'none'")


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1", "localhost:1", "127.0.0.1.evil.example:80"])
def test_under_another_name_there_is_nothing(page: ChannelPage, host: str) -> None:
    """A page elsewhere may point a name of its own at 127.0.0.1: it gets nothing, although it knew the word."""
    status, _headers, text = ask(page, host=host)
    assert (status, text) == (421, "")


def test_by_the_name_localhost_it_is_the_same_page(page: ChannelPage) -> None:
    """Browsers differ in what they make of 127.0.0.1."""
    assert ask(page, host=f"localhost:{urlsplit(page.url).port}")[0] == 200


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_nothing_can_be_changed_here(page: ChannelPage, method: str) -> None:
    """It only shows."""
    assert ask(page, method=method)[0] in {404, 405}


@pytest.mark.parametrize("path", ["", "sent", "page.css"])
def test_nothing_is_kept_framed_or_told_to_others(page: ChannelPage, path: str) -> None:
    """The address is a secret and what it shows is private to the team."""
    headers = ask(page, path)[1]
    assert headers["Cache-Control"] == "no-store"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert "script-src" not in headers["Content-Security-Policy"]


def test_a_port_that_is_taken_is_said_plainly(page: ChannelPage, tmp_path: Path) -> None:
    """With the setting that mends it; nothing is left running."""
    taken = urlsplit(page.url).port or 0
    other = ChannelPage(tmp_path, tmp_path, port=taken)
    with pytest.raises(ChannelError, match=rf"port {taken}.*channel\.page_port"):
        other.start()
    other.stop()


def test_a_stopped_page_answers_no_more(page: ChannelPage) -> None:
    """Stopping twice is no error."""
    page.stop()
    page.stop()
    with pytest.raises(ConnectionRefusedError):
        ask(page)


# ---------------------------------------------------------------- for everybody


@pytest.mark.parametrize("path", ["", "sent"])
def test_the_page_can_be_used_by_everybody(
    channel: FolderChannel, page: ChannelPage, tmp_path: Path, path: str
) -> None:
    """WCAG basics: language, title, landmarks, one main heading, no level skipped, a way past the navigation."""
    place = channel.post(cards.case_card(case_line()), key="1")
    channel.post(cards.case_card(case_line()), key="2", thread=place)
    send(tmp_path / "sent", "a", "MM-26-0007: received", "Dear colleague", 3)
    document = tree(page, path)
    assert document.get("lang") == "en-GB"
    assert document.findtext(".//title")
    assert [len(document.findall(f".//{tag}")) for tag in ("main", "body/header", "body/footer", "h1")] == [
        1,
        1,
        1,
        1,
    ]
    levels = [int(e.tag[1]) for e in document.iter("h1", "h2", "h3", "h4", "h5", "h6")]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert document.find(".//a").get("href") == "#main"
    assert len(document.findall(".//nav/a[@aria-current='page']")) == 1
    assert all(article.get("aria-label") for article in document.iter("article"))
    assert all(nav.get("aria-label") for nav in document.iter("nav"))


@pytest.mark.parametrize("path", ["", "sent"])
def test_nothing_is_loaded_from_elsewhere(page: ChannelPage, path: str) -> None:
    """It works with no network, and tells nobody that it is looked at."""
    for element in tree(page, path).iter():
        for name in ("src", "href"):
            assert not re.match(r"(?:https?:)?//", element.get(name) or "")
    assert "url(" not in ask(page, "page.css")[2]
    assert "@import" not in ask(page, "page.css")[2]


def luminance(colour: str) -> float:
    """WCAG's relative luminance of "#rrggbb"."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """WCAG's contrast ratio."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_contrast_is_measured_as_wcag_does() -> None:
    """Black on white is 21; #767676 on white is the known grey that just passes."""
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("scheme", [0, 1])
@pytest.mark.parametrize("ink", ["ink", "quiet", "accent"])
@pytest.mark.parametrize("ground", ["ground", "paper", "tint"])
def test_text_stands_out_from_its_ground_in_light_and_in_dark(scheme: int, ink: str, ground: str) -> None:
    """WCAG 1.4.3: at least 4.5 to 1."""
    style = (TEMPLATES / "page.css").read_text(encoding="utf-8")
    palettes = [
        dict(re.findall(r"--(\w+): (#[0-9a-f]{6})", found))
        for found in re.findall(r":root \{(.+?)\}", style, re.DOTALL)
    ]
    assert contrast(palettes[scheme][ink], palettes[scheme][ground]) >= 4.5


def test_a_post_is_read_as_it_was_kept() -> None:
    """The time in London's words and for machines."""
    (seen,) = shown.channel(
        [Post("000001", "k", "", "2026-07-01T08:00:00+00:00", cards.private_line("x & y"))]
    )
    assert (seen.when, seen.iso, seen.summary) == (
        "Wed 1 July 2026, 09:00",
        "2026-07-01T08:00:00+00:00",
        "x & y",
    )
