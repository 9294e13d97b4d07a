"""`moves protocol` and `moves rules`, by what a person sees of them."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from store.protocol.rulebook import names
from tests.bot.cli.conftest import Moves

AUTHORITIES = sorted((Path(__file__).parents[2] / "store" / "protocol" / "authorities").glob("*.toml"))
DEVON = next(path for path in AUTHORITIES if path.stem == "devon")


@pytest.fixture
def devon(tmp_path: Path) -> Callable[[str, str], Path]:
    """Devon's file with one text of it changed."""

    def change(old: str, new: str) -> Path:
        text = DEVON.read_text("utf-8")
        assert old in text
        path = tmp_path / "ours.toml"
        path.write_text(text.replace(old, new, 1), "utf-8")
        return path

    return change


@pytest.mark.parametrize("path", AUTHORITIES, ids=lambda path: path.stem)
def test_a_sound_file_is_said_to_be_sound(moves: Moves, path: Path) -> None:
    """With its title, its key and since when it is in force."""
    said = moves("protocol", "check", path)
    assert (said.code, said.err) == (0, "")
    assert said.out.startswith(f"{path.name} is sound: ")
    assert f"{path.stem}/1" in said.out


def test_mistakes_are_told_all_at_once_on_the_error_stream(
    moves: Moves, devon: Callable[[str, str], Path]
) -> None:
    """Key, what is wrong, what to do; exit code 2."""
    path = devon('level = "must"', 'level = "maybe"')
    path.write_text(path.read_text("utf-8").replace("end_agreed", "end_agred"), "utf-8")
    said = moves("protocol", "check", path)
    assert (said.code, said.out) == (2, "")
    assert "ours.toml: placement.end_agred is not a setting. Did you mean 'end_agreed'?" in said.err
    assert "ours.toml: required[1].level is 'maybe'. It should be 'must' or 'should'." in said.err


def test_a_field_that_no_form_can_answer_is_told_with_the_nearest(
    moves: Moves, devon: Callable[[str, str], Path]
) -> None:
    """A requirement that nothing could ever meet would keep every referral incomplete."""
    said = moves("protocol", "check", devon('field = "move.reason"', 'field = "move.reasons"'))
    assert said.code == 2
    assert (
        "ours.toml: required[4] asks for 'move.reasons', which is no field. Did you mean 'move.reason'?"
        in said.err
    )


@pytest.mark.parametrize("name", names())
def test_a_shipped_protocol_is_shown_with_the_source_of_each_setting(moves: Moves, name: str) -> None:
    """By name; every document that it cites is listed."""
    said = moves("protocol", "show", name)
    assert said.code == 0
    assert f"({name}/1)" in said.out.splitlines()[0]
    assert "national guidance: " in said.out
    assert "None" not in said.out


def test_what_is_shown_reads_like_the_document(moves: Moves) -> None:
    """Salford's deadline, gate and agreement."""
    out = moves("protocol", "show", "salford").out
    assert "  weekday: wednesday\n  weeks before: 1\n  cut off: end of day\n" in out
    assert "  source: Salford 3.1 Referral (R27)\n" in out
    assert "hold: virtual school head; field: pupil.looked_after — Salford preamble (R4)" in out
    assert "Managed Move Research Project: agreed actions" in out
    assert "Ranking of schools (kept as data; nothing obeys it yet)" in out


def test_a_file_is_shown_and_a_name_that_is_none_is_refused(moves: Moves) -> None:
    """A path ends in .toml."""
    assert "Devon managed moves protocol (devon/1)" in moves("protocol", "show", DEVON).out
    said = moves("protocol", "show", "devon")
    assert said.code == 2
    assert "one of: norfolk, salford, southwark" in said.err


def test_the_rules_are_listed_for_people_and_for_programs(moves: Moves) -> None:
    """Sixty-six, each with its tests."""
    listed = moves("rules")
    assert listed.code == 0
    assert all(f"R{number} " in listed.out for number in range(1, 67))
    data = json.loads(moves("rules", "--json").out)
    assert [entry["rule"] for entry in data] == [f"R{number}" for number in range(1, 67)]
    assert all(entry["tests"] and entry["where"] for entry in data)


def test_the_page_of_the_rules_is_printed_as_it_stands_in_the_docs(moves: Moves) -> None:
    """So that `moves rules --markdown > docs/rules.md` makes it anew."""
    page = (Path(__file__).parents[3] / "docs" / "rules.md").read_text("utf-8")
    assert moves("rules", "--markdown").out == page
