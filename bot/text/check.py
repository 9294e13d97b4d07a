"""Words of `moves check`."""

from datetime import date

from bot.text import dates

KEY = "Encryption key"
DATABASE = "Case database"
RULES = "Protocol, terms and panels"
SCHOOLS = "Schools and contacts"
FORMS = "Form definitions"
SENDING = "Sending letters"
CHANNEL = "Team channel"

KEY_READ = "The key can be read."
NO_KEY_NEEDED = "PostgreSQL needs no key here; encrypt its disks."
DATABASE_OPENS = "The case database opens."
NO_PANEL_AHEAD = "No panel date lies ahead: referrals wait without a panel. Add dates to the terms file."
NOBODY_TO_ANSWER = "The contact list is empty: nobody can be answered. Add the schools' contacts."
NO_SCHOOLS = "The school list is empty: no school is recognised. Put an extract of Get Information About Schools there."
NO_OFFICERS = "slack.officers is empty: nobody may press a button. Add the officers' Slack user ids."


def mailbox(name: str) -> str:
    """The name of a mailbox as a part."""
    return f"Mailbox {name}"


def line(part: str, sentence: str, *, wrong: bool) -> str:
    """How a part did."""
    return f"{'WRONG' if wrong else 'ok':<6}{part}: {sentence}"


def warning(sentence: str) -> str:
    """Something that works and is worth a look."""
    return f"look  {sentence}"


def verdict(wrong: int) -> str:
    """The last line."""
    return "Everything works." if not wrong else f"{dates.count(wrong, 'part')} must be put right."


def key_beside_data() -> str:
    """The key lies with what it protects."""
    return "The key lies in the same folder as the cases: whoever takes the folder has both. Move the key elsewhere."


def rules(protocol: str, panel: date | None) -> str:
    """What the bot works by."""
    coming = f"; the next panel is on {dates.day(panel)}" if panel else ""
    return f"Protocol {protocol}{coming}."


def terms_are_over(last: date) -> str:
    """The terms file ends in the past."""
    return f"The terms end on {dates.day(last)}: school days after that are guessed. Add the new terms."


def people(schools: int, contacts: int) -> str:
    """What the lists hold."""
    return f"{dates.count(schools, 'school')}, {dates.count(contacts, 'contact')}."


def nobody_is_told(role: str) -> str:
    """A service of the council that must be told of looked-after children has no line (R2)."""
    return (
        f"The contact list has no “{role}”: nobody there is told when a looked-after child is referred (R2). "
        f"Add a line without a URN whose role is “{role}”."
    )


def forms(number: int) -> str:
    """How many forms are known."""
    return f"{dates.count(number, 'form')} known."


def nobody_is_verified(name: str) -> str:
    """No sender of a mailbox can count as verified."""
    return (
        f"Mailbox {name} has no trusted_server and is not vouched for: no sender counts as verified, and no school is "
        "answered. Set trusted_server to the name in your mail server's Authentication-Results lines."
    )
