"""The SMTP road, against a real SMTP server (aiosmtpd) that refuses and cuts as servers do."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mail import MailError, NotSent, Uncertain
from mail.credentials import Account, token_from_command, token_from_file
from mail.smtp import SmtpPostbox
from tests.mail.certificates import make_certificates
from tests.mail.smtp_sink import PASSWORD, TOKEN, USER, Sink, running

LETTER = b"From: bot@westhaven.example\r\nMessage-ID: <1@x>\r\n\r\nWords\r\n.\r\n.a line with a dot\r\n"
TO = ["a@school.example", "b@school.example"]


@pytest.fixture
def sink(tmp_path: Path) -> Iterator[Sink]:
    with running(tmp_path) as server:
        yield server


def send(sink: Sink, raw: bytes = LETTER, recipients: list[str] = TO, **settings: Any) -> None:
    SmtpPostbox(sink.settings(**settings)).send(
        raw, sender="admissions@westhaven.example", recipients=recipients, message_id="<1@x>"
    )


def refused(sink: Sink, raw: bytes = LETTER, recipients: list[str] = TO, **settings: Any) -> NotSent:
    with pytest.raises(NotSent) as error:
        send(sink, raw, recipients, **settings)
    assert sink.letters == []
    return error.value


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_letter_arrives_byte_for_byte_at_all_recipients(security: str, tmp_path: Path) -> None:
    """Lines that begin with a dot too; behind a login, on a checked connection."""
    with running(tmp_path, security=security) as sink:
        send(sink, security=security)
        (taken,) = sink.letters
    assert (taken.raw, taken.sender, taken.recipients, taken.user) == (
        LETTER, "admissions@westhaven.example", tuple(TO), USER,
    )  # fmt: skip


def test_a_relay_on_this_computer_needs_neither_login_nor_tls(tmp_path: Path) -> None:
    """The usual local mail transfer agent."""
    with running(tmp_path, security="none") as sink:
        send(sink, security="none", account=None)
        assert len(sink.letters) == 1


def test_a_letter_in_clear_to_another_computer_is_never_even_tried() -> None:
    """It holds a pupil's data: refused when the settings are read."""
    from mail.smtp import SmtpSettings

    for host in ("mail.westhaven.example", "192.0.2.1"):
        with pytest.raises(MailError, match="TLS"):
            SmtpPostbox(SmtpSettings(host=host, security="none"))


def test_bare_line_ends_cannot_smuggle_a_second_letter(sink: Sink) -> None:
    """A dot between bare line feeds ends a letter on some servers: every line goes out ended by CRLF, its dots doubled."""
    send(sink, b"From: a@b.example\n\nwords\n.\nMAIL FROM:<x@y.example>\r.\rno end")
    (taken,) = sink.letters
    assert taken.raw == b"From: a@b.example\r\n\r\nwords\r\n.\r\nMAIL FROM:<x@y.example>\r\n.\r\nno end\r\n"


def test_letters_beyond_ascii_are_announced(sink: Sink) -> None:
    """8BITMIME, and the size, where the server asks for them."""
    send(sink, "Subject: ü\r\n\r\nü\r\n".encode())
    (taken,) = sink.letters
    assert set(taken.options) == {"SIZE=19", "BODY=8BITMIME"}


@pytest.mark.parametrize(
    ("step", "name"),
    [
        ("MAIL", "the sender"),
        ("RCPT b@school.example", "recipient 2 of 2"),
        ("DATA", "the letter"),
        ("DOT", "the letter"),
    ],
)
@pytest.mark.parametrize(("code", "final"), [("451 4.7.1", False), ("550 5.1.1", True), ("421 4.3.2", False)])
def test_a_refusal_before_the_letter_is_taken_is_sure(
    sink: Sink, step: str, name: str, code: str, final: bool
) -> None:
    """4xx is tried again, 5xx never; the reason holds the codes and nothing that the server wrote."""
    sink.answers[step] = f"{code} <b@school.example> Alina Novak cannot be written to"
    error = refused(sink)
    assert error.final is final
    assert str(error) == f"The mail server does not take {name} ({code})."


def test_one_refused_recipient_stops_the_letter_for_all(sink: Sink) -> None:
    """Nobody is left out unseen; where one is put off and another refused, the refusal decides."""
    sink.answers |= {"RCPT a@school.example": "450 later", "RCPT b@school.example": "550 no"}
    error = refused(sink)
    assert (error.final, str(error)) == (True, "The mail server does not take recipient 2 of 2 (550).")


def test_a_cut_before_the_closing_dot_has_sent_nothing(tmp_path: Path) -> None:
    """No server may deliver what was not ended (RFC 5321, 4.1.1.4): it is safe to send it again."""
    with running(tmp_path, data_size_limit=50_000_000) as sink:
        sink.cut = "before the dot"
        assert not refused(sink, LETTER + b"x" * 30_000_000).final  # more than the system holds for a peer


@pytest.mark.parametrize("cut", ["taken, no answer", "not taken, no answer", "nonsense"])
def test_a_cut_after_the_closing_dot_leaves_it_open(sink: Sink, cut: Any) -> None:
    """The server may have taken it or not: nobody can tell from here."""
    sink.cut = cut
    with pytest.raises(Uncertain):
        send(sink)
    assert len(sink.letters) == (0 if cut == "not taken, no answer" else 1)


def test_a_letter_bigger_than_the_server_takes_is_not_tried(sink: Sink) -> None:
    """Both sizes are named; another try would end the same."""
    error = refused(sink, b"x" * 1_000_001)
    assert error.final
    assert str(error) == "The letter has 1,000,001 bytes; the mail server takes 1,000,000."


@pytest.mark.parametrize("address", ["a@b.example>\r\nDATA", "a b@c.example", "nobody", "<a@b.example>", ""])
def test_an_address_that_is_none_never_reaches_the_server(sink: Sink, address: str) -> None:
    """A line break in one would give the server commands of someone else's."""
    assert refused(sink, recipients=[address]).final
    assert sink.logins == []


def test_a_letter_to_nobody_is_refused(sink: Sink) -> None:
    """It would be in no outbox but ours."""
    assert refused(sink, recipients=[]).final


# ------------------------------------------------------------------ logging in


def test_a_wrong_password_is_tried_once_and_then_rested(sink: Sink) -> None:
    """Each letter in the outbox would try it, and the directory would lock the account: five minutes, ten, an hour."""
    now = [1000.0]
    postbox = SmtpPostbox(
        sink.settings(account=Account(user=USER, password="wrong")), monotonic=lambda: now[0]
    )

    def try_once() -> NotSent:
        with pytest.raises(NotSent) as error:
            postbox.send(LETTER, sender="a@b.example", recipients=TO, message_id="<1@x>")
        return error.value

    errors = [try_once() for _ in range(5)]
    assert (len(sink.logins), {error.final for error in errors}) == (1, {False})
    assert errors[-1].retry_after == 300
    assert "wrong" not in str(errors[-1])
    assert USER not in str(errors[-1])
    now[0] += 301
    assert try_once().retry_after == 600
    assert len(sink.logins) == 2


def test_a_server_without_plain_is_logged_into_otherwise(tmp_path: Path) -> None:
    """Exchange on premises offers LOGIN alone; its refusal is rested like any other."""
    with running(tmp_path, auth_exclude_mechanism=["PLAIN"]) as sink:
        sink.passwords.add("ascii only")
        send(sink, account=Account(user=USER, password="ascii only"))
        assert [taken.user for taken in sink.letters] == [USER]
        sink.letters.clear()
        wrong = Account(user=USER, password="wrong")
        assert 290 < (refused(sink, account=wrong).retry_after or 0) <= 300


def test_a_server_that_lets_nobody_in_just_now_is_tried_again_soon(sink: Sink) -> None:
    """454: its directory is down, and nothing is wrong with the password."""
    sink.answers["AUTH"] = "454 4.7.0 later"
    error = refused(sink)
    assert (error.final, error.retry_after) == (False, None)
    assert str(error) == "The mail server lets nobody in just now (454 4.7.0)."


def test_a_missing_file_of_authorities_is_told(sink: Sink, tmp_path: Path) -> None:
    """The letter waits; nothing is sent unchecked instead."""
    error = refused(sink, ca_file=tmp_path / "none.pem")
    assert not error.final
    assert "PEM" in str(error)


def test_a_token_logs_in(sink: Sink) -> None:
    """XOAUTH2, asked anew for every connection; a wrong one is refused, and the server's question answered."""
    tokens = iter([TOKEN, "wrong"])
    account = Account(user=USER, token=lambda: next(tokens))
    send(sink, account=account)
    assert len(sink.letters) == 1
    sink.letters.clear()
    assert "refuses the login" in str(refused(sink, account=account))


def test_tokens_come_from_a_file_or_a_command(tmp_path: Path) -> None:
    """Read at each login; what is no token is told without repeating it."""
    file = tmp_path / "token"
    file.write_text("one\n")
    read = token_from_file(file)
    assert read() == "one"
    file.write_text("two")
    assert read() == "two"
    assert token_from_command(["printf", "%s", "three"])() == "three"
    for source in (
        token_from_file(tmp_path / "none"),
        token_from_command(["false"]),
        token_from_command(["echo"]),
    ):
        with pytest.raises(MailError, match="token"):
            source()
    with pytest.raises(MailError) as error:
        token_from_command(["printf", "a secret\nof two lines"])()
    assert "secret" not in str(error.value)


def test_a_server_that_shows_another_certificate_gets_no_password(sink: Sink, tmp_path: Path) -> None:
    """Neither one of another authority, nor one of the right authority for another name."""
    other = make_certificates(tmp_path / "other").ca
    assert "certificate" in str(refused(sink, ca_file=other))
    assert "certificate" in str(refused(sink, ca_file=None))
    assert sink.logins == []


def test_a_certificate_for_another_name_is_refused(tmp_path: Path) -> None:
    """The right authority alone is not enough."""
    with running(tmp_path, names=("mail.elsewhere.example",)) as sink:
        assert "certificate" in str(refused(sink))
        assert sink.logins == []


def test_a_server_without_starttls_gets_no_password(tmp_path: Path) -> None:
    """Someone in the middle may have taken the offer away."""
    with running(tmp_path, security="none") as sink:
        assert "STARTTLS" in str(refused(sink))
        assert sink.logins == []


def test_a_server_that_is_not_there_is_told(sink: Sink) -> None:
    """The letter waits."""
    error = refused(sink, port=1)
    assert not error.final
    assert "cannot be reached" in str(error)


# ------------------------------------------------------------------ checking


def test_the_check_logs_in_and_says_what_a_missing_sent_folder_means(sink: Sink) -> None:
    """At least once, perhaps twice: the officer should know."""
    said = SmtpPostbox(sink.settings()).check()
    assert "may go twice" in said
    assert (sink.logins, sink.letters) == ([USER], [])
    assert not SmtpPostbox(sink.settings()).sent("<1@x>")


def test_settings_never_show_a_secret(sink: Sink) -> None:
    """Settings end up in logs and tracebacks."""
    shown = repr(sink.settings()) + repr(Account(user=USER, password=PASSWORD, token=lambda: TOKEN))
    assert PASSWORD not in shown
    assert "lambda" not in shown
