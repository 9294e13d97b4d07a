"""What the tests of the flows start from: people, cases and letters in memory, with short ways to make them."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime

from bot.flows.hearing import Hearing, written
from bot.flows.opening import OpenedForm, OpenedLetter
from bot.flows.senders import sender_of
from forms.reading import Answer, AnswerState, Reading, Value
from mail import Address, Attachment, AttachmentKind, Authenticity, Bounce, Letter, LetterKind, Sorting
from store.errors import NoSuchCase
from store.letters import KeptLetter
from store.protocol.case import Case, Pupil, School, Stage

AT = datetime(2026, 11, 25, 8, 30, tzinfo=UTC)
WEAVER = School(urn="999104", name="The Weaver School")
OAKFIELD = School(urn="999101", name="Oakfield High School")
ADA = Pupil(forename="Ada", surname="Byron", name="Ada Byron", dob=date(2013, 2, 14), upn="B999410819707")


@dataclass(frozen=True)
class Line:
    """A line of the fake contact list."""

    urn: str
    email: str


@dataclass
class People:
    """The directory in memory: two schools and an office address of each, and the Virtual School."""

    schools: dict[str, School] = field(default_factory=lambda: {s.urn: s for s in (WEAVER, OAKFIELD)})
    lines: tuple[Line, ...] = (
        Line("999104", "office@weaver.example"),
        Line("999101", "office@oakfield.example"),
        Line("", "virtual.school@westhaven.example"),
    )

    def contact(self, email: str) -> Line | None:
        return next((line for line in self.lines if line.email == email), None)

    def school(self, urn: str) -> School | None:
        return self.schools.get(urn)

    def find_school(self, *, name: str = "", number: str = "", domain: str = "") -> School | None:
        urns = {line.urn for line in self.lines if domain and line.email.endswith("@" + domain)}
        found = [
            school
            for school in self.schools.values()
            if (name and school.name == name) or (number and school.urn == number) or school.urn in urns
        ]
        return found[0] if len(found) == 1 else None


@dataclass
class Cases:
    """The casebook's answers in memory."""

    known: dict[str, Case] = field(default_factory=dict)
    threads: dict[str, str] = field(default_factory=dict)

    def case(self, reference: str) -> Case:
        try:
            return self.known[reference]
        except KeyError:
            raise NoSuchCase from None

    def find_thread(self, message_ids: Iterable[str]) -> tuple[str, ...]:
        return tuple(self.threads[one] for one in message_ids if one in self.threads)

    def find_pupil(self, school: School | None, pupil: Pupil) -> tuple[str, ...]:
        return tuple(case.reference for case in self.known.values() if case.home_school == school)

    def open(
        self,
        reference: str,
        *,
        thread: str = "",
        school: School = WEAVER,
        pupil: Pupil = ADA,
        stage: Stage = Stage.INCOMPLETE,
    ) -> Case:
        case = Case(
            reference=reference,
            stage=stage,
            protocol="salford/1",
            home_school=school,
            received=AT,
            pupil=pupil,
        )
        self.known[reference] = case
        if thread:
            self.threads[thread] = reference
        return case


def a_reading(pupil: Pupil = ADA, school: str = "The Weaver School", **answers: Value) -> Reading:
    """A recognised form about a pupil."""
    said: dict[str, Value] = {
        "pupil.forename": pupil.forename or None,
        "pupil.surname": pupil.surname or None,
        "pupil.name": pupil.name or None,
        "pupil.dob": pupil.dob,
        "pupil.upn": pupil.upn or None,
        "home_school.name": school or None,
        **answers,
    }
    states = {
        name: Answer(
            name, AnswerState.ANSWERED if value is not None else AnswerState.BLANK, value, label=name
        )
        for name, value in said.items()
    }
    return Reading(format="docx", definition="house-style-a", answers=states)


A_REPORT = Reading(format="docx")


def form(
    reading: Reading | None = None, *, number: int = 1, refusal: str = "", macros: bool = False
) -> OpenedForm:
    """An enclosed document as the child hands it over."""
    return OpenedForm(number, sha256=f"{number:064x}", reading=reading, refusal=refusal, macros=macros)


def hearing(
    *forms: OpenedForm,
    sender: str = "office@weaver.example",
    subject: str = "Referral",
    text: str = "Please see attached.",
    thread: tuple[str, ...] = (),
    authenticity: Authenticity = Authenticity.PASS,
    kind: LetterKind = LetterKind.PERSON,
    duplicate_of: int | None = None,
    unread: int = 0,
    bounce: Bounce | None = None,
    vouched: bool = False,
    **more: bool,
) -> Hearing:
    """A letter before the deciding."""
    letter = Letter(
        sender=Address(sender),
        received=AT,
        message_id="<new@weaver.example>",
        references=thread,
        subject=subject,
        text=text,
        full_text=text,
        authenticity=authenticity,
        attachments=tuple(_document(one) for one in range(len(forms) + unread)),
        bounce=bounce,
    )
    opened = OpenedLetter(letter, "key", Sorting(kind), forms=forms, unread=unread)
    return Hearing(
        kept=replace(A_LETTER, duplicate_of=duplicate_of),
        opened=opened,
        sender=sender_of(letter, People(), vouched=vouched),
        signs=written(letter),
        **more,
    )


A_LETTER = KeptLetter(
    id=7, mailbox="admissions", external_id="a.eml", sha256="", stable_key="", duplicate_of=None, size=1,
    received=AT, kept_at=AT, attempts=1, moved_at=None, outcome=None,
)  # fmt: skip


def _document(number: int) -> Attachment:
    return Attachment(
        name=f"{number}.docx", declared="", kind=AttachmentKind.WORD, data=b"", sha256=f"{number:064x}"
    )
