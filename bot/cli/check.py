"""`moves check`: every part that is set up is tried, one by one, and what is wrong is said in plain words."""

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeAlias

import forms
import mail
from bot import composition, keys
from bot.cli import console
from bot.clock import Clock
from bot.composition import Rules
from bot.correspondence import NOTIFIED
from bot.mail_roads import MailRoads
from bot.mail_settings import MailboxSettings
from bot.ports import ChannelError
from bot.settings import Settings, SettingsError
from bot.text import check as words
from store import Directory
from store.errors import CaseworkError

Outcome: TypeAlias = tuple[str, tuple[str, ...]]
"""A sentence on success, and warnings."""

_KNOWN = (SettingsError, CaseworkError, mail.MailError, ChannelError)


@dataclass(frozen=True, slots=True)
class Tried:
    """How one part did: `wrong` must be put right, a warning is worth a look."""

    part: str
    sentence: str
    wrong: bool = False
    warnings: tuple[str, ...] = ()


def check(settings: Settings) -> bool:
    """Try every part and print how it did; whether nothing is wrong."""
    results = [tried for each in _parts(settings) for tried in [each()]]
    for tried in results:
        console.say(words.line(tried.part, tried.sentence, wrong=tried.wrong))
        for warning in tried.warnings:
            console.say(words.warning(warning))
    wrong = sum(tried.wrong for tried in results)
    console.say(words.verdict(wrong))
    return not wrong


def _parts(settings: Settings) -> Iterator[Callable[[], Tried]]:
    clock = composition.clock_of(settings)
    yield partial(_tried, words.KEY, _key, settings)
    yield partial(_tried, words.DATABASE, _database, settings)
    yield partial(_tried, words.RULES, _rules, settings, clock)
    yield partial(_tried, words.SCHOOLS, _people, settings)
    yield partial(_tried, words.FORMS, _forms, settings)
    for mailbox in settings.mailboxes:
        yield partial(_tried, words.mailbox(mailbox.name), _mailbox, settings, mailbox, clock)
    yield partial(_tried, words.SENDING, _sending, settings, clock)
    yield partial(_tried, words.CHANNEL, _channel, settings, clock)


def _tried(part: str, attempt: Callable[..., Outcome], *about: Any) -> Tried:
    try:
        sentence, warnings = attempt(*about)
    except _KNOWN as error:
        return Tried(part, str(error), wrong=True)
    return Tried(part, sentence, warnings=warnings)


def _key(settings: Settings) -> Outcome:
    if not settings.database.url.startswith("sqlite"):
        return words.NO_KEY_NEEDED, ()
    source = settings.database.key
    keys.read_key(source, folder=settings.folder)
    data = composition.database_file(settings).parent
    beside = keys.lies_with_data(source, folder=settings.folder, data=data)
    return words.KEY_READ, (words.key_beside_data(),) if beside else ()


def _database(settings: Settings) -> Outcome:
    with closing(composition.open_cases(settings)):
        return words.DATABASE_OPENS, ()


def _rules(settings: Settings, clock: Clock) -> Outcome:
    rules: Rules = composition.read_rules(settings)
    today = clock.today_london()
    coming = [panel for panel in rules.panels if panel >= today]
    warnings = []
    if not coming:
        warnings.append(words.NO_PANEL_AHEAD)
    if rules.calendar.last < today:
        warnings.append(words.terms_are_over(rules.calendar.last))
    return words.rules(rules.protocol.key, coming[0] if coming else None), tuple(warnings)


def _people(settings: Settings) -> Outcome:
    with closing(composition.open_cases(settings)) as store:
        directory = Directory(store)
        problems = composition.load_people(settings, directory)
        schools, contacts = len(directory.schools()), len(directory.contacts())
        untold = [words.nobody_is_told(role) for role in NOTIFIED if not directory.contacts("", role)]
    unknown = () if schools else (words.NO_SCHOOLS,)
    if not contacts:
        return words.people(schools, contacts), (*unknown, *problems, words.NOBODY_TO_ANSWER)
    return words.people(schools, contacts), (*unknown, *problems, *untold)


def _forms(settings: Settings) -> Outcome:
    library = forms.Library.shipped()
    own = composition.own_definitions(settings)
    if own is not None:
        library = library.with_folder(own)
    return words.forms(len(tuple(library))), ()


def _mailbox(settings: Settings, mailbox: MailboxSettings, clock: Clock) -> Outcome:
    sentence = MailRoads(settings, clock).inbox(mailbox).check()
    unverified = not (mailbox.trusted_server or mailbox.vouched)
    return sentence, (words.nobody_is_verified(mailbox.name),) if unverified else ()


def _sending(settings: Settings, clock: Clock) -> Outcome:
    return MailRoads(settings, clock).postbox().check(), ()


def _channel(settings: Settings, clock: Clock) -> Outcome:
    sentence = composition.channel_of(settings, clock).check()
    if settings.channel.kind == "slack":
        settings.slack.token("app")
        if not settings.slack.officers:
            return sentence, (words.NO_OFFICERS,)
    return sentence, ()
