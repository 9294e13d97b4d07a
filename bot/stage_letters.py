"""The letters that tell both heads of each stage of a move (R31), with their days and invitations."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from bot.letters.invitation import Invitation
from bot.letters.moving import MoveLetter, Side
from bot.text import letters as letter_words
from bot.text import letters_of_moves as words
from store.protocol import events as happened
from store.protocol.case import Case


def letter_about(event: Any, said: words.Words, **more: Any) -> MoveLetter:
    """A letter of these words, cited as the event is."""
    about = said.subject
    return MoveLetter(about, said, rule=event.rule, source=event.source, **more)


def recommended(event: happened.PanelRecommended, _case: Case) -> MoveLetter:
    """What the panel recommends, to the home school (R15)."""
    return letter_about(event, words.OUTCOMES[event.outcome], to=(Side.HOME,))


def meeting(event: happened.InitialMeetingArranged, case: Case) -> MoveLetter:
    """The initial meeting has its day (R32)."""
    return letter_about(event, words.MEETING, on=event.on, invitations=(_initial(event.on, case),))


def agreement_gone(event: happened.AgreementWithdrawn, case: Case) -> MoveLetter:
    """An agreement was withdrawn, and an initial meeting may fall with it (R55)."""
    fallen = (_initial(event.meeting, case, cancelled=True),) if event.meeting else ()
    return letter_about(event, words.MEETING_OFF, invitations=fallen)


def placed(event: happened.PlacementRecorded, case: Case) -> MoveLetter:
    """A start, its days, and an invitation for each review (R29)."""
    placement = event.placement
    return letter_about(
        event, words.PLACED, on=placement.start, days=tuple(_days(case)), invitations=_reviews(case)
    )


def extended(event: happened.PlacementExtended, case: Case) -> MoveLetter:
    """The placement goes on (R43)."""
    coming = tuple(each for each in _reviews(case) if event.was is None or (each.on or date.min) > event.was)
    return letter_about(event, words.EXTENDED, until=event.until, invitations=coming)


def failed(event: happened.PlacementFailed, case: Case) -> MoveLetter:
    """The placement ends early: the re-integration meeting, and reviews that are called off (R38)."""
    meeting = Invitation("re-integration", _title(words.REINTEGRATION, case), event.meeting)
    days = (words.FOLLOW_UP_BY.format(on=letter_words.day(event.follow_up)),) if event.follow_up else ()
    off = _called_off(case, event.meeting)
    return letter_about(event, words.FAILED, on=event.meeting, days=days, invitations=(meeting, *off))


def succeeded(event: happened.MoveSucceeded, case: Case) -> MoveLetter:
    """The final meeting acknowledged the success (R36)."""
    return letter_about(event, words.SUCCEEDED, on=event.on, invitations=_called_off(case, event.on))


def permanent(event: happened.MadePermanent, case: Case) -> MoveLetter:
    """On the new roll for good (R18, R51)."""
    return letter_about(event, words.PERMANENT, on=event.on, invitations=_called_off(case, event.on))


def ended(said: words.Words) -> Callable[[Any, Case], MoveLetter]:
    """The end of a case; meetings to come are called off."""

    def write(event: Any, case: Case) -> MoveLetter:
        return letter_about(event, said, on=event.on, invitations=_called_off(case, event.on))

    return write


# ------------------------------------------------------------------ days and invitations


def _title(what: str, case: Case) -> str:
    return words.SUMMARY.format(what=what, reference=case.reference)


def _initial(on: date | None, case: Case, *, cancelled: bool = False) -> Invitation:
    return Invitation("initial-meeting", _title(words.INITIAL_MEETING, case), on, cancelled)


def _reviews(case: Case, *, cancelled: bool = False) -> tuple[Invitation, ...]:
    """An invitation for each review that is still open; its number names it for good."""
    held = {review.of for review in case.reviews}
    planned = case.placement.reviews if case.placement else ()
    return tuple(
        Invitation(
            f"review-{number}", _title(words.REVIEW_NUMBER.format(number=number), case), day, cancelled
        )
        for number, day in enumerate(planned, start=1)
        if day not in held
    )


def _called_off(case: Case, since: date) -> tuple[Invitation, ...]:
    """The meetings to come that will not be held any more."""
    coming = [each for each in _reviews(case, cancelled=True) if (each.on or since) > since]
    meeting = case.initial_meeting
    if meeting and not meeting.held and case.placement is None:
        coming.append(_initial(meeting.on, case, cancelled=True))
    return tuple(coming)


def _days(case: Case) -> Iterator[str]:
    if case.placement is None:
        return
    for number, day in enumerate(case.placement.reviews, start=1):
        what = words.REVIEW_NUMBER.format(number=number)
        yield words.A_DAY.format(what=what, on=letter_words.day(day))
    if case.placement.ends:
        yield words.ENDS.format(on=letter_words.day(case.placement.ends))


def fallen(event: happened.SchoolProposed, case: Case) -> tuple[Invitation, ...]:
    """The initial meeting that falls when another school is asked."""
    return (_initial(event.meeting, case, cancelled=True),) if event.meeting else ()
