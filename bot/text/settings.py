"""Words about settings: what is wrong, in which key, and what to do."""

from collections.abc import Iterable
from pathlib import Path

WHOLE_FILE = "moves.toml"
NOT_AN_ADDRESS = "write one e-mail address, such as school.admissions@council.example"
BAD_DATABASE_URL = "start it with sqlite:/// (a file on this computer) or postgresql:// (a server)"
BAD_KEY_SOURCE = "write keyring, file:PATH, environment:NAME or command:COMMAND"
TRIAL = "This is a trial: every letter goes to {address}, and none to a school."
WRONG_SOURCE = (
    "a secret may not stand here: write file:PATH, environment:NAME, command:COMMAND or keyring:NAME"
)
SLACK_NOT_WHOLE = 'with channel.kind = "slack", set slack.workspace (T…) and slack.channel (C…)'
SAME_MAILBOX_NAME = "two mailboxes have the same name; give each its own"

_FIXES = {
    "missing": "this is needed; add it",
    "union_tag_invalid": "there is no such kind; the README lists them",
    "extra_forbidden": "there is no such setting; check the spelling or remove it",
    "int_parsing": "write a whole number",
    "int_type": "write a whole number",
    "bool_parsing": "write true or false",
    "bool_type": "write true or false",
    "string_type": "write text in quotation marks",
    "path_type": "write a path in quotation marks",
    "datetime_from_date_parsing": "write a date and time, such as 2026-12-03T17:00:00",
    "datetime_parsing": "write a date and time, such as 2026-12-03T17:00:00",
}


def fix(kind: str, message: str) -> str:
    """What to do about one wrong setting: our own words where we have them, else the checker's."""
    return _FIXES.get(kind) or message.removeprefix("Value error, ")


def wrong(items: Iterable[tuple[str, str]]) -> str:
    """Every wrong key with its fix, a line each."""
    lines = "\n".join(f"  {key}: {advice}" for key, advice in items)
    return f"The settings have mistakes:\n{lines}"


def no_file(path: Path) -> str:
    """There is no settings file."""
    return f"There are no settings at {path}. Make them with: moves init {path.parent}"


def unreadable_file(key: str, path: Path) -> str:
    """A file that a key names cannot be read."""
    return f"{key}: the file {path} cannot be read. Check that it is there and that this user may read it."


def no_folder(key: str, folder: Path) -> str:
    """A folder that a key names is not there."""
    return f"{key}: there is no folder {folder}."


def bad_definition(key: str, problem: str) -> str:
    """A definition of a form is wrong; the problem begins with its file's name."""
    return f"{key}: {problem}"


def not_toml(path: Path, problem: str) -> str:
    """The settings file is not TOML."""
    return f"{path} cannot be understood: {problem}"


def secret_in_file(key: str, variable: str) -> str:
    """A secret stands in the settings file."""
    return f"{key}: a secret may not stand in moves.toml. Set {variable} in the environment, or name a file with {key}_file."


def no_token(kind: str) -> str:
    """Slack is to be used without a token."""
    return f"slack.{kind}_token: there is no token. Set MOVES_SLACK__{kind.upper()}_TOKEN or slack.{kind}_token_file."


def no_key(source: str) -> str:
    """The database key cannot be had."""
    return f"database.key: no key could be read from {source}. Without it the case database cannot be opened."


def no_secret(key: str, source: str) -> str:
    """A secret cannot be had."""
    return (
        f"{key}: nothing could be read from {source}. Check that it is there and that this user may read it."
    )


def no_mailbox(key: str, name: str) -> str:
    """A road names a mailbox that is not set up, or is of a kind that cannot do this."""
    return f"{key}: there is no mailbox “{name}” of a kind that can do this. Name one of [[mailboxes]]."


def bad_key(source: str) -> str:
    """What stands there is no key."""
    return f"database.key: what {source} gives is not a key (64 hexadecimal digits, as made by moves init)."
