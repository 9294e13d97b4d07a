"""From settings to mailboxes and postboxes. Nothing of the network is touched before the first use."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import mail
from bot.clock import Clock
from bot.keys import read_secret
from bot.mail_settings import (
    ExchangeBox,
    FolderBox,
    FolderSending,
    GraphBox,
    ImapBox,
    MailboxSending,
    MailboxSettings,
    SmtpSending,
)
from bot.ports import Inbox, Listens, Postbox
from bot.settings import Settings, SettingsError
from bot.text import settings as words
from mail.credentials import Account
from mail.mailbox import SyncState

if TYPE_CHECKING:  # each client is loaded only where its kind of mailbox is set up: they take half a second
    from mail.exchange import ExchangeAccess, ExchangeMailbox
    from mail.graph import GraphAccess, GraphMailbox
    from mail.imap import ImapMailbox, ImapSettings, SentFolder

MEGABYTE = 1024 * 1024


def _no_place(_name: str) -> SyncState | None:
    return None


class MailRoads:
    """Makes the mailboxes and the postbox of some settings.

    `place_of` gives a mailbox's saved place in the server's list of changes. Raises `SettingsError` for a secret that
    cannot be had and `mail.MailError` for a combination that cannot work.
    """

    def __init__(
        self, settings: Settings, clock: Clock, place_of: Callable[[str], SyncState | None] = _no_place
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._place_of = place_of
        self._made: list[object] = []

    def close(self) -> None:
        """Close the connections of every mailbox and road that was made here, but those of listeners."""
        while self._made:
            close = getattr(self._made.pop(), "close", None)
            if close is not None:
                close()

    def inbox(self, box: MailboxSettings) -> Inbox:
        """The mailbox of one section."""
        made = self._inbox(box)
        self._made.append(made)
        return made

    def _inbox(self, box: MailboxSettings) -> Inbox:
        if isinstance(box, FolderBox):
            return self._folder(box)
        if isinstance(box, ExchangeBox):
            return self._exchange(box)
        if isinstance(box, GraphBox):
            return self._graph(box)
        return self._imap(box)

    def listeners(self) -> Iterator[Listens]:
        """For each mailbox that tells of new letters by itself, a connection of its own to hear it by."""
        for box in self._settings.mailboxes:
            if isinstance(box, ImapBox):
                yield self._imap(box)
            elif isinstance(box, ExchangeBox):
                yield self._exchange(box)

    def postbox(self) -> Postbox:
        """Where letters leave."""
        made = self._postbox()
        self._made.append(made)
        only_to = self._settings.sending.only_to
        return OnlyTo(made, only_to) if only_to else made

    def _postbox(self) -> Postbox:
        road = self._settings.sending
        if isinstance(road, FolderSending):
            return mail.FolderPostbox(self._settings.at(road.path))
        if isinstance(road, MailboxSending):
            return self._postbox_of(road)
        return self._smtp(road)

    # -------------------------------------------------------------- mailboxes

    def _folder(self, box: FolderBox) -> Inbox:
        path = self._settings.at(box.path)
        inbox = mail.FolderMailbox(path, box.name, largest=_largest(box), now=self._clock.now)
        inbox.prepare()
        return inbox

    def _exchange(self, box: ExchangeBox) -> "ExchangeMailbox":
        from mail.exchange import ExchangeMailbox

        return ExchangeMailbox(
            self._exchange_access(box),
            box.name,
            now=self._clock.now,
            largest=_largest(box),
            processed=box.processed,
            aside=box.aside,
        )

    def _graph(self, box: GraphBox) -> "GraphMailbox":
        from mail.graph import Graph, GraphMailbox

        return GraphMailbox(
            Graph(self._graph_access(box)),
            box.name,
            state=self._place_of(box.name),
            folder=box.folder,
            processed=box.processed,
            aside=box.aside,
            largest=_largest(box),
        )

    def _imap(self, box: ImapBox) -> "ImapMailbox":
        from mail.imap import ImapMailbox

        return ImapMailbox(
            self._imap_settings(box),
            box.name,
            folder=box.folder,
            processed=box.processed,
            set_aside=box.aside,
            largest=_largest(box),
        )

    # -------------------------------------------------------------- postboxes

    def _postbox_of(self, road: MailboxSending) -> Postbox:
        box = self._named(road.mailbox, "sending.mailbox", ExchangeBox, GraphBox)
        if isinstance(box, ExchangeBox):
            from mail.exchange import ExchangePostbox

            return ExchangePostbox(self._exchange_access(box))
        assert isinstance(box, GraphBox)
        from mail.graph import Graph, GraphPostbox

        return GraphPostbox(Graph(self._graph_access(box)))

    def _smtp(self, road: SmtpSending) -> Postbox:
        from mail.smtp import SmtpPostbox, SmtpSettings

        settings = SmtpSettings(
            host=road.host,
            account=self._account(road, "sending") if road.user else None,
            security=road.security,
            port=road.port,
            ca_file=self._file(road),
        )
        return SmtpPostbox(settings, self._sent_folder(road))

    def _sent_folder(self, road: SmtpSending) -> "SentFolder | None":
        if not road.sent_mailbox:
            return None
        from mail.imap import SentFolder

        box = self._named(road.sent_mailbox, "sending.sent_mailbox", ImapBox)
        assert isinstance(box, ImapBox)
        return SentFolder(
            self._imap_settings(box), folder=road.sent_folder, kept_by_server=road.kept_by_server
        )

    # -------------------------------------------------------------- logins

    def _exchange_access(self, box: ExchangeBox) -> "ExchangeAccess":
        from mail.exchange import ExchangeAccess

        return ExchangeAccess(
            address=box.address,
            endpoint=box.endpoint,
            access=box.access,
            login=box.login,
            user=box.user,
            password=self._secret(f"{box.name}.password", box.password),
            tenant=box.tenant,
            client=box.client,
            secret=self._secret(f"{box.name}.secret", box.secret),
            ca_file=self._file(box),
        )

    def _graph_access(self, box: GraphBox) -> "GraphAccess":
        from mail.graph import CLOUDS, GraphAccess

        authorities = self._file(box)
        return GraphAccess(
            mailbox=box.address,
            tenant=box.tenant,
            client_id=box.client,
            secret=self._secret(f"{box.name}.secret", box.secret),
            certificate=self._secret(f"{box.name}.certificate", box.certificate),
            certificate_password=self._secret(f"{box.name}.certificate_password", box.certificate_password),
            cloud=CLOUDS[box.cloud],
            authorities=str(authorities) if authorities else "",
        )

    def _imap_settings(self, box: ImapBox) -> "ImapSettings":
        from mail.imap import ImapSettings

        return ImapSettings(
            host=box.host,
            account=self._account(box, box.name),
            security=box.security,
            port=box.port,
            ca_file=self._file(box),
        )

    def _account(self, login: ImapBox | SmtpSending, name: str) -> Account:
        if login.token:
            return Account(user=login.user, token=lambda: self._secret(f"{name}.token", login.token))
        return Account(user=login.user, password=self._secret(f"{name}.password", login.password))

    def _secret(self, key: str, source: str) -> str:
        return read_secret(key, source, folder=self._settings.folder)

    def _file(self, section: ExchangeBox | GraphBox | ImapBox | SmtpSending) -> Path | None:
        return self._settings.at(section.ca_file) if section.ca_file else None

    def _named(self, name: str, key: str, *kinds: type[MailboxSettings]) -> MailboxSettings:
        for box in self._settings.mailboxes:
            if box.name == name and isinstance(box, kinds):
                return box
        raise SettingsError(words.no_mailbox(key, name))


class OnlyTo:
    """A road on which every letter goes to one address: a trial, in which no school is written to."""

    def __init__(self, road: Postbox, address: str) -> None:
        self._road = road
        self._address = address

    def send(self, raw: bytes, *, sender: str, recipients: Sequence[str], message_id: str) -> None:
        """Send it to the one address, saying whom it was meant for. Raises as the road does."""
        readdressed = mail.redirected(raw, to=self._address, instead_of=recipients)
        self._road.send(readdressed, sender=sender, recipients=[self._address], message_id=message_id)

    def sent(self, message_id: str) -> bool:
        """Whether it has gone."""
        return self._road.sent(message_id)

    def check(self) -> str:
        """Try the road."""
        return f"{self._road.check()} {words.TRIAL.format(address=self._address)}"


def _largest(box: MailboxSettings) -> int:
    return box.largest_letter_mb * MEGABYTE
