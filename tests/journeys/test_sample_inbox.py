"""The 17 sample letters through the real worker at 3 December 2026, 17:00: `expected.toml` says what must become of them."""

import base64
import io
import re
import zipfile
from collections.abc import Callable, Iterator
from datetime import date
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest

import bot.demo
import forms
from bot.clock import SetClock
from bot.composition import build
from bot.logs import log_to
from store import OutboxState
from store.protocol.case import Case, GapKind, Hold, Kind
from tests.journeys.westhaven import (
    EXPECTED,
    NOW,
    Story,
    files,
    lay_out,
    mentions,
    rows,
    run_once,
    secrets_of_children,
    settings_of,
)
from tests.store_fixtures import Database

FORMS = Path(bot.demo.__file__).parent / "forms"
HOLDS = {
    "Virtual School Head's decision": (Hold.VIRTUAL_SCHOOL_HEAD,),
    "SEN caseworker's consent": (Hold.SEN_CASEWORKER,),
}
SERVICES = {
    "virtual school": "virtual.school@westhaven.example",
    "social care": "childrens.social.care@westhaven.example",
}
# The sentences of `expected.toml` on what a letter becomes, as the codes that say the same.
BECOMES = {
    "referral": ("referral", "form_read"),
    "correction of 03 (same school, same thread, same pupil)": ("correction", "same_case_by_thread"),
    "two referrals": ("referral", "form_read"),
    "out-of-borough enquiry with a written report": ("out_of_borough", "written_report"),
    "for the officer, marked: possible pressure on a parent": ("for_officer", "possible_pressure"),
    "nothing; kept": ("automatic", "machine"),
    "nothing; shown against head@riverside.example (matched by address: it encloses no Message-ID)": (
        "bounce",
        "undelivered",
    ),
    "set aside: password-protected": ("set_aside", "password_protected"),
    "set aside: fails DMARC for a known school; attachment not read": ("set_aside", "failed_authentication"),
    "nothing: 01 delivered twice (other bytes, same letter)": ("duplicate", "delivered_twice"),
    "set aside: the attachment is no document": ("set_aside", "not_a_document"),
    "for the officer: a school's notice that a placement is failing, no case known": (
        "for_officer",
        "failure_notice",
    ),
}


@pytest.fixture
def story(database: Database, tmp_path: Path) -> Iterator[Story]:
    settings = lay_out(tmp_path / "westhaven", database)
    run_once(settings)
    with build(settings, SetClock(NOW)) as moves:
        yield Story(moves, settings.folder)


def test_every_letter_becomes_what_is_expected_of_it(story: Story) -> None:
    """Each key of each letter in `expected.toml` holds; a key that is not understood fails."""
    for name, expected in EXPECTED.items():
        for key, value in expected.items():
            CHECKS[key](story, name, value)


def test_the_cases_are_as_many_as_expected(story: Story) -> None:
    """8 referral cases from 7 schools and one out-of-borough enquiry; two held, two short, one late."""
    cases = story.moves.casebook.cases()
    referrals = [case for case in cases if case.kind is Kind.REFERRAL]
    assert (len(referrals), len({case.home_school.urn for case in referrals}), len(cases)) == (8, 7, 9)
    assert len([case for case in cases if case.holds]) == 2
    assert len([case for case in cases if case.must_gaps]) == 2
    assert [case.home_school.name for case in cases if case.late] == ["Bishop Aldhelm School"]


def test_the_mailbox_is_empty_and_what_was_set_aside_lies_apart(story: Story) -> None:
    """14 letters processed, three set aside, none left (R14: nothing is lost)."""
    mailbox = story.folder / "mailbox"
    aside = {"13-password-protected.eml", "14-spoofed-macro.eml", "16-injection.eml"}
    assert {file.name for file in (mailbox / "set-aside").iterdir()} == aside
    assert {file.name for file in (mailbox / "processed").iterdir()} == {f"{n}.eml" for n in EXPECTED} - aside
    assert list((mailbox / "arrivals").iterdir()) == []


def test_a_school_is_answered_once_for_each_case_and_nobody_else_is(story: Story) -> None:
    """One answer a referral case to the contact who wrote, and to the head; the notices of R2; one on how to resend."""
    answers = [letter for letter in story.sent() if " MM-26-" in str(letter["Subject"])]
    to = [str(letter["To"]) for letter in answers if str(letter["To"]) not in SERVICES.values()]
    wrote = {"oakfield", "riverside", "weaver", "castlepark", "hollylane", "bishopaldhelm"}
    contacts = {*(f"inclusion@{school}.example" for school in wrote), "office@northgate.example"}
    assert {address for address in to if address in contacts} == contacts
    heads = {address.partition("<")[2].rstrip(">") for address in to if address not in contacts}
    assert heads == {
        "head@riverside.example",
        "head@hollylane.example",
    }  # their contacts have the form enclosed
    in_copy = [one for one in answers if str(one["To"]) in contacts and not list(one.iter_attachments())]
    assert len(in_copy) == 6
    assert all(f"head@{str(one['To']).partition('@')[2]}" in str(one["Cc"]) for one in in_copy)
    assert len(story.sent()) == 8 + 2 + 2 + 1


def test_a_school_with_gaps_gets_its_own_form_back_with_just_those_places_marked(story: Story) -> None:
    """To the verified sender alone: the head's letter says the same without the form. Nothing else is changed."""
    enclosing = {
        str(letter["To"]): list(letter.iter_attachments())
        for letter in story.sent()
        if list(letter.iter_attachments())
    }
    assert set(enclosing) == {"inclusion@riverside.example", "inclusion@hollylane.example"}
    samples = {
        "inclusion@riverside.example": "riverside-no-parent-agreement",
        "inclusion@hollylane.example": "hollylane-second-pupil",
    }
    for letter in story.sent():
        if str(letter["To"]) in enclosing and list(letter.iter_attachments()):
            assert letter["Cc"] is None
    for to, (copy,) in enclosing.items():
        theirs = (FORMS / f"{samples[to]}.docx").read_bytes()
        returned = copy.get_content()
        assert re.fullmatch(r"MM-26-\d{4} - places to fill in\.docx", str(copy.get_filename()))
        assert returned != theirs
        assert forms.read(returned) == forms.read(theirs)
        changed = {name for name in zipped(theirs) if zipped(theirs)[name] != zipped(returned)[name]}
        assert changed == {"word/document.xml"}


def zipped(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return {name: package.read(name) for name in package.namelist()}


def test_a_correction_in_the_same_pass_replaces_the_answer_to_the_first_letter(story: Story) -> None:
    """The Weaver School hears once, and that nothing is missing: its gap letter was withdrawn unsent."""
    (answer,) = story.sent_to("inclusion@weaver.example")
    assert "received" in str(answer["Subject"])
    assert answer["In-Reply-To"] == "<04-gaps-corrected.20261123@weaver.example>"


def test_the_channel_shows_a_card_a_case_and_a_post_a_letter_for_the_officer(story: Story) -> None:
    """Nine cards, five posts for letters that a person must see, one reminder of the panel in five school days."""
    top = [post for post in story.channel() if not post.thread]
    kinds = [post.key.partition("/")[0] for post in top]
    assert {kind: kinds.count(kind) for kind in set(kinds)} == {"card": 9, "letter": 5, "panel": 1}
    places = {post.place for post in top if post.key.startswith("card/")}
    assert {post.thread for post in story.channel()} - {""} == places


def test_a_second_run_changes_nothing_at_all(database: Database, tmp_path: Path) -> None:
    """Every row of the database and every file stay as they were."""
    settings = lay_out(tmp_path / "westhaven", database)
    run_once(settings)
    with build(settings, SetClock(NOW)) as moves:
        before = rows(moves), files(settings.folder)
    run_once(settings)
    with build(settings, SetClock(NOW)) as moves:
        assert rows(moves) == before[0]
    assert files(settings.folder) == before[1]


def test_no_child_is_named_where_everybody_looks(
    database_of: Callable[[str], Database], tmp_path: Path
) -> None:
    """No name, date of birth or UPN in the channel, a subject line, a file name of ours or the log; none in a letter."""
    database = database_of("sqlite")
    settings = lay_out(tmp_path / "westhaven", database)
    log = io.StringIO()
    log_to(log, "debug")
    run_once(settings)
    assert len(log.getvalue().splitlines()) >= len(EXPECTED)
    with build(settings_of(settings.folder, database.url), SetClock(NOW)) as moves:
        story = Story(moves, settings.folder)
        open_places = [
            log.getvalue(),
            *(path for path in files(settings.folder) if not path.startswith("mailbox")),
            *(str(post) for post in story.channel()),
            *(str(letter["Subject"]) for letter in story.sent()),
            *(str(letter.get_body(("plain",))) + str(letter.get_body(("html",))) for letter in story.sent()),
            *(line.key + line.slot + line.reason for line in moves.outbox.all()),
        ]
    assert {word for text in open_places for word in mentions(text)} == set()


def test_the_scan_for_children_would_find_one() -> None:
    """The scan itself: 9 forms' names and numbers are looked for, and found where they stand."""
    assert len(set(secrets_of_children())) > 40
    assert mentions("MM-26-0001: quillfeather, born 14/02/2013") == {"Quillfeather", "14/02/2013"}


# ------------------------------------------------------------------ one check a key of expected.toml


def becomes(story: Story, name: str, value: str) -> None:
    outcome = story.letter(name).outcome
    assert outcome is not None, name
    conclusion = outcome.conclusion
    assert (conclusion.becomes, conclusion.reason) == BECOMES[value], name
    if "two referrals" in value:
        assert len(conclusion.references) == 2
    if "correction of 03" in value:
        assert conclusion.references == cases_of(story, "03-gaps", references=True)
    if "01 delivered twice" in value:
        assert story.letter(name).duplicate_of == story.letter("01-complete").id
    if "head@riverside.example" in value:
        assert conclusion.detail["about"] == ["head@riverside.example"]
    if "attachment not read" in value:
        assert (conclusion.detail["documents"], conclusion.detail["unread"]) == ([], 1)
    if value.startswith(("nothing", "set aside", "for the officer")):
        assert conclusion.references == ()


def school(story: Story, name: str, value: str) -> None:
    assert {case.home_school.name for case in cases_of(story, name)} == {value}


def complete(story: Story, name: str, value: bool) -> None:
    assert [not case.must_gaps for case in cases_of(story, name)] == [value], name


def panel(story: Story, name: str, value: date) -> None:
    assert [case.panel for case in cases_of(story, name)] == [value], name


def hold(story: Story, name: str, value: str) -> None:
    assert [case.holds for case in cases_of(story, name)] == [HOLDS[value]]


def gaps(story: Story, name: str, value: list[str]) -> None:
    """Of 03 the answers have been replaced since: what was missing is read off the letter that was withdrawn."""
    if name == "03-gaps":
        assert missing_by_the_withdrawn_letter(story, value)
        return
    (case,) = cases_of(story, name)
    assert_gaps(case, value)


def assert_gaps(case: Case, value: list[str]) -> None:
    said = dict(gap.partition(" ")[::2] for gap in value)
    assert {gap.field for gap in case.must_gaps} == set(said)
    for gap in case.must_gaps:
        refused = "answered No" in said[gap.field]
        assert gap.kind is (GapKind.REFUSED if refused else GapKind.MISSING), gap.field


def missing_by_the_withdrawn_letter(story: Story, fields: list[str]) -> bool:
    text = withdrawn_answer(story, "03-gaps")
    (reference,) = cases_of(story, "03-gaps", references=True)
    first = story.letter("03-gaps").id
    labels = {
        answer.field: str(answer.content["label"]).rstrip(" :")
        for answer in story.moves.casebook.answers(reference)
        if answer.letter == first and answer.kind.value == "fact"
    }
    needed = [line for line in text.splitlines() if line.startswith("- ")]
    return len(needed) == len(fields) and all(any(labels[f] in line for line in needed) for f in fields)


def withdrawn_answer(story: Story, name: str) -> str:
    letter = story.letter(name).id
    (line,) = [
        line
        for line in story.moves.outbox.all(OutboxState.WITHDRAWN)
        if line.kind == "answer" and f"/{letter}/" in line.key
    ]
    raw = base64.b64decode(story.moves.outbox.message(line.key).payload["raw"])
    body = message_from_bytes(raw, policy=policy.default).get_body(("plain",))
    assert body is not None
    return " ".join(str(body.get_content()).split()).replace(" - ", "\n- ")


def note(story: Story, name: str, value: str) -> None:
    """Its gap letter is withdrawn unsent."""
    assert "withdrawn unsent" in value
    assert withdrawn_answer(story, name)


def notices(story: Story, name: str, value: list[str]) -> None:
    (reference,) = cases_of(story, name, references=True)
    told = {str(letter["To"]) for letter in story.sent() if reference in str(letter["Subject"])}
    assert {SERVICES[service] for service in value} <= told


def answered(story: Story, name: str, value: Any) -> None:
    detail = story.letter(name).outcome.conclusion.detail  # type: ignore[union-attr]
    letters = story.sent_to(detail["sender"])
    if value is False:
        assert detail["answered"] is False
        others = {
            "inclusion@oakfield.example"
        }  # 14 forges the address of 01's sender, who has an answer of its own
        assert letters == [] or detail["sender"] in others
        return
    assert value == "how to resend"
    (letter,) = letters
    assert "send the form again" in str(letter["Subject"])


def one_of_two(number: int) -> Callable[[Story, str, dict[str, Any]], None]:
    def check(story: Story, name: str, value: dict[str, Any]) -> None:
        case = cases_of(story, name)[number]
        assert (not case.must_gaps, case.panel) == (value["complete"], value["panel"])
        assert_gaps(case, value.get("gaps", []))

    return check


def cases_of(story: Story, name: str, *, references: bool = False) -> Any:
    """The cases that a letter led to, or their references."""
    found = story.letter(name).outcome.conclusion.references  # type: ignore[union-attr]
    return found if references else [story.moves.casebook.case(reference) for reference in found]


CHECKS: dict[str, Callable[[Story, str, Any], None]] = {
    "becomes": becomes,
    "school": school,
    "complete": complete,
    "gaps": gaps,
    "panel": panel,
    "hold": hold,
    "notices": notices,
    "answered": answered,
    "note": note,
    "first": one_of_two(0),
    "second": one_of_two(1),
}
