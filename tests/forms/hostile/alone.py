"""A file read in a process of its own: how it ends, what it takes, what it asks of the machine."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.forms.word.building import docx, p

ROOM = Path(__file__).parents[3]
MEASURED = pytest.mark.skipif(
    not Path("/proc/self/status").exists(), reason="memory is measured through /proc"
)
MOST_MEMORY = 300_000_000  # bytes: what reading a Word file may ever take
MOST_SECONDS = 10  # of CPU

CHILD = """
import json, resource, sys, time
sys.path.insert(0, sys.argv[2])
import forms
from forms import refusals
data = open(sys.argv[1], "rb").read()
asked = []
sys.addaudithook(lambda event, args: event in WATCHED and not str(args[0]).endswith((".py", ".pyc")) and asked.append(event))
WATCHED = {"open", "socket.connect", "socket.getaddrinfo", "subprocess.Popen", "os.system", "os.exec"}
forms.page(open(sys.argv[3], "rb").read())  # what is imported late is imported now, codecs too
"".encode("utf-16-le"), b"".decode("utf-16"), b"".decode("utf-16-be"), b"".decode("utf-8-sig")
asked.clear()
most = resource.getrlimit(resource.RLIMIT_NOFILE)
resource.setrlimit(resource.RLIMIT_NOFILE, (3, most[1]))  # nor could a C library open anything
began = time.process_time()
try:
    page = forms.page(data, name="form.docx")
    end = "\\n".join(block.text for block in page.blocks)[-40:]
except refusals.FormError as error:
    end = type(error).__name__
took = time.process_time() - began
resource.setrlimit(resource.RLIMIT_NOFILE, most)
result = {"end": end, "seconds": took, "asked": asked.copy()}
peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))  # getrusage would count the parent's
print(json.dumps(result | {"memory": int(peak.split()[1]) * 1024}))
"""


def outcome(data: bytes, folder: Path) -> dict[str, object]:
    """What becomes of a file in a process of its own: its end, its time and memory, and what it opened."""
    file = folder / "form.docx"
    file.write_bytes(data)
    plain = folder / "plain.docx"
    plain.write_bytes(docx(p("Name: Ann")))
    before = sorted(path.name for path in folder.iterdir())
    done = subprocess.run(
        [sys.executable, "-c", CHILD, str(file), str(ROOM), str(plain)],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=100,
        check=True,
    )
    assert sorted(path.name for path in folder.iterdir()) == before, "nothing was written"
    result: dict[str, object] = json.loads(done.stdout)
    return result
