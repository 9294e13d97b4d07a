"""Words of the command line: helps, results of `moves init`, headings of listings."""

from datetime import date, datetime

from bot.clock import LONDON
from bot.text import dates
from store.messages import Road
from store.tables import OutboxState

APP = "Watches a school admissions inbox, reads managed-move referrals, and keeps every case to the protocol."
FOLDER = "The folder with moves.toml."
JSON = "Print JSON, for other programs."

INIT = "Make a settings file and folders in DIR. Nothing that is there is overwritten."
RUN = "Watch the inbox, answer schools, post to the channel. Stop it with Ctrl+C."
ONCE = "Handle what is waiting, then stop."
CHECK = "Try every part that is set up, and say in plain words what is wrong."
DEMO = "Run the bot on a sample inbox. No account of any kind is needed."
DEMO_CLOCK = "The date and time at which the demonstration takes place."
DEMO_FOLDER = "Keep the demonstration in this folder instead of a throwaway one."
DEMO_SERVE = "Keep serving the channel page afterwards. Usual where there is a terminal."
READ = "Show what one form says, and where. Needs no settings and no database."
READ_MODEL = "Print the page model: every block and span with its kind, state, marks and path."
CASES = "List the cases."
CASE = "Show one case: what it rests on, what is missing, what has happened."
PANEL = "Show the next panel's agenda, or that of a DATE."
LETTERS = "List the letters that came, and what became of each."
LETTER = "Show one letter as it came: who wrote, what came with it, what it says."
LETTER_NUMBER = "The letter's number, as listed."
FROM = "From"
GENUINE = "Sender"
ENCLOSED = "Enclosed"
AUTHENTICITY = {
    "pass": "proven by our mail server",
    "fail": "NOT from that address, says our mail server",
    "none": "not proven",
}
PREVIEW = "Show a letter about a case as it would go now. Nothing is sent."
PREVIEW_KIND = "Which letter."
NOBODY_TO_WRITE_TO = "Nobody of the contact list may be written to about this, or it has no deadline."
TO = "To"
COPY = "Copy"
SUBJECT = "Subject"
OUTBOX = "List what waits to go out, what has gone, and what could not go."
RECORD = "Record a decision or a fact on a case."
RECORD_CRISIS = "Record that a referral answers a crisis or incident (R21)."
DIARY = "Print what will happen: each reminder and prompt, with its rule."
DIARY_FROM = "The first day, such as 2027-01-11; today by default."
DIARY_TO = "The last day; four weeks on by default."
LEDGER = (
    "Print what each school has taken, sent, tried and seen fail, and the balance with other authorities."
)
LEDGER_TITLE = "Moves in and out by school (R9, R10), credits (R18), other authorities (R47)"
BY = "Who decided this: a person's name, kept on the record."

OPEN_PAGE = "The channel page is at {url}\nStop with Ctrl+C."
SLACK_CONNECTED = "Connected to Slack. Stop with Ctrl+C."
SLACK_TRYING = "Slack does not answer yet; the bot goes on trying. Stop with Ctrl+C."
REF = "The case's reference, such as MM-26-0007."
FORM = "A form as a school sent it: .docx, .pdf, .doc, .rtf, .odt."
CLOSED = "The closed cases too."
WHY = "Why: one sentence, kept on the record."
SCHOOL = "The receiving school, by name or unique reference number."
PORT = "The port of the channel page on this computer; 0 takes any that is free."
NOTHING = "Nothing to show."
STOPPED = "Stopped."
ALREADY_THERE = "{path} is already there; nothing was changed."
KEY_IN_KEYRING = "The encryption key was made and put into this computer's keyring."
KEY_IN_FILE = "The encryption key was made: {path}\nKeep a copy somewhere safe. Without it nobody can read the cases again."
NEXT_STEPS = """Made {path}.

Next:
  1. Fill in {path}: the council, and trusted_server of the mailbox.
  2. Put your school list and contacts into schools.csv and contacts.csv, terms and panels into terms.toml.
  3. Letters come in as .eml files in {arrivals}; or set up your own mailbox (docs/mailboxes.md).
  4. Try it: moves check --folder {folder}
  5. Run it: moves run --folder {folder}"""

REFERENCE = "Case"
HOME_SCHOOL = "Home school"
RECEIVED = "Received"
ANSWERS = "Answers"
LOOK = "look"
ROADS = {Road.CHANNEL: "channel", Road.LETTER: "letter"}
STATES = {
    OutboxState.WAITING: "waiting",
    OutboxState.SENDING: "on its way",
    OutboxState.SENT: "sent",
    OutboxState.WITHDRAWN: "withdrawn unsent",
    OutboxState.DEAD: "could not be sent",
}


class Heading:
    """Column headings of the listings."""

    CASES = ("case", "home school", "stage", "gaps", "panel", "deadline", "officer")
    LETTERS = ("no.", "received", "what became of it", "case", "why")
    DIARY = ("when", "case or panel", "what", "rule")
    LEDGER = ("school or authority", "in", "out", "tried", "failed", "credit", "net per 100 on roll")
    OUTBOX = ("road", "what", "case", "state", "when", "why")


READING_HEADINGS = ("field", "answer", "question on the form", "where", "sure")


def reading_title(file: str, kind: str, definition: str, coverage: float) -> str:
    """What a file was read as."""
    if definition:
        return f"{file}: {kind}, read as {definition} ({coverage:.0%} of its questions found)"
    return f"{file}: {kind}, a form that is not known here (at most {coverage:.0%} of the questions of any known form)"


def cannot_open(file: str, why: str) -> str:
    """A file that is not there, or may not be read."""
    return f"{file} cannot be opened: {why}"


def panel_title(on: date, deadline: datetime | None) -> str:
    """The head of a panel's listing."""
    if deadline is None:
        return f"Panel of {dates.day(on)}"
    return f"Panel of {dates.day(on)}; referrals complete by {dates.deadline(deadline)}"


def panel_of(on: date) -> str:
    """A panel in the diary."""
    return f"panel of {dates.day(on)}"


def diary_title(first: date, last: date) -> str:
    """The head of the diary."""
    return f"From {dates.day(first)} to {dates.day(last)}"


def shortly(at: datetime) -> str:
    """A moment in a narrow column, on London's clock: "3 Dec 2026 09:12"."""
    local = at.astimezone(LONDON)
    return f"{local.day} {local:%b %Y %H:%M}"


def happened(at: datetime, what: str, who: str) -> str:
    """A line of a case's timeline."""
    return f"{dates.moment(at)}  {what} ({who})"


def no_such_school(name: str) -> str:
    """The school list has no such school."""
    return f"There is no school “{name}” in the school list."


def recorded(reference: str, stage: str) -> str:
    """A record was made."""
    return f"Recorded. {reference}: {stage}."


def handled(letters: int, sent: int, troubles: int) -> str:
    """What a single round came to."""
    said = f"Dealt with {dates.count(letters, 'letter')}, sent {dates.count(sent, 'message')}."
    if not troubles:
        return said
    return f"{said} {dates.count(troubles, 'thing')} could not be done and will be tried again; the log says more."


def no_such_letter(number: int) -> str:
    """There is no letter with this number."""
    return f"There is no letter {number}. `moves letters` lists them."
