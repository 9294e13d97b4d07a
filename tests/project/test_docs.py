"""What the documents show works: settings are settings, and links lead somewhere."""

import re
import tomllib
from pathlib import Path

import pytest

from bot.settings import checked

ROOT = Path(__file__).parents[2]
DOCUMENTS = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
COUNCIL = {"name": "Westhaven", "inbox_address": "school.admissions@westhaven.example"}


def settings_shown() -> list[tuple[str, str]]:
    """Every TOML example of the guides for councils."""
    guides = [ROOT / "docs" / "mailboxes.md", ROOT / "docs" / "slack.md"]
    found = [
        (f"{path.name}-{number}", re.sub(r"(?m)^ {3}", "", block))
        for path in guides
        for number, block in enumerate(
            re.findall(r"```toml\n(.*?)```", path.read_text(encoding="utf-8"), re.DOTALL), 1
        )
    ]
    assert len(found) >= 4
    return found


@pytest.mark.parametrize(
    "text", [text for _, text in settings_shown()], ids=[name for name, _ in settings_shown()]
)
def test_every_example_of_settings_is_accepted(text: str) -> None:
    """An administrator copies it from the guide: each key must be one, and each value possible."""
    assert checked({"council": COUNCIL, **tomllib.loads(text)})


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_within_the_project_leads_somewhere(path: Path) -> None:
    """No guide sends its reader to a page that is not there."""
    for target in re.findall(r"\]\(([^)#]+)\)", path.read_text(encoding="utf-8")):
        if "://" not in target:
            assert (path.parent / target).exists(), target
