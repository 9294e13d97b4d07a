"""The diary of a hundred thousand open cases, worked out anew on one core: the target is two seconds."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from pytest_benchmark.fixture import BenchmarkFixture

from store import open_store
from store.protocol import Context, due
from store.protocol.case import Case
from store.tables import DueRow, DueState
from tests.store.cases import MONDAY, casebook, filing
from tests.store.protocol.given import at, context, filed, referral
from tests.store.protocol.moves import arranged, failed, gathering, on_agenda, placed, when

pytestmark = pytest.mark.benchmark(group="diary")
CASES = 100_000
PLANNED = 10_000


def open_cases() -> list[Case]:
    """As an authority has them: some incomplete, some ready, on an agenda, agreeing, most of them placed; some failed."""
    early = context(at("2026-11-24 10:00"))
    incomplete = filed("2026-11-24 09:00", referral(without=("pupil.views",)), early)
    waiting = [incomplete, filed("2026-11-24 09:00", where=early), on_agenda()]
    return [*waiting, gathering(), arranged(), placed(), placed(), placed(), placed(), failed()]


def all_of(cases: list[Case], where: Context) -> int:
    return sum(len(due(case, where)) for case in islice(cycle(cases), CASES))


def test_the_diary_of_a_hundred_thousand_cases(benchmark: BenchmarkFixture) -> None:
    """Every entry of every case, as `replan` asks for them."""
    cases, where = open_cases(), when("2027-01-11 09:05")
    expected = sum(len(due(case, where)) for case in cases) * CASES // len(cases)
    assert benchmark.pedantic(all_of, (cases, where), rounds=3) == expected


def test_a_tick_with_nothing_due(benchmark: BenchmarkFixture, tmp_path: Path) -> None:
    """Ten thousand entries planned, none of them due: a tick looks at the index and touches no case."""
    store = open_store(f"sqlite:///{tmp_path / 'cases.db'}", key=bytes(32))
    book = casebook(store)
    reference = book.handle(filing(), MONDAY)[0].reference
    with store.writing() as session:
        session.connection().execute(sa.insert(sa.inspect(DueRow).local_table), list(planned(reference)))
    assert benchmark(book.tick, MONDAY) == 0
    store.close()


def planned(reference: str) -> Iterator[dict[str, Any]]:
    """Prompts of the years to come, one an hour."""
    for number in range(PLANNED):
        due = MONDAY + timedelta(days=30, hours=number)
        yield {
            "subject": reference, "reference": reference, "kind": "review", "due": due,
            "wall": due.isoformat(), "zone": "Europe/London", "expires": None, "state": DueState.PLANNED,
            "reason": "",
        }  # fmt: skip
