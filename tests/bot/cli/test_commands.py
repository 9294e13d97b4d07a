"""The commands of the command line, each by what a person sees of it."""

import json
import os
import shutil
import stat
import sys
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest

from bot.cli.initialise import initialise
from bot.composition import build
from bot.settings import load
from tests.bot.cli.places import without_keyring

DEMO = Path(__file__).parents[3] / "bot" / "demo"


@pytest.fixture
def ready(moves: Any, tmp_path: Path, own_configuration: Path) -> Path:
    """A folder made by `moves init`."""
    folder = tmp_path / "work"
    assert moves("init", folder).code == 0
    return folder


@pytest.fixture(scope="module")
def taken_in(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the sample inbox was taken in at the demo's clock; its tests get copies."""
    folder = tmp_path_factory.mktemp("taken-in") / "work"
    with pytest.MonkeyPatch.context() as patch:
        without_keyring(patch, folder.parent / "configuration")
        initialise(folder)
    fill(folder)
    with build(load(folder)) as built:
        assert built.worker.run_once().troubles == []
    return folder


@pytest.fixture
def westhaven(taken_in: Path, tmp_path: Path) -> Path:
    """A copy of that folder."""
    return shutil.copytree(taken_in, tmp_path / "westhaven")


def fill(ready: Path) -> None:
    """Give a fresh folder the sample inbox and lists."""
    (ready / "mailbox" / "arrivals").mkdir(exist_ok=True)
    for letter in (DEMO / "inbox").iterdir():
        (ready / "mailbox" / "arrivals" / letter.name).write_bytes(letter.read_bytes())
    for source, target in (("gias-extract.csv", "schools.csv"), ("contacts.csv", "contacts.csv")):
        (ready / target).write_bytes((DEMO / source).read_bytes())
    settings = (ready / "moves.toml").read_text(encoding="utf-8")
    settings = settings.replace('trusted_server = ""', 'trusted_server = "mx.westhaven.example"')
    settings += "\n[service]\nclock = 2026-12-03T17:00:00\n"
    (ready / "moves.toml").write_text(settings, encoding="utf-8")


def data(said: Any) -> Any:
    assert said.code == 0, said.err
    return json.loads(said.out)


# ------------------------------------------------------------------ init


def test_init_makes_settings_that_work_as_they_are(moves: Any, ready: Path) -> None:
    """What `moves init` writes is accepted by `moves run --once`, with nothing in the inbox."""
    said = moves("run", "--once", "--folder", ready)
    assert (said.code, said.out) == (0, "Dealt with no letters, sent no messages.\n")


def test_a_single_round_says_what_it_came_to(moves: Any, ready: Path) -> None:
    """A parent's question and a forged letter: each is put before the officer, and nobody is answered."""
    for name in ("10-parent-question.eml", "14-spoofed-macro.eml"):
        letter = ready / "mailbox" / "arrivals" / name
        letter.write_bytes((DEMO / "inbox" / name).read_bytes())
        os.utime(
            letter, (0, 0)
        )  # it came long ago: one that was laid there just now may still be being written
    assert moves("run", "--once", "--folder", ready).out == "Dealt with 2 letters, sent 2 messages.\n"


def test_init_says_where_letters_come_in(moves: Any, tmp_path: Path, own_configuration: Path) -> None:
    """The folder that it names is there."""
    said = moves("init", tmp_path / "work")
    arrivals = tmp_path / "work" / "mailbox" / "arrivals"
    assert arrivals.is_dir()
    assert str(arrivals) in said.out


def test_init_keeps_the_key_away_from_the_data(ready: Path, own_configuration: Path) -> None:
    """The key is in the user's configuration, for this user only; the data folders are this user's too."""
    (key,) = own_configuration.rglob("*.key")
    assert not key.is_relative_to(ready)
    if sys.platform != "win32":
        assert stat.S_IMODE(key.stat().st_mode) == 0o600
        assert stat.S_IMODE((ready / "cases").stat().st_mode) == 0o700


def test_init_does_not_touch_what_is_there(moves: Any, ready: Path) -> None:
    """A second `init` ends with exit code 2 and changes no byte."""
    before = {path: path.read_bytes() for path in ready.rglob("*") if path.is_file()}
    said = moves("init", ready)
    assert said.code == 2
    assert "already there" in said.err
    assert {path: path.read_bytes() for path in ready.rglob("*") if path.is_file()} == before


def test_every_setting_of_the_template_is_a_setting(ready: Path) -> None:
    """A line that is commented out in moves.toml works when its # is taken away."""
    import tomllib

    from bot.settings import checked

    lines = (ready / "moves.toml").read_text(encoding="utf-8").splitlines()
    uncommented = [
        line.removeprefix("# ") if " = " in line or line.startswith("# [") else line for line in lines
    ]
    prose = [line for line in uncommented if not line.startswith("#")]
    wanted = tomllib.loads(
        "\n".join(line for line in prose if " = " in line or line.startswith("[") or not line)
    )
    wanted["forms"]["definitions"] = str(ready)
    assert checked(wanted).slack.officers == ("U0123456789",)


# ------------------------------------------------------------------ words that are no command


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        (("cases", "--jsno"), "--jsno"),
        (("casse",), "casse"),
        (("case",), "REF"),
        (("panel", "tomorrow"), "tomorrow"),
    ],
)
def test_a_slip_of_the_pen_is_told_with_how_the_command_is_used(
    moves: Any, typed: tuple[str, ...], told: str
) -> None:
    """Exit code 2, what was wrong, and where help is; no traceback."""
    said = moves(*typed)
    assert (said.code, said.out) == (2, "")
    assert told in said.err
    assert "--help" in said.err
    assert "Traceback" not in said.err


# ------------------------------------------------------------------ settings


def test_no_settings_end_with_one_message_and_exit_code_2(moves: Any, tmp_path: Path) -> None:
    """Nothing is written, and the message leads to `moves init`."""
    said = moves("run", "--once", "--folder", tmp_path)
    assert (said.code, said.out) == (2, "")
    assert "moves init" in said.err
    assert list(tmp_path.iterdir()) == []


def test_a_wrong_setting_ends_before_anything_is_written(moves: Any, ready: Path) -> None:
    """The key that is wrong is named, and no database is made."""
    settings = ready / "moves.toml"
    settings.write_text(
        settings.read_text(encoding="utf-8") + "\n[service]\npoll_seconds = 1\n", encoding="utf-8"
    )
    said = moves("run", "--once", "--folder", ready)
    assert said.code == 2
    assert "service.poll_seconds" in said.err
    assert list((ready / "cases").iterdir()) == []


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ('terms = "terms.toml"', 'terms = "gone.toml"', "gone.toml"),
        ('name = "salford"', 'name = "atlantis"', "atlantis"),
        ('gias = "schools.csv"', 'gias = "gone.csv"', "schools.gias"),
    ],
)
def test_a_part_that_is_missing_is_named(moves: Any, ready: Path, before: str, after: str, told: str) -> None:
    """A wrong path or protocol ends with exit code 2 and its own name, not a traceback."""
    settings = ready / "moves.toml"
    settings.write_text(settings.read_text(encoding="utf-8").replace(before, after), encoding="utf-8")
    said = moves("run", "--once", "--folder", ready)
    assert said.code == 2
    assert told in said.err
    assert "Traceback" not in said.err


@pytest.mark.parametrize(("name", "told"), [("", "no folder"), ("broken.toml", "broken.toml")])
def test_forms_that_are_described_wrongly_stop_the_start(
    moves: Any, ready: Path, name: str, told: str
) -> None:
    """Every form would be set aside as unreadable: the key is named before any letter is looked at."""
    if name:
        (ready / "own").mkdir()
        (ready / "own" / name).write_text("id = [", encoding="utf-8")
    with (ready / "moves.toml").open("a", encoding="utf-8") as settings:
        settings.write('\n[forms]\ndefinitions = "own"\n')
    said = moves("run", "--once", "--folder", ready)
    assert (said.code, said.out) == (2, "")
    assert "forms.definitions" in said.err
    assert told in said.err
    assert list((ready / "cases").iterdir()) == []
    assert "WRONG Form definitions" in moves("check", "--folder", ready).out


# ------------------------------------------------------------------ check


def test_check_says_that_everything_works_and_what_is_worth_a_look(moves: Any, ready: Path) -> None:
    """Fresh from `init` nothing is wrong, but nobody could be verified or answered yet."""
    said = moves("check", "--folder", ready)
    assert said.code == 0, said.out
    assert "Everything works." in said.out
    assert "trusted_server" in said.out
    assert "contact list is empty" in said.out
    assert "school list is empty" in said.out


def test_check_warns_when_a_looked_after_child_would_be_told_to_nobody(moves: Any, ready: Path) -> None:
    """R2: the Virtual School and social care are told of each such referral; a missing line would be silence."""
    fill(ready)
    contacts = ready / "contacts.csv"
    whole = contacts.read_text(encoding="utf-8")
    assert "(R2)" not in moves("check", "--folder", ready).out
    contacts.write_text(
        "".join(line for line in whole.splitlines(keepends=True) if "social care" not in line),
        encoding="utf-8",
    )
    said = moves("check", "--folder", ready)
    assert said.code == 0
    assert "no “social care”" in said.out
    assert "no “virtual school”" not in said.out


def test_check_tries_every_part_even_when_one_is_wrong(moves: Any, ready: Path) -> None:
    """One broken part does not hide the others; the exit code tells."""
    (ready / "schools.csv").unlink()
    said = moves("check", "--folder", ready)
    assert said.code == 1
    assert "WRONG Schools and contacts" in said.out
    assert "ok    Mailbox admissions" in said.out
    assert "1 part must be put right." in said.out


def test_check_warns_when_the_key_lies_with_the_data(
    moves: Any, ready: Path, own_configuration: Path
) -> None:
    """Whoever takes the folder would have both."""
    (key,) = own_configuration.rglob("*.key")
    key.rename(ready / "moves.key")
    settings = ready / "moves.toml"
    text = settings.read_text(encoding="utf-8").replace(str(key), "moves.key")
    settings.write_text(text, encoding="utf-8")
    said = moves("check", "--folder", ready)
    assert "Move the key elsewhere" in said.out


# ------------------------------------------------------------------ listings


def test_listings_give_the_same_cases_to_people_and_programs(moves: Any, westhaven: Path) -> None:
    """`cases`, `panel`, `letters` and `outbox` print tables, and JSON with --json."""
    listed = data(moves("cases", "--folder", westhaven, "--json"))
    shown = moves("cases", "--folder", westhaven).out
    assert len(listed) == 9
    assert all(case["reference"] in shown for case in listed)
    panel = data(moves("panel", "2027-01-14", "--folder", westhaven, "--json"))
    assert [case["school"] for case in panel["incomplete"]] == ["Riverside Academy", "Holly Lane Academy"]
    assert [case["school"] for case in panel["ready"]] == ["Bishop Aldhelm School"]
    letters = data(moves("letters", "--folder", westhaven, "--json"))
    assert len(letters) == 17
    assert all(letter["filed"] for letter in letters)
    outbox = data(moves("outbox", "--folder", westhaven, "--json"))
    assert {message["state"] for message in outbox} == {"sent", "withdrawn"}


def test_one_case_is_shown_whole(moves: Any, westhaven: Path) -> None:
    """At this computer the child's answers, the gaps with their clause and the history are shown."""
    reference = next(
        case["reference"]
        for case in data(moves("cases", "--folder", westhaven, "--json"))
        if case["school"] == "Riverside Academy"
    )
    said = moves("case", reference.lower(), "--folder", westhaven)
    truth = json.loads((DEMO / "forms" / "riverside-no-parent-agreement.json").read_text(encoding="utf-8"))[
        "truth"
    ]
    assert truth["surname"] in said.out
    assert "R63" in said.out
    assert data(moves("case", reference, "--folder", westhaven, "--json"))["reference"] == reference


def test_an_unknown_case_is_told_in_a_sentence(moves: Any, westhaven: Path) -> None:
    """No traceback, exit code 1."""
    said = moves("case", "MM-26-9999", "--folder", westhaven)
    assert (said.code, said.out) == (1, "")
    assert "no case" in said.err


def test_a_day_without_a_panel_is_told(moves: Any, westhaven: Path) -> None:
    """The answer names the day."""
    assert "12 December 2026" in moves("panel", "2026-12-12", "--folder", westhaven).out


def test_the_officer_can_read_a_letter_that_was_set_before_them(moves: Any, westhaven: Path) -> None:
    """The parent's letter of the samples: who wrote, how far that is proven, and every word."""
    listed = data(moves("letters", "--folder", westhaven, "--json"))
    number = next(letter["letter"] for letter in listed if letter["reason"] == "possible_pressure")
    said = moves("letters", "show", number, "--folder", westhaven)
    assert said.code == 0, said.err
    assert "jo.abbott@mail.example" in said.out
    assert "not proven" in said.out
    assert "I do not want him to" in said.out
    assert "letter 99" in moves("letters", "show", 99, "--folder", westhaven).err


def test_a_letter_can_be_looked_at_before_it_is_written(moves: Any, westhaven: Path) -> None:
    """To whom, under which subject, in which words; nothing is queued by looking."""
    before = data(moves("outbox", "--folder", westhaven, "--json"))
    said = moves("letters", "preview", "MM-26-0002", "--kind", "reminder", "--folder", westhaven)
    assert said.code == 0, said.err
    assert "inclusion@riverside.example" in said.out
    assert "6 January 2027" in said.out
    assert data(moves("outbox", "--folder", westhaven, "--json")) == before


def test_in_a_trial_every_letter_goes_to_one_address(moves: Any, ready: Path) -> None:
    """No school is written to, and each letter says whom it was meant for."""
    fill(ready)
    settings = ready / "moves.toml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(
        text.replace('path = "sent"', 'path = "sent"\nonly_to = "me@westhaven.example"'), encoding="utf-8"
    )
    assert moves("run", "--once", "--folder", ready).code == 0
    letters = [
        message_from_bytes(file.read_bytes(), policy=policy.default)
        for file in (ready / "sent").glob("*.eml")
    ]
    assert len(letters) > 8
    assert {str(letter["To"]) for letter in letters} == {"me@westhaven.example"}
    assert all(letter["Cc"] is None for letter in letters)
    intended = {str(letter["X-Managed-Moves-Intended-For"]) for letter in letters}
    assert any("inclusion@oakfield.example" in address for address in intended)
    assert "only_to" not in moves("check", "--folder", ready).err
    assert "This is a trial" in moves("check", "--folder", ready).out


# ------------------------------------------------------------------ records


def test_a_crisis_puts_a_late_referral_on_the_earlier_panel(moves: Any, westhaven: Path) -> None:
    """R21, R27: who, why and when are kept, and the case goes to 10 December."""
    late = next(case for case in data(moves("cases", "--folder", westhaven, "--json")) if case["late"])
    said = moves(
        "record",
        "crisis",
        late["reference"],
        "--why",
        "Serious incident",
        "--by",
        "A. Officer",
        "--folder",
        westhaven,
    )
    assert said.code == 0, said.err
    after = data(moves("case", late["reference"], "--folder", westhaven, "--json"))
    assert after["panel"] == "2026-12-10"
    assert after["crisis"]["who"] == "A. Officer"


def test_a_placement_before_the_panel_is_refused_with_its_rule(moves: Any, westhaven: Path) -> None:
    """Nothing is placed that no panel has seen (R15)."""
    case = data(moves("cases", "--folder", westhaven, "--json"))[0]
    said = moves(
        "record",
        "placement",
        case["reference"],
        "Castle Park High",
        "2027-01-18",
        "--by",
        "A. Officer",
        "--folder",
        westhaven,
    )
    assert said.code == 1
    assert "(R" in said.err or "R15" in said.err


# ------------------------------------------------------------------ read


def test_reading_a_form_needs_no_settings(moves: Any) -> None:
    """The answers are those of the truth beside the form."""
    read = data(moves("read", DEMO / "forms" / "weaver-gaps.docx", "--json"))
    truth = json.loads((DEMO / "forms" / "weaver-gaps.json").read_text(encoding="utf-8"))["truth"]
    assert read["file"] == "weaver-gaps.docx"
    assert read["fields"]["pupil.upn"]["value"] == truth["upn"]
    assert read["fields"]["pupil.dob"]["state"] == "blank"
    assert [row["what"] for row in read["rows"]["interventions"]] == [
        row[0] for row in truth["interventions"]
    ]


def test_the_page_model_of_a_form_can_be_seen(moves: Any) -> None:
    """Every block with its path, every span with its kind, state and marks."""
    model = data(moves("read", DEMO / "forms" / "blank-A.docx", "--model"))
    assert model["format"] == "docx"
    spans = json.dumps(model["blocks"])
    assert '"placeholder"' in spans
    assert '"path"' in spans


@pytest.mark.parametrize(
    ("content", "told"),
    [(b"", "empty"), (b"nothing of the kind", "no document"), (b"PK\x03\x04 cut", "damaged")],
)
def test_a_file_that_is_not_read_says_why(moves: Any, tmp_path: Path, content: bytes, told: str) -> None:
    """One sentence for the person at the computer, exit code 1."""
    path = tmp_path / "form.docx"
    path.write_bytes(content)
    said = moves("read", path)
    assert said.code == 1
    assert told in said.err


def test_a_file_that_is_not_there_says_so(moves: Any, tmp_path: Path) -> None:
    """The name that was given is repeated."""
    assert "gone.docx" in moves("read", tmp_path / "gone.docx").err
