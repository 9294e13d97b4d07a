"""Posts of the channel as the page shows them: the blocks that Slack would have drawn, read into plain parts."""

import html
import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from markupsafe import Markup

from bot.local.folder import Post
from bot.text import dates

Block = dict[str, Any]

NOTHING = Markup()
_CODE = re.compile(r"`([^`\n]+)`")
_BOLD = re.compile(r"(?<!\w)\*([^*\n]+)\*(?!\w)")


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a post. `kind` chooses how the template draws it; `buttons` are named, and pressed in Slack only."""

    kind: str  # "head", "text", "facts", "note", "buttons", "line", "unknown"
    text: Markup = NOTHING
    facts: tuple[tuple[Markup, Markup], ...] = ()
    buttons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Shown:
    """A post with what stands in its thread, oldest first."""

    place: str
    when: str
    iso: str
    summary: str
    parts: tuple[Part, ...]
    thread: tuple["Shown", ...] = ()


def channel(posts: Iterable[Post]) -> list[Shown]:
    """The channel's own posts, newest first, each with its thread."""
    threads: dict[str, list[Post]] = defaultdict(list)
    for post in posts:
        threads[post.thread].append(post)
    return [_shown(post, threads[post.place]) for post in reversed(threads[""])]


def _shown(post: Post, thread: Iterable[Post] = ()) -> Shown:
    blocks = post.content.get("blocks", [])
    return Shown(
        place=post.place,
        when=dates.moment(datetime.fromisoformat(post.posted)),
        iso=post.posted,
        summary=html.unescape(str(post.content.get("text", ""))),
        parts=tuple(part(block) for block in blocks),
        thread=tuple(_shown(line) for line in thread),
    )


def part(block: Block) -> Part:
    """A block; one that this page cannot draw is said to be missing, never left out."""
    kind = str(block.get("type"))
    return DRAWN[kind](block) if kind in DRAWN else Part("unknown", Markup.escape(kind))


def _header(block: Block) -> Part:
    return Part("head", markup(block["text"]))


def _section(block: Block) -> Part:
    if "fields" in block:
        return Part("facts", facts=tuple(_fact(field) for field in block["fields"]))
    named = (_label(block["accessory"]),) if "accessory" in block else ()
    return Part("text", markup(block["text"]), buttons=named)


def _context(block: Block) -> Part:
    return Part("note", Markup(" ").join(markup(element) for element in block["elements"]))


def _actions(block: Block) -> Part:
    return Part("buttons", buttons=tuple(_label(element) for element in block["elements"]))


def _divider(_block: Block) -> Part:
    return Part("line")


DRAWN: dict[str, Callable[[Block], Part]] = {
    "header": _header,
    "section": _section,
    "context": _context,
    "actions": _actions,
    "divider": _divider,
}


def markup(text: dict[str, Any]) -> Markup:
    """A text object as HTML: everything is escaped, then code and bold are drawn. No link is ever made."""
    safe = html.escape(html.unescape(text["text"]))
    if text["type"] == "mrkdwn":
        safe = _BOLD.sub(r"<strong>\1</strong>", _CODE.sub(r"<code>\1</code>", safe))
    return Markup(safe.replace("\n", "<br>"))  # noqa: S704 - escaped two lines above; what is added is ours


def _fact(field: dict[str, Any]) -> tuple[Markup, Markup]:
    """A field of ours is its name in bold, then its value on the next line."""
    name, _, value = str(field["text"]).partition("\n")
    return markup({"type": "plain_text", "text": name.strip("*")}), markup({**field, "text": value})


def _label(button: dict[str, Any]) -> str:
    return html.unescape(str(button["text"]["text"]))
