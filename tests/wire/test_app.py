from __future__ import annotations

import asyncio
import gc
import socket
from collections.abc import Iterator

import pytest

from api.app import UNREAD_TIMEOUT_SECONDS, create_app, server
from api.settings import Settings


@pytest.fixture
def garbage() -> Iterator[None]:
    """Leaves the collector of this process as it was."""
    threshold = gc.get_threshold()
    yield
    gc.set_threshold(*threshold)
    gc.unfreeze()


@pytest.mark.usefixtures("garbage")
async def test_a_connection_whose_peer_reads_nothing_ends_by_the_systems_own_limit(
    database_url: str,
) -> None:
    settings = Settings(database_url=database_url, demo=True)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        running = server(settings, create_app(settings))
        serving = asyncio.create_task(running.serve([listener]))
        while not running.started:
            assert not serving.done()
            await asyncio.sleep(0)
        limit = listener.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT)
        running.should_exit = True
        await serving
    assert limit == UNREAD_TIMEOUT_SECONDS * 1_000
