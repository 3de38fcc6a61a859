"""Subscriptions over the wire: every event once, in order, across reconnects and processes."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.wire import event_stream
from tests.wire.graph_socket import follow, initialised
from tests.wire.running import Server, serving
from tests.wire.story import STATUS_CHANGES, Story

SUBSCRIBERS = 8
WRITERS = 2
CHANGES_BY_WRITER = 30


def positions(results: list[dict[str, Any]]) -> list[int]:
    """The numbers in the results' cursors, which rise with the order of the log."""
    return [int(result["cursor"].rpartition("-")[2]) for result in results]


async def test_a_change_reaches_a_socket_and_a_stream_alike(server: Server) -> None:
    story = Story(server)
    head = story.head()
    async with (
        initialised(server) as socket,
        event_stream.opened(server, STATUS_CHANGES, after=head) as stream,
    ):
        await socket.subscribe("1", STATUS_CHANGES, after=head)
        await asyncio.to_thread(story.change)
        (streamed,) = await stream.results(1)
        assert await socket.result() == streamed


@pytest.mark.parametrize("variables", [{}, {"after": None}])
async def test_without_after_the_past_is_not_told(
    server: Server, variables: dict[str, Any]
) -> None:
    story = Story(server)
    await asyncio.to_thread(story.change, 3)
    head = story.head()
    async with initialised(server) as socket:
        await socket.subscribe("1", STATUS_CHANGES, **variables)
        telling = asyncio.create_task(socket.result())
        while not telling.done():
            await asyncio.to_thread(story.change)
    (told,), (last,) = positions([await telling]), positions([{"cursor": head}])
    assert told > last


async def test_after_tells_what_was_missed_and_then_what_happens(server: Server) -> None:
    story = Story(server)
    head = story.head()
    await asyncio.to_thread(story.change, 3)
    async with initialised(server) as socket:
        await socket.subscribe("1", STATUS_CHANGES, after=head)
        missed = [await socket.result() for _ in range(3)]
        await asyncio.to_thread(story.change, 2)
        followed = [await socket.result() for _ in range(2)]
    assert missed + followed == await follow(server, STATUS_CHANGES, 5, after=head)
    assert positions(missed + followed) == sorted(set(positions(missed + followed)))


async def test_a_longer_past_than_one_reading_of_the_log_is_told_whole(
    sqlite_server: Server,
) -> None:
    from models import bounds

    story = Story(sqlite_server)
    head = story.head()
    count = bounds.EVENTS_PER_READ_MAX + 20
    await asyncio.to_thread(story.change, count)
    told = positions(await follow(sqlite_server, STATUS_CHANGES, count, after=head))
    assert told == sorted(set(told))
    assert told[-1] == positions([{"cursor": story.head()}])[0]


@pytest.mark.parametrize("cursor", ["nonsense", "", "-1", "00000000-1", "9" * 40])
async def test_a_cursor_that_is_none_is_refused_and_the_socket_lives_on(
    server: Server, cursor: str
) -> None:
    async with initialised(server) as socket:
        await socket.subscribe("1", STATUS_CHANGES, after=cursor)
        message = await socket.receive()
        assert (message["id"], message["type"]) == ("1", "error")
        assert message["payload"][0]["extensions"]["code"] == "CURSOR_INVALID"
        assert await socket.is_alive()


async def fitful(server: Server, head: str, count: int, seed: int) -> list[dict[str, Any]]:
    """What a subscriber gets that hangs up now and then, and comes again with its last cursor."""
    mood = random.Random(seed)
    results: list[dict[str, Any]] = []
    while len(results) < count:
        after = results[-1]["cursor"] if results else head
        patience = min(mood.randint(1, 12), count - len(results))
        results += await follow(server, STATUS_CHANGES, patience, after=after)
    return results


async def everything_once(servers: list[Server]) -> None:
    count = WRITERS * CHANGES_BY_WRITER
    stories = [Story(servers[number % len(servers)]) for number in range(WRITERS)]
    head = stories[0].head()
    writing = [asyncio.to_thread(story.change, CHANGES_BY_WRITER) for story in stories]
    following = [
        fitful(servers[seed % len(servers)], head, count, seed) for seed in range(SUBSCRIBERS)
    ]
    told = (await asyncio.gather(asyncio.gather(*following), *writing))[0]
    assert positions(told[0]) == sorted(set(positions(told[0])))
    assert all(results == told[0] for results in told)


async def test_fitful_subscribers_get_every_event_once_and_in_order(server: Server) -> None:
    await everything_once([server])


@pytest.fixture(scope="module")
def two_servers(
    postgres_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[list[Server]]:
    """Two processes on one PostgreSQL database."""
    folders = [tmp_path_factory.mktemp("pair") for _ in range(2)]
    with serving(postgres_url, folders[0]) as one, serving(postgres_url, folders[1]) as other:
        yield [one, other]


async def test_a_change_in_one_process_reaches_a_subscriber_of_another(
    two_servers: list[Server],
) -> None:
    one, other = two_servers
    story = Story(one)
    async with initialised(other) as socket:
        await socket.subscribe("1", STATUS_CHANGES, after=story.head())
        await asyncio.to_thread(story.change)
        assert (await socket.result())["cursor"] == story.head()


async def test_fitful_subscribers_of_two_processes_get_every_event_once_and_in_order(
    two_servers: list[Server],
) -> None:
    await everything_once(two_servers)


async def test_subscriptions_go_on_after_a_restart_of_the_server(
    own_sqlite_url: str, tmp_path: Path
) -> None:
    with serving(own_sqlite_url, tmp_path) as first:
        story = Story(first)
        head = story.head()
        story.change(2)
        before = await follow(first, STATUS_CHANGES, 2, after=head)
    with serving(own_sqlite_url, tmp_path) as second:
        story.on(second).change(2)
        after = await follow(second, STATUS_CHANGES, 2, after=before[-1]["cursor"])
        assert await follow(second, STATUS_CHANGES, 4, after=head) == before + after
