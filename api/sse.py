"""GraphQL over Server-Sent Events, distinct connections mode: one operation, one response.

Refusals come as a `next` event too, since a browser's EventSource tells its owner nothing of an
answer with an error status. A stream that ends without `complete` was cut off: the client comes
again with the last cursor that it saw.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress

from starlette.types import Message, Receive, Scope, Send

from api.edge import Edge
from api.hub import Followed, TooSlow
from api.negotiation import EVENT_STREAM
from api.replies import RawHeaders, Reply, failure, headers

KEEP_ALIVE_SECONDS = 15.0
LEAVE_TIMEOUT_SECONDS = 1.0
"""How long the last bytes of a stream may wait for a client that does not read."""

_COMPLETE = b"event: complete\ndata: \n\n"
_COMMENT = b":\n\n"


def next_event(result: bytes) -> bytes:
    """A result as an event; JSON that is laid out in lines stays one event."""
    return b"event: next\ndata: " + result.replace(b"\n", b"\ndata: ") + b"\n\n"


def one_result(result: bytes, locale: str) -> Reply:
    """The stream of an operation that has one result."""
    return Reply(200, next_event(result) + _COMPLETE, _headers(locale))


class LiveStream:
    """The stream of a subscription, as an ASGI application."""

    def __init__(self, edge: Edge, live: Followed, locale: str) -> None:
        self._edge = edge
        self._live = live
        self._locale = locale
        self._left = asyncio.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        start = {
            "type": "http.response.start",
            "status": 200,
            "headers": [*_headers(self._locale), (b"x-accel-buffering", b"no")],
        }
        await send(start)
        await send(_part(_COMMENT))
        with self._edge.kept_open(self._left.set):
            tasks = {
                asyncio.create_task(work)
                for work in (
                    self._follow(send),
                    _keep_alive(send),
                    _disconnected(receive),
                    self._left.wait(),
                )
            }
            try:
                await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)
        with suppress(TimeoutError):
            await asyncio.wait_for(send(_part(b"", more=False)), LEAVE_TIMEOUT_SECONDS)

    async def _follow(self, send: Send) -> None:
        try:
            async with self._edge.hub.follow(self._live, self._left.set) as stream:
                async for result in stream:
                    await send(_part(next_event(result)))
        except TooSlow:
            return
        except Exception as error:
            answer = await failure(error)
            await send(_part(next_event(answer.body) + _COMPLETE))


async def _keep_alive(send: Send) -> None:
    while True:
        await asyncio.sleep(KEEP_ALIVE_SECONDS)
        await send(_part(_COMMENT))


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _part(body: bytes, *, more: bool = True) -> Message:
    return {"type": "http.response.body", "body": body, "more_body": more}


def _headers(locale: str) -> RawHeaders:
    return headers(
        {
            "content-type": f"{EVENT_STREAM}; charset=utf-8",
            "content-language": locale,
            "vary": "Accept, Accept-Language",
        }
    )
