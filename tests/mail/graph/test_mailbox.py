"""Letters in Exchange Online, through Graph: none is missed, whatever the list of changes says or forgets."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from mail import LetterGone, LetterTooBig, MailError
from mail.graph import Graph, GraphMailbox
from mail.graph.mailbox import LISTED_ANYWAY_EVERY
from tests.mail.graph.loopback import Cut, Instead, LoopbackGraph, Refuse, too_often
from tests.mail.graph.tenant import NOON

MORNING = datetime(2026, 11, 30, 9, tzinfo=UTC)


def raw(text: str) -> bytes:
    return (
        f"From: office@oakfield.example\r\nMessage-ID: <{text}@oakfield.example>\r\n\r\n{text}\r\n".encode()
    )


def ids(inbox: GraphMailbox) -> list[str]:
    return [waiting.id for waiting in inbox.waiting()]


class Place:
    """A place that outlives the mailbox object."""

    def __init__(self, value: str = "") -> None:
        self.value = value

    def load(self) -> str:
        return self.value

    def save(self, state: str) -> None:
        self.value = state


# ------------------------------------------------------------------ the list of changes


def test_a_quiet_mailbox_costs_one_request(inbox: GraphMailbox, cloud: LoopbackGraph) -> None:
    """Once every letter is kept, a look at which nothing has changed only asks whether something has."""
    cloud.mailbox.deliver(raw("one"))
    inbox.waiting()
    inbox.all_kept()
    cloud.calls.clear()
    assert ids(inbox) == []
    assert cloud.calls == ["delta"]


def test_letters_are_listed_until_they_are_kept(inbox: GraphMailbox, cloud: LoopbackGraph) -> None:
    """A pass that was killed before its end is shown the same letters again."""
    letter = cloud.mailbox.deliver(raw("one"))
    assert ids(inbox) == ids(inbox) == [letter]
    inbox.all_kept()
    assert ids(inbox) == []


def test_a_letter_that_comes_later_is_listed(inbox: GraphMailbox, cloud: LoopbackGraph) -> None:
    """Also while an older one still lies there."""
    first = cloud.mailbox.deliver(raw("one"), MORNING)
    inbox.waiting()
    inbox.all_kept()
    second = cloud.mailbox.deliver(raw("two"))
    assert ids(inbox) == [first, second]


def test_the_place_outlives_the_process(graph: Graph, cloud: LoopbackGraph) -> None:
    """It is what was saved, so that the next process goes on from there."""
    place = Place()
    cloud.mailbox.deliver(raw("one"))
    before = GraphMailbox(graph, state=place)
    before.waiting()
    assert place.value == ""
    before.all_kept()
    assert place.value.startswith(f"https://{cloud.host}/")
    assert ids(GraphMailbox(graph, state=place)) == []


@pytest.mark.parametrize(
    "refusal", [None, Refuse(410, "resyncRequired"), Refuse(400, "SyncStateNotFound"), Refuse(410, "")]
)
def test_a_place_too_old_means_a_whole_listing(
    inbox: GraphMailbox, cloud: LoopbackGraph, refusal: Refuse | None
) -> None:
    """A 410 is normal with Graph: what lies in the folder is listed, and a new place begins."""
    letter = cloud.mailbox.deliver(raw("one"))
    inbox.waiting()
    inbox.all_kept()
    if refusal is None:
        cloud.mailbox.expire_changes()
    else:
        cloud.troubles["delta"].append(refusal)
    assert ids(inbox) == [letter]
    inbox.all_kept()
    assert ids(inbox) == []


@pytest.mark.parametrize(
    "place", ["", "https://graph.other.example/v1.0/delta", "nonsense", "http://127.0.0.1/"]
)
def test_a_lost_or_strange_place_means_a_whole_listing(
    graph: Graph, cloud: LoopbackGraph, place: str
) -> None:
    """Of another cloud, or damaged: our token does not go there."""
    letter = cloud.mailbox.deliver(raw("one"))
    assert ids(GraphMailbox(graph, state=Place(place))) == [letter]


def test_a_letter_moved_out_and_back_is_not_lost(inbox: GraphMailbox, cloud: LoopbackGraph) -> None:
    """With immutable ids Graph tells of its removal alone (docs-contrib #72): a removal means that the folder is listed."""
    letter = cloud.mailbox.deliver(raw("one"))
    inbox.waiting()
    inbox.all_kept()
    cloud.mailbox.move(letter, "deleteditems")
    cloud.mailbox.move(letter, "inbox")
    assert ids(inbox) == [letter]


def test_a_letter_told_twice_is_listed_once(inbox: GraphMailbox, cloud: LoopbackGraph) -> None:
    """The same letter can come twice after a move (docs #3611)."""
    cloud.mailbox.told_twice = True
    letter = cloud.mailbox.deliver(raw("one"))
    assert ids(inbox) == [letter]


def test_changes_that_stay_silent_do_not_hide_a_letter(inbox: GraphMailbox, cloud: LoopbackGraph) -> None:
    """Every so many looks the folder is listed all the same."""
    inbox.waiting()
    inbox.all_kept()
    letter = cloud.mailbox.deliver(raw("one"))
    cloud.mailbox.changes.clear()
    looks = [ids(inbox) for _ in range(LISTED_ANYWAY_EVERY)]
    assert looks == [[]] * (LISTED_ANYWAY_EVERY - 1) + [[letter]]


def test_what_the_listing_leaves_out_is_asked_for_singly(inbox: GraphMailbox, cloud: LoopbackGraph) -> None:
    """Ids that the changes named are reconciled with the listing; one that has left the inbox is no letter of ours."""
    stays, _goes = cloud.mailbox.deliver(raw("stays")), cloud.mailbox.deliver(raw("goes"))

    def short(answer: dict[str, Any]) -> dict[str, Any]:
        cloud.mailbox.move(_goes, "deleteditems")
        return {**answer, "value": []}

    cloud.troubles["list"].append(Instead(short))
    assert ids(inbox) == [stays]


# ------------------------------------------------------------------ pages


def test_every_page_is_read(inbox: GraphMailbox, cloud: LoopbackGraph) -> None:
    """120 letters in pages of 50, oldest first."""
    letters = [cloud.mailbox.deliver(raw(str(n)), NOON - timedelta(minutes=n)) for n in range(120)]
    assert ids(inbox) == letters[::-1]


@pytest.mark.parametrize("moved", [True, False])
def test_after_25_pages_the_next_look_goes_on(inbox: GraphMailbox, cloud: LoopbackGraph, moved: bool) -> None:
    """A folder too long for one look is worked off look by look, also if its letters cannot be moved meanwhile."""
    cloud.largest_page = 1
    letters = [cloud.mailbox.deliver(raw(str(n)), NOON + timedelta(minutes=n)) for n in range(60)]
    looks = []
    for _ in range(4):
        looks.append(ids(inbox))
        inbox.all_kept()
        for letter in looks[-1] if moved else ():
            inbox.file_processed(letter)
    assert [len(look) for look in looks[:2]] == [25, 25]
    assert list(dict.fromkeys(letter for look in looks for letter in look)) == letters


def test_very_many_letters_of_one_moment_do_not_stop_the_listing(
    inbox: GraphMailbox, cloud: LoopbackGraph
) -> None:
    """A migration gave them all one time: the listing begins anew, and as they are moved all have their turn."""
    cloud.largest_page = 1
    letters = [cloud.mailbox.deliver(raw(str(n))) for n in range(60)]
    seen: set[str] = set()
    for _ in range(6):
        for letter in ids(inbox):
            seen.add(letter)
            inbox.file_processed(letter)
        inbox.all_kept()
    assert seen == set(letters)


@pytest.mark.parametrize(
    "link",
    [
        "https://graph.microsoft.com.evil.example/v1.0/x",
        "http://{host}/v1.0/x",
        "https://{host}@evil.example/v1.0/x",
        "https://evil.example/v1.0/x?{host}",
        "//{host}/v1.0/x",
    ],
)
@pytest.mark.parametrize("kind", ["delta", "list"])
def test_a_next_page_on_another_server_is_refused(
    inbox: GraphMailbox, cloud: LoopbackGraph, link: str, kind: str
) -> None:
    """Our token would go with the request."""
    cloud.mailbox.deliver(raw("one"))
    to = {"@odata.nextLink": link.format(host=cloud.host)}
    cloud.troubles[kind].append(Instead(lambda answer: answer | to))
    with pytest.raises(MailError, match="another server"):
        inbox.waiting()


# ------------------------------------------------------------------ waiting for a busy server


@pytest.mark.parametrize("named", ["7", "Mon, 30 Nov 2026 12:00:07 GMT"])
def test_a_busy_server_is_given_the_time_it_asks_for(
    inbox: GraphMailbox, cloud: LoopbackGraph, named: str
) -> None:
    """Retry-After as seconds and as a date, which counts from the server's own clock."""
    letter = cloud.mailbox.deliver(raw("one"))
    cloud.troubles["list"].append(too_often(named))
    assert ids(inbox) == [letter]
    assert cloud.waits == [7.0]


def test_a_server_that_asks_for_much_patience_is_left_for_the_next_round(
    inbox: GraphMailbox, cloud: LoopbackGraph
) -> None:
    """Other mailboxes must not wait for this one; the words say how long."""
    cloud.troubles["delta"].append(too_often("300"))
    with pytest.raises(MailError, match="wait 300 seconds"):
        inbox.waiting()
    assert cloud.waits == []


@pytest.mark.parametrize("trouble", [Refuse(500, "internalServerError"), Refuse(502, ""), Cut()])
def test_a_question_is_asked_three_times_at_most(
    inbox: GraphMailbox, cloud: LoopbackGraph, trouble: Refuse | Cut
) -> None:
    """A passing fault is got over; a lasting one is told."""
    letter = cloud.mailbox.deliver(raw("one"))
    cloud.troubles["list"] += [trouble, trouble]
    assert ids(inbox) == [letter]
    cloud.troubles["list"] += [trouble] * 3
    with pytest.raises(MailError):
        inbox.waiting()


def test_what_is_refused_for_good_is_not_asked_again(inbox: GraphMailbox, cloud: LoopbackGraph) -> None:
    """A missing permission does not come by waiting."""
    cloud.troubles["list"].append(Refuse(403, "ErrorAccessDenied"))
    with pytest.raises(MailError, match=r"Mail\.ReadWrite.*RBAC for Applications"):
        inbox.waiting()
    assert (cloud.calls.count("list"), cloud.waits) == (1, [])


# ------------------------------------------------------------------ fetching


def test_a_letter_that_vanishes_is_told_from_one_that_failed(
    inbox: GraphMailbox, cloud: LoopbackGraph
) -> None:
    """Deleted between listing and fetching; a server fault is no disappearance."""
    letter = cloud.mailbox.deliver(raw("one"))
    inbox.waiting()
    cloud.troubles["value"] += [Refuse(500)] * 3
    with pytest.raises(MailError) as failed:
        inbox.fetch(letter)
    assert not isinstance(failed.value, LetterGone)
    cloud.mailbox.remove(letter)
    with pytest.raises(LetterGone):
        inbox.fetch(letter)


def test_a_letter_larger_than_its_listing_said_is_not_read_whole(
    inbox: GraphMailbox, cloud: LoopbackGraph
) -> None:
    """Exchange counts the size as it stores a letter, which is less than its bytes: the limit holds at the fetching too."""
    cloud.mailbox.deliver(bytes(20_000_000))
    cloud.troubles["list"].append(Instead(_without_sizes))
    (waiting,) = inbox.waiting()
    assert waiting.size == 0
    with pytest.raises(LetterTooBig) as refused:
        inbox.fetch(waiting.id)
    assert refused.value.size < 200_000


def _without_sizes(answer: dict[str, Any]) -> dict[str, Any]:
    for row in answer["value"]:
        del row["singleValueExtendedProperties"]
    return answer


def test_a_row_without_a_time_takes_it_from_the_letter(inbox: GraphMailbox, cloud: LoopbackGraph) -> None:
    """One odd row does not stop the listing."""
    cloud.mailbox.deliver(b"Received: from a by b; Mon, 30 Nov 2026 09:00:00 +0000\r\n" + raw("odd"))

    def odd(answer: dict[str, Any]) -> dict[str, Any]:
        return {"value": [row | {"receivedDateTime": None} for row in answer["value"]]}

    cloud.troubles["list"].append(Instead(odd))
    (waiting,) = inbox.waiting()
    assert inbox.fetch(waiting.id).received == MORNING


# ------------------------------------------------------------------ moving


def test_what_a_person_has_moved_stays_there(inbox: GraphMailbox, cloud: LoopbackGraph) -> None:
    """An immutable id finds a letter in any folder: where it lies is asked before it is moved."""
    letter = cloud.mailbox.deliver(raw("one"))
    inbox.waiting()
    cloud.mailbox.move(letter, "deleteditems")
    inbox.file_processed(letter)
    assert len(cloud.mailbox.in_folder("deleteditems")) == 1


def test_a_folder_that_was_taken_away_is_made_again(inbox: GraphMailbox, cloud: LoopbackGraph) -> None:
    """Somebody tidied up: the next letter still finds its place."""
    first, second = cloud.mailbox.deliver(raw("one")), cloud.mailbox.deliver(raw("two"))
    inbox.file_processed(first)
    for folder in cloud.mailbox.children("inbox"):
        del cloud.mailbox.folders[folder]
    inbox.file_processed(second)
    assert cloud.mailbox.in_folder("Processed") == [raw("two")]


def test_a_folder_made_by_another_in_the_same_moment_is_used(
    inbox: GraphMailbox, cloud: LoopbackGraph
) -> None:
    """Two workers start together: one folder."""
    letter = cloud.mailbox.deliver(raw("one"))
    cloud.troubles["folders"].append(Instead(lambda _: {"value": []}))
    cloud.mailbox.make_folder("inbox", "Processed")
    inbox.file_processed(letter)
    assert list(cloud.mailbox.children("inbox").values()) == ["Processed"]
    assert len(cloud.mailbox.in_folder("Processed")) == 1


@pytest.mark.parametrize("trouble", [Cut(done=True), Refuse(500, done=True), Cut(), Refuse(500)])
def test_a_move_whose_answer_is_lost_is_done_once(
    inbox: GraphMailbox, cloud: LoopbackGraph, trouble: Cut | Refuse
) -> None:
    """It is told as a failure and not tried again at once; the next pass finds it done, or does it."""
    letter = cloud.mailbox.deliver(raw("one"))
    cloud.troubles["move"].append(trouble)
    with pytest.raises(MailError):
        inbox.file_processed(letter)
    assert cloud.calls.count("move") == 1
    inbox.file_processed(letter)
    assert cloud.mailbox.in_folder("Processed") == [raw("one")]
    assert cloud.mailbox.letters[letter].moves == 1


def test_a_move_refused_for_being_busy_is_tried_again(inbox: GraphMailbox, cloud: LoopbackGraph) -> None:
    """Nothing was done, so nothing can be done twice."""
    letter = cloud.mailbox.deliver(raw("one"))
    cloud.troubles["move"].append(too_often("2"))
    inbox.file_processed(letter)
    assert (cloud.mailbox.in_folder("Processed"), cloud.waits) == ([raw("one")], [2.0])


# ------------------------------------------------------------------ the check


def test_the_check_makes_what_it_needs(inbox: GraphMailbox, cloud: LoopbackGraph) -> None:
    """Both folders, under the inbox, each once; then it says how much waits."""
    cloud.mailbox.deliver(raw("one"))
    assert inbox.check() == inbox.check()
    assert "1 wait" in inbox.check()
    assert sorted(cloud.mailbox.children("inbox").values()) == ["Processed", "Set aside"]


def test_the_check_tells_an_application_that_may_open_every_mailbox(tmp_path: Path) -> None:
    """Tenant-wide consent shows in the token; RBAC for Applications does not."""
    with LoopbackGraph(roles=("Mail.ReadWrite", "Mail.Send")) as cloud, cloud.connected(tmp_path) as graph:
        assert "every mailbox" in GraphMailbox(graph).check()


@pytest.mark.parametrize(
    ("kind", "refusal", "words"),
    [
        (
            "folder",
            Refuse(403, "ErrorAccessDenied"),
            ["Mail.ReadWrite", "admin consent", "RBAC for Applications"],
        ),
        ("make_folder", Refuse(403, "ErrorAccessDenied"), ["Mail.ReadWrite", "RBAC for Applications"]),
        ("folder", Refuse(404, "ErrorInvalidUser"), ["mailbox address"]),
        ("folder", Refuse(404, "MailboxNotEnabledForRESTAPI"), ["Exchange Online", "on-premises"]),
        ("folder", Refuse(418, "SomethingNew"), ["418", "SomethingNew"]),
        ("folder", Refuse(418, "<a@b.example> a private word"), ["418"]),
    ],
)
def test_the_check_names_what_to_mend(
    inbox: GraphMailbox, cloud: LoopbackGraph, kind: str, refusal: Refuse, words: list[str]
) -> None:
    """Missing permission, wrong mailbox, consent: in plain words; nothing of Graph's own text."""
    cloud.troubles[kind].append(refusal)
    with pytest.raises(MailError) as refused:
        inbox.check()
    said = str(refused.value)
    assert all(word in said for word in words)
    assert "private" not in said
    assert said.endswith(".")


def test_a_mailbox_that_is_not_ours_says_so(cloud: LoopbackGraph, tmp_path: Path) -> None:
    """A mistyped address, without repeating it."""
    with cloud.connected(tmp_path, mailbox="someone@else.example") as graph:
        with pytest.raises(MailError, match="mailbox address") as refused:
            GraphMailbox(graph).check()
        assert "someone" not in str(refused.value)


@pytest.mark.parametrize(
    "call",
    [
        lambda box: box.waiting(),
        lambda box: box.fetch("letter-1"),
        lambda box: box.file_processed("letter-1"),
        lambda box: box.set_aside("letter-1"),
        lambda box: box.check(),
    ],
    ids=["waiting", "fetch", "file_processed", "set_aside", "check"],
)
def test_a_server_that_is_not_there_is_a_mail_error(
    tmp_path: Path, call: Callable[[GraphMailbox], object]
) -> None:
    """Whatever is asked: the worker logs it and goes on with the next mailbox."""
    with LoopbackGraph() as cloud:
        pass
    with cloud.connected(tmp_path) as graph, pytest.raises(MailError, match="cannot be reached"):
        call(GraphMailbox(graph))
