"""A mailbox that is a folder: `.eml` files or a Maildir. For laptops, tests, the demo, and servers that deliver to disk."""

import hashlib
import os
import stat
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from mail.errors import LetterGone, LetterTooBig, MailError
from mail.mailbox import Arrival, Waiting
from mail.parsing import received_time

LARGEST_LETTER = 40_000_000  # bytes; Exchange's own usual limit is 35 MB
_HEADER_BLOCK = 256_000
_UNFINISHED = (".part", ".tmp", ".partial", ".crdownload", ".filepart", "~")
_LONGEST_NAME = 200  # bytes; file systems hold 255, and a number may be added


class FolderMailbox:
    """Letters in `path/arrivals` (files `*.eml`, or a Maildir), or in `path` itself where that is a Maildir.

    Dealt-with letters go to `path/processed`, others to `path/set-aside`, by renaming. A letter's id is a digest of its
    file name and size: it says nothing of the name (which may hold a pupil's), and a file that is still growing has
    another id a moment later. Given `now`, a file changed within `settle` of it is left for the next look.
    """

    def __init__(
        self,
        path: Path | str,
        name: str = "folder",
        *,
        largest: int = LARGEST_LETTER,
        now: Callable[[], datetime] | None = None,
        settle: timedelta = timedelta(seconds=2),
    ) -> None:
        self.name = name
        self._path = Path(path)
        self._largest = largest
        self._now = now
        self._settle = settle
        self._seen: dict[
            str, Path
        ] = {}  # where the letters of the last listing lay: a shortcut, never the truth

    def prepare(self) -> None:
        """Make the mailbox's folders where they are missing."""
        try:
            for folder in (*self._sources(), self._processed, self._set_aside):
                folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise MailError(f"The mailbox folder cannot be made ({error.strerror}).") from error

    def waiting(self) -> Sequence[Waiting]:
        """What has not been dealt with, by the time it was received, then by file name. Raises `MailError`."""
        found = sorted(
            (self._received(file), file.path.name, file) for file in self._files() if self._is_settled(file)
        )
        self._seen = {file.id: file.path for _, _, file in found}
        return [Waiting(file.id, file.size) for _, _, file in found]

    def fetch(self, letter_id: str) -> Arrival:
        """The letter's bytes. Raises `LetterGone`, `LetterTooBig` (without reading it) or `MailError`."""
        file = self._find(letter_id)
        if file is None:
            raise LetterGone
        if file.size > self._largest:
            raise LetterTooBig(file.size, self._largest)
        raw = _read(file.path, file.size + 1)
        if len(raw) != file.size:
            raise LetterGone  # it is being written: it comes back under its new size
        return Arrival(raw, received_time(raw, file.changed))

    def file_processed(self, letter_id: str) -> None:
        """Move a letter to the processed folder; nothing happens when it has gone."""
        self._move(letter_id, self._processed)

    def set_aside(self, letter_id: str) -> None:
        """Move a letter to the set-aside folder; nothing happens when it has gone."""
        self._move(letter_id, self._set_aside)

    def check(self) -> str:
        """Say what waits, having tried to write where letters are moved to. Raises `MailError`."""
        for folder in (self._processed, self._set_aside):
            _try_writing(folder)
        waiting, strays = len(list(self._files())), self._strays()
        said = f"The mailbox folder can be used; letters that wait in {self._sources()[0].name}: {waiting}."
        return (
            f"{said} {strays} more beside that folder are not looked at: move them into it."
            if strays
            else said
        )

    def _strays(self) -> int:
        """Letters that somebody laid into the mailbox folder itself, where nothing finds them."""
        return sum(1 for _ in self._path.glob("*.eml"))

    @property
    def _processed(self) -> Path:
        return self._path / "processed"

    @property
    def _set_aside(self) -> Path:
        return self._path / "set-aside"

    def _sources(self) -> list[Path]:
        """The folders that letters lie in: `new` and `cur` of a Maildir, else the one of arrivals."""
        for folder in (self._path, self._path / "arrivals"):
            if (folder / "new").is_dir() and (folder / "cur").is_dir():
                return [folder / "new", folder / "cur"]
        return [self._path / "arrivals"]

    def _files(self) -> Iterator["_File"]:
        for source in self._sources():
            is_maildir = source.name in ("new", "cur")
            try:
                with os.scandir(source) as entries:
                    paths = [Path(e.path) for e in entries if _is_letter(e, any_name=is_maildir)]
            except OSError as error:
                raise MailError(f"The mailbox folder cannot be read ({error.strerror}).") from error
            yield from (file for path in paths if (file := _File.at(path)) is not None)

    def _find(self, letter_id: str) -> "_File | None":
        """The letter with this id: where it was last seen, else wherever it lies now."""
        seen = _File.at(self._seen[letter_id]) if letter_id in self._seen else None
        if seen is not None and seen.id == letter_id:
            return seen
        return next((file for file in self._files() if file.id == letter_id), None)

    def _received(self, file: "_File") -> datetime:
        try:
            return received_time(_read(file.path, _HEADER_BLOCK), file.changed)
        except LetterGone:
            return file.changed

    def _is_settled(self, file: "_File") -> bool:
        return self._now is None or not timedelta(0) <= self._now() - file.changed < self._settle

    def _move(self, letter_id: str, target: Path) -> None:
        file = self._find(letter_id)
        if file is None:
            return
        try:
            target.mkdir(parents=True, exist_ok=True)
            place = _free_place(target, file)
            if place is None:
                file.path.unlink(missing_ok=True)  # moved before, and the same letter was laid here again
            else:
                file.path.rename(place)
        except FileNotFoundError:
            return
        except OSError as error:
            raise MailError(f"The letter cannot be moved ({error.strerror}).") from error


@dataclass(frozen=True, slots=True, order=True)
class _File:
    path: Path
    size: int
    changed: datetime

    @classmethod
    def at(cls, path: Path) -> "_File | None":
        """The regular file at a path, None where there is none now."""
        try:
            status = path.lstat()
        except OSError:
            return None
        changed = datetime.fromtimestamp(status.st_mtime, UTC)
        return cls(path, status.st_size, changed) if stat.S_ISREG(status.st_mode) else None

    @property
    def base(self) -> str:
        """The name without the flags that a Maildir adds when a letter is looked at."""
        return self.path.name.partition(":2,")[0]

    @property
    def id(self) -> str:
        return hashlib.sha256(os.fsencode(self.base) + f"\0{self.size}".encode()).hexdigest()[:32]


def _is_letter(entry: "os.DirEntry[str]", *, any_name: bool) -> bool:
    """A finished regular file: no link, device or pipe, nothing hidden, nothing that a copy still writes to."""
    name = entry.name.lower()
    if name.startswith(".") or name.endswith(_UNFINISHED) or not (any_name or name.endswith(".eml")):
        return False
    try:
        return entry.is_file(follow_symlinks=False)
    except OSError:
        return False


def _read(path: Path, most: int) -> bytes:
    """At most so many bytes of a regular file; a link that has taken its place is not followed."""
    flags = (
        os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    )
    try:
        handle = os.open(path, flags)
    except FileNotFoundError:
        raise LetterGone from None
    except OSError as error:
        raise MailError(f"The letter cannot be read ({error.strerror}).") from error
    with os.fdopen(handle, "rb") as stream:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise LetterGone
        return stream.read(most)


def _free_place(folder: Path, file: _File) -> Path | None:
    """Where in a folder the file can go without covering another; None when just this file lies there already."""
    stem = file.base.removesuffix(".eml")
    if len(os.fsencode(stem)) > _LONGEST_NAME:
        stem = file.id
    number = 1
    while (place := folder / (f"{stem}.eml" if number == 1 else f"{stem}-{number}.eml")).exists():
        if place.stat().st_size == file.size and place.read_bytes() == file.path.read_bytes():
            return None
        number += 1
    return place


def _try_writing(folder: Path) -> None:
    probe = folder / ".moves-check.tmp"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe.write_bytes(b"")
        probe.unlink()
    except OSError as error:
        raise MailError(
            f"The folder “{folder.name}” of the mailbox cannot be written to ({error.strerror})."
        ) from error
