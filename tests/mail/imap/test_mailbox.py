"""The IMAP mailbox on Dovecot: what it does not disturb, what it does not lose, and what breaks under it."""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from imapclient import IMAPClient

from mail import LetterGone, LetterTooBig, MailError
from mail.credentials import Account
from mail.imap import ImapMailbox, folders
from tests.mail.certificates import make_certificates
from tests.mail.imap.dovecot import PASSWORD, User, token_for

pytestmark = pytest.mark.needs("dovecot")
AT = datetime(2026, 11, 23, 9, 12, tzinfo=UTC)
Open = Callable[..., ImapMailbox]


@pytest.fixture
def opened(user: User) -> Iterator[Open]:
    """Opens mailboxes of the account; they are closed in the end."""
    with ExitStack() as closing:

        def open_one(of: User = user, **named: Any) -> ImapMailbox:
            inbox = ImapMailbox(named.pop("settings", of.settings), **named)
            closing.callback(inbox.close)
            return inbox

        yield open_one


def letter(number: int, size: int = 0) -> bytes:
    return f"From: a@b.example\r\nMessage-ID: <{number}@b.example>\r\n\r\n{'x' * size}\r\n".encode()


def received(number: int) -> datetime:
    return AT + timedelta(minutes=number)


# ------------------------------------------------------------------ finding


def test_reading_leaves_letters_unread(user: User, opened: Open) -> None:
    """The officer looks at the same mailbox, and goes by what is bold."""
    user.deliver(letter(1), AT)
    inbox = opened()
    inbox.fetch(inbox.waiting()[0].id)
    with user.client() as client:
        assert list(client.search(["UNSEEN"])) == [1]


def test_a_letter_that_someone_has_read_still_waits(user: User, opened: Open) -> None:
    """Opening a referral in Outlook must not hide it from the bot: what is done is moved, nothing else counts."""
    user.deliver(letter(1), AT)
    with user.client() as client:
        client.fetch([1], ["BODY[]"])
        client.add_flags([1], ["\\Flagged", "\\Answered"])
    assert len(opened().waiting()) == 1


def test_a_letter_that_someone_deletes_waits_no_more(user: User, opened: Open) -> None:
    """Marked as deleted is on its way out, even where the mail program has not taken it away yet."""
    user.deliver(letter(1), AT)
    inbox = opened()
    (waiting,) = inbox.waiting()
    with user.client() as client:
        client.delete_messages([1])
    assert inbox.waiting() == []
    assert inbox.fetch(waiting.id).raw == letter(1)


def test_letters_that_others_read_or_move_while_we_go_through_them_hide_none(
    user: User, opened: Open
) -> None:
    """All ids are listed first; a page that shrinks while it is turned made others skip the newest letters."""
    for number in range(30):
        user.deliver(letter(number), received(number))
    inbox, fetched = opened(), []
    for number, waiting in enumerate(inbox.waiting()):
        with user.client() as client:
            client.add_flags(client.search(["ALL"])[:5], ["\\Seen"])
        fetched.append(inbox.fetch(waiting.id).raw)
        if number % 2:
            inbox.file_processed(waiting.id)
    assert fetched == [letter(number) for number in range(30)]
    assert len(inbox.waiting()) == 15


def test_more_letters_than_one_question_asks_about_are_all_listed(user: User, opened: Open) -> None:
    """Oldest first over all of them, not page by page."""
    count = 405
    for number in range(count):
        user.deliver(letter(number), received(count - number))
    sizes = {len(letter(number)) for number in range(count)}
    waiting = opened().waiting()
    assert (len({one.id for one in waiting}), {one.size for one in waiting}) == (count, sizes)
    inbox = opened()
    ids = [one.id for one in inbox.waiting()]
    assert inbox.fetch(ids[0]).raw == letter(count - 1)
    assert inbox.fetch(ids[-1]).raw == letter(0)


# ------------------------------------------------------------------ whose id is it


def test_a_mailbox_that_was_rebuilt_gives_its_letters_new_ids(user: User, opened: Open) -> None:
    """Another UIDVALIDITY: the old id leads to nothing, and what it named waits under another."""
    user.deliver(letter(1), AT)
    inbox = opened()
    (before,) = inbox.waiting()
    user.rebuild()
    inbox.file_processed(before.id)
    with pytest.raises(LetterGone):
        inbox.fetch(before.id)
    (after,) = inbox.waiting()
    assert after.id != before.id
    assert inbox.fetch(after.id).raw == letter(1)


def test_a_uid_that_was_given_to_another_letter_leads_to_nothing(user: User, opened: Open) -> None:
    """Servers restored from a backup do that, with the same UIDVALIDITY: the wrong letter would be filed away unread."""
    user.deliver(letter(1), AT)
    inbox = opened()
    (first,) = inbox.waiting()
    user.replace(letter(2), received(2))
    (second,) = opened().waiting()
    assert first.id.split("-")[:2] == second.id.split("-")[:2]  # the same UIDVALIDITY, the same UID
    inbox = opened()
    inbox.file_processed(first.id)
    inbox.set_aside(first.id)
    with pytest.raises(LetterGone):
        inbox.fetch(first.id)
    assert inbox.fetch(second.id).raw == letter(2)
    assert (user.letters("Processed"), user.letters("Set aside")) == ([], [])


def test_a_letter_without_a_message_id_has_an_id_too(user: User, opened: Open) -> None:
    """Old scanners and fax gateways write none; the folded header of another is one word."""
    user.deliver(b"From: scanner@b.example\r\n\r\nscan\r\n", AT)
    user.deliver(b"From: a@b.example\r\nMessage-ID:\r\n <folded@b.example>\r\n\r\n\r\n", received(1))
    inbox = opened()
    assert [inbox.fetch(one.id).raw[:10] for one in inbox.waiting()] == [b"From: scan", b"From: a@b."]


@pytest.mark.parametrize(
    "strange", ["", "-", "1", "1-x-y", "1-1-", "²-²-²", "1--1", "1-99999999999999999999-x"]
)
def test_a_strange_id_leads_to_nothing(opened: Open, strange: str) -> None:
    """Ids come back out of a database."""
    inbox = opened()
    inbox.set_aside(strange)
    with pytest.raises(LetterGone):
        inbox.fetch(strange)


# ------------------------------------------------------------------ sizes


def test_a_letter_over_the_limit_is_not_asked_for(user: User, opened: Open) -> None:
    """Its size is known before; one of just the limit is fetched."""
    user.deliver(letter(1, 3000), AT)
    size = len(letter(1, 3000))
    inbox = opened(largest=size - 1)
    (waiting,) = inbox.waiting()
    assert waiting.size == size
    with pytest.raises(LetterTooBig) as error:
        inbox.fetch(waiting.id)
    assert (error.value.size, error.value.limit) == (size, size - 1)
    assert opened(largest=size).fetch(waiting.id).raw == letter(1, 3000)


def test_a_server_that_only_guesses_at_sizes_cannot_fill_the_memory(
    user: User, opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exchange's IMAP estimates: no more than the limit and a byte is ever taken."""
    from mail.imap import letters

    user.deliver(letter(1, 3000), AT)
    inbox = opened(largest=1000)
    monkeypatch.setattr(letters, "_LOOK", ("RFC822.SIZE", *letters._LOOK[1:]))
    real, taken = IMAPClient.fetch, []

    def guessing(client: IMAPClient, uids: Any, data: Any, *rest: Any) -> Any:
        answer = real(client, uids, data, *rest)
        for shown in answer.values():
            if b"RFC822.SIZE" in shown:
                shown[b"RFC822.SIZE"] = 10
            taken.extend(value for key, value in shown.items() if key.startswith(b"BODY[]"))
        return answer

    monkeypatch.setattr(IMAPClient, "fetch", guessing)
    (waiting,) = inbox.waiting()
    with pytest.raises(LetterTooBig):
        inbox.fetch(waiting.id)
    assert [len(one) for one in taken] == [1001]


def test_one_letter_that_the_server_stumbles_over_hides_no_other(
    user: User, opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A damaged one makes Exchange refuse a question about many; it is listed last, and only its fetch fails."""
    for number in range(4):
        user.deliver(letter(number), received(number))
    real = IMAPClient.fetch

    def stumbling(client: IMAPClient, uids: Any, data: Any, *rest: Any) -> Any:
        if 2 in uids:
            raise IMAPClient.Error("fetch failed: NO [SERVERBUG] letter of Alina Novak cannot be converted")
        return real(client, uids, data, *rest)

    monkeypatch.setattr(IMAPClient, "fetch", stumbling)
    inbox = opened()
    *others, stumbled = inbox.waiting()
    assert [inbox.fetch(one.id).raw for one in others] == [letter(0), letter(2), letter(3)]
    with pytest.raises(MailError, match="stumbles") as error:
        inbox.fetch(stumbled.id)
    assert "Alina" not in str(error.value)


# ------------------------------------------------------------------ folders


@pytest.mark.parametrize("name", ["Managed moves/Dealt with", "Gyermekvédelem & más", "日本 語"])
def test_folders_may_have_any_name(user: User, bare_user: User, opened: Open, name: str) -> None:
    """Spaces, folders in folders, letters beyond ASCII (modified UTF-7), with either separator and a prefix."""
    for owner in (user, bare_user):
        owner.deliver(letter(1), AT)
        inbox = opened(owner, processed=name, set_aside=f"{name}/Aside")
        inbox.file_processed(inbox.waiting()[0].id)
        there = owner.server.prefix + name.replace("/", "." if owner.server.prefix else "/")
        with owner.client(there) as client:
            assert list(client.search(["ALL"])) == [1]
            assert there in [found for _, _, found in client.list_sub_folders()]  # mail programs show it


def test_letters_are_taken_from_the_folder_that_is_named(user: User, opened: Open) -> None:
    """A rule of the server may lay referrals apart."""
    with user.client() as client:
        client.create_folder("Refèrrals in")
        client.append("Refèrrals in", letter(7))
    inbox = opened(folder="Refèrrals in")
    (waiting,) = inbox.waiting()
    inbox.set_aside(waiting.id)
    assert user.letters("Set aside") == [letter(7)]


def test_a_target_folder_that_someone_deletes_is_made_again(
    user: User, bare_user: User, opened: Open
) -> None:
    """Else every letter from then on would stay in the inbox."""
    for owner in (user, bare_user):
        owner.deliver(letter(1), AT)
        inbox = opened(owner)
        (waiting,) = inbox.waiting()
        with owner.client() as client:
            client.delete_folder(owner.server.prefix + "Processed")
        inbox.file_processed(waiting.id)
        assert owner.letters("Processed") == [letter(1)]


def test_a_folder_that_is_not_there_is_told_by_its_name(opened: Open) -> None:
    """The officer has mistyped it: it is not made, letters would wait elsewhere."""
    with pytest.raises(MailError, match="“Refferals” cannot be opened"):
        opened(folder="Refferals").waiting()


# ------------------------------------------------------------------ moving without MOVE


def test_only_our_letter_is_taken_away(bare_user: User, opened: Open) -> None:
    """Without UIDPLUS a server takes away all that anyone has marked: then ours only stays marked."""
    for number in (1, 2):
        bare_user.deliver(letter(number), received(number))
    inbox = opened(bare_user)
    first, _ = inbox.waiting()
    with bare_user.client() as client:
        client.delete_messages([2])
    inbox.file_processed(first.id)
    assert bare_user.letters("Processed") == [letter(1)]
    assert inbox.waiting() == []
    with bare_user.client() as client:
        assert list(client.search(["DELETED"])) == [1, 2]


def test_a_move_that_was_killed_between_copying_and_deleting_makes_no_second_copy(
    bare_user: User, opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The copy is found by its bytes; another letter with the same Message-ID at the same time is not taken for it."""
    bare_user.deliver(letter(1), AT)
    bare_user.deliver(letter(1, 5), AT)
    inbox = opened(bare_user)
    one, other = inbox.waiting()
    with monkeypatch.context() as patched:
        patched.setattr(folders, "delete", _killed)
        with pytest.raises(KeyboardInterrupt):
            inbox.file_processed(one.id)
    again = opened(bare_user)
    again.file_processed(one.id)
    assert bare_user.letters("Processed") == [letter(1)]
    again.file_processed(other.id)
    assert sorted(bare_user.letters("Processed")) == sorted([letter(1), letter(1, 5)])
    assert bare_user.letters("INBOX") == []


def _killed(*_: Any) -> None:
    raise KeyboardInterrupt


# ------------------------------------------------------------------ connections


def test_a_connection_that_breaks_is_made_again(user: User, opened: Open) -> None:
    """The server was restarted overnight: before every kind of step nobody notices."""
    user.deliver(letter(1), AT)
    inbox = opened()
    (waiting,) = inbox.waiting()
    for step in (
        inbox.check,
        inbox.waiting,
        lambda: inbox.fetch(waiting.id),
        lambda: inbox.wait(0.01),
        lambda: inbox.wait(0.01),
        lambda: inbox.file_processed(waiting.id),
        lambda: inbox.file_processed(waiting.id),
    ):
        user.server.kill_connections(user.name)
        step()
    assert user.letters("Processed") == [letter(1)]


def test_a_server_that_is_not_there_is_told_in_a_sentence(user: User, opened: Open) -> None:
    """And again at the next look, without an end."""
    inbox = opened(settings=user.settings_with(port=1))
    for _ in range(2):
        with pytest.raises(MailError, match="check that it is up"):
            inbox.waiting()


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_a_server_that_shows_another_certificate_gets_no_password(
    user: User, opened: Open, security: str, tmp_path: Any
) -> None:
    """Neither with the system's authorities nor with another pinned one."""
    port = user.server.tls_port if security == "tls" else user.server.port
    opened(settings=user.settings_with(security=security, port=port)).check()
    for ca_file in (None, make_certificates(tmp_path).ca):
        settings = user.settings_with(security=security, port=port, ca_file=ca_file)
        with pytest.raises(MailError, match="certificate"):
            opened(settings=settings).waiting()


def test_a_token_logs_in(user: User, opened: Open) -> None:
    """XOAUTH2, with a token that the server itself checks; asked anew for each connection."""
    tokens: list[str] = []

    def token() -> str:
        tokens.append(token_for(user.name))
        return tokens[-1]

    inbox = opened(settings=user.settings_with(account=Account(user=user.name, token=token)))
    inbox.check()
    user.server.kill_connections(user.name)
    inbox.waiting()
    assert len(tokens) == 2
    stale = Account(user=user.name, token=lambda: token_for("somebody else"))
    with pytest.raises(MailError, match="refuses the login"):
        opened(settings=user.settings_with(account=stale)).check()


def test_a_refused_login_is_tried_once_and_then_rested(user: User, opened: Open) -> None:
    """A look a minute would try it sixty times an hour, and the directory would lock the account."""
    now, tried = [0.0], []

    def wrong() -> str:
        tried.append(now[0] / 60)
        return "a-wrong-token"

    account = Account(user=user.name, token=wrong)
    inbox = opened(settings=user.settings_with(account=account), monotonic=lambda: now[0])
    for minute in range(60):
        now[0] = minute * 60.0
        with pytest.raises(MailError, match="refuses the login") as error:
            inbox.waiting()
        assert "a-wrong-token" not in str(error.value)
    assert tried == [0, 5, 15, 35]


def test_a_wrong_password_is_told_without_naming_anyone(user: User, opened: Open) -> None:
    """The sentence stands in logs and on the officer's screen."""
    account = Account(user=user.name, password="a wrong one")
    with pytest.raises(MailError, match="AUTHENTICATIONFAILED") as error:
        opened(settings=user.settings_with(account=account)).waiting()
    assert user.name not in str(error.value)
    assert "a wrong one" not in str(error.value)


def test_a_folder_that_can_only_be_read_is_told(user: User, opened: Open) -> None:
    """Letters could never be filed: better said at the start."""
    opened().check()
    user.forbid_writing()
    with pytest.raises(MailError, match="only be read"):
        opened().check()


# ------------------------------------------------------------------ IDLE


def test_a_letter_that_comes_while_waiting_ends_the_wait(user: User, opened: Open) -> None:
    """Within a moment, not at the next poll."""
    inbox = opened()
    inbox.waiting()
    assert not inbox.wait(0.05)
    coming = threading.Timer(0.1, user.deliver, (letter(1), AT))
    coming.start()
    assert inbox.wait(60)
    coming.join()
    assert [inbox.fetch(one.id).raw for one in inbox.waiting()] == [letter(1)]


def test_a_letter_that_came_between_looking_and_waiting_is_not_slept_over(user: User, opened: Open) -> None:
    """IDLE tells of what comes from then on only."""
    inbox = opened()
    inbox.waiting()
    user.deliver(letter(1), AT)
    assert inbox.wait(60)


def test_one_that_only_listens_is_told_of_each_letter_once(user: User, opened: Open) -> None:
    """The bot hears on a connection of its own, and lists on another: told again and again it would never rest."""
    user.deliver(letter(1), AT)
    listening = opened()
    assert [listening.wait(seconds) for seconds in (60, 0.05, 0.05)] == [True, False, False]
    user.rebuild()
    assert [listening.wait(seconds) for seconds in (60, 0.05, 0.05)] == [True, False, False]


def test_closing_ends_a_wait_of_another_thread(user: User, opened: Open) -> None:
    """The bot is stopped: nobody waits for the minute to be over, and nobody connects again."""
    listening = opened()
    ends: list[bool] = []
    thread = threading.Thread(target=lambda: ends.append(listening.wait(600)))
    thread.start()
    while not listening._session.idling:
        thread.join(0.01)
    listening.close()
    thread.join(30)
    assert ends == [False]
    with pytest.raises(MailError, match="closed"):
        listening.waiting()


def test_what_was_looked_at_and_stays_wakes_nobody(user: User, opened: Open) -> None:
    """A letter that cannot be filed must not make the bot run round it."""
    user.deliver(letter(1), AT)
    inbox = opened()
    inbox.waiting()
    assert [inbox.wait(0.02) for _ in range(3)] == [False, False, False]


def test_reading_and_moving_by_others_wakes_nobody(user: User, opened: Open) -> None:
    """Only letters that come count."""
    user.deliver(letter(1), AT)
    inbox = opened()
    inbox.waiting()
    inbox.wait(0.01)
    with user.client() as client:
        client.add_flags([1], ["\\Seen"])
        client.delete_messages([1])
        client.expunge()
    assert not inbox.wait(0.3)


def test_the_server_is_asked_to_idle_once_for_many_short_waits(
    user: User, opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The worker waits in small steps, so that a stop is heard."""
    begun: list[int] = []
    real = IMAPClient.idle
    monkeypatch.setattr(IMAPClient, "idle", lambda client: (begun.append(1), real(client)))
    now = [0.0]
    inbox = opened(monotonic=lambda: now[0])
    inbox.waiting()
    for _ in range(50):
        monkeypatch.setattr(IMAPClient, "idle_check", lambda *_, **__: now.__setitem__(0, now[0] + 0.5) or [])
        inbox.wait(0.5)
    assert len(begun) == 1
    now[0] += 600
    inbox.wait(0.5)
    assert len(begun) == 2  # a router may have forgotten the connection by then


def test_a_wait_outlasts_a_server_that_goes_and_comes(user: User, opened: Open) -> None:
    """The connection breaks in the middle of a wait: it goes on, on another."""
    inbox = opened()
    inbox.waiting()
    inbox.wait(0.01)
    breaking = threading.Timer(0.1, user.server.kill_connections, (user.name,))
    coming = threading.Timer(0.6, user.deliver, (letter(1), AT))
    breaking.start()
    coming.start()
    assert inbox.wait(60)
    breaking.join()
    coming.join()


def test_a_server_without_idle_or_that_is_down_is_waited_out(
    user: User, bare_user: User, opened: Open
) -> None:
    """It is polled as ever, and not in a hurry; closing ends the wait."""
    import time

    for inbox in (opened(bare_user), opened(settings=user.settings_with(port=1))):
        start = time.monotonic()
        assert not inbox.wait(0.2)
        assert time.monotonic() - start >= 0.2
        inbox.close()
        assert not inbox.wait(600)


def test_the_check_says_whether_letters_are_noticed_at_once(
    user: User, bare_user: User, opened: Open
) -> None:
    """And how many wait."""
    user.deliver(letter(1), AT)
    assert "1 letters are waiting. New letters are noticed at once." in opened().check()
    assert "it is asked regularly" in opened(bare_user).check()


def test_nothing_of_letters_or_logins_is_logged(
    user: User, opened: Open, caplog: pytest.LogCaptureFixture
) -> None:
    """The library would write all of it down at the level “debug”."""
    caplog.set_level(logging.DEBUG)
    user.deliver(letter(1), AT)
    inbox = opened()
    (waiting,) = inbox.waiting()
    inbox.fetch(waiting.id)
    inbox.file_processed(waiting.id)
    assert caplog.text == ""


def test_settings_never_show_a_secret(user: User) -> None:
    """Settings end up in logs and tracebacks."""
    assert PASSWORD not in repr(user.settings)
