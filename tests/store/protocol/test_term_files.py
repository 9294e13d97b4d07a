"""Terms as authorities publish them: TOML, CSV and calendar files give one and the same calendar, or say what is wrong."""

from datetime import date
from pathlib import Path

import pytest

from store.errors import BadProtocol
from store.protocol.calendar import SchoolCalendar, panel_dates
from store.protocol.term_files import read_terms

TOML = """
inset = [2026-09-03]
[[term]]
name = "Autumn term"
start = 2026-09-03
end = 2026-12-18
half_term = [2026-10-26, 2026-10-30]
[[term]]
name = "Spring term"
start = 2027-01-05
end = 2027-04-02
half_term = [2027-02-15, 2027-02-19]
[panel]
dates = [2026-12-10]
[[school]]
urn = "999104"
inset = [2026-11-27]
[[school.term]]
name = "Autumn term"
start = 2026-09-03
end = 2026-12-18
half_term = [2026-10-19, 2026-10-30]
"""
CSV = """kind,name,start,end,school
term,Autumn term,2026-09-03,2026-12-18,
half-term,,26/10/2026,30/10/2026,
term,Spring term,05/01/2027,02/04/2027,
half-term,,15/02/2027,19/02/2027,
inset,,2026-09-03,,
panel,,2026-12-10,,
term,Autumn term,2026-09-03,2026-12-18,999104
half-term,,2026-10-19,2026-10-30,999104
inset,,27/11/2026,,999104
"""
ICS = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Westhaven//Term dates//EN
{events}END:VCALENDAR
"""
EVENT = "BEGIN:VEVENT\nUID:{uid}\nDTSTAMP:20260901T000000Z\nSUMMARY:{summary}\n{when}END:VEVENT\n"
DAYS = "DTSTART;VALUE=DATE:{start}\nDTEND;VALUE=DATE:{end}\n"
EVENTS = [  # the end of an all-day event is the day after it
    ("Autumn term 2026", "20260903", "20261219"),
    ("Half-term holiday", "20261026", "20261031"),
    ("Christmas holiday", "20261221", "20270105"),
    ("Spring term 2027", "20270105", "20270403"),
    ("Half term", "20270215", "20270220"),
    ("INSET day", "20260903", "20260904"),
    ("IYFA panel", "20261210", "20261211"),
]


def ics(*events: tuple[str, str]) -> str:
    """A calendar file of these events, each a summary and its lines of time."""
    texts = (EVENT.format(uid=number, summary=name, when=when) for number, (name, when) in enumerate(events))
    return ICS.format(events="".join(texts)).replace("\n", "\r\n")


WHOLE = ics(*((name, DAYS.format(start=start, end=end)) for name, start, end in EVENTS))


@pytest.mark.parametrize(("name", "text"), [("t.toml", TOML), ("t.csv", CSV), ("t.ics", WHOLE)])
def test_each_way_of_writing_terms_gives_the_same_days(tmp_path: Path, name: str, text: str) -> None:
    """Counted by hand: six school weeks from 19 October skip 26-30 October and end on 4 December."""
    path = tmp_path / name
    path.write_text(text, "utf-8")
    ours = SchoolCalendar.read(path)
    assert not ours.is_school_day(date(2026, 9, 3))  # INSET
    assert ours.is_school_day(date(2026, 9, 4))
    assert not ours.is_school_day(date(2026, 10, 30))
    assert (ours.first, ours.last) == (date(2026, 9, 3), date(2027, 4, 2))
    assert ours.end_of_school_weeks(date(2026, 10, 19), 6) == (date(2026, 12, 4), True)
    assert panel_dates(read_terms(path)) == (date(2026, 12, 10),)


@pytest.mark.parametrize(("name", "text"), [("t.toml", TOML), ("t.csv", CSV)])
def test_a_school_has_its_own_half_term_and_inset_days(tmp_path: Path, name: str, text: str) -> None:
    """Two weeks of half-term and 27 November at one school: the same count ends six school days later there.

    From 2 November: five weeks of five, less the 27th, to Friday 4 December is 24 days, and six more are the 14th.
    """
    path = tmp_path / name
    path.write_text(text, "utf-8")
    ours = SchoolCalendar.read(path)
    theirs = ours.of_school("999104")
    assert theirs.end_of_school_weeks(date(2026, 10, 19), 6) == (date(2026, 12, 14), True)
    assert not theirs.is_school_day(date(2026, 11, 27))
    assert not theirs.is_school_day(date(2026, 9, 3))  # the authority's INSET day is theirs too
    assert ours.of_school("999101") is ours


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("t.csv", "kind,start,end\n", "t.csv: the column 'name' is missing."),
        ("t.csv", "kind,name,start,end\nholiday,,2026-10-26,\n", "t.csv, line 2: 'holiday' is no kind. Use one of: term,"),
        ("t.csv", "kind,name,start,end\nterm,Autumn,3 Sept,\n", "t.csv, line 2: '3 Sept' is no date. Write 2026-09-03"),
        ("t.csv", "kind,name,start,end\nhalf-term,,2026-10-26,2026-10-30\n", "t.csv, line 2: this half-term lies in no term"),
        ("t.csv", CSV + "half-term,,2026-11-02,2026-11-03,\n", "t.csv, line 11: Autumn term has a half-term already."),
        ("t.csv", "kind,name,start,end\n", "t.csv: term: Correct it:"),
        ("t.csv", CSV.replace("Autumn term,2026-09-03,2026-12-18,999104", "Fall,2026-09-03,2026-12-18,999104"), "'Fall', which is no term of the authority"),
        ("t.ics", "no calendar", "t.ics is no calendar file"),
        ("t.ics", ics(("Founder's day", DAYS.format(start="20261002", end="20261003"))), "t.ics, event 1 (Founder's day): the summary does not say"),
        ("t.ics", ics(("Autumn term", "DTSTART:20260903T090000\n")), "it is not a whole day"),
        ("t.ics", ics(("Autumn term", "")), "it is not a whole day"),
        ("t.toml", "[[term]\n", "is not well-formed"),
    ],
)  # fmt: skip
def test_a_mistake_names_the_line_and_the_fix(tmp_path: Path, name: str, text: str, says: str) -> None:
    """An officer can mend the file from the message alone."""
    path = tmp_path / name
    path.write_text(text, "utf-8")
    with pytest.raises(BadProtocol) as caught:
        SchoolCalendar.read(path)
    assert says in str(caught.value)


@pytest.mark.parametrize("name", ["gone.csv", "gone.ics", "gone.toml"])
def test_a_file_that_is_not_there_says_so(tmp_path: Path, name: str) -> None:
    """By its name."""
    with pytest.raises(BadProtocol, match=f"{name} cannot be read"):
        read_terms(tmp_path / name)
