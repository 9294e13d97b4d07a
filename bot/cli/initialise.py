"""`moves init`: a commented settings file, the folders it names, and an encryption key away from the data."""

from importlib import resources
from pathlib import Path

import platformdirs

from bot import keys
from bot.settings import FILE_NAME, SettingsError
from bot.text import cli as words

_PRIVATE = 0o700
_CONTACTS = "urn,role,name,email\n"


def initialise(folder: Path) -> str:
    """Make `folder` ready and say what was made. Raises `SettingsError` where settings already stand."""
    target = folder.absolute()
    settings_file = target / FILE_NAME
    if settings_file.exists():
        raise SettingsError(words.ALREADY_THERE.format(path=settings_file))
    for name in ("", "mailbox", "mailbox/arrivals", "sent", "channel", "cases"):
        (target / name).mkdir(parents=True, exist_ok=True, mode=_PRIVATE)
    source = keys.keep_key(keys.new_key(), folder=target, key_file=_key_file(target))
    _write_new(target / "contacts.csv", _CONTACTS)
    _write_new(target / "schools.csv", _first_line(_shipped("demo", "gias-extract.csv")))
    _write_new(target / "terms.toml", _shipped("demo", "terms.toml"))
    # Last: a folder with moves.toml is a folder that is ready.
    _write_new(
        settings_file, _shipped("cli", "moves.toml.template").replace("{key}", source.replace("\\", "\\\\"))
    )
    arrivals = target / "mailbox" / "arrivals"
    steps = words.NEXT_STEPS.format(path=settings_file, folder=folder, arrivals=arrivals)
    return "\n".join([_key_words(source), "", steps])


def _key_file(target: Path) -> Path:
    name = "-".join(part for part in target.parts[1:] if part) or "moves"
    return Path(platformdirs.user_config_dir("managed-moves", appauthor=False)) / f"{name}.key"


def _key_words(source: str) -> str:
    kind, _, rest = source.partition(":")
    return words.KEY_IN_KEYRING if kind == "keyring" else words.KEY_IN_FILE.format(path=rest)


def _shipped(folder: str, name: str) -> str:
    return (
        resources.files("bot")
        .joinpath(folder, name)
        .read_bytes()
        .decode("cp1252" if name.endswith(".csv") else "utf-8")
    )


def _first_line(text: str) -> str:
    return text.partition("\n")[0].strip() + "\n"


def _write_new(path: Path, text: str) -> None:
    try:
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except FileExistsError:
        return  # the user's own file stays
