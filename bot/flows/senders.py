"""Who wrote: which school's, whether known, whether proven. Reply-To is never looked at."""

from dataclasses import dataclass
from typing import Protocol

from mail.letter import Authenticity, Letter
from store.protocol.case import School


class SchoolEntry(Protocol):
    """A school of the directory, as far as intake needs it."""

    @property
    def urn(self) -> str: ...
    @property
    def name(self) -> str: ...


class ContactEntry(Protocol):
    """A line of the contact list."""

    @property
    def urn(self) -> str: ...
    @property
    def email(self) -> str: ...


class KnownPeople(Protocol):
    """What intake asks the directory (`store.Directory`)."""

    def contact(self, email: str) -> ContactEntry | None:
        """The contact with this address."""
        ...

    def school(self, urn: str) -> SchoolEntry | None:
        """The school with this unique reference number."""
        ...

    def find_school(self, *, name: str = "", number: str = "", domain: str = "") -> SchoolEntry | None:
        """The one school that answers to these, None when there is none or more than one."""
        ...


class Remembered:
    """The directory, each question asked once a pass: a pass over a full mailbox asks of the same few schools."""

    def __init__(self, people: KnownPeople) -> None:
        self._people = people
        self.forget()

    def forget(self) -> None:
        """Ask anew from here on: the lists may have been read again."""
        self._contacts: dict[str, ContactEntry | None] = {}
        self._schools: dict[str, SchoolEntry | None] = {}
        self._found: dict[tuple[str, str, str], SchoolEntry | None] = {}

    def contact(self, email: str) -> ContactEntry | None:
        """The contact with this address."""
        if email not in self._contacts:
            self._contacts[email] = self._people.contact(email)
        return self._contacts[email]

    def school(self, urn: str) -> SchoolEntry | None:
        """The school with this unique reference number."""
        if urn not in self._schools:
            self._schools[urn] = self._people.school(urn)
        return self._schools[urn]

    def find_school(self, *, name: str = "", number: str = "", domain: str = "") -> SchoolEntry | None:
        """The one school that answers to these."""
        asked = (name, number, domain)
        if asked not in self._found:
            self._found[asked] = self._people.find_school(name=name, number=number, domain=domain)
        return self._found[asked]


@dataclass(frozen=True, slots=True)
class Sender:
    """Who wrote a letter. `school` is by the contact list, else by the mail domain; `listed` is by the list alone."""

    email: str
    school: School | None = None
    listed: bool = False
    authentic: bool = False  # our mail server vouches for the domain, or the mailbox setting does
    spoofed: bool = False  # a domain that we know, and our mail server says it is not from there

    @property
    def verified(self) -> bool:
        """A known address that is proven: the only kind that is ever written to."""
        return self.listed and self.authentic

    def of(self, school: School) -> bool:
        """Whether the sender belongs to this school."""
        return bool(school.urn) and self.school is not None and self.school.urn == school.urn

    def contact_for(self, school: School) -> str:
        """The address to which a letter about a case of this school may go, "" when there is none."""
        return self.email if self.verified and self.of(school) else ""


def sender_of(letter: Letter, people: KnownPeople, *, vouched: bool) -> Sender:
    """The sender of a letter. `vouched`: the mailbox takes only mail that something else has checked."""
    email = letter.sender.email
    contact = people.contact(email) if email else None
    school = _school(contact, letter.sender.domain, people)
    failed = letter.authenticity is Authenticity.FAIL
    return Sender(
        email=email,
        school=school,
        listed=contact is not None,
        authentic=not failed and (vouched or letter.authenticity is Authenticity.PASS),
        spoofed=failed and (contact is not None or school is not None),
    )


def _school(contact: ContactEntry | None, domain: str, people: KnownPeople) -> School | None:
    if contact is not None and contact.urn:
        return as_school(people.school(contact.urn))
    return as_school(people.find_school(domain=domain)) if domain else None


def as_school(entry: SchoolEntry | None) -> School | None:
    """A directory's school as the rules name it."""
    return School(urn=entry.urn, name=entry.name) if entry is not None else None
