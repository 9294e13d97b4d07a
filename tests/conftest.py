"""What holds for every test: a bare environment, and `needs(part)`."""

import importlib.util
import os
import shutil

import pytest

_OURS = ("MOVES_", "SLACK_")
_PROXIES = ("http_proxy", "https_proxy", "ftp_proxy", "all_proxy", "no_proxy")


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting, token or proxy of the machine reaches a test."""
    for name in list(os.environ):
        if name.startswith(_OURS) or name.lower() in _PROXIES:
            monkeypatch.delenv(name)


# A part is a program on the path; here where it has another name or place.
_PROGRAMS = {"libreoffice": "soffice", "dovecot": "/usr/sbin/dovecot"}


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip what needs an absent part of the system and say so; in CI, where every part belongs, fail."""
    for marker in item.iter_markers("needs"):
        for part in marker.args:
            if not _is_there(part):
                absent = pytest.fail if os.environ.get("CI") == "true" else pytest.skip
                absent(f"{part} is not installed")


def _is_there(part: str) -> bool:
    return shutil.which(_PROGRAMS.get(part, part)) is not None or importlib.util.find_spec(part) is not None
