"""The team's channel as a folder."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.clock import SetClock
from bot.local.folder import FolderChannel
from bot.ports import ChannelError, SurelyNotSent, Uncertain

AT = datetime(2026, 12, 3, 17, 0, tzinfo=UTC)
CONTENT = {"text": "Zoë & co", "blocks": []}


def test_a_post_is_a_file_with_what_slack_would_have_been_sent(tmp_path: Path) -> None:
    """Nothing is added but key, thread and time; the name of the file is a number."""
    place = FolderChannel(tmp_path, SetClock(AT)).post(CONTENT, key="card/MM-26-0001/1")
    assert json.loads((tmp_path / f"{place}.json").read_text(encoding="utf-8")) == {
        "place": "000001",
        "key": "card/MM-26-0001/1",
        "thread": "",
        "posted": "2026-12-03T17:00:00+00:00",
        "content": CONTENT,
    }
    assert [f.name for f in tmp_path.iterdir()] == ["000001.json"]


def test_posts_come_in_the_order_in_which_they_were_made(tmp_path: Path) -> None:
    """Also past the tenth, where names by letters would go wrong."""
    channel = FolderChannel(tmp_path)
    for number in range(12):
        channel.post(CONTENT, key=str(number))
    assert [post.key for post in FolderChannel(tmp_path).posts()] == [str(n) for n in range(12)]


def test_two_writers_never_take_the_same_place(tmp_path: Path) -> None:
    """Eight at once, fifty posts."""
    with ThreadPoolExecutor(8) as pool:
        places = list(pool.map(lambda n: FolderChannel(tmp_path).post(CONTENT, key=str(n)), range(50)))
    assert len(set(places)) == 50
    assert {post.key for post in FolderChannel(tmp_path).posts()} == {str(n) for n in range(50)}


def test_a_place_taken_by_a_process_that_died_is_no_post(tmp_path: Path) -> None:
    """The empty file is passed over, and the next post takes the next number."""
    (tmp_path / "000001.json").touch()
    channel = FolderChannel(tmp_path)
    assert list(channel.posts()) == []
    assert channel.find("one") == ""
    assert channel.post(CONTENT, key="one") == "000002"


def test_a_half_written_post_is_never_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the disk fails in the middle the old post stands, and nothing is left behind."""
    channel = FolderChannel(tmp_path, SetClock(AT))
    place = channel.post(CONTENT, key="one")

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(SurelyNotSent, match="No space left"):
        channel.update(place, {"text": "new", "blocks": []}, key="two")
    assert [post.content for post in channel.posts()] == [CONTENT]
    assert [f.name for f in tmp_path.iterdir()] == [f"{place}.json"]


def test_a_folder_that_cannot_be_made_is_said_plainly(tmp_path: Path) -> None:
    """A file stands where the folder should be."""
    blocked = tmp_path / "channel"
    blocked.write_text("")
    with pytest.raises(ChannelError, match="cannot be written"):
        FolderChannel(blocked).check()
    with pytest.raises(SurelyNotSent, match="cannot be written") as refused:
        FolderChannel(blocked).post(CONTENT, key="one")
    assert not refused.value.final


def test_a_folder_that_cannot_be_read_leaves_the_question_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To conclude that it is not there would lead to a second post."""
    channel = FolderChannel(tmp_path)
    channel.post(CONTENT, key="one")

    def denied(*_args: object, **_kwargs: object) -> str:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_text", denied)
    with pytest.raises(Uncertain, match="Permission denied"):
        channel.find("one")


@pytest.mark.parametrize("place", ["../outside", "", "1.json", "１"])
def test_a_place_that_is_no_number_reaches_no_file(tmp_path: Path, place: str) -> None:
    """A place is never used as a path."""
    with pytest.raises(SurelyNotSent) as refused:
        FolderChannel(tmp_path).update(place, CONTENT, key="one")
    assert refused.value.final
