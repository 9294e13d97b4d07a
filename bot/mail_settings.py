"""Settings of the mail roads: the kinds of mailbox a council may have, and the ways its letters leave.

A secret is never written here: each such setting says where it comes from (`file:PATH`, `environment:NAME`,
`command:COMMAND` or `keyring:NAME`).
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import AfterValidator, BaseModel, ConfigDict, Discriminator, Field, Tag

from bot.text import settings as words

SOURCES = ("file", "environment", "command", "keyring")


def _source(value: str) -> str:
    kind, _, rest = value.partition(":")
    if value and not (kind in SOURCES and rest):
        raise ValueError(words.WRONG_SOURCE)
    return value


Source: TypeAlias = Annotated[str, AfterValidator(_source)]
"""Where a secret comes from; "" for none."""


class Section(BaseModel):
    """Base of every section: nothing unknown, nothing changed while running."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class _Mailbox(Section):
    """What every mailbox has.

    `trusted_server` is the name with which your own mail server signs its Authentication-Results; `vouched` says that
    the mailbox takes only mail that something else has already checked.
    """

    name: str = Field(default="admissions", pattern=r"^[a-z0-9-]{1,40}$")
    trusted_server: str = ""
    vouched: bool = False
    largest_letter_mb: int = Field(default=25, ge=1, le=150)
    processed: str = Field(default="Processed", min_length=1)  # the folder for letters that are dealt with
    aside: str = Field(default="Set aside", min_length=1)  # the folder for those a person must look at


class FolderBox(_Mailbox):
    """A directory of .eml files, or a Maildir."""

    kind: Literal["folder"] = "folder"
    path: Path = Path("mailbox")


class ExchangeBox(_Mailbox):
    """A mailbox of an Exchange server, by its web services."""

    kind: Literal["exchange"]
    address: str
    endpoint: str
    access: Literal["delegate", "impersonation"]
    login: Literal["ntlm", "basic", "oauth"]
    user: str = ""
    password: Source = ""
    tenant: str = ""
    client: str = ""
    secret: Source = ""
    ca_file: Path | None = None


class GraphBox(_Mailbox):
    """A mailbox of Exchange Online, through Microsoft Graph."""

    kind: Literal["graph"]
    address: str
    tenant: str
    client: str
    secret: Source = ""
    certificate: Source = ""
    certificate_password: Source = ""
    cloud: Literal["global", "us-government", "us-defence", "china"] = "global"
    folder: str = "inbox"
    ca_file: Path | None = None


class _ServerLogin(Section):
    """Who logs in at a mail server: with a password, or with a token that something else keeps fresh (XOAUTH2)."""

    host: str = Field(min_length=1)
    user: str = ""
    password: Source = ""
    token: Source = ""
    port: int = Field(default=0, ge=0, le=65535)
    ca_file: Path | None = None


class ImapBox(_Mailbox, _ServerLogin):
    """A mailbox of any IMAP server."""

    kind: Literal["imap"]
    security: Literal["tls", "starttls"] = "tls"
    folder: str = "INBOX"


class _Sending(Section):
    """What every road has. `copy_head` puts the headteacher in copy of what a school is sent; `only_to` is for a trial:
    every letter goes to this one address, and none to a school.
    """

    copy_head: bool = True
    only_to: str = ""
    letters_a_day: int = Field(
        default=10, ge=1, le=100
    )  # to one address: a robot that looks like a person is capped


class FolderSending(_Sending):
    """Letters are written to a folder as .eml files."""

    kind: Literal["folder"] = "folder"
    path: Path = Path("sent")


class MailboxSending(_Sending):
    """Letters leave from a mailbox that is set up above (Exchange or Graph), by its name."""

    kind: Literal["mailbox"]
    mailbox: str = "admissions"


class SmtpSending(_Sending, _ServerLogin):
    """Letters are handed to an SMTP server.

    `sent_mailbox` names an IMAP mailbox that is set up above: copies of sent letters are kept there, so that it can be
    asked whether a letter has gone. Without one a letter whose sending was cut off is sent again.
    """

    kind: Literal["smtp"]
    security: Literal["starttls", "tls", "none"] = "starttls"
    sent_mailbox: str = ""
    sent_folder: str = ""
    kept_by_server: bool = False  # the server itself puts a copy there (Gmail, Exchange)


def _kind(value: object) -> str:
    return str(
        value.get("kind", "folder") if isinstance(value, Mapping) else getattr(value, "kind", "folder")
    )


MailboxSettings: TypeAlias = Annotated[
    Annotated[FolderBox, Tag("folder")]
    | Annotated[ExchangeBox, Tag("exchange")]
    | Annotated[GraphBox, Tag("graph")]
    | Annotated[ImapBox, Tag("imap")],
    Discriminator(_kind),
]

SendingSettings: TypeAlias = Annotated[
    Annotated[FolderSending, Tag("folder")]
    | Annotated[MailboxSending, Tag("mailbox")]
    | Annotated[SmtpSending, Tag("smtp")],
    Discriminator(_kind),
]


_KINDS = frozenset({"folder", "exchange", "graph", "imap", "mailbox", "smtp"})


def untagged(location: tuple[Any, ...]) -> tuple[Any, ...]:
    """A mistake's place as it is in the file: the checker writes a mailbox's kind behind its number."""
    at = {"mailboxes": 2, "sending": 1}.get(str(location[0]) if location else "", len(location))
    return (
        location[:at] + location[at + 1 :] if location[at : at + 1] and location[at] in _KINDS else location
    )
