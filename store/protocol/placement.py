"""A placement and the meetings round it, as values: what was planned, who was there, what was said (R28 to R36)."""

from datetime import date
from enum import StrEnum

from store.protocol.agreements import Party, Shown
from store.protocol.frozen import Frozen, School


class Footing(StrEnum):
    """What a placement is in law: guidance in force from 26 July 2026 knows no trial (domain 4.1)."""

    TRIAL = "trial"
    DIRECTION = "off-site direction"
    PERMANENT = "permanent"


class Role(StrEnum):
    """Who attends a meeting (R29, R33)."""

    HOME_SCHOOL = "home school"
    RECEIVING_SCHOOL = "receiving school"
    OFFICER = "officer"
    PUPIL = "pupil"
    PARENTS = "parents"
    SOCIAL_WORKER = "social worker"
    YOUTH_OFFENDING = "youth offending service"
    GOVERNOR = "governing board"  # for an off-site direction, a nominee who is not the head
    OTHER = "other professional"


class Attendance(Frozen):
    """Whether somebody was at a meeting; who was not, with the reason (R29). Private."""

    role: Role
    name: str = ""
    present: bool = True
    reason: str = ""


class InitialMeeting(Frozen):
    """The meeting before a start, and what was gone through in it (R32 to R35). Private."""

    on: date
    held: date | None = None
    attendance: tuple[Attendance, ...] = ()
    positives: bool = False  # the positive side of a fresh start was stressed (R32)
    expectations: bool = False  # the school's expectations were outlined (R32)
    own_policy: bool = False  # behaviour is managed by the receiving school's own policy (R35)
    professionals: bool = False  # inviting others involved was considered (R33)


class Review(Frozen):
    """A review that was held: `of` is the planned day that it answers. Private."""

    of: date
    held: date
    attendance: tuple[Attendance, ...]
    record: str  # the agreed document it is written on (R30)
    pupil_views: str  # R63
    family_views: str  # R63
    best_interests: str = ""  # why the move is still right (R61)


class Placement(Frozen):
    """A start at a receiving school, its review dates, its planned end (None: none is set) and what it is in law."""

    school: School
    start: date
    reviews: tuple[date, ...] = ()
    ends: date | None = None
    footing: Footing = Footing.TRIAL
    direction_notice: date | None = None  # when notice of an off-site direction was given
    full_time: bool = True
    informal: bool = False  # an arrangement of the schools' own with parental agreement (R58)
    policy: str = ""  # where the school's policy outlines it (R58)


class HeadsWord(Frozen):
    """One head's agreement to an extension until a day (R43). Private."""

    head: Party
    until: date
    who: str
    on: date
    shown: Shown


class FinalMeeting(Frozen):
    """The meeting that acknowledges the success (R36). Private."""

    on: date
    attendance: tuple[Attendance, ...]
    acknowledged: str


class Permanent(Frozen):
    """When the pupil went on the receiving school's roll for good, and off the home school's."""

    on: date
    left_home: date | None = None


class Credit(Frozen):
    """What the receiving school is credited with (R18); `reversed_why` is private."""

    school: School
    points: int
    on: date
    reversed_on: date | None = None
    reversed_why: str = ""
