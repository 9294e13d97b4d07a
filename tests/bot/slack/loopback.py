"""A Slack workspace on this computer, for tests: the Web API with Slack's shapes, limits and errors, and Socket Mode.

It is strict where Slack is: blocks are judged, a trigger works once and for three seconds, a response address five
times, an envelope must be acknowledged in three seconds, a method needs its scope, threads are not in the history.
"""

import asyncio
import itertools
import json
import threading
from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any, Self
from urllib.parse import parse_qsl

from aiohttp import WSMsgType, web

from tests.bot.slack import judges

BOT_TOKEN = "xoxb-loopback"
APP_TOKEN = "xapp-loopback"
TEAM = "T0COUNCIL"
CHANNEL = "C0TEAM"
PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy", "ALL_PROXY", "all_proxy")
ACK_DEADLINE = 3.0
NEEDED_SCOPES = {
    "chat.postMessage": {"chat:write"},
    "chat.update": {"chat:write"},
    "conversations.history": {"groups:history"},
    "conversations.replies": {"groups:history"},
}
ALL_SCOPES = frozenset({"commands", "chat:write", "groups:history", "metadata.message:read"})


@dataclass
class Refuse:
    """Answer with an error of Slack's; nothing is done."""

    code: str = "internal_error"
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: str = ""


@dataclass
class LoseAnswer:
    """Do what is asked, and cut the connection instead of answering."""


@dataclass
class DropRequest:
    """Cut the connection before anything is done."""


Trouble = Refuse | LoseAnswer | DropRequest


def too_often(seconds: int = 7) -> Refuse:
    """A 429 with its Retry-After."""
    return Refuse("ratelimited", 429, {"Retry-After": str(seconds)})


@dataclass
class Answered:
    """What became of a command or a click: the acknowledgement's payload and how long it took, in seconds."""

    payload: dict[str, Any] | None
    seconds: float


class LoopbackSlack:
    """The workspace. `troubles` holds what goes wrong with the next calls of a method, in order; None: nothing."""

    def __init__(self, scopes: frozenset[str] = ALL_SCOPES) -> None:
        self.scopes = scopes
        self.messages: list[dict[str, Any]] = []
        self.views: dict[str, dict[str, Any]] = {}
        self.shown: list[dict[str, Any]] = []  # private answers by response_url
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.troubles: dict[str, list[Trouble | None]] = defaultdict(list)
        self.tickets = 0
        self.page_size = 200
        self._ids = itertools.count(1)
        self._triggers: dict[str, float] = {}
        self._response_uses: dict[str, int] = {}
        self._sockets: list[web.WebSocketResponse] = []
        self._socket_ready = threading.Event()
        self._acks: dict[str, asyncio.Future[dict[str, Any]]] = {}
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._runner: web.AppRunner | None = None
        self.base_url = ""

    # ------------------------------------------------------------ from the test

    def __enter__(self) -> Self:
        self._thread.start()
        self._wait(self._start())
        return self

    def __exit__(self, *_raised: object) -> None:
        self._wait(self._stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()

    def command(
        self, text: str, *, user: str = "U0OFFICER", team: str = TEAM, command: str = "/moves"
    ) -> Answered:
        """Type a command; wait for its acknowledgement."""
        return self._wait(
            self._deliver(
                "slash_commands",
                {
                    "command": command,
                    "text": text,
                    "team_id": team,
                    "user_id": user,
                    "user_name": user.lower(),
                    "channel_id": CHANNEL,
                    "trigger_id": self._new_trigger(),
                    "response_url": self._new_response_url(),
                },
            )
        )

    def press(
        self, button: dict[str, Any], *, user: str = "U0OFFICER", team: str = TEAM, retry: bool = False
    ) -> Answered:
        """Press a button of a message; wait for its acknowledgement."""
        action = {**button, "type": "button", "action_ts": "1.0", "block_id": "b1"}
        payload = {
            "type": "block_actions",
            "team": {"id": team, "domain": "council"},
            "user": {"id": user, "username": user.lower(), "name": user.lower(), "team_id": team},
            "channel": {"id": CHANNEL, "name": "moves"},
            "container": {"type": "message", "message_ts": "1.0", "channel_id": CHANNEL},
            "trigger_id": self._new_trigger(),
            "response_url": self._new_response_url(),
            "actions": [action],
        }
        return self._wait(self._deliver("interactive", payload, retry=retry))

    def refresh(self) -> None:
        """Tell the app, as Slack does every few hours, that this connection is about to be closed."""
        self._socket_ready.clear()
        self._wait(self._send({"type": "disconnect", "reason": "refresh_requested"}))

    def cut(self) -> None:
        """Cut the connection without a word."""
        self._socket_ready.clear()
        self._wait(self._cut())

    def wait_for_socket(self, seconds: float = 10.0) -> bool:
        """Whether a socket is connected within so many seconds."""
        return self._socket_ready.wait(seconds)

    def posted(self) -> list[dict[str, Any]]:
        """The channel's own posts, oldest first."""
        return [m for m in self.messages if "thread_ts" not in m]

    # ------------------------------------------------------------ the server

    def _wait(self, doing: Any) -> Any:
        future: Future[Any] = asyncio.run_coroutine_threadsafe(doing, self._loop)
        return future.result(30)

    async def _start(self) -> None:
        app = web.Application()
        app.router.add_post("/api/{method}", self._call)
        app.router.add_get("/api/{method}", self._call)
        app.router.add_post("/response/{id}", self._respond)
        app.router.add_get("/link", self._link)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        port = self._runner.addresses[0][1]
        self.base_url = f"http://127.0.0.1:{port}/api/"

    async def _stop(self) -> None:
        for socket in self._sockets:
            await socket.close()
        assert self._runner is not None
        await self._runner.cleanup()

    async def _call(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        asked = await _arguments(request)
        self.calls.append((method, asked))
        trouble = self.troubles[method].pop(0) if self.troubles[method] else None
        if isinstance(trouble, DropRequest):
            return _cut(request)
        if isinstance(trouble, Refuse):
            body = trouble.body or json.dumps({"ok": False, "error": trouble.code})
            return web.Response(
                text=body, status=trouble.status, headers=trouble.headers, content_type="application/json"
            )
        answer = self._answer(method, asked, request.headers.get("Authorization", ""))
        granted = {"X-OAuth-Scopes": ",".join(sorted(self.scopes))}
        return (
            _cut(request) if isinstance(trouble, LoseAnswer) else web.json_response(answer, headers=granted)
        )

    def _answer(self, method: str, asked: dict[str, Any], authorization: str) -> dict[str, Any]:
        known: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
            "auth.test": self._auth_test,
            "apps.connections.open": self._connections_open,
            "chat.postMessage": self._post,
            "chat.update": self._update,
            "conversations.history": self._history,
            "conversations.replies": self._replies,
            "views.open": self._views_open,
            "views.update": self._views_update,
        }
        token = APP_TOKEN if method == "apps.connections.open" else BOT_TOKEN
        if method not in known:
            return _error("unknown_method")
        if authorization != f"Bearer {token}":
            return _error("invalid_auth")
        if not NEEDED_SCOPES.get(method, set()) <= self.scopes:
            return _error("missing_scope", needed=min(NEEDED_SCOPES[method]))
        return known[method](asked)

    def _auth_test(self, _asked: dict[str, Any]) -> dict[str, Any]:
        return {
            "ok": True,
            "team": "Council",
            "team_id": TEAM,
            "user": "moves",
            "user_id": "U0BOT",
            "bot_id": "B0BOT",
        }

    def _connections_open(self, _asked: dict[str, Any]) -> dict[str, Any]:
        self.tickets += 1
        return {
            "ok": True,
            "url": self.base_url.replace("http", "ws").replace("/api/", f"/link?ticket={self.tickets}"),
        }

    def _post(self, asked: dict[str, Any]) -> dict[str, Any]:
        refused = self._refused_message(asked)
        if refused:
            return refused
        thread = asked.get("thread_ts")
        if thread and not any(m["ts"] == thread for m in self.messages):
            return _error("thread_not_found")
        kept = {k: asked[k] for k in ("text", "blocks", "metadata", "thread_ts") if k in asked}
        message = {"type": "message", "ts": f"1764700000.{next(self._ids):06d}", **kept}
        self.messages.append(message)
        return {"ok": True, "channel": CHANNEL, "ts": message["ts"], "message": message}

    def _update(self, asked: dict[str, Any]) -> dict[str, Any]:
        message = next((m for m in self.messages if m["ts"] == asked.get("ts")), None)
        if message is None:
            return _error("message_not_found")
        refused = self._refused_message(asked)
        if refused:
            return refused
        message.update({k: asked[k] for k in ("text", "blocks", "metadata") if k in asked})
        return {"ok": True, "channel": CHANNEL, "ts": message["ts"], "text": message["text"]}

    def _refused_message(self, asked: dict[str, Any]) -> dict[str, Any] | None:
        if asked.get("channel") != CHANNEL:
            return _error("channel_not_found")
        if not asked.get("text") and not asked.get("blocks"):
            return _error("no_text")
        faults = judges.message_faults({k: asked[k] for k in ("text", "blocks") if k in asked})
        return _error("invalid_blocks", response_metadata={"messages": faults}) if faults else None

    def _history(self, asked: dict[str, Any]) -> dict[str, Any]:
        return self._page([m for m in reversed(self.messages) if "thread_ts" not in m], asked)

    def _replies(self, asked: dict[str, Any]) -> dict[str, Any]:
        parent = asked.get("ts")
        if not any(m["ts"] == parent for m in self.messages):
            return _error("thread_not_found")
        return self._page([m for m in self.messages if parent in {m["ts"], m.get("thread_ts")}], asked)

    def _page(self, messages: list[dict[str, Any]], asked: dict[str, Any]) -> dict[str, Any]:
        if asked.get("channel") != CHANNEL:
            return _error("channel_not_found")
        with_metadata = (
            asked.get("include_all_metadata") in {"1", "true", True}
            and "metadata.message:read" in self.scopes
        )
        size = min(int(asked.get("limit", 100)), self.page_size)
        start = int(asked.get("cursor") or 0)
        page = [m if with_metadata else {k: v for k, v in m.items() if k != "metadata"} for m in messages]
        more = start + size < len(messages)
        return {
            "ok": True,
            "messages": page[start : start + size],
            "has_more": more,
            "response_metadata": {"next_cursor": str(start + size) if more else ""},
        }

    def _views_open(self, asked: dict[str, Any]) -> dict[str, Any]:
        until = self._triggers.pop(str(asked.get("trigger_id")), None)
        if until is None:
            return _error("exchanged_trigger_id")
        if self._loop.time() > until:
            return _error("expired_trigger_id")
        return self._keep_view(f"V{next(self._ids)}", asked)

    def _views_update(self, asked: dict[str, Any]) -> dict[str, Any]:
        view_id = str(asked.get("view_id"))
        return self._keep_view(view_id, asked) if view_id in self.views else _error("not_found")

    def _keep_view(self, view_id: str, asked: dict[str, Any]) -> dict[str, Any]:
        view = asked["view"] if isinstance(asked["view"], dict) else json.loads(asked["view"])
        faults = judges.view_faults(view)
        if faults:
            return _error("invalid_arguments", response_metadata={"messages": faults})
        self.views[view_id] = view
        return {"ok": True, "view": {**view, "id": view_id, "hash": "1.0"}}

    async def _respond(self, request: web.Request) -> web.Response:
        name = request.match_info["id"]
        self._response_uses[name] = self._response_uses.get(name, 5) - 1
        if self._response_uses[name] < 0:
            return web.Response(text="used_url", status=404)
        self.shown.append(await request.json())
        return web.Response(text="ok")

    def _new_trigger(self) -> str:
        trigger = f"trigger-{next(self._ids)}"
        self._triggers[trigger] = self._loop.time() + ACK_DEADLINE
        return trigger

    def _new_response_url(self) -> str:
        return self.base_url.replace("/api/", f"/response/{next(self._ids)}")

    # ------------------------------------------------------------ the socket

    async def _link(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self._sockets.append(socket)
        await socket.send_json({"type": "hello", "num_connections": len(self._sockets)})
        self._socket_ready.set()
        async for frame in socket:
            if frame.type is WSMsgType.TEXT:
                said = json.loads(frame.data)
                waiting = self._acks.get(said.get("envelope_id", ""))
                if waiting is not None and not waiting.done():
                    waiting.set_result(said)
        self._sockets.remove(socket)
        return socket

    async def _send(self, envelope: dict[str, Any]) -> None:
        await self._sockets[-1].send_json(envelope)

    async def _cut(self) -> None:
        for socket in list(self._sockets):
            transport = socket._req.transport if socket._req else None
            if transport is not None:
                transport.abort()

    async def _deliver(self, kind: str, payload: dict[str, Any], *, retry: bool = False) -> Answered:
        envelope_id = f"envelope-{next(self._ids)}"
        self._acks[envelope_id] = self._loop.create_future()
        started = self._loop.time()
        envelope = {
            "type": kind,
            "envelope_id": envelope_id,
            "payload": payload,
            "accepts_response_payload": True,
        }
        if retry:
            envelope |= {"retry_attempt": 1, "retry_reason": "timeout"}
        await self._send(envelope)
        said = await asyncio.wait_for(self._acks[envelope_id], ACK_DEADLINE)
        return Answered(said.get("payload"), self._loop.time() - started)


async def _arguments(request: web.Request) -> dict[str, Any]:
    text = await request.text()
    if request.content_type == "application/json" and text.strip():
        said: dict[str, Any] = json.loads(text)
        return said
    return dict(parse_qsl(text)) | dict(request.query)


def _cut(request: web.Request) -> web.Response:
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


def _error(code: str, **more: Any) -> dict[str, Any]:
    return {"ok": False, "error": code, **more}
