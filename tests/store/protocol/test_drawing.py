"""The picture of a case's life is drawn from the table that refuses, and never stale."""

from pathlib import Path
from xml.etree import ElementTree as ET

from store.protocol.case import Stage
from store.protocol.drawing import PLACES, draw
from store.protocol.life import MOVES
from store.protocol.stages import STANDS

PICTURE = Path(__file__).parents[3] / "docs" / "case-life.svg"


def test_the_picture_in_the_docs_is_the_tables() -> None:
    """Draw it anew with `python -m store.protocol.drawing > docs/case-life.svg`."""
    assert PICTURE.read_text(encoding="utf-8") == draw()


def test_the_picture_shows_every_stage_and_every_move() -> None:
    """Well-formed, each stage in a place of its own, each move by its name."""
    texts = {element.text for element in ET.fromstring(draw()).iter() if element.text}
    assert {str(stage) for stage in Stage} <= texts
    assert {f"{number}. {move.name}" for number, move in enumerate(MOVES.values(), start=1)} <= texts
    assert len(set(PLACES.values())) == len(Stage)


def test_every_arrow_is_allowed_by_its_move() -> None:
    """An arrow starts where its move may be made, and ends where it may lead."""
    for move in MOVES.values():
        for start, end in move.drawn():
            assert start in move.at
            assert move.by_facts or end in move.to


def test_every_stage_can_be_said() -> None:
    """A refusal names the stage."""
    assert set(STANDS) == set(Stage)
