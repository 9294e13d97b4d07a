"""`moves diary` and `moves ledger`: what will happen, and what each school has taken and sent."""

from datetime import date, datetime, time, timedelta
from typing import Any

from bot.cli import console
from bot.clock import LONDON
from bot.composition import Moves
from bot.text import cli as words
from bot.text import dates
from bot.text.digest import KINDS
from store.protocol import Due, PanelDue
from store.protocol.ledger import Line

DAYS = 28
"""So many days ahead are shown where no end is given."""


def diary(moves: Moves, first: date | None, last: date | None, *, as_json: bool) -> None:
    """Print what will happen from one day to another, both counted."""
    start = first or moves.clock.today_london()
    end = last or start + timedelta(days=DAYS)
    entries = moves.casebook.diary(_midnight(start), _midnight(end + timedelta(days=1)), moves.clock.now())
    if as_json:
        console.as_json([_data(each) for each in entries])
        return
    console.table(words.Heading.DIARY, [_row(each) for each in entries], title=words.diary_title(start, end))


def ledger(moves: Moves, *, as_json: bool) -> None:
    """Print the equity and the reciprocity ledger."""
    kept = moves.casebook.ledger()
    lines = {account: kept.line(account, _roll(moves, account)) for account in kept.accounts()}
    if as_json:
        cases = moves.casebook.postings()
        console.as_json(
            [
                _account(account, line)
                | {"cases": sorted({each.reference for each in cases if each.account == account})}
                for account, line in lines.items()
            ]
        )
        return
    rows = [(_name(moves, account), *_figures(line)) for account, line in lines.items()]
    console.table(words.Heading.LEDGER, rows, title=words.LEDGER_TITLE)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=LONDON)


def _row(entry: Due | PanelDue) -> tuple[str, ...]:
    about = entry.reference if isinstance(entry, Due) else words.panel_of(entry.panel)
    return (
        dates.moment(entry.on),
        about,
        KINDS[entry.kind],
        ", ".join(filter(None, (entry.rule, entry.source))),
    )


def _data(entry: Due | PanelDue) -> dict[str, Any]:
    return {
        "at": entry.on.isoformat(),
        "wall": entry.wall.isoformat(),
        "case": entry.reference if isinstance(entry, Due) else None,
        "panel": entry.panel.isoformat() if isinstance(entry, PanelDue) else None,
        "kind": str(entry.kind),
        "rule": entry.rule,
        "source": entry.source,
    }


def _account(account: str, line: Line) -> dict[str, Any]:
    return {
        "account": account,
        "in": line.taken,
        "out": line.sent,
        "tried": line.tried,
        "failed": line.failed,
        "credit": line.credit,
        "net_per_hundred": float(line.per_hundred) if line.per_hundred is not None else None,
    }


def _figures(line: Line) -> tuple[str, ...]:
    share = "" if line.per_hundred is None else f"{float(line.per_hundred):.2f}"
    return (*map(str, (line.taken, line.sent, line.tried, line.failed, line.credit)), share)


def _roll(moves: Moves, account: str) -> int | None:
    entry = moves.directory.school(account)
    return entry.roll if entry else None


def _name(moves: Moves, account: str) -> str:
    entry = moves.directory.school(account)
    return entry.name if entry else account
