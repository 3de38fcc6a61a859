"""GraphQL over WebSocket by the graphql-transport-ws subprotocol.

https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md says which message is answered
how. What breaks the protocol closes the socket with a code and a reason; what is wrong with one
operation is an `error` message, and the others go on.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

import orjson
from starlette.websockets import WebSocket, WebSocketDisconnect

from api import negotiation, parameters
from api.edge import Edge
from api.hub import TooSlow
from api.parameters import BadParameters, Parameters
from api.replies import error_body, failure
from resolvers.engine.execution import execute
from resolvers.engine.operation import Prepared
from resolvers.engine.replies import Answer
from resolvers.engine.subscribing import subscribe

SUBPROTOCOL = "graphql-transport-ws"
OPERATIONS_MAX = 100
"""Operations that one socket may have open at a time."""
OPERATION_ID_CHARACTERS_MAX = 255
CLOSE_TIMEOUT_SECONDS = 30.0
"""How long a close may wait for a client that does not read, before the connection is dropped."""

_REASON_BYTES_MAX = 123


class Close(Exception):
    """The socket must close with this code; the reason tells the client's author why."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason.encode()[:_REASON_BYTES_MAX].decode(errors="ignore")


async def serve(edge: Edge, socket: WebSocket) -> None:
    """Serves one WebSocket at /graphql until it closes."""
    if _is_of_another_site(socket):
        await socket.close(1008)
        return
    with suppress(WebSocketDisconnect):
        if SUBPROTOCOL not in socket.scope["subprotocols"]:
            await socket.accept()
            await socket.close(4406, f"The subprotocol must be {SUBPROTOCOL}")
            return
        await socket.accept(SUBPROTOCOL)
        await Session(socket, edge).run()


class Session:
    """One client's socket and its operations, from the first message to the close."""

    def __init__(self, socket: WebSocket, edge: Edge) -> None:
        self._socket = socket
        self._edge = edge
        self._locale = negotiation.locale(socket.headers.get("accept-language"))
        self._is_initialised = False
        self._is_acknowledged = False
        self._operations: dict[str, asyncio.Task[None]] = {}
        self._answering: set[asyncio.Task[None]] = set()
        self._closing: asyncio.Future[Close] = asyncio.get_running_loop().create_future()

    async def run(self) -> None:
        """Reads until the client leaves or the socket must close, then ends what is open."""
        seconds = self._edge.settings.init_timeout_seconds
        late = Close(4408, "Connection initialisation timeout")
        timer = asyncio.get_running_loop().call_later(seconds, self._expire, late)
        reader = asyncio.create_task(self._read())
        try:
            with self._edge.kept_open(self._restart):
                ends: tuple[asyncio.Future[Any], ...] = (reader, self._closing)
                await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
                if self._edge.is_closing and self._answering:
                    await asyncio.wait(
                        set(self._answering), timeout=self._edge.settings.shutdown_seconds / 2
                    )
        finally:
            timer.cancel()
            reader.cancel()
            tasks = list(self._operations.values())
            for task in tasks:
                task.cancel()
            await asyncio.gather(reader, *tasks, return_exceptions=True)
        if self._closing.done():
            await self._say_close(self._closing.result())

    def _close(self, close: Close) -> None:
        if not self._closing.done():
            self._closing.set_result(close)

    def _expire(self, late: Close) -> None:
        if not self._is_initialised:
            self._close(late)

    def _restart(self) -> None:
        self._close(Close(1012, "The server is restarting; connect again"))

    def _fall_behind(self) -> None:
        self._close(Close(1013, "Too slow; subscribe again with the last cursor as after"))

    async def _say_close(self, close: Close) -> None:
        with suppress(TimeoutError, WebSocketDisconnect, RuntimeError):
            closing = self._socket.close(close.code, close.reason)
            await asyncio.wait_for(closing, CLOSE_TIMEOUT_SECONDS)

    async def _read(self) -> None:
        try:
            while (message := await self._socket.receive())["type"] != "websocket.disconnect":
                await self._handle(self._decoded(message.get("text")))
        except Close as close:
            self._close(close)
        except WebSocketDisconnect:
            return

    def _decoded(self, text: str | None) -> dict[str, Any]:
        """A frame as a message. Raises Close(4400) for every other thing that can be sent."""
        if text is None:
            raise Close(4400, "A message is text, not binary")
        frame = text.encode()
        bytes_max = self._edge.settings.body_bytes_max
        if len(frame) > bytes_max:
            raise Close(4400, f"A message is at most {bytes_max} bytes")
        try:
            message = parameters.decoded(frame)
        except BadParameters as error:
            raise Close(4400, "A message is JSON in UTF-8, not nested too deep") from error
        if not isinstance(message, dict):
            raise Close(4400, "A message is a JSON object")
        return message

    async def _handle(self, message: dict[str, Any]) -> None:
        kind = message.get("type")
        if kind == "subscribe":
            self._subscribe(message)
            return
        if kind == "complete":
            self._abandon(_operation_id(message))
            return
        if not isinstance(message.get("payload", {}), dict | None):
            raise Close(4400, "A payload is a JSON object")
        if kind == "connection_init":
            await self._initialise()
        elif kind == "ping":
            await self._send({"type": "pong"})
        elif kind != "pong":
            raise Close(4400, "The message's type is none that a client sends")

    async def _initialise(self) -> None:
        if self._is_initialised:
            raise Close(4429, "Too many initialisation requests")
        self._is_initialised = True
        await self._send({"type": "connection_ack"})
        self._is_acknowledged = True

    def _subscribe(self, message: dict[str, Any]) -> None:
        operation_id = _operation_id(message)
        payload = message.get("payload")
        if not isinstance(payload, dict):
            raise Close(4400, "A subscribe message has a payload with a query")
        try:
            asked = parameters.from_mapping(payload)
        except BadParameters as error:
            raise Close(4400, str(error)) from error
        if not self._is_acknowledged:
            raise Close(4401, "Unauthorized")
        if operation_id in self._operations:
            raise Close(4409, f"Subscriber for {operation_id} already exists")
        task = asyncio.create_task(self._operate(operation_id, asked))
        self._operations[operation_id] = task

    def _abandon(self, operation_id: str) -> None:
        task = self._operations.pop(operation_id, None)
        if task is not None:
            task.cancel()

    async def _operate(self, operation_id: str, asked: Parameters) -> None:
        """Runs one operation to its end; whatever goes wrong with it, the socket lives on."""
        try:
            if len(self._operations) > OPERATIONS_MAX:
                message = f"A socket has at most {OPERATIONS_MAX} operations open."
                body = error_body(message, "LIMIT_EXCEEDED", limit=OPERATIONS_MAX)
                await self._refuse(operation_id, body)
                return
            prepared = await self._edge.prepare(self._socket, asked, self._locale)
            if isinstance(prepared, Answer):
                await self._refuse(operation_id, prepared.body)
            elif prepared.kind == "subscription":
                await self._follow(operation_id, prepared)
            else:
                await self._answer(operation_id, prepared)
        except (TooSlow, WebSocketDisconnect):
            return
        except Exception as error:
            with suppress(WebSocketDisconnect, RuntimeError):
                await self._refuse(operation_id, (await failure(error)).body)
        finally:
            self._forget(operation_id)

    async def _answer(self, operation_id: str, prepared: Prepared) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._answering.add(task)
        task.add_done_callback(self._answering.discard)
        answer = await execute(prepared)
        if answer.is_refused:
            await self._refuse(operation_id, answer.body)
            return
        await self._socket.send_text(_next_head(operation_id) + answer.body.decode() + "}")
        await self._complete(operation_id)

    async def _follow(self, operation_id: str, prepared: Prepared) -> None:
        live = await subscribe(prepared)
        if isinstance(live, Answer):
            await self._refuse(operation_id, live.body)
            return
        head = _next_head(operation_id)
        async with self._edge.hub.follow(live, self._fall_behind) as stream:
            async for result in stream:
                await self._socket.send_text(head + result.decode() + "}")

    async def _complete(self, operation_id: str) -> None:
        self._forget(operation_id)
        await self._send({"id": operation_id, "type": "complete"})

    async def _refuse(self, operation_id: str, body: bytes) -> None:
        """Tells the operation's errors, which ends it."""
        self._forget(operation_id)
        errors = orjson.loads(body)["errors"]
        await self._send({"id": operation_id, "type": "error", "payload": errors})

    def _forget(self, operation_id: str) -> None:
        """Frees the id, unless a later operation has taken it."""
        if self._operations.get(operation_id) is asyncio.current_task():
            del self._operations[operation_id]

    async def _send(self, message: dict[str, Any]) -> None:
        await self._socket.send_text(orjson.dumps(message).decode())


def _next_head(operation_id: str) -> str:
    """A `next` message up to its payload, which follows as it was rendered, and a brace."""
    return f'{{"id":{orjson.dumps(operation_id).decode()},"type":"next","payload":'


def _operation_id(message: dict[str, Any]) -> str:
    operation_id = message.get("id")
    if not isinstance(operation_id, str) or not operation_id:
        raise Close(4400, "The message's id must be a string that is not empty")
    if len(operation_id) > OPERATION_ID_CHARACTERS_MAX:
        raise Close(4400, f"The id is at most {OPERATION_ID_CHARACTERS_MAX} characters")
    return operation_id


def _is_of_another_site(socket: WebSocket) -> bool:
    """Whether a page of another site opened the socket: a browser sends its Origin, no one else.

    A page elsewhere could otherwise act through its reader's access to this server.
    """
    origin = socket.headers.get("origin")
    return origin is not None and urlsplit(origin).netloc != socket.headers.get("host")
