"""The database key comes from where the settings say, and is never shown or overwritten."""

import stat
import sys
from collections.abc import Iterator
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends.fail import Keyring as NoKeyring

from bot.keys import keep_key, lies_with_data, new_key, read_key, write_key_file
from bot.settings import SettingsError


class MemoryKeyring(KeyringBackend):
    """A keyring that keeps what it is given."""

    priority = 1  # type: ignore[assignment]  # the library types it as a class property

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.kept[service, username]


@pytest.fixture(autouse=True)
def _keyring_put_back() -> Iterator[None]:
    before = keyring.get_keyring()
    yield
    keyring.set_keyring(before)


@pytest.fixture
def no_keyring() -> None:
    keyring.set_keyring(NoKeyring())


def test_a_key_is_32_random_bytes() -> None:
    """Two keys differ, and each is as long as the cipher wants."""
    first, second = new_key(), new_key()
    assert first != second
    assert len(bytes.fromhex(first)) == 32


def test_a_kept_key_is_read_back_from_the_keyring(tmp_path: Path) -> None:
    """Where the computer has a keyring, no file is written."""
    keyring.set_keyring(MemoryKeyring())
    key = new_key()
    source = keep_key(key, folder=tmp_path, key_file=tmp_path / "away" / "moves.key")
    assert source.startswith("keyring")
    assert read_key(source, folder=tmp_path) == bytes.fromhex(key)
    assert not (tmp_path / "away").exists()


@pytest.mark.usefixtures("no_keyring")
def test_without_a_keyring_the_key_goes_to_a_file_of_this_user_alone(tmp_path: Path) -> None:
    """The file is 0600 and leads back to the same key."""
    key = new_key()
    path = tmp_path / "away" / "moves.key"
    source = keep_key(key, folder=tmp_path / "data", key_file=path)
    assert read_key(source, folder=tmp_path) == bytes.fromhex(key)
    if sys.platform != "win32":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_key_file_is_never_overwritten(tmp_path: Path) -> None:
    """Overwriting it would lose every case under it."""
    path = tmp_path / "moves.key"
    write_key_file(path, new_key())
    with pytest.raises(FileExistsError):
        write_key_file(path, new_key())


def test_making_a_folder_ready_again_keeps_its_old_key(tmp_path: Path) -> None:
    """An old case database may need it, in the keyring and in a file alike."""
    keyring.set_keyring(MemoryKeyring())
    first, second = new_key(), new_key()
    path = tmp_path / "away" / "moves.key"
    for _ in range(2):
        source = keep_key(first, folder=tmp_path, key_file=path)
        assert read_key(keep_key(second, folder=tmp_path, key_file=path), folder=tmp_path).hex() == first
        assert source
        keyring.set_keyring(NoKeyring())


def test_a_key_comes_from_the_environment_or_a_command(tmp_path: Path) -> None:
    """A vault supplies it by command; a service by its environment."""
    key = new_key()
    assert read_key("environment:MY_KEY", folder=tmp_path, environment={"MY_KEY": key}) == bytes.fromhex(key)
    command = f"{sys.executable} -c \"print('{key}')\""
    assert read_key(f"command:{command}", folder=tmp_path) == bytes.fromhex(key)


@pytest.mark.parametrize(
    "source", ["file:absent.key", "environment:NOT_SET", "command:/no/such/program", "command:false"]
)
def test_a_key_that_cannot_be_had_names_its_source(tmp_path: Path, source: str) -> None:
    """The administrator is told where the key was looked for."""
    with pytest.raises(SettingsError, match=r"database\.key"):
        read_key(source, folder=tmp_path, environment={})


def test_what_is_not_a_key_is_refused_without_being_shown(tmp_path: Path) -> None:
    """A password pasted there by mistake does not end in a log."""
    with pytest.raises(SettingsError) as raised:
        read_key("environment:KEY", folder=tmp_path, environment={"KEY": "hunter2"})
    assert "hunter2" not in str(raised.value)
    with pytest.raises(SettingsError, match="64 hexadecimal"):
        read_key("environment:KEY", folder=tmp_path, environment={"KEY": "abcd"})


def test_a_key_beside_its_data_is_noticed(tmp_path: Path) -> None:
    """A thief of the folder would have both; `moves check` warns."""
    data = tmp_path / "work" / "cases"
    inside, away = tmp_path / "work" / "moves.key", tmp_path / "elsewhere" / "moves.key"
    assert lies_with_data(f"file:{inside}", folder=tmp_path / "work", data=data)
    assert lies_with_data("file:moves.key", folder=tmp_path / "work", data=data)
    assert not lies_with_data(f"file:{away}", folder=tmp_path / "work", data=data)
    assert not lies_with_data("keyring", folder=tmp_path / "work", data=data)
