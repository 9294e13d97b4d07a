"""The channel and the sent letters as a page on this computer, for a team without Slack. It only shows.

It listens on 127.0.0.1 alone, answers to its own name only (a page elsewhere cannot reach it by a name that it points
here), and every address begins with a word made at each start.
"""

import asyncio
import re
import secrets
import threading
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final, TypeVar

from aiohttp import web
from jinja2 import Environment, PackageLoader, StrictUndefined

from bot.local import shown
from bot.local.folder import FolderChannel
from bot.local.sent import sent_letters
from bot.ports import ChannelError

HOST: Final = "127.0.0.1"
A_PAGE: Final = 50  # posts, or letters
STOP_WITHIN: Final = 2.0  # seconds for requests under way

_GUARDS: Final = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",  # the address holds the word
    "X-Content-Type-Options": "nosniff",
}

Waited = TypeVar("Waited")
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class ChannelPage:
    """The page, in a thread of its own from `start()` to `stop()`. With port 0 the system chooses one."""

    def __init__(self, channel: Path, sent: Path, *, port: int = 0) -> None:
        self._views = Views(channel, sent)
        self._port = port
        self._word = secrets.token_urlsafe(24)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._runner: web.AppRunner | None = None

    @property
    def url(self) -> str:
        """The address to open, once it is started. It is a secret of this computer's user."""
        return f"http://{HOST}:{self._port}/{self._word}/"

    def start(self) -> None:
        """Serve. Raises `ChannelError` when the port is taken."""
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="channel-page", daemon=True)
        self._thread.start()
        try:
            self._port = _wait(self._loop, self._serve())
        except OSError as error:
            self.stop()
            raise ChannelError(
                f"the channel page cannot be served on port {self._port} ({error.strerror}): "
                "set channel.page_port to another, or to 0 for any that is free"
            ) from error

    def stop(self) -> None:
        """Stop serving. Doing it again is no error."""
        loop, self._loop = self._loop, None
        if loop is None or self._thread is None:
            return
        if self._runner is not None:
            _wait(loop, self._runner.cleanup())
        loop.call_soon_threadsafe(loop.stop)
        self._thread.join()
        loop.close()

    async def _serve(self) -> int:
        self._runner = web.AppRunner(
            build(self._views, self._word), access_log=None, shutdown_timeout=STOP_WITHIN
        )
        await self._runner.setup()
        await web.TCPSite(self._runner, HOST, self._port).start()
        return int(self._runner.addresses[0][1])


def _wait(loop: asyncio.AbstractEventLoop, doing: Coroutine[Any, Any, Waited]) -> Waited:
    return asyncio.run_coroutine_threadsafe(doing, loop).result()


def build(views: "Views", word: str) -> web.Application:
    """The web application, every address of which begins with `word`."""
    app = web.Application(middlewares=[_guarded(word)], client_max_size=1)
    app.router.add_get("/{word}/", views.channel)
    app.router.add_get("/{word}/sent", views.sent)
    app.router.add_get("/{word}/page.css", views.style)
    return app


def _guarded(word: str) -> Any:
    @web.middleware
    async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
        """Answer only to our own name and word; a wrong one learns nothing, not even that there is a page."""
        if not _is_ours(request):
            return web.Response(status=HTTPStatus.MISDIRECTED_REQUEST, headers=_GUARDS)
        if not secrets.compare_digest(request.match_info.get("word", "").encode(), word.encode()):
            return web.Response(status=HTTPStatus.NOT_FOUND, headers=_GUARDS)
        response = await handler(request)
        response.headers.update(_GUARDS)
        return response

    return guard


def _is_ours(request: web.Request) -> bool:
    port = request.transport.get_extra_info("sockname")[1] if request.transport else 0
    return request.headers.getall("Host", []) in ([f"{HOST}:{port}"], [f"localhost:{port}"])


class Views:
    """What the page shows, read anew each time it is asked for."""

    def __init__(self, channel: Path, sent: Path) -> None:
        self._channel = FolderChannel(channel)
        self._sent = sent
        self._templates = Environment(
            loader=PackageLoader("bot.local"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    async def channel(self, request: web.Request) -> web.Response:
        """The team's channel, newest first."""
        return await asyncio.to_thread(self._channel_page, request.query.get("page", ""))

    async def sent(self, request: web.Request) -> web.Response:
        """The letters that were sent, newest first."""
        return await asyncio.to_thread(self._sent_page, request.query.get("page", ""))

    async def style(self, _request: web.Request) -> web.Response:
        """The style sheet."""
        return web.Response(text=self._source("page.css"), content_type="text/css")

    def _channel_page(self, asked: str) -> web.Response:
        return self._page("channel.html", "channel", shown.channel(self._channel.posts()), asked)

    def _sent_page(self, asked: str) -> web.Response:
        letters = list(sent_letters(self._sent)) if self._sent.is_dir() else []
        return self._page("sent.html", "sent", letters[::-1], asked)

    def _page(self, template: str, here: str, items: Sequence[object], asked: str) -> web.Response:
        """One page of a list; a number that makes no sense shows the nearest."""
        last = max(1, -(-len(items) // A_PAGE))
        number = min(max(1, int(asked) if re.fullmatch("[0-9]{1,5}", asked) else 1), last)
        some = items[(number - 1) * A_PAGE : number * A_PAGE]
        values = {"here": here, "items": some, "all": len(items), "number": number, "last": last}
        return web.Response(
            text=self._templates.get_template(template).render(values), content_type="text/html"
        )

    def _source(self, name: str) -> str:
        assert self._templates.loader is not None
        return self._templates.loader.get_source(self._templates, name)[0]
