"""SIGTERM: what is under way ends, sockets are told to come again, nothing acknowledged is lost."""

from __future__ import annotations

import asyncio
import secrets
import signal
from pathlib import Path

import asyncpg
import httpx

from tests.wire import event_stream
from tests.wire.graph_socket import follow, initialised
from tests.wire.running import LOOK_AGAIN_SECONDS, Server, serving
from tests.wire.story import STATUS_CHANGES, Story

WRITERS = 4


async def test_sockets_close_with_1012_and_streams_end_without_complete(
    own_sqlite_url: str, tmp_path: Path
) -> None:
    with serving(own_sqlite_url, tmp_path) as server:
        story = Story(server)
        head = story.head()
        async with (
            initialised(server) as socket,
            initialised(server) as idle,
            event_stream.opened(server, STATUS_CHANGES, after=head) as stream,
        ):
            await socket.subscribe("1", STATUS_CHANGES, after=head)
            await asyncio.to_thread(story.change)
            assert await stream.results(1) == [await socket.result()]
            server.ask_to_stop()
            assert (await socket.closed())[0] == 1012
            assert (await idle.closed())[0] == 1012
            assert await stream.rest() == []
        assert server.stopped() in {0, -signal.SIGTERM}
        assert "Traceback" not in server.log.read_text()


async def write_until_refused(story: Story, begun: asyncio.Event) -> int:
    """Makes changes until the server is gone; how many were acknowledged."""
    acknowledged = 0
    while True:
        try:
            await asyncio.to_thread(story.change)
        except httpx.TransportError:
            return acknowledged
        acknowledged += 1
        begun.set()


async def test_nothing_that_was_acknowledged_is_lost_at_a_stop_under_load(
    own_sqlite_url: str, tmp_path: Path
) -> None:
    with serving(own_sqlite_url, tmp_path) as server:
        stories = [Story(server) for _ in range(WRITERS)]
        head = stories[0].head()
        begun = [asyncio.Event() for _ in stories]
        writing = [
            asyncio.create_task(write_until_refused(story, event))
            for story, event in zip(stories, begun, strict=True)
        ]
        await asyncio.gather(*(event.wait() for event in begun))
        server.ask_to_stop()
        acknowledged = sum(await asyncio.gather(*writing))
        assert server.stopped() in {0, -signal.SIGTERM}
        assert "Traceback" not in server.log.read_text()
    with serving(own_sqlite_url, tmp_path) as again:
        told = await follow(again, STATUS_CHANGES, acknowledged, after=head)
        assert len({result["cursor"] for result in told}) == acknowledged


MUTATION = """
mutation ($staff: AddStaffMemberInput!) {
  addStaffMember(input: $staff) { staffMember { name } errors { message } }
}
"""


async def waiting(administration: asyncpg.Connection[asyncpg.Record]) -> int:
    """How many connections to the database wait for a lock."""
    count: int = await administration.fetchval(
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    return count


async def test_mutations_under_way_at_a_stop_are_finished_and_answered(
    postgres_url: str, tmp_path: Path
) -> None:
    administration = await asyncpg.connect(postgres_url)
    staff = [
        {"name": name, "email": f"{name}-{secrets.token_hex(4)}@example.org", "roles": ["AGENT"]}
        for name in ("posted", "sent")
    ]
    with serving(postgres_url, tmp_path) as server:
        async with initialised(server) as socket:
            async with administration.transaction():
                await administration.execute("LOCK TABLE staff IN EXCLUSIVE MODE")
                posting = asyncio.create_task(
                    asyncio.to_thread(server.answer, MUTATION, staff=staff[0])
                )
                sending = asyncio.create_task(socket.answer(MUTATION, staff=staff[1]))
                while await waiting(administration) < 2:  # noqa: ASYNC110  PostgreSQL tells no one
                    await asyncio.sleep(LOOK_AGAIN_SECONDS)
                server.ask_to_stop()
                await stops_listening(server)
            posted, sent = await posting, (await sending)["data"]
            assert (await socket.closed())[0] == 1012
        assert server.stopped() in {0, -signal.SIGTERM}
    await administration.close()
    assert [each["addStaffMember"]["staffMember"]["name"] for each in (posted, sent)] == [
        "posted",
        "sent",
    ]


async def stops_listening(server: Server) -> None:
    """Waits until the server takes no connection any more."""
    while True:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", server.port)
        except OSError:
            return
        writer.close()
        await asyncio.sleep(LOOK_AGAIN_SECONDS)
