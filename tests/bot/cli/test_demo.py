"""`moves demo` tells the same story every time, with no account of any kind and no name of a child."""

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

DEMO = Path(__file__).parents[3] / "bot" / "demo"
EXPECTED = tomllib.loads((DEMO / "expected.toml").read_text(encoding="utf-8"))


def private_words() -> set[str]:
    """Every pupil's names, date of birth and UPN in the sample forms."""
    words: set[str] = set()
    for path in (DEMO / "forms").glob("*.json"):
        truth: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))["truth"]
        words |= {str(truth[key]) for key in ("surname", "forename", "dob", "upn") if truth[key]}
    return words


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo")


def test_the_demo_tells_every_letter_every_case_and_no_name(moves: Any, place: Path) -> None:
    """17 letters and the cases of expected.toml are listed; no child can be recognised from what is printed."""
    said = moves("demo", "--no-serve", "--folder", place)
    assert said.code == 0, said.err
    assert len(re.findall(r"^\d+ +\d+ (Nov|Dec) 2026", said.out, re.MULTILINE)) == 17
    schools = {entry["school"] for entry in EXPECTED.values() if "school" in entry}
    assert schools
    for school in schools:
        assert school in said.out
    assert "Farbrook Academy" in said.out
    for word in private_words():
        assert not re.search(rf"\b{re.escape(word)}\b", said.out), word


def test_a_second_demo_in_the_same_folder_changes_nothing(moves: Any, tmp_path: Path) -> None:
    """The same letters, cases, posts and answers: nothing twice."""
    first = moves("demo", "--no-serve", "--folder", tmp_path)
    files = {path: path.read_bytes() for path in tmp_path.rglob("*.eml")}
    second = moves("demo", "--no-serve", "--folder", tmp_path)
    assert second == first
    assert {path: path.read_bytes() for path in tmp_path.rglob("*.eml")} == files


def test_a_kept_demo_can_be_looked_around_in(moves: Any, tmp_path: Path) -> None:
    """Its folder has settings: every listing works on it, and a corrected form shows what it changed."""
    assert moves("demo", "--no-serve", "--folder", tmp_path).code == 0
    cases = json.loads(moves("cases", "--folder", tmp_path, "--json").out)
    corrected = next(case["reference"] for case in cases if case["school"] == "The Weaver School")
    said = moves("case", corrected, "--folder", tmp_path)
    assert said.code == 0, said.err
    changed = said.out.partition("What corrected forms changed")[2]
    assert "DOB: left blank → " in changed


def test_the_demo_leaves_nothing_behind(moves: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a folder it works in a throwaway one."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert moves("demo", "--no-serve").code == 0
    assert list(tmp_path.glob("moves-demo-*")) == []


def test_the_clock_of_the_demo_can_be_set(moves: Any, tmp_path: Path) -> None:
    """Before the deadline the incomplete referrals still have time for the December panel."""
    said = moves("demo", "--no-serve", "--folder", tmp_path, "--clock", "2026-12-01T17:00:00")
    assert said.code == 0
    riverside = next(line for line in said.out.splitlines() if line.startswith("MM-") and "Riverside" in line)
    assert "10 December 2026" in riverside
