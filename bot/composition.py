"""The composition root: from settings to the running parts. Nothing outside is touched at import."""

import contextlib
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import forms
from bot import keys, presence
from bot.clock import Clock, SetClock, SystemClock
from bot.correspondence import Letterbook, Writer
from bot.flows.delivery import Delivery, Destination, ToChannel, ToPostbox
from bot.flows.desk import Desk, Rulebook
from bot.flows.intake import InChild, Intake, Source
from bot.flows.opening import LIMITS, Opening, work_on_letter
from bot.flows.places import StoredPlace
from bot.flows.ticking import Ticking
from bot.isolation import Child
from bot.local.folder import FolderChannel
from bot.mail_roads import MEGABYTE, MailRoads
from bot.mail_settings import MailboxSettings
from bot.messages import Composer
from bot.ports import Channel
from bot.settings import Settings, SettingsError
from bot.text import settings as words
from bot.worker import Worker
from forms.definition import BadDefinition
from store import Casebook, Directory, Letters, Outbox, Store, open_store
from store.messages import Road
from store.protocol import Protocol, SchoolCalendar, load, panel_dates
from store.protocol.cadence import coming_panels
from store.protocol.rulebook import load_earlier
from store.protocol.term_files import read_terms

_SIGNING = "message_id_signing"
EARLIER = Path("protocols")
"""The folder beside the settings with earlier versions of the authority's own protocol (R66)."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What the authority works by: its protocol, its terms, its panel dates, and versions that older cases keep."""

    protocol: Protocol
    calendar: SchoolCalendar
    panels: tuple[date, ...]
    earlier: tuple[Protocol, ...] = ()


@dataclass(frozen=True, slots=True)
class Moves:
    """The application, built. `worker` does the work; the rest is what listings and the desk look at."""

    settings: Settings
    clock: Clock
    store: Store
    rules: Rules
    directory: Directory
    casebook: Casebook
    letters: Letters
    outbox: Outbox
    desk: Desk
    letterbook: Letterbook
    sources: tuple[Source, ...]
    roads: MailRoads
    channel: Channel
    worker: Worker


@contextmanager
def build(settings: Settings, clock: Clock | None = None) -> Iterator[Moves]:
    """The application of these settings, closed at the end of the block.

    Raises `SettingsError`, `store.errors.BadProtocol` or `store.errors.StoreUnavailable`, each in plain words.
    """
    clock = clock or clock_of(settings)
    rules = read_rules(settings)
    own_definitions(settings)
    with contextlib.ExitStack() as closing:
        store = open_cases(settings)
        closing.callback(store.close)
        child = closing.enter_context(Child(work_on_letter, LIMITS))
        moves = _joined(settings, clock, rules, store, child)
        closing.callback(moves.roads.close)
        yield moves


def _joined(settings: Settings, clock: Clock, rules: Rules, store: Store, child: Child) -> Moves:
    directory, letters, outbox = Directory(store), Letters(store), Outbox(store)
    secret = bytes.fromhex(store.remember(_SIGNING, lambda: secrets.token_hex(32)))
    rulebook = Rulebook(rules.protocol, rules.calendar, rules.panels, clock)
    letterbook = _letterbook(settings, rules, directory, clock, secret)
    composer = Composer(letterbook, rulebook.allowed)
    casebook = Casebook(
        store,
        rules.protocol,
        rules.calendar,
        rules.panels,
        composer,
        compose_panel=composer.for_panel,
        compose_digest=composer.for_digest,
        compose_exemption=composer.for_exemption,
        earlier=rules.earlier,
    )
    load_people(settings, directory)
    domains = frozenset(contact.email.rpartition("@")[2] for contact in directory.contacts())
    roads = MailRoads(settings, clock, lambda name: StoredPlace(store, name))
    sources = tuple(
        source_of(settings, each, roads, known_domains=domains, secret=secret) for each in settings.mailboxes
    )
    postbox, channel = roads.postbox(), channel_of(settings, clock)
    intake = Intake(
        letters=letters,
        casebook=casebook,
        people=directory,
        opener=InChild(child),
        messages=composer,
        clock=clock,
        answers_a_day=settings.sending.letters_a_day,
    )
    ways: dict[Road, Destination] = {
        Road.CHANNEL: ToChannel(channel, outbox.place),
        Road.LETTER: ToPostbox(postbox),
    }
    delivery = Delivery(outbox, ways, clock, worker=presence.new_name())
    worker = Worker(
        sources, intake, Ticking(casebook, clock), delivery, poll_seconds=settings.service.poll_seconds
    )
    desk = Desk(casebook, rulebook, clock, wake=worker.wake)
    return Moves(
        settings,
        clock,
        store,
        rules,
        directory,
        casebook,
        letters,
        outbox,
        desk,
        letterbook,
        sources,
        roads,
        channel,
        worker,
    )


# ------------------------------------------------------------------ one part each; `moves check` tries them singly


def clock_of(settings: Settings) -> Clock:
    """The machine's clock, or the fixed one of a demonstration."""
    return SetClock(settings.service.clock) if settings.service.clock else SystemClock()


def read_rules(settings: Settings) -> Rules:
    """Protocol, terms and panel dates. Raises `BadProtocol`."""
    name = settings.protocol.name
    protocol = load(settings.at(Path(name)) if name.endswith(".toml") else name)
    terms = settings.at(settings.protocol.terms)
    data = read_terms(terms)
    calendar = SchoolCalendar.from_data(data, name=terms.name)
    panels = coming_panels(protocol.panel, panel_dates(data, name=terms.name), calendar)
    return Rules(protocol, calendar, panels, load_earlier(settings.at(EARLIER)))


def own_definitions(settings: Settings) -> Path | None:
    """The folder with the authority's own form definitions, each of them sound; None when there is none.

    A broken one would have every form set aside as unreadable. Raises `SettingsError`.
    """
    if settings.forms.definitions is None:
        return None
    folder = settings.at(settings.forms.definitions)
    if not folder.is_dir():
        raise SettingsError(words.no_folder("forms.definitions", folder))
    try:
        forms.Library(()).with_folder(folder)
    except BadDefinition as error:
        raise SettingsError(words.bad_definition("forms.definitions", str(error))) from error
    return folder


def open_cases(settings: Settings) -> Store:
    """The case database, made or upgraded. Raises `SettingsError` or `StoreUnavailable`."""
    url = database_url(settings)
    if not url.startswith("sqlite"):
        return open_store(url, key=None)
    key = keys.read_key(settings.database.key, folder=settings.folder)
    database_file(settings).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    return open_store(url, key=key)


def database_url(settings: Settings) -> str:
    """The database URL, a relative SQLite file taken from the settings' folder."""
    url = settings.database.url
    return f"sqlite:///{database_file(settings)}" if url.startswith("sqlite:///") else url


def database_file(settings: Settings) -> Path:
    """The file of a SQLite database."""
    return settings.at(Path(settings.database.url.removeprefix("sqlite:///")))


def load_people(settings: Settings, directory: Directory) -> tuple[str, ...]:
    """Read the school list and the contact list anew; what could not be used, a line each. Raises `SettingsError`."""
    problems: list[str] = []
    for key, path, load_list in (
        ("schools.gias", settings.schools.gias, directory.load_schools),
        ("schools.contacts", settings.schools.contacts, directory.load_contacts),
    ):
        file = settings.at(path)
        try:
            data = file.read_bytes()
        except OSError as error:
            raise SettingsError(words.unreadable_file(key, file)) from error
        problems += [f"{file.name}: {problem}" for problem in load_list(data).problems]
    return tuple(problems)


def source_of(
    settings: Settings,
    mailbox: MailboxSettings,
    roads: MailRoads,
    *,
    known_domains: frozenset[str] = frozenset(),
    secret: bytes = b"",
) -> Source:
    """A mailbox with what the opening of its letters must know. Raises `SettingsError` or `mail.MailError`."""
    opening = Opening(
        trusted_server=mailbox.trusted_server,
        definitions=own_definitions(settings),
        known_domains=known_domains,
        own_addresses=frozenset({settings.council.inbox_address}),
        secret=secret,
    )
    largest = mailbox.largest_letter_mb * MEGABYTE
    return Source(roads.inbox(mailbox), opening, vouched=mailbox.vouched, largest=largest)


def channel_of(settings: Settings, clock: Clock) -> Channel:
    """The team's channel. Raises `SettingsError` when Slack's token is missing."""
    if settings.channel.kind == "slack":
        from bot.slack.poster import SlackChannel

        slack = settings.slack
        return SlackChannel(slack.token("bot"), slack.channel, workspace=slack.workspace)
    return FolderChannel(settings.at(settings.channel.path), clock)


def _letterbook(
    settings: Settings, rules: Rules, directory: Directory, clock: Clock, secret: bytes
) -> Letterbook:
    writer = Writer(council=settings.council, copy_head=settings.sending.copy_head, protocol=rules.protocol)
    return Letterbook(writer, directory, clock, secret)
