"""The marked copy: a school's own form with the places shaded that its answer asks for, so that it fills just those.

Which places those are is known only when the casebook has decided, and the copy can be made only in the child that may
be killed. So the decision is foreseen, the copy made, and handed to the letter that the decision then writes; where
somebody else has changed the case in between, the letter goes without a copy.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from types import MappingProxyType
from typing import TypeAlias

from forms.reading import Reading
from store.protocol.case import Case, Gap, GapKind, Pupil

Key: TypeAlias = tuple[tuple[int, ...], Pupil, tuple[Gap, ...]]
Copies: TypeAlias = Mapping[Key, bytes]

LARGEST = 5 * 1024 * 1024  # bytes; a form with large pictures is not sent back
_TO_FILL = frozenset({GapKind.MISSING, GapKind.UNCLEAR, GapKind.NO_OUTCOME, GapKind.ATTACHMENT})

_at_hand: ContextVar[Copies] = ContextVar("marked_copies", default=MappingProxyType({}))


def key_of(case: Case) -> Key:
    """What a copy belongs to: the letters a case rests on, its pupil, and exactly the gaps that are marked."""
    return case.letters, case.pupil, case.gaps


@contextmanager
def at_hand(copies: Copies) -> Iterator[None]:
    """Have copies at hand for the letters that are written while this holds."""
    token = _at_hand.set(copies)
    try:
        yield
    finally:
        _at_hand.reset(token)


def copy_for(case: Case) -> bytes:
    """The marked copy for the answer about a case, b"" when there is none."""
    return _at_hand.get().get(key_of(case), b"")


def places(reading: Reading, gaps: Iterable[Gap]) -> tuple[str, ...]:
    """Where on a form the gaps are. What cannot be answered on it has no place: a refusal, an unreadable answer."""
    found = (_place(reading, gap.field) for gap in gaps if gap.kind in _TO_FILL)
    return tuple(dict.fromkeys(path for path in found if path))


def _place(reading: Reading, field: str) -> str:
    answer = reading.answers.get(field)
    return (answer.path if answer else "") or reading.row_paths.get(field, "")


def made(case: Case, reading: Reading, mark: Callable[[tuple[str, ...]], bytes]) -> dict[Key, bytes]:
    """The copy for one foreseen case, nothing where no place can be marked or the copy would be too large."""
    paths = places(reading, case.gaps)
    copy = mark(paths) if paths else b""
    return {key_of(case): copy} if 0 < len(copy) <= LARGEST else {}
