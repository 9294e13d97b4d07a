"""Which cases a Message-ID belongs to: theirs, and those of the letters that we wrote about the case."""

from collections.abc import Iterable
from hashlib import sha256

from sqlmodel import Session, col, select

from store.database import insert_once
from store.tables import ThreadRow


def join_thread(session: Session, reference: str, message_ids: Iterable[str]) -> None:
    """Note Message-IDs as part of a case's thread."""
    for message_id in filter(None, message_ids):
        insert_once(session, ThreadRow(digest=digest(message_id), reference=reference))


def find_thread(session: Session, message_ids: Iterable[str]) -> tuple[str, ...]:
    """References of the cases whose thread holds one of the Message-IDs; a letter with two forms has two."""
    digests = [digest(message_id) for message_id in message_ids if message_id.strip("<> \t")]
    found = session.exec(select(ThreadRow.reference).where(col(ThreadRow.digest).in_(digests)).distinct())
    return tuple(sorted(found))


def digest(message_id: str) -> str:
    """The key of a Message-ID, with or without its angle brackets."""
    return sha256(message_id.strip("<> \t").encode("utf-8", "surrogatepass")).hexdigest()
