"""The loopback Graph itself: it has the traps that the client is tested against."""

import ssl
from collections.abc import Iterator

import httpx
import pytest

from tests.mail.graph.answers import ADDRESS, CLIENT, SECRET, TENANT
from tests.mail.graph.certificates import pair
from tests.mail.graph.loopback import LoopbackGraph

IMMUTABLE = {"Prefer": 'IdType="ImmutableId"'}


@pytest.fixture
def careless() -> Iterator[LoopbackGraph]:
    """A cloud that may have something to complain of."""
    with LoopbackGraph() as server:
        yield server


@pytest.fixture
def client(careless: LoopbackGraph) -> Iterator[httpx.Client]:
    with httpx.Client(verify=ssl.create_default_context(cadata=pair().certificate)) as http:
        form = {
            "grant_type": "client_credentials", "client_id": CLIENT, "client_secret": SECRET,
            "scope": f"https://{careless.host}/.default",
        }  # fmt: skip
        answer = http.post(f"https://{careless.host}/{TENANT}/oauth2/v2.0/token", data=form).json()
        http.headers["Authorization"] = f"Bearer {answer['access_token']}"
        http.base_url = f"https://{careless.host}/v1.0/users/{ADDRESS}/"
        yield http


def test_without_immutable_ids_a_move_changes_the_id(careless: LoopbackGraph, client: httpx.Client) -> None:
    """The trap that `Prefer` avoids: the id of before is nobody's any more."""
    letter = careless.mailbox.deliver(b"x")
    before = client.get(f"messages/{letter}?$select=id").json()["id"]
    after = client.post(f"messages/{before}/move", json={"destinationId": "deleteditems"}).json()["id"]
    assert before != after
    assert client.get(f"messages/{before}?$select=id").status_code == 404
    kept = client.get(f"messages/{letter}?$select=id", headers=IMMUTABLE).json()["id"]
    assert kept == letter
    assert careless.complaints


def test_whoever_forgets_to_select_is_complained_of(careless: LoopbackGraph, client: httpx.Client) -> None:
    """Whole letters, with their words, would come with each listing."""
    client.get("mailFolders/inbox/messages", headers=IMMUTABLE)
    assert careless.complaints == [f"no $select: /v1.0/users/{ADDRESS}/mailFolders/inbox/messages"]


@pytest.mark.parametrize(
    ("path", "sent", "code"),
    [
        ("messages", {"json": {"internetMessageHeaders": [{"name": "Auto-Submitted", "value": "x"}]}}, "InvalidInternetMessageHeader"),
        ("sendMail", {"content": b"not base64!", "headers": {"Content-Type": "text/plain"}}, "ErrorMimeContentInvalidBase64String"),
        ("sendMail", {"content": b"eA==", "headers": {"Content-Type": "message/rfc822"}}, "BadRequest"),
        ("messages/nonsense/move", {"json": {"destinationId": "inbox"}}, "ErrorInvalidIdMalformed"),
        ("mailFolders/inbox/childFolders", {"content": b"{}", "headers": {"Content-Type": "text/plain"}}, "BadRequest"),
    ],
)  # fmt: skip
def test_what_graph_refuses_is_refused(
    client: httpx.Client, path: str, sent: dict[str, object], code: str
) -> None:
    """Header names that are no X- ones, bodies that are no base64, wrong content types, ids that are none."""
    answer = client.post(path, **sent)  # type: ignore[arg-type]
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, code)


def test_a_request_without_a_token_is_refused(careless: LoopbackGraph, client: httpx.Client) -> None:
    """And a token that was never given out."""
    client.headers["Authorization"] = "Bearer x"
    assert client.get("mailFolders/inbox?$select=id").status_code == 401
