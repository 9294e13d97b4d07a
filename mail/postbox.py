"""A road for letters that is a folder: each one sent lies there as an `.eml` file."""

import contextlib
import hashlib
import os
from collections.abc import Sequence
from pathlib import Path

from mail.errors import MailError, NotSent, Uncertain


class FolderPostbox:
    """Puts letters into a folder. A file's name is a digest of its Message-ID: sending again covers the same file."""

    def __init__(self, path: Path | str) -> None:
        self._path = Path(path)

    def send(
        self,
        raw: bytes,
        *,
        sender: str,  # noqa: ARG002 - a folder asks for no envelope
        recipients: Sequence[str],
        message_id: str,
    ) -> None:
        """Put one rendered letter into the folder, whole or not at all. Raises `NotSent` or `Uncertain`."""
        if not recipients:
            raise NotSent("The letter has no recipient.", final=True)
        place = self._place(message_id)
        unfinished = place.with_name(f".{place.name}.part")
        try:
            self._path.mkdir(parents=True, exist_ok=True)
            _write_through(unfinished, raw)
        except OSError as error:
            raise NotSent(f"The folder of sent letters cannot be written to ({error.strerror}).") from error
        try:
            unfinished.replace(place)
            _settle(self._path)
        except OSError as error:
            raise Uncertain(f"The letter may not have been kept ({error.strerror}).") from error

    def sent(self, message_id: str) -> bool:
        """Whether a letter with this Message-ID lies in the folder. Raises `Uncertain` when that cannot be told."""
        try:
            self._place(message_id).stat()
        except FileNotFoundError:
            return False
        except OSError as error:
            raise Uncertain(f"The folder of sent letters cannot be read ({error.strerror}).") from error
        return True

    def check(self) -> str:
        """Say where letters go, having tried to write there. Raises `MailError`."""
        probe = self._path / ".moves-check.part"
        try:
            self._path.mkdir(parents=True, exist_ok=True)
            probe.write_bytes(b"")
            probe.unlink()
        except OSError as error:
            raise MailError(f"The folder of sent letters cannot be written to ({error.strerror}).") from error
        return "Letters are put into a folder; none leaves this computer."

    def _place(self, message_id: str) -> Path:
        return self._path / f"{hashlib.sha256(message_id.strip().encode()).hexdigest()[:32]}.eml"


def _write_through(path: Path, data: bytes) -> None:
    """Write a file that only its owner may read, and have it on the disk."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0), 0o600)
    with os.fdopen(handle, "wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(handle)


def _settle(folder: Path) -> None:
    """Have a renaming on the disk, where the system lets a folder be opened (Windows does not, and does it itself)."""
    with contextlib.suppress(PermissionError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
