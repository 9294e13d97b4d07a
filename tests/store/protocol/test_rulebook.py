"""A protocol as data: what ships is whole, and a mistake in a file is named with its key and its fix."""

import tomllib
from copy import deepcopy
from datetime import date, time
from importlib import resources
from pathlib import Path
from typing import Any

import pytest

from store.errors import BadProtocol
from store.protocol import load
from store.protocol.case import Hold
from store.protocol.rulebook import names
from store.protocol.wall import END_OF_DAY


def shipped(name: str = "salford") -> dict[str, Any]:
    return tomllib.loads((resources.files("store.protocol") / f"{name}.toml").read_text("utf-8"))


def test_three_protocols_ship() -> None:
    """Salford, Southwark and Norfolk."""
    assert names() == ("norfolk", "salford", "southwark")


@pytest.mark.parametrize("name", ["norfolk", "salford", "southwark"])
def test_what_ships_loads_by_name_and_by_version(name: str) -> None:
    """A case keeps "salford/1"; that key loads the same protocol."""
    protocol = load(name)
    assert protocol.key == f"{name}/1"
    assert load(protocol.key) == protocol


@pytest.mark.parametrize("name", ["norfolk", "southwark"])
def test_no_other_authoritys_document_is_named(name: str) -> None:
    """An authority is never quoted another's document."""
    words = {document.title + document.short for document in load(name).documents.values()}
    assert not any("Salford" in word for word in words)


def test_r27_salfords_deadline_is_as_the_document_says() -> None:
    """R27: "by the Weds of the week prior to panel", no hour."""
    rule = load("salford").deadline
    assert rule is not None
    assert (rule.weekday, rule.weeks_before, rule.cut_off) == ("wednesday", 1, END_OF_DAY)
    assert load("salford").source(rule.cite) == "Salford 3.1 Referral"


def test_r15_r27_salfords_reminders() -> None:
    """Panel 5 and 1 school days before, deadline 2, at 09:00 on the wall."""
    protocol = load("salford")
    assert protocol.panel_reminder is not None
    assert protocol.deadline_reminder is not None
    assert (protocol.panel_reminder.school_days_before, protocol.panel_reminder.at) == ((5, 1), time(9))
    assert (protocol.deadline_reminder.school_days_before, protocol.deadline_reminder.at) == ((2,), time(9))


def test_r2_r4_r56_salfords_holds() -> None:
    """R4 with its notice by R2; R56 by national guidance, for Salford's own text does not say it."""
    holds = load("salford").hold
    assert [(rule.hold, rule.field, rule.cite.rule, rule.cite.document) for rule in holds] == [
        (Hold.VIRTUAL_SCHOOL_HEAD, "pupil.looked_after", "R4", "salford"),
        (Hold.SEN_CASEWORKER, "send.ehcp", "R56", "guidance"),
    ]
    assert [rule.notice.rule for rule in holds if rule.notice] == ["R2"]


def test_r49_to_r66_are_never_cited_from_salford() -> None:
    """Salford clauses may be cited for R1 to R48 only."""
    for line in load("salford").required:
        assert line.cite.document != "salford" or int(line.cite.rule[1:]) <= 48


def test_r66_southwarks_version_is_its_pages_date() -> None:
    """R66: page last updated 7 November 2024."""
    assert load("southwark").effective_from == date(2024, 11, 7)


def changed(path: tuple[str | int, ...], value: object) -> dict[str, Any]:
    """Salford's data with one key set, or taken out if the value is None."""
    data = deepcopy(shipped())
    place: Any = data
    for step in path[:-1]:
        place = place[step]
    if value is None:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return data


@pytest.mark.parametrize(
    ("path", "value", "says"),
    [
        (("panel", "name"), None, "panel.name is missing. Add it."),
        (("required", 0, "level"), "maybe", "required[1].level is 'maybe'. It should be 'must' or 'should'."),
        (("deadline", "weekday"), "wensday", "deadline.weekday is 'wensday'."),
        (("deadline", "weeks_befor"), 1, "Did you mean 'weeks_before'?"),
        (("deadline", "school_days_before"), 5, "give either weekday (with weeks_before) or school_days_before"),
        (("deadline", "cite", "rule"), "R99", "deadline.cite.rule is 'R99'."),
        (("deadline", "cite", "document"), "souhtwark", "cites the document 'souhtwark'; add it to [documents]"),
        (("panel_reminder", "at"), "01:30", "exists twice, when the clocks change"),
        (("zone",), "Europe/Paris", "zone is 'Europe/Paris'. It should be 'Europe/London'."),
        (("panel",), None, "needs [panel]"),
        (("deadline",), None, "[deadline_reminder] needs [deadline]"),
        (("version",), 0, "version is 0."),
    ],
)  # fmt: skip
def test_a_mistake_names_the_key_and_the_fix(
    tmp_path: Path, path: tuple[str | int, ...], value: object, says: str
) -> None:
    """An officer can mend the file from the message alone."""
    with pytest.raises(BadProtocol) as caught:
        load(_written(tmp_path, changed(path, value)))
    assert says in str(caught.value)
    assert str(caught.value).startswith("ours.toml: ")


def test_all_mistakes_are_told_at_once_a_line_each(tmp_path: Path) -> None:
    """Three slips of three kinds, and no officer who must try three times."""
    data = changed(("required", 0, "level"), "maybe")
    del data["panel"]["name"]
    data["deadline"]["weeks_befor"] = data["deadline"].pop("weeks_before")
    with pytest.raises(BadProtocol) as caught:
        load(_written(tmp_path, data))
    lines = str(caught.value).splitlines()
    assert len(lines) == 3
    assert all(line.startswith("ours.toml: ") for line in lines)


@pytest.mark.parametrize(
    ("path", "value", "says"),
    [
        (("effective_to",), date(2026, 7, 1), "effective_to lies before effective_from"),
        (("placement", "longest_weeks"), 0, "placement.longest_weeks is 0."),
        (("extension", "longest_weeks"), 6, "longest_weeks of [extension] is shorter than its after_weeks"),
        (("reviews", "points"), ["end"], "points of [reviews] need a placement with an end"),
        (("reviews", "weeks"), [12, 6], "weeks of [reviews] must rise, each once."),
        (("reviews", "weeks"), [], "reviews: Correct it: give weeks"),
        (("agreement", 1, "party"), "parent", "[[agreement]] has 'parent' 2 times; keep one."),
        (("hold", 1, "hold"), "virtual school head", "[[hold]] has 'virtual school head' 2 times; keep one."),
        (("required", 1, "field"), "pupil.name", "[[required]] has 'pupil.name' 2 times; keep one."),
        (("follow_up", "when"), "school weeks", "follow_up: Correct it: give weeks with when"),
        (("panel", "cadence"), {"unit": "weeks", "weekday": "thursday"}, "needs its first day"),
        (("exclusion",), [{"field": "a", "because": "b", "cite": {"rule": "R7", "document": "own"}}], "give one of equals, below, one_of"),
        (("retention", 0, "after"), "never", "It should be 'closure' or 'date of birth'."),
        (("ranking", "factors"), {"distance": 1}, "It should be 'proximity', 'parental preference' or 'pupils placed'."),
        (("template",), [{"letter": "needed", "file": "../x", "cite": {"document": "own"}}], "template[1].file is '../x'."),
        (("prompts", "cite", "document"), "gone", "a setting cites the document 'gone'"),
    ],
)  # fmt: skip
def test_what_does_not_fit_together_is_told_with_its_fix(
    tmp_path: Path, path: tuple[str | int, ...], value: object, says: str
) -> None:
    """Beyond single settings: dates, lengths, twins, and the shapes of what nothing obeys yet."""
    with pytest.raises(BadProtocol) as caught:
        load(_written(tmp_path, changed(path, value)))
    assert says in str(caught.value)


@pytest.mark.parametrize("name", ["norfolk", "salford", "southwark"])
def test_every_setting_that_ships_names_its_source(name: str) -> None:
    """Document and clause, for each part of a protocol: a document's, national guidance's, or its own option."""
    protocol = load(name)
    parts = [getattr(protocol, part) for part in type(protocol).model_fields]
    settings = [each for part in parts for each in (part if isinstance(part, tuple) else (part,))]
    cites = [each.cite for each in settings if hasattr(each, "cite")]
    assert len(cites) > 20
    assert all(cite is not None and cite.clause for cite in (*cites, protocol.cite))


def test_an_authority_brings_its_own_file(tmp_path: Path) -> None:
    """By path; what it changes is what it says."""
    protocol = load(_written(tmp_path, changed(("deadline", "cut_off"), "12:00")))
    assert protocol.deadline is not None
    assert protocol.deadline.cut_off == time(12)


def test_what_is_not_there_is_said_with_what_is() -> None:
    """The names that ship are listed."""
    with pytest.raises(BadProtocol, match="one of: norfolk, salford, southwark"):
        load("salfrod")
    with pytest.raises(BadProtocol, match="the one that ships is salford/1"):
        load("salford/7")


def test_a_file_that_is_not_toml_names_the_line(tmp_path: Path) -> None:
    """Where to look."""
    broken = tmp_path / "broken.toml"
    broken.write_text('id = "x"\nversion = = 1\n', "utf-8")
    with pytest.raises(BadProtocol, match="line 2"):
        load(broken)
    broken.write_bytes(b'id = "\xff"')
    with pytest.raises(BadProtocol, match="cannot be read"):
        load(broken)


def _written(folder: Path, data: dict[str, Any]) -> Path:
    path = folder / "ours.toml"
    path.write_text(_toml(data), "utf-8")
    return path


def _toml(data: dict[str, Any]) -> str:
    return "\n".join(f"{key} = {_value(value)}" for key, value in data.items())


def _value(value: object) -> str:
    """A TOML value; tables and lists inline, which is all a test needs."""
    if isinstance(value, dict):
        return "{" + ", ".join(f'"{key}" = {_value(inner)}' for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_value, value)) + "]"
    if isinstance(value, bool):
        return str(value).lower()
    return (
        value.isoformat()
        if isinstance(value, date | time)
        else f"{value}"
        if isinstance(value, int)
        else _text(value)
    )


def _text(value: object) -> str:
    return "'" + str(value) + "'" if "'" not in str(value) else '"' + str(value) + '"'
