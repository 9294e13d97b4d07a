"""What the loopback Graph answers: one method for each call to the mailbox, the sign-in, and the upload host."""

import base64
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, quote, urlencode

import jwt
from cryptography import x509

from tests.mail.graph.tenant import NOON, Mail, Refused, mime_of, refuse_bad_headers

if TYPE_CHECKING:
    from tests.mail.graph.loopback import LoopbackGraph

TENANT, CLIENT, SECRET = "11111111-aaaa", "22222222-bbbb", "a secret of the app"
ADDRESS = "school.admissions@westhaven.example"
LARGEST_BODY = 4 * 1024 * 1024
_SMALLEST_UPLOAD = 3 * 1024 * 1024


@dataclass
class Call:
    """A request to the mailbox, taken apart."""

    method: str
    steps: tuple[str, ...]
    query: dict[str, str]
    body: bytes
    kind: str  # content type
    immutable: bool
    page: int

    def content(self) -> dict[str, Any]:
        if self.kind != "application/json":
            raise Refused(400, "BadRequest")
        answer: dict[str, Any] = json.loads(self.body)
        return answer

    def mime(self) -> bytes:
        if self.kind != "text/plain":
            raise Refused(400, "BadRequest")
        return self.body


# ---------------------------------------------------------------------- the mailbox


Answer = tuple[int, dict[str, Any] | None]


class Routes:
    """One call to the mailbox."""

    def __init__(self, graph: "LoopbackGraph", call: Call) -> None:
        self._graph = graph
        self._box = graph.mailbox
        self._call = call

    def answer(self) -> Answer | bytes:
        name = name_of(self._call.method, ("v1.0", "users", ADDRESS, *self._call.steps))
        route: Callable[[], Answer | bytes] = getattr(self, f"_{name}", self._unknown)
        return route()

    def _unknown(self) -> Answer:
        raise Refused(400, "BadRequest")

    def _folder(self) -> Answer:
        folder = self._box.folder(self._call.steps[1])
        return 200, {"id": folder, "totalItemCount": len(self._box.lying_in(folder))}

    def _folders(self) -> Answer:
        wanted = re.fullmatch(r"displayName eq '(.*)'", self._call.query.get("$filter", ""))
        found = self._box.children(self._box.folder(self._call.steps[1])).items()
        rows = [
            {"id": each, "displayName": name}
            for each, name in found
            if not wanted or name == wanted[1].replace("''", "'")
        ]
        return 200, {"value": rows}

    def _make_folder(self) -> Answer:
        name = self._call.content()["displayName"]
        return 201, {"id": self._box.make_folder(self._call.steps[1], name), "displayName": name}

    def _list(self) -> Answer:
        rows = self._box.lying_in(self._box.folder(self._call.steps[1]))
        if "$filter" in self._call.query:
            since = re.fullmatch(r"receivedDateTime ge (\S+Z)", self._call.query["$filter"])
            if since is None or self._call.query.get("$orderby") != "receivedDateTime asc":
                raise Refused(400, "InefficientFilter")
            rows = [mail for mail in rows if mail.received >= datetime.fromisoformat(since[1])]
        start, most = int(self._call.query.get("$skip", 0)), self._page("$top")
        answer: dict[str, Any] = {"value": [self._shown(mail) for mail in rows[start : start + most]]}
        if start + most < len(rows):
            query = self._call.query | {"$skip": str(start + most)}
            answer["@odata.nextLink"] = self._link(query)
        return 200, answer

    def _delta(self) -> Answer:
        query = self._call.query
        if "$deltatoken" in query:
            token = self._box.resume(query["$deltatoken"])
        else:
            token = query.get("$skiptoken") or self._box.begin_round(self._call.steps[1], None)
        page, onward, changes = self._box.take(token, min(self._call.page, self._graph.largest_page))
        answer: dict[str, Any] = {"value": [self._changed(*row) for row in page]}
        answer |= {"@odata.nextLink": self._link({"$skiptoken": onward})} if onward else {}
        answer |= {"@odata.deltaLink": self._link({"$deltatoken": changes})} if changes else {}
        return 200, answer

    def _changed(self, letter: str, removed: bool) -> dict[str, Any]:
        if removed or letter not in self._box.letters:
            return {"id": letter, "@removed": {"reason": "deleted"}}
        return {"id": self._box.letters[letter].id(immutable=self._call.immutable)}

    def _find(self) -> Answer:
        wanted = re.fullmatch(r"internetMessageId eq '(.*)'", self._call.query.get("$filter", ""))
        if wanted is None:
            raise Refused(400, "ErrorInvalidUrlQueryFilter")
        message_id = wanted[1].replace("''", "'")
        return 200, {
            "value": [
                self._shown(mail) for mail in self._box.letters.values() if mail.message_id == message_id
            ]
        }

    def _letter(self) -> Answer:
        return 200, self._shown(self._named())

    def _value(self) -> bytes:
        return self._named().raw

    def _move(self) -> Answer:
        mail, target = self._named(), self._box.folder(self._call.content()["destinationId"])
        return 201, self._shown(self._box.move(mail.immutable, target))

    def _draft(self) -> Answer:
        if self._call.kind == "application/json":
            message = self._call.content()
            refuse_bad_headers(message)
            raise Refused(400, "BadRequest")  # the letters of this project are MIME
        return 201, self._shown(self._box.draft_of_mime(self._call.mime()))

    def _reply(self) -> Answer:
        return 201, self._shown(self._box.draft_of_mime(self._call.mime(), reply_to=self._named().immutable))

    def _change(self) -> Answer:
        mail, changed = self._named(), self._call.content()
        if not mail.draft or set(changed) != {"internetMessageId"}:
            raise Refused(400, "ErrorInvalidPropertySet")
        mail.message_id = changed["internetMessageId"]
        mail.raw = re.sub(rb"(?im)^message-id:.*\r\n", b"", mail.raw)
        mail.raw = f"Message-ID: {mail.message_id}\r\n".encode() + mail.raw
        return 200, self._shown(mail)

    def _delete(self) -> Answer:
        self._box.remove(self._named().immutable)
        return 204, None

    def _attach(self) -> Answer:
        content = self._call.content()
        data = base64.b64decode(content["contentBytes"], validate=True)
        self._named().attachments.append((content["name"], data))
        return 201, {"id": "attachment"}

    def _session(self) -> Answer:
        described = self._call.content()["AttachmentItem"]
        if described["attachmentType"] != "file" or described["size"] < _SMALLEST_UPLOAD:
            raise Refused(400, "ErrorAttachmentSizeShouldNotBeLessThanMinimumSize")
        number = str(next(self._box.numbers))
        self._graph.uploads[number] = (self._named(), described["name"], described["size"], bytearray())
        return 201, {
            "uploadUrl": f"https://{self._graph.host}/upload/{number}?authtoken=x",
            "nextExpectedRanges": ["0-"],
        }

    def _send(self) -> Answer:
        self._box.submit(self._named())
        return 202, None

    def _send_mail(self) -> Answer:
        raw = mime_of(self._call.mime())
        self._box.submit(self._box.add("drafts", raw, NOON, draft=True))
        return 202, None

    def _named(self) -> Mail:
        return self._box.find(self._call.steps[1])

    def _page(self, name: str) -> int:
        return min(int(self._call.query.get(name, self._call.page)), self._graph.largest_page)

    def _link(self, query: dict[str, str]) -> str:
        path = "/".join(quote(step, safe="$") for step in ("v1.0", "users", ADDRESS, *self._call.steps))
        return f"https://{self._graph.host}/{path}?{urlencode(query)}"

    def _shown(self, mail: Mail) -> dict[str, Any]:
        shown = {
            "id": mail.id(immutable=self._call.immutable),
            "parentFolderId": mail.folder,
            "receivedDateTime": mail.received.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "internetMessageId": mail.message_id,
            "isDraft": mail.draft,
        }
        if "$select" in self._call.query:
            shown = {name: shown[name] for name in self._call.query["$select"].split(",")}
        if "LONG 0x0E08" in self._call.query.get("$expand", ""):
            shown["singleValueExtendedProperties"] = [{"id": "Long 0xe08", "value": str(len(mail.raw))}]
        return shown


_NAMES = (
    (r"POST v1\.0/users/[^/]+/sendMail", "send_mail"),
    (r"GET v1\.0/users/[^/]+/mailFolders/[^/]+", "folder"),
    (r"GET v1\.0/users/[^/]+/mailFolders/[^/]+/childFolders", "folders"),
    (r"POST v1\.0/users/[^/]+/mailFolders/[^/]+/childFolders", "make_folder"),
    (r"GET v1\.0/users/[^/]+/mailFolders/[^/]+/messages", "list"),
    (r"GET v1\.0/users/[^/]+/mailFolders/[^/]+/messages/delta", "delta"),
    (r"GET v1\.0/users/[^/]+/messages", "find"),
    (r"POST v1\.0/users/[^/]+/messages", "draft"),
    (r"GET v1\.0/users/[^/]+/messages/[^/]+", "letter"),
    (r"PATCH v1\.0/users/[^/]+/messages/[^/]+", "change"),
    (r"DELETE v1\.0/users/[^/]+/messages/[^/]+", "delete"),
    (r"GET v1\.0/users/[^/]+/messages/[^/]+/\$value", "value"),
    (r"POST v1\.0/users/[^/]+/messages/[^/]+/move", "move"),
    (r"POST v1\.0/users/[^/]+/messages/[^/]+/createReply", "reply"),
    (r"POST v1\.0/users/[^/]+/messages/[^/]+/send", "send"),
    (r"POST v1\.0/users/[^/]+/messages/[^/]+/attachments", "attach"),
    (r"POST v1\.0/users/[^/]+/messages/[^/]+/attachments/createUploadSession", "session"),
    (r"PUT upload/.+", "upload"),
    (r"POST .+/oauth2/v2\.0/token", "token"),
    (r"GET .+/openid-configuration", "tenant"),
)


def name_of(method: str, steps: tuple[str, ...]) -> str:
    """What a call is called here: by `calls`, `troubles` and the routes."""
    path = f"{method} {'/'.join(steps)}"
    return next((name for pattern, name in _NAMES if re.fullmatch(pattern, path)), "unknown")


# ---------------------------------------------------------------------- signing in, and uploading


def sign_in(graph: "LoopbackGraph", steps: tuple[str, ...], body: bytes) -> Answer:
    base = f"https://{graph.host}/{TENANT}"
    endpoint = f"{base}/oauth2/v2.0/token"
    if steps[0] != TENANT:
        return 400, {"error": "invalid_tenant", "error_codes": [90002]}
    if steps[-1] == "openid-configuration":
        return 200, {
            "issuer": f"{base}/v2.0",
            "authorization_endpoint": f"{base}/oauth2/v2.0/authorize",
            "token_endpoint": endpoint,
        }
    form = {name: values[0] for name, values in parse_qs(body.decode()).items()}
    asked = (form.get("grant_type"), form.get("scope"))
    if asked != ("client_credentials", f"https://{graph.host}/.default"):
        return 400, {"error": "invalid_scope", "error_codes": [70011]}
    code = _refusal(graph, form, endpoint)
    if code:
        return 401, {
            "error": "invalid_client",
            "error_codes": [code],
            "error_description": f"AADSTS{code}: {SECRET}",
        }
    token = jwt.encode({"roles": list(graph.roles), "n": len(graph.calls)}, "x" * 32, algorithm="HS256")
    graph.tokens.add(token)
    return 200, {"token_type": "Bearer", "expires_in": 3599, "access_token": token}


def _refusal(graph: "LoopbackGraph", form: dict[str, str], endpoint: str) -> int:
    if form.get("client_id") != CLIENT:
        return 700016
    if graph.certificate is None:
        return 0 if form.get("client_secret") == SECRET else 7000215
    public = x509.load_pem_x509_certificate(graph.certificate.certificate.encode()).public_key()
    try:
        claims = jwt.decode(
            form.get("client_assertion", ""),
            public,
            algorithms=["RS256", "PS256"],
            audience=endpoint,  # type: ignore[arg-type]
        )
    except jwt.PyJWTError:
        return 700027
    return 0 if claims["iss"] == claims["sub"] == CLIENT else 700027


def upload(graph: "LoopbackGraph", number: str, body: bytes, headers: Any) -> Answer:
    if headers.get("Authorization"):
        graph.complaints.append("a token was sent to the upload host")
    mail, name, whole, received = graph.uploads[number]
    start, end, said = (int(each) for each in re.findall(r"\d+", headers["Content-Range"]))
    if (start, end + 1 - start, said) != (len(received), len(body), whole) or len(body) > LARGEST_BODY:
        raise Refused(416, "InvalidContentRange")
    received += body
    if len(received) < whole:
        return 200, {"nextExpectedRanges": [f"{len(received)}-"]}
    mail.attachments.append((name, bytes(received)))
    return 201, None


def in_json(status: int, answer: dict[str, Any] | None) -> tuple[int, dict[str, str], bytes]:
    return status, {}, b"" if answer is None else json.dumps(answer).encode()


def in_error(code: str) -> bytes:
    return json.dumps({"error": {"code": code, "message": f"{code}: a private word"}}).encode()
