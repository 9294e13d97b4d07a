"""The protocol's rules, pure: a command, a case and what it rests on go in; events or a refusal come out.

`load` a protocol, build a `SchoolCalendar` and a `Context`, then `decide`, `evolve` each event, and ask what is `due`.
"""

from store.protocol.calendar import SchoolCalendar, panel_dates
from store.protocol.completeness import assess
from store.protocol.context import Context
from store.protocol.decisions import decide
from store.protocol.diary import Due, DueKind, PanelDue, due, panel_due
from store.protocol.evolution import evolve
from store.protocol.life import refusal
from store.protocol.panels import deadline
from store.protocol.pupils import Identity, compare
from store.protocol.rulebook import Protocol, load

__all__ = [
    "Context",
    "Due",
    "DueKind",
    "Identity",
    "PanelDue",
    "Protocol",
    "SchoolCalendar",
    "assess",
    "compare",
    "deadline",
    "decide",
    "due",
    "evolve",
    "load",
    "panel_dates",
    "panel_due",
    "refusal",
]
