"""The team's channel in memory, for tests: it passes the same contract tests as the real ones."""

from dataclasses import dataclass, field
from typing import Any

from bot.ports import SurelyNotSent


@dataclass(slots=True)
class Posted:
    """A post of the fake channel."""

    place: str
    key: str
    thread: str
    content: dict[str, Any]


@dataclass(slots=True)
class InMemoryChannel:
    """The `Channel` port in memory.

    `troubles` are raised one a call, before anything is done; `lost` answers are raised after the post was accepted,
    as when the line is cut before the answer came.
    """

    posts: list[Posted] = field(default_factory=list)
    troubles: list[Exception] = field(default_factory=list)
    lost: list[Exception] = field(default_factory=list)

    def post(self, content: dict[str, Any], *, key: str, thread: str = "") -> str:
        """Keep a post."""
        self._trouble()
        place = str(len(self.posts) + 1)
        self.posts.append(Posted(place, key, thread, content))
        self._lose()
        return place

    def update(self, place: str, content: dict[str, Any], *, key: str) -> None:  # noqa: ARG002 - it keeps the key it was posted under
        """Redraw a post."""
        self._trouble()
        post = next((p for p in self.posts if p.place == place), None)
        if post is None:
            raise SurelyNotSent("the post is no longer there", final=True)
        post.content = content
        self._lose()

    def find(self, key: str, *, thread: str = "") -> str:
        """The place of the post with this key, "" when there is none."""
        self._trouble()
        return next((p.place for p in self.posts if p.key == key and p.thread == thread), "")

    def check(self) -> str:
        """Always there."""
        return "the channel is kept in memory"

    def _trouble(self) -> None:
        if self.troubles:
            raise self.troubles.pop(0)

    def _lose(self) -> None:
        if self.lost:
            raise self.lost.pop(0)
