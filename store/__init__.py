"""The case: the protocol's rules (`store.protocol`, pure) and the records.

The names below are loaded when they are used, so that the rules can be imported without a database library.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from store.database import Store, open_store
    from store.letters import Conclusion, KeptLetter, Letters, Outcome
    from store.outbox import Claimed, Outbox, OutboxLine
    from store.tables import Folder, OutboxState

_HOMES = {
    "Claimed": "store.outbox",
    "Conclusion": "store.letters",
    "Folder": "store.tables",
    "KeptLetter": "store.letters",
    "Letters": "store.letters",
    "Outbox": "store.outbox",
    "OutboxLine": "store.outbox",
    "OutboxState": "store.tables",
    "Outcome": "store.letters",
    "Store": "store.database",
    "open_store": "store.database",
}

__all__ = [
    "Claimed",
    "Conclusion",
    "Folder",
    "KeptLetter",
    "Letters",
    "Outbox",
    "OutboxLine",
    "OutboxState",
    "Outcome",
    "Store",
    "open_store",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
