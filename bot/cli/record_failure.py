"""`moves record …` when a placement does not work (R37 to R41), and what is recorded of no referral of ours."""

from datetime import datetime
from typing import Annotated

import typer

from bot.cli import console
from bot.cli.opening import HERE, Folder, opened
from bot.cli.recording import (
    Absent,
    By,
    Day,
    OnDay,
    Present,
    Reference,
    at_noon,
    attendance,
    day,
    done,
    one_of,
    person,
    said,
    school,
)
from bot.clock import LONDON
from bot.text import recording as words
from store.protocol.commands import (
    FileOutOfBoroughReport,
    RecordDelivery,
    RecordFailure,
    RecordFailureReport,
    RecordFollowUp,
    RecordNotifiedMove,
    RecordReintegrationMeeting,
    RecordReturn,
    ReportAtRisk,
)
from store.protocol.exemptions import EndExemption, GrantExemption
from store.protocol.failure import Recipient, Suspension

commands = typer.Typer()
DAYS = ["%Y-%m-%d"]
Codes = Annotated[list[str] | None, typer.Option("--code", help=words.CODES)]
Home = Annotated[str, typer.Argument(metavar="HOME_SCHOOL", help=words.HOME)]
SchoolName = Annotated[str, typer.Argument(metavar="SCHOOL")]
Minute = Annotated[str, typer.Option("--minute", help=words.MINUTE)]


@commands.command("at-risk", help=words.AT_RISK)
def at_risk(
    reference: Reference,
    *,
    who: Annotated[str, typer.Option("--who", help=words.WHO)],
    why: Annotated[str, typer.Option("--why", help=words.REASON)],
    by: By,
    on: OnDay = None,
    folder: Folder = HERE,
) -> None:
    """See `words.AT_RISK`."""
    with opened(folder) as moves:
        done(
            moves,
            ReportAtRisk(reference=reference, by=person(by), on=day(on, moves), who=who, why=why),
        )


@commands.command("failure", help=words.FAILURE)
def failure(
    reference: Reference,
    *,
    meeting: Day,
    by: By,
    noticed: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%dT%H:%M"], help=words.NOTICED)] = None,
    codes: Codes = None,
    folder: Folder = HERE,
    advance: Annotated[bool, typer.Option("--in-advance", help=words.ADVANCE)] = False,
    refused: Annotated[bool, typer.Option("--admission-refused", help=words.REFUSED)] = False,
    suspension_days: Annotated[int, typer.Option(min=0, help=words.SUSPENSION_DAYS)] = 0,
) -> None:
    """See `words.FAILURE`."""
    with opened(folder) as moves:
        when = noticed.replace(tzinfo=LONDON) if noticed else moves.clock.now()
        suspension = (
            Suspension(start=when.astimezone(LONDON).date(), days=suspension_days, codes=tuple(codes or ()))
            if suspension_days
            else None
        )
        command = RecordFailure(
            reference=reference,
            by=person(by),
            noticed=when,
            meeting=meeting.date(),
            advance_contact=advance,
            admission_refused=refused,
            suspension=suspension,
        )
        done(moves, command)


@commands.command("report", help=words.REPORT)
def report(
    reference: Reference,
    *,
    summary: Annotated[str, typer.Option("--summary", help=words.SUMMARY)],
    evidence: Annotated[list[str], typer.Option("--evidence", help=words.EVIDENCE)],
    by: By,
    codes: Codes = None,
    no_code_because: Annotated[str, typer.Option(help=words.NO_CODE)] = "",
    folder: Folder = HERE,
) -> None:
    """See `words.REPORT`."""
    with opened(folder) as moves:
        command = RecordFailureReport(
            reference=reference,
            by=person(by),
            codes=tuple(codes or ()),
            no_code_because=no_code_because,
            summary=summary,
            evidence=tuple(evidence),
        )
        done(moves, command)


@commands.command("delivery", help=words.DELIVERY)
def delivery(
    reference: Reference,
    *,
    recipient: Annotated[str, typer.Argument(metavar="RECIPIENT", help=words.RECIPIENT)],
    how: Annotated[str, typer.Option("--how", help=words.HOW)],
    by: By,
    on: OnDay = None,
    folder: Folder = HERE,
) -> None:
    """See `words.DELIVERY`."""
    with opened(folder) as moves:
        to = one_of(Recipient, recipient)
        command = RecordDelivery(reference=reference, by=person(by), recipient=to, on=day(on, moves), how=how)
        done(moves, command)


@commands.command("reintegration", help=words.MET)
def reintegration(
    reference: Reference,
    *,
    by: By,
    on: OnDay = None,
    present: Present = None,
    absent: Absent = None,
    folder: Folder = HERE,
) -> None:
    """See `words.MET`."""
    with opened(folder) as moves:
        there = attendance(present, absent)
        command = RecordReintegrationMeeting(
            reference=reference, by=person(by), held=day(on, moves), attendance=there
        )
        done(moves, command)


@commands.command("return", help=words.RETURNED)
def returned(reference: Reference, by: By, on: OnDay = None, folder: Folder = HERE) -> None:
    """See `words.RETURNED`."""
    with opened(folder) as moves:
        done(moves, RecordReturn(reference=reference, by=person(by), on=day(on, moves)))


@commands.command("follow-up", help=words.FOLLOW_UP)
def follow_up(
    reference: Reference,
    impact: Annotated[str, typer.Option("--impact", help=words.IMPACT)],
    by: By,
    on: OnDay = None,
    folder: Folder = HERE,
) -> None:
    """See `words.FOLLOW_UP`."""
    with opened(folder) as moves:
        done(moves, RecordFollowUp(reference=reference, by=person(by), held=day(on, moves), impact=impact))


# ---------------------------------------------------------------- of no referral of ours


@commands.command("notified", help=words.NOTIFIED)
def notified(
    home: Home,
    to: SchoolName,
    start: Day,
    by: By,
    folder: Folder = HERE,
    *,
    ends: Annotated[datetime | None, typer.Option(formats=DAYS, help=words.ENDS)] = None,
    informal: Annotated[bool, typer.Option("--informal", help=words.INFORMAL)] = False,
    policy: Annotated[str, typer.Option(help=words.POLICY)] = "",
) -> None:
    """See `words.NOTIFIED`."""
    with opened(folder) as moves:
        command = RecordNotifiedMove(
            by=person(by),
            received=moves.clock.now(),
            home_school=school(moves, home),
            school=school(moves, to),
            start=start.date(),
            ends=ends.date() if ends else None,
            informal=informal,
            policy=policy,
        )
        said(moves.desk.open(command))


@commands.command("out-of-borough", help=words.OUT_OF_BOROUGH)
def out_of_borough(
    home: Home,
    authority: Annotated[str, typer.Option("--authority", help=words.FROM_AUTHORITY)],
    received: Annotated[datetime, typer.Option("--received", formats=DAYS, help=words.ON_DAY)],
    folder: Folder = HERE,
    *,
    re_integration: Annotated[bool, typer.Option("--re-integration", help=words.REINTEGRATION)] = False,
) -> None:
    """See `words.OUT_OF_BOROUGH`."""
    with opened(folder) as moves:
        command = FileOutOfBoroughReport(
            authority=authority,
            reintegration=re_integration,
            letter=0,
            received=at_noon(received.date()),
            home_school=school(moves, home),
        )
        said(moves.desk.open(command))


@commands.command("exemption", help=words.EXEMPT)
def exemption(
    of: SchoolName,
    *,
    start: Day,
    end: Day,
    grounds: Annotated[str, typer.Option("--grounds", help=words.GROUNDS)],
    minute: Minute,
    by: By,
    folder: Folder = HERE,
) -> None:
    """See `words.EXEMPT`."""
    with opened(folder) as moves:
        command = GrantExemption(
            school=school(moves, of),
            start=start.date(),
            end=end.date(),
            grounds=grounds,
            minute=minute,
            by=person(by),
        )
        moves.desk.exempt(command)
        console.say(words.exempted(command.school.name, command.start, command.end))


@commands.command("exemption-end", help=words.EXEMPT_END)
def exemption_end(of: SchoolName, end: Day, minute: Minute, by: By, folder: Folder = HERE) -> None:
    """See `words.EXEMPT_END`."""
    with opened(folder) as moves:
        command = EndExemption(school=school(moves, of), end=end.date(), minute=minute, by=person(by))
        moves.desk.exempt(command)
        console.say(words.exemption_ended(command.school.name, command.end))
