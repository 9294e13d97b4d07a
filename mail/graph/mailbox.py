"""A mailbox of Exchange Online that letters come to."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from mail.errors import LetterGone
from mail.graph.connection import PAGE, Graph, Listing
from mail.graph.folders import Folders
from mail.graph.troubles import Trouble
from mail.mailbox import Arrival, SyncState, Waiting
from mail.parsing import received_time

LARGEST_LETTER = 40_000_000  # bytes; Exchange's own usual limit is 35 MB
LISTED_ANYWAY_EVERY = 15
"""Looks after which the folder is listed even though nothing is said to have changed."""

_SIZE = "LONG 0x0E08"  # PR_MESSAGE_SIZE: a letter has no size of its own in Graph
_FIELDS = {
    "$select": "id,receivedDateTime,parentFolderId",
    "$expand": f"singleValueExtendedProperties($filter=id eq '{_SIZE}')",
}


class GraphMailbox:
    """Letters in a mailbox of Exchange Online.

    Unprocessed is what lies in the inbox: its list of changes (delta) says *whether* to look, a plain listing of the
    folder says *what* waits. Changes alone would lose letters: one that is moved out and back is told as removed only
    (microsoft-graph-docs-contrib#72). Done is what was moved to the folder `processed` under the inbox, or to `aside`.

    The place in the list of changes is saved by `all_kept`; when it is lost or too old the whole folder is listed, and
    what was kept before is known by its bytes.
    """

    def __init__(
        self,
        graph: Graph,
        name: str = "graph",
        *,
        state: SyncState | None = None,
        folder: str = "inbox",
        processed: str = "Processed",
        aside: str = "Set aside",
        largest: int = LARGEST_LETTER,
    ) -> None:
        self.name = name
        self._graph = graph
        self._state = state or _Remembered()
        self._folders = Folders(graph, folder)
        self._processed = processed
        self._aside = aside
        self._largest = largest
        self._seen: dict[str, _Row] = {}
        self._next = ""  # the place to save once the letters of this listing are kept
        self._quiet = 0  # looks since the folder was listed from its beginning
        self._onward = ""  # the last listing stopped before its end, at a letter of this time

    def waiting(self) -> Sequence[Waiting]:
        """What lies in the inbox, oldest first; nothing when nothing has changed since `all_kept`. Raises `MailError`."""
        news = self._news()
        self._next = news.place
        self._quiet += 1
        if not (news.any or self._onward or self._quiet >= LISTED_ANYWAY_EVERY):
            self._seen = {}
            return []
        self._seen = self._listed(news.ids)
        oldest_first = sorted(self._seen.values(), key=lambda row: (row.received, row.id))
        return [Waiting(row.id, row.size) for row in oldest_first]

    def all_kept(self) -> None:
        """The letters of the last listing are safe: the next look begins after them."""
        if self._next:
            self._state.save(self._next)

    def fetch(self, letter_id: str) -> Arrival:
        """The letter's bytes. Raises `LetterGone`, `LetterTooBig` (having read no more than the limit) or `MailError`."""
        row = self._seen.get(letter_id) or self._row(letter_id)
        if row is None:
            raise LetterGone
        try:
            raw = self._graph.read(self._graph.at("messages", letter_id, "$value"), self._largest)
        except Trouble as error:
            if error.no_such_letter:
                raise LetterGone from None
            raise
        return Arrival(raw, row.received if row.received > _NEVER else received_time(raw, _NEVER))

    def file_processed(self, letter_id: str) -> None:
        """Move a letter to the processed folder; nothing happens when it no longer lies in the inbox."""
        self._move(letter_id, self._processed)

    def set_aside(self, letter_id: str) -> None:
        """Move a letter to the set-aside folder; nothing happens when it no longer lies in the inbox."""
        self._move(letter_id, self._aside)

    def check(self) -> str:
        """Say what waits, having found or made the folders that letters are moved to. Raises `MailError`."""
        answer = self._graph.get(
            self._graph.at("mailFolders", self._folders.inbox), {"$select": "id,totalItemCount"}
        )
        for name in (self._processed, self._aside):
            self._folders.named(name)
        said = (
            f"The mailbox can be read and letters can be moved in it; {answer.get('totalItemCount', 0)} wait."
        )
        return f"{said} {_TOO_MUCH}" if self._graph.tokens.reaches_all() else said

    def close(self) -> None:
        """Close its connections, and those of a postbox on the same `Graph`."""
        self._graph.close()

    # ------------------------------------------------------------------ what has changed

    def _news(self) -> "_News":
        """What is said to have changed since the saved place; everything, where that place is of no use any more."""
        place = self._state.load()
        if place and self._graph.is_ours(place):
            try:
                return _News.of(self._graph.listing(place))
            except Trouble as error:
                if not error.lost_place:
                    raise
        changes = self._graph.at("mailFolders", self._folders.inbox, "messages", "delta")
        news = _News.of(self._graph.listing(changes, {"$select": "id"}))
        return _News(news.place, news.ids, any=True)

    # ------------------------------------------------------------------ what lies there

    def _listed(self, named: Collection[str]) -> "dict[str, _Row]":
        """The folder's letters; a part of them at a time where they are very many, from where the last part ended.

        What the changes named and a whole listing leaves out is asked for singly.
        """
        since = self._onward
        listing = self._graph.listing(
            self._graph.at("mailFolders", self._folders.inbox, "messages"), _oldest_first(since)
        )
        found = {row.id: row for row in _rows(listing) if row.folder == self._folders.inbox}
        reached = str(listing.rows[-1].get("receivedDateTime", "")) if listing.more and listing.rows else ""
        self._onward = reached if reached != since else ""  # so many of one time: from the beginning again
        if not since:
            self._quiet = 0
            if not listing.more:
                left_out = [row for each in named if each not in found and (row := self._row(each))]
                found.update((row.id, row) for row in left_out)
        return found

    def _row(self, letter_id: str) -> "_Row | None":
        """What is known of a letter, None when it does not lie in the inbox now."""
        try:
            row = _Row.of(self._graph.get(self._graph.at("messages", letter_id), _FIELDS))
        except Trouble as error:
            if error.no_such_letter:
                return None
            raise
        return row if row.folder == self._folders.inbox else None

    # ------------------------------------------------------------------ moving

    def _move(self, letter_id: str, target: str) -> None:
        """The letter's id finds it in any folder, so where it lies is asked first: the first decision stands."""
        if self._row(letter_id) is not None:
            try:
                self._put(letter_id, target)
            except Trouble as error:
                if not error.no_such_letter:
                    raise
                self._folders.forget(target)  # it is the letter that has gone, or the folder: look again
                if self._row(letter_id) is not None:
                    self._put(letter_id, target)
        self._seen.pop(letter_id, None)

    def _put(self, letter_id: str, target: str) -> None:
        destination = {"destinationId": self._folders.named(target)}
        self._graph.post(self._graph.at("messages", letter_id, "move"), destination, patient=True)


_NEVER = datetime.fromtimestamp(0, UTC)
_TOO_MUCH = (
    "But Entra lets the application into every mailbox of the organisation: take Mail.* back there, and give it a role"
    " for this mailbox alone (RBAC for Applications)."
)


class _Remembered:
    """A place kept for as long as the process lives."""

    def __init__(self) -> None:
        self._place = ""

    def load(self) -> str:
        return self._place

    def save(self, state: str) -> None:
        self._place = state


@dataclass(frozen=True, slots=True)
class _News:
    """Changes to the folder: where to go on, which letters came or changed, and whether anything was told at all."""

    place: str
    ids: tuple[str, ...]
    any: bool

    @classmethod
    def of(cls, listing: Listing) -> "_News":
        came = [str(row["id"]) for row in listing.rows if "@removed" not in row and row.get("id")]
        return cls(
            listing.changes or listing.more, tuple(dict.fromkeys(came)), bool(listing.rows or listing.more)
        )


@dataclass(frozen=True, slots=True)
class _Row:
    id: str
    folder: str
    received: datetime
    size: int

    @classmethod
    def of(cls, row: dict[str, Any]) -> "_Row":
        return cls(
            str(row["id"]),
            str(row.get("parentFolderId", "")),
            _instant(row.get("receivedDateTime")),
            _size(row),
        )


def _instant(said: object) -> datetime:
    """A time as Graph says it. A row without one must not stop the listing: the letter itself is asked later."""
    try:
        instant = datetime.fromisoformat(str(said))
    except ValueError:
        return _NEVER
    return instant if instant.tzinfo else _NEVER


def _oldest_first(since: str) -> dict[str, str]:
    """The query that lists letters by their time; by time and not by count, for they are moved meanwhile."""
    query = {**_FIELDS, "$orderby": "receivedDateTime asc", "$top": str(PAGE)}
    return {**query, "$filter": f"receivedDateTime ge {since}"} if since else query


def _rows(listing: Listing) -> Iterator[_Row]:
    return (_Row.of(row) for row in listing.rows)


def _size(row: dict[str, Any]) -> int:
    """In bytes as Exchange stores it; 0 where it says none, and then the fetching stops at the limit.

    Graph writes the property's name in its own way, e.g. "Long 0xe08"; it is the only one that was asked for.
    """
    named = row.get("singleValueExtendedProperties") or [{}]
    said = str(named[0].get("value", ""))
    return int(said) if said.isascii() and said.isdigit() else 0
