"""What an IMAP server says of a letter without handing it over, and the letter's bytes; neither marks it as read."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientAbortError, IMAPClientError

_LOOK = ("RFC822.SIZE", "INTERNALDATE", "BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)]")
_AT_ONCE = 200  # letters asked about in one command
_LAST = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Seen:
    """A letter as the server shows it: its size there in bytes, its time of receipt, and a sign of its identity.

    `mark` is a digest of Message-ID and time of receipt: a UID given a second time, to another letter, has another.
    """

    uid: int
    size: int
    received: datetime
    mark: str
    message_id: str

    @property
    def is_whole(self) -> bool:
        """Whether the server has said all of this."""
        return self.received != _LAST


def look(client: IMAPClient, uids: Sequence[int]) -> Iterator[Seen]:
    """Look at letters of the selected folder. Those that went meanwhile are left out.

    One that the server stumbles over does not hide the rest: it is given with size 0 and no time, for a fetch to fail on.
    """
    for start in range(0, len(uids), _AT_ONCE):
        some = uids[start : start + _AT_ONCE]
        shown = _shown(client, some)
        for uid in some:
            yield from _seen(uid, shown[uid]) if shown and uid in shown else _look_singly(client, uid)


def look_at(client: IMAPClient, uid: int) -> Seen | None:
    """Look at one letter; None when it is not there."""
    return next(_look_singly(client, uid), None)


def body(client: IMAPClient, uid: int, most: int) -> bytes | None:
    """At most so many bytes of a letter; None when it is not there."""
    answer = client.fetch([uid], [f"BODY.PEEK[]<0.{most}>"]).get(uid, {})
    return next((_bytes(value) for key, value in answer.items() if key.startswith(b"BODY[]")), None)


def _look_singly(client: IMAPClient, uid: int) -> Iterator[Seen]:
    shown = _shown(client, [uid])
    if shown is None:
        yield Seen(uid, 0, _LAST, _mark(b"", _LAST), "")
    elif uid in shown:
        yield from _seen(uid, shown[uid])


def _shown(client: IMAPClient, uids: Sequence[int]) -> dict[int, dict[bytes, Any]] | None:
    """What the server tells of letters; None when it refuses to."""
    try:
        return dict(client.fetch(list(uids), list(_LOOK)))
    except IMAPClientAbortError:
        raise
    except IMAPClientError:
        return None


def _seen(uid: int, shown: dict[bytes, Any]) -> Iterator[Seen]:
    received = shown.get(b"INTERNALDATE")
    if b"RFC822.SIZE" not in shown:
        return  # a note on its flags alone: the letter itself went
    if not isinstance(received, datetime):
        received = _LAST
    header = next((_bytes(value) for key, value in shown.items() if key.startswith(b"BODY[HEADER")), b"")
    message_id = b" ".join(header.partition(b":")[2].split())
    yield Seen(
        uid,
        int(shown[b"RFC822.SIZE"]),
        received,
        _mark(message_id, received),
        message_id.decode("ascii", "replace"),
    )


def _mark(message_id: bytes, received: datetime) -> str:
    known = message_id + b"\0" + received.astimezone(UTC).isoformat().encode("ascii")
    return hashlib.sha256(known).hexdigest()[:16]


def _bytes(value: Any) -> bytes:
    return value if isinstance(value, bytes) else b""
