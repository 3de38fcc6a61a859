"""A plain client of GraphQL over Server-Sent Events."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx

from tests.wire.running import Server

STREAM = "text/event-stream"
TIMEOUT_SECONDS = 30.0


@dataclass(frozen=True)
class SentEvent:
    name: str
    data: Any


class EventStream:
    """An open response, read event by event; comments are skipped."""

    def __init__(self, response: httpx.Response) -> None:
        self.response = response
        self._lines = response.aiter_lines()

    async def events(self) -> AsyncIterator[SentEvent]:
        name, data = "", list[str]()
        async for line in self._lines:
            field, _, value = line.partition(":")
            if not line and name:
                yield SentEvent(name, json.loads(text) if (text := "".join(data).strip()) else None)
                name, data = "", []
            elif field == "event":
                name = value.strip()
            elif field == "data":
                data.append(value)

    async def results(self, count: int) -> list[dict[str, Any]]:
        """The next `count` results of a subscription: their field's value."""
        results: list[dict[str, Any]] = []
        async for event in self.events():
            assert event.name == "next", event
            (value,) = event.data["data"].values()
            results.append(value)
            if len(results) == count:
                break
        return results

    async def rest(self) -> list[SentEvent]:
        return [event async for event in self.events()]


@asynccontextmanager
async def opened(server: Server, document: str, **variables: Any) -> AsyncIterator[EventStream]:
    """The stream of an operation that is sent by POST."""
    body = {"query": document, "variables": variables}
    async with (
        httpx.AsyncClient(timeout=TIMEOUT_SECONDS) as client,
        client.stream("POST", server.url, json=body, headers={"accept": STREAM}) as response,
    ):
        assert response.headers["content-type"] == f"{STREAM}; charset=utf-8"
        yield EventStream(response)
