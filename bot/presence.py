"""Names of worker processes, and which of them are known to be gone.

A claim on a message ends with its lease; that of a process that died on this very computer can end at once, so that a
restart goes on where the kill fell. Of other computers nothing is known here: their leases decide.
"""

import os
import secrets
import socket

_OURS: set[str] = set()  # names made in this process, each of one running worker


def new_name() -> str:
    """A name for a worker of this process: computer, process number, and something that never comes again."""
    name = f"{socket.gethostname()}/{os.getpid()}/{secrets.token_hex(4)}"
    _OURS.add(name)
    return name


def is_gone(name: str) -> bool:
    """Whether the worker of this name is known to be dead; False where that cannot be told."""
    host, _, rest = name.partition("/")
    number = rest.partition("/")[0]
    if name in _OURS or host != socket.gethostname() or not number.isdecimal():
        return False
    if int(number) == os.getpid():
        return True  # a number used again, as in a container: that process was another
    return not _runs(int(number))


def _runs(number: int) -> bool:
    """Whether a process with this number runs. A number used again by a stranger only means waiting for the lease."""
    if os.name == "nt":
        return True  # asking by signal would end the process there
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
