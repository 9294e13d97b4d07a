"""The folder mailbox beyond what every mailbox promises (`tests/bot/contracts/test_inbox.py`)."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import mail
from mail import FolderMailbox, LetterGone, LetterTooBig, MailError
from tests.mail.building import PERSON, raw


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The place of a mailbox, its arrivals made."""
    (tmp_path / "arrivals").mkdir()
    return tmp_path


def lay(
    folder: Path, name: str, data: bytes = b"From: a@b.example\r\n\r\nx", where: str = "arrivals"
) -> Path:
    """Put a file into the mailbox."""
    path = folder / where / name
    path.write_bytes(data)
    return path


def dated(day: int) -> bytes:
    return raw(PERSON, f"Received: from a by b; Wed, {day:02} Dec 2026 08:00:00 +0000")


def read_all(mailbox: FolderMailbox) -> list[bytes]:
    return [mailbox.fetch(waiting.id).raw for waiting in mailbox.waiting()]


def test_letters_come_in_the_order_in_which_they_were_received(folder: Path) -> None:
    """By the mail server's time, whatever the files are called and however old they are."""
    for name, day in (("a.eml", 3), ("b.eml", 1), ("c.eml", 2)):
        lay(folder, name, dated(day))
    assert read_all(FolderMailbox(folder)) == [dated(1), dated(2), dated(3)]


def test_a_letter_of_no_date_was_received_when_its_file_was_written(folder: Path) -> None:
    """R14: the last resort."""
    path = lay(folder, "a.eml")
    os.utime(path, (1_790_000_000, 1_790_000_000))
    mailbox = FolderMailbox(folder)
    arrival = mailbox.fetch(mailbox.waiting()[0].id)
    assert arrival.received == datetime.fromtimestamp(1_790_000_000, UTC)


@pytest.mark.parametrize(
    "name", [".hidden.eml", "a.eml.part", "a.eml.tmp", "a.EML.crdownload", "a.eml~", "notes.txt", "a.docx"]
)
def test_unfinished_and_other_files_are_left_alone(folder: Path, name: str) -> None:
    """A copy program's half-written file becomes a letter when it has its name."""
    path = lay(folder, name)
    assert FolderMailbox(folder).waiting() == []
    assert path.exists()


def test_a_file_written_this_moment_is_left_for_the_next_look(folder: Path) -> None:
    """With a clock, a change of the last seconds means that a copy may still be going on."""
    path = lay(folder, "a.eml")
    changed = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    assert FolderMailbox(folder, now=lambda: changed + timedelta(seconds=1)).waiting() == []
    assert len(FolderMailbox(folder, now=lambda: changed + timedelta(seconds=3)).waiting()) == 1


def test_a_file_that_grew_since_it_was_listed_is_not_fetched(folder: Path) -> None:
    """It comes back whole, under another id."""
    path = lay(folder, "a.eml", b"From: a@b.example\r\n\r\nhalf")
    mailbox = FolderMailbox(folder)
    (listed,) = mailbox.waiting()
    path.write_bytes(b"From: a@b.example\r\n\r\nhalf and the rest")
    with pytest.raises(LetterGone):
        mailbox.fetch(listed.id)
    assert mailbox.waiting()[0].id != listed.id


def test_links_and_devices_are_refused(folder: Path, tmp_path: Path) -> None:
    """A link laid into the folder would have the bot read, and move, any file of the machine."""
    secret = tmp_path / "secret.txt"
    secret.write_bytes(b"From: a@b.example\r\n\r\nsecret")
    (folder / "arrivals" / "link.eml").symlink_to(secret)
    (folder / "arrivals" / "folder.eml").mkdir()
    os.mkfifo(folder / "arrivals" / "pipe.eml")
    assert FolderMailbox(folder).waiting() == []


def test_a_link_that_takes_a_files_place_is_not_followed(folder: Path, tmp_path: Path) -> None:
    """Between the listing and the reading."""
    path = lay(folder, "a.eml")
    secret = tmp_path / "secret.txt"
    secret.write_bytes(path.read_bytes())
    mailbox = FolderMailbox(folder)
    (listed,) = mailbox.waiting()
    path.unlink()
    path.symlink_to(secret)
    with pytest.raises(LetterGone):
        mailbox.fetch(listed.id)


def test_a_letter_past_the_limit_is_reported_and_not_read(folder: Path) -> None:
    """Its size is known from the listing; it can still be moved out of the way."""
    lay(folder, "a.eml", b"x" * 1_001)
    mailbox = FolderMailbox(folder, largest=1_000)
    (listed,) = mailbox.waiting()
    assert listed.size == 1_001
    with pytest.raises(LetterTooBig) as refused:
        mailbox.fetch(listed.id)
    assert (refused.value.size, refused.value.limit) == (1_001, 1_000)
    mailbox.set_aside(listed.id)
    assert mailbox.waiting() == []


def test_an_id_says_nothing_of_the_file_name(folder: Path) -> None:
    """A file name may hold a pupil's name, and an id stands in records and logs."""
    lay(folder, "Referral Wilhelmina Brown.eml")
    (listed,) = FolderMailbox(folder).waiting()
    assert len(listed.id) == 32
    assert set(listed.id) <= set("0123456789abcdef")


@pytest.mark.parametrize("letter_id", ["../secret.eml", "a.eml", "", "/etc/passwd", "x" * 5000])
def test_only_ids_of_letters_that_wait_lead_anywhere(folder: Path, letter_id: str) -> None:
    """An id is never a path."""
    (folder / "secret.eml").write_bytes(b"x")
    mailbox = FolderMailbox(folder)
    lay(folder, "a.eml")
    with pytest.raises(LetterGone):
        mailbox.fetch(letter_id)
    mailbox.file_processed(letter_id)
    assert (folder / "secret.eml").exists()
    assert len(mailbox.waiting()) == 1


def test_two_letters_of_one_name_are_both_kept(folder: Path) -> None:
    """The second does not cover the first in the folder of processed letters."""
    mailbox = FolderMailbox(folder)
    for data in (b"first", b"second"):
        lay(folder, "a.eml", data)
        mailbox.file_processed(mailbox.waiting()[0].id)
    processed = {path.name: path.read_bytes() for path in (folder / "processed").iterdir()}
    assert processed == {"a.eml": b"first", "a-2.eml": b"second"}


def test_the_same_letter_laid_in_again_is_one_file(folder: Path) -> None:
    """It was dealt with; it only leaves the arrivals."""
    mailbox = FolderMailbox(folder)
    for _ in range(2):
        lay(folder, "a.eml", b"same")
        mailbox.file_processed(mailbox.waiting()[0].id)
    assert [path.name for path in (folder / "processed").iterdir()] == ["a.eml"]
    assert mailbox.waiting() == []


def test_a_name_as_long_as_the_system_allows_can_be_moved(folder: Path) -> None:
    """A number beside it would make it too long."""
    mailbox = FolderMailbox(folder)
    for data in (b"first", b"second"):
        lay(folder, "x" * 251 + ".eml", data)
        mailbox.file_processed(mailbox.waiting()[0].id)
    assert sorted(path.read_bytes() for path in (folder / "processed").iterdir()) == [b"first", b"second"]


def test_a_name_that_is_no_text_is_no_obstacle(folder: Path) -> None:
    """A file name on Linux is bytes."""
    name = os.fsencode(folder / "arrivals") + b"/caf\xe9.eml"
    Path(os.fsdecode(name)).write_bytes(b"From: a@b.example\r\n\r\nx")
    mailbox = FolderMailbox(folder)
    (listed,) = mailbox.waiting()
    mailbox.file_processed(listed.id)
    assert mailbox.waiting() == []


@pytest.mark.parametrize("inner", ["", "arrivals"])
def test_a_maildir_is_read_from_new_and_cur(tmp_path: Path, inner: str) -> None:
    """As a mail server delivers to disk; `tmp` holds what is still being delivered."""
    maildir = tmp_path / inner
    for name in ("new", "cur", "tmp"):
        (maildir / name).mkdir(parents=True)
    (maildir / "new" / "1.M1.host").write_bytes(dated(2))
    (maildir / "cur" / "2.M2.host:2,S").write_bytes(dated(1))
    (maildir / "tmp" / "3.M3.host").write_bytes(dated(3))
    mailbox = FolderMailbox(tmp_path)
    assert read_all(mailbox) == [dated(1), dated(2)]
    for waiting in mailbox.waiting():
        mailbox.file_processed(waiting.id)
    assert sorted(path.name for path in (tmp_path / "processed").iterdir()) == [
        "1.M1.host.eml",
        "2.M2.host.eml",
    ]


def test_a_letter_that_someone_has_looked_at_keeps_its_id(tmp_path: Path) -> None:
    """A mail program moves it from `new` to `cur` and adds flags."""
    for name in ("new", "cur"):
        (tmp_path / name).mkdir()
    path = lay(tmp_path, "1.M1.host", where="new")
    mailbox = FolderMailbox(tmp_path)
    (listed,) = mailbox.waiting()
    path.rename(tmp_path / "cur" / "1.M1.host:2,S")
    assert [waiting.id for waiting in mailbox.waiting()] == [listed.id]
    assert mailbox.fetch(listed.id).raw == b"From: a@b.example\r\n\r\nx"


def test_a_mailbox_that_is_not_there_says_so(tmp_path: Path) -> None:
    """A wrong path must not look like an empty mailbox."""
    with pytest.raises(MailError):
        FolderMailbox(tmp_path / "nowhere").waiting()


def test_a_mailbox_can_be_prepared(tmp_path: Path) -> None:
    """`moves init` makes the folders; doing it again changes nothing."""
    mailbox = FolderMailbox(tmp_path / "box")
    mailbox.prepare()
    mailbox.prepare()
    assert mailbox.waiting() == []
    assert sorted(path.name for path in (tmp_path / "box").iterdir()) == [
        "arrivals",
        "processed",
        "set-aside",
    ]


def test_a_check_fails_where_letters_cannot_be_moved_to(folder: Path) -> None:
    """A file stands where the folder should be."""
    (folder / "processed").write_bytes(b"")
    with pytest.raises(MailError, match="processed"):
        FolderMailbox(folder).check()


def test_a_check_finds_letters_that_lie_beside_the_folder_of_arrivals(folder: Path) -> None:
    """Laid into the mailbox folder itself, a letter would wait for ever without a word."""
    before = FolderMailbox(folder).check()
    (folder / "stray.eml").write_bytes(b"Subject: x\r\n\r\n")
    assert "move them into it" not in before
    assert "1 more beside that folder" in FolderMailbox(folder).check()


def test_a_sent_letter_lies_in_the_folder_as_it_was_sent(tmp_path: Path) -> None:
    """One file a Message-ID, whose name tells nothing; no half-written file stays behind."""
    postbox = mail.FolderPostbox(tmp_path / "sent")
    for _ in range(2):
        postbox.send(b"letter", sender="a@b.example", recipients=["c@d.example"], message_id="<Jo.Brown@x>")
    (file,) = (tmp_path / "sent").iterdir()
    assert file.read_bytes() == b"letter"
    assert file.suffix == ".eml"
    assert "Brown" not in file.name


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps its own permissions")
def test_sent_letters_are_readable_by_their_owner_only(tmp_path: Path) -> None:
    """They hold initials and what a referral lacks."""
    mail.FolderPostbox(tmp_path).send(
        b"x", sender="a@b.example", recipients=["c@d.example"], message_id="<1@x>"
    )
    (file,) = tmp_path.iterdir()
    assert file.stat().st_mode & 0o077 == 0


def test_a_folder_that_cannot_be_written_to_has_surely_not_sent(tmp_path: Path) -> None:
    """Trying again later is safe."""
    (tmp_path / "sent").write_bytes(b"a file where the folder should be")
    postbox = mail.FolderPostbox(tmp_path / "sent")
    with pytest.raises(mail.NotSent) as refused:
        postbox.send(b"x", sender="a@b.example", recipients=["c@d.example"], message_id="<1@x>")
    assert not refused.value.final
    with pytest.raises(MailError):
        postbox.check()


def test_a_folder_that_cannot_be_asked_leaves_it_uncertain(tmp_path: Path) -> None:
    """Saying "not sent" would send twice."""
    (tmp_path / "sent").write_bytes(b"a file where the folder should be")
    with pytest.raises(mail.Uncertain):
        mail.FolderPostbox(tmp_path / "sent").sent("<1@x>")


def test_a_mailbox_that_cannot_be_prepared_says_so(tmp_path: Path) -> None:
    """A file stands where the mailbox should be."""
    (tmp_path / "box").write_bytes(b"")
    with pytest.raises(MailError, match="cannot be made"):
        FolderMailbox(tmp_path / "box").prepare()


def test_a_letter_that_cannot_be_moved_stays_and_says_so(folder: Path) -> None:
    """It is moved at the next look."""
    lay(folder, "a.eml")
    (folder / "processed").write_bytes(b"a file where the folder should be")
    mailbox = FolderMailbox(folder)
    (listed,) = mailbox.waiting()
    with pytest.raises(MailError, match="cannot be moved"):
        mailbox.file_processed(listed.id)
    assert mailbox.waiting() == [listed]


def test_a_letter_moved_by_hand_within_the_mailbox_is_found_again(tmp_path: Path) -> None:
    """Where it was last seen is only a shortcut."""
    for name in ("new", "cur"):
        (tmp_path / name).mkdir()
    path = lay(tmp_path, "1.M1.host", where="new")
    mailbox = FolderMailbox(tmp_path)
    (listed,) = mailbox.waiting()
    path.rename(tmp_path / "cur" / "1.M1.host:2,S")
    assert mailbox.fetch(listed.id).raw == b"From: a@b.example\r\n\r\nx"


def test_a_letter_to_nobody_never_goes(tmp_path: Path) -> None:
    """Trying again is useless."""
    with pytest.raises(mail.NotSent) as refused:
        mail.FolderPostbox(tmp_path).send(b"x", sender="a@b.example", recipients=[], message_id="<1@x>")
    assert refused.value.final
    assert list(tmp_path.iterdir()) == []


def test_a_letter_of_which_the_last_step_failed_is_uncertain(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file may lie there: the folder is asked before another try."""

    def fault(*_: object) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(Path, "replace", fault)
    with pytest.raises(mail.Uncertain):
        mail.FolderPostbox(tmp_path).send(
            b"x", sender="a@b.example", recipients=["c@d.example"], message_id="<1@x>"
        )


def test_what_went_wrong_survives_the_way_back_from_the_child() -> None:
    """Errors are pickled between processes."""
    import pickle

    error = pickle.loads(pickle.dumps(LetterTooBig(2, 1)))
    assert (error.size, error.limit, str(error)) == (2, 1, str(LetterTooBig(2, 1)))
