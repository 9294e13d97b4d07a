"""Signing in as an application: by secret or certificate, seldom, and without a secret in any word."""

import threading
from pathlib import Path

import pytest

from mail import MailError, NotSent
from mail.graph import CLOUDS, Cloud, Graph, GraphAccess, GraphMailbox, GraphPostbox
from tests.mail.graph.answers import ADDRESS, CLIENT, SECRET, TENANT
from tests.mail.graph.certificates import locked, pair
from tests.mail.graph.loopback import LoopbackGraph, Refuse, too_often


def test_one_token_serves_many_requests(cloud: LoopbackGraph, inbox: GraphMailbox) -> None:
    """It holds for an hour; asking for one at each request would be refused before long."""
    for _ in range(5):
        inbox.waiting()
    assert cloud.calls.count("token") == 1


def test_a_token_that_is_refused_is_replaced(cloud: LoopbackGraph, inbox: GraphMailbox) -> None:
    """An administrator ended the session: one new token, and the request is made again."""
    inbox.waiting()
    cloud.tokens.clear()
    cloud.mailbox.deliver(b"x")
    assert len(inbox.waiting()) == 1
    assert cloud.calls.count("token") == 2


def test_a_token_refused_again_ends_in_words(cloud: LoopbackGraph, inbox: GraphMailbox) -> None:
    """There is no third try: a wrong audience does not come right by itself."""
    cloud.troubles["folder"] += [Refuse(401, "InvalidAuthenticationToken")] * 2
    with pytest.raises(MailError, match="does not accept our sign-in"):
        inbox.waiting()
    assert cloud.calls.count("folder") == 2


@pytest.mark.parametrize("password", ["", "a password"])
def test_a_certificate_signs_in(tmp_path: Path, password: str) -> None:
    """The assertion is signed by the key and names the certificate; the key may be locked."""
    app = pair("application")
    key = locked(app.key, password) if password else app.key
    with (
        LoopbackGraph(certificate=app) as cloud,
        cloud.connected(
            tmp_path, secret="", certificate=key + app.certificate, certificate_password=password
        ) as graph,
    ):
        assert GraphMailbox(graph).check()


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"secret": "another"}, "client secret is wrong"),
        ({"client_id": "nobody"}, "client id"),
        ({"tenant": "nowhere"}, "tenant"),
        ({"secret": "", "certificate": pair("stranger").both}, "certificate is not known"),
        ({"secret": "", "certificate": "no PEM at all"}, "certificate cannot be used"),
        ({"secret": "", "certificate": pair("stranger").certificate}, "certificate cannot be used"),
        (
            {
                "secret": "",
                "certificate": locked(pair("stranger").key, "right") + pair("stranger").certificate,
                "certificate_password": "wrong",
            },
            "certificate cannot be used",
        ),
        (
            {
                "secret": "",
                "certificate": "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"
                + pair("stranger").certificate,
            },
            "certificate cannot be used",
        ),
    ],
)
def test_a_sign_in_that_fails_names_what_to_mend(tmp_path: Path, changed: dict[str, str], words: str) -> None:
    """In plain words, without anything that was to stay secret."""
    app = pair("application") if "certificate" in changed else None
    with LoopbackGraph(certificate=app) as cloud, cloud.connected(tmp_path, **changed) as graph:
        with pytest.raises(MailError, match=words) as refused:
            GraphMailbox(graph).check()
        said = str(refused.value)
        assert not [secret for secret in (SECRET, CLIENT, TENANT, "BEGIN", "another") if secret in said]


def test_a_sign_in_server_that_is_away_says_so(tmp_path: Path) -> None:
    """The proxy does not let us through to it, though Graph itself may answer."""
    with LoopbackGraph() as gone:
        pass
    with LoopbackGraph() as cloud:
        here = f"https://{cloud.host}"
        with cloud.connected(tmp_path, cloud=Cloud(here, f"https://{gone.host}", ())) as graph:
            with pytest.raises(MailError, match="sign-in server"):
                GraphMailbox(graph).check()
            assert cloud.calls == []


def test_no_secret_shows(tmp_path: Path) -> None:
    """Not in a representation, which ends up in logs and tracebacks."""
    access = GraphAccess(
        mailbox=ADDRESS, tenant=TENANT, client_id=CLIENT, certificate="PRIVATE", certificate_password="WORD"
    )
    assert not [secret for secret in ("PRIVATE", "WORD") if secret in repr(access)]
    with_secret = GraphAccess(mailbox=ADDRESS, tenant=TENANT, client_id=CLIENT, secret=SECRET)
    graph = Graph(with_secret)
    assert SECRET not in f"{with_secret!r} {graph!r} {vars(graph)!r} {vars(graph.tokens)!r}"
    graph.close()


@pytest.mark.parametrize("kind", ["tenant", "token"])
@pytest.mark.parametrize(
    "trouble", [too_often("5"), Refuse(500, ""), Refuse(503, "")], ids=["429", "500", "503"]
)
def test_a_sign_in_server_that_is_busy_says_so(
    cloud: LoopbackGraph, graph: Graph, kind: str, trouble: Refuse
) -> None:
    """Whatever it fails with is a failure of the mailbox; a letter has then surely not gone."""
    cloud.troubles[kind] += [trouble, trouble]
    with pytest.raises(MailError, match="sign-in"):
        GraphMailbox(graph).waiting()
    with pytest.raises(NotSent) as failed:
        GraphPostbox(graph).send(
            b"To: a@b.example\r\nIn-Reply-To: <1@x>\r\n\r\n",
            sender="",
            recipients=["a@b.example"],
            message_id="<1@x>",
        )
    assert not failed.value.final


def test_no_log_line_shows_mailbox_letter_or_secret(
    cloud: LoopbackGraph, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """At the chattiest level, with a good sign-in, a letter's way and a refused sign-in."""
    caplog.set_level("DEBUG")
    letter = cloud.mailbox.deliver(b"Message-ID: <merryn@oakfield.example>\r\n\r\nMerryn")
    with cloud.connected(tmp_path) as graph:
        inbox = GraphMailbox(graph)
        inbox.waiting()
        inbox.fetch(letter)
        GraphPostbox(graph).sent("<merryn@oakfield.example>")
        token = graph.tokens.token()
    with cloud.connected(tmp_path, secret="another") as graph, pytest.raises(MailError):
        GraphMailbox(graph).check()
    private = (SECRET, "another", token, ADDRESS, ADDRESS.replace("@", "%40"), "merryn", TENANT)
    assert not [word for word in private if word in caplog.text]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, "either a client secret or a certificate"),
        ({"secret": "s", "certificate": "c"}, "either a client secret or a certificate"),
        ({"secret": "s", "tenant": ""}, "tenant"),
        ({"secret": "s", "cloud": Cloud("http://graph.example")}, "https"),
    ],
)
def test_settings_that_could_never_work_are_refused_at_once(given: dict[str, str], words: str) -> None:
    """Before anything touches the network."""
    whole = {"mailbox": ADDRESS, "tenant": TENANT, "client_id": CLIENT}
    with pytest.raises(MailError, match=words):
        GraphAccess(**(whole | given))  # type: ignore[arg-type]


def test_each_cloud_has_its_own_servers() -> None:
    """As Microsoft lists its national clouds: no two share a Graph."""
    hosts = {name: (cloud.graph, cloud.login) for name, cloud in CLOUDS.items()}
    assert hosts["global"] == ("https://graph.microsoft.com", "https://login.microsoftonline.com")
    assert hosts["us-government"] == ("https://graph.microsoft.us", "https://login.microsoftonline.us")
    assert hosts["us-defence"] == ("https://dod-graph.microsoft.us", "https://login.microsoftonline.us")
    assert hosts["china"] == ("https://microsoftgraph.chinacloudapi.cn", "https://login.chinacloudapi.cn")


def test_an_unreadable_file_of_authorities_says_so(tmp_path: Path) -> None:
    """Its path is a setting."""
    access = GraphAccess(
        mailbox=ADDRESS,
        tenant=TENANT,
        client_id=CLIENT,
        secret=SECRET,
        authorities=str(tmp_path / "none.pem"),
    )
    with pytest.raises(MailError, match="certificate authorities"):
        Graph(access)


def test_a_server_with_a_certificate_of_nobody_is_not_talked_to(cloud: LoopbackGraph, tmp_path: Path) -> None:
    """Without the council's authorities the loopback is a stranger: nothing is sent to it, least of all the secret."""
    with cloud.connected(tmp_path, authorities="") as graph, pytest.raises(MailError, match="sign-in server"):
        GraphMailbox(graph).check()
    assert cloud.calls == []


def test_four_requests_at_most_are_under_way(cloud: LoopbackGraph, graph: Graph) -> None:
    """Microsoft refuses a fifth to the same mailbox; twelve threads ask, and eight wait their turn."""
    inbox = GraphMailbox(graph)
    letter = cloud.mailbox.deliver(b"x")
    inbox.waiting()
    cloud.open.clear()
    threads = [threading.Thread(target=inbox.fetch, args=(letter,)) for _ in range(12)]
    for thread in threads:
        thread.start()
    with cloud.crowd:
        assert cloud.crowd.wait_for(lambda: cloud.at_once == 4, 10)
        assert not cloud.crowd.wait_for(lambda: cloud.at_once > 4, 0.3)
    cloud.open.set()
    for thread in threads:
        thread.join(20)
    assert (cloud.calls.count("value"), cloud.most_at_once) == (12, 4)
