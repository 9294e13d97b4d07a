"""The private details of a case."""

import json
from dataclasses import replace

import pytest

from bot.flows.desk import Details
from bot.slack import modals
from bot.text import details as words
from store.protocol import events
from store.protocol.case import Fact, FactState, GapKind, Hold, Pupil, Referral
from tests.bot.slack import judges
from tests.bot.slack.samples import HOSTILE, details, referral


def said_by(shown: Details) -> str:
    """All that a person reads in the details."""
    return judges.everything_readable(modals.case_details(shown))


def test_details_name_the_pupil_the_gaps_and_whose_decision_is_awaited() -> None:
    """What the channel may not say, each gap with its source."""
    said = said_by(details())
    assert "Odette Rowntree" in said
    assert "Sun 6 May 2012" in said
    assert "B999410819707" in said
    assert "• The pupil's own view: not answered. national guidance (R63)." in said
    assert "Virtual School Head's decision (R4, Salford preamble)" in said
    assert "The form is a scan: what seems missing may only be hard to read." in said
    assert "Rests on letter 5." in said
    assert "Tue 1 December 2026, 09:12: case opened, Managed Moves. Salford 2.4 (R14)" in said


def test_an_empty_case_is_still_a_whole_page() -> None:
    """No pupil, no answer, no gap, no history: each is said or left out, and nothing is blank."""
    empty = replace(
        details(pupil=Pupil(), referral=Referral(), gaps=(), holds=(), attention=(), letters=()), timeline=[]
    )
    assert judges.view_faults(modals.case_details(empty)) == []
    said = said_by(empty)
    assert "Nothing is missing." in said
    assert said.count("not given") == 4


@pytest.mark.parametrize(
    ("answers", "length"), [(3, 10), (60, 200), (600, 20), (40, 5000), (3, 100_000), (300, 299), (40, 8000)]
)
def test_an_over_full_case_stays_within_slacks_limits(answers: int, length: int) -> None:
    """100 blocks, 3,000 characters a block, 250 kB in all."""
    full = details(referral=referral(answers, length))
    assert judges.view_faults(modals.case_details(full)) == []


def test_what_does_not_fit_is_counted_and_the_way_to_it_is_said() -> None:
    """The last line says "…and N more"; nothing is cut silently."""
    said = said_by(details(referral=referral(900, 100)))
    assert "…and " in said
    assert "`moves case`" in said


@pytest.mark.parametrize("sign", ["x", "é", "&"])
def test_a_view_is_never_heavier_than_slack_takes(sign: str) -> None:
    """250 kB as sent: an accented letter is six bytes there, an ampersand five; what is left out is counted."""
    text = sign * 250_000
    fact = Fact(state=FactState.ANSWERED, value=text, raw=text, label="Reason", section="Reasons")
    view = modals.case_details(details(referral=Referral(facts={"move.reason": fact})))
    assert judges.view_faults(view) == []
    assert "…and " in view["blocks"][-1]["elements"][0]["text"]


def test_a_long_answer_is_shown_whole() -> None:
    """A reason of 10,000 characters takes several blocks; no word is lost or cut."""
    reason = " ".join(f"word{n}" for n in range(1200))
    fact = Fact(state=FactState.ANSWERED, value=reason, raw=reason, label="Reason", section="Reasons")
    said = said_by(details(referral=Referral(facts={"move.reason": fact})))
    assert set(reason.split()) <= set(said.split())


@pytest.mark.parametrize("unbroken", ["x" * 9000, "&" * 9000, "<" * 2999 + " " + "&" * 5000])
def test_a_text_without_spaces_is_cut_within_the_limit(unbroken: str) -> None:
    """Escaping makes it longer: five times for an ampersand. Every character arrives."""
    fact = Fact(state=FactState.ANSWERED, value=unbroken, raw=unbroken, label="Reason", section="Reasons")
    view = modals.case_details(details(referral=Referral(facts={"move.reason": fact})))
    assert judges.view_faults(view) == []
    said = judges.everything_readable(view)
    for character, written in (("x", "x"), ("&", "&amp;"), ("<", "&lt;")):
        if unbroken.count(character) > 100:
            assert said.count(written) >= unbroken.count(character)


def test_hostile_answers_are_shown_as_plain_text() -> None:
    """Labels and answers of their form are read by nobody but a person: no markup is read in them."""
    fact = Fact(state=FactState.ANSWERED, value=HOSTILE, raw=HOSTILE, label=HOSTILE, section=HOSTILE)
    view = modals.case_details(details(referral=Referral(facts={"move.reason": fact})))
    assert judges.view_faults(view) == []
    hostile = [text for text in judges.texts(view) if "evil" in text["text"]]
    assert hostile
    assert {text["type"] for text in hostile} == {"plain_text"}


def test_nothing_of_the_case_is_kept_with_slack() -> None:
    """No private_metadata, and the ids are the same for every case."""
    view = modals.case_details(details())
    assert "private_metadata" not in view
    assert view["callback_id"] == modals.CALLBACK
    assert "block_id" not in json.dumps(view)


@pytest.mark.parametrize("view", [modals.loading("MM-26-0007"), modals.problem("Not found.")])
def test_the_views_before_and_instead_of_details_are_sound(view: modals.View) -> None:
    """In Slack's shape and within its limits."""
    assert judges.view_faults(view) == []


@pytest.mark.parametrize(
    ("fact", "shown"),
    [
        (Fact(state=FactState.ANSWERED, value=True, raw="☒ Yes ☐ No"), "Yes"),
        (Fact(state=FactState.ANSWERED, value=False, raw="No"), "No"),
        (Fact(state=FactState.ANSWERED, value="2026-01-04", raw="4/1/26"), "Sun 4 January 2026"),
        (Fact(state=FactState.ANSWERED, value=0, raw="0"), "0"),
        (Fact(state=FactState.BLANK), "left blank"),
        (Fact(state=FactState.AMBIGUOUS, raw="☒ Yes ☒ No"), "not clear: ☒ Yes ☒ No"),
        (
            Fact(state=FactState.ANSWERED, value="9", raw="9?", sure=False),
            "9 (please check: the form says “9?”)",
        ),
    ],
)
def test_an_answer_is_written_as_a_person_reads_it(fact: Fact, shown: str) -> None:
    """With a doubt beside it."""
    assert words.answer(fact) == shown


def test_every_kind_has_words() -> None:
    """Gaps, states, holds and events: no code is shown to a person."""
    assert set(words.GAP_KINDS) == set(GapKind)
    assert set(words.STATES) == set(FactState)
    assert set(words.HOLDS) == set(Hold)
    assert set(words.EVENTS) == {kind.__name__ for kind in events.Event.__args__}
    assert words.happened("SomethingNew") == "something new"


def test_a_wish_is_told_from_a_requirement() -> None:
    """What is only asked for is never said to be a bar."""
    asked = (
        details()
        .case.gaps[0]
        .model_copy(update={"level": "should", "label": "", "field": "pupil.first_language"})
    )
    assert words.gap(asked) == (
        "pupil first language: not answered. national guidance (R63). Asked for, not required."
    )
