"""The application: what is served where, what is started before and stopped after."""

from __future__ import annotations

import asyncio
import gc
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from functools import partial
from typing import Protocol

import uvicorn
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse
from starlette.routing import Route, WebSocketRoute

from api import health, page, websocket
from api.edge import Edge, utc_now
from api.eraser import Eraser
from api.http import GraphQLOverHTTP
from api.hub import Hub
from api.identity import DemoIdentity
from api.mailer import OUTBOX, Mailer, transport_of
from api.negotiation import JSON
from api.notifications import listen
from api.replies import Reply, answer_reply, error_body, failure, headers, json_reply
from api.reports import Reports
from api.settings import Settings
from api.survey_page import SurveyPage
from api.ticker import Ticker
from models import database, events
from models.transaction import drain
from resolvers import schema

WEBSOCKET_MESSAGE_BYTES_FACTOR = 4
"""A message beyond the bound is read up to this many times it, to be refused with a reason."""
LEAVE_TIMEOUT_SHARE = 0.5
"""The part of the time for a shutdown that sockets and streams have to leave by themselves."""
DRAIN_TIMEOUT_SECONDS = 2.0
"""How long transactions may still run when everything else has stopped; then they roll back."""
UNREAD_TIMEOUT_SECONDS = 60
"""How long a connection may live whose peer takes nothing of what it is sent."""
GARBAGE_ALLOCATIONS = 20_000
"""New objects between two looks for garbage, which in a server that sends one event to a
thousand sockets else take a quarter of its time; what was imported is not looked at again."""


def create_app(settings: Settings, clock: Callable[[], datetime] = utc_now) -> Starlette:
    """The application of one process. It opens the database when it is started."""
    hub = Hub(settings)
    edge = Edge(settings, hub, DemoIdentity(), clock)

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        await database.connect(
            settings.database_url, pool_connections_max=settings.pool_connections_max
        )
        try:
            async with (
                _following(hub, settings.database_url),
                _running(Ticker(clock)),
                _running(Mailer(settings, clock, transport_of(settings))),
                _running(Eraser(settings.data_dir / OUTBOX, clock)),
            ):
                yield
                await edge.close(settings.shutdown_seconds * LEAVE_TIMEOUT_SHARE)
        finally:
            with suppress(TimeoutError):
                await asyncio.wait_for(drain(), DRAIN_TIMEOUT_SECONDS)
            await database.disconnect()

    app = Starlette(
        routes=[
            Route("/", lambda request: RedirectResponse("/graphql")),
            Route("/graphql", GraphQLOverHTTP(edge)),
            WebSocketRoute("/graphql", partial(websocket.serve, edge)),
            Route("/schema.graphql", _schema),
            Route("/health/live", health.live),
            Route("/health/ready", health.Readiness(edge).ready),
            *SurveyPage(edge).routes(),
            Reports(edge).route(),
            page.assets(),
        ],
        lifespan=lifespan,
        exception_handlers={HTTPException: _http_error, Exception: _failed},
    )
    app.state.edge = edge
    return app


class Server(uvicorn.Server):
    """A server that lets its sockets and streams leave before it cuts what remains."""

    def __init__(self, config: uvicorn.Config, edge: Edge) -> None:
        super().__init__(config)
        self._edge = edge

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        for listener in sockets or ():
            _drop_who_does_not_read(listener)
        await super().startup(sockets)
        gc.collect()
        gc.freeze()
        gc.set_threshold(GARBAGE_ALLOCATIONS)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for listener in self.servers:
            listener.close()
        clock = asyncio.get_running_loop().time
        until = clock() + self._edge.settings.shutdown_seconds
        await self._edge.close(self._edge.settings.shutdown_seconds * LEAVE_TIMEOUT_SHARE)
        self.config.timeout_graceful_shutdown = max(1, int(until - clock()))
        await super().shutdown(sockets)


def server(settings: Settings, app: Starlette) -> Server:
    """A server for the application, with the bounds that the transports rely on.

    Messages are not compressed: a context of its own for each socket would cost more memory
    than everything else that a subscriber holds.
    """
    config = uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        log_config=None,
        log_level=settings.log_level,
        access_log=False,
        server_header=False,
        ws_max_size=settings.body_bytes_max * WEBSOCKET_MESSAGE_BYTES_FACTOR,
        ws_per_message_deflate=False,
    )
    return Server(config, app.state.edge)


def _drop_who_does_not_read(listener: socket.socket) -> None:
    """Lets the system end a connection whose peer takes nothing, and free what it was sent.

    Connections inherit it from the listener; a system that knows no such limit goes without.
    """
    option = getattr(socket, "TCP_USER_TIMEOUT", None)
    if option is not None:
        listener.setsockopt(socket.IPPROTO_TCP, option, UNREAD_TIMEOUT_SECONDS * 1_000)


class _Background(Protocol):
    async def start(self) -> None: ...

    async def stop(self) -> None: ...


@asynccontextmanager
async def _running(work: _Background) -> AsyncIterator[None]:
    """Runs background work while the context is open."""
    await work.start()
    try:
        yield
    finally:
        await work.stop()


@asynccontextmanager
async def _following(hub: Hub, url: str) -> AsyncIterator[None]:
    """Runs the hub, and on PostgreSQL what wakes it, while the context is open."""
    await hub.start()
    listening = None
    if database.is_postgres(url):
        listening = asyncio.create_task(listen(url, events.CHANNEL, hub.wake))
    try:
        yield
    finally:
        if listening is not None:
            listening.cancel()
            with suppress(asyncio.CancelledError):
                await listening
        await hub.stop()


async def _schema(request: Request) -> Reply:
    return Reply(
        200, schema.printed().encode(), headers({"content-type": "text/plain; charset=utf-8"})
    )


async def _http_error(request: Request, error: Exception) -> Reply:
    """What the router refuses: no such path, or not by this method."""
    assert isinstance(error, HTTPException)
    code = {404: "NOT_FOUND", 405: "METHOD_NOT_ALLOWED"}.get(error.status_code, "BAD_REQUEST")
    named = {name.lower(): value for name, value in (error.headers or {}).items()}
    return json_reply(error.status_code, error_body(error.detail, code), **named)


async def _failed(request: Request, error: Exception) -> Reply:
    return answer_reply(await failure(error), media_type=JSON, locale="en")
