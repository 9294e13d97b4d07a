"""Machines are told from people, and delivery failures are understood."""

import pytest

import mail
from mail import AutomaticSign, LetterKind
from mail.letter import Letter
from tests.mail.building import AT, PERSON, multipart, parsed


@pytest.mark.parametrize(
    ("headers", "sign"),
    [
        ((PERSON, "Auto-Submitted: auto-replied"), AutomaticSign.AUTO_SUBMITTED),
        ((PERSON, "Auto-Submitted: auto-generated (rejected)"), AutomaticSign.AUTO_SUBMITTED),
        ((PERSON, "Auto-Submitted: auto-notified; owner-email=x"), AutomaticSign.AUTO_SUBMITTED),
        ((PERSON, "Precedence: bulk"), AutomaticSign.PRECEDENCE),
        ((PERSON, "Precedence: Auto_Reply"), AutomaticSign.PRECEDENCE),
        ((PERSON, "List-Id: heads <heads.westhaven.example>"), AutomaticSign.LIST),
        (("Return-Path: <>", PERSON), AutomaticSign.NULL_RETURN_PATH),
        (("From: postmaster@oakfield.example",), AutomaticSign.SENDER),
        (("From: MAILER-DAEMON@oakfield.example",), AutomaticSign.SENDER),
        (("From: no-reply@oakfield.example",), AutomaticSign.SENDER),
        (("From: do_not_reply@oakfield.example",), AutomaticSign.SENDER),
        (("From: noreply+123@oakfield.example",), AutomaticSign.SENDER),
        ((PERSON, "X-Loop: y"), AutomaticSign.LOOP_MARK),
        ((PERSON, "Subject: Automatic reply: Your letter"), AutomaticSign.SUBJECT),
    ],
)
def test_a_machine_is_known_by_its_mark(headers: tuple[str, ...], sign: AutomaticSign) -> None:
    """RFC 3834 and what is found on real mail; the reason is kept."""
    letter = parsed(*headers)
    assert letter.automatic is sign
    assert mail.sort(letter) == mail.Sorting(LetterKind.AUTOMATIC, sign.value)


@pytest.mark.parametrize(
    "headers",
    [
        (PERSON, "Auto-Submitted: no"),
        (PERSON, "Auto-Submitted: No (a person)"),
        (PERSON, "X-Auto-Response-Suppress: All"),
        (PERSON, "Precedence: first-class"),
        ("Return-Path: <inclusion@oakfield.example>", PERSON),
        ("From: noreen.reply@oakfield.example",),
        ("From: bouncer.smith@oakfield.example",),
        (PERSON, "Subject: RE: Automatic reply: Your letter"),
        (PERSON, "List-Unsubscribe: <https://oakfield.example>"),
    ],
)
def test_a_person_is_not_taken_for_a_machine(headers: tuple[str, ...]) -> None:
    """A school must never go unanswered because of a header that says nothing of who wrote."""
    letter = parsed(*headers)
    assert letter.automatic is None
    assert mail.sort(letter).kind is LetterKind.PERSON


REPORT = """Content-Type: message/delivery-status\r
\r
Reporting-MTA: dns; mx.westhaven.example\r
\r
Final-Recipient: RFC822; <Head@Riverside.example>\r
Action: {action}\r
Status: 5.1.1\r
Diagnostic-Code: smtp; 550 5.1.1\r
 no such user\r
\r
Original-Recipient: rfc822;office@riverside.example\r
Action: {action}\r
Status: 4.4.7"""
RETURNED = (
    "Content-Type: message/rfc822\r\n\r\nMessage-ID: <ours@westhaven.example>\r\nSubject: x\r\n\r\nDear"
)
RETURNED_HEADERS = (
    "Content-Type: text/rfc822-headers\r\n\r\nSubject: x\r\nMessage-ID: <ours@westhaven.example>\r\n"
)
SYSTEM = "From: Mail Delivery System <MAILER-DAEMON@mx.westhaven.example>"


def report(*parts: str) -> Letter:
    return mail.parse(multipart("\r\nSorry", *parts, kind="report", headers=(SYSTEM,)), received=AT)


@pytest.mark.parametrize("returned", [RETURNED, RETURNED_HEADERS])
def test_a_delivery_report_names_recipients_reason_and_our_letter(returned: str) -> None:
    """RFC 3464: whether the whole letter comes back or its headers only."""
    letter = report(REPORT.format(action="failed"), returned)
    assert letter.bounce == mail.Bounce(
        recipients=("head@riverside.example", "office@riverside.example"),
        status="5.1.1",
        diagnostic="smtp; 550 5.1.1 no such user",
        original_message_id="<ours@westhaven.example>",
    )
    assert mail.sort(letter).kind is LetterKind.BOUNCE


@pytest.mark.parametrize("action", ["delayed", "delivered", "relayed"])
def test_a_report_of_no_failure_is_only_a_machines_letter(action: str) -> None:
    """A delay is not a failure: nobody is to be shown as unreachable for it."""
    letter = report(REPORT.format(action=action))
    assert letter.bounce is None
    assert letter.automatic is AutomaticSign.DELIVERY_REPORT


def test_a_failure_told_in_words_is_understood() -> None:
    """As Exchange tells it where the report itself was lost on the way."""
    letter = parsed(
        "From: Microsoft Outlook <MicrosoftExchange329e71ec@westhaven.example>",
        "Subject: Undeliverable: Referral MM-26-0007",
        body="Your message to head@riverside.example couldn't be delivered.\r\n"
        "Remote Server returned '550 5.1.10 RESOLVER.ADR.RecipientNotFound'\r\n"
        "Original message headers:\r\n  Message-ID: <ours@westhaven.example>\r\n",
    )
    assert letter.bounce == mail.Bounce(("head@riverside.example",), "5.1.10", "", "<ours@westhaven.example>")


def test_the_failed_recipients_header_is_believed_before_the_words() -> None:
    """Exim and Gmail name them there; the words may name others."""
    letter = parsed(
        SYSTEM, "X-Failed-Recipients: head@riverside.example", body="postmaster@x.example says no"
    )
    assert letter.bounce is not None
    assert letter.bounce.recipients == ("head@riverside.example",)


def test_a_person_who_writes_undeliverable_is_no_bounce() -> None:
    """A subject alone makes no machine of a person."""
    letter = parsed(PERSON, "Subject: Undeliverable parcel at the school", body="call a@b.example")
    assert letter.bounce is None


def test_a_read_receipt_is_a_machines_letter() -> None:
    """RFC 8098."""
    part = "Content-Type: message/disposition-notification\r\n\r\nDisposition: manual-action; displayed"
    letter = mail.parse(multipart("\r\nRead", part, kind="report"), received=AT)
    assert letter.automatic is AutomaticSign.RECEIPT
