"""The team's channel as a folder: one JSON file a post, for a team without Slack and for the demo.

A file holds what Slack would have been sent and nothing more: text, blocks, key, thread and the time of posting. Its
name is a number. A file appears whole or not at all, so a kill at any point loses or doubles nothing.
"""

import json
import os
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from bot.clock import Clock, SystemClock
from bot.ports import ChannelError, SurelyNotSent, Uncertain


@dataclass(frozen=True, slots=True)
class Post:
    """One post as kept: `thread` is the place it stands under, "" for one of the channel's own."""

    place: str
    key: str
    thread: str
    posted: str  # ISO, aware
    content: dict[str, Any]


class FolderChannel:
    """The `Channel` port on a folder, which is made when it is first needed."""

    def __init__(self, path: Path, clock: Clock | None = None) -> None:
        self._path = path
        self._clock = clock or SystemClock()

    def post(self, content: dict[str, Any], *, key: str, thread: str = "") -> str:
        """Keep a post under the next free number. Raises `SurelyNotSent` when the folder cannot be written."""
        try:
            place = self._claim()
            self._write(Post(place, key, thread, self._clock.now().isoformat(), content))
        except OSError as error:
            raise SurelyNotSent(f"the channel's folder cannot be written: {error.strerror}") from error
        return place

    def update(self, place: str, content: dict[str, Any], *, key: str) -> None:  # noqa: ARG002 - it keeps the key it was posted under
        """Redraw a post. Raises `SurelyNotSent`, for good when there is no such post."""
        post = self._read(self._file(place))
        if post is None:
            raise SurelyNotSent("the post is no longer there", final=True)
        try:
            self._write(Post(post.place, post.key, post.thread, post.posted, content))
        except OSError as error:
            raise SurelyNotSent(f"the channel's folder cannot be written: {error.strerror}") from error

    def find(self, key: str, *, thread: str = "") -> str:
        """The place of the post with this key, "" when there is none. Raises `Uncertain` when the folder is unreadable."""
        try:
            return next((p.place for p in self.posts() if p.key == key and p.thread == thread), "")
        except OSError as error:
            raise Uncertain(f"the channel's folder cannot be read: {error.strerror}") from error

    def check(self) -> str:
        """Try to write to the folder. Raises `ChannelError`."""
        try:
            self._path.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=self._path):
                pass
        except OSError as error:
            raise ChannelError(
                f"the channel's folder {self._path} cannot be written: {error.strerror}"
            ) from error
        return f"the channel is kept in {self._path}"

    def posts(self) -> Iterator[Post]:
        """All posts, oldest first."""
        files = sorted(self._path.glob("*.json")) if self._path.is_dir() else []
        return (post for post in map(self._read, files) if post is not None)

    def _claim(self) -> str:
        """The next free number, taken by making its file, which only one process can."""
        self._path.mkdir(parents=True, exist_ok=True)
        number = max((int(f.stem) for f in self._path.glob("*.json") if f.stem.isdecimal()), default=0)
        while True:
            number += 1
            try:
                self._file(f"{number:06d}").touch(exist_ok=False)
            except FileExistsError:
                continue
            return f"{number:06d}"

    def _write(self, post: Post) -> None:
        handle, temporary = tempfile.mkstemp(dir=self._path, suffix=".part")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump(asdict(post), file, ensure_ascii=False, indent=1)
                file.flush()
                os.fsync(file.fileno())
            Path(temporary).replace(self._file(post.place))
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
        _sync_folder(self._path)

    def _read(self, file: Path) -> Post | None:
        """A post; None for a number that was taken by a process that died before it wrote."""
        try:
            text = file.read_text(encoding="utf-8")
        except FileNotFoundError:
            return None
        return Post(**json.loads(text)) if text else None

    def _file(self, place: str) -> Path:
        if not (place.isascii() and place.isdecimal()):
            raise SurelyNotSent("that is no place of this channel", final=True)
        return self._path / f"{place}.json"


def _sync_folder(path: Path) -> None:
    """Make a new name in a folder last. Windows does this by itself and cannot open a folder."""
    if os.name == "nt":
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
