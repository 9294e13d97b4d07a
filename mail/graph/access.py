"""What Microsoft must be told before it lets an application into a mailbox."""

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from mail.errors import MailError


@dataclass(frozen=True, slots=True)
class Cloud:
    """The servers of one Microsoft cloud. Large attachments go to `upload` hosts, without our token."""

    graph: str = "https://graph.microsoft.com"
    login: str = "https://login.microsoftonline.com"
    upload: tuple[str, ...] = ("outlook.office.com", "outlook.office365.com")


CLOUDS = {
    "global": Cloud(),
    "us-government": Cloud(
        "https://graph.microsoft.us", "https://login.microsoftonline.us", ("outlook.office365.us",)
    ),
    "us-defence": Cloud(
        "https://dod-graph.microsoft.us", "https://login.microsoftonline.us", ("outlook-dod.office365.us",)
    ),
    "china": Cloud(
        "https://microsoftgraph.chinacloudapi.cn", "https://login.chinacloudapi.cn", ("partner.outlook.cn",)
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphAccess:
    """An app registration and the mailbox it may use. Give `secret` or `certificate`, not both.

    `certificate` is PEM text that holds the private key and the certificate; `authorities` is a PEM file of the
    council's own certificate authorities, where a proxy looks into TLS. Times are in seconds.
    """

    mailbox: str
    tenant: str
    client_id: str
    secret: str = field(default="", repr=False)
    certificate: str = field(default="", repr=False)
    certificate_password: str = field(default="", repr=False)
    cloud: Cloud = CLOUDS["global"]
    authorities: str = ""
    timeout: float = 30.0
    longest_wait: float = 10.0  # a server that asks for more patience than this is left for the next round

    def __post_init__(self) -> None:
        """Refuse at once what could never work. Raises `MailError`."""
        if bool(self.secret) == bool(self.certificate):
            raise MailError(
                "Microsoft Graph needs either a client secret or a certificate. Give one of the two."
            )
        if not (self.mailbox and self.tenant and self.client_id):
            raise MailError(
                "Microsoft Graph needs a mailbox, a tenant and a client id. One of them is missing."
            )
        if any(urlsplit(server).scheme != "https" for server in (self.cloud.graph, self.cloud.login)):
            raise MailError("The servers of a Microsoft cloud must be given with https://.")
