"""Settings are checked whole at start, and a mistake is told with its key and its fix."""

from pathlib import Path

import pytest

from bot.settings import Settings, SettingsError, checked, load

MINIMAL = '[council]\nname = "Westhaven Council"\ninbox_address = "school.admissions@westhaven.example"\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "moves.toml").write_text(MINIMAL, encoding="utf-8")
    return tmp_path


def add(folder: Path, text: str) -> None:
    path = folder / "moves.toml"
    path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")


def test_a_council_and_its_inbox_are_all_that_must_be_said(folder: Path) -> None:
    """Every outside part has a default that works on a laptop with no accounts."""
    settings = load(folder)
    assert settings.council.inbox_address == "school.admissions@westhaven.example"
    assert settings.mailboxes[0].kind == "folder"
    assert settings.channel.kind == "local"
    assert settings.protocol.name == "salford"


def test_relative_paths_are_taken_from_the_settings_folder(folder: Path) -> None:
    """The bot may be started from anywhere."""
    settings = load(folder)
    assert settings.at(settings.sending.path) == folder.absolute() / "sent"
    assert settings.at(Path("/elsewhere")) == Path("/elsewhere")


def test_no_settings_says_how_to_make_them(tmp_path: Path) -> None:
    """A folder without moves.toml leads to `moves init`."""
    with pytest.raises(SettingsError, match="moves init"):
        load(tmp_path)


@pytest.mark.parametrize(
    ("text", "key", "fix"),
    [
        ("[service]\npoll_seconds = 'often'\n", "service.poll_seconds", "whole number"),
        ("[service]\npoll_secnods = 30\n", "service.poll_secnods", "no such setting"),
        ("[service]\npoll_seconds = 1\n", "service.poll_seconds", "greater than or equal to 5"),
        ("[database]\nurl = 'mysql://x'\n", "database.url", "sqlite:///"),
        ("[database]\nkey = 'hunter2'\n", "database.key", "keyring"),
        ("[database]\nkey = 'file:'\n", "database.key", "file:PATH"),
        ("[[mailboxes]]\nname = 'Our Inbox'\n", "mailboxes.0.name", "pattern"),
        ("[channel]\nkind = 'slack'\n", "moves.toml", "slack.workspace"),
        ("[[mailboxes]]\n[[mailboxes]]\n", "moves.toml", "same name"),
        ('[channel]\nkind = "teams"', "channel.kind", "write 'local' or 'slack'"),
    ],
)
def test_a_wrong_setting_is_named_with_its_fix(folder: Path, text: str, key: str, fix: str) -> None:
    """The error names the key and says what to write instead."""
    add(folder, text)
    with pytest.raises(SettingsError) as raised:
        load(folder)
    assert key in str(raised.value)
    assert fix in str(raised.value)


def test_all_mistakes_are_told_at_once(folder: Path) -> None:
    """Nobody mends settings one start at a time."""
    add(folder, "[service]\npoll_seconds = 'often'\n[database]\nurl = 'mysql://x'\n")
    with pytest.raises(SettingsError) as raised:
        load(folder)
    assert "service.poll_seconds" in str(raised.value)
    assert "database.url" in str(raised.value)


def test_an_address_must_be_one_address() -> None:
    """The inbox address stands in every letter's Reply-To: a list or a name would break it."""
    with pytest.raises(SettingsError, match=r"council\.inbox_address"):
        checked({"council": {"name": "W", "inbox_address": "a@b.example, c@d.example"}})


def test_the_environment_goes_before_the_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """MOVES_… overrides moves.toml, one value at a time."""
    add(folder, "[service]\npoll_seconds = 30\n")
    monkeypatch.setenv("MOVES_SERVICE__POLL_SECONDS", "90")
    settings = load(folder)
    assert settings.service.poll_seconds == 90
    assert settings.council.name == "Westhaven Council"


@pytest.mark.parametrize("name", ["bot_token", "app_token"])
def test_a_secret_in_the_file_is_refused(folder: Path, name: str) -> None:
    """Secrets come from the environment or from files; the message does not repeat the secret."""
    add(folder, f"[slack]\n{name} = 'xoxb-very-secret'\n")
    with pytest.raises(SettingsError) as raised:
        load(folder)
    assert f"MOVES_SLACK__{name.upper()}" in str(raised.value)
    assert "very-secret" not in str(raised.value)


def test_a_token_comes_from_the_environment_or_a_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both roads lead to the same token, and neither shows in the settings' own text."""
    token_file = folder / "token"
    token_file.write_text("xoxb-from-file\n", encoding="utf-8")
    add(folder, f"[slack]\nbot_token_file = '{token_file}'\n")
    monkeypatch.setenv("MOVES_SLACK__APP_TOKEN", "xapp-from-environment")
    settings = load(folder)
    assert settings.slack.token("bot") == "xoxb-from-file"
    assert settings.slack.token("app") == "xapp-from-environment"
    assert "from-environment" not in repr(settings)


def test_a_missing_token_is_told_by_its_key(folder: Path) -> None:
    """The message names the variable to set."""
    with pytest.raises(SettingsError, match="MOVES_SLACK__BOT_TOKEN"):
        load(folder).slack.token("bot")


def test_broken_toml_is_told_with_its_line(folder: Path) -> None:
    """The reader's own message says where."""
    add(folder, "[service\n")
    with pytest.raises(SettingsError, match="line 4"):
        load(folder)


def test_settings_cannot_be_changed_while_running(folder: Path) -> None:
    """What was checked at start stays as it was."""
    settings: Settings = load(folder)
    with pytest.raises(ValueError, match="frozen"):
        settings.service.poll_seconds = 5  # type: ignore[misc]
