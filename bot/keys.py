"""The database key, made once, kept away from the data, read at start; and the other secrets, from the same sources.

Sources, as the settings name them: the operating system's keyring, a file, an environment variable, or a
command that prints it (so that a vault can supply it). The key is 32 bytes, written as 64 hexadecimal digits.
"""

import os
import secrets
import shlex
import subprocess
from collections.abc import Mapping
from pathlib import Path

import keyring
import keyring.errors

from bot.settings import SettingsError
from bot.text import settings as words

SERVICE = "managed-moves"
KEY_BYTES = 32


def new_key() -> str:
    """A fresh key as 64 hexadecimal digits."""
    return secrets.token_hex(KEY_BYTES)


def read_key(source: str, *, folder: Path, environment: Mapping[str, str] = os.environ) -> bytes:
    """The key that a `database.key` setting leads to. Raises `SettingsError` naming the source, never the key."""
    return _decoded(_read(source, folder, environment, words.no_key(source)), source)


def read_secret(key: str, source: str, *, folder: Path, environment: Mapping[str, str] = os.environ) -> str:
    """The secret that the setting `key` leads to, "" for no source. Raises `SettingsError`, never with the secret."""
    return _read(source, folder, environment, words.no_secret(key, source)) if source else ""


def _read(source: str, folder: Path, environment: Mapping[str, str], trouble: str) -> str:
    kind, _, rest = source.partition(":")
    readers = {
        "keyring": lambda: _from_keyring(rest or str(folder)),
        "file": lambda: _resolved(folder, rest).read_text(encoding="utf-8"),
        "environment": lambda: environment.get(rest, ""),
        "command": lambda: _from_command(rest),
    }
    try:
        text = readers[kind]().strip()
    except (OSError, UnicodeDecodeError, subprocess.SubprocessError, keyring.errors.KeyringError) as error:
        raise SettingsError(trouble) from error
    if not text:
        raise SettingsError(trouble)
    return text


def keep_key(key: str, *, folder: Path, key_file: Path) -> str:
    """Keep a new key in the keyring where there is one, else in a 0600 file away from the data; its source.

    A key that is already kept for this folder stays: it may be all that opens an old case database.
    """
    if _kept_in_keyring(key, str(folder)):
        return f"keyring:{folder}"
    if not key_file.exists():
        write_key_file(key_file, key)
    return f"file:{key_file}"


def _kept_in_keyring(key: str, entry: str) -> bool:
    try:
        if keyring.get_password(SERVICE, entry) is None:
            keyring.set_password(SERVICE, entry, key)
        return keyring.get_password(SERVICE, entry) is not None
    except (keyring.errors.KeyringError, OSError):
        return False  # no keyring on this computer: a file it is


def write_key_file(path: Path, key: str) -> None:
    """Write a key file that only this user may read. Raises `FileExistsError`: a key is never overwritten."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(key + "\n")


def lies_with_data(source: str, *, folder: Path, data: Path) -> bool:
    """Whether the key is kept in the folder of the data it protects: a thief of one would have both."""
    kind, _, rest = source.partition(":")
    if kind != "file":
        return False
    key = _resolved(folder, rest).resolve()
    return any(key.is_relative_to(place.resolve()) for place in (folder, data))


def _resolved(folder: Path, text: str) -> Path:
    path = Path(text).expanduser()
    return path if path.is_absolute() else folder / path


def _from_keyring(entry: str) -> str:
    return keyring.get_password(SERVICE, entry) or ""


def _from_command(command: str) -> str:
    done = subprocess.run(shlex.split(command), capture_output=True, text=True, timeout=30, check=True)  # noqa: S603 - the administrator's own setting
    return done.stdout


def _decoded(text: str, source: str) -> bytes:
    try:
        key = bytes.fromhex(text)
    except ValueError as error:
        raise SettingsError(words.bad_key(source)) from error
    if len(key) != KEY_BYTES:
        raise SettingsError(words.bad_key(source))
    return key
