"""Settings: `moves.toml` and the environment (`MOVES_…`), checked whole at start.

Secrets never stand in `moves.toml`: they come from the environment or from files that it names.
"""

import re
import tomllib
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    Field,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from bot.mail_settings import FolderBox, FolderSending, MailboxSettings, Section, SendingSettings, untagged
from bot.text import settings as words

FILE_NAME = "moves.toml"
_ADDRESS = re.compile(r"[^@\s<>\"',;]+@[^@\s<>\"',;]+\.[^@\s<>\"',;.]+")


class SettingsError(Exception):
    """The settings are missing or wrong; the text names each key and its fix."""


def _address(value: str) -> str:
    if not _ADDRESS.fullmatch(value):
        raise ValueError(words.NOT_AN_ADDRESS)
    return value.lower()


EmailAddress = Annotated[str, AfterValidator(_address)]


class Council(Section):
    """Who the bot works for: names in letters, and the address that schools write to (R14)."""

    name: str = Field(min_length=1)
    officer: str = "Complex Case Officer"
    inbox_address: EmailAddress
    complaints: str = ""  # where a family can complain or find support (R57, R65): a sentence or an address


class Database(Section):
    """Where cases are kept. `key` says where the encryption key comes from, never what it is."""

    url: str = "sqlite:///cases/moves.db"
    key: str = "keyring"

    @field_validator("url")
    @classmethod
    def _known_kind(cls, value: str) -> str:
        if not value.startswith(("sqlite:///", "postgresql://", "postgresql+psycopg://")):
            raise ValueError(words.BAD_DATABASE_URL)
        return value

    @field_validator("key")
    @classmethod
    def _known_source(cls, value: str) -> str:
        kind, _, rest = value.partition(":")
        if kind == "keyring" or (kind in {"file", "environment", "command"} and rest):
            return value
        raise ValueError(words.BAD_KEY_SOURCE)


class TeamChannel(Section):
    """The team's channel: `local` keeps posts in a folder and shows them on a page; `slack` posts them there."""

    kind: Literal["local", "slack"] = "local"
    path: Path = Path("channel")
    page_port: int = Field(default=8765, ge=0, le=65535)


class Slack(Section):
    """The Slack workspace, its channel and who may do what (Slack user ids)."""

    workspace: str = ""
    channel: str = ""
    bot_token: SecretStr = SecretStr("")
    app_token: SecretStr = SecretStr("")
    bot_token_file: Path | None = None
    app_token_file: Path | None = None
    officers: tuple[str, ...] = ()
    deputies: tuple[str, ...] = ()
    panel_members: tuple[str, ...] = ()
    administrators: tuple[str, ...] = ()

    def token(self, kind: Literal["bot", "app"]) -> str:
        """The bot's or the app's token, from the environment or its file. Raises `SettingsError`."""
        value: SecretStr = getattr(self, f"{kind}_token")
        path: Path | None = getattr(self, f"{kind}_token_file")
        if value.get_secret_value():
            return value.get_secret_value()
        if path is None:
            raise SettingsError(words.no_token(kind))
        try:
            return path.read_text(encoding="utf-8").strip()
        except OSError as error:
            raise SettingsError(words.unreadable_file(f"slack.{kind}_token_file", path)) from error


class Schools(Section):
    """The school list (a GIAS extract) and the council's own list of contacts, both CSV files."""

    gias: Path = Path("schools.csv")
    contacts: Path = Path("contacts.csv")


class Rules(Section):
    """The protocol (a shipped one by name, or a file) and the file of terms and panel dates."""

    name: str = "salford"
    terms: Path = Path("terms.toml")


class Forms(Section):
    """A folder of form definitions of your own, besides the shipped ones."""

    definitions: Path | None = None


class Service(Section):
    """How often the mailbox is looked at, and what is logged. `clock` sets a fixed time: for demonstrations only."""

    poll_seconds: int = Field(default=60, ge=5, le=3600)
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    clock: datetime | None = None


class Settings(BaseSettings):
    """All settings. Relative paths are taken from the folder that `moves.toml` stands in."""

    model_config = SettingsConfigDict(
        env_prefix="MOVES_", env_nested_delimiter="__", extra="forbid", frozen=True, env_ignore_empty=True
    )

    folder: Path = Path()
    council: Council
    database: Database = Database()
    mailboxes: tuple[MailboxSettings, ...] = Field(default=(FolderBox(),), min_length=1)
    sending: SendingSettings = FolderSending()
    channel: TeamChannel = TeamChannel()
    slack: Slack = Slack()
    schools: Schools = Schools()
    protocol: Rules = Rules()
    forms: Forms = Forms()
    service: Service = Service()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003 - the library's signature
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the library's signature
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the library's signature
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment goes before the file."""
        return env_settings, init_settings

    @model_validator(mode="after")
    def _slack_is_whole(self) -> Self:
        if self.channel.kind == "slack" and not (self.slack.workspace and self.slack.channel):
            raise ValueError(words.SLACK_NOT_WHOLE)
        return self

    @model_validator(mode="after")
    def _mailbox_names_differ(self) -> Self:
        names = [mailbox.name for mailbox in self.mailboxes]
        if len(set(names)) < len(names):
            raise ValueError(words.SAME_MAILBOX_NAME)
        return self

    def at(self, path: Path) -> Path:
        """A path of these settings as an absolute one."""
        return path if path.is_absolute() else (self.folder / path).absolute()


def load(folder: Path) -> Settings:
    """Settings of a folder. Raises `SettingsError` naming every wrong key and its fix; nothing is written."""
    path = folder / FILE_NAME
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise SettingsError(words.no_file(path)) from error
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(words.unreadable_file(FILE_NAME, path)) from error
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(words.not_toml(path, str(error))) from error
    _refuse_secrets(data)
    return checked({**data, "folder": folder.absolute()})


def checked(data: Mapping[str, Any]) -> Settings:
    """Settings from plain data and the environment. Raises `SettingsError`."""
    try:
        return Settings(**data)
    except ValidationError as error:
        raise SettingsError(words.wrong([_said(item) for item in error.errors()])) from error


def _said(error: Any) -> tuple[str, str]:
    key = ".".join(str(part) for part in untagged(error["loc"])) or words.WHOLE_FILE
    return key, words.fix(error["type"], error["msg"])


def _refuse_secrets(data: Mapping[str, Any]) -> None:
    slack = data.get("slack")
    if not isinstance(slack, dict):
        return
    for name in ("bot_token", "app_token"):
        if name in slack:
            raise SettingsError(words.secret_in_file(f"slack.{name}", f"MOVES_SLACK__{name.upper()}"))
