"""What a person at the desk sees and does: public lines, private details, and buttons that are never dead."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

import bot.demo
from bot.clock import SetClock
from bot.flows.desk import Action, Desk, PublicStage, Rulebook
from bot.flows.reading import pupil, referral
from bot.messages import Composer
from forms import read
from store import Casebook, Store
from store.errors import CaseworkError, NoSuchCase, NotAllowed, StaleCase
from store.protocol import SchoolCalendar, load, panel_dates
from store.protocol.case import Actor, School
from store.protocol.commands import FileReferral
from store.protocol.term_files import read_toml
from tests.bot.flows.silence import Silence

DEMO = Path(bot.demo.__file__).parent
ARRIVED = datetime(2026, 11, 23, 9, 12, tzinfo=UTC)
NOW = datetime(2026, 12, 3, 17, tzinfo=UTC)
OFFICER = Actor(id="U1", name="Ines Marlow", role="officer")
PANELIST = Actor(id="U2", name="Otto Field", role="panel member")


class Setting:
    """A desk over a casebook; forms are filed as intake would file them."""

    def __init__(self, store: Store) -> None:
        terms = read_toml(DEMO / "terms.toml")
        rules = load("salford"), SchoolCalendar.from_data(terms), panel_dates(terms)
        self.clock = SetClock(NOW)
        self.woken = 0
        rulebook = Rulebook(*rules, self.clock)
        self.casebook = Casebook(store, *rules, Composer(Silence(), rulebook.allowed))
        self.desk = Desk(self.casebook, rulebook, self.clock, wake=self._wake)

    def _wake(self) -> None:
        self.woken += 1

    def file(self, form: str) -> str:
        reading = read((DEMO / "forms" / f"{form}.docx").read_bytes())
        school = School(urn="999101", name="Oakfield High School")
        command = FileReferral(
            letter=1,
            form="1",
            received=ARRIVED,
            home_school=school,
            pupil=pupil(reading),
            referral=referral(reading),
        )
        return self.casebook.handle(command, NOW)[0].reference


@pytest.fixture
def setting(sqlite_store: Store) -> Setting:
    return Setting(sqlite_store)


FORMS = [
    ("oakfield-complete", PublicStage.READY, 0),
    ("weaver-gaps", PublicStage.INCOMPLETE, 5),
    ("northgate-looked-after", PublicStage.ON_HOLD, 0),
    ("castlepark-ehcp", PublicStage.ON_HOLD, 0),
]


@pytest.mark.parametrize(("form", "stage", "gaps"), FORMS)
def test_a_case_shows_its_public_stage_and_what_can_be_done(
    setting: Setting, form: str, stage: PublicStage, gaps: int
) -> None:
    """Any hold is "on hold" in public; only a ready case can be put on its panel (R4, R26, R56), a short one is asked."""
    details = setting.desk.details(setting.file(form))
    assert (details.line.stage, details.line.gaps) == (stage, gaps)
    assert (Action.PUT_ON_PANEL in details.actions) is (stage is PublicStage.READY)
    assert Action.ASK_SCHOOL in details.actions or gaps == 0
    assert Action.RECORD_CRISIS in details.actions


@pytest.mark.parametrize("form", [form for form, *_ in FORMS])
def test_what_is_offered_is_accepted_and_what_is_not_is_refused(setting: Setting, form: str) -> None:
    """The buttons and the refusals come from one table: no button is dead, and none is missing."""
    reference = setting.file(form)
    do: dict[Action, Callable[[], object]] = {
        Action.ASK_SCHOOL: lambda: setting.desk.ask_school(reference, by=OFFICER),
        Action.PUT_ON_PANEL: lambda: setting.desk.put_on_panel(reference, by=OFFICER),
        Action.RECORD_CRISIS: lambda: setting.desk.record_crisis(
            reference, by=OFFICER, why="an incident", when=NOW
        ),
    }
    for action, act in do.items():
        offered, before = setting.desk.details(reference).actions, setting.casebook.case(reference)
        assert accepted(act) is (action in offered), action
        assert action in offered or setting.casebook.case(reference) == before


def accepted(act: Callable[[], object]) -> bool:
    try:
        act()
    except CaseworkError:
        return False
    return True


def test_putting_a_case_on_its_panel(setting: Setting) -> None:
    """It moves to the agenda of its panel, the timeline names who did it, and the worker is woken to show it."""
    reference = setting.file("oakfield-complete")
    line = setting.desk.put_on_panel(reference, by=OFFICER)
    assert (line.stage, line.panel) == (PublicStage.ON_AGENDA, date(2026, 12, 10))
    last = setting.desk.details(reference).timeline[-1]
    assert (last.what, last.who, last.at) == ("PutOnAgenda", "Ines Marlow", NOW)
    panel = setting.desk.panel(date(2026, 12, 10))
    assert panel is not None
    assert [case.reference for case in panel.agenda] == [reference]
    assert setting.woken == 1


def test_a_second_click_is_harmless(setting: Setting) -> None:
    """The version that was on the screen is no longer the case's: nothing is done, and it is said."""
    reference = setting.file("oakfield-complete")
    version = setting.desk.details(reference).line.version
    setting.desk.put_on_panel(reference, by=OFFICER, version=version)
    with pytest.raises(StaleCase):
        setting.desk.put_on_panel(reference, by=OFFICER, version=version)


def test_only_an_officer_decides(setting: Setting) -> None:
    """A panel member sees and does not act; the refusal cites its rule."""
    reference = setting.file("oakfield-complete")
    with pytest.raises(NotAllowed) as refused:
        setting.desk.put_on_panel(reference, by=PANELIST)
    assert refused.value.rule
    assert setting.woken == 0


def test_a_crisis_is_recorded_with_who_why_and_when(setting: Setting) -> None:
    """R21."""
    reference = setting.file("oakfield-complete")
    setting.desk.record_crisis(reference, by=OFFICER, why="an incident", when=ARRIVED)
    crisis = setting.casebook.case(reference).crisis
    assert crisis is not None
    assert (crisis.who, crisis.why, crisis.when) == ("Ines Marlow", "an incident", ARRIVED)


def test_the_next_panel_is_the_one_to_come(setting: Setting) -> None:
    """The panel of today still counts as the next; the day after it does not; a day without a panel has none."""
    for day, expected in ((3, date(2026, 12, 10)), (10, date(2026, 12, 10)), (11, date(2027, 1, 14))):
        setting.clock.put(NOW + timedelta(days=day - 3))
        panel = setting.desk.panel()
        assert panel is not None
        assert panel.on == expected
    assert setting.desk.panel(date(2026, 12, 24)) is None
    setting.clock.put(datetime(2028, 1, 1, tzinfo=UTC))
    assert setting.desk.panel() is None


def test_a_panel_shows_each_of_its_cases_once(setting: Setting) -> None:
    """By where it stands, references and schools only."""
    filed = [setting.file(form) for form, *_ in FORMS if form != "weaver-gaps"]
    panel = setting.desk.panel(date(2026, 12, 10))
    assert panel is not None
    groups = (panel.agenda, panel.ready, panel.on_hold, panel.incomplete)
    assert sorted(case.reference for group in groups for case in group) == filed
    assert len(panel.on_hold) == 2


def test_the_list_of_cases_is_in_the_order_of_their_opening(setting: Setting) -> None:
    """By reference; there is no case under a reference that was never given."""
    filed = [setting.file(form) for form, *_ in FORMS]
    assert [case.reference for case in setting.desk.cases()] == filed
    with pytest.raises(NoSuchCase):
        setting.desk.details("MM-26-9999")
