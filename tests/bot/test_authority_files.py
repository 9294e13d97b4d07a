"""What an authority's own files come to: its protocol, terms in any of three ways, and versions of old beside the settings."""

from datetime import date
from pathlib import Path

import pytest

from bot.composition import read_rules
from bot.settings import load

AUTHORITIES = Path(__file__).parents[1] / "store" / "protocol" / "authorities"
TERMS = """kind,name,start,end
term,Autumn 2026,2026-09-03,2026-12-18
half-term,,2026-10-26,2026-10-30
term,Spring 2027,2027-01-05,2027-04-02
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Settings that name the protocol file of Greenwich and Waltham Forest, and terms in a CSV."""
    (tmp_path / "moves.toml").write_text(
        '[council]\nname = "Westhaven"\ninbox_address = "school.admissions@westhaven.example"\n'
        '[protocol]\nname = "ours.toml"\nterms = "terms.csv"\n',
        "utf-8",
    )
    text = (AUTHORITIES / "greenwich-waltham-forest.toml").read_text("utf-8")
    (tmp_path / "ours.toml").write_text(text.replace("version = 1\n", "version = 2\n", 1), "utf-8")
    (tmp_path / "terms.csv").write_text(TERMS, "utf-8")
    return tmp_path


def test_panels_follow_the_cadence_where_none_is_listed(folder: Path) -> None:
    """Every third Thursday from 10 September 2026; 24 December is a holiday, so the first day of spring."""
    panels = read_rules(load(folder)).panels
    assert panels[:6] == (
        date(2026, 9, 10),
        date(2026, 10, 1),
        date(2026, 10, 22),
        date(2026, 11, 12),
        date(2026, 12, 3),
        date(2027, 1, 5),
    )


def test_listed_panels_are_the_panels(folder: Path) -> None:
    """A date in the file of terms comes before any cadence."""
    (folder / "terms.csv").write_text(f"{TERMS}panel,,2026-12-10,\n", "utf-8")
    assert read_rules(load(folder)).panels == (date(2026, 12, 10),)


def test_r66_versions_of_old_lie_beside_the_settings(folder: Path) -> None:
    """R66: the case of last year finds the protocol that it started under."""
    assert read_rules(load(folder)).earlier == ()
    (folder / "protocols").mkdir()
    text = (AUTHORITIES / "greenwich-waltham-forest.toml").read_text("utf-8")
    (folder / "protocols" / "version 1.toml").write_text(text, "utf-8")
    rules = read_rules(load(folder))
    assert rules.protocol.key == "greenwich-waltham-forest/2"
    assert [protocol.key for protocol in rules.earlier] == ["greenwich-waltham-forest/1"]
