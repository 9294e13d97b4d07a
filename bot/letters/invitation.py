"""Calendar invitations that go with letters (RFC 5545, 5546): one event a file, known for good by its UID.

An update and a cancellation bear the UID of the invitation and a higher sequence number, the version of the case, so
that a calendar changes the entry that it has. Nothing of a child stands in it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from icalendar import Calendar, Event, vCalAddress, vText

PRODUCT = "-//Managed Moves//Invitations//EN"


@dataclass(frozen=True, slots=True)
class Invitation:
    """A day to keep free. `what` names it within its case ("review-1"); `on` is None where a cancelled day is not known."""

    what: str
    title: str
    on: date | None
    cancelled: bool = False

    @property
    def method(self) -> str:
        """What a calendar is asked to do with it."""
        return "CANCEL" if self.cancelled else "REQUEST"


def written(
    invitation: Invitation,
    *,
    reference: str,
    sequence: int,
    organiser: str,
    attendees: Sequence[str],
    stamp: datetime,
) -> bytes:
    """The invitation as an iCalendar file. The hour is for the schools to settle, so the whole day is meant."""
    calendar = Calendar()
    for name, value in (("prodid", PRODUCT), ("version", "2.0"), ("method", invitation.method)):
        calendar.add(name, value)
    event = _event(invitation)
    event.add("uid", f"{reference}-{invitation.what}@{organiser.rpartition('@')[2]}".lower())
    event.add("sequence", sequence)
    event.add("dtstamp", stamp)
    _invite(event, organiser, attendees)
    calendar.add_component(event)
    return bytes(calendar.to_ical())


def _event(invitation: Invitation) -> Event:
    event = Event()
    event.add("summary", invitation.title)
    event.add("status", "CANCELLED" if invitation.cancelled else "CONFIRMED")
    event.add("transp", "TRANSPARENT")  # a day to know of: the hour is still to be settled
    if invitation.on is not None:
        event.add("dtstart", invitation.on)
        event.add("dtend", invitation.on + timedelta(days=1))
    return event


def _invite(event: Event, organiser: str, attendees: Sequence[str]) -> None:
    event["organizer"] = vCalAddress(f"mailto:{organiser}")
    for address in attendees:
        attendee = vCalAddress(f"mailto:{address}")
        attendee.params["ROLE"] = vText("REQ-PARTICIPANT")
        event.add("attendee", attendee, encode=False)
