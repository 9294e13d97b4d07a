"""Commands and clicks over the real aiohttp Socket Mode handler: through the app to the desk, and back."""

from typing import Any

import pytest
import structlog

from bot.slack import buttons
from bot.text import errors, listings
from bot.text import help as help_words
from store.errors import NotAllowed
from tests.bot.slack import judges
from tests.bot.slack.desks import ADMINISTRATOR, DEPUTY, OFFICER, PANEL_MEMBER, DeskInMemory, said, shown
from tests.bot.slack.loopback import TEAM, LoopbackSlack, Refuse
from tests.bot.slack.samples import case_line

CASE = case_line()


# ---------------------------------------------------------------- commands


@pytest.mark.usefixtures("line")
@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", help_words.TITLE),
        ("help", help_words.TITLE),
        ("frobnicate Odette", help_words.UNKNOWN),
        ("cases", "2 open cases"),
        ("case mm-26-0007", "MM-26-0007 · Oakfield High School"),
        ("case MM-26-9999", errors.NO_SUCH_CASE),
        ("panel", "Panel on Thu 10 December 2026"),
        ("panel 10/12/2026", "Panel on Thu 10 December 2026"),
        ("panel 2026-12-11", "There is no panel on Fri 11 December 2026."),
        ("panel tomorrow", listings.NOT_A_DATE),
    ],
)
def test_a_command_is_answered_privately_at_once(slack: LoopbackSlack, text: str, words: str) -> None:
    """In the acknowledgement itself, in Slack's shape, to the one who asked."""
    answered = slack.command(text)
    assert words in said(answered)
    assert answered.payload["response_type"] == "ephemeral"
    assert judges.message_faults({k: answered.payload[k] for k in ("text", "blocks")}) == []
    assert slack.messages == []


@pytest.mark.usefixtures("line")
def test_words_that_are_no_command_are_not_repeated(slack: LoopbackSlack) -> None:
    """They may hold a name."""
    assert "Odette" not in said(slack.command("find Odette Rowntree"))


@pytest.mark.usefixtures("line")
def test_a_command_that_is_not_ours_is_still_answered(slack: LoopbackSlack) -> None:
    """Bolt alone would leave it without an acknowledgement."""
    assert errors.NOT_UNDERSTOOD in said(slack.command("", command="/other"))


# ---------------------------------------------------------------- details


@pytest.mark.usefixtures("line")
@pytest.mark.parametrize("user", [OFFICER, DEPUTY, PANEL_MEMBER])
def test_details_open_in_a_private_view(slack: LoopbackSlack, user: str) -> None:
    """The view is opened before the case is read, then filled; the channel sees nothing."""
    slack.press(buttons.details(CASE), user=user)
    (view,) = slack.views.values()
    assert "Odette Rowntree" in judges.everything_readable(view)
    assert [method for method, _ in slack.calls if method.startswith("views")] == [
        "views.open",
        "views.update",
    ]
    opened = next(asked for method, asked in slack.calls if method == "views.open")
    assert "Odette" not in str(opened)
    assert slack.messages == []


@pytest.mark.usefixtures("line")
def test_when_details_cannot_be_read_the_open_view_says_why(slack: LoopbackSlack, desk: DeskInMemory) -> None:
    """It does not stand at "Fetching…" for ever."""
    slack.press(buttons.details(case_line(9)))
    (view,) = slack.views.values()
    assert errors.NO_SUCH_CASE in judges.everything_readable(view)
    desk.trouble = RuntimeError("Odette Rowntree")
    slack.press(buttons.details(CASE))
    failed = judges.everything_readable(list(slack.views.values())[1])
    assert "Something went wrong. Reference " in failed
    assert "Odette" not in failed


@pytest.mark.usefixtures("line")
def test_a_view_that_slack_opens_too_late_is_explained(slack: LoopbackSlack) -> None:
    """The click is acknowledged and its maker told to press again."""
    slack.troubles["views.open"] = [Refuse("expired_trigger_id")]
    slack.press(buttons.details(CASE))
    assert errors.TOO_LATE in shown(slack)[0]


@pytest.mark.usefixtures("line")
def test_a_view_that_its_reader_has_closed_needs_no_filling(slack: LoopbackSlack) -> None:
    """No error is shown for it."""
    slack.troubles["views.update"] = [Refuse("not_found")]
    slack.press(buttons.details(CASE))
    assert slack.shown == []


# ---------------------------------------------------------------- changes


@pytest.mark.usefixtures("line")
@pytest.mark.parametrize(
    ("button", "what", "words"),
    [
        (buttons.ask_school(CASE), "SchoolAsked", "MM-26-0007: a letter to the school is on its way"),
        (buttons.put_on_panel(CASE), "PutOnAgenda", "MM-26-0007: put on the agenda"),
    ],
)
def test_a_button_does_one_thing_for_a_named_person(
    slack: LoopbackSlack, desk: DeskInMemory, button: dict[str, Any], what: str, words: str
) -> None:
    """With the version that was on the screen."""
    slack.press(button, user=DEPUTY)
    ((done, reference, version, by),) = desk.done
    assert (done, reference, version) == (what, "MM-26-0007", 3)
    assert (by.id, by.name, by.role) == (DEPUTY, "u0deputy", "deputy")
    assert words in shown(slack)[0]
    assert slack.shown[0]["response_type"] == "ephemeral"
    assert slack.shown[0]["replace_original"] is False


@pytest.mark.usefixtures("line")
def test_a_second_click_changes_nothing_and_says_who_was_first(
    slack: LoopbackSlack, desk: DeskInMemory
) -> None:
    """Also when Slack itself delivers a click again."""
    slack.press(buttons.put_on_panel(CASE))
    slack.press(buttons.put_on_panel(CASE), user=DEPUTY)
    slack.press(buttons.put_on_panel(CASE), retry=True)
    assert len(desk.done) == 1
    first = (
        "Already done: put on the agenda, by u0officer on Tue 1 December 2026, 09:12. Nothing more was done."
    )
    assert [first in words for words in shown(slack)] == [False, True, True]


@pytest.mark.usefixtures("line")
def test_a_click_on_a_card_that_has_changed_otherwise_does_nothing(
    slack: LoopbackSlack, desk: DeskInMemory
) -> None:
    """It is not said to have been done."""
    slack.press(buttons.put_on_panel(case_line(version=2)))
    assert desk.done == []
    assert errors.STALE in shown(slack)[0]


@pytest.mark.usefixtures("line")
def test_a_refusal_is_said_privately_with_its_rule(slack: LoopbackSlack, desk: DeskInMemory) -> None:
    """A person who asks why has the answer before them."""
    desk.trouble = NotAllowed("A decision is awaited.", rule="R4", source="Salford preamble")
    slack.press(buttons.put_on_panel(CASE))
    assert "MM-26-0007: A decision is awaited. (R4, Salford preamble)" in shown(slack)[0]


@pytest.mark.usefixtures("line")
def test_a_mistake_of_our_own_is_told_with_the_reference_it_is_logged_under(
    slack: LoopbackSlack, desk: DeskInMemory
) -> None:
    """The error's own words may quote a form: neither the person nor the log gets them."""
    desk.trouble = RuntimeError("Odette Rowntree, born 6 May 2012")
    with structlog.testing.capture_logs() as logs:
        answered = slack.command("cases")
    (logged,) = [entry for entry in logs if "reference" in entry]
    assert f"Something went wrong. Reference {logged['reference']}" in said(answered)
    assert "Odette" not in str(logs) + said(answered)


@pytest.mark.usefixtures("line")
def test_a_value_that_we_did_not_make_is_acknowledged_and_does_nothing(
    slack: LoopbackSlack, desk: DeskInMemory
) -> None:
    """As from a button of a version long gone."""
    slack.press({**buttons.ask_school(CASE), "value": "MM-26-0007"})
    slack.press({**buttons.ask_school(CASE), "action_id": "no_such_button"})
    assert desk.done == []
    assert [errors.NOT_UNDERSTOOD in words for words in shown(slack)] == [True, True]


# ---------------------------------------------------------------- who may


@pytest.mark.usefixtures("line")
@pytest.mark.parametrize(
    ("user", "team", "sentence"),
    [("U0STRANGER", TEAM, errors.NOT_FOR_YOU), (OFFICER, "T0OTHER", errors.OTHER_WORKSPACE)],
)
def test_a_stranger_gets_one_private_sentence_and_nothing_else(
    slack: LoopbackSlack, desk: DeskInMemory, user: str, team: str, sentence: str
) -> None:
    """Whatever they ask; the desk never hears of it."""
    desk.trouble = AssertionError("the desk was asked")
    assert said(slack.command("cases", user=user, team=team)).splitlines() == [sentence, sentence]
    for button in (buttons.details(CASE), buttons.ask_school(CASE), buttons.put_on_panel(CASE)):
        slack.press(button, user=user, team=team)
    assert [words.splitlines() for words in shown(slack)] == [[sentence, sentence]] * 3
    assert slack.views == {}


@pytest.mark.usefixtures("line")
@pytest.mark.parametrize(
    ("user", "opens", "changes"),
    [(OFFICER, True, True), (DEPUTY, True, True), (PANEL_MEMBER, True, False), (ADMINISTRATOR, False, False)],
)
def test_each_role_does_what_it_may(
    slack: LoopbackSlack, desk: DeskInMemory, user: str, opens: bool, changes: bool
) -> None:
    """A panel member reads; an administrator reads no names; both are told so."""
    slack.press(buttons.details(CASE), user=user)
    slack.press(buttons.ask_school(CASE), user=user)
    assert bool(slack.views) is opens
    assert bool(desk.done) is changes
    refused = [words for words in shown(slack) if errors.NOT_YOUR_ROLE in words]
    assert len(refused) == [opens, changes].count(False)


@pytest.mark.usefixtures("line")
@pytest.mark.parametrize(
    ("user", "drawn"),
    [
        (OFFICER, {buttons.DETAILS, buttons.ASK_SCHOOL}),
        (PANEL_MEMBER, {buttons.DETAILS}),
        (ADMINISTRATOR, set()),
    ],
)
def test_an_answer_has_only_the_buttons_its_reader_may_use(
    slack: LoopbackSlack, user: str, drawn: set[str]
) -> None:
    """No dead buttons."""
    answered = slack.command("case MM-26-0007", user=user)
    assert answered.payload is not None
    elements = [e for block in answered.payload["blocks"] for e in block.get("elements", [])]
    assert {element["action_id"] for element in elements} == drawn
