"""How far a mailbox's list of changes was followed, kept in the case database beside the letters it led to."""

from store import Store


class StoredPlace:
    """`mail.SyncState` of one mailbox. Restored from a backup with its letters, it is as old as they are: none is missed."""

    def __init__(self, store: Store, mailbox: str) -> None:
        self._store = store
        self._name = f"place/{mailbox}"

    def load(self) -> str:
        """What was saved last, "" when nothing was."""
        return self._store.recall(self._name)

    def save(self, state: str) -> None:
        """Keep this; nothing is written when it is what is kept already, as at most looks."""
        if state != self.load():
            self._store.note(self._name, state)
