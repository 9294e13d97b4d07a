"""The line to Slack: Socket Mode over aiohttp, with listeners in a small pool of threads, watched and restarted.

Bolt's stock handler runs listeners on the socket's event loop, where a short wait for the database stops the pings and
every other click. Here the loop only passes envelopes on.
"""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import structlog
from slack_bolt import App
from slack_bolt.adapter.socket_mode.aiohttp import SocketModeHandler
from slack_bolt.adapter.socket_mode.async_internals import send_async_response
from slack_bolt.adapter.socket_mode.internals import run_bolt_app
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.web.async_client import AsyncWebClient

from bot.flows.incidents import incident
from bot.slack.log import slack_log

PING_INTERVAL: Final = 3.0  # seconds: the line is deaf two seconds after an abrupt cut, not fifty-five
LISTENERS: Final = 4  # threads: as many clicks are handled at once
WATCH: Final = 1.0  # seconds between two looks at the line
RESTART_AFTER: Final = 30.0  # seconds without a connection until a new client takes over
LAST_ANSWERS: Final = 5.0  # seconds that clicks under way have to be acknowledged when the bot stops

_log = structlog.get_logger()


class ThreadedSocketModeHandler(SocketModeHandler):
    """The aiohttp handler, with listeners off its event loop."""

    def __init__(
        self,
        app: App,
        app_token: str,
        *,
        pool: ThreadPoolExecutor,
        web_client: AsyncWebClient,
        ping_interval: float,
    ) -> None:
        super().__init__(
            app, app_token, logger=slack_log(), web_client=web_client, ping_interval=ping_interval
        )
        self._pool = pool
        self._under_way: set[asyncio.Task[None]] = set()

    async def handle(self, client: SocketModeClient, req: SocketModeRequest) -> None:  # type: ignore[override]
        """Run the listener in the pool and send what it acknowledges."""
        task = asyncio.create_task(self._answer(client, req))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        await task

    async def finish(self) -> None:
        """Let clicks under way be acknowledged, then close the line."""
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=LAST_ANSWERS)
        await self.client.close()  # type: ignore[no-untyped-call]  # slack_sdk leaves it untyped

    async def _answer(self, client: SocketModeClient, req: SocketModeRequest) -> None:
        loop = asyncio.get_running_loop()
        try:
            response = await loop.run_in_executor(self._pool, run_bolt_app, self.app, req)
            await send_async_response(client, req, response, loop.time())
        except Exception as error:  # noqa: BLE001 - one lost answer must not end the line
            incident(_log, "an envelope was not answered", error)


class SlackLine:
    """Keeps the line to Slack in a thread of its own, from `start()` to `stop()`."""

    def __init__(
        self,
        app: App,
        app_token: str,
        *,
        base_url: str = AsyncWebClient.BASE_URL,
        ping_interval: float = PING_INTERVAL,
        restart_after: float = RESTART_AFTER,
        watch: float = WATCH,
    ) -> None:
        self._app = app
        self._app_token = app_token
        self._base_url = base_url
        self._ping_interval = ping_interval
        self._restart_after = restart_after
        self._watch_every = watch
        self._connected = threading.Event()
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping: asyncio.Event | None = None

    def start(self, *, wait: float = 10.0) -> bool:
        """Open the line; whether it stands after so many seconds. It goes on trying in any case."""
        if self._thread is None:
            self._thread = threading.Thread(
                target=lambda: asyncio.run(self._run()), name="slack-line", daemon=True
            )
            self._thread.start()
        return self._connected.wait(wait)

    def stop(self) -> None:
        """Answer what is under way and close the line. Doing it again is no error."""
        thread, self._thread = self._thread, None
        if thread is None:
            return
        while thread.is_alive():
            if self._loop is not None and self._stopping is not None:
                self._loop.call_soon_threadsafe(self._stopping.set)
            thread.join(LAST_ANSWERS)

    def connected(self) -> bool:
        """Whether the line stands now."""
        return self._connected.is_set()

    async def _run(self) -> None:
        self._stopping = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        with ThreadPoolExecutor(LISTENERS, thread_name_prefix="slack-listener") as pool:
            while not self._stopping.is_set():
                try:
                    await self._one_client(pool)
                except Exception as error:  # noqa: BLE001 - whatever it was, the next client is tried
                    incident(_log, "the line to Slack failed", error)
                    await self._stops_within(self._watch_every)

    async def _one_client(self, pool: ThreadPoolExecutor) -> None:
        """One client from its first connection until it is dead or the bot stops."""
        handler = ThreadedSocketModeHandler(
            self._app,
            self._app_token,
            pool=pool,
            web_client=AsyncWebClient(base_url=self._base_url, logger=slack_log()),
            ping_interval=self._ping_interval,
        )
        connecting = asyncio.create_task(handler.client.connect())  # type: ignore[no-untyped-call]  # the same
        try:
            await self._watch(handler.client)
        finally:
            connecting.cancel()
            self._connected.clear()
            await handler.finish()

    async def _watch(self, client: SocketModeClient) -> None:
        """Return when the bot stops, or when the client has been without a connection for too long."""
        loop = asyncio.get_running_loop()
        last_seen = loop.time()
        while not await self._stops_within(self._watch_every if self._connected.is_set() else 0.05):
            if await client.is_connected():
                last_seen = loop.time()
                self._connected.set()
                continue
            self._connected.clear()
            if loop.time() - last_seen > self._restart_after:
                _log.warning("the line to Slack is dead; a new one is opened")
                return

    async def _stops_within(self, seconds: float) -> bool:
        assert self._stopping is not None
        try:
            await asyncio.wait_for(self._stopping.wait(), seconds)
        except TimeoutError:
            return False
        return True
