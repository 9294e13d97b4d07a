"""Two workers on one case database and one mailbox: as if there were one."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from bot.clock import SetClock
from bot.composition import build
from bot.settings import Settings
from bot.worker import Round
from tests.journeys.westhaven import NOW, Story, lay_out, run_once
from tests.store_fixtures import Database


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_two_workers_at_once_end_as_one_would(
    kind: str, database_of: Callable[[str], Database], tmp_path: Path
) -> None:
    """Each letter is concluded once and in its order, each message goes out once, and neither worker meets a trouble."""
    alone = lay_out(tmp_path / "alone", database_of(kind))
    run_once(alone)

    shared = lay_out(tmp_path / "shared", database_of(kind))
    with ThreadPoolExecutor(2) as pool:
        rounds = list(pool.map(_work, [shared, shared]))
    assert [done.troubles for done in rounds] == [[], []]
    run_once(shared)
    assert _outline(shared) == _outline(alone)


def _outline(settings: Settings) -> dict[str, Any]:
    """What is to be seen, without the numbers of the letters: on PostgreSQL a number tried twice is used up."""
    with build(settings, SetClock(NOW)) as moves:
        story = Story(moves, settings.folder)
        cases = moves.casebook.cases()
        return {
            "cases": [
                (c.reference, c.home_school, c.stage, c.gaps, c.panel, c.holds, len(c.letters)) for c in cases
            ],
            "letters": {one.sha256: one.outcome and one.outcome.conclusion for one in moves.letters.all()},
            "outbox": Counter((line.kind, line.reference, line.state) for line in moves.outbox.all()),
            "posts": Counter((post.key.partition("/")[0], post.thread != "") for post in story.channel()),
            "keys": set(Counter(post.key for post in story.channel()).values()),
            "sent": Counter((str(letter["To"]), str(letter["Subject"])) for letter in story.sent()),
            "mailbox": sorted(
                str(file.relative_to(settings.folder)) for file in settings.folder.glob("mailbox/*/*")
            ),
        }


def _work(settings: Settings) -> Round:
    with build(settings, SetClock(NOW)) as moves:
        return moves.worker.run_once()
