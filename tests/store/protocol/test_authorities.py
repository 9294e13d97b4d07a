"""Each authority of the table in the domain notes is a file: loaded, and walked through a whole case by the same code.

What is expected of each is counted by hand from its row, on the calendar of `given.TERMS` (2026/27): half-term 15-19
February, Good Friday 26 March, Easter Monday 29 March, spring ends 2 April, summer begins 19 April, May Day 3 May.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import pytest

from store.protocol import Context, Protocol, due, load
from store.protocol.agreements import Party, Shown
from store.protocol.cadence import coming_panels
from store.protocol.case import Case, Stage
from store.protocol.commands import (
    AgreeExtension,
    ArrangeInitialMeeting,
    CloseCase,
    Command,
    PutOnPanel,
    RecordDelivery,
    RecordFailureReport,
    RecordFollowUp,
    RecordPermanentRoll,
    RecordReintegrationMeeting,
    RecordReturn,
)
from store.protocol.dues import DueKind
from store.protocol.failure import Recipient
from store.protocol.gathering import missing
from store.protocol.panels import deadline
from store.protocol.placement import Footing
from tests.store.protocol.given import PANELS, after, at, calendar, filing
from tests.store.protocol.moves import (
    BY,
    agreement,
    failure,
    final_meeting,
    initial_meeting,
    proposal,
    recommendation,
    review,
    start,
)

FOLDER = Path(__file__).parent / "authorities"
SHIPPED = (
    "salford",
    "norfolk",
)  # the other two rows of the table; southwark.toml is the page of November 2024
TRIAL, DIRECTION, PERMANENT = Footing.TRIAL, Footing.DIRECTION, Footing.PERMANENT
FOUR = ("parent", "child", "home head", "receiving head")
THREE_WEEKS = date(2027, 1, 29)
TEN_WEEKS = date(2027, 3, 30)  # 47 school days: the tenth week makes up Good Friday after Easter Monday
FOUR_WEEKS, SIX_WEEKS, EIGHT_WEEKS = date(2027, 2, 5), date(2027, 2, 26), date(2027, 3, 12)
TWELVE_WEEKS, SIXTEEN_WEEKS = date(2027, 4, 27), date(2027, 5, 26)
LATE = date(2027, 1, 25)  # a Monday


@dataclass(frozen=True)
class Row:
    """What a row of the table comes to for a case received on 23 November 2026 that starts on 11 January 2027."""

    footing: Footing = TRIAL
    deadline: str = ""  # of the panel it goes to, London time; "" where there is no panel
    panel: date | None = None
    agreed_end: date | None = None  # where the protocol sets no length, one is agreed
    ends: date | None = None
    reviews: tuple[date, ...] = ()
    parties: tuple[str, ...] = FOUR
    extension: tuple[date, date] | None = None  # from when on, and the latest end (None: no bound)
    start: date = date(2027, 1, 11)
    follow_up: date | None = None
    earliest: date = date(2027, 2, 1)  # of the re-integration meeting after a notice on Monday 1 February
    calls: dict[str, str] = field(default_factory=dict)


# Five school days before Thursday 10 December: 9, 8, 7, 4, 3.
USUAL = {"panel": date(2026, 12, 10), "deadline": "2026-12-03 23:59"}
AGREED = {"agreed_end": SIX_WEEKS, "ends": SIX_WEEKS, "reviews": (SIX_WEEKS,)}
WITH_THE_AUTHORITY = (*FOUR, "local authority")
ROWS = {
    "salford": Row(
        panel=date(2026, 12, 10),
        deadline="2026-12-02 23:59",  # the Wednesday of the week before
        reviews=(SIX_WEEKS, TWELVE_WEEKS),
        extension=(TWELVE_WEEKS, date.max),
        earliest=date(2027, 2, 2),  # one school day
        follow_up=date(2027, 7, 21),  # failed in spring: the end of summer
        calls={"officer": "Complex Case Officer"},
    ),
    "norfolk": Row(DIRECTION, ends=EIGHT_WEEKS, reviews=(date(2027, 1, 22), FOUR_WEEKS, SIX_WEEKS, EIGHT_WEEKS)),
    "southwark-chapters": Row(
        ends=TWELVE_WEEKS,
        reviews=(FOUR_WEEKS, EIGHT_WEEKS, TWELVE_WEEKS),
        calls={"receiving_school": "proposed school", "placement": "trial period"},
    ),
    "gloucestershire": Row(ends=SIXTEEN_WEEKS, reviews=(SIXTEEN_WEEKS,), parties=WITH_THE_AUTHORITY),
    "northumberland": Row(ends=FOUR_WEEKS, reviews=(FOUR_WEEKS,)),
    "norfolk-2017": Row(ends=EIGHT_WEEKS, reviews=(EIGHT_WEEKS,), parties=WITH_THE_AUTHORITY),
    "north-somerset": Row(**USUAL, **AGREED, parties=WITH_THE_AUTHORITY),
    "cheshire-east": Row(ends=SIX_WEEKS, reviews=(SIX_WEEKS,), extension=(SIX_WEEKS, TWELVE_WEEKS)),
    "west-northants": Row(**AGREED, calls={"receiving_school": "proposed school"}),
    "north-northants": Row(PERMANENT),
    # 11 January to 26 February holds thirty school days; the fifteenth is Friday 29 January.
    "devon": Row(agreed_end=SIX_WEEKS, ends=SIX_WEEKS, reviews=(THREE_WEEKS, SIX_WEEKS), calls={"officer": "Inclusion Officer"}),
    "oxfordshire": Row(**USUAL, **AGREED, calls={"placement": "guest placement"}),
    "rotherham": Row(**AGREED),
    "derbyshire": Row(DIRECTION, **AGREED, extension=(TWELVE_WEEKS, date.max)),
    "lincolnshire": Row(DIRECTION, **AGREED),
    # Every four weeks from 10 September: 8 October, 5 November, 3 December. Five school days before: 26 November.
    "bracknell-forest": Row(PERMANENT, panel=date(2026, 12, 3), deadline="2026-11-26 23:59"),
    "st-helens": Row(**USUAL, **AGREED, calls={"placement": "trial placement"}),
    "croydon": Row(**USUAL, **AGREED),
    "north-tyneside": Row(panel=date(2026, 12, 10), deadline="2026-12-07 12:00", **AGREED),  # noon, Monday
    # Every three weeks from 10 September: 1 and 22 October, 12 November, 3 December.
    "greenwich-waltham-forest": Row(panel=date(2026, 12, 3), deadline="2026-11-26 23:59", **AGREED),
    # The second Thursday of each half-term: 10 September, 12 November, then 14 January; 13, 12, 11, 8, 7 January.
    "lancashire": Row(panel=date(2027, 1, 14), deadline="2027-01-07 23:59", start=LATE, **AGREED),
    "enfield": Row(ends=TWELVE_WEEKS, reviews=(TWELVE_WEEKS,)),
}  # fmt: skip
NAMES = sorted(ROWS)
PLACING = [name for name in NAMES if ROWS[name].footing is not PERMANENT]


def protocol_of(name: str) -> Protocol:
    return load(name) if name in SHIPPED else load(FOLDER / f"{name}.toml")


class Walk:
    """One case under one authority's protocol: each step at a London time, by the commands of an officer."""

    def __init__(self, name: str) -> None:
        self.protocol, self.row = protocol_of(name), ROWS[name]
        listed = () if self.protocol.panel and self.protocol.panel.cadence else PANELS
        self.panels = coming_panels(self.protocol.panel, listed, calendar())
        self.case: Case | None = None

    def where(self, when: str) -> Context:
        return Context(self.protocol, calendar(), self.panels, at(when), "MM-26-0001")

    def do(self, when: str, *commands: Command) -> Case:
        for command in commands:
            self.case = after(self.case, command, self.where(when))
        assert self.case is not None
        return self.case

    def filed(self) -> Case:
        return self.do("2026-11-24 10:00", filing(at("2026-11-23 09:12")))

    def agreed(self) -> Case:
        """Through the panel where there is one, a school proposed, and all agreed to it the day after."""
        case = self.filed()
        if case.panel:
            self.do("2026-11-24 10:30", PutOnPanel(**BY))
            kinds = self.protocol.panel.categories if self.protocol.panel else ()
            self.do(f"{case.panel} 16:00", recommendation(category=kinds[0] if kinds else ""))
        day = (case.panel or date(2026, 12, 10)) + timedelta(days=1)
        case = self.do(f"{day} 10:00", proposal())
        for party, _ in missing(case, self.protocol):
            case = self.do(f"{day} 12:00", agreement(party, on=day))
        return case

    def arranged(self) -> Case:
        """The initial meeting is held on the Wednesday before the start, or in the last week of autumn."""
        self.agreed()
        met = date(2027, 1, 20) if self.row.start == LATE else date(2026, 12, 16)
        arranging = "2027-01-18 09:00" if self.row.start == LATE else "2026-12-14 09:00"
        self.do(arranging, ArrangeInitialMeeting(**BY, on=met))
        return self.do(f"{met} 15:00", initial_meeting(met))

    def placed(self) -> Case:
        self.arranged()
        return self.do(f"{self.row.start} 08:00", start(self.row.start, ends=self.row.agreed_end))

    def closed(self, when: str) -> Case:
        return self.do(when, CloseCase(**BY, reason="Nothing is left to do."))


def test_every_row_of_the_table_is_there() -> None:
    """Twenty-two authorities: twenty files, and two that ship."""
    files = {path.stem for path in FOLDER.glob("*.toml")}
    assert len(NAMES) == 22
    assert files | set(SHIPPED) == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_only_its_own_documents_are_cited(name: str) -> None:
    """Its own document, national guidance, or its own option: no other authority's."""
    protocol = protocol_of(name)
    cited = {cite.document for cite in protocol.cites()}
    assert cited <= {"local", "guidance", "own", name}
    assert protocol.vocabulary.cite
    for key, called in ROWS[name].calls.items():
        assert getattr(protocol.vocabulary, key) == called


@pytest.mark.parametrize("name", NAMES)
def test_the_panel_and_the_deadline_are_those_of_its_row(name: str) -> None:
    """R27 and its other ways: counted by hand from the panel that a case of 23 November goes to."""
    walk, row = Walk(name), ROWS[name]
    case = walk.filed()
    assert case.stage is Stage.READY
    assert case.panel == row.panel
    if row.panel:
        by = deadline(row.panel, walk.protocol, calendar())
        assert by is not None
        assert by.astimezone(walk.protocol.tz).strftime("%Y-%m-%d %H:%M") == row.deadline


@pytest.mark.parametrize("name", NAMES)
def test_those_agree_who_must(name: str) -> None:
    """R49, R55: without any one of them nothing is arranged; a second parent where responsibility is shared."""
    protocol = protocol_of(name)
    assert [rule.party for rule in protocol.agreement if rule.party is not Party.OTHER_PARENT] == [
        Party(party) for party in ROWS[name].parties
    ]
    assert missing(Walk(name).agreed(), protocol) == []


@pytest.mark.parametrize("name", NAMES)
def test_a_case_that_succeeds_is_walked_to_its_close(name: str) -> None:
    """Received, agreed, arranged, placed where there is a stage before the permanent place, on the new roll, closed."""
    walk, row = Walk(name), ROWS[name]
    if row.footing is PERMANENT:
        walk.arranged()
        day = row.start
    else:
        case = walk.placed()
        assert case.placement is not None
        assert (case.placement.footing, case.placement.ends) == (row.footing, row.ends)
        assert case.placement.reviews == row.reviews
        for each in row.reviews:
            walk.do(f"{each} 16:00", review(each))
        day = max(*row.reviews, row.ends or date.min)
        walk.do(f"{day} 17:00", final_meeting(day))
    walk.do(f"{day} 18:00", RecordPermanentRoll(**BY, on=day))
    case = walk.closed(f"{day} 18:30")
    assert case.stage is Stage.CLOSED
    assert case.permanent is not None
    assert due(case, walk.where(f"{day} 19:00")) == []


@pytest.mark.parametrize("name", PLACING)
def test_a_case_that_fails_is_walked_to_its_close(name: str) -> None:
    """R37 to R41, R51, as far as the protocol has them: notice, report, meeting, return, and a review where there is one."""
    walk, row = Walk(name), ROWS[name]
    walk.placed()
    met = row.earliest
    case = walk.do("2027-02-01 10:00", failure("2027-02-01 09:30", met))
    assert case.failure is not None
    assert (case.failure.earliest, case.failure.follow_up) == (met, row.follow_up)
    said = RecordFailureReport(**BY, codes=("DB",), summary="It did not settle.", evidence=("behaviour log",))
    received = (RecordDelivery(**BY, recipient=each, on=date(2027, 2, 1), how="letter") for each in Recipient)
    walk.do("2027-02-01 15:00", said, *received)
    walk.do(f"{met} 16:00", RecordReintegrationMeeting(**BY, held=met), RecordReturn(**BY, on=met))
    if row.follow_up:
        walk.do(
            f"{row.follow_up} 16:00", RecordFollowUp(**BY, held=row.follow_up, impact="She came back calmer.")
        )
    assert walk.closed("2027-07-21 17:00").stage is Stage.CLOSED


@pytest.mark.parametrize("name", [name for name in PLACING if ROWS[name].extension])
def test_r43_an_extension_is_agreed_by_both_heads_as_far_as_it_may_go(name: str) -> None:
    """R43: one head is not agreement; beyond the longest placement there is none."""
    walk, row = Walk(name), ROWS[name]
    case = walk.placed()
    assert row.extension is not None
    point, longest = row.extension
    about = {
        entry.about
        for entry in due(case, walk.where(f"{row.start} 12:00"))
        if entry.kind is DueKind.EXTENSION
    }
    assert about == ({point} if row.ends is None or row.ends >= point else set())
    until = min(longest, date(2027, 5, 28))
    words = [
        AgreeExtension(**BY, head=head, until=until, who="a head", on=row.start, shown=Shown.LETTER)
        for head in (Party.HOME_HEAD, Party.RECEIVING_HEAD)
    ]
    assert walk.do("2027-01-12 10:00", words[0]).stage is Stage.PLACED
    assert walk.do("2027-01-12 11:00", words[1]).stage is Stage.EXTENDED
