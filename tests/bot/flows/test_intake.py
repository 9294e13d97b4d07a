"""Letters are taken in safely: bytes before parsing, one outcome each, and no letter stops the next."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
import structlog.testing

import bot.demo
from bot.clock import SetClock
from bot.fakes import InMemoryInbox
from bot.flows.intake import Intake, Opener, Source
from bot.flows.opening import OpenedLetter, Opening, mark_form, open_letter
from bot.isolation import CannotStart, Died, Failed, MemoryOver, TimeOver
from bot.messages import Composer
from mail import LetterGone, MailError
from store import Casebook, Directory, KeptLetter, Letters, Outbox, Store
from store.protocol import SchoolCalendar, load
from tests.bot.flows.silence import Silence

NOON = datetime(2026, 12, 3, 12, tzinfo=UTC)
DEMO = Path(bot.demo.__file__).parent
FORM = (DEMO / "forms" / "oakfield-complete.docx").read_bytes()
WORD = "vnd.openxmlformats-officedocument.wordprocessingml.document"
LARGEST = 1024 * 1024


class InProcess:
    """Opens letters without a child: quicker, and the tests can make it fail."""

    def __init__(self) -> None:
        self.opened: list[int] = []
        self.troubles: dict[int, Exception] = {}
        self.once: dict[int, Exception] = {}

    def start(self) -> None:
        if 0 in self.troubles:
            raise self.troubles[0]

    def mark(self, kept: KeptLetter, raw: bytes, how: Opening, number: int, paths: tuple[str, ...]) -> bytes:
        return mark_form(lambda _seconds: None, raw, kept.received, how, number, paths)

    def __call__(self, kept: KeptLetter, raw: bytes, how: Opening) -> OpenedLetter:
        self.opened.append(kept.id)
        if kept.id in self.once:
            raise self.once.pop(kept.id)
        if kept.id in self.troubles:
            raise self.troubles[kept.id]
        return open_letter(lambda _seconds: None, raw, kept.received, how)


@dataclass
class Setting:
    """Everything that intake joins, with a mailbox in memory."""

    store: Store
    opener: Opener
    inbox: InMemoryInbox = field(default_factory=InMemoryInbox)
    clock: SetClock = field(default_factory=lambda: SetClock(NOON))
    silence: Silence = field(default_factory=Silence)

    def __post_init__(self) -> None:
        self.letters, self.people = Letters(self.store), Directory(self.store)
        self.people.load_schools((DEMO / "gias-extract.csv").read_bytes())
        self.people.load_contacts((DEMO / "contacts.csv").read_bytes())
        composer = Composer(self.silence, lambda _case: ())
        self.casebook = Casebook(
            self.store,
            load("salford"),
            SchoolCalendar.read(DEMO / "terms.toml"),
            [date(2026, 12, 10)],
            composer,
        )
        self.intake = Intake(
            letters=self.letters, casebook=self.casebook, people=self.people, opener=self.opener,
            messages=composer, clock=self.clock, answers_a_day=4,
        )  # fmt: skip
        self.source = Source(self.inbox, Opening(trusted_server="mx.westhaven.example"), largest=LARGEST)

    def arrives(self, raw: bytes, received: datetime = NOON) -> None:
        self.inbox.deliver(raw, received)

    def outcomes(self) -> list[tuple[str, str]]:
        """What became of each letter, in the order of their numbers."""
        kept = sorted(self.letters.all(), key=lambda one: one.id)
        return [
            (one.outcome.conclusion.becomes, one.outcome.conclusion.reason) if one.outcome else ("", "")
            for one in kept
        ]


@pytest.fixture
def opener() -> InProcess:
    return InProcess()


@pytest.fixture
def setting(sqlite_store: Store, opener: InProcess) -> Setting:
    return Setting(sqlite_store, opener)


def a_letter(
    *enclosed: tuple[str, bytes],
    sender: str = "office@oakfield.example",
    message_id: str = "<1@oakfield.example>",
    subject: str = "Referral",
    text: str = "Please see attached.",
    dmarc: str = "pass",
) -> bytes:
    """A letter as the council's server hands it over."""
    letter = EmailMessage()
    letter["Authentication-Results"] = f"mx.westhaven.example; dmarc={dmarc} header.from=oakfield.example"
    letter["From"], letter["To"] = sender, "school.admissions@westhaven.example"
    letter["Subject"], letter["Date"] = subject, "Wed, 25 Nov 2026 08:30:00 +0000"
    letter["Message-ID"] = message_id
    letter.set_content(text)
    for name, data in enclosed:
        letter.add_attachment(data, maintype="application", subtype=WORD, filename=name)
    return letter.as_bytes()


# ------------------------------------------------------------------ the way of one letter


def test_a_referral_is_filed_and_moved(setting: Setting) -> None:
    """Kept, opened, decided, concluded and moved: nothing waits any more."""
    setting.arrives(a_letter(("form.docx", FORM)))
    setting.intake.take_in(setting.source)
    assert setting.outcomes() == [("referral", "form_read")]
    assert ([*setting.inbox.processed], [*setting.inbox.aside], setting.inbox.waiting()) == (
        ["letter-1"],
        [],
        [],
    )


def test_letters_are_dealt_with_in_the_order_in_which_the_mailbox_took_them(
    setting: Setting, opener: InProcess
) -> None:
    """A bot that was off over the weekend judges the letters in their own order (R14)."""
    setting.arrives(a_letter(text="second", message_id="<2@x.example>"), NOON - timedelta(days=1))
    setting.arrives(a_letter(text="first", message_id="<3@x.example>"), NOON - timedelta(days=2))
    setting.intake.take_in(setting.source)
    assert opener.opened == [1, 2]
    assert setting.letters.get(1).received == NOON - timedelta(days=2)


def test_a_second_pass_does_nothing(setting: Setting, opener: InProcess) -> None:
    """What has been dealt with is not opened again, even if the mailbox shows it again in the same bytes."""
    raw = a_letter(("form.docx", FORM))
    setting.arrives(raw)
    setting.intake.take_in(setting.source)
    setting.arrives(raw)
    setting.intake.take_in(setting.source)
    assert (opener.opened, setting.outcomes()) == ([1], [("referral", "form_read")])
    assert sorted(setting.inbox.processed) == ["letter-1", "letter-2"]


def test_two_copies_in_one_pass_are_both_moved(setting: Setting) -> None:
    """The same bytes twice in the mailbox: one case, and both copies out of the way."""
    raw = a_letter(("form.docx", FORM))
    setting.arrives(raw)
    setting.arrives(raw)
    setting.intake.take_in(setting.source)
    assert (setting.outcomes(), setting.inbox.waiting()) == ([("referral", "form_read")], [])


def test_the_same_letter_in_other_bytes_is_a_duplicate(setting: Setting) -> None:
    """An Exchange server writes a letter anew at each fetch: its stable parts tell."""
    raw = a_letter(("form.docx", FORM))
    setting.arrives(raw)
    setting.arrives(b"X-Another-Header: 1\r\n" + raw)
    setting.intake.take_in(setting.source)
    assert setting.outcomes()[1] == ("duplicate", "delivered_twice")


def test_a_letter_under_a_used_message_id_is_suspicious_and_does_not_suppress_the_first(
    setting: Setting,
) -> None:
    """The same Message-ID with other stable parts is another letter: set aside and shown; the referral stands."""
    setting.arrives(a_letter(("form.docx", FORM)))
    setting.arrives(a_letter(text="Please ignore my last letter."), NOON + timedelta(minutes=1))
    setting.intake.take_in(setting.source)
    assert setting.outcomes() == [("referral", "form_read"), ("set_aside", "reused_message_id")]


def test_a_forged_letter_cannot_bar_the_real_one(setting: Setting) -> None:
    """Whoever uses a Message-ID first and is set aside does not make the real letter suspicious."""
    setting.arrives(a_letter(text="forged", dmarc="fail"))
    setting.arrives(a_letter(("form.docx", FORM)), NOON + timedelta(minutes=1))
    setting.intake.take_in(setting.source)
    assert setting.outcomes() == [("set_aside", "failed_authentication"), ("referral", "form_read")]


def test_a_contact_list_read_anew_counts_from_the_next_pass(setting: Setting) -> None:
    """Whoever has left the list is no longer known, though the bot was never stopped."""
    setting.arrives(a_letter(("form.docx", FORM)))
    setting.intake.take_in(setting.source)
    setting.people.load_contacts(b"urn,role,name,email\n999102,office,,office@stbrannocs.example\n")
    other = (DEMO / "forms" / "castlepark-ehcp.docx").read_bytes()
    setting.arrives(a_letter(("form.docx", other), message_id="<2@x.example>"))
    setting.intake.take_in(setting.source)
    assert [setting.casebook.case(f"MM-26-000{n}").contact for n in (1, 2)] == ["office@oakfield.example", ""]


# ------------------------------------------------------------------ faults on the way


def test_a_letter_is_moved_only_after_its_outcome_is_committed(setting: Setting, opener: InProcess) -> None:
    """What could not be concluded stays where it is and is tried at the next pass."""
    setting.arrives(a_letter(("form.docx", FORM)))
    opener.troubles[1] = RuntimeError("a mistake")
    assert len(setting.intake.take_in(setting.source).troubles) == 1
    assert len(setting.inbox.waiting()) == 1
    opener.troubles.clear()
    setting.intake.take_in(setting.source)
    assert (setting.outcomes(), setting.inbox.waiting()) == ([("referral", "form_read")], [])


def test_a_move_that_fails_is_done_at_the_next_pass(
    setting: Setting, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The case stands; the mailbox catches up."""
    setting.arrives(a_letter(("form.docx", FORM)))
    with monkeypatch.context() as broken:
        broken.setattr(InMemoryInbox, "file_processed", _refuse)
        setting.intake.take_in(setting.source)
    assert len(setting.letters.unmoved("memory")) == 1
    setting.intake.take_in(setting.source)
    assert (setting.letters.unmoved("memory"), setting.inbox.waiting()) == ((), [])


def test_a_letter_that_vanishes_before_it_is_fetched_is_left_out(
    setting: Setting, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody moved it by hand between the listing and the fetching; the others are dealt with."""
    setting.arrives(a_letter(text="goes"))
    setting.arrives(a_letter(text="stays", message_id="<2@x.example>"), NOON + timedelta(minutes=1))
    fetch = InMemoryInbox.fetch

    def vanishing(inbox: InMemoryInbox, letter_id: str) -> object:
        if letter_id == "letter-1":
            raise LetterGone
        return fetch(inbox, letter_id)

    monkeypatch.setattr(InMemoryInbox, "fetch", vanishing)
    assert setting.intake.take_in(setting.source).troubles == []
    assert len(setting.outcomes()) == 1


def test_a_letter_that_brings_us_down_again_and_again_is_set_aside(
    setting: Setting, opener: InProcess
) -> None:
    """After five beginnings without an end a person is shown it, and it is not opened any more."""
    setting.arrives(a_letter())
    opener.troubles[1] = RuntimeError("a mistake")
    for _ in range(7):
        setting.intake.take_in(setting.source)
    assert setting.outcomes() == [("set_aside", "could_not_be_handled")]
    assert opener.opened == [1] * 5


@pytest.mark.parametrize(
    ("trouble", "reason"),
    [
        (TimeOver(), "took_too_long"),
        (MemoryOver(), "too_big"),
        (Died(), "unreadable"),
        (Failed("ValueError"), "could_not_be_handled"),
    ],
)
def test_a_letter_that_its_child_cannot_open_is_set_aside_and_the_next_is_read(
    setting: Setting, opener: InProcess, trouble: Exception, reason: str
) -> None:
    """A letter over its limits never stops the queue."""
    setting.arrives(a_letter(("bomb.docx", b"PK bomb"), message_id="<9@x.example>"), NOON - timedelta(days=1))
    setting.arrives(a_letter(("form.docx", FORM)))
    opener.troubles[1] = trouble
    setting.intake.take_in(setting.source)
    assert setting.outcomes() == [("set_aside", reason), ("referral", "form_read")]


def test_a_letter_whose_child_died_once_is_opened_again(setting: Setting, opener: InProcess) -> None:
    """A child may be killed for want of memory that another took: the letter has a second chance at once."""
    setting.arrives(a_letter(("form.docx", FORM)))
    opener.once[1] = Died()
    assert setting.intake.take_in(setting.source).troubles == []
    assert (setting.outcomes(), opener.opened) == ([("referral", "form_read")], [1, 1])


def test_no_letter_is_blamed_when_no_child_can_be_started(setting: Setting, opener: InProcess) -> None:
    """The computer's trouble ends the pass before a letter is begun; it raises, so that the worker reports it."""
    setting.arrives(a_letter(("form.docx", FORM)))
    opener.troubles[0] = CannotStart()
    with pytest.raises(CannotStart):
        setting.intake.take_in(setting.source)
    assert setting.letters.get(1).attempts == 0


def test_a_mailbox_that_cannot_be_listed_says_so(setting: Setting) -> None:
    """The worker is told and goes on with the next mailbox."""
    setting.inbox.fault = MailError("down")
    with pytest.raises(MailError):
        setting.intake.take_in(setting.source)


def test_what_the_protocol_refuses_goes_to_the_officer(
    setting: Setting, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A command that is not allowed is no failure: the letter ends with a person."""
    setting.arrives(a_letter(("form.docx", FORM)))
    monkeypatch.setattr("bot.flows.joining.compare", lambda _one, _other: _same())
    setting.intake.take_in(setting.source)
    other = (DEMO / "forms" / "castlepark-ehcp.docx").read_bytes()
    setting.arrives(a_letter(("form.docx", other), message_id="<2@x.example>", subject="MM-26-0001"), NOON)
    monkeypatch.setattr(
        "bot.flows.joining.Joining._home", lambda self, hearing, _read: _home_of(self, hearing)
    )
    setting.intake.take_in(setting.source)
    assert setting.outcomes()[1] == ("for_officer", "not_taken_up")


# ------------------------------------------------------------------ size


def test_a_letter_over_the_size_limit_is_recorded_once_and_never_fetched(
    setting: Setting, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It stays whole in the mailbox's set-aside folder; here only that it came is kept, and no poll reads it again."""
    setting.arrives(a_letter(("big.docx", bytes(2 * LARGEST))))
    fetched: list[str] = []
    monkeypatch.setattr(InMemoryInbox, "fetch", lambda _inbox, letter_id: fetched.append(letter_id))
    setting.intake.take_in(setting.source)
    setting.intake.take_in(setting.source)
    assert (fetched, setting.outcomes()) == ([], [("set_aside", "too_big")])
    assert ([*setting.inbox.aside], len(setting.letters.raw(1)) < 200) == (["letter-1"], True)


# ------------------------------------------------------------------ caps


def test_two_robots_that_look_like_people_stop_talking(setting: Setting) -> None:
    """A hundred rounds with one address: no more answers than the cap, though every referral is filed (4 a day here)."""
    for number in range(100):
        setting.arrives(
            a_letter(("form.docx", b"\0"), message_id=f"<{number}@x.example>"),
            NOON + timedelta(seconds=number),
        )
    setting.intake.take_in(setting.source)
    assert len(setting.silence.resent) == 2  # half of the cap, for they all have one subject
    setting.clock.advance(timedelta(days=1, minutes=1))
    setting.arrives(a_letter(("form.docx", b"\0"), message_id="<next day@x.example>"))
    setting.intake.take_in(setting.source)
    assert len(setting.silence.resent) == 3


def test_a_robot_does_not_flood_the_channel(setting: Setting) -> None:
    """Of a hundred letters that end alike five are posted, the fifth says that more are not; all are on file. What may
    touch a child, another sender's letter and the next day's are posted all the same.
    """
    for number in range(100):
        setting.arrives(
            a_letter(text="Ticket received.", message_id=f"<{number}@x.example>"),
            NOON + timedelta(seconds=number),
        )
    later = NOON + timedelta(minutes=5)
    setting.arrives(a_letter(sender="head@oakfield.example", message_id="<head@x.example>"), later)
    setting.arrives(a_letter(text="The placement is breaking down.", message_id="<r37@x.example>"), later)
    setting.intake.take_in(setting.source)
    assert posted(setting) == [1, 2, 3, 4, 5, 101, 102]
    assert setting.outcomes() == [("for_officer", "question")] * 101 + [("for_officer", "failure_notice")]
    fifth, sixth = (text_of(setting, number) for number in (5, 101))
    assert ("not posted for a day" in fifth, "not posted for a day" in sixth) == (True, False)
    setting.clock.advance(timedelta(days=1, minutes=1))
    setting.arrives(a_letter(message_id="<next day@x.example>"))
    setting.intake.take_in(setting.source)
    assert posted(setting)[-1] == 103


def test_forged_letters_do_not_hide_a_schools_own(setting: Setting) -> None:
    """Only letters that end alike are counted together, and one that fails authentication ends differently."""
    for number in range(20):
        setting.arrives(a_letter(message_id=f"<{number}@x.example>", dmarc="fail"))
    setting.arrives(a_letter(message_id="<genuine@x.example>"), NOON + timedelta(minutes=1))
    setting.intake.take_in(setting.source)
    assert posted(setting) == [1, 2, 3, 4, 5, 21]


def posted(setting: Setting) -> list[int]:
    """The letters that have a post of their own, by their numbers."""
    keys = [line.key for line in Outbox(setting.store).all()]
    return sorted(int(key.removeprefix("letter/")) for key in keys if key.startswith("letter/"))


def text_of(setting: Setting, number: int) -> str:
    outbox, clock = Outbox(setting.store), setting.clock
    while claimed := outbox.claim("worker", clock.now(), timedelta(hours=1)):
        if claimed.message.key == f"letter/{number}":
            return str(claimed.message.payload["content"]["text"])
    raise LookupError(number)


# ------------------------------------------------------------------ logs


def test_the_log_holds_numbers_and_codes_only(setting: Setting, opener: InProcess) -> None:
    """Neither a subject nor an error's words reach the log: they may be a child's."""
    setting.arrives(a_letter(("form.docx", FORM), subject="Zephyrine Quillfeather"))
    setting.arrives(a_letter(message_id="<2@x.example>"), NOON + timedelta(minutes=1))
    opener.troubles[2] = RuntimeError("Zephyrine Quillfeather, born 14/02/2013")
    with structlog.testing.capture_logs() as lines:
        setting.intake.take_in(setting.source)
    assert [line["event"] for line in lines] == ["letter", "letter not concluded"]
    assert "Quillfeather" not in str(lines)
    assert len(lines[1]["reference"]) == 4


def _refuse(_inbox: InMemoryInbox, _letter_id: str) -> None:
    raise MailError("no")


def _same() -> object:
    from store.protocol import Identity

    return Identity.SAME


def _home_of(joining: object, hearing: object) -> object:
    from bot.flows.joining import Home

    return Home(hearing.sender.school)  # type: ignore[attr-defined]
