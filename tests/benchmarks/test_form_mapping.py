"""How long model and mapping take together, beside the bound of `test_form_reading.py` in the same run; the target is 4.5."""

from pytest_benchmark.fixture import BenchmarkFixture

import forms
from tests.benchmarks.test_form_reading import each, pytestmark

__all__ = ["pytestmark"]


def test_model_and_mapping(benchmark: BenchmarkFixture) -> None:
    """From bytes to answers, by the library that ships."""
    readings = benchmark(each, forms.read)
    assert [isinstance(reading, forms.Reading) and bool(reading.definition) for reading in readings] == [
        True
    ] * 9
