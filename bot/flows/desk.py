"""What a person at the desk can ask for and do: the only door for buttons, commands, the command line and pages.

What is *public* (`CaseLine`, `PanelView`, `LetterLine`) may stand in a channel. What is *private* (`Details`) is for
the modal, the private answer and the local page only. Every refusal is a `store.errors.CaseworkError`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from store.protocol.case import Case, Kind


class PublicStage(StrEnum):
    """The stage that a channel may show: any hold is "on hold", whatever its cause."""

    INCOMPLETE = "incomplete"
    READY = "ready"
    ON_HOLD = "on hold"
    ON_AGENDA = "on agenda"
    PLACED = "placed"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class CaseLine:
    """A case as a channel may see it. `gaps` counts what it must still have; labels and names stay out."""

    reference: str
    version: int
    kind: Kind
    stage: PublicStage
    school: str
    gaps: int
    received: datetime
    panel: date | None
    deadline: datetime | None
    late: bool
    attention: bool  # whether the officer must look at something; never what


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of a case's timeline: when, what (an event's name), by whom, by which rule. Holds no pupil's data."""

    at: datetime
    what: str
    who: str
    rule: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Details:
    """Private: everything about one case for an allowed user. `actions` are those that would be accepted now."""

    line: CaseLine
    case: Case
    timeline: Sequence[Entry]
    letters: Sequence[int]
    actions: Sequence["Action"]


class Action(StrEnum):
    """What a person can do with a case."""

    ASK_SCHOOL = "ask_school"
    PUT_ON_PANEL = "put_on_panel"
    RECORD_CRISIS = "record_crisis"


@dataclass(frozen=True, slots=True)
class PanelView:
    """A panel as a channel may see it: references only, in the order of the agenda."""

    on: date
    deadline: datetime | None
    agenda: Sequence[CaseLine] = field(default=())
    ready: Sequence[CaseLine] = field(default=())
    on_hold: Sequence[CaseLine] = field(default=())
    incomplete: Sequence[CaseLine] = field(default=())
