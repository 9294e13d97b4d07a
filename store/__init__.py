"""The case: the protocol's rules (`store.protocol`, pure) and the records.

The names below are loaded when they are used, so that the rules can be imported without a database library.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from store.casebook import Casebook, PanelAgenda
    from store.database import Store, open_store
    from store.directory import Contact, Directory, Loaded, SchoolEntry
    from store.letters import Conclusion, KeptLetter, Letters, Outcome
    from store.outbox import Claimed, Outbox, OutboxLine
    from store.queries import CaseFilter, PastAnswer, Queries, TimelineEntry
    from store.tables import Folder, OutboxState

_HOMES = {
    "CaseFilter": "store.queries",
    "Casebook": "store.casebook",
    "Claimed": "store.outbox",
    "Conclusion": "store.letters",
    "Contact": "store.directory",
    "Directory": "store.directory",
    "Folder": "store.tables",
    "KeptLetter": "store.letters",
    "Letters": "store.letters",
    "Loaded": "store.directory",
    "Outbox": "store.outbox",
    "OutboxLine": "store.outbox",
    "OutboxState": "store.tables",
    "Outcome": "store.letters",
    "PanelAgenda": "store.casebook",
    "PastAnswer": "store.queries",
    "Queries": "store.queries",
    "SchoolEntry": "store.directory",
    "Store": "store.database",
    "TimelineEntry": "store.queries",
    "open_store": "store.database",
}

__all__ = [
    "CaseFilter",
    "Casebook",
    "Claimed",
    "Conclusion",
    "Contact",
    "Directory",
    "Folder",
    "KeptLetter",
    "Letters",
    "Loaded",
    "Outbox",
    "OutboxLine",
    "OutboxState",
    "Outcome",
    "PanelAgenda",
    "PastAnswer",
    "Queries",
    "SchoolEntry",
    "Store",
    "TimelineEntry",
    "open_store",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
