"""What is posted and what answers `/moves`: always in Slack's shape, within its limits, and saying nothing of a child."""

import inspect
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from bot.flows.desk import Action, PublicStage
from bot.slack import buttons, cards
from bot.text import listings, thread
from tests.bot.slack import judges
from tests.bot.slack.samples import AT, DEADLINE, HOSTILE, PANEL, case_line, panel_view

CARE_AND_NEEDS = [
    "looked after",
    "looked-after",
    "virtual school",
    "social",
    "carer",
    "in care",
    "ehc",
    "sen ",
    "caseworker",
    "special",
    "disab",
    "protection",
    "crisis",
    "incident",
    "pupil's",
    "parent",
    "police",
    "consent",
]

THREAD = [said for name, said in inspect.getmembers(thread, inspect.isfunction) if not name.startswith("_")]

Surface = Callable[[str, int], dict[str, Any]]

SURFACES: dict[str, Surface] = {
    "card": lambda school, _n: cards.case_card(case_line(school=school), list(Action)),
    "thread line": lambda _school, _n: cards.thread_line("MM-26-0007", thread.opened(case_line())),
    "placement line": lambda school, _n: cards.thread_line("MM-26-0007", thread.placed(school, PANEL)),
    "panel reminder": lambda _school, n: cards.panel_reminder(panel_view(n), 5),
    "review prompt": lambda school, _n: cards.review_prompt(case_line(school=school), PANEL),
    "letter": lambda school, _n: cards.letter_for_officer(13, AT, "A person has to read it.", school),
    "case": lambda school, _n: cards.case_answer(case_line(school=school), [Action.PUT_ON_PANEL]),
    "case, reader": lambda school, _n: cards.case_answer(case_line(school=school), details=False),
    "cases": lambda school, n: cards.cases_answer([case_line(i, school=school) for i in range(n)]),
    "panel": lambda _school, n: cards.panel_answer(panel_view(n)),
    "help": lambda _school, _n: cards.help_answer(),
    "help for unknown words": lambda _school, _n: cards.help_answer(unknown=True),
    "private line": lambda school, _n: cards.private_line(f"Asked {school}"),
}


@pytest.mark.parametrize("rows", [0, 1, 400])
@pytest.mark.parametrize("school", ["Oakfield High School", "", HOSTILE, "Very Long Name & Co " * 400])
@pytest.mark.parametrize("surface", SURFACES)
def test_every_surface_is_what_slack_takes(surface: str, school: str, rows: int) -> None:
    """Empty, ordinary, over-full and hostile: no judge finds a fault."""
    assert judges.message_faults(SURFACES[surface](school, rows)) == []


@pytest.mark.parametrize(
    "surface", [name for name in SURFACES if name not in {"help", "thread line", "panel"}]
)
def test_text_from_outside_pings_nobody_and_links_nowhere(surface: str) -> None:
    """No mention, no link, nothing that cannot be seen; in markup no emphasis either."""
    drawn = SURFACES[surface](HOSTILE, 1)
    for text in [{"type": "mrkdwn", "text": drawn["text"]}, *judges.texts(drawn)]:
        assert "<" not in text["text"]
        assert not {"\u202e", "\u200b", "\x07"} & set(text["text"])
        if text["type"] == "mrkdwn":
            assert "http://" not in text["text"]
            assert "_Jude" not in text["text"]


@pytest.mark.parametrize("stage", PublicStage)
@pytest.mark.parametrize(
    "surface", [name for name in SURFACES if name not in {"review prompt", "help", "help for unknown words"}]
)
def test_no_word_about_a_childs_care_or_needs_is_ever_said(surface: str, stage: PublicStage) -> None:
    """The table "What may be seen where": on hold says neither whose decision is awaited nor why."""
    drawn = [
        SURFACES[surface]("Oakfield High School", 1),
        cards.case_card(case_line(stage=stage), list(Action)),
    ]
    said = "\n".join(judges.everything_readable(content) for content in drawn).lower()
    assert not [word for word in CARE_AND_NEEDS if word in said]


@pytest.mark.parametrize("sentence", THREAD)
def test_no_sentence_in_a_thread_says_anything_of_a_child(sentence: Callable[..., str]) -> None:
    """Each sentence of `bot.text.thread`, whatever it is given."""
    given: dict[str, Any] = {
        "case": case_line(),
        "panel": PANEL,
        "deadline": DEADLINE,
        "school": "Oakfield High School",
        "start": PANEL,
        "number": 7,
    }
    said = sentence(**{name: given[name] for name in inspect.signature(sentence).parameters}).lower()
    assert said
    assert not [word for word in CARE_AND_NEEDS if word in said]


def test_a_card_says_five_things_and_no_more() -> None:
    """Reference, home school, public stage, number of gaps, panel and deadline: the table "What may be seen where"."""
    card = cards.case_card(case_line())
    header, facts, _actions = card["blocks"]
    assert header["text"]["text"] == "MM-26-0007 · Oakfield High School"
    assert [field["text"] for field in facts["fields"]] == [
        "*Stage*\nIncomplete",
        "*Gaps*\n3",
        "*Panel*\nThu 10 December 2026",
        "*Deadline*\nend of Wed 2 December 2026",
    ]


def test_a_card_without_a_panel_says_so() -> None:
    """An empty value is written, never left blank."""
    facts = cards.case_card(case_line(panel=None, deadline=None, gaps=0))["blocks"][1]
    assert [field["text"].split("\n")[1] for field in facts["fields"]] == [
        "Incomplete",
        "none",
        "no date yet",
        "none",
    ]


@pytest.mark.parametrize(
    ("actions", "drawn"),
    [
        ([], [buttons.DETAILS]),
        ([Action.ASK_SCHOOL], [buttons.DETAILS, buttons.ASK_SCHOOL]),
        ([Action.PUT_ON_PANEL, Action.RECORD_CRISIS], [buttons.DETAILS, buttons.PUT_ON_PANEL]),
    ],
)
def test_a_card_has_only_the_buttons_that_the_case_allows(actions: list[Action], drawn: list[str]) -> None:
    """No dead buttons."""
    elements = cards.case_card(case_line(), actions)["blocks"][-1]["elements"]
    assert [element["action_id"] for element in elements] == drawn


def test_what_goes_out_or_changes_a_case_is_confirmed_first() -> None:
    """Details changes nothing and asks nothing."""
    elements = cards.case_card(case_line(), list(Action))["blocks"][-1]["elements"]
    assert {element["action_id"]: "confirm" in element for element in elements} == {
        buttons.DETAILS: False,
        buttons.ASK_SCHOOL: True,
        buttons.PUT_ON_PANEL: True,
    }


def test_a_button_carries_the_reference_and_the_version_and_nothing_else() -> None:
    """It comes back as it was sent."""
    elements = cards.case_card(case_line(version=12), list(Action))["blocks"][-1]["elements"]
    assert {element["value"] for element in elements} == {"MM-26-0007@12"}
    assert buttons.pressed("MM-26-0007@12") == buttons.Pressed("MM-26-0007", 12)


@pytest.mark.parametrize(
    "value", ["", "MM-26-0007", "MM-26-0007@", "MM-26-0007@1\n", "x@1", "MM-26-0007@1@2"]
)
def test_a_value_that_we_did_not_make_is_refused(value: str) -> None:
    """Whatever a client sends back is checked."""
    with pytest.raises(ValueError, match="not the value"):
        buttons.pressed(value)


def test_a_long_list_is_cut_and_says_how_many_are_left_out() -> None:
    """60 cases: 43 rows and "…and 17 more", with the way to the rest."""
    blocks = cards.cases_answer([case_line(n) for n in range(60)])["blocks"]
    assert len(blocks) == 45
    assert blocks[-1]["elements"][0]["text"] == listings.MORE_CASES.format(number=17)
    assert "`moves cases`" in listings.MORE_CASES


def test_a_list_that_fits_is_not_cut() -> None:
    """44 cases are 44 rows."""
    blocks = cards.cases_answer([case_line(n) for n in range(44)])["blocks"]
    assert [block["type"] for block in blocks] == ["header", *["section"] * 44]


def test_the_reminder_lists_the_agenda_by_reference() -> None:
    """R27: five school days before; each group is named with its number."""
    said = judges.everything_readable(cards.panel_reminder(panel_view(2), 5))
    assert "Panel on Thu 10 December 2026" in said
    assert "The panel meets in 5 school days." in said
    assert "*On the agenda* (2)" in said
    assert "MM-26-1001 · Oakfield High School: 3 gaps" in said


def test_a_panel_without_cases_says_so() -> None:
    """Rather than an empty list."""
    assert "No case is meant for this panel yet." in judges.everything_readable(
        cards.panel_answer(panel_view(0))
    )


def test_a_reader_who_may_not_open_details_sees_no_button() -> None:
    """No dead buttons: an administrator reads the list only."""
    for drawn in (
        cards.cases_answer([case_line()], details=False),
        cards.panel_answer(panel_view(), details=False),
        cards.case_answer(case_line(), [Action.ASK_SCHOOL], details=False),
    ):
        assert "action_id" not in str(drawn)


@pytest.mark.parametrize("stage", PublicStage)
def test_a_line_names_the_public_stage(stage: PublicStage) -> None:
    """For notifications, which show the text alone."""
    text = cards.case_card(case_line(stage=stage))["text"]
    assert text.startswith("MM-26-0007 · Oakfield High School: ")
    assert text.endswith(", 3 gaps, panel Thu 10 December 2026")


def test_a_letter_for_the_officer_is_told_by_number_time_and_school() -> None:
    """Subject, sender and file names are never repeated."""
    said = cards.letter_for_officer(13, AT, "It was set aside.", "Riverside Academy")["text"]
    assert said == "Letter 13 from Riverside Academy, received Tue 1 December 2026, 09:12. It was set aside."


def test_a_review_prompt_names_the_day() -> None:
    """R29, R30."""
    said = cards.review_prompt(case_line(), date(2027, 2, 1))["text"]
    assert said.startswith("Review due · MM-26-0007: ")
    assert "Mon 1 February 2027" in said


PLANTED: dict[str, dict[str, Any]] = {
    "51 blocks": {"text": "x", "blocks": [{"type": "divider"}] * 51},
    "no text": {"text": "", "blocks": [{"type": "divider"}]},
    "field of 2001": {
        "text": "x",
        "blocks": [{"type": "section", "fields": [{"type": "mrkdwn", "text": "x" * 2001, "verbatim": True}]}],
    },
    "block id twice": {"text": "x", "blocks": [{"type": "divider", "block_id": "a"}] * 2},
    "mention": {"text": "<!channel>", "blocks": [{"type": "divider"}]},
    "empty text": {
        "text": "x",
        "blocks": [{"type": "section", "text": {"type": "plain_text", "text": " ", "emoji": False}}],
    },
    "header in markup": {
        "text": "x",
        "blocks": [{"type": "header", "text": {"type": "mrkdwn", "text": "x"}}],
    },
    "unknown key": {"text": "x", "blocks": [{"type": "divider", "colour": "red"}]},
    "long header": {
        "text": "x",
        "blocks": [{"type": "header", "text": {"type": "plain_text", "text": "x" * 151}}],
    },
    "image without words": {
        "text": "x",
        "blocks": [{"type": "image", "image_url": "https://a.example/a.png"}],
    },
}


@pytest.mark.parametrize("defect", PLANTED)
def test_the_judges_find_a_planted_defect(defect: str) -> None:
    """A judge that cannot say no proves nothing."""
    assert judges.message_faults(PLANTED[defect])
