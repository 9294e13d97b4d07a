"""A desk in memory, for tests of the Slack side: it keeps what it was asked and refuses what it is told to."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from bot.flows.desk import CaseLine, Details, Entry, PanelView
from bot.slack.deps import Team
from store.errors import NoSuchCase, StaleCase
from store.protocol.case import Actor
from tests.bot.slack import judges
from tests.bot.slack.loopback import TEAM, LoopbackSlack
from tests.bot.slack.samples import AT, case_line, details, panel_view

OFFICER, DEPUTY, PANEL_MEMBER, ADMINISTRATOR = "U0OFFICER", "U0DEPUTY", "U0PANEL", "U0ADMIN"
THE_TEAM = Team.of(
    TEAM, officers=[OFFICER], deputies=[DEPUTY], panel_members=[PANEL_MEMBER], administrators=[ADMINISTRATOR]
)


@dataclass
class DeskInMemory:
    """One case, MM-26-0007, at version 3."""

    shown: Details = field(default_factory=details)
    done: list[tuple[str, str, int | None, Actor]] = field(default_factory=list)
    trouble: Exception | None = None
    hold: threading.Event | None = None  # a call waits for this, as one waits for the database's lock
    entered: threading.Event = field(default_factory=threading.Event)

    def cases(self) -> Sequence[CaseLine]:
        """Two cases."""
        self._meet()
        return [case_line(7), case_line(8)]

    def details(self, reference: str) -> Details:
        """The one case."""
        self._meet()
        if reference != self.shown.case.reference:
            raise NoSuchCase
        return self.shown

    def panel(self, on: date | None = None) -> PanelView | None:
        """The panel of 10 December 2026 only."""
        self._meet()
        return panel_view() if on in {None, date(2026, 12, 10)} else None

    def ask_school(self, reference: str, *, by: Actor, version: int | None = None) -> None:
        """Ask, and leave it in the timeline."""
        self._do("SchoolAsked", reference, version, by)

    def put_on_panel(self, reference: str, *, by: Actor, version: int | None = None) -> None:
        """Put it on, and leave it in the timeline."""
        self._do("PutOnAgenda", reference, version, by)

    def _do(self, what: str, reference: str, version: int | None, by: Actor) -> None:
        self._meet()
        line = self.details(reference).line
        if version != line.version:
            raise StaleCase
        self.done.append((what, reference, version, by))
        entry = Entry(at=AT, what=what, who=by.name)
        newer = replace(line, version=line.version + 1)
        self.shown = replace(self.shown, line=newer, timeline=[*self.shown.timeline, entry])

    def _meet(self) -> None:
        self.entered.set()
        if self.hold is not None:
            assert self.hold.wait(20)
        if self.trouble is not None:
            raise self.trouble


def said(answered: Any) -> str:
    """The words of a private answer in an acknowledgement."""
    assert answered.payload is not None
    return judges.everything_readable(answered.payload)


def shown(slack: LoopbackSlack) -> list[str]:
    """The words of the private answers to clicks."""
    return [judges.everything_readable(answer) for answer in slack.shown]
