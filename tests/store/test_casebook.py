"""The casebook: what a command leads to is saved in one commit, and read again as it was."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import select

from store import Casebook, CaseFilter, Outbox, Store
from store.errors import NoSuchCase, NotAllowed, StaleCase
from store.messages import Message, Road
from store.protocol import SchoolCalendar, load
from store.protocol.case import Actor, Case, Fact, FactState, Kind, Pupil, Referral, School, Stage
from store.protocol.commands import (
    AskSchool,
    CorrectReferral,
    FileOutOfBoroughReport,
    PutOnPanel,
    RecordCrisis,
)
from store.protocol.context import Context
from store.protocol.decisions import decide
from store.protocol.evolution import evolve
from store.records import read_case, save_case
from store.tables import AnswerKind, CaseRow, DueRow
from tests.store.cases import (
    INTERVENTIONS,
    MONDAY,
    NEXT_PANEL,
    OAKFIELD,
    OFFICER,
    PANEL,
    PANELS,
    PUPIL,
    TERMS,
    casebook,
    compose,
    filing,
    referral,
)
from tests.store_fixtures import Database

TUESDAY = MONDAY + timedelta(days=1)


def correction(reference: str, letter: int = 2, **values: Any) -> CorrectReferral:
    return CorrectReferral(
        **{
            "reference": reference,
            "letter": letter,
            "form": "1",
            "received": TUESDAY,
            "message_id": f"<{letter}@oakfield.example>",
            "pupil": PUPIL,
            "referral": referral(),
            **values,
        }
    )


def test_a_referral_becomes_a_case_with_all_that_follows(store: Store) -> None:
    """The case, its timeline, its diary and its messages are there after one command."""
    book = casebook(store)
    events = book.handle(filing(), MONDAY)

    case = book.case("MM-26-0001")
    assert (case.stage, case.panel, case.letters) == (Stage.READY, PANEL, (1,))
    assert [type(event).__name__ for event in events] == ["CaseOpened", "ReferralAssessed"]
    assert [entry.event for entry in book.timeline("MM-26-0001")] == ["CaseOpened", "ReferralAssessed"]
    assert [line.key for line in Outbox(store).all()] == [
        "MM-26-0001/2/CaseOpened",
        "MM-26-0001/2/ReferralAssessed",
    ]
    with store.reading() as session:
        rows = session.exec(select(DueRow)).all()
    # Complete and not on an agenda: when the panel of 10 December is over it goes to the next one.
    assert [(row.kind, row.wall, row.due) for row in rows] == [
        ("next panel", "2026-12-11T00:00:00", datetime(2026, 12, 11, tzinfo=UTC))
    ]


def test_a_case_read_again_equals_the_case_as_decided(store: Store) -> None:
    """What the rules evolved in memory is what the records give back, answers and all."""
    book = casebook(store)
    context = Context(load("salford"), SchoolCalendar.from_data(TERMS), PANELS, MONDAY, "MM-26-0001")
    expected = None
    for event in decide(filing(), None, context):
        expected = evolve(expected, event)
    book.handle(filing(), MONDAY)
    assert book.case("MM-26-0001") == expected


def test_a_correction_keeps_history(store: Store) -> None:
    """The new answer is current, the old one is kept with the letter that gave it and the one that replaced it."""
    book = casebook(store)
    book.handle(filing(referral=referral(record__attendance=91.5, pupil__views=None)), MONDAY)
    assert book.case("MM-26-0001").stage is Stage.INCOMPLETE
    book.handle(correction("MM-26-0001", referral=referral(record__attendance=88)), TUESDAY)

    case = book.case("MM-26-0001")
    assert case.stage is Stage.READY
    assert case.referral.value("record.attendance") == 88
    history = [each for each in book.answers("MM-26-0001") if each.field == "record.attendance"]
    assert [(each.content["value"], each.letter, each.superseded_by) for each in history] == [
        (91.5, 1, 2),
        (88, 2, None),
    ]
    unchanged = [each for each in book.answers("MM-26-0001") if each.field == "pupil.sex"]
    assert [(each.letter, each.superseded_at) for each in unchanged] == [(1, None)]


def test_lists_keep_history_too(store: Store) -> None:
    """Interventions that a correction adds to are a new version of the list."""
    book = casebook(store)
    book.handle(filing(), MONDAY)
    more = (*INTERVENTIONS, {"what": "Counselling", "start": "2026-10-01", "end": None, "outcome": "None"})
    changed = referral().model_copy(update={"lists": {"interventions": more}})
    book.handle(correction("MM-26-0001", referral=changed), TUESDAY)

    assert book.case("MM-26-0001").referral.lists["interventions"] == more
    versions = [each for each in book.answers("MM-26-0001") if each.kind is AnswerKind.ROWS]
    assert [len(each.content["rows"]) for each in versions] == [1, 2]


def test_references_have_no_gap(store: Store) -> None:
    """A command that is undone gives its number back; each year counts from one."""
    book = casebook(store)
    book.handle(filing(1), MONDAY)

    def refuse(*_: object) -> Any:
        raise RuntimeError("rendering failed")

    with pytest.raises(RuntimeError):
        casebook(store, compose=refuse).handle(filing(2), MONDAY)
    book.handle(filing(3), MONDAY)
    book.handle(filing(4, received=datetime(2027, 1, 4, 9, tzinfo=UTC)), datetime(2027, 1, 4, 9, tzinfo=UTC))
    assert [case.reference for case in book.cases()] == ["MM-26-0001", "MM-26-0002", "MM-27-0001"]


def test_the_year_is_that_of_the_arrival(store: Store) -> None:
    """A letter that came in the last second of 2026 is a case of 2026, whenever it is read (R14)."""
    book = casebook(store)
    last = datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC)
    book.handle(filing(received=last), datetime(2027, 1, 4, 9, tzinfo=UTC))
    assert [case.reference for case in book.cases()] == ["MM-26-0001"]


def test_nothing_is_saved_when_rendering_fails(store: Store) -> None:
    """Case, timeline, diary and outbox are one commit: with the messages the rest is undone."""
    calls = []

    def fails_at_second(event: Any, case: Case) -> Any:
        calls.append(event)
        if len(calls) == 2:
            raise RuntimeError("rendering failed")
        return compose(event, case)

    with pytest.raises(RuntimeError):
        casebook(store, compose=fails_at_second).handle(filing(), MONDAY)
    with store.reading() as session:
        assert session.exec(select(CaseRow)).all() == []
    assert Outbox(store).all() == ()


def test_messages_speak_of_the_case_after_the_whole_command(store: Store) -> None:
    """The opening is rendered with the panel that only the assessment after it gave."""
    seen = []

    def note(event: Any, case: Case) -> list[Message]:
        seen.append((type(event).__name__, case.panel))
        return []

    casebook(store, compose=note).handle(filing(), MONDAY)
    assert seen == [("CaseOpened", PANEL), ("ReferralAssessed", PANEL)]


def test_a_second_click_is_stale(store: Store) -> None:
    """A button drawn for one version is refused for the next, and nothing changes."""
    book = casebook(store)
    book.handle(filing(), MONDAY)
    version = book.case("MM-26-0001").version
    book.handle(PutOnPanel(reference="MM-26-0001", by=OFFICER, version=version), TUESDAY)
    agenda = book.case("MM-26-0001")
    assert agenda.stage is Stage.ON_AGENDA
    with pytest.raises(StaleCase):
        book.handle(PutOnPanel(reference="MM-26-0001", by=OFFICER, version=version), TUESDAY)
    assert book.case("MM-26-0001") == agenda


def test_a_case_that_changed_meanwhile_is_not_overwritten(store: Store) -> None:
    """Saving on the strength of an older version is refused by the database itself."""
    book = casebook(store)
    book.handle(filing(), MONDAY)
    old = book.case("MM-26-0001")
    book.handle(PutOnPanel(reference="MM-26-0001", by=OFFICER), TUESDAY)
    with pytest.raises(StaleCase), store.writing() as session:
        save_case(session, old, old.model_copy(update={"version": old.version + 1, "late": True}), TUESDAY)
    assert not book.case("MM-26-0001").late


def test_a_refusal_changes_nothing(store: Store) -> None:
    """A held case does not reach a panel, and the refusal cites its rule."""
    book = casebook(store)
    book.handle(filing(referral=referral(pupil__looked_after=True)), MONDAY)
    before = book.case("MM-26-0001")
    assert before.stage is Stage.HELD
    with pytest.raises(NotAllowed) as refused:
        book.handle(PutOnPanel(reference="MM-26-0001", by=OFFICER), TUESDAY)
    assert refused.value.rule in {"R1", "R4"}
    assert book.case("MM-26-0001") == before


def test_an_unknown_reference_is_said_to_be_unknown(store: Store) -> None:
    """No such case, whichever way it is asked for."""
    book = casebook(store)
    for ask in (book.case, book.timeline, book.answers):
        with pytest.raises(NoSuchCase):
            ask("MM-26-0999")
    with pytest.raises(NoSuchCase):
        book.handle(AskSchool(reference="MM-26-0999", by=OFFICER), MONDAY)


def test_the_timeline_holds_no_childs_data(store: Store) -> None:
    """Names, date of birth, UPN and the reason of a crisis stay out of it."""
    book = casebook(store)
    book.handle(filing(referral=referral(pupil__views=None)), MONDAY)
    book.handle(
        RecordCrisis(reference="MM-26-0001", by=OFFICER, why="Merryn hit a teacher", when=MONDAY), TUESDAY
    )
    told = " ".join(str(entry) for entry in book.timeline("MM-26-0001"))
    assert "CrisisRecorded" in told
    for private in ("Merryn", "Ashdown", "2013", "B999410819707", "teacher", "pupil.views"):
        assert private not in told


def test_cases_are_found_by_what_they_are(store: Store) -> None:
    """By stage, kind, school and panel; counted by stage."""
    book = casebook(store)
    book.handle(filing(1), MONDAY)
    book.handle(filing(2, referral=referral(pupil__views=None)), MONDAY)
    other = School(urn="999103", name="Riverside Academy")
    report = FileOutOfBoroughReport(letter=3, received=MONDAY, home_school=other)
    book.handle(report, MONDAY)

    def found(**wanted: Any) -> list[str]:
        return [case.reference for case in book.cases(CaseFilter(**wanted))]

    assert found() == ["MM-26-0001", "MM-26-0002", "MM-26-0003"]
    assert found(stages=frozenset({Stage.INCOMPLETE})) == ["MM-26-0002"]
    assert found(kind=Kind.OUT_OF_BOROUGH) == ["MM-26-0003"]
    assert found(school="999101") == ["MM-26-0001", "MM-26-0002"]
    assert found(panel=PANEL, open_only=True) == ["MM-26-0001", "MM-26-0002", "MM-26-0003"]
    assert found(panel=NEXT_PANEL) == []
    assert book.counts()[Stage.INCOMPLETE] == 1
    assert sum(book.counts().values()) == 3


def test_a_panels_agenda(store: Store) -> None:
    """Its date, its deadline (Wednesday of the week before) and its cases by stage."""
    book = casebook(store)
    book.handle(filing(1), MONDAY)
    book.handle(filing(2), MONDAY)
    book.handle(PutOnPanel(reference="MM-26-0002", by=OFFICER), TUESDAY)

    agenda = book.panel(PANEL)
    assert agenda.deadline == datetime(2026, 12, 2, 23, 59, 59, 999999, tzinfo=UTC)
    assert [case.reference for case in agenda.at(Stage.ON_AGENDA)] == ["MM-26-0002"]
    assert [case.reference for case in agenda.at(Stage.READY)] == ["MM-26-0001"]
    assert book.panel(NEXT_PANEL).cases == ()


def test_a_thread_leads_to_its_cases(store: Store) -> None:
    """By a Message-ID of theirs or of ours, with or without brackets; a letter with two forms leads to both."""
    book = casebook(store)
    book.handle(filing(1, form="1"), MONDAY)
    book.handle(filing(1, form="2"), MONDAY)
    ours = {"message_id": "<ours@moves.example>", "about": "answer"}
    letter = Message(key="a", road=Road.LETTER, kind="answer", reference="MM-26-0002", payload=ours)
    Outbox(store).put([letter], MONDAY)

    assert book.find_thread(["<1@oakfield.example>"]) == ("MM-26-0001", "MM-26-0002")
    assert book.find_thread(["x@y.example", "ours@moves.example"]) == ("MM-26-0002",)
    assert book.find_thread(["<other@oakfield.example>", "", "<>"]) == ()
    assert book.find_thread(["<" + "x" * 20_000 + "@oakfield.example>"]) == ()


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        (Pupil(upn="b 99941 0819707"), True),
        (Pupil(forename="MERRYN", surname="Ashdown"), True),
        (Pupil(name="Ashdown, Merryn"), True),
        (Pupil(name="Mérryn Ashdown"), True),
        (Pupil(name="Somebody Else", dob=date(2013, 2, 3)), True),  # the caller sees that the name differs
        (Pupil(name="Merryn Ashdow"), False),
        (Pupil(upn="B999410819708", dob=date(2013, 2, 4)), False),
        (Pupil(), False),
    ],
)
def test_a_pupil_is_found_by_number_name_or_birthday(sqlite_store: Store, asked: Pupil, found: bool) -> None:
    """Exactly, however it is written; never by likeness."""
    book = casebook(sqlite_store)
    book.handle(filing(), MONDAY)
    assert book.find_pupil(OAKFIELD, asked) == (("MM-26-0001",) if found else ())


def test_a_pupil_is_looked_for_in_one_school_or_in_all(store: Store) -> None:
    """Another school's case is not found unless all are asked; the newest comes first."""
    book = casebook(store)
    outside = School(name="Farbrook High")
    book.handle(filing(1), MONDAY)
    book.handle(filing(2, home_school=outside), TUESDAY)
    assert book.find_pupil(OAKFIELD, PUPIL) == ("MM-26-0001",)
    assert book.find_pupil(School(name="farbrook high school"), PUPIL) == ("MM-26-0002",)
    assert book.find_pupil(School(urn="999103", name="Riverside"), PUPIL) == ()
    assert book.find_pupil(None, PUPIL) == ("MM-26-0002", "MM-26-0001")


def test_a_running_case_keeps_its_protocol(store: Store) -> None:
    """A later version of the protocol does not judge a case that started under an earlier one."""
    first = load("salford")
    casebook(store, protocol=first).handle(filing(referral=referral(pupil__views=None)), MONDAY)
    lenient = first.model_copy(
        update={
            "version": first.version + 1,
            "required": tuple(each for each in first.required if each.field != "pupil.views"),
        }
    )
    book = casebook(store, protocol=lenient, earlier=[first])
    book.handle(filing(2, referral=referral(pupil__views=None)), MONDAY)
    book.handle(correction("MM-26-0001", 3, referral=referral(pupil__views=None)), TUESDAY)

    assert book.case("MM-26-0001").protocol == first.key
    assert book.case("MM-26-0001").stage is Stage.INCOMPLETE
    assert book.case("MM-26-0002").stage is Stage.READY


def test_many_workers_open_cases_without_gap_or_double(database: Database) -> None:
    """Three processes' worth of connections open 12 cases at once: 12 references, from 1 to 12."""
    stores = [database.open() for _ in range(3)]
    books = [casebook(each) for each in stores]

    def file(number: int) -> str:
        return books[number % 3].handle(filing(number), MONDAY)[0].reference

    with ThreadPoolExecutor(3) as pool:
        references = sorted(pool.map(file, range(1, 13)))
    assert references == [f"MM-26-{number:04d}" for number in range(1, 13)]


def test_two_officers_at_once(database: Database) -> None:
    """Both press the button drawn for the same version: one succeeds, the other is told that the case has changed."""
    stores = [database.open() for _ in range(2)]
    books = [casebook(each) for each in stores]
    books[0].handle(filing(), MONDAY)
    version = books[0].case("MM-26-0001").version

    def press(book: Casebook) -> str:
        try:
            book.handle(PutOnPanel(reference="MM-26-0001", by=OFFICER, version=version), TUESDAY)
        except StaleCase:
            return "stale"
        return "done"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(press, books)) == ["done", "stale"]
    assert books[0].case("MM-26-0001").version == version + 1


ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30)
VALUES = (
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(-1e9, 1e9).map(lambda x: x + 0.0)
    | ANY_TEXT
)
FACTS = st.builds(
    Fact, state=st.sampled_from(FactState), value=VALUES, raw=ANY_TEXT, label=ANY_TEXT, sure=st.booleans()
)
REFERRALS = st.builds(
    Referral,
    facts=st.dictionaries(st.sampled_from(["pupil.name", "move.reason", "send.ehcp"]), FACTS),
    lists=st.dictionaries(
        st.sampled_from(["interventions", "agencies"]),
        st.lists(
            st.dictionaries(st.sampled_from(["what", "outcome"]), st.none() | st.booleans() | ANY_TEXT),
            max_size=3,
        ).map(tuple),
    ),
    list_labels=st.dictionaries(st.just("interventions"), ANY_TEXT),
    definition=ANY_TEXT,
)


def said(case: Case | None) -> str:
    """The case as text, so that 1, 1.0 and True are three things."""
    assert case is not None
    return json.dumps(case.model_dump(mode="json"), sort_keys=True)


@given(first=REFERRALS, second=REFERRALS)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_referral_and_any_correction_come_back_as_they_were(
    store: Store, first: Referral, second: Referral
) -> None:
    """Whatever answers a case has, and whatever replaces them: read again, it equals what was saved."""
    with store.writing() as session:
        number = len(session.exec(select(CaseRow.reference)).all()) + 1
        opened = Case(
            reference=f"MM-26-{number:04d}",
            stage=Stage.INCOMPLETE,
            protocol="salford/1",
            home_school=OAKFIELD,
            received=MONDAY,
            referral=first,
            letters=(1,),
        )
        save_case(session, None, opened, MONDAY)
    with store.reading() as session:
        assert said(read_case(session, opened.reference)) == said(opened)
    corrected = opened.model_copy(update={"referral": second, "version": 2, "letters": (1, 2)})
    with store.writing() as session:
        save_case(session, opened, corrected, TUESDAY)
    with store.reading() as session:
        assert said(read_case(session, opened.reference)) == said(corrected)


def test_a_bot_may_not_decide(store: Store) -> None:
    """A person decides: the bot's own name opens no door."""
    book = casebook(store)
    book.handle(filing(), MONDAY)
    with pytest.raises(NotAllowed):
        book.handle(PutOnPanel(reference="MM-26-0001", by=Actor.bot()), TUESDAY)


def test_a_case_can_be_foreseen_and_nothing_is_saved(store: Store) -> None:
    """What a command would lead to is what it leads to, but for the reference that a new case is given."""
    book = casebook(store)
    opening = filing(referral=referral(pupil__views=None))
    foreseen = book.foresee(opening, MONDAY)
    assert book.cases() == ()
    book.handle(opening, MONDAY)
    opened = book.case("MM-26-0001")
    assert foreseen.model_copy(update={"reference": opened.reference}) == opened

    closing = correction("MM-26-0001")
    foreseen = book.foresee(closing, TUESDAY)
    assert book.case("MM-26-0001") == opened
    book.handle(closing, TUESDAY)
    assert foreseen == book.case("MM-26-0001")


def test_what_the_protocol_refuses_is_refused_when_foreseen(store: Store) -> None:
    """With the same sentence as when it is done."""
    book = casebook(store)
    book.handle(filing(referral=referral(pupil__looked_after=True)), MONDAY)
    with pytest.raises(NotAllowed, match="Virtual School"):
        book.foresee(PutOnPanel(reference="MM-26-0001", by=OFFICER), MONDAY)
