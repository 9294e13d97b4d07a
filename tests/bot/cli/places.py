"""Where a test's own configuration lies."""

from pathlib import Path

import pytest
from keyring.errors import NoKeyringError


def without_keyring(patch: pytest.MonkeyPatch, place: Path) -> None:
    """A user's configuration folder of this test's own, and no keyring."""

    def no_keyring(*_: str) -> str:
        raise NoKeyringError

    patch.setattr("keyring.get_password", no_keyring)
    patch.setattr("platformdirs.user_config_dir", lambda *_, **__: str(place))
