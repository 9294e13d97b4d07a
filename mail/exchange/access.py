"""Which mailbox on which Exchange server, and as whom."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from mail.errors import MailError

ONLINE = "https://outlook.office365.com/EWS/Exchange.asmx"
"""Exchange Online's endpoint, for as long as it answers."""

_ONLINE_HOSTS = ("office365.com", "office.com", "outlook.com", "office365.us", "partner.outlook.cn")
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ExchangeAccess:
    """A mailbox, its server and the login. Plain values; a wrong combination raises `MailError` with its fix.

    `access` is said explicitly: as `delegate` the login has been given the (shared) mailbox by its owner, by
    `impersonation` it acts as the mailbox itself. An application's login (`oauth`) always impersonates.
    """

    address: str  # of the mailbox, the shared one where it is shared
    endpoint: str  # https://mail.council.example/EWS/Exchange.asmx
    access: Literal["delegate", "impersonation"]
    login: Literal["ntlm", "basic", "oauth"]
    user: str = ""  # DOMAIN\user, or user@council.example
    password: str = field(default="", repr=False)
    tenant: str = ""
    client: str = ""
    secret: str = field(default="", repr=False)
    token_url: str = ""  # another than Microsoft's own
    build: tuple[int, int] = (
        15,
        1,
    )  # 15.0 is Exchange 2013, 15.1 is 2016, 15.2 is 2019 and later, 15.20 Online
    ca_file: Path | None = None  # the council's own certificate authority; only it is then trusted
    timeout: float = 60.0  # seconds without a byte

    def __post_init__(self) -> None:
        """Refuse what cannot work or is unsafe, before anything is asked of the network."""
        for wrong, fix in self._faults():
            if wrong:
                raise MailError(fix)

    @property
    def online(self) -> bool:
        """Whether this is Exchange Online, which ends this road on 1 April 2027."""
        host = self._host
        return any(host == name or host.endswith(f".{name}") for name in _ONLINE_HOSTS)

    @property
    def _host(self) -> str:
        return (urlsplit(self.endpoint).hostname or "").lower()

    def _faults(self) -> list[tuple[bool, str]]:
        by_application = self.login == "oauth"
        return [
            ("@" not in self.address, "The Exchange mailbox needs its own e-mail address."),
            (not self._is_safe(), "The address of the Exchange server must begin with https://."),
            (not by_application and not (self.user and self.password), "The Exchange login needs a user name and a password."),
            (by_application and not (self.tenant and self.client and self.secret), "The application's login needs its tenant, its client id and its secret."),
            (by_application and self.access != "impersonation", "An application reaches a mailbox by impersonation: set the access to “impersonation”."),
            (self.online and not by_application, "Exchange Online takes no password: set the login to “oauth”."),
            (self.ca_file is not None and not self.ca_file.is_file(), "The file of the council's certificate authority cannot be found."),
        ]  # fmt: skip

    def _is_safe(self) -> bool:
        """Passwords and letters travel encrypted; only this computer itself may be spoken to in the clear."""
        scheme = urlsplit(self.endpoint).scheme
        return bool(self._host) and (scheme == "https" or (scheme == "http" and self._host in _LOOPBACK))
