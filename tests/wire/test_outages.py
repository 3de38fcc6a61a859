"""PostgreSQL goes away and comes back: requests are told to try again, subscriptions go on."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import httpx
import pytest

from tests.wire import event_stream
from tests.wire.graph_socket import initialised
from tests.wire.running import Server
from tests.wire.story import STATUS_CHANGES, Story

TRIES_MAX = 600
LOOK_AGAIN_SECONDS = 0.05


class Outage:
    """The power to take one database away from everyone and to give it back."""

    def __init__(self, administration: asyncpg.Connection[asyncpg.Record], database: str) -> None:
        self._administration = administration
        self._database = database

    async def cut(self) -> None:
        """Ends every connection; new ones may be made."""
        await self._administration.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1",
            self._database,
        )

    async def begin(self) -> None:
        await self._allow(False)
        await self.cut()

    async def end(self) -> None:
        await self._allow(True)

    async def _allow(self, is_allowed: bool) -> None:
        await self._administration.execute(
            f'ALTER DATABASE "{self._database}" ALLOW_CONNECTIONS {is_allowed}'
        )


@pytest.fixture
async def outage(postgres_url: str) -> AsyncIterator[Outage]:
    parts = urlsplit(postgres_url)
    administration = await asyncpg.connect(urlunsplit(parts._replace(path="/postgres")))
    outage = Outage(administration, parts.path.lstrip("/"))
    try:
        yield outage
    finally:
        await outage.end()
        await administration.close()


async def changed_at_last(story: Story) -> None:
    """Makes one change, trying again while the database is away."""
    for _ in range(TRIES_MAX):
        try:
            await asyncio.to_thread(story.change)
        except AssertionError:
            await asyncio.sleep(LOOK_AGAIN_SECONDS)
        else:
            return
    raise AssertionError("the database did not come back")


async def test_connections_that_are_cut_lose_no_event(
    postgres_server: Server, outage: Outage
) -> None:
    story = await asyncio.to_thread(Story, postgres_server)
    async with initialised(postgres_server) as socket:
        await socket.subscribe("1", STATUS_CHANGES, after=story.head())
        for number in range(1, 4):
            await changed_at_last(story)
            assert (await socket.result())["cursor"] == story.head(), number
            await outage.cut()


async def test_a_database_that_is_away_is_told_and_everything_goes_on_when_it_is_back(
    postgres_server: Server, outage: Outage
) -> None:
    story = await asyncio.to_thread(Story, postgres_server)
    async with (
        initialised(postgres_server) as socket,
        event_stream.opened(postgres_server, STATUS_CHANGES, after=story.head()) as stream,
    ):
        await socket.subscribe("1", STATUS_CHANGES, after=story.head())
        await asyncio.to_thread(story.change)
        assert await stream.results(1) == [await socket.result()]
        await outage.begin()

        refused = await asyncio.to_thread(postgres_server.post, {"query": "{ eventHead }"})
        assert refused.status_code == 503
        assert refused.headers["retry-after"] == "1"
        assert refused.json()["errors"][0]["extensions"]["code"] == "UNAVAILABLE"
        await socket.subscribe("2", "{ eventHead }")
        message = await socket.receive()
        assert (message["id"], message["type"]) == ("2", "error")
        assert message["payload"][0]["extensions"]["code"] == "UNAVAILABLE"
        ready = await asyncio.to_thread(readiness, postgres_server)
        assert (ready.status_code, ready.json()["database"]) == (503, "away")

        await outage.end()
        await changed_at_last(story)
        assert await stream.results(1) == [await socket.result()]
        ready = await asyncio.to_thread(readiness, postgres_server)
        assert (ready.status_code, ready.json()["status"]) == (200, "ready")


def readiness(server: Server) -> httpx.Response:
    return server.client.get(f"{server.origin}/health/ready")
