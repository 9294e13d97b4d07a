"""The letters, whole: golden texts written by hand from the rules, and what no letter may ever hold."""

import html.parser
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import mail
from bot import letters
from bot.letters import House, Written
from bot.text import letters as words
from bot.text import refusals
from store.protocol import load
from store.protocol.case import Case, Crisis, GapKind, Hold, Level, Pupil, School, Stage
from tests.bot.letters.facts import CASE, HOUSE, Council, gap, short

CLOSING = """If anything here is not right, please reply to this letter and keep the reference MM-26-0007. It was written \
by a program that checks referrals against the protocol; the Complex Case Officer reads your reply, and people make \
every decision.

Complex Case Officer
Westhaven Council
school.admissions@westhaven.example
"""
RECEIVED = (
    "Dear colleague,\n\nThank you for your referral for O.R., Year 9 (our reference MM-26-0007), which we received on "
    "Tuesday 24 November 2026."
)


def test_the_answer_to_a_complete_referral() -> None:
    """Received, complete by which clause, which panel, what happens next (R15, R26)."""
    written = letters.answer(CASE, HOUSE)
    assert written.subject == "Managed move referral MM-26-0007: received"
    assert written.text == (
        f"{RECEIVED} It is complete (Salford 3.1 Referral, R26).\n\n"
        "What happens next:\n\n"
        "The Complex Case Officer puts the referral before the IYFA panel on Thursday 10 December 2026, which considers "
        "it and makes a recommendation (Salford 2.4, R15). We write to you after that. You need not send anything more "
        f"unless we ask.\n\n{CLOSING}"
    )


def test_a_referral_that_was_completed_later_says_since_when() -> None:
    """It is what decides the panel; one that came complete needs no second date."""
    later = CASE.model_copy(update={"completed": datetime(2026, 12, 1, 16, 5, tzinfo=UTC)})
    at_once = CASE.model_copy(update={"completed": CASE.received})
    since = "It has been complete since Tuesday 1 December 2026 (Salford 3.1 Referral, R26)."
    assert letters.answer(later, HOUSE).text == letters.answer(CASE, HOUSE).text.replace(
        "It is complete (Salford 3.1 Referral, R26).", since
    )
    assert letters.answer(at_once, HOUSE) == letters.answer(CASE, HOUSE)


def test_the_letter_that_asks_for_what_is_missing() -> None:
    """What, by when, for which panel, and how; must and should apart (R26, R27)."""
    wish = gap("pupil.upn", label="UPN", level=Level.SHOULD)
    written = letters.answer(short(gap(section="About the pupil"), wish), HOUSE, marked_copy=True)
    assert written.subject == "Managed move referral MM-26-0007: what is still needed"
    assert written.text == (
        f"{RECEIVED} We have read it, and what is listed below is still needed before it is complete (Salford 3.1 "
        "Referral, R26).\n\n"
        "To go to the IYFA panel on Thursday 14 January 2027, it must be complete by the end of Wednesday 6 January 2027 "
        "(Salford 3.1 Referral, R27).\n\n"
        "Needed to complete the referral:\n\n"
        "- Please fill in “Date of birth” in the section “About the pupil” (Salford 3.1 Referral, R26).\n\n"
        "Helpful to the panel:\n\n"
        "The referral does not wait for these. A line in your reply is enough.\n\n"
        "- Please fill in “UPN” (Salford 3.1 Referral, R26).\n\n"
        "How to send it:\n\n"
        "A copy of your form is attached, with the places to fill in marked. Please complete that copy and reply to this "
        "letter with it attached as a Word document (.docx) without a password. Everything else that you have told us "
        "is kept, so only the missing answers matter. Please leave the reference MM-26-0007 in the subject, and "
        f"do not put the pupil's name there.\n\n{CLOSING}"
    )


def test_a_letter_without_a_marked_copy_does_not_speak_of_one() -> None:
    """A letter must not promise an enclosure that is not there."""
    text = letters.answer(short(gap()), HOUSE).text
    assert "A copy of your form is attached" not in text
    assert "Please complete your form and reply to this letter with it attached" in text


def test_a_late_referral_is_told_its_panel_and_the_way_of_a_crisis() -> None:
    """R27: the next panel, unless a crisis is recorded (R21)."""
    late = CASE.model_copy(update={"late": True, "panel": date(2027, 1, 14)})
    text = letters.answer(late, HOUSE).text
    assert (
        "The referral became complete after the deadline for the earlier panel (Salford 3.1 Referral, R27), so it goes "
        "to the IYFA panel on Thursday 14 January 2027. If it answers a crisis or an incident, please tell us what "
        "happened and when, and the Complex Case Officer will look at the date again (Salford 3.1, R21)."
    ) in text
    crisis = Crisis(who="R. Ellis", why="an incident", when=CASE.received)
    assert "crisis" not in letters.answer(late.model_copy(update={"crisis": crisis}), HOUSE).text


def test_a_late_referral_that_is_not_complete_is_not_called_complete() -> None:
    """It is told by when it must be."""
    text = letters.answer(short(gap()).model_copy(update={"late": True}), HOUSE).text
    assert "became complete" not in text
    assert "by the end of Wednesday 6 January 2027" in text


@pytest.mark.parametrize("hold", Hold)
def test_a_held_case_is_told_that_a_decision_is_awaited_and_not_whose(hold: Hold) -> None:
    """The school knows the child; the letter still does not spell out care or SEN status."""
    written = letters.answer(CASE.model_copy(update={"holds": (hold,), "stage": Stage.HELD}), HOUSE)
    assert "asks for one more decision, by another service" in written.text
    assert "Its place with the panel on Thursday 10 December 2026 is kept meanwhile." in written.text
    assert "makes a recommendation" not in written.text
    assert not re.search(
        r"looked.after|virtual school|\bSEN\b|SENCO|EHC|special|care\b", written.text, re.IGNORECASE
    )


def test_a_parents_no_is_answered_with_care() -> None:
    """R55, R57: the referral stops, nobody is pressed, and the family is told where to turn."""
    refused = gap(
        "parent.agrees", GapKind.REFUSED, label="Agreed?", rule="R55", source="national guidance: voluntary"
    )
    text = letters.answer(short(refused), HOUSE).text
    assert "The answer to “Agreed?” is No" in text
    assert (
        "A managed move is voluntary, and nobody should be put under pressure to agree to one (national guidance: "
        "parents are not pressured, R57). A family that wants advice or wishes to complain can use the school's "
        "complaints procedure, and is welcome to write to us at school.admissions@westhaven.example."
    ) in text
    assert "How to send it" not in text
    assert "What happens next" not in text


@pytest.mark.rules("R65")
def test_the_councils_own_words_on_support_are_used() -> None:
    """A setting (R65)."""
    house = House.of(Council(complaints="Westhaven Family Advice, 01632 960000"), load("salford"))
    text = letters.answer(short(gap("parent.views", label="Views")), house).text
    assert "a way to complain, here: Westhaven Family Advice, 01632 960000" in text


def test_what_we_could_not_read_is_ours_to_look_at() -> None:
    """The school is not told that it left it out, and nothing is asked of it."""
    text = letters.answer(short(gap(kind=GapKind.UNREADABLE)), HOUSE).text
    assert "What we are looking at ourselves:" in text
    assert "Needed to complete" not in text
    assert "It is complete" not in text


def test_two_pupils_of_one_school_are_told_apart() -> None:
    """By initials and year, and by nothing more."""
    other = CASE.model_copy(
        update={"reference": "MM-26-0008", "pupil": Pupil(name="Kit Ames", year_group=10)}
    )
    assert "for O.R., Year 9 (our reference MM-26-0007)" in letters.answer(CASE, HOUSE).text
    assert "for K.A., Year 10 (our reference MM-26-0008)" in letters.answer(other, HOUSE).text


def test_a_pupil_of_whom_nothing_is_known_has_a_reference() -> None:
    """The name is one of the gaps."""
    nameless = CASE.model_copy(update={"pupil": Pupil()})
    assert "Thank you for your referral (our reference MM-26-0007)" in letters.answer(nameless, HOUSE).text


def test_the_reminder_names_the_deadline_it_is_for() -> None:
    """R27, two school days before; kindly."""
    written = letters.reminder(short(gap()), datetime(2026, 12, 2, 12, 0, tzinfo=UTC), HOUSE)
    assert written.subject == "Managed move referral MM-26-0007: deadline approaching"
    assert (
        "It can go to the IYFA panel on Thursday 14 January 2027 if it is complete by 12:00 on Wednesday 2 December 2026 "
        "(Salford 3.1 Referral, R27). After that it goes to the next panel; nothing that you have sent is lost."
    ) in written.text
    assert "- Please fill in “Date of birth” (Salford 3.1 Referral, R26)." in written.text


def test_the_officers_asking_again_repeats_what_is_needed() -> None:
    """R26; it may cross with their answer."""
    written = letters.ask_again(short(gap()), HOUSE)
    assert written.subject == "Managed move referral MM-26-0007: a reminder of what is needed"
    assert "We are writing again about your referral for O.R., Year 9" in written.text
    assert "- Please fill in “Date of birth” (Salford 3.1 Referral, R26)." in written.text
    assert "crossed with this letter" in written.text


def test_the_notice_of_a_looked_after_child_holds_no_name() -> None:
    """R2: reference, school and year; not even initials, for the child may be another authority's."""
    written = letters.notice(CASE, HOUSE)
    assert written.subject == "Managed move referral MM-26-0007: for your information"
    assert (
        "Riverside Academy has referred a looked-after child in Year 9 for a managed move. We received the referral on "
        "Tuesday 24 November 2026; its reference is MM-26-0007. We tell the Virtual School and social care of every such "
        "referral (Salford preamble, R2)."
    ) in written.text
    assert "O.R." not in written.text + written.html


def test_how_to_send_a_protected_file_again() -> None:
    """Without a password, from the school's address; never the password itself."""
    written = letters.resend("password_protected", HOUSE)
    assert written.subject == "Your e-mail to school admissions: please send the form again"
    assert refusals.to_school("password_protected") in written.text
    assert "as a Word document (.docx) without a password" in written.text


@pytest.mark.parametrize("code", [*refusals.REFUSALS, "a code of a later version"])
def test_every_refusal_can_be_told(code: str) -> None:
    """Each in its own words, with the reference where there is one."""
    written = letters.resend(code, HOUSE, reference="MM-26-0007")
    assert refusals.to_school(code) in written.text
    assert written.subject == "Managed move referral MM-26-0007: please send the form again"


def test_an_out_of_borough_report_is_acknowledged_without_a_pupil() -> None:
    """R46: the next panel decides; the head is no verified contact."""
    written = letters.out_of_borough(CASE, HOUSE)
    assert written.subject == "Managed move enquiry MM-26-0007: received"
    assert (
        "The next IYFA panel, on Thursday 10 December 2026, decides whether a managed move or a reintegration is "
        "appropriate (Salford 4.1, R46)."
    ) in written.text
    assert "send nothing more" not in written.text
    assert not re.search(r"O\.R\.|Year 9|Reed|Olu", written.text + written.html)


def test_a_head_on_no_list_is_asked_to_send_nothing_more_yet() -> None:
    """Nobody knows yet who reads the answer."""
    text = letters.out_of_borough(CASE, HOUSE, confirmed=False).text
    assert "Please send nothing more about the pupil by e-mail until" in text


@pytest.mark.parametrize(
    ("at", "said"),
    [
        (datetime(2026, 12, 3, 0, 0, tzinfo=UTC), "the end of Wednesday 2 December 2026"),
        (datetime(2026, 12, 2, 23, 59, 59, tzinfo=UTC), "the end of Wednesday 2 December 2026"),
        (datetime(2026, 7, 1, 23, 0, tzinfo=UTC), "the end of Wednesday 1 July 2026"),
        (datetime(2026, 7, 1, 11, 0, tzinfo=UTC), "12:00 on Wednesday 1 July 2026"),
    ],
)
def test_a_deadline_is_said_on_londons_clock(at: datetime, said: str) -> None:
    """Midnight belongs to the day that ends; in July London is an hour ahead of UTC."""
    assert words.deadline(at) == said


def test_a_referral_received_late_in_a_summer_evening_has_londons_day() -> None:
    """23:30 UTC on 30 June is 1 July in London."""
    summer = CASE.model_copy(update={"received": datetime(2026, 6, 30, 23, 30, tzinfo=UTC)})
    assert "which we received on Wednesday 1 July 2026" in letters.answer(summer, HOUSE).text


# ------------------------------------------------------------------ what holds for every letter

HOSTILE = "<script>alert(1)</script>&\"'\r\nBcc: thief@evil.example"
LETTERS: dict[str, Callable[[Case, House], Written]] = {
    "answer": lambda case, house: letters.answer(case, house, marked_copy=True),
    "ask again": letters.ask_again,
    "reminder": lambda case, house: letters.reminder(case, CASE.received, house),
    "notice": letters.notice,
    "resend": lambda case, house: letters.resend("empty", house, reference=case.reference),
    "out of borough": letters.out_of_borough,
}
EACH = pytest.mark.parametrize("write", LETTERS.values(), ids=LETTERS.keys())


def hostile_case(text: str) -> Case:
    """A case whose every text from outside is this one."""
    gaps = tuple(gap("interventions", kind, label=text, section=text, detail=text) for kind in GapKind)
    wishes = (gap("parent.views", label=text, level=Level.SHOULD),)
    school = School(name=text)
    return short(*gaps, *wishes).model_copy(
        update={"home_school": school, "holds": tuple(Hold), "late": True}
    )


@EACH
def test_no_text_from_outside_becomes_markup(write: Callable[[Case, House], Written]) -> None:
    """A label, a section, a school: all of them come from other people's files."""
    written = write(hostile_case(HOSTILE), replace(HOUSE, council=HOSTILE, support=HOSTILE))
    assert "<script" not in written.html
    assert "onerror" not in written.html


@given(st.text(max_size=80))
@settings(deadline=None)  # a busy machine is no matter
def test_no_text_from_outside_becomes_a_header_or_a_tag(text: str) -> None:
    """Any characters at all: the letter is composed, has one of each header, and its tags are ours alone."""
    written = letters.answer(hostile_case(text), HOUSE)
    assert tags(written.html) == tags(letters.answer(hostile_case("x"), HOUSE).html)
    raw = mail.compose(
        mail.Outgoing(
            sender=mail.Address("a@westhaven.example"),
            recipients=(mail.Address("b@riverside.example"),),
            subject=written.subject,
            text=written.text,
            html=written.html,
            date=CASE.received,
            message_id="<1@westhaven.example>",
        )
    )
    head = raw.partition(b"\r\n\r\n")[0].decode("ascii")
    names = re.findall(r"^([A-Za-z-]+):", head, re.MULTILINE)
    assert len(names) == len(set(names))
    assert "Bcc" not in names


def tags(markup: str) -> list[str]:
    """The elements of an HTML text, but for the number of items in its lists (a sentence stands once)."""
    found: list[str] = []

    class Reader(html.parser.HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            found.append(f"{tag}{sorted(name for name, _ in attrs)}")

    Reader(convert_charrefs=True).feed(markup)
    return [
        tag for number, tag in enumerate(found) if not (tag.startswith("li") and found[number - 1] == tag)
    ]


@EACH
def test_a_letter_shows_nothing_of_a_pupil_but_initials_and_year(
    write: Callable[[Case, House], Written],
) -> None:
    """Neither name nor date of birth nor UPN, in subject, text or HTML."""
    case = short(gap(), gap("parent.views", label="Views"), gap("pupil.upn", GapKind.NOT_ASKED, label=""))
    written = write(case, HOUSE)
    for secret in ("Reed", "Olu", "2013", "B999410819707"):
        assert secret not in written.subject + written.text + written.html


@EACH
def test_a_subject_holds_a_reference_and_no_word_of_care_or_need(
    write: Callable[[Case, House], Written],
) -> None:
    """It travels in plain text."""
    held = CASE.model_copy(update={"holds": tuple(Hold)})
    subject = write(held, HOUSE).subject
    assert "MM-26-0007" in subject
    assert not re.search(r"looked|care\b|virtual|SEN|EHC|O\.R\.|Year|Riverside", subject)


@EACH
def test_text_and_html_say_the_same(write: Callable[[Case, House], Written]) -> None:
    """One template: a reader of either misses nothing."""
    written = write(short(gap(), gap("pupil.upn", label="UPN", level=Level.SHOULD)), HOUSE)
    body = written.html.partition("</head>")[2]
    from_html = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body))
    plain = re.sub(r"(?m)^- |:$", "", written.text)
    assert squeezed(html_unescaped(from_html)) == squeezed(plain)


def squeezed(text: str) -> str:
    return re.sub(r"[\s:]", "", text)


def html_unescaped(text: str) -> str:
    import html

    return html.unescape(text)


@EACH
def test_html_is_whole_and_fetches_nothing(write: Callable[[Case, House], Written]) -> None:
    """A language and a title for screen readers; no picture, script, link or address of elsewhere."""
    written = write(short(gap()), HOUSE)
    assert '<html lang="en-GB">' in written.html
    assert f"<title>{written.subject}</title>" in written.html
    assert not re.search(r"<(img|script|link|iframe|a)\b|https?:|url\(", written.html)


@EACH
@pytest.mark.rules("R12")
def test_no_letter_punishes(write: Callable[[Case, House], Written]) -> None:
    """R12: neutral wording in every template."""
    text = write(short(gap()), HOUSE).text.lower()
    assert not re.search(
        r"fail|left out|unacceptable|reject|refus|penal|warn|breach|non-?compliance|naughty", text
    )


@EACH
@pytest.mark.parametrize("name", ["salford", "southwark", "norfolk"])
def test_every_letter_can_be_written_under_every_protocol(
    write: Callable[[Case, House], Written], name: str
) -> None:
    """One without a panel or a deadline too: no empty bracket, no double space, no unfilled place."""
    house = House.of(Council(), load(name))
    case = short(gap()).model_copy(update={"panel": None, "deadline": None, "holds": tuple(Hold)})
    text = write(case, house).text
    assert not re.search(r"\(\)|  |None|\{|\}| \.| ,", text)
