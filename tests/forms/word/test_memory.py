"""Memory: a form takes little, and a thousand forms take no more than one."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOM = Path(__file__).parents[3]
FORMS = ROOM / "bot" / "demo" / "forms"

CHILD = """
import json, pathlib, sys
sys.path.insert(0, sys.argv[1])
import forms, forms.word
def memory(kind):
    line = next(line for line in open("/proc/self/status") if line.startswith(kind))
    return int(line.split()[1]) * 1024
files = [path.read_bytes() for path in sorted(pathlib.Path(sys.argv[2]).glob("*.docx"))]
baseline = memory("VmRSS")
for data in files: forms.page(data)
first = memory("VmRSS")
for turn in range(1000): forms.page(files[turn % len(files)])
print(json.dumps({"peak": memory("VmHWM") - baseline, "growth": memory("VmRSS") - first}))
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is measured through /proc")
def test_a_thousand_forms_take_no_more_memory_than_the_first_ones() -> None:
    """Peak under 40 MB over the baseline, and what is there after a thousand is what was there after a few."""
    command = [sys.executable, "-c", CHILD, str(ROOM), str(FORMS)]
    result = json.loads(
        subprocess.run(command, capture_output=True, text=True, check=True, timeout=110).stdout
    )
    assert result["peak"] < 40_000_000
    assert result["growth"] < 4_000_000
