"""Two years of moves, day by day, through the casebook and the worker: every message against a table derived by hand.

The table follows from the Salford protocol and the terms below, counted on a paper calendar. School weeks of five school
days from Monday 11 January 2027: week 6 ends on Friday 26 February (half-term 15 to 19 February); Good Friday 26 March and
Easter Monday 29 March fall inside term, so week 10 ends on Tuesday 30 March; the break is 3 to 18 April, so week 12 ends on
Tuesday 27 April. Monday 3 May is a bank holiday. Summer term, the one after the failure of February, ends on 21 July.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any, cast

import pytest
from icalendar import Calendar

from bot.clock import LONDON, SetClock
from bot.correspondence import Letterbook, Writer
from bot.fakes import InMemoryPostbox
from bot.fakes_channel import InMemoryChannel
from bot.flows.delivery import Delivery, ToChannel, ToPostbox
from bot.flows.desk import Rulebook
from bot.flows.intake import Intake
from bot.flows.ticking import Ticking
from bot.messages import Composer
from bot.settings import Council
from bot.worker import Worker
from store import Casebook, Outbox, Store
from store.messages import Road
from store.protocol import SchoolCalendar, load
from store.protocol.agreements import Party, Shown
from store.protocol.case import Actor, PanelOutcome, Pupil, School, Stage
from store.protocol.commands import (
    AgreeExtension,
    ArrangeInitialMeeting,
    CloseCase,
    Command,
    DeclineCase,
    FileOutOfBoroughReport,
    ProposeSchool,
    PutOnPanel,
    RecordAgreement,
    RecordDelivery,
    RecordFailure,
    RecordFailureReport,
    RecordFinalMeeting,
    RecordFollowUp,
    RecordInitialMeeting,
    RecordNotifiedMove,
    RecordPermanentRoll,
    RecordPlacement,
    RecordRecommendation,
    RecordReintegrationMeeting,
    RecordReturn,
    RecordReview,
    ReportAtRisk,
    WithdrawCase,
)
from store.protocol.failure import Recipient
from store.protocol.ledger import Column
from store.protocol.placement import Attendance, Role
from tests.store.cases import filing, referral

FIRST, LAST = date(2026, 11, 23), date(2028, 11, 22)
OFFICER = Actor(id="U1", name="Ines Marlow", role="officer")
WEAVER = School(urn="999104", name="The Weaver School")
OAKFIELD = School(urn="999101", name="Oakfield High School")
RIVERSIDE = School(urn="999103", name="Riverside Academy")
NORTHGATE = School(urn="999105", name="Northgate Community School")
HOLLY_LANE = School(urn="999106", name="Holly Lane Academy")
CASTLE_PARK = School(urn="999107", name="Castle Park High")
EASTMOOR = School(name="Eastmoor High")
PANELS = tuple(
    map(
        date.fromisoformat,
        (
            "2026-12-10",
            "2027-01-14",
            "2027-02-11",
            "2027-03-18",
            "2027-04-29",
            "2027-06-17",
            "2027-11-04",
        ),
    )
)


def term(name: str, first: str, last: str, half: tuple[str, str]) -> dict[str, Any]:
    day = date.fromisoformat
    return {"name": name, "start": day(first), "end": day(last), "half_term": [day(half[0]), day(half[1])]}


TERMS = {
    "term": [
        term("Autumn 2026", "2026-09-03", "2026-12-18", ("2026-10-26", "2026-10-30")),
        term("Spring 2027", "2027-01-05", "2027-04-02", ("2027-02-15", "2027-02-19")),
        term("Summer 2027", "2027-04-19", "2027-07-21", ("2027-05-31", "2027-06-04")),
        term("Autumn 2027", "2027-09-02", "2027-12-17", ("2027-10-25", "2027-10-29")),
        term("Spring 2028", "2028-01-04", "2028-03-31", ("2028-02-14", "2028-02-18")),
        term("Summer 2028", "2028-04-18", "2028-07-21", ("2028-05-29", "2028-06-02")),
        term("Autumn 2028", "2028-09-04", "2028-12-15", ("2028-10-23", "2028-10-27")),
    ]
}


@dataclass(frozen=True)
class Contact:
    urn: str
    role: str
    name: str
    email: str


class Book:
    """The contact list: a head for each school, and the council's two services."""

    lines = (
        Contact("999101", "headteacher", "Priya Harper", "oakfield@schools.example"),
        Contact("999103", "headteacher", "Leila Barnes", "riverside@schools.example"),
        Contact("999104", "headteacher", "Gethin Lowe", "weaver@schools.example"),
        Contact("999105", "headteacher", "Sana Patel", "northgate@schools.example"),
        Contact("999106", "headteacher", "Quinn Shah", "hollylane@schools.example"),
        Contact("999107", "headteacher", "Owen Roberts", "castlepark@schools.example"),
        Contact("", "virtual school", "", "virtual.school@westhaven.example"),
        Contact("", "social care", "", "social.care@westhaven.example"),
    )

    def contact(self, email: str) -> Contact | None:
        return next((line for line in self.lines if line.email == email), None)

    def contacts(self, urn: str | None = None, role: str | None = None) -> list[Contact]:
        return [line for line in self.lines if line.urn == urn and role in (None, line.role)]


# ------------------------------------------------------------------ what people do, and when

ALL_THERE = tuple(
    Attendance(role=role)
    for role in (Role.HOME_SCHOOL, Role.RECEIVING_SCHOOL, Role.OFFICER, Role.PUPIL, Role.PARENTS)
)


def about(number: int) -> dict[str, Any]:
    year = 27 if number == FIRST_OF_2027 else 26
    return {"reference": f"MM-{year}-{1 if year == 27 else number:04}", "by": OFFICER}


FIRST_OF_2027 = 6


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LONDON).astimezone(UTC)


def filed(number: int, school: School, contact: str, **answers: Any) -> Command:
    surname = ("Ash", "Birch", "Cedar", "Dogwood")[number - 1]
    child = Pupil(surname=surname, forename="Robin", dob=date(2013, 1, number), year_group=9)
    return filing(
        number,
        received=at("2026-11-23 09:12"),
        home_school=school,
        contact=f"{contact}@schools.example",
        message_id=f"<{number}@schools.example>",
        pupil=child,
        referral=referral(**answers),
    )


def agreed(number: int, party: Party, on: str) -> Command:
    day = date.fromisoformat(on)
    return RecordAgreement(
        **about(number),
        party=party,
        who=f"the {party}",
        on=day,
        shown=Shown.LETTER,
        explained_by="Pastoral Lead",
    )


def held(number: int, on: str) -> Command:
    through = dict.fromkeys(("positives", "expectations", "own_policy", "professionals"), True)
    return RecordInitialMeeting(**about(number), held=date.fromisoformat(on), attendance=ALL_THERE, **through)


def reviewed(number: int, on: str) -> Command:
    return RecordReview(
        **about(number),
        held=date.fromisoformat(on),
        attendance=ALL_THERE,
        record="review form",
        pupil_views="I have friends here.",
        family_views="It goes well.",
        best_interests="Lessons are calm.",
    )


def succeeded(number: int, on: str) -> Command:
    day = date.fromisoformat(on)
    return RecordFinalMeeting(**about(number), on=day, attendance=ALL_THERE, acknowledged="A good term.")


def placed(number: int) -> Command:
    return RecordPlacement(**about(number), school=CASTLE_PARK, start=date(2027, 1, 11))


def on_roll(number: int, on: str) -> Command:
    return RecordPermanentRoll(**about(number), on=date.fromisoformat(on))


def extension(head: Party, on: str) -> Command:
    return AgreeExtension(
        **about(3), head=head, until=date(2027, 5, 28), who="the head",
        on=date.fromisoformat(on), shown=Shown.LETTER,
    )  # fmt: skip


def script() -> dict[date, list[Command]]:
    """What the officer records, at noon of each day."""
    heads = (Party.HOME_HEAD, Party.RECEIVING_HEAD)
    families = (Party.PARENT, Party.CHILD)
    recommend = [
        RecordRecommendation(**about(each), outcome=PanelOutcome.RECOMMENDED, minute=f"10 December, {each}")
        for each in (1, 2, 3)
    ]
    days: dict[str, list[Command]] = {
        "2026-11-23": [
            filed(1, WEAVER, "weaver"),
            filed(2, OAKFIELD, "oakfield"),
            filed(3, RIVERSIDE, "riverside"),
            filed(4, NORTHGATE, "northgate", pupil__looked_after=True),
            FileOutOfBoroughReport(
                authority="Eastmoor", letter=5, received=at("2026-11-23 10:00"), home_school=EASTMOOR
            ),
        ],
        "2026-11-24": [PutOnPanel(**about(each)) for each in (1, 2, 3, 5)],
        "2026-12-11": [
            *recommend,
            *(ProposeSchool(**about(each), school=CASTLE_PARK) for each in (1, 2, 3)),
            DeclineCase(**about(5), reason="The panel does not think a move appropriate."),
        ],
        "2026-12-14": [
            *(agreed(each, party, "2026-12-14") for each in (1, 2) for party in (*families, *heads)),
            *(agreed(3, party, "2026-12-14") for party in families),
            *(ArrangeInitialMeeting(**about(each), on=date(2026, 12, 16)) for each in (1, 2)),
            WithdrawCase(**about(4), reason="The family has asked for it."),
        ],
        "2026-12-16": [held(1, "2026-12-16"), held(2, "2026-12-16")],
        "2026-12-17": [placed(1), placed(2)],
        "2027-01-06": [
            *(agreed(3, party, "2027-01-06") for party in heads),
            ArrangeInitialMeeting(**about(3), on=date(2027, 1, 8)),
            RecordNotifiedMove(
                by=OFFICER, received=at("2027-01-06 11:00"), home_school=HOLLY_LANE, school=CASTLE_PARK,
                start=date(2027, 1, 11), ends=date(2027, 4, 30), informal=True, policy="Transfer policy, 3",
                pupil=Pupil(surname="Elder", forename="Robin", dob=date(2013, 1, 6)),
            ),
        ],
        "2027-01-08": [held(3, "2027-01-08"), placed(3)],
        "2027-02-01": [
            ReportAtRisk(**about(2), on=date(2027, 2, 1), who="Owen Roberts", why="Lessons missed.")
        ],
        "2027-02-08": [
            RecordFailure(
                **about(2), noticed=at("2027-02-08 10:00"), meeting=date(2027, 2, 9), advance_contact=True
            )
        ],
        "2027-02-09": [
            RecordReintegrationMeeting(**about(2), held=date(2027, 2, 9), attendance=ALL_THERE)
        ],
        "2027-02-10": [RecordReturn(**about(2), on=date(2027, 2, 10))],
        "2027-02-23": [
            RecordFailureReport(
                **about(2), codes=("DB",), summary="Lessons missed.", evidence=("behaviour log",)
            ),
            *(
                RecordDelivery(**about(2), recipient=each, on=date(2027, 2, 23), how="by e-mail")
                for each in Recipient
            ),
        ],
        "2027-02-26": [reviewed(1, "2027-02-26")],
        "2027-03-08": [reviewed(3, "2027-02-26")],
        "2027-03-31": [extension(Party.HOME_HEAD, "2027-03-31")],
        "2027-04-01": [extension(Party.RECEIVING_HEAD, "2027-04-01")],
        "2027-04-27": [reviewed(1, "2027-04-27"), reviewed(3, "2027-04-27")],
        "2027-04-28": [succeeded(1, "2027-04-28")],
        "2027-05-04": [on_roll(1, "2027-05-04"), CloseCase(**about(6))],
        "2027-05-05": [CloseCase(**about(1))],
        "2027-05-28": [reviewed(3, "2027-05-28"), succeeded(3, "2027-05-28")],
        "2027-06-14": [on_roll(3, "2027-06-14")],
        "2027-06-15": [CloseCase(**about(3))],
        "2027-07-20": [
            RecordFollowUp(**about(2), held=date(2027, 7, 20), impact="Attendance is better than before.")
        ],
        "2027-07-21": [CloseCase(**about(2))],
    }  # fmt: skip
    return {date.fromisoformat(day): commands for day, commands in days.items()}


# ------------------------------------------------------------------ what is said, counted by hand

# day, case (its number; -: none), road; in the words that people read. "both" is a letter to each head.
EXPECTED = """
2026-11-23 1 card
2026-11-23 2 card
2026-11-23 3 card
2026-11-23 4 card
2026-11-23 5 card
2026-11-23 1 thread A referral came on Mon 23 November 2026, 09:12.
2026-11-23 2 thread A referral came on Mon 23 November 2026, 09:12.
2026-11-23 3 thread A referral came on Mon 23 November 2026, 09:12.
2026-11-23 4 thread A referral came on Mon 23 November 2026, 09:12.
2026-11-23 5 thread A report from another authority came on Mon 23 November 2026, 10:00.
2026-11-23 1 thread Checked: nothing is missing.
2026-11-23 2 thread Checked: nothing is missing.
2026-11-23 3 thread Checked: nothing is missing.
2026-11-23 4 thread Checked: nothing is missing.
2026-11-23 4 thread On hold: a decision must be recorded before it goes to a panel. Details says whose.
2026-11-23 1 weaver received
2026-11-23 2 oakfield received
2026-11-23 3 riverside received
2026-11-23 4 northgate received
2026-11-23 4 virtual.school for your information
2026-11-23 4 social.care for your information
2026-11-24 1 thread On the agenda of the panel on Thu 10 December 2026.
2026-11-24 2 thread On the agenda of the panel on Thu 10 December 2026.
2026-11-24 3 thread On the agenda of the panel on Thu 10 December 2026.
2026-11-24 5 thread On the agenda of the panel on Thu 10 December 2026.
2026-12-03 - panel 2026-12-10/5
2026-12-09 - panel 2026-12-10/1
2026-12-11 4 thread It now goes to the panel on Thu 14 January 2027; the deadline is end of Wed 6 January 2027.
2026-12-11 1 thread The panel recommends the move.
2026-12-11 2 thread The panel recommends the move.
2026-12-11 3 thread The panel recommends the move.
2026-12-11 1 weaver the panel's recommendation
2026-12-11 2 oakfield the panel's recommendation
2026-12-11 3 riverside the panel's recommendation
2026-12-11 1 thread Castle Park High is asked to receive; agreements are being gathered.
2026-12-11 2 thread Castle Park High is asked to receive; agreements are being gathered.
2026-12-11 3 thread Castle Park High is asked to receive; agreements are being gathered.
2026-12-11 1 both agreements are being gathered
2026-12-11 2 both agreements are being gathered
2026-12-11 3 both agreements are being gathered
2026-12-11 5 thread The move was declined.
2026-12-14 1 thread An answer was recorded. Details says whose. (4 times)
2026-12-14 2 thread An answer was recorded. Details says whose. (4 times)
2026-12-14 3 thread An answer was recorded. Details says whose. (2 times)
2026-12-14 1 thread All agree. The initial meeting is on Wed 16 December 2026.
2026-12-14 2 thread All agree. The initial meeting is on Wed 16 December 2026.
2026-12-14 1 both initial meeting +initial-meeting 2026-12-16
2026-12-14 2 both initial meeting +initial-meeting 2026-12-16
2026-12-14 4 thread The referral was withdrawn.
2026-12-14 4 northgate the referral was withdrawn
2026-12-15 - digest Due today: 1 initial meeting, 2 initial meeting
2026-12-15 1 thread The initial meeting is due (Salford 3.1 Consistency of approach, R32).
2026-12-15 2 thread The initial meeting is due (Salford 3.1 Consistency of approach, R32).
2026-12-15 1 both initial meeting
2026-12-15 2 both initial meeting
2026-12-16 - digest Due today: 3 missing agreements
2026-12-16 3 thread Agreements are still missing. Details says whose.
2026-12-16 3 both your agreement
2026-12-16 1 thread The initial meeting was held.
2026-12-16 2 thread The initial meeting was held.
2026-12-17 1 thread A placement at Castle Park High starts on Mon 11 January 2027.
2026-12-17 2 thread A placement at Castle Park High starts on Mon 11 January 2027.
2026-12-17 1 both a placement starts +review-1 2027-02-26 +review-2 2027-04-27
2026-12-17 2 both a placement starts +review-1 2027-02-26 +review-2 2027-04-27
2026-12-17 1 thread The placement goes before the panel on Thu 14 January 2027 for scrutiny.
2026-12-17 2 thread The placement goes before the panel on Thu 14 January 2027 for scrutiny.
2026-12-17 1 thread LAWFUL
2026-12-17 2 thread LAWFUL
2026-12-18 - digest Lawful stage: please look: 1, 2
2027-01-05 3 post For the officer: a head was asked to agree and has not answered.
2027-01-06 - digest Asked for, and no answer came: 3 missing agreements, no answer
2027-01-06 3 thread An answer was recorded. Details says whose. (2 times)
2027-01-06 3 thread All agree. The initial meeting is on Fri 8 January 2027.
2027-01-06 3 both initial meeting +initial-meeting 2027-01-08
2027-01-06 6 card
2027-01-06 6 thread A move that two schools agreed was recorded on Wed 6 January 2027, 11:00.
2027-01-06 6 thread A placement at Castle Park High starts on Mon 11 January 2027.
2027-01-06 6 thread The move goes before the panel on Thu 14 January 2027 for scrutiny.
2027-01-06 6 thread LAWFUL
2027-01-07 - digest Due today: 3 initial meeting; Lawful stage: please look: 6
2027-01-07 - panel 2027-01-14/5
2027-01-07 3 thread The initial meeting is due (Salford 3.1 Consistency of approach, R32).
2027-01-07 3 both initial meeting
2027-01-08 3 thread The initial meeting was held.
2027-01-08 3 thread A placement at Castle Park High starts on Mon 11 January 2027.
2027-01-08 3 both a placement starts +review-1 2027-02-26 +review-2 2027-04-27
2027-01-08 3 thread The placement goes before the panel on Thu 14 January 2027 for scrutiny.
2027-01-08 3 thread LAWFUL
2027-01-11 - digest Lawful stage: please look: 3
2027-01-13 - panel 2027-01-14/1
2027-02-01 2 thread The placement was reported to be at risk (R37).
2027-02-01 2 both the placement needs support
2027-02-04 - panel 2027-02-11/5
2027-02-08 2 thread The placement ends early. The re-integration meeting is on Tue 9 February 2027. The home school is visited again by Wed 21 July 2027.
2027-02-08 2 both the placement ends early +re-integration 2027-02-09 -review-1 2027-02-26 -review-2 2027-04-27
2027-02-08 2 thread The early end goes before the panel on Thu 11 February 2027 for scrutiny.
2027-02-09 - digest Due today: 2 re-integration meeting
2027-02-09 2 post The re-integration meeting is on Tue 9 February 2027 (Salford 3.1 Failed Managed Move, R38).
2027-02-09 2 both re-integration meeting
2027-02-09 2 thread The re-integration meeting was held on Tue 9 February 2027.
2027-02-10 - digest Due today: 2 report on an early end
2027-02-10 - panel 2027-02-11/1
2027-02-10 2 thread The report on the early end is still to come: reason, summary, evidence, both receipts (Salford 3.1 Failed Managed Move, R40).
2027-02-10 2 castlepark reason, summary and evidence
2027-02-10 2 thread Back at the home school on Wed 10 February 2027.
2027-02-22 2 post For the officer: the report on the early end was asked for and is not complete (Salford 3.1 Failed Managed Move, R40).
2027-02-23 - digest Asked for, and no answer came: 2 report on an early end, no answer
2027-02-23 2 thread Reason, summary and evidence were recorded (R40).
2027-02-23 2 thread The report has reached the home school (R40).
2027-02-23 2 thread The report has reached the officer (R40).
2027-02-26 - digest Due today: 1 review, 3 review
2027-02-26 1 post REVIEW Fri 26 February 2027
2027-02-26 3 post REVIEW Fri 26 February 2027
2027-02-26 1 both review meeting
2027-02-26 3 both review meeting
2027-02-26 1 thread The review of Fri 26 February 2027 was held on Fri 26 February 2027.
2027-03-02 - digest Due today: 3 record of a meeting
2027-03-02 3 thread The record of a meeting is still to come; its day was Fri 26 February 2027 (Salford 3.1 Consistency of approach, R30).
2027-03-02 3 both the record of a meeting
2027-03-05 3 post For the officer: the record of the meeting of Fri 26 February 2027 was asked for and has not come (Salford 3.1 Consistency of approach, R30).
2027-03-08 - digest Asked for, and no answer came: 3 record of a meeting, no answer
2027-03-08 3 thread The review of Fri 26 February 2027 was held on Fri 26 February 2027.
2027-03-11 - panel 2027-03-18/5
2027-03-17 - panel 2027-03-18/1
2027-03-30 - digest Due today: 1 extension, 3 extension
2027-03-30 1 post The placement goes on after Tue 27 April 2027 only if it is extended, and the heads have been asked (Salford 3.1 Reporting, R43).
2027-03-30 3 post The placement goes on after Tue 27 April 2027 only if it is extended, and the heads have been asked (Salford 3.1 Reporting, R43).
2027-03-30 1 both does the placement go on?
2027-03-30 3 both does the placement go on?
2027-03-31 3 thread One head agrees to an extension; nothing is extended until all who must agree have done so (R43).
2027-04-01 3 thread One head agrees to an extension; nothing is extended until all who must agree have done so (R43).
2027-04-01 3 thread All who must agree have agreed: the placement goes on until Fri 28 May 2027 (R43).
2027-04-01 3 both the placement goes on +review-2 2027-04-27 +review-3 2027-05-28
2027-04-01 3 thread The extension goes before the panel on Thu 29 April 2027 for scrutiny.
2027-04-22 - panel 2027-04-29/5
2027-04-27 - digest Due today: 1 review, 3 review
2027-04-27 1 post REVIEW Tue 27 April 2027
2027-04-27 3 post REVIEW Tue 27 April 2027
2027-04-27 1 both review meeting
2027-04-27 3 both review meeting
2027-04-27 1 post For the officer: not all heads have agreed to an extension, and Tue 27 April 2027 has come (Salford 3.1 Reporting, R43).
2027-04-27 1 thread The review of Tue 27 April 2027 was held on Tue 27 April 2027.
2027-04-27 3 thread The review of Tue 27 April 2027 was held on Tue 27 April 2027.
2027-04-28 - digest Asked for, and no answer came: 1 extension, no answer
2027-04-28 - panel 2027-04-29/1
2027-04-28 1 thread The final meeting on Wed 28 April 2027 acknowledged the success.
2027-04-28 1 both the placement has succeeded
2027-04-28 1 thread The success goes before the panel on Thu 29 April 2027 for scrutiny.
2027-04-30 - digest Due today: 6 planned end
2027-04-30 6 post The planned end of the placement is Fri 30 April 2027: what follows is to be decided (Salford 3.1 Reporting, R43).
2027-05-04 1 thread On the roll of Castle Park High for good from Tue 4 May 2027.
2027-05-04 1 thread Castle Park High is credited with 1 point (R18).
2027-05-04 1 both on the new roll for good
2027-05-04 6 thread The case is closed.
2027-05-05 1 thread The case is closed.
2027-05-05 1 both the case is closed
2027-05-28 - digest Due today: 3 review, 3 planned end
2027-05-28 3 post REVIEW Fri 28 May 2027
2027-05-28 3 both review meeting
2027-05-28 3 thread The review of Fri 28 May 2027 was held on Fri 28 May 2027.
2027-05-28 3 post The planned end of the placement is Fri 28 May 2027: what follows is to be decided (Salford 3.1 Reporting, R43).
2027-05-28 3 both the planned end
2027-05-28 3 thread The final meeting on Fri 28 May 2027 acknowledged the success.
2027-05-28 3 both the placement has succeeded
2027-05-28 3 thread The success goes before the panel on Thu 17 June 2027 for scrutiny.
2027-06-10 - panel 2027-06-17/5
2027-06-11 - digest Due today: 3 permanent roll
2027-06-11 3 post The final meeting was on Fri 28 May 2027; the date of the permanent roll is to be recorded (Salford 2.7, R18).
2027-06-11 3 both the permanent roll
2027-06-14 3 thread On the roll of Castle Park High for good from Mon 14 June 2027.
2027-06-14 3 thread Castle Park High is credited with 1 point (R18).
2027-06-14 3 both on the new roll for good
2027-06-15 3 thread The case is closed.
2027-06-15 3 both the case is closed
2027-06-16 - panel 2027-06-17/1
2027-07-14 - digest Due today: 2 follow-up review
2027-07-14 2 post The follow-up review with the home school is due by Wed 21 July 2027 (Salford 3.1 Failed Managed Move, R41).
2027-07-14 2 oakfield follow-up review
2027-07-20 2 thread The follow-up review was held on Tue 20 July 2027.
2027-07-21 2 thread The case is closed.
2027-07-21 2 both the case is closed
2027-10-21 - panel 2027-11-04/5
2027-11-03 - panel 2027-11-04/1
"""
HOMES = {"1": "weaver", "2": "oakfield", "3": "riverside", "4": "northgate", "6": "hollylane"}


# Between two schools, by Southwark's page: no panel, six school weeks, and no credit. Week 6 ends on Friday 26 February.
SOUTHWARK = """
2026-11-23 1 card
2026-11-23 1 thread A referral came on Mon 23 November 2026, 09:12.
2026-11-23 1 thread Checked: nothing is missing.
2026-11-23 1 weaver received
2026-11-24 1 thread Castle Park High is asked to receive; agreements are being gathered.
2026-11-24 1 both agreements are being gathered
2026-11-25 1 thread An answer was recorded. Details says whose. (4 times)
2026-11-26 1 thread A placement at Castle Park High starts on Mon 11 January 2027.
2026-11-26 1 both a placement starts +review-1 2027-02-26
2026-11-26 1 thread LAWFUL
2026-11-27 - digest Lawful stage: please look: 1
2027-02-26 - digest Due today: 1 review, 1 planned end
2027-02-26 1 post REVIEW Fri 26 February 2027
2027-02-26 1 both review meeting
2027-02-26 1 post The planned end of the placement is Fri 26 February 2027: what follows is to be decided (Southwark protocol, paragraph 1, R50).
2027-02-26 1 both the planned end
2027-02-26 1 thread The review of Fri 26 February 2027 was held on Fri 26 February 2027.
2027-02-26 1 thread The final meeting on Fri 26 February 2027 acknowledged the success.
2027-02-26 1 both the placement has succeeded
2027-03-01 1 thread On the roll of Castle Park High for good from Mon 1 March 2027.
2027-03-01 1 both on the new roll for good
2027-03-02 1 thread The case is closed.
2027-03-02 1 both the case is closed
"""


def southwark() -> dict[date, list[Command]]:
    """What is recorded between two schools."""
    parties = (Party.PARENT, Party.CHILD, Party.HOME_HEAD, Party.RECEIVING_HEAD)
    days: dict[str, list[Command]] = {
        "2026-11-23": [filed(1, WEAVER, "weaver")],
        "2026-11-24": [ProposeSchool(**about(1), school=CASTLE_PARK)],
        "2026-11-25": [agreed(1, party, "2026-11-25") for party in parties],
        "2026-11-26": [placed(1)],
        "2027-02-26": [reviewed(1, "2027-02-26"), succeeded(1, "2027-02-26")],
        "2027-03-01": [on_roll(1, "2027-03-01")],
        "2027-03-02": [CloseCase(**about(1))],
    }
    return {date.fromisoformat(day): commands for day, commands in days.items()}


def expected(table: str = EXPECTED) -> list[str]:
    """The table with its short ways written out: a letter to both is two letters, so many times is so many lines."""
    found: list[str] = []
    for row in table.strip().splitlines():
        day, case, road, *rest = row.split(" ")
        words = " ".join(rest)
        times = 1
        if words.endswith(" times)"):
            words, _, number = words.removesuffix(" times)").rpartition(" (")
            times = int(number)
        roads = (HOMES[case], "castlepark") if road == "both" else (road,)
        found += [f"{day} {case} {one} {words}".rstrip() for one in roads] * times
    return sorted(found)


# ------------------------------------------------------------------ the council, and what it said


@dataclass
class Lived:
    """Casebook, worker and fakes; `said` is every message as it went, with its day."""

    store: Store
    protocol: str = "salford"
    panels: tuple[date, ...] = PANELS
    clock: SetClock = field(default_factory=lambda: SetClock(at("2026-11-23 08:00")))
    said: list[str] = field(default_factory=list)
    letters: list[EmailMessage] = field(default_factory=list)
    postbox: InMemoryPostbox = field(default_factory=InMemoryPostbox)
    channel: InMemoryChannel = field(default_factory=InMemoryChannel)

    def __post_init__(self) -> None:
        self.start()

    def start(self) -> None:
        """Start the bot, or start it again: it knows what is in the database and nothing else."""
        rules = load(self.protocol), SchoolCalendar.from_data(TERMS), self.panels
        council = Council(name="Westhaven Council", inbox_address="admissions@westhaven.example")
        letterbook = Letterbook(Writer(council, rules[0]), Book(), self.clock, b"a secret")
        composer = Composer(letterbook, Rulebook(*rules, self.clock).allowed)
        self.casebook = Casebook(
            self.store, *rules, composer, compose_panel=composer.for_panel,
            compose_digest=composer.for_digest, compose_exemption=composer.for_exemption,
        )  # fmt: skip
        outbox = Outbox(self.store)
        roads = {Road.CHANNEL: ToChannel(self.channel, outbox.place), Road.LETTER: ToPostbox(self.postbox)}
        delivery = Delivery(outbox, roads, self.clock, worker="one")
        ticking = Ticking(self.casebook, self.clock)
        self.worker = Worker((), cast("Intake", None), ticking, delivery)

    def run(self, day: date, hour: time) -> None:
        """One round of the worker, and what it sent."""
        self.clock.put(datetime.combine(day, hour, tzinfo=LONDON))
        posts, letters = len(self.channel.posts), len(self.postbox.letters)
        assert self.worker.run_once().troubles == []
        self.said += [f"{day} {_post(each.key, each.content)}" for each in self.channel.posts[posts:]]
        for each in self.postbox.letters[letters:]:
            letter = cast("EmailMessage", message_from_bytes(each.raw, policy=policy.default))
            self.letters.append(letter)
            self.said.append(f"{day} {_letter(letter, each.recipients)}")

    def live(self, work: dict[date, list[Command]]) -> None:
        """Each day of two years: a quarter to nine, a quarter past, and five o'clock where something was recorded.

        On the first of each month the bot is started anew.
        """
        for number in range((LAST - FIRST).days + 1):
            day = FIRST + timedelta(days=number)
            if day.day == 1:
                self.start()
            self.run(day, time(8, 45))
            self.run(day, time(9, 15))
            for command in work.get(day, ()):
                self.clock.put(datetime.combine(day, time(12), tzinfo=LONDON))
                self.casebook.handle(command, self.clock.now())
            if day in work:
                self.run(day, time(17))


def _number(reference: str) -> str:
    return {"MM-27-0001": "6"}.get(reference, reference.rpartition("-")[2].lstrip("0"))


def _post(key: str, content: dict[str, Any]) -> str:
    kind, _, rest = key.partition("/")
    text = str(content["text"])
    if kind == "panel":
        return f"- panel {rest}"
    if kind == "digest":
        return f"- digest {_digest(content)}"
    if kind == "card":
        return f"{_number(rest.partition('/')[0])} card"
    if kind == "review":
        when = text.partition("is due its review on ")[2].partition(". ")[0]
        return f"{_number(rest.partition('/')[0])} post REVIEW {when}"
    reference, _, words = text.removeprefix("Due · ").partition(": ")
    said = "LAWFUL" if words.startswith("Please look at the lawful stage") else words
    return f"{_number(reference)} {'thread' if kind == 'thread' else 'post'} {said}"


def _digest(content: dict[str, Any]) -> str:
    groups: list[tuple[str, list[str]]] = []
    for block in content["blocks"][1:]:
        words = block["text"]["text"]
        if words.startswith("*"):
            groups.append((words.strip("*"), []))
        else:
            reference, _, what = words.partition(": ")
            said = what.rpartition(", ")[0]
            groups[-1][1].append(f"{_number(reference)} {said}".strip())
    return "; ".join(f"{head}: {', '.join(lines)}" for head, lines in groups)


def _letter(letter: EmailMessage, recipients: tuple[str, ...]) -> str:
    head, _, subject = str(letter["Subject"]).partition(": ")
    days = "".join(f" {_invitation(part)}" for part in letter.iter_attachments())
    return f"{_number(head.split(' ')[-1])} {recipients[0].partition('@')[0]} {subject}{days}"


def _invitation(part: Any) -> str:
    calendar = Calendar.from_ical(part.get_content())
    event = calendar.walk("VEVENT")[0]
    what = str(event["UID"]).partition("@")[0].split("-", 3)[3]
    return f"{'-' if calendar['METHOD'] == 'CANCEL' else '+'}{what} {event.decoded('DTSTART')}"


@pytest.fixture
def lived(store: Store) -> Lived:
    """Two years lived day by day, on each database in turn."""
    westhaven = Lived(store)
    westhaven.live(script())
    return westhaven


@pytest.mark.timeout(300)
def test_every_message_of_two_years_is_in_the_table(lived: Lived) -> None:
    """R31 and the diary: each stage, prompt, invitation, escalation and digest on its day, once, whatever was
    restarted, and nothing else."""
    assert sorted(lived.said) == expected()
    public = f"{[each.content for each in lived.channel.posts]} {[each['Subject'] for each in lived.letters]}"
    assert not any(word in public for word in ("Robin", "Dogwood", "looked after", "Lessons missed"))
    book = lived.casebook
    assert {case.stage for case in book.cases()} == {Stage.CLOSED, Stage.WITHDRAWN, Stage.DECLINED}
    # The ledger (R9, R10, R18): four placements at Castle Park of which one failed, two taken for good and credited.
    ledger = book.ledger()
    figures = {column: ledger.figure("999107", column) for column in Column}
    assert figures == {
        Column.TRIED: 4, Column.FAILED: 1, Column.TAKEN: 2, Column.SENT: 0, Column.CREDIT: 2,
    }  # fmt: skip
    assert ledger == book.rebuilt_ledger()


@pytest.mark.timeout(300)
def test_two_schools_by_themselves(sqlite_store: Store) -> None:
    """R49 to R51: no panel, six school weeks, every message on its day, and silence ever after."""
    lived = Lived(sqlite_store, protocol="southwark", panels=())
    lived.live(southwark())
    assert sorted(lived.said) == expected(SOUTHWARK)
    assert lived.casebook.case("MM-26-0001").stage is Stage.CLOSED
