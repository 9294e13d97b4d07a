"""Letters out through Graph: as they were rendered, to whom they were meant for, and never twice by our doing."""

import base64
import re
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest

from mail import Address, Enclosure, MailError, NotSent, Outgoing, Uncertain, compose
from mail.graph import Graph, GraphPostbox
from mail.graph.connection import Graph as Connection
from tests.mail.graph.loopback import ADDRESS, Cut, Instead, LoopbackGraph, Refuse, Trouble, too_often
from tests.mail.graph.tenant import NOON

OURS = "<mm.1.abc@westhaven.example>"
SCHOOL = "office@oakfield.example"
THEIRS = "<referral@oakfield.example>"


def letter(*files: bytes, answers: str = "", message_id: str = OURS) -> bytes:
    return compose(
        Outgoing(
            sender=Address(ADDRESS),
            recipients=(Address(SCHOOL, "Büro Oakfield"),),
            cc=(Address("head@oakfield.example"),),
            subject="MM-26-0001: what is missing",
            text="Dear colleague,\n\nplease send what is missing.\n",
            html="<p>please send what is missing</p>",
            date=datetime(2026, 11, 30, 12, tzinfo=UTC),
            message_id=message_id,
            in_reply_to=answers,
            case="MM-26-0001",
            attachments=tuple(
                Enclosure(f"form-{n}.docx", "application/octet-stream", data) for n, data in enumerate(files)
            ),
        )
    )


def send(
    postbox: GraphPostbox, raw: bytes, recipients: tuple[str, ...] = (SCHOOL, "head@oakfield.example")
) -> None:
    postbox.send(raw, sender=ADDRESS, recipients=recipients, message_id=OURS)


def sent_letter(cloud: LoopbackGraph) -> EmailMessage:
    """The one letter in Sent Items."""
    (raw,) = cloud.mailbox.in_folder("sentitems")
    message = message_from_bytes(raw, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


def drafts(cloud: LoopbackGraph) -> list[bytes]:
    return cloud.mailbox.in_folder("drafts")


# ------------------------------------------------------------------ what leaves


def test_a_letter_goes_as_it_was_rendered(postbox: GraphPostbox, cloud: LoopbackGraph) -> None:
    """Byte for byte, but for the header that Exchange strips."""
    raw = letter()
    send(postbox, raw)
    assert cloud.mailbox.in_folder("sentitems") == [re.sub(rb"Auto-Submitted: [^\r]*\r\n", b"", raw)]
    assert [call for call in cloud.calls if call in {"send_mail", "draft", "send"}] == ["send_mail"]


def test_other_robots_are_still_told_not_to_answer(postbox: GraphPostbox, cloud: LoopbackGraph) -> None:
    """`Auto-Submitted` is lost on this road: the header of Exchange's own world and ours stay."""
    send(postbox, letter())
    sent = sent_letter(cloud)
    assert sent["Auto-Submitted"] is None
    assert (sent["X-Auto-Response-Suppress"], sent["X-Managed-Moves-Case"]) == ("All", "MM-26-0001")


def test_an_answer_goes_as_a_reply_to_the_letter_it_answers(
    postbox: GraphPostbox, cloud: LoopbackGraph
) -> None:
    """It stands in one conversation with their letter, wherever that was filed; the subject is our own (never "RE:")."""
    theirs = cloud.mailbox.deliver(f"Message-ID: {THEIRS}\r\nSubject: private\r\n\r\nx".encode())
    cloud.mailbox.move(theirs, cloud.mailbox.make_folder("inbox", "Processed"))
    send(postbox, letter(answers=THEIRS))
    sent = sent_letter(cloud)
    assert "reply" in cloud.calls
    assert (sent["In-Reply-To"], sent["Message-ID"], sent["Subject"]) == (
        THEIRS, OURS, "MM-26-0001: what is missing",
    )  # fmt: skip
    assert drafts(cloud) == []


def test_an_answer_to_a_letter_that_is_not_in_the_mailbox_goes_all_the_same(
    postbox: GraphPostbox, cloud: LoopbackGraph
) -> None:
    """Somebody deleted it: the header still threads."""
    send(postbox, letter(answers=THEIRS))
    assert sent_letter(cloud)["In-Reply-To"] == THEIRS


@pytest.mark.parametrize("answers", ["", THEIRS])
def test_a_letter_above_three_megabytes_is_uploaded_in_pieces(
    postbox: GraphPostbox, cloud: LoopbackGraph, answers: str
) -> None:
    """Words, headers and every file arrive whole; a small file goes beside the large one."""
    cloud.mailbox.deliver(f"Message-ID: {THEIRS}\r\n\r\nx".encode())
    large, small = bytes(range(256)) * 28_000, b"small"
    send(postbox, letter(large, small, answers=answers))
    sent = sent_letter(cloud)
    assert [part.get_content() for part in sent.iter_attachments()] == [large, small]
    assert [part.get_filename() for part in sent.iter_attachments()] == ["form-0.docx", "form-1.docx"]
    body = sent.get_body(("plain",))
    assert body is not None
    assert "please send what is missing" in body.get_content()
    assert (sent["Message-ID"], sent["X-Auto-Response-Suppress"]) == (OURS, "All")
    assert cloud.calls.count("upload") == 3  # 7,168,000 bytes in pieces of 3,276,800
    assert postbox.sent(OURS)


def test_a_file_between_one_three_megabytes_and_the_other_goes_in_one_request(
    postbox: GraphPostbox, cloud: LoopbackGraph
) -> None:
    """3,050,000 bytes: above 3 MB counted in thousands, below it counted in 1,024s, where no upload session is given."""
    send(postbox, letter(bytes(3_050_000)))
    (file,) = sent_letter(cloud).iter_attachments()
    assert (file.get_content(), cloud.calls.count("upload")) == (bytes(3_050_000), 0)


def test_a_draft_bears_our_message_id(postbox: GraphPostbox, cloud: LoopbackGraph) -> None:
    """If Exchange gives it another, ours is written over it: a lost answer is looked up by it."""
    cloud.mailbox.deliver(f"Message-ID: {THEIRS}\r\n\r\nx".encode())

    def renamed(answer: dict[str, Any]) -> dict[str, Any]:
        cloud.mailbox.find(answer["id"]).message_id = "<theirs@outlook.example>"
        return answer | {"internetMessageId": "<theirs@outlook.example>"}

    cloud.troubles["reply"].append(Instead(renamed))
    send(postbox, letter(answers=THEIRS))
    assert postbox.sent(OURS)
    assert sent_letter(cloud)["Message-ID"] == OURS


@pytest.mark.parametrize(
    "recipients",
    [(), (SCHOOL,), (SCHOOL, "head@oakfield.example", "third@oakfield.example"), ("try@westhaven.example",)],
)
def test_a_letter_whose_header_names_others_does_not_leave(
    postbox: GraphPostbox, cloud: LoopbackGraph, recipients: tuple[str, ...]
) -> None:
    """Graph knows no envelope: it sends to whom the header names. A dry run must not reach a school by it."""
    with pytest.raises(NotSent) as refused:
        send(postbox, letter(), recipients)
    assert (refused.value.final, cloud.calls) == (True, [])


# ------------------------------------------------------------------ what goes wrong


@pytest.mark.parametrize("trouble", [Cut(done=True), Refuse(500, done=True), Refuse(503, done=True)])
def test_a_letter_accepted_without_an_answer_is_found_in_sent_items(
    postbox: GraphPostbox, cloud: LoopbackGraph, trouble: Trouble
) -> None:
    """Uncertain, and not tried again by itself: whoever asks for it by its Message-ID learns that it went."""
    cloud.troubles["send_mail"].append(trouble)
    with pytest.raises(Uncertain):
        send(postbox, letter())
    assert cloud.calls.count("send_mail") == 1
    assert postbox.sent(OURS)


@pytest.mark.parametrize("trouble", [Cut(), Refuse(500), Refuse(504)])
def test_a_letter_that_never_came_through_is_not_found(
    postbox: GraphPostbox, cloud: LoopbackGraph, trouble: Trouble
) -> None:
    """From our side it looks the same; the mailbox knows better."""
    cloud.troubles["send_mail"].append(trouble)
    with pytest.raises(Uncertain):
        send(postbox, letter())
    assert not postbox.sent(OURS)


@pytest.mark.parametrize(
    ("refusal", "final", "wait"),
    [
        (too_often("90"), False, 90.0),
        (too_often("Mon, 30 Nov 2026 12:01:30 GMT"), False, 90.0),
        (Refuse(403, "ErrorSendAsDenied"), False, None),
        (Refuse(403, "ErrorAccessDenied"), False, None),
        (Refuse(400, "ErrorQuotaExceeded"), False, None),
        (Refuse(400, "ErrorInvalidRecipients"), True, None),
        (Refuse(413, "RequestEntityTooLarge"), True, None),
    ],
)
def test_a_refusal_is_surely_not_sent(
    postbox: GraphPostbox, cloud: LoopbackGraph, refusal: Refuse, final: bool, wait: float | None
) -> None:
    """Later if the server is busy or an administrator can mend it; never if the letter itself is at fault."""
    cloud.troubles["send_mail"].append(refusal)
    with pytest.raises(NotSent) as refused:
        send(postbox, letter())
    assert (refused.value.final, refused.value.retry_after) == (final, wait)
    assert (cloud.calls.count("send_mail"), cloud.waits) == (1, [])


def test_a_server_that_is_away_has_taken_nothing(cloud: LoopbackGraph, graph: Graph) -> None:
    """No connection, no letter: trying again is safe."""
    postbox = GraphPostbox(graph)
    cloud.leaving = True
    graph.tokens.token()
    cloud._server.shutdown()
    cloud._server.server_close()
    with pytest.raises(NotSent) as refused:
        send(postbox, letter())
    assert not refused.value.final


@pytest.mark.parametrize("kind", ["draft", "session", "upload", "attach"])
def test_a_large_letter_that_fails_on_the_way_leaves_no_draft(
    postbox: GraphPostbox, cloud: LoopbackGraph, kind: str
) -> None:
    """Nothing has gone before the last request, and nobody finds a draft to send by hand."""
    cloud.troubles[kind].append(Refuse(500))
    with pytest.raises(NotSent) as failed:
        send(postbox, letter(bytes(4_000_000), b"small"))
    assert (failed.value.final, drafts(cloud), postbox.sent(OURS)) == (False, [], False)
    send(postbox, letter(bytes(4_000_000), b"small"))
    assert len(cloud.mailbox.in_folder("sentitems")) == 1


def test_a_draft_left_by_a_killed_process_is_taken_away(
    postbox: GraphPostbox, cloud: LoopbackGraph, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It does not count as sent, and the next try does not leave two."""

    class Killed(BaseException):
        """The process ends."""

    def killed(*_: Any, **__: Any) -> None:
        raise Killed

    with monkeypatch.context() as dying:
        dying.setattr(Connection, "put_piece", killed)
        dying.setattr(Connection, "delete", killed)
        with pytest.raises(Killed):
            send(postbox, letter(bytes(4_000_000)))
    assert (len(drafts(cloud)), postbox.sent(OURS)) == (1, False)
    send(postbox, letter(bytes(4_000_000)))
    assert (drafts(cloud), len(cloud.mailbox.in_folder("sentitems"))) == ([], 1)


@pytest.mark.parametrize(
    "address", ["https://evil.example/upload/1", "http://{host}/upload/1", "https://{host}@evil.example/1"]
)
def test_a_file_is_uploaded_to_microsoft_only(
    postbox: GraphPostbox, cloud: LoopbackGraph, address: str
) -> None:
    """The file is a child's form."""
    there = {"uploadUrl": address.format(host=cloud.host)}
    cloud.troubles["session"].append(Instead(lambda answer: answer | there))
    with pytest.raises(NotSent, match="another server"):
        send(postbox, letter(bytes(4_000_000)))
    assert "upload" not in cloud.calls


# ------------------------------------------------------------------ whether it went


def test_a_letter_filed_out_of_sent_items_still_counts(postbox: GraphPostbox, cloud: LoopbackGraph) -> None:
    """An archive rule, or an officer who tidies up."""
    send(postbox, letter())
    (sent,) = cloud.mailbox.lying_in("sentitems")
    cloud.mailbox.move(sent.immutable, "deleteditems")
    assert postbox.sent(OURS)


def test_a_letter_in_the_outbox_is_about_to_go(postbox: GraphPostbox, cloud: LoopbackGraph) -> None:
    """Neither sent nor unsent: it is asked again later."""
    cloud.mailbox.add("outbox", letter(), NOON, draft=True)
    with pytest.raises(Uncertain, match="outbox"):
        postbox.sent(OURS)


@pytest.mark.parametrize("trouble", [Refuse(503), Refuse(403, "ErrorAccessDenied"), Cut()])
def test_a_mailbox_that_cannot_be_asked_leaves_it_open(
    postbox: GraphPostbox, cloud: LoopbackGraph, trouble: Trouble
) -> None:
    """“No” would send it twice."""
    send(postbox, letter())
    cloud.troubles["find"] += [trouble] * 3
    with pytest.raises(Uncertain):
        postbox.sent(OURS)


def test_a_quotation_mark_in_a_message_id_asks_for_that_id(
    postbox: GraphPostbox, cloud: LoopbackGraph
) -> None:
    """Theirs may hold one; it must not end the question early."""
    cloud.mailbox.add("sentitems", b"Message-ID: <o'neil@x.example>\r\n\r\n", NOON)
    assert postbox.sent("<o'neil@x.example>")
    assert not postbox.sent("' or internetMessageId ne '")


def test_the_check_sends_nothing(postbox: GraphPostbox, cloud: LoopbackGraph) -> None:
    """It looks at the folders that sending needs."""
    assert postbox.check().endswith(".")
    assert not {"send_mail", "send", "draft"} & set(cloud.calls)
    cloud.troubles["folder"].append(Refuse(403, "ErrorAccessDenied"))
    with pytest.raises(MailError, match=r"Mail\.Send"):
        postbox.check()


def test_the_letter_is_handed_over_in_base64(cloud: LoopbackGraph, postbox: GraphPostbox) -> None:
    """What is no base64 Graph refuses; the loopback does so too, and then no letter is in Sent Items."""
    with pytest.raises(MailError):
        postbox._graph.post_mime(postbox._graph.at("sendMail"), letter())
    postbox._graph.post_mime(postbox._graph.at("sendMail"), base64.b64encode(letter()))
    assert postbox.sent(OURS)
