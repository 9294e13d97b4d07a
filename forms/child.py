"""A foreign program, run once, held on a short lead.

LibreOffice and tesseract are large and read hostile files. Each run has a process group of its own that is killed at
the time limit (a plain timeout kills the launcher and leaves `soffice.bin` running), limits on memory, processor time
and written bytes, a bare environment, and, where the system permits it, neither a network nor a view of other files.
"""

import contextlib
import functools
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from forms.refusals import TookTooLong

SECONDS = 60
"""How long a conversion or recognition may take, on the wall."""

MEMORY = 1 << 30
"""How much address space it may have, in bytes."""

WRITTEN = 200 << 20
"""The largest file it may write, in bytes."""

_PROBE_SECONDS = 10

# Limits are set by a fresh interpreter that then becomes the program: setting them between fork and exec would run
# Python in the child of a process that may have threads.
_LIMITED = """
import os, resource, sys
memory, seconds, written = map(int, sys.argv[1:4])
for limit, value in (
    (resource.RLIMIT_AS, memory),
    (resource.RLIMIT_CPU, seconds),
    (resource.RLIMIT_FSIZE, written),
    (resource.RLIMIT_CORE, 0),
):
    _, most = resource.getrlimit(limit)
    value = value if most == resource.RLIM_INFINITY else min(value, most)
    resource.setrlimit(limit, (value, value))
os.execvp(sys.argv[4], sys.argv[4:])
"""

# What a program needs to start, and nothing that a form could be made to copy out: no /home, no /root, no data folder.
_VISIBLE = (
    "/usr",
    "/bin",
    "/sbin",
    "/lib",
    "/lib64",
    "/opt",
    "/nix/store",
    "/etc/alternatives",
    "/etc/fonts",
    "/etc/ld.so.cache",
    "/etc/libreoffice",
    "/etc/localtime",
)


def can_be_held() -> bool:
    """Whether this system can limit and kill a program with all that it started (POSIX)."""
    return os.name == "posix"


def run(
    command: Sequence[str],
    *,
    folder: Path,
    stdin: bytes = b"",
    seconds: int = SECONDS,
    environment: Mapping[str, str] | None = None,
) -> bytes:
    """Run a program in `folder`, the only place where it may write, and return what it printed.

    Its exit code says little (LibreOffice exits with 0 after dropping documents), so callers check what was made.
    Raises TookTooLong at the time limit.
    """
    (folder / "stdin").write_bytes(stdin)
    with (folder / "stdin").open("rb") as said, (folder / "stdout").open("wb") as heard:
        process = subprocess.Popen(  # noqa: S603  (our own command line; no shell)
            _limited([*_shut_in(folder), *command], seconds),
            cwd=folder,
            env=_bare_environment(folder, environment or {}),
            stdin=said,
            stdout=heard,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        _wait(process, seconds)
    return (folder / "stdout").read_bytes()


def _wait(process: "subprocess.Popen[bytes]", seconds: int) -> None:
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        raise TookTooLong from None
    finally:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _limited(command: Sequence[str], seconds: int) -> list[str]:
    limits = (str(MEMORY), str(seconds), str(WRITTEN))
    return [sys.executable, "-I", "-S", "-c", _LIMITED, *limits, *command]


def _bare_environment(folder: Path, more: Mapping[str, str]) -> dict[str, str]:
    """No token, no proxy and no home of ours reaches the program."""
    kept = {"PATH": os.defpath + os.pathsep + os.environ.get("PATH", ""), "LANG": "C.UTF-8"}
    return kept | {"HOME": str(folder), "TMPDIR": str(folder)} | dict(more)


def _shut_in(folder: Path) -> list[str]:
    """The front of the command line that takes network and foreign files away, as far as the system permits."""
    if _permitted("bwrap"):
        return [*_bubble(), "--bind", str(folder), str(folder), "--chdir", str(folder), "--"]
    if _permitted("unshare"):
        return [*_NO_NETWORK, "--"]
    return []


# LibreOffice needs a temporary folder of its own in there, or "no valid pipe path" is found.
_OWN_PLACES = ("--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp")  # noqa: S108  (a mount inside, of nobody else's)

_NO_NETWORK = ("unshare", "--map-root-user", "--net")


def _bubble() -> list[str]:
    seen = [part for place in _VISIBLE for part in ("--ro-bind-try", place, place)]
    return ["bwrap", *seen, *_OWN_PLACES, "--unshare-all", "--die-with-parent"]


@functools.cache
def _permitted(program: str) -> bool:
    """Whether the program is there and may make name spaces here (containers often forbid it)."""
    front = _bubble() if program == "bwrap" else list(_NO_NETWORK)
    if shutil.which(program) is None:
        return False
    try:
        done = subprocess.run(  # noqa: S603  (our own command line; no shell)
            [*front, "--", "true"],
            capture_output=True,
            check=False,
            timeout=_PROBE_SECONDS,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0
