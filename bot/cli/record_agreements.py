"""`moves record …` from the agenda to the agreement of all. Each reads its options, makes one command, tells its result."""

from typing import Annotated

import typer

from bot.cli.opening import HERE, Folder, opened
from bot.cli.recording import By, Day, OnDay, Reference, day, done, one_of, person, school
from bot.text import recording as words
from store.protocol.agreements import Contributor, Party, Shown, Status
from store.protocol.case import PanelOutcome
from store.protocol.commands import (
    ConfirmStatus,
    ProposeSchool,
    PutOnPanel,
    RecordAgreement,
    RecordContribution,
    RecordPlanAmended,
    RecordRecommendation,
    WithdrawAgreement,
)

commands = typer.Typer()
Who = Annotated[str, typer.Option("--who", help=words.WHO)]
Why = Annotated[str, typer.Option("--why", help=words.REASON)]
WhichParty = Annotated[str, typer.Argument(metavar="PARTY", help=words.PARTY)]


@commands.command("agenda", help=words.PANEL_AGENDA)
def agenda(reference: Reference, by: By, folder: Folder = HERE) -> None:
    """See `words.PANEL_AGENDA`."""
    with opened(folder) as moves:
        done(moves, PutOnPanel(reference=reference, by=person(by)))


@commands.command("status", help=words.STATUS)
def status(
    reference: Reference,
    by: By,
    folder: Folder = HERE,
    *,
    looked_after: Annotated[bool | None, typer.Option(help=words.LOOKED_AFTER)] = None,
    plan: Annotated[bool | None, typer.Option(help=words.PLAN)] = None,
    shared: Annotated[bool | None, typer.Option(help=words.SHARED)] = None,
) -> None:
    """See `words.STATUS`."""
    found = Status(looked_after=looked_after, plan=plan, shared_responsibility=shared)
    with opened(folder) as moves:
        done(moves, ConfirmStatus(reference=reference, by=person(by), status=found))


@commands.command("contribution", help=words.CONTRIBUTION)
def contribution(
    reference: Reference,
    *,
    role: Annotated[str, typer.Argument(metavar="ROLE", help=words.CONTRIBUTOR)],
    who: Who,
    says: Annotated[str, typer.Option("--says", help=words.SAYS)],
    by: By,
    on: OnDay = None,
    folder: Folder = HERE,
) -> None:
    """See `words.CONTRIBUTION`."""
    with opened(folder) as moves:
        command = RecordContribution(
            reference=reference,
            by=person(by),
            role=one_of(Contributor, role),
            who=who,
            on=day(on, moves),
            says=says,
        )
        done(moves, command)


@commands.command("outcome", help=words.OUTCOME)
def outcome(
    reference: Reference,
    *,
    result: Annotated[str, typer.Argument(metavar="OUTCOME")],
    minute: Annotated[str, typer.Option("--minute", help=words.MINUTE)],
    by: By,
    why: Why = "",
    category: Annotated[str, typer.Option("--category", help=words.CATEGORY)] = "",
    folder: Folder = HERE,
) -> None:
    """See `words.OUTCOME`."""
    with opened(folder) as moves:
        command = RecordRecommendation(
            reference=reference,
            by=person(by),
            outcome=one_of(PanelOutcome, result),
            minute=minute,
            reason=why,
            category=category,
        )
        done(moves, command)


@commands.command("propose", help=words.PROPOSE)
def propose(
    reference: Reference,
    to: Annotated[str, typer.Argument(metavar="SCHOOL")],
    by: By,
    authority: Annotated[str, typer.Option("--authority", help=words.AUTHORITY)] = "",
    folder: Folder = HERE,
) -> None:
    """See `words.PROPOSE`."""
    with opened(folder) as moves:
        asked = school(moves, to)
        done(moves, ProposeSchool(reference=reference, by=person(by), school=asked, authority=authority))


@commands.command("agreement", help=words.AGREEMENT)
def agreement(
    reference: Reference,
    *,
    party: WhichParty,
    who: Who,
    shown: Annotated[str, typer.Option("--shown", help=words.SHOWN)],
    by: By,
    on: OnDay = None,
    folder: Folder = HERE,
    refuses: Annotated[bool, typer.Option("--refuses", help=words.REFUSES)] = False,
    explained_by: Annotated[str, typer.Option(help=words.EXPLAINED_BY)] = "",
    why: Why = "",
    support: Annotated[str, typer.Option(help=words.SUPPORT)] = "",
) -> None:
    """See `words.AGREEMENT`."""
    with opened(folder) as moves:
        command = RecordAgreement(
            reference=reference,
            by=person(by),
            party=one_of(Party, party),
            who=who,
            on=day(on, moves),
            shown=one_of(Shown, shown),
            agrees=not refuses,
            explained_by=explained_by,
            reason=why,
            support=support,
        )
        done(moves, command)


@commands.command("withdrawal", help=words.TAKE_BACK)
def withdrawal(
    reference: Reference, *, party: WhichParty, by: By, on: OnDay = None, why: Why = "", folder: Folder = HERE
) -> None:
    """See `words.TAKE_BACK`."""
    with opened(folder) as moves:
        command = WithdrawAgreement(
            reference=reference, by=person(by), party=one_of(Party, party), on=day(on, moves), why=why
        )
        done(moves, command)


@commands.command("plan-amended", help=words.PLAN_AMENDED)
def plan_amended(reference: Reference, on: Day, by: By, folder: Folder = HERE) -> None:
    """See `words.PLAN_AMENDED`."""
    with opened(folder) as moves:
        done(moves, RecordPlanAmended(reference=reference, by=person(by), on=on.date()))
