"""Whom to believe, and what kind of letter it is."""

from dataclasses import replace

import pytest

import mail
from mail import Authenticity, LetterKind, Protection, Sorting
from mail.lookalikes import looks_like
from tests.mail.building import AT, PERSON, SERVER, multipart, parsed, raw

KNOWN = frozenset({"oakfield.example", "riverside.example"})
SECRET = b"a secret of the tests"


def verdict(*values: str, sender: str = PERSON) -> Authenticity:
    return parsed(sender, *(f"Authentication-Results: {value}" for value in values)).authenticity


@pytest.mark.parametrize(
    ("value", "authenticity"),
    [
        (f"{SERVER}; dmarc=pass header.from=oakfield.example", Authenticity.PASS),
        (f"{SERVER.upper()} 1; spf=fail; DMARC=Pass header.from=Oakfield.example", Authenticity.PASS),
        (f"{SERVER}; dmarc=fail (p=none; dmarc=pass) header.from=oakfield.example", Authenticity.FAIL),
        (f"{SERVER} (a; dmarc=pass); dmarc=fail", Authenticity.FAIL),
        (f"{SERVER}; dmarc=bestguesspass header.from=oakfield.example", Authenticity.NONE),
        (f"{SERVER}; dmarc=none", Authenticity.NONE),
        (f'{SERVER}; spf=pass reason="(; dmarc=pass"; dmarc=fail', Authenticity.FAIL),
        (f"{SERVER}; (a (nested \\) ; dmarc=pass) comment) dmarc=fail", Authenticity.FAIL),
        (f"{SERVER}; dmarc=temperror", Authenticity.NONE),
        (f"{SERVER}; spf=pass; dkim=pass", Authenticity.NONE),
        (f"{SERVER}; none", Authenticity.NONE),
        (f"{SERVER}; dmarc=pass header.from=evil.example", Authenticity.NONE),
        (f"{SERVER}; dmarc=pass header.from=oakfield.example; dmarc=fail", Authenticity.FAIL),
        ("mx.evil.example; dmarc=pass header.from=oakfield.example", Authenticity.NONE),
        (f"{SERVER}.evil.example; dmarc=pass header.from=oakfield.example", Authenticity.NONE),
        (f"evil.example; x={SERVER}; dmarc=pass", Authenticity.NONE),
        ("", Authenticity.NONE),
    ],
)
def test_only_our_own_server_vouches_for_a_sender(value: str, authenticity: Authenticity) -> None:
    """RFC 8601: the authserv-id decides whom to believe; comments may say anything."""
    assert verdict(value) is authenticity


def test_the_topmost_header_of_our_server_counts() -> None:
    """One below it came with the letter, whoever it says wrote it; those of other servers are passed over."""
    passed = f"{SERVER}; dmarc=pass header.from=oakfield.example"
    failed = f"{SERVER}; dmarc=fail header.from=oakfield.example"
    assert verdict(failed, passed) is Authenticity.FAIL
    assert verdict("mx.other.example; dmarc=fail", passed, failed) is Authenticity.PASS


def test_without_a_configured_server_nobody_is_vouched_for() -> None:
    """An empty setting must not match an empty name."""
    letter = raw(PERSON, "Authentication-Results: ; dmarc=pass header.from=oakfield.example")
    assert mail.parse(letter, received=AT).authenticity is Authenticity.NONE


def test_a_letter_of_two_authors_is_vouched_for_by_nobody() -> None:
    """A server may have checked the one and a program shows the other."""
    passed = f"Authentication-Results: {SERVER}; dmarc=pass header.from=oakfield.example"
    letter = parsed(PERSON, "From: thief@evil.example", passed)
    assert letter.authenticity is Authenticity.NONE
    assert mail.sort(letter) == Sorting(LetterKind.SUSPICIOUS, "several senders")


FAILED = f"Authentication-Results: {SERVER}; dmarc=fail"


@pytest.mark.parametrize(
    ("sender", "reason"),
    [
        ("inclusion@oakfield.example", "fails dmarc"),
        ("inclusion@mail.oakfield.example", "fails dmarc"),
        ("inclusion@oakfie1d.example", "look-alike domain"),
        ("jo@mail.example", ""),
        ("jo@notoakfield-at-all.example", ""),
    ],
)
def test_a_failed_check_makes_a_known_domain_suspicious(sender: str, reason: str) -> None:
    """A stranger's failing domain is only unverified: a parent must still be heard."""
    letter = parsed(f"From: {sender}", FAILED)
    expected = Sorting(LetterKind.SUSPICIOUS, reason) if reason else Sorting(LetterKind.PERSON)
    assert mail.sort(letter, known_domains=KNOWN) == expected


@pytest.mark.parametrize(
    "domain",
    ["oakfie1d.example", "0akfield.example", "oakfleld.example", "oakfeild.example", "oakfild.example",
     "oakfields.example", "oak-field.example", "oakfieId.example".lower(), "oakf\u0456eld.example",
     "xn--oakfeld-uog.example"],
)  # fmt: skip
def test_a_domain_made_to_be_mistaken_is_known(domain: str) -> None:
    """Digits for letters, swapped, doubled or left-out letters, other alphabets."""
    assert looks_like(domain, KNOWN) == "oakfield.example"


@pytest.mark.parametrize(
    "domain", ["mail.example", "ashfield.example", "oakhill.example", "", "example", "xn--\x80"]
)
def test_another_honest_domain_is_not_mistaken(domain: str) -> None:
    """Two letters of difference are another school."""
    assert looks_like(domain, KNOWN) == ""


@pytest.mark.parametrize(
    ("domain", "known"),
    [
        ("stmarks.westhaven.sch.uk", "stmarys.westhaven.sch.uk"),
        ("westhaven.gov.uk", "easthaven.gov.uk"),
        ("ymail.com", "gmail.com"),
        ("hotmail.co.uk", "hotmail.com"),
    ],
)
def test_neighbours_whose_names_cannot_be_bought_are_honest(domain: str, known: str) -> None:
    """A school's or a council's name is given out by a registry; a provider's is everybody's."""
    assert looks_like(domain, {known}) == ""


def test_a_schools_name_under_another_ending_is_no_neighbour() -> None:
    """Only the ending that is given to schools is trusted."""
    assert looks_like("stmary5.example", {"stmarys.example"}) == "stmarys.example"
    assert looks_like("stmarks-sch.uk.example", {"stmarys-sch.uk.example"}) == "stmarys-sch.uk.example"


def test_a_short_domain_is_not_compared_letter_by_letter() -> None:
    """bbc.uk is not abc.uk."""
    assert looks_like("abc.x", {"bbc.x"}) == ""


def test_our_own_letter_is_known_by_its_signature_and_its_sender() -> None:
    """A copy in the inbox must not be answered; a stranger who repeats our Message-ID does not become us."""
    ours = mail.message_id("answer/MM-26-0007", SECRET, "westhaven.example")
    letter = parsed("From: school.admissions@westhaven.example", f"Message-ID: {ours}")
    own = {"School.Admissions@westhaven.example"}
    assert mail.sort(letter, own_addresses=own, secret=SECRET).kind is LetterKind.OWN
    assert mail.sort(letter, own_addresses=own, secret=b"another").kind is LetterKind.PERSON
    stranger = parsed(PERSON, f"Message-ID: {ours}")
    assert mail.sort(stranger, own_addresses=own, secret=SECRET).kind is LetterKind.PERSON


PROTECTED_PART = (
    "Content-Type: application/octet-stream\r\nContent-Disposition: attachment; filename=a.docx\r\n\r\n{}"
)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (raw(PERSON, "Content-Type: application/pkcs7-mime; smime-type=enveloped-data", body="x"), Protection.SMIME),
        (multipart("Content-Type: application/pgp-encrypted\r\n\r\nVersion: 1", kind="encrypted"), Protection.PGP),
        (
            multipart("Content-Type: application/x-microsoft-rpmsg-message; name=message.rpmsg\r\n\r\nx"),
            Protection.OFFICE_MESSAGE,
        ),
        (
            raw(PERSON, "Content-Type: text/html", body='<a href="https://outlook.office365.com/Encryption/x">Read</a>'),
            Protection.OFFICE_MESSAGE,
        ),
        (
            raw(PERSON, body="You have a secure message: https://reader.egress.com/x?y"),
            Protection.PORTAL,
        ),
        (multipart(PROTECTED_PART.format("-----BEGIN PGP MESSAGE-----")), "protected attachment"),
    ],
)  # fmt: skip
def test_a_protected_letter_is_known_with_the_way_it_is_protected(data: bytes, reason: str) -> None:
    """The sender is to be told how to send it again."""
    assert mail.sort(mail.parse(data, received=AT)) == Sorting(LetterKind.PROTECTED, reason)


def test_a_protected_file_beside_a_readable_one_does_not_close_the_letter() -> None:
    """The readable form is read; the other is asked for."""
    pdf = "Content-Type: application/pdf\r\nContent-Disposition: attachment; filename=b.pdf\r\n\r\n%PDF-1.7"
    data = multipart(PROTECTED_PART.format("-----BEGIN PGP MESSAGE-----"), pdf)
    assert mail.sort(mail.parse(data, received=AT)).kind is LetterKind.PERSON


def test_an_opaque_signature_of_words_is_no_encryption() -> None:
    """A signed letter is read, and its signature is no document."""
    part = "Content-Type: application/pkcs7-signature; name=smime.p7s\r\n\r\nx"
    letter = mail.parse(multipart("\r\nHello", part, kind="signed"), received=AT)
    assert mail.sort(letter).kind is LetterKind.PERSON
    assert letter.documents == ()


def test_an_invitation_is_told_from_a_letter_with_documents() -> None:
    """A meeting request alone is nothing to read; one with a form is."""
    calendar = "Content-Type: text/calendar; method=REQUEST\r\n\r\nBEGIN:VCALENDAR"
    pdf = "Content-Type: application/pdf; name=a.pdf\r\n\r\n%PDF-1.7"
    assert mail.sort(mail.parse(multipart(calendar), received=AT)).kind is LetterKind.INVITATION
    assert mail.sort(mail.parse(multipart(calendar, pdf), received=AT)).kind is LetterKind.PERSON


@pytest.mark.parametrize(
    ("data", "kind", "reason"),
    [
        (b"", LetterKind.UNREADABLE, "empty file"),
        (b"\r\njust words", LetterKind.UNREADABLE, "no headers"),
        (raw("Subject: referral"), LetterKind.UNREADABLE, "no sender"),
        (raw(PERSON, body=" \r\n"), LetterKind.EMPTY, "nothing in it"),
        (raw(PERSON, "Subject: x"), LetterKind.PERSON, ""),
    ],
)
def test_what_cannot_be_read_is_told_from_what_is_empty(data: bytes, kind: LetterKind, reason: str) -> None:
    """Each for the officer in its own words."""
    assert mail.sort(mail.parse(data, received=AT)) == Sorting(kind, reason)


BASE = mail.parse(
    multipart(
        "\r\nHello", PROTECTED_PART.format("some words"), headers=(PERSON, "Message-ID: <1@x>", "Subject: s")
    ),
    received=AT,
)


def test_the_key_of_a_letter_does_not_hang_on_how_it_is_written() -> None:
    """Exchange writes a letter anew at each fetch: other order, other time of receipt, other words round it."""
    again = replace(
        BASE,
        received=AT.replace(year=2027),
        full_text="Hello",
        attachments=tuple(reversed(BASE.attachments)),
        headers=(),
    )
    assert mail.stable_key(again) == mail.stable_key(BASE)


@pytest.mark.parametrize(
    "change",
    [
        {"message_id": "<2@x>"},
        {"sender": mail.Address("thief@evil.example")},
        {"subject": "other"},
        {"written": AT},
        {"attachments": ()},
        {"attachments": (replace(BASE.attachments[0], sha256="0" * 64),)},
    ],
)
def test_the_same_message_id_with_other_parts_is_another_letter(change: dict[str, object]) -> None:
    """Nobody can suppress a referral by using its Message-ID first."""
    assert mail.stable_key(replace(BASE, **change)) != mail.stable_key(BASE)  # type: ignore[arg-type]


def test_letters_without_a_message_id_are_told_apart_by_their_words() -> None:
    """Two short notes of one minute are two letters."""
    one, other = (replace(BASE, message_id="", full_text=text) for text in ("one", "other"))
    assert mail.stable_key(one) != mail.stable_key(other)
