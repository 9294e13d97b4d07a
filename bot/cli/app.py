"""The command line: `moves …`. Each command reads its options, calls one function, and tells its result."""

import getpass
import sys
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

import mail
from bot.cli import check as checking
from bot.cli import (
    console,
    demo,
    form,
    initialise,
    letter,
    protocol,
    read,
    record,
    record_agreements,
    record_failure,
    record_placement,
    rules,
    serve,
    show,
)
from bot.cli import diary as listings
from bot.cli.opening import HERE, Folder, opened
from bot.ports import ChannelError
from bot.settings import SettingsError, load
from bot.text import cli as words
from bot.text import errors
from bot.text import form as form_words
from bot.text import protocol as protocol_words
from store.errors import BadProtocol, CaseworkError, StoreUnavailable

USAGE = 2
"""Exit code for settings that are missing or wrong."""

app = typer.Typer(
    name="moves", help=words.APP, no_args_is_help=True, add_completion=False, rich_markup_mode=None
)
records = typer.Typer(help=words.RECORD, no_args_is_help=True, rich_markup_mode=None)
app.add_typer(records, name="record")
form_commands = typer.Typer(help=form_words.HELP, no_args_is_help=True, rich_markup_mode=None)
app.add_typer(form_commands, name="form")
protocols = typer.Typer(help=protocol_words.PROTOCOL, no_args_is_help=True, rich_markup_mode=None)
app.add_typer(protocols, name="protocol")
letter_commands = typer.Typer(help=words.LETTERS, rich_markup_mode=None)
app.add_typer(letter_commands, name="letters")

AsJson = Annotated[bool, typer.Option("--json", help=words.JSON)]
Reference = Annotated[str, typer.Argument(metavar="REF", help=words.REF)]
By = Annotated[str, typer.Option("--by", help=words.BY, default_factory=getpass.getuser)]
Day = Annotated[datetime, typer.Argument(formats=["%Y-%m-%d"], metavar="DATE")]


@app.command(help=words.INIT)
def init(folder: Annotated[Path, typer.Argument(metavar="DIR", help=words.FOLDER)]) -> None:
    """See `words.INIT`."""
    console.say(initialise.initialise(folder))


@app.command(help=words.RUN)
def run(
    folder: Folder = HERE, *, once: Annotated[bool, typer.Option("--once", help=words.ONCE)] = False
) -> None:
    """See `words.RUN`."""
    with opened(folder) as moves:
        if not serve.run(moves, once=once):
            raise typer.Exit(1)


@app.command(help=words.CHECK)
def check(folder: Folder = HERE) -> None:
    """See `words.CHECK`."""
    if not checking.check(load(folder)):
        raise typer.Exit(1)


@app.command("demo", help=words.DEMO)
def demonstrate(
    folder: Annotated[Path | None, typer.Option("--folder", "-f", help=words.DEMO_FOLDER)] = None,
    clock: Annotated[datetime, typer.Option("--clock", help=words.DEMO_CLOCK)] = demo.CLOCK,
    serve: Annotated[bool | None, typer.Option("--serve/--no-serve", help=words.DEMO_SERVE)] = None,
    port: Annotated[int, typer.Option("--port", help=words.PORT)] = 8765,
) -> None:
    """See `words.DEMO`."""
    demo.demonstrate(folder, clock, stay=sys.stdin.isatty() if serve is None else serve, port=port)


@app.command("read", help=words.READ)
def read_form(
    form: Annotated[Path, typer.Argument(metavar="FORM", help=words.FORM)],
    *,
    as_json: AsJson = False,
    model: Annotated[bool, typer.Option("--model", help=words.READ_MODEL)] = False,
) -> None:
    """See `words.READ`."""
    if model:
        read.show_page(form)
    else:
        read.show_reading(form, as_json=as_json)


@app.command(help=words.CASES)
def cases(
    folder: Folder = HERE,
    *,
    closed: Annotated[bool, typer.Option("--closed", help=words.CLOSED)] = False,
    as_json: AsJson = False,
) -> None:
    """See `words.CASES`."""
    with opened(folder) as moves:
        show.cases(moves, closed=closed, as_json=as_json)


@app.command(help=words.CASE)
def case(reference: Reference, folder: Folder = HERE, *, as_json: AsJson = False) -> None:
    """See `words.CASE`."""
    with opened(folder) as moves:
        show.case(moves, reference.upper(), as_json=as_json)


@app.command(help=words.PANEL)
def panel(
    on: Annotated[datetime | None, typer.Argument(formats=["%Y-%m-%d"], metavar="[DATE]")] = None,
    folder: Folder = HERE,
    *,
    as_json: AsJson = False,
) -> None:
    """See `words.PANEL`."""
    with opened(folder) as moves:
        show.panel(moves, on.date() if on else None, as_json=as_json)


@letter_commands.callback(invoke_without_command=True)
def letters(context: typer.Context, folder: Folder = HERE, *, as_json: AsJson = False) -> None:
    """See `words.LETTERS`."""
    if context.invoked_subcommand is not None:
        return
    with opened(folder) as moves:
        show.letters(moves, as_json=as_json)


@letter_commands.command("show", help=words.LETTER)
def show_letter(
    number: Annotated[int, typer.Argument(metavar="NUMBER", help=words.LETTER_NUMBER)], folder: Folder = HERE
) -> None:
    """See `words.LETTER`."""
    with opened(folder) as moves:
        letter.show(moves, number)


@letter_commands.command(help=words.PREVIEW)
def preview(
    reference: Reference,
    kind: Annotated[
        show.LetterKind, typer.Option("--kind", help=words.PREVIEW_KIND)
    ] = show.LetterKind.ANSWER,
    folder: Folder = HERE,
) -> None:
    """See `words.PREVIEW`."""
    with opened(folder) as moves:
        show.preview(moves, reference.upper(), kind)


@app.command(help=words.OUTBOX)
def outbox(folder: Folder = HERE, *, as_json: AsJson = False) -> None:
    """See `words.OUTBOX`."""
    with opened(folder) as moves:
        show.outbox(moves, as_json=as_json)


@records.command(help=words.RECORD_CRISIS)
def crisis(
    reference: Reference,
    why: Annotated[str, typer.Option("--why", help=words.WHY)],
    by: By,
    folder: Folder = HERE,
) -> None:
    """See `words.RECORD_CRISIS`."""
    with opened(folder) as moves:
        record.crisis(moves, reference.upper(), why=why, by=by)


for part in (record_agreements, record_placement, record_failure):
    records.registered_commands += part.commands.registered_commands


@app.command(help=words.DIARY)
def diary(
    folder: Folder = HERE,
    *,
    first: Annotated[
        datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], metavar="DATE", help=words.DIARY_FROM)
    ] = None,
    last: Annotated[
        datetime | None, typer.Option("--to", formats=["%Y-%m-%d"], metavar="DATE", help=words.DIARY_TO)
    ] = None,
    as_json: AsJson = False,
) -> None:
    """See `words.DIARY`."""
    with opened(folder) as moves:
        listings.diary(moves, _day(first), _day(last), as_json=as_json)


@app.command(help=words.LEDGER)
def ledger(folder: Folder = HERE, *, as_json: AsJson = False) -> None:
    """See `words.LEDGER`."""
    with opened(folder) as moves:
        listings.ledger(moves, as_json=as_json)


@form_commands.command(help=form_words.LEARN)
def learn(
    form_file: Annotated[Path, typer.Argument(metavar="BLANK", help=words.FORM)],
    name: Annotated[str, typer.Option("--name", help=form_words.LEARN_NAME)] = "",
    authority: Annotated[str, typer.Option("--authority", help=form_words.LEARN_AUTHORITY)] = "",
    to: Annotated[Path, typer.Option("--to", help=form_words.LEARN_TO)] = HERE,
) -> None:
    """See `form_words.LEARN`."""
    form.learn(form_file, name=name, authority=authority, to=to)


@form_commands.command("check", help=form_words.CHECK)
def check_definition(
    definition: Annotated[Path, typer.Argument(metavar="DEFINITION")],
    samples: Annotated[list[Path], typer.Argument(metavar="SAMPLES", help=form_words.CHECK_SAMPLES)],
) -> None:
    """See `form_words.CHECK`."""
    if not form.check(definition, samples):
        raise typer.Exit(1)


@form_commands.command(help=form_words.BLANK)
def blank(
    name: Annotated[str, typer.Argument(metavar="NAME")],
    to: Annotated[Path | None, typer.Option("--to", help=form_words.BLANK_TO)] = None,
) -> None:
    """See `form_words.BLANK`."""
    form.blank(name, to)


@protocols.command("check", help=protocol_words.CHECK)
def check_protocol(
    file: Annotated[Path, typer.Argument(metavar="FILE", help=protocol_words.FILE)],
) -> None:
    """See `protocol_words.CHECK`."""
    protocol.check(file)


@protocols.command("show", help=protocol_words.SHOW)
def show_protocol(
    name: Annotated[str, typer.Argument(metavar="[NAME|FILE]", help=protocol_words.NAME)] = "salford",
) -> None:
    """See `protocol_words.SHOW`."""
    protocol.show(name)


@app.command("rules", help=protocol_words.RULES)
def list_rules(
    *,
    as_json: AsJson = False,
    markdown: Annotated[bool, typer.Option("--markdown", help=protocol_words.MARKDOWN)] = False,
) -> None:
    """See `protocol_words.RULES`."""
    if markdown:
        rules.markdown()
    elif as_json:
        rules.as_json()
    else:
        rules.listing()


def main() -> None:
    """The console script. Every known error is one message and an exit code: 2 for settings, else 1."""
    try:
        app()  # ends by itself, with 2 and how it is used where the words of the command were wrong
    except (SettingsError, BadProtocol, StoreUnavailable, ChannelError, mail.MailError) as error:
        console.complain(str(error))
        sys.exit(USAGE)
    except read.Refused as error:
        console.complain(str(error))
        sys.exit(1)
    except CaseworkError as error:
        console.complain(errors.of_casework(error))
        sys.exit(1)


def _day(at: datetime | None) -> date | None:
    return at.date() if at else None
