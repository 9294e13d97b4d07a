"""A move recorded at the command line: what an officer types, and what is answered."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from bot.cli.app import app
from tests.bot.cli.test_commands import taken_in, westhaven  # noqa: F401 - fixtures

Officer = Callable[..., Any]


@pytest.fixture
def officer(moves: Any, westhaven: Path) -> Officer:  # noqa: F811 - the fixture
    """Types `moves WORDS` at a time on the wall."""

    def types(at: str, *words: str) -> Any:
        file = westhaven / "moves.toml"
        text = file.read_text(encoding="utf-8")
        file.write_text(re.sub(r"clock = \S+", f"clock = {at}:00", text), encoding="utf-8")
        by = ("--by", "Ines Marlow") if words[0] == "record" and words[1] != "out-of-borough" else ()
        return moves(*words, *by, "--folder", westhaven)

    return types


def ready(officer: Officer) -> str:
    cases = json.loads(officer("2026-12-03T17:00", "cases", "--json").out)
    return next(case["reference"] for case in cases if case["stage"] == "ready")


def to_the_start(officer: Officer, reference: str) -> None:
    def record(at: str, *words: str) -> None:
        said = officer(at, "record", words[0], reference, *words[1:])
        assert said.code == 0, said.err

    record("2026-12-04T10:00", "agenda")
    record("2026-12-11T10:00", "outcome", "recommended", "--minute", "10 December, 4.2")
    record("2026-12-11T10:00", "propose", "Castle Park High")
    for party in ("parent", "child", "home head", "receiving head"):
        record("2026-12-14T10:00", "agreement", party, "--who", "A. Person", "--shown", "letter")
    record("2026-12-14T11:00", "meeting", "2026-12-16")
    went_through = ("--positives", "--expectations", "--own-policy", "--professionals")
    record("2026-12-16T16:00", "meeting-held", "--present", "all", *went_through)
    record("2026-12-17T09:00", "placement", "Castle Park High", "2027-01-11")


def test_a_move_from_the_agenda_to_its_reviews(officer: Officer) -> None:
    """Each step is accepted in its turn; the diary then names both reviews, and the ledger one start at Castle Park."""
    reference = ready(officer)
    to_the_start(officer, reference)
    diary = officer("2026-12-17T09:00", "diary", "--from", "2027-01-11", "--to", "2027-04-30", "--json")
    reviews = [
        each["wall"]
        for each in json.loads(diary.out)
        if each["kind"] == "review" and each["case"] == reference
    ]
    assert reviews == ["2027-02-26T09:00:00", "2027-04-27T09:00:00"]
    ledger = json.loads(officer("2026-12-17T09:00", "ledger", "--json").out)
    assert [(each["account"], each["tried"], each["cases"]) for each in ledger] == [
        ("999107", 1, [reference])
    ]
    assert "Castle Park High" in officer("2026-12-17T09:00", "ledger").out
    assert "R29" in officer("2026-12-17T09:00", "diary", "--from", "2027-02-26", "--to", "2027-02-26").out


def test_a_refusal_names_its_rule(officer: Officer) -> None:
    """R38: a re-integration meeting on the day of the notice is too soon, and the answer says by which rule."""
    reference = ready(officer)
    to_the_start(officer, reference)
    said = officer(
        "2027-02-08T10:00", "record", "failure", reference, "2027-02-08", "--noticed", "2027-02-08T10:00"
    )
    assert said.code == 1
    assert "R38" in said.err


def test_a_wrong_word_is_answered_with_the_right_ones(officer: Officer) -> None:
    """A party that is none: the list is shown, and nothing is recorded."""
    said = officer(
        "2026-12-04T10:00", "record", "agreement", ready(officer), "uncle", "--who", "A", "--shown", "letter"
    )
    assert said.code == 1
    assert "receiving head" in said.err


def test_a_move_that_schools_tell_of_and_a_report_from_elsewhere(officer: Officer) -> None:
    """R52, R46: each opens a case of its own kind."""
    told = officer(
        "2026-12-04T10:00", "record", "notified", "Oakfield High School", "Castle Park High", "2027-01-11"
    )
    report = officer(
        "2026-12-04T10:00", "record", "out-of-borough", "999101", "--authority", "Eastmoor",
        "--received", "2026-12-04",
    )  # fmt: skip
    assert (told.code, report.code) == (0, 0), told.err + report.err
    cases = json.loads(officer("2026-12-04T10:00", "cases", "--json").out)
    assert {"notified only", "out of borough"} <= {case["kind"] for case in cases}


def test_an_exemption_is_granted_and_ended(officer: Officer) -> None:
    """R19, R20: with grounds of the protocol and the panel's minute; without a minute it is refused."""
    words = ("record", "exemption", "Riverside Academy", "2027-01-05", "2027-07-21")
    grounds = ("--grounds", "in special measures")
    assert officer("2026-12-04T10:00", *words, *grounds, "--minute", " ").code == 1
    granted = officer("2026-12-04T10:00", *words, *grounds, "--minute", "5 November, 3")
    assert granted.code == 0, granted.err
    ended = officer(
        "2027-02-12T10:00", "record", "exemption-end", "Riverside Academy", "2027-02-11", "--minute", "2"
    )
    assert ended.code == 0, ended.err


def test_every_record_has_a_help_that_says_what_it_records() -> None:
    """A sentence for each, and its rule or the words of a plain act."""
    commands: dict[str, Any] = get_command(app).commands["record"].commands  # type: ignore[attr-defined]
    plain = {"decline", "close", "snooze", "status"}
    assert len(commands) >= 34
    for name, command in commands.items():
        assert command.help.endswith("."), name
        assert name in plain or re.search(r"R\d+|guidance", command.help), name
