"""A plain client of graphql-transport-ws: it sends what it is told, wrong frames as well."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from tests.wire.running import Server

TIMEOUT_SECONDS = 30.0


class GraphSocket:
    """One socket after the handshake. Nothing has been sent over it yet."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection

    async def send(self, frame: Any) -> None:
        """Sends bytes and text as they are, everything else as JSON."""
        is_raw = isinstance(frame, str | bytes)
        await self.connection.send(frame if is_raw else json.dumps(frame))

    async def receive(self) -> dict[str, Any]:
        text = await asyncio.wait_for(self.connection.recv(), TIMEOUT_SECONDS)
        message: dict[str, Any] = json.loads(text)
        return message

    async def initialise(self) -> None:
        await self.send({"type": "connection_init"})
        assert await self.receive() == {"type": "connection_ack"}

    async def subscribe(self, operation_id: str, document: str, **variables: Any) -> None:
        payload = {"query": document, "variables": variables}
        await self.send({"id": operation_id, "type": "subscribe", "payload": payload})

    async def answer(self, document: str, **variables: Any) -> dict[str, Any]:
        """The one answer of a query or mutation, which must be followed by `complete`."""
        await self.subscribe("answer", document, **variables)
        message = await self.receive()
        assert message["type"] == "next", message
        assert await self.receive() == {"id": "answer", "type": "complete"}
        payload: dict[str, Any] = message["payload"]
        return payload

    async def result(self) -> dict[str, Any]:
        """The next result of the one subscription that is open: its field's value."""
        message = await self.receive()
        assert message["type"] == "next", message
        (value,) = message["payload"]["data"].values()
        return dict(value)

    async def is_alive(self) -> bool:
        """Whether a ping is answered next: nothing else was sent meanwhile."""
        await self.send({"type": "ping"})
        return await self.receive() == {"type": "pong"}

    async def closed(self) -> tuple[int, str]:
        """Reads to the end of the socket; the code and the reason that the server gave."""
        with suppress(ConnectionClosed):
            while True:
                await asyncio.wait_for(self.connection.recv(), TIMEOUT_SECONDS)
        code, reason = self.connection.close_code, self.connection.close_reason
        assert code is not None
        assert reason is not None
        return code, reason


@asynccontextmanager
async def opened(server: Server, **more: Any) -> AsyncIterator[GraphSocket]:
    """A socket before its initialisation."""
    async with server.socket(**more) as connection:
        yield GraphSocket(connection)


@asynccontextmanager
async def initialised(server: Server, **more: Any) -> AsyncIterator[GraphSocket]:
    """A socket that operations can go over."""
    async with opened(server, **more) as socket:
        await socket.initialise()
        yield socket


async def follow(
    server: Server, document: str, count: int, **variables: Any
) -> list[dict[str, Any]]:
    """The first `count` results of a subscription over a socket of its own."""
    async with initialised(server) as socket:
        await socket.subscribe("followed", document, **variables)
        return [await socket.result() for _ in range(count)]
