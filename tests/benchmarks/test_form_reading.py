"""How long reading forms takes, in CPU time, beside the least that any reader must do, in the same run.

The bound: open the zip, parse `document.xml` with lxml, collect every `w:t`. The table that `make bench` prints shows each
row as a multiple of the quickest one, which is the bound; the target for the page model is 3.0.
"""

import io
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from lxml import etree
from pytest_benchmark.fixture import BenchmarkFixture

import forms

FOLDER = Path(__file__).parents[2] / "bot" / "demo" / "forms"
FORMS = [path.read_bytes() for path in sorted(FOLDER.glob("*.docx")) if path.with_suffix(".json").exists()]
TEXT = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}t"

pytestmark = pytest.mark.benchmark(
    group="nine sample forms", timer=time.process_time, min_rounds=15, warmup=True
)


def bound(data: bytes) -> str:
    """The least that any reader of Word files must do."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        root = etree.fromstring(archive.read("word/document.xml"))
    return "".join(text.text or "" for text in root.iter(TEXT))


def each(read: Callable[[bytes], object]) -> list[object]:
    """Read every sample form."""
    return [read(data) for data in FORMS]


def test_lower_bound(benchmark: BenchmarkFixture) -> None:
    """Unzip, parse, collect the text."""
    assert len(benchmark(each, bound)) == 9


def test_page_model(benchmark: BenchmarkFixture) -> None:
    """The whole model: every part, block, span, mark and state."""
    assert len(benchmark(each, forms.page)) == 9
