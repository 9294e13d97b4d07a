"""A real IMAP server on 127.0.0.1: Dovecot with a configuration, folders and users of its own, under a temporary folder.

Any user may log in with `PASSWORD`, or with a token of `token_for`; each has a fresh account. A conftest takes the fixtures
with `from tests.mail.imap.dovecot import *`.
"""

import base64
import contextlib
import getpass
import grp
import hashlib
import hmac
import json
import os
import pwd
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from imapclient import IMAPClient

from mail.credentials import Account, verified_tls
from mail.imap import ImapSettings
from tests.mail.certificates import Certificates, make_certificates

__all__ = ["bare_dovecot", "bare_user", "dovecot", "user"]

PASSWORD = "pässword-of-“tests”"
_TOKEN_KEY = b"a key that only this test's server knows"
_BARE = "IMAP4rev1 NAMESPACE"  # what a server without MOVE, UIDPLUS, IDLE and SPECIAL-USE says of itself
_CONFIGURATION = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
protocols = imap
mail_plugins = acl
listen = 127.0.0.1
default_internal_user = {internal}
default_internal_group = {group}
default_login_user = {login}
first_valid_uid = 0
first_valid_gid = 0
ssl = required
ssl_cert = <{certificates.certificate}
ssl_key = <{certificates.key}
ssl_dh =
disable_plaintext_auth = yes
auth_mechanisms = plain xoauth2
auth_failure_delay = 0
auth_cache_size = 0
mail_location = maildir:~/Maildir
mail_fsync = never
mail_max_userip_connections = 0
{capability}
plugin {{
  acl = vfile
}}
namespace inbox {{
  inbox = yes
  prefix = {prefix}
  separator = {separator}
  mailbox Sent {{
    special_use = \\Sent
    auto = create
  }}
}}
passdb {{
  driver = oauth2
  mechanisms = xoauth2
  args = {folder}/oauth2.conf
}}
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/home/%u
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  chroot =
}}
"""
_OAUTH2 = """
introspection_mode = local
local_validation_key_dict = fs:posix:prefix={folder}/keys/
username_attribute = sub
"""


@dataclass
class Dovecot:
    """A running server."""

    folder: Path
    certificates: Certificates
    port: int
    tls_port: int
    prefix: str = ""  # what its folders' names begin with
    users: int = 0

    def user(self) -> "User":
        """A fresh account."""
        self.users += 1
        return User(self, f"user{self.users}")

    def kill_connections(self, user: str) -> None:
        """Break every connection of a user, as a restart of the server does."""
        for pid in self._processes(user):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def _processes(self, user: str) -> list[int]:
        """The processes of a user's connections: a process a connection."""
        who = subprocess.run(
            ["doveadm", "-c", str(self.folder / "dovecot.conf"), "-f", "tab", "who", "-1", user],
            capture_output=True,
            text=True,
            check=True,
        )
        return [int(line.split("\t")[2]) for line in who.stdout.splitlines()[1:]]


@dataclass
class User:
    """An account of the server, and a client of its own to look into it from outside."""

    server: Dovecot
    name: str
    settings: ImapSettings = field(init=False)
    delivered: int = 0

    def __post_init__(self) -> None:
        self.settings = self.settings_with()

    def settings_with(self, **changes: Any) -> ImapSettings:
        """How to reach it, with some things otherwise."""
        return ImapSettings(
            **{
                "host": "127.0.0.1",
                "account": Account(user=self.name, password=PASSWORD),
                "port": self.server.tls_port,
                "ca_file": self.server.certificates.ca,
                "seconds": 20.0,
                **changes,
            }
        )

    @contextlib.contextmanager
    def client(self, folder: str = "INBOX") -> Iterator[IMAPClient]:
        """A colleague's mail program, looking at a folder."""
        tls = verified_tls(self.server.certificates.ca)
        with IMAPClient("127.0.0.1", self.server.tls_port, ssl_context=tls) as client:
            client.plain_login(self.name, PASSWORD)
            client.normalise_times = False
            if folder:
                client.select_folder(folder)
            yield client

    def deliver(self, raw: bytes, received: datetime) -> Path:
        """Lay a letter in as a mail server does: a file in its Maildir. (APPEND would not take a time to come.)"""
        if not self.maildir.is_dir():
            with self.client():
                pass  # the server makes the account's folders
        self.delivered += 1
        unfinished = self.maildir / "tmp" / f"{self.delivered}.M1P1.test"
        unfinished.write_bytes(raw)
        shutil.chown(unfinished, self.maildir.stat().st_uid, self.maildir.stat().st_gid)
        os.utime(unfinished, (received.timestamp(), received.timestamp()))
        return unfinished.rename(self.maildir / "new" / unfinished.name)

    def letters(self, folder: str) -> list[bytes]:
        """The bytes of a folder's letters; none where there is no folder."""
        folder = folder if folder == "INBOX" else self.server.prefix + folder
        with self.client("") as client:
            if not client.folder_exists(folder):
                return []
            client.select_folder(folder, readonly=True)
            uids = client.search(["UNDELETED"])
            return [bytes(one[b"BODY[]"]) for _, one in sorted(client.fetch(uids, ["BODY.PEEK[]"]).items())]

    def rebuild(self) -> None:
        """Have the server forget its ids and give new ones, as after a repair: another UIDVALIDITY."""
        self.server.kill_connections(self.name)
        self._edit_uids(r"(?<=^3 V)\d+", lambda found: str(int(found[0]) + 1))

    def replace(self, raw: bytes, received: datetime) -> None:
        """Put another letter in the place of the only one, under its UID: what a bad restoration comes to."""
        self.server.kill_connections(self.name)
        (old,) = [*self.maildir.glob("new/*"), *self.maildir.glob("cur/*")]
        old.unlink()
        new = self.deliver(raw, received)
        self._edit_uids(re.escape(old.name.partition(":")[0]), lambda _: new.name)

    def _edit_uids(self, pattern: str, text: Callable[[re.Match[str]], str]) -> None:
        """Change the list of UIDs behind the server's back, and have it forget what it derived from it."""
        listed = self.maildir / "dovecot-uidlist"
        listed.write_text(re.sub(pattern, text, listed.read_text(), count=1))
        for file in [*self.maildir.glob("dovecot.index*")]:
            file.unlink()

    def forbid_writing(self) -> None:
        """Let the account only read its inbox."""
        self.server.kill_connections(self.name)
        (self.maildir / "dovecot-acl").write_text("owner lrs\n")

    @property
    def maildir(self) -> Path:
        """Where the server keeps the account's letters."""
        return self.server.folder / "home" / self.name / "Maildir"


def token_for(user: str) -> str:
    """A token (JWT) with which the server lets a user in."""
    now = int(time.clock_gettime(time.CLOCK_REALTIME))
    head = _part({"alg": "HS256", "typ": "JWT", "kid": "default"})
    claims = _part({"sub": user, "iat": now - 60, "exp": now + 3600})
    signature = hmac.new(_TOKEN_KEY, f"{head}.{claims}".encode(), hashlib.sha256).digest()
    return f"{head}.{claims}.{base64.urlsafe_b64encode(signature).decode().rstrip('=')}"


def _part(data: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(data).encode()).decode().rstrip("=")


@contextlib.contextmanager
def running(folder: Path, *, bare: bool = False) -> Iterator[Dovecot]:
    """Dovecot in a folder. `bare`: it says it can do no more than IMAP's core, and its folders lie under “INBOX.”."""
    server = _written(folder, bare=bare)
    process = subprocess.Popen(
        ["/usr/sbin/dovecot", "-F", "-c", str(folder / "dovecot.conf")],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    try:
        _await_greeting(server, process)
        yield server
    finally:
        process.terminate()
        process.communicate(timeout=20)


def _written(folder: Path, *, bare: bool) -> Dovecot:
    for name in ("run", "state", "home", "keys/default/HS256"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    (folder / "keys/default/HS256/default").write_bytes(base64.b64encode(_TOKEN_KEY))
    (folder / "oauth2.conf").write_text(_OAUTH2.format(folder=folder), encoding="ascii")
    certificates = make_certificates(folder / "tls")
    port, tls_port = _free_ports(2)
    text = _CONFIGURATION.format(
        folder=folder,
        certificates=certificates,
        **_users(folder / "home"),
        port=port,
        tls_port=tls_port,
        password=PASSWORD,
        capability=f"imap_capability = {_BARE}" if bare else "",
        prefix="INBOX." if bare else "",
        separator="." if bare else "/",
    )
    (folder / "dovecot.conf").write_text(text, encoding="utf-8")
    return Dovecot(folder, certificates, port, tls_port, prefix="INBOX." if bare else "")


def _users(home: Path) -> dict[str, Any]:
    """Whose processes and folders the server's are: ours, or where we are root (which it refuses) its package's."""
    if os.getuid() != 0:
        me, group = getpass.getuser(), grp.getgrgid(os.getgid()).gr_name
        return {"internal": me, "group": group, "login": me, "uid": os.getuid(), "gid": os.getgid()}
    theirs = pwd.getpwnam("dovecot")
    os.chown(home, theirs.pw_uid, theirs.pw_gid)
    return {
        "internal": "dovecot",
        "group": "dovecot",
        "login": "dovenull",
        "uid": theirs.pw_uid,
        "gid": theirs.pw_gid,
    }


def _free_ports(count: int) -> list[int]:
    with contextlib.ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]


def _await_greeting(server: Dovecot, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + 20
    while time.monotonic() < until:
        if process.poll() is not None:
            break
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", server.port), 1) as line:
            line.settimeout(5)
            if line.recv(4) == b"* OK":
                return
        time.sleep(0.02)  # the server is another process: nothing here can be waited for but time
    log = server.folder / "log"
    said = process.stderr.read().decode() if process.poll() is not None and process.stderr else ""
    pytest.fail(f"Dovecot does not start: {said}{log.read_text() if log.exists() else ''}")


@pytest.fixture(scope="session")
def dovecot() -> Iterator[Dovecot]:
    with _folder() as folder, running(folder) as server:
        yield server


@pytest.fixture(scope="session")
def bare_dovecot() -> Iterator[Dovecot]:
    with _folder() as folder, running(folder, bare=True) as server:
        yield server


@contextlib.contextmanager
def _folder() -> Iterator[Path]:
    """A folder for the server: its sockets' names may have no more than 107 bytes, and its other users must get there."""
    with tempfile.TemporaryDirectory(prefix="imap-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        yield folder


@pytest.fixture
def user(dovecot: Dovecot) -> User:
    return dovecot.user()


@pytest.fixture
def bare_user(bare_dovecot: Dovecot) -> User:
    return bare_dovecot.user()
