"""`moves record …` from the initial meeting to the permanent place, and how a case ends."""

from datetime import datetime
from typing import Annotated

import typer

from bot.cli.opening import HERE, Folder, opened
from bot.cli.recording import (
    Absent,
    By,
    Day,
    OnDay,
    Present,
    Reference,
    attendance,
    day,
    done,
    one_of,
    person,
    school,
)
from bot.text import cli as cli_words
from bot.text import recording as words
from store.protocol.agreements import Party, Shown
from store.protocol.commands import (
    AgreeExtension,
    ArrangeInitialMeeting,
    CloseCase,
    DeclineCase,
    RecordDirectionNotice,
    RecordFinalMeeting,
    RecordInitialMeeting,
    RecordPermanentRoll,
    RecordPlacement,
    RecordReview,
    ReportYearGroupFull,
    ReverseCredit,
    SnoozeReminder,
    WithdrawCase,
)
from store.protocol.placement import Footing

commands = typer.Typer()
Why = Annotated[str, typer.Option("--why", help=words.REASON)]
Until = Annotated[datetime, typer.Option("--until", formats=["%Y-%m-%d"], metavar="DATE", help=words.UNTIL)]
DAYS = ["%Y-%m-%d"]


@commands.command("meeting", help=words.MEETING)
def meeting(reference: Reference, on: Day, by: By, folder: Folder = HERE) -> None:
    """See `words.MEETING`."""
    with opened(folder) as moves:
        done(moves, ArrangeInitialMeeting(reference=reference, by=person(by), on=on.date()))


@commands.command("meeting-held", help=words.MEETING_HELD)
def meeting_held(
    reference: Reference,
    *,
    by: By,
    on: OnDay = None,
    present: Present = None,
    absent: Absent = None,
    folder: Folder = HERE,
    positives: Annotated[bool, typer.Option("--positives", help=words.POSITIVES)] = False,
    expectations: Annotated[bool, typer.Option("--expectations", help=words.EXPECTATIONS)] = False,
    own_policy: Annotated[bool, typer.Option("--own-policy", help=words.OWN_POLICY)] = False,
    professionals: Annotated[bool, typer.Option("--professionals", help=words.PROFESSIONALS)] = False,
) -> None:
    """See `words.MEETING_HELD`."""
    with opened(folder) as moves:
        command = RecordInitialMeeting(
            reference=reference,
            by=person(by),
            held=day(on, moves),
            attendance=attendance(present, absent),
            positives=positives,
            expectations=expectations,
            own_policy=own_policy,
            professionals=professionals,
        )
        done(moves, command)


@commands.command("placement", help=words.PLACEMENT)
def placement(
    reference: Reference,
    at: Annotated[str, typer.Argument(metavar="SCHOOL", help=cli_words.SCHOOL)],
    start: Day,
    by: By,
    folder: Folder = HERE,
    *,
    ends: Annotated[datetime | None, typer.Option(formats=DAYS, help=words.ENDS)] = None,
    footing: Annotated[str, typer.Option(help=words.FOOTING)] = "",
    notice: Annotated[datetime | None, typer.Option(formats=DAYS, help=words.NOTICE_GIVEN)] = None,
    part_time: Annotated[str, typer.Option(metavar="REASON", help=words.PART_TIME)] = "",
) -> None:
    """See `words.PLACEMENT`."""
    with opened(folder) as moves:
        command = RecordPlacement(
            reference=reference,
            by=person(by),
            school=school(moves, at),
            start=start.date(),
            ends=ends.date() if ends else None,
            footing=one_of(Footing, footing) if footing else None,
            direction_notice=notice.date() if notice else None,
            full_time=not part_time,
            part_time_reason=part_time,
        )
        done(moves, command)


@commands.command("direction-notice", help=words.DIRECTION_NOTICE)
def direction_notice(reference: Reference, on: Day, by: By, folder: Folder = HERE) -> None:
    """See `words.DIRECTION_NOTICE`."""
    with opened(folder) as moves:
        done(moves, RecordDirectionNotice(reference=reference, by=person(by), given=on.date()))


@commands.command("review", help=words.REVIEW)
def review(
    reference: Reference,
    *,
    by: By,
    record: Annotated[str, typer.Option(help=words.RECORD)],
    pupil_views: Annotated[str, typer.Option(help=words.PUPIL_VIEWS)],
    family_views: Annotated[str, typer.Option(help=words.FAMILY_VIEWS)],
    best_interests: Annotated[str, typer.Option(help=words.BEST_INTERESTS)] = "",
    on: OnDay = None,
    of: Annotated[datetime | None, typer.Option(formats=DAYS, help=words.OF)] = None,
    present: Present = None,
    absent: Absent = None,
    folder: Folder = HERE,
) -> None:
    """See `words.REVIEW`."""
    with opened(folder) as moves:
        command = RecordReview(
            reference=reference,
            by=person(by),
            held=day(on, moves),
            attendance=attendance(present, absent),
            record=record,
            pupil_views=pupil_views,
            family_views=family_views,
            best_interests=best_interests,
            of=of.date() if of else None,
        )
        done(moves, command)


@commands.command("extension", help=words.EXTENSION)
def extension(
    reference: Reference,
    *,
    head: Annotated[str, typer.Argument(metavar="HEAD", help=words.HEAD)],
    until: Until,
    who: Annotated[str, typer.Option("--who", help=words.WHO)],
    shown: Annotated[str, typer.Option("--shown", help=words.SHOWN)],
    by: By,
    on: OnDay = None,
    folder: Folder = HERE,
) -> None:
    """See `words.EXTENSION`."""
    with opened(folder) as moves:
        command = AgreeExtension(
            reference=reference,
            by=person(by),
            head=one_of(Party, head),
            until=until.date(),
            who=who,
            on=day(on, moves),
            shown=one_of(Shown, shown),
        )
        done(moves, command)


@commands.command("year-group-full", help=words.FULL)
def year_group_full(reference: Reference, by: By, on: OnDay = None, folder: Folder = HERE) -> None:
    """See `words.FULL`."""
    with opened(folder) as moves:
        done(moves, ReportYearGroupFull(reference=reference, by=person(by), on=day(on, moves)))


@commands.command("success", help=words.FINAL)
def success(
    reference: Reference,
    *,
    acknowledged: Annotated[str, typer.Option(help=words.ACKNOWLEDGED)],
    by: By,
    on: OnDay = None,
    present: Present = None,
    absent: Absent = None,
    folder: Folder = HERE,
) -> None:
    """See `words.FINAL`."""
    with opened(folder) as moves:
        command = RecordFinalMeeting(
            reference=reference,
            by=person(by),
            on=day(on, moves),
            attendance=attendance(present, absent),
            acknowledged=acknowledged,
        )
        done(moves, command)


@commands.command("permanent", help=words.PERMANENT)
def permanent(
    reference: Reference,
    on: Day,
    by: By,
    left_home: Annotated[datetime | None, typer.Option(formats=DAYS, help=words.LEFT_HOME)] = None,
    folder: Folder = HERE,
) -> None:
    """See `words.PERMANENT`."""
    with opened(folder) as moves:
        left = left_home.date() if left_home else None
        command = RecordPermanentRoll(reference=reference, by=person(by), on=on.date(), left_home=left)
        done(moves, command)


@commands.command("credit-reversal", help=words.UNCREDIT)
def credit_reversal(reference: Reference, why: Why, by: By, folder: Folder = HERE) -> None:
    """See `words.UNCREDIT`."""
    with opened(folder) as moves:
        done(moves, ReverseCredit(reference=reference, by=person(by), why=why))


@commands.command("withdraw", help=words.WITHDRAW)
def withdraw(reference: Reference, why: Why, by: By, folder: Folder = HERE) -> None:
    """See `words.WITHDRAW`."""
    with opened(folder) as moves:
        done(moves, WithdrawCase(reference=reference, by=person(by), reason=why))


@commands.command("decline", help=words.DECLINE)
def decline(reference: Reference, why: Why, by: By, folder: Folder = HERE) -> None:
    """See `words.DECLINE`."""
    with opened(folder) as moves:
        done(moves, DeclineCase(reference=reference, by=person(by), reason=why))


@commands.command("close", help=words.CLOSE)
def close(reference: Reference, by: By, why: Why = "", folder: Folder = HERE) -> None:
    """See `words.CLOSE`."""
    with opened(folder) as moves:
        done(moves, CloseCase(reference=reference, by=person(by), reason=why))


@commands.command("snooze", help=words.SNOOZE)
def snooze(
    reference: Reference,
    kind: Annotated[str, typer.Argument(metavar="KIND", help=words.KIND)],
    until: Until,
    by: By,
    folder: Folder = HERE,
) -> None:
    """See `words.SNOOZE`."""
    with opened(folder) as moves:
        done(moves, SnoozeReminder(reference=reference, by=person(by), kind=kind, until=until.date()))
