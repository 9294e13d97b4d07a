"""What the project leans on: licences, pins and what a committed file may not hold."""

import ast
import importlib.metadata
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = ("bot", "forms", "mail", "store")
PINS = sorted((ROOT / "requirements").glob("*.txt"))
LISTED = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")


def pinned(path: Path) -> list[str]:
    return re.findall(r"^([A-Za-z0-9._-]+)==", path.read_text(encoding="utf-8"), re.MULTILINE)


def licence_of(name: str) -> str:
    try:
        about = importlib.metadata.metadata(name)
    except importlib.metadata.PackageNotFoundError:
        return ""  # for another system or Python
    classifiers = [line for line in about.get_all("Classifier") or [] if line.startswith("License")]
    return " ".join([about.get("License-Expression") or "", (about.get("License") or "")[:200], *classifiers])


@pytest.mark.parametrize("path", PINS, ids=lambda path: path.name)
def test_every_pin_has_a_hash_and_no_index_is_named(path: Path) -> None:
    """A lock carries names, versions and hashes only."""
    text = path.read_text(encoding="utf-8")
    assert pinned(path)
    assert not re.search(r"https?://|--(extra-)?index-url|--find-links", text)
    for block in re.split(r"\n(?=\S)", text.strip()):
        assert "--hash=sha256:" in block, block.splitlines()[0]


def test_no_gpl_comes_in_and_each_lgpl_is_explained() -> None:
    """GPL and AGPL are not used; an LGPL package stands in docs/dependencies.md with its reason."""
    explained = LISTED.partition("## LGPL")[2]
    for name in {name for path in PINS for name in pinned(path)}:
        licence = licence_of(name)
        if re.search(r"LGPL|Lesser General", licence):
            assert name in explained, f"{name} is LGPL and not explained"
        else:
            assert not re.search(r"\bA?GPL|General Public License", licence), f"{name}: {licence}"


def test_every_direct_dependency_is_listed() -> None:
    """docs/dependencies.md says what each is for."""
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    block = text.partition("dependencies = [")[2].partition("]\n")[0]
    for name in re.findall(r'"([a-z0-9-]+)', block):
        assert re.search(rf"\b{re.escape(name)}\b", LISTED), name


def imported(room: str) -> Iterator[tuple[str, Path]]:
    """The top-level modules that a room's files import, at their head or inside a function."""
    for path in (ROOT / room).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_bytes())):
            if isinstance(node, ast.Import):
                yield from ((one.name.partition(".")[0], path) for one in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                yield node.module.partition(".")[0], path


@pytest.mark.parametrize("room", ROOMS)
def test_what_is_imported_is_installed_by_make_demo(room: str) -> None:
    """A package that only the tests bring would be missing where the bot runs."""
    installed = {name.lower().replace("_", "-") for name in pinned(ROOT / "requirements" / "run.txt")}
    brought_by = importlib.metadata.packages_distributions()
    for module, path in imported(room):
        if module in {*ROOMS, *sys.stdlib_module_names}:
            continue
        names = {name.lower().replace("_", "-") for name in brought_by.get(module, [module])}
        assert names & installed, f"{path.relative_to(ROOT)} imports {module}"


def committed_files() -> list[Path]:
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    return [ROOT / name for name in listing.stdout.split("\0") if name]


def test_no_committed_file_names_a_registry_or_a_path_of_a_machine() -> None:
    """The project works anywhere; where packages come from is each machine's own setting."""
    words = [
        "pypi" + ".org",
        "files.python" + "hosted",
        "registry.npm" + "js",
        "/ro" + "ot/",
        "/wo" + "rk/main",
    ]
    for path in committed_files():
        if not path.is_file():
            continue
        text = path.read_bytes().decode("utf-8", "replace")
        found = [word for word in words if word in text]
        assert not found, f"{path.relative_to(ROOT)}: {found}"
