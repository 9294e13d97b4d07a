"""What an authority chooses is obeyed: exclusions, lengths, outcomes, cadence, invitations, follow-up, its schools' days."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from store.errors import BadProtocol, NotAllowed, NotNow
from store.protocol import Context, Protocol, SchoolCalendar, due, load
from store.protocol.agreements import Party, Status
from store.protocol.cadence import coming_panels
from store.protocol.calendar import Week
from store.protocol.case import PanelOutcome, Referral
from store.protocol.commands import ConfirmStatus, PutOnPanel, RecordNotifiedMove, RecordPermanentRoll
from store.protocol.decisions import decide
from store.protocol.dues import DueKind
from store.protocol.events import MadePermanent
from store.protocol.exemptions import GrantExemption, decide_exemption
from store.protocol.placing import follow_up_day, invitation_day
from store.protocol.rulebook import load_earlier
from store.protocol.settings import Panel
from tests.store.protocol.given import (
    OFFICER,
    SCHOOL,
    TERMS,
    after,
    answered,
    at,
    calendar,
    context,
    filed,
    referral,
    salford,
)
from tests.store.protocol.moves import (
    BY,
    CASTLE_PARK,
    agreement,
    arranged,
    failure,
    final_meeting,
    on_agenda,
    placed,
    ready,
    recommendation,
    reviewed,
    start,
    when,
)

CITE = {"rule": "R7", "document": "own", "clause": "our own"}


def changed(part: str, name: str = "salford", **settings: Any) -> Protocol:
    """A shipped protocol with some settings of a part changed."""
    data = load(name).model_dump()
    data[part] = {**(data[part] or {"cite": CITE}), **settings}
    return Protocol.model_validate(data)


def excluding(**rule: Any) -> Protocol:
    """Salford's protocol with one exclusion."""
    data = salford().model_dump()
    data["exclusion"] = [{"because": "it goes another way", "cite": CITE, **rule}]
    return Protocol.model_validate(data)


# ---------------------------------------------------------------- exclusions


@pytest.mark.parametrize(
    ("rule", "facts", "excluded"),
    [
        ({"field": "pupil.year_group", "one_of": [11]}, {"pupil.year_group": 11}, True),
        ({"field": "pupil.year_group", "one_of": [11]}, {"pupil.year_group": 10}, False),
        ({"field": "record.attendance", "below": 50}, {"record.attendance": 49.9}, True),
        ({"field": "record.attendance", "below": 50}, {"record.attendance": 50}, False),
        ({"field": "home_school.name", "one_of": ["not on a school roll"]}, {"home_school.name": " Not on a School Roll"}, True),
        ({"field": "send.support", "equals": True}, {"send.support": True}, True),
        ({"field": "send.support", "equals": True}, {"send.support": False}, False),
        ({"field": "send.support", "equals": True}, {}, False),  # nobody answered: nobody is excluded
    ],
)  # fmt: skip
def test_a_child_outside_the_protocol_goes_to_no_panel(
    rule: dict[str, Any], facts: dict[str, Any], excluded: bool
) -> None:
    """Attendance, not on roll, year 11: by a certain answer, with the protocol's own reason and source."""
    where = context(at("2026-11-24 10:00"), protocol=excluding(**rule))
    said: Referral = referral({field: answered(value) for field, value in facts.items()})
    case = filed("2026-11-23 09:12", said, where)
    if not excluded:
        assert after(case, PutOnPanel(**BY), where).panel == date(2026, 12, 10)
        return
    with pytest.raises(NotAllowed, match="is outside this protocol: it goes another way") as refused:
        decide(PutOnPanel(**BY), case, where)
    assert (refused.value.rule, refused.value.source) == ("R7", "local setting: our own")


def test_what_the_officer_found_out_excludes_too() -> None:
    """A plan that the form did not know of, confirmed by the officer."""
    where = context(at("2026-11-24 10:00"), protocol=excluding(field="send.ehcp", equals=True))
    case = filed("2026-11-23 09:12", None, where)
    case = after(case, ConfirmStatus(**BY, status=Status(plan=True)), where)
    case = case.model_copy(update={"holds": ()})
    with pytest.raises(NotAllowed):
        decide(PutOnPanel(**BY), case.model_copy(update={"stage": "ready"}), where)


# ---------------------------------------------------------------- panel


def test_r15_a_panel_answers_with_an_outcome_that_it_has() -> None:
    """A panel that only recommends or not cannot defer."""
    protocol = changed("panel", outcomes=["recommended", "not supported"])
    where = when("2026-12-10 16:00", protocol)
    with pytest.raises(NotAllowed, match="one of: recommended, not supported"):
        decide(recommendation(PanelOutcome.DEFERRED, reason="A meeting first."), on_agenda(), where)
    assert after(on_agenda(), recommendation(), where).recommendation is PanelOutcome.RECOMMENDED


def test_r15_a_panel_with_categories_says_which() -> None:
    """Croydon's three: the category is recorded with the recommendation, and no other is taken."""
    protocol = changed("panel", categories=["Avoidance", "Prevention", "Breakdown"])
    where = when("2026-12-10 16:00", protocol)
    for category in ("", "Crisis"):
        with pytest.raises(NotAllowed, match="in which category: Avoidance, Prevention, Breakdown"):
            decide(recommendation(category=category), on_agenda(), where)
    (event,) = decide(recommendation(category="Prevention"), on_agenda(), where)
    assert event.category == "Prevention"


def cadence(**said: Any) -> Panel:
    return Panel.model_validate({"name": "panel", "cite": CITE, "cadence": said})


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        # Every fourth Thursday from 10 September: 31 December is a holiday, so the first day of spring.
        (
            {"every": 4, "unit": "weeks", "weekday": "thursday", "first": date(2026, 9, 10)},
            ["2026-09-10", "2026-10-08", "2026-11-05", "2026-12-03", "2027-01-05", "2027-01-28", "2027-02-25", "2027-03-25", "2027-04-22", "2027-05-20", "2027-06-17", "2027-07-15"],
        ),
        # The first Tuesday with school of each month; in January term begins on the 5th, a Tuesday.
        (
            {"unit": "months", "weekday": "tuesday"},
            ["2026-09-08", "2026-10-06", "2026-11-03", "2026-12-01", "2027-01-05", "2027-02-02", "2027-03-02", "2027-04-20", "2027-05-04", "2027-06-08", "2027-07-06"],
        ),
        # The second Thursday of each half-term.
        (
            {"unit": "half-terms", "weekday": "thursday", "nth": 2},
            ["2026-09-10", "2026-11-12", "2027-01-14", "2027-03-04", "2027-04-29", "2027-06-17"],
        ),
    ],
)  # fmt: skip
def test_a_panels_cadence_gives_its_dates(said: dict[str, Any], expected: list[str]) -> None:
    """Counted by hand on the calendar of 2026/27; a day without school moves to the next with it."""
    found = coming_panels(cadence(**said), (), calendar())
    assert [day.isoformat() for day in found] == expected


def test_listed_dates_come_before_a_cadence() -> None:
    """An authority that lists its dates has said them."""
    listed = (date(2026, 12, 10),)
    assert coming_panels(cadence(unit="months", weekday="tuesday"), listed, calendar()) == listed
    assert coming_panels(None, (), calendar()) == ()


# ---------------------------------------------------------------- placement


def test_r60_the_longest_placement_is_not_outlasted() -> None:
    """R50, R60: at most six school weeks from 11 January is Friday 26 February."""
    protocol = changed("placement", longest_weeks=6)
    where = when("2027-01-11 09:00", protocol)
    with pytest.raises(NotAllowed, match="The longest placement ends on 26 February 2027"):
        decide(start(ends=date(2027, 2, 27)), arranged(), where)
    case = after(arranged(), start(ends=date(2027, 2, 26)), where)
    assert case.placement is not None
    assert case.placement.ends == date(2027, 2, 26)


def test_r50_an_end_is_agreed_where_the_protocol_leaves_it_open() -> None:
    """An agreed fixed period has an end."""
    protocol = changed("placement", end_agreed=True)
    with pytest.raises(NotAllowed, match="agreed at its start"):
        decide(start(), arranged(), when("2027-01-11 09:00", protocol))


@pytest.mark.parametrize(
    ("week", "ends"),
    [
        ("five school days", date(2027, 3, 5)),  # half-term does not count
        ("week of term", date(2027, 3, 5)),
        ("calendar week", date(2027, 2, 28)),  # half-term counts: seven days each
    ],
)
def test_r43_r50_weeks_are_those_of_the_protocol(week: Week, ends: date) -> None:
    """From Monday 18 January 2027, six weeks across the half-term of 15-19 February."""
    assert calendar().end_of_school_weeks(date(2027, 1, 18), 6, week).day == ends


@pytest.mark.parametrize(
    ("unit", "days", "expected"),
    [
        ("days", 6, date(2027, 2, 12)),  # 20 February is a Saturday after half-term: the Friday before it
        ("school days", 6, date(2027, 2, 11)),  # 25, 24, 23, 22, then 12 and 11 February
        ("days", 0, date(2027, 2, 26)),
    ],
)
def test_r29_invitations_leave_their_notice(unit: str, days: int, expected: date) -> None:
    """Norfolk: at least six days before a review; for one on Friday 26 February."""
    protocol = changed("reviews", invite_days=days, invite_unit=unit)
    where = when("2027-01-11 09:00", protocol)
    assert invitation_day(date(2027, 2, 26), where) == expected
    prompts = {
        entry.about: entry.wall.date() for entry in due(placed(), where) if entry.kind is DueKind.REVIEW
    }
    assert prompts[date(2027, 2, 26)] == expected


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ({"when": "end of the following term"}, date(2027, 7, 21)),
        ({"when": "end of the same term"}, date(2027, 4, 2)),
        (
            {"when": "school weeks", "weeks": 4},
            date(2027, 3, 12),
        ),  # 8-12 February, then 22 February to 12 March
    ],
)
def test_r41_the_follow_up_has_its_anchor(rule: dict[str, Any], expected: date) -> None:
    """For a failure noticed on Monday 8 February 2027."""
    protocol = changed("follow_up", **rule)
    found = follow_up_day(date(2027, 2, 8), SCHOOL, when("2027-02-08 10:00", protocol))
    assert found == (expected, True)


def test_r41_no_follow_up_where_the_protocol_has_none() -> None:
    """Southwark's page does not ask for one."""
    assert follow_up_day(date(2027, 2, 8), SCHOOL, when("2027-02-08 10:00", "southwark")) is None


def test_r19_an_exemption_has_a_ground_of_the_protocol() -> None:
    """R19: a ground of an authority's own is taken, another is refused with the list."""
    where = when("2026-12-10 17:00", changed("exemption", grounds=["building works"]))
    asked = {
        "school": CASTLE_PARK,
        "start": date(2027, 1, 5),
        "end": date(2027, 4, 2),
        "minute": "7",
        "by": OFFICER,
    }
    with pytest.raises(NotAllowed, match="grounds of an exemption: building works"):
        decide_exemption(GrantExemption(**asked, grounds="in special measures"), (), where)
    granted = decide_exemption(GrantExemption(**asked, grounds="building works"), (), where)
    assert type(granted).__name__ == "ExemptionGranted"


@pytest.mark.parametrize(("asked", "balance"), [(True, "Eastshire"), (False, "")])
def test_r47_a_balance_is_kept_where_the_protocol_asks_for_one(*, asked: bool, balance: str) -> None:
    """R47: for a pupil who went to a school of another authority."""
    protocol = salford()
    if not asked:
        rules = protocol.rules.model_copy(update={"reciprocity": None})
        protocol = protocol.model_copy(update={"rules": rules})
    case = reviewed().model_copy(update={"receiving_authority": "Eastshire"})
    day = case.placement.reviews[-1] if case.placement else date.min
    where = when(f"{day} 18:00", protocol)
    case = after(case, final_meeting(day), where)
    events = decide(RecordPermanentRoll(**BY, on=day), case, where)
    (permanent,) = (event for event in events if isinstance(event, MadePermanent))
    assert permanent.authority == balance


def test_r58_an_informal_arrangement_cites_what_allows_it() -> None:
    """R58: paragraph 4 of Southwark's page, where an agreed move cites paragraph 1 (R52)."""
    where = when("2026-12-11 10:00", "southwark")
    told = {
        "by": OFFICER,
        "received": where.now,
        "home_school": SCHOOL,
        "school": CASTLE_PARK,
        "start": date(2027, 1, 11),
    }
    for informal, rule in ((True, "R58"), (False, "R52")):
        opened = decide(RecordNotifiedMove(**told, informal=informal), None, where)[0]
        assert opened.rule == rule


# ---------------------------------------------------------------- schools' own days

OWN_DAYS = {
    **TERMS,
    "school": [
        # Castle Park closes on Friday 22 January and has a half-term a week longer; the home school on 9 February.
        {"urn": "999107", "inset": [date(2027, 1, 22)], "term": [{**TERMS["term"][1], "half_term": [date(2027, 2, 8), date(2027, 2, 19)]}]},
        {"urn": "999104", "closed": [date(2027, 2, 9)]},
    ],
}  # fmt: skip


def own_days(moment: str) -> Context:
    return Context(
        salford(), SchoolCalendar.from_data(OWN_DAYS), when(moment).panels, at(moment), "MM-26-0001"
    )


def test_r28_r50_reviews_are_counted_on_the_receiving_schools_days() -> None:
    """Six school weeks at Castle Park from 11 January: 9 days to the 21st, 10 to 5 February, 11 more from the 22nd: 8 March."""
    case = after(arranged(), start(), own_days("2027-01-11 09:00"))
    assert case.placement is not None
    assert case.placement.reviews[0] == date(2027, 3, 8)


def test_r38_notice_is_counted_on_the_home_schools_days() -> None:
    """Noticed on Monday 8 February; the home school is closed on Tuesday, so Wednesday is the earliest."""
    where = own_days("2027-02-08 10:05")
    with pytest.raises(NotAllowed, match="on 10 February 2027 at the earliest"):
        decide(failure("2027-02-08 10:00", date(2027, 2, 9)), placed(), where)
    case = after(placed(), failure("2027-02-08 10:00", date(2027, 2, 10)), where)
    assert case.failure is not None
    assert case.failure.earliest == date(2027, 2, 10)


# ---------------------------------------------------------------- vocabulary


def test_a_refusal_speaks_the_authoritys_own_words() -> None:
    """Southwark calls it the proposed school."""
    with pytest.raises(NotNow, match="No proposed school is proposed for MM-26-0001 yet"):
        decide(agreement(Party.PARENT), ready("southwark"), when("2026-12-14 10:00", "southwark"))


# ---------------------------------------------------------------- versions


def write(path: Path, version: int) -> None:
    text = (Path(__file__).parent / "authorities" / "devon.toml").read_text("utf-8")
    path.write_text(text.replace("version = 1\n", f"version = {version}\n", 1), "utf-8")


def test_r66_an_authority_keeps_its_earlier_versions_in_a_folder(tmp_path: Path) -> None:
    """R66: so that a case finds the one it started under; two files of one version are told apart by nobody."""
    assert load_earlier(tmp_path / "gone") == ()
    write(tmp_path / "devon-1.toml", 1)
    write(tmp_path / "devon-2.toml", 2)
    assert [protocol.key for protocol in load_earlier(tmp_path)] == ["devon/1", "devon/2"]
    write(tmp_path / "devon-copy.toml", 2)
    with pytest.raises(BadProtocol, match="Two files say that they are devon/2"):
        load_earlier(tmp_path)


def test_r66_an_earlier_version_that_ships_is_found_by_its_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """ "devon/1" from the folder of earlier versions, "devon" and "devon/2" the newest."""
    (tmp_path / "earlier").mkdir()
    write(tmp_path / "devon.toml", 2)
    write(tmp_path / "earlier" / "devon-1.toml", 1)
    monkeypatch.setattr("store.protocol.rulebook.resources.files", lambda _package: tmp_path)
    assert [load(name).version for name in ("devon", "devon/2", "devon/1")] == [2, 2, 1]
    with pytest.raises(BadProtocol, match="the one that ships is devon/2"):
        load("devon/3")
