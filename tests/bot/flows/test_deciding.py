"""What a letter means. Each expectation follows from issue 2, `fields.md` or a rule named beside it."""

from dataclasses import replace
from datetime import date

import pytest

from bot.flows.deciding import Deciding, Verdict
from bot.flows.dispositions import Attention, Disposition, Reason
from bot.flows.hearing import Hearing
from forms.reading import Reading
from mail import Authenticity, Bounce, LetterKind
from store.protocol.case import Pupil, School, Stage
from store.protocol.commands import CorrectReferral, FileOutOfBoroughReport, FileReferral
from tests.bot.flows.given import A_REPORT, ADA, OAKFIELD, WEAVER, Cases, People, a_reading, form, hearing

CARL = Pupil(forename="Carl", surname="Gauss", name="Carl Gauss", dob=date(2012, 4, 30), upn="U355400012034")
THREAD = "<answer@westhaven.example>"


@pytest.fixture
def cases() -> Cases:
    return Cases()


def decide(cases: Cases, letter: Hearing) -> Verdict:
    return Deciding(cases, People()).decide(letter)


def filed(verdict: Verdict) -> FileReferral:
    (command,) = verdict.commands
    assert isinstance(command, FileReferral)
    return command


def corrected(verdict: Verdict) -> CorrectReferral:
    (command,) = verdict.commands
    assert isinstance(command, CorrectReferral)
    return command


# ------------------------------------------------------------------ referrals


@pytest.mark.rules("R14", "R48")
def test_a_known_form_from_its_school_opens_a_case_and_the_school_may_be_answered(cases: Cases) -> None:
    """R14: the referral is filed under the form's school, and the verified contact who wrote is the one to answer."""
    verdict = decide(cases, hearing(form(a_reading())))
    command = filed(verdict)
    assert verdict.becomes is Disposition.REFERRAL
    assert (command.home_school, command.contact) == (WEAVER, "office@weaver.example")
    assert (command.pupil.surname, command.attention) == ("Byron", ())


def test_two_pupils_in_one_letter_are_two_referrals(cases: Cases) -> None:
    """Two forms of two pupils open two cases from one letter."""
    verdict = decide(cases, hearing(form(a_reading()), form(a_reading(CARL), number=2)))
    assert [command.form for command in verdict.commands if isinstance(command, FileReferral)] == ["1", "2"]


def test_the_same_form_enclosed_twice_is_one_referral(cases: Cases) -> None:
    """A form sent as Word and as PDF is filed once, by the copy that says more."""
    fuller = a_reading(**{"move.reason": "A fresh start"})
    assert filed(decide(cases, hearing(form(a_reading()), form(fuller, number=2)))).form == "2"


def test_a_sender_who_is_in_no_list_is_never_answered(cases: Cases) -> None:
    """The case is filed, nothing is sent by itself, and the officer is told to look."""
    command = filed(decide(cases, hearing(form(a_reading()), sender="new.person@weaver.example")))
    assert command.contact == ""
    assert Attention.SENDER_NOT_KNOWN in command.attention


def test_a_sender_whose_domain_nobody_vouches_for_is_not_answered(cases: Cases) -> None:
    """A letter without the server's verdict counts as unverified."""
    command = filed(decide(cases, hearing(form(a_reading()), authenticity=Authenticity.NONE)))
    assert command.contact == ""
    assert Attention.SENDER_NOT_VERIFIED in command.attention


def test_a_mailbox_setting_can_vouch_for_its_mail(cases: Cases) -> None:
    """Where the setting vouches for the mailbox, an internal letter without a verdict is as good as verified."""
    command = filed(decide(cases, hearing(form(a_reading()), authenticity=Authenticity.NONE, vouched=True)))
    assert command.contact == "office@weaver.example"


def test_a_form_that_names_another_school_is_filed_there_and_its_sender_is_not_answered(cases: Cases) -> None:
    """Home school by the form; a sender of another school learns nothing about the case."""
    command = filed(decide(cases, hearing(form(a_reading(school="Oakfield High School")))))
    assert (command.home_school, command.contact) == (OAKFIELD, "")
    assert Attention.SCHOOL_MISMATCH in command.attention


def test_a_form_without_a_school_belongs_to_its_senders(cases: Cases) -> None:
    """The blank is a gap of the form; whose case it is, the sender tells."""
    assert filed(decide(cases, hearing(form(a_reading(school=""))))).home_school == WEAVER


def test_a_school_nobody_knows_is_not_guessed(cases: Cases) -> None:
    """Neither form nor sender belongs to a school of the directory: what a stranger wrote is not shown as a school."""
    stranger = hearing(form(a_reading(school="Harry Byron's School")), sender="x@elsewhere.example")
    command = filed(decide(cases, stranger))
    assert (command.home_school.urn, command.home_school.name) == ("", "")
    assert Attention.SCHOOL_NOT_KNOWN in command.attention


def test_an_address_that_was_answered_often_enough_gets_no_more(cases: Cases) -> None:
    """Two robots that look like people stop talking; the case is filed all the same."""
    command = filed(decide(cases, hearing(form(a_reading()), capped=True)))
    assert command.contact == ""
    assert Attention.ANSWERS_CAPPED in command.attention


@pytest.mark.rules("R57")
def test_words_of_pressure_beside_a_referral_are_put_before_the_officer(cases: Cases) -> None:
    """R57: the referral is filed and the wording flagged, for a person."""
    text = "They know that if they do not agree he will be excluded."
    assert (
        Attention.POSSIBLE_PRESSURE in filed(decide(cases, hearing(form(a_reading()), text=text))).attention
    )


def test_a_file_that_could_not_be_read_beside_a_form_is_mentioned(cases: Cases) -> None:
    """The form is filed; that something else came and was not read is said on the case."""
    verdict = decide(cases, hearing(form(a_reading()), form(refusal="damaged", number=2)))
    assert Attention.DOCUMENT_NOT_READ in filed(verdict).attention


# ------------------------------------------------------------------ corrections


def test_a_corrected_form_in_the_thread_joins_its_case(cases: Cases) -> None:
    """Same school, same thread, same pupil (`fields.md`)."""
    cases.open("MM-26-0001", thread=THREAD)
    verdict = decide(cases, hearing(form(a_reading()), thread=(THREAD,)))
    assert verdict.becomes is Disposition.CORRECTION
    assert (corrected(verdict).reference, verdict.reason) == ("MM-26-0001", Reason.SAME_CASE_BY_THREAD)


def test_a_reference_in_the_subject_counts_for_the_cases_own_school(cases: Cases) -> None:
    """The reference with the sender belonging to that case; a blank pupil on the form contradicts nothing."""
    cases.open("MM-26-0001")
    verdict = decide(cases, hearing(form(a_reading(Pupil())), subject="RE: MM-26-0001 more"))
    assert (corrected(verdict).reference, verdict.reason) == ("MM-26-0001", Reason.SAME_CASE_BY_REFERENCE)


def test_a_reference_in_a_strangers_subject_counts_for_nothing(cases: Cases) -> None:
    """Anybody can write a reference; the sender must belong to the case."""
    cases.open("MM-26-0001")
    letter = hearing(
        form(a_reading(Pupil(), school="")), subject="MM-26-0001", sender="office@oakfield.example"
    )
    assert filed(decide(cases, letter)).home_school == OAKFIELD


def test_the_same_pupil_of_the_same_school_needs_no_thread(cases: Cases) -> None:
    """A form sent afresh joins the open case of its pupil."""
    cases.open("MM-26-0001")
    assert corrected(decide(cases, hearing(form(a_reading())))).reference == "MM-26-0001"


def test_a_pupil_who_only_shares_a_birthday_gets_a_case_of_its_own(cases: Cases) -> None:
    """Another child of the same school is another case."""
    cases.open("MM-26-0001", pupil=CARL.model_copy(update={"dob": ADA.dob}))
    assert filed(decide(cases, hearing(form(a_reading())))).attention == ()


def test_another_pupils_form_in_a_thread_is_a_new_referral_and_is_noted(cases: Cases) -> None:
    """A school answers an old thread with the next pupil's form: nothing of the old case is touched."""
    cases.open("MM-26-0001", thread=THREAD, pupil=CARL)
    command = filed(decide(cases, hearing(form(a_reading()), thread=(THREAD,))))
    assert Attention.OTHER_PUPIL_IN_THREAD in command.attention


def test_a_form_whose_pupil_half_agrees_is_asked_about(cases: Cases) -> None:
    """On conflict the officer is asked (`fields.md`); nothing is filed and nothing is joined."""
    cases.open("MM-26-0001", thread=THREAD)
    half = Pupil(forename="Carl", surname="Gauss", name="Carl Gauss", upn=ADA.upn)
    verdict = decide(cases, hearing(form(a_reading(half)), thread=(THREAD,)))
    assert (verdict.becomes, verdict.reason) == (Disposition.FOR_OFFICER, Reason.IDENTITY_CONFLICT)
    assert (verdict.commands, verdict.officer) == ((), True)


def test_one_doubtful_form_does_not_hold_up_the_other_of_its_letter(cases: Cases) -> None:
    """The clear referral is filed, and the officer is shown the letter for the doubtful one."""
    cases.open("MM-26-0001", thread=THREAD)
    half = Pupil(forename="Ada", surname="Byron", name="Ada Byron", dob=date(2010, 1, 1))
    verdict = decide(cases, hearing(form(a_reading(CARL)), form(a_reading(half), number=2), thread=(THREAD,)))
    assert filed(verdict).pupil.surname == "Gauss"
    assert verdict.officer


@pytest.mark.parametrize("sender", ["parent@mail.example", "virtual.school@westhaven.example"])
def test_a_corrected_form_from_outside_the_school_is_put_before_the_officer(
    cases: Cases, sender: str
) -> None:
    """Answers of a case are replaced by its own school only."""
    cases.open("MM-26-0001", thread=THREAD)
    verdict = decide(cases, hearing(form(a_reading()), thread=(THREAD,), sender=sender))
    assert (verdict.commands, verdict.reason) == ((), Reason.SENDER_NOT_OF_SCHOOL)


@pytest.mark.parametrize("stage", [Stage.PLACED, Stage.CLOSED])
def test_a_new_form_for_a_pupil_whose_case_is_past_correction_opens_another(
    cases: Cases, stage: Stage
) -> None:
    """A second referral after a placement is a new case, and the earlier one is mentioned (R16)."""
    cases.open("MM-26-0001", stage=stage)
    assert Attention.EARLIER_CASE in filed(decide(cases, hearing(form(a_reading())))).attention


# ------------------------------------------------------------------ letters that are not acted on


@pytest.mark.parametrize(
    ("letter", "reason"),
    [
        (hearing(form(a_reading()), authenticity=Authenticity.FAIL), Reason.FAILED_AUTHENTICATION),
        (
            hearing(unread=1, authenticity=Authenticity.FAIL, sender="x@elsewhere.example"),
            Reason.FAILED_AUTHENTICATION,
        ),
        (hearing(form(a_reading()), id_used_before=True), Reason.REUSED_MESSAGE_ID),
        (hearing(form(a_reading()), kind=LetterKind.SUSPICIOUS), Reason.SUSPICIOUS),
        (hearing(kind=LetterKind.UNREADABLE), Reason.UNREADABLE),
        (hearing(form(refusal="not_a_document")), Reason.NOT_A_DOCUMENT),
        (hearing(form(refusal="damaged"), form(refusal="hostile", number=2)), Reason.HOSTILE),
        (
            hearing(form(a_reading(), macros=True), sender="new.person@weaver.example"),
            Reason.SUSPICIOUS,
        ),
    ],
)  # fmt: skip
def test_what_may_do_harm_is_set_aside_and_not_answered(
    cases: Cases, letter: Hearing, reason: Reason
) -> None:
    """Set aside with its reason, shown to the officer; its maker is told nothing."""
    verdict = decide(cases, letter)
    assert (verdict.becomes, verdict.reason) == (Disposition.SET_ASIDE, reason)
    assert (verdict.commands, verdict.tell, verdict.officer) == ((), False, True)


@pytest.mark.parametrize(
    "code", ["password_protected", "damaged", "empty", "needs_conversion", "unsupported", "too_big"]
)
def test_a_verified_sender_is_told_how_to_send_it_again(cases: Cases, code: str) -> None:
    """What an honest school can mend is answered; an unverified sender is not."""
    assert decide(cases, hearing(form(refusal=code))).tell
    assert not decide(cases, hearing(form(refusal=code), authenticity=Authenticity.NONE)).tell
    assert not decide(cases, hearing(form(refusal=code), capped=True)).tell


def test_a_macro_file_of_a_verified_sender_is_read_as_text(cases: Cases) -> None:
    """Some forms are macro documents; a known school's is taken like any other."""
    assert filed(decide(cases, hearing(form(a_reading(), macros=True)))).home_school == WEAVER


@pytest.mark.parametrize("kind", [LetterKind.AUTOMATIC, LetterKind.OWN])
def test_machines_are_never_answered_and_open_nothing(cases: Cases, kind: LetterKind) -> None:
    """A machine is no school."""
    verdict = decide(cases, hearing(kind=kind))
    assert verdict.becomes.value == kind.value
    assert (verdict.commands, verdict.tell, verdict.officer) == ((), False, False)


def test_a_form_that_a_machine_sends_is_put_before_the_officer(cases: Cases) -> None:
    """A photocopier's form must not be lost; still nobody is answered and no case opens by itself."""
    verdict = decide(cases, hearing(form(a_reading()), kind=LetterKind.AUTOMATIC))
    assert (verdict.becomes, verdict.reason) == (Disposition.FOR_OFFICER, Reason.MACHINE_WITH_FORM)
    assert (verdict.commands, verdict.tell, verdict.officer) == ((), False, True)


def test_a_bounce_is_shown_against_the_address_it_names(cases: Cases) -> None:
    """Kept with the address that could not be reached; it opens nothing."""
    returned = Bounce(recipients=("head@riverside.example",))
    verdict = decide(cases, hearing(kind=LetterKind.BOUNCE, bounce=returned))
    assert (verdict.becomes, verdict.about) == (Disposition.BOUNCE, ("head@riverside.example",))
    assert verdict.commands == ()


def test_a_bounce_of_a_letter_about_a_case_is_shown_on_that_case(cases: Cases) -> None:
    """Matched by the Message-ID of the letter of ours that it returns."""
    cases.open("MM-26-0001", thread=THREAD)
    returned = Bounce(recipients=("office@weaver.example",), original_message_id=THREAD)
    assert decide(cases, hearing(kind=LetterKind.BOUNCE, bounce=returned)).references == ("MM-26-0001",)


def test_a_second_delivery_of_a_letter_is_nothing(cases: Cases) -> None:
    """The same letter in other bytes changes nothing and says nothing."""
    verdict = decide(cases, hearing(form(a_reading()), duplicate_of=3))
    assert verdict == Verdict(Disposition.DUPLICATE, Reason.DELIVERED_TWICE)


# ------------------------------------------------------------------ letters for a person


@pytest.mark.rules("R46")
def test_a_head_of_another_authority_opens_an_out_of_borough_case(cases: Cases) -> None:
    """R46: a written report, from no school of ours, with words that say so. Nobody there is written to."""
    letter = hearing(
        form(A_REPORT),
        sender="head@farbrook.example",
        subject="Managed move enquiry from Farbrook (out of authority)",
        text="I am head of Farbrook Academy in Farshire.",
    )
    verdict = decide(cases, letter)
    (command,) = verdict.commands
    assert isinstance(command, FileOutOfBoroughReport)
    assert (command.home_school.name, command.contact) == ("Farbrook Academy", "")


def test_a_second_letter_in_the_thread_of_a_report_opens_no_second_case(cases: Cases) -> None:
    """The head answers with more: the officer reads it with the case that stands."""
    cases.open("MM-26-0004", thread=THREAD, school=School(name="Farbrook Academy"))
    letter = hearing(
        form(A_REPORT), sender="head@farbrook.example", subject="RE: out of authority", thread=(THREAD,)
    )
    verdict = decide(cases, letter)
    assert (verdict.becomes, verdict.references) == (Disposition.FOR_OFFICER, ("MM-26-0004",))


def test_a_name_in_free_text_is_shown_as_a_school_only_if_the_domain_confirms_it(cases: Cases) -> None:
    """A child's name beside the word School must not reach a channel; the domain stands in."""
    letter = hearing(
        form(A_REPORT),
        sender="head@farbrook.example",
        subject="out of borough",
        text="I write about Zephyrine Quillfeather School refusal.",
    )
    (command,) = decide(cases, letter).commands
    assert isinstance(command, FileOutOfBoroughReport)
    assert command.home_school.name == "farbrook.example"


@pytest.mark.parametrize(
    ("letter", "reason"),
    [
        (hearing(form(A_REPORT)), Reason.UNKNOWN_FORM),
        (hearing(form(A_REPORT), subject="out of borough"), Reason.UNKNOWN_FORM),
        (hearing(unread=1), Reason.ENCLOSED_LETTER),
        (hearing(text="We need to end the placement."), Reason.FAILURE_NOTICE),
        (hearing(text="We need to end the placement.", sender="x@mail.example"), Reason.QUESTION),
        (
            hearing(text="If we did not sign they would exclude him.", sender="x@mail.example"),
            Reason.POSSIBLE_PRESSURE,
        ),
        (
            hearing(text="They are forcing her to move.", sender="x@mail.example", unread=1),
            Reason.POSSIBLE_PRESSURE,
        ),
        (hearing(text="When is the next panel?"), Reason.QUESTION),
    ],
)
@pytest.mark.rules("R14", "R48")
def test_what_a_person_must_read_is_put_before_the_officer(
    cases: Cases, letter: Hearing, reason: Reason
) -> None:
    """Unanswered, with its reason; a wording is a flag and never a decision."""
    verdict = decide(cases, letter)
    assert (verdict.becomes, verdict.reason) == (Disposition.FOR_OFFICER, reason)
    assert (verdict.commands, verdict.tell, verdict.officer) == ((), False, True)


def test_a_reply_without_a_form_is_noted_on_its_case(cases: Cases) -> None:
    """It belongs to the case of its thread and changes nothing there."""
    cases.open("MM-26-0001", thread=THREAD)
    verdict = decide(cases, hearing(thread=(THREAD,), text="It will follow on Monday."))
    assert (verdict.becomes, verdict.references) == (Disposition.REPLY, ("MM-26-0001",))


@pytest.mark.parametrize(
    ("text", "sender", "reason"),
    [
        ("We need to end the placement.", "office@weaver.example", Reason.FAILURE_NOTICE),
        ("She was told she had no choice.", "office@weaver.example", Reason.POSSIBLE_PRESSURE),
        ("It will follow on Monday.", "someone@mail.example", Reason.QUESTION),
    ],
)
def test_a_reply_that_needs_a_person_reaches_one_with_its_case(
    cases: Cases, text: str, sender: str, reason: Reason
) -> None:
    """A sign in its words, or a stranger in the thread: the officer reads it, and sees which case it came with."""
    cases.open("MM-26-0001", thread=THREAD)
    verdict = decide(cases, hearing(thread=(THREAD,), text=text, sender=sender))
    assert (verdict.becomes, verdict.reason) == (Disposition.FOR_OFFICER, reason)
    assert verdict.references == ("MM-26-0001",)


def test_a_scan_is_filed_and_marked(cases: Cases) -> None:
    """Nothing may be called missing on the strength of a scan."""
    scan: Reading = replace(a_reading(), evidence=False)
    command = filed(decide(cases, hearing(form(scan))))
    assert command.referral.evidence is False
    assert Attention.FROM_A_SCAN in command.attention
