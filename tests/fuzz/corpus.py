"""The seeds of the fuzz targets: filled forms of every house style, taken apart once."""

import io
import os
import zipfile
from functools import cache
from pathlib import Path

from hypothesis import HealthCheck, settings

SAMPLES = Path(__file__).parents[2] / "bot" / "demo" / "forms"
SEEDS = (
    "blank-A",
    "oakfield-complete",
    "riverside-no-parent-agreement",
    "weaver-gaps",
    "northgate-looked-after",
)
PARTS_OF_ALL = (
    "word/document.xml",
    "word/styles.xml",
    "word/numbering.xml",
    "word/header1.xml",
    "[Content_Types].xml",
    "word/_rels/document.xml.rels",
    "_rels/.rels",
)

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES") or (800 if os.environ.get("CI") == "true" else 60))
"""Examples a target: a few seconds in an ordinary run, about a minute in CI and with `make fuzz`."""

fuzzing = settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)


@cache
def seed(name: str) -> bytes:
    """A filled form."""
    return (SAMPLES / f"{name}.docx").read_bytes()


@cache
def parts(name: str) -> dict[str, bytes]:
    """The parts of a filled form, pictures left out so that they do not eat the mutations."""
    with zipfile.ZipFile(io.BytesIO(seed(name))) as package:
        return {part: package.read(part) for part in package.namelist() if "media/" not in part}


def packed(contents: dict[str, bytes]) -> bytes:
    """Parts as a document."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        for name, content in contents.items():
            package.writestr(name, content)
    return out.getvalue()
