"""A subscriber that stops reading holds no more than its bound, and slows nobody else."""

from __future__ import annotations

import asyncio
import socket as sockets
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed

from tests.wire.graph_socket import GraphSocket, follow, initialised
from tests.wire.running import Server, serving
from tests.wire.story import LONG_STATUS_CHANGES, STATUS_CHANGES, Story

QUEUE_EVENTS_MAX = 4
RECEIVE_BUFFER_BYTES = 4_096
CHANGES_MAX = 400


@pytest.fixture(scope="module")
def narrow_server(
    new_sqlite: Callable[[Path], str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """A server that lets few events wait for a subscriber."""
    folder = tmp_path_factory.mktemp("narrow")
    with serving(new_sqlite(folder), folder, socket_queue_events_max=QUEUE_EVENTS_MAX) as server:
        yield server


def narrow_connection(server: Server) -> sockets.socket:
    """A connection on which little can be under way."""
    connection = sockets.socket()
    connection.setsockopt(sockets.SOL_SOCKET, sockets.SO_RCVBUF, RECEIVE_BUFFER_BYTES)
    connection.connect(("127.0.0.1", server.port))
    return connection


async def read_to_the_close(socket: GraphSocket) -> tuple[list[dict[str, Any]], int | None]:
    """The results that still come, and the code of the close after them."""
    results: list[dict[str, Any]] = []
    with suppress(ConnectionClosed):
        while True:
            results.append(await socket.result())
    return results, socket.connection.close_code


async def test_a_subscriber_that_stops_reading_is_closed_with_1013_and_can_come_again(
    narrow_server: Server,
) -> None:
    story = Story(narrow_server)
    head = story.head()
    more = {"sock": narrow_connection(narrow_server), "max_queue": 1, "max_size": None}
    changes = 0
    async with (
        initialised(narrow_server, **more) as stalled,
        initialised(narrow_server) as reader,
    ):
        await stalled.subscribe("1", LONG_STATUS_CHANGES, after=head)
        await reader.subscribe("1", STATUS_CHANGES, after=head)
        read: list[dict[str, Any]] = []
        while changes < CHANGES_MAX and "too slow" not in narrow_server.log.read_text():
            await asyncio.to_thread(story.change)
            changes += 1
            read.append(await reader.result())
        held, code = await read_to_the_close(stalled)
    assert code == 1013
    assert len(held) < changes
    after = held[-1]["cursor"] if held else head
    rest = await follow(narrow_server, STATUS_CHANGES, changes - len(held), after=after)
    assert [*(r["cursor"] for r in held), *(r["cursor"] for r in rest)] == [
        r["cursor"] for r in read
    ]
